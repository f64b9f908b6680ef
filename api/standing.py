"""What holds on a finding, once people have had their say? Computed from all decisions, none of which ever changes.

The machine's outcome holds until somebody decides. The latest decision holds; one that needs a second person holds
only when another person has confirmed it, and until then what held before goes on holding. A withdrawn decision
gives way to the one before it; one that lapsed takes those before it along: the finding is open again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.tables import Action, Decision
from verifier.model import Outcome

DECIDING = frozenset({Action.ACCEPT, Action.OVERRIDE, Action.WAIVE})


class State(StrEnum):
    OPEN = "open"  # asks for a person
    SECOND = "second"  # decided, and waits for the second person
    DECIDED = "decided"
    CURED = "cured"  # made good later: the failure stays, and asks for nothing more
    PLAIN = "plain"  # nobody is asked


@dataclass(frozen=True, slots=True)
class Base:
    """What a finding is without decisions. `outcome` holds then: the machine's, or what stands in its place."""

    digest: str
    outcome: Outcome
    cured: bool = False
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """`holding` is the decision that holds, `pending` one that waits for the second person."""

    state: State
    effective: Outcome
    holding: Decision | None = None
    pending: Decision | None = None

    @property
    def waived_until(self) -> datetime | None:
        return self.holding.expires_at if self.holding is not None else None

    @property
    def is_open(self) -> bool:
        return self.state in (State.OPEN, State.SECOND)


def standing(base: Base, decisions: Iterable[Decision], at: datetime) -> Standing:
    """What holds at a moment, from the decisions on one check of one case, oldest first. Those that are bound to
    another digest count for nothing."""
    holding, pending = _bound(base.digest, decisions)
    if holding and _expired(holding[-1], at):
        holding = []
    if pending is not None and _expired(pending, at):
        pending = None
    held = holding[-1] if holding else None
    effective = Outcome(held.outcome) if held is not None and held.outcome else base.outcome
    return Standing(_state(base, held, pending), effective, held, pending)


def _bound(digest: str, decisions: Iterable[Decision]) -> tuple[list[Decision], Decision | None]:
    """The decisions that bind, the latest last, and the one that waits."""
    holding: list[Decision] = []
    pending: Decision | None = None
    for one in decisions:
        if one.action in DECIDING:
            if one.digest != digest:
                continue
            if one.needs_second:
                pending = one
            else:
                holding.append(one)
        elif one.action == Action.CONFIRM:
            if pending is not None and one.of == pending.id and one.by != pending.by:
                holding.append(pending)
                pending = None
        elif one.action == Action.LAPSE:
            holding = [] if any(held.id == one.of for held in holding) else holding
            pending = None if pending is not None and pending.id == one.of else pending
        else:  # withdrawn, or rejected by the second person
            holding = [held for held in holding if held.id != one.of]
            pending = None if pending is not None and pending.id == one.of else pending
    return holding, pending


def _state(base: Base, held: Decision | None, pending: Decision | None) -> State:
    if pending is not None:
        return State.SECOND
    if held is not None:
        return State.DECIDED
    if base.cured:
        return State.CURED
    wanted = base.doubted or base.outcome in (Outcome.FAIL, Outcome.REVIEW)
    return State.OPEN if wanted else State.PLAIN


def _expired(decision: Decision, at: datetime) -> bool:
    return decision.expires_at is not None and decision.expires_at <= at
