"""Which drafts of packs has an institution, and how often does each requirement fail?"""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from api.errors import not_found
from api.paging import Page, page, position
from api.permissions import Permission
from api.principal import Principal
from api.store import scope
from api.tables import CheckTally, FindingRow, PackDraft, ReAudit

OPEN = ("draft", "proposed")


def draft(session: Session, who: Principal, draft_id: str, *, lock: bool = False) -> PackDraft:
    row = session.exec(select(PackDraft).where(PackDraft.id == draft_id, scope.own_rows(PackDraft, who))).one_or_none()
    if row is None:
        raise not_found("清单草稿", "draft")
    if lock:
        session.refresh(row, with_for_update=True)
    return row


def drafts(session: Session, who: Principal, *, state: str | None, limit: int, cursor: str | None) -> Page[PackDraft]:
    asked = select(PackDraft).where(scope.own_rows(PackDraft, who))
    if state:
        asked = asked.where(PackDraft.state == state)
    if after := position(cursor, 1):
        asked = asked.where(col(PackDraft.id) < str(after[0]))
    rows = session.exec(asked.order_by(col(PackDraft.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def of_edition(session: Session, who: Principal, pack: str, edition: str) -> PackDraft | None:
    """The latest draft of an edition: of a trial, the draft that was tried."""
    wanted = (scope.own_rows(PackDraft, who), PackDraft.pack == pack, PackDraft.edition == edition)
    return session.exec(select(PackDraft).where(*wanted).order_by(col(PackDraft.id).desc())).first()


def open_draft(session: Session, who: Principal, pack: str) -> PackDraft | None:
    return session.exec(
        select(PackDraft).where(scope.own_rows(PackDraft, who), PackDraft.pack == pack, col(PackDraft.state).in_(OPEN))
    ).first()


def trials(session: Session, who: Principal, row: PackDraft, mark: str, limit: int) -> list[ReAudit]:
    """The re-audits by which a draft was tried, the newest first. People of a branch see those they began."""
    asked = select(ReAudit).where(
        scope.own_rows(ReAudit, who),
        ReAudit.pack == row.pack,
        col(ReAudit.edition).startswith(f"{row.edition}{mark}", autoescape=True),
        col(ReAudit.created_at) >= row.created_at,
    )
    if who.branch_id:
        asked = asked.where(ReAudit.by == who.id)
    return list(session.exec(asked.order_by(col(ReAudit.id).desc()).limit(limit)).all())


def frequencies(session: Session, who: Principal) -> dict[str, dict[str, int]]:
    """How often each check came to each outcome, in all current judgements. Whoever sees a part only gets what fails
    or is left to a person in that part; confidential checks are counted for anti-money-laundering staff alone."""
    if who.branch_id or who.grant is not None or not who.may(Permission.AML_READ):
        found = session.exec(
            select(FindingRow.check_id, FindingRow.outcome, func.count())
            .where(scope.of_findings(who), col(FindingRow.current).is_(True))
            .group_by(col(FindingRow.check_id), col(FindingRow.outcome))
        ).all()
    else:
        found = session.exec(
            select(CheckTally.check_id, CheckTally.outcome, func.sum(CheckTally.number))
            .where(CheckTally.tenant_id == who.tenant_id)
            .group_by(col(CheckTally.check_id), col(CheckTally.outcome))
        ).all()
    told: dict[str, dict[str, int]] = {}
    for check, outcome, number in found:
        told.setdefault(check, {})[outcome] = int(number)
    return told
