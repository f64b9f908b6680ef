"""Which case is next, and whose is it? The riskiest first (`api.risk`); what somebody took is passed over by others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from api import risk, trail
from api.clock import now
from api.errors import ServiceError, invalid, not_found
from api.paging import Page, page, ranked
from api.permissions import Permission, Role, permissions_of
from api.principal import Kind, Principal
from api.services import Services
from api.standing import State
from api.store import findings, scope
from api.tables import CaseRow, CaseState, Decision, FindingRow, User
from api.workflow.deciding import check_person
from verifier.model import Text

WAITING = (State.OPEN, State.SECOND)
PORTION = 1000


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
        rows = session.exec(
            _waiting(who, [state] if state else WAITING, conditions, cursor, few=mine).limit(limit + 1)
        ).all()
        trail.record(session, who, "queue.viewed", "tenant", who.tenant_id, shown=min(len(rows), limit))
    return page(rows, limit, lambda row: (row.risk, row.id))


def next_case(services: Services, who: Principal, state: State = State.OPEN) -> CaseRow | None:
    """The riskiest case that waits and that nobody else took; it is assigned to the asker. What they took before comes
    first, so that asking twice gives the same case. With `second`: a decision of somebody else that waits for them."""
    check_person(who, Permission.FINDING_DECIDE)
    if state is State.SECOND and not who.may(Permission.AML_READ):
        who.require(Permission.FINDING_APPROVE)
    with services.writing() as session:
        if state is State.SECOND:
            # who decided first may well hold the case: the second person looks at it without taking it over
            return session.exec(_waiting(who, [state]).limit(1)).first()
        own = session.exec(_waiting(who, [state], [col(CaseRow.assigned_to) == who.id], few=True).limit(1)).first()
        if own is not None:
            return own
        free = _waiting(who, [state], [col(CaseRow.assigned_to).is_(None)]).limit(1)
        found = session.exec(free.with_for_update(skip_locked=True, of=CaseRow)).first()
        if found is not None:
            _assign(session, who, found, who.id, found.due_at)
    return found


def assign(
    services: Services, who: Principal, case_id: str, user_id: str | None, due_at: datetime | None = None
) -> CaseRow:
    """Give a case to a person until a day, or to nobody. One may take and hand back oneself; giving to others is for
    approvers."""
    _may_assign(who, user_id)
    with services.writing() as session:
        row = scope.locked_case(session, who, case_id)
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
    """Add a day's waiting to the risk of every case that waits (`api.risk.aged`), some at a time; how many there were.
    Once a day."""
    at, last, done = now(), "", 0
    days = case(
        *((col(CaseRow.created_at) <= at - timedelta(days=some), some) for some in range(risk.MOST_DAYS, 0, -1)),
        else_=0,
    )
    while True:
        with services.writing() as session:
            waiting = select(CaseRow.id).where(col(CaseRow.weight) > 0, col(CaseRow.id) > last)
            ids = session.exec(waiting.order_by(col(CaseRow.id)).limit(PORTION)).all()
            if not ids:
                return done
            aged = col(CaseRow.weight) + col(CaseRow.weight) * days // 100
            session.exec(update(CaseRow).where(col(CaseRow.id).in_(ids)).values(risk=aged))
        last, done = ids[-1], done + len(ids)


# --- how -------------------------------------------------------------------------------------------


def _waiting(
    who: Principal,
    states: Sequence[State],
    conditions: Sequence[ColumnElement[bool]] = (),
    cursor: str | None = None,
    *,
    few: bool = False,
) -> SelectOfScalar[CaseRow]:
    """Cases with a finding in one of the states that this person may see; for a second person, one of another's. `few`
    says that little will be found: then it is found first and sorted, rather than looked for in order of risk."""
    found = select(FindingRow.case_id).where(
        col(FindingRow.current).is_(True), col(FindingRow.state).in_(list(states)), scope.of_findings(who)
    )
    level: Any = col(CaseRow.risk)
    row_id = col(CaseRow.id)
    wanted: ColumnElement[bool]
    if list(states) == [State.SECOND]:
        if who.may(Permission.FINDING_APPROVE) or who.may(Permission.AML_READ):
            found = found.where(~_decided_by(who))
        if not who.may(Permission.FINDING_APPROVE) and who.may(Permission.AML_READ):
            found = found.where(col(FindingRow.confidential).is_(True))
        wanted, few = row_id.in_(found), True
    else:
        wanted = found.where(col(FindingRow.case_id) == row_id).exists()
    if few:
        level = level + 0  # keeps SQLite from walking through all cases by risk
    asked = select(CaseRow).where(
        scope.of_cases(who), level > 0, CaseRow.state == CaseState.JUDGED, wanted, *conditions
    )
    if after := ranked(cursor):
        last, last_id = after
        asked = asked.where(or_(level < last, and_(level == last, row_id < last_id)))
    return asked.order_by(level.desc(), row_id.desc())  # as the index lies


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
