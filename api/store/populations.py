"""Which policies were sold, which of them were audited, and which audits belong to none of them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, delete, exists, false, func, insert, or_, true, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from api.errors import not_found
from api.paging import Page, page, position
from api.principal import Principal
from api.store import scope
from api.tables import Branch, CaseRow, Population, SoldPolicy, SoldState

SLICE = 500
DRAWN_AT_ONCE = 5000
IN_COLUMNS = ("state", "branch", "channel", "product_kind", "seller_number")
LOADED = col(Population.size) > 0  # one that is being loaded, or whose loading was broken off, has no size


def population(session: Session, who: Principal, population_id: str) -> Population:
    row = session.exec(
        select(Population).where(Population.id == population_id, scope.own_rows(Population, who), LOADED)
    ).one_or_none()
    if row is None:
        raise not_found("销售清单", "population")
    return row


def listed(session: Session, who: Principal, limit: int, cursor: str | None) -> Page[Population]:
    """Populations, the newest first; to a regulator those of the granted time."""
    asked = select(Population).where(scope.own_rows(Population, who), LOADED, _in_grant(who))
    if after := position(cursor, 1):
        asked = asked.where(col(Population.id) < str(after[0]))
    rows = session.exec(asked.order_by(col(Population.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def _in_grant(who: Principal) -> ColumnElement[bool]:
    grant = who.grant
    if grant is None:
        return true()
    return and_(
        col(Population.end) >= grant.start if grant.start else true(),
        col(Population.start) <= grant.end if grant.end else true(),
    )


def of_policies(session: Session, who: Principal) -> ColumnElement[bool]:
    """Policies of the asker's institution, of the branch by its name, and of the grant."""
    conditions: list[ColumnElement[bool]] = [col(SoldPolicy.tenant_id) == who.tenant_id]
    if who.branch_id:
        conditions.append(col(SoldPolicy.branch).in_(_branch_names(session, [who.branch_id])))
    if (grant := who.grant) is not None:
        if grant.start:
            conditions.append(col(SoldPolicy.sale_date) >= grant.start)
        if grant.end:
            conditions.append(col(SoldPolicy.sale_date) <= grant.end)
        if grant.branches:
            conditions.append(col(SoldPolicy.branch).in_(_branch_names(session, sorted(grant.branches))))
    return and_(*conditions)


def _branch_names(session: Session, ids: Sequence[str]) -> list[str]:
    return list(session.exec(select(Branch.name).where(col(Branch.id).in_(ids))).all())


@dataclass(frozen=True, slots=True)
class Filters:
    """Of the policies of a population; empty: all. `verdict`: what the case of the policy came to; `has_case`: whether
    there is one, which excluded policies may have as well."""

    state: str = ""
    branch: str = ""
    channel: str = ""
    product_kind: str = ""
    seller_number: str = ""
    verdict: str = ""
    has_case: bool | None = None

    def condition(self, who: Principal) -> ColumnElement[bool]:
        wanted = {name: getattr(self, name) for name in IN_COLUMNS if getattr(self, name)}
        conditions = [col(getattr(SoldPolicy, name)) == value for name, value in wanted.items()]
        if self.verdict:
            judged = select(CaseRow.id).where(scope.of_cases(who), CaseRow.verdict == self.verdict)
            conditions.append(col(SoldPolicy.case_id).in_(judged))
        if self.has_case is not None:
            case = col(SoldPolicy.case_id)
            conditions.append(case.is_not(None) if self.has_case else case.is_(None))
        return and_(true(), *conditions)


def policies(
    session: Session, who: Principal, population_id: str, filters: Filters, limit: int, cursor: str | None
) -> Page[SoldPolicy]:
    """Policies of a population in the order of their numbers."""
    asked = _of(session, who, population_id).where(filters.condition(who))
    if after := position(cursor, 1):
        asked = asked.where(col(SoldPolicy.policy_no) > str(after[0]))
    rows = session.exec(asked.order_by(col(SoldPolicy.policy_no)).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.policy_no,))


def _of(session: Session, who: Principal, population_id: str) -> Any:
    return select(SoldPolicy).where(SoldPolicy.population_id == population_id, of_policies(session, who))


def policy(session: Session, who: Principal, population_id: str, policy_id: str) -> SoldPolicy:
    found: SoldPolicy | None = session.exec(
        _of(session, who, population_id).where(SoldPolicy.id == policy_id)
    ).one_or_none()
    if found is None:
        raise not_found("保单", "policy")
    return found


class Drawable(NamedTuple):
    """What a rule of drawing asks of a policy or a case. Columns alone: there may be a million of them."""

    key: str
    policy_id: str | None
    case_id: str | None
    branch: str
    channel: str
    product_kind: str
    seller_number: str
    premium: str
    sale_date: date | None
    state: str
    verdict: str | None
    judgement_id: str | None


def every_policy(session: Session, who: Principal, population_id: str, filters: Filters) -> Iterator[Drawable]:
    """All of them in the order of their numbers, with their cases as far as the asker may see those."""
    sold = SoldPolicy
    asked = (
        columns(
            col(sold.policy_no),
            col(sold.id),
            col(CaseRow.id),
            *(col(one) for one in (sold.branch, sold.channel, sold.product_kind, sold.seller_number, sold.premium)),
            col(sold.sale_date),
            col(sold.state),
            col(CaseRow.verdict),
            col(CaseRow.judgement_id),
        )
        .select_from(sold)
        .outerjoin(CaseRow, and_(col(CaseRow.id) == col(sold.case_id), scope.of_cases(who)))
        .where(col(sold.population_id) == population_id, of_policies(session, who), filters.condition(who))
        .order_by(col(sold.policy_no))
        .limit(DRAWN_AT_ONCE)
    )
    last = ""
    while rows := session.execute(asked.where(col(sold.policy_no) > last)).all():
        yield from (Drawable(*row) for row in rows)
        last = rows[-1][0]


def add_policies(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(insert(SoldPolicy), [dict(row) for row in rows])


def drop(session: Session, population_id: str) -> None:
    """Take away a list whose loading was broken off."""
    session.execute(delete(SoldPolicy).where(col(SoldPolicy.population_id) == population_id))
    session.execute(delete(Population).where(col(Population.id) == population_id))


# --- reconciling ------------------------------------------------------------------------------------

AUDITED = col(CaseRow.judged_at).is_not(None)


class Line(NamedTuple):
    """What a policy is reconciled by."""

    id: str
    tenant_id: str
    policy_no: str
    application_no: str
    case_name: str
    state: str
    case_id: str | None


def slices(session: Session, population_id: str) -> Iterator[Sequence[Line]]:
    sold = SoldPolicy
    named = (sold.id, sold.tenant_id, sold.policy_no, sold.application_no, sold.case_name, sold.state, sold.case_id)
    asked = columns(*(col(one) for one in named)).where(col(sold.population_id) == population_id)
    last = ""
    while rows := session.execute(asked.where(col(sold.id) > last).order_by(col(sold.id)).limit(SLICE)).all():
        yield [Line(*row) for row in rows]
        last = rows[-1][0]


def cases_of(session: Session, rows: Sequence[Line]) -> dict[str, str]:
    """The audited case of each policy by the policy's id: found by policy number, else by application number, else by
    the name of the case; of several the one that was judged last."""
    if not rows:
        return {}
    tenant = rows[0].tenant_id
    by_policy = _judged(session, tenant, CaseRow.policy_no, {row.policy_no for row in rows})
    by_application = _judged(session, tenant, CaseRow.application_no, {row.application_no for row in rows})
    by_name = _judged(session, tenant, CaseRow.name, {row.case_name for row in rows})
    found: dict[str, str] = {}
    for row in rows:
        case = by_policy.get(row.policy_no) or by_application.get(row.application_no) or by_name.get(row.case_name)
        if case:
            found[row.id] = case
    return found


def _judged(session: Session, tenant_id: str, column: Any, values: set[str]) -> dict[str, str]:
    wanted = sorted(values - {""})
    if not wanted:
        return {}
    rows = session.exec(
        select(column, CaseRow.id)
        .where(CaseRow.tenant_id == tenant_id, col(column).in_(wanted), AUDITED)
        .order_by(col(CaseRow.judged_at), col(CaseRow.id))
    ).all()
    return dict(rows)  # the last of a key stays


def settle(session: Session, changed: Iterable[tuple[Line | SoldPolicy, str | None]]) -> int:
    """Write the case, or its absence, of these policies; an excluded one stays excluded. How many."""
    rows = [
        {
            "id": policy.id,
            "case_id": case_id,
            "state": policy.state if policy.state == SoldState.EXCLUDED else state_of(case_id),
        }
        for policy, case_id in changed
    ]
    if rows:
        session.execute(update(SoldPolicy), rows)
    return len(rows)


def state_of(case_id: str | None) -> SoldState:
    return SoldState.AUDITED if case_id else SoldState.MISSING


def without_case(session: Session, case: CaseRow) -> Sequence[SoldPolicy]:
    """Policies without a case yet that this one is the audit of."""
    keys = [
        col(column) == value
        for column, value in (
            (SoldPolicy.policy_no, case.policy_no),
            (SoldPolicy.application_no, case.application_no),
            (SoldPolicy.case_name, case.name),
        )
        if value
    ]
    return session.exec(
        select(SoldPolicy).where(
            SoldPolicy.tenant_id == case.tenant_id, col(SoldPolicy.case_id).is_(None), or_(false(), *keys)
        )
    ).all()


# --- totals -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals:
    """`policies` = audited + missing + excluded, always. `excluded_audited`: excluded ones that were audited all the
    same. `outside`: cases sold in the period that stand in no list; `undated`: such cases without a day of sale."""

    policies: int
    states: Mapping[str, int]
    excluded_audited: int
    verdicts: Mapping[str, int]
    branches: Mapping[str, Mapping[str, int]]
    reasons: Mapping[str, int]
    outside: int
    undated: int


def totals(session: Session, who: Principal, row: Population) -> Totals:
    mine = and_(col(SoldPolicy.population_id) == row.id, of_policies(session, who))
    states = dict.fromkeys((state.value for state in SoldState), 0)
    branches: dict[str, dict[str, int]] = {}
    for branch, state, number in session.exec(
        select(SoldPolicy.branch, SoldPolicy.state, func.count())
        .where(mine)
        .group_by(SoldPolicy.branch, SoldPolicy.state)
    ).all():
        states[state] += number
        branches.setdefault(branch, dict.fromkeys(states, 0))[state] = number
    verdicts = session.exec(
        select(CaseRow.verdict, func.count())
        .join(SoldPolicy, col(SoldPolicy.case_id) == col(CaseRow.id))
        .where(mine, SoldPolicy.state == SoldState.AUDITED)
        .group_by(CaseRow.verdict)
    ).all()
    reasons = session.exec(
        select(SoldPolicy.excluded_because, func.count())
        .where(mine, SoldPolicy.state == SoldState.EXCLUDED)
        .group_by(SoldPolicy.excluded_because)
        .order_by(func.count().desc(), SoldPolicy.excluded_because)
        .limit(50)
    ).all()
    beside = _count(session, select(SoldPolicy.id).where(
        mine, SoldPolicy.state == SoldState.EXCLUDED, col(SoldPolicy.case_id).is_not(None)
    ))  # fmt: skip
    return Totals(
        policies=sum(states.values()),
        states=states,
        excluded_audited=beside,
        verdicts={verdict: number for verdict, number in verdicts if verdict},
        branches=branches,
        reasons=dict(reasons),
        outside=_count(session, select(CaseRow.id).where(outside(who, row.start, row.end))),
        undated=_count(session, select(CaseRow.id).where(outside(who, None, None))),
    )


def states_of(session: Session, who: Principal, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many policies of each of these populations are in each state, as far as the asker may see them."""
    asked = (
        columns(col(SoldPolicy.population_id), col(SoldPolicy.state), func.count())
        .where(col(SoldPolicy.population_id).in_(ids), of_policies(session, who))
        .group_by(col(SoldPolicy.population_id), col(SoldPolicy.state))
    )
    found: dict[str, dict[str, int]] = {one: dict.fromkeys((state.value for state in SoldState), 0) for one in ids}
    for population_id, state, number in session.execute(asked).all():
        found[population_id][state] = number
    return found


def _count(session: Session, asked: Select[Any]) -> int:
    return int(session.execute(select(func.count()).select_from(asked.subquery())).scalar_one())


def outside(who: Principal, start: date | None, end: date | None) -> ColumnElement[bool]:
    """Audited cases that stand in no list of sold policies: sold in these days, or without a day of sale."""
    sold = col(CaseRow.sale_date)
    return and_(
        scope.of_cases(who),
        AUDITED,
        and_(sold >= start, sold <= end) if start and end else sold.is_(None),
        ~exists().where(col(SoldPolicy.case_id) == col(CaseRow.id)),
    )


def outsiders(
    session: Session, who: Principal, row: Population, *, undated: bool, limit: int, cursor: str | None
) -> Page[CaseRow]:
    condition = outside(who, None, None) if undated else outside(who, row.start, row.end)
    asked = select(CaseRow).where(condition)
    if after := position(cursor, 1):
        asked = asked.where(col(CaseRow.id) > str(after[0]))
    rows = session.exec(asked.order_by(col(CaseRow.id)).limit(limit + 1)).all()
    return page(rows, limit, lambda case: (case.id,))
