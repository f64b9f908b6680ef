"""Levels, periods, and the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.values.calendar import LAST_YEAR, add_working_days, calendar_known, is_working_day, working_days_between
from verifier.values.levels import level_number, read_level
from verifier.values.periods import PAYMENTS_PER_YEAR, Term, read_pay_mode, read_term


@pytest.mark.parametrize(
    ("text", "code", "number"),
    [
        ("C3", "C3", 3),
        ("C3 稳健型", "C3", 3),
        ("C3（稳健型）", "C3", 3),
        ("c3", "C3", 3),
        ("稳健型(C3)", "C3", 3),
        ("R2", "R2", 2),
        ("R2(中低风险)", "R2", 2),
        ("PR3", "R3", 3),
        ("Ｃ４", "C4", 4),
        ("C l", "C1", 1),
        ("R-5", "R5", 5),
        ("CⅢ", "C3", 3),
        ("三级", "3", 3),
        ("3级", "3", 3),
        ("第二级", "2", 2),
        ("4", "4", 4),
        ("中低风险", "中低风险", 2),
        ("低风险", "低风险", 1),
        ("高风险", "高风险", 5),
        ("中高风险", "中高风险", 4),
        ("中风险", "中风险", 3),
        ("保守型", "保守型", 1),
        ("激进型", "激进型", 5),
        ("Risk level R3", "R3", 3),
        ("稳健型", "稳健型", None),
        ("进取型", "进取型", None),
        ("平衡型", "平衡型", None),
    ],
)
def test_levels(text: str, code: str, number: int | None) -> None:
    level = read_level(text)
    assert level is not None
    assert (level.code, level.number) == (code, number)
    assert level_number(text) == number


@pytest.mark.parametrize("text", ["", "C1 C2", "C6", "已测评", "R10", "10", "Risk", "Critical", "Circle"])
def test_no_level(text: str) -> None:
    assert read_level(text) is None


@pytest.mark.parametrize(
    ("text", "term"),
    [
        (text, Term(years=10))
        for text in (
            "10年",
            "10年交",
            "10 年",
            "十年",
            "拾年",
            "10年期",
            "分10年交",
            "10年缴清",
            "交费期间：10年",
            "10周年",
            "10",
            "10 years",
            "１０年",
        )
    ]
    + [
        (text, Term(whole_life=True))
        for text in ("终身", "保终身", "終身", "whole_life", "whole life", "终身（至105周岁）")
    ]
    + [
        (text, Term(to_age=60))
        for text in ("至60周岁", "交至60岁", "至60岁", "至被保险人年满60周岁", "保至60周岁", "age60", "至六十周岁")
    ]
    + [
        (text, Term(single=True))
        for text in ("趸交", "趸缴", "一次交清", "一次性交清", "一次性付清", "single", "single premium")
    ]
    + [
        ("至105周岁", Term(to_age=105)),
        ("一年", Term(years=1)),
        ("1年(自动续保)", Term(years=1)),
        ("12个月", Term(months=12)),
        ("180天", Term(days=180)),
        ("二十年", Term(years=20)),
        ("至2035年1月1日", Term(until=date(2035, 1, 1))),
    ],
)
def test_terms(text: str, term: Term) -> None:
    assert read_term(text) == term


@pytest.mark.parametrize("text", ["", "不详", "10/20年", "2024年3月5日", "年", "0年", "200", "分20次"])
def test_no_term(text: str) -> None:
    assert read_term(text) is None


def test_years_of_a_term() -> None:
    birth, on = date(1986, 5, 1), date(2026, 3, 2)
    assert Term(years=10).years_from(birth, on) == 10
    assert Term(to_age=60).years_from(birth, on) == 21
    assert Term(to_age=60).years_from(None, on) is None
    assert Term(single=True).years_from(birth, on) == 1
    assert Term(whole_life=True).years_from(birth, on) is None
    assert Term(months=18).years_from(birth, on) == 2
    assert Term(days=180).years_from(birth, on) == 1
    assert Term(until=date(2035, 3, 2)).years_from(birth, on) == 9
    assert Term(until=date(2035, 3, 3)).years_from(birth, on) == 10


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("年交", "annual"),
        ("年缴", "annual"),
        ("按年", "annual"),
        ("期交(年)", "annual"),
        ("半年交", "half_yearly"),
        ("季交", "quarterly"),
        ("月交", "monthly"),
        ("月缴", "monthly"),
        ("趸交", "single"),
        ("一次交清", "single"),
        ("annual", "annual"),
        ("single", "single"),
        ("half_yearly", "half_yearly"),
        ("quarterly", "quarterly"),
        ("不详", None),
    ],
)
def test_pay_modes(text: str, mode: str | None) -> None:
    assert read_pay_mode(text) == mode
    assert mode is None or mode in PAYMENTS_PER_YEAR


def test_make_up_days_and_holidays() -> None:
    assert not is_working_day(date(2024, 10, 1))  # National Day
    assert is_working_day(date(2024, 9, 29))  # a Sunday worked for it
    assert not is_working_day(date(2024, 9, 28))
    assert add_working_days(date(2024, 9, 30), 1) == date(2024, 10, 8)
    assert add_working_days(date(2024, 10, 8), -1) == date(2024, 9, 30)
    assert working_days_between(date(2024, 9, 30), date(2024, 10, 8)) == 1
    assert working_days_between(date(2024, 10, 8), date(2024, 9, 30)) == -1
    assert working_days_between(date(2024, 10, 8), date(2024, 10, 8)) == 0


def test_beyond_the_notices() -> None:
    beyond = date(LAST_YEAR + 1, 10, 1)
    assert not calendar_known(beyond)
    assert calendar_known(date(2024, 1, 1))
    assert is_working_day(beyond) == (beyond.weekday() < 5)


@given(st.dates(min_value=date(2010, 1, 1), max_value=date(2030, 1, 1)), st.integers(0, 60))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    later = add_working_days(day, count)
    assert working_days_between(day, later) == count
    assert later - day <= timedelta(days=2 * count + 12)
