"""Which cases are there that answer to these filters? By pages, the newest or the riskiest first, quick with 100,000.

A page is found in two steps: ids from an index that holds every column that can be filtered by (a filter that fits
few cases then costs a walk through one narrow index, not through the rows), and the rows of those ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, union
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from api.paging import Page, bad_cursor, page, position
from api.permissions import Permission
from api.principal import Principal
from api.store import scope
from api.tables import CaseRow, Correction, FindingRow, SourceRow
from verifier.model import Finding, Outcome, Reason, Severity, Text, Verdict
from verifier.review import verdict

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of cases is asked for; empty: everything. `check` and `stage` ask for findings that hold with
    `outcome`. `text` is the beginning of a case name, policy or application number, or of the policyholder's name."""

    verdict: str = ""
    state: str = ""
    check: str = ""
    stage: str = ""
    outcome: str = Outcome.FAIL
    batch: str = ""
    branch: str = ""
    seller: str = ""
    product: str = ""
    product_kind: str = ""
    channel: str = ""
    sold_from: date | None = None
    sold_to: date | None = None
    assigned_to: str = ""
    text: str = ""

    @property
    def used(self) -> list[str]:
        """The names of the filters that were given: what the trail may know of them."""
        return [name for name in self.__slots__ if name != "outcome" and getattr(self, name)]


def listed(
    session: Session, who: Principal, filters: Filters, *, by_risk: bool, limit: int, cursor: str | None
) -> Page[CaseRow]:
    conditions = [scope.of_cases(who), *_conditions(session, who, filters)]
    ids = _riskiest(session, conditions, limit, cursor) if by_risk else _newest(session, conditions, limit, cursor)
    rows = {row.id: row for row in session.exec(select(CaseRow).where(col(CaseRow.id).in_(ids.items)))}
    return Page([rows[one] for one in ids.items if one in rows], ids.next)


def _newest(session: Session, conditions: Sequence[ColumnElement[bool]], limit: int, cursor: str | None) -> Page[str]:
    asked = select(CaseRow.id).where(*conditions)
    if after := position(cursor, 1):
        asked = asked.where(col(CaseRow.id) < str(after[0]))
    found = session.exec(asked.order_by(col(CaseRow.id).desc()).limit(limit + 1)).all()
    return page(found, limit, lambda case_id: (case_id,))


def _riskiest(session: Session, conditions: Sequence[ColumnElement[bool]], limit: int, cursor: str | None) -> Page[str]:
    asked = select(CaseRow.id, CaseRow.risk).where(*conditions)
    if after := position(cursor, 2):
        risk, case_id = after
        if not isinstance(risk, int) or not isinstance(case_id, str):
            raise bad_cursor()
        asked = asked.where(or_(col(CaseRow.risk) < risk, and_(col(CaseRow.risk) == risk, col(CaseRow.id) < case_id)))
    order = (col(CaseRow.risk).desc(), col(CaseRow.id).desc())
    found = page(session.exec(asked.order_by(*order).limit(limit + 1)).all(), limit, lambda row: (row[1], row[0]))
    return Page([case_id for case_id, _ in found.items], found.next)


def _conditions(session: Session, who: Principal, filters: Filters) -> list[ColumnElement[bool]]:
    plain = {
        CaseRow.verdict: filters.verdict,
        CaseRow.state: filters.state,
        CaseRow.batch_id: filters.batch,
        CaseRow.branch_id: filters.branch,
        CaseRow.seller_number: filters.seller,
        CaseRow.product: filters.product,
        CaseRow.product_kind: filters.product_kind,
        CaseRow.channel: filters.channel,
        CaseRow.assigned_to: filters.assigned_to,
    }
    conditions = [col(column) == value for column, value in plain.items() if value]
    if filters.sold_from:
        conditions.append(col(CaseRow.sale_date) >= filters.sold_from)
    if filters.sold_to:
        conditions.append(col(CaseRow.sale_date) <= filters.sold_to)
    if filters.check or filters.stage:
        conditions.append(col(CaseRow.id).in_(_with_finding(who, filters)))
    if filters.text:
        conditions.append(col(CaseRow.id).in_(_named(session, who, filters.text)))
    return conditions


def _with_finding(who: Principal, filters: Filters) -> SelectOfScalar[str]:
    """Cases with such a finding, as it holds now; confidential ones count only for those who may see them."""
    asked = select(FindingRow.case_id).where(
        col(FindingRow.current).is_(True), FindingRow.effective == filters.outcome, scope.of_findings(who)
    )
    if filters.check:
        asked = asked.where(FindingRow.check_id == filters.check)
    if filters.stage:
        asked = asked.where(FindingRow.stage == filters.stage)
    return asked


def _named(session: Session, who: Principal, text: str) -> CompoundSelect[Any]:
    """Cases of which a name or number begins so. A name that is shown masked cannot be searched for."""
    columns = [CaseRow.name, CaseRow.policy_no, CaseRow.application_no]
    if who.sees_full_values:
        columns.append(CaseRow.policyholder)
    return union(
        *(
            select(CaseRow.id).where(CaseRow.tenant_id == who.tenant_id, _begins(session, column, text))
            for column in columns
        )
    )


def _begins(session: Session, column: str, text: str) -> ColumnElement[bool]:
    """SQLite uses an index for a range, but not for LIKE; in PostgreSQL a range goes by the collation."""
    if session.get_bind().dialect.name == "sqlite":
        return and_(col(column) >= text, col(column) < text + chr(0x10FFFF))
    return col(column).startswith(text, autoescape=True)


# --- one case ---------------------------------------------------------------------------------------


case = scope.case


def by_ids(session: Session, who: Principal, ids: Iterable[str]) -> dict[str, CaseRow]:
    """Those of these cases that the asker may see: lists of something else name the case that each is about."""
    asked = select(CaseRow).where(col(CaseRow.id).in_(set(ids)), scope.of_cases(who))
    return {row.id: row for row in session.exec(asked)}


def came_since(session: Session, row: CaseRow) -> bool:
    """Whether a file, a correction or another declaration came in after the judgement that counts was made."""
    at = row.judged_at
    if at is None or row.judgement_id is None:
        return False
    if row.declared_at is not None and row.declared_at > at:
        return True
    late = select(SourceRow.id).where(
        SourceRow.case_id == row.id, col(SourceRow.created_at) > at, col(SourceRow.removed_at).is_(None)
    )
    corrected = select(Correction.id).where(
        Correction.case_id == row.id, or_(col(Correction.at) > at, col(Correction.withdrawn_at) > at)
    )
    return session.exec(select(or_(late.exists(), corrected.exists()))).one()


def sources(session: Session, case_id: str) -> Sequence[SourceRow]:
    """Files of a case by name; removed ones are not told."""
    asked = select(SourceRow).where(SourceRow.case_id == case_id, col(SourceRow.removed_at).is_(None))
    return session.exec(asked.order_by(col(SourceRow.file))).all()


@dataclass(frozen=True, slots=True)
class Counted:
    """What a case comes to for somebody who may not see all of its findings."""

    verdict: Verdict | None
    fails: int
    critical_fails: int
    reviews: int
    open_findings: int


def in_columns(row: CaseRow) -> Counted:
    """The same for those who see everything."""
    said = Verdict(row.verdict) if row.verdict else None
    return Counted(said, row.fails, row.critical_fails, row.reviews, row.open_findings)


def counted(session: Session, who: Principal, rows: Sequence[CaseRow]) -> dict[str, Counted]:
    """Verdict and counts of these cases from the findings that the asker may see: the columns of the row know of
    confidential ones as well, and would tell that there is one."""
    judged = {row.judgement_id: row.id for row in rows if row.judgement_id}
    asked = select(FindingRow).where(col(FindingRow.judgement_id).in_(judged))  # of cases that were in scope
    if not who.may(Permission.AML_READ):
        asked = asked.where(col(FindingRow.confidential).is_(False))
    by_case: dict[str, list[FindingRow]] = {case_id: [] for case_id in judged.values()}
    for one in session.exec(asked):
        by_case[one.case_id].append(one)
    none = Counted(None, 0, 0, 0, 0)
    return {row.id: _counted(by_case[row.id]) if row.id in by_case else none for row in rows}


def _counted(found: Sequence[FindingRow]) -> Counted:
    holding = [_as_finding(one) for one in found]
    failed = [one for one in holding if one.outcome is Outcome.FAIL]
    return Counted(
        verdict=verdict(holding),
        fails=len(failed),
        critical_fails=sum(one.severity is Severity.CRITICAL for one in failed),
        reviews=sum(one.outcome is Outcome.REVIEW for one in holding),
        open_findings=sum(one.state == "open" for one in found),
    )


def _as_finding(row: FindingRow) -> Finding:
    """As much of a finding as a verdict counts."""
    reason = Reason(row.reason) if row.reason and row.effective == row.outcome else None
    outcome, severity = Outcome(row.effective), Severity(row.severity)
    return Finding(row.check_id, row.stage, severity, outcome, reason, NOTHING, NOTHING, (), NOTHING)
