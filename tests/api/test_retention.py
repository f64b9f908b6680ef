"""Holds, purges and sweeps: what must be kept cannot go, what may go leaves no word about a person, nothing else goes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import SQLModel, select

from api import dump, paging, trail
from api.clock import now, today
from api.errors import ServiceError
from api.permissions import Role
from api.shelves import unavailable
from api.tables import (
    Batch,
    BatchState,
    CaseRow,
    CaseState,
    Comment,
    Correction,
    Decision,
    FindingRow,
    HistoryContact,
    HistoryPayment,
    PaperRequest,
    ReferenceList,
    SourceRow,
    TrailEvent,
    Upload,
    UploadChunk,
    UploadState,
)
from api.workflow import kept, purging, retention
from api.workflow.judging import Judge
from api.workflow.lists import Lists
from tests.api.house import House, Person, open_house
from tests.api.judged import CRITICAL, FAIL, HOLDER_ID, Scene
from verifier.model import Page, TextFrom, Transcript

READER = "reader-1"
PERSONAL = ("张伟", HOLDER_ID, "张伟投保单", "投诉人王芳", "6222020000000000000")
PAST = today() - timedelta(days=1)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "data", database_url=database_url) as made:
        yield made


@pytest.fixture
def keeper(house: House) -> Person:
    return house.person(house.tenant(), Role.ADMINISTRATOR)


@pytest.fixture
def scene(house: House, keeper: Person) -> Scene:
    return Scene(house, keeper.user.tenant_id)


def aged(house: House) -> None:
    """All that is stored was written two days ago."""
    then = (now() - timedelta(days=2)).timestamp()
    for path in (house.services.settings.data_dir / "blobs").rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def add(house: House, *rows: Any) -> None:
    with house.services.writing() as session:
        for row in rows:
            session.add(row)
            session.flush()


def filed(scene: Scene, name: str, *files: bytes, until: Any = PAST, container: bytes = b"") -> str:
    """A judged case with files, transcripts, papers, traces and what people wrote; of a container when one is given."""
    services, tenant = scene.house.services, scene.tenant_id
    case_id = scene.case(
        name,
        {CRITICAL: FAIL},
        keep_until=until,
        keep_basis=f"declared/long/{PAST}",
        policyholder="张伟",
        policy_no="6222020000000000000",
        declared={"policyholder.name": "张伟", "policyholder.id_number": HOLDER_ID},
    )
    parcel = services.blobs.put(tenant, [container]) if container else None
    for number, data in enumerate(files):
        stored = services.blobs.put(tenant, [data])
        upload = Upload(
            tenant_id=tenant,
            batch_id=scene.batch_id,
            path=f"parcel-{name}.zip" if parcel else f"{name}/张伟投保单{number}.pdf",
            sha256=parcel.sha256 if parcel else stored.sha256,
            state=UploadState.RECEIVED,
            created_by="x",
            created_at=now(),
        )
        if not (parcel and number):
            add(scene.house, upload)
        page = Page(1, 100, 100, 0, TextFrom.OCR)
        kept.keep_transcript(
            services.blobs, tenant, Transcript(stored.sha256, "application/pdf", (page,), reader=READER)
        )
        member = {"file": f"张伟投保单{number}.pdf", "sha256": stored.sha256, "state": "read", "code": None, "pages": 1}
        add(
            scene.house,
            SourceRow(
                tenant_id=tenant,
                batch_id=scene.batch_id,
                case_id=case_id,
                file=f"张伟投保单{number}.pdf",
                sha256=stored.sha256,
                members=[member],
                reader=READER,
                state="read",
                upload_id=upload.id if not (parcel and number) else None,
                created_at=now(),
            ),
        )
    services.blobs.put_named(tenant, kept.PAPERS, case_id, "张伟".encode())
    finding = scene.row(case_id, CRITICAL)
    own: dict[str, Any] = {"tenant_id": tenant, "case_id": case_id}
    said: dict[str, Any] = {"by": "p", "by_name": "Reviewer", "at": now()}
    add(
        scene.house,
        HistoryPayment(**own, policyholder="张伟", policyholder_id=HOLDER_ID, payment={"payer": "张伟"}),
        HistoryContact(**own, case_name=name, kind="phone", key="13800000000", policyholder="张伟"),
        Comment(**own, text="投诉人王芳来电", **said),
        Decision(
            **own, finding_id=finding.id, check_id=CRITICAL, action="accept", reason="张伟确认", digest="d", **said
        ),
        PaperRequest(**own, paper="F01", note="请张伟补签", by="p", at=now()),
        Correction(
            **own, file="张伟投保单0.pdf", page=1, document_type="F01", field="policyholder.name", before="张韦",
            value="张伟", reason="张伟", by="p", at=now(),
        ),
    )  # fmt: skip
    return case_id


def everything(house: House) -> str:
    """All rows of all tables as text."""
    with dump.snapshot(house.services.engine) as connection:
        return "\n".join(line.decode() for table in dump.tables() for line in dump.lines(connection, table))


def objects(house: House, tenant_id: str) -> set[str]:
    return {item.name for item in house.services.blobs.items(tenant_id)}


def actions(house: House, case_id: str) -> list[str]:
    with house.services.reading() as session:
        found = select(TrailEvent).where(TrailEvent.subject_id == case_id).order_by(TrailEvent.seq)  # type: ignore[arg-type]
        return [event.action for event in session.exec(found)]


def test_a_purged_case_leaves_no_word_about_a_person(house: House, scene: Scene, keeper: Person) -> None:
    case_id = filed(scene, "C-1", b"paper one", b"paper two")
    assert all(word in everything(house) for word in PERSONAL)
    assert len(objects(house, scene.tenant_id)) == 6  # two files, two transcripts, papers, an audit
    aged(house)
    told = purging.purge(house.services, keeper.principal, case_id)
    assert (told.files, told.shared, told.fresh, told.audits) == (2, 0, 0, 1)
    rest = everything(house)
    assert [word for word in PERSONAL if word in rest] == []
    assert objects(house, scene.tenant_id) == set()
    row = scene.stored(case_id)
    assert (row.state, row.machine_verdict is not None, row.policyholder) == (CaseState.PURGED, True, "")
    assert row.purged_at is not None
    assert actions(house, case_id)[-2:] == ["case.purging", "case.purged"]
    with house.services.reading() as session:
        assert list(trail.verify(session, scene.tenant_id, {})) == []
    with pytest.raises(ServiceError, match="case_purged"):
        purging.purge(house.services, keeper.principal, case_id)


@pytest.mark.parametrize("until", [None, today(), today() + timedelta(days=1)])
def test_what_must_be_kept_cannot_go(house: House, scene: Scene, keeper: Person, until: Any) -> None:
    case_id = filed(scene, "C-1", b"paper", until=until)
    aged(house)
    before, there = everything(house), objects(house, scene.tenant_id)
    with pytest.raises(ServiceError, match="must_be_kept"):
        purging.purge(house.services, keeper.principal, case_id)
    assert retention.due(house.services, keeper.principal).items == []
    assert (everything(house), objects(house, scene.tenant_id)) == (before, there)


def test_a_hold_stops_the_purge_until_every_one_is_released(house: House, scene: Scene, keeper: Person) -> None:
    case_id = filed(scene, "C-1", b"paper")
    who = keeper.principal
    first = retention.hold(house.services, who, case_id, " 诉讼 ")
    second = retention.hold(house.services, who, case_id, "调查")
    assert first.reason == "诉讼"
    assert retention.due(house.services, who).items == []
    assert [one.id for one in retention.holds(house.services, who).items] == [second.id, first.id]
    retention.release(house.services, who, first.id)
    with pytest.raises(ServiceError, match="case_on_hold"):
        purging.purge(house.services, who, case_id)
    with pytest.raises(ServiceError, match="hold_released"):
        retention.release(house.services, who, first.id)
    assert "诉讼" in everything(house)
    retention.release(house.services, who, second.id)
    assert [row.id for row in retention.due(house.services, who).items] == [case_id]
    purging.purge(house.services, who, case_id)
    told = actions(house, case_id)
    assert told.count("retention.held") == told.count("retention.released") == 2
    with pytest.raises(ServiceError, match="case_purged"):
        retention.hold(house.services, who, case_id, "too late")
    assert "诉讼" not in everything(house)


def test_a_file_that_another_case_has_stays_for_it(house: House, scene: Scene, keeper: Person) -> None:
    gone, other = filed(scene, "C-1", b"same", b"own"), filed(scene, "C-2", b"same", until=None)
    aged(house)
    told = purging.purge(house.services, keeper.principal, gone)
    assert (told.files, told.shared) == (1, 1)
    blobs, sha = house.services.blobs, hashlib.sha256(b"same").hexdigest()
    assert b"".join(blobs.get(scene.tenant_id, sha)) == b"same"
    assert kept.transcript(blobs, scene.tenant_id, sha, READER) is not None
    assert scene.stored(other).policyholder == "张伟"
    assert not blobs.exists(scene.tenant_id, hashlib.sha256(b"own").hexdigest())


def test_a_file_inside_another_cases_archive_keeps_its_transcript(house: House, scene: Scene, keeper: Person) -> None:
    gone = filed(scene, "C-1", b"same")
    other = filed(scene, "C-2", b"archive", until=None)
    sha = hashlib.sha256(b"same").hexdigest()
    with house.services.writing() as session:
        (row,) = session.exec(select(SourceRow).where(SourceRow.case_id == other))
        row.members = [{**row.members[0], "sha256": sha}]
        session.add(row)
    aged(house)
    purging.purge(house.services, keeper.principal, gone)
    assert kept.transcript(house.services.blobs, scene.tenant_id, sha, READER) is not None
    aged(house)
    purging.sweep(house.services, keeper.principal)
    assert kept.transcript(house.services.blobs, scene.tenant_id, sha, READER) is not None


def test_the_archive_that_a_case_came_in_goes_with_it(house: House, scene: Scene, keeper: Person) -> None:
    """Its papers were taken out of it when the batch was formed; the other cases have theirs."""
    case_id = filed(scene, "C-1", b"paper one", b"paper two", container=b"PK the whole batch")
    add(
        house,
        Upload(
            tenant_id=scene.tenant_id, batch_id=scene.batch_id, path="C-1/case.yaml", state=UploadState.RECEIVED,
            sha256=house.services.blobs.put(scene.tenant_id, [b"policyholder"]).sha256, created_by="x", created_at=now(),
        ),
    )  # fmt: skip
    filed(scene, "C-10", b"other", until=None)
    aged(house)
    assert purging.purge(house.services, keeper.principal, case_id).files == 4
    with house.services.reading() as session:
        found = {row.path: row.state for row in session.exec(select(Upload))}
    assert "C-10/张伟投保单0.pdf" in found
    assert sum(path.startswith("purged/") for path in found) == 2


def test_with_its_last_case_a_batch_loses_its_lists(house: House, scene: Scene, keeper: Person) -> None:
    first, last = filed(scene, "C-1", b"one"), filed(scene, "C-2", b"two")
    stored = house.services.blobs.put(scene.tenant_id, [b"list"])
    supplied = ReferenceList(
        tenant_id=scene.tenant_id, batch_id=scene.batch_id, name="payments", file="payments.csv", sha256=stored.sha256,
        created_by="x", created_at=now(),
    )  # fmt: skip
    add(house, supplied)
    add(house, HistoryPayment(tenant_id=scene.tenant_id, list_id=supplied.id, policyholder="张伟", payment={}))
    aged(house)
    purging.purge(house.services, keeper.principal, first)
    assert "张伟" in everything(house)
    purging.purge(house.services, keeper.principal, last)
    assert "张伟" not in everything(house)
    assert len(objects(house, scene.tenant_id)) == 1
    assert purging.sweep(house.services, keeper.principal) == 1


def test_a_purge_that_broke_off_is_due_again_and_ends(
    house: House, scene: Scene, keeper: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = filed(scene, "C-1", b"one", b"two")
    aged(house)
    shelf, calls = house.services.blobs.shelf, 0
    really: Callable[[str], None] = shelf.delete

    def failing(name: str) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise unavailable("cut off")
        really(name)

    monkeypatch.setattr(shelf, "delete", failing)
    with pytest.raises(ServiceError, match="storage_unavailable"):
        purging.purge(house.services, keeper.principal, case_id)
    monkeypatch.undo()
    assert scene.stored(case_id).purged_at is None
    assert [row.id for row in retention.due(house.services, keeper.principal).items] == [case_id]
    assert [one.case_id for one in purging.purge_due(house.services, keeper.principal)] == [case_id]
    assert objects(house, scene.tenant_id) == set()
    assert actions(house, case_id).count("case.purging") == actions(house, case_id).count("case.purged") == 1


def test_a_case_is_found_by_its_name_or_number_in_the_askers_scope(house: House, scene: Scene, keeper: Person) -> None:
    case_id = scene.case("C-1", policy_no="P1", application_no="T1")
    other = scene.case("C-2%", policy_no="P2")
    Scene(house, house.tenant("别家")).case("C-1", policy_no="P1")

    def found(text: str, who: Person = keeper) -> list[str]:
        return [row.id for row in retention.found(house.services, who.principal, text)]

    assert found("C-") == [other, case_id]
    assert found(" P1 ") == found("T1") == found(case_id) == found("C-1") == [case_id]
    assert found("%") == found("P") == found("") == found("1") == []
    inside = house.person(scene.tenant_id, Role.ADMINISTRATOR, branch_id=house.branch(scene.tenant_id))
    assert found("C-", inside) == []
    with pytest.raises(ServiceError, match="forbidden"):
        found("C-", house.person(scene.tenant_id, Role.REVIEWER))


def test_what_a_purge_of_a_batch_would_do_is_told_before_it(house: House, scene: Scene, keeper: Person) -> None:
    going, held = filed(scene, "C-1", b"one"), filed(scene, "C-2", b"two")
    kept_on = filed(scene, "C-3", b"three", until=today())
    retention.hold(house.services, keeper.principal, held, "诉讼")
    asked = purging.prospect(house.services, keeper.principal, scene.batch_id)
    assert [row.id for row in asked.going] == [going]
    assert {one.case.id: one.because.code for one in asked.staying} == {held: "case_on_hold", kept_on: "must_be_kept"}
    assert (asked.ended, asked.gone, asked.files) == (False, 0, 3)
    purging.purge(house.services, keeper.principal, going)
    asked = purging.prospect(house.services, keeper.principal, scene.batch_id)
    assert (asked.going, asked.gone, asked.files) == ([], 1, 2)


def test_batches_that_were_given_up_are_listed_while_something_is_left(
    house: House, scene: Scene, keeper: Person
) -> None:
    who, long_ago = keeper.principal, now() - timedelta(hours=2)
    own: dict[str, Any] = {"tenant_id": scene.tenant_id, "created_by": "x", "created_at": long_ago}
    old = Batch(name="a", state=BatchState.CANCELLED, finished_at=long_ago, **own)
    lately = Batch(name="b", state=BatchState.FAILED, finished_at=now(), **own)
    empty = Batch(name="c", state=BatchState.CANCELLED, finished_at=long_ago, **own)
    add(house, old, lately, empty)
    add(house, *(Upload(batch_id=one.id, path="a.pdf", state=UploadState.RECEIVED, **own) for one in (old, lately)))
    assert [row.id for row in purging.given_up(house.services, who).items] == [old.id]
    purging.purge_batch(house.services, who, old.id)
    assert purging.given_up(house.services, who).items == []


def test_what_was_written_lately_goes_with_a_later_sweep(house: House, scene: Scene, keeper: Person) -> None:
    case_id = filed(scene, "C-1", b"one")
    told = purging.purge(house.services, keeper.principal, case_id)
    assert (told.files, told.fresh) == (0, 1)
    assert purging.sweep(house.services, keeper.principal) == 0
    aged(house)
    assert purging.sweep(house.services, keeper.principal) == 1
    assert objects(house, scene.tenant_id) == set()


def test_a_sweep_takes_only_what_no_row_names(house: House, scene: Scene, keeper: Person) -> None:
    blobs, tenant = house.services.blobs, scene.tenant_id
    filed(scene, "C-1", b"one", until=None)
    filed(scene, "C-2", b"two", until=None, container=b"PK")
    piece, lost = blobs.put(tenant, [b"piece of a large file"]), blobs.put(tenant, [b"nobody's"])
    with house.services.reading() as session:
        upload = session.exec(select(Upload)).first()
    assert upload is not None
    add(house, UploadChunk(upload_id=upload.id, start=0, size=5, sha256=piece.sha256))
    blobs.put_named(tenant, "frame", "1", b"of a kind that purging does not know")
    blobs.put_named(tenant, kept.AUDITS, "of no judgement", b"x")
    stranger = house.tenant("另一家（虚构）")
    blobs.put(stranger, [b"another institution's"])
    before = objects(house, tenant)
    aged(house)
    assert purging.sweep(house.services, keeper.principal) == 2
    gone = before - objects(house, tenant)
    assert gone == {
        blobs.name_of(tenant, "originals", lost.sha256),
        blobs.name_of(tenant, kept.AUDITS, "of no judgement"),
    }
    assert len(objects(house, stranger)) == 1
    assert purging.sweep(house.services, keeper.principal) == 0


def test_every_column_that_may_name_a_stored_file_is_known() -> None:
    """A new table with such a column must be told to `api.store.retention`, or a sweep would take its files."""
    named = {table.name for table in SQLModel.metadata.tables.values() if "sha256" in table.columns}
    files = {"source", "upload", "upload_chunk", "reference_list", "population"}
    others = {"trail_event", "trail_head", "trail_checkpoint", "pack_draft", "pack_edition"}  # hashes of rows and packs
    assert named == files | others


def test_every_table_that_tells_of_a_case_is_known() -> None:
    """A new table with a word about a case must be told to `api.workflow.purging`, or it would outlive its term."""
    named = {table.name for table in SQLModel.metadata.tables.values() if "case_id" in table.columns}
    emptied = {"blind_look", "comment", "correction", "decision", "finding", "hold", "paper_request", "source"}
    emptied |= {"history_contact", "history_payment", "history_picture"}
    codes_alone = {"judgement", "reaudit_case", "drawn"}
    own_term = {"sold_policy"}  # of its population
    assert named == emptied | codes_alone | own_term


def test_only_administrators_of_the_institution(house: House, scene: Scene, keeper: Person) -> None:
    case_id = filed(scene, "C-1", b"one")
    stranger = house.person(house.tenant("另一家（虚构）"), Role.ADMINISTRATOR)
    reviewer = house.person(scene.tenant_id, Role.REVIEWER)
    for person, code in ((stranger, 404), (reviewer, 403)):
        assert person.client.post(f"/api/v1/cases/{case_id}/purge").status_code == code
        assert person.client.post(f"/api/v1/cases/{case_id}/holds", json={"reason": "x"}).status_code == code
    assert reviewer.client.get(f"/api/v1/cases/{case_id}/retention").status_code == 200
    assert stranger.client.get(f"/api/v1/cases/{case_id}/retention").status_code == 404
    assert stranger.client.get("/api/v1/retention/due").json()["items"] == []
    held = keeper.client.post(f"/api/v1/cases/{case_id}/holds", json={"reason": "x"}).json()
    assert stranger.client.post(f"/api/v1/holds/{held['id']}/release").status_code == 404
    assert scene.stored(case_id).purged_at is None


def test_the_routes_tell_the_term_its_reason_and_its_law(house: House, scene: Scene, keeper: Person) -> None:
    case_id = filed(scene, "C-1", b"one")
    told = keeper.client.get(f"/api/v1/cases/{case_id}/retention").json()
    assert told["purgeable"]
    assert told["end_known_by"] == "declared"
    assert {term["material"]: term["years"] for term in told["terms"]} == {
        "contract": 10,
        "recording": 10,
        "identity": 10,
        "suitability": 5,
    }
    assert "保险法 87" in told["laws"]
    assert told["why"]["zh"]
    assert told["why"]["en"]
    held = keeper.client.post(f"/api/v1/cases/{case_id}/holds", json={"reason": "诉讼"})
    assert held.status_code == 201
    assert [one["id"] for one in keeper.client.get("/api/v1/holds").json()["items"]] == [held.json()["id"]]
    refused = keeper.client.post(f"/api/v1/cases/{case_id}/purge")
    assert (refused.status_code, refused.json()["code"]) == (409, "case_on_hold")
    assert keeper.client.post(f"/api/v1/holds/{held.json()['id']}/release").json()["released_at"]
    assert [one["case_id"] for one in keeper.client.get("/api/v1/retention/due").json()["items"]] == [case_id]
    assert keeper.client.post(f"/api/v1/cases/{case_id}/purge").json()["audits"] == 1
    assert keeper.client.post(f"/api/v1/cases/{case_id}/purge").json()["code"] == "case_purged"


def test_due_cases_come_in_pages(house: House, scene: Scene, keeper: Person) -> None:
    days = [today() - timedelta(days=number) for number in (3, 1, 2, 2)]
    for number, until in enumerate(days):
        scene.case(f"C-{number}", {}, keep_until=until)
    seen: list[str] = []
    cursor = ""
    while True:
        found = keeper.client.get(
            "/api/v1/retention/due", params={"limit": 1, **({"cursor": cursor} if cursor else {})}
        )
        seen += [one["keep_until"] for one in found.json()["items"]]
        cursor = found.json()["next"]
        if not cursor:
            break
    assert seen == sorted(str(day) for day in days)


@pytest.mark.parametrize("place", ["/retention/due", "/holds"])
@pytest.mark.parametrize("values", [("x", "y"), (None, None), (1, 2, 3), ("2026-01-01", {"a": 1}), ()])
def test_a_cursor_that_is_none_of_ours_is_refused(house: House, keeper: Person, place: str, values: Any) -> None:
    answer = keeper.client.get(f"/api/v1{place}", params={"cursor": paging.cursor(*values)})
    assert answer.status_code in (200, 422)


def test_an_unjudged_case_whose_purge_broke_off_is_due_again(house: House, scene: Scene, keeper: Person) -> None:
    add(
        house,
        *(
            CaseRow(tenant_id=scene.tenant_id, batch_id=scene.batch_id, name=f"C-{n}", state="purged", created_at=now())
            for n in range(3)
        ),
    )
    scene.case("C-9", {}, keep_until=PAST)
    first = retention.due(house.services, keeper.principal, limit=2)
    rest = retention.due(house.services, keeper.principal, limit=2, cursor=first.next)
    assert len({row.id for row in (*first.items, *rest.items)}) == 4
    assert rest.items[-1].name == "C-9"
    assert rest.next is None


def test_findings_of_a_purged_case_wait_for_nobody(house: House, scene: Scene, keeper: Person) -> None:
    case_id = filed(scene, "C-1", b"one")
    purging.purge(house.services, keeper.principal, case_id)
    with house.services.reading() as session:
        assert not session.exec(select(FindingRow).where(FindingRow.case_id == case_id, FindingRow.current)).all()
        assert session.get_one(CaseRow, case_id).open_findings == 0


def ended(scene: Scene, state: BatchState, *, ago: timedelta = timedelta(hours=2)) -> None:
    with scene.house.services.writing() as session:
        batch = session.get_one(Batch, scene.batch_id)
        batch.state, batch.finished_at = state, now() - ago
        session.add(batch)


def unjudged(scene: Scene, name: str, data: bytes) -> str:
    row = CaseRow(tenant_id=scene.tenant_id, batch_id=scene.batch_id, name=name, state="cancelled", created_at=now())
    stored = scene.house.services.blobs.put(scene.tenant_id, [data])
    add(scene.house, row)
    about: dict[str, Any] = {
        "tenant_id": scene.tenant_id,
        "batch_id": scene.batch_id,
        "sha256": stored.sha256,
        "created_at": now(),
    }
    upload = Upload(**about, path=f"{name}/张伟.pdf", state=UploadState.RECEIVED, created_by="x")
    add(scene.house, upload, SourceRow(**about, case_id=row.id, file="张伟.pdf"))
    return row.id


def test_a_batch_sent_by_mistake_goes_whole_and_at_once(house: House, scene: Scene, keeper: Person) -> None:
    first = unjudged(scene, "C-1", b"one")
    unjudged(scene, "C-2", b"two")
    stray = house.services.blobs.put(scene.tenant_id, [b"never formed"])
    about: dict[str, Any] = {"tenant_id": scene.tenant_id, "batch_id": scene.batch_id, "sha256": stray.sha256}
    add(house, Upload(**about, path="cases.csv", state=UploadState.RECEIVED, created_by="x", created_at=now()))
    address = f"/api/v1/batches/{scene.batch_id}/purge"
    assert keeper.client.post(address).json()["code"] == "batch_not_ended"
    ended(scene, BatchState.CANCELLED, ago=timedelta(minutes=1))
    assert keeper.client.post(address).json()["code"] == "batch_not_ended"
    assert keeper.client.post(f"/api/v1/cases/{first}/purge").json()["code"] == "must_be_kept"
    ended(scene, BatchState.CANCELLED)
    told = keeper.client.post(address)
    assert len(told.json()["cases"]) == 2
    assert "张伟" not in everything(house)
    aged(house)
    purging.sweep(house.services, keeper.principal)
    assert objects(house, scene.tenant_id) == set()
    with house.services.reading() as session:
        assert {row.state for row in session.exec(select(Upload))} == {UploadState.REMOVED}
    assert actions(house, scene.batch_id) == ["batch.purged"]
    assert house.person(scene.tenant_id, Role.REVIEWER).client.post(address).status_code == 403


def test_a_batch_with_one_case_that_must_be_kept_stays_whole(house: House, scene: Scene, keeper: Person) -> None:
    filed(scene, "C-1", b"one")
    filed(scene, "C-2", b"two", until=today())
    ended(scene, BatchState.DONE)
    before = everything(house)
    with pytest.raises(ServiceError, match="must_be_kept"):
        purging.purge_batch(house.services, keeper.principal, scene.batch_id)
    assert everything(house) == before


def test_a_case_has_its_term_as_soon_as_it_is_read_and_another_when_its_end_is_declared(
    house: House, scene: Scene
) -> None:
    row = CaseRow(
        tenant_id=scene.tenant_id,
        batch_id=scene.batch_id,
        name="C-1",
        declared={"product.term_years": "whole_life", "dates.policy_issue": "2020-03-04"},
        created_at=now(),
    )
    add(house, row)
    judge = Judge(house.services, Lists(house.services))
    assert judge.gather(row.id)
    assert (scene.stored(row.id).keep_until, scene.stored(row.id).keep_basis) == (None, "unknown/long/")
    with house.services.writing() as session:
        case = session.get_one(CaseRow, row.id)
        case.declared = {**case.declared, "dates.surrender": "2021-05-06"}
        session.add(case)
    assert judge.gather(row.id, again=True)
    assert scene.stored(row.id).keep_until == date(2031, 5, 6)


def test_text_that_the_database_cannot_keep_is_the_requests_fault(house: House, scene: Scene, keeper: Person) -> None:
    case_id = scene.case("C-1", {})
    client = TestClient(house.app, headers=dict(keeper.client.headers), raise_server_exceptions=False)
    kept_there = house.services.settings.embedded  # SQLite keeps a NUL
    answers = [
        client.post(f"/api/v1/cases/{case_id}/holds", json={"reason": "a\0b"}),
        client.get("/api/v1/cases/%00/retention"),
    ]
    assert [one.status_code for one in answers] == ([201, 404] if kept_there else [422, 422])
    assert kept_there or {one.json()["code"] for one in answers} == {"bad_text"}
