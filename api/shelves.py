"""How does one object get onto a disk or into an S3 bucket, whole or not at all?

Reading, listing and deleting are the same calls of obstore everywhere. A write starts in a spool, because the
name and the header of an object are known only at its end. On a disk the spool lies beside the objects, and the
finished file is linked into place; elsewhere it is uploaded. Faults of a store become two refusals: full, unavailable.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, PreconditionError
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from api.clock import now
from api.errors import ServiceError
from api.settings import Settings
from verifier.errors import UsageError
from verifier.model import Text

PART = 4 * 1024 * 1024
UPLOAD_PART = 8 * 1024 * 1024
LOW_SPACE = 512 * 1024**2  # below this, readiness says so before writes begin to fail
# Equal bytes that come again are not written again, unless what is there is older than this: so nothing whose `written`
# is older than SETTLED can have been counted on by an upload that is still under way, and may be removed.
FRESH, SETTLED = timedelta(hours=12), timedelta(hours=24)
ABANDONED = timedelta(days=2)  # no upload takes so long: its scratch file was left by a process that died
_FULL = ("InsufficientStorage", "StorageFull", "QuotaExceeded", "507 ", "No space left", "os error 28")


@dataclass(frozen=True, slots=True)
class Item:
    """One object as the store shows it: nothing of its content."""

    name: str
    size: int
    written: datetime

    @property
    def settled(self) -> bool:
        """Whether no upload under way can be counting on it."""
        return now() - self.written >= SETTLED


@dataclass(frozen=True, slots=True)
class Draft:
    """A private scratch file in the spool."""

    file: IO[bytes]
    path: Path

    def write(self, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:  # a fault of whoever gives the chunks is not one of the disk
            with faults():
                self.file.write(chunk)


class Shelf:
    """`folder` is the root of a store on a disk, None elsewhere."""

    def __init__(self, store: ObjectStore, spool: Path, folder: Path | None = None) -> None:
        self._store = store
        self._spool = spool
        self._folder = folder
        with faults():
            private_folder(spool)

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """Somewhere to write; gone when the block ends, unless `keep` gave it a name."""
        path = self._spool / secrets.token_hex(16)
        with faults():
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        try:
            with file:
                yield Draft(file, path)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, draft: Draft, name: str, *, replace: bool) -> None:
        """The draft under its name, lasting when this returns. Without `replace`, what is there and fresh stays."""
        with faults():
            draft.file.flush()
            found = None if replace else self.item(name)
            if found is not None and now() - found.written < FRESH:
                return
            if self._folder is not None:
                _link(draft, self._folder / name, replace=replace or found is not None)
            else:
                # two writers of equal content at once: the later replaces the earlier by the same plain bytes
                small = draft.file.seek(0, os.SEEK_END) <= UPLOAD_PART
                obstore.put(
                    self._store,
                    name,
                    draft.path,
                    use_multipart=not small,
                    chunk_size=UPLOAD_PART,
                    max_concurrency=2,
                )

    def write(self, name: str, chunks: Iterable[bytes], *, replace: bool) -> None:
        with self.draft() as draft:
            draft.write(chunks)
            self.keep(draft, name, replace=replace)

    def read(self, name: str) -> Iterator[bytes] | None:
        """The bytes in parts, each asked for when it is wanted, so that a slow reader holds nothing open; None when
        there is no such object. One that is replaced meanwhile is `storage_unavailable`: ask again."""
        with faults():
            try:
                first = obstore.get(self._store, name, options={"range": (0, PART)})
                size, tag = first.meta["size"], first.meta["e_tag"]
                head = bytes(first.bytes())
            except FileNotFoundError:
                return None
            except BaseError:
                if (found := self.item(name)) is not None and not found.size:  # a range of nothing cannot be asked for
                    return iter(())
                raise
        return self._parts(name, head, size, tag)

    def _parts(self, name: str, head: bytes, size: int, tag: str | None) -> Iterator[bytes]:
        yield head
        for start in range(PART, size, PART):
            with faults():
                options: obstore.GetOptions = {"range": (start, min(start + PART, size))}
                if tag is not None:
                    options["if_match"] = tag
                part = bytes(obstore.get(self._store, name, options=options).bytes())
            yield part

    def start_of(self, name: str, length: int) -> bytes | None:
        """The first bytes of an object that is not empty; None when there is no such object."""
        with faults():
            try:
                return bytes(obstore.get_range(self._store, name, start=0, length=length))
            except FileNotFoundError:
                return None

    def item(self, name: str) -> Item | None:
        with faults():
            try:
                return _item(obstore.head(self._store, name))
            except FileNotFoundError:
                return None

    def delete(self, name: str) -> None:
        """Gone when this returns, also when it was not there."""
        with faults(), suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    def items(self, prefix: str) -> Iterator[Item]:
        with faults():
            for page in obstore.list(self._store, prefix):
                yield from map(_item, page)

    def probe(self) -> None:
        """Raise when the store cannot be asked, or a disk is nearly full."""
        with faults():
            try:
                next(iter(obstore.list(self._store, "t", chunk_size=1)), None)
            except (BaseError, FileNotFoundError) as fault:
                if "NoSuchBucket" not in str(fault):
                    raise
                obstore.put(self._store, "probe", b"")  # some stores make the bucket with its first object
        for place in (self._spool, self._folder):
            if place is not None and shutil.disk_usage(place).free < LOW_SPACE:
                raise full()

    def sweep(self) -> int:
        """Remove scratch files whose process died long ago; how many."""
        return sweep(self._spool)


def sweep(folder: Path) -> int:
    """Remove what was left in a folder of scratch files or folders by processes that died long ago; how many."""
    limit, swept = (now() - ABANDONED).timestamp(), 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # whose it is may just be done with it
            if path.stat().st_mtime < limit:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                swept += 1
    return swept


def _item(meta: obstore.ObjectMeta) -> Item:
    return Item(meta["path"], meta["size"], meta["last_modified"])


def open_shelf(settings: Settings) -> Shelf:
    """The place that the settings name: file:///folder, s3://bucket/prefix, memory: for trials."""
    where = urlsplit(settings.storage)
    spool = settings.data_dir.resolve() / "spool"
    match where.scheme:
        case "file":
            folder = Path(unquote(where.path))
            with faults():
                private_folder(folder)
            return Shelf(LocalStore(prefix=folder), folder / ".spool", folder)
        case "s3" if where.netloc:
            return Shelf(_bucket(settings, where.netloc, where.path.strip("/")), spool)
        case "memory":
            return Shelf(MemoryStore(), spool)
    raise UsageError(
        "bad_setting",
        Text("设置 VERIFIER_STORAGE_URL 不可用", "Setting VERIFIER_STORAGE_URL cannot be used"),
        Text("应为 file:///文件夹 或 s3://存储桶/前缀", "It is file:///folder or s3://bucket/prefix"),
    )


def _bucket(settings: Settings, bucket: str, prefix: str) -> S3Store:
    """Another server than Amazon's is addressed by path; the bucket's name is rarely in its DNS."""
    given: dict[str, str] = {}
    if key := settings.storage_access_key.get_secret_value():
        given = {"access_key_id": key, "secret_access_key": settings.storage_secret_key.get_secret_value()}
    if settings.storage_endpoint:
        given["endpoint"] = settings.storage_endpoint
    return S3Store(
        bucket,
        prefix=prefix or None,
        region=settings.storage_region,
        virtual_hosted_style_request=not settings.storage_endpoint,
        client_options={
            "allow_http": settings.storage_endpoint.startswith("http://"),
            "connect_timeout": "5s",
            "timeout": "60s",
        },
        retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=20)},
        **given,  # type: ignore[arg-type]
    )


def _link(draft: Draft, place: Path, *, replace: bool) -> None:
    os.fsync(draft.file.fileno())
    private_folder(place.parent)
    if replace:
        draft.path.replace(place)
    else:
        with suppress(FileExistsError):
            os.link(draft.path, place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def private_folder(folder: Path) -> None:
    """Make it and what is missing above it for its owner alone, whatever the umask: `mkdir` sees to the last only."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def faults() -> Iterator[None]:
    """What the store or the disk says, as one of our refusals."""
    try:
        yield
    except PreconditionError:
        raise unavailable("changed while it was read") from None
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT) or any(sign in str(fault) for sign in _FULL):
            raise full() from fault
        raise unavailable(type(fault).__name__) from fault
    except BaseError as fault:
        if any(sign in str(fault) for sign in _FULL):
            raise full() from fault
        raise unavailable(type(fault).__name__) from fault


def full() -> ServiceError:
    return ServiceError(
        507,
        "storage_full",
        Text("存储空间已满，未保存任何内容", "The storage is full; nothing was kept"),
        Text("请清理或扩容后重试", "Make room, then try again"),
    )


def unavailable(why: str) -> ServiceError:
    return ServiceError(
        503,
        "storage_unavailable",
        Text("存储暂时无法使用", "The storage cannot be used at the moment"),
        Text("请稍后重试；仍失败请查看就绪检查", "Try again later; if it persists see the readiness check"),
        retry_after=5,
        cause=why,
    )
