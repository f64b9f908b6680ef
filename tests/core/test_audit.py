"""The audit turns whatever a check does into one finding with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from tests.factory import case, evidence, paper
from verifier.audit import audit
from verifier.case import Case, MissingFact
from verifier.checks.result import CheckParams, Result, absent, failed, from_items, passed
from verifier.context import Context
from verifier.model import Finding, Item, Outcome, Reason, Source, SourceState, Text
from verifier.packs.load import Pack, Requirement
from verifier.packs.requirement import Facts, PackInfo, PaperRule, RequirementSpec
from verifier.parameters import Parameters

SPEC: Mapping[str, Any] = {
    "id": "T-01",
    "title": {"zh": "测试", "en": "Test"},
    "stage": "S6",
    "severity": "major",
    "basis": [{"rule": "保险法", "articles": ["12"], "source": "V-INS"}],
    "check": "tested",
    "remedy": {"zh": "补正", "en": "Mend"},
}


def finding_of(decide: Callable[[Case], Result], on: Case, papers: tuple[PaperRule, ...] = (), **spec: Any) -> Finding:
    requirement = Requirement(RequirementSpec.model_validate({**SPEC, **spec}), CheckParams())
    info = PackInfo(id="t", edition="1", title={"zh": "测", "en": "T"}, stages={})  # type: ignore[arg-type]
    pack = Pack(info, (), (requirement,), papers, Parameters(), {}, {}, Facts(statements={}), "", Path())
    module = SimpleNamespace(check=lambda case, params, context: decide(case))
    checks = {"tested": cast(ModuleType, module)}
    (finding,) = audit(on, pack, Context(date(2026, 11, 22)), checks=checks).findings
    return finding


def crash(_: Case) -> Result:
    raise ZeroDivisionError


def test_a_crash_is_a_finding() -> None:
    finding = finding_of(crash, case())
    assert (finding.outcome, finding.reason) == (Outcome.REVIEW, Reason.CHECK_ERROR)


@pytest.mark.parametrize(
    ("needed", "outcome"), [(True, Outcome.REVIEW), (None, Outcome.REVIEW), (False, Outcome.NOT_APPLICABLE)]
)
def test_an_absent_paper_counts_only_where_it_is_needed(needed: bool | None, outcome: Outcome) -> None:
    when = {True: {}, False: {"line": "group"}, None: {"jurisdiction": "UK"}}[needed]
    rule = PaperRule(documents=("A03",), when=when)
    finding = finding_of(lambda on: passed(on.one("A03.date").value, ""), case(line="personal"), (rule,))
    assert finding.outcome is outcome


def test_an_unknown_fact_leaves_applicability_to_a_person() -> None:
    finding = finding_of(crash, case(), applies={"channel": "bank"})
    assert (finding.outcome, finding.reason) == (Outcome.REVIEW, Reason.FACT_MISSING)


def test_a_rule_not_yet_in_force_does_not_apply() -> None:
    sale = case(paper("F01", signed_date="2026-01-31"))
    assert finding_of(crash, sale, in_force={"from": date(2026, 2, 1)}).outcome is Outcome.NOT_APPLICABLE
    after = case(paper("F01", signed_date="2026-02-01"))
    assert finding_of(crash, after, in_force={"from": date(2026, 2, 1)}).reason is Reason.CHECK_ERROR


@pytest.mark.parametrize(
    ("confidence", "outcome"), [(0.98, Outcome.FAIL), (0.85, Outcome.FAIL), (0.84, Outcome.REVIEW)]
)
def test_weak_ink_accuses_nobody(confidence: float, outcome: Outcome) -> None:
    finding = finding_of(lambda _: failed("不符", "differs", evidence=[evidence("x", confidence)]), case())
    assert finding.outcome is outcome
    assert finding.reason is (Reason.LOW_CONFIDENCE if outcome is Outcome.REVIEW else None)


def test_agreement_outweighs_one_weak_word() -> None:
    result = passed("一致", "agree", evidence=[evidence("x", 0.4)], confidence=0.99)
    assert finding_of(lambda _: result, case()).outcome is Outcome.PASS


def test_one_weak_item_leaves_the_clear_fail_of_another() -> None:
    items = [
        Item(Outcome.FAIL, Text("清", "clear"), None, "d1", (evidence("x", 0.95),)),
        Item(Outcome.FAIL, Text("弱", "weak"), None, "d2", (evidence("y", 0.3),)),
    ]
    finding = finding_of(lambda _: from_items(items, "均符合", "all hold"), case())
    assert finding.outcome is Outcome.FAIL
    assert [item.outcome for item in finding.items] == [Outcome.FAIL, Outcome.REVIEW]


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(SourceState.READ, Outcome.FAIL), (SourceState.REJECTED, Outcome.REVIEW), (SourceState.PARTIAL, Outcome.REVIEW)],
)
def test_absence_is_shown_only_when_everything_was_read(state: SourceState, outcome: Outcome) -> None:
    on = replace(case(), sources=(Source("a.pdf", "", 1, state),))
    finding = finding_of(lambda known: absent(known, "未见签名", "no signature"), on)
    assert finding.outcome is outcome


def test_a_gap_keeps_its_reason() -> None:
    def gap(_: Case) -> Result:
        raise MissingFact(Reason.UNREADABLE, Text("模糊", "blurred"), evidence=(evidence(),))

    finding = finding_of(gap, case())
    assert (finding.reason, len(finding.evidence)) == (Reason.UNREADABLE, 1)
