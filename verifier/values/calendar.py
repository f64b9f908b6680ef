"""Which days are working days in mainland China?

From the State Council's holiday notices with their make-up days (chinesecalendar). A year that is not yet
announced falls back to Monday to Friday, and `calendar_known` says so.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import holidays

FIRST_YEAR: int = min(holidays).year
LAST_YEAR: int = max(holidays).year


def calendar_known(day: date) -> bool:
    """Is the year's holiday notice in the calendar?"""
    return FIRST_YEAR <= day.year <= LAST_YEAR


@lru_cache(maxsize=16384)
def is_working_day(day: date) -> bool:
    """A working day, make-up days included."""
    if not calendar_known(day):
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def add_working_days(day: date, count: int) -> date:
    """The day that is `count` working days later (earlier when negative); the day itself is not counted."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to and including `last`; negative when `last` is earlier."""
    if last < first:
        return -working_days_between(last, first)
    days = (last - first).days
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, days + 1))
