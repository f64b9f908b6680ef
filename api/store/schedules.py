"""What is done again and again, and what is due?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from api.errors import not_found
from api.paging import Page, page, position
from api.principal import Principal
from api.store import scope
from api.tables import Schedule


def schedule(session: Session, who: Principal, schedule_id: str) -> Schedule:
    row = session.exec(select(Schedule).where(Schedule.id == schedule_id, scope.own_rows(Schedule, who))).one_or_none()
    if row is None:
        raise not_found("定时任务", "schedule")
    return row


def listed(session: Session, who: Principal, limit: int, cursor: str | None) -> Page[Schedule]:
    asked = select(Schedule).where(scope.own_rows(Schedule, who))
    if after := position(cursor, 1):
        asked = asked.where(col(Schedule.id) > str(after[0]))
    rows = session.exec(asked.order_by(col(Schedule.id)).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def due(session: Session, at: datetime) -> Sequence[Schedule]:
    return session.exec(select(Schedule).where(col(Schedule.paused_at).is_(None), col(Schedule.next_at) <= at)).all()


def advance(session: Session, schedule_id: str, seen: datetime, following: datetime | None) -> bool:
    """Whether this time of it was still ahead of everybody; from now on the following one is."""
    changed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Schedule).where(col(Schedule.id) == schedule_id, col(Schedule.next_at) == seen).values(next_at=following)
    )
    return changed.rowcount == 1
