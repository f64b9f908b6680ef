"""Signing in and out, and one's own account: password, second factor, open sign-ins."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from api import cookies
from api.deps import Anyone, Bound
from api.errors import password_change_needed
from api.limits import Limits, address_of
from api.principal import Principal
from api.routes.documented import problems, public_problems
from api.services import Services
from api.workflow import oidc, second_factor, sign_in
from api.workflow.access import COOKIE

router = APIRouter(tags=["sign-in"])
PUBLIC: dict[str, Any] = {"security": []}


class SignInIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    login: str = Field(min_length=1, max_length=200, examples=["reviewer@example.com"])
    password: str = Field(min_length=1, max_length=256, examples=["一个足够长的口令 2026"])
    code: str = Field(default="", max_length=40, description="动态验证码或恢复码 / A code, or a recovery code")


class OpenedOut(BaseModel):
    """Send `token` as `Authorization: Bearer`. It is told once."""

    token: str = Field(examples=["vs_4p8…"])
    expires_at: datetime
    must_change_password: bool = Field(
        description="须先更改一次性密码 / Nothing else is allowed until the one-time password is changed"
    )


class GrantOut(BaseModel):
    """What a regulator may see: cases sold in this period, of these branches (empty: all)."""

    start: date | None
    end: date | None
    branches: list[str]
    unmasked: bool


class MeOut(BaseModel):
    """Who is asking, and what they may do."""

    kind: str = Field(description="user, key", examples=["user"])
    id: str
    name: str
    institution_id: str
    branch_id: str | None
    roles: list[str] = Field(examples=[["reviewer"]])
    permissions: list[str] = Field(examples=[["case.read", "finding.decide"]])
    grant: GrantOut | None
    must_change_password: bool


class PasswordIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    current: str = Field(min_length=1, max_length=256)
    new: str = Field(min_length=1, max_length=256, description="至少 12 位 / 12 characters at least")


class EnrolmentOut(BaseModel):
    """For an authenticator app; in force once a first code has confirmed it."""

    secret: str = Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    uri: str = Field(examples=["otpauth://totp/…"])
    svg: str = Field(description="二维码 / The same as a QR code")


class CodeIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: str = Field(min_length=6, max_length=40, examples=["123456"])


class RecoveryOut(BaseModel):
    codes: list[str] = Field(description="每个只能用一次，只显示一次 / Each is good once; told once")


class SignInOut(BaseModel):
    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str = Field(examples=["192.0.2.7"])
    current: bool = Field(description="即本次请求所用 / The one that asks")


class SignInsOut(BaseModel):
    items: list[SignInOut]


def from_address(request: Request, services: Services) -> str:
    """Where a sign-in comes from; one too many a minute from there is refused."""
    address = address_of(request, services.settings)
    limits: Limits = request.app.state.limits
    limits.sign_in(address)
    return address


@router.post(
    "/sessions",
    operation_id="sign_in",
    summary="登录 / Sign in",
    status_code=201,
    responses=public_problems(401, 403),
    openapi_extra=PUBLIC,
)
def begin(given: SignInIn, request: Request, services: Bound) -> OpenedOut:
    address = from_address(request, services)
    return _opened(sign_in.sign_in(services, given.login, given.password, given.code, address))


@router.get(
    "/sessions/oidc",
    operation_id="sign_in_by_oidc",
    summary="统一登录 / Sign in through the company's own service",
    status_code=303,
    response_class=RedirectResponse,
    responses=public_problems(401, 404, 503),
    openapi_extra=PUBLIC,
)
def depart(request: Request, services: Bound, next: Annotated[str, Query(max_length=2000)] = "/") -> RedirectResponse:
    from_address(request, services)
    departure = oidc.depart(services, next)
    answer = RedirectResponse(departure.url, 303)
    answer.set_cookie(
        oidc.COOKIE,
        departure.cookie,
        max_age=int(oidc.LASTS.total_seconds()),
        path=oidc.CALLBACK,
        secure=services.settings.cookie_secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(
    "/sessions/oidc/callback",
    operation_id="finish_oidc",
    summary="统一登录返回 / Back from there",
    status_code=303,
    response_class=RedirectResponse,
    responses=public_problems(401, 404, 503),
    openapi_extra=PUBLIC,
)
def arrive(
    request: Request,
    services: Bound,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    verifier_oidc: Annotated[str, Cookie(include_in_schema=False)] = "",
) -> RedirectResponse:
    address = from_address(request, services)
    opened, then = oidc.arrive(services, verifier_oidc, state, code, address)
    sign_in.end_replaced(services, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse(then, 303)
    cookies.keep(answer, services.settings, opened)
    answer.delete_cookie(oidc.COOKIE, path=oidc.CALLBACK)
    return answer


@router.get("/sessions", operation_id="list_sign_ins", summary="本人的登录 / One's own sign-ins", responses=problems())
def listed(who: Anyone, services: Bound) -> SignInsOut:
    return SignInsOut(
        items=[
            SignInOut(
                id=row.id,
                created_at=row.created_at,
                seen_at=row.seen_at,
                expires_at=row.expires_at,
                address=row.address,
                current=row.id == who.session_id,
            )
            for row in sign_in.own_sign_ins(services, who)
        ]
    )


@router.delete(
    "/sessions/current", operation_id="sign_out", summary="退出 / Sign out", status_code=204, responses=problems()
)
def end(who: Anyone, services: Bound, response: Response) -> None:
    sign_in.sign_out(services, who)
    cookies.forget(response, services.settings)


@router.delete(
    "/sessions/{sign_in_id}",
    operation_id="end_sign_in",
    summary="结束本人的一次登录 / End one of one's own sign-ins",
    status_code=204,
    responses=problems(404),
)
def end_one(sign_in_id: str, who: Anyone, services: Bound) -> None:
    sign_in.end_own(services, who, sign_in_id)


# --- one's own account -------------------------------------------------------------------------


@router.get("/me", operation_id="get_me", summary="我是谁 / Who am I", responses=problems())
def me(who: Anyone) -> MeOut:
    grant = who.grant
    return MeOut(
        kind=who.kind.value,
        id=who.id,
        name=who.name,
        institution_id=who.tenant_id,
        branch_id=who.branch_id,
        roles=sorted(role.value for role in who.roles),
        permissions=sorted(one.value for one in who.permissions),
        grant=grant
        and GrantOut(start=grant.start, end=grant.end, branches=sorted(grant.branches), unmasked=grant.unmasked),
        must_change_password=who.must_change_password,
    )


@router.put(
    "/me/password",
    operation_id="change_password",
    summary="更改密码 / Change the password",
    description="其他登录全部结束，并返回新的令牌 / Every sign-in ends, and a new token is given.",
    responses=problems(409),
)
def change_password(given: PasswordIn, who: Anyone, request: Request, services: Bound) -> OpenedOut:
    address = from_address(request, services)
    return _opened(sign_in.change_password(services, who, given.current, given.new, address))


@router.post(
    "/me/second-factor",
    operation_id="enrol_second_factor",
    summary="启用动态验证码 / Begin with a second factor",
    status_code=201,
    responses=problems(),
)
def enrol(who: Anyone, services: Bound) -> EnrolmentOut:
    made = second_factor.enrol(services, _settled(who))
    return EnrolmentOut(secret=made.secret, uri=made.uri, svg=made.svg)


@router.post(
    "/me/second-factor/confirmation",
    operation_id="confirm_second_factor",
    summary="确认动态验证码 / Confirm it with a first code",
    responses=problems(409),
)
def confirm(given: CodeIn, who: Anyone, services: Bound) -> RecoveryOut:
    return RecoveryOut(codes=second_factor.confirm(services, _settled(who), given.code))


@router.post(
    "/me/recovery-codes",
    operation_id="renew_recovery_codes",
    summary="更换恢复码 / New recovery codes",
    responses=problems(409),
)
def renew(given: CodeIn, who: Anyone, services: Bound) -> RecoveryOut:
    return RecoveryOut(codes=second_factor.renew_recovery_codes(services, _settled(who), given.code))


@router.post(
    "/me/second-factor/removal",
    operation_id="remove_second_factor",
    summary="停用动态验证码 / Give up the second factor",
    status_code=204,
    responses=problems(409),
)
def remove(given: CodeIn, who: Anyone, services: Bound) -> None:
    second_factor.remove(services, _settled(who), given.code)


def _settled(who: Principal) -> Principal:
    """A one-time password is not enough to bind a telephone to the account."""
    if who.must_change_password:
        raise password_change_needed()
    return who


def _opened(opened: sign_in.Opened) -> OpenedOut:
    return OpenedOut(
        token=opened.token,
        expires_at=opened.expires_at,
        must_change_password=opened.who.must_change_password,
    )
