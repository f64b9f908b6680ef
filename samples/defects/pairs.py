"""What if one slip pays for two cases of a batch? A defect that needs both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from samples.plan import Plan, Planted

KIND = "slip_in_two_cases"
MAY = (
    "PAY-01",
    "PAY-02",
    "PAY-04",
    "PAY-05",
    "PAY-06",
    "DATE-01",
    "AML-01",
    "AML-02",
    "AML-04",
    "AML-05",
    "AML-12",
    "XDOC-04",
)
TAKEN = ("serial", "date", "amount", "amount_in_words")


def share_slip(first: Plan, second: Plan) -> bool:
    """The second case hands in the slip of the first, with its own payer's name; found in both."""
    alike = first.facts.company == second.facts.company and not first.defects and not second.defects
    if not alike or not all(
        plan.has("P02") and plan.facts.long_term and not plan.facts.payer for plan in (first, second)
    ):
        return False
    slip = first.paper("P02")  # a slip above the second premium might lawfully pay for both
    if slip.variant != second.paper("P02").variant or second.facts.total < first.facts.total:
        return False
    second.edit("P02", {name: slip.value(name) for name in TAKEN})
    first.record(Planted(KIND, {"PAY-07": "fail"}, ("AML-12",), (("P02", "", "serial"),)))
    second.record(Planted(KIND, {"PAY-07": "fail"}, MAY, (("P02", "", "serial"),)))
    return True


def plant_pairs(plans: Sequence[Plan], wanted: int) -> int:
    """Plant the defect in up to `wanted` pairs of lawful cases; gives how many found room."""
    done = 0
    for first, second in combinations(plans, 2):
        if done >= wanted:
            break
        done += share_slip(first, second)
    return done
