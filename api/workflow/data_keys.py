"""How are an institution's data keys changed, and how are they destroyed? From the command line; each change is on the trail."""

from __future__ import annotations

from sqlmodel import select

from api import trail
from api.clock import now
from api.principal import Principal, system
from api.services import Services
from api.shelves import SETTLED
from api.tables import DataKey


def _operator(tenant_id: str) -> Principal:
    return system(tenant_id, "operator")


def rotate(services: Services, tenant_id: str) -> int:
    """A new key for new data; its serial number."""
    serial = services.keys.rotate(tenant_id)
    with services.writing() as session:
        trail.record(session, _operator(tenant_id), "key.rotated", "tenant", tenant_id, serial=serial)
    return serial


def reencrypt(services: Services, tenant_id: str) -> tuple[int, int]:
    """Write all that is stored again under the current key, then destroy the keys that nothing can need any more: those
    retired so long ago that no upload which began with them is still under way. How many objects, how many keys."""
    written = services.blobs.reencrypt(tenant_id)
    destroyed = services.keys.destroy(tenant_id, retired_before=now() - SETTLED)
    with services.writing() as session:
        trail.record(
            session, _operator(tenant_id), "key.reencrypted", "tenant", tenant_id, objects=written, destroyed=destroyed
        )
    return written, destroyed


def rewrap(services: Services) -> int:
    """Put every data key under the current master key; how many were not yet."""
    done = services.keys.rewrap()
    if done:
        with services.reading() as session:
            tenants = session.exec(select(DataKey.tenant_id).distinct()).all()
        for tenant_id in tenants:
            with services.writing() as session:
                current = services.keys.masters.current
                trail.record(session, _operator(tenant_id), "key.rewrapped", "tenant", tenant_id, master=current)
    return done


def destroy(services: Services, tenant_id: str) -> int:
    """Make everything that is stored of an institution unreadable for ever, copies in backups included, and remove it;
    how many objects. Rows and trail stay."""
    with services.writing() as session:
        trail.record(session, _operator(tenant_id), "key.destroyed", "tenant", tenant_id)
    return services.blobs.erase(tenant_id)
