"""How may a Chinese name be written in Latin letters?

Three systems are in use on passports and lists: Hanyu Pinyin (mainland, GB/T 28039-2011), Wade-Giles (Taiwan and
older papers) and the Cantonese spellings of Hong Kong and Macao, which follow no standard. The first two are
compared letter by letter with all words run together; Cantonese syllables are brought to a class that their usual
spellings share (`cheung`, `cheong` -> C-EUNG), from Jyutping on one side and from the letters on the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

import ToJyutping
from pypinyin import Style, pinyin
from pypinyin.constants import PINYIN_DICT
from pypinyin.style import convert

from verifier.values.script import readings, simplified

MOST_SPELLINGS = 24  # of one name in one system
LONGEST = 8  # characters; longer names are compared in their own script only


@lru_cache(maxsize=16384)
def pinyin_of(character: str) -> tuple[str, ...]:
    """Readings without tones, the usual one first."""
    usual = str(pinyin(simplified(character), style=Style.NORMAL)[0][0])
    return tuple(sorted(readings(character), key=lambda one: (one != usual, one)))[:4]


@lru_cache(maxsize=4096)
def wade_giles(syllable: str) -> str:
    """The pinyin syllable in Wade-Giles as papers print it: no apostrophes, no marks (`zhang` -> `chang`)."""
    letters = re.sub(r"[^a-z]", "", str(convert(syllable + "1", Style.WADEGILES, True)).lower())
    return letters.replace("v", "u")


# --- Cantonese classes ----------------------------------------------------------------------------

_INITIALS = {"b": "p", "p": "p", "m": "m", "f": "f", "d": "t", "t": "t", "n": "n", "l": "l", "g": "k", "k": "k",
             "ng": "", "h": "h", "gw": "kw", "kw": "kw", "w": "w", "z": "c", "c": "c", "s": "s", "j": "y", "": ""}  # fmt: skip
_PRINTED_INITIALS = (("tsh", "c"), ("tch", "c"), ("ts", "c"), ("tz", "c"), ("ch", "c"), ("cz", "c"), ("sh", "s"),
                     ("kw", "kw"), ("gw", "kw"), ("qu", "kw"), ("ng", ""), ("b", "p"), ("p", "p"), ("m", "m"),
                     ("f", "f"), ("d", "t"), ("t", "t"), ("n", "n"), ("l", "l"), ("g", "k"), ("k", "k"), ("h", "h"),
                     ("w", "w"), ("s", "s"), ("y", "y"), ("j", "y"), ("", ""))  # fmt: skip
# Jyutping final -> classes in which it is met
_FINALS = {
    "aa": "a", "a": "a", "aai": "ai", "ai": "ai", "aau": "au", "au": "au", "aam": "am", "am": "am", "aan": "an",
    "an": "an un", "aang": "ang", "ang": "ang", "aap": "ap", "ap": "ap", "aat": "at", "at": "at ut", "aak": "ak",
    "ak": "ak", "e": "e", "ei": "ei i", "eng": "eng ing", "ek": "ek ik", "em": "em", "ep": "ep", "i": "i",
    "iu": "iu", "im": "im", "in": "in", "ing": "ing", "ip": "ip", "it": "it", "ik": "ik", "o": "o", "oi": "oi",
    "ou": "o", "on": "on", "ong": "ong", "ot": "ot", "ok": "ok", "u": "u", "ui": "ui", "un": "un", "ung": "ung",
    "ut": "ut", "uk": "uk", "oe": "oe o", "oeng": "eung", "oek": "euk", "eoi": "ui", "eon": "un", "eot": "ut",
    "yu": "u", "yun": "uen un", "yut": "uet ut",
}  # fmt: skip
_PRINTED_FINALS = {
    "ah": "a", "ar": "a", "aai": "ai", "aau": "au", "ow": "au", "aam": "am", "um": "am", "aan": "an", "aang": "ang",
    "aap": "ap", "up": "ap", "aat": "at", "aak": "ak", "ack": "ak", "eh": "e", "er": "e", "ay": "ei", "ey": "ei",
    "ee": "i", "ie": "i", "iew": "iu", "oh": "o", "or": "o", "ou": "o", "oy": "oi", "orn": "on", "ock": "ok",
    "oo": "u", "ue": "u", "ooi": "ui", "oon": "un", "oong": "ung", "ook": "uk", "eong": "eung", "oeng": "eung",
    "eok": "euk", "oek": "euk", "yuen": "uen", "yut": "uet", "uen": "uen", "uet": "uet",
}  # fmt: skip
_CLASSES = frozenset(one for several in _FINALS.values() for one in several.split())
_WHOLE = {"ng": "ng", "m": "ng", "sz": "s-i", "sze": "s-i", "szu": "s-i", "tsz": "c-i", "tsze": "c-i", "tze": "c-i"}


def _class(initial: str, final: str) -> str:
    """Yip and Ip are one: y before i is printed or not."""
    return f"{'' if initial == 'y' and final.startswith('i') else initial}-{final}"


@lru_cache(maxsize=16384)
def cantonese_of(character: str) -> tuple[str, ...]:
    """The classes of a character's Cantonese readings."""
    found: dict[str, None] = {}
    for _, several in ToJyutping.get_jyutping_candidates(character):
        for reading in several:
            plain = reading.rstrip("123456")
            if plain in ("m", "ng"):
                found["ng"] = None
                continue
            match = re.fullmatch(r"(ng|gw|kw|[bpmfdtnlgkhwzcsj]?)(.+)", plain)
            if match and match[2] in _FINALS:
                found.update(dict.fromkeys(_class(_INITIALS[match[1]], final) for final in _FINALS[match[2]].split()))
    return tuple(found)[:6]


@lru_cache(maxsize=32768)
def cantonese_class(word: str) -> str | None:
    """The class of one printed syllable; None when it is no Cantonese syllable."""
    if word in _WHOLE:
        return _WHOLE[word]
    for printed, initial in _PRINTED_INITIALS:
        if word.startswith(printed):
            rest = word[len(printed) :]
            final = _PRINTED_FINALS.get(rest, rest)
            if final in _CLASSES:
                return _class(initial, final)
    return None


# --- whole names ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    from pypinyin.contrib.tone_convert import to_normal

    plain = {to_normal(one) for several in PINYIN_DICT.values() for one in several.split(",")}
    return frozenset(
        {one for one in plain if one.isascii() and one not in ("n", "m", "ng", "hm", "hng")} | {"lyu", "nyu"}
    )


@lru_cache(maxsize=8192)
def in_pinyin(word: str) -> tuple[str, ...]:
    """The word cut into pinyin syllables, as few as can be; () when it is not pinyin. No later syllable begins
    with a vowel: pinyin would print an apostrophe (GB/T 16159), and Wade-Giles `chiang` is not `chi-ang`."""
    if word in _syllables():
        return (word,)
    ends = [n for n in range(min(6, len(word) - 1), 0, -1) if word[:n] in _syllables() and word[n] not in "aoe"]
    tails = [(word[:n], in_pinyin(word[n:])) for n in ends]
    return min(((head, *tail) for head, tail in tails if tail), key=len, default=())


def _orders(parts: Sequence[str]) -> list[tuple[str, ...]]:
    """The words in their order, and turned: surname first or last."""
    return [tuple(parts[n:]) + tuple(parts[:n]) for n in range(max(1, min(len(parts), 4)))]


def _syllabic(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The words, and without those that are no Chinese syllables (an English given name beside it)."""
    native = tuple(word for word in words if cantonese_class(word) or in_pinyin(word))
    several = [tuple(words)]
    if 2 <= len(native) < len(words) <= len(native) + 2:
        several.append(native)
    return several


@lru_cache(maxsize=8192)
def sounds_of(chinese: str, turned: bool) -> frozenset[str]:
    """Keys of a Chinese name: `p:` pinyin, `g:` Wade-Giles, `j:` Cantonese classes; `turned` adds the given
    name first."""
    characters = [c for c in chinese if c.isalpha()]
    if not 2 <= len(characters) <= LONGEST:
        return frozenset()
    several = [pinyin_of(c) if n == 0 or len(characters) <= 3 else pinyin_of(c)[:2] for n, c in enumerate(characters)]
    keys: set[str] = set()
    for spelling in islice(product(*several), MOST_SPELLINGS):
        wade = tuple(map(wade_giles, spelling))
        for cut in (0, 1, 2) if turned else (0,):
            keys.add("p:" + "".join(spelling[cut:] + spelling[:cut]))
            keys.add("g:" + "".join(wade[cut:] + wade[:cut]))
    for classes in islice(product(*map(cantonese_of, characters)), MOST_SPELLINGS):
        for cut in (0, 1, 2) if turned else (0,):
            keys.add("j:" + " ".join(classes[cut:] + classes[:cut]))
    return frozenset(keys)


@lru_cache(maxsize=8192)
def sounds_in(words: tuple[str, ...], turned: bool) -> frozenset[str]:
    """Keys of Latin words that may be a Chinese name; `turned` adds the other orders of the words."""
    keys: set[str] = set()
    if not 1 <= len(words) <= 6:
        return frozenset()
    for native in _syllabic(words):
        syllables = [(cantonese_class(word), in_pinyin(word)) for word in native]
        for order in _orders(native) if turned else [native]:
            run = "".join(order)
            keys |= {"p:" + run, "g:" + run}
            if all(cut for _, cut in syllables):
                keys.update(_in_wade(order))
            if len(order) > 1 and all(one for one, _ in syllables):
                keys.add("j:" + " ".join(str(cantonese_class(word)) for word in order))
    return frozenset(keys)


def _in_wade(words: Sequence[str]) -> Iterator[str]:
    """Pinyin words as Wade-Giles would print them, so that one romanised name finds the other."""
    yield "w:" + "".join(wade_giles(syllable) for word in words for syllable in in_pinyin(word))


@lru_cache(maxsize=8192)
def is_pinyin(words: tuple[str, ...]) -> bool:
    """Could these words be a Chinese name in pinyin? Its short syllables bear no spelling mistakes."""
    return len(words) > 1 and all(in_pinyin(word) for word in words) and sum(map(len, words)) <= 18
