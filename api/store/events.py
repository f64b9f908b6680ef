"""Which events of the trail may this person see? Those of their institution, within their branch or grant.

Whoever may not know of confidential findings does not see what was done about them either: that somebody
decided one would tell that there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from api.paging import Page, bad_cursor, page, position
from api.permissions import Permission
from api.principal import Principal
from api.store.scope import of_cases, of_findings
from api.tables import (
    BlindLook,
    CaseRow,
    Comment,
    Correction,
    Decision,
    FindingRow,
    PaperRequest,
    SourceRow,
    TrailEvent,
)

ABOUT_FINDINGS: tuple[Any, ...] = (Decision, Comment, PaperRequest)  # have `finding_id`
ABOUT_CASES: tuple[Any, ...] = (SourceRow, Correction)  # have `case_id`, and no finding
PAGE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are asked for. `action`: one, or all of a subject with "case."."""

    action: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    actor_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def listed(session: Session, who: Principal, wanted: Wanted, limit: int, cursor: str | None) -> Page[TrailEvent]:
    """The latest first."""
    query = _matching(wanted).where(of_events(who))
    if before := position(cursor, 1):
        if not isinstance(before[0], int) or before[0].bit_length() > 62:
            raise bad_cursor()
        query = query.where(col(TrailEvent.seq) < before[0])
    rows = session.exec(query.order_by(col(TrailEvent.seq).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda event: (event.seq,))


def in_order(session: Session, who: Principal, wanted: Wanted) -> Iterator[list[tuple[TrailEvent, bool]]]:
    """Every event that matches in pages, the oldest first, and whether its content may be told. Who sees the whole institution
    gets what is withheld as well, without content, so that the links of the chain can be followed."""
    query = _matching(wanted).where(of_events(who) if _limited(who) else col(TrailEvent.tenant_id) == who.tenant_id)
    seq = 0
    while rows := session.exec(query.where(col(TrailEvent.seq) > seq).order_by(col(TrailEvent.seq)).limit(PAGE)).all():
        seqs = [row.seq for row in rows]
        told = set(session.exec(select(TrailEvent.seq).where(of_events(who), col(TrailEvent.seq).in_(seqs))).all())
        yield [(row, row.seq in told) for row in rows]
        seq = seqs[-1]
        session.expunge_all()


def of_events(who: Principal) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [col(TrailEvent.tenant_id) == who.tenant_id]
    if not who.may(Permission.AML_READ):
        conditions += [not_(one) for one in _confidential()]
    if _limited(who):
        conditions.append(or_(col(TrailEvent.actor_id) == who.id, *_within(who)))
    return and_(*conditions)


def _limited(who: Principal) -> bool:
    return bool(who.branch_id or who.grant)


def _confidential() -> list[ColumnElement[bool]]:
    """Ids are unique across tables, so that the kind need not be asked; each is one look-up by primary key."""
    subject = col(TrailEvent.subject_id)
    secret = select(FindingRow.id).where(col(FindingRow.confidential))
    return [
        exists().where(col(FindingRow.id) == subject, col(FindingRow.confidential)),
        exists().where(col(BlindLook.id) == subject, col(BlindLook.confidential)),
        *(exists().where(table.id == subject, table.finding_id.in_(secret)) for table in ABOUT_FINDINGS),
    ]


def _within(who: Principal) -> list[ColumnElement[bool]]:
    subject = col(TrailEvent.subject_id)
    cases = select(CaseRow.id).where(of_cases(who))
    return [
        exists().where(col(CaseRow.id) == subject, of_cases(who)),
        exists().where(col(FindingRow.id) == subject, of_findings(who)),
        *(exists().where(table.id == subject, table.case_id.in_(cases)) for table in (*ABOUT_FINDINGS, *ABOUT_CASES)),
    ]


def _matching(wanted: Wanted) -> SelectOfScalar[TrailEvent]:
    query = select(TrailEvent)
    if wanted.action:
        action = col(TrailEvent.action)
        whole = wanted.action.endswith(".")
        query = query.where(action.startswith(wanted.action, autoescape=True) if whole else action == wanted.action)
    for column, value in (
        (TrailEvent.subject_kind, wanted.subject_kind),
        (TrailEvent.subject_id, wanted.subject_id),
        (TrailEvent.actor_id, wanted.actor_id),
    ):
        if value:
            query = query.where(col(column) == value)
    if wanted.since:
        query = query.where(col(TrailEvent.at) >= wanted.since)
    if wanted.until:
        query = query.where(col(TrailEvent.at) < wanted.until)
    return query
