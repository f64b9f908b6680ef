"""People's accounts: who they are, what they may do and until when, and what an administrator does for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.clock import LEGAL_ZONE, now, today
from api.deps import services_of
from api.errors import ServiceError, invalid
from api.pages.administration import people_page
from api.pages.shell import Sees, render
from api.permissions import Permission, Role
from api.principal import Grant, Principal
from api.routes.accounts import LOGIN
from api.tables import User
from api.workflow import accounts, tenants
from api.workflow.accounts import Details, Rights
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Admin = Annotated[Principal, Depends(Sees(Permission.ACCOUNT_MANAGE))]
REGULATOR_DAYS = 30
LOGIN_SHAPE = LOGIN.strip("^$").replace("/", r"\/")  # as browsers write it, where a slash ends a pattern


class Person(BaseModel):
    """An account as the form has it. `start` to `covers`: what a regulator is granted."""

    login: str = Field("", max_length=200)
    name: str = Field("", max_length=200)
    language: Literal["zh", "en"] = "zh"
    oidc_subject: str = Field("", max_length=300)
    roles: list[str] = []
    branch: str = Field("", max_length=36)
    expires: str = Field("", max_length=10)
    start: str = Field("", max_length=10)
    end: str = Field("", max_length=10)
    covers: list[str] = []
    unmasked: str = Field("", max_length=5)

    @property
    def rights(self) -> Rights:
        chosen = frozenset(Role(role) for role in self.roles if role in set(Role))
        grant = None
        if Role.REGULATOR in chosen:
            grant = Grant(_day(self.start), _day(self.end), frozenset(self.covers), bool(self.unmasked))
        last = _day(self.expires)
        ends = datetime.combine(last, time(23, 59, 59), LEGAL_ZONE) if last else None
        return Rights(chosen, self.branch or None, grant, ends)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise invalid(
            "bad_day", Text("日期不可用", "A day cannot be used"), Text("请按 年-月-日 填写", "Write YYYY-MM-DD")
        ) from None


def _person(user: User) -> Person:
    grant = accounts.rights_of(user).grant
    return Person(
        login=user.login,
        name=user.name,
        language="en" if user.language == "en" else "zh",
        oidc_subject=user.oidc_subject or "",
        roles=user.roles,
        branch=user.branch_id or "",
        expires=user.expires_at.astimezone(LEGAL_ZONE).date().isoformat() if user.expires_at else "",
        start=grant.start.isoformat() if grant and grant.start else "",
        end=grant.end.isoformat() if grant and grant.end else "",
        covers=sorted(grant.branches) if grant else [],
        unmasked="yes" if grant and grant.unmasked else "",
    )


@router.get("/administration/accounts/new")
def begin(request: Request, who: Admin) -> Response:
    return _asked(request, who, Person(branch=who.branch_id or ""))


def _asked(request: Request, who: Principal, given: Person, problem: ServiceError | None = None) -> Response:
    return render(
        request,
        "account_new.html",
        problem.status if problem else 200,
        given=given,
        problem=problem,
        last_day=today() + timedelta(days=REGULATOR_DAYS),
        **_choices(request, who),
    )


def _choices(request: Request, who: Principal) -> dict[str, object]:
    services = services_of(request)
    return {
        "roles": list(Role),
        "branches": [one for one in tenants.branches(services, who) if one.closed_at is None],
        "single_sign_on": bool(services.settings.oidc_issuer),
        "pattern": LOGIN_SHAPE,
    }


@router.post("/administration/accounts")
def create(request: Request, who: Admin, given: Annotated[Person, Form()]) -> Response:
    """A new account; its one-time password is on the page that answers, once."""
    details = Details(given.name.strip() or None, given.language, given.oidc_subject.strip() or None)
    try:
        _plain(given.login)
        user, password = accounts.create_account(services_of(request), who, given.login, given.rights, details)
    except ServiceError as refused:
        return _asked(request, who, given, refused)
    return people_page(request, who, told=(user.login, password))


def _plain(login: str) -> None:
    if not login.strip() or any(one.isspace() or one in "/\\" for one in login.strip()):
        raise invalid(
            "bad_login",
            Text("登录名不可用", "This login cannot be used"),
            Text("不能为空，也不能含空格或斜杠", "It needs a character at least, and no space or slash"),
        )


# --- one account ---------------------------------------------------------------------------------------


@router.get("/administration/accounts/{account_id}")
def one(request: Request, account_id: str, who: Admin, done: bool = False) -> Response:
    return _one(request, who, account_id, done=done)


def _one(
    request: Request,
    who: Principal,
    account_id: str,
    *,
    given: Person | None = None,
    password: str = "",
    done: bool = False,
    problem: ServiceError | None = None,
) -> Response:
    user = accounts.account(services_of(request), who, account_id)
    return render(
        request,
        "account_one.html",
        problem.status if problem else 200,
        user=user,
        given=given or _person(user),
        password=password,
        done=done,
        problem=problem,
        now=now(),
        last_day=today() + timedelta(days=REGULATOR_DAYS),
        **_choices(request, who),
    )


@router.post("/administration/accounts/{account_id}")
def change(request: Request, account_id: str, who: Admin, given: Annotated[Person, Form()]) -> Response:
    services = services_of(request)
    user = accounts.account(services, who, account_id)
    linked = given.oidc_subject.strip() if services.settings.oidc_issuer else None
    try:
        rights = given.rights
        if given.expires == _person(user).expires:  # the day stays, and with it the hour that was set
            rights = replace(rights, expires_at=user.expires_at)
        details = Details(given.name.strip() or None, given.language, linked)
        accounts.change_account(services, who, account_id, details, rights)
    except ServiceError as refused:
        return _one(request, who, account_id, given=given, problem=refused)
    return RedirectResponse(f"/administration/accounts/{account_id}?done=true", status_code=303)


Act = Literal["reset-password", "close", "unlock", "reset-second-factor", "sign-out"]


@router.post("/administration/accounts/{account_id}/{act}")
def act(request: Request, account_id: str, act: Act, who: Admin) -> Response:
    services = services_of(request)
    try:
        if act == "reset-password":
            _, password = accounts.reset_password(services, who, account_id)
            return _one(request, who, account_id, password=password)
        acts = {
            "close": accounts.close_account,
            "unlock": accounts.unlock,
            "reset-second-factor": accounts.reset_second_factor,
            "sign-out": accounts.end_sign_ins,
        }
        acts[act](services, who, account_id)
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return _one(request, who, account_id, problem=refused)
    to = "/administration" if act == "close" else f"/administration/accounts/{account_id}?done=true"
    return RedirectResponse(to, status_code=303)
