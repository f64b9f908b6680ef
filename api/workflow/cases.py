"""How is a case looked at, given a late paper, or told what the policy system declares?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from api import trail
from api.clock import now
from api.errors import conflict
from api.etags import check_version
from api.paging import Page
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import cases as stored
from api.store import scope
from api.store.cases import Counted, Filters
from api.tables import CaseRow, CaseState, SourceRow
from api.workflow import kept, requests, uploads
from api.workflow.batches import check_facts, require_verdicts, sees_verdicts
from api.workflow.layout import place_in_case
from api.workflow.opened import Opened, open_case, purged
from verifier.model import Source, SourceState, Text
from verifier.reading.rejections import SENTENCES
from verifier.reports.json import shown_json

DECLARED, PAPERS = "declared", "papers"  # why a case is judged again (Judgement.cause)


@dataclass(frozen=True, slots=True)
class Brief:
    """A row of a list as this person may see it."""

    row: CaseRow
    counted: Counted
    full_values: bool


def listed(
    services: Services, who: Principal, filters: Filters, *, by_risk: bool, limit: int, cursor: str | None
) -> Page[Brief]:
    """Cases in scope. The list is one look at many people's data: one event on the trail."""
    who.require(Permission.CASE_READ)
    if filters.verdict or by_risk:
        require_verdicts(who)
    with services.reading() as session:
        found = stored.listed(session, who, filters, by_risk=by_risk, limit=limit, cursor=cursor)
        briefs = briefs_of(session, who, found.items)
    with services.writing() as session:
        trail.record(session, who, "cases.listed", "cases", filters.batch, filters=filters.used, shown=len(found.items))
    return Page(briefs, found.next)


def briefs_of(session: Session, who: Principal, rows: Sequence[CaseRow]) -> list[Brief]:
    known = {} if sees_verdicts(who) else stored.counted(session, who, rows)
    return [Brief(row, known.get(row.id) or stored.in_columns(row), who.sees_full_values) for row in rows]


def one(services: Services, who: Principal, case_id: str) -> tuple[Brief, Opened]:
    """A case, looked at: on the trail."""
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        case = open_case(services, session, who, case_id)
        brief = briefs_of(session, who, [case.row])[0]
    viewed(services, who, case)
    return brief, case


def renewing(services: Services, who: Principal, case_id: str) -> tuple[str | None, bool]:
    """The judgement that counts, and whether the case is being judged again: something came in since, or was corrected."""
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        row = stored.case(session, who, case_id)
        return row.judgement_id, row.state == CaseState.JUDGING or stored.came_since(session, row)


def viewed(services: Services, who: Principal, case: Opened, action: str = "case.viewed", **detail: object) -> None:
    """Tell the trail that somebody looked at this case, or a part of it."""
    with services.writing() as session:
        trail.record(session, who, action, "case", case.row.id, judgement=case.judgement_id, **detail)


def audit_json(services: Services, who: Principal, case_id: str) -> tuple[Opened, dict[str, Any]]:
    """audit.json for this person's audience (contract, section 5)."""
    _, case = one(services, who, case_id)
    return case, shown_json(case.judged())


def declared(case: Opened) -> Mapping[str, object]:
    """What the policy system declared, as far as this person may see it."""
    if case.shown is not None:
        return case.shown.audit.declared
    return {} if case.closed else case.row.declared


# --- sources ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """A file of a case, with what became of it and of each member it holds."""

    row: SourceRow
    file: str
    members: tuple[Source, ...]


def sources(services: Services, who: Principal, case_id: str) -> list[SourceSeen]:
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        case = open_case(services, session, who, case_id)
        rows = stored.sources(session, case_id)
    viewed(services, who, case, "case.sources_viewed")
    return [one for row in rows if (one := _seen(case, row)) is not None]


def _seen(case: Opened, row: SourceRow) -> SourceSeen | None:
    """None for a file of which the seller's copy does not speak."""
    read = [kept.source_from_json(member) for member in row.members]
    read = [one for one in read if one.file not in case.hidden_files]
    if row.members and not read:
        return None
    return SourceSeen(row, case.shown_name(row.file), tuple(_named(case, one) for one in read))


def _named(case: Opened, source: Source) -> Source:
    told = SENTENCES.get(source.code or "")
    message, hint = source.message, source.hint
    if told and message is None and source.state is not SourceState.READ:
        message, hint = told
    return Source(case.shown_name(source.file), source.sha256, source.pages, source.state, source.code, message, hint)


# --- late papers, declared facts ----------------------------------------------------------------------


def add_file(
    services: Services,
    who: Principal,
    case_id: str,
    file: str,
    chunks: Iterable[bytes],
    *,
    size: int | None = None,
    sha256: str = "",
) -> tuple[SourceRow, bool]:
    """A paper that came later: kept, on record, and the case judged again with it. False: it was there already."""
    who.require(Permission.CASE_WRITE)
    place = place_in_case(file)
    with services.reading() as session:
        row = _at_rest(stored.case(session, who, case_id))
    limit = services.settings.upload_bytes
    if size is not None and size > limit:
        raise uploads.too_large(limit)
    blob = services.blobs.put(row.tenant_id, uploads.bounded(chunks, limit))
    if sha256 and blob.sha256 != sha256.lower():
        raise uploads.hash_mismatch(blob.sha256)
    with services.writing() as session:
        row = _at_rest(scope.locked_case(session, who, case_id))
        there = session.exec(
            select(SourceRow).where(SourceRow.case_id == case_id, SourceRow.file == place.path)
        ).one_or_none()
        if there is not None and (there.sha256 != blob.sha256 or there.removed_at is not None):
            raise conflict(
                "file_exists",
                Text("该案件已有同名文件", "The case has a file of this name already"),
                Text("请换一个文件名；原文件保留", "Choose another name; the first one stays"),
            )
        if there is not None:
            return there, False
        source = SourceRow(
            tenant_id=row.tenant_id,
            batch_id=row.batch_id,
            case_id=row.id,
            file=place.path,
            sha256=blob.sha256,
            size=blob.size,
            created_at=now(),
        )
        row.version += 1
        session.add_all((source, row))
        session.flush()
        trail.record(session, who, "case.file_added", "case", row.id, source=source.id, sha256=blob.sha256)
        requests.received(session, who, row.id, source.id)
    services.jobs.judge_again(case_id, PAPERS)
    return source, True


def declare(
    services: Services, who: Principal, case_id: str, facts: Mapping[str, Any], if_match: str | None
) -> CaseRow:
    """Replace what the policy system declares about a case, and judge it again."""
    who.require(Permission.CASE_WRITE)
    usable = json.loads(json.dumps(check_facts(facts), default=str))
    with services.writing() as session:
        row = _at_rest(scope.locked_case(session, who, case_id))
        check_version(if_match, row.version)
        if row.declared == usable:
            return row
        changed = sorted(key for key in row.declared.keys() | usable if row.declared.get(key) != usable.get(key))
        row.declared, row.declared_at, row.version = usable, now(), row.version + 1
        row.problems = [one for one in row.problems if one["file"] not in ("case.yaml", "cases.csv")]
        session.add(row)
        trail.record(session, who, "case.declared", "case", row.id, keys=changed)
    services.jobs.judge_again(case_id, DECLARED)
    return row


def _at_rest(row: CaseRow) -> CaseRow:
    """A case that its batch is done with: it was judged, if it is not being judged again already."""
    if row.state == CaseState.PURGED:
        raise purged()
    if row.judgement_id is None or row.state not in (CaseState.JUDGED, CaseState.JUDGING):
        raise conflict(
            "case_busy",
            Text("案件正在处理或已取消", "The case is being worked on, or was cancelled"),
            Text("请待其处理完成后再试", "Try again when it has been judged"),
        )
    return row
