"""Is it told case by case what another edition would change, without a page read, and does it count only when adopted?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from api.errors import ServiceError
from api.permissions import Permission, Role
from api.principal import Principal
from api.store.reaudits import Scope
from api.store.samples import CaseFilters
from api.tables import CaseRow, FindingRow, Judgement, ReAudit, ReAuditCase
from api.workflow import reaudits
from tests.api.doing import worker
from tests.api.house import House
from tests.api.judged import CRITICAL, FAIL, HOLDER_ID, MAJOR, SECRET, Scene

Begin = Callable[..., ReAudit]


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def who(scene: Scene) -> Principal:
    return scene.house.person(scene.tenant_id, Role.APPROVER).principal


@pytest.fixture
def begin(scene: Scene, who: Principal) -> Begin:
    def begun(wanted: Scope | None = None, **more: Any) -> ReAudit:
        row = reaudits.begin(scene.house.services, who, wanted or Scope(), pack="cn-insurance", **more)
        scene.house.queue.run(worker(scene.house.services))
        return row

    return begun


def lines(scene: Scene, row: ReAudit) -> list[ReAuditCase]:
    with scene.house.services.reading() as session:
        return list(session.exec(select(ReAuditCase).where(ReAuditCase.reaudit_id == row.id)).all())


def test_it_stands_beside_what_counts_and_tells_every_difference(scene: Scene, who: Principal, begin: Begin) -> None:
    """The case was judged with everything passing; without a paper in it, it does not pass."""
    case = scene.case("C-1")
    before = scene.stored(case)
    row = begin()
    (line,) = lines(scene, row)
    assert (line.state, line.verdict_before) == ("judged", "compliant")
    assert line.verdict_after != "compliant"
    assert line.changes["DOC-01"][0] == "pass"
    assert all(old != new for old, new in line.changes.values())
    after = scene.stored(case)
    assert (after.judgement_id, after.verdict, after.version) == (before.judgement_id, before.verdict, before.version)
    told = reaudits.compared(scene.house.services, who, row.id)
    assert told.row.state == "done"
    assert told.standing.verdicts == {f"compliant>{line.verdict_after}": 1}
    assert told.tally["DOC-01"] == {"pass>" + line.changes["DOC-01"][1]: 1}


def test_adopted_it_counts_and_the_machines_former_word_stays_on_record(
    scene: Scene, who: Principal, begin: Begin
) -> None:
    case = scene.case("C-1")
    before = scene.stored(case).judgement_id
    row = begin()
    services = scene.house.services
    reaudits.adopt(services, who, row.id)
    scene.house.queue.run(worker(services))
    after = scene.stored(case)
    (line,) = lines(scene, row)
    assert (line.state, after.judgement_id, after.machine_verdict) == ("adopted", line.judgement_id, line.verdict_after)
    with services.reading() as session:
        assert session.get_one(ReAudit, row.id).state == "adopted"
        assert session.get(Judgement, before) is not None
        current = session.exec(select(FindingRow.judgement_id).where(FindingRow.current).distinct()).all()
    assert current == [line.judgement_id]
    with pytest.raises(ServiceError, match="reaudit_not_adoptable"):
        reaudits.adopt(services, who, row.id)


def test_begun_to_count_it_counts_at_once(scene: Scene, begin: Begin) -> None:
    case = scene.case("C-1")
    row = begin(adopt=True)
    (line,) = lines(scene, row)
    assert scene.stored(case).judgement_id == line.judgement_id


def test_a_case_that_was_judged_since_keeps_what_it_has(scene: Scene, who: Principal, begin: Begin) -> None:
    case = scene.case("C-1")
    row = begin()
    newer = scene.judge(case, {MAJOR: FAIL}, "papers")
    services = scene.house.services
    reaudits.adopt(services, who, row.id)
    scene.house.queue.run(worker(services))
    (line,) = lines(scene, row)
    assert (line.state, line.problem, scene.stored(case).judgement_id) == ("failed", "judged_since", newer)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Scope(), {"A", "B", "C"}),
        (Scope(CaseFilters(channel="bank")), {"A", "B"}),
        (Scope(CaseFilters(verdict="non_compliant")), {"B"}),
        (Scope(check_id=CRITICAL, outcome="fail"), {"B"}),
        (Scope(CaseFilters(channel="bank", verdict="compliant")), {"A"}),
    ],
)
def test_the_scope_picks_cases(scene: Scene, begin: Begin, wanted: Scope, expected: set[str]) -> None:
    scene.case("A", channel="bank")
    scene.case("B", {CRITICAL: FAIL}, channel="bank")
    scene.case("C", channel="agent")
    row = begin(wanted)
    with scene.house.services.reading() as session:
        names = {session.get_one(CaseRow, line.case_id).name for line in lines(scene, row)}
    assert names == expected
    assert row.total == len(expected)


def test_the_cases_of_a_sample_and_of_a_population(scene: Scene, who: Principal, begin: Begin) -> None:
    client = scene.house.person(scene.tenant_id, Role.APPROVER).client
    for number in range(4):
        scene.case(f"C-{number}", policy_no=f"P{number}")
    made = client.post(
        "/api/v1/populations",
        params={"name": "x", "start": "2026-10-01", "end": "2026-10-31"},
        content=b"policy_no\nP1\nP2\nP9\n",
    ).json()
    assert begin(Scope(population_id=made["id"])).total == 2
    sample = {"population_id": made["id"], "rule": {"size": 9}}
    drawn = client.post("/api/v1/samples", json=sample).json()
    assert (drawn["size"], begin(Scope(sample_id=drawn["id"])).total) == (3, 2)
    by_case = client.post("/api/v1/samples", json={"rule": {"of": "cases", "size": 3}}).json()
    assert begin(Scope(sample_id=by_case["id"])).total == 3
    with pytest.raises(ServiceError, match="not_found"):
        reaudits.begin(scene.house.services, who, Scope(sample_id="none"), pack="cn-insurance")


def test_confidential_checks_are_told_to_anti_money_laundering_staff_alone(scene: Scene, begin: Begin) -> None:
    scene.case("C-1", {SECRET: FAIL})
    row = begin()
    house = scene.house
    plain = house.person(scene.tenant_id, Role.APPROVER).client
    staff = house.person(scene.tenant_id, Role.APPROVER, Role.AML_OFFICER).client
    path = f"/api/v1/reaudits/{row.id}"
    for asked, seen in ((plain, False), (staff, True)):
        assert (SECRET in asked.get(path).json()["checks"]) is seen
        (line,) = asked.get(f"{path}/cases").json()["items"]
        assert (SECRET in line["changes"]) is seen
        assert "DOC-01" in line["changes"]
    hidden = plain.post("/api/v1/reaudits", json={"scope": {"check_id": SECRET, "outcome": "fail"}})
    assert hidden.json()["code"] == "nothing_to_judge"


def test_the_lines_of_one_change_and_what_a_case_came_to(scene: Scene, begin: Begin) -> None:
    good, bad = scene.case("C-1"), scene.case(f"{HOLDER_ID}-2", {"DOC-01": FAIL, SECRET: FAIL})
    row = begin()
    client = scene.house.person(scene.tenant_id, Role.APPROVER).client
    path = f"/api/v1/reaudits/{row.id}"

    def cases(**asked: str) -> set[str]:
        return {one["case_id"] for one in client.get(f"{path}/cases", params=asked).json()["items"]}

    lines_of = {one["case_id"]: one for one in client.get(f"{path}/cases").json()["items"]}
    after = lines_of[good]["changes"]["DOC-01"][1]
    assert cases(check="DOC-02") == {good, bad}
    assert cases(check="DOC-01", before="pass", after=after) == {good}
    assert cases(check="DOC-0") == cases(check="%") == cases(check=SECRET) == set()
    assert cases(before="compliant", after=lines_of[good]["verdict_after"]) == {good}
    audit = client.get(f"{path}/cases/{good}/audit").json()
    assert {one["check"]: one["outcome"] for one in audit["findings"]}["DOC-01"] == after
    assert SECRET not in str(audit["findings"])
    assert client.get(f"{path}/cases/{scene.case('C-3')}/audit").status_code == 404
    key = scene.house.key(scene.tenant_id, Permission.REAUDIT)  # sees the seller's copy, and numbers masked
    assert key.get(path).json()["verdicts"] == {}
    told = key.get(f"{path}/cases")
    assert {one["verdict_after"] for one in told.json()["items"]} == {""} and HOLDER_ID not in told.text
    assert key.get(f"{path}/cases", params={"verdict_changed": True}).json()["code"] == "filter_not_allowed"
    assert key.get(f"{path}/cases/{good}/audit").status_code == 403


def test_over_http_with_progress_filters_and_rights(scene: Scene) -> None:
    house = scene.house
    scene.case("C-1")
    client: TestClient = house.person(scene.tenant_id, Role.APPROVER).client
    begun = client.post("/api/v1/reaudits", json={"pack": "cn-insurance", "edition": "2026.11", "as_of": "2027-01-01"})
    assert begun.status_code == 202, begun.text
    path = f"/api/v1/reaudits/{begun.json()['id']}"
    assert client.get(path).json()["cases"] == {"waiting": 1}
    assert client.post(f"{path}/adoption").status_code == 409
    house.queue.run(worker(house.services))
    assert client.get(path).json()["cases"] == {"judged": 1}
    assert len(client.get(f"{path}/cases", params={"changed": True}).json()["items"]) == 1
    assert client.get(f"{path}/cases", params={"changed": False}).json()["items"] == []
    assert len(client.get(f"{path}/cases", params={"verdict_changed": True}).json()["items"]) == 1
    assert client.post(f"{path}/cancellation").status_code == 409
    stopped = client.post("/api/v1/reaudits", json={}).json()
    assert client.post(f"/api/v1/reaudits/{stopped['id']}/cancellation").json()["state"] == "cancelled"
    house.queue.run(worker(house.services))
    assert client.get(f"/api/v1/reaudits/{stopped['id']}").json()["cases"] == {"waiting": 1}
    assert client.post("/api/v1/reaudits", json={"edition": "1999.01"}).json()["code"] == "pack_unknown"
    stranger = house.person(house.tenant("另一家（虚构）"), Role.APPROVER).client
    assert stranger.get(path).status_code == stranger.get(f"{path}/cases").status_code == 404
    assert house.person(scene.tenant_id, Role.UPLOADER).client.get(path).status_code == 403
