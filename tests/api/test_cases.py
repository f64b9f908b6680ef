"""Cases are listed, filtered and opened as each person may see them; late papers and facts have them judged again."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from api.clock import now
from api.permissions import Permission, Role
from api.tables import BlindLook, CaseRow, CaseState, SourceRow, SourceState, TrailEvent
from api.workflow import cases, corrections, kept
from api.workflow.corrections import Reading
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, FILE, HOLDER_ID, MAJOR, PASSING, REVIEW, SECRET, Scene
from tests.api.paged import paged
from verifier.model import Source, Text
from verifier.model import SourceState as Read

API = "/api/v1"


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


def person(scene: Scene, *roles: Role, **more: Any) -> Person:
    return scene.house.person(scene.tenant_id, *roles, **more)


def names(client: TestClient, question: str = "") -> list[str]:
    answer = client.get(f"{API}/cases?{question}")
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


# --- lists ------------------------------------------------------------------------------------------


def test_cases_are_listed_newest_first_and_by_risk_over_pages(scene: Scene) -> None:
    for number in range(5):
        scene.case(f"C-{number}", {CRITICAL: FAIL} if number % 2 else {})
    client = person(scene, Role.REVIEWER).client
    assert names(client) == ["C-4", "C-3", "C-2", "C-1", "C-0"]
    seen: list[str] = []
    cursor = ""
    while True:
        answer = client.get(f"{API}/cases?sort=risk&limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [one["name"] for one in answer["items"]]
        if not (cursor := answer["next"]):
            break
    assert seen == ["C-3", "C-1", "C-4", "C-2", "C-0"]
    assert client.get(f"{API}/cases?cursor=bogus").json()["code"] == "bad_cursor"
    assert client.get(f"{API}/cases?sort=risk&cursor=WyJ4IiwgMV0").json()["code"] == "bad_cursor"


COLUMNS: dict[str, dict[str, Any]] = {
    "A-1": {"channel": "agent", "product": "甲", "product_kind": "annuity", "seller_number": "S1", "policy_no": "P100",
            "policyholder": "张伟", "sale_date": date(2026, 3, 1), "application_no": "T1"},
    "A-2": {"channel": "bank", "product": "乙", "product_kind": "health", "seller_number": "S2", "policy_no": "P200",
            "policyholder": "张敏", "sale_date": date(2026, 4, 1), "application_no": "T2"},
    "B-1": {"channel": "bank", "product": "甲", "product_kind": "annuity", "seller_number": "S2", "policy_no": "Q100",
            "policyholder": "李娜", "sale_date": date(2026, 5, 1), "application_no": "U1"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("channel=bank", {"A-2", "B-1"}),
        ("product=甲&channel=bank", {"B-1"}),
        ("product_kind=annuity", {"A-1", "B-1"}),
        ("seller=S2", {"A-2", "B-1"}),
        ("sold_from=2026-03-15&sold_to=2026-04-15", {"A-2"}),
        ("verdict=non_compliant", {"A-1"}),
        ("verdict=incomplete", {"A-2"}),
        ("verdict=compliant", {"B-1"}),
        ("state=judged", {"A-1", "A-2", "B-1"}),
        ("state=waiting", set()),
        (f"check={CRITICAL}", {"A-1"}),
        (f"check={CRITICAL}&outcome=review", set()),
        (f"check={MAJOR}&outcome=review", {"A-2"}),
        ("stage=S6", {"A-1"}),
        (f"check={CRITICAL}&channel=bank", set()),
        ("q=A-", {"A-1", "A-2"}),
        ("q=P1", {"A-1"}),
        ("q=U", {"B-1"}),
        ("q=张", {"A-1", "A-2"}),
        ("q=张伟", {"A-1"}),
        ("q=伟", set()),
        ("q=%25", set()),
        ("assigned_to=me", {"B-1"}),
        ("assigned_to=nobody", set()),
    ],
)
def test_each_filter_finds_what_it_says(scene: Scene, question: str, expected: set[str]) -> None:
    reviewer = person(scene, Role.REVIEWER)
    scene.case("A-1", {CRITICAL: FAIL}, **COLUMNS["A-1"])
    scene.case("A-2", {MAJOR: REVIEW}, **COLUMNS["A-2"])
    scene.case("B-1", {}, assigned_to=reviewer.user.id, **COLUMNS["B-1"])
    assert set(names(reviewer.client, question)) == expected
    assert set(names(reviewer.client, f"{question}&sort=risk")) == expected
    assert set(names(reviewer.client, f"{question}&batch={scene.batch_id}")) == expected


@pytest.mark.parametrize(
    "question",
    ["verdict=maybe", "sort=name", "limit=0", "limit=9999", "sold_from=yesterday", "q=a%00b", "outcome=pass"],
)
def test_a_question_that_cannot_be_is_refused(scene: Scene, question: str) -> None:
    assert person(scene, Role.REVIEWER).client.get(f"{API}/cases?{question}").status_code == 422


def test_nobody_lists_cases_of_another_institution_branch_or_grant(house: House, scene: Scene) -> None:
    shanghai = house.branch(scene.tenant_id)
    scene.case("C-1", {}, sale_date=date(2026, 3, 1))
    Scene(house, scene.tenant_id, shanghai).case("S-1", {}, sale_date=date(2026, 5, 1))
    Scene(house, house.tenant("乙")).case("X-1")
    assert names(person(scene, Role.REVIEWER).client) == ["S-1", "C-1"]
    assert names(person(scene, Role.REVIEWER, branch_id=shanghai).client) == ["S-1"]
    assert names(person(scene, Role.REGULATOR, grant_start=date(2026, 4, 1)).client) == ["S-1"]
    assert names(person(scene, Role.REGULATOR, grant_end=date(2026, 4, 1)).client, "q=C") == ["C-1"]
    assert names(person(scene, Role.REGULATOR, grant_branches=["none"]).client, f"check={CRITICAL}") == []


def test_who_sees_no_full_values_sees_names_and_numbers_masked_and_cannot_search_by_name(scene: Scene) -> None:
    scene.case(f"C-{HOLDER_ID}", {}, policyholder="张伟", policy_no="P20260301000123")
    regulator = person(scene, Role.REGULATOR).client
    listed = regulator.get(f"{API}/cases").text
    assert HOLDER_ID not in listed and "张伟" not in listed and "P20260301000123" not in listed
    assert names(regulator, "q=张") == []
    assert len(names(regulator, "q=P2026")) == 1


def test_the_sellers_copy_does_not_tell_of_confidential_findings(scene: Scene) -> None:
    suspicious, sound = scene.case("C-1", {SECRET: FAIL}), scene.case("C-2")
    uploader, officer = person(scene, Role.UPLOADER).client, person(scene, Role.AML_OFFICER).client
    listed = {one["id"]: one for one in uploader.get(f"{API}/cases").json()["items"]}
    for column in ("verdict", "fails", "critical_fails", "reviews", "open_findings", "risk"):
        assert listed[suspicious][column] == listed[sound][column], column
    assert officer.get(f"{API}/cases").json()["items"][1]["verdict"] == "non_compliant"
    assert names(uploader, f"check={SECRET}") == [] and names(officer, f"check={SECRET}") == ["C-1"]
    for question in ("verdict=compliant", "sort=risk"):
        assert uploader.get(f"{API}/cases?{question}").json()["code"] == "filter_not_allowed"
    opened = [uploader.get(f"{API}/cases/{one}").json() for one in (suspicious, sound)]
    assert opened[0]["counts"] == opened[1]["counts"] and opened[0]["verdict"] == "compliant"
    assert SECRET not in uploader.get(f"{API}/cases/{suspicious}/audit").text
    assert SECRET not in person(scene, Role.REVIEWER).client.get(f"{API}/cases/{suspicious}/audit").text
    assert SECRET in officer.get(f"{API}/cases/{suspicious}/audit").text


def test_a_list_and_a_look_are_on_the_trail_without_personal_data(house: House, scene: Scene) -> None:
    case = scene.case("C-1", {}, policyholder="张伟")
    reviewer = person(scene, Role.REVIEWER)
    names(reviewer.client, "q=张伟&channel=agent")
    reviewer.client.get(f"{API}/cases/{case}")
    reviewer.client.get(f"{API}/cases/{case}/audit")
    reviewer.client.get(f"{API}/cases/{case}/sources")
    with house.services.reading() as session:
        told = [one for one in session.exec(select(TrailEvent)) if one.actor_id == reviewer.user.id]
    assert [one.action for one in told] == ["cases.listed", "case.viewed", "case.viewed", "case.sources_viewed"]
    assert sorted(told[0].detail["filters"]) == ["channel", "text"] and "张伟" not in json.dumps(told[0].detail)


# --- one case ---------------------------------------------------------------------------------------


def test_an_opened_case_answers_304_until_it_changes(scene: Scene) -> None:
    case = scene.case("C-1", {CRITICAL: FAIL})
    client = person(scene, Role.REVIEWER).client
    first = client.get(f"{API}/cases/{case}")
    assert (first.json()["verdict"], first.json()["counts"]["fail"]) == ("non_compliant", 1)
    held = {"If-None-Match": first.headers["etag"]}
    assert client.get(f"{API}/cases/{case}", headers=held).status_code == 304
    scene.judge(case, {}, cause="papers")
    assert client.get(f"{API}/cases/{case}", headers=held).status_code == 200
    regulator = person(scene, Role.REGULATOR).client
    assert regulator.get(f"{API}/cases/{case}").headers["etag"] != client.get(f"{API}/cases/{case}").headers["etag"]


def test_the_audit_has_the_shape_of_the_contract_and_is_masked_for_a_regulator(scene: Scene) -> None:
    case = scene.case("C-1", {CRITICAL: FAIL})
    full = person(scene, Role.REVIEWER).client.get(f"{API}/cases/{case}/audit").json()
    assert full["schema"] == "verifier.audit/1" and full["verdict"] == "non_compliant"
    assert full["documents"][0]["fields"]["policyholder.id_number"]["value"] == HOLDER_ID
    masked = person(scene, Role.REGULATOR).client.get(f"{API}/cases/{case}/audit").text
    assert HOLDER_ID not in masked and "310101********4321" in masked
    key = scene.house.key(scene.tenant_id, Permission.CASE_READ)
    assert HOLDER_ID not in key.get(f"{API}/cases/{case}/audit").text
    assert HOLDER_ID in person(scene, Role.REGULATOR, grant_unmasked=True).client.get(f"{API}/cases/{case}/audit").text


def test_who_judges_a_check_blind_is_not_shown_what_the_machine_found(scene: Scene) -> None:
    case = scene.case("C-1", {CRITICAL: FAIL})
    reviewer = person(scene, Role.REVIEWER)
    with scene.house.services.writing() as session:
        look = BlindLook(
            tenant_id=scene.tenant_id,
            case_id=case,
            judgement_id=session.get_one(CaseRow, case).judgement_id or "",
            check_id=PASSING,
            drawn_at=now(),
            assigned_to=reviewer.user.id,
        )
        session.add(look)

    def seen() -> list[str]:
        found = reviewer.client.get(f"{API}/cases/{case}/audit").json()["findings"]
        return [one["check"] for one in found]

    assert PASSING not in seen() and CRITICAL in seen()
    with scene.house.services.writing() as session:
        done = session.get_one(BlindLook, look.id)
        done.at, done.by, done.outcome = now(), reviewer.user.id, "pass"
    assert PASSING in seen()


def test_documents_are_told_with_their_titles(scene: Scene) -> None:
    case = scene.case("C-1")
    client = person(scene, Role.REVIEWER).client
    listed = client.get(f"{API}/cases/{case}/documents").json()["items"]
    assert [(one["id"], one["type"]) for one in listed] == [("d1", "F01")] and listed[0]["title"]["zh"] != "F01"
    assert client.get(f"{API}/cases/{case}/documents/d1").json() == listed[0]
    assert client.get(f"{API}/cases/{case}/documents/d9").status_code == 404


def waiting(scene: Scene, **columns: Any) -> str:
    case = scene.case("W-1", {}, **columns)
    with scene.house.services.writing() as session:
        row = session.get_one(CaseRow, case)
        row.state, row.judgement_id, row.verdict = CaseState.WAITING, None, None
    return case


def test_a_case_that_is_not_judged_says_so(scene: Scene) -> None:
    case = waiting(scene, declared={"channel": "agent"})
    client = person(scene, Role.REVIEWER).client
    opened = client.get(f"{API}/cases/{case}").json()
    assert (opened["verdict"], opened["counts"], opened["declared"]) == (None, None, {"channel": "agent"})
    assert client.get(f"{API}/cases/{case}/audit").json()["code"] == "not_judged"


def test_a_purged_case_is_gone(scene: Scene) -> None:
    case = scene.case("C-1")
    with scene.house.services.writing() as session:
        session.get_one(CaseRow, case).state = CaseState.PURGED
    for part in ("", "/audit", "/sources", "/documents"):
        answer = person(scene, Role.REVIEWER).client.get(f"{API}/cases/{case}{part}")
        assert (answer.status_code, answer.json()["code"]) == (410, "case_purged")


def test_sources_tell_states_codes_and_hints(scene: Scene) -> None:
    case = scene.case("C-1")
    refused = Source(
        "包.zip!/坏.pdf", "cd" * 32, None, Read.REJECTED, "encrypted", Text("已加密", "x"), Text("请解密", "y")
    )
    members = [Source("包.zip!/好.pdf", "ef" * 32, 2, Read.READ), refused]
    with scene.house.services.writing() as session:
        session.add(
            SourceRow(
                tenant_id=scene.tenant_id,
                batch_id=scene.batch_id,
                case_id=case,
                file="包.zip",
                sha256="12" * 32,
                state=SourceState.PARTIAL,
                code="encrypted",
                pages=2,
                members=[kept.source_json(one) for one in members],
                created_at=scene.stored(case).created_at,
            )
        )
    told = person(scene, Role.REVIEWER).client.get(f"{API}/cases/{case}/sources").json()["items"]
    assert [(one["file"], one["state"], one["code"], one["hint"]["zh"]) for one in told] == [
        ("包.zip", "partial", "encrypted", "请解密")
    ]
    assert [(one["file"], one["code"]) for one in told[0]["members"]] == [
        ("包.zip!/好.pdf", None),
        ("包.zip!/坏.pdf", "encrypted"),
    ]


# --- late papers, declared facts ----------------------------------------------------------------------


def test_a_late_paper_is_kept_and_the_case_judged_again(house: House, scene: Scene) -> None:
    case = scene.case("C-1")
    client = person(scene, Role.UPLOADER).client
    where = f"{API}/cases/{case}/files/补交/回执.pdf"
    added = client.put(where, content=b"a receipt")
    assert (added.status_code, added.json()["file"], added.json()["state"]) == (201, "补交/回执.pdf", "waiting")
    assert house.queue.asked == [("judge:papers", case)]
    assert client.put(where, content=b"a receipt").status_code == 200
    other = client.put(where, content=b"another")
    assert (other.status_code, other.json()["code"]) == (409, "file_exists")
    assert len(house.queue.asked) == 1
    assert b"".join(house.services.blobs.get(scene.tenant_id, added.json()["sha256"])) == b"a receipt"


@pytest.mark.parametrize("what", ["paper", "facts", "correction", "withdrawal"])
def test_a_case_is_being_judged_again_from_the_change_until_the_judgement(scene: Scene, what: str) -> None:
    services, who = scene.house.services, person(scene, Role.UPLOADER, Role.REVIEWER)
    case_id = paged(scene).case_id
    reading = Reading("投保 单.pdf", 1, "F01", "policyholder.name", "张维", "看错了")
    if what == "withdrawal":
        made = corrections.correct(services, who.principal, case_id, reading)
        scene.judge(case_id, {}, "correction")
    before = scene.stored(case_id).judgement_id
    assert cases.renewing(services, who.principal, case_id) == (before, False)
    match what:
        case "paper":
            cases.add_file(services, who.principal, case_id, "补.pdf", (b"x",))
        case "facts":
            cases.declare(services, who.principal, case_id, {"channel": "bank"}, None)
        case "correction":
            corrections.correct(services, who.principal, case_id, reading)
        case "withdrawal":
            corrections.withdraw(services, who.principal, made.id)
    assert cases.renewing(services, who.principal, case_id) == (before, True)
    asked = who.client.get(f"/cases/{case_id}/renewal?since={before}")
    assert asked.status_code == 204 and "hx-refresh" not in asked.headers
    after = scene.judge(case_id, {}, what)
    assert cases.renewing(services, who.principal, case_id) == (after, False)
    assert who.client.get(f"/cases/{case_id}/renewal?since={before}").headers["hx-refresh"] == "true"


@pytest.mark.parametrize(
    ("file", "code"),
    [("../x.pdf", "unsafe_path"), ("case.yaml", "not_a_paper"), ("references/payees.csv", "not_a_paper")],
)
def test_a_late_paper_has_a_papers_name(scene: Scene, file: str, code: str) -> None:
    case = scene.case("C-1")
    client = person(scene, Role.UPLOADER).client
    answer = client.put(f"{API}/cases/{case}/files/{file.replace('..', '%2e%2e')}", content=b"x")
    assert answer.status_code == 404 or answer.json()["code"] == code


def test_a_case_that_is_not_judged_takes_no_late_paper(scene: Scene) -> None:
    case = waiting(scene)
    answer = person(scene, Role.UPLOADER).client.put(f"{API}/cases/{case}/files/a.pdf", content=b"x")
    assert (answer.status_code, answer.json()["code"]) == (409, "case_busy")


def test_declared_facts_are_replaced_by_who_saw_the_present_version(house: House, scene: Scene) -> None:
    case = scene.case("C-1", declared={"channel": "agent"})
    client = person(scene, Role.UPLOADER).client
    tag = client.get(f"{API}/cases/{case}").headers["etag"]
    where, facts = f"{API}/cases/{case}/declared", {"facts": {"channel": "bank", "premium": {"due": "9000"}}}
    assert client.put(where, json=facts, headers={"If-Match": tag}).status_code == 202
    assert scene.stored(case).declared == {"channel": "bank", "premium.due": "9000"}
    assert house.queue.asked == [("judge:declared", case)]
    stale = client.put(where, json={"facts": {}}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert client.put(where, json=facts).status_code == 202 and len(house.queue.asked) == 1
    assert client.put(where, json={"facts": {"colour": 1}}).json()["code"] == "bad_facts"


def test_strangers_and_readers_change_nothing(house: House, scene: Scene) -> None:
    case = scene.case("C-1")
    stranger = house.person(house.tenant("乙"), Role.UPLOADER).client
    regulator = person(scene, Role.REGULATOR).client
    for client, status in ((stranger, 404), (regulator, 403)):
        assert client.put(f"{API}/cases/{case}/files/a.pdf", content=b"x").status_code == status
        assert client.put(f"{API}/cases/{case}/declared", json={"facts": {}}).status_code == status
    for part in ("", "/audit", "/sources", "/documents"):
        assert stranger.get(f"{API}/cases/{case}{part}").status_code == 404
    assert FILE and not house.queue.asked
