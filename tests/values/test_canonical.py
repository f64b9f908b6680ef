"""One door for extraction: every kind, cleaned of what OCR and forms add."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.values.canonical import KINDS, canonical, is_blank

CASES = """
text | ： 内容 | 内容
text | １００ 号 | 100号
name | 张 伟 | 张伟
name | ：张伟___ | 张伟
name | 李娜(工号 123456) | 李娜
name | 张伟（签字） | 张伟
name | 买买提.阿不都 | 买买提·阿不都
name | ZHANG  WEI | ZHANG WEI
name | 某某人寿保险股份有限公司（上海） | 某某人寿保险股份有限公司（上海）
name | *明 | *明
organisation | 某某（上海) 公司 | 某某（上海）公司
product | 《某某终身寿险（分红型）》 | 某某终身寿险（分红型）
id_number | 110105 19491231 002x | 11010519491231002X
id_number | 110105********002X | 110105********002X
id_type | 居民身份证 | 居民身份证
date | 2024 年 3 月 5 日 | 2024-03-05
date | 2024-03-05 14:30:25 | 2024-03-05
date | 长期 | long_term
date_span | 2015.03.02-2035.03.02 | 2015-03-02/2035-03-02
date_span | 2015.03.02-长期 | 2015-03-02/long_term
date_from_span_start | 2015.03.02-2035.03.02 | 2015-03-02
date_from_span_end | 2015.03.02-2035.03.02 | 2035-03-02
date_from_span_end | 2015.03.02-长期 | long_term
date_from_span_end | 2035.03.02 | 2035-03-02
date_from_span_end | 2035年3月2日 □长期 | 2035-03-02
money | ￥24,000.00 | 24000.00
money | 30万元 | 300000.00
money | 24000 | 24000.00
money_in_words | 人民币 贰万肆仟元整 | 人民币贰万肆仟元整
percent | 50% | 50
percent | 100.00 ％ | 100
percent | 33.33% | 33.33
percent | 1/2 | 50
percent | 百分之五十 | 50
percent | 12.50% | 12.5
integer | 15天 | 15
integer | 第 3 顺位 | 3
integer | 十五日 | 15
number | 98.5分 | 98.5
number | 1,234 | 1234
phone | 138 1234 5678 | 13812345678
account | 6222 0200 0000 0000 000 | 6222020000000000000
account | 6222 **** 1234 | 6222****1234
email | a.b@example.com | a.b@example.com
email | a.b ＠example.com | a.b@example.com
address | 上海市 浦东新区 世纪大道 100 号 | 上海市浦东新区世纪大道100号
sex | 男 | 男
sex | M | 男
sex | Female | 女
sex | 女/F | 女
level | C3 稳健型 | C3
term | 20 年交 | 20年交
term | 至105周岁 | 至105周岁
pay_mode | 年 交 | 年交
choice | 是 | 是
occupation | 4010101 教师 | 教师
occupation | 教师（4010101） | 教师
occupation | 教师/4010101 | 教师
occupation | 一般内勤 | 一般内勤
currency | 人民币 | CNY
serial | ：2024 0305 1234 | 202403051234
serial | No.2024-0305 | No.2024-0305
date | 2024-03-05T14:30:25.123+08:00 | 2024-03-05
money | 24,000.00 (RMB) | 24000.00
money | 每年24,000元 | 24000.00
money | 24,000.00元（人民币贰万肆仟元整） | 24000.00
money | ￥24,000.00（大写：贰万肆仟元整） | 24000.00
percent | 50％（百分之五十） | 50
name | 张 伟 (签名) | 张伟
name | 张伟 投保人 | 张伟
name | 投保人：张伟 | 张伟
name | ZHANG/WEI | ZHANG/WEI
sex | 先生 | 男
id_number | 身份证 11010519491231002X | 11010519491231002X
id_number | 11010519491231002X（本人） | 11010519491231002X
account | 6222 0200 0000 0000 000 (工商银行) | 6222020000000000000
account | 工商银行(1234) | 1234
account | 支付宝 138******00 | 138******00
phone | 13812345678（手机） | 13812345678
phone | 13812345678/021-62345678 | 13812345678
occupation | 教师 职业代码：4010101 | 教师
integer | （15）日 | 15
"""


@pytest.mark.parametrize("line", [line for line in CASES.split("\n") if line])
def test_values(line: str) -> None:
    kind, text, value = (part.strip() for part in line.split(" | "))
    read = canonical(kind, text)
    assert read is not None
    assert read.value == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("name", "____"),
        ("name", "123"),
        ("date", "年 月 日"),
        ("date", "3月5日"),
        ("money", "500.000"),
        ("money", "12.86.50"),
        ("date_from_span_end", "1955.08.07-1975.0"),
        ("money", "￥"),
        ("money_in_words", "张伟"),
        ("percent", "abc"),
        ("percent", "5000"),
        ("integer", "无"),
        ("phone", "无"),
        ("account", "无"),
        ("email", "张伟"),
        ("sex", "□男 □女"),
        ("level", "已测评"),
        ("id_number", "张伟"),
        ("currency", "不详"),
        ("text", "____"),
        ("occupation", "4010101"),
        ("date_from_span_end", "2015.03.02-"),
        ("date_from_span_start", "长期"),
        ("serial", "—"),
    ],
)
def test_no_value_of_the_kind(kind: str, text: str) -> None:
    assert canonical(kind, text) is None


def test_the_unit_of_the_label() -> None:
    read = canonical("money", "30", unit="保险金额（万元）")
    assert read is not None and read.value == "300000.00"


def test_thousands_bent_to_points_are_never_sure() -> None:
    """500.000.00 can only have been 500,000.00; it is told so that papers can be compared, but decides nothing."""
    for text in ("500.000.00", "￥12.860.50", "V2,438.780.00"):
        read = canonical("money", text)
        assert read is not None and read.confidence <= 0.6
        digits = re.sub(r"[^0-9]", "", text)
        assert read.value == f"{digits[:-2]}.{digits[-2:]}"


def test_a_lonely_bar_is_a_one_and_a_row_of_them_are_boxes() -> None:
    lonely, boxes = canonical("phone", "1304984|302"), canonical("phone", "|1|3|0|4|9|8|4|1|3|0|2|")
    assert lonely is not None and boxes is not None
    assert (lonely.value, lonely.confidence, boxes.value, boxes.confidence) == ("13049841302", 0.9, "13049841302", 1)


def test_bent_capitals_are_given_straight() -> None:
    read = canonical("money_in_words", "人民市陆抬肆万叁仟柒佰元整")
    assert read is not None
    assert (read.value, read.confidence < 1) == ("人民币陆拾肆万叁仟柒佰元整", True)


def test_on_a_trusted_layer_an_odd_value_is_the_papers_own() -> None:
    unsound = canonical("id_number", "110105194912310021", trusted=True)
    assert unsound is not None
    assert (unsound.value, unsound.confidence) == ("110105194912310021", 1)
    mended = canonical("money", "500.000.00", trusted=True)
    assert mended is not None and mended.confidence <= 0.6


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("phone", "138O1234567", "13801234567"),
        ("account", "6222O2OOOOOOOOOOOOO", "6222020000000000000"),
        ("id_number", "1101051949123l002X", "11010519491231002X"),
    ],
)
def test_letters_among_digits(kind: str, text: str, value: str) -> None:
    read = canonical(kind, text)
    assert read is not None
    assert (read.value, read.mended, read.confidence < 1) == (value, True, True)


def test_boxes_without_a_point_may_run_down_to_cents() -> None:
    grid, pointed = canonical("money", "￥ 2 4 0 0 0 0 0"), canonical("money", "￥ 2 4 0 0 0 . 0 0")
    assert grid is not None and pointed is not None
    assert (grid.value, grid.confidence < 0.85, grid.alternatives) == ("2400000.00", True, ("24000.00",))
    assert (pointed.value, pointed.confidence) == ("24000.00", 1)


def test_figures_and_words_that_differ_are_no_amount() -> None:
    assert canonical("money", "24,000.00元（人民币贰万伍仟元整）") is None


def test_day_first() -> None:
    read = canonical("date", "05/03/2024", day_first=True)
    assert read is not None and read.value == "2024-03-05"
    assert canonical("date", "05/03/2024") is None


def test_an_unsound_id_number_is_less_sure_and_has_alternatives() -> None:
    sound, unsound = canonical("id_number", "11010519491231002X"), canonical("id_number", "110105194912310021")
    assert sound is not None and sound.confidence == 1 and not sound.alternatives
    assert unsound is not None and unsound.confidence < 0.85
    assert "11010519491231002X" in (canonical("id_number", "11010519491281002X") or unsound).alternatives


def test_a_letter_for_a_digit_is_mended_where_the_check_digit_proves_it() -> None:
    read = canonical("id_number", "11O1O519491231OO2X")
    assert read is not None
    assert (read.value, read.confidence < 1) == ("11010519491231002X", True)


def test_mended_values_are_less_sure() -> None:
    for kind, clean, bent in (
        ("date", "2024年3月5日", "2O24年3月5曰"),
        ("money", "￥24,000.00", "半24,000.00"),
        ("money_in_words", "贰万元整", "式万元整"),
    ):
        first, second = canonical(kind, clean), canonical(kind, bent)
        assert first is not None and second is not None and second.confidence < first.confidence == 1


@pytest.mark.parametrize(
    "text", ["", "____年__月__日", "￥", "￥______元", "□□□□", "年 月 日", "/", "——", "（ ）", "%", "：", "￥ 元整"]
)
def test_blank_furniture(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "无", "张伟", "2024年", "3 月", "✓"])
def test_not_blank(text: str) -> None:
    assert not is_blank(text)


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_any_text_of_any_kind(kind: str, text: str) -> None:
    read = canonical(kind, text)
    assert read is None or (read.value and 0 < read.confidence <= 1 and read.value == read.value.strip())


STABLE = [kind for kind in KINDS if kind not in ("date_span", "date_from_span_start")]
FORM_TEXT = st.text(st.sampled_from("0123456789.-/年月日至长期元万￥,% 张伟ABX*男女CR（）()贰万肆仟整·"), max_size=16)


@given(st.sampled_from(STABLE), FORM_TEXT)
def test_a_canonical_value_reads_as_itself(kind: str, text: str) -> None:
    read = canonical(kind, text)
    if read is None or read.value == "long_term":
        return
    again = canonical(kind, read.value)
    assert again is not None and again.value == read.value


HOSTILE = (
    "l1OI0" * 2000,
    "|1|2|0|" * 1500,
    "_" * 10_000,
    " " * 9999 + "1",
    "1," * 5000,
    "张·" * 5000,
    "张*" * 2000,
    "(" * 5000 + ")" * 5000,
    "2024." * 2000,
)


@pytest.mark.parametrize("text", [text[:size] for text in HOSTILE for size in (299, 4999, 10_000)])
def test_hostile_text_costs_nothing(text: str) -> None:
    start = time.perf_counter()
    for kind in KINDS:
        canonical(kind, text)
    assert time.perf_counter() - start < 1
