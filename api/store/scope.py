"""What may this person see? The one condition that every query of cases, findings and batches carries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, true
from sqlmodel import Session, col, select

from api.errors import not_found
from api.permissions import Permission
from api.principal import Principal
from api.tables import Batch, CaseRow, FindingRow


def of_cases(who: Principal) -> ColumnElement[bool]:
    """Cases of the asker's institution, branch and grant."""
    return and_(
        col(CaseRow.tenant_id) == who.tenant_id,
        col(CaseRow.branch_id) == who.branch_id if who.branch_id else true(),
        *_granted(who),
    )


def _granted(who: Principal) -> list[ColumnElement[bool]]:
    grant = who.grant
    if grant is None:
        return []
    conditions: list[ColumnElement[bool]] = []
    if grant.start:
        conditions.append(col(CaseRow.sale_date) >= grant.start)
    if grant.end:
        conditions.append(col(CaseRow.sale_date) <= grant.end)
    if grant.branches:
        conditions.append(col(CaseRow.branch_id).in_(sorted(grant.branches)))
    return conditions


def of_findings(who: Principal) -> ColumnElement[bool]:
    """Findings of those cases; confidential ones only for anti-money-laundering staff. Join CaseRow where there is a grant."""
    hidden = true() if who.may(Permission.AML_READ) else col(FindingRow.confidential).is_(False)
    own = and_(
        col(FindingRow.tenant_id) == who.tenant_id,
        col(FindingRow.branch_id) == who.branch_id if who.branch_id else true(),
        hidden,
    )
    if who.grant is None:
        return own
    return and_(own, col(FindingRow.case_id).in_(select(CaseRow.id).where(of_cases(who))))


def of_batches(who: Principal) -> ColumnElement[bool]:
    """Batches of the institution and branch; a regulator sees those that hold a case of the grant."""
    own = and_(
        col(Batch.tenant_id) == who.tenant_id,
        col(Batch.branch_id) == who.branch_id if who.branch_id else true(),
    )
    if who.grant is None:
        return own
    return and_(own, col(Batch.id).in_(select(CaseRow.batch_id).where(of_cases(who))))


def own_rows(table: Any, who: Principal) -> ColumnElement[bool]:
    """Rows of tables that know only the institution."""
    return table.tenant_id == who.tenant_id if who.tenant_id else false()


def case(session: Session, who: Principal, case_id: str) -> CaseRow:
    """The case, or the same answer for one that is not there and one that may not be seen."""
    row = session.exec(select(CaseRow).where(CaseRow.id == case_id, of_cases(who))).one_or_none()
    if row is None:
        raise not_found("案件", "case")
    return row


def locked_case(session: Session, who: Principal, case_id: str) -> CaseRow:
    """The case, held until the transaction ends, so that two people cannot decide past one another."""
    row = session.exec(select(CaseRow).where(CaseRow.id == case_id, of_cases(who)).with_for_update()).one_or_none()
    if row is None:
        raise not_found("案件", "case")
    return row


def finding(session: Session, who: Principal, finding_id: str) -> FindingRow:
    row = session.exec(select(FindingRow).where(FindingRow.id == finding_id, of_findings(who))).one_or_none()
    if row is None:
        raise not_found("检查结果", "finding")
    return row


def batch(session: Session, who: Principal, batch_id: str) -> Batch:
    row = session.exec(select(Batch).where(Batch.id == batch_id, of_batches(who))).one_or_none()
    if row is None:
        raise not_found("批次", "batch")
    return row
