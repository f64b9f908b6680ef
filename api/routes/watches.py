"""Watches: folders and S3 prefixes from which cases come in by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.store import watches as stored
from api.tables import Watch, Watched
from api.workflow import watches

router = APIRouter(tags=["watches"])
Manager = Annotated[Principal, Depends(Allowed(Permission.AUTOMATION))]


class AccessIn(BaseModel):
    """How to reach a bucket. The keys are kept encrypted and never shown."""

    model_config = ConfigDict(extra="forbid")
    access_key: SecretStr = Field(min_length=1, max_length=200)
    secret_key: SecretStr = Field(min_length=1, max_length=200)
    region: str = Field(default="us-east-1", max_length=60)
    endpoint: str = Field(default="", max_length=300, examples=["https://s3.anhua.example"])


class WatchIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["folder", "s3"]
    location: str = Field(
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00-\x1f]+$",
        description="文件夹须位于 <VERIFIER_WATCH_ROOTS>/<机构编号或名称> 之下；S3 为 s3://桶/前缀"
        " / A folder lies below <root>/<institution's id or name>; S3 as s3://bucket/prefix",
        examples=["/srv/incoming/安华人寿/new"],
    )
    pack: str = Field(default="", max_length=100)
    branch_id: str | None = Field(default=None, max_length=36)
    after: Literal["keep", "move"] = Field(
        default="keep", description="接收后保留或移入 taken/ / Keep, or move to taken/"
    )
    access: AccessIn | None = None


class PauseIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    paused: bool


class WatchOut(BaseModel):
    id: str
    kind: str
    location: str
    pack: str
    branch_id: str | None
    after: str
    created_by: str
    created_at: datetime
    paused_at: datetime | None
    looked_at: datetime | None
    problem: str = Field(description="最近一次查看的问题 / What was wrong at the last look", examples=[""])


class WatchesOut(BaseModel):
    items: list[WatchOut]
    next: str | None = Field(examples=[None])


class FoundOut(BaseModel):
    """`state`: settling (still changing, or new), taking, taken, refused."""

    name: str
    fingerprint: str
    state: str = Field(examples=["taken"])
    seen_at: datetime
    batch_id: str | None
    problem: str


class FoundPageOut(BaseModel):
    items: list[FoundOut]
    next: str | None = Field(examples=[None])


@router.post(
    "/watches",
    operation_id="create_watch",
    summary="监视文件夹或 S3 前缀 / Watch a folder or an S3 prefix",
    status_code=201,
    responses=problems(404),
)
def create(given: WatchIn, response: Response, who: Manager, services: Bound) -> WatchOut:
    access = None
    if given.access is not None:
        access = {
            "access_key": given.access.access_key.get_secret_value(),
            "secret_key": given.access.secret_key.get_secret_value(),
            "region": given.access.region,
            "endpoint": given.access.endpoint,
        }
    row = watches.create(
        services,
        who,
        kind=given.kind,
        location=given.location,
        pack=given.pack,
        branch_id=given.branch_id,
        after=given.after,
        access=access,
    )
    response.headers["Location"] = f"/api/v1/watches/{row.id}"
    return _out(row)


@router.get("/watches", operation_id="list_watches", summary="监视列表 / Watches", responses=problems())
def listed(who: Manager, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> WatchesOut:
    with services.reading() as session:
        found = stored.listed(session, who, limit, cursor)
    return WatchesOut(items=[_out(row) for row in found.items], next=found.next)


@router.get("/watches/{watch_id}", operation_id="get_watch", summary="一项监视 / A watch", responses=problems(404))
def one(watch_id: str, who: Manager, services: Bound) -> WatchOut:
    with services.reading() as session:
        return _out(stored.watch(session, who, watch_id))


@router.put(
    "/watches/{watch_id}/pause",
    operation_id="pause_watch",
    summary="暂停或继续 / Pause or resume",
    responses=problems(404),
)
def pause(watch_id: str, given: PauseIn, who: Manager, services: Bound) -> WatchOut:
    return _out(watches.pause(services, who, watch_id, paused=given.paused))


@router.get(
    "/watches/{watch_id}/found",
    operation_id="list_watched",
    summary="发现的内容 / What was found",
    responses=problems(404),
)
def found(
    watch_id: str,
    who: Manager,
    services: Bound,
    state: Annotated[str | None, Query(pattern="^(settling|taking|taken|refused)$")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FoundPageOut:
    with services.reading() as session:
        row = stored.watch(session, who, watch_id)
        seen = stored.found(session, row.id, state=state, limit=limit, cursor=cursor)
    return FoundPageOut(items=[_found(one) for one in seen.items], next=seen.next)


def _out(row: Watch) -> WatchOut:
    return WatchOut.model_validate(row, from_attributes=True)


def _found(row: Watched) -> FoundOut:
    return FoundOut.model_validate(row, from_attributes=True)
