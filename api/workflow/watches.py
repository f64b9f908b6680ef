"""How do cases come in by themselves? Watched places: what has settled is taken in once, as a batch.

An entry that looks the same in two looks is taken in. The batch's id follows from the watch and the entry's
fingerprint, files are put by their paths, and the batch is submitted last: whoever takes up an interrupted entry ends
at the same batch. What changes while it is read is not submitted; as it is then, it is another entry.
"""

from __future__ import annotations

import base64
import json
import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import Session

from api import trail
from api.clock import now
from api.errors import ServiceError, invalid, not_found
from api.permissions import Permission
from api.principal import Principal, system
from api.services import Services, ServiceTask
from api.store import watches as stored
from api.tables import Batch, BatchState, Branch, Tenant, Watch, Watched
from api.workflow import batches, uploads
from api.workflow.watch_places import Entry, Place, Unseen, folder_of, prefix_of
from verifier.model import Text

log = logging.getLogger(__name__)
EVERY_SECONDS = 15
SETTLES = timedelta(seconds=10)  # unchanged for at least so long, over two looks
LEASE = timedelta(minutes=10)  # after which an entry that nobody reports on is taken up again
NAMESPACE = uuid.UUID("0f0c4a52-7c36-4a5e-9a51-5f6f8b7f5d11")
PURPOSE = "watch"


# --- keeping watches --------------------------------------------------------------------------------


def create(
    services: Services,
    who: Principal,
    *,
    kind: str,
    location: str,
    pack: str = "",
    branch_id: str | None = None,
    after: str = "keep",
    access: Mapping[str, str] | None = None,
) -> Watch:
    who.require(Permission.AUTOMATION)
    if pack:
        services.editions.pack(pack, who.tenant_id)
    row = Watch(
        tenant_id=who.tenant_id,
        branch_id=branch_id or who.branch_id,
        kind=kind,
        location=location,
        pack=pack,
        after=after,
        access=_sealed(services, who.tenant_id, access or {}),
        created_by=who.id,
        created_at=now(),
    )
    _try(services, row)
    with services.writing() as session:
        _check_branch(session, who, row)
        session.add(row)
        trail.record(session, who, "watch.created", "watch", row.id, kind=kind, after=after)
    return row


def _check_branch(session: Session, who: Principal, row: Watch) -> None:
    branch = session.get(Branch, row.branch_id) if row.branch_id else None
    beyond = who.branch_id not in (None, row.branch_id)
    if beyond or (row.branch_id and (branch is None or branch.tenant_id != row.tenant_id)):
        raise not_found("分支机构", "branch")


def _try(services: Services, row: Watch) -> None:
    """Look once, so that a mistake shows now."""
    try:
        place_of(services, row).entries()
    except Unseen as fault:
        raise invalid(
            "place_unseen",
            Text(f"无法查看该位置（{fault}）", f"The place cannot be looked at ({fault})"),
            Text("请核对位置、权限与密钥", "Check the place, the rights and the keys"),
        ) from None


def _sealed(services: Services, tenant_id: str, access: Mapping[str, str]) -> str:
    if not access:
        return ""
    return base64.b64encode(services.keys.seal(tenant_id, PURPOSE, json.dumps(dict(access)).encode())).decode()


def place_of(services: Services, row: Watch) -> Place:
    if row.kind == "s3":
        sealed = base64.b64decode(row.access)
        access = json.loads(services.keys.unseal(row.tenant_id, PURPOSE, sealed)) if sealed else {}
        return prefix_of(services.settings, row.location, access)
    with services.reading() as session:
        tenant = session.get_one(Tenant, row.tenant_id)
    return folder_of(services.settings, tenant, row.location)


def pause(services: Services, who: Principal, watch_id: str, *, paused: bool) -> Watch:
    who.require(Permission.AUTOMATION)
    with services.writing() as session:
        row = stored.watch(session, who, watch_id)
        row.paused_at = now() if paused else None
        session.add(row)
        trail.record(session, who, "watch.paused" if paused else "watch.resumed", "watch", row.id)
    return row


# --- looking ----------------------------------------------------------------------------------------


def tick(services: Services, argument: str = "") -> None:
    """Have every watch looked at, once in each period."""
    with services.reading() as session:
        ids = stored.active(session)
    period = int(now().timestamp()) // EVERY_SECONDS
    for watch_id in ids:
        services.jobs.enqueue("watch.look", watch_id, key=f"{watch_id}:{period}")


def look(services: Services, watch_id: str) -> None:
    """One look at one place."""
    with services.reading() as session:
        row = session.get(Watch, watch_id)
        tenant = session.get(Tenant, row.tenant_id) if row else None
    if row is None or row.paused_at is not None or tenant is None or tenant.closed_at is not None:
        return
    problem = ""
    try:
        place = place_of(services, row)
        for entry in place.entries():
            _look_at(services, row, place, entry)
    except Unseen as fault:
        problem = str(fault)
    except ServiceError as fault:
        problem = fault.code
    with services.writing() as session:
        row = session.get_one(Watch, watch_id)
        row.looked_at, row.problem = now(), problem[:400]
        session.add(row)


def _look_at(services: Services, row: Watch, place: Place, entry: Entry) -> None:
    at = now()
    key = (row.id, entry.name[:500], entry.fingerprint)
    with services.writing() as session:
        seen = session.get(Watched, key)
        if seen is None:
            stored.forget_settling(session, row.id, key[1], entry.fingerprint)
            session.add(Watched(watch_id=key[0], name=key[1], fingerprint=key[2], seen_at=at))
            return
        left_over = seen.state == "taken" and row.after == "move"
        early = seen.state == "settling" and at - seen.seen_at < SETTLES
        ours = not early and not left_over and stored.claim(session, seen, at, LEASE)
    if left_over:
        place.put_away(entry)
    elif ours:
        _take(services, row, place, entry, seen)


def _take(services: Services, row: Watch, place: Place, entry: Entry, seen: Watched) -> None:
    """Make the entry a batch. Broken off at any point, it may be done again."""
    who = system(row.tenant_id, f"watch:{row.id}"[:60])
    batch_id = str(uuid.uuid5(NAMESPACE, f"{row.id}/{entry.name}/{entry.fingerprint}"))
    try:
        batch = batches.create(
            services, who, entry.name[:200], pack=row.pack, branch_id=row.branch_id, origin="watch", batch_id=batch_id
        )
        _note(services, seen, "taking", batch.id)
        if batch.state == BatchState.OPEN:
            for file in entry.files:
                uploads.put_file(
                    services, who, batch.id, _path(entry, file.path), place.read(file.path), size=file.size
                )
                _note(services, seen, "taking", batch.id)
            again = next((one for one in place.entries() if one.name == entry.name), None)
            if again is None or again.fingerprint != entry.fingerprint:
                batches.cancel(services, who, batch.id)
                _note(services, seen, "refused", batch.id, "changed_while_read")
                return
            batches.submit(services, who, batch.id)
        _note(services, seen, "taken", batch.id)
    except Unseen as fault:
        _note(services, seen, "settling", None, str(fault))
        return
    except ServiceError as fault:
        if fault.status >= 500:
            raise
        log.warning("an entry of a watched place was refused: %s", fault.code)
        _cancel(services, who, batch_id)
        _note(services, seen, "refused", None, fault.code)
        return
    if row.after == "move":
        place.put_away(entry)


def _path(entry: Entry, path: str) -> str:
    """Its place in the batch: a document that stands alone is a case of its name; folders and ZIPs are told apart when
    cases are formed."""
    if "/" not in path and not path.lower().endswith(".zip"):
        return f"{entry.name.rpartition('.')[0] or entry.name}/{path}"
    return path


def _note(services: Services, seen: Watched, state: str, batch_id: str | None, problem: str = "") -> None:
    with services.writing() as session:
        row = session.get_one(Watched, (seen.watch_id, seen.name, seen.fingerprint))
        row.state, row.seen_at, row.problem = state, now(), problem
        row.batch_id = batch_id or row.batch_id
        session.add(row)


def _cancel(services: Services, who: Principal, batch_id: str) -> None:
    with services.reading() as session:
        batch = session.get(Batch, batch_id)
    if batch is not None and batch.state == BatchState.OPEN:
        batches.cancel(services, who, batch_id)


TASKS: Mapping[str, ServiceTask] = {"watch.tick": tick, "watch.look": look}
