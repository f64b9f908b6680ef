"""Which telephone number is this, and is a field filled or merely not empty?"""

from __future__ import annotations

import re
from functools import lru_cache

from verifier.values.script import squeeze, without_boxes

_MOBILE = re.compile(r"1[3-9]\d{9}")
_USUAL = re.compile(r"1[3-9]\d{9}|0\d{2,3}-\d{7,8}(?:-\d+)?|[48]00\d{7}|(?:95|96|10|12)\d{3,5}|\+\d+")
_WORDS = frozenset(("无", "没有", "暂无", "不详", "未知", "不知道", "空", "略", "未提供", "未填", "未填写", "待定",
                    "待补", "none", "null", "nil", "na", "n/a", "unknown", "tbd", "test", "测试", "某某"))  # fmt: skip


@lru_cache(maxsize=32768)
def canonical_phone(text: str) -> str:
    """Digits; a landline keeps one dash behind its area code; masks keep their `*`. "" when there is none."""
    plain = squeeze(text).replace("＊", "*")
    plain = re.sub(r"^[:;,.]+|[:;,.。]+$", "", without_boxes(plain))
    plain = re.sub(r"^(?:\(?\+?86\)?-?|0086-?)(?=1[3-9])", "", plain)
    bare = re.sub(r"[-.·()]", "", plain)
    if _MOBILE.fullmatch(bare) or ("*" in bare and re.fullmatch(r"1\d{0,6}\*{2,}\d{0,6}", bare)):
        return bare
    landline = re.fullmatch(r"\(?(010|02\d|0[3-9]\d{2})[)\-]*([2-9]\d{6,7})(?:[-转](\d{1,5}))?", plain)
    if landline:
        return f"{landline[1]}-{landline[2]}" + (f"-{landline[3]}" if landline[3] else "")
    if re.fullmatch(r"\+?\d{5,15}", bare):
        return bare
    return ""


def is_mobile(text: str) -> bool:
    """A mainland mobile number: 1, then 3 to 9, then nine digits."""
    return _MOBILE.fullmatch(canonical_phone(text)) is not None


def is_usual(phone: str) -> bool:
    """Has the canonical number one of the usual shapes: mobile, landline, service number, or masked?"""
    return "*" in phone or _USUAL.fullmatch(phone) is not None


@lru_cache(maxsize=32768)
def is_placeholder(text: str) -> bool:
    """Was something written only so that the field is not empty: 无, 不详, *, 1, 11111111111, 13800000000?"""
    plain = squeeze(text).casefold().strip(":;,.。")
    bare = re.sub(r"[-_/\\*.·~|=#?×、—]", "", plain)
    if not bare or set(bare) == {"x"} or bare in _WORDS or plain in _WORDS:
        return True
    if bare.isdigit():
        return _made_up_digits(bare)
    return len(bare) <= 2 and bare.isascii() and bare.isalpha()


def _made_up_digits(digits: str) -> bool:
    if len(digits) <= 2 or len(set(digits)) == 1:
        return True
    if digits in "01234567890123456789" or digits in "98765432109876543210":
        return True
    if _MOBILE.fullmatch(digits):
        tail = digits[3:]
        # 13800138000 is the carrier's own service number and everybody's favourite dummy
        return len(set(tail)) == 1 or tail in "01234567890" or tail in "9876543210" or digits == "13800138000"
    return False
