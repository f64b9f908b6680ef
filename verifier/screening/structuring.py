"""Which payments, taken together within some days, stay just below a threshold that their sum reaches?

The pattern of splitting to evade (反洗钱法 art. 54(7)); pure arithmetic over payments, no names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from verifier.model import Payment


@dataclass(frozen=True, slots=True)
class Split:
    """Payments each in [ratio x threshold, threshold) within `days`, whose sum reaches the threshold."""

    threshold: Decimal
    currency: str
    days: int
    payments: tuple[Payment, ...]

    @property
    def sum(self) -> Decimal:
        return total(self.payments)


def total(payments: Iterable[Payment]) -> Decimal:
    return sum((one.amount for one in payments if one.amount is not None), Decimal(0))


def distinct(payments: Iterable[Payment]) -> list[Payment]:
    """Each movement once: the history may hold a payment that the case shows too."""
    kept: dict[tuple[object, ...], Payment] = {}
    for one in payments:
        same = (one.serial, one.amount, one.date) if one.serial else (one.case, one.amount, one.date, len(kept))
        kept.setdefault(same, one)
    return list(kept.values())


def splits(
    payments: Sequence[Payment], thresholds: Sequence[Decimal], windows: Sequence[int], ratio: Decimal, least: int,
    currency: str,
) -> list[Split]:  # fmt: skip
    """The fullest split for each threshold, shortest window first; a window of 1 is the same day,
    one of n allows n days between the first and the last payment."""
    found = []
    for threshold in sorted(thresholds):
        near = [
            one
            for one in payments
            if one.amount is not None
            and one.date is not None
            and (one.currency or "CNY") == currency
            and ratio * threshold <= one.amount < threshold
        ]
        for days in sorted(windows):
            best = max(_runs(near, days), key=lambda run: (total(run), len(run)), default=())
            if len(best) >= least and total(best) >= threshold:
                found.append(Split(threshold, currency, days, best))
                break
    return found


def _runs(payments: Sequence[Payment], days: int) -> Iterable[tuple[Payment, ...]]:
    """For each payment those that lie in the window that begins with it."""
    ordered = sorted(payments, key=lambda one: one.date or date.min)
    for start in ordered:
        assert start.date is not None
        end = start.date + timedelta(days=0 if days == 1 else days)
        yield tuple(one for one in ordered if one.date is not None and start.date <= one.date <= end)


def same_day(payments: Sequence[Payment], day: date) -> tuple[Payment, ...]:
    return tuple(one for one in payments if one.date == day)


def is_regular(payments: Sequence[Payment], least_gap: int = 25) -> bool:
    """Equal amounts at even distances of about a month or more: instalments of a plan."""
    days = sorted(one.date for one in payments if one.date is not None)
    gaps = [(after - before).days for before, after in pairwise(days)]
    equal = len({one.amount for one in payments}) == 1
    return len(days) >= 2 and equal and min(gaps) >= least_gap and max(gaps) - min(gaps) <= 6
