"""How does one object get onto a disk or into an S3 bucket, whole or not at all?

Reading, listing and deleting are the same calls of obstore everywhere. Writing starts in a spool, because an
object's name and header are known only at its end. On a disk the spool lies beside the objects and the finished
file is linked into place; elsewhere it is uploaded. Faults of the store become two refusals: full, or unavailable.
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
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from api.errors import ServiceError
from api.settings import Settings
from verifier.errors import UsageError
from verifier.model import Text

PART = 4 * 1024 * 1024
UPLOAD_PART = 8 * 1024 * 1024
LOW_SPACE = 512 * 1024**2  # below this, readiness says so before writes begin to fail
_FULL = ("InsufficientStorage", "StorageFull", "QuotaExceeded", " 507 ")


@dataclass(frozen=True, slots=True)
class Item:
    """One object as the store shows it: nothing of its content."""

    name: str
    size: int


class Shelf:
    """`folder` is the root of a local store, None elsewhere."""

    def __init__(self, store: ObjectStore, spool: Path, folder: Path | None = None) -> None:
        self._store = store
        self._spool = spool
        self._folder = folder
        with _faults():
            spool.mkdir(parents=True, exist_ok=True, mode=0o700)

    def write(self, name: str, chunks: Iterable[bytes], *, replace: bool = False) -> None:
        with self.draft() as draft:
            for chunk in chunks:
                draft.write(chunk)
            self.keep(draft, name, replace=replace)

    @contextmanager
    def draft(self) -> Iterator[IO[bytes]]:
        """A private scratch file; gone when the block ends, unless `keep` moved it."""
        path = self._spool / secrets.token_hex(16)
        with _faults():
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        try:
            with file:
                yield _Draft(file, path)
        finally:
            path.unlink(missing_ok=True)
