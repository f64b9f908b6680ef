"""Which risk level is printed?

Customers C1-C5, products R1-R5. The names of the customer levels differ between institutions (稳健型 is
C2 in one and C3 in another), so a name alone gives a number only where all use it alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from verifier.values.script import squeeze

_HAN_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5}
_WORDS = {
    "低风险": 1, "中低风险": 2, "较低风险": 2, "中风险": 3, "中等风险": 3, "中高风险": 4, "较高风险": 4, "高风险": 5,
    "保守型": 1, "最低承受能力型": 1, "激进型": 5,
}  # fmt: skip
_DISPUTED = ("谨慎型", "稳健型", "平衡型", "成长型", "积极型", "进取型", "相对保守型", "相对积极型")
# a code may follow English words or another code, but "Ri" of "Risk" is none
_CODE = re.compile(
    r"(?:(?<![A-Z])P?(?P<upper>[CR])|(?<![A-Za-z])(?P<lower>[cr]))-?"
    r"(?P<digit>[1-5](?!\d)|[lI|](?![A-Za-z\d])|[ⅠⅡⅢⅣⅤ一二三四五])"
)
_NUMBER = re.compile(r"(?P<digit>[1-5一二三四五ⅠⅡⅢⅣⅤ])级|^(?P<bare>[1-5ⅠⅡⅢⅣⅤ])$|第(?P<nth>[一二三四五])[级档类]")


@dataclass(frozen=True, slots=True)
class Level:
    """`code` as it is compared and stored (C3, R2, or the printed name); `number` 1..5 or None when the
    printed name alone does not settle it."""

    code: str
    number: int | None


def _digit(text: str) -> int:
    return _HAN_DIGITS.get(text) or (1 if text in "lI|" else int(text))


@lru_cache(maxsize=4096)
def read_level(text: str) -> Level | None:
    """`C3 稳健型`, `R2(中低风险)`, `三级`, `保守型` ...; None when no level is named."""
    plain = squeeze(text)
    codes = {((m["upper"] or m["lower"]).upper(), _digit(m["digit"])) for m in _CODE.finditer(plain)}
    if len(codes) > 1:
        return None
    if codes:
        letter, number = codes.pop()
        return Level(f"{letter}{number}", number)
    named = list(_NUMBER.finditer(plain))
    if len(named) == 1:
        number = _digit(named[0]["digit"] or named[0]["bare"] or named[0]["nth"])
        return Level(str(number), number)
    for word in sorted(_WORDS, key=len, reverse=True):
        if word in plain:
            return Level(word, _WORDS[word])
    return next((Level(word, None) for word in sorted(_DISPUTED, key=len, reverse=True) if word in plain), None)


def level_number(text: str) -> int | None:
    """1 to 5, or None."""
    level = read_level(text)
    return level.number if level else None
