"""Which Latin words does a name of any script come to, and are two of them one name's spellings?

Cyrillic, Greek, Arabic and other scripts go through AnyAscii. One name has many Latin spellings (Muhammad,
Mohamed; Sergei, Sergej), so words also have a skeleton: consonants in classes, vowels dropped but for the kind of
the first. Arabic script prints no short vowels; its words meet others by the skeleton alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

LONGEST = 300  # characters of a name that are looked at; a longer text is no name
MOST_WORDS = 12


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    "mr mrs ms miss dr prof sir sheikh shaykh sayyid haji hajji mullah maulavi mawlawi qari eng general gen col"
)
LEGAL_FORMS = _words(
    "ltd limited llc llp lp plc inc incorporated corp corporation co company gmbh ag kg sa sas sarl spa srl bv nv ab as "
    "oy oyj aps oao ooo pao zao ao jsc pjsc ojsc cjsc fze fzco fzc dmcc wll pte pvt sdn bhd kk dooel doo ad sae pjs psc "
    "tov zat vat tbk pt cv eood ead sro zrt kft sp zoo"
)  # fmt: skip
EMPTY_WORDS = _words("the of and for de la le du des der die das van von den di da dos del y")
_PARTICLES = _words("al el ul as ar ash at ad az an bin ibn ben bint bn wa")
# signs that are no sounds, and Arabic letters that stand for one vowel or another
_MORE = str.maketrans(dict.fromkeys("ـʻʼʹʺьъЬЪاةىع", "") | dict.fromkeys("أإآئؤ", "e"))
_AT_START = re.compile(r"(?<!\w)[اأإآع]")
_FORM_PHRASES = (
    ("open joint stock company", "ojsc"), ("public joint stock company", "pjsc"), ("joint stock company", "jsc"),
    ("limited liability company", "llc"), ("closed joint stock company", "cjsc"), ("free zone establishment", "fze"),
)  # fmt: skip
_ARTICLE = re.compile(r"(?<!\w)ال(?=\w)")
_QUOTES = re.compile(r"['`’\"]")
_DOTTED = re.compile(r"\b((?:[a-z]\.){2,})")
_ASSIMILATED = re.compile(r"^abd[aeou]([rsntzd])\1")
_GLUED = re.compile(r"^(?:al|el)(?=[bcdfghjklmnpqrstvwxyz]\w{2,}|lh)")


@lru_cache(maxsize=8192)
def latin_words(name: str) -> tuple[str, ...]:
    """The words in plain small letters; marks, tones (`zhang1`), apostrophes and titles gone, particles of Arabic
    names joined or dropped."""
    letters = name[:LONGEST]
    if not letters.isascii():
        letters = _ARTICLE.sub("al ", letters.replace("الله", "allah"))
        letters = _AT_START.sub("e", letters).translate(_MORE)
        letters = anyascii(letters)
    letters = _QUOTES.sub("", letters.lower())
    if " company" in letters or " establishment" in letters:
        for phrase, form in _FORM_PHRASES:
            letters = letters.replace(phrase, form)
    if "." in letters:
        letters = _DOTTED.sub(lambda dotted: dotted[1].replace(".", "") + " ", letters)
    words = re.findall(r"[a-z]+", letters)[:MOST_WORDS]
    kept = [word for word in words if word not in TITLES] or words
    return tuple(_joined(kept))


def _joined(words: list[str]) -> list[str]:
    """`abd al rahman` -> `abdrahman`, `al masri` -> `masri`: the article and `son of` are printed or not."""
    kept: list[str] = []
    for word in words:
        if word in _PARTICLES and len(words) > 2:
            continue
        bare = _GLUED.sub("", word) if len(word) > 5 else word
        if kept and kept[-1] in ("abd", "abdul", "abdel", "abdal", "ebd", "abdol"):
            kept[-1] = "abdul" + bare.removeprefix("al" if bare == "allah" else "")
        elif _ASSIMILATED.match(word) or (word.startswith(("abdul", "abdel", "abdal", "abdol")) and len(word) > 7):
            kept.append("abdul" + word[5:])
        else:
            kept.append(word)
    return kept


@lru_cache(maxsize=8192)
def without_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """A company's words without its legal form and small words; all of them if nothing else is left."""
    return tuple(word for word in words if word not in LEGAL_FORMS and word not in EMPTY_WORDS) or words


def has_form(words: tuple[str, ...]) -> bool:
    return any(word in LEGAL_FORMS for word in words)


# --- skeletons ------------------------------------------------------------------------------------

_SOUNDS = (
    (re.compile(r"^ye"), "e"),
    (re.compile(r"^(?:dzh|dj|dsch|gi(?=[aou])|j(?=[aou])|y(?=[aeouw])|i(?=[aeou]))"), "Y"),
    (re.compile(r"(?<=[eo])(?:ff|w|v)$"), "v"),
    (re.compile(r"^w"), "v"),
    (re.compile(r"dzh|dj|dsch|dzs"), "Y"),
    (re.compile(r"shch|schtsch|stsch|chtch"), "S"),
    (re.compile(r"tsch|tch|tsh|cz|ch"), "C"),
    (re.compile(r"sch|sh|sz|zh"), "S"),
    (re.compile(r"kh|gh"), lambda match: "h" if match[0] == "kh" else "g"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"dh"), "d"),
    (re.compile(r"ts|tz"), "z"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"c"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"w(?=[aeiou])"), "v"),
    (re.compile(r"(?<=[aeiouy])h$"), ""),
    (re.compile(r"j"), "y"),
)  # fmt: skip
_VOWELS = {"a": "a", "e": "e", "i": "i", "y": "i", "o": "u", "u": "u", "w": "u"}


@lru_cache(maxsize=32768)
def skeleton(word: str) -> str:
    """Consonants in classes; `Y` for the many ways to begin Yuri and Jamal."""
    bare = word
    for pattern, sound in _SOUNDS:
        bare = pattern.sub(sound, bare)
    head = bare[:1] if bare[:1] not in _VOWELS else "A"
    rest = re.sub(r"[aeiouyw]", "", bare[1:])
    return re.sub(r"(.)\1+", r"\1", head + rest)


@lru_cache(maxsize=32768)
def _first_vowel(word: str) -> str:
    """Its kind; "" for a word without any (Arabic script prints no short vowels)."""
    if not re.search(r"[aeiou]", word):
        return ""
    found = re.search(r"[aeiouyw]", re.sub(r"^(?:[yj]|i(?=[aou])|w)", "", word))
    return _VOWELS[found[0]] if found else ""


@lru_cache(maxsize=32768)
def _feminine(word: str) -> bool:
    return word.endswith(("a", "ah", "aya"))


def words_agree(one: str, other: str) -> float:
    """1 for the same word, less for another spelling of it, 0 for another word."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) < 3 or _feminine(one) != _feminine(other):
        return _bare_agree(one, other)
    if skeleton(one) == skeleton(other) and len(skeleton(one)) >= 2:
        first = {_first_vowel(one), _first_vowel(other)}
        if len(first) == 1 or first in ({"a", "e"}, {"e", "i"}, {"e", "u"}):
            return 0.92 if "" not in first else 0.9
        if "" in first:
            return _bare_agree(one, other)
    if min(len(one), len(other)) >= 5 and Levenshtein.distance(one, other, score_cutoff=1) <= 1:
        return 0.88 if one[0] == other[0] else 0.85
    return 0.0


def _bare_agree(one: str, other: str) -> float:
    """A word of Arabic script has no vowels: its skeleton is all there is."""
    bare, full = (one, other) if not _first_vowel(one) else (other, one)
    if _first_vowel(bare) or len(bare) < 3 or skeleton(one) != skeleton(other):
        return 0.0
    long_u = "w" in bare[1:]
    return 0.9 if not _first_vowel(full) or not long_u or re.search(r"[ouw]", full[2:]) else 0.0
