"""A backup holds everything, restores on either database and any store, and shows every change made to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from api import backup, dump, migrations
from api.blobs import Blobs, open_blobs
from api.clock import now
from api.database import make_engine, reading, writing
from api.errors import ServiceError
from api.keys import KeyRing, MasterKeys, add_master, read_masters
from api.principal import system
from api.settings import Settings
from api.store.keys import KeyTable
from api.tables import Tenant
from api.trail import record, verify
from verifier.errors import InputError, UsageError

PAPER = "投保单 张三（虚构）".encode() * 5000


@dataclass
class Place:
    """A database and a store under the master keys of `file`."""

    engine: Engine
    blobs: Blobs
    file: Path

    @property
    def masters(self) -> MasterKeys:
        return read_masters(self.file)

    def make(self, target: Path, **how: Any) -> backup.Manifest:
        return backup.make(self.engine, self.blobs.shelf, self.masters, target, **how)

    def restore(self, folder: Path) -> backup.Manifest:
        return backup.restore(folder, self.masters, self.engine, self.blobs.shelf)


def place(folder: Path, file: Path, url: str, storage: dict[str, str] | None = None) -> Place:
    settings = Settings(data_dir=folder, master_key_file=file, **(storage or {}))  # type: ignore[arg-type]
    engine = make_engine(url or settings.database)
    migrations.migrate(engine)
    ring = KeyRing(lambda: read_masters(file), KeyTable(engine))
    return Place(engine, open_blobs(settings, ring), file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "master.keys"
    path.touch(mode=0o600)
    add_master(path)
    return path


def made_up(table: Table, number: int) -> dict[str, object]:
    """A row with something in every column, told apart by `number`; None where a column allows it, in the second row."""
    row: dict[str, object] = {}
    for column in table.columns:
        if column.foreign_keys and column.nullable:
            row[column.name] = None
        elif column.foreign_keys:
            (key,) = column.foreign_keys
            row[column.name] = f"{key.column.table.name}-{number}"[:36] if key.column.name == "id" else None
        elif column.primary_key and column.name == "id" and "INT" not in str(column.type):
            row[column.name] = f"{table.name}-{number}"[:36]
        elif column.nullable and number == 1:
            row[column.name] = None
        else:
            row[column.name] = _value(column, number)
    return row


def _value(column: Any, number: int) -> object:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    samples: list[tuple[type[Any], object]] = [
        (JSON, {"名": ["a", number, None, 1.5, True], "a": {"b": ""}}),
        (String, f"值{number}"),
        (Boolean, bool(number)),
        (Integer, number),
        (Float, 0.1 + number),
        (LargeBinary, bytes(range(256))),
        (DateTime, datetime(2026, 3, 2, 10, 20, 30, 123456 + number, UTC)),
        (Date, date(2026, 3, 2)),
    ]
    return next(value for sort, value in samples if isinstance(kind, sort))


def populate(where: Place) -> None:
    """Two rows in every table but the keys, which the ring writes; three blobs of one tenant."""
    with where.engine.execution_options(writes=True).begin() as connection:
        for table in dump.tables():
            if table.name not in ("data_key", "trail_event", "trail_head", "trail_checkpoint"):
                for number in range(2):
                    connection.execute(insert(table).values(made_up(table, number)))
    where.blobs.put("tenant-0", [PAPER])
    where.blobs.put("tenant-0", [b""])
    where.blobs.put_named("tenant-0", "audit", "1", PAPER)
    with writing(where.engine) as session:
        for _ in range(3):
            record(session, system("tenant-0"), "case.read", "case", "sale_case-0", count=1)


def contents(where: Place) -> dict[str, bytes]:
    return {item.name: b"".join(where.blobs.shelf.read(item.name) or ()) for item in where.blobs.items()}


@pytest.fixture
def source(tmp_path: Path, file: Path, database_url: str) -> Iterator[Place]:
    made = place(tmp_path / "source", file, database_url)
    populate(made)
    yield made
    made.engine.dispose()


def test_what_is_restored_has_the_same_hashes(source: Place, tmp_path: Path) -> None:
    first = source.make(tmp_path / "one")
    other = place(tmp_path / "other", source.file, "")
    assert other.restore(tmp_path / "one") == first
    again = other.make(tmp_path / "two")
    assert again.tables == first.tables
    assert again.rows == first.rows > 70
    assert contents(other) == contents(source)
    assert len(contents(other)) == 3


def test_a_restored_service_reads_its_papers_and_its_trail_holds(source: Place, tmp_path: Path) -> None:
    stored = source.blobs.put("tenant-0", [b"one more"])
    source.make(tmp_path / "one")
    other = place(tmp_path / "other", source.file, "")
    other.restore(tmp_path / "one")
    assert b"".join(other.blobs.get("tenant-0", stored.sha256)) == b"one more"
    assert other.blobs.named("tenant-0", "audit", "1") == PAPER
    with reading(other.engine) as session:
        assert list(verify(session, "tenant-0", {})) == []


@pytest.mark.parametrize("storage", ["s3"], indirect=True)
def test_from_one_kind_to_the_other_and_back(
    storage: dict[str, str], tmp_path: Path, file: Path, postgres_url: str
) -> None:
    small = place(tmp_path / "small", file, "")
    populate(small)
    first = small.make(tmp_path / "one")
    large = place(tmp_path / "large", file, postgres_url, storage)
    large.restore(tmp_path / "one")
    second = large.make(tmp_path / "two")
    back = place(tmp_path / "back", file, "")
    back.restore(tmp_path / "two")
    assert first.tables == second.tables == back.make(tmp_path / "three").tables
    assert contents(small) == contents(large) == contents(back)
    with large.engine.begin() as connection:  # numbers that were restored are not given out again
        table = SQLModel.metadata.tables["history_payment"]
        top = connection.execute(select(func.max(table.c.id))).scalar_one()
        row = made_up(table, 0)
        del row["id"]
        assert connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one() == top + 1


def test_every_table_of_the_service_is_in_it(source: Place, tmp_path: Path) -> None:
    assert set(source.make(tmp_path / "one").tables) == set(SQLModel.metadata.tables)


def test_it_is_one_moment_though_others_write_meanwhile(source: Place, tmp_path: Path) -> None:
    with dump.snapshot(source.engine) as connection:
        before = list(dump.lines(connection, dump.tables()[0]))
        with writing(source.engine) as session:
            session.add(Tenant(id="late", name="late", created_at=now()))
        assert list(dump.lines(connection, dump.tables()[0])) == before


def test_nobody_reads_it_without_the_master_key(source: Place, tmp_path: Path) -> None:
    source.make(tmp_path / "one")
    for path in (tmp_path / "one").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(word.encode() in data for word in ("值1", "张三", "\\u503c")), path
            assert path.stat().st_mode & 0o077 == 0
    assert not (tmp_path / "one" / backup.KEYS).exists()
    stranger = tmp_path / "stranger.keys"
    stranger.touch(mode=0o600)
    add_master(stranger)
    with pytest.raises(InputError, match="master_key_missing"):
        place(tmp_path / "other", stranger, "").restore(tmp_path / "one")


def test_with_the_keys_it_stands_alone(source: Place, tmp_path: Path) -> None:
    source.make(tmp_path / "one", keys=source.file)
    other = place(tmp_path / "other", tmp_path / "one" / backup.KEYS, "")
    assert other.restore(tmp_path / "one").objects == 3


def test_an_older_master_key_still_opens_it(source: Place, tmp_path: Path) -> None:
    source.make(tmp_path / "one")
    add_master(source.file)
    assert place(tmp_path / "other", source.file, "").restore(tmp_path / "one").objects == 3


def test_an_empty_installation_takes_its_keys_from_the_backup_that_has_them(source: Place, tmp_path: Path) -> None:
    source.make(tmp_path / "one", keys=source.file)
    settings = Settings(data_dir=tmp_path / "new")
    fresh = place(tmp_path / "new", source.file, "")
    fresh.engine.dispose()
    assert backup.restore_into(settings, tmp_path / "one").objects == 3
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
    assert contents(place(tmp_path / "new", settings.key_file, "")) == contents(source)


def test_without_any_key_nothing_is_restored_and_none_is_made(source: Place, tmp_path: Path) -> None:
    source.make(tmp_path / "one")
    with pytest.raises(UsageError, match="bad_master_keys"):
        backup.restore_into(Settings(data_dir=tmp_path / "new"), tmp_path / "one")
    assert not (tmp_path / "new").exists()


def test_rows_alone_can_be_taken(source: Place, tmp_path: Path) -> None:
    manifest = source.make(tmp_path / "one", blobs=False)
    assert (manifest.blobs, manifest.objects) == (None, 0)
    other = place(tmp_path / "other", source.file, "")
    other.restore(tmp_path / "one")
    assert other.make(tmp_path / "two").tables == manifest.tables


def test_only_an_empty_place_is_restored_into_and_only_a_new_folder_written(source: Place, tmp_path: Path) -> None:
    source.make(tmp_path / "one")
    with pytest.raises(InputError, match="target_exists"):
        source.make(tmp_path / "one")
    with pytest.raises(InputError, match="target_not_empty"):
        source.restore(tmp_path / "one")
    other = place(tmp_path / "other", source.file, "")
    other.blobs.shelf.write("t/x/originals/ab/ab", [b"x"], replace=False)
    with pytest.raises(InputError, match="target_not_empty"):
        other.restore(tmp_path / "one")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_every_damage_is_noticed_and_leaves_the_target_empty(source: Place, tmp_path: Path) -> None:
    whole = tmp_path / "one"
    source.make(whole)
    files = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
    other = place(tmp_path / "other", source.file, "")
    chosen = [
        file for file in files if "blobs" in file.parts or file.name in (backup.MANIFEST, "blobs.jsonl", "tenant.jsonl")
    ]
    assert len(chosen) == 6
    for number, file in enumerate(chosen):
        for damage in (flip, Path.unlink):
            broken = tmp_path / f"broken-{number}-{damage.__name__}"
            shutil.copytree(whole, broken)
            damage(broken / file)
            with pytest.raises(InputError) as refused:
                other.restore(broken)
            assert refused.value.code in ("backup_damaged", "no_backup"), file
    with other.engine.connect() as connection:
        assert dump.occupied(connection) is None
    assert contents(other) == {}


def test_files_exchanged_inside_a_backup_are_noticed(source: Place, tmp_path: Path) -> None:
    source.make(tmp_path / "one")
    rows = tmp_path / "one" / "rows"
    (rows / "comment.jsonl").replace(rows / "hold.jsonl")
    with pytest.raises(InputError, match="backup_damaged"):
        backup.check(tmp_path / "one", source.masters)


def test_a_manifest_that_was_rewritten_is_noticed(source: Place, tmp_path: Path) -> None:
    source.make(tmp_path / "one")
    manifest = tmp_path / "one" / backup.MANIFEST
    told = json.loads(manifest.read_text())
    told["manifest"]["tables"].pop("hold")
    manifest.write_text(json.dumps(told))
    with pytest.raises(InputError, match="backup_damaged"):
        backup.check(tmp_path / "one", source.masters)


def test_a_backup_that_broke_off_has_no_name(tmp_path: Path, file: Path) -> None:
    gone = {"storage_url": "s3://bucket", "storage_endpoint": "http://127.0.0.1:9", "storage_access_key": "k"}
    with pytest.raises(ServiceError, match="storage_unavailable"):
        place(tmp_path / "source", file, "", gone | {"storage_secret_key": "s"}).make(tmp_path / "one")
    assert not (tmp_path / "one").exists()
