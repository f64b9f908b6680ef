"""What lies in a watched place? Folders below the operator's roots, and prefixes of S3 buckets, seen in the same way.

An entry is what stands directly in the place: a folder, a ZIP, a document. Its fingerprint is over the names, sizes
and times of all its files: as long as somebody is still copying, it changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from api import outbound
from api.errors import invalid
from api.settings import Settings
from api.tables import Tenant
from verifier.model import Text
from verifier.reading.intake import is_ignored

if TYPE_CHECKING:
    from obstore.store import ClientConfig  # is there for type checkers alone

TAKEN = "taken"  # where entries are moved to
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial")
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """One file of an entry by its path in the place; `stamp`: its time or tag."""

    path: str
    size: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    files: tuple[Found, ...]

    @property
    def fingerprint(self) -> str:
        told = "".join(f"{one.path}\0{one.size}\0{one.stamp}\n" for one in sorted(self.files, key=lambda one: one.path))
        return hashlib.sha256(told.encode()).hexdigest()


class Place(Protocol):
    def entries(self) -> list[Entry]: ...

    def read(self, path: str) -> Iterator[bytes]: ...

    def put_away(self, entry: Entry) -> None:
        """Move an entry to `taken/`."""


class Unseen(Exception):
    """The place could not be looked at; the reason in one word."""


@contextmanager
def _seen() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise Unseen("not_found") from None
    except PermissionError:
        raise Unseen("not_permitted") from None
    except OSError as fault:
        raise Unseen(f"os_error_{fault.errno}") from None
    except BaseError as fault:
        raise Unseen(type(fault).__name__) from None


def wanted(name: str) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in name.split("/"))
    return not hidden and not name.lower().endswith(UNFINISHED) and not is_ignored(name)


def by_entry(files: Iterable[Found]) -> list[Entry]:
    found: dict[str, list[Found]] = {}
    for one in files:
        if wanted(one.path) and not one.path.startswith(f"{TAKEN}/"):
            found.setdefault(one.path.partition("/")[0], []).append(one)
    return [Entry(name, tuple(files)) for name, files in sorted(found.items())]


@dataclass(frozen=True)
class Folder:
    root: Path

    def entries(self) -> list[Entry]:
        with _seen():
            if not self.root.is_dir():
                raise FileNotFoundError
            return by_entry(self._files())

    def _files(self) -> Iterator[Found]:
        for folder, below, names in os.walk(self.root, followlinks=False):
            place = Path(folder)
            below[:] = sorted(name for name in below if not (place / name).is_symlink())
            for name in sorted(names):
                path = place / name
                if path.is_file() and not path.is_symlink():
                    facts = path.stat()
                    yield Found(path.relative_to(self.root).as_posix(), facts.st_size, str(facts.st_mtime_ns))

    def read(self, path: str) -> Iterator[bytes]:
        """Without following a link, in the folder or on the way to it."""
        with _seen():
            place = self.root / path
            if place.parent.resolve() != place.parent or not place.is_relative_to(self.root):
                raise PermissionError
            with os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk

    def put_away(self, entry: Entry) -> None:
        with _seen():
            home = self.root / TAKEN
            home.mkdir(exist_ok=True)
            target = home / entry.name
            if target.exists():
                target = home / f"{entry.fingerprint[:8]}-{entry.name}"
            if not target.exists():
                shutil.move(self.root / entry.name, target)


@dataclass(frozen=True)
class Prefix:
    store: S3Store

    def entries(self) -> list[Entry]:
        with _seen():
            return by_entry(
                Found(one["path"], one["size"], str(one["e_tag"] or one["last_modified"]))
                for page in obstore.list(self.store)
                for one in page
            )

    def read(self, path: str) -> Iterator[bytes]:
        with _seen():
            for chunk in obstore.get(self.store, path).stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    def put_away(self, entry: Entry) -> None:
        with _seen():
            for one in entry.files:
                obstore.rename(self.store, one.path, f"{TAKEN}/{one.path}")


# --- which places an institution may watch ----------------------------------------------------------


def homes(settings: Settings, tenant: Tenant) -> list[Path]:
    """`<root>/<institution's id or name>` of each of the operator's roots."""
    names = [name for name in (tenant.id, tenant.name) if Path(name).name == name]
    return [(root.resolve() / name).resolve() for root in settings.watch_roots for name in names]


def folder_of(settings: Settings, tenant: Tenant, location: str) -> Folder:
    """A folder in one of the institution's homes: nobody watches another's."""
    place = Path(location).resolve()
    if not any(place == home or place.is_relative_to(home) for home in homes(settings, tenant)):
        roots = "、".join(str(root / tenant.id) for root in settings.watch_roots) or "-"
        raise _refused(
            Text("该文件夹不在允许监视的位置之下", "This folder does not lie where this institution may watch"),
            Text(f"允许的位置：{roots}（VERIFIER_WATCH_ROOTS）", f"Allowed: {roots} (VERIFIER_WATCH_ROOTS)"),
        )
    return Folder(place)


def prefix_of(settings: Settings, location: str, access: dict[str, str]) -> Prefix:
    """A prefix of a bucket, with keys of the institution's own: the service's keys open nothing here."""
    parts = urlsplit(location)
    keys = access.get("access_key", ""), access.get("secret_key", "")
    if parts.scheme != "s3" or not parts.netloc or not all(keys):
        raise _refused(
            Text("请以 s3://桶/前缀 指定位置，并提供访问密钥", "Name it as s3://bucket/prefix, with keys for it"),
            Text("该密钥只需能列出与读取该前缀", "Keys that may list and read the prefix are enough"),
        )
    endpoint = access.get("endpoint", "")
    if endpoint:
        try:
            outbound.target(endpoint, private=settings.webhook_private_networks)
        except outbound.Unreachable:
            raise Unseen("name_unknown") from None
    region = access.get("region") or "us-east-1"
    given: dict[str, Any] = {"endpoint": endpoint} if endpoint else {}
    times: ClientConfig = {"connect_timeout": "5s", "timeout": "60s", "allow_http": endpoint.startswith("http://")}
    store = S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        region=region,
        access_key_id=keys[0],
        secret_access_key=keys[1],
        virtual_hosted_style_request=not endpoint,
        client_options=times,
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
        **given,
    )
    return Prefix(store)


def _refused(message: Text, hint: Text) -> Exception:
    return invalid("place_refused", message, hint)
