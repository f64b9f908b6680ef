"""By which rule, and how well, is one name another on a list?

Wider than the comparison of two papers: a list may hold the name in another script, another romanisation, with
variant characters or without the father's name. Each rule has a name, a score and a sentence; a rule marked
`review` is never enough to block. What differs in one Chinese character, or only sounds alike, is another name.

Every rule rests on a key that both names share (`keys_of`), so that an index of keys finds exactly what a
comparison with every entry finds; only words of Latin names that were spelled differently need more, see `index`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from verifier.model import Text
from verifier.screening.romanisation import is_pinyin, sounds_in, sounds_of
from verifier.screening.transliteration import has_form, latin_words, skeleton, without_form, words_agree
from verifier.values.names import DOT, SURNAME_PAIRS, canonical_name
from verifier.values.organisations import is_organisation, organisation_parts
from verifier.values.script import is_cjk, simplified

LONG = 5  # characters from which on a Chinese name is a transcription and sound counts
LONGEST = 60
STAND_INS = "?？*□�〓▯■"


@dataclass(frozen=True, slots=True)
class Rule:
    """`review`: never enough to block, even with a second key."""

    zh: str
    en: str
    score: float
    review: bool = False


RULES = {
    "same": Rule("姓名相同", "the same name", 1.0),
    "script": Rule("仅繁简或间隔号不同", "traditional and simplified characters, or the dot", 0.98),
    "variant": Rule("异体字", "variant characters", 0.96),
    "surname_pair": Rule("姓氏常混写", "surnames that registers mix up", 0.88, True),
    "rare": Rule("生僻字以拼音或符号代替", "a rare character as pinyin or a sign", 0.87, True),
    "transcription": Rule("少数民族或外文姓名的同音转写", "one transcription of a minority or foreign name", 0.9),
    "part": Rule("仅姓名的一部分", "one part of the name only", 0.86, True),
    "organisation": Rule("机构名称仅公司形式或分支不同", "organisations: legal form or branch", 0.93),
    "pinyin": Rule("汉语拼音", "Hanyu Pinyin", 0.92),
    "wade_giles": Rule("威妥玛拼音", "Wade-Giles romanisation", 0.9),
    "cantonese": Rule("粤语拼音", "Cantonese romanisation", 0.88),
    "words": Rule("词序、大小写或连写不同", "order, case or spacing of words", 0.97),
    "spelling": Rule("转写或拼写不同", "another transliteration or spelling", 0.88),
    "different": Rule("不同", "different", 0.0),
}


@dataclass(frozen=True, slots=True)
class Alike:
    """What the comparison of two names came to."""

    rule: str
    score: float
    review: bool

    @property
    def says(self) -> Text:
        return Text(RULES[self.rule].zh, RULES[self.rule].en)


def _by(rule: str, score: float | None = None) -> Alike:
    found = RULES[rule]
    return Alike(rule, found.score if score is None else round(score, 3), found.review)


NOT_ALIKE = _by("different")


# --- forms ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _variants() -> dict[int, str]:
    """Each variant character to the first of its line, in simplified form."""
    table: dict[int, str] = {}
    for line in (files("verifier.screening") / "variants.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            for character in line:
                for form in (character, simplified(character)):
                    table.setdefault(ord(form), simplified(line[0]))
    return table


@lru_cache(maxsize=8192)
def forms(name: str) -> tuple[str, str]:
    """(Chinese part, Latin words joined by blanks). A name printed in both scripts has both."""
    if name.isascii():
        return "", " ".join(latin_words(name[:300]))
    plain = canonical_name(name[:300])
    if not is_cjk(plain):
        return "", " ".join(latin_words(plain))
    plain = re.sub(r"[（(][^（）()]*[A-Za-z][^（）()]*[）)]", lambda hit: " " + hit[0][1:-1], plain)
    latin = re.search(r"(?<![A-Za-z])[A-Za-z][A-Za-z ,.'\-]{3,}$", plain)
    if latin and " " in latin[0].strip(" ,"):
        return _han(plain[: latin.start()]), " ".join(latin_words(latin[0]))
    return _han(plain), ""


@lru_cache(maxsize=8192)
def _han(text: str) -> str:
    return re.sub(rf"[^\w{DOT}{re.escape(STAND_INS)}]", "", simplified(text)).casefold()[:LONGEST]


@lru_cache(maxsize=8192)
def _bare(han: str) -> str:
    return han.replace(DOT, "")


@lru_cache(maxsize=8192)
def _one_form(han: str) -> str:
    """Without dots, variant characters and surnames that are mixed up brought to one."""
    plain = _bare(han).translate(_variants())
    return _surname(plain[:1]) + plain[1:]


@lru_cache(maxsize=4096)
def _surname(character: str) -> str:
    together = {character}.union(*(pair for pair in SURNAME_PAIRS if character in pair))
    return min(together)


@lru_cache(maxsize=8192)
def _sound(han: str) -> str:
    """Toneless pinyin of a long name, one reading a character; in transcriptions 卜 is bu and 都 du."""
    from pypinyin import lazy_pinyin

    plain = _bare(han)
    return "".join(lazy_pinyin(plain)).replace("bo", "bu").replace("dou", "du") if len(plain) >= LONG else ""


def _has_stand_in(han: str) -> bool:
    return any(c in STAND_INS or "a" <= c <= "z" for c in han)


# --- keys -----------------------------------------------------------------------------------------


def keys_of(name: str, asked: bool) -> frozenset[str]:
    """Keys of a name: two names that any rule but the spelling of Latin words finds alike share one, the one on
    the side that is `asked` for, the other on the list's. What is asked for carries the turned orders of words."""
    han, latin = forms(name)
    keys = set(_keys_of_han(han, asked)) if han else set()
    sounds = sounds_of(_bare(han), asked) if han and not _has_stand_in(han) else frozenset()
    if latin:
        sounds |= sounds_in(tuple(latin.split()), asked)
    return frozenset(keys | {key for sound in sounds for key in _keys_of_sound(sound, asked)})


def _keys_of_sound(sound: str, asked: bool) -> Iterator[str]:
    """Pinyin and Wade-Giles share one drawer of letters; `w:` is what pinyin words come to in Wade-Giles, which
    meets letters on the other side."""
    system, letters = sound[:2], sound[2:]
    if system == "j:":
        yield sound
    elif system == "w:":
        yield ("l:" if asked else "w:") + letters
    else:
        yield "l:" + letters
        if asked and system == "g:":
            yield "w:" + letters


def _keys_of_han(han: str, asked: bool) -> Iterator[str]:
    plain = _one_form(han)
    pieces = f"{len(re.findall('[a-z]+|.', plain))}{plain[:1]}"
    head = _one_form(han.partition(DOT)[0]) if DOT in han else ""
    yield "c:" + plain
    if is_organisation(han):
        yield "o:" + organisation_parts(han)[0]
    if _sound(han):
        yield "s:" + _sound(han)
    if asked:
        yield "d:" + plain
        yield ("h:" if _has_stand_in(han) else "r:") + pieces
        if head:
            yield "c:" + head
    else:
        yield "h:" + pieces
        if _has_stand_in(han):
            yield "r:" + pieces
        if head:
            yield "d:" + head


# --- the comparison -------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def alike(asked: str, listed: str) -> Alike:
    """How well `asked` is the name `listed`, by the best rule."""
    (han, latin), (other_han, other_latin) = forms(asked), forms(listed)
    if canonical_name(asked[:300]) == canonical_name(listed[:300]) and not _has_stand_in(han):
        return _by("same") if han or latin else NOT_ALIKE
    found = [NOT_ALIKE]
    if han and other_han:
        found.append(_chinese(han, other_han))
    if latin and other_latin:
        found.append(_latin(tuple(latin.split()), tuple(other_latin.split())))
    if not (han and other_han) and ((han and other_latin) or (latin and other_han)):
        found.append(_across(asked, listed))
    return max(found, key=lambda one: one.score)


def _chinese(a: str, b: str) -> Alike:
    if _bare(a) == _bare(b):
        return _by("rare" if _has_stand_in(a) else "script")
    if _bare(a).translate(_variants()) == _bare(b).translate(_variants()):
        return _by("variant")
    if _one_form(a) == _one_form(b):
        return _by("surname_pair")
    if (_has_stand_in(a) or _has_stand_in(b)) and _fits(_one_form(a), _one_form(b)):
        return _by("rare")
    if is_organisation(a) and is_organisation(b) and organisation_parts(a)[0] == organisation_parts(b)[0]:
        return _by("organisation")
    if is_organisation(a) or is_organisation(b):
        return NOT_ALIKE
    if _sound(a) and _sound(a) == _sound(b) and (DOT in a or DOT in b or len(_bare(a)) >= LONG):
        return _by("transcription")
    heads = [(x.partition(DOT)[0], y) for x, y in ((a, b), (b, a)) if DOT in x]
    if any(len(head) >= 3 and _one_form(head) == _one_form(whole) for head, whole in heads):
        return _by("part")
    return NOT_ALIKE


def _fits(a: str, b: str) -> bool:
    """张堃 against 张KUN, 张? or 张□; the surname must be there."""
    from verifier.values.script import readings

    left, right = re.findall(r"[a-z]+|.", a), re.findall(r"[a-z]+|.", b)
    if len(left) != len(right) or len(left) < 2 or left[0] != right[0] or left[0] in STAND_INS:
        return False
    for x, y in zip(left, right, strict=True):
        latin, han = (x, y) if x.isascii() else (y, x)
        if x == y or x in STAND_INS or y in STAND_INS:
            continue
        if not (latin.isascii() and latin.isalpha() and any(one.startswith(latin) for one in readings(han))):
            return False
    same: int = sum(x == y for x, y in zip(left, right, strict=True))
    return same * 2 >= len(left)


def _across(asked: str, listed: str) -> Alike:
    shared = {key[:2] for key in _sounds(asked, True) & _sounds(listed, False)}
    for prefix, rule in (("p:", "pinyin"), ("g:", "wade_giles"), ("j:", "cantonese")):
        if prefix in shared:
            return _by(rule)
    return NOT_ALIKE


@lru_cache(maxsize=8192)
def _sounds(name: str, asked: bool) -> frozenset[str]:
    han, latin = forms(name)
    chinese = sounds_of(_bare(han), asked) if han and not _has_stand_in(han) else frozenset()
    return chinese | (sounds_in(tuple(latin.split()), asked) if latin else frozenset())


def _latin(a: tuple[str, ...], b: tuple[str, ...]) -> Alike:
    if a == b:
        return _by("words")
    romanised = _romanised(a, b)
    if romanised.score:
        return romanised
    if is_pinyin(a) and is_pinyin(b):
        return NOT_ALIKE
    company = has_form(a) or has_form(b)
    x, y = (without_form(a), without_form(b)) if company else (a, b)
    if "".join(sorted(x)) == "".join(sorted(y)) or same_run(x, y):
        return _by("words")
    return _spelled(x, y, 0.2 if company else 0.04)


def _romanised(a: tuple[str, ...], b: tuple[str, ...]) -> Alike:
    mine, theirs = sounds_in(a, True), sounds_in(b, False)
    shared = mine & theirs
    if any(key[0] == "p" for key in shared):
        return _by("words")
    crossed = {key[2:] for key in mine if key[0] == "w"} & {key[2:] for key in theirs if key[0] == "g"}
    crossed |= {key[2:] for key in mine if key[0] == "g"} & {key[2:] for key in theirs if key[0] == "w"}
    if crossed and not (is_pinyin(a) and is_pinyin(b)):
        return _by("wade_giles")
    if any(key[0] == "j" for key in shared) and not (is_pinyin(a) and is_pinyin(b)):
        return _by("cantonese", 0.86)
    return NOT_ALIKE


def same_run(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """The same letters apart or run together, whatever word comes first."""
    run = "".join(b)
    return run in {"".join((*a[n:], *a[:n])) for n in range(len(a))}


def _spelled(a: Sequence[str], b: Sequence[str], missing: float) -> Alike:
    """Every word of the shorter has its own in the longer; at least two that are more than initials."""
    short, long = sorted((list(a), list(b)), key=len)
    if len(short) == len(long) == 1:
        return _single(short[0], long[0])
    scores, left = [], list(long)
    for word in sorted(short, key=len, reverse=True):
        best = max(left, key=lambda other: _pair(word, other))
        if not (score := _pair(word, best)):
            return NOT_ALIKE
        scores.append(score)
        left.remove(best)
    if sum(score > INITIAL for score in scores) < 2:
        return NOT_ALIKE
    return _by("spelling", sum(scores) / len(scores) - missing * len(left))


INITIAL = 0.8


def _pair(word: str, other: str) -> float:
    if min(len(word), len(other)) == 1:
        return INITIAL if word[0] == other[0] else 0.0
    return words_agree(word, other)


def _single(one: str, other: str) -> Alike:
    """One word against one word: the same sound, or one letter in a long word."""
    same = words_agree(one, other) if min(len(one), len(other)) >= LONG and one[0] == other[0] else 0.0
    return _by("spelling", same) if same and (skeleton(one) == skeleton(other) or len(one) >= 8) else NOT_ALIKE
