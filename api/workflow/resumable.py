"""How does a large file arrive over a bad line? In pieces from a known offset, each lasting as soon as it is whole.

A cut loses nothing that arrived: what there is of the last piece is kept, and the sender goes on at the offset that
it is told. A chunk that was sent with its own hash counts whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain

from sqlmodel import Session

from api import trail
from api.blobs import Stored
from api.clock import now
from api.errors import ServiceError, conflict
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import batches as stored
from api.tables import Upload, UploadChunk, UploadState
from api.workflow import uploads
from api.workflow.layout import place_of
from verifier.model import Text
from verifier.reading.intake import HEAD, foretold

PIECE = 8 * 1024 * 1024


def begin(services: Services, who: Principal, batch_id: str, path: str, size: int, sha256: str) -> Upload:
    """An upload of `size` bytes to this place; the one already under way for the same file, where there is one."""
    who.require(Permission.BATCH_WRITE)
    place = place_of(path)
    declared = sha256.lower()
    if place.ignored:
        raise conflict(
            "file_ignored",
            Text("该文件由系统生成，无需上传", "A file manager left this file; it need not be sent"),
            Text("请跳过该文件", "Leave it out"),
        )
    if size > services.settings.upload_bytes:
        raise uploads.too_large(services.settings.upload_bytes)
    with services.writing() as session:
        batch = uploads.open_batch(session, who, batch_id, lock=True)
        row = stored.upload_at(session, batch_id, place.path)
        if row is not None and _same(row, size, declared):
            return row
        row = uploads.new_row(session, services, who, batch, place.path, row)
        row.size, row.declared_sha256 = size, declared
        trail.record(session, who, "upload.begun", "upload", row.id, batch=batch_id, size=size)
    return row if size else _complete(services, who, row)


def _same(row: Upload, size: int, declared: str) -> bool:
    """The same file once more: a sender that lost the answer asks again."""
    going = row.state == UploadState.OPEN or (row.state == UploadState.RECEIVED and bool(declared))
    return going and row.size == size and row.declared_sha256 == declared


def status(services: Services, who: Principal, upload_id: str) -> Upload:
    who.require(Permission.BATCH_WRITE)
    with services.reading() as session:
        return stored.upload(session, who, upload_id)


def append(
    services: Services, who: Principal, upload_id: str, offset: int, chunks: Iterable[bytes], chunk_sha256: str = ""
) -> Upload:
    """Go on at `offset`, which must be where the upload stands. With the last byte the file is made whole."""
    row = status(services, who, upload_id)
    if row.state == UploadState.RECEIVED and offset == row.size:
        return row
    _check(row, offset)
    assert row.size is not None
    body = _Body(chunks, row.size - offset)
    row = (
        _append_checked(services, who, row, offset, body, chunk_sha256.lower())
        if chunk_sha256
        else _append_pieces(services, who, row, offset, body)
    )
    if body.cut is not None:
        raise body.cut
    return _complete(services, who, row) if row.received == row.size else row


def _append_pieces(services: Services, who: Principal, row: Upload, offset: int, body: _Body) -> Upload:
    while body.more():
        kept = services.blobs.put(row.tenant_id, body.piece(PIECE))
        row = _extend(services, who, row.id, offset, [kept])
        offset += kept.size
    return row


def _append_checked(services: Services, who: Principal, row: Upload, offset: int, body: _Body, declared: str) -> Upload:
    pieces = []
    while body.more():
        pieces.append(services.blobs.put(row.tenant_id, body.piece(PIECE)))
    if body.cut is not None:
        return row
    if body.sha256 != declared:
        raise uploads.hash_mismatch(body.sha256)
    return _extend(services, who, row.id, offset, pieces) if pieces else row


class _Body:
    """What a sender sends, cut into pieces. `cut`: the line broke; what came before is still handed out."""

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._chunks = iter(chunks)
        self._left = limit
        self._held = b""
        self._hasher = hashlib.sha256()
        self.cut: ServiceError | None = None

    @property
    def sha256(self) -> str:
        return self._hasher.hexdigest()

    def more(self) -> bool:
        while not self._held and self.cut is None:
            try:
                self._held = next(self._chunks)
            except StopIteration:
                return False
            except ServiceError as fault:
                if fault.code != uploads.CUT:
                    raise
                self.cut = fault
        return bool(self._held)

    def piece(self, length: int) -> Iterator[bytes]:
        while length and self.more():
            part, self._held = self._held[:length], self._held[length:]
            self._left -= len(part)
            if self._left < 0:
                raise _beyond()
            length -= len(part)
            self._hasher.update(part)
            yield part


def _extend(services: Services, who: Principal, upload_id: str, offset: int, pieces: list[Stored]) -> Upload:
    with services.writing() as session:
        row = stored.upload(session, who, upload_id, lock=True)
        uploads.open_batch(session, who, row.batch_id)
        _check(row, offset)
        for piece in pieces:
            session.add(UploadChunk(upload_id=row.id, start=row.received, size=piece.size, sha256=piece.sha256))
            row.received += piece.size
        session.add(row)
        return row


def _check(row: Upload, offset: int) -> None:
    if row.state != UploadState.OPEN:
        raise conflict(
            "upload_ended",
            Text("该上传已结束", "This upload has ended"),
            Text("请重新开始上传", "Begin another one"),
        )
    if offset != row.received:
        raise ServiceError(
            409,
            "offset_mismatch",
            Text("偏移量与已收到的字节数不符", "The offset is not where this upload stands"),
            Text("请从 offset 所示位置继续", "Go on at the place given as offset"),
            offset=row.received,
        )


def _beyond() -> ServiceError:
    return ServiceError(
        413,
        "beyond_size",
        Text("发送的内容超过声明的大小", "More was sent than the size that was declared"),
        Text("请核对文件后重新上传", "Check the file and upload it again"),
    )


def _complete(services: Services, who: Principal, row: Upload) -> Upload:
    """All bytes are there: one blob of them, its hash compared, and the pieces forgotten."""
    with services.reading() as session:
        pieces = list(stored.chunks(session, row.id))
    if len(pieces) == 1:
        kept = Stored(pieces[0].sha256, pieces[0].size)
    else:
        parts = chain.from_iterable(services.blobs.get(row.tenant_id, piece.sha256) for piece in pieces)
        kept = services.blobs.put(row.tenant_id, parts)
    wrong = bool(row.declared_sha256) and row.declared_sha256 != kept.sha256
    head = next(iter(services.blobs.get(row.tenant_id, kept.sha256)), b"")[:HEAD]
    with services.writing() as session:
        row = _ended(session, who, row.id, kept, wrong, foretold(row.path, head))
    if wrong:
        raise uploads.hash_mismatch(kept.sha256)
    return row


def _ended(session: Session, who: Principal, upload_id: str, kept: Stored, wrong: bool, code: str) -> Upload:
    row = stored.upload(session, who, upload_id, lock=True)
    if row.state != UploadState.OPEN:  # another request of the same sender was faster
        return row
    uploads.open_batch(session, who, row.batch_id)
    stored.forget_chunks(session, row.id)
    if wrong:
        row.state, row.code, row.completed_at = UploadState.REFUSED, "hash_mismatch", now()
        trail.record(session, who, "file.refused", "upload", row.id, batch=row.batch_id, code="hash_mismatch")
    else:
        uploads.complete(row, kept, code, row.declared_sha256)
        trail.record(
            session, who, "file.received", "upload", row.id, batch=row.batch_id, sha256=kept.sha256, size=kept.size
        )
    session.add(row)
    return row
