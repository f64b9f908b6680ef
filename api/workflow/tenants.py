"""Which institutions and branches are there, and who is the first to come in?"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from api import trail
from api.choices import ReviewChoices, review_choices
from api.clock import now
from api.errors import ServiceError, conflict, forbidden, not_found
from api.paging import Page, page, position
from api.permissions import Permission, Role
from api.principal import Principal, system
from api.services import Services
from api.tables import Branch, Tenant, TenantKind, User
from api.workflow import passwords
from api.workflow.accounts import Details, new_user
from verifier.model import Text

OPERATOR_NAME = "运营方 Operator"
FIRST_ROLES = frozenset({Role.ADMINISTRATOR, Role.UPLOADER, Role.REVIEWER, Role.APPROVER})


def create_first_administrator(services: Services, login: str) -> str:
    """The operator's own institution and one person who can start alone; answers with the one-time password."""
    password = passwords.one_time()
    kept = passwords.hashed(password)
    with services.writing() as session:
        if session.exec(select(func.count()).select_from(User)).one():
            raise conflict(
                "not_empty",
                Text("已有账户，不再创建首位管理员", "There are accounts already"),
                Text("请由管理员重置密码", "Ask an administrator to reset a password"),
            )
        tenant = session.exec(select(Tenant).where(Tenant.kind == TenantKind.OPERATOR)).first()
        if tenant is None:
            tenant = Tenant(name=OPERATOR_NAME, kind=TenantKind.OPERATOR, created_at=now())
            session.add(tenant)
            session.flush()
            trail.record(session, system(tenant.id), "institution.created", "institution", tenant.id)
        _first_user(session, system(tenant.id), tenant.id, login, FIRST_ROLES, kept)
    return password


def _first_user(
    session: Session, who: Principal, tenant_id: str, login: str, roles: frozenset[Role], password_hash: str
) -> User:
    user = new_user(session, tenant_id, login, Details(), password_hash)
    user.roles = sorted(role.value for role in roles)
    session.add(user)
    trail.record(session, who, "account.created", "account", user.id, roles=user.roles, first=True)
    return user


# --- institutions: for administrators of the operator -------------------------------------------


def create_institution(services: Services, who: Principal, name: str, login: str) -> tuple[Tenant, User, str]:
    """A new institution with its first administrator, and that one's one-time password."""
    password = passwords.one_time()
    kept = passwords.hashed(password)
    with services.writing() as session:
        _require_operator(session, who)
        _require_free_name(session, name)
        tenant = Tenant(name=name, kind=TenantKind.INSTITUTION, created_at=now())
        session.add(tenant)
        session.flush()
        trail.record(session, who, "institution.created", "institution", tenant.id)
        founder = system(tenant.id, "operator")
        trail.record(session, founder, "institution.created", "institution", tenant.id)
        user = _first_user(session, founder, tenant.id, login, frozenset({Role.ADMINISTRATOR}), kept)
    return tenant, user, password


def rename_institution(services: Services, who: Principal, tenant_id: str, name: str) -> Tenant:
    with services.writing() as session:
        _require_operator(session, who)
        tenant = _tenant(session, tenant_id)
        if name != tenant.name:
            _require_free_name(session, name)
        tenant.name = name
        session.add(tenant)
        trail.record(session, who, "institution.renamed", "institution", tenant.id)
    return tenant


def close_institution(services: Services, who: Principal, tenant_id: str) -> Tenant:
    """Nobody of it signs in any more and none of its keys counts; its data stays as long as it must be kept."""
    with services.writing() as session:
        _require_operator(session, who)
        tenant = _tenant(session, tenant_id)
        if tenant.kind == TenantKind.OPERATOR:
            raise conflict(
                "operator_stays",
                Text("运营方机构不可关闭", "The operator's own institution cannot be closed"),
                Text("无需操作", "Nothing to do"),
            )
        if tenant.closed_at is None:
            tenant.closed_at = now()
            session.add(tenant)
            trail.record(session, who, "institution.closed", "institution", tenant.id)
            trail.record(session, system(tenant.id, "operator"), "institution.closed", "institution", tenant.id)
    return tenant


def institution(services: Services, who: Principal, tenant_id: str) -> Tenant:
    with services.reading() as session:
        _require_operator(session, who)
        return _tenant(session, tenant_id)


def institutions(services: Services, who: Principal, limit: int, cursor: str | None) -> Page[Tenant]:
    wanted = select(Tenant)
    if after := position(cursor, 1):
        wanted = wanted.where(col(Tenant.id) > str(after[0]))
    with services.reading() as session:
        _require_operator(session, who)
        rows = session.exec(wanted.order_by(col(Tenant.id)).limit(limit + 1)).all()
    return page(rows, limit, lambda tenant: (tenant.id,))


def own_institution(services: Services, who: Principal) -> Tenant:
    with services.reading() as session:
        return session.get_one(Tenant, who.tenant_id)


def review_choices_of(services: Services, who: Principal) -> ReviewChoices:
    with services.reading() as session:
        return review_choices(session, who.tenant_id)


def set_review_choices(services: Services, who: Principal, chosen: ReviewChoices) -> ReviewChoices:
    """How much is judged blind and how long a waiver lasts, from now on; on the trail with what it was before."""
    who.require(Permission.ACCOUNT_MANAGE)
    if who.branch_id:
        raise forbidden(Permission.ACCOUNT_MANAGE.value)
    with services.writing() as session:
        tenant = session.exec(select(Tenant).where(Tenant.id == who.tenant_id).with_for_update()).one()
        before = review_choices(session, tenant.id)
        tenant.settings = {**tenant.settings, **chosen.model_dump()}
        session.add(tenant)
        trail.record(
            session,
            who,
            "institution.choices_changed",
            "institution",
            tenant.id,
            before=before.model_dump(),
            after=chosen.model_dump(),
        )
    return chosen


def _require_operator(session: Session, who: Principal) -> None:
    """The role says that they may; the institution that they are of must be the operator's, and not a branch of it."""
    who.require(Permission.TENANT_MANAGE)
    if session.get_one(Tenant, who.tenant_id).kind != TenantKind.OPERATOR or who.branch_id:
        raise forbidden(Permission.TENANT_MANAGE.value)


def _tenant(session: Session, tenant_id: str) -> Tenant:
    tenant = session.get(Tenant, tenant_id)
    if tenant is None:
        raise not_found("机构", "institution")
    return tenant


def _require_free_name(session: Session, name: str) -> None:
    if session.exec(select(Tenant.id).where(Tenant.name == name)).first():
        raise _taken()


# --- branches ----------------------------------------------------------------------------------


def create_branch(services: Services, who: Principal, name: str) -> Branch:
    who.require(Permission.ACCOUNT_MANAGE)
    if who.branch_id:
        raise forbidden(Permission.ACCOUNT_MANAGE.value)
    with services.writing() as session:
        _require_free_branch(session, who, name)
        branch = Branch(tenant_id=who.tenant_id, name=name, created_at=now())
        session.add(branch)
        session.flush()
        trail.record(session, who, "branch.created", "branch", branch.id)
    return branch


def rename_branch(services: Services, who: Principal, branch_id: str, name: str) -> Branch:
    who.require(Permission.ACCOUNT_MANAGE)
    with services.writing() as session:
        branch = _branch(session, who, branch_id)
        if name != branch.name:
            _require_free_branch(session, who, name)
        branch.name = name
        session.add(branch)
        trail.record(session, who, "branch.renamed", "branch", branch.id)
    return branch


def close_branch(services: Services, who: Principal, branch_id: str) -> Branch:
    """No new accounts or cases; what is there stays. Accounts of it have to be moved or closed first."""
    who.require(Permission.ACCOUNT_MANAGE)
    with services.writing() as session:
        branch = _branch(session, who, branch_id)
        if session.exec(select(User.id).where(User.branch_id == branch_id, col(User.closed_at).is_(None))).first():
            raise conflict(
                "branch_in_use",
                Text("该分支机构仍有账户", "The branch still has accounts"),
                Text("请先转移或关闭这些账户", "Move or close them first"),
            )
        if branch.closed_at is None:
            branch.closed_at = now()
            session.add(branch)
            trail.record(session, who, "branch.closed", "branch", branch.id)
    return branch


def branches(services: Services, who: Principal) -> Sequence[Branch]:
    """Those of the asker's institution that they may see: their own, or those of their grant."""
    wanted = select(Branch).where(Branch.tenant_id == who.tenant_id)
    if who.branch_id:
        wanted = wanted.where(Branch.id == who.branch_id)
    if who.grant and who.grant.branches:
        wanted = wanted.where(col(Branch.id).in_(sorted(who.grant.branches)))
    with services.reading() as session:
        return session.exec(wanted.order_by(col(Branch.name))).all()


def _branch(session: Session, who: Principal, branch_id: str) -> Branch:
    branch = session.get(Branch, branch_id)
    if branch is None or branch.tenant_id != who.tenant_id or who.branch_id not in (None, branch.id):
        raise not_found("分支机构", "branch")
    return branch


def _require_free_branch(session: Session, who: Principal, name: str) -> None:
    if session.exec(select(Branch.id).where(Branch.tenant_id == who.tenant_id, Branch.name == name)).first():
        raise _taken()


def _taken() -> ServiceError:
    return conflict(
        "name_taken",
        Text("该名称已被使用", "This name is in use"),
        Text("请换一个名称", "Choose another"),
    )
