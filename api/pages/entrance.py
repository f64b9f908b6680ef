"""The way in and out: start, sign-in, sign-out, language and theme, and the files that ship with the pages."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.pages import shell
from api.pages.shell import Visitor, render
from api.permissions import Permission
from api.principal import Principal

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
    secure = request.app.state.services.settings.cookie_secure
    for name, value, known in (
        (shell.LANGUAGE_COOKIE, language, ("zh", "en")),
        (shell.THEME_COOKIE, theme, ("auto", "light", "dark")),
    ):
        if value in known:
            answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:
    oidc = bool(request.app.state.services.settings.oidc_issuer)
    return render(request, "sign_in.html", back=inside(next), login="", problem=None, second=False, oidc=oidc)
