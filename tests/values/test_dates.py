"""Dates in every form of specification 4.3, spans, and reckoning."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.values.dates import (
    DateSpan,
    add_months,
    add_years,
    find_dates,
    full_years,
    read_date,
    read_date_span,
    read_one_date,
)

FIFTH_OF_MARCH = date(2024, 3, 5)

FORMS = """
2024年3月5日 | 2024年03月05日 | 2024.3.5 | 2024-03-05 | 2024/3/5 | 20240305 | 贰零贰肆年叁月伍日 | 二〇二四年三月五日
二○二四年三月五日 | 二零二四年三月五日 | 民国113年3月5日 | 民國一一三年三月五日 | 中华民国一百一十三年三月五日
2024 年 3 月 5 日 | 2 0 2 4 年 0 3 月 0 5 日 | |2|0|2|4|年|0|3|月|0|5|日 | □2□0□2□4年□3月□5日 | 2 0 2 4 0 3 0 5
2024__年_3_月_5_日 | 2024 03 05 | 2024. 03. 05 | 2024 - 03 - 05 | ２０２４年３月５日 | ２０２４－０３－０５ | 2024·03·05
2024-03-05 14:30:25 | 2024-03-0514:30:25 | 2024-03-05T14:30:25 | 2024年3月5日14时30分 | 2024年3月5日 14:30
20240305143025
5 March 2024 | March 5, 2024 | 05 MAR 2024 | 05 3月/MAR 2024 | 05-Mar-2024 | 5th of March 2024 | 2024 Mar 5
2O24年3月5日 | 2024年3月5曰 | 2024年O3月O5日 | 2024.03.O5 | 2024牛3月5日 | 2024年3月5目 | 2024.0305 | 202403.05
签字日期：2024年3月5日 | 2024年3月5日 星期二 | 2024年3月5日（星期二）
贰零贰肆年零叁月零伍日 | 2024年三月5日 | 2024年3月5号
2024—03—05 | 2024年3月5 | 日期:2024/03/05 | 贰零贰肆 年 零叁 月 零伍 日
"""


@pytest.mark.parametrize("text", [form.strip() for line in FORMS.split("\n") for form in line.split(" | ") if form])
def test_every_form_names_the_day(text: str) -> None:
    assert read_date(text) == FIFTH_OF_MARCH


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二四年十二月三十一日", date(2024, 12, 31)),
        ("贰零贰肆年壹拾贰月贰拾伍日", date(2024, 12, 25)),
        ("贰零贰肆年零壹拾月零叁拾日", date(2024, 10, 30)),
        ("二〇二三年廿月", None),
        ("二〇二三年十一月廿五日", date(2023, 11, 25)),
        ("2024年l2月3l日", date(2024, 12, 31)),
        ("2024年I0月1日", date(2024, 10, 1)),
        ("2024-12-1114:30", date(2024, 12, 11)),
        ("1958年07月09日", date(1958, 7, 9)),
        ("9999-12-31", date(9999, 12, 31)),
    ],
)
def test_other_days(text: str, day: date | None) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "年 月 日",
        "____年__月__日",
        "3月5日",
        "2024年3月",
        "24年3月5日",
        "2023年2月29日",
        "2024年13月5日",
        "2024年3月58",
        "05/03/2024",
        "2024年3月5日至2025年3月4日",
        "6222020240305000000",
        "110105194912310021",
        "12024.3.5",
        "10.2024.3",
        "1234567",
        "24000.00",
        "2024年3月5日 共3份",
    ],
)
def test_no_single_day(text: str) -> None:
    assert read_date(text) is None


def test_day_first_is_a_matter_of_the_paper() -> None:
    assert read_date("05/03/2024", day_first=True) == FIFTH_OF_MARCH
    assert read_date("25/03/2024") == date(2024, 3, 25)
    assert read_date("03/25/2024") == date(2024, 3, 25)
    assert read_date("05/05/2024") == date(2024, 5, 5)


def test_a_mended_slip_is_told() -> None:
    mended, clean = read_one_date("2O24年3月5曰"), read_one_date("2024年3月5日")
    assert mended is not None and mended.repaired
    assert clean is not None and not clean.repaired
    unsigned = read_one_date("2024年3月18")  # 18, or 1 and a bent 日
    assert unsigned is not None and unsigned.repaired


def test_dates_are_found_in_place() -> None:
    text = "自2024年3月5日零时起至2034-03-04止"
    found = find_dates(text)
    assert [f.value for f in found] == [FIFTH_OF_MARCH, date(2034, 3, 4)]
    assert all(text[f.start : f.end] == f.text for f in found)


DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 30))
CAPITALS = "零壹贰叁肆伍陆柒捌玖"
COMMON = "〇一二三四五六七八九"


def bank_capitals(day: date) -> str:
    def number(value: int) -> str:
        tens, ones = divmod(value, 10)
        if not tens:
            return "零" + CAPITALS[ones]
        return CAPITALS[tens] + "拾" + (CAPITALS[ones] if ones else "")

    year = "".join(CAPITALS[int(digit)] for digit in str(day.year))
    return f"{year}年{number(day.month)}月{number(day.day)}日"


def common_numerals(day: date) -> str:
    def number(value: int) -> str:
        tens, ones = divmod(value, 10)
        head = "" if not tens else ("" if tens == 1 else COMMON[tens]) + "十"
        return head + (COMMON[ones] if ones or not tens else "")

    return "".join(COMMON[int(digit)] for digit in str(day.year)) + f"年{number(day.month)}月{number(day.day)}日"


@given(DAYS)
def test_round_trip_of_every_writing(day: date) -> None:
    writings = [
        day.isoformat(),
        f"{day:%Y.%m.%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month:02} 月 {day.day:02} 日",
        " ".join(f"{day:%Y%m%d}"),
        bank_capitals(day),
        common_numerals(day),
        f"{day:%d %B %Y}",
        f"{day:%b %d, %Y}",
        f"{day:%Y-%m-%d} 09:05:07",
        f"{day:%Y-%m-%d}09:05:07",
        f"{day:%Y%m%d090507}",
    ]
    if day.year > 1911:
        writings.append(f"民国{day.year - 1911}年{day.month}月{day.day}日")
    assert {writing: read_date(writing) for writing in writings} == dict.fromkeys(writings, day)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_without_error(text: str) -> None:
    found = read_one_date(text)
    assert found is None or text[found.start : found.end] == found.text
    read_date_span(text)


SPAN = DateSpan(date(2015, 3, 2), date(2035, 3, 2), False)
LONG = DateSpan(date(2015, 3, 2), None, True)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2015.03.02-2035.03.02", SPAN),
        ("2015.03.02—2035.03.02", SPAN),
        ("2015.03.02 - 2035.03.02", SPAN),
        ("2015.03.022035.03.02", SPAN),
        ("2015.03.02--2035.03.02", SPAN),
        ("20150302-20350302", SPAN),
        ("2015.3.2~2035.3.2", SPAN),
        ("2015.03.02.2035.03.02", SPAN),
        ("2015-03-02-2035-03-02", SPAN),
        ("2015年3月2日至2035年3月2日", SPAN),
        ("自2015年3月2日零时起至2035年3月2日二十四时止", SPAN),
        ("有效期限 2015.03.02-2035.03.02", SPAN),
        ("2015.03.02-长期", LONG),
        ("2015.03.02 至 长期有效", LONG),
        ("2015.03.02-長期", LONG),
        ("2015.03.02-9999.12.31", LONG),
        ("2015.03.02-2099.12.31", LONG),
        ("长期", DateSpan(None, None, True)),
        ("☑长期 □____年__月__日", DateSpan(None, None, True)),
        ("□长期 至2035年3月2日", DateSpan(None, date(2035, 3, 2), False)),
        ("至2035-03-02", DateSpan(None, date(2035, 3, 2), False)),
        ("2015.03.02-", DateSpan(date(2015, 3, 2), None, False)),
    ],
)
def test_spans(text: str, span: DateSpan) -> None:
    assert read_date_span(text) == span


@pytest.mark.parametrize("word", ["长明", "长朋", "长斯", "张期"])
def test_bent_long_term(word: str) -> None:
    assert read_date_span(f"2015.03.02-{word}") == DateSpan(date(2015, 3, 2), None, True, repaired=True)


@pytest.mark.parametrize("text", ["", "无", "2015.03.02-2035.0", "2015.03.02-2035.03.02-2040.01.01", "□长期", "身份证"])
def test_no_span(text: str) -> None:
    assert read_date_span(text) is None


def test_full_years() -> None:
    assert full_years(date(1964, 3, 5), date(2024, 3, 4)) == 59
    assert full_years(date(1964, 3, 5), date(2024, 3, 5)) == 60
    leap = date(2008, 2, 29)
    assert full_years(leap, date(2026, 2, 28)) == 17
    assert full_years(leap, date(2026, 3, 1)) == 18
    assert full_years(leap, date(2026, 2, 28), leap_day_on_march_first=False) == 18
    assert full_years(leap, date(2024, 2, 29)) == 16


@given(DAYS, st.integers(0, 120))
def test_a_birthday_completes_the_year(birth: date, years: int) -> None:
    try:
        birthday = birth.replace(year=birth.year + years)
    except ValueError:
        birthday = date(birth.year + years, 3, 1)
    assert full_years(birth, birthday) == years
    assert full_years(birth, birthday - timedelta(days=1)) == years - 1


def test_adding() -> None:
    assert add_years(date(2016, 2, 29), 10) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 31), -2) == date(2023, 11, 30)
