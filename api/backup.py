"""How is everything carried out of the house, and back into an empty one, with proof that it is the same?

A backup is a folder: the rows of every table, sealed under the master key; the blobs as they lie in the store, sealed
already; a manifest with the SHA-256 of each, authenticated by the master key. Without that key nobody reads or
forges any of it, so the key is not in the folder unless asked for. It restores into SQLite or PostgreSQL, a disk or
S3, whichever it came from. Work in progress is not in it: the job engine is told again from the rows.

The rows are one snapshot and are taken first; every blob that they name was kept before them, so it is copied too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Engine

from api import dump, migrations
from api.clock import now
from api.database import make_engine
from api.envelope import Broken, Packing, make_header, new_stream_key, seal, unseal
from api.keys import MasterKeys, TenantKey, derive, masters_from, read_masters
from api.services import Services
from api.settings import Settings
from api.shelves import Shelf, open_shelf, private_folder
from verifier.errors import InputError
from verifier.model import Text

SCHEMA = "verifier.backup/1"
MANIFEST, KEYS = "manifest.json", "master.keys"
PART = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """`tables`: name to SHA-256 of its rows; `blobs`: SHA-256 of the list of objects and their hashes, None without."""

    made_at: str
    master_key_id: str
    revision: str | None
    tables: dict[str, str]
    rows: int
    blobs: str | None
    objects: int
    bytes: int
    schema: str = SCHEMA


class Book:
    """Sealed files of lines in the folder of a backup, under one master key."""

    def __init__(self, folder: Path, masters: MasterKeys, key_id: str) -> None:
        if key_id not in masters.keys:
            raise _refused(
                "master_key_missing", f"缺少主密钥 {key_id}", f"the master key {key_id} is not among those given"
            )
        master = masters.keys[key_id]
        self.folder = folder
        self._key = TenantKey(0, derive(master, b"", b"backup"), b"")
        self._mac = derive(master, b"", b"backup manifest")

    def write(self, name: str, lines: Iterable[bytes]) -> tuple[str, int]:
        """SHA-256 of the lines, and how many."""
        hasher, number, key = hashlib.sha256(), 0, new_stream_key()

        def counted() -> Iterator[bytes]:
            nonlocal number
            for line in lines:
                hasher.update(line)
                number += 1
                yield line

        with _private(self.folder / name).open("wb") as file:
            file.write(make_header(self._key, name, key, Packing.ZLIB))
            file.writelines(seal(counted(), key, Packing.ZLIB))
        return hasher.hexdigest(), number

    def read(self, name: str, sha256: str) -> Iterator[bytes]:
        """The lines; refused at their end where they are not those that were written."""
        hasher, rest = hashlib.sha256(), b""
        try:
            with (self.folder / name).open("rb") as file:
                for part in unseal(iter(lambda: file.read(PART), b""), lambda serial: self._key, name):
                    hasher.update(part)
                    *whole, rest = (rest + part).split(b"\n")
                    yield from whole
        except (Broken, OSError):
            raise _damaged(name) from None
        if rest or hasher.hexdigest() != sha256:
            raise _damaged(name)

    def sign(self, manifest: Manifest) -> None:
        told = asdict(manifest)
        text = json.dumps({"manifest": told, "mac": self._tag(told)}, indent=2, ensure_ascii=False)
        _private(self.folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
        os.sync()

    def signed(self, told: object, mac: str) -> bool:
        return hmac.compare_digest(self._tag(told), mac)

    def _tag(self, told: object) -> str:
        return hmac.new(self._mac, json.dumps(told, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def back_up(services: Services, target: Path, *, blobs: bool = True, with_keys: bool = False) -> Manifest:
    """`verifier-server backup`."""
    keys = services.settings.key_file if with_keys else None
    if keys is not None and services.settings.master_keys.get_secret_value():
        raise _refused(
            "no_key_file",
            "主密钥来自环境变量，没有密钥文件可附",
            "the master keys stand in the environment, not in a file",
        )
    return make(services.engine, services.blobs.shelf, services.keys.masters, target, blobs=blobs, keys=keys)


def restore_into(settings: Settings, folder: Path, keys: Path | None = None) -> Manifest:
    """`verifier-server restore`: into the empty database and storage of the settings. The key file is `keys`, or that of
    the settings, or else the one in the backup, which then becomes that of the settings."""
    given, file = settings.master_keys.get_secret_value(), settings.key_file
    taken = keys or folder / KEYS
    if not given and not file.exists() and taken.is_file():
        _private(file).write_bytes(taken.read_bytes())
    masters = read_masters(keys, ours=False) if keys else masters_from(given, file, make=False)()
    engine = make_engine(settings.database)
    try:
        return restore(folder, masters, engine, open_shelf(settings))
    finally:
        engine.dispose()


def make(
    engine: Engine, shelf: Shelf, masters: MasterKeys, target: Path, *, blobs: bool = True, keys: Path | None = None
) -> Manifest:
    """Write a backup into `target`, which must not exist. `keys`: the key file to put in, for whoever wants that."""
    if target.exists():
        raise _refused("target_exists", f"目标 {target.name} 已存在", f"{target.name} is there already")
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    private_folder(partial)
    book = Book(partial, masters, masters.current)
    tables, rows = _write_rows(engine, book)
    listed, objects, size = _write_blobs(shelf, book) if blobs else (None, 0, 0)
    if keys is not None:
        _private(partial / KEYS).write_bytes(keys.read_bytes())
    revision = migrations.revision(engine)
    manifest = Manifest(now().isoformat(), masters.current, revision, tables, rows, listed, objects, size)
    book.sign(manifest)
    partial.rename(target)  # what has this name is whole
    return manifest


def _write_rows(engine: Engine, book: Book) -> tuple[dict[str, str], int]:
    hashes, rows = {}, 0
    with dump.snapshot(engine) as connection:
        for table in dump.tables():
            hashes[table.name], lines = book.write(f"rows/{table.name}.jsonl", dump.lines(connection, table))
            rows += lines - 1
    return hashes, rows


def _write_blobs(shelf: Shelf, book: Book) -> tuple[str, int, int]:
    total = 0

    def copied() -> Iterator[bytes]:
        nonlocal total
        for item in shelf.items("t"):
            parts = shelf.read(item.name)
            if parts is None:  # purged since it was listed
                continue
            hasher, size = hashlib.sha256(), 0
            with _private(book.folder / "blobs" / item.name).open("wb") as file:
                for part in parts:
                    hasher.update(part)
                    size += file.write(part)
            total += size
            yield json.dumps([item.name, size, hasher.hexdigest()]).encode() + b"\n"

    sha256, objects = book.write("blobs.jsonl", copied())
    return sha256, objects, total


def check(folder: Path, masters: MasterKeys) -> Manifest:
    """Read all of a backup and raise where anything is not as it was written."""
    manifest, book = _opened(folder, masters)
    for name, sha256 in manifest.tables.items():
        for _ in book.read(f"rows/{name}.jsonl", sha256):
            pass
    for name, sha256 in _objects(manifest, book):
        hasher = hashlib.sha256()
        for part in _parts(folder / "blobs" / name):
            hasher.update(part)
        if hasher.hexdigest() != sha256:
            raise _damaged(name)
    return manifest


def restore(folder: Path, masters: MasterKeys, engine: Engine, shelf: Shelf) -> Manifest:
    """A checked backup into an empty database and an empty store; both stay empty when anything fails."""
    _must_be_empty(engine, shelf)
    manifest, book = check(folder, masters), _opened(folder, masters)[1]
    if migrations.revision(engine) not in (None, manifest.revision):
        raise _refused(
            "database_other_version", "目标数据库已建有其他版本的表", "the database has the tables of another version"
        )
    migrations.migrate(engine, manifest.revision or "head")
    kept: list[str] = []
    try:
        with engine.execution_options(writes=True).begin() as connection:
            for name in manifest.tables:  # in the order of their making: what is referred to comes first
                dump.fill(connection, name, book.read(f"rows/{name}.jsonl", manifest.tables[name]))
            for name, _ in _objects(manifest, book):
                kept.append(name)
                shelf.write(name, _parts(folder / "blobs" / name), replace=False)
    except BaseException:
        for name in kept:
            shelf.delete(name)
        raise
    migrations.migrate(engine)
    return manifest


def _opened(folder: Path, masters: MasterKeys) -> tuple[Manifest, Book]:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**told["manifest"])
        mac = str(told["mac"])
    except (OSError, ValueError, TypeError, KeyError):
        raise _refused("no_backup", f"{folder.name} 不是备份", f"{folder.name} is not a backup") from None
    if manifest.schema != SCHEMA:
        raise _refused("no_backup", f"备份格式 {manifest.schema} 未知", f"its form {manifest.schema} is not known")
    book = Book(folder, masters, manifest.master_key_id)
    if not book.signed(told["manifest"], mac):
        raise _damaged(MANIFEST)
    return manifest, book


def _objects(manifest: Manifest, book: Book) -> Iterator[tuple[str, str]]:
    if manifest.blobs is not None:
        for line in book.read("blobs.jsonl", manifest.blobs):
            name, _, sha256 = json.loads(line)
            yield name, sha256


def _parts(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from iter(lambda: file.read(PART), b"")
    except OSError:
        raise _damaged(path.name) from None


def _must_be_empty(engine: Engine, shelf: Shelf) -> None:
    with engine.connect() as connection:
        table = dump.occupied(connection)
    if table is not None:
        raise _refused(
            "target_not_empty", f"目标数据库的表 {table} 已有数据", f"the table {table} of the database has rows"
        )
    if next(shelf.items("t"), None) is not None:
        raise _refused("target_not_empty", "目标存储中已有内容", "the storage holds objects")


def _private(path: Path) -> Path:
    private_folder(path.parent)
    path.touch(mode=0o600)
    return path


def _refused(code: str, zh: str, en: str) -> InputError:
    return InputError(
        code,
        Text(f"无法备份或恢复：{zh}", f"Cannot back up or restore: {en}"),
        Text("参见 docs/operation.md“备份与恢复”一节", "See docs/operation.md, Backup and restore"),
    )


def _damaged(name: str) -> InputError:
    return InputError(
        "backup_damaged",
        Text(
            f"备份中的 {name} 已损坏或被改动，未恢复任何内容",
            f"{name} of the backup is damaged or was changed; nothing was restored",
        ),
        Text("请使用另一份备份", "Use another backup"),
    )
