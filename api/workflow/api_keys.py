"""Which programs may ask in whose name, for what, and until when?"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from api import trail
from api.clock import now
from api.errors import ServiceError, forbidden, invalid, not_found
from api.paging import Page, page, position
from api.permissions import FOR_KEYS, Permission, Role, within
from api.principal import Kind, Principal
from api.services import Services
from api.tables import ApiKey, Branch
from api.workflow import access
from verifier.model import Text

SHOWN = 9  # characters of a key that are shown again: the prefix and six more


def create_key(
    services: Services,
    who: Principal,
    name: str,
    scopes: frozenset[Permission],
    *,
    branch_id: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its token, which is told this once. Administrators give what any key may have, for systems of the
    institution; anyone else of their own rights."""
    grantable = within(grantable_by(who), branch_id)
    if not scopes or not scopes <= grantable:
        raise _beyond(scopes - grantable)
    if expires_at and expires_at <= now():
        raise invalid(
            "expired",
            Text("到期时间须在将来", "The end must lie ahead"),
            Text("请另选时间", "Choose a later one"),
        )
    if who.branch_id and branch_id != who.branch_id:
        raise forbidden(Permission.ACCOUNT_MANAGE.value)
    token = access.new_token(access.KEY_PREFIX)
    with services.writing() as session:
        _require_branch(session, who, branch_id)
        key = ApiKey(
            tenant_id=who.tenant_id,
            branch_id=branch_id,
            name=name,
            prefix=token[:SHOWN],
            token_sha256=access.digest(token),
            scopes=sorted(scope.value for scope in scopes),
            created_by=who.id,
            own=not who.may(Permission.ACCOUNT_MANAGE),
            created_at=now(),
            expires_at=expires_at,
        )
        session.add(key)
        session.flush()
        trail.record(
            session, who, "key.created", "key", key.id, scopes=key.scopes, branch=branch_id, expires_at=expires_at
        )
    return key, token


def grantable_by(who: Principal) -> frozenset[Permission]:
    """Which scopes this person may give. A key cannot make keys; a regulator's limits do not fit into one."""
    if who.kind is not Kind.USER or Role.REGULATOR in who.roles or who.must_change_password:
        raise forbidden("key.create")
    return FOR_KEYS if who.may(Permission.ACCOUNT_MANAGE) else FOR_KEYS & who.permissions


def revoke_key(services: Services, who: Principal, key_id: str) -> ApiKey:
    with services.writing() as session:
        key = _one(session, who, key_id)
        if key.revoked_at is None:
            key.revoked_at = now()
            session.add(key)
            trail.record(session, who, "key.revoked", "key", key.id, cause="request")
    return key


def key_of(services: Services, who: Principal, key_id: str) -> ApiKey:
    with services.reading() as session:
        return _one(session, who, key_id)


def keys(services: Services, who: Principal, limit: int, cursor: str | None) -> Page[ApiKey]:
    """All of the institution for administrators, one's own for others; the latest first."""
    wanted = _of(who)
    if before := position(cursor, 1):
        wanted = wanted.where(col(ApiKey.id) < str(before[0]))
    with services.reading() as session:
        rows = session.exec(wanted.order_by(col(ApiKey.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda key: (key.id,))


def _of(who: Principal) -> SelectOfScalar[ApiKey]:
    wanted = select(ApiKey).where(ApiKey.tenant_id == who.tenant_id)
    if not who.may(Permission.ACCOUNT_MANAGE):
        return wanted.where(ApiKey.created_by == who.id)
    return wanted.where(ApiKey.branch_id == who.branch_id) if who.branch_id else wanted


def _one(session: Session, who: Principal, key_id: str) -> ApiKey:
    key = session.exec(_of(who).where(ApiKey.id == key_id)).one_or_none()
    if key is None:
        raise not_found("密钥", "key")
    return key


def _require_branch(session: Session, who: Principal, branch_id: str | None) -> None:
    branch = session.get(Branch, branch_id) if branch_id is not None else None
    if branch_id is not None and (branch is None or branch.tenant_id != who.tenant_id or branch.closed_at):
        raise not_found("分支机构", "branch")


def _beyond(scopes: frozenset[Permission]) -> ServiceError:
    return ServiceError(
        422,
        "scopes_beyond",
        Text("这些权限不能授予该密钥", "These scopes cannot be given to this key"),
        Text("只能授予密钥可持有且您本人拥有的权限", "Give those that a key may have and that you have yourself"),
        scopes=sorted(scope.value for scope in scopes),
    )
