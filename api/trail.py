"""What was done, by whom and when? Append-only events, each chained to the one before by SHA-256.

One chain for each institution. A link covers every column of the event and the hash of the previous one, so a
changed, removed or inserted event breaks the chain; cutting off its end shows against a signed checkpoint.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from api.clock import now
from api.principal import Principal
from api.tables import Checkpoint, TrailEvent, TrailHead

GENESIS = "0" * 64
PAGE = 1000


def record(
    session: Session, who: Principal, action: str, subject_kind: str, subject_id: str, **detail: object
) -> TrailEvent:
    """Append one event in the transaction of `session`. `detail`: ids, codes, counts; never a customer's data."""
    head = _head(session, who.tenant_id) or _first_head(session, who.tenant_id)
    event = TrailEvent(
        tenant_id=who.tenant_id,
        seq=head.seq + 1,
        at=now(),
        actor_kind=who.kind.value,
        actor_id=who.id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        detail=json.loads(json.dumps(detail, default=str)),
        previous=head.sha256,
        sha256="",
    )
    event.sha256 = link(event)
    head.seq, head.sha256 = event.seq, event.sha256
    session.add(head)
    session.add(event)
    return event


def _head(session: Session, tenant_id: str) -> TrailHead | None:
    return session.exec(select(TrailHead).where(TrailHead.tenant_id == tenant_id).with_for_update()).one_or_none()


def _first_head(session: Session, tenant_id: str) -> TrailHead:
    """Two may begin a chain at once: the second waits for the first, and goes on from its event."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(TrailHead(tenant_id=tenant_id, seq=0, sha256=GENESIS))
    found = _head(session, tenant_id)
    assert found is not None, tenant_id
    return found


def link(event: TrailEvent) -> str:
    """SHA-256 over the event in canonical JSON; it contains the previous event's."""
    told = [
        event.tenant_id, event.seq, event.at.isoformat(timespec="microseconds"), event.actor_kind, event.actor_id,
        event.action, event.subject_kind, event.subject_id, event.detail, event.previous,
    ]  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold. `kind`: altered, missing, head, truncated, signature."""

    tenant_id: str
    seq: int
    kind: str


def verify(session: Session, tenant_id: str, keys: dict[str, Ed25519PublicKey]) -> Iterator[Break]:
    """Every place where the chain of an institution or one of its checkpoints does not hold."""
    expected, previous = 1, GENESIS
    checkpoints = {
        one.seq: one for one in session.exec(select(Checkpoint).where(Checkpoint.tenant_id == tenant_id)).all()
    }
    for one in checkpoints.values():
        if not _signed(one, keys):
            yield Break(tenant_id, one.seq, "signature")
    for event in _events(session, tenant_id):
        if event.seq != expected or event.previous != previous:
            yield Break(tenant_id, expected, "missing")
        if link(event) != event.sha256:
            yield Break(tenant_id, event.seq, "altered")
        if (mark := checkpoints.get(event.seq)) and mark.sha256 != event.sha256:
            yield Break(tenant_id, event.seq, "altered")
        expected, previous = event.seq + 1, event.sha256
    last = max(checkpoints, default=0)
    if last >= expected:
        yield Break(tenant_id, expected, "truncated")
    head = session.get(TrailHead, tenant_id)
    if (head.seq, head.sha256) != (expected - 1, previous) if head else expected > 1:
        yield Break(tenant_id, expected - 1, "head")


def _events(session: Session, tenant_id: str) -> Iterator[TrailEvent]:
    seq = 0
    while True:
        page = session.exec(
            select(TrailEvent)
            .where(TrailEvent.tenant_id == tenant_id, col(TrailEvent.seq) > seq)
            .order_by(col(TrailEvent.seq))
            .limit(PAGE)
        ).all()
        if not page:
            return
        yield from page
        seq = page[-1].seq
        session.expunge_all()


def checkpoint(session: Session, tenant_id: str, key: Ed25519PrivateKey, at: datetime) -> Checkpoint | None:
    """A signed statement of the chain as it is; None where nothing was added since the last one."""
    head = session.exec(select(TrailHead).where(TrailHead.tenant_id == tenant_id).with_for_update()).one_or_none()
    if head is None or session.get(Checkpoint, (tenant_id, head.seq)) is not None:
        return None
    made = Checkpoint(
        tenant_id=tenant_id, seq=head.seq, sha256=head.sha256, at=at, key_id=key_id(key.public_key()), signature=""
    )
    made.signature = base64.b64encode(key.sign(_statement(made))).decode()
    session.add(made)
    return made


def key_id(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _statement(one: Checkpoint) -> bytes:
    return "\n".join(
        [
            "verifier.trail.checkpoint/1",
            one.tenant_id,
            str(one.seq),
            one.sha256,
            one.at.isoformat(timespec="microseconds"),
        ]
    ).encode()


def _signed(one: Checkpoint, keys: dict[str, Ed25519PublicKey]) -> bool:
    key = keys.get(one.key_id)
    if key is None:
        return False
    try:
        key.verify(base64.b64decode(one.signature), _statement(one))
    except (InvalidSignature, ValueError):
        return False
    return True
