"""What if a page cannot be read by anybody? Then it is a review, never a pass and never a fail."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.defects.kind import Plant, kind
from samples.plan import Plan, Planted

REVIEW = "review"
# kind: (document type, checks that must be left to a person, checks that may not be decided)
UNREADABLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "unreadable_exclusions": ("D-404", ("DISC-04", "DOC-01")),
    "unreadable_health": ("F03", ("DOC-01",)),
    "unreadable_id": ("D-202", ("KYC-01",)),
    "unreadable_receipt": ("A02", ("DELV-01", "DOC-01")),
}


def _unreadable(name: str, document: str, checks: tuple[str, ...]) -> Plant:
    def plant(plan: Plan, rng: Random) -> Planted | None:
        if not plan.has(document):
            return None
        subject = "policyholder" if document == "D-202" else ""
        plan.change(document, lambda paper: replace(paper, look="unreadable"), subject)
        # an unread page may hold anything: whatever else would need it is a person's to decide too
        for check, value in plan.expected.items():
            if value in ("pass", ["pass", "not_applicable"]):
                plan.expected[check] = ["pass", "not_applicable", "review"]
        return Planted(name, dict.fromkeys(checks, REVIEW), (), ((document, subject, ""),))

    return plant


for _name, (_document, _checks) in UNREADABLE.items():
    kind(_name)(_unreadable(_name, _document, _checks))
