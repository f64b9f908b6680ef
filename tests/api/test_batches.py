"""A batch is made, watched, handed over once, cancelled; its progress is counted, never remembered."""

from __future__ import annotations

import json
import threading
import time

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from api.clock import now
from api.errors import ServiceError
from api.permissions import Role
from api.tables import Batch, BatchState, CaseRow, CaseState, SourceRow, SourceState, TrailEvent, Upload, new_id
from api.workflow import batches, uploads
from tests.api.house import House, Person

API = "/api/v1"


@pytest.fixture
def uploader(house: House) -> Person:
    return house.person(house.tenant(), Role.UPLOADER)


def create(client: TestClient, **more: object) -> dict[str, object]:
    answer = client.post(f"{API}/batches", json={"name": "十月新单", **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def add_cases(house: House, batch: Batch, states: list[tuple[str, str | None]], branch_id: str | None = None) -> None:
    with house.services.writing() as session:
        for number, (state, verdict) in enumerate(states):
            case = CaseRow(
                tenant_id=batch.tenant_id,
                branch_id=branch_id,
                batch_id=batch.id,
                name=f"C-{new_id()[-8:]}",
                state=state,
                verdict=verdict,
                created_at=now(),
            )
            session.add(case)
            session.flush()
            session.add(
                SourceRow(
                    tenant_id=batch.tenant_id,
                    batch_id=batch.id,
                    case_id=case.id,
                    file="a.pdf",
                    sha256="0" * 64,
                    state=SourceState.READ if number else SourceState.WAITING,
                    pages=3 if number else 0,
                    created_at=now(),
                )
            )


def row_of(house: House, batch_id: str) -> Batch:
    with house.services.reading() as session:
        return session.exec(select(Batch).where(Batch.id == batch_id)).one()


def test_a_batch_is_made_with_what_was_asked_for(uploader: Person) -> None:
    made = create(uploader.client, pack="cn-insurance", priority=3, as_of="2026-11-01", info={"period": "2026-10"})
    assert made["state"] == "open"
    read = uploader.client.get(f"{API}/batches/{made['id']}").json()
    assert (read["pack"], read["priority"], read["as_of"], read["info"]) == (
        "cn-insurance",
        3,
        "2026-11-01",
        {"period": "2026-10"},
    )


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"pack": "no-such-pack"}, 422, "pack_unknown"),
        ({"pack": "../../etc"}, 422, "pack_unknown"),
        ({"priority": 0}, 422, "bad_request"),
        ({"name": "a\x00b"}, 422, "bad_request"),
        ({"info": {"colour": "red"}}, 422, "bad_request"),
        ({"branch_id": "nowhere"}, 404, "not_found"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(uploader: Person, given: dict[str, object], status: int, code: str) -> None:
    answer = uploader.client.post(f"{API}/batches", json={"name": "x", **given})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_branch_makes_its_own_batches_only(house: House) -> None:
    tenant = house.tenant()
    shanghai, beijing = house.branch(tenant, "上海分公司"), house.branch(tenant, "北京分公司")
    person = house.person(tenant, Role.UPLOADER, branch_id=shanghai)
    assert create(person.client)["branch_id"] == shanghai
    assert person.client.post(f"{API}/batches", json={"name": "x", "branch_id": beijing}).status_code == 404
    whole = house.person(tenant, Role.UPLOADER).client
    assert create(whole, branch_id=beijing)["branch_id"] == beijing
    assert [one["branch_id"] for one in person.client.get(f"{API}/batches").json()["items"]] == [shanghai]


def test_batches_are_listed_newest_first_by_pages(uploader: Person) -> None:
    made = [create(uploader.client)["id"] for _ in range(5)]
    first = uploader.client.get(f"{API}/batches?limit=3").json()
    second = uploader.client.get(f"{API}/batches?limit=3&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert uploader.client.get(f"{API}/batches?cursor=bogus").json()["code"] == "bad_cursor"
    assert uploader.client.get(f"{API}/batches?state=done").json()["items"] == []


def test_submitting_hands_over_once_it_is_committed_and_again_harmlessly(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])
    uploader.client.put(f"{API}/batches/{batch}/files/C-1/a.pdf", content=b"x")
    for _ in range(2):
        answer = uploader.client.post(f"{API}/batches/{batch}/submit")
        assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert set(house.queue.asked) == {("batch", batch)}
    with house.services.reading() as session:
        events = session.exec(select(TrailEvent).where(TrailEvent.action == "batch.submitted")).all()
    assert len(events) == 1


def test_cancelling_stops_what_waits_and_keeps_what_is_judged(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])
    uploader.client.put(f"{API}/batches/{batch}/files/C-1/a.pdf", content=b"x")
    uploader.client.post(f"{API}/batches/{batch}/submit")
    add_cases(house, row_of(house, batch), [(CaseState.JUDGED, "compliant"), (CaseState.WAITING, None)])
    for _ in range(2):
        assert uploader.client.post(f"{API}/batches/{batch}/cancel").json()["state"] == "cancelled"
    assert house.queue.asked[-1] == ("cancel", batch)
    progress = uploader.client.get(f"{API}/batches/{batch}").json()["progress"]
    assert progress["cases"] == {"judged": 1, "cancelled": 1} and progress["finished"]
    assert uploader.client.post(f"{API}/batches/{batch}/submit").json()["code"] == "batch_finished"


def test_a_finished_batch_is_not_cancelled(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])
    with house.services.writing() as session:
        session.get_one(Batch, batch).state = BatchState.DONE
    assert uploader.client.post(f"{API}/batches/{batch}/cancel").json()["code"] == "batch_finished"


def test_progress_counts_what_the_asker_may_see(house: House, uploader: Person) -> None:
    tenant = uploader.principal.tenant_id
    shanghai = house.branch(tenant)
    batch = str(create(uploader.client)["id"])
    add_cases(house, row_of(house, batch), [(CaseState.JUDGED, "non_compliant"), (CaseState.READING, None)])
    add_cases(house, row_of(house, batch), [(CaseState.JUDGED, "compliant")], shanghai)
    whole = house.person(tenant, Role.REVIEWER).client.get(f"{API}/batches/{batch}").json()["progress"]
    assert whole["cases"] == {"judged": 2, "reading": 1}
    assert whole["verdicts"] == {"non_compliant": 1, "compliant": 1}
    assert (whole["sources"], whole["pages"]) == ({"waiting": 2, "read": 1}, 3)
    granted = house.person(tenant, Role.REGULATOR, grant_branches=[shanghai]).client
    part = granted.get(f"{API}/batches/{batch}").json()["progress"]
    assert (part["cases"], part["verdicts"], part["uploads"]) == ({"judged": 1}, {"compliant": 1}, {})
    assert part["sources"] == {"waiting": 1}


def test_a_regulator_lists_files_of_granted_cases_with_masked_names(house: House, uploader: Person) -> None:
    tenant = uploader.principal.tenant_id
    shanghai = house.branch(tenant)
    batch = str(create(uploader.client)["id"])
    for name in ("C-1", "C-2"):
        uploader.client.put(f"{API}/batches/{batch}/files/{name}/310101198805124321.pdf", content=name.encode())
    add_cases(house, row_of(house, batch), [(CaseState.JUDGED, "compliant")], shanghai)
    with house.services.writing() as session:
        session.exec(select(SourceRow)).one().upload_id = session.exec(select(Upload.id).order_by(Upload.path)).first()
    granted = house.person(tenant, Role.REGULATOR, grant_branches=[shanghai]).client
    listed = granted.get(f"{API}/batches/{batch}/files").json()["items"]
    assert [one["path"] for one in listed] == ["C-1/310101********4321.pdf"]
    assert len(uploader.client.get(f"{API}/batches/{batch}/files").json()["items"]) == 2


def test_who_sees_the_sellers_copy_sees_no_verdicts_counted(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])
    add_cases(house, row_of(house, batch), [(CaseState.JUDGED, "non_compliant")])
    assert uploader.client.get(f"{API}/batches/{batch}").json()["progress"]["verdicts"] is None


def test_facts_are_declared_before_the_batch_is_submitted(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])
    where = f"{API}/batches/{batch}/cases/C-0001/declared"
    answer = uploader.client.put(where, json={"facts": {"channel": "agent", "premium": {"due": "24000.00"}}})
    assert answer.json()["path"] == "C-0001/case.yaml"
    kept = b"".join(house.services.blobs.get(uploader.principal.tenant_id, answer.json()["sha256"]))
    assert json.loads(kept) == {"channel": "agent", "premium": {"due": "24000.00"}}
    wrong = uploader.client.put(where, json={"facts": {"chanel": "agent", "line": "boats"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad_facts")
    assert [one["code"] for one in wrong.json()["errors"]] == ["unknown_key", "bad_value"]


@pytest.mark.parametrize("name", [".", "..", "references", "__MACOSX", "a%5Cb"])
def test_facts_are_declared_for_a_case_and_nothing_else(uploader: Person, name: str) -> None:
    batch = create(uploader.client)["id"]
    answer = uploader.client.put(f"{API}/batches/{batch}/cases/{name.replace('.', '%2e')}/declared", json={"facts": {}})
    assert answer.status_code in (404, 405, 422)
    assert uploader.client.get(f"{API}/batches/{batch}/files").json()["items"] == []


@pytest.mark.parametrize("value", ['"\\ud800"', "NaN"])
def test_facts_that_cannot_be_kept_are_refused(uploader: Person, value: str) -> None:
    batch = create(uploader.client)["id"]
    body = f'{{"facts": {{"policyholder": {{"name": {value}}}}}}}'
    answer = uploader.client.put(
        f"{API}/batches/{batch}/cases/C-1/declared", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422


# --- events -----------------------------------------------------------------------------------------


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_a_finished_batch_is_told_at_once_and_the_stream_ends(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])
    with house.services.writing() as session:
        session.get_one(Batch, batch).state = BatchState.DONE
    answer = uploader.client.get(f"{API}/batches/{batch}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in events(answer.text)] == ["progress", "finished"]


def test_a_change_is_told_and_the_end_closes_the_stream(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])

    def go_on() -> None:
        for state in (BatchState.READING, BatchState.DONE):
            time.sleep(1.3)
            with house.services.writing() as session:
                session.get_one(Batch, batch).state = state

    worker = threading.Thread(target=go_on)
    worker.start()
    told = events(uploader.client.get(f"{API}/batches/{batch}/events").text)
    worker.join()
    assert [data["state"] for name, data in told if name == "progress"] == ["open", "reading", "done"]
    assert told[-1][0] == "finished"


def test_a_stranger_gets_no_stream(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])
    stranger = house.person(house.tenant("乙"), Role.UPLOADER).client
    assert stranger.get(f"{API}/batches/{batch}/events").status_code == 404


def test_every_step_is_on_the_trail(house: House, uploader: Person) -> None:
    batch = str(create(uploader.client)["id"])
    uploader.client.put(f"{API}/batches/{batch}/files/C-1/a.pdf", content=b"x")
    uploader.client.delete(f"{API}/batches/{batch}/files/C-1/a.pdf")
    uploader.client.post(f"{API}/batches/{batch}/cancel")
    with house.services.reading() as session:
        told = [event.action for event in session.exec(select(TrailEvent).order_by(col(TrailEvent.seq)))]
    assert told == ["batch.created", "file.received", "file.removed", "batch.cancelled"]


def test_the_cases_that_a_manifest_names_are_known_before_it_is_handed_over(house: House, uploader: Person) -> None:
    services, who = house.services, uploader.principal
    batch = batches.create(services, who, "清单")
    assert batches.manifest(services, who, batch.id) == ((), ())
    rows = "case,product.kind\nC-1,annuity\nC-1,health\n,health\nC-2,\n"
    uploads.put_file(services, who, batch.id, "cases.csv", (rows.encode("gb18030"),))
    named, problems = batches.manifest(services, who, batch.id)
    assert named == ("C-1", "C-2")
    assert [one.message.zh for one in problems] == ["cases.csv 第 3 行案件编号重复", "cases.csv 第 4 行没有案件编号"]
    stranger = house.person(house.tenant("乙"), Role.UPLOADER).principal
    with pytest.raises(ServiceError, match="not_found"):
        batches.manifest(services, stranger, batch.id)


def test_unread_files_are_counted_by_case_and_hints_are_not_told(house: House, uploader: Person) -> None:
    services, who = house.services, uploader.principal
    batch = batches.create(services, who, "未读")
    reviewer = house.person(who.tenant_id, Role.REVIEWER).principal
    with services.writing() as session:
        cases = [CaseRow(tenant_id=who.tenant_id, batch_id=batch.id, name=name, created_at=now()) for name in "甲乙"]
        session.add_all(cases)
        session.flush()
        for case, file, state in (
            (cases[0], "坏.pdf", "rejected"), (cases[0], "可疑交易报告.pdf", "rejected"), (cases[0], "半.pdf", "partial"),
            (cases[1], "大额和可疑.pdf", "rejected"), (cases[1], "好.pdf", "read"),
        ):  # fmt: skip
            session.add(
                SourceRow(
                    tenant_id=who.tenant_id, batch_id=batch.id, case_id=case.id, file=file, sha256="", state=state,
                    created_at=now(),
                )
            )  # fmt: skip
    assert [(row.name, number) for row, number in batches.unread(services, reviewer, batch.id)] == [
        ("甲", 3),
        ("乙", 1),
    ]
    assert [(row.name, number) for row, number in batches.unread(services, who, batch.id)] == [("甲", 2)]
