"""Which webhooks has an institution, and which messages wait for them?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from api.errors import not_found
from api.paging import Page, page, position
from api.principal import Principal
from api.store import scope
from api.tables import Delivery, Webhook

REMOVED = "removed"


def webhook(session: Session, who: Principal, webhook_id: str) -> Webhook:
    row = session.exec(
        select(Webhook).where(
            Webhook.id == webhook_id, scope.own_rows(Webhook, who), col(Webhook.disabled_because) != REMOVED
        )
    ).one_or_none()
    if row is None:
        raise not_found("Webhook", "webhook")
    return row


def listed(session: Session, who: Principal, limit: int, cursor: str | None) -> Page[Webhook]:
    asked = select(Webhook).where(scope.own_rows(Webhook, who), col(Webhook.disabled_because) != REMOVED)
    if after := position(cursor, 1):
        asked = asked.where(col(Webhook.id) > str(after[0]))
    rows = session.exec(asked.order_by(col(Webhook.id)).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def listening(session: Session, tenant_id: str, event: str) -> list[Webhook]:
    """Webhooks that want this event."""
    rows = session.exec(select(Webhook).where(Webhook.tenant_id == tenant_id, col(Webhook.disabled_at).is_(None))).all()
    return [row for row in rows if event in row.events]


def delivery(session: Session, who: Principal, webhook_id: str, delivery_id: str) -> Delivery:
    row = session.exec(
        select(Delivery).where(
            Delivery.id == delivery_id, Delivery.webhook_id == webhook_id, scope.own_rows(Delivery, who)
        )
    ).one_or_none()
    if row is None:
        raise not_found("投递记录", "delivery")
    return row


def deliveries(
    session: Session, who: Principal, webhook_id: str, *, state: str | None, limit: int, cursor: str | None
) -> Page[Delivery]:
    """Messages to a webhook, the newest first."""
    asked = select(Delivery).where(Delivery.webhook_id == webhook_id, scope.own_rows(Delivery, who))
    if state:
        asked = asked.where(Delivery.state == state)
    if after := position(cursor, 1):
        asked = asked.where(col(Delivery.id) < str(after[0]))
    rows = session.exec(asked.order_by(col(Delivery.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def claim(session: Session, delivery_id: str, at: datetime, seconds: float) -> bool:
    """Whether this message is due and now ours to send; nobody else takes it for so many seconds."""
    changed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state) == "waiting", col(Delivery.next_at) <= at)
        .values(next_at=at + timedelta(seconds=seconds), attempts=col(Delivery.attempts) + 1)
    )
    return changed.rowcount == 1


def due(session: Session, at: datetime, limit: int = 500) -> Sequence[str]:
    return session.exec(
        select(Delivery.id)
        .where(Delivery.state == "waiting", col(Delivery.next_at) <= at)
        .order_by(col(Delivery.next_at))
        .limit(limit)
    ).all()
