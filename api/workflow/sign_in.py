"""Who signs in, how long does it last, and how does it end?

What is wrong is not said: an unknown login, a wrong password, a locked or closed account get one answer after the
same work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from api import trail
from api.clock import now
from api.errors import ServiceError, conflict, not_found
from api.principal import Principal
from api.services import Services
from api.tables import SignIn, Tenant, TenantKind, User
from api.workflow import access, passwords, second_factor, tries
from verifier.model import Text


@dataclass(frozen=True, slots=True)
class Opened:
    """A sign-in that just began. The token is told this once."""

    token: str
    expires_at: datetime
    who: Principal


def sign_in(services: Services, login: str, password: str, code: str = "", address: str = "") -> Opened:
    """By login and password, and by a code where a second factor is enrolled. Always a new token."""
    user = tries.begin(services, plain_login(login))
    right = passwords.matches(user.password_hash if user else "", password)
    if user is None or not right:
        tries.failed(services, user, "password")
        raise _refused()
    proof = second_factor.examine(services, user, code) if code else None
    if user.totp_secret and not code:
        tries.forgive(services, user.id)
        raise _code_needed()
    if user.totp_secret and proof is None:
        tries.failed(services, user, "code")
        raise _refused()
    fresh = passwords.hashed(password) if passwords.outdated(user.password_hash) else user.password_hash
    with services.writing() as session:
        row = session.get_one(User, user.id, with_for_update=True)
        changed = row.password_hash != user.password_hash or row.totp_secret != user.totp_secret
        if changed or not access.usable(row, now()) or (proof and not second_factor.use(row, proof)):
            raise _refused()
        row.failed_attempts, row.locked_until, row.password_hash = 0, None, fresh
        session.add(row)
        return open_sign_in(services, session, row, address, "password")


def open_sign_in(services: Services, session: Session, user: User, address: str, how: str) -> Opened:
    """A new token for somebody who has proved who they are."""
    token, at = access.new_token(access.SIGN_IN_PREFIX), now()
    row = SignIn(
        user_id=user.id,
        token_sha256=access.digest(token),
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(hours=services.settings.session_hours),
        address=address[:64],
    )
    session.add(row)
    operator = session.get_one(Tenant, user.tenant_id).kind == TenantKind.OPERATOR
    who = access.principal_of(user, row.id, operator=operator)
    trail.record(session, who, "user.signed_in", "account", user.id, sign_in=row.id, how=how)
    return Opened(token, row.expires_at, who)


def plain_login(login: str) -> str:
    """Logins differ by more than capitals and spaces."""
    return login.strip().casefold()


# --- afterwards --------------------------------------------------------------------------------


def sign_out(services: Services, who: Principal) -> None:
    """End the sign-in that asks."""
    second_factor.person(who)
    with services.writing() as session:
        row = session.get(SignIn, who.session_id) if who.session_id else None
        if row and row.ended_at is None:
            row.ended_at = now()
            session.add(row)
            trail.record(session, who, "user.signed_out", "account", who.id, sign_in=row.id)


def end_replaced(services: Services, token: str) -> None:
    """The sign-in that a browser held before it signed in anew: nobody will send its token any more but a thief."""
    with services.writing() as session:
        row = session.exec(select(SignIn).where(SignIn.token_sha256 == access.digest(token))).one_or_none()
        if row is not None and row.ended_at is None:
            row.ended_at = now()
            session.add(row)
            who = access.principal_of(session.get_one(User, row.user_id), row.id)
            trail.record(session, who, "sign_in.ended", "account", row.user_id, sign_in=row.id, how="replaced")


def own_sign_ins(services: Services, who: Principal) -> Sequence[SignIn]:
    """Those that are open, the latest first."""
    user_id, at = second_factor.person(who), now()
    idle = at - timedelta(minutes=services.settings.session_idle_minutes)
    with services.reading() as session:
        return session.exec(
            select(SignIn)
            .where(
                SignIn.user_id == user_id,
                col(SignIn.ended_at).is_(None),
                col(SignIn.expires_at) > at,
                col(SignIn.seen_at) > idle,
            )
            .order_by(col(SignIn.id).desc())
        ).all()


def end_own(services: Services, who: Principal, sign_in_id: str) -> None:
    user_id = second_factor.person(who)
    with services.writing() as session:
        row = session.get(SignIn, sign_in_id)
        if row is None or row.user_id != user_id:
            raise not_found("登录会话", "sign-in")
        if row.ended_at is None:
            row.ended_at = now()
            session.add(row)
            trail.record(session, who, "sign_in.ended", "account", user_id, sign_in=row.id)


def end_all(session: Session, user_id: str) -> int:
    """In the transaction that changes what the account may do or how it is proved; how many ended."""
    rows = session.exec(select(SignIn).where(SignIn.user_id == user_id, col(SignIn.ended_at).is_(None))).all()
    for row in rows:
        row.ended_at = now()
        session.add(row)
    return len(rows)


def change_password(services: Services, who: Principal, current: str, new: str, address: str = "") -> Opened:
    """All sign-ins of the account end, and a new one begins. A wrong current password counts like a failed sign-in."""
    user_id = second_factor.person(who)
    with services.reading() as session:
        login = session.get_one(User, user_id).login
    user = tries.begin(services, login)
    if not passwords.matches(user.password_hash if user else "", current) or user is None:
        tries.failed(services, user, "password")
        raise conflict(
            "wrong_password",
            Text("当前密码不正确，或账户暂时锁定", "The current password is wrong, or the account is locked for now"),
            Text(
                "请核对后重试；多次失败将暂时锁定",
                "Check it and try again; several failures lock the account for a while",
            ),
        )
    tries.forgive(services, user_id)
    passwords.require_good(new, login)
    if passwords.matches(user.password_hash, new):
        raise conflict(
            "same_password",
            Text("新密码与当前密码相同", "The new password is the current one"),
            Text("请另选一个", "Choose another"),
        )
    fresh = passwords.hashed(new)
    with services.writing() as session:
        row = session.get_one(User, user_id, with_for_update=True)
        row.password_hash, row.must_change_password = fresh, False
        session.add(row)
        end_all(session, user_id)
        trail.record(session, who, "password.changed", "account", user_id)
        return open_sign_in(services, session, row, address, "password changed")


def _refused() -> ServiceError:
    return ServiceError(
        401,
        "sign_in_failed",
        Text("登录未成功", "The sign-in did not succeed"),
        Text(
            "请核对登录名、密码与验证码；多次失败后账户会锁定一段时间，请稍后再试或联系管理员",
            "Check login, password and code; after several failures an account is locked for a while: "
            "try later or ask an administrator",
        ),
    )


def _code_needed() -> ServiceError:
    return ServiceError(
        401,
        "code_needed",
        Text("请输入动态验证码", "A code from your authenticator is needed"),
        Text("请随登录名与密码一并提交 code", "Send it as code, with login and password"),
    )
