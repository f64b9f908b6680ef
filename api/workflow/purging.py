"""How does a case go for good? Its files, transcripts, audits, and every word about a person, in two steps on the trail.

First the case is marked and the beginning recorded: from then on nobody opens it, and a purge that breaks off is
taken up again. Then the stored bytes go that nothing else needs, and at last the rows lose what they said about
people. What remains is that there was a case, how it was judged, who decided, and the trail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from api import rendering, trail
from api.blobs import ORIGINALS
from api.clock import now
from api.errors import ServiceError
from api.paging import Page
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import history, scope
from api.store import retention as stored
from api.tables import (
    Batch,
    BatchState,
    BlindLook,
    CaseRow,
    CaseState,
    Comment,
    Correction,
    Decision,
    FindingRow,
    HistoryPayment,
    Hold,
    Judgement,
    PaperRequest,
    ReferenceList,
    SourceRow,
    Upload,
    UploadChunk,
    UploadState,
)
from api.workflow.kept import AUDITS, PAPERS, TRANSCRIPTS, transcript_key
from api.workflow.opened import purged
from api.workflow.retention import due, is_over, locked
from verifier.model import Text

PORTION = 100
ENDED = timedelta(hours=1)  # what was being read when a batch was cancelled has ended by then


@dataclass(frozen=True, slots=True)
class Purged:
    """How much went. `shared`: stored files that stay, since another case has the same; `fresh`: those that were written
    within the last day and go with the next sweep."""

    case_id: str
    files: int
    shared: int
    fresh: int
    audits: int


@dataclass(frozen=True, slots=True)
class _Bytes:
    """What is stored for a case."""

    originals: tuple[str, ...]
    transcripts: tuple[tuple[str, str], ...]
    pages: tuple[tuple[str, int], ...]  # how many each file has: pictures of them may be kept
    judgements: tuple[str, ...]
    uploads: tuple[str, ...]


def purge(services: Services, who: Principal, case_id: str) -> Purged:
    """Purge one case whose term is over and that nobody holds. May be repeated after it broke off."""
    who.require(Permission.RETENTION)
    with services.writing() as session:
        row = locked(session, who, case_id)
        if row.purged_at is not None:
            raise purged()
        if row.state != CaseState.PURGED:
            _may_go(session, row)
            row.state, row.version = CaseState.PURGED, row.version + 1
            session.add(row)
            trail.record(session, who, "case.purging", "case", row.id, keep_until=row.keep_until, basis=row.keep_basis)
        found = _bytes_of(session, row)
    told = _remove_bytes(services, row, found)
    with services.writing() as session:
        row = locked(session, who, case_id)
        if row.purged_at is None:
            _empty(session, row, found)
            _close_batch(session, session.get_one(Batch, row.batch_id))
            trail.record(
                session, who, "case.purged", "case", row.id,
                files=told.files, shared=told.shared, fresh=told.fresh, audits=told.audits,
            )  # fmt: skip
    return told


def purge_batch(services: Services, who: Principal, batch_id: str) -> list[Purged]:
    """Purge a batch that was given up, or all of whose cases may go: every case, then what it was sent with. Nothing
    goes when one case must be kept."""
    who.require(Permission.RETENTION)
    asked = prospect(services, who, batch_id)
    if not asked.ended:
        raise ServiceError(
            409,
            "batch_not_ended",
            Text("批次尚未结束，或结束不足一小时", "The batch has not ended, or less than an hour ago"),
            Text("请先取消批次，或稍后再试", "Cancel it first, or try again later"),
        )
    if asked.staying:
        raise asked.staying[0].because
    done = [purge(services, who, row.id) for row in asked.going]
    with services.writing() as session:
        batch = scope.batch(session, who, batch_id)
        _close_batch(session, batch)
        trail.record(session, who, "batch.purged", "batch", batch.id, cases=len(done))
    return done


@dataclass(frozen=True, slots=True)
class Staying:
    """A case that must be kept, and the refusal that says why."""

    case: CaseRow
    because: ServiceError


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a purge of a batch would do: nothing before it has `ended`, nor while a case is `staying`. `gone`: cases that
    were purged before; `files`: what was sent and is still kept."""

    batch: Batch
    ended: bool
    going: Sequence[CaseRow]
    staying: Sequence[Staying]
    gone: int
    files: int


def prospect(services: Services, who: Principal, batch_id: str) -> Prospect:
    who.require(Permission.RETENTION)
    with services.reading() as session:
        batch = scope.batch(session, who, batch_id)
        rows = session.exec(select(CaseRow).where(CaseRow.batch_id == batch.id, scope.of_cases(who))).all()
        left = [row for row in rows if row.purged_at is None]
        staying = [Staying(row, why) for row in left if (why := _kept_by(session, row)) is not None]
        sent = select(func.count()).select_from(Upload).where(Upload.batch_id == batch.id)
        files = session.exec(sent.where(Upload.state != UploadState.REMOVED)).one()
    kept = {one.case.id for one in staying}
    going = [row for row in left if row.id not in kept]
    return Prospect(batch, _has_ended(batch), going, staying, len(rows) - len(left), files)


def given_up(services: Services, who: Principal, *, limit: int = 50, cursor: str | None = None) -> Page[Batch]:
    """Batches that were cancelled or failed and of which something is left: most were sent by mistake."""
    who.require(Permission.RETENTION)
    with services.reading() as session:
        return stored.given_up(session, who, now() - ENDED, limit=limit, cursor=cursor)


def purge_due(services: Services, who: Principal) -> Iterator[Purged]:
    """Purge every case whose time has come, the longest overdue first; then sweep."""
    while found := due(services, who, limit=PORTION).items:
        for row in found:
            yield purge(services, who, row.id)
    sweep(services, who)


def sweep(services: Services, who: Principal) -> int:
    """Remove stored bytes that no row names and that no upload can be counting on: what broke off left them, or a
    purge that came too soon after. Kinds that this does not know stay."""
    who.require(Permission.RETENTION)
    blobs, tenant = services.blobs, who.tenant_id
    listed = [item for item in blobs.items(tenant) if item.settled and item.name.split("/")[2] in _SWEPT]
    if not listed:
        return 0
    with services.reading() as session:  # after the listing: a row that came since is seen
        named = {blobs.name_of(tenant, ORIGINALS, sha) for sha in stored.originals(session, tenant)}
        named |= {
            blobs.name_of(tenant, TRANSCRIPTS, transcript_key(*one)) for one in stored.transcripts(session, tenant)
        }
        named |= {blobs.name_of(tenant, PAPERS, case) for case in stored.cases(session, tenant)}
        named |= {blobs.name_of(tenant, AUDITS, one) for one in stored.judgements(session, tenant)}
    blobs.shelf.sweep()
    gone = [item.name for item in listed if item.name not in named]
    for name in gone:
        blobs.shelf.delete(name)
    if gone:
        with services.writing() as session:
            trail.record(session, who, "storage.swept", "tenant", tenant, objects=len(gone))
    return len(gone)


_SWEPT = (ORIGINALS, TRANSCRIPTS, PAPERS, AUDITS)


def _kept_by(session: Session, row: CaseRow) -> ServiceError | None:
    """Why a case may not go. One whose purge broke off may."""
    try:
        if row.state != CaseState.PURGED:
            _may_go(session, row)
    except ServiceError as why:
        return why
    return None


def _may_go(session: Session, row: CaseRow) -> None:
    if stored.holds_of(session, row.id, in_force=True):
        raise ServiceError(
            409,
            "case_on_hold",
            Text("该案件处于保全状态，不能清除", "The case is on hold and cannot be purged"),
            Text("请先解除全部保全", "Release every hold first"),
        )
    if not is_over(row.keep_until) and not _given_up(session, row):
        raise ServiceError(
            409,
            "must_be_kept",
            Text("保存期限未满，不能清除", "The term of keeping is not over; the case cannot be purged"),
            Text("期限与依据见该案件的保存信息", "The retention of the case tells the term and its basis"),
            keep_until=row.keep_until.isoformat() if row.keep_until else None,
        )


def _given_up(session: Session, row: CaseRow) -> bool:
    """Never judged, of a batch that was cancelled or failed: sent by mistake, so no law asks for this copy."""
    batch = session.get_one(Batch, row.batch_id)
    stopped = batch.state in (BatchState.CANCELLED, BatchState.FAILED)
    return row.judgement_id is None and stopped and _has_ended(batch)


def _has_ended(batch: Batch) -> bool:
    """What was being read when it ended has ended as well."""
    return batch.finished_at is not None and now() - batch.finished_at >= ENDED


# --- stored bytes --------------------------------------------------------------------------------


def _bytes_of(session: Session, row: CaseRow) -> _Bytes:
    sources = session.exec(select(SourceRow).where(SourceRow.case_id == row.id)).all()
    uploads = stored.uploads_of(session, row)
    pieces = select(UploadChunk.sha256).where(col(UploadChunk.upload_id).in_([one.id for one in uploads]))
    hashes = [*(one.sha256 for one in sources), *(one.sha256 for one in uploads), *session.exec(pieces)]
    read = {(member["sha256"], one.reader) for one in sources for member in one.members}
    pages = {(member["sha256"], member["pages"] or 0) for one in sources for member in one.members}
    judged = session.exec(select(Judgement.id).where(Judgement.case_id == row.id)).all()
    return _Bytes(
        tuple(sorted({one for one in hashes if one})),
        tuple(sorted(read)),
        tuple(sorted(pages)),
        tuple(judged),
        tuple(one.id for one in uploads),
    )


def _remove_bytes(services: Services, row: CaseRow, found: _Bytes) -> Purged:
    blobs, tenant = services.blobs, row.tenant_id
    with services.reading() as session:
        read = [sha for sha, _ in found.transcripts]
        needed = stored.needed_elsewhere(session, row, found.uploads, sorted({*found.originals, *read}))
    going = [sha for sha in found.originals if sha not in needed]
    released = [blobs.release(tenant, sha) for sha in going]
    for sha, reader in found.transcripts:
        if sha not in needed:
            blobs.delete_named(tenant, TRANSCRIPTS, transcript_key(sha, reader))
    for sha, pages in found.pages:
        if sha not in needed:
            rendering.forget(blobs, tenant, sha, pages)
    blobs.delete_named(tenant, PAPERS, row.id)
    for judgement in found.judgements:
        blobs.delete_named(tenant, AUDITS, judgement)
    shared = len(found.originals) - len(going)
    return Purged(row.id, sum(released), shared, len(released) - sum(released), len(found.judgements))


# --- rows ----------------------------------------------------------------------------------------

_NOTHING: dict[str, object] = {
    "policyholder": "", "policy_no": "", "application_no": "", "seller_number": "", "seller_name": "", "premium": "",
    "declared": {}, "problems": [], "assigned_to": None, "due_at": None, "open_findings": 0, "risk": 0,
}  # fmt: skip


def _empty(session: Session, row: CaseRow, found: _Bytes) -> None:
    """What was said about people, in every table that has a word of it."""
    history.forget(session, row.id)
    session.execute(delete(Correction).where(col(Correction.case_id) == row.id))
    session.execute(update(Decision).where(col(Decision.case_id) == row.id).values(reason=""))
    session.execute(update(Comment).where(col(Comment.case_id) == row.id).values(text=""))
    session.execute(update(PaperRequest).where(col(PaperRequest.case_id) == row.id).values(note=""))
    session.execute(update(Hold).where(col(Hold.case_id) == row.id).values(reason=""))
    session.execute(update(BlindLook).where(col(BlindLook.case_id) == row.id).values(reason=""))
    session.execute(update(FindingRow).where(col(FindingRow.case_id) == row.id).values(current=False, assigned_to=None))
    for source in session.exec(select(SourceRow).where(SourceRow.case_id == row.id)).all():
        source.file, source.sha256, source.members = f"purged/{source.id}", "", []
        session.add(source)
    _drop_uploads(session, found.uploads)
    for column, value in _NOTHING.items():
        setattr(row, column, value)
    row.purged_at, row.version = now(), row.version + 1
    session.add(row)


def _drop_uploads(session: Session, ids: Sequence[str]) -> None:
    session.execute(delete(UploadChunk).where(col(UploadChunk.upload_id).in_(ids)))
    for upload in session.exec(select(Upload).where(col(Upload.id).in_(ids))).all():
        upload.path, upload.state = f"purged/{upload.id}", UploadState.REMOVED
        upload.sha256, upload.declared_sha256 = "", ""
        session.add(upload)


def _close_batch(session: Session, batch: Batch) -> None:
    """With its last case a batch loses what it was sent with: lists, loose files. Their bytes go with the next sweep."""
    session.flush()
    left = select(CaseRow.id).where(CaseRow.batch_id == batch.id, col(CaseRow.purged_at).is_(None)).limit(1)
    if session.exec(left).first() is not None:
        return
    batch.info, batch.problems = {}, []
    session.add(batch)
    lists = select(ReferenceList.id).where(ReferenceList.batch_id == batch.id)
    session.execute(delete(HistoryPayment).where(col(HistoryPayment.list_id).in_(lists)))
    session.execute(delete(ReferenceList).where(col(ReferenceList.batch_id) == batch.id))
    _drop_uploads(session, session.exec(select(Upload.id).where(Upload.batch_id == batch.id)).all())
