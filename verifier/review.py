"""What does a case come to, once people have had their say? The verdict is computed, never stored.

A person's decision is appended beside the machine's finding and never replaces it: `effective` keeps both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from verifier.model import Finding, Outcome, Reason, Severity, Verdict

SYSTEM = "system"  # who has put a decision where no person has
GRAVE = frozenset({Severity.CRITICAL, Severity.MAJOR})


@dataclass(frozen=True, slots=True)
class Review:
    """One decision of one person on one requirement. `decision` is never `review`: a person who does not
    decide writes nothing. Only `SYSTEM` holds a finding open: what one person's correction made of it waits for a second.
    """

    check: str
    decision: Outcome
    by: str
    at: datetime
    reason: str

    def __post_init__(self) -> None:
        if self.decision is Outcome.REVIEW and self.by != SYSTEM:
            raise ValueError("a review decides: pass, fail or not_applicable")
        if not self.by.strip() or not self.reason.strip():
            raise ValueError("a review names its reviewer and gives a reason")
        if self.at.tzinfo is None:
            raise ValueError("a review's time names its time zone")


@dataclass(frozen=True, slots=True)
class Effective:
    """A finding as it counts: the machine's finding, the decisions on it (oldest first) and what holds now."""

    finding: Finding
    reviews: tuple[Review, ...] = ()

    @property
    def review(self) -> Review | None:
        return self.reviews[-1] if self.reviews else None

    @property
    def outcome(self) -> Outcome:
        return self.review.decision if self.review else self.finding.outcome

    @property
    def reason(self) -> Reason | None:
        """The machine's reason; None once a person has decided."""
        return None if self.review else self.finding.reason

    @property
    def judged(self) -> Finding:
        """The finding with the outcome that holds, for counting; the machine's own stays in `finding`."""
        return replace(self.finding, outcome=self.outcome, reason=self.reason) if self.review else self.finding


def effective(findings: Iterable[Finding], reviews: Iterable[Review] = ()) -> tuple[Effective, ...]:
    """Each finding with its decisions; the latest decision holds, earlier ones stay visible."""
    by_check: dict[str, list[Review]] = {}
    for review in sorted(reviews, key=lambda review: review.at):
        by_check.setdefault(review.check, []).append(review)
    return tuple(Effective(finding, tuple(by_check.get(finding.check, ()))) for finding in findings)


def verdict(findings: Iterable[Finding]) -> Verdict:
    """`non_compliant` if a critical or major finding fails; else `incomplete` if one is left to a person for
    another reason than a missing list; else `compliant`. The severity is the finding's, not the requirement's.
    """
    grave = [finding for finding in findings if finding.severity in GRAVE]
    if any(finding.outcome is Outcome.FAIL for finding in grave):
        return Verdict.NON_COMPLIANT
    if any(is_open(finding) and finding.reason is not Reason.REFERENCE_MISSING for finding in grave):
        return Verdict.INCOMPLETE
    return Verdict.COMPLIANT


def unchecked(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The checks left because a reference list was not supplied; they stand beside the verdict."""
    return tuple(
        finding.check for finding in findings if is_open(finding) and finding.reason is Reason.REFERENCE_MISSING
    )


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings came to each outcome; all four outcomes are always there."""
    found = {outcome.value: 0 for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.REVIEW, Outcome.NOT_APPLICABLE)}
    for finding in findings:
        found[finding.outcome.value] += 1
    return found


SEVERITY_ORDER = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
OUTCOME_ORDER = (Outcome.FAIL, Outcome.REVIEW, Outcome.PASS, Outcome.NOT_APPLICABLE)


def gravity(finding: Finding) -> tuple[int, int]:
    """Sort key: failures before reviews, then critical before major before minor."""
    return OUTCOME_ORDER.index(finding.outcome), SEVERITY_ORDER.index(finding.severity)


def gravest(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What needs a person, the gravest first: failures, then reviews (those for missing lists last)."""
    pending = [finding for finding in findings if finding.outcome in (Outcome.FAIL, Outcome.REVIEW)]
    return tuple(sorted(pending, key=lambda finding: (finding.reason is Reason.REFERENCE_MISSING, *gravity(finding))))


def is_open(finding: Finding) -> bool:
    return finding.outcome is Outcome.REVIEW
