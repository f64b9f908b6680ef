"""The audit trail: read, taken away, checked, signed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.store.events import Wanted
from api.workflow import checkpoints, trail_reading

router = APIRouter(prefix="/trail", tags=["trail"])
Reader = Annotated[Principal, Depends(Allowed(Permission.TRAIL_READ))]


class EventOut(BaseModel):
    """One thing that happened, chained to the one before: `sha256` is over all the others."""

    seq: int = Field(examples=[1207])
    at: datetime
    actor_kind: str = Field(description="user, key, system", examples=["user"])
    actor_id: str = Field(examples=["0194f2a0-6b7c-7d0e-8f11-2233445566aa"])
    action: str = Field(examples=["case.viewed"])
    subject_kind: str = Field(examples=["case"])
    subject_id: str = Field(examples=["0194f2a0-6b7c-7d0e-8f11-2233445566bb"])
    detail: dict[str, Any] = Field(description="编号、代码与计数 / Ids, codes and counts", examples=[{"files": 3}])
    previous: str = Field(examples=["0" * 64])
    sha256: str = Field(examples=["9f" * 32])


class EventsOut(BaseModel):
    items: list[EventOut]
    next: str | None = Field(description="下一页的 cursor / The cursor of the next page", examples=[None])


class BreakOut(BaseModel):
    """`kind`: altered, missing, head, truncated, signature."""

    seq: int = Field(examples=[12])
    kind: str = Field(examples=["altered"])


class VerifiedOut(BaseModel):
    holds: bool = Field(examples=[True])
    events: int = Field(examples=[1207])
    checkpoints: int = Field(examples=[12])
    breaks: list[BreakOut]


class CheckpointOut(BaseModel):
    """The chain had this hash at this length; signed with Ed25519."""

    seq: int = Field(examples=[1207])
    sha256: str = Field(examples=["9f" * 32])
    at: datetime
    key_id: str = Field(examples=["5c4f0d1e2a3b4c5d"])
    signature: str = Field(description="Base64")


class CheckpointsOut(BaseModel):
    items: list[CheckpointOut]


def wanted(
    action: Annotated[
        str | None, Query(max_length=60, description="末尾加点表示一类 / A final dot: all of a kind")
    ] = None,
    subject_kind: Annotated[str | None, Query(max_length=30)] = None,
    subject_id: Annotated[str | None, Query(max_length=120)] = None,
    actor_id: Annotated[str | None, Query(max_length=60)] = None,
    since: Annotated[AwareDatetime | None, Query(description="自（含）/ From")] = None,
    until: Annotated[AwareDatetime | None, Query(description="至（不含）/ Before")] = None,
) -> Wanted:
    return Wanted(action, subject_kind, subject_id, actor_id, since, until)


Filters = Annotated[Wanted, Depends(wanted)]


@router.get("/events", operation_id="list_trail_events", summary="审计事件 / Events", responses=problems())
def events(who: Reader, services: Bound, asked: Filters, limit: Limit = 50, cursor: Cursor = None) -> EventsOut:
    page = trail_reading.listed(services, who, asked, limit, cursor)
    return EventsOut(
        items=[EventOut.model_validate(one, from_attributes=True) for one in page.items],
        next=page.next,
    )


@router.get(
    "/export",
    operation_id="export_trail",
    summary="导出审计轨迹（JSONL） / Export as JSON lines",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {}}}, **problems()},
)
def export(who: Reader, services: Bound, asked: Filters) -> StreamingResponse:
    return StreamingResponse(
        trail_reading.export(services, who, asked),
        media_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="trail.jsonl"'},
    )


@router.get("/verification", operation_id="verify_trail", summary="核验轨迹 / Check the chain", responses=problems())
def verification(who: Reader, services: Bound) -> VerifiedOut:
    found = checkpoints.verify_own(services, who)
    return VerifiedOut(
        holds=not found.breaks,
        events=found.events,
        checkpoints=found.checkpoints,
        breaks=[BreakOut(seq=one.seq, kind=one.kind) for one in found.breaks],
    )


@router.get(
    "/checkpoints", operation_id="list_checkpoints", summary="签名检查点 / Signed checkpoints", responses=problems()
)
def listed(who: Reader, services: Bound) -> CheckpointsOut:
    rows = checkpoints.checkpoints(services, who)
    return CheckpointsOut(items=[CheckpointOut.model_validate(row, from_attributes=True) for row in rows])


@router.post(
    "/checkpoints",
    operation_id="create_checkpoint",
    summary="立即签署检查点 / Sign the chain as it is",
    status_code=201,
    responses=problems(),
)
def sign(who: Annotated[Principal, Depends(Allowed(Permission.OPERATE))], services: Bound) -> CheckpointOut:
    return CheckpointOut.model_validate(checkpoints.sign_own(services, who), from_attributes=True)


@router.get(
    "/public-key",
    operation_id="get_trail_public_key",
    summary="检查点公钥（PEM） / The key that checkpoints are verified with",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {}}}, **problems()},
)
def public_key(who: Reader, services: Bound) -> PlainTextResponse:
    return PlainTextResponse(checkpoints.public_key_pem(services))
