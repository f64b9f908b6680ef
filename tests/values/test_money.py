"""Amounts in figures and currencies: read exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.values.money import canonical_amount, label_unit, read_amount, read_currency


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("24000", "24000"),
        ("24,000.00", "24000"),
        ("￥24,000.00", "24000"),
        ("¥ 24,000.00 元", "24000"),
        ("￥:24,000.00", "24000"),
        ("RMB 24,000.00", "24000"),
        ("CNY24000.00", "24000"),
        ("24000.00CNY", "24000"),
        ("人民币24000元", "24000"),
        ("人民币(元) 24,000.00", "24000"),
        ("(小写)￥24,000.00", "24000"),
        ("24，000．00", "24000"),
        ("２４０００．００", "24000"),
        ("2 4 0 0 0 . 0 0", "24000"),
        ("|2|4|0|0|0|.|0|0|", "24000"),
        ("24 000.00", "24000"),
        ("2400 0.00", "24000"),
        ("24, 000. 00", "24000"),
        ("24'000.00", "24000"),
        ("24000元整", "24000"),
        ("24,000.00元/年", "24000"),
        ("24000.00-", "24000"),
        ("-100.00", "100"),
        ("￥-100.00", "100"),
        ("−100.00", "100"),
        ("30万元", "300000"),
        ("30万", "300000"),
        ("30.5万元", "305000"),
        ("12.8605万元", "128605"),
        ("1.5亿元", "150000000"),
        ("3万5千元", "35000"),
        ("3万5000元", "35000"),
        ("12,860", "12860"),
        ("0.50", "0.5"),
        ("US$1,000.00", "1000"),
        ("USD 1,000.00", "1000"),
        ("HK$1,000", "1000"),
        ("Y24,000.00", "24000"),
        ("半24,000.00", "24000"),
        ("贰万肆仟元整", "24000"),
        ("贰万肆仟元整（￥24,000.00）", "24000"),
        ("1,234,567.89", "1234567.89"),
    ],
)
def test_read(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "￥",
        "元",
        "￥____元",
        "12.860.50",
        "500.000.00",
        "12.860",
        "1,2345",
        "12,34.00",
        "24.000,00",
        "24,000.0O",
        "l2000",
        "2A000",
        "024000",
        "24000 25000.00 元",
        "300 500",
        "24,000.00 5",
        "5千3万",
        "贰万肆仟元整（￥24,001.00）",
        "2024-03-05",
        "不详",
        "50%",
    ],
)
def test_doubtful_forms_are_no_amount(text: str) -> None:
    assert read_amount(text) is None


def test_the_label_gives_the_unit() -> None:
    assert read_amount("30", unit="保险金额(万元)") == 300_000
    assert read_amount("30", unit="保险金额（元）") == 30
    assert read_amount("30", unit="万元") == 300_000
    assert read_amount("30万元", unit="(万元)") == 300_000
    assert read_amount("300000元", unit="(万元)") == 300_000
    assert read_amount("30.5", unit="单位：万元") == 305_000
    assert read_amount("12.860", unit="万元") == 128_600
    # 元/万元 leaves it to the writer
    assert read_amount("30", unit="保额(元/万元)") is None
    assert read_amount("30万元", unit="保额(元/万元)") == 300_000


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("保险金额(万元)", "万"),
        ("保险金额（万元）", "万"),
        ("单位：万元", "万"),
        ("保险费（元）", ""),
        ("保险费", ""),
        ("", ""),
        ("年收入（万元）", "万"),
    ],
)
def test_units_of_labels(label: str, unit: str) -> None:
    assert label_unit(label) == unit


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_round_trip(amount: Decimal) -> None:
    for text in (
        f"{amount:.2f}",
        f"{amount:,.2f}",
        f"￥{amount:,.2f}",
        f"人民币{amount:.2f}元",
        " ".join(f"{amount:.2f}"),
    ):
        assert read_amount(text) == amount
    assert Decimal(canonical_amount(amount)) == amount


@given(st.decimals(min_value=1, max_value=10**9, places=2), st.data())
def test_one_bent_separator_never_gives_another_amount(amount: Decimal, data: st.DataObject) -> None:
    """A comma read as a point, a point as a comma, or either lost: right or refused, unless nothing tells."""
    text = f"{amount:,.2f}"
    places = [place for place, character in enumerate(text) if character in ",."]
    place = data.draw(st.sampled_from(places))
    bent = text[:place] + ("." if text[place] == "," else ",") + text[place + 1 :]
    assert read_amount(bent) in (None, amount)


def test_canonical() -> None:
    assert canonical_amount(Decimal("24000")) == "24000.00"
    assert canonical_amount(Decimal("1E+5")) == "100000.00"
    assert canonical_amount(Decimal("-100")) == "100.00"
    assert canonical_amount(Decimal("0.5")) == "0.50"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("人民币", "CNY"),
        ("￥", "CNY"),
        ("RMB", "CNY"),
        ("人民币元", "CNY"),
        ("元", "CNY"),
        ("美元", "USD"),
        ("US$", "USD"),
        ("$", "USD"),
        ("港元", "HKD"),
        ("港币", "HKD"),
        ("HK$", "HKD"),
        ("欧元", "EUR"),
        ("澳门元", "MOP"),
        ("日元", "JPY"),
        ("人民市", "CNY"),
        ("不详", None),
        ("", None),
    ],
)
def test_currency(text: str, code: str | None) -> None:
    assert read_currency(text) == code
