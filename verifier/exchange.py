"""What is a sum of foreign money worth in the currency of a threshold, on its day?

By the pack's dated list of rates (`exchange_rates`: CNY for one unit, the central parity of the day or the last one
before it that is not too old). Without a rate there is no answer: nobody's rate is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from verifier.parameters import Parameters
from verifier.values.money import canonical_amount

HOME = "CNY"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Converted:
    """The sum in the other currency, and the rates it rests on, as words."""

    amount: Decimal
    currency: str
    basis: str
    verified: bool


def convert(amount: Decimal, currency: str, into: str, day: date, parameters: Parameters) -> Converted | None:
    """None when a rate of either currency is missing on that day."""
    if currency == into:
        return Converted(amount, into, "", True)
    table = parameters.values.get("exchange_rates")
    if not isinstance(table, Mapping):
        return None
    given, wanted = (_rate(table, one, day) for one in (currency, into))
    if given is None or wanted is None:
        return None
    worth = (amount * given[0] / wanted[0]).quantize(CENT, ROUND_HALF_UP)
    rates = [(one, rate) for one, rate in ((currency, given), (into, wanted)) if one != HOME]
    words = [f"1 {one} = {rate} CNY ({since})" for one, (rate, since) in rates]
    basis = f"{canonical_amount(amount)} {currency} = {canonical_amount(worth)} {into}; {', '.join(words)}"
    return Converted(worth, into, basis, bool(table.get("verified")))


def _rate(table: Mapping[str, object], currency: str, day: date) -> tuple[Decimal, date] | None:
    """CNY for one unit: the latest rate that is not after the day nor too old for it."""
    if currency == HOME:
        return Decimal(1), day
    rates = table.get("rates")
    dated = rates.get(currency) if isinstance(rates, Mapping) else None
    oldest = day - timedelta(days=int(str(table.get("max_age_days", 0))))
    known = [since for since in dated if oldest <= since <= day] if isinstance(dated, Mapping) else []
    return (Decimal(str(dated[max(known)])), max(known)) if known and isinstance(dated, Mapping) else None
