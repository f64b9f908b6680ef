"""Where do bytes lie, and how are they found again? Originals by the hash of their content, papers of ours by name.

Everything is encrypted (api.envelope) before it touches a disk or a wire. The name of an object is an HMAC of the
hash under a secret of the tenant: who sees the store cannot test whether it holds a file that he has too.

    t/<tenant>/originals/ab/ab12…      what was uploaded; created once, equal content once
    t/<tenant>/<kind>/ab/ab12…         transcripts, audits, reports: named by us, compressed, replaceable

A write lasts when it returns, whole or not at all. Keep bytes before the transaction that refers to them begins: an
original without a row costs room, a row without its original is a loss.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from api.envelope import (
    HEADER,
    Broken,
    Header,
    Packing,
    make_header,
    new_stream_key,
    plain_size,
    read_header,
    seal,
    unseal,
)
from api.errors import ServiceError
from api.keys import KeyRing
from api.settings import Settings
from api.shelves import Item, Shelf, open_shelf
from verifier.model import Text

ORIGINALS = "originals"
_TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_KIND = re.compile(r"[a-z][a-z_-]{0,31}\Z")


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    size: int


class Blobs:
    """`ring` holds the keys of all tenants; it also seals small secrets for columns."""

    def __init__(self, shelf: Shelf, ring: KeyRing) -> None:
        self.shelf = shelf
        self.ring = ring

    # --- originals, by content -----------------------------------------------------------------

    def put(self, tenant_id: str, chunks: Iterable[bytes]) -> Stored:
        """Keep the bytes; equal bytes are kept once."""
        hasher, size = hashlib.sha256(), 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                hasher.update(chunk)
                size += len(chunk)
                yield chunk

        def name() -> str:
            return self.name_of(tenant_id, ORIGINALS, hasher.hexdigest())

        self._keep(tenant_id, counted(), Packing.NONE, name, replace=False)
        return Stored(hasher.hexdigest(), size)

    def get(self, tenant_id: str, sha256: str) -> Iterator[bytes]:
        """The bytes, chunk by chunk. What is missing raises here; what is damaged raises here or on the way."""
        return _hashed(self._read(self.name_of(tenant_id, ORIGINALS, sha256)), sha256)

    def size(self, tenant_id: str, sha256: str) -> int:
        found = self.shelf.item(self.name_of(tenant_id, ORIGINALS, sha256))
        if found is None:
            raise missing()
        try:
            return plain_size(found.size)
        except Broken:
            raise corrupt() from None

    def exists(self, tenant_id: str, sha256: str) -> bool:
        return self.shelf.item(self.name_of(tenant_id, ORIGINALS, sha256)) is not None

    def delete(self, tenant_id: str, sha256: str) -> None:
        """Gone when this returns. That nothing needs it is the caller's to know."""
        self.shelf.delete(self.name_of(tenant_id, ORIGINALS, sha256))

    def release(self, tenant_id: str, sha256: str) -> bool:
        """Delete what no row needs any more. False, and still there, when it was written lately: an upload of equal
        bytes whose row is not written yet may be counting on it."""
        name = self.name_of(tenant_id, ORIGINALS, sha256)
        found = self.shelf.item(name)
        if found is not None and not found.settled:
            return False
        self.shelf.delete(name)
        return True

    # --- papers of ours, by name ---------------------------------------------------------------

    def put_named(self, tenant_id: str, kind: str, key: str, data: bytes) -> None:
        """Keep a transcript, an audit, a report under its key; what had that key is replaced."""
        self._keep(tenant_id, (data,), Packing.ZLIB, lambda: self.name_of(tenant_id, kind, key), replace=True)

    def named(self, tenant_id: str, kind: str, key: str) -> bytes | None:
        try:
            return b"".join(self._read(self.name_of(tenant_id, kind, key)))
        except ServiceError as fault:
            if fault.code == "blob_missing":
                return None
            raise

    def delete_named(self, tenant_id: str, kind: str, key: str) -> None:
        self.shelf.delete(self.name_of(tenant_id, kind, key))

    # --- everything of a tenant ----------------------------------------------------------------

    def items(self, tenant_id: str | None = None) -> Iterator[Item]:
        """All objects, still sealed: what a backup copies."""
        return self.shelf.items(f"t/{tenant_id}" if tenant_id else "t")

    def reencrypt(self, tenant_id: str) -> int:
        """Write again, under the current key, all that was written under an older one; how many objects."""
        current, done = self.ring.current(tenant_id).serial, 0
        for item in list(self.items(tenant_id)):
            start = self.shelf.start_of(item.name, HEADER.size)
            if start is None:  # deleted meanwhile
                continue
            header = _header(start)
            if header.serial != current:
                plain = self._read(item.name)
                self._keep(tenant_id, plain, header.packing, lambda name=item.name: name, replace=True)  # type: ignore[misc]
                done += 1
        return done

    def erase(self, tenant_id: str) -> int:
        """Destroy a tenant's keys, then remove its objects. Copies in old backups are unreadable from the first step."""
        self.ring.destroy(tenant_id)
        names = [item.name for item in self.items(tenant_id)]
        for name in names:
            self.shelf.delete(name)
        return len(names)

    # --- sealed streams ------------------------------------------------------------------------

    def name_of(self, tenant_id: str, kind: str, key: str) -> str:
        """The object's name in the store; an original's kind is ORIGINALS and its key the SHA-256."""
        if not _TENANT.match(tenant_id) or not _KIND.match(kind):
            raise ValueError(f"not a place for blobs: {tenant_id!r} {kind!r}")
        secret = self.ring.derived(tenant_id, f"names of {kind}")
        told = hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()
        return f"t/{tenant_id}/{kind}/{told[:2]}/{told}"

    def _keep(
        self, tenant_id: str, data: Iterable[bytes], packing: Packing, name_of: Callable[[], str], *, replace: bool
    ) -> None:
        """`name_of` is asked when all of `data` has been read."""
        stream_key = new_stream_key()
        with self.shelf.draft() as draft:
            draft.write((bytes(HEADER.size),))
            draft.write(seal(data, stream_key, packing))
            name = name_of()
            draft.file.seek(0)
            draft.write((make_header(self.ring.current(tenant_id), name, stream_key, packing),))
            self.shelf.keep(draft, name, replace=replace)

    def _read(self, name: str) -> Iterator[bytes]:
        """The plain chunks; the first is opened before this returns."""
        tenant_id = name.split("/")[1]
        parts = self.shelf.read(name)
        if parts is None:
            raise missing()
        try:
            plain = unseal(parts, lambda serial: self.ring.key(tenant_id, serial), name)
            first = next(plain)
        except Broken:
            raise corrupt() from None
        return chain((first,), _guarded(plain))


def open_blobs(settings: Settings, ring: KeyRing) -> Blobs:
    return Blobs(open_shelf(settings), ring)


def _guarded(plain: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from plain
    except Broken:
        raise corrupt() from None


def _hashed(plain: Iterator[bytes], sha256: str) -> Iterator[bytes]:
    hasher = hashlib.sha256()
    for chunk in plain:
        hasher.update(chunk)
        yield chunk
    if hasher.hexdigest() != sha256:
        raise corrupt()


def _header(data: bytes) -> Header:
    try:
        return read_header(data)
    except Broken:
        raise corrupt() from None


def missing() -> ServiceError:
    return ServiceError(
        404,
        "blob_missing",
        Text("存储中没有这份内容", "The storage does not hold these bytes"),
        Text("若未被清除，请从备份恢复", "If they were not purged, restore them from a backup"),
    )


def corrupt() -> ServiceError:
    return ServiceError(
        500,
        "blob_corrupt",
        Text("存储中的内容已损坏或被替换", "The stored bytes are damaged or were exchanged"),
        Text("请从备份恢复，并检查存储介质", "Restore them from a backup, and check the storage"),
    )
