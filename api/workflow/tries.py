"""How often may somebody guess? Passwords and codes of one account, until it is locked for a while.

A try is counted before it is looked at, so that many at once cannot outrun the lock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, select

from api import trail
from api.clock import now
from api.principal import system
from api.services import Services
from api.tables import Tenant, User
from api.workflow import access


def begin(services: Services, login: str) -> User | None:
    """The account when it may try now; the try is already counted."""
    at = now()
    with services.writing() as session:
        user = session.exec(select(User).where(User.login == login).with_for_update()).one_or_none()
        if user is None or not access.usable(user, at) or _tenant_closed(session, user.tenant_id):
            return None
        if user.locked_until and user.locked_until > at:
            return None
        if user.locked_until:  # it is over
            user.locked_until, user.failed_attempts = None, 0
        if user.failed_attempts >= services.settings.sign_in_attempts:  # as many are being looked at right now
            _lock(services, session, user, at)
            session.add(user)
            return None
        user.failed_attempts += 1
        session.add(user)
    return user


def forgive(services: Services, user_id: str) -> None:
    """This try was no failure; those before it still count."""
    with services.writing() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        user.failed_attempts = max(0, user.failed_attempts - 1)
        session.add(user)


def failed(services: Services, user: User | None, what: str) -> None:
    """This one was; as many as are allowed lock the account."""
    if user is None:
        return
    with services.writing() as session:
        row = session.get_one(User, user.id, with_for_update=True)
        trail.record(session, system(row.tenant_id, "sign-in"), "user.sign_in_failed", "account", row.id, what=what)
        if row.failed_attempts >= services.settings.sign_in_attempts and not row.locked_until:
            _lock(services, session, row, now())
            session.add(row)


def _lock(services: Services, session: Session, user: User, at: datetime) -> None:
    user.locked_until = at + timedelta(minutes=services.settings.lock_minutes)
    trail.record(session, system(user.tenant_id, "sign-in"), "user.locked", "account", user.id)


def _tenant_closed(session: Session, tenant_id: str) -> bool:
    return session.get_one(Tenant, tenant_id).closed_at is not None
