"""Which places does an institution watch, and what was found in them?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, delete, or_, update
from sqlmodel import Session, col, select

from api.errors import not_found
from api.paging import Page, bad_cursor, page, position
from api.principal import Principal
from api.store import scope
from api.tables import Watch, Watched


def watch(session: Session, who: Principal, watch_id: str) -> Watch:
    row = session.exec(select(Watch).where(Watch.id == watch_id, _of(who))).one_or_none()
    if row is None:
        raise not_found("监视", "watch")
    return row


def listed(session: Session, who: Principal, limit: int, cursor: str | None) -> Page[Watch]:
    asked = select(Watch).where(_of(who))
    if after := position(cursor, 1):
        asked = asked.where(col(Watch.id) > str(after[0]))
    rows = session.exec(asked.order_by(col(Watch.id)).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def _of(who: Principal) -> ColumnElement[bool]:
    """An administrator of a branch keeps the watches of that branch."""
    own = scope.own_rows(Watch, who)
    return and_(own, col(Watch.branch_id) == who.branch_id) if who.branch_id else own


def active(session: Session) -> Sequence[str]:
    return session.exec(select(Watch.id).where(col(Watch.paused_at).is_(None))).all()


def found(session: Session, watch_id: str, *, state: str | None, limit: int, cursor: str | None) -> Page[Watched]:
    """What was found, the newest first."""
    asked = select(Watched).where(Watched.watch_id == watch_id)
    if state:
        asked = asked.where(Watched.state == state)
    if after := position(cursor, 2):
        at, name = _moment(after[0]), str(after[1])
        asked = asked.where(
            or_(col(Watched.seen_at) < at, and_(col(Watched.seen_at) == at, col(Watched.fingerprint) > name))
        )
    rows = session.exec(asked.order_by(col(Watched.seen_at).desc(), col(Watched.fingerprint)).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.seen_at.isoformat(), row.fingerprint))


def _moment(told: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(told))
    except ValueError:
        raise bad_cursor() from None
    if found.tzinfo is None:
        raise bad_cursor()
    return found


def forget_settling(session: Session, watch_id: str, name: str, but: str) -> None:
    """What was seen of an entry while it was still changing."""
    session.execute(
        delete(Watched).where(
            col(Watched.watch_id) == watch_id,
            col(Watched.name) == name,
            col(Watched.fingerprint) != but,
            col(Watched.state) == "settling",
        )
    )


def claim(session: Session, row: Watched, at: datetime, lease: timedelta) -> bool:
    """Whether this entry is now ours to take in: it was settling, or whoever took it in has been silent so long."""
    changed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Watched)
        .where(
            col(Watched.watch_id) == row.watch_id,
            col(Watched.name) == row.name,
            col(Watched.fingerprint) == row.fingerprint,
            or_(
                col(Watched.state) == "settling",
                and_(col(Watched.state) == "taking", col(Watched.seen_at) < at - lease),
            ),
        )
        .values(state="taking", seen_at=at)
    )
    return changed.rowcount == 1
