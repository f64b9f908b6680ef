"""Which batches and uploaded files are there, and how far has a batch come? Counted from the tables, never remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, true
from sqlmodel import Session, col, select

from api.errors import not_found
from api.paging import Page, page, position
from api.principal import Principal
from api.store import scope
from api.tables import (
    Batch,
    BatchState,
    CaseRow,
    SourceRow,
    SourceState,
    Upload,
    UploadChunk,
    UploadState,
)

FINISHED = frozenset({BatchState.DONE, BatchState.CANCELLED, BatchState.FAILED})


def batch(session: Session, who: Principal, batch_id: str, *, lock: bool = False) -> Batch:
    """The batch; with `lock`, no one else changes it until this transaction ends."""
    found = scope.batch(session, who, batch_id)
    if lock:
        session.refresh(found, with_for_update=True)
    return found


def listed(
    session: Session, who: Principal, *, state: str | None, origin: str | None, limit: int, cursor: str | None
) -> Page[Batch]:
    """Batches, the newest first."""
    asked = select(Batch).where(scope.of_batches(who))
    if state:
        asked = asked.where(Batch.state == state)
    if origin:
        asked = asked.where(Batch.origin == origin)
    if after := position(cursor, 1):
        asked = asked.where(col(Batch.id) < str(after[0]))
    rows = session.exec(asked.order_by(col(Batch.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


# --- uploads ----------------------------------------------------------------------------------------


def upload_at(session: Session, batch_id: str, path: str) -> Upload | None:
    return session.exec(select(Upload).where(Upload.batch_id == batch_id, Upload.path == path)).one_or_none()


def upload(session: Session, who: Principal, upload_id: str, *, lock: bool = False) -> Upload:
    """An upload of a batch that the asker may see."""
    asked = (
        select(Upload)
        .join(Batch, col(Batch.id) == col(Upload.batch_id))
        .where(Upload.id == upload_id, Upload.state != UploadState.REMOVED, scope.of_batches(who))
    )
    row = session.exec(asked.with_for_update(of=Upload) if lock else asked).one_or_none()
    if row is None:
        raise not_found("上传", "upload")
    return row


def number_of_uploads(session: Session, batch_id: str) -> int:
    """Of all states: a path that was removed may come back."""
    return session.exec(select(func.count()).select_from(Upload).where(Upload.batch_id == batch_id)).one()


def uploads(
    session: Session,
    who: Principal,
    batch_id: str,
    *,
    state: str | None,
    under: str | None,
    limit: int,
    cursor: str | None,
) -> Page[Upload]:
    """Files of a batch by path; removed ones are not listed. Whoever was granted a part of the cases sees the files
    that those came in."""
    asked = select(Upload).where(Upload.batch_id == batch_id, Upload.state != UploadState.REMOVED)
    if who.grant is not None:
        granted = select(CaseRow.id).where(CaseRow.batch_id == batch_id, scope.of_cases(who))
        came_in = select(SourceRow.upload_id).where(col(SourceRow.case_id).in_(granted))
        asked = asked.where(col(Upload.id).in_(came_in))
    if state:
        asked = asked.where(Upload.state == state)
    if under:
        asked = asked.where(col(Upload.path).startswith(f"{under.strip('/')}/", autoescape=True))
    if after := position(cursor, 1):
        asked = asked.where(col(Upload.path) > str(after[0]))
    rows = session.exec(asked.order_by(col(Upload.path)).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.path,))


def chunks(session: Session, upload_id: str) -> Sequence[UploadChunk]:
    return session.exec(
        select(UploadChunk).where(UploadChunk.upload_id == upload_id).order_by(col(UploadChunk.start))
    ).all()


def forget_chunks(session: Session, upload_id: str) -> None:
    """Their bytes are swept later: another file may have the same content."""
    session.execute(delete(UploadChunk).where(col(UploadChunk.upload_id) == upload_id))


def forget_upload(session: Session, row: Upload) -> None:
    """Make room for another file at the path of one that was removed."""
    forget_chunks(session, row.id)
    session.delete(row)
    session.flush()


# --- progress ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come. Whoever sees only a part of the cases gets the figures of that part, and none of the
    uploads; `verdicts` None: not for this audience."""

    batch_id: str
    state: str
    uploads: Mapping[str, int]
    octets: int
    cases: Mapping[str, int]
    sources: Mapping[str, int]
    pages: int
    verdicts: Mapping[str, int] | None
    submitted_at: datetime | None
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.state in FINISHED


def progress(session: Session, who: Principal, row: Batch, *, verdicts: bool) -> Progress:
    limited = who.grant is not None
    uploads, octets = ({}, 0) if limited else _uploads(session, row.id)
    cases, by_verdict = _cases(session, who, row.id)
    sources, pages = _sources(session, who, row.id)
    return Progress(
        batch_id=row.id,
        state=row.state,
        uploads=uploads,
        octets=octets,
        cases=cases,
        sources=sources,
        pages=pages,
        verdicts=by_verdict if verdicts else None,
        submitted_at=row.submitted_at,
        finished_at=row.finished_at,
    )


def _uploads(session: Session, batch_id: str) -> tuple[dict[str, int], int]:
    rows = session.exec(
        select(Upload.state, func.count(), func.coalesce(func.sum(Upload.received), 0))
        .where(Upload.batch_id == batch_id, Upload.state != UploadState.REMOVED)
        .group_by(col(Upload.state))
    ).all()
    return {state: number for state, number, _ in rows}, sum(octets for _, _, octets in rows)


def _cases(session: Session, who: Principal, batch_id: str) -> tuple[dict[str, int], dict[str, int]]:
    rows = session.exec(
        select(CaseRow.state, CaseRow.verdict, func.count())
        .where(CaseRow.batch_id == batch_id, scope.of_cases(who))
        .group_by(col(CaseRow.state), col(CaseRow.verdict))
    ).all()
    states: dict[str, int] = {}
    verdicts: dict[str, int] = {}
    for state, verdict, number in rows:
        states[state] = states.get(state, 0) + number
        if verdict:
            verdicts[verdict] = verdicts.get(verdict, 0) + number
    return states, verdicts


def _sources(session: Session, who: Principal, batch_id: str) -> tuple[dict[str, int], int]:
    seen: ColumnElement[bool] = true()
    if who.grant is not None or who.branch_id is not None:
        mine = select(CaseRow.id).where(CaseRow.batch_id == batch_id, scope.of_cases(who))
        seen = col(SourceRow.case_id).in_(mine)
    rows = session.exec(
        select(SourceRow.state, func.count(), func.coalesce(func.sum(SourceRow.pages), 0))
        .where(SourceRow.batch_id == batch_id, col(SourceRow.removed_at).is_(None), seen)
        .group_by(col(SourceRow.state))
    ).all()
    return {state: number for state, number, _ in rows}, sum(pages for _, _, pages in rows)


# --- files of cases, as they are read ---------------------------------------------------------------

UNREAD = (SourceState.REJECTED, SourceState.PARTIAL)


@dataclass(frozen=True, slots=True)
class FilesRead:
    """How far the files of one case have come. `unread` could not be read, or not wholly."""

    number: int
    read: int
    unread: int


def files_read(session: Session, case_ids: Sequence[str]) -> Mapping[str, FilesRead]:
    """Of cases that were in scope."""
    ended = col(SourceRow.state).in_((SourceState.READ, *UNREAD))
    asked = select(
        SourceRow.case_id,
        func.count(),
        func.count().filter(ended),
        func.count().filter(col(SourceRow.state).in_(UNREAD)),
    ).where(col(SourceRow.case_id).in_(case_ids), col(SourceRow.removed_at).is_(None))
    rows = session.exec(asked.group_by(col(SourceRow.case_id))).all()
    return {case_id: FilesRead(number, read, unread) for case_id, number, read, unread in rows}


def unread_files(session: Session, who: Principal, batch_id: str, *, limit: int) -> Sequence[tuple[CaseRow, str]]:
    """Files of a batch that could not be read, or not wholly, each with its case."""
    asked = (
        select(CaseRow, SourceRow.file)
        .join(SourceRow, col(SourceRow.case_id) == col(CaseRow.id))
        .where(CaseRow.batch_id == batch_id, scope.of_cases(who))
        .where(col(SourceRow.state).in_(UNREAD), col(SourceRow.removed_at).is_(None))
    )
    return session.exec(asked.order_by(col(CaseRow.id)).limit(limit)).all()
