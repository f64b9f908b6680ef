"""A sum is converted by the latest rate that is neither after the day nor too old; else there is no answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from verifier.exchange import convert
from verifier.parameters import Parameters

RATES = Parameters(
    {
        "exchange_rates": {
            "verified": False,
            "max_age_days": 7,
            "rates": {"USD": {date(2026, 3, 2): 7.0, date(2026, 3, 5): 8.0}, "HKD": {date(2026, 3, 2): "0.9"}},
        }
    }
)


@pytest.mark.parametrize(
    ("amount", "currency", "into", "day", "worth"),
    [
        ("10000", "USD", "CNY", date(2026, 3, 2), "70000.00"),
        ("10000", "USD", "CNY", date(2026, 3, 4), "70000.00"),
        ("10000", "USD", "CNY", date(2026, 3, 5), "80000.00"),
        ("10000", "USD", "CNY", date(2026, 3, 12), "80000.00"),
        ("10000", "USD", "CNY", date(2026, 3, 13), None),
        ("10000", "USD", "CNY", date(2026, 3, 1), None),
        ("10000", "HKD", "USD", date(2026, 3, 3), "1285.71"),
        ("10000", "EUR", "CNY", date(2026, 3, 3), None),
        ("10000", "EUR", "EUR", date(2026, 3, 3), "10000"),
    ],
)
def test_by_the_rate_of_the_day(amount: str, currency: str, into: str, day: date, worth: str | None) -> None:
    found = convert(Decimal(amount), currency, into, day, RATES)
    assert (found.amount if found else None) == (Decimal(worth) if worth else None)


def test_the_rates_are_told_with_their_days() -> None:
    found = convert(Decimal(10000), "HKD", "USD", date(2026, 3, 3), RATES)
    assert found is not None
    assert "1 HKD = 0.9 CNY (2026-03-02)" in found.basis
    assert not found.verified


def test_without_a_list_there_is_no_answer() -> None:
    assert convert(Decimal(1), "USD", "CNY", date(2026, 3, 3), Parameters()) is None
