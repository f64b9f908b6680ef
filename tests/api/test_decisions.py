"""Do people's decisions hold, and only as long and by as many people as they should?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from api import trail
from api.clock import now
from api.errors import ServiceError
from api.permissions import Role
from api.principal import Principal
from api.standing import State
from api.tables import Action, Correction, Decision, Delivery, FindingRow, SourceRow, TrailEvent, Webhook
from api.workflow import cases, decisions
from api.workflow.decisions import Choice
from tests.api.house import House
from tests.api.judged import CRITICAL, FAIL, MAJOR, NONE, PASS, PASSING, REVIEW, SECRET, Scene

SOON = timedelta(days=30)


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


def reviewer(scene: Scene, *roles: Role) -> Principal:
    return scene.house.person(scene.tenant_id, *(roles or (Role.REVIEWER,)), branch_id=scene.branch_id).principal


def decide(scene: Scene, who: Principal, case: str, check: str, action: Action, **more: object) -> decisions.Decided:
    return decisions.decide(scene.house.services, who, case, check, Choice(action, "理由 because", **more))  # type: ignore[arg-type]


def refusal(code: str) -> pytest.RaisesExc[ServiceError]:
    return pytest.raises(ServiceError, check=lambda fault: fault.code == code)


def test_an_override_of_a_major_failure_holds_at_once_and_the_machine_stays_visible(scene: Scene) -> None:
    case = scene.case(outcomes={MAJOR: FAIL})
    assert scene.stored(case).verdict == "non_compliant"
    made = decide(scene, reviewer(scene), case, MAJOR, Action.OVERRIDE, outcome=PASS)
    row, stored = scene.row(case, MAJOR), scene.stored(case)
    assert (row.outcome, row.effective, row.state) == ("fail", "pass", "decided")
    assert (stored.machine_verdict, stored.verdict, stored.open_findings, stored.risk) == (
        "non_compliant",
        "compliant",
        0,
        0,
    )
    assert made.standing.holding == made.decision


def test_accepting_a_failure_leaves_it_a_failure_that_nobody_has_to_look_at(scene: Scene) -> None:
    case = scene.case(outcomes={MAJOR: FAIL})
    decide(scene, reviewer(scene), case, MAJOR, Action.ACCEPT)
    stored = scene.stored(case)
    assert (stored.verdict, stored.fails, stored.open_findings) == ("non_compliant", 1, 0)


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.OVERRIDE, Action.WAIVE])
def test_a_critical_finding_waits_for_a_second_different_person(scene: Scene, action: Action) -> None:
    case = scene.case(outcomes={CRITICAL: FAIL})
    first, second = reviewer(scene, Role.APPROVER), reviewer(scene, Role.APPROVER)
    more = {Action.OVERRIDE: {"outcome": PASS}, Action.WAIVE: {"expires_at": now() + SOON}}.get(action, {})
    made = decide(scene, first, case, CRITICAL, action, **more).decision
    assert (scene.row(case, CRITICAL).state, scene.row(case, CRITICAL).effective) == (State.SECOND, "fail")
    assert scene.stored(case).open_findings == 1
    with refusal("second_person_needed"):
        decisions.confirm(scene.house.services, first, made.id, "自己 myself")
    with refusal("forbidden"):
        decisions.confirm(scene.house.services, reviewer(scene), made.id, "无权 no right")
    decisions.confirm(scene.house.services, second, made.id, "同意 agreed")
    assert (scene.row(case, CRITICAL).state, scene.row(case, CRITICAL).effective) == (State.DECIDED, made.outcome)
    with refusal("already_confirmed"):
        decisions.withdraw(scene.house.services, first, made.id, "后悔 sorry")


def test_what_the_second_person_rejects_never_held(scene: Scene) -> None:
    case = scene.case(outcomes={CRITICAL: FAIL})
    made = decide(scene, reviewer(scene), case, CRITICAL, Action.OVERRIDE, outcome=NONE).decision
    decisions.reject(scene.house.services, reviewer(scene, Role.APPROVER), made.id, "不同意 no")
    assert (scene.row(case, CRITICAL).state, scene.row(case, CRITICAL).effective) == (State.OPEN, "fail")
    with refusal("not_binding"):
        decisions.confirm(scene.house.services, reviewer(scene, Role.APPROVER), made.id, "又同意 yes")


def test_undo_gives_way_to_the_decision_before(scene: Scene) -> None:
    case, who = scene.case(outcomes={MAJOR: REVIEW}), reviewer(scene)
    decide(scene, who, case, MAJOR, Action.OVERRIDE, outcome=FAIL)
    later = decide(scene, who, case, MAJOR, Action.OVERRIDE, outcome=PASS).decision
    with refusal("not_your_decision"):
        decisions.withdraw(scene.house.services, reviewer(scene), later.id, "别人 other")
    decisions.withdraw(scene.house.services, who, later.id, "看错了 misread")
    assert scene.row(case, MAJOR).effective == "fail"
    assert len(_all(scene, case)) == 3


def test_a_pass_can_be_overridden_though_it_had_no_row(scene: Scene) -> None:
    case = scene.case()
    decide(scene, reviewer(scene), case, PASSING, Action.OVERRIDE, outcome=FAIL)
    assert (scene.row(case, PASSING).outcome, scene.row(case, PASSING).effective) == ("pass", "fail")
    assert scene.stored(case).verdict == "non_compliant"


def test_what_makes_no_sense_is_refused_with_its_reason(scene: Scene) -> None:
    case, who = scene.case(outcomes={MAJOR: FAIL, PASSING: REVIEW}), reviewer(scene)
    with refusal("nothing_to_accept"):
        decide(scene, who, case, PASSING, Action.ACCEPT)
    with refusal("no_other_outcome"):
        decide(scene, who, case, MAJOR, Action.OVERRIDE, outcome=FAIL)
    with refusal("only_failures_are_waived"):
        decide(scene, who, case, PASSING, Action.WAIVE, expires_at=now() + SOON)
    for bad in (None, now() - SOON, now() + timedelta(days=91)):
        with refusal("bad_expiry"):
            decide(scene, who, case, MAJOR, Action.WAIVE, expires_at=bad)
    with refusal("finding_changed"):
        decide(scene, who, case, MAJOR, Action.ACCEPT, digest="0" * 64)
    assert _all(scene, case) == []


def test_a_decision_carries_over_to_the_same_finding_and_lapses_with_another(scene: Scene) -> None:
    case = scene.case(outcomes={MAJOR: FAIL, PASSING: FAIL})
    who = reviewer(scene)
    for check in (MAJOR, PASSING):
        decide(scene, who, case, check, Action.OVERRIDE, outcome=PASS)
    scene.words[PASSING] = "别的证据 other evidence"
    scene.judge(case, {MAJOR: FAIL, PASSING: FAIL}, "reaudit")
    assert (scene.row(case, MAJOR).state, scene.row(case, MAJOR).effective) == ("decided", "pass")
    assert (scene.row(case, PASSING).state, scene.row(case, PASSING).effective) == ("open", "fail")
    scene.words.clear()
    scene.judge(case, {MAJOR: FAIL, PASSING: FAIL}, "reaudit")
    assert scene.row(case, PASSING).effective == "fail", "what lapsed does not come back by itself"
    assert [one.action for one in _all(scene, case)].count(Action.LAPSE) == 1
    assert "decision.lapsed" in _trail(scene)


def test_a_waiver_ends_when_it_should(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    case, who = scene.case(outcomes={MAJOR: FAIL}), reviewer(scene)
    decide(scene, who, case, MAJOR, Action.WAIVE, expires_at=now() + SOON)
    assert (scene.stored(case).verdict, scene.row(case, MAJOR).outcome) == ("compliant", "fail")
    assert decisions.lapse_waivers(scene.house.services) == 0
    later = now() + SOON
    monkeypatch.setattr("api.workflow.decisions.now", lambda: later)
    assert decisions.lapse_waivers(scene.house.services) == 1
    assert (scene.stored(case).verdict, scene.row(case, MAJOR).state) == ("non_compliant", "open")
    assert [one.action for one in _all(scene, case)] == [Action.WAIVE, Action.LAPSE]
    assert decisions.lapse_waivers(scene.house.services) == 0


def test_a_failure_that_a_new_paper_made_good_stays_on_record(scene: Scene) -> None:
    case = scene.case(outcomes={MAJOR: FAIL, PASSING: REVIEW})
    scene.judge(case, {}, "papers")
    row, stored = scene.row(case, MAJOR), scene.stored(case)
    assert (row.outcome, row.effective, row.state) == ("pass", "fail", State.CURED)
    assert row.cured_at is not None
    assert row.cures == _rows(scene, case, MAJOR)[0].id
    assert (stored.verdict, stored.fails, stored.open_findings) == ("non_compliant", 1, 0)
    assert scene.row(case, PASSING).state == State.PLAIN, "nothing was shown to be wrong there"
    scene.judge(case, {}, "reaudit")
    assert scene.row(case, MAJOR).effective == "fail"


def test_a_correction_by_one_person_does_not_make_a_critical_failure_disappear(scene: Scene) -> None:
    case = scene.case(outcomes={CRITICAL: FAIL, MAJOR: FAIL})
    corrector, second = reviewer(scene, Role.REVIEWER, Role.APPROVER), reviewer(scene, Role.APPROVER)
    correction(scene, case, corrector)
    scene.judge(case, {}, "correction")
    assert scene.row(case, MAJOR).effective == "pass"
    assert (scene.row(case, CRITICAL).state, scene.row(case, CRITICAL).effective) == (State.SECOND, "fail")
    waiting = _all(scene, case)[-1]
    with refusal("second_person_needed"):
        decisions.confirm(scene.house.services, corrector, waiting.id, "自己 myself")
    decisions.confirm(scene.house.services, second, waiting.id, "核对无误 right")
    assert scene.stored(case).verdict == "compliant"


def test_what_one_person_corrected_is_open_in_reports_too_until_a_second_agrees(scene: Scene) -> None:
    case, corrector = scene.case(outcomes={CRITICAL: REVIEW}), reviewer(scene)
    correction(scene, case, corrector)
    scene.judge(case, {}, "correction")
    assert scene.row(case, CRITICAL).effective == "review"
    _, told = cases.audit_json(scene.house.services, corrector, case)
    (found,) = [one for one in told["findings"] if one["check"] == CRITICAL]
    assert (found["outcome"], [one["decision"] for one in found["reviews"]]) == ("pass", ["review"])
    assert (told["machine"]["verdict"], told["verdict"]) == ("compliant", "incomplete")


def test_facts_declared_anew_by_one_person_do_not_make_it_disappear_either(scene: Scene) -> None:
    case, uploader = scene.case(outcomes={CRITICAL: FAIL, MAJOR: FAIL}), reviewer(scene, Role.UPLOADER)
    with scene.house.services.writing() as session:
        trail.record(session, uploader, "case.declared", "case", case, keys=["channel"])
    scene.judge(case, {CRITICAL: NONE}, "declared")
    assert (scene.row(case, CRITICAL).state, scene.row(case, CRITICAL).effective) == (State.SECOND, "fail")
    assert _all(scene, case)[-1].by == uploader.id
    assert scene.row(case, MAJOR).effective == "pass"


def test_nor_does_taking_back_the_reading_that_showed_it(scene: Scene) -> None:
    case, honest, other = scene.case(), reviewer(scene), reviewer(scene, Role.REVIEWER, Role.APPROVER)
    row = correction(scene, case, honest)
    scene.judge(case, {CRITICAL: FAIL}, "correction")
    with scene.house.services.writing() as session:
        row.withdrawn_at, row.withdrawn_by = now(), other.id
        session.add(row)
    scene.judge(case, {}, "correction")
    assert (scene.row(case, CRITICAL).state, scene.row(case, CRITICAL).effective) == (State.SECOND, "fail")
    with refusal("second_person_needed"):
        decisions.confirm(scene.house.services, other, _all(scene, case)[-1].id, "自己 myself")


def test_a_paper_that_comes_with_a_correction_is_still_a_cure(scene: Scene) -> None:
    case, who = scene.case(outcomes={MAJOR: FAIL}), reviewer(scene)
    correction(scene, case, who)
    with scene.house.services.writing() as session:
        session.add(
            SourceRow(
                tenant_id=scene.tenant_id, batch_id=scene.batch_id, case_id=case, file="补.pdf", sha256="c" * 64,
                created_at=now(),
            )
        )  # fmt: skip
    scene.judge(case, {}, "correction")
    assert (scene.row(case, MAJOR).state, scene.row(case, MAJOR).effective) == (State.CURED, "fail")


def correction(scene: Scene, case: str, who: Principal) -> Correction:
    with scene.house.services.writing() as session:
        made = Correction(
            tenant_id=scene.tenant_id, case_id=case, file="a", page=1, document_type="F01", field="x", value="y",
            reason="r", by=who.id, at=now(),
        )  # fmt: skip
        session.add(made)
    return made


def test_confidential_findings_are_decided_by_those_who_may_see_them(scene: Scene) -> None:
    case = scene.case(outcomes={SECRET: FAIL, PASSING: PASS})
    for who in (reviewer(scene), reviewer(scene, Role.APPROVER)):
        with refusal("not_found"):
            decide(scene, who, case, SECRET, Action.ACCEPT)
    made = decide(scene, reviewer(scene, Role.AML_OFFICER), case, SECRET, Action.ACCEPT).decision
    with refusal("not_found"):
        decisions.confirm(scene.house.services, reviewer(scene, Role.APPROVER), made.id, "看不到 unseen")
    decisions.confirm(scene.house.services, reviewer(scene, Role.AML_OFFICER), made.id, "同意 agreed")
    assert scene.row(case, SECRET).state == State.DECIDED


def test_an_aml_officer_confirms_what_is_confidential_and_nothing_else(scene: Scene) -> None:
    case = scene.case(outcomes={SECRET: FAIL, CRITICAL: FAIL})
    first, second = reviewer(scene, Role.AML_OFFICER), reviewer(scene, Role.AML_OFFICER)
    open_to_all = decide(scene, first, case, CRITICAL, Action.ACCEPT).decision
    with refusal("forbidden"):
        decisions.confirm(scene.house.services, second, open_to_all.id, "同意 agreed")
    own = decide(scene, first, case, SECRET, Action.ACCEPT).decision
    with refusal("second_person_needed"):
        decisions.confirm(scene.house.services, first, own.id, "同意 agreed")


def test_nobody_decides_in_another_institution_or_branch(scene: Scene) -> None:
    house = scene.house
    own = Scene(house, scene.tenant_id, house.branch(scene.tenant_id))
    case = own.case(outcomes={MAJOR: FAIL})
    other = Scene(house, house.tenant("远方人寿（虚构）"))
    elsewhere = house.person(scene.tenant_id, Role.APPROVER, branch_id=house.branch(scene.tenant_id, "北京分公司"))
    for who in (reviewer(other, Role.APPROVER), elsewhere.principal):
        with refusal("not_found"):
            decide(scene, who, case, MAJOR, Action.ACCEPT)
    made = decide(scene, reviewer(own), case, MAJOR, Action.ACCEPT).decision
    with refusal("not_found"):
        decisions.withdraw(house.services, reviewer(other), made.id, "x")


def _all(scene: Scene, case: str) -> list[Decision]:
    with scene.house.services.reading() as session:
        return list(session.exec(select(Decision).where(Decision.case_id == case).order_by(col(Decision.id))).all())


def _rows(scene: Scene, case: str, check: str) -> list[FindingRow]:
    with scene.house.services.reading() as session:
        asked = select(FindingRow).where(FindingRow.case_id == case, FindingRow.check_id == check)
        return list(session.exec(asked.order_by(col(FindingRow.id))).all())


def _trail(scene: Scene) -> list[str]:
    with scene.house.services.reading() as session:
        return list(session.exec(select(TrailEvent.action).where(TrailEvent.tenant_id == scene.tenant_id)).all())


def test_webhooks_hear_of_decisions_but_never_of_confidential_ones(scene: Scene) -> None:
    case, officer = scene.case(outcomes={MAJOR: FAIL, SECRET: FAIL}), reviewer(scene, Role.AML_OFFICER)
    with scene.house.services.writing() as session:
        session.add(
            Webhook(
                tenant_id=scene.tenant_id, url="https://hooks.example/in", secret="s", events=["finding.decided"],
                created_by="test", created_at=now(),
            )
        )  # fmt: skip
    for check in (SECRET, MAJOR):
        decide(scene, officer, case, check, Action.ACCEPT)
    with scene.house.services.reading() as session:
        sent = session.exec(select(Delivery)).all()
    assert [one.payload["data"]["check"] for one in sent] == [MAJOR]
    assert "理由" not in str(sent[0].payload)
