"""Who has an account, with which roles, and who gave them? For administrators of an institution or of one branch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from api import trail
from api.clock import now
from api.errors import ServiceError, conflict, forbidden, invalid, not_found
from api.paging import Page, page, position
from api.permissions import ALONE, Permission, Role, permissions_of
from api.principal import Grant, Principal
from api.services import Services
from api.tables import ApiKey, Branch, Tenant, User
from api.workflow import access, passwords, second_factor, sign_in
from verifier.model import Text


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do, where, and until when. `grant` only and always for a regulator."""

    roles: frozenset[Role]
    branch_id: str | None = None
    grant: Grant | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """Who it is. None: as it was."""

    name: str | None = None
    language: str | None = None
    oidc_subject: str | None = None


def create_account(
    services: Services, who: Principal, login: str, rights: Rights, details: Details
) -> tuple[User, str]:
    """A new account and its one-time password, which is told this once."""
    who.require(Permission.ACCOUNT_MANAGE)
    password = passwords.one_time()
    kept = passwords.hashed(password)
    with services.writing() as session:
        user = new_user(session, who.tenant_id, login, details, kept)
        _apply(session, who, user, rights)
        trail.record(session, who, "account.created", "account", user.id, **_told(rights))
    return user, password


def new_user(session: Session, tenant_id: str, login: str, details: Details, password_hash: str) -> User:
    """A row for a login that nobody has; the rights are still to be given."""
    plain = sign_in.plain_login(login)
    if session.exec(select(User.id).where(User.login == plain)).first():
        raise conflict(
            "login_taken",
            Text("该登录名不可用", "This login cannot be had"),
            Text("请换一个登录名，例如工作邮箱", "Choose another, such as a work address"),
        )
    user = User(
        tenant_id=tenant_id,
        login=plain,
        name=details.name or plain,
        language=details.language or "zh",
        oidc_subject=details.oidc_subject or None,
        password_hash=password_hash,
        must_change_password=True,
        created_at=now(),
    )
    session.add(user)
    session.flush()
    return user


def change_account(
    services: Services, who: Principal, account_id: str, details: Details, rights: Rights | None
) -> User:
    """Other rights end every sign-in of the account, and its keys that ask for more than is left."""
    who.require(Permission.ACCOUNT_MANAGE)
    with services.writing() as session:
        user = _open(_one(session, who, account_id))
        before = rights_of(user)
        user.name = details.name or user.name
        user.language = details.language or user.language
        if details.oidc_subject is not None:
            user.oidc_subject = details.oidc_subject or None
        session.add(user)
        if rights and rights != before:
            _keep_an_administrator(session, user, rights)
            _apply(session, who, user, rights)
            sign_in.end_all(session, user.id)
            _revoke_keys(session, who, user, permissions_of(rights.roles, rights.branch_id))
            trail.record(
                session, who, "account.rights_changed", "account", user.id, before=_told(before), after=_told(rights)
            )
        else:
            trail.record(session, who, "account.changed", "account", user.id)
    return user


def close_account(services: Services, who: Principal, account_id: str) -> User:
    """For good: the login stays taken, so that the trail never speaks of two people by one name."""

    def close(session: Session, user: User) -> None:
        _keep_an_administrator(session, user, None)
        user.closed_at = now()
        user.password_hash, user.oidc_subject = "", None
        second_factor.forget(user)
        sign_in.end_all(session, user.id)
        _revoke_keys(session, who, user, frozenset())

    return _change(services, who, account_id, "account.closed", close)


def reset_password(services: Services, who: Principal, account_id: str) -> tuple[User, str]:
    """A one-time password instead; every sign-in ends and a lock is lifted."""
    who.require(Permission.ACCOUNT_MANAGE)
    password = passwords.one_time()
    kept = passwords.hashed(password)

    def reset(session: Session, user: User) -> None:
        user.password_hash, user.must_change_password = kept, True
        user.failed_attempts, user.locked_until = 0, None
        sign_in.end_all(session, user.id)

    return _change(services, who, account_id, "password.reset", reset), password


def reset_second_factor(services: Services, who: Principal, account_id: str) -> User:
    """For somebody who lost telephone and recovery codes."""

    def reset(session: Session, user: User) -> None:
        second_factor.forget(user)
        sign_in.end_all(session, user.id)

    return _change(services, who, account_id, "second_factor.reset", reset)


def unlock(services: Services, who: Principal, account_id: str) -> User:
    def lift(session: Session, user: User) -> None:
        user.failed_attempts, user.locked_until = 0, None

    return _change(services, who, account_id, "account.unlocked", lift)


def end_sign_ins(services: Services, who: Principal, account_id: str) -> User:
    def end(session: Session, user: User) -> None:
        sign_in.end_all(session, user.id)

    return _change(services, who, account_id, "account.signed_out", end)


def account(services: Services, who: Principal, account_id: str) -> User:
    who.require(Permission.ACCOUNT_MANAGE)
    with services.reading() as session:
        return _one(session, who, account_id)


def accounts(
    services: Services,
    who: Principal,
    *,
    role: Role | None = None,
    branch_id: str | None = None,
    closed: bool | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[User]:
    """By id, which is by age."""
    who.require(Permission.ACCOUNT_MANAGE)
    wanted = _of(who)
    if role:
        wanted = wanted.where(_has(role))
    if branch_id:
        wanted = wanted.where(User.branch_id == branch_id)
    if closed is not None:
        wanted = wanted.where(col(User.closed_at).is_not(None) if closed else col(User.closed_at).is_(None))
    if after := position(cursor, 1):
        wanted = wanted.where(col(User.id) > str(after[0]))
    with services.reading() as session:
        rows = session.exec(wanted.order_by(col(User.id)).limit(limit + 1)).all()
    return page(rows, limit, lambda user: (user.id,))


def rights_of(user: User) -> Rights:
    who = access.principal_of(user)
    return Rights(who.roles, user.branch_id, who.grant, user.expires_at)


# --- rules -------------------------------------------------------------------------------------


def _apply(session: Session, who: Principal, user: User, rights: Rights) -> None:
    if who.branch_id and rights.branch_id != who.branch_id:
        raise forbidden(Permission.ACCOUNT_MANAGE.value)
    grant = rights.grant
    _require_sound(rights)
    for branch_id in {rights.branch_id, *(grant.branches if grant else ())} - {None}:
        branch = session.get(Branch, branch_id)
        if branch is None or branch.tenant_id != user.tenant_id or branch.closed_at:
            raise not_found("分支机构", "branch")
    user.roles = sorted(role.value for role in rights.roles)
    user.branch_id, user.expires_at = rights.branch_id, rights.expires_at
    user.grant_start, user.grant_end = (grant.start, grant.end) if grant else (None, None)
    user.grant_branches = sorted(grant.branches) if grant else []
    user.grant_unmasked = bool(grant and grant.unmasked)
    session.add(user)


def _require_sound(rights: Rights) -> None:
    grant = rights.grant
    if not rights.roles:
        raise _unsound("至少需要一个角色", "At least one role is needed")
    if rights.roles & ALONE and len(rights.roles) > 1:
        raise _unsound("监管人员角色不得与其他角色并存", "A regulator has no other role")
    if (Role.REGULATOR in rights.roles) != (grant is not None):
        raise _unsound("监管人员且仅监管人员须有授权范围", "A grant belongs to a regulator and only to one")
    if grant and (grant.start is None or grant.end is None or grant.start > grant.end):
        raise _unsound("监管授权须有起止日期", "A regulator's grant needs a first and a last day")
    if grant and rights.expires_at is None:
        raise _unsound("监管账户须有到期时间", "A regulator's account needs an end")
    if rights.expires_at and rights.expires_at <= now():
        raise _unsound("到期时间须在将来", "The end must lie ahead")


def _keep_an_administrator(session: Session, user: User, rights: Rights | None) -> None:
    """Somebody must be able to let others in. The institution's row is locked: two may try to remove each other."""
    if Role.ADMINISTRATOR.value not in user.roles or user.branch_id:
        return
    if rights and Role.ADMINISTRATOR in rights.roles and not rights.branch_id and not rights.expires_at:
        return
    session.exec(select(Tenant).where(Tenant.id == user.tenant_id).with_for_update()).one()
    others = session.exec(
        select(User.id)
        .where(User.tenant_id == user.tenant_id, User.id != user.id, _has(Role.ADMINISTRATOR))
        .where(col(User.branch_id).is_(None), col(User.closed_at).is_(None), col(User.expires_at).is_(None))
    ).first()
    if others is None:
        raise conflict(
            "last_administrator",
            Text("这是最后一位机构级管理员", "This is the last administrator of the whole institution"),
            Text("请先指定另一位管理员", "Make somebody else one first"),
        )


def _revoke_keys(session: Session, who: Principal, user: User, left: frozenset[Permission]) -> None:
    """Keys made from the account's own rights live only as long as these."""
    own = select(ApiKey).where(ApiKey.created_by == user.id, col(ApiKey.own), col(ApiKey.revoked_at).is_(None))
    for key in session.exec(own).all():
        if not set(key.scopes) <= {one.value for one in left}:
            key.revoked_at = now()
            session.add(key)
            trail.record(session, who, "key.revoked", "key", key.id, cause="account")


def _change(
    services: Services, who: Principal, account_id: str, action: str, change: Callable[[Session, User], None]
) -> User:
    who.require(Permission.ACCOUNT_MANAGE)
    with services.writing() as session:
        user = _open(_one(session, who, account_id))
        change(session, user)
        session.add(user)
        trail.record(session, who, action, "account", user.id)
    return user


def _of(who: Principal) -> SelectOfScalar[User]:
    wanted = select(User).where(User.tenant_id == who.tenant_id)
    return wanted.where(User.branch_id == who.branch_id) if who.branch_id else wanted


def _one(session: Session, who: Principal, account_id: str) -> User:
    user = session.exec(_of(who).where(User.id == account_id)).one_or_none()
    if user is None:
        raise not_found("账户", "account")
    return user


def _open(user: User) -> User:
    if user.closed_at:
        raise conflict(
            "account_closed",
            Text("该账户已关闭", "The account is closed"),
            Text("请新建账户", "Create a new one"),
        )
    return user


def _has(role: Role) -> ColumnElement[bool]:
    return cast(col(User.roles), String).like(f'%"{role.value}"%')


def _told(rights: Rights) -> dict[str, object]:
    grant = rights.grant
    return {
        "roles": sorted(role.value for role in rights.roles),
        "branch": rights.branch_id,
        "expires_at": rights.expires_at,
        "grant": grant
        and {"start": grant.start, "end": grant.end, "branches": sorted(grant.branches), "unmasked": grant.unmasked},
    }


def _unsound(zh: str, en: str) -> ServiceError:
    return invalid(
        "unsound_rights",
        Text(f"权限设置不可用：{zh}", f"These rights cannot be given: {en}"),
        Text(
            "监管账户单独设立，须有授权起止日与到期日；其他账户至少一个角色",
            "A regulator's account stands alone, with first and last day and an end; any other has a role at least",
        ),
    )
