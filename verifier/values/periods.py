"""How long, and how often: cover periods, payment periods and payment modes as structure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from verifier.values.dates import add_years, full_years, read_date
from verifier.values.numerals import small_number
from verifier.values.script import squeeze


@dataclass(frozen=True, slots=True)
class Term:
    """Exactly one of these is set. `single` is one payment, `whole_life` has no end."""

    years: int | None = None
    to_age: int | None = None
    whole_life: bool = False
    single: bool = False
    months: int | None = None
    days: int | None = None
    until: date | None = None

    def years_from(self, birth: date | None, on: date) -> int | None:
        """The term in whole years for somebody born then; None when it cannot be known. One payment is 1."""
        if self.years is not None:
            return self.years
        if self.single:
            return 1
        if self.until is not None:
            years = self.until.year - on.year
            return years + (add_years(on, years) < self.until)
        if self.to_age is not None and birth is not None:
            return max(0, self.to_age - full_years(birth, on))
        if self.months is not None:
            return -(-self.months // 12)
        return 1 if self.days is not None else None


_N = r"(?<![\d.])(?P<n>\d{1,3}|[一二三四五六七八九十廿卅百两壹贰叁肆伍陆柒捌玖拾佰]{1,5})"
_TO_AGE = re.compile(rf"{_N}(?:周)?岁|(?:age|to)(?P<e>\d{{2,3}})$", re.IGNORECASE)
_YEARS = re.compile(rf"{_N}(?:周年|年)(?!\d+月)|^(?P<e>\d{{1,3}})(?:years?|yrs?)$", re.IGNORECASE)
_MONTHS = re.compile(rf"{_N}个?月|^(?P<e>\d{{1,3}})months?$", re.IGNORECASE)
_DAYS = re.compile(rf"{_N}[天日]|^(?P<e>\d{{1,3}})days?$", re.IGNORECASE)
_LIFE = re.compile(r"终身|終身|终生|wholelife|wholeoflife|^life$", re.IGNORECASE)
_SINGLE = re.compile(
    r"趸|一次性?(?:交|缴|付|支付|性)|一次交清|一次缴清|单次|singlepremium|^single$|lumpsum", re.IGNORECASE
)
_LENGTHS: tuple[tuple[re.Pattern[str], Callable[[int], Term]], ...] = (
    (_YEARS, lambda number: Term(years=number)),
    (_MONTHS, lambda number: Term(months=number)),
    (_DAYS, lambda number: Term(days=number)),
)
_CODES = {"whole_life": Term(whole_life=True), "single": Term(single=True)}


def _count(match: re.Match[str]) -> int | None:
    digits = match["n"] or match["e"]
    return int(digits) if digits.isdigit() else small_number(digits)


@lru_cache(maxsize=8192)
def read_term(text: str) -> Term | None:
    """10年, 10年交, 至105周岁, 终身, 趸交, 交至60岁, 20年期, 一年, 12个月, or the contract's `whole_life`."""
    if text.strip() in _CODES:
        return _CODES[text.strip()]
    plain = re.sub(r"[()\[\]:;,.。_|□]", "", squeeze(text))
    plain = re.sub(r"(?<=\d)[lI](?=\d|年|岁)|(?<![A-Za-z\d])[lI](?=\d)", "1", re.sub(r"(?<=\d)[Oo]", "0", plain))
    if len(plain) > 60:
        return None
    if plain.isdigit():
        return Term(years=int(plain)) if 1 <= int(plain) <= 100 else None
    until = read_date(text)
    if until:
        return Term(until=until) if re.search(r"至|到|止", plain) else None
    if "或" in plain:
        return None
    if _SINGLE.search(plain):
        return Term(single=True)
    if _LIFE.search(plain):
        return Term(whole_life=True)
    aged = _TO_AGE.search(plain)
    if aged:
        age = _count(aged)
        return Term(to_age=age) if age is not None and 1 <= age <= 130 else None
    for pattern, make in _LENGTHS:
        found = {_count(match) for match in pattern.finditer(plain)}
        if found:
            number = found.pop()
            return make(number) if number and not found and not re.search(r"\d[/、或]\d", plain) else None
    return None


PAYMENTS_PER_YEAR = {"single": 1, "annual": 1, "half_yearly": 2, "quarterly": 4, "monthly": 12}
_MODES = (
    ("half_yearly", re.compile(r"半年|half[-_]?year|semi-?annual", re.IGNORECASE)),
    ("quarterly", re.compile(r"季|quarter", re.IGNORECASE)),
    ("monthly", re.compile(r"月|month", re.IGNORECASE)),
    ("single", _SINGLE),
    ("annual", re.compile(r"年|annual|year", re.IGNORECASE)),
)


@lru_cache(maxsize=4096)
def read_pay_mode(text: str) -> str | None:
    """single, annual, half_yearly, quarterly or monthly (the contract's `mode`)."""
    plain = squeeze(text)
    return next((mode for mode, pattern in _MODES if pattern.search(plain)), None)
