"""Who is told when something happened? Signed messages to the addresses an institution gave (Standard Webhooks).

A message is a row in the transaction of what it tells, so none is lost; it is sent at least once, tried again after
5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours, and then given up. Its id stays the same, so that the receiver can
tell a repetition. A webhook that has failed for five days, or answers 410, is switched off. Messages hold ids,
verdicts, counts and a link: whoever needs more asks the API with a key of their own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event as events
from sqlmodel import Session

from api import outbound, trail
from api.clock import now
from api.errors import ServiceError, invalid
from api.outbound import Unreachable
from api.permissions import Permission
from api.principal import Principal, system
from api.services import Services, ServiceTask
from api.store import webhooks as stored
from api.tables import Delivery, Webhook
from verifier.model import Text

log = logging.getLogger(__name__)

EVENTS: Mapping[str, Text] = {
    "batch.finished": Text("批次处理完毕", "A batch was worked off"),
    "case.judged": Text("案件审核完毕", "A case was judged"),
    "finding.decided": Text("人工作出决定", "A person decided on a finding"),
    "reaudit.finished": Text("重新审核完毕", "A re-audit was finished"),
    "sample.drawn": Text("抽样完成", "A sample was drawn"),
    "edition.published": Text("检查清单新版本发布", "An edition of a checklist was published"),
}
PING = "ping"
BACKOFF = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)  # seconds after each failure
OFF_AFTER = timedelta(days=5)
OLD_SECRET = timedelta(hours=24)  # how long both secrets sign after a rotation
SEND_SECONDS = 60.0
SECRET_PREFIX = "whsec_"
PURPOSE = "webhook"


# --- telling ----------------------------------------------------------------------------------------


def emit(services: Services, session: Session, tenant_id: str, event: str, **data: object) -> list[Delivery]:
    """Tell the institution's webhooks, in the transaction of what happened. `data`: ids, verdicts, counts, links."""
    told = {"type": event, "timestamp": now().isoformat(), "data": {"tenant_id": tenant_id, **data}}
    made = [_delivery(hook, event, told) for hook in stored.listening(session, tenant_id, event)]
    _send_soon(services, session, made)
    return made


def link(services: Services, path: str) -> str:
    return f"{services.settings.base_url.rstrip('/')}/api/v1/{path}"


def _delivery(hook: Webhook, event: str, told: Mapping[str, Any]) -> Delivery:
    return Delivery(
        tenant_id=hook.tenant_id,
        webhook_id=hook.id,
        event=event,
        payload=json.loads(json.dumps(told, default=str)),
        created_at=now(),
        next_at=now(),
    )


def _send_soon(services: Services, session: Session, rows: Sequence[Delivery]) -> None:
    """Rows now, work once they are committed. What is lost between is found by `sweep`."""
    if not rows:
        return
    session.add_all(rows)
    ids = [row.id for row in rows]

    def hand_over(committed: object) -> None:
        for delivery_id in ids:
            try:
                services.jobs.enqueue("webhook.deliver", delivery_id)
            except Exception:
                log.warning("a message waits for the next sweep", exc_info=True)

    events.listen(session, "after_commit", hand_over, once=True)


# --- sending ----------------------------------------------------------------------------------------


def deliver(services: Services, delivery_id: str) -> float | None:
    """One attempt; in how many seconds the next one is due."""
    with services.writing() as session:
        if not stored.claim(session, delivery_id, now(), SEND_SECONDS):
            return None
        row = session.get_one(Delivery, delivery_id)
        hook = session.get_one(Webhook, row.webhook_id)
    if hook.disabled_at is not None:
        return _record(services, row, None, "webhook_disabled")
    status, error = _send(services, hook, row)
    return _record(services, row, status, error)


def _send(services: Services, hook: Webhook, row: Delivery) -> tuple[int | None, str]:
    body = json.dumps(row.payload, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(int(now().timestamp()))
    keys = _secrets(services, hook).signing(now())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "insurance-sales-verifier",
        "webhook-id": row.id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signature(key, row.id, stamp, body) for key in keys),
    }
    try:
        to = outbound.target(hook.url, private=services.settings.webhook_private_networks)
        status = outbound.post(to, body, headers)
    except Unreachable as fault:
        return None, str(fault)
    except ServiceError as fault:
        return None, fault.code
    return status, "" if 200 <= status < 300 else f"status_{status}"


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id, timestamp and body."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def _record(services: Services, row: Delivery, status: int | None, error: str) -> float | None:
    at = now()
    with services.writing() as session:
        row = session.get_one(Delivery, row.id)
        hook = session.get_one(Webhook, row.webhook_id)
        row.status, row.error = status, error
        wait = BACKOFF[row.attempts - 1] if row.attempts <= len(BACKOFF) else None
        if not error:
            row.state, row.delivered_at, row.next_at, hook.failing_since, wait = "delivered", at, None, None, None
        else:
            hook.failing_since = hook.failing_since or at
            if hook.disabled_at is None and (status == 410 or at - hook.failing_since >= OFF_AFTER):
                hook.disabled_at, hook.disabled_because = at, "gone" if status == 410 else "failing"
                who = system(hook.tenant_id, "webhooks")
                trail.record(session, who, "webhook.disabled", "webhook", hook.id, because=hook.disabled_because)
            if wait is None or hook.disabled_at is not None:
                row.state, row.next_at, wait = "failed", None, None
            else:
                row.next_at = at + timedelta(seconds=wait)
        session.add(row)
        session.add(hook)
    return wait


def sweep(services: Services, argument: str = "") -> None:
    """Hand over the messages that are due: those whose hand-over was lost, and those whose sender died."""
    with services.reading() as session:
        waiting = stored.due(session, now() - timedelta(seconds=SEND_SECONDS))
    for delivery_id in waiting:
        services.jobs.enqueue("webhook.deliver", delivery_id)


# --- secrets ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secret that signs, and the one before, which signs as well until its end."""

    current: str
    previous: str = ""
    until: datetime | None = None

    def signing(self, at: datetime) -> list[str]:
        return [self.current, *([self.previous] if self.until and at < self.until else [])]


def _sealed(services: Services, tenant_id: str, kept: Secrets) -> str:
    """To be made before the transaction begins: the institution's first key may have to be written."""
    told = [kept.current, kept.previous, kept.until.isoformat() if kept.until else None]
    return base64.b64encode(services.keys.seal(tenant_id, PURPOSE, json.dumps(told).encode())).decode()


def _secrets(services: Services, hook: Webhook) -> Secrets:
    opened = json.loads(services.keys.unseal(hook.tenant_id, PURPOSE, base64.b64decode(hook.secret)))
    return Secrets(opened[0], opened[1], datetime.fromisoformat(opened[2]) if opened[2] else None)


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


# --- keeping webhooks -------------------------------------------------------------------------------


def create(services: Services, who: Principal, url: str, wanted: Sequence[str]) -> tuple[Webhook, str]:
    """A webhook, and its secret: shown this once."""
    who.require(Permission.AUTOMATION)
    _check(services, url, wanted)
    secret = new_secret()
    sealed = _sealed(services, who.tenant_id, Secrets(secret))
    with services.writing() as session:
        row = Webhook(
            tenant_id=who.tenant_id,
            url=url,
            secret=sealed,
            events=sorted(set(wanted)),
            created_by=who.id,
            created_at=now(),
        )
        session.add(row)
        trail.record(session, who, "webhook.created", "webhook", row.id, events=row.events)
    return row, secret


def change(
    services: Services,
    who: Principal,
    webhook_id: str,
    *,
    url: str | None,
    wanted: Sequence[str] | None,
    on: bool | None,
) -> Webhook:
    who.require(Permission.AUTOMATION)
    with services.reading() as session:
        row = stored.webhook(session, who, webhook_id)
    _check(services, url or row.url, row.events if wanted is None else wanted)
    with services.writing() as session:
        row = stored.webhook(session, who, webhook_id)
        row.url = url or row.url
        row.events = row.events if wanted is None else sorted(set(wanted))
        if on is not None:
            row.disabled_at, row.disabled_because = (None, "") if on else (row.disabled_at or now(), "by_hand")
            row.failing_since = None
        session.add(row)
        trail.record(session, who, "webhook.changed", "webhook", row.id, events=row.events, on=row.disabled_at is None)
    return row


def rotate(services: Services, who: Principal, webhook_id: str) -> tuple[Webhook, str]:
    """A new secret, shown this once. The old one signs beside it for a day."""
    who.require(Permission.AUTOMATION)
    with services.reading() as session:
        old = _secrets(services, stored.webhook(session, who, webhook_id))
    secret = new_secret()
    sealed = _sealed(services, who.tenant_id, Secrets(secret, old.current, now() + OLD_SECRET))
    with services.writing() as session:
        row = stored.webhook(session, who, webhook_id)
        row.secret, row.rotated_at = sealed, now()
        session.add(row)
        trail.record(session, who, "webhook.rotated", "webhook", row.id)
    return row, secret


def remove(services: Services, who: Principal, webhook_id: str) -> None:
    """Its messages stay on record."""
    who.require(Permission.AUTOMATION)
    with services.writing() as session:
        row = stored.webhook(session, who, webhook_id)
        row.disabled_at, row.disabled_because = now(), stored.REMOVED
        session.add(row)
        trail.record(session, who, "webhook.removed", "webhook", row.id)


def ping(services: Services, who: Principal, webhook_id: str) -> Delivery:
    """A message that only says that it works."""
    who.require(Permission.AUTOMATION)
    with services.writing() as session:
        hook = stored.webhook(session, who, webhook_id)
        told = {"type": PING, "timestamp": now().isoformat(), "data": {"tenant_id": who.tenant_id}}
        row = _delivery(hook, PING, told)
        _send_soon(services, session, [row])
        trail.record(session, who, "webhook.pinged", "webhook", hook.id)
    return row


def replay(services: Services, who: Principal, webhook_id: str, delivery_id: str) -> Delivery:
    """Send a message again, with its old id, from the first attempt on."""
    who.require(Permission.AUTOMATION)
    with services.writing() as session:
        hook = stored.webhook(session, who, webhook_id)
        row = stored.delivery(session, who, hook.id, delivery_id)
        row.state, row.attempts, row.next_at, row.error = "waiting", 0, now(), ""
        _send_soon(services, session, [row])
        trail.record(session, who, "webhook.replayed", "delivery", row.id, webhook=hook.id)
    return row


def _check(services: Services, url: str, wanted: Sequence[str]) -> None:
    unknown = sorted(set(wanted) - set(EVENTS))
    if unknown or not wanted:
        raise invalid(
            "event_unknown",
            Text(f"没有事件“{unknown[0]}”" if unknown else "请至少选择一个事件",
                 f"There is no event {unknown[0]!r}" if unknown else "Choose one event at least"),
            Text(f"可用的事件：{'、'.join(EVENTS)}", f"Events: {', '.join(EVENTS)}"),
        )  # fmt: skip
    try:
        outbound.target(url, private=services.settings.webhook_private_networks)
    except Unreachable:
        raise outbound.refused("主机名无法解析", "its host name is not known") from None


TASKS: Mapping[str, ServiceTask] = {"webhook.deliver": deliver, "webhook.sweep": sweep}
