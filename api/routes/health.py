"""Is the service alive, is it ready, and how busy is it? For machines that watch over it."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from api.deps import Bound
from api.errors import unauthenticated
from api.limits import address_of
from api.metrics import Metrics
from api.routes.documented import public_problems
from api.services import Services
from api.workflow import health

router = APIRouter(tags=["operation"])


class AliveOut(BaseModel):
    alive: bool = True


class PartOut(BaseModel):
    name: str = Field(examples=["database"])
    zh: str = Field(examples=["数据库"])
    en: str = Field(examples=["Database"])
    well: bool
    code: str = Field(description="为空即正常 / Empty when all is well", examples=["storage_full"])
    needed: bool = Field(description="为 false 时只影响处理进度 / When false, only work is delayed")
    seconds: float


class ReadyOut(BaseModel):
    ready: bool
    parts: list[PartOut]


@router.get(
    "/health/live",
    operation_id="live",
    summary="进程是否存活 / Whether the process is alive",
    responses=public_problems(),
)
def live() -> AliveOut:
    """Asks nothing else: a process must not be killed because its database is away."""
    return AliveOut()


@router.get(
    "/health/ready",
    operation_id="ready",
    summary="能否接收请求，以及原因 / Whether requests can be served, and why not",
    responses={**public_problems(), 503: {"model": ReadyOut, "description": "尚不可用 / Not ready"}},
)
def ready(services: Bound, response: Response) -> ReadyOut:
    parts = health.look(services)
    good = all(part.well for part in parts if part.needed)
    response.status_code = 200 if good else 503
    told = [
        PartOut(
            name=part.name,
            zh=health.NAMES[part.name].zh,
            en=health.NAMES[part.name].en,
            well=part.well,
            code=part.code,
            needed=part.needed,
            seconds=part.seconds,
        )
        for part in parts
    ]
    return ReadyOut(ready=good, parts=told)


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Prometheus 指标 / Figures for Prometheus",
    description="设置了 VERIFIER_METRICS_TOKEN 时须以 Bearer 令牌访问；否则仅限本机。"
    " / With VERIFIER_METRICS_TOKEN that token as Bearer; otherwise from this machine only.",
    response_class=Response,
    responses={
        **public_problems(401),
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "OpenMetrics"},
    },
)
def metrics(request: Request, services: Bound) -> Response:
    token = services.settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not (secrets.compare_digest(given.encode(), token.encode()) if token else _from_here(request, services)):
        raise unauthenticated()
    figures: Metrics = request.app.state.metrics
    return Response(figures.text(), media_type=CONTENT_TYPE_LATEST)


def _from_here(request: Request, services: Services) -> bool:
    return address_of(request, services.settings) in ("127.0.0.1", "::1")
