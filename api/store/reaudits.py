"""Which re-audits are there, and what would change under them?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import JSON, ColumnElement, Text, and_, cast, exists, func, insert, literal, or_, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from api.errors import not_found
from api.paging import Page, page, position
from api.principal import Principal
from api.store import populations, scope
from api.store.samples import CaseFilters
from api.tables import CaseRow, Drawn, FindingRow, Judgement, ReAudit, ReAuditCase, SoldPolicy

ACTIVE = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which judged cases: filters, those of a sample, of a population, those with an outcome of a check, or named ones."""

    filters: CaseFilters = field(default_factory=CaseFilters)
    sample_id: str = ""
    population_id: str = ""
    check_id: str = ""
    outcome: str = ""
    case_ids: tuple[str, ...] = ()

    def condition(self, who: Principal) -> ColumnElement[bool]:
        return and_(
            scope.of_cases(who),
            populations.AUDITED,
            col(CaseRow.purged_at).is_(None),
            self.filters.condition(),
            col(CaseRow.id).in_(self.case_ids) if self.case_ids else true(),
            self._sampled() if self.sample_id else true(),
            self._sold() if self.population_id else true(),
            self._found(who) if self.check_id else true(),
        )

    def _sampled(self) -> ColumnElement[bool]:
        """Drawn as a case, or as a policy whose audit it is."""
        cases = select(Drawn.case_id).where(Drawn.draw_id == self.sample_id)
        policies = (
            select(SoldPolicy.case_id)
            .join(Drawn, col(Drawn.policy_id) == col(SoldPolicy.id))
            .where(Drawn.draw_id == self.sample_id)
        )
        return or_(col(CaseRow.id).in_(cases), col(CaseRow.id).in_(policies))

    def _sold(self) -> ColumnElement[bool]:
        return col(CaseRow.id).in_(select(SoldPolicy.case_id).where(SoldPolicy.population_id == self.population_id))

    def _found(self, who: Principal) -> ColumnElement[bool]:
        found = exists().where(
            col(FindingRow.case_id) == col(CaseRow.id),
            col(FindingRow.check_id) == self.check_id,
            col(FindingRow.current).is_(True),
            scope.of_findings(who),
        )
        return found.where(col(FindingRow.outcome) == self.outcome) if self.outcome else found


def fill(session: Session, row: ReAudit, wanted: Scope, who: Principal) -> int:
    """A line for each case of the scope as it is now; how many."""
    chosen = columns(
        literal(row.id),
        col(CaseRow.id),
        literal("waiting"),
        func.coalesce(col(CaseRow.machine_verdict), ""),
        literal(""),
        literal({}, JSON()),
        literal(""),
    ).where(wanted.condition(who))
    names = ["reaudit_id", "case_id", "state", "verdict_before", "verdict_after", "changes", "problem"]
    session.execute(insert(ReAuditCase).from_select(names, chosen))
    return number(session, row.id)


def matching(session: Session, who: Principal, wanted: Scope) -> int:
    """How many cases a scope holds now."""
    return session.exec(select(func.count()).select_from(CaseRow).where(wanted.condition(who))).one()


def number(session: Session, reaudit_id: str, *conditions: ColumnElement[bool]) -> int:
    asked = select(func.count()).select_from(ReAuditCase).where(ReAuditCase.reaudit_id == reaudit_id, *conditions)
    return session.exec(asked).one()


def reaudit(session: Session, who: Principal, reaudit_id: str, *, lock: bool = False) -> ReAudit:
    row = session.exec(
        select(ReAudit).where(ReAudit.id == reaudit_id, scope.own_rows(ReAudit, who), _seen(who))
    ).one_or_none()
    if row is None:
        raise not_found("重新审核", "re-audit")
    if lock:
        session.refresh(row, with_for_update=True)
    return row


def _seen(who: Principal) -> ColumnElement[bool]:
    """People of a branch see the re-audits they began."""
    return col(ReAudit.by) == who.id if who.branch_id else true()


def listed(session: Session, who: Principal, limit: int, cursor: str | None) -> Page[ReAudit]:
    asked = select(ReAudit).where(scope.own_rows(ReAudit, who), _seen(who))
    if after := position(cursor, 1):
        asked = asked.where(col(ReAudit.id) < str(after[0]))
    rows = session.exec(asked.order_by(col(ReAudit.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a re-audit has come: lines by state, and verdicts as `before>after`."""

    states: dict[str, int]
    verdicts: dict[str, int]


def standing(session: Session, reaudit_id: str) -> Standing:
    lines = ReAuditCase.reaudit_id == reaudit_id
    states = session.exec(select(ReAuditCase.state, func.count()).where(lines).group_by(col(ReAuditCase.state))).all()
    verdicts = session.exec(
        select(ReAuditCase.verdict_before, ReAuditCase.verdict_after, func.count())
        .where(lines, col(ReAuditCase.verdict_after) != "")
        .group_by(col(ReAuditCase.verdict_before), col(ReAuditCase.verdict_after))
    ).all()
    return Standing(dict(states), {f"{before}>{after}": number for before, after, number in verdicts})


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one check from an outcome to another, or of the verdict where `check` is empty. Empty outcomes: any
    change of the check."""

    check: str
    before: str = ""
    after: str = ""

    def condition(self) -> ColumnElement[bool]:
        if not self.check:
            return and_(col(ReAuditCase.verdict_before) == self.before, col(ReAuditCase.verdict_after) == self.after)
        pair = f": {json.dumps([self.before, self.after])}" if self.before or self.after else ":"
        return cast(col(ReAuditCase.changes), Text).contains(json.dumps(self.check) + pair, autoescape=True)


def lines(
    session: Session,
    who: Principal,
    reaudit_id: str,
    *,
    changed: bool | None,
    verdict_changed: bool | None,
    state: str | None,
    move: Move | None,
    limit: int,
    cursor: str | None,
) -> Page[tuple[ReAuditCase, CaseRow]]:
    """The cases of a re-audit and what changed in each."""
    differs = col(ReAuditCase.verdict_before) != col(ReAuditCase.verdict_after)
    asked = (
        select(ReAuditCase, CaseRow)
        .join(CaseRow, col(CaseRow.id) == col(ReAuditCase.case_id))
        .where(ReAuditCase.reaudit_id == reaudit_id, scope.of_cases(who))
    )
    if changed is not None:
        none = cast(col(ReAuditCase.changes), Text) == "{}"
        asked = asked.where(~none if changed else none)
    if verdict_changed is not None:
        asked = asked.where(and_(differs, col(ReAuditCase.verdict_after) != "") if verdict_changed else ~differs)
    if state:
        asked = asked.where(ReAuditCase.state == state)
    if move:
        asked = asked.where(move.condition())
    if after := position(cursor, 1):
        asked = asked.where(col(ReAuditCase.case_id) > str(after[0]))
    rows = session.exec(asked.order_by(col(ReAuditCase.case_id)).limit(limit + 1)).all()
    return page([(line, case) for line, case in rows], limit, lambda pair: (pair[0].case_id,))


def judgement(session: Session, who: Principal, reaudit_id: str, case_id: str) -> Judgement:
    """What a re-audit came to on a case."""
    row = session.exec(
        select(Judgement)
        .join(ReAuditCase, col(ReAuditCase.judgement_id) == col(Judgement.id))
        .join(CaseRow, col(CaseRow.id) == col(ReAuditCase.case_id))
        .where(ReAuditCase.reaudit_id == reaudit_id, ReAuditCase.case_id == case_id, scope.of_cases(who))
    ).one_or_none()
    if row is None:
        raise not_found("该案件的重审结果", "result for this case")
    return row


def to_adopt(session: Session, reaudit_id: str, size: int) -> Sequence[ReAuditCase]:
    asked = select(ReAuditCase).where(ReAuditCase.reaudit_id == reaudit_id, ReAuditCase.state == "judged")
    return session.exec(asked.order_by(col(ReAuditCase.case_id)).limit(size)).all()
