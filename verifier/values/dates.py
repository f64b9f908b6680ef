"""Which day does the printed text name?

All forms of Chinese business papers: figures with signs or points, eight figures, bank capitals, plain
Chinese numerals, years of the Republic, English months, and the same in digit boxes or after OCR. A date
without its year, or one that can be read in two ways, is no date (specification 4.3).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from verifier.values.confusions import DAY_SIGNS, LONG_TERM_SLIPS, MONTH_SIGNS, SAFE_DIGITS, YEAR_SIGNS
from verifier.values.numerals import small_number, year_number
from verifier.values.script import half_width, squeeze

FIRST_YEAR, LAST_YEAR = 1850, 2200
FOREVER = 9999  # core systems write 9999-12-31 (some 2099-12-31) for "long term"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text. `repaired` says that an OCR slip was mended to read it."""

    value: date
    start: int
    end: int
    text: str
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A validity. `long_term` has no end; a side that was not printed or not read is None."""

    start: date | None
    end: date | None
    long_term: bool
    repaired: bool = False


_GAP = r"[ _|│┃丨□▯▢\[\]]*"
_D = r"[0-9OoIl]"
_HAN = r"[零〇○◯OoQ0一二三四五六七八九十廿卅壹贰貳弐弍叁叄參参肆伍陆陸柒捌玖拾两]"
_TIME = r"(?:[T ]*(?:[01]?\d|2[0-4])[:时](?:[0-5]\d)?(?:[:分][0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)"

_FIGURES = re.compile(
    rf"(?<![0-9])(?P<y>{_D}(?:{_GAP}{_D}){{3}}){_GAP}[{YEAR_SIGNS}]"
    rf"{_GAP}(?P<m>{_D}(?:{_GAP}{_D})?|{_HAN}{{1,3}}){_GAP}[{MONTH_SIGNS}]"
    rf"{_GAP}(?P<d>{_D}(?:{_GAP}{_D})?|{_HAN}{{1,3}})(?!{_D}){_GAP}(?P<sign>[{DAY_SIGNS}])?"
)
_CHINESE = re.compile(
    rf"(?P<y>{_HAN}(?:{_GAP}{_HAN}){{3}}|[贰二两]仟零?[一-龥]{{1,3}}){_GAP}年"
    rf"{_GAP}(?P<m>{_HAN}(?:{_GAP}{_HAN}){{0,3}}|\d{{1,2}}){_GAP}[{MONTH_SIGNS}]"
    rf"{_GAP}(?P<d>{_HAN}(?:{_GAP}{_HAN}){{0,3}}|\d{{1,2}}){_GAP}[{DAY_SIGNS}]"
)
_REPUBLIC = re.compile(
    rf"民[国國]{_GAP}(?P<y>\d{{1,3}}|[一二三四五六七八九十百〇零壹贰叁肆伍陆柒捌玖拾佰]{{1,6}}){_GAP}年"
    rf"{_GAP}(?P<m>\d{{1,2}}|{_HAN}{{1,3}}){_GAP}月{_GAP}(?P<d>\d{{1,2}}|{_HAN}{{1,3}}){_GAP}[{DAY_SIGNS}]"
)
_SEPARATOR = r" ?[-./·。,、_\\] ?"
_POINTED = re.compile(
    rf"(?:(?<![0-9.])|(?<=[-./]\d\d)|(?<=[-./]\d\d\.))(?P<y>[12]{_D}{{3}}|9999)(?P<s>{_SEPARATOR})(?P<m>[01OoIl]?{_D})(?:{_SEPARATOR})(?P<d>[0-3OoIl]?{_D})"
    rf"(?:(?P<t>{_TIME})|(?![0-9])|(?=[12]\d{{3}}[-./年]))"
)
_HALF_POINTED = re.compile(  # one of the two points was lost: still eight figures
    r"(?<![0-9.])(?P<y>(?:19|20)\d\d)(?:[-./](?P<m>\d\d)(?P<d>\d\d)|(?P<m2>\d\d)[-./](?P<d2>\d\d))"
    r"(?:(?![0-9])|(?=[12]\d{3}[-./年]))"
)
_BLANK_SET = re.compile(r"(?<![0-9.])(?P<y>(?:19|20)\d\d) +(?P<m>\d{1,2}) +(?P<d>\d{1,2})(?![0-9:])")
_EIGHT = re.compile(
    r"(?<![0-9])(?P<y>(?:18|19|20|21)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?P<t>[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?![0-9])"
)
_BOXED = re.compile(
    r"(?<![0-9])(?P<y>[12](?:[ |_□]+\d){3})[ |_□./-]+(?P<m>[01][ |_□]*\d)[ |_□./-]+(?P<d>[0-3][ |_□]*\d)(?![0-9])"
)
_YEAR_LAST = re.compile(r"(?<![0-9])(?P<a>\d{1,2})[-./ ](?P<b>\d{1,2})[-./ ](?P<y>(?:19|20)\d\d)(?![0-9])")

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip
_MONTH_WORD = "(?P<m>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY_MONTH = re.compile(  # also 05 3月/MAR 2024, as passports print it
    rf"(?<![0-9])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ,-]*(?:of )?(?:\d{{1,2}} ?月 ?/? ?)?"
    rf"{_MONTH_WORD}[ ,/-]*(?P<y>(?:19|20)\d\d)(?![0-9])",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_MONTH_WORD}[ -]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ,-]+(?P<y>(?:19|20)\d\d)(?![0-9])", re.IGNORECASE
)
_YEAR_MONTH_WORD = re.compile(rf"(?P<y>(?:19|20)\d\d)[ -]+{_MONTH_WORD}[ -]+(?P<d>\d{{1,2}})(?![0-9])", re.IGNORECASE)

_GAPS = re.compile(_GAP)
_MEND = str.maketrans(SAFE_DIGITS)


def _number(text: str) -> tuple[int | None, bool]:
    """The number in figures or Chinese numerals, and whether a letter had to be taken for a digit."""
    text = _GAPS.sub("", text)
    if text.isascii() and any(c.isdigit() for c in text):
        mended = text.translate(_MEND)
        return (int(mended), mended != text) if mended.isdigit() else (None, False)
    return small_number(text), False


def _year(text: str) -> tuple[int | None, bool]:
    text = _GAPS.sub("", text)
    mended = text.translate(_MEND)
    if mended.isdigit() and mended.isascii():
        return int(mended), mended != text
    return year_number(text), False


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    if not (FIRST_YEAR <= year <= LAST_YEAR or year == FOREVER):
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


Reading = tuple[date | None, bool]


def _by_parts(match: re.Match[str]) -> Reading:
    year, mended_year = _year(match["y"])
    month, mended_month = _number(match["m"])
    day, mended_day = _number(match["d"])
    slip = any(sign in match[0] for sign in "牛午用円曰目口臼") or match.groupdict("").get("sign", "日") == ""
    return _date(year, month, day), slip or mended_year or mended_month or mended_day


def _republic(match: re.Match[str]) -> Reading:
    year, _ = _number(match["y"])
    if year is None:
        year = year_number(match["y"])
    month, _ = _number(match["m"])
    day, _ = _number(match["d"])
    return _date(None if year is None else year + 1911, month, day), False


def _half_pointed(match: re.Match[str]) -> Reading:
    return _date(int(match["y"]), int(match["m"] or match["m2"]), int(match["d"] or match["d2"])), True


def _in_words(match: re.Match[str]) -> Reading:
    return _date(int(match["y"]), _MONTHS[match["m"].lower()], int(match["d"])), False


def _year_last(day_first: bool) -> Callable[[re.Match[str]], Reading]:
    def read(match: re.Match[str]) -> Reading:
        first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
        as_day_month = _date(year, second, first)
        as_month_day = _date(year, first, second)
        if day_first or as_month_day is None or as_month_day == as_day_month:
            return as_day_month, False
        return (as_month_day if as_day_month is None else None), False

    return read


def _forms(day_first: bool) -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str]], Reading]]]:
    yield _REPUBLIC, _republic
    yield _FIGURES, _by_parts
    yield _CHINESE, _by_parts
    yield _BOXED, _by_parts
    yield _POINTED, _by_parts
    yield _HALF_POINTED, _half_pointed
    yield _EIGHT, _by_parts
    yield _DAY_MONTH, _in_words
    yield _MONTH_DAY, _in_words
    yield _YEAR_MONTH_WORD, _in_words
    yield _YEAR_LAST, _year_last(day_first)
    yield _BLANK_SET, _by_parts


def find_dates(text: str, *, day_first: bool = False) -> list[FoundDate]:
    """Every date in the text, in order; places count characters of the text as given."""
    return list(_found(text, day_first))


@lru_cache(maxsize=32768)
def _found(text: str, day_first: bool) -> tuple[FoundDate, ...]:
    plain = half_width(text)
    if not any(c.isdigit() or c in "年月" for c in plain):
        return ()
    found: list[FoundDate] = []
    for pattern, read in _forms(day_first):
        for match in pattern.finditer(plain):
            if any(f.start < match.end() and match.start() < f.end for f in found):
                continue
            value, repaired = read(match)
            if value is not None:
                found.append(FoundDate(value, match.start(), match.end(), text[match.start() : match.end()], repaired))
    return tuple(sorted(found, key=lambda f: f.start))


def read_one_date(text: str, *, day_first: bool = False) -> FoundDate | None:
    """The only date of the text, or None when there is none, or more than one, or other figures beside it."""
    found = _found(text, day_first)
    if len(found) != 1:
        return None
    return None if _digits_beside(text, found) else found[0]


def _digits_beside(text: str, dates: Sequence[FoundDate]) -> bool:
    """Do figures stand beside the dates, other than the time of day? Then something was not understood."""
    rest = half_width(text)
    for found in reversed(dates):
        rest = rest[: found.start] + " " + rest[found.end :]
    return re.search(r"\d", re.sub(_TIME, " ", rest)) is not None


def read_date(text: str, *, day_first: bool = False) -> date | None:
    """The day that the text names, or None; with a time behind it, the day of that time."""
    found = read_one_date(text, day_first=day_first)
    return found.value if found else None


# a form's own option that was not chosen: 2035年3月2日 □长期
_UNTICKED = re.compile(r"[□☐○▢](?:长期|長期)|(?<![☑■√✓✔☒●◉])(?:长期|長期)(?:有效)?[□☐○▢](?=.*\d{4})")


def read_date_span(text: str, *, day_first: bool = False) -> DateSpan | None:
    """A validity such as `2015.03.02-2035.03.02` or `2015.03.02-长期`."""
    plain = squeeze(text)
    word = next((slip for slip in LONG_TERM_SLIPS if slip in plain), None)
    if word is not None and _UNTICKED.search(plain):
        word = None
    long_term = word is not None
    repaired = word not in (None, "长期", "長期", "永久")
    dates = list(_found(text, day_first))
    if not dates:
        text, dates = plain, list(_found(plain, day_first))
    if len(dates) > 2 or (long_term and len(dates) > 1) or _digits_beside(text, dates):
        return None
    repaired = repaired or any(found.repaired for found in dates)
    if dates and dates[-1].value.year in (FOREVER, 2099) and dates[-1].value.timetuple()[1:3] == (12, 31):
        dates.pop()
        long_term = True
    if not dates:
        return DateSpan(None, None, True, repaired) if long_term else None
    if len(dates) == 2:
        return DateSpan(dates[0].value, dates[1].value, False, repaired)
    if long_term:
        return DateSpan(dates[0].value, None, True, repaired)
    before = half_width(text[: dates[0].start]).strip()
    if re.search(r"(?:[-~至到止]|to|until)$", before):
        return DateSpan(None, dates[0].value, False, repaired)
    return DateSpan(dates[0].value, None, False, repaired)


# --- reckoning ------------------------------------------------------------------------------------


def full_years(birth: date, on: date, *, leap_day_on_march_first: bool = True) -> int:
    """周岁 on a day. Who was born on 29 February completes a year on 1 March of a common year
    (specification 4.3); `leap_day_on_march_first=False` takes 28 February."""
    month, day = birth.month, birth.day
    if (month, day) == (2, 29) and not leap_day_on_march_first and not _is_leap(on.year):
        day = 28
    return on.year - birth.year - ((on.month, on.day) < (month, day))


def _is_leap(year: int) -> bool:
    return monthrange(year, 2)[1] == 29


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month when it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
