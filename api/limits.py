"""How much may one asker ask? Requests a minute, sign-ins a minute from one address, bytes of one body."""

from __future__ import annotations

import math
from ipaddress import ip_address

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.clock import now
from api.errors import ServiceError, refusal
from api.settings import Settings
from verifier.model import Text

SIGN_INS_PER_MINUTE = 30  # from one address: an office behind one address signs in on a Monday morning
SLACK = 1024 * 1024  # a route that takes one file refuses it first, in its own words and on record
HELD = frozenset({"", "application/json", "application/x-www-form-urlencoded"})


class Limits:
    """Counts of this process. With several API processes each allows the full number; a proxy can count for all."""

    def __init__(self, requests_per_minute: int, sign_ins_per_minute: int = SIGN_INS_PER_MINUTE) -> None:
        self._counts = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(requests_per_minute)
        self._sign_ins = RateLimitItemPerMinute(sign_ins_per_minute)

    def request(self, asker: str) -> None:
        """One request of this person or key; ServiceError 429 when it is one too many."""
        self._spend(self._requests, "asker", asker)

    def sign_in(self, address: str) -> None:
        self._spend(self._sign_ins, "sign-in", address)

    def _spend(self, limit: RateLimitItem, kind: str, name: str) -> None:
        if not self._counts.hit(limit, kind, name):
            again = self._counts.get_window_stats(limit, kind, name).reset_time
            raise too_many(max(1, math.ceil(again - now().timestamp())))


def too_many(seconds: int) -> ServiceError:
    return ServiceError(
        429,
        "too_many_requests",
        Text("请求过于频繁", "Too many requests"),
        Text(f"请在 {seconds} 秒后重试", f"Try again in {seconds} s"),
        retry_after=seconds,
    )


def address_of(request: Request, settings: Settings) -> str:
    """Where a request comes from. X-Forwarded-For is believed from right to left, as far as trusted proxies wrote it."""
    nearest = request.client.host if request.client else ""
    if nearest not in settings.trusted_proxies:
        return nearest
    hops = [hop.strip() for line in request.headers.getlist("x-forwarded-for") for hop in line.split(",")]
    for hop in reversed(hops):
        if hop not in settings.trusted_proxies:
            return hop if _is_address(hop) else nearest
    return nearest


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class BodyLimit:
    """ASGI: cuts a body off where it grows too large. Routes that read JSON hold it in memory and take `request_bytes`;
    those that stream it to disk (they declare no JSON body) take `upload_bytes`. Known once the route was found, which
    is before the first byte is asked for."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.small = settings.request_bytes
        self.large = settings.upload_bytes

    def _most(self, scope: Scope) -> int:
        if _takes_bytes(scope.get("route")):
            return self.large + SLACK
        return self.large if _streams(scope) else self.small

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        taken, over, begun = 0, 0, False
        told = Headers(scope=scope).get("content-length", "")

        async def measured() -> Message:
            nonlocal taken, over
            most = self._most(scope)
            message: Message | None = None
            if not told.isdigit() or int(told) <= most:
                message = await receive()
                taken += len(message.get("body", b""))
            if message is None or taken > most:
                over = most
                raise HTTPException(413)
            return message

        async def answered(message: Message) -> None:
            nonlocal begun
            if over and not begun:
                return  # the route's own words for it; ours follow
            begun = True
            await send(message)

        try:
            await self.app(scope, measured, answered)
        except HTTPException:
            if not over:
                raise
        if over and not begun:
            await refusal(too_large(over))(scope, receive, send)


def _streams(scope: Scope) -> bool:
    """Whether this body is taken as it comes (raw, or a form with files), not held in memory. Before the route is
    found only what the body says it is can tell; whoever holds one then asks for no more than it needs."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if kind in HELD or kind.endswith("+json"):
        return False
    if "route" not in scope:
        return True
    field = getattr(scope["route"], "body_field", None)
    return field is None or getattr(field.field_info, "media_type", "") == "multipart/form-data"


def _takes_bytes(route: object) -> bool:
    """A route that describes its body as bytes takes them whatever they are called: curl -T names no type at all."""
    extra = getattr(route, "openapi_extra", None) or {}
    return "application/octet-stream" in extra.get("requestBody", {}).get("content", {})


def too_large(most: int) -> ServiceError:
    return ServiceError(
        413,
        "too_large",
        Text(f"内容超过 {most} 字节", f"The body is over {most} bytes"),
        Text("请分批或分块提交", "Send it in parts"),
        most_bytes=most,
    )
