"""What becomes of a paper that is asked for again? Asked because of a finding, received, and where its cause is made
good cured: with the day, and with the violation still on record (`api.store.carrying`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from api import trail
from api.clock import now
from api.errors import ServiceError, conflict, invalid, not_found
from api.paging import Page, page, position
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import findings, scope
from api.tables import CaseRow, FindingRow, PaperRequest, RequestState
from verifier.model import Text

WAITING = (RequestState.OPEN, RequestState.RECEIVED)
OVERDUE = "overdue"


def ask(
    services: Services,
    who: Principal,
    case_id: str,
    check_id: str,
    paper: str,
    *,
    note: str = "",
    due_at: datetime | None = None,
) -> PaperRequest:
    """Ask for a paper because of a finding. `paper` is the code of a document type of the case's pack."""
    who.require(Permission.FINDING_DECIDE)
    with services.writing() as session:
        case = scope.case(session, who, case_id)
        row = findings.current(session, who, case, check_id)
        if row is None:
            raise not_found("检查结果", "finding")
        _known_paper(services, case, paper)
        if due_at is not None and due_at <= now():
            raise invalid(
                "due_in_the_past",
                Text("期限须在将来", "The due date lies in the past"),
                Text("请填写将来的时间", "Give a moment to come"),
            )
        if _same(session, case, check_id, paper) is not None:
            raise conflict(
                "already_asked",
                Text("该材料已在要求中", "This paper is being asked for already"),
                Text("请查看现有的补件要求", "See the request that is open"),
            )
        made = PaperRequest(
            tenant_id=case.tenant_id,
            case_id=case.id,
            finding_id=row.id,
            check_id=check_id,
            paper=paper,
            note=note.strip(),
            due_at=due_at,
            by=who.id,
            at=now(),
        )
        session.add(made)
        trail.record(session, who, "request.made", "request", made.id, case=case.id, check=check_id, paper=paper)
    return made


def withdraw(services: Services, who: Principal, request_id: str) -> PaperRequest:
    """The paper is no longer asked for."""
    who.require(Permission.FINDING_DECIDE)
    with services.writing() as session:
        row = one(session, who, request_id)
        if row.state not in WAITING:
            raise _settled()
        row.state = RequestState.WITHDRAWN
        session.add(row)
        trail.record(session, who, "request.withdrawn", "request", row.id, case=row.case_id, check=row.check_id)
    return row


def received(
    session: Session, who: Principal, case_id: str, source_id: str, request_id: str | None = None
) -> list[PaperRequest]:
    """A new file came into a case: what was asked for there counts as received until the case is judged again. With
    `request_id`, that request alone. In the transaction that adds the file."""
    asked = select(PaperRequest).where(PaperRequest.case_id == case_id, PaperRequest.state == RequestState.OPEN)
    if request_id:
        asked = asked.where(PaperRequest.id == request_id)
    found = list(session.exec(asked).all())
    for row in found:
        row.state, row.received_source, row.received_at = RequestState.RECEIVED, source_id, now()
        session.add(row)
        trail.record(session, who, "request.received", "request", row.id, case=case_id, source=source_id)
    return found


def one(session: Session, who: Principal, request_id: str) -> PaperRequest:
    row = session.exec(
        select(PaperRequest).where(PaperRequest.id == request_id, scope.own_rows(PaperRequest, who), _seen(who))
    ).one_or_none()
    if row is None:
        raise not_found("补件要求", "request")
    scope.case(session, who, row.case_id)
    return row


def of_case(session: Session, who: Principal, case: CaseRow) -> Sequence[PaperRequest]:
    """All requests of a case that may be seen, the oldest first."""
    return session.exec(
        select(PaperRequest).where(PaperRequest.case_id == case.id, _seen(who)).order_by(col(PaperRequest.id))
    ).all()


def listed(
    services: Services,
    who: Principal,
    *,
    case_id: str | None = None,
    state: str | None = None,
    overdue: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[PaperRequest]:
    """Requests of all cases in scope, the newest first."""
    asked = select(PaperRequest).join(CaseRow, col(CaseRow.id) == col(PaperRequest.case_id)).where(_all(who))
    if case_id:
        asked = asked.where(PaperRequest.case_id == case_id)
    if state:
        asked = asked.where(PaperRequest.state == state)
    if overdue:
        asked = asked.where(_overdue())
    if after := position(cursor, 1):
        asked = asked.where(col(PaperRequest.id) < str(after[0]))
    with services.writing() as session:
        rows = session.exec(asked.order_by(col(PaperRequest.id).desc()).limit(limit + 1)).all()
        trail.record(session, who, "requests.viewed", "tenant", who.tenant_id, case=case_id, shown=len(rows))
    return page(rows, limit, lambda row: (row.id,))


def numbers(services: Services, who: Principal) -> Mapping[str, int]:
    """How many requests of all cases in scope are in each state, and how many of the open ones are `overdue`."""
    who.require(Permission.CASE_READ)
    asked = select(PaperRequest.state, func.count(), func.count().filter(_overdue()))
    asked = asked.join(CaseRow, col(CaseRow.id) == col(PaperRequest.case_id)).where(_all(who))
    with services.reading() as session:
        rows = session.exec(asked.group_by(col(PaperRequest.state))).all()
    return {state: number for state, number, _ in rows} | {OVERDUE: sum(late for _, _, late in rows)}


def _all(who: Principal) -> ColumnElement[bool]:
    return and_(scope.of_cases(who), _seen(who))


def _overdue() -> ColumnElement[bool]:
    return and_(col(PaperRequest.state) == RequestState.OPEN, col(PaperRequest.due_at) < now())


def _seen(who: Principal) -> ColumnElement[bool]:
    """Requests about findings that may be seen: one about a confidential finding would tell of it."""
    open_ones = select(FindingRow.id).where(FindingRow.id == PaperRequest.finding_id, scope.of_findings(who)).exists()
    return or_(col(PaperRequest.finding_id).is_(None), and_(col(PaperRequest.finding_id).is_not(None), open_ones))


def _same(session: Session, case: CaseRow, check_id: str, paper: str) -> PaperRequest | None:
    return session.exec(
        select(PaperRequest).where(
            PaperRequest.case_id == case.id,
            PaperRequest.check_id == check_id,
            PaperRequest.paper == paper,
            col(PaperRequest.state).in_(WAITING),
        )
    ).first()


def _known_paper(services: Services, case: CaseRow, paper: str) -> None:
    pack = services.editions.pack(case.pack, case.tenant_id, case.edition)
    if all(one.code != paper for one in pack.types):
        raise invalid(
            "no_such_paper",
            Text(f"检查清单中没有单证 {paper}", f"The checklist knows no paper {paper}"),
            Text("请使用清单中的单证代码，例如 D-202", "Use a code of the checklist, for example D-202"),
        )


def _settled() -> ServiceError:
    return conflict(
        "request_settled",
        Text("该补件要求已了结", "This request is settled already"),
        Text("请查看其结果", "See what came of it"),
    )
