"""Does a drawn case open as it stood when it was drawn, whatever became of it since, and for nobody who may not see it?"""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from api.clock import now
from api.permissions import Role
from api.tables import BlindLook, CaseRow, TrailEvent
from tests.api.house import House
from tests.api.judged import CRITICAL, FAIL, HOLDER_ID, MAJOR, PASSING, REVIEW, SECRET, Scene
from tests.api.paged import paged

API = "/api/v1"


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def client(scene: Scene) -> TestClient:
    return scene.house.person(scene.tenant_id, Role.APPROVER).client


def drawn(client: TestClient, **rule: object) -> str:
    answer = client.post(f"{API}/samples", json={"rule": {"of": "cases", "size": 9, **rule}})
    assert answer.status_code == 201, answer.text
    return f"{API}/samples/{answer.json()['id']}/items"


def outcomes(audit: dict[str, object]) -> dict[str, str]:
    return {one["check"]: one["outcome"] for one in audit["findings"]}  # type: ignore[attr-defined]


def decide(client: TestClient, case: str, check: str, outcome: str) -> None:
    answer = client.post(
        f"{API}/cases/{case}/findings/{check}/decisions",
        json={"action": "override", "outcome": outcome, "reason": "已核实原件"},
    )
    assert answer.status_code in (200, 201), answer.text


def test_later_judgements_and_decisions_do_not_reach_back(scene: Scene, client: TestClient) -> None:
    """Decided before the draw: counts then. Decided or judged after it: does not."""
    case = scene.case("C-1", {MAJOR: FAIL, "CRS-01": REVIEW})
    decide(client, case, "CRS-01", "pass")
    items = drawn(client)
    decide(client, case, MAJOR, "pass")
    (told,) = client.get(items).json()["items"]
    assert (told["then"]["verdict"], told["case"]["verdict"]) == ("non_compliant", "compliant")
    scene.judge(case, {CRITICAL: FAIL}, "reaudit")
    (told,) = client.get(items).json()["items"]
    assert told["then"]["judgement_id"] != scene.stored(case).judgement_id
    audit = client.get(f"{items}/1/audit").json()
    assert audit["verdict"] == "non_compliant"
    assert (outcomes(audit)[MAJOR], outcomes(audit)[CRITICAL]) == ("fail", "pass")
    reviewed = {one["check"] for one in audit["findings"] if one.get("reviews")}
    assert reviewed == {"CRS-01"}
    assert outcomes(client.get(f"{API}/cases/{case}/audit").json())[CRITICAL] == "fail"


def test_the_report_is_of_that_judgement_and_on_the_trail(scene: Scene, client: TestClient) -> None:
    case = scene.case("C-1", {MAJOR: FAIL})
    items = drawn(client)
    scene.judge(case, {}, "reaudit")
    report = client.get(f"{items}/1/report", params={"format": "json"})
    assert outcomes(report.json())[MAJOR] == "fail"
    assert "C-1-20" in report.headers["content-disposition"]
    with scene.house.services.reading() as session:
        exported = session.exec(select(TrailEvent).where(TrailEvent.action == "report.exported")).first()
    assert exported is not None
    assert exported.detail["sample"] == items.split("/")[-2]
    assert exported.detail["judgement"] != scene.stored(case).judgement_id


def test_what_was_not_audited_then_says_so(scene: Scene, client: TestClient) -> None:
    made = client.post(
        f"{API}/populations",
        params={"name": "x", "start": "2026-10-01", "end": "2026-10-31"},
        content=b"policy_no\nP1\n",
    ).json()
    sample = client.post(f"{API}/samples", json={"population_id": made["id"], "rule": {"size": 1}}).json()
    scene.case("C-1", policy_no="P1")
    client.post(f"{API}/populations/{made['id']}/reconciliation")
    items = f"{API}/samples/{sample['id']}/items"
    (told,) = client.get(items).json()["items"]
    assert told["then"] is None and told["case"]["name"] == "C-1"
    assert client.get(f"{items}/1/audit").json()["code"] == "not_judged_then"
    assert client.get(f"{items}/2/audit").status_code == 404


def test_pages_are_shown_as_they_were_and_covered(scene: Scene, client: TestClient) -> None:
    """The papers of that judgement say which pages a regulator may see, and what is covered on them."""
    made = paged(scene)
    with scene.house.services.writing() as session:
        session.get_one(CaseRow, made.case_id).sale_date = date(2026, 10, 5)
    regulator = scene.house.person(
        scene.tenant_id, Role.REGULATOR, grant_start=date(2026, 10, 1), grant_end=date(2026, 10, 31)
    ).client
    items, own = drawn(regulator), drawn(client)
    scene.judge(made.case_id, {}, "reaudit", documents=())
    page: dict[str, str | int] = {"file": made.file, "page": 1}
    assert regulator.get(f"{API}/cases/{made.case_id}/pages/picture", params=page).status_code == 404
    listed = regulator.get(f"{items}/1/pages").json()["items"]
    assert 1 in [one["page"] for one in listed] and 2 not in [one["page"] for one in listed]
    picture = regulator.get(f"{items}/1/pages/picture", params=page)
    assert picture.headers["content-type"] == "image/jpeg"
    again = regulator.get(f"{items}/1/pages/picture", params=page, headers={"If-None-Match": picture.headers["etag"]})
    assert again.status_code == 304
    words = regulator.get(f"{items}/1/pages/words", params=page)
    assert words.json()["words"] and HOLDER_ID not in words.text
    assert HOLDER_ID in client.get(f"{own}/1/pages/words", params=page).text
    assert HOLDER_ID not in regulator.get(f"{items}/1/audit").text


def test_confidential_findings_and_other_peoples_samples_stay_closed(scene: Scene, client: TestClient) -> None:
    scene.case("C-1", {SECRET: FAIL})
    items = drawn(client)
    assert SECRET not in client.get(f"{items}/1/audit").text
    house = scene.house
    staff = house.person(scene.tenant_id, Role.APPROVER, Role.AML_OFFICER).client
    assert outcomes(staff.get(f"{items}/1/audit").json())[SECRET] == "fail"
    regulator = house.person(scene.tenant_id, Role.REGULATOR).client
    stranger = house.person(house.tenant("另一家（虚构）"), Role.APPROVER).client
    for path in ("audit", "report", "pages"):
        assert regulator.get(f"{items}/1/{path}").status_code == stranger.get(f"{items}/1/{path}").status_code == 404
    assert house.person(scene.tenant_id, Role.REVIEWER).client.get(f"{items}/1/audit").status_code == 403


def test_what_somebody_judges_blind_is_not_told_by_the_past(scene: Scene) -> None:
    case = scene.case("C-1", {CRITICAL: FAIL})
    approver = scene.house.person(scene.tenant_id, Role.APPROVER)
    items = drawn(approver.client)
    with scene.house.services.writing() as session:
        session.add(
            BlindLook(
                tenant_id=scene.tenant_id,
                case_id=case,
                judgement_id=scene.stored(case).judgement_id or "",
                check_id=PASSING,
                drawn_at=now(),
                assigned_to=approver.user.id,
            )
        )
    seen = outcomes(approver.client.get(f"{items}/1/audit").json())
    assert PASSING not in seen and CRITICAL in seen
