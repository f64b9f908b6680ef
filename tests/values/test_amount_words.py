"""Amounts in capitals: every writing of specification 4.8, the faults of form, and cn2an beside ours."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.values.amount_words import FAULTS, amount_in_words, read_amount_in_words

AMOUNTS = st.one_of(
    st.integers(0, 10**7), st.integers(0, 10**16 - 1), st.integers(0, 10**10).map(lambda n: n * 10**4 % 10**15)
).map(lambda cents: Decimal(cents) / 100)


@given(AMOUNTS)
def test_round_trip_without_fault(amount: Decimal) -> None:
    words = read_amount_in_words("人民币" + amount_in_words(amount))
    assert words is not None
    assert (words.value, words.faults, words.repaired) == (amount, (), False)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("10", "壹拾元整"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1000000001", "壹拾亿零壹元整"),
        ("20200", "贰万零贰佰元整"),
    ],
)
def test_the_rules_examples(amount: str, words: str) -> None:
    """Examples of specification 4.8 and of 《正确填写票据和结算凭证的基本规定》."""
    assert amount_in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-1", "0.001", "10000000000000000"])
def test_no_words_for_it(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        amount_in_words(Decimal(amount))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("壹拾万零柒仟元伍角叁分", "107000.53"),  # the other lawful writing of the same amount
        ("壹仟陆佰捌拾元叁角贰分", "1680.32"),
        ("贰万肆仟圆正", "24000"),
        ("人民币（大写）：贰万肆仟元整", "24000"),
        ("人民币 贰万肆仟元整", "24000"),
        ("大写：贰万肆仟元整", "24000"),
        ("贰 万 肆 仟 元 整", "24000"),
        ("貳萬肆仟圓整", "24000"),
        ("貳拾叄萬陸仟圓正", "236000"),
        ("叁拾万元整", "300000"),
        ("贰万肆仟元整（￥24,000.00）", "24000"),
        ("贰万肆仟零佰零拾零元零角零分", "24000"),
        ("×佰×拾贰万肆仟零佰零拾零元零角零分", "24000"),
        ("⊗佰⊗拾贰万肆仟零佰零拾零元零角零分", "24000"),
        ("伍拾万美元整", "500000"),
        ("壹仟肆佰零玖元伍角整", "1409.50"),
    ],
)
def test_lawful_writings(text: str, value: str) -> None:
    words = read_amount_in_words(text)
    assert words is not None
    assert (words.value, words.faults, words.repaired) == (Decimal(value), (), False)


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        ("拾元整", "10", "one_missing"),
        ("拾贰万元整", "120000", "one_missing"),
        ("贰万肆仟元", "24000", "no_ending"),
        ("壹万伍佰元整", "10500", "zero_missing"),
        ("壹元贰分", "1.02", "zero_missing"),
        ("贰万零肆仟零元整", "24000", "zero_extra"),
        ("壹元贰角叁分整", "1.23", "ending_after_fen"),
        ("两万四千元整", "24000", "common_numerals"),
        ("廿元整", "20", "common_numerals"),
        ("叁拾万", "300000", "yuan_missing"),
    ],
)
def test_faults_of_form(text: str, value: str, fault: str) -> None:
    words = read_amount_in_words(text)
    assert words is not None
    assert words.value == Decimal(value)
    assert fault in words.faults
    assert set(words.faults) <= set(FAULTS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("染万陡仟圆整", "76000"),
        ("式万肆仟元整", "24000"),
        ("玫佰元整", "900"),
        ("贰万肆任元整", "24000"),
        ("陆伯元楚", "600"),
        ("隆万元整", "60000"),
    ],
)
def test_bent_characters_are_mended_and_told(text: str, value: str) -> None:
    words = read_amount_in_words(text)
    assert words is not None
    assert (words.value, words.repaired) == (Decimal(value), True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "人民币",
        "元整",
        "贰万肆",
        "壹佰贰元",
        "弍貳元整",
        "壹拾佰元整",
        "壹仟壹仟元整",
        "贰肆元整",
        "壹万贰亿肆亿元",
        "不详",
        "24000",
        "壹拾元整整",
        "张伟",
        "一年",
        "叁",
        "壹仟零拾元整",
    ],
)
def test_no_single_value(text: str) -> None:
    assert read_amount_in_words(text) is None


@given(AMOUNTS, st.data())
def test_a_lost_character_never_reads_without_a_mark(amount: Decimal, data: st.DataObject) -> None:
    """Drop one numeral or unit: the reader refuses, or finds a fault, or the value is another well-formed amount;
    it never says the old value of a form in which a digit is missing."""
    words = amount_in_words(amount)
    place = data.draw(st.integers(0, len(words) - 1))
    read = read_amount_in_words(words[:place] + words[place + 1 :])
    if read is not None and words[place] in "壹贰叁肆伍陆柒捌玖" and read.value == amount:
        assert words[place] == "壹" and "one_missing" in read.faults


def test_where_cn2an_is_right_and_where_not() -> None:
    """cn2an agrees on plain amounts; it refuses the rule's own example, so its reader is not used."""
    for amount in ("24000", "1409.5", "6007.14"):
        assert Decimal(str(cn2an.cn2an(amount_in_words(Decimal(amount)), "smart"))) == Decimal(amount)
    for text in ("壹拾万柒仟元零伍角叁分", "人民币贰万肆仟元整", "伍角", "壹元零伍分", "弍万元整"):
        with pytest.raises(ValueError):
            cn2an.cn2an(text, "smart")
    # and it writes the lawful form without the 零 that our writer puts
    assert cn2an.an2cn("107000.53", "rmb") == "壹拾万柒仟元伍角叁分"
    assert read_amount_in_words("壹拾万柒仟元伍角叁分") == read_amount_in_words("壹拾万柒仟元零伍角叁分")


@given(st.integers(0, 10**9))
def test_reads_what_cn2an_writes(cents: int) -> None:
    amount = Decimal(cents) / 100
    words = read_amount_in_words(cn2an.an2cn(str(amount), "rmb"))
    assert words is not None and words.value == amount
