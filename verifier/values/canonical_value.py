"""What is a canonical value, and what does every kind strip from the printed text first?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifier.values.script import half_width, is_cjk, printed

LONG_TERM = "long_term"


@dataclass(frozen=True, slots=True)
class Canonical:
    """`confidence` is a factor 0..1 for the reader's own confidence: below 1 where the value is odd (a check
    digit fails) or where a slip was `mended` to read it."""

    value: str
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    text: str
    unit: str
    day_first: bool


_FURNITURE = re.compile(r"[\s:;,.，。、_\-/\\|│┃丨□▯▢¥￥$()（）\[\]年月日元圆整至%·~=*]*")
_LEADING = re.compile(r"^[\s:：;；,，。、_|│┃=]+")
_TRAILING = re.compile(r"[\s:：;；,，、_|│┃=]+$")


def is_blank(text: str) -> bool:
    """Is there only the form's own furniture: lines, boxes, `年 月 日`, `￥`, a dash?"""
    return _FURNITURE.fullmatch(half_width(text)) is not None


def clean(text: str) -> str:
    return _TRAILING.sub("", _LEADING.sub("", printed(text)))


def tight(text: str) -> str:
    """Chinese text without blanks, other text with single ones."""
    plain = clean(text)
    return re.sub(r"(?<![A-Za-z0-9]) +| +(?![A-Za-z0-9])", "", plain) if is_cjk(plain) else plain


def or_mended(value: str, mended: bool, factor: float) -> Canonical:
    return Canonical(value, factor, mended=True) if mended else Canonical(value)
