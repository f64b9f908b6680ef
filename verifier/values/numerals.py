"""What number do these Chinese numerals stand for?

Small whole numbers as dates, ages and terms print them: 二十一, 贰拾壹, 廿一, 二〇二四. Amounts of money
have rules of their own and are read in `money`.
"""

from __future__ import annotations

from functools import lru_cache

_DIGITS = {
    character: number
    for number, characters in enumerate(
        (
            "零〇○◯OoQ0",
            "一壹壱弌1",
            "二贰貳弐弍两兩2",
            "三叁叄參参3",
            "四肆4",
            "五伍5",
            "六陆陸6",
            "七柒7",
            "八捌8",
            "九玖9",
        )
    )
    for character in characters
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MERGED = {"廿": 20, "卄": 20, "念": 20, "卅": 30, "卌": 40}


@lru_cache(maxsize=4096)
def small_number(text: str) -> int | None:
    """A number below ten thousand: 二十一, 壹拾贰, 零叁, 廿五, 一百零五, 一一三; None for anything else."""
    if len(text) > 16:
        return None
    if text and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit, last = 0, None, 10_000
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        elif character in _MERGED and total % 100 == 0 and not digit and last > 10:
            total, digit, last = total + _MERGED[character], None, 10
        elif character in _TENS:
            unit = _TENS[character]
            if unit >= last or (digit is None and unit != 10):
                return None
            total, digit, last = total + (1 if digit is None else digit) * unit, None, unit
        else:
            return None
    return total + (digit or 0) if text else None


@lru_cache(maxsize=4096)
def year_number(text: str) -> int | None:
    """A year written digit by digit (二〇二四) or as a number (贰仟零贰拾肆)."""
    if len(text) == 4 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    return small_number(text)
