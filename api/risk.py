"""Which case should be looked at first? A formula plain enough to be told to the people who work by it.

points of a finding   critical 100, major 30, minor 5; a failure counts in full, what is left to a person by half,
                      what only wants a reference list by a tenth
amount                times 1 + log10(1 + premium / 10,000) / 2, at most 2: 10,000 gives 1.15, 100,000 gives 1.52
a case                the gravest open finding in full, the second by a half, the third by a third ...
age                   one per cent more for each day since the case came, at most 50 per cent
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from verifier.model import Outcome, Reason, Severity

POINTS = {Severity.CRITICAL: 100, Severity.MAJOR: 30, Severity.MINOR: 5}
MOST_DAYS = 50


def finding_risk(severity: Severity, outcome: Outcome, reason: Reason | None, premium: str = "") -> int:
    """Of one finding that is open. `premium` as in CaseRow: plain decimal text, or empty."""
    share = 1.0
    if outcome is Outcome.REVIEW:
        share = 0.1 if reason is Reason.REFERENCE_MISSING else 0.5
    return max(1, round(POINTS[severity] * share * _amount(premium)))


def case_weight(risks: Iterable[int]) -> int:
    """Of a case from its open findings; 0 when nothing is open. Ten small things do not outweigh a grave one."""
    return round(sum(risk / rank for rank, risk in enumerate(sorted(risks, reverse=True), start=1)))


def aged(weight: int, since: datetime, at: datetime) -> int:
    """The risk that orders the queue: the weight with the days it has waited."""
    return weight + weight * days(since, at) // 100


def days(since: datetime, at: datetime) -> int:
    return max(0, min(MOST_DAYS, (at - since).days))


def _amount(premium: str) -> float:
    try:
        figure = float(premium)
    except ValueError:
        return 1.0
    if not math.isfinite(figure) or figure <= 0:
        return 1.0
    return 1 + min(1.0, math.log10(1 + figure / 10_000) / 2)
