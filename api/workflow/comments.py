"""What do people tell one another about a case? Notes, kept; a withdrawn one is no longer shown but not erased."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from api import trail
from api.clock import now
from api.errors import ServiceError, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import findings, scope
from api.tables import CaseRow, Comment, FindingRow
from verifier.model import Text


def write(services: Services, who: Principal, case_id: str, text: str, check_id: str | None = None) -> Comment:
    """A note on a case, or on the finding of a check of it."""
    who.require(Permission.FINDING_DECIDE)
    with services.writing() as session:
        case = scope.case(session, who, case_id)
        row = findings.current(session, who, case, check_id) if check_id else None
        if check_id and row is None:
            raise not_found("检查结果", "finding")
        made = Comment(
            tenant_id=case.tenant_id,
            case_id=case.id,
            finding_id=row.id if row else None,
            text=text.strip(),
            by=who.id,
            by_name=who.name,
            at=now(),
        )
        session.add(made)
        trail.record(session, who, "comment.written", "case", case.id, comment=made.id, check=check_id)
    return made


def withdraw(services: Services, who: Principal, comment_id: str) -> Comment:
    """Take back a note of one's own."""
    who.require(Permission.FINDING_DECIDE)
    with services.writing() as session:
        row = session.exec(select(Comment).where(Comment.id == comment_id, scope.own_rows(Comment, who))).one_or_none()
        if row is None:
            raise not_found("备注", "comment")
        scope.case(session, who, row.case_id)
        if row.by != who.id:
            raise ServiceError(
                403,
                "not_your_comment",
                Text("只能撤回本人的备注", "Only one's own comment can be withdrawn"),
                Text("如有不同意见，请另写备注", "Write a comment of your own"),
            )
        if row.withdrawn_at is None:
            row.withdrawn_at = now()
            session.add(row)
            trail.record(session, who, "comment.withdrawn", "case", row.case_id, comment=row.id)
    return row


def of_case(session: Session, who: Principal, case: CaseRow) -> Sequence[tuple[Comment, str | None]]:
    """The notes that count, each with the check it is about, the oldest first. They are for those who decide; what is
    said about a confidential finding only for those who may see that."""
    if not who.may(Permission.FINDING_DECIDE):
        return []
    asked = (
        select(Comment, FindingRow.check_id)
        .join(FindingRow, col(FindingRow.id) == col(Comment.finding_id), isouter=True)
        .where(Comment.case_id == case.id, col(Comment.withdrawn_at).is_(None))
        .where(or_(col(Comment.finding_id).is_(None), scope.of_findings(who)))
    )
    return session.exec(asked.order_by(col(Comment.id))).all()


def listed(services: Services, who: Principal, case_id: str) -> Sequence[tuple[Comment, str | None]]:
    who.require(Permission.FINDING_DECIDE)
    with services.writing() as session:
        found = of_case(session, who, scope.case(session, who, case_id))
        trail.record(session, who, "comments.viewed", "case", case_id)
    return found
