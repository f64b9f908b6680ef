"""The dashboard: figures, each with the filter of GET /cases that opens the cases behind it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Allowed, Bound
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.routes.reviews_models import NO_NUL
from api.store.dashboard import Cut
from api.workflow import dashboard, figures_table

router = APIRouter(tags=["dashboard"])
Head = Annotated[Principal, Depends(Allowed(Permission.DASHBOARD))]
Exporter = Annotated[Principal, Depends(Allowed(Permission.REPORT_EXPORT))]
Short = Annotated[str, Query(max_length=40, pattern=NO_NUL)]


class FigureOut(BaseModel):
    """`filter`: query of GET /cases that lists what is counted; null where no list does. `of`: the whole it is part of."""

    model_config = ConfigDict(from_attributes=True)
    key: str = Field(examples=["non_compliant"])
    number: int
    filter: dict[str, str] | None = Field(examples=[{"verdict": "non_compliant"}])
    name: str = ""
    of: int | None = None


class MonthOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    month: str = Field(examples=["2026-03"], description="投保月份；空为未知 / Month of the sale; empty: not known")
    verdicts: list[FigureOut]


class MissOut(BaseModel):
    """Share of the machine's passes that a person found failing, with Wilson's 95 % interval."""

    model_config = ConfigDict(from_attributes=True)
    key: str = Field(description="all、环节或检查 / all, a stage or a check", examples=["S6"])
    judged: int
    missed: int
    waiting: int
    rate: float | None
    low: float
    high: float


class ReAuditedOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: str
    pack: str
    edition: str
    as_of: date
    moves: list[FigureOut] = Field(description="key 为 之前>之后 / before>after")


class DashboardOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    at: datetime
    verdicts: list[FigureOut]
    months: list[MonthOut]
    stages: list[FigureOut] = Field(description="各环节未满足数 / Failures by stage")
    checks: list[FigureOut] = Field(description="各检查未满足数 / Failures by check")
    reviews: list[FigureOut] = Field(description="各检查待人工判断数 / Left to a person, by check")
    branches: list[FigureOut]
    sellers: list[FigureOut]
    products: list[FigureOut]
    open_cases: list[FigureOut] = Field(description="待办案件按等待天数 / Open cases by days of waiting")
    open_findings: int
    waiting_for_second: int
    misses: list[MissOut]
    reaudits: list[ReAuditedOut]


def cut_of(
    batch: Short = "",
    branch: Short = "",
    product: Annotated[str, Query(max_length=200, pattern=NO_NUL)] = "",
    sold_from: date | None = None,
    sold_to: date | None = None,
) -> Cut:
    return Cut(batch, branch, product, sold_from, sold_to)


Part = Annotated[Cut, Depends(cut_of)]


@router.get(
    "/dashboard",
    operation_id="get_dashboard",
    summary="合规总览 / The figures",
    description="同一视图至多每分钟统计一次。 / Counted at most once a minute for the same view.",
    responses=problems(),
)
def figures(who: Head, services: Bound, part: Part) -> DashboardOut:
    return DashboardOut.model_validate(dashboard.figures(services, who, part))


@router.get(
    "/dashboard/export",
    operation_id="export_dashboard",
    summary="导出总览 / The figures as CSV",
    responses={**problems(), 200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def export(who: Exporter, services: Bound, part: Part) -> Response:
    told = figures_table.exported(services, who, part)
    name = {"Content-Disposition": "attachment; filename=dashboard.csv"}
    return Response(told, media_type="text/csv; charset=utf-8", headers=name)
