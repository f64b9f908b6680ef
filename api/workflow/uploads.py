"""How does a file come into a batch? Hashed and encrypted on its way, whole or not at all; refused alone.

Bytes are kept before the transaction that names them begins. A refusal that a person can mend (too large, another
hash than was declared) stays on record with its code, so that a batch cannot silently lack a paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlmodel import Session

from api import trail
from api.blobs import Stored
from api.clock import now
from api.errors import ServiceError, conflict, invalid, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import batches as stored
from api.tables import Batch, BatchState, Upload, UploadState
from api.workflow.layout import place_of
from verifier.model import Text
from verifier.reading.intake import HEAD, foretold

CUT = "upload_cut"
KEPT_ON_RECORD = frozenset({"too_large", "hash_mismatch"})


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one file. `upload` None: it was ignored. `created`: there was none of this path before."""

    path: str
    upload: Upload | None
    created: bool = False


def put_file(
    services: Services,
    who: Principal,
    batch_id: str,
    path: str,
    chunks: Iterable[bytes],
    *,
    size: int | None = None,
    sha256: str = "",
) -> Received:
    """One whole file at its place in an open batch; another that lay there is replaced. `size` and `sha256` as the
    sender declared them."""
    who.require(Permission.BATCH_WRITE)
    place = place_of(path)
    with services.reading() as session:
        batch = open_batch(session, who, batch_id)
    if place.ignored:
        return Received(place.path, None)
    limit = services.settings.upload_bytes
    try:
        if size is not None and size > limit:
            raise too_large(limit)
        arriving = Beginning(bounded(chunks, limit))
        kept = services.blobs.put(batch.tenant_id, arriving)
        if sha256 and kept.sha256 != sha256.lower():
            raise hash_mismatch(kept.sha256)
    except ServiceError as fault:
        if fault.code in KEPT_ON_RECORD:
            _refuse(services, who, batch_id, place.path, fault.code, size)
        raise
    code = foretold(place.path, arriving.head)
    return _receive(services, who, batch_id, place.path, kept, code, declared_sha256=sha256.lower())


class Beginning:
    """Chunks that pass by; `head` is what they began with: enough to say at once that a file will not be read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.head = b""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if len(self.head) < HEAD:
                self.head += chunk[: HEAD - len(self.head)]
            yield chunk


def open_batch(session: Session, who: Principal, batch_id: str, *, lock: bool = False) -> Batch:
    """The batch while files may be added to it."""
    batch = stored.batch(session, who, batch_id, lock=lock)
    if batch.state != BatchState.OPEN:
        raise conflict(
            "batch_closed",
            Text("批次已提交，不能再改动文件", "The batch was submitted: its files cannot be changed any more"),
            Text("请新建批次，或将后到材料加入对应案件", "Create another batch, or add a late paper to its case"),
        )
    return batch


def bounded(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The chunks, as long as they stay within the limit."""
    told = 0
    for chunk in chunks:
        told += len(chunk)
        if told > limit:
            raise too_large(limit)
        yield chunk


def _receive(
    services: Services, who: Principal, batch_id: str, path: str, kept: Stored, code: str, *, declared_sha256: str
) -> Received:
    with services.writing() as session:
        batch = open_batch(session, who, batch_id, lock=True)
        row = stored.upload_at(session, batch_id, path)
        if row is not None and row.state == UploadState.RECEIVED and row.sha256 == kept.sha256:
            return Received(path, row)
        created = row is None or row.state == UploadState.REMOVED
        row = new_row(session, services, who, batch, path, row)
        complete(row, kept, code, declared_sha256)
        trail.record(
            session, who, "file.received", "upload", row.id, batch=batch_id, sha256=kept.sha256, size=kept.size
        )
        return Received(path, row, created)


def complete(row: Upload, kept: Stored, code: str, declared_sha256: str) -> None:
    """`code`: what will keep it from being read, where that is known already."""
    row.state, row.code = UploadState.RECEIVED, code or None
    row.size, row.received = kept.size, kept.size
    row.sha256, row.declared_sha256 = kept.sha256, declared_sha256
    row.completed_at = now()


def _refuse(services: Services, who: Principal, batch_id: str, path: str, code: str, size: int | None) -> None:
    """Keep on record that a file was refused; one that was received before stays as it is."""
    with services.writing() as session:
        batch = open_batch(session, who, batch_id, lock=True)
        row = stored.upload_at(session, batch_id, path)
        if row is not None and row.state == UploadState.RECEIVED:
            return
        row = new_row(session, services, who, batch, path, row)
        row.state, row.code, row.size, row.completed_at = UploadState.REFUSED, code, size, now()
        trail.record(session, who, "file.refused", "upload", row.id, batch=batch_id, code=code)


def new_row(
    session: Session, services: Services, who: Principal, batch: Batch, path: str, row: Upload | None
) -> Upload:
    """A row for this path: the one that was there, begun anew, or another within the limit of the batch."""
    if row is None:
        if stored.number_of_uploads(session, batch.id) >= services.settings.batch_files:
            raise conflict(
                "too_many_files",
                Text(
                    f"一个批次最多 {services.settings.batch_files} 个文件",
                    f"A batch holds {services.settings.batch_files} files at most",
                ),
                Text("请新建批次", "Create another batch"),
            )
        row = Upload(tenant_id=batch.tenant_id, batch_id=batch.id, path=path, created_by=who.id, created_at=now())
    else:
        stored.forget_chunks(session, row.id)
        row.created_by, row.created_at = who.id, now()
    row.state, row.code, row.completed_at = UploadState.OPEN, None, None
    row.size, row.received, row.sha256, row.declared_sha256 = None, 0, "", ""
    session.add(row)
    return row


# --- changing what was added, while the batch is open -----------------------------------------------


def remove(services: Services, who: Principal, batch_id: str, path: str) -> None:
    who.require(Permission.BATCH_WRITE)
    with services.writing() as session:
        open_batch(session, who, batch_id, lock=True)
        row = _at(session, batch_id, place_of(path).path)
        row.state, row.completed_at = UploadState.REMOVED, now()
        stored.forget_chunks(session, row.id)
        session.add(row)
        trail.record(session, who, "file.removed", "upload", row.id, batch=batch_id)


def move(services: Services, who: Principal, batch_id: str, path: str, target: str) -> Upload:
    """Give a file another place: the first folder of a path is its case, so this moves it to another case."""
    who.require(Permission.BATCH_WRITE)
    place = place_of(target)
    if place.ignored:
        raise invalid(
            "unsafe_path",
            Text("该名称会被忽略", "Files of this name are ignored"),
            Text("请换一个文件名", "Choose another name"),
        )
    with services.writing() as session:
        open_batch(session, who, batch_id, lock=True)
        row = _at(session, batch_id, place_of(path).path)
        there = stored.upload_at(session, batch_id, place.path)
        if there is not None and there.id != row.id:
            if there.state != UploadState.REMOVED:
                raise conflict(
                    "file_exists",
                    Text("目标位置已有文件", "There is a file at that place already"),
                    Text("请换一个文件名", "Choose another name"),
                )
            stored.forget_upload(session, there)
        row.path = place.path
        session.add(row)
        trail.record(session, who, "file.moved", "upload", row.id, batch=batch_id)
        return row


def _at(session: Session, batch_id: str, path: str) -> Upload:
    row = stored.upload_at(session, batch_id, path)
    if row is None or row.state == UploadState.REMOVED:
        raise not_found("文件", "file")
    return row


def too_large(limit: int) -> ServiceError:
    return ServiceError(
        413,
        "too_large",
        Text("文件超过允许的大小", "The file is larger than is allowed"),
        Text(f"单个文件最大 {limit} 字节；请拆分", f"A file may have {limit} bytes; split it"),
        limit=limit,
    )


def hash_mismatch(sha256: str) -> ServiceError:
    """What came is not what was sent: nothing of it is used."""
    return ServiceError(
        422,
        "hash_mismatch",
        Text(
            "收到的内容与声明的 SHA-256 不符，未采用", "What arrived has another SHA-256 than declared; it is not used"
        ),
        Text("请重新发送该文件", "Send the file again"),
        sha256=sha256,
    )


def cut() -> ServiceError:
    """The line to the sender broke, or nothing came over it for too long."""
    return ServiceError(
        400,
        CUT,
        Text("上传中断，文件不完整", "The upload was cut off; the file is not complete"),
        Text("请重新发送；大文件请用可续传上传", "Send it again; use a resumable upload for large files"),
    )
