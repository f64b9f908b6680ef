"""Does the service find what the command line finds, once, whatever is repeated?"""

from __future__ import annotations

import io
import json
import signal
import zipfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import SQLModel, col, select

from api.clock import now
from api.errors import ServiceError
from api.outages import is_outage
from api.permissions import Role
from api.tables import (
    Batch,
    BatchState,
    CaseRow,
    CheckTally,
    FindingRow,
    HistoryContact,
    HistoryPayment,
    Judgement,
    ReAudit,
    ReAuditCase,
    SourceRow,
    SourceState,
    TrailEvent,
    Upload,
    UploadState,
)
from api.workflow import cases, kept
from api.workflow.processing import Processing
from tests.api.house import AS_OF, House
from verifier import pipeline
from verifier.reading.sandbox import ReaderPool
from verifier.reports.audience import Audience

APPLICATION = """人身保险投保单
投保单号：T20260301{number}
投保人姓名：{name}
投保人证件号码：{identity}
投保人联系电话：13900001111
险种名称：福安终身寿险
期交保费：人民币 {premium} 元
投保人签名：{name}
投保日期：2026年3月1日
"""
CASES = {
    "C-001": {
        "投保单.txt": APPLICATION.format(number="01", name="林虚构", identity="110101199003070011", premium=8000)
    },
    "C-002": {
        "投保单.txt": APPLICATION.format(number="02", name="陈虚构", identity="110101198505050022", premium=9000),
        "坏文件.pdf": "%PDF-1.7\nno object, no end",
    },
}
CSV = "case,policy_no,channel,product.kind\nC-001,P-1,agent,ordinary_life\nC-003,P-3,bank,annuity\n"


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1, "auto") as made:
        yield made


def files() -> dict[str, bytes]:
    whole = {f"{case}/{name}": text.encode() for case, papers in CASES.items() for name, text in papers.items()}
    return whole | {"cases.csv": CSV.encode(), "batch.yaml": "institution: 安华人寿（虚构）\n".encode()}


def submitted(house: House, tenant_id: str, uploads: Mapping[str, bytes]) -> str:
    """A queued batch of these uploads."""
    stored = {path: house.services.blobs.put(tenant_id, (data,)) for path, data in uploads.items()}
    with house.services.writing() as session:
        batch = Batch(
            tenant_id=tenant_id,
            name="三月",
            as_of=AS_OF,
            state=BatchState.QUEUED,
            created_by="test",
            created_at=now(),
            submitted_at=now(),
        )
        session.add(batch)
        session.flush()
        for path, one in stored.items():
            session.add(
                Upload(
                    tenant_id=tenant_id,
                    batch_id=batch.id,
                    path=path,
                    size=one.size,
                    received=one.size,
                    sha256=one.sha256,
                    state=UploadState.RECEIVED,
                    created_by="test",
                    created_at=now(),
                )
            )
    return batch.id


def worked_off(work: Processing, batch_id: str, times: int = 1) -> None:
    """All steps of a batch in their order, each as often as told."""
    for _ in range(times):
        work.form(batch_id)
    for portion in work.unread(batch_id):
        for _ in range(times):
            work.read(batch_id, portion)
    for portion in work.ungathered(batch_id):
        for _ in range(times):
            work.gather(batch_id, portion)
    for portion in work.unjudged(batch_id):
        for _ in range(times):
            work.judge(batch_id, portion)
    for _ in range(times):
        work.finish(batch_id)


def outcomes(house: House, batch_id: str) -> dict[str, dict[str, str]]:
    with house.services.reading() as session:
        rows = session.exec(select(CaseRow).where(CaseRow.batch_id == batch_id)).all()
        found = {}
        for row in rows:
            audit = kept.audit(house.services.blobs, row.tenant_id, row.judgement_id or "")
            assert audit is not None
            found[row.name] = {one.check: one.outcome.value for one in audit.findings}
    return found


def number(house: House, table: type[SQLModel]) -> int:
    with house.services.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_outcomes_are_those_of_the_command_line(house: House, pool: ReaderPool, tmp_path: Path) -> None:
    batch_id = submitted(house, house.tenant(), files())
    worked_off(Processing(house.services, pool), batch_id)
    folder = tmp_path / "disk"
    for path, data in files().items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    options = pipeline.Options(AS_OF, tmp_path / "out", workers=1, formats=("json",), audience=Audience.AML)
    pipeline.audit_batch([folder], options)
    told = {
        case: {
            one["check"]: one["outcome"]
            for one in json.loads((tmp_path / "out" / case / "audit.json").read_text())["findings"]
        }
        for case in ("C-001", "C-002", "C-003")
    }
    assert outcomes(house, batch_id) == told
    assert any(outcome == "fail" for case in told.values() for outcome in case.values())


def test_repeating_every_step_doubles_nothing(house: House, pool: ReaderPool) -> None:
    tables = (CaseRow, SourceRow, Judgement, FindingRow, CheckTally, HistoryPayment, HistoryContact)
    once = submitted(house, house.tenant("一（虚构）"), files())
    worked_off(Processing(house.services, pool), once)
    counted = {table: number(house, table) for table in tables}
    thrice = submitted(house, house.tenant("二（虚构）"), files())
    worked_off(Processing(house.services, pool), thrice, times=3)
    assert {table: number(house, table) for table in tables} == {table: 2 * n for table, n in counted.items()}
    assert counted[HistoryContact] == 2 and counted[Judgement] == 3
    with house.services.reading() as session:
        batches = session.exec(select(Batch)).all()
        events = session.exec(select(TrailEvent.action).where(TrailEvent.action == "batch.finished")).all()
    assert {batch.state for batch in batches} == {BatchState.DONE} and len(events) == 2
    assert all(batch.finished_at for batch in batches)


def test_a_zip_makes_the_same_cases_as_a_folder(house: House, pool: ReaderPool) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files().items():
            archive.writestr(f"三月/{path}", data)
    tenant_id, work = house.tenant(), Processing(house.services, pool)
    flat = submitted(house, tenant_id, files())
    zipped = submitted(house, tenant_id, {"三月.zip": packed.getvalue()})
    for batch_id in (flat, zipped):
        worked_off(work, batch_id)
    with house.services.reading() as session:
        rows = session.exec(select(SourceRow.batch_id, SourceRow.file, SourceRow.sha256, SourceRow.state)).all()
        infos = session.exec(select(Batch.info)).all()
    sources = {batch_id: sorted(one[1:] for one in rows if one[0] == batch_id) for batch_id in (flat, zipped)}
    assert sources[flat] == sources[zipped] and len(sources[flat]) == 3
    assert outcomes(house, flat) == outcomes(house, zipped)
    assert infos == [{"institution": "安华人寿（虚构）"}] * 2


def test_bytes_that_were_read_before_are_not_read_again(house: House, pool: ReaderPool) -> None:
    tenant_id = house.tenant()
    first = submitted(house, tenant_id, files())
    worked_off(Processing(house.services, pool), first)
    with ReaderPool(1, "auto") as idle:
        idle.read_all = lambda files: pytest.fail("a file was read again")  # type: ignore[method-assign, assignment]
        again = submitted(house, tenant_id, {f"R-{path}": data for path, data in files().items() if "/" in path})
        worked_off(Processing(house.services, idle), again)
    with house.services.reading() as session:
        states = session.exec(select(SourceRow.file, SourceRow.state).where(SourceRow.batch_id == again)).all()
    assert sorted(states) == [
        ("坏文件.pdf", SourceState.REJECTED),
        ("投保单.txt", SourceState.READ),
        ("投保单.txt", SourceState.READ),
    ]


def test_cases_see_one_another_inside_an_institution_and_never_across(house: House, pool: ReaderPool) -> None:
    """Several unrelated policyholders gave one phone: that shows, but not in the books of another institution."""
    names = ("林虚构", "陈虚构", "黄虚构", "周虚构", "吴虚构")
    shared = {
        f"S-{place}/投保单.txt": APPLICATION.format(number=place, name=name, identity="", premium=8000).encode()
        for place, name in enumerate(names)
    }
    told = {}
    for name, uploads in (("一（虚构）", shared), ("二（虚构）", dict(list(shared.items())[:1]))):
        batch_id = submitted(house, house.tenant(name), uploads)
        worked_off(Processing(house.services, pool), batch_id)
        with house.services.reading() as session:
            case = session.exec(select(CaseRow).where(CaseRow.batch_id == batch_id, CaseRow.name == "S-0")).one()
        audit = kept.audit(house.services.blobs, case.tenant_id, case.judgement_id or "")
        assert audit is not None
        told[name] = "陈虚构" in str(audit.findings)
    assert told == {"一（虚构）": True, "二（虚构）": False}


def test_a_file_whose_readers_died_three_times_is_quarantined_and_its_case_goes_on(
    house: House, pool: ReaderPool
) -> None:
    work = Processing(house.services, pool)
    batch_id = submitted(house, house.tenant(), files())
    work.form(batch_id)
    with house.services.writing() as session:
        poison = session.exec(select(SourceRow).where(col(SourceRow.file) == "坏文件.pdf")).one()
        poison.attempts, poison.state = 3, SourceState.READING
        session.add(poison)
    worked_off(work, batch_id)
    with house.services.reading() as session:
        states = {row.file: (row.state, row.code) for row in session.exec(select(SourceRow)).all()}
        verdicts = session.exec(select(CaseRow.verdict)).all()
    assert states["坏文件.pdf"] == (SourceState.REJECTED, "reader_crashed")
    assert all(verdicts) and len(verdicts) == 3


def test_a_worker_whose_reading_processes_are_broken_ends_and_leaves_the_files_to_another(
    house: House, pool: ReaderPool
) -> None:
    batch_id = submitted(house, house.tenant(), files())
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    try:
        closed = ReaderPool(1, "auto")
        with closed:
            broken = Processing(house.services, closed)
            assert closed._pool is not None
            closed._pool.stop()  # type: ignore[no-untyped-call]
            broken.form(batch_id)
            with pytest.raises(ServiceError) as refused:
                broken.read(batch_id, broken.unread(batch_id)[0])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told == [signal.SIGTERM] and is_outage(refused.value)
    worked_off(Processing(house.services, pool), batch_id)
    with house.services.reading() as session:
        assert session.get_one(Batch, batch_id).problems == []


def test_a_cancelled_batch_is_not_judged_further(house: House, pool: ReaderPool) -> None:
    work = Processing(house.services, pool)
    batch_id = submitted(house, house.tenant(), files())
    work.form(batch_id)
    with house.services.writing() as session:
        batch = session.get_one(Batch, batch_id)
        batch.state = BatchState.CANCELLED
        session.add(batch)
    worked_off(work, batch_id)
    assert number(house, Judgement) == 0
    with house.services.reading() as session:
        assert set(session.exec(select(CaseRow.state)).all()) == {"cancelled"}


def test_facts_that_were_declared_and_never_judged_are_found_again(house: House, pool: ReaderPool) -> None:
    """The process died between the commit and handing the case over."""
    tenant_id, work = house.tenant(), Processing(house.services, pool)
    worked_off(work, submitted(house, tenant_id, files()))
    with house.services.reading() as session:
        case = session.exec(select(CaseRow).where(CaseRow.name == "C-001")).one()
    cases.declare(house.services, house.person(tenant_id, Role.UPLOADER).principal, case.id, {"channel": "bank"}, None)
    long_ago = now() - timedelta(hours=1)
    with house.services.writing() as session:
        row = session.get_one(CaseRow, case.id)
        row.declared_at, row.judged_at = long_ago, long_ago - timedelta(hours=1)
        session.add(row)
    (found,) = work.forgotten()
    assert (found.kind, found.id, found.cause) == ("case", case.id, "declared")
    work.renew(found.id, found.cause)
    assert work.forgotten() == []
    with house.services.reading() as session:
        assert session.get_one(CaseRow, case.id).channel == "bank"


def test_a_late_paper_is_read_and_the_case_judged_anew(house: House, pool: ReaderPool) -> None:
    tenant_id, work = house.tenant(), Processing(house.services, pool)
    batch_id = submitted(house, tenant_id, files())
    worked_off(work, batch_id)
    late = house.services.blobs.put(tenant_id, ("产品说明书\n本人已阅读保险条款。\n".encode(),))
    with house.services.writing() as session:
        case = session.exec(select(CaseRow).where(CaseRow.name == "C-001")).one()
        session.add(
            SourceRow(
                tenant_id=tenant_id,
                batch_id=batch_id,
                case_id=case.id,
                file="补交.txt",
                sha256=late.sha256,
                size=late.size,
                created_at=now() - timedelta(minutes=1),
            )
        )
    assert [(one.kind, one.id, one.cause) for one in work.forgotten()] == [("case", case.id, "papers")]
    for _ in range(2):  # asked for twice
        work.renew(case.id, "papers")
    assert work.forgotten() == []
    with house.services.reading() as session:
        judged = session.exec(select(Judgement).where(Judgement.case_id == case.id)).all()
        renewed = session.get_one(CaseRow, case.id)
    assert sorted(one.cause for one in judged) == ["batch", "papers"]
    newest = kept.audit(house.services.blobs, tenant_id, renewed.judgement_id or "")
    assert newest is not None and "补交.txt" in {one.file for one in newest.sources}
    assert renewed.state == "judged"


def test_a_reaudit_under_another_day_changes_nothing_that_counts(house: House, pool: ReaderPool) -> None:
    tenant_id, work = house.tenant(), Processing(house.services, pool)
    batch_id = submitted(house, tenant_id, files())
    worked_off(work, batch_id)
    pack = house.services.editions.pack("cn-insurance", tenant_id)
    with house.services.writing() as session:
        judged_cases = session.exec(select(CaseRow)).all()
        reaudit = ReAudit(
            tenant_id=tenant_id,
            pack="cn-insurance",
            edition=pack.info.edition,
            pack_sha256=pack.sha256,
            as_of=AS_OF,
            by="test",
            created_at=now(),
        )
        session.add(reaudit)
        session.flush()
        session.add_all(
            ReAuditCase(reaudit_id=reaudit.id, case_id=case.id, verdict_before=case.verdict or "")
            for case in judged_cases
        )
    counting = {case.id: case.judgement_id for case in judged_cases}
    for _ in range(2):
        for portion in work.to_rejudge(reaudit.id):
            for _ in range(2):
                work.rejudge(reaudit.id, portion)
        work.finish_reaudit(reaudit.id)
    with house.services.reading() as session:
        entries = session.exec(select(ReAuditCase)).all()
        assert {case.id: case.judgement_id for case in session.exec(select(CaseRow)).all()} == counting
        assert session.get_one(ReAudit, reaudit.id).state == "done"
    assert [entry.state for entry in entries] == ["judged"] * 3
    assert all(entry.changes == {} for entry in entries)  # the same edition on the same day finds the same
    assert number(house, Judgement) == 6
