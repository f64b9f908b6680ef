"""Which cases may be purged, what is on hold, and which stored bytes does a row still need?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, tuple_
from sqlmodel import Session, col, select

from api.paging import Page, bad_cursor, page, position
from api.principal import Principal
from api.store import scope
from api.tables import (
    Batch,
    BatchState,
    CaseRow,
    CaseState,
    Hold,
    Judgement,
    Population,
    ReferenceList,
    SourceRow,
    Upload,
    UploadChunk,
    UploadState,
)

PORTION = 1000
EVER = date(1, 1, 1)  # of a case that had no term: sent by mistake, and its purge broke off


def _held() -> ColumnElement[bool]:
    return exists().where(col(Hold.case_id) == col(CaseRow.id), col(Hold.released_at).is_(None))


def due(session: Session, who: Principal, on: date, *, limit: int, cursor: str | None = None) -> Page[CaseRow]:
    """Cases whose term is over and that nobody holds, the longest overdue first; also those whose purge broke off."""
    over = (col(CaseRow.keep_until) < on) & (col(CaseRow.state) != CaseState.PURGED) & ~_held()
    broken_off = (col(CaseRow.state) == CaseState.PURGED) & col(CaseRow.purged_at).is_(None)
    asked = select(CaseRow).where(scope.of_cases(who), over | broken_off)
    until = func.coalesce(CaseRow.keep_until, EVER)
    if at := position(cursor, 2):
        asked = asked.where(tuple_(until, CaseRow.id) > tuple_(_day(at[0]), str(at[1])))
    rows = session.exec(asked.order_by(until, col(CaseRow.id)).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.keep_until or EVER, row.id))


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise bad_cursor() from None


def called(session: Session, who: Principal, text: str, limit: int = 20) -> Sequence[CaseRow]:
    """Cases whose name begins so, or whose id, policy or application number this is, the newest first."""
    same = or_(
        col(CaseRow.name).startswith(text, autoescape=True),
        col(CaseRow.id) == text,
        col(CaseRow.policy_no) == text,
        col(CaseRow.application_no) == text,
    )
    asked = select(CaseRow).where(scope.of_cases(who), same)
    return session.exec(asked.order_by(col(CaseRow.id).desc()).limit(limit)).all()


def given_up(session: Session, who: Principal, before: datetime, *, limit: int, cursor: str | None) -> Page[Batch]:
    """Batches that were cancelled or failed before that moment and of which something is left, the newest first."""
    cases = exists().where(col(CaseRow.batch_id) == col(Batch.id), col(CaseRow.purged_at).is_(None))
    files = exists().where(col(Upload.batch_id) == col(Batch.id), col(Upload.state) != UploadState.REMOVED)
    ended = col(Batch.state).in_((BatchState.CANCELLED, BatchState.FAILED)) & (col(Batch.finished_at) <= before)
    asked = select(Batch).where(scope.of_batches(who), ended, cases | files)
    if at := position(cursor, 1):
        asked = asked.where(col(Batch.id) < str(at[0]))
    rows = session.exec(asked.order_by(col(Batch.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def holds(session: Session, who: Principal, *, limit: int, cursor: str | None = None) -> Page[Hold]:
    """Holds in force, the newest first."""
    asked = (
        select(Hold)
        .join(CaseRow, col(CaseRow.id) == col(Hold.case_id))
        .where(scope.of_cases(who), col(Hold.released_at).is_(None))
    )
    if at := position(cursor, 1):
        asked = asked.where(col(Hold.id) < str(at[0]))
    rows = session.exec(asked.order_by(col(Hold.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def holds_of(session: Session, case_id: str, *, in_force: bool = False) -> Sequence[Hold]:
    asked = select(Hold).where(Hold.case_id == case_id).order_by(col(Hold.id))
    return session.exec(asked.where(col(Hold.released_at).is_(None)) if in_force else asked).all()


# --- stored bytes --------------------------------------------------------------------------------


def uploads_of(session: Session, case: CaseRow) -> Sequence[Upload]:
    """What a case came in: its own files, and containers that it shares with others. Those were taken apart when the
    batch was formed, so the others do not need them."""
    sources = select(SourceRow.upload_id).where(SourceRow.case_id == case.id, col(SourceRow.upload_id).is_not(None))
    own = col(Upload.path).startswith(f"{case.name}/", autoescape=True)
    lists_of_cases = col(Upload.path).in_(("cases.csv",))
    asked = select(Upload).where(
        Upload.batch_id == case.batch_id, or_(col(Upload.id).in_(sources), own, lists_of_cases)
    )
    return session.exec(asked).all()


def needed_elsewhere(session: Session, case: CaseRow, uploads: Iterable[str], hashes: Sequence[str]) -> set[str]:
    """Those of the hashes that a row of another case, upload or list names, or a container of another case holds."""
    tenant, found = case.tenant_id, set[str]()
    own = list(uploads)
    for start in range(0, len(hashes), 50):
        some = hashes[start : start + 50]
        others = SourceRow.tenant_id == tenant, SourceRow.case_id != case.id
        found.update(session.exec(select(SourceRow.sha256).where(*others, col(SourceRow.sha256).in_(some))))
        inside = or_(*(cast(SourceRow.members, String).contains(sha) for sha in some))
        for members in session.exec(select(SourceRow.members).where(*others, inside)):
            found.update({member["sha256"] for member in members} & set(some))
        for table in (ReferenceList, Population):
            found.update(
                session.exec(select(table.sha256).where(table.tenant_id == tenant, col(table.sha256).in_(some)))
            )
        sent = select(Upload.sha256).where(Upload.tenant_id == tenant, col(Upload.sha256).in_(some))
        found.update(session.exec(sent.where(col(Upload.id).not_in(own))))
        pieces = select(UploadChunk.sha256).join(Upload, col(Upload.id) == col(UploadChunk.upload_id))
        pieces = pieces.where(Upload.tenant_id == tenant, col(UploadChunk.sha256).in_(some))
        found.update(session.exec(pieces.where(col(Upload.id).not_in(own))))
    return found


def originals(session: Session, tenant_id: str) -> Iterator[str]:
    """The hash of every stored file that a row of the institution names."""
    for table in (SourceRow, Upload, ReferenceList, Population):
        asked = select(table.sha256).where(table.tenant_id == tenant_id, table.sha256 != "")
        yield from session.exec(asked.distinct().execution_options(yield_per=PORTION))
    pieces = select(UploadChunk.sha256).join(Upload, col(Upload.id) == col(UploadChunk.upload_id))
    yield from session.exec(pieces.where(Upload.tenant_id == tenant_id).execution_options(yield_per=PORTION))


def transcripts(session: Session, tenant_id: str) -> Iterator[tuple[str, str]]:
    """Hash and reader of everything that was read for a case."""
    asked = select(SourceRow.members, SourceRow.reader).where(SourceRow.tenant_id == tenant_id)
    for members, reader in session.exec(asked.execution_options(yield_per=PORTION)):
        yield from ((member["sha256"], reader) for member in members)


def cases(session: Session, tenant_id: str) -> Iterator[str]:
    """Cases whose papers are kept."""
    asked = select(CaseRow.id).where(CaseRow.tenant_id == tenant_id, col(CaseRow.purged_at).is_(None))
    yield from session.exec(asked.execution_options(yield_per=PORTION))


def judgements(session: Session, tenant_id: str) -> Iterator[str]:
    asked = (
        select(Judgement.id)
        .join(CaseRow, col(CaseRow.id) == col(Judgement.case_id))
        .where(Judgement.tenant_id == tenant_id, col(CaseRow.purged_at).is_(None))
    )
    yield from session.exec(asked.execution_options(yield_per=PORTION))
