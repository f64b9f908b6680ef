"""Schedules: work that is done by the clock of Asia/Shanghai."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.store import schedules as stored
from api.tables import Schedule
from api.workflow import schedules

router = APIRouter(tags=["schedules"])
Manager = Annotated[Principal, Depends(Allowed(Permission.AUTOMATION))]
CRON = "五段 cron，上海时间 / Five fields of cron, by the clock of Shanghai"


class ScheduleIn(BaseModel):
    """`parameters` of sample: rule, population_id, days_back; of reaudit: pack, days_back, verdict, check_id, outcome; of
    purge and checkpoint: none."""

    model_config = ConfigDict(extra="forbid")
    work: Literal["sample", "reaudit", "purge", "checkpoint"]
    cron: str = Field(max_length=100, description=CRON, examples=["0 2 * * 1"])
    parameters: dict[str, Any] = Field(
        default_factory=dict, examples=[{"rule": {"of": "cases", "method": "risk", "size": 20}, "days_back": 7}]
    )


class ScheduleChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    cron: str | None = Field(default=None, max_length=100, description=CRON)
    parameters: dict[str, Any] | None = None
    paused: bool | None = None


class ScheduleOut(BaseModel):
    id: str
    work: str = Field(examples=["sample"])
    cron: str = Field(examples=["0 2 * * 1"])
    parameters: dict[str, Any]
    created_by: str
    created_at: datetime
    paused_at: datetime | None
    ran_at: datetime | None
    next_at: datetime | None
    problem: str = Field(description="最近一次未能完成的原因 / Why the last run could not be done", examples=[""])


class SchedulesOut(BaseModel):
    items: list[ScheduleOut]
    next: str | None = Field(examples=[None])


@router.post(
    "/schedules",
    operation_id="create_schedule",
    summary="新建定时任务 / Create a schedule",
    status_code=201,
    responses=problems(),
)
def create(given: ScheduleIn, response: Response, who: Manager, services: Bound) -> ScheduleOut:
    row = schedules.create(services, who, given.work, given.cron, given.parameters)
    response.headers["Location"] = f"/api/v1/schedules/{row.id}"
    return _out(row)


@router.get("/schedules", operation_id="list_schedules", summary="定时任务列表 / Schedules", responses=problems())
def listed(who: Manager, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> SchedulesOut:
    with services.reading() as session:
        found = stored.listed(session, who, limit, cursor)
    return SchedulesOut(items=[_out(row) for row in found.items], next=found.next)


@router.get(
    "/schedules/{schedule_id}",
    operation_id="get_schedule",
    summary="一项定时任务 / A schedule",
    responses=problems(404),
)
def one(schedule_id: str, who: Manager, services: Bound) -> ScheduleOut:
    with services.reading() as session:
        return _out(stored.schedule(session, who, schedule_id))


@router.patch(
    "/schedules/{schedule_id}",
    operation_id="change_schedule",
    summary="修改或暂停 / Change or pause it",
    responses=problems(404),
)
def change(schedule_id: str, given: ScheduleChange, who: Manager, services: Bound) -> ScheduleOut:
    return _out(
        schedules.change(services, who, schedule_id, cron=given.cron, parameters=given.parameters, paused=given.paused)
    )


@router.delete(
    "/schedules/{schedule_id}",
    operation_id="remove_schedule",
    summary="删除 / Remove it",
    status_code=204,
    responses=problems(404),
)
def remove(schedule_id: str, who: Manager, services: Bound) -> None:
    schedules.remove(services, who, schedule_id)


def _out(row: Schedule) -> ScheduleOut:
    return ScheduleOut.model_validate(row, from_attributes=True)
