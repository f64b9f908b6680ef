"""Batches: made, handed over, watched, cancelled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.deps import Allowed, Bound, Cursor, Limit
from api.events import Feed
from api.permissions import Permission
from api.principal import Principal
from api.routes.batches_models import (
    BatchesOut,
    BatchIn,
    BatchOut,
    BatchWithProgress,
    DeclaredIn,
    ProgressOut,
    batch_out,
    progress_out,
)
from api.routes.documented import problems
from api.routes.files_models import FileOut, file_out
from api.store import batches as stored
from api.store.batches import Progress
from api.workflow import batches

router = APIRouter(tags=["batches"])
Writer = Annotated[Principal, Depends(Allowed(Permission.BATCH_WRITE))]
Reader = Annotated[Principal, Depends(Allowed(Permission.BATCH_READ))]
STATES = "^(open|queued|forming|reading|judging|done|cancelled|failed)$"
feed: Feed[Progress] = Feed()


@router.post(
    "/batches",
    operation_id="create_batch",
    summary="新建批次 / Create a batch",
    status_code=201,
    responses=problems(404),
)
def create(given: BatchIn, response: Response, who: Writer, services: Bound) -> BatchOut:
    row = batches.create(
        services,
        who,
        given.name,
        pack=given.pack,
        as_of=given.as_of,
        priority=given.priority,
        branch_id=given.branch_id,
        info=given.info.model_dump(exclude_none=True),
    )
    response.headers["Location"] = f"/api/v1/batches/{row.id}"
    return batch_out(row, who)


@router.get("/batches", operation_id="list_batches", summary="批次列表 / Batches", responses=problems())
def listed(
    who: Reader,
    services: Bound,
    state: Annotated[str | None, Query(pattern=STATES)] = None,
    origin: Annotated[str | None, Query(pattern="^(upload|watch|hook|schedule)$")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> BatchesOut:
    with services.reading() as session:
        found = stored.listed(session, who, state=state, origin=origin, limit=limit, cursor=cursor)
    return BatchesOut(items=[batch_out(row, who) for row in found.items], next=found.next)


@router.get(
    "/batches/{batch_id}",
    operation_id="get_batch",
    summary="批次与进度 / A batch and its progress",
    responses=problems(404),
)
def one(batch_id: str, who: Reader, services: Bound) -> BatchWithProgress:
    row, seen = batches.one(services, who, batch_id)
    return BatchWithProgress(**batch_out(row, who).model_dump(), progress=progress_out(seen))


@router.post(
    "/batches/{batch_id}/submit",
    operation_id="submit_batch",
    summary="提交批次开始审核 / Submit the batch to be audited",
    status_code=202,
    responses=problems(404, 409),
)
def submit(batch_id: str, who: Writer, services: Bound) -> BatchOut:
    return batch_out(batches.submit(services, who, batch_id), who)


@router.post(
    "/batches/{batch_id}/cancel",
    operation_id="cancel_batch",
    summary="取消批次；已完成的结果保留 / Cancel; what was judged stays",
    responses=problems(404, 409),
)
def cancel(batch_id: str, who: Writer, services: Bound) -> BatchOut:
    return batch_out(batches.cancel(services, who, batch_id), who)


@router.put(
    "/batches/{batch_id}/cases/{name}/declared",
    operation_id="declare_case",
    summary="提交前申报某案件的信息 / Declare the facts of a case before the batch is submitted",
    description="等同于在该案件文件夹内上传 case.yaml。 / The same as uploading case.yaml into the folder of the case.",
    responses=problems(404, 409),
)
def declare(
    batch_id: str,
    name: Annotated[str, Path(max_length=200, examples=["C-0001"])],
    given: DeclaredIn,
    who: Writer,
    services: Bound,
) -> FileOut:
    row = batches.declare(services, who, batch_id, name, given.facts)
    return file_out(row.path, row)


def _watched(batch_id: str, who: Reader, services: Bound) -> Progress:
    """Whether there is such a batch for the asker is settled before the stream begins."""
    return batches.one(services, who, batch_id)[1]


@router.get(
    "/batches/{batch_id}/events",
    operation_id="watch_batch",
    summary="批次进度（服务器推送事件） / Progress as server-sent events",
    description="`progress` 事件在变化时发送；结束时发送 `finished` 并关闭。连接最长 15 分钟，其后请重新连接。"
    " / `progress` whenever it changed; `finished` at the end, then the stream closes. Connect again after 15 minutes.",
    response_class=EventSourceResponse,
    responses=problems(404),
)
async def events(
    batch_id: str, request: Request, who: Reader, services: Bound, first: Annotated[Progress, Depends(_watched)]
) -> AsyncIterator[ServerSentEvent]:
    def look() -> Progress:
        return batches.one(services, who, batch_id)[1]

    topic = (id(request.app), batch_id, who.tenant_id, who.branch_id, who.grant, batches.sees_verdicts(who))
    async for seen in feed.listen(topic, look, lambda progress: progress.finished):
        told: ProgressOut = progress_out(seen)
        yield ServerSentEvent(data=told.model_dump(mode="json"), event="progress")
        if seen.finished:
            yield ServerSentEvent(data={"state": seen.state}, event="finished")
