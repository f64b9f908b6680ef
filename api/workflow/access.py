"""Who holds this token? API keys and sign-ins, each kept as the SHA-256 of a random token."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select
from starlette.requests import HTTPConnection, Request

from api import trail
from api.clock import now
from api.permissions import Permission, Role, permissions_of, within
from api.principal import Grant, Kind, Principal
from api.services import Services
from api.tables import ApiKey, SignIn, Tenant, TenantKind, User

COOKIE = "verifier_session"
KEY_PREFIX = "vk_"
SIGN_IN_PREFIX = "vs_"
SEEN_EVERY = timedelta(minutes=1)  # how exact "last used" is; a request a second must not be a write a second


def new_token(prefix: str) -> str:
    """256 random bits; enough that a plain hash of it is safe to keep."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(asked: HTTPConnection) -> str:
    """The token in `Authorization: Bearer`, or nothing."""
    scheme, _, given = asked.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def authenticated(services: Services, request: Request) -> Principal | None:
    """The asker behind a request, or None. Counts the request, and records every one of a regulator."""
    token = bearer(request) or request.cookies.get(COOKIE, "")
    if not token:
        return None
    at = now()
    with services.reading() as session:
        if token.startswith(KEY_PREFIX):
            held = by_key(session, token, at)
        else:
            held = by_sign_in(session, token, at, services.settings.session_idle_minutes)
    if held is None:
        return None
    request.app.state.limits.request(held.who.id)
    if held.seen_at is None or at - held.seen_at >= SEEN_EVERY:
        _mark_seen(services, held, at)
    if Role.REGULATOR in held.who.roles:
        with services.writing() as session:
            trail.record(session, held.who, "regulator.asked", "route", request.url.path[:120], method=request.method)
    return held.who


@dataclass(frozen=True, slots=True)
class Held:
    """A token that counts: whose it is, its row, and when it was last used."""

    who: Principal
    row_id: str
    seen_at: datetime | None


def by_key(session: Session, token: str, at: datetime) -> Held | None:
    found = session.exec(
        select(ApiKey)
        .join(Tenant, col(Tenant.id) == col(ApiKey.tenant_id))
        .where(ApiKey.token_sha256 == digest(token), col(ApiKey.revoked_at).is_(None), col(Tenant.closed_at).is_(None))
    ).one_or_none()
    if found is None or (found.expires_at and found.expires_at <= at):
        return None
    scopes = frozenset(Permission(scope) for scope in found.scopes if scope in set(Permission))
    held = within(scopes, found.branch_id)
    who = Principal(Kind.KEY, found.id, found.name, found.tenant_id, found.branch_id, frozenset(), held)
    return Held(who, found.id, found.used_at)


def by_sign_in(session: Session, token: str, at: datetime, idle_minutes: float) -> Held | None:
    found = session.exec(
        select(SignIn, User, Tenant.kind)
        .join(User, col(User.id) == col(SignIn.user_id))
        .join(Tenant, col(Tenant.id) == col(User.tenant_id))
        .where(SignIn.token_sha256 == digest(token), col(SignIn.ended_at).is_(None), col(Tenant.closed_at).is_(None))
    ).one_or_none()
    if found is None:
        return None
    opened, user, kind = found
    if opened.expires_at <= at or opened.seen_at + timedelta(minutes=idle_minutes) <= at or not usable(user, at):
        return None
    who = principal_of(user, opened.id, operator=kind == TenantKind.OPERATOR)
    return Held(who, opened.id, opened.seen_at)


def _mark_seen(services: Services, held: Held, at: datetime) -> None:
    """Only if nobody else just did. A database that is busy for long is no reason to turn the asker away."""
    with suppress(OperationalError), services.writing() as session:
        if held.who.kind is Kind.KEY:
            session.exec(
                update(ApiKey).where(col(ApiKey.id) == held.row_id, col(ApiKey.used_at).is_not_distinct_from(held.seen_at))
                .values(used_at=at)
            )  # fmt: skip
        else:
            session.exec(
                update(SignIn).where(col(SignIn.id) == held.row_id, col(SignIn.seen_at) == held.seen_at)
                .values(seen_at=at)
            )  # fmt: skip


def usable(user: User, at: datetime) -> bool:
    return user.closed_at is None and (user.expires_at is None or user.expires_at > at)


def principal_of(user: User, session_id: str | None = None, *, operator: bool = True) -> Principal:
    """A person with their rights; none of them while a one-time password has to be changed. `operator`: whether their
    institution is the operator's, whose administrators alone manage institutions."""
    roles = frozenset(Role(role) for role in user.roles)
    beyond: frozenset[Permission] = frozenset() if operator else frozenset({Permission.TENANT_MANAGE})
    grant = None
    if Role.REGULATOR in roles:
        grant = Grant(user.grant_start, user.grant_end, frozenset(user.grant_branches), user.grant_unmasked)
    return Principal(
        Kind.USER,
        user.id,
        user.name,
        user.tenant_id,
        user.branch_id,
        roles,
        frozenset() if user.must_change_password else permissions_of(roles, user.branch_id) - beyond,
        grant,
        session_id,
        user.must_change_password,
    )
