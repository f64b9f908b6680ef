"""Did this browser's user mean it? Requests that change something and are known by a cookie must prove where they
come from: by the browser's own word (Fetch metadata, Origin), and by a token that only our pages can know.

Programs that send `Authorization: Bearer` are not concerned: no other site can make a browser send that.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import parse_qs, urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ServiceError, refusal
from api.settings import Settings
from api.workflow.access import COOKIE, bearer
from verifier.model import Text

HEADER = "x-csrf-token"
FIELD = "csrf_token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SIGN_INS = frozenset({"/api/v1/sessions", "/sign-in"})  # asked with the cookie of an ended sign-in, too
OPEN = frozenset({"/preferences"})  # language and theme: also for whoever is not signed in, and harmless
PEEK = 64 * 1024  # the token is the first field of a form with files
_IN_MULTIPART = re.compile(rb'name="%s"\r\n\r\n([\w-]{1,100})\r\n' % FIELD.encode())


def token_for(session_token: str) -> str:
    """The token of a sign-in, for forms and scripts of our pages. Nothing is kept: it follows from the cookie."""
    mac = hmac.new(session_token.encode(), b"csrf", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


class Forgery:
    """ASGI: refuses what another site made a browser send."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.own = urlsplit(settings.base_url).netloc
        self.most = settings.request_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        if bearer(asked):
            await self.app(scope, receive, send)
            return
        if not self._from_here(asked):
            await refusal(_forged())(scope, receive, send)
            return
        session_token = asked.cookies.get(COOKIE, "")
        if session_token and scope["path"] not in SIGN_INS | OPEN:
            given = asked.headers.get(HEADER, "")
            if not given:
                read = await _beginning(asked, receive, self.most)
                given, receive = _field(asked, read), _again(read, receive)
            if not hmac.compare_digest(given.encode(), token_for(session_token).encode()):
                await refusal(_forged())(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _from_here(self, asked: HTTPConnection) -> bool:
        site = asked.headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = asked.headers.get("origin")
        if origin is None:
            return True  # an old browser or none; the token decides
        return urlsplit(origin).netloc in {asked.headers.get("host", ""), self.own} - {""}


async def _beginning(asked: HTTPConnection, receive: Receive, most: int) -> list[Message]:
    """As much of a form as can hold the token: a plain one whole, one with files its first part."""
    kind = asked.headers.get("content-type", "")
    enough = PEEK if kind.startswith("multipart/form-data") else most if kind.startswith(URLENCODED) else 0
    read: list[Message] = []
    while enough > 0:
        message = await receive()
        read.append(message)
        enough -= len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    return read


URLENCODED = "application/x-www-form-urlencoded"


def _field(asked: HTTPConnection, read: list[Message]) -> str:
    body = b"".join(message.get("body", b"") for message in read)
    if asked.headers.get("content-type", "").startswith(URLENCODED):
        return parse_qs(body.decode("utf-8", "replace")).get(FIELD, [""])[0]
    found = _IN_MULTIPART.search(body)
    return found.group(1).decode() if found else ""


def _again(read: list[Message], receive: Receive) -> Receive:
    """What was read comes first once more."""
    waiting = iter(read)

    async def replayed() -> Message:
        for message in waiting:
            return message
        return await receive()

    return replayed


def _forged() -> ServiceError:
    return ServiceError(
        403,
        "csrf",
        Text("请求不是从本系统页面发出，已拒绝", "This was not sent from our own page and was refused"),
        Text("请刷新页面后重试", "Reload the page and try again"),
    )
