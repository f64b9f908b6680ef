"""The way in and out: start, sign-in, sign-out, language and theme, and the files that ship with the pages."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import cookies
from api.deps import services_of
from api.errors import ServiceError
from api.pages import shell
from api.pages.shell import Visitor, render
from api.permissions import Permission
from api.principal import Principal
from api.routes.sessions import from_address
from api.workflow import second_factor, sign_in
from api.workflow.access import COOKIE
from verifier.model import Text

router = APIRouter(include_in_schema=False)
YEAR = 365 * 24 * 3600

# where each kind of person begins, the first that fits
STARTS: tuple[tuple[Permission, str], ...] = (
    (Permission.FINDING_DECIDE, "/queue"),
    (Permission.BATCH_WRITE, "/batches"),
    (Permission.CASE_READ, "/cases"),
    (Permission.ACCOUNT_MANAGE, "/administration"),
)


@router.get("/")
def start(who: Visitor) -> Response:
    return RedirectResponse(start_of(who), status_code=303)


def start_of(who: Principal) -> str:
    return next((path for permission, path in STARTS if who.may(permission)), "/account")


def inside(path: str) -> str:
    """Where to go back to: only a path of ours."""
    parts = urlsplit(path)
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return path if plain else "/"


@router.post("/preferences")
def prefer(
    request: Request,
    back: Annotated[str, Form()] = "/",
    language: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
) -> Response:
    """Language and theme are this browser's, not the account's: no sign-in is needed to read."""
    answer = RedirectResponse(inside(back), status_code=303)
    secure = services_of(request).settings.cookie_secure
    for name, value, known in (
        (shell.LANGUAGE_COOKIE, language, ("zh", "en")),
        (shell.THEME_COOKIE, theme, ("auto", "light", "dark")),
    ):
        if value in known:
            answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:
    oidc = bool(services_of(request).settings.oidc_issuer)
    return render(request, "sign_in.html", back=inside(next), login="", problem=None, second=False, oidc=oidc)


@router.post("/sign-in")
def enter(
    request: Request,
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=256)] = "",
    code: Annotated[str, Form(max_length=40)] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    """In, under a new token; or the same page with what was wrong."""
    services = services_of(request)
    try:
        opened = sign_in.sign_in(services, login, password, code.strip(), from_address(request, services))
    except ServiceError as refused:
        return _asked_again(request, refused, login, back)
    sign_in.end_replaced(services, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/account" if opened.who.must_change_password else inside(back), status_code=303)
    cookies.keep(answer, services.settings, opened)
    return answer


def _asked_again(request: Request, refused: ServiceError, login: str, back: str) -> Response:
    oidc = bool(services_of(request).settings.oidc_issuer)
    return render(
        request,
        "sign_in.html",
        refused.status,
        back=inside(back),
        login=login,
        problem=refused,
        second=refused.code == "code_needed",
        oidc=oidc,
    )


@router.post("/sign-out")
def leave(request: Request, who: Visitor) -> Response:
    sign_in.sign_out(services_of(request), who)
    answer = RedirectResponse("/sign-in", status_code=303)
    cookies.forget(answer, services_of(request).settings)
    return answer


# --- one's own account -------------------------------------------------------------------------------


@router.get("/account")
def account(request: Request, who: Visitor) -> Response:
    return _account(request, who)


def _account(
    request: Request, who: Principal, problem: ServiceError | None = None, status: int = 200, **shown: object
) -> Response:
    services = services_of(request)
    return render(
        request,
        "account.html",
        status,
        sign_ins=sign_in.own_sign_ins(services, who),
        second=second_factor.is_enrolled(services, who),
        problem=problem,
        enrolment=shown.get("enrolment"),
        codes=shown.get("codes"),
        done=shown.get("done"),
    )


@router.post("/account/password")
def change_password(
    request: Request,
    who: Visitor,
    current: Annotated[str, Form(max_length=256)],
    new: Annotated[str, Form(max_length=256)],
    again: Annotated[str, Form(max_length=256)],
) -> Response:
    services = services_of(request)
    try:
        if new != again:
            raise ServiceError(
                422,
                "passwords_differ",
                Text("两次输入的新密码不一致", "The two new passwords differ"),
                Text("请重新输入", "Type them again"),
            )
        opened = sign_in.change_password(services, who, current, new, from_address(request, services))
    except ServiceError as refused:
        return _account(request, who, refused, refused.status)
    answer = RedirectResponse("/" if who.must_change_password else "/account", status_code=303)
    cookies.keep(answer, services.settings, opened)
    return answer


@router.post("/account/second-factor")
def second(request: Request, who: Visitor, code: Annotated[str, Form(max_length=40)] = "") -> Response:
    """Without a code: begin. With one: confirm, and show the recovery codes once."""
    services = services_of(request)
    if who.must_change_password:
        return RedirectResponse("/account", status_code=303)
    try:
        if not code:
            return _account(request, who, enrolment=second_factor.enrol(services, who))
        return _account(request, who, codes=second_factor.confirm(services, who, code.strip()))
    except ServiceError as refused:
        return _account(request, who, refused, refused.status)


@router.post("/account/second-factor/removal")
def no_second(request: Request, who: Visitor, code: Annotated[str, Form(max_length=40)]) -> Response:
    try:
        second_factor.remove(services_of(request), who, code.strip())
    except ServiceError as refused:
        return _account(request, who, refused, refused.status)
    return RedirectResponse("/account", status_code=303)


@router.post("/account/sign-ins/{sign_in_id}/end")
def end(request: Request, who: Visitor, sign_in_id: str) -> Response:
    sign_in.end_own(services_of(request), who, sign_in_id)
    return RedirectResponse("/account", status_code=303)
