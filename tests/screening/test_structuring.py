"""Splitting is arithmetic: it may not depend on the order of payments, and misses none that a search of all finds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.model import Payment
from verifier.screening.structuring import distinct, is_regular, splits, total

START = date(2026, 3, 1)
T = Decimal(20000)
RATIO = Decimal("0.8")


def paid(amount: str | int, day: int, serial: str = "", currency: str = "CNY") -> Payment:
    when = START + timedelta(days=day)
    return Payment("C", "", "", "", "", Decimal(amount), currency, when, "transfer", serial, "", "in")


def found(payments: list[Payment], windows: tuple[int, ...] = (1, 10), currency: str = "CNY") -> bool:
    return bool(splits(payments, [T], windows, RATIO, 2, currency))


def test_the_bounds_are_inclusive_below_and_strict_above() -> None:
    assert found([paid(16000, 0), paid(16000, 0)])
    assert not found([paid("15999.99", 0), paid("15999.99", 0)])
    assert not found([paid(20000, 0), paid(20000, 0)])


def test_the_window_is_as_long_as_it_says() -> None:
    assert found([paid(19800, 0), paid(19800, 10)])
    assert not found([paid(19800, 0), paid(19800, 11)])
    assert not found([paid(19800, 0), paid(19800, 1)], windows=(1,))


def test_other_currencies_do_not_count() -> None:
    assert not found([paid(19800, 0), paid(19800, 0, currency="USD")])


PAYMENTS = st.lists(st.tuples(st.integers(10000, 25000), st.integers(0, 30)), max_size=7)


@settings(max_examples=200, deadline=None)
@given(PAYMENTS, st.randoms())
def test_the_search_finds_what_trying_every_pair_finds(rows: list[tuple[int, int]], random: object) -> None:
    payments = [paid(amount, day) for amount, day in rows]
    pairs = any(
        abs(a[1] - b[1]) <= 10 and all(RATIO * T <= one[0] < T for one in (a, b)) for a, b in combinations(rows, 2)
    )
    random.shuffle(payments)  # type: ignore[attr-defined]
    assert found(payments) == pairs  # two payments of 0.8 T or more always come to T


def test_one_movement_seen_twice_counts_once() -> None:
    assert len(distinct([paid(19800, 0, "S1"), paid(19800, 0, "S1"), paid(19800, 0, "S2")])) == 2


def test_payments_without_a_number_are_kept_apart() -> None:
    assert total(distinct([paid(100, 0), paid(100, 0)])) == 200


def test_a_monthly_plan_is_regular_and_a_burst_is_not() -> None:
    assert is_regular([paid(1000, 0), paid(1000, 31), paid(1000, 61)])
    assert not is_regular([paid(1000, 0), paid(1000, 3)])
    assert not is_regular([paid(1000, 0), paid(900, 31)])
