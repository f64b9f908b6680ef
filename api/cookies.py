"""How does a browser keep a sign-in? One cookie that scripts cannot read and other sites cannot send along."""

from __future__ import annotations

from starlette.responses import Response

from api.clock import now
from api.settings import Settings
from api.workflow.access import COOKIE
from api.workflow.sign_in import Opened


def keep(response: Response, settings: Settings, opened: Opened) -> None:
    """Lax, not strict: a link in a message about a case should open the case."""
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=max(0, int((opened.expires_at - now()).total_seconds())),
        path="/",
        secure=settings.cookie_secure,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, settings: Settings) -> None:
    response.delete_cookie(COOKIE, path="/", secure=settings.cookie_secure, httponly=True, samesite="lax")
