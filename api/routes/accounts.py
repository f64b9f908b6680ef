"""Accounts, for administrators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission, Role
from api.principal import Grant, Principal
from api.routes.documented import problems
from api.tables import User
from api.workflow import accounts
from api.workflow.accounts import Details, Rights

router = APIRouter(prefix="/accounts", tags=["accounts"])
Administrator = Annotated[Principal, Depends(Allowed(Permission.ACCOUNT_MANAGE))]
LOGIN = r"^[^\s/\\]+$"


class GrantModel(BaseModel):
    """What a regulator may see: cases sold in this period, of these branches (empty: all)."""

    model_config = ConfigDict(extra="forbid")
    start: date = Field(examples=["2026-01-01"])
    end: date = Field(examples=["2026-12-31"])
    branches: list[str] = Field(default_factory=list, max_length=500, examples=[[]])
    unmasked: bool = Field(default=False, description="是否显示完整姓名与号码 / Names and numbers in full")


class RightsIn(BaseModel):
    """All of them at once. A regulator's account has that role alone, a grant and an end."""

    model_config = ConfigDict(extra="forbid")
    roles: list[Role] = Field(min_length=1, max_length=len(Role), examples=[["reviewer"]])
    branch_id: str | None = Field(default=None, max_length=36, description="空：全机构 / Empty: the whole institution")
    grant: GrantModel | None = None
    expires_at: AwareDatetime | None = Field(default=None, examples=["2027-03-31T16:00:00Z"])


class AccountIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    login: str = Field(min_length=1, max_length=200, pattern=LOGIN, examples=["reviewer@example.com"])
    name: str = Field(min_length=1, max_length=200, examples=["陈审核（虚构）"])
    language: str = Field(default="zh", pattern="^(zh|en)$")
    oidc_subject: str | None = Field(
        default=None, max_length=300, description="统一登录中的身份：issuer|sub / Who it is there: issuer|sub"
    )
    rights: RightsIn


class AccountChangeIn(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(default=None, min_length=1, max_length=200)
    language: str | None = Field(default=None, pattern="^(zh|en)$")
    oidc_subject: str | None = Field(default=None, max_length=300, description="空字符串：解除关联 / Empty: no longer")
    rights: RightsIn | None = None


class AccountOut(BaseModel):
    id: str
    login: str = Field(examples=["reviewer@example.com"])
    name: str = Field(examples=["陈审核（虚构）"])
    language: str = Field(examples=["zh"])
    roles: list[str] = Field(examples=[["reviewer"]])
    branch_id: str | None
    grant: GrantModel | None
    expires_at: datetime | None
    second_factor: bool = Field(description="是否启用动态验证码 / Whether a second factor is enrolled")
    must_change_password: bool
    single_sign_on: bool
    locked_until: datetime | None
    created_at: datetime
    closed_at: datetime | None


class AccountsOut(BaseModel):
    items: list[AccountOut]
    next: str | None = Field(examples=[None])


class NewAccountOut(AccountOut):
    one_time_password: str = Field(
        description="只显示一次；首次登录须更改 / Told once; to be changed at the first sign-in", examples=["k7mq-…"]
    )


@router.post(
    "",
    operation_id="create_account",
    summary="新建账户 / Create an account",
    status_code=201,
    responses=problems(404, 409),
)
def create(given: AccountIn, response: Response, who: Administrator, services: Bound) -> NewAccountOut:
    details = Details(given.name, given.language, given.oidc_subject)
    user, password = accounts.create_account(services, who, given.login, _rights(given.rights), details)
    response.headers["Location"] = f"/api/v1/accounts/{user.id}"
    return NewAccountOut(**account_out(user).model_dump(), one_time_password=password)


@router.get("", operation_id="list_accounts", summary="账户列表 / Accounts", responses=problems())
def listed(
    who: Administrator,
    services: Bound,
    role: Role | None = None,
    branch_id: Annotated[str | None, Query(max_length=36)] = None,
    closed: bool | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> AccountsOut:
    page = accounts.accounts(services, who, role=role, branch_id=branch_id, closed=closed, limit=limit, cursor=cursor)
    return AccountsOut(items=[account_out(user) for user in page.items], next=page.next)


@router.get("/{account_id}", operation_id="get_account", summary="账户 / An account", responses=problems(404))
def one(account_id: str, who: Administrator, services: Bound) -> AccountOut:
    return account_out(accounts.account(services, who, account_id))


@router.patch(
    "/{account_id}",
    operation_id="change_account",
    summary="更改账户 / Change an account",
    description="权限改变时其登录全部结束 / When rights change, every sign-in of the account ends.",
    responses=problems(404, 409),
)
def change(account_id: str, given: AccountChangeIn, who: Administrator, services: Bound) -> AccountOut:
    details = Details(given.name, given.language, given.oidc_subject)
    rights = _rights(given.rights) if given.rights else None
    return account_out(accounts.change_account(services, who, account_id, details, rights))


@router.post(
    "/{account_id}/close",
    operation_id="close_account",
    summary="关闭账户 / Close an account",
    responses=problems(404, 409),
)
def close(account_id: str, who: Administrator, services: Bound) -> AccountOut:
    return account_out(accounts.close_account(services, who, account_id))


@router.post(
    "/{account_id}/reset-password",
    operation_id="reset_password",
    summary="重置密码 / A new one-time password",
    responses=problems(404, 409),
)
def reset_password(account_id: str, who: Administrator, services: Bound) -> NewAccountOut:
    user, password = accounts.reset_password(services, who, account_id)
    return NewAccountOut(**account_out(user).model_dump(), one_time_password=password)


@router.post(
    "/{account_id}/reset-second-factor",
    operation_id="reset_second_factor",
    summary="解除动态验证码 / Take the second factor off",
    responses=problems(404, 409),
)
def reset_second_factor(account_id: str, who: Administrator, services: Bound) -> AccountOut:
    return account_out(accounts.reset_second_factor(services, who, account_id))


@router.post(
    "/{account_id}/unlock",
    operation_id="unlock_account",
    summary="解除锁定 / Unlock",
    responses=problems(404, 409),
)
def unlock(account_id: str, who: Administrator, services: Bound) -> AccountOut:
    return account_out(accounts.unlock(services, who, account_id))


@router.post(
    "/{account_id}/end-sign-ins",
    operation_id="end_sign_ins",
    summary="结束其全部登录 / End all sign-ins of the account",
    responses=problems(404, 409),
)
def end_sign_ins(account_id: str, who: Administrator, services: Bound) -> AccountOut:
    return account_out(accounts.end_sign_ins(services, who, account_id))


def account_out(user: User) -> AccountOut:
    rights = accounts.rights_of(user)
    grant = rights.grant
    return AccountOut(
        id=user.id,
        login=user.login,
        name=user.name,
        language=user.language,
        roles=user.roles,
        branch_id=user.branch_id,
        grant=GrantModel(start=grant.start, end=grant.end, branches=sorted(grant.branches), unmasked=grant.unmasked)
        if grant and grant.start and grant.end
        else None,
        expires_at=user.expires_at,
        second_factor=bool(user.totp_secret),
        must_change_password=user.must_change_password,
        single_sign_on=bool(user.oidc_subject),
        locked_until=user.locked_until,
        created_at=user.created_at,
        closed_at=user.closed_at,
    )


def _rights(given: RightsIn) -> Rights:
    grant = given.grant
    return Rights(
        frozenset(given.roles),
        given.branch_id,
        Grant(grant.start, grant.end, frozenset(grant.branches), grant.unmasked) if grant else None,
        given.expires_at,
    )
