"""Who asks for the trail, and in which form do they take it away?"""

from __future__ import annotations

import json
from collections.abc import Iterator

from api import trail
from api.paging import Page
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import events
from api.store.events import Wanted
from api.tables import TrailEvent


def listed(services: Services, who: Principal, wanted: Wanted, limit: int, cursor: str | None) -> Page[TrailEvent]:
    who.require(Permission.TRAIL_READ)
    with services.reading() as session:
        return events.listed(session, who, wanted, limit, cursor)


def export(services: Services, who: Principal, wanted: Wanted) -> Iterator[str]:
    """One event a line, in the canonical members that its hash is over. The export itself is on the trail."""
    who.require(Permission.TRAIL_READ)
    with services.writing() as session:
        told = {name: value for name in wanted.__slots__ if (value := getattr(wanted, name))}
        trail.record(session, who, "trail.exported", "trail", who.tenant_id, wanted=told)
    return _lines(services, who, wanted)


def _lines(services: Services, who: Principal, wanted: Wanted) -> Iterator[str]:
    """Many lines at a time: each piece that is sent costs a change of threads."""
    with services.reading() as session:
        for page in events.in_order(session, who, wanted):
            yield "".join(
                json.dumps(as_told(event) if told else as_link(event), ensure_ascii=False) + "\n"
                for event, told in page
            )


def as_told(event: TrailEvent) -> dict[str, object]:
    return {
        "tenant_id": event.tenant_id,
        "seq": event.seq,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "action": event.action,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "detail": event.detail,
        "previous": event.previous,
        "sha256": event.sha256,
    }


def as_link(event: TrailEvent) -> dict[str, object]:
    """An event whose content is not for this person: its place in the chain."""
    return {
        "tenant_id": event.tenant_id,
        "seq": event.seq,
        "withheld": True,
        "previous": event.previous,
        "sha256": event.sha256,
    }
