"""How many, of what, where? The counts behind the dashboard, each one pass over an index that holds all it counts by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, select, true
from sqlmodel import Session, col

from api.permissions import Permission
from api.principal import Principal
from api.standing import State
from api.store import scope
from api.tables import BlindLook, Branch, CaseRow, FindingRow, ReAudit, ReAuditCase
from verifier.model import Outcome, Verdict

LARGEST = 20  # of what has many names: sellers, products
AGES = (2, 7, 30)  # days: open until then, and longer


@dataclass(frozen=True, slots=True)
class Cut:
    """Which cases are counted; the names are those of the filters of the list of cases."""

    batch: str = ""
    branch: str = ""
    product: str = ""
    sold_from: date | None = None
    sold_to: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        equal = {CaseRow.batch_id: self.batch, CaseRow.branch_id: self.branch, CaseRow.product: self.product}
        found = [col(column) == value for column, value in equal.items() if value]
        if self.sold_from:
            found.append(col(CaseRow.sale_date) >= self.sold_from)
        if self.sold_to:
            found.append(col(CaseRow.sale_date) <= self.sold_to)
        return found

    @property
    def is_whole(self) -> bool:
        return not (self.batch or self.product or self.sold_from or self.sold_to)


FAILED = case((col(CaseRow.verdict) == Verdict.NON_COMPLIANT, 1), else_=0)


def by_day(session: Session, who: Principal, cut: Cut) -> Sequence[tuple[date | None, str | None, int]]:
    """Day of the sale, verdict (None: not judged yet), cases: grouped as the index lies, months are made of days."""
    group = (col(CaseRow.sale_date), col(CaseRow.verdict))
    asked = _cases(who, cut, *group, func.count()).group_by(*group)
    return [(row[0], row[1], row[2]) for row in session.execute(asked)]


def by_branch(session: Session, who: Principal, cut: Cut) -> Sequence[tuple[str | None, str, int, int]]:
    """Branch, its name, cases, non-compliant ones; the most non-compliant first."""
    names = {row.id: row.name for row in session.scalars(select(Branch).where(scope.own_rows(Branch, who)))}
    found = _grouped(session, who, cut, col(CaseRow.branch_id))
    return [(key, names.get(key or "", ""), cases, failed) for key, cases, failed in found]


def by_seller(session: Session, who: Principal, cut: Cut) -> Sequence[tuple[str, str, int, int]]:
    """Seller's number and name, cases, non-compliant ones; the most non-compliant first."""
    found = _grouped(session, who, cut, col(CaseRow.seller_number), col(CaseRow.seller_number) != "")
    numbers = [number for number, _, _ in found]
    asked = select(col(CaseRow.seller_number), func.max(col(CaseRow.seller_name))).where(
        col(CaseRow.tenant_id) == who.tenant_id, col(CaseRow.seller_number).in_(numbers)
    )
    names = {row[0]: row[1] for row in session.execute(asked.group_by(col(CaseRow.seller_number)))}
    return [(number, names.get(number, ""), cases, failed) for number, cases, failed in found]


def by_product(session: Session, who: Principal, cut: Cut) -> Sequence[tuple[str, int, int]]:
    """Product, cases, non-compliant ones; the most non-compliant first."""
    return _grouped(session, who, cut, col(CaseRow.product), col(CaseRow.product) != "")


def by_check(session: Session, who: Principal, cut: Cut) -> Sequence[tuple[str, str, str, int]]:
    """Stage, check, outcome that holds now (fail or review), findings."""
    seen = and_(
        col(FindingRow.tenant_id) == who.tenant_id,
        col(FindingRow.current).is_(True),
        col(FindingRow.effective).in_([Outcome.FAIL, Outcome.REVIEW]),
        col(FindingRow.branch_id) == (who.branch_id or cut.branch) if who.branch_id or cut.branch else true(),
        true() if who.may(Permission.AML_READ) else col(FindingRow.confidential).is_(False),
    )
    if who.branch_id and cut.branch not in ("", who.branch_id):
        seen = false()
    group = (col(FindingRow.effective), col(FindingRow.check_id), col(FindingRow.stage))
    asked = _covered(select(*group, func.count()), FindingRow, "finding_by_figure").where(seen).group_by(*group)
    if who.grant or not cut.is_whole:
        asked = asked.where(col(FindingRow.case_id).in_(_cases(who, cut, col(CaseRow.id))))
    return [(row[2], row[1], row[0], row[3]) for row in session.execute(asked)]


def open_by_age(session: Session, who: Principal, cut: Cut, at: datetime) -> Sequence[tuple[int, int]]:
    """For each of `AGES` and beyond: cases with something open, and how many findings that is."""
    bounds = [None, *(at - timedelta(days=days) for days in AGES), None]
    columns: list[ColumnElement[Any]] = []
    for young, old in pairwise(bounds):
        within = and_(
            col(CaseRow.created_at) <= young if young else true(), col(CaseRow.created_at) > old if old else true()
        )
        columns += [
            func.coalesce(func.sum(case((within, 1), else_=0)), 0),
            func.coalesce(func.sum(case((within, col(CaseRow.open_findings)), else_=0)), 0),
        ]
    row = session.execute(_cases(who, cut, *columns).where(col(CaseRow.open_findings) > 0)).one()
    return [(int(row[at]), int(row[at + 1])) for at in range(0, len(columns), 2)]


def waiting_for_second(session: Session, who: Principal) -> int:
    asked = select(func.count()).where(
        scope.of_findings(who), col(FindingRow.state) == State.SECOND, col(FindingRow.current).is_(True)
    )
    return int(session.execute(asked).scalar_one())


def second_looks(session: Session, who: Principal, cut: Cut) -> Sequence[tuple[str, str, str | None, int]]:
    """Stage, check, the person's outcome (None: still to be judged), looks."""
    group = (col(BlindLook.stage), col(BlindLook.check_id), col(BlindLook.outcome))
    seen = true() if who.may(Permission.AML_READ) else col(BlindLook.confidential).is_(False)
    asked = select(*group, func.count()).where(scope.own_rows(BlindLook, who), seen).group_by(*group)
    if who.branch_id or who.grant or not cut.is_whole or cut.branch:
        asked = asked.where(col(BlindLook.case_id).in_(_cases(who, cut, col(CaseRow.id))))
    return [tuple(row) for row in session.execute(asked)]


def reaudits(session: Session, who: Principal, number: int) -> Sequence[tuple[ReAudit, Sequence[tuple[str, str, int]]]]:
    """The last re-audits that are done, each with its moves: verdict before, after, cases in scope."""
    done = session.scalars(
        select(ReAudit)
        .where(scope.own_rows(ReAudit, who), col(ReAudit.finished_at).is_not(None))
        .order_by(col(ReAudit.id).desc())
        .limit(number)
    ).all()
    return [(one, _moves(session, who, one.id)) for one in done]


def _moves(session: Session, who: Principal, reaudit_id: str) -> Sequence[tuple[str, str, int]]:
    group = (col(ReAuditCase.verdict_before), col(ReAuditCase.verdict_after))
    asked = select(*group, func.count()).where(col(ReAuditCase.reaudit_id) == reaudit_id).group_by(*group)
    if who.branch_id or who.grant:
        asked = asked.join(CaseRow, col(CaseRow.id) == col(ReAuditCase.case_id)).where(scope.of_cases(who))
    return [tuple(row) for row in session.execute(asked)]


def _grouped(
    session: Session, who: Principal, cut: Cut, column: Any, *conditions: ColumnElement[bool]
) -> Sequence[tuple[Any, int, int]]:
    failed = func.sum(FAILED)
    asked = _cases(who, cut, column, func.count(), failed).where(*conditions).group_by(column)
    asked = asked.order_by(failed.desc(), func.count().desc(), column).limit(LARGEST)
    return [(row[0], int(row[1]), int(row[2])) for row in session.execute(asked)]


def _cases(who: Principal, cut: Cut, *columns: Any) -> Any:
    return _covered(select(*columns).select_from(CaseRow), CaseRow, "case_by_figure").where(
        scope.of_cases(who), *cut.conditions()
    )


def _covered(asked: Any, table: Any, index: str) -> Any:
    """SQLite knows no statistics here and would rather sort by a narrower index and open every row."""
    return asked.with_hint(table, f"INDEXED BY {index}", "sqlite")
