"""Does every kind of defect find a case, and say what must come of it?"""

from random import Random

import pytest

from samples.defects import KINDS
from samples.defects.pairs import plant_pairs
from samples.expected import ALL_CHECKS
from samples.generate import plan_planted
from samples.plan import plan_case
from samples.styles import STYLES


def test_there_are_many_kinds() -> None:
    assert len(KINDS) >= 45


@pytest.mark.parametrize("name", KINDS)
def test_a_defect_can_be_planted_and_demands_something(name: str) -> None:
    style = STYLES["lined"]
    plan = plan_planted(Random(name), "C", style, "digital", [name])
    planted = plan.defects[0]
    assert planted.kind == name
    assert planted.checks
    assert set(planted.checks) | set(planted.may) <= set(ALL_CHECKS)
    for check, outcome in planted.checks.items():
        wanted = [outcome] if isinstance(outcome, str) else outcome
        assert wanted is not None
        assert {"fail", "review"} & set(wanted)
        assert plan.expected[check] == outcome


def test_the_same_seed_gives_the_same_case() -> None:
    style = STYLES["ruled"]
    first, second = (plan_planted(Random(5), "C", style, "digital", ["underpaid"]) for _ in range(2))
    assert first.facts == second.facts
    assert first.papers == second.papers


def test_one_slip_in_two_cases_is_found_in_both() -> None:
    style = STYLES["ruled"]
    plans = [plan_case(Random(seed), f"C-{seed}", style, "digital", ("annuity", "ordinary_life")) for seed in range(12)]
    assert plant_pairs(plans, wanted=1) == 1
    first, second = (plan for plan in plans if plan.defects)
    assert first.paper("P02").value("serial") == second.paper("P02").value("serial")
    assert first.expected["PAY-07"] == second.expected["PAY-07"] == "fail"
