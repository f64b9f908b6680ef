"""Administration: people and their roles, keys of systems, branches, the choices of the institution."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.clock import LEGAL_ZONE, now
from api.deps import services_of
from api.errors import ServiceError
from api.pages.shell import Sees, render
from api.permissions import Permission, Role
from api.principal import Grant, Principal
from api.workflow import accounts, api_keys, health, tenants
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Admin = Annotated[Principal, Depends(Sees(Permission.ACCOUNT_MANAGE))]
REGULATOR_DAYS = 30


@router.get("/administration")
def people(request: Request, who: Admin, cursor: str | None = None) -> Response:
    return _people(request, who, cursor=cursor)


def _people(
    request: Request,
    who: Principal,
    *,
    cursor: str | None = None,
    told: tuple[str, str] | None = None,
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    found = accounts.accounts(services, who, closed=False, cursor=cursor)
    return render(
        request,
        "administration.html",
        problem.status if problem else 200,
        people=found.items,
        next=found.next,
        branches=tenants.branches(services, who),
        roles=list(Role),
        told=told,
        problem=problem,
        now=now(),
        last_day=(now() + timedelta(days=REGULATOR_DAYS)).date(),
    )


@router.post("/administration/accounts")
def create(
    request: Request,
    who: Admin,
    login: Annotated[str, Form(max_length=200)],
    name: Annotated[str, Form(max_length=200)],
    roles: Annotated[list[str] | None, Form()] = None,
    branch: Annotated[str, Form(max_length=36)] = "",
    start: Annotated[str, Form(max_length=10)] = "",
    end: Annotated[str, Form(max_length=10)] = "",
    expires: Annotated[str, Form(max_length=10)] = "",
    unmasked: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """A new account; its one-time password is shown on the page that answers, once."""
    try:
        wanted = _rights(roles or [], branch, start, end, expires, bool(unmasked))
        user, password = accounts.create_account(
            services_of(request), who, login, wanted, accounts.Details(name=name.strip() or None)
        )
    except ServiceError as refused:
        return _people(request, who, problem=refused)
    return _people(request, who, told=(user.login, password))


def _rights(roles: list[str], branch: str, start: str, end: str, expires: str, unmasked: bool) -> accounts.Rights:
    chosen = frozenset(Role(role) for role in roles if role in set(Role))
    try:
        days = [datetime.fromisoformat(text).date() if text else None for text in (start, end, expires)]
    except ValueError:
        raise ServiceError(
            422, "bad_day", Text("日期不可用", "A day cannot be used"), Text("请按 年-月-日 填写", "Write YYYY-MM-DD")
        ) from None
    grant = Grant(days[0], days[1], frozenset(), unmasked) if Role.REGULATOR in chosen else None
    ends = datetime.combine(days[2], time(23, 59, 59), LEGAL_ZONE) if days[2] and grant else None
    return accounts.Rights(chosen, branch or None, grant, ends)


Act = Literal["reset-password", "close", "unlock", "reset-second-factor", "sign-out"]


@router.post("/administration/accounts/{account_id}/{act}")
def change(request: Request, account_id: str, act: Act, who: Admin) -> Response:
    services = services_of(request)
    try:
        if act == "reset-password":
            user, password = accounts.reset_password(services, who, account_id)
            return _people(request, who, told=(user.login, password))
        acts = {
            "close": accounts.close_account,
            "unlock": accounts.unlock,
            "reset-second-factor": accounts.reset_second_factor,
            "sign-out": accounts.end_sign_ins,
        }
        acts[act](services, who, account_id)
    except ServiceError as refused:
        return _people(request, who, problem=refused)
    return RedirectResponse("/administration", status_code=303)


@router.post("/administration/branches")
def branch(request: Request, who: Admin, name: Annotated[str, Form(max_length=200)]) -> Response:
    try:
        tenants.create_branch(services_of(request), who, name.strip())
    except ServiceError as refused:
        return _people(request, who, problem=refused)
    return RedirectResponse("/administration#branches", status_code=303)


# --- keys ---------------------------------------------------------------------------------------------


@router.get("/administration/keys")
def keys(request: Request, who: Admin, cursor: str | None = None) -> Response:
    return _keys(request, who, cursor=cursor)


def _keys(
    request: Request,
    who: Principal,
    *,
    cursor: str | None = None,
    token: str = "",
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    found = api_keys.keys(services, who, 50, cursor)
    return render(
        request,
        "keys.html",
        problem.status if problem else 200,
        keys=found.items,
        next=found.next,
        scopes=sorted(api_keys.grantable_by(who)),
        token=token,
        problem=problem,
        now=now(),
    )


@router.post("/administration/keys")
def create_key(
    request: Request,
    who: Admin,
    name: Annotated[str, Form(max_length=200)],
    scopes: Annotated[list[str] | None, Form()] = None,
    days: Annotated[int, Form(ge=1, le=3650)] = 365,
) -> Response:
    chosen = frozenset(Permission(scope) for scope in scopes or [] if scope in set(Permission))
    try:
        _, token = api_keys.create_key(
            services_of(request), who, name, chosen, branch_id=who.branch_id, expires_at=now() + timedelta(days=days)
        )
    except ServiceError as refused:
        return _keys(request, who, problem=refused)
    return _keys(request, who, token=token)


@router.post("/administration/keys/{key_id}/revoke")
def revoke(request: Request, key_id: str, who: Admin) -> Response:
    api_keys.revoke_key(services_of(request), who, key_id)
    return RedirectResponse("/administration/keys", status_code=303)


# --- health -------------------------------------------------------------------------------------------


@router.get("/administration/health")
def state(request: Request, who: Admin) -> Response:
    return render(request, "health.html", parts=health.look(services_of(request)))
