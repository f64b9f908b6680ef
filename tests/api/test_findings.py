"""Are findings, decisions and notes told over HTTP to those who may know them, in the form that they may see?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.binding import finding_digest
from api.clock import now
from api.permissions import Permission, Role
from api.principal import system
from api.tables import Action, Tenant
from api.workflow import blind, decisions
from api.workflow.decisions import Choice
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, HOLDER_ID, MAJOR, PASS, PASSING, REVIEW, SECRET, Scene, audit_of
from verifier.model import Evidence

V1 = "/api/v1"


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def case(scene: Scene) -> str:
    return scene.case(outcomes={CRITICAL: FAIL, MAJOR: REVIEW, SECRET: FAIL})


def person(scene: Scene, *roles: Role) -> Person:
    return scene.house.person(scene.tenant_id, *(roles or (Role.REVIEWER,)))


def told(who: Person, case: str) -> dict[str, dict[str, object]]:
    answer = who.client.get(f"{V1}/cases/{case}/findings")
    assert answer.status_code == 200, answer.text
    return {one["finding"]["check"]: one for one in answer.json()["items"]}


def test_all_findings_are_told_with_what_holds_beside_the_machine(scene: Scene, case: str) -> None:
    who, second = person(scene), person(scene, Role.APPROVER)
    made = who.client.post(
        f"{V1}/cases/{case}/findings/{CRITICAL}/decisions",
        json={"action": "override", "outcome": "pass", "reason": "附页有签名"},
    )
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["effective"]) == ("second", "fail")
    decision = made.json()["decision"]["id"]
    assert (
        second.client.post(f"{V1}/decisions/{decision}/confirm", json={"reason": "同意"}).json()["effective"] == "pass"
    )
    found = told(who, case)
    one = found[CRITICAL]
    assert (one["finding"]["outcome"], one["effective"], one["row"]["state"]) == ("fail", "pass", "decided")  # type: ignore[index]
    assert [act["action"] for act in one["decisions"]] == ["override", "confirm"]  # type: ignore[attr-defined]
    assert (found[PASSING]["effective"], found[PASSING]["row"]) == ("pass", None)


def test_each_sees_what_is_for_them(scene: Scene, case: str) -> None:
    reviewer, officer = person(scene), person(scene, Role.AML_OFFICER)
    uploader, regulator = person(scene, Role.UPLOADER), person(scene, Role.REGULATOR)
    note = f"客户 {HOLDER_ID} 已核对"
    decisions.decide(scene.house.services, reviewer.principal, case, MAJOR, Choice(Action.OVERRIDE, note, FAIL))
    assert SECRET in told(officer, case)
    for who in (reviewer, uploader, regulator):
        assert SECRET not in told(who, case)
        assert who.client.get(f"{V1}/cases/{case}/findings/{SECRET}").status_code == 404
    assert HOLDER_ID in str(told(reviewer, case)[MAJOR])
    assert HOLDER_ID not in str(told(regulator, case))
    assert told(regulator, case)[MAJOR]["decisions"][0]["reason"].startswith("客户 310101")  # type: ignore[index]
    assert told(uploader, case)[MAJOR]["decisions"][0]["reason"] is None  # type: ignore[index]
    assert (
        person(Scene(scene.house, scene.house.tenant("别家（虚构）")))
        .client.get(f"{V1}/cases/{case}/findings")
        .status_code
        == 404
    )


def test_lists_across_cases_hide_what_is_confidential(scene: Scene, case: str) -> None:
    listed = person(scene).client.get(f"{V1}/findings").json()["items"]
    assert [one["check"] for one in listed] == [CRITICAL, MAJOR]
    officer = person(scene, Role.AML_OFFICER).client
    assert {one["check"] for one in officer.get(f"{V1}/findings").json()["items"]} == {CRITICAL, MAJOR, SECRET}
    first = officer.get(f"{V1}/findings", params={"limit": 2}).json()
    rest = officer.get(f"{V1}/findings", params={"limit": 2, "cursor": first["next"]}).json()
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 3
    assert [one["check"] for one in officer.get(f"{V1}/findings", params={"outcome": "review"}).json()["items"]] == [
        MAJOR
    ]


def test_comments_are_among_those_who_decide(scene: Scene, case: str) -> None:
    who, other, officer = person(scene), person(scene), person(scene, Role.AML_OFFICER)
    made = who.client.post(f"{V1}/cases/{case}/comments", json={"text": "等补件", "check": MAJOR})
    assert made.status_code == 201
    assert (
        officer.client.post(f"{V1}/cases/{case}/comments", json={"text": "名单命中", "check": SECRET}).status_code
        == 201
    )
    assert [one["text"] for one in other.client.get(f"{V1}/cases/{case}/comments").json()["items"]] == ["等补件"]
    assert len(officer.client.get(f"{V1}/cases/{case}/comments").json()["items"]) == 2
    assert told(other, case)[MAJOR]["comments"][0]["text"] == "等补件"  # type: ignore[index]
    assert told(person(scene, Role.REGULATOR), case)[MAJOR]["comments"] == []
    comment = made.json()["id"]
    assert other.client.delete(f"{V1}/comments/{comment}").json()["code"] == "not_your_comment"
    assert who.client.delete(f"{V1}/comments/{comment}").status_code == 204
    assert told(other, case)[MAJOR]["comments"] == []


def test_a_waiver_that_has_run_out_is_told_as_run_out_before_anybody_settles_it(
    scene: Scene, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = scene.case("C-2", {PASSING: FAIL})
    who = person(scene)
    choice = Choice(Action.WAIVE, "暂准 for now", expires_at=now() + timedelta(days=3))
    decisions.decide(scene.house.services, who.principal, other, PASSING, choice)
    assert told(who, other)[PASSING]["effective"] == "not_applicable"
    later = now() + timedelta(days=4)
    monkeypatch.setattr("api.workflow.findings.now", lambda: later)
    one = told(who, other)[PASSING]
    assert (one["effective"], one["row"]["state"], one["row"]["waived_until"]) == ("fail", "open", None)  # type: ignore[index]


def test_the_history_keeps_the_violation(scene: Scene, case: str) -> None:
    scene.judge(case, {}, "papers")
    rows = person(scene).client.get(f"{V1}/cases/{case}/findings/{CRITICAL}/history").json()["items"]
    assert [(one["outcome"], one["effective"], one["current"]) for one in rows] == [
        ("fail", "fail", False),
        ("pass", "fail", True),
    ]
    assert rows[1]["cures"] == rows[0]["id"]


def test_a_key_reads_but_decides_nothing(scene: Scene, case: str) -> None:
    key = scene.house.key(scene.tenant_id, Permission.CASE_READ, Permission.FINDING_DECIDE, Permission.FINDING_APPROVE)
    assert key.get(f"{V1}/cases/{case}/findings").status_code == 200
    refused = key.post(f"{V1}/cases/{case}/findings/{MAJOR}/decisions", json={"action": "accept", "reason": "是"})
    assert (refused.status_code, refused.json()["code"]) == (403, "person_required")


@pytest.mark.parametrize(
    "body",
    [
        {"action": "accept"},
        {"action": "accept", "reason": "   "},
        {"action": "confirm", "reason": "是"},
        {"action": "waive", "reason": "是", "expires_at": "2026-12-01T00:00:00"},
        {"action": "override", "reason": "是", "outcome": "review"},
        {"action": "accept", "reason": "a\u0000b"},
        {"action": "accept", "reason": "是", "by": "somebody"},
    ],
)
def test_a_decision_that_cannot_be_understood_is_refused(scene: Scene, case: str, body: dict[str, str]) -> None:
    answer = person(scene).client.post(f"{V1}/cases/{case}/findings/{CRITICAL}/decisions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")


def test_the_digest_follows_what_was_found_and_nothing_else() -> None:
    one = audit_of("a", {CRITICAL: FAIL}).findings[0]
    same = replace(one, evidence=tuple(replace(place, confidence=0.1, file="renamed.pdf") for place in one.evidence))
    assert finding_digest(one, "r") == finding_digest(same, "r")
    place: Evidence = one.evidence[0]
    for other in (
        replace(one, outcome=FAIL if one.outcome is PASS else PASS),
        replace(one, parameters={"limit": "2"}),
        replace(one, evidence=(replace(place, sha256="ff" * 32),)),
        replace(one, evidence=(replace(place, page=2),)),
        replace(one, evidence=(replace(place, text="别的"),)),
        replace(one, evidence=()),
    ):
        assert finding_digest(other, "r") != finding_digest(one, "r")
    assert finding_digest(one, "r2") != finding_digest(one, "r")


def test_the_road_from_queue_to_letter_over_http(scene: Scene, case: str) -> None:
    who, second = person(scene), person(scene, Role.APPROVER)
    taken = who.client.post(f"{V1}/queue/next")
    assert (taken.status_code, taken.json()["id"], taken.json()["assigned_to"]) == (200, case, who.user.id)
    assert person(scene).client.post(f"{V1}/queue/next").status_code == 204
    assert [one["id"] for one in who.client.get(f"{V1}/queue", params={"mine": True}).json()["items"]] == [case]
    asked = who.client.post(f"{V1}/cases/{case}/findings/{MAJOR}/requests", json={"paper": "D-202", "note": HOLDER_ID})
    assert asked.status_code == 201
    regulator = person(scene, Role.REGULATOR).client
    assert HOLDER_ID not in regulator.get(f"{V1}/requests").text
    assert HOLDER_ID in who.client.get(f"{V1}/requests", params={"case": case}).text
    letter = who.client.get(f"{V1}/cases/{case}/letter").json()
    assert [one["code"] for one in letter["items"]] == ["D-202"]
    for form, media in (("html", "text/html"), ("pdf", "application/pdf"), ("text", "text/plain")):
        answer = who.client.get(f"{V1}/cases/{case}/letter", params={"format": form, "lang": "en"})
        assert answer.headers["content-type"].startswith(media)
        assert answer.headers["content-disposition"].startswith("attachment")
    assert regulator.get(f"{V1}/cases/{case}/letter").status_code == 403
    gone = who.client.post(f"{V1}/requests/{asked.json()['id']}/withdraw").json()
    assert gone["state"] == "withdrawn"
    handed = second.client.put(f"{V1}/cases/{case}/assignment", json={"assigned_to": second.user.id}).json()
    assert handed["assigned_to"] == second.user.id


def test_corrections_and_blind_looks_over_http(scene: Scene, case: str) -> None:
    who = person(scene)
    body = {"file": "投保资料.pdf", "page": 1, "document_type": "F01", "field": "policyholder.name", "value": "张玮"}
    made = who.client.post(
        f"{V1}/cases/{case}/corrections", json={**body, "reason": "原件如此", "box": [0.1, 0.1, 0.2, 0.2]}
    )
    assert made.status_code == 201, made.text
    assert scene.house.queue.asked == [("judge:correction", case)]
    listed = who.client.get(f"{V1}/cases/{case}/corrections").json()["items"]
    assert (listed[0]["before"], listed[0]["value"]) == ("张伟", "张玮")
    assert who.client.post(f"{V1}/corrections/{listed[0]['id']}/withdraw").json()["withdrawn_by"] == who.user.id
    assert person(scene, Role.REGULATOR).client.get(f"{V1}/cases/{case}/corrections").status_code == 403
    other = person(scene)
    assert other.client.post(f"{V1}/blind-looks/next").status_code == 204
    with scene.house.services.writing() as session:
        session.get_one(Tenant, scene.tenant_id).settings = {"blind_share": 1.0}
        session.flush()
        blind.draw_blind(scene.house.services, session, system(scene.tenant_id), scene.batch_id, 1)
    assert who.client.post(f"{V1}/blind-looks/next").status_code == 204, "corrected something in the only case there is"
    look = other.client.post(f"{V1}/blind-looks/next").json()
    assert look["title"]["zh"]
    told = {"outcome": "fail", "reason": f"号码 {HOLDER_ID} 不符"}
    assert other.client.post(f"{V1}/blind-looks/{look['id']}/outcome", json=told).json()["outcome"] == "fail"
    seen = person(scene, Role.REGULATOR).client.get(f"{V1}/blind-looks", params={"missed": True})
    assert HOLDER_ID not in seen.text
    assert [one["id"] for one in seen.json()["items"]] == [look["id"]]
