"""The commands of the operator, as they are typed: keys, backup, restore; with what they leave on the trail."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from api import migrations, trail
from api.cli import run
from api.clock import now
from api.database import make_engine, reading
from api.errors import ServiceError
from api.permissions import Role
from api.principal import system
from api.settings import Settings
from api.tables import DataKey, TrailEvent
from tests.api.house import House, open_house

Command = Callable[..., int]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "data"


@contextmanager
def installed(home: Path) -> Iterator[House]:
    engine = make_engine(Settings(data_dir=home).database)
    migrations.migrate(engine)
    engine.dispose()
    with open_house(home) as made:
        yield made


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    with installed(home) as made:
        yield made


@pytest.fixture
def tenant(house: House) -> str:
    made = house.tenant()
    house.person(made, Role.REVIEWER)
    return made


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Type a command; where its log goes is put back afterwards."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def typed(*words: str, data: Path = home) -> int:
        monkeypatch.setenv("VERIFIER_DATA_DIR", str(data))
        return run(list(words))

    return typed


def actions(house: House, tenant_id: str) -> list[str]:
    with house.services.reading() as session:
        return [one.action for one in session.exec(select(TrailEvent).where(TrailEvent.tenant_id == tenant_id))]


def test_a_backup_is_made_checked_and_restored_elsewhere(
    house: House, tenant: str, command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = house.services.blobs.put(tenant, [b"paper"])
    assert command("backup", str(tmp_path / "backup"), "--with-keys") == 0
    assert command("check-backup", str(tmp_path / "backup")) == 0
    assert command("backup", str(tmp_path / "backup")) >= 64
    assert command("restore", str(tmp_path / "backup")) >= 64  # this place is not empty
    assert command("restore", str(tmp_path / "backup"), data=tmp_path / "new") == 0
    with installed(tmp_path / "new") as other:
        assert b"".join(other.services.blobs.get(tenant, stored.sha256)) == b"paper"
    assert "1 objects" in capsys.readouterr().out


def test_without_keys_a_restore_says_so_and_takes_those_that_are_named(
    house: House, tenant: str, command: Command, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.services.keys.current(tenant)
    assert command("backup", str(tmp_path / "backup"), "--rows-only") == 0
    assert command("restore", str(tmp_path / "backup"), data=tmp_path / "new") >= 64
    assert "bad_master_keys" in capsys.readouterr().err
    keys = str(home / "master.keys")
    assert command("restore", str(tmp_path / "backup"), "--keys", keys, data=tmp_path / "new") == 0
    assert (tmp_path / "new" / "master.keys").read_bytes() == (home / "master.keys").read_bytes()
    engine = make_engine(Settings(data_dir=tmp_path / "new").database)
    with reading(engine) as session:
        assert list(trail.verify(session, tenant, {})) == []


def retired_long_ago(house: House, tenant_id: str) -> None:
    with house.services.writing() as session:
        for row in session.exec(select(DataKey).where(DataKey.tenant_id == tenant_id, DataKey.serial == 1)):
            row.retired_at = now() - timedelta(days=2)
            session.add(row)


def test_keys_are_changed_with_a_trace_and_everything_stays_readable(
    house: House, tenant: str, command: Command
) -> None:
    stored = house.services.blobs.put(tenant, [b"paper"])
    assert command("keys", "rotate-master") == 0
    assert command("keys", "rewrap") == 0
    assert command("keys", "rotate", tenant) == 0
    assert command("keys", "reencrypt", tenant) == 0
    assert house.services.keys.key(tenant, 1).serial == 1  # an upload that began with it may still be under way
    retired_long_ago(house, tenant)
    assert command("keys", "reencrypt", tenant) == 0
    with pytest.raises(ServiceError, match="key_destroyed"):
        house.services.keys.key(tenant, 1)
    assert b"".join(house.services.blobs.get(tenant, stored.sha256)) == b"paper"
    assert actions(house, tenant) == ["key.rewrapped", "key.rotated", "key.reencrypted", "key.reencrypted"]
    assert command("keys", "rotate", "nobody") >= 64


def test_destroyed_keys_take_the_files_with_them_and_leave_the_trail(
    house: House, tenant: str, command: Command, tmp_path: Path
) -> None:
    other = house.tenant("另一家（虚构）")
    kept, gone = house.services.blobs.put(other, [b"kept"]), house.services.blobs.put(tenant, [b"gone"])
    with house.services.writing() as session:
        trail.record(session, system(tenant), "case.read", "case", "1")
    assert command("keys", "destroy", tenant, "--yes") == 0
    with pytest.raises(ServiceError, match="key_destroyed"):
        house.services.blobs.get(tenant, gone.sha256)
    assert list(house.services.blobs.items(tenant)) == []
    assert b"".join(house.services.blobs.get(other, kept.sha256)) == b"kept"
    assert actions(house, tenant) == ["case.read", "key.destroyed"]
