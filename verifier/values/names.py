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

from verifier.model import Text
from verifier.values.confusions import confusable
from verifier.values.match import Match, MatchKind
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


def _match(kind: MatchKind, zh: str, en: str, score: float, *, review: bool = False, how: str = "") -> Match:
    return Match(kind, Text(zh, en), score, review, how)


@lru_cache(maxsize=65536)
def compare_names(a: str, b: str) -> Match:
    """Compares two persons' names as printed. Symmetric."""
    first, second = canonical_name(a), canonical_name(b)
    if not _readable(first) or not _readable(second):
        return _match(
            MatchKind.UNREADABLE, "至少一处没有可比较的姓名", "At least one side holds no name to compare", 0.0
        )
    if first == second:
        if "*" in first:
            return _match(MatchKind.MASKED, f"两处掩码相同：{first}", f"Both masked alike: {first}", 0.7, how="mask")
        return _match(MatchKind.EXACT, f"姓名一致：{first}", f"Same name: {first}", 1.0)
    if is_cjk(first) and is_cjk(second):
        return _compare_chinese(first, second)
    if is_cjk(first) or is_cjk(second):
        chinese, latin = (first, second) if is_cjk(first) else (second, first)
        return _compare_with_pinyin(chinese, latin)
    return _compare_latin(first, second)


def _readable(name: str) -> bool:
    return any(c.isalpha() for c in name)


def _folded(name: str) -> str:
    return simplified(name).replace(DOT, "").replace(" ", "").casefold()


def _compare_chinese(first: str, second: str) -> Match:
    both = f"“{first}”与“{second}”"
    both_en = f"{first} and {second}"
    a, b = _folded(first), _folded(second)
    if a == b:
        how, zh, en = (
            ("script", "繁简不同", "traditional and simplified")
            if simplified(first).replace(DOT, "") != first.replace(DOT, "")
            or simplified(second).replace(DOT, "") != second.replace(DOT, "")
            else ("dot", "间隔点不同", "the dot differs")
        )
        return _match(MatchKind.VARIANT, f"{both}仅{zh}", f"{both_en} differ in form only: {en}", 0.98, how=how)
    if "*" in a or "*" in b:
        return _compare_masked(first, second, a, b)
    if _has_stand_in(a) or _has_stand_in(b):
        rare = _compare_rare(first, second, a, b)
        if rare:
            return rare
    if len(a) == len(b) and len(a) > 1:
        differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
        if len(differing) == 1:
            near = _one_character(first, second, a, b, *differing[0])
            if near:
                return near
    short, long = sorted((a, b), key=len)
    if len(short) >= 4 and len(long) > len(short) and long.startswith(short):
        return _match(MatchKind.VARIANT, f"{both}：较短者可能被截断", f"{both_en}: the shorter may be cut off", 0.8,
                      review=True, how="truncated")  # fmt: skip
    if len(short) >= 4 and Levenshtein.distance(a, b, score_cutoff=1) <= 1:
        return _match(
            MatchKind.OCR_NEAR, f"{both}相差一字", f"{both_en} differ by one character", 0.75, review=True, how="ocr"
        )
    return _match(MatchKind.CONFLICT, f"姓名不一致：{both}", f"Different names: {both_en}", 0.0)


def _one_character(first: str, second: str, a: str, b: str, x: str, y: str) -> Match | None:
    both, both_en = f"“{first}”与“{second}”", f"{first} and {second}"
    if a[0] != b[0] and frozenset((x, y)) in SURNAME_PAIRS:
        return _match(MatchKind.VARIANT, f"{both}：{x}、{y}两姓常混写，请人工确认",
                      f"{both_en}: the surnames {x} and {y} are often written for each other; please confirm", 0.85,
                      review=True, how="surname_pair")  # fmt: skip
    if confusable(x, y):
        return _match(MatchKind.OCR_NEAR, f"{both}仅一字不同，且“{x}”“{y}”形近，可能是识别误差",
                      f"{both_en} differ in one character, and {x} and {y} look alike: possibly a reading error", 0.8,
                      review=True, how="ocr")  # fmt: skip
    if len(a) >= 5:
        return _match(MatchKind.OCR_NEAR, f"{both}较长且仅一字不同", f"{both_en} are long and differ in one character",
                      0.75, review=True, how="ocr")  # fmt: skip
    return None


# --- masks and rare characters ------------------------------------------------------------------


def mask_allows(masked: str, full: str) -> bool:
    """Can the mask (each run of `*` hides one character or more) stand for the name?"""
    pattern = "".join(".+" if part.startswith("*") else re.escape(part) for part in re.split(r"(\*+)", masked) if part)
    return re.fullmatch(pattern, full) is not None


def _masks_meet(a: str, b: str) -> bool:
    if "*" not in b:
        return mask_allows(a, b)
    if "*" not in a:
        return mask_allows(b, a)
    head = all(x == y or "*" in (x, y) for x, y in zip(a.partition("*")[0], b.partition("*")[0], strict=False))
    tail = all(x == y for x, y in zip(reversed(a.rpartition("*")[2]), reversed(b.rpartition("*")[2]), strict=False))
    return head and tail


def _compare_masked(first: str, second: str, a: str, b: str) -> Match:
    if _masks_meet(a, b):
        return _match(MatchKind.MASKED, f"“{first}”与“{second}”可见部分一致", f"What can be seen of {first} and {second} agrees",
                      0.7, how="mask")  # fmt: skip
    return _match(
        MatchKind.CONFLICT,
        f"“{first}”与“{second}”可见部分不一致",
        f"What can be seen of {first} and {second} differs",
        0.0,
    )


def _has_stand_in(name: str) -> bool:
    return any(c in _UNKNOWN_GLYPHS or ("a" <= c <= "z") for c in name)


_PIECES = re.compile(r"[a-z]+|.")


def _compare_rare(first: str, second: str, a: str, b: str) -> Match | None:
    """张堃 against 张KUN, 张K, 张? or 张□: the systems' way with characters that they lack."""
    left, right = _PIECES.findall(a), _PIECES.findall(b)
    if len(left) != len(right):
        return None
    for x, y in zip(left, right, strict=True):
        if x == y or x in _UNKNOWN_GLYPHS or y in _UNKNOWN_GLYPHS:
            continue
        latin, han = (x, y) if x.isascii() else (y, x)
        if not latin.isascii() or han.isascii() or not any(r.startswith(latin) for r in readings(han)):
            return None
    return _match(MatchKind.VARIANT, f"“{first}”与“{second}”：生僻字以拼音或符号代替，请人工确认",
                  f"{first} and {second}: a rare character is printed as pinyin or a sign; please confirm", 0.85,
                  review=True, how="rare")  # fmt: skip


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
        return _match(
            MatchKind.UNREADABLE, "至少一处没有可比较的姓名", "At least one side holds no name to compare", 0.0
        )
    parts = re.findall(r"[A-Za-z]+", chinese)
    if parts and set(latin_tokens(" ".join(parts))) == set(latin_tokens(latin)):
        return _match(
            MatchKind.VARIANT, f"“{chinese}”含“{latin}”", f"{chinese} includes {latin}", 0.95, how="bilingual"
        )
    spellings = _spellings(re.sub(r"[A-Za-z ]+", "", chinese))
    if run_together in spellings:
        return _match(
            MatchKind.VARIANT, f"“{latin}”是“{chinese}”的拼音", f"{latin} is the pinyin of {chinese}", 0.9, how="pinyin"
        )
    near = min((Levenshtein.distance(run_together, s, score_cutoff=1) for s in spellings), default=9)
    if near <= 1 and len(run_together) >= 5:
        return _match(MatchKind.OCR_NEAR, f"“{latin}”与“{chinese}”的拼音相差一个字母",
                      f"{latin} differs by one letter from the pinyin of {chinese}", 0.7, review=True, how="ocr")  # fmt: skip
    if spellings and run_together[0] in {s[0] for s in spellings} and len(run_together) <= 3:
        return _match(MatchKind.VARIANT, f"“{latin}”可能是“{chinese}”的拼音缩写", f"{latin} may abbreviate {chinese}", 0.5,
                      review=True, how="initials")  # fmt: skip
    if not spellings or DOT in chinese:
        return _match(MatchKind.UNREADABLE, f"“{chinese}”与“{latin}”文字不同，无法比对",
                      f"{chinese} and {latin} are in different scripts and cannot be compared", 0.0)  # fmt: skip
    return _match(MatchKind.CONFLICT, f"“{latin}”不是“{chinese}”的拼音", f"{latin} is not the pinyin of {chinese}", 0.0)


def _compare_latin(first: str, second: str) -> Match:
    both, both_en = f"“{first}”与“{second}”", f"{first} and {second}"
    a, b = latin_tokens(first), latin_tokens(second)
    if not a or not b:
        return _match(
            MatchKind.UNREADABLE, "至少一处没有可比较的姓名", "At least one side holds no name to compare", 0.0
        )
    if "*" in first or "*" in second:
        return _compare_masked(first, second, first.upper().replace(" ", ""), second.upper().replace(" ", ""))
    plain_a, plain_b = latin_tokens(first, umlaut=False), latin_tokens(second, umlaut=False)
    if a == b or plain_a == plain_b or a == plain_b or plain_a == b:
        return _match(
            MatchKind.VARIANT, f"{both}仅大小写或符号不同", f"{both_en} differ only in case or marks", 0.98, how="case"
        )
    if "".join(a) == "".join(b) or sorted(a) == sorted(b) or sorted(plain_a) == sorted(plain_b):
        return _match(
            MatchKind.VARIANT,
            f"{both}仅分隔或次序不同",
            f"{both_en} differ only in spacing or order",
            0.95,
            how="order",
        )
    rotations = {"".join(a[i:] + a[:i]) for i in range(len(a))}
    if "".join(b) in rotations:
        return _match(
            MatchKind.VARIANT,
            f"{both}仅分隔或次序不同",
            f"{both_en} differ only in spacing or order",
            0.95,
            how="order",
        )
    short, long = sorted((a, b), key=len)
    if len(short) >= 2 and _words_within(short, long):
        return _match(MatchKind.VARIANT, f"{both}：其一省略或缩写了部分名字", f"{both_en}: one leaves out or abbreviates a name",
                      0.8, review=True, how="abbreviated")  # fmt: skip
    joined_a, joined_b = "".join(sorted(a)), "".join(sorted(b))
    distance = min(Levenshtein.distance("".join(a), "".join(b)), Levenshtein.distance(joined_a, joined_b))
    if distance <= 1 and min(len(joined_a), len(joined_b)) >= 5:
        return _match(
            MatchKind.OCR_NEAR, f"{both}相差一个字母", f"{both_en} differ by one letter", 0.75, review=True, how="ocr"
        )
    return _match(MatchKind.CONFLICT, f"姓名不一致：{both}", f"Different names: {both_en}", 0.0)


def _words_within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    left = list(long)
    for word in sorted(short, key=len, reverse=True):
        fitting = next(
            (
                w
                for w in left
                if w == word or (len(word) == 1 and w.startswith(word)) or (len(w) == 1 and word.startswith(w))
            ),
            None,
        )
        if fitting is None:
            return False
        left.remove(fitting)
    return True
