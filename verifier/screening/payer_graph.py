"""For whom does one account, or one phone, stand?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from verifier.model import Payment
from verifier.values.names import compare_names, is_organisation


@dataclass(frozen=True, slots=True)
class Shared:
    """One key and the different policyholders behind it, with what shows them."""

    key: str
    holders: tuple[str, ...]
    payments: tuple[Payment, ...]
    cases: tuple[str, ...]


def unrelated(holders: Iterable[str], family: Sequence[str]) -> tuple[str, ...]:
    """Different people among these who are not family; a spelling of one name counts once."""
    kept: list[str] = []
    for name in holders:
        related = any(compare_names(name, one).agrees for one in family)
        if name and not related and not any(compare_names(name, one).agrees for one in kept):
            kept.append(name)
    return tuple(kept)


def shared_account(account: str, payments: Sequence[Payment], family: Sequence[str]) -> Shared:
    """Whose premiums one account pays; a company's account pays for its people and tells nothing."""
    personal = [one for one in payments if not is_organisation(one.payer) and one.direction == "in"]
    holders = unrelated((one.policyholder for one in personal), family)
    return Shared(account, holders, tuple(personal), tuple(sorted({one.case for one in personal})))
