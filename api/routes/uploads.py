"""Files into a batch: one by one, many in a form, in chunks that can be resumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from api.deps import Allowed, Bound, Cursor, Limit
from api.errors import ServiceError
from api.permissions import Permission
from api.principal import Principal
from api.routes.bodies import declared_size, parts, with_body
from api.routes.documented import Sentence, problems
from api.routes.files_models import SHA256, FileOut, FilesOut, FormOut, MoveIn, UploadIn, file_out
from api.store import batches as stored
from api.tables import Upload
from api.workflow import resumable, uploads
from api.workflow.opened import mask

router = APIRouter(tags=["uploads"])
Writer = Annotated[Principal, Depends(Allowed(Permission.BATCH_WRITE))]
Reader = Annotated[Principal, Depends(Allowed(Permission.BATCH_READ))]
FilePath = Annotated[
    str,
    Path(description="批次内路径：案件编号/文件名 / Place in the batch: case-id/file", examples=["C-0001/投保单.pdf"]),
]
ContentHash = Annotated[
    str,
    Header(alias="X-Content-SHA256", pattern=SHA256, description="内容的 SHA-256（可选） / Of what is sent (optional)"),
]
BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
}


@router.get(
    "/batches/{batch_id}/files",
    operation_id="list_files",
    summary="批次内的文件 / Files of a batch",
    responses=problems(404),
)
def listed(
    batch_id: str,
    who: Reader,
    services: Bound,
    state: Annotated[str | None, Query(pattern="^(open|received|refused)$")] = None,
    under: Annotated[
        str | None, Query(max_length=800, pattern=r"^[^\x00]*$", description="只列此文件夹 / Only this folder")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FilesOut:
    with services.reading() as session:
        batch = stored.batch(session, who, batch_id)
        found = stored.uploads(session, who, batch.id, state=state, under=under, limit=limit, cursor=cursor)
    return FilesOut(items=[_listed(who, row) for row in found.items], next=found.next)


def _listed(who: Principal, row: Upload) -> FileOut:
    told = file_out(row.path, row)
    return told if who.sees_full_values else told.model_copy(update={"path": mask(told.path)})


@router.put(
    "/batches/{batch_id}/files/{path:path}",
    operation_id="put_file",
    summary="上传一个文件（原始字节流） / Send one file as raw bytes",
    description="边收边加密并计算哈希，内存占用不随文件增大。同一路径再次上传即替换。"
    " / Hashed and encrypted as it arrives. Sending the same path again replaces the file.",
    status_code=201,
    responses={
        **problems(400, 404, 409, 413, 503, 507),
        200: {"model": FileOut, "description": "已替换、未变或忽略 / Replaced, unchanged or ignored"},
    },
    openapi_extra=BYTES,
)
async def put(
    batch_id: str,
    path: FilePath,
    request: Request,
    response: Response,
    who: Writer,
    services: Bound,
    sha256: ContentHash = "",
) -> FileOut:
    kept = await with_body(
        request,
        lambda chunks: uploads.put_file(
            services, who, batch_id, path, chunks, size=declared_size(request), sha256=sha256
        ),
    )
    response.status_code = 201 if kept.created else 200
    return file_out(kept.path, kept.upload)


@router.post(
    "/batches/{batch_id}/files",
    operation_id="post_files",
    summary="以表单上传多个文件 / Send many files as a form",
    description="文件名即批次内路径；数量不限，逐个处理；某个文件被拒绝不影响其余。"
    " / The file name is the place in the batch. Any number; one that is refused does not stop the rest.",
    responses=problems(400, 404, 409, 415, 503, 507),
    openapi_extra=FORM,
)
async def post_form(batch_id: str, request: Request, who: Writer, services: Bound) -> FormOut:
    def keep(body: Iterator[bytes]) -> list[FileOut]:
        with services.reading() as session:
            uploads.open_batch(session, who, batch_id)
        return [_kept(services, who, batch_id, part.name, part.chunks) for part in parts(request, body)]

    files = await with_body(request, keep)
    told = [one.state for one in files]
    return FormOut(
        files=files, received=told.count("received"), refused=told.count("refused"), ignored=told.count("ignored")
    )


def _kept(services: Bound, who: Principal, batch_id: str, name: str, chunks: Iterator[bytes]) -> FileOut:
    try:
        kept = uploads.put_file(services, who, batch_id, name, chunks)
    except ServiceError as fault:
        if fault.status not in (413, 422):
            raise
        return FileOut(
            id=None,
            path=name[:1000],
            state="refused",
            code=fault.code,
            detail=Sentence(zh=fault.message.zh, en=fault.message.en),
            hint=Sentence(zh=fault.hint.zh, en=fault.hint.en),
        )
    return file_out(kept.path, kept.upload)


@router.patch(
    "/batches/{batch_id}/files/{path:path}",
    operation_id="move_file",
    summary="提交前将文件移到另一案件 / Move a file to another case before the batch is submitted",
    responses=problems(404, 409),
)
def move(batch_id: str, path: FilePath, target: MoveIn, who: Writer, services: Bound) -> FileOut:
    row = uploads.move(services, who, batch_id, path, target.path)
    return file_out(row.path, row)


@router.delete(
    "/batches/{batch_id}/files/{path:path}",
    operation_id="remove_file",
    summary="提交前移除文件 / Remove a file before the batch is submitted",
    status_code=204,
    responses=problems(404, 409),
)
def remove(batch_id: str, path: FilePath, who: Writer, services: Bound) -> None:
    uploads.remove(services, who, batch_id, path)


# --- in chunks --------------------------------------------------------------------------------------

OFFSETS = {
    "Upload-Offset": {"schema": {"type": "integer"}, "description": "已收到的字节数 / Bytes received so far"},
    "Upload-Length": {"schema": {"type": "integer"}, "description": "全部字节数 / Bytes of the whole file"},
}


@router.post(
    "/batches/{batch_id}/uploads",
    operation_id="begin_upload",
    summary="开始可续传上传 / Begin an upload that can be resumed",
    description="随后以 PATCH 逐块发送；中断后用 HEAD 询问进度再继续。同一路径、大小与哈希再次开始时返回原上传。"
    " / Then send chunks with PATCH; after a cut ask with HEAD where it stands and go on."
    " Begun again for the same file, the same upload is returned.",
    status_code=201,
    responses={**problems(404, 409, 413), 201: {"headers": OFFSETS}},
)
def begin(batch_id: str, given: UploadIn, response: Response, who: Writer, services: Bound) -> FileOut:
    row = resumable.begin(services, who, batch_id, given.path, given.size, given.sha256)
    _tell(response, row)
    response.headers["Location"] = f"/api/v1/uploads/{row.id}"
    return file_out(row.path, row)


@router.get(
    "/uploads/{upload_id}",
    operation_id="get_upload",
    summary="上传进度 / Where an upload stands",
    responses={**problems(404), 200: {"headers": OFFSETS}},
)
def get(upload_id: str, response: Response, who: Writer, services: Bound) -> FileOut:
    row = resumable.status(services, who, upload_id)
    _tell(response, row)
    return file_out(row.path, row)


@router.head(
    "/uploads/{upload_id}",
    operation_id="head_upload",
    summary="上传进度（仅标头） / Where an upload stands, headers only",
    responses={**problems(404), 200: {"headers": OFFSETS}},
)
def head(upload_id: str, who: Writer, services: Bound) -> Response:
    answer = Response()
    _tell(answer, resumable.status(services, who, upload_id))
    return answer


@router.patch(
    "/uploads/{upload_id}",
    operation_id="append_chunk",
    summary="从给定位置续传一块 / Send the next chunk",
    description="`Upload-Offset` 须等于已收到的字节数。带 `X-Content-SHA256` 的块须完整且哈希相符才计入；不带的块，已到达的部分即计入。"
    " / `Upload-Offset` must be where the upload stands. With `X-Content-SHA256` a chunk counts whole or not at all;"
    " without, what has arrived counts.",
    responses={**problems(400, 404, 409, 413, 503, 507), 200: {"headers": OFFSETS}},
    openapi_extra=BYTES,
)
async def append(
    upload_id: str,
    request: Request,
    response: Response,
    who: Writer,
    services: Bound,
    offset: Annotated[int, Header(alias="Upload-Offset", ge=0, examples=[8388608])],
    sha256: ContentHash = "",
) -> FileOut:
    row = await with_body(request, lambda chunks: resumable.append(services, who, upload_id, offset, chunks, sha256))
    _tell(response, row)
    return file_out(row.path, row)


def _tell(response: Response, row: Upload) -> None:
    response.headers["Upload-Offset"] = str(row.received)
    response.headers["Upload-Length"] = str(row.size or 0)
