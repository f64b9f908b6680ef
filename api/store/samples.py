"""Which samples were drawn, and what is in them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from api.errors import not_found
from api.paging import Page, bad_cursor, page, position
from api.principal import Principal
from api.store import populations, scope
from api.tables import Branch, CaseRow, Draw, Drawn, Judgement, SoldPolicy


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """Which judged cases; empty: all that the asker may see."""

    batch_id: str = ""
    start: date | None = None
    end: date | None = None
    branch_id: str = ""
    channel: str = ""
    product_kind: str = ""
    seller_number: str = ""
    verdict: str = ""

    def condition(self) -> ColumnElement[bool]:
        wanted = {
            name: getattr(self, name)
            for name in ("batch_id", "branch_id", "channel", "product_kind", "seller_number", "verdict")
            if getattr(self, name)
        }
        return and_(
            true(),
            *(col(getattr(CaseRow, name)) == value for name, value in wanted.items()),
            col(CaseRow.sale_date) >= self.start if self.start else true(),
            col(CaseRow.sale_date) <= self.end if self.end else true(),
        )


def every_case(session: Session, who: Principal, filters: CaseFilters) -> Iterator[populations.Drawable]:
    """Judged cases in the order of their ids; the branch by its name."""
    names = branch_names(session, who.tenant_id)
    case = CaseRow
    asked = (
        columns(
            col(case.id),
            col(case.branch_id),
            *(col(one) for one in (case.channel, case.product_kind, case.seller_number, case.premium)),
            col(case.sale_date),
            col(case.verdict),
            col(case.judgement_id),
        )
        .where(scope.of_cases(who), populations.AUDITED, col(case.purged_at).is_(None), filters.condition())
        .order_by(col(case.id))
        .limit(populations.DRAWN_AT_ONCE)
    )
    last = ""
    while rows := session.execute(asked.where(col(case.id) > last)).all():
        for row in rows:
            key, branch, channel, kind, seller, premium, day, verdict, judgement = row
            yield populations.Drawable(
                key, None, key, names.get(branch or "", ""), channel, kind, seller, premium, day, "", verdict, judgement
            )
        last = rows[-1][0]


def branch_names(session: Session, tenant_id: str) -> dict[str, str]:
    return {row.id: row.name for row in session.exec(select(Branch).where(Branch.tenant_id == tenant_id)).all()}


def draw(session: Session, who: Principal, draw_id: str) -> Draw:
    row = session.exec(select(Draw).where(Draw.id == draw_id, _seen(who))).one_or_none()
    if row is None:
        raise not_found("抽样", "sample")
    return row


def _seen(who: Principal) -> ColumnElement[bool]:
    """A regulator sees what that regulator drew; the institution sees every sample of its business."""
    return and_(scope.own_rows(Draw, who), col(Draw.by) == who.id if who.grant is not None else true())


def listed(
    session: Session, who: Principal, *, population_id: str | None, limit: int, cursor: str | None
) -> Page[Draw]:
    asked = select(Draw).where(_seen(who))
    if population_id:
        asked = asked.where(Draw.population_id == population_id)
    if after := position(cursor, 1):
        asked = asked.where(col(Draw.id) < str(after[0]))
    rows = session.exec(asked.order_by(col(Draw.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


@dataclass(frozen=True, slots=True)
class Item:
    """One that was drawn. `judgement`: the one that counted then; None where there was none."""

    drawn: Drawn
    policy: SoldPolicy | None
    case: CaseRow | None
    judgement: Judgement | None


def items(session: Session, who: Principal, draw_id: str, limit: int, cursor: str | None) -> Page[Item]:
    """What was drawn, in the order drawn, as far as the asker may see it."""
    asked = _items(session, who, draw_id)
    if after := position(cursor, 1):
        if type(after[0]) is not int or abs(after[0]) >= 2**31:
            raise bad_cursor()
        asked = asked.where(col(Drawn.rank) > after[0])
    rows = session.exec(asked.order_by(col(Drawn.rank)).limit(limit + 1)).all()
    return page([Item(*row) for row in rows], limit, lambda item: (item.drawn.rank,))


def item(session: Session, who: Principal, draw_id: str, rank: int) -> Item:
    """One of them by its place in the order drawn."""
    row = session.exec(_items(session, who, draw_id).where(Drawn.rank == rank)).one_or_none()
    if row is None:
        raise not_found("抽中的案件", "drawn case")
    return Item(*row)


def _items(session: Session, who: Principal, draw_id: str) -> Any:
    asked = (
        select(Drawn, SoldPolicy, CaseRow, Judgement)
        .outerjoin(SoldPolicy, col(SoldPolicy.id) == col(Drawn.policy_id))
        .outerjoin(
            CaseRow,
            and_(
                or_(col(CaseRow.id) == col(Drawn.case_id), col(CaseRow.id) == col(SoldPolicy.case_id)),
                scope.of_cases(who),
            ),
        )
        .outerjoin(
            Judgement, and_(col(Judgement.id) == col(Drawn.judgement_id), col(Judgement.case_id) == col(CaseRow.id))
        )
        .where(Drawn.draw_id == draw_id)
    )
    if who.branch_id or who.grant is not None:
        asked = asked.where(or_(col(CaseRow.id).is_not(None), populations.of_policies(session, who)))
    return asked
