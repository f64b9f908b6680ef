"""How is the web application put together?"""

from __future__ import annotations

import logging
from importlib import metadata
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DataError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import idempotency
from api.errors import PROBLEM, ServiceError, refusal
from api.forgery import Forgery
from api.idempotency import Idempotency
from api.limits import BodyLimit, Limits
from api.metrics import Measured, Metrics
from api.pages import PAGES, shell
from api.pages.shell import SignInFirst
from api.routes import ROUTERS
from api.services import Services
from api.tables import new_id
from verifier.errors import VerifierError
from verifier.model import Text

log = logging.getLogger(__name__)
PREFIX = "/api/v1"


def create_app(services: Services) -> FastAPI:
    """The application over these services. Whoever made them closes them."""
    app = FastAPI(
        title="Insurance sales verifier",
        version=metadata.version("insurance-sales-verifier"),
        summary="保险销售合规审核 / Compliance audit of insurance sales",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    app.state.limits = Limits(services.settings.rate_per_minute)
    app.state.metrics = Metrics(services)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    for page in PAGES:
        app.include_router(page)
    app.mount("/static", StaticFiles(directory=shell.STATIC), name="static")
    app.add_exception_handler(VerifierError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(Exception, _broken)
    app.add_exception_handler(SignInFirst, _to_sign_in)
    app.add_middleware(Idempotency, services=services)
    app.add_middleware(BodyLimit, settings=services.settings)
    app.add_middleware(Forgery, settings=services.settings)
    app.add_middleware(GZipMiddleware, minimum_size=1500, compresslevel=5)  # streams of events pass untouched
    app.add_middleware(Marked)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: refusals are `application/problem+json` only, and how to sign in is named."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        for path in document["paths"].values():
            for method, operation in path.items():
                idempotency.describe(method, operation)
                for status, answer in operation.get("responses", {}).items():
                    if status >= "400" and PROBLEM in answer.get("content", {}):
                        answer["content"].pop("application/json", None)
        document.setdefault("components", {})["securitySchemes"] = {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "API 密钥或登录令牌 / API key or sign-in token",
            }
        }
        document["security"] = [{"bearer": []}]
        app.openapi_schema = document
    return app.openapi_schema


class Marked:
    """ASGI: every answer carries an id that the log has too, and tells browsers to guess, keep and frame nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope.setdefault("state", {})["id"] = new_id()
        kept = scope["path"].startswith("/static/")

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("X-Frame-Options", "DENY")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                headers.setdefault("Cache-Control", "public, max-age=31536000, immutable" if kept else "no-store")
            await send(message)

        await self.app(scope, receive, marked)


def _answer(request: Request, error: VerifierError, headers: dict[str, str] | None = None) -> Response:
    """A problem for programs; for people the same as a page."""
    told = refusal(error, headers)
    if request.url.path.startswith(PREFIX) or request.headers.get("hx-request"):
        return told
    page = shell.render(request, "refused.html", told.status_code, problem=error)
    page.headers.update({name: value for name, value in told.headers.items() if name.startswith(("www-", "retry-"))})
    return page


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, VerifierError)
    return _answer(request, error)


async def _to_sign_in(request: Request, error: Exception) -> Response:
    return shell.to_sign_in(request)


async def _unstorable(request: Request, error: Exception) -> Response:
    """PostgreSQL keeps no NUL in a text; whatever a request put where it cannot be kept is the request's fault."""
    log.warning("the database cannot keep what was sent: %s", type(getattr(error, "orig", error)).__name__)
    told = ServiceError(
        422,
        "bad_text",
        Text("内容中有数据库无法保存的字符或数值", "There is a character or number that the database cannot keep"),
        Text("请去除控制字符后重试", "Take out control characters, then try again"),
    )
    return _answer(request, told)


async def _malformed(request: Request, error: Exception) -> Response:
    """Which part of a request could not be used; the values themselves are not repeated."""
    assert isinstance(error, RequestValidationError)
    places = [{"where": [str(part) for part in one["loc"]], "what": one["msg"]} for one in error.errors()]
    told = ServiceError(
        422,
        "bad_request",
        Text("请求中有不可用的内容", "Something in the request cannot be used"),
        Text("见 errors 所列位置", "See the places listed under errors"),
        errors=jsonable_encoder(places),
    )
    return _answer(request, told)


async def _by_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    told = ServiceError(
        error.status_code,
        code,
        Text("无法处理该请求", str(error.detail)),
        Text("请核对地址与方法", "Check the address and the method"),
    )
    return _answer(request, told, dict(error.headers or {}))


async def _broken(request: Request, error: Exception) -> Response:
    request_id = getattr(request.state, "id", "")
    log.exception("request failed", exc_info=error, extra={"request_id": request_id})
    told = ServiceError(
        500,
        "internal_error",
        Text("服务内部错误，请求未完成", "The service failed; the request was not done"),
        Text(
            "请稍后再试；仍失败请将 request_id 告知管理员",
            "Try again; if it persists give the request_id to your administrator",
        ),
        request_id=request_id,
    )
    return _answer(request, told)
