"""Who holds this token? API keys and sign-ins, each kept as the SHA-256 of a random token."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from fastapi import Request
from sqlmodel import Session, select

from api.clock import now
from api.permissions import Permission, Role, permissions_of
from api.principal import Grant, Kind, Principal
from api.services import Services
from api.tables import ApiKey, SignIn, Tenant, User

COOKIE = "verifier_session"
KEY_PREFIX = "vk_"
SIGN_IN_PREFIX = "vs_"


def new_token(prefix: str) -> str:
    """256 random bits; enough that a plain hash of it is safe to keep."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def authenticated(services: Services, request: Request) -> Principal | None:
    """The asker behind a request, or None."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = given.strip() if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")
    if not token:
        return None
    with services.reading() as session:
        if token.startswith(KEY_PREFIX):
            return by_key(session, token, now())
        return by_sign_in(session, token, now(), services.settings.session_idle_minutes)


def by_key(session: Session, token: str, at: datetime) -> Principal | None:
    key = session.exec(select(ApiKey).where(ApiKey.token_sha256 == digest(token))).one_or_none()
    if key is None or key.revoked_at or (key.expires_at and key.expires_at <= at) or _closed(session, key.tenant_id):
        return None
    scopes = frozenset(Permission(scope) for scope in key.scopes if scope in set(Permission))
    return Principal(Kind.KEY, key.id, key.name, key.tenant_id, key.branch_id, frozenset(), scopes)


def by_sign_in(session: Session, token: str, at: datetime, idle_minutes: float) -> Principal | None:
    found = session.exec(select(SignIn).where(SignIn.token_sha256 == digest(token))).one_or_none()
    if found is None or found.ended_at or found.expires_at <= at:
        return None
    if found.seen_at + timedelta(minutes=idle_minutes) <= at:
        return None
    user = session.get(User, found.user_id)
    if user is None or not usable(user, at) or _closed(session, user.tenant_id):
        return None
    return principal_of(user, found.id)


def usable(user: User, at: datetime) -> bool:
    return user.closed_at is None and (user.expires_at is None or user.expires_at > at)


def principal_of(user: User, session_id: str | None = None) -> Principal:
    roles = frozenset(Role(role) for role in user.roles)
    grant = None
    if Role.REGULATOR in roles:
        grant = Grant(user.grant_start, user.grant_end, frozenset(user.grant_branches), user.grant_unmasked)
    return Principal(
        Kind.USER, user.id, user.name, user.tenant_id, user.branch_id, roles, permissions_of(roles), grant, session_id
    )


def _closed(session: Session, tenant_id: str) -> bool:
    tenant = session.get(Tenant, tenant_id)
    return tenant is None or tenant.closed_at is not None
