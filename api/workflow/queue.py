"""Which case is next, and whose is it? The riskiest first (`api.risk`); what somebody took is passed over by others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, or_, true, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from api import risk, trail
from api.clock import now
from api.errors import ServiceError, invalid, not_found
from api.paging import Page, page, position
from api.permissions import Permission, Role, permissions_of
from api.principal import Kind, Principal
from api.services import Services
from api.standing import State
from api.store import findings, scope
from api.tables import CaseRow, CaseState, Decision, FindingRow, User
from api.workflow.deciding import check_person
from verifier.model import Text

WAITING = (State.OPEN, State.SECOND)


def listed(
    services: Services,
    who: Principal,
    *,
    state: State | None = None,
    mine: bool = False,
    free: bool = False,
    overdue: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CaseRow]:
    """Cases that wait for a person, the riskiest first. `state` second: those that wait for the second person;
    `mine`: assigned to the asker; `free`: to nobody."""
    who.require(Permission.CASE_READ)
    conditions: list[ColumnElement[bool]] = []
    if mine:
        conditions.append(col(CaseRow.assigned_to) == who.id)
    if free:
        conditions.append(col(CaseRow.assigned_to).is_(None))
    if overdue:
        conditions.append(col(CaseRow.due_at) < now())
    with services.writing() as session:
        rows = session.exec(_waiting(who, [state] if state else WAITING, conditions, cursor).limit(limit + 1)).all()
        trail.record(session, who, "queue.viewed", "tenant", who.tenant_id, shown=min(len(rows), limit))
    return page(rows, limit, lambda row: (row.risk, row.id))


def next_case(services: Services, who: Principal, state: State = State.OPEN) -> CaseRow | None:
    """The riskiest case that waits and that nobody else took; it is assigned to the asker. What they took before comes
    first, so that asking twice gives the same case. With `second`: a decision of somebody else that waits for them."""
    check_person(who, Permission.FINDING_APPROVE if state is State.SECOND else Permission.FINDING_DECIDE)
    free = or_(col(CaseRow.assigned_to).is_(None), col(CaseRow.assigned_to) == who.id)
    with services.writing() as session:
        if state is State.SECOND:
            # who decided first may well hold the case: the second person looks at it without taking it over
            return session.exec(_waiting(who, [state], [], None).limit(1)).first()
        own = case((col(CaseRow.assigned_to) == who.id, 0), else_=1)
        asked = _waiting(who, [state], [free], None).order_by(None)
        asked = asked.order_by(own, col(CaseRow.risk).desc(), col(CaseRow.id)).limit(1)
        found = session.exec(asked.with_for_update(skip_locked=True, of=CaseRow)).first()
        if found is not None and found.assigned_to != who.id:
            _assign(session, who, found, who.id, found.due_at)
    return found


def assign(
    services: Services, who: Principal, case_id: str, user_id: str | None, due_at: datetime | None = None
) -> CaseRow:
    """Give a case to a person until a day, or to nobody. One may take and hand back oneself; giving to others is for
    approvers."""
    _may_assign(who, user_id)
    with services.writing() as session:
        row = session.exec(select(CaseRow).where(CaseRow.id == case_id, scope.of_cases(who)).with_for_update()).first()
        if row is None:
            raise not_found("案件", "case")
        _not_from_others(who, row.assigned_to)
        _able(session, who, user_id, row.branch_id, confidential=False)
        _assign(session, who, row, user_id, due_at)
    return row


def assign_finding(
    services: Services,
    who: Principal,
    case_id: str,
    check_id: str,
    user_id: str | None,
    due_at: datetime | None = None,
) -> FindingRow:
    """Give one finding of a case to a person; the case itself stays where it is."""
    _may_assign(who, user_id)
    with services.writing() as session:
        row = findings.current(session, who, scope.case(session, who, case_id), check_id)
        if row is None:
            raise not_found("检查结果", "finding")
        _not_from_others(who, row.assigned_to)
        _able(session, who, user_id, row.branch_id, confidential=row.confidential)
        row.assigned_to, row.due_at = user_id, due_at
        session.add(row)
        trail.record(session, who, "finding.assigned", "finding", row.id, case=case_id, check=check_id, to=user_id)
    return row


def age(services: Services) -> int:
    """Add a day's waiting to the risk of every case that waits (`api.risk.aged`); how many changed. Once a day."""
    at, changed = now(), 0
    for days in range(1, risk.MOST_DAYS + 1):
        older = col(CaseRow.created_at) <= at - timedelta(days=days)
        younger = col(CaseRow.created_at) > at - timedelta(days=days + 1) if days < risk.MOST_DAYS else true()
        now_risk = col(CaseRow.weight) + col(CaseRow.weight) * days // 100
        with services.writing() as session:
            done = session.execute(
                update(CaseRow)
                .where(col(CaseRow.weight) > 0, older, younger, col(CaseRow.risk) != now_risk)
                .values(risk=now_risk)
            )
            changed += int(getattr(done, "rowcount", 0))
    return changed


# --- how -------------------------------------------------------------------------------------------


def _waiting(
    who: Principal, states: Sequence[State], conditions: Sequence[ColumnElement[bool]], cursor: str | None
) -> SelectOfScalar[CaseRow]:
    """Cases with a finding in one of the states that this person may see; for a second person, one of another's."""
    seen = and_(
        col(FindingRow.case_id) == col(CaseRow.id),
        col(FindingRow.current).is_(True),
        col(FindingRow.state).in_(list(states)),
        scope.of_findings(who),
    )
    if list(states) == [State.SECOND] and who.may(Permission.FINDING_APPROVE):
        seen = and_(seen, ~_decided_by(who))
    asked = select(CaseRow).where(
        scope.of_cases(who),
        col(CaseRow.risk) > 0,
        CaseRow.state == CaseState.JUDGED,
        select(FindingRow.id).where(seen).exists(),
        *conditions,
    )
    if after := position(cursor, 2):
        level, row_id = int(str(after[0])), str(after[1])
        asked = asked.where(or_(col(CaseRow.risk) < level, and_(col(CaseRow.risk) == level, col(CaseRow.id) > row_id)))
    return asked.order_by(col(CaseRow.risk).desc(), col(CaseRow.id))


def _decided_by(who: Principal) -> ColumnElement[bool]:
    """Whether the asker is the first person of the decision that waits."""
    return (
        select(Decision.id)
        .where(
            Decision.finding_id == FindingRow.id,
            Decision.by == who.id,
            col(Decision.needs_second).is_(True),
        )
        .exists()
    )


def _assign(session: Session, who: Principal, row: CaseRow, user_id: str | None, due_at: datetime | None) -> None:
    row.assigned_to, row.due_at, row.version = user_id, due_at, row.version + 1
    session.add(row)
    trail.record(session, who, "case.assigned", "case", row.id, to=user_id, due=due_at)


def _may_assign(who: Principal, user_id: str | None) -> None:
    who.require(Permission.FINDING_DECIDE)
    if user_id not in (None, who.id):
        who.require(Permission.FINDING_APPROVE)


def _not_from_others(who: Principal, holder: str | None) -> None:
    if holder not in (None, who.id) and not who.may(Permission.FINDING_APPROVE):
        raise ServiceError(
            409,
            "taken",
            Text("该任务已由他人承办", "Somebody else took this"),
            Text("请由承办人退回，或由复核人重新指派", "They can hand it back, or an approver assigns it anew"),
        )


def _able(session: Session, who: Principal, user_id: str | None, branch_id: str | None, *, confidential: bool) -> None:
    """The person works here, on this branch, and may decide on it."""
    if user_id is None or (user_id == who.id and who.kind is Kind.USER):
        return
    user = session.exec(select(User).where(User.id == user_id, scope.own_rows(User, who))).one_or_none()
    rights = permissions_of(frozenset(Role(one) for one in user.roles)) if user else frozenset()
    wanted = {Permission.FINDING_DECIDE} | ({Permission.AML_READ} if confidential else set())
    here = user is not None and user.closed_at is None and user.branch_id in (None, branch_id)
    if not here or not wanted <= rights:
        raise invalid(
            "cannot_be_assigned",
            Text("不能指派给该人员", "This cannot be assigned to that person"),
            Text("请选择有权处理该案件的在职人员", "Choose a person who works here and may decide on it"),
        )
