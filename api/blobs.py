"""Where do bytes lie, and how are they found again? Originals by the hash of their content, papers of ours by name.

Everything is encrypted (`api.envelope`) before it touches a disk or a wire. The name of an object is an HMAC of
the hash under a secret of the tenant: who sees the store cannot test whether it holds a file that he has too.

    t/<tenant>/originals/ab/ab12…      what was uploaded; created once, equal content once
    t/<tenant>/<kind>/ab/ab12…         transcripts, audits, reports: named by us, compressed, replaceable

A write is on the disk (or acknowledged by the store) when it returns, whole or not at all.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NoReturn

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from api.envelope import HEADER, Broken, Packing, plain_size, read_header, seal, unseal
from api.errors import ServiceError
from api.keys import KeyRing
from api.shelves import Shelf, open_shelf
from api.settings import Settings
from verifier.model import Text

ORIGINALS = "originals"
_WORD = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Object:
    """One object as the store shows it: nothing of its content."""

    name: str
    size: int


class Blobs:
    def __init__(self, shelf: Shelf, ring: KeyRing) -> None:
        self._shelf = shelf
        self._ring = ring

    # --- originals

    def put(self, tenant_id: str, chunks: Iterable[bytes]) -> Stored:
        """Keep the bytes; equal bytes are kept once. Their hash is known only at their end, so they wait in a spool."""
        hasher, size = hashlib.sha256(), 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                hasher.update(chunk)
                size += len(chunk)
                yield chunk

        key = self._ring.current(tenant_id)
        with self._shelf.draft() as draft:
            # the name is part of the key of a stream, and not yet known: an original is sealed under its tenant alone
            draft.write(seal(counted(), key, _originals(tenant_id)))
            name = self._name(tenant_id, ORIGINALS, hasher.hexdigest())
            self._shelf.create(name, draft)
        return Stored(hasher.hexdigest(), size)
