"""Every scenario of every pack comes out as its file name says; every requirement has its finding."""

from __future__ import annotations

from functools import cache

import pytest

from verifier.audit import audit
from verifier.checks import CHECKS, MODULES
from verifier.model import Outcome, Reason
from verifier.packs.load import DEFAULT_HOME, Pack, load_pack
from verifier.packs.scenario import Scenario, build, play, problem, read_scenario, scenarios

PACKS = sorted(path.parent.name for path in DEFAULT_HOME.glob("*/pack.yaml"))
ALL = [(name, one) for name in PACKS for one in scenarios(DEFAULT_HOME / name)]
LEFT_ASIDE = (Reason.REFERENCE_MISSING, Reason.JUDGEMENT)


@cache
def pack(name: str) -> Pack:
    return load_pack(DEFAULT_HOME / name)


@pytest.mark.parametrize(("name", "scenario"), ALL, ids=[f"{name}/{one.path.stem}" for name, one in ALL])
def test_scenario(name: str, scenario: Scenario) -> None:
    assert problem(scenario, play(scenario, pack(name))) == ""


@pytest.mark.parametrize(("name", "count"), [("cn-insurance", 119), ("generic-en", 24)])
def test_one_finding_for_each_requirement(name: str, count: int) -> None:
    base = DEFAULT_HOME / name / "scenarios" / "base" / "sound.yaml"
    case, context = build(read_scenario(base), pack(name))
    findings = audit(case, pack(name), context).findings
    assert [finding.check for finding in findings] == [one.id for one in pack(name).requirements]
    assert len(findings) == count


@pytest.mark.parametrize(
    "base", sorted((DEFAULT_HOME).glob("*/scenarios/base/sound*.yaml")), ids=lambda path: path.stem
)
def test_a_sound_case_is_not_accused(base: object) -> None:
    name = base.parents[2].name  # type: ignore[attr-defined]
    case, context = build(read_scenario(base), pack(name))  # type: ignore[arg-type]
    findings = audit(case, pack(name), context).findings
    open_ones = [
        f"{one.check} {one.outcome} {one.reason}: {one.detail.zh}"
        for one in findings
        if one.outcome is Outcome.FAIL or (one.outcome is Outcome.REVIEW and one.reason not in LEFT_ASIDE)
    ]
    assert open_ones == []


def test_every_check_is_registered_and_used() -> None:
    requirements = [one for name in PACKS for one in pack(name).requirements]
    used = {one.spec.check for one in requirements}
    used |= {test.check for one in requirements for test in getattr(one.params, "tests", ())}
    assert set(CHECKS) == used
    assert len(CHECKS) == len(MODULES)
