"""Are these two the same person's name?

The rules are those of specification 4.7: the dot of minority names, traditional and simplified
characters, rare characters that systems print as pinyin, `?` or `*`, pinyin on cards and passports,
masks of wallets, box truncation, and what OCR mixes up. Organisations and products have their own
rules in `organisations`, whose names are at hand here too.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

from rapidfuzz.distance import Levenshtein

from verifier.values.confusions import confusable
from verifier.values.match import Match, MatchKind, found
from verifier.values.organisations import (
    canonical_organisation,
    canonical_product,
    compare_organisations,
    compare_products,
    is_organisation,
)
from verifier.values.script import is_cjk, readings, simplified, single_blanks

__all__ = [
    "NameMatch",
    "NameMatchKind",
    "canonical_name",
    "canonical_organisation",
    "canonical_product",
    "compare_names",
    "compare_organisations",
    "compare_products",
    "is_organisation",
]

NameMatch = Match
NameMatchKind = MatchKind

DOT = "·"
_DOTS = "·•‧․.・･∙⋅●。﹒"
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]"
_DOT_BETWEEN = re.compile(rf"(?<={_HAN})\s*[{_DOTS}]+\s*(?={_HAN})")
_BLANK_BETWEEN = re.compile(
    r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff〇·*?]) +(?=[\u3400-\u9fff\U00020000-\U0003ffff〇·*?])"
)
# New-look ID cards of autonomous areas print a second script beside the Chinese (specification 4.1).
_SECOND_SCRIPT = re.compile(
    "[\u0600-\u06ff\u0750-\u077f\u0f00-\u0fff\u1800-\u18af\ua000-\ua4cf\ufb50-\ufdff\ufe70-\ufefc]+"
)
_EDGE = re.compile(r"^[\s:;,._|/\\\-=~'\"]+|[\s:;,_|/\\\-=~'\"]+$")
_STARS = str.maketrans(dict.fromkeys("＊※✱﹡⁎∗×", "*"))
_UNKNOWN_GLYPHS = "?□�〓▯■"
_TITLE = re.compile(rf"(?<={_HAN}{_HAN})(?:先生|女士|小姐)$")

# Surnames that registers write in two ways and that are two different surnames all the same.
SURNAME_PAIRS = frozenset(
    frozenset(pair)
    for pair in ("萧肖", "阎闫", "傅付", "戴代", "邱丘", "蓝兰", "詹占", "谭覃", "翟狄", "裴斐", "禤宣", "蒋将", "雒洛",
                 "游尤", "简间", "佘余", "冼洗", "尹伊", "晏宴", "候侯", "尚上", "岳乐", "令零", "葉叶")
)  # fmt: skip


@lru_cache(maxsize=65536)
def canonical_name(text: str) -> str:
    """Chinese names without inner blanks and with `·`; Latin names with single blanks."""
    plain = single_blanks(text).translate(_STARS)
    if is_cjk(plain):
        plain = _SECOND_SCRIPT.sub("", plain)
        plain = _DOT_BETWEEN.sub(DOT, plain)
        plain = _BLANK_BETWEEN.sub("", plain)
        plain = _EDGE.sub("", plain).strip(".").strip()
        return _TITLE.sub("", plain)
    return _EDGE.sub("", plain)


@lru_cache(maxsize=65536)
def compare_names(a: str, b: str) -> Match:
    """Compares two persons' names as printed. Symmetric."""
    first, second = canonical_name(a), canonical_name(b)
    if not _readable(first) or not _readable(second):
        return found("nothing", first, second)
    if first == second:
        return found("mask" if "*" in first else "same", first, second)
    if is_cjk(first) and is_cjk(second):
        return _compare_chinese(first, second)
    if is_cjk(first) or is_cjk(second):
        return _compare_with_pinyin(*((first, second) if is_cjk(first) else (second, first)))
    return _compare_latin(first, second)


def _readable(name: str) -> bool:
    return any(c.isalpha() for c in name)


def _folded(name: str) -> str:
    return simplified(name).replace(DOT, "").replace(" ", "").casefold()


def _compare_chinese(first: str, second: str) -> Match:
    a, b = _folded(first), _folded(second)
    if a == b:
        return found("dot" if first.replace(DOT, "") == second.replace(DOT, "") else "script", first, second)
    if "*" in a or "*" in b:
        return found("mask" if masks_meet(a, b) else "mask_differs", first, second)
    if _has_stand_in(a) or _has_stand_in(b):
        if _stand_ins_fit(a, b):
            return found("rare", first, second)
        if _stand_in_is_foreign(a) or _stand_in_is_foreign(b):
            return _compare_bilingual(first, second)
    differing = [(x, y) for x, y in zip(a, b, strict=False) if x != y] if len(a) == len(b) else []
    if len(differing) == 1 and len(a) > 1:
        how = _one_character(a, b, *differing[0])
        if how:
            return found(how, first, second, *differing[0])
    short, long = sorted((a, b), key=len)
    if len(short) >= 4 and long.startswith(short):
        return found("truncated", first, second)
    if len(short) >= 4 and Levenshtein.distance(a, b, score_cutoff=1) <= 1 and len(long) > len(short):
        return found("one_off", first, second)
    return found("different", first, second)


def _one_character(a: str, b: str, x: str, y: str) -> str:
    """What the only differing character comes to, as a row of the table of differences; "" for nothing."""
    if a[0] != b[0] and frozenset((x, y)) in SURNAME_PAIRS:
        return "surname_pair"
    if confusable(x, y):
        return "look_alike"
    return "one_off" if len(a) >= 5 else ""


# --- masks and rare characters ------------------------------------------------------------------


def mask_allows(masked: str, full: str) -> bool:
    """Can the mask (each run of `*` hides one character or more) stand for the name?"""
    if len(re.findall(r"\*+", masked)) > 4 or len(full) > 100:
        return False
    pattern = "".join(".+" if part.startswith("*") else re.escape(part) for part in re.split(r"(\*+)", masked) if part)
    return re.fullmatch(pattern, full) is not None


def masks_meet(a: str, b: str) -> bool:
    """Can the two, of which one or both are masked, be the same name?"""
    if "*" not in b:
        return mask_allows(a, b)
    if "*" not in a:
        return mask_allows(b, a)
    heads = zip(a.partition("*")[0], b.partition("*")[0], strict=False)
    tails = zip(reversed(a.rpartition("*")[2]), reversed(b.rpartition("*")[2]), strict=False)
    return all(x == y for x, y in (*heads, *tails))


def _has_stand_in(name: str) -> bool:
    return any(c in _UNKNOWN_GLYPHS or ("a" <= c <= "z") for c in name)


_PIECES = re.compile(r"[a-z]+|.")


def _stand_ins_fit(a: str, b: str) -> bool:
    """张堃 against 张KUN, 张K, 张? or 张□: the systems' way with characters that they lack."""
    left, right = _PIECES.findall(a), _PIECES.findall(b)
    return len(left) == len(right) and all(_piece_fits(x, y) for x, y in zip(left, right, strict=True))


def _piece_fits(x: str, y: str) -> bool:
    if x == y or x in _UNKNOWN_GLYPHS or y in _UNKNOWN_GLYPHS:
        return True
    latin, han = (x, y) if x.isascii() else (y, x)
    return latin.isascii() and not han.isascii() and any(reading.startswith(latin) for reading in readings(han))


_ENDING_LATIN = re.compile(r"^(?P<han>[^A-Za-z]{2,}?)\W*(?P<latin>[A-Za-z][A-Za-z ,.'\-/]*)\W*$")


def _stand_in_is_foreign(name: str) -> bool:
    return re.fullmatch(r"[^a-z?]{2,}[a-z,./'\-()]{4,}", name) is not None


def _compare_bilingual(first: str, second: str) -> Match:
    """张伟 ZHANG WEI against 张伟: cards print both, and the Chinese part is the name."""
    parts = [match["han"] if (match := _ENDING_LATIN.match(name)) else name for name in (first, second)]
    if _folded(parts[0]) == _folded(parts[1]):
        return found("bilingual", *sorted((first, second), key=len, reverse=True))
    return found("different", first, second) if parts == [first, second] else _compare_chinese(parts[0], parts[1])


# --- Latin letters ------------------------------------------------------------------------------

_TRANSLITERATION = {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "Å": "AA", "Æ": "AE", "Ø": "OE", "Ñ": "N", "Þ": "TH"}


@lru_cache(maxsize=16384)
def latin_tokens(name: str, *, umlaut: bool = True) -> tuple[str, ...]:
    """The words of a Latin name in plain capitals, by ICAO Doc 9303 part 3 (Ü as UE) or without marks (U)."""
    upper = name.upper()
    if umlaut:
        upper = "".join(_TRANSLITERATION.get(c, c) for c in upper)
    bare = "".join(c for c in unicodedata.normalize("NFD", upper) if not unicodedata.combining(c))
    words = re.findall(r"[A-Z]+", bare.replace("'", "").replace("’", ""))
    return tuple(word for word in words if word not in ("MR", "MRS", "MS", "MISS", "DR"))


@lru_cache(maxsize=8192)
def _spellings(chinese: str) -> frozenset[str]:
    """Every pinyin spelling of the name run together: surname first and given name first."""
    syllables = [sorted(readings(c)) for c in simplified(chinese).replace(DOT, "") if c != " "]
    if not syllables or any(not s for s in syllables) or len(syllables) > 8:
        return frozenset()
    out: set[str] = set()
    for spelling in product(*(s[:4] for s in syllables)):
        out.add("".join(spelling))
        for cut in (1, 2):  # compound surnames have two characters
            out.add("".join(spelling[cut:]) + "".join(spelling[:cut]))
        if len(out) > 4096:
            break
    return frozenset(out)


def _compare_with_pinyin(chinese: str, latin: str) -> Match:
    run_together = "".join(latin_tokens(latin, umlaut=False)).lower()
    if not run_together:
        return found("nothing", chinese, latin)
    inside = " ".join(re.findall(r"[A-Za-z]+", chinese))
    if inside and sorted(latin_tokens(inside)) == sorted(latin_tokens(latin)):
        return found("bilingual", chinese, latin)
    spellings = _spellings(re.sub(r"[A-Za-z ]+", "", chinese))
    if run_together in spellings:
        return found("pinyin", chinese, latin)
    if not spellings or DOT in chinese:
        return found("other_script", chinese, latin)
    near = min(Levenshtein.distance(run_together, spelling, score_cutoff=1) for spelling in spellings)
    if near <= 1 and len(run_together) >= 5:
        return found("one_off", chinese, latin)
    if len(run_together) <= 3 and any(spelling.startswith(run_together[0]) for spelling in spellings):
        return found("initials", chinese, latin)
    return found("different", chinese, latin)


def _compare_latin(first: str, second: str) -> Match:
    if "*" in first or "*" in second:
        bare = [re.sub(r"[^A-Z*]", "", name.upper()) for name in (first, second)]
        return found("mask" if masks_meet(*bare) else "mask_differs", first, second)
    forms = [(latin_tokens(name), latin_tokens(name, umlaut=False)) for name in (first, second)]
    if not all(tokens for tokens, _ in forms):
        return found("nothing", first, second)
    if set(forms[0]) & set(forms[1]):
        return found("case", first, second)
    if any(_reordered(x, y) for x in forms[0] for y in forms[1]):
        return found("order", first, second)
    a, b = forms[0][1], forms[1][1]
    short, long = sorted((a, b), key=len)
    if len(short) >= 2 and _words_within(short, long):
        return found("abbreviated", first, second)
    joined_a, joined_b = "".join(a), "".join(b)
    distance = min(
        Levenshtein.distance(joined_a, joined_b), Levenshtein.distance("".join(sorted(a)), "".join(sorted(b)))
    )
    return found("one_off" if distance <= 1 and min(len(joined_a), len(joined_b)) >= 5 else "different", first, second)


def _reordered(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """SURNAME, Given or given SURNAME, run together or apart."""
    return sorted(a) == sorted(b) or any("".join(a[i:] + a[:i]) == "".join(b) for i in range(len(a)))


def _words_within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Every word of the shorter has its own word, or its initial, in the longer."""
    left = list(long)
    for word in sorted(short, key=len, reverse=True):
        fitting = next((other for other in left if other == word or _initial(word, other)), None)
        if fitting is None:
            return False
        left.remove(fitting)
    return True


def _initial(word: str, other: str) -> bool:
    return min(len(word), len(other)) == 1 and word[0] == other[0]
