"""How is the web application put together?"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from importlib import metadata
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.errors import ServiceError, problem
from api.routes import ROUTERS
from api.services import Services
from api.tables import new_id
from verifier.errors import VerifierError
from verifier.model import Text

log = logging.getLogger(__name__)
PROBLEM = "application/problem+json"
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
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.add_exception_handler(VerifierError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(Exception, _broken)
    app.middleware("http")(_marked)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: refusals are `application/problem+json` only, and how to sign in is named."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        for path in document["paths"].values():
            for operation in path.values():
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


async def _marked(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every answer carries an id that the log has too, and tells browsers to guess and frame nothing."""
    request.state.id = new_id()
    answer = await go_on(request)
    answer.headers["X-Request-Id"] = request.state.id
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("X-Frame-Options", "DENY")
    answer.headers.setdefault("Referrer-Policy", "no-referrer")
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _answer(error: VerifierError, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem(error, status), status, headers, media_type=PROBLEM)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, VerifierError)
    status = error.status if isinstance(error, ServiceError) else 422
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(error, ServiceError) and "retry_after" in error.more:
        headers["Retry-After"] = str(error.more["retry_after"])
    return _answer(error, status, headers)


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
    return _answer(told, 422)


async def _by_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    told = ServiceError(
        error.status_code,
        code,
        Text("无法处理该请求", str(error.detail)),
        Text("请核对地址与方法", "Check the address and the method"),
    )
    return _answer(told, error.status_code, dict(error.headers or {}))


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
    return _answer(told, 500)
