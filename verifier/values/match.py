"""What can a comparison of two printed values come to?

One word and one sentence for every pair: checks decide what it means, people read why. The table below
is the whole list of differences that the comparisons of this room can find.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from verifier.model import Text


class MatchKind(StrEnum):
    """EXACT, MASKED, and VARIANT without `review` are agreement. OCR_NEAR is a difference that the reader
    may have made. UNREADABLE says that one side holds no such value, or that the two cannot be compared."""

    EXACT = "exact"
    VARIANT = "variant"
    MASKED = "masked"
    OCR_NEAR = "ocr_near"
    CONFLICT = "conflict"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Match:
    """`review` asks for a person although the values may be the same; `how` is the key of the table."""

    kind: MatchKind
    detail: Text
    score: float
    review: bool = False
    how: str = ""

    @property
    def agrees(self) -> bool:
        """The two values are the same as far as they can be seen, and nobody need look."""
        return self.kind in (MatchKind.EXACT, MatchKind.VARIANT, MatchKind.MASKED) and not self.review

    @property
    def conflicts(self) -> bool:
        return self.kind is MatchKind.CONFLICT


@dataclass(frozen=True, slots=True)
class _Row:
    kind: MatchKind
    score: float
    review: bool
    zh: str
    en: str


def _form(zh: str, en: str, score: float = 0.98) -> _Row:
    return _Row(MatchKind.VARIANT, score, False, zh, en)


def _person(zh: str, en: str, score: float, kind: MatchKind = MatchKind.VARIANT) -> _Row:
    return _Row(kind, score, True, zh + "，请人工确认", en + "; please confirm")


def _slip(zh: str, en: str, score: float = 0.8) -> _Row:
    return _person(zh + "，可能是识别误差", en + ": possibly a reading error", score, MatchKind.OCR_NEAR)


_BOTH = "“{a}”与“{b}”"
_BOTH_EN = "{a} and {b}"
_TABLE = {
    "same": _Row(MatchKind.EXACT, 1.0, False, "一致：{a}", "The same: {a}"),
    "different": _Row(MatchKind.CONFLICT, 0.0, False, f"不一致：{_BOTH}", f"Different: {_BOTH_EN}"),
    "nothing": _Row(MatchKind.UNREADABLE, 0.0, False, "至少一处没有可比较的内容", "One side holds nothing to compare"),
    "other_script": _Row(
        MatchKind.UNREADABLE, 0.0, False, f"{_BOTH}文字不同，无法比对", f"{_BOTH_EN} are in different scripts"
    ),
    # forms of one value
    "script": _form(f"{_BOTH}仅繁简不同", f"{_BOTH_EN}: traditional and simplified"),
    "dot": _form(f"{_BOTH}仅间隔点不同", f"{_BOTH_EN} differ only in the dot"),
    "form": _form(f"{_BOTH}仅括号、空格或全半角不同", f"{_BOTH_EN} differ in brackets, blanks or width"),
    "case": _form(f"{_BOTH}仅大小写或符号不同", f"{_BOTH_EN} differ in case or marks"),
    "order": _form(f"{_BOTH}仅分隔或次序不同", f"{_BOTH_EN} differ in spacing or order", 0.95),
    "bilingual": _form("“{a}”含有“{b}”", "{a} includes {b}", 0.95),
    "pinyin": _form("“{b}”是“{a}”的拼音", "{b} is the pinyin of {a}", 0.9),
    "fifteen": _form(f"{_BOTH}为同一号码的15位与18位", f"{_BOTH_EN} are one number in 15 and 18 digits"),
    "legal_form": _form(f"{_BOTH}仅公司形式写法不同", f"{_BOTH_EN}: the legal form is written differently", 0.95),
    "branch": _form(f"{_BOTH}为总公司与分支机构", f"{_BOTH_EN}: head office and branch", 0.9),
    "version_word": _form(f"{_BOTH}仅“款”“版”写法不同", f"{_BOTH_EN} differ only in 款 or 版", 0.95),
    "issuer": _form(f"{_BOTH}：其一前有公司名", f"{_BOTH_EN}: one has the company's name before it", 0.95),
    # the same as far as can be seen
    "mask": _Row(MatchKind.MASKED, 0.8, False, f"{_BOTH}可见部分一致", f"What can be seen of {_BOTH_EN} agrees"),
    "tail": _Row(MatchKind.MASKED, 0.7, False, f"{_BOTH}尾号一致", f"The last digits of {_BOTH_EN} agree"),
    "mask_differs": _Row(
        MatchKind.CONFLICT, 0.0, False, f"{_BOTH}可见部分不一致", f"What can be seen of {_BOTH_EN} differs"
    ),
    # for a person
    "rare": _person(f"{_BOTH}：生僻字以拼音或符号代替", f"{_BOTH_EN}: a rare character is pinyin or a sign", 0.85),
    "surname_pair": _person(
        f"{_BOTH}：“{{x}}”“{{y}}”两姓常混写", f"{_BOTH_EN}: the surnames {{x}} and {{y}} are often mixed up", 0.85
    ),
    "truncated": _person(f"{_BOTH}：较短者可能被截断", f"{_BOTH_EN}: the shorter may be cut off", 0.8),
    "abbreviated": _person(f"{_BOTH}：其一省略或缩写了部分名字", f"{_BOTH_EN}: one leaves out or shortens a name", 0.8),
    "initials": _person("“{b}”可能是“{a}”的拼音缩写", "{b} may abbreviate the pinyin of {a}", 0.5),
    "other_branch": _person(f"{_BOTH}为同一公司的不同分支机构", f"{_BOTH_EN}: two branches of one company", 0.7),
    "short_name": _person(f"{_BOTH}：其一可能是简称", f"{_BOTH_EN}: one may be the short name", 0.6),
    "shorter": _person(f"{_BOTH}：其一缺少“{{x}}”", f"{_BOTH_EN}: one lacks {{x}}", 0.75),
    # what the reader may have done
    "look_alike": _slip(
        f"{_BOTH}仅一字不同，且“{{x}}”“{{y}}”形近",
        f"{_BOTH_EN}: one character differs, {{x}} and {{y}} look alike",
    ),
    "one_off": _slip(f"{_BOTH}仅差一字", f"{_BOTH_EN} differ by one character", 0.75),
    "check_digit": _slip(
        f"{_BOTH}相差不超过两位，且校验码不符", f"{_BOTH_EN} differ in two places at most and a check digit fails"
    ),
    "letter_for_digit": _slip(f"{_BOTH}仅字母与数字形近之差", f"{_BOTH_EN} differ in letters that look like digits"),
}
DIFFERENCES = tuple(_TABLE)


def found(how: str, a: str, b: str, x: str = "", y: str = "") -> Match:
    """The match for a row of the table, told with the values that were compared."""
    row = _TABLE[how]
    words = {"a": a, "b": b, "x": x, "y": y}
    return Match(row.kind, Text(row.zh.format(**words), row.en.format(**words)), row.score, row.review, how)
