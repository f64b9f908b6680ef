"""Does the riskiest case come first, and does everybody get another one?"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import risk
from api.clock import now
from api.errors import ServiceError
from api.permissions import Role
from api.standing import State
from api.tables import Action
from api.workflow import decisions, queue
from api.workflow.decisions import Choice
from tests.api.house import House
from tests.api.judged import CRITICAL, FAIL, MAJOR, MINOR, REVIEW, SECRET, Scene
from verifier.model import Outcome, Reason, Severity


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


def names(scene: Scene, who: object, **asked: object) -> list[str]:
    return [row.name for row in queue.listed(scene.house.services, who, **asked).items]  # type: ignore[arg-type]


def test_the_riskiest_come_first_and_what_is_settled_not_at_all(scene: Scene) -> None:
    scene.case("minor", {MINOR: FAIL})
    scene.case("unclear", {MAJOR: REVIEW})
    scene.case("grave", {CRITICAL: FAIL})
    scene.case("grave and dear", {CRITICAL: FAIL}, premium="500000.00")
    scene.case("sound")
    who = scene.house.person(scene.tenant_id, Role.REVIEWER).principal
    assert names(scene, who) == ["grave and dear", "grave", "unclear", "minor"]
    first = queue.listed(scene.house.services, who, limit=3)
    assert [row.name for row in queue.listed(scene.house.services, who, limit=3, cursor=first.next).items] == ["minor"]


def test_each_reviewer_gets_another_case_and_the_same_one_until_it_is_done(scene: Scene) -> None:
    services = scene.house.services
    first, second = scene.case("A", {CRITICAL: FAIL}), scene.case("B", {MAJOR: FAIL})
    one, other = (scene.house.person(scene.tenant_id, Role.REVIEWER).principal for _ in range(2))
    assert [_next(services, who) for who in (one, other, one, other)] == [first, second, first, second]
    assert queue.next_case(services, scene.house.person(scene.tenant_id, Role.REVIEWER).principal) is None
    decisions.decide(services, other, second, MAJOR, Choice(Action.ACCEPT, "是 yes"))
    assert queue.next_case(services, other) is None
    queue.assign(services, one, first, None)
    assert _next(services, other) == first


def test_a_second_person_gets_what_others_decided(scene: Scene) -> None:
    services, case = scene.house.services, scene.case(outcomes={CRITICAL: FAIL})
    first, second = (scene.house.person(scene.tenant_id, Role.APPROVER).principal for _ in range(2))
    decisions.decide(services, first, case, CRITICAL, Choice(Action.ACCEPT, "是 yes"))
    assert queue.next_case(services, first, State.SECOND) is None
    assert _next(services, second, State.SECOND) == case
    assert names(scene, second, state=State.SECOND) == ["C-1"]


def test_what_is_confidential_waits_for_a_second_officer_alone(scene: Scene) -> None:
    services, case = scene.house.services, scene.case(outcomes={SECRET: FAIL})
    plain = scene.case("open to all", {CRITICAL: FAIL})
    first, second = (scene.house.person(scene.tenant_id, Role.AML_OFFICER).principal for _ in range(2))
    for check, row in ((SECRET, case), (CRITICAL, plain)):
        decisions.decide(services, first, row, check, Choice(Action.ACCEPT, "是 yes"))
    assert queue.next_case(services, first, State.SECOND) is None
    assert _next(services, second, State.SECOND) == case
    approver = scene.house.person(scene.tenant_id, Role.APPROVER).principal
    assert names(scene, approver, state=State.SECOND) == ["open to all"]


def test_what_only_a_confidential_finding_keeps_open_waits_for_those_who_may_see_it(scene: Scene) -> None:
    scene.case(outcomes={SECRET: FAIL})
    assert names(scene, scene.house.person(scene.tenant_id, Role.REVIEWER).principal) == []
    assert names(scene, scene.house.person(scene.tenant_id, Role.AML_OFFICER).principal) == ["C-1"]


def test_only_an_approver_gives_work_to_others_and_only_to_those_who_can_do_it(scene: Scene) -> None:
    house, case = scene.house, scene.case(outcomes={MAJOR: FAIL})
    reviewer, approver = house.person(scene.tenant_id, Role.REVIEWER), house.person(scene.tenant_id, Role.APPROVER)
    with pytest.raises(ServiceError, match="forbidden"):
        queue.assign(house.services, reviewer.principal, case, approver.user.id)
    strangers = [
        house.person(scene.tenant_id, Role.UPLOADER),
        house.person(house.tenant("别家（虚构）"), Role.REVIEWER),
        house.person(scene.tenant_id, Role.REVIEWER, branch_id=house.branch(scene.tenant_id)),
    ]
    for stranger in strangers:
        with pytest.raises(ServiceError, match="cannot_be_assigned"):
            queue.assign(house.services, approver.principal, case, stranger.user.id)
    due = now() + timedelta(days=3)
    assert queue.assign(house.services, approver.principal, case, reviewer.user.id, due).due_at == due
    with pytest.raises(ServiceError, match="taken"):
        queue.assign(house.services, house.person(scene.tenant_id, Role.REVIEWER).principal, case, None)
    row = queue.assign_finding(house.services, approver.principal, case, MAJOR, reviewer.user.id, due)
    assert (row.assigned_to, scene.row(case, MAJOR).due_at) == (reviewer.user.id, due)


def test_waiting_raises_the_risk(scene: Scene) -> None:
    old = scene.case("old", {MAJOR: FAIL}, created_at=now() - timedelta(days=20))
    fresh = scene.case("fresh", {MAJOR: FAIL})
    before = scene.stored(old).risk
    assert before == risk.aged(scene.stored(old).weight, scene.stored(old).created_at, now()) > scene.stored(fresh).risk
    with scene.house.services.writing() as session:
        row = scene.stored(fresh)
        row.created_at = now() - timedelta(days=80)
        session.add(row)
    assert queue.age(scene.house.services) == 2
    assert scene.stored(fresh).risk == scene.stored(fresh).weight * 150 // 100
    assert scene.stored(old).risk == before


severities, outcomes = st.sampled_from(Severity), st.sampled_from([Outcome.FAIL, Outcome.REVIEW])


@given(severities, outcomes, st.floats(0, 1e9), st.floats(0, 1e9))
def test_more_money_never_means_less_risk(severity: Severity, outcome: Outcome, low: float, more: float) -> None:
    poorer, richer = (risk.finding_risk(severity, outcome, None, str(sum_)) for sum_ in (low, low + more))
    assert 1 <= poorer <= richer <= 2 * risk.POINTS[severity]


@given(st.lists(st.integers(1, 200), min_size=1), st.integers(1, 200))
def test_one_more_open_finding_never_means_less_risk(risks: list[int], more: int) -> None:
    assert max(risks) <= risk.case_weight(risks) <= risk.case_weight([*risks, more])


@pytest.mark.parametrize("premium", ["", "0", "-5", "二万", str(nan), str(inf)])
def test_a_premium_that_is_no_figure_counts_as_none(premium: str) -> None:
    assert risk.finding_risk(Severity.MAJOR, Outcome.FAIL, None, premium) == risk.POINTS[Severity.MAJOR]
    assert risk.finding_risk(Severity.MINOR, Outcome.REVIEW, Reason.REFERENCE_MISSING, premium) == 1


def _next(services: object, who: object, state: State = State.OPEN) -> str | None:
    found = queue.next_case(services, who, state)  # type: ignore[arg-type]
    return found.id if found else None


@pytest.mark.parametrize(
    "place", [["x", "id"], [1.5, "id"], [2**70, "id"], [1, None], [True, "id"], [1, "a\0"], [1], {"a": 1}]
)
def test_a_cursor_of_no_list_of_ours_is_refused(scene: Scene, place: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    client = scene.house.person(scene.tenant_id, Role.REVIEWER).client
    for address in ("/api/v1/queue", "/api/v1/findings"):
        answer = client.get(address, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")
