"""How are an institution's data keys changed, and how are they destroyed? From the command line; each change is on the trail."""

from __future__ import annotations

from sqlmodel import select

from api import trail
from api.principal import Principal, system
from api.services import Services
from api.tables import DataKey


def _operator(tenant_id: str) -> Principal:
    return system(tenant_id, "operator")


def rotate(services: Services, tenant_id: str, *, reencrypt: bool = False) -> tuple[int, int]:
    """A new key for new data; with `reencrypt` all that is stored is written again under it, and the old keys are
    destroyed. Its serial number, and how many objects were written."""
    serial = services.keys.rotate(tenant_id)
    written = 0
    if reencrypt:
        written = services.blobs.reencrypt(tenant_id)
        services.keys.destroy(tenant_id, retired_only=True)
    with services.writing() as session:
        trail.record(
            session, _operator(tenant_id), "key.rotated", "tenant", tenant_id, serial=serial, reencrypted=written
        )
    return serial, written


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
