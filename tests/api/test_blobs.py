"""Blobs on a disk, on S3 and in memory: equal content once, damage noticed, nothing readable in the store."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from api.blobs import ORIGINALS, Blobs, open_blobs
from api.clock import now
from api.database import make_engine, writing
from api.envelope import CHUNK
from api.errors import ServiceError
from api.keys import KeyRing, masters_from
from api.settings import Settings
from api.shelves import PART, sweep
from api.store.keys import KeyTable
from api.tables import Tenant
from verifier.errors import UsageError

TEXT = "投保人 张三（虚构）".encode() * 40


def open_with(folder: Path, storage: dict[str, str]) -> Blobs:
    settings = Settings(data_dir=folder / "data", **storage)  # type: ignore[arg-type]
    engine = make_engine(settings.database)
    SQLModel.metadata.create_all(engine)
    with writing(engine) as session:
        for name in ("a", "b"):
            if session.get(Tenant, name) is None:
                session.add(Tenant(id=name, name=name, created_at=now()))
    ring = KeyRing(masters_from("", settings.key_file, make=True), KeyTable(engine))
    return open_blobs(settings, ring)


@pytest.fixture
def blobs(storage: dict[str, str], tmp_path: Path) -> Blobs:
    return open_with(tmp_path, storage)


@pytest.fixture
def on_disk(tmp_path: Path) -> Blobs:
    return open_with(tmp_path, {})


def everything(blobs: Blobs) -> dict[str, bytes]:
    return {item.name: b"".join(blobs.shelf.read(item.name) or ()) for item in blobs.items()}


@pytest.mark.parametrize("size", [0, 1, CHUNK, 3 * CHUNK + 7, 2 * PART + 3, 9 * 1024 * 1024])
def test_bytes_come_back_under_their_hash(blobs: Blobs, size: int) -> None:
    data = os.urandom(size)
    stored = blobs.put("a", (data[at : at + 100_000] for at in range(0, size, 100_000)))
    assert (stored.sha256, stored.size) == (hashlib.sha256(data).hexdigest(), size)
    assert b"".join(blobs.get("a", stored.sha256)) == data
    assert blobs.size("a", stored.sha256) == size
    assert blobs.exists("a", stored.sha256)
    blobs.delete("a", stored.sha256)
    blobs.delete("a", stored.sha256)
    assert not blobs.exists("a", stored.sha256)
    with pytest.raises(ServiceError, match="blob_missing"):
        blobs.get("a", stored.sha256)  # before anything is read of it
    with pytest.raises(ServiceError, match="blob_missing"):
        blobs.size("a", stored.sha256)


def test_equal_content_is_kept_once_and_the_first_stays(blobs: Blobs) -> None:
    first = blobs.put("a", [TEXT])
    before = everything(blobs)
    assert blobs.put("a", [TEXT[:5], TEXT[5:]]) == first
    assert everything(blobs) == before


def aged(place: Path, **by: float) -> None:
    then = (now() - timedelta(**by)).timestamp()
    for path in place.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_what_was_written_lately_is_not_released_and_what_comes_again_late_is_fresh(
    on_disk: Blobs, tmp_path: Path
) -> None:
    """Whatever an upload under way found there cannot be taken from it before its row is written."""
    stored = on_disk.put("a", [TEXT])
    assert not on_disk.release("a", stored.sha256)
    aged(tmp_path / "data" / "blobs", hours=13)
    on_disk.put("a", [TEXT])  # written again, for what was there was no longer fresh
    assert all(now() - item.written < timedelta(hours=1) for item in on_disk.items())
    aged(tmp_path / "data" / "blobs", hours=25)
    assert on_disk.release("a", stored.sha256)
    assert not on_disk.exists("a", stored.sha256)
    assert on_disk.release("a", stored.sha256)


def test_tenants_share_nothing(blobs: Blobs) -> None:
    stored = blobs.put("a", [TEXT])
    assert not blobs.exists("b", stored.sha256)
    blobs.put("b", [TEXT])
    (one,), (other,) = (list(blobs.items(name)) for name in ("a", "b"))
    assert one.name.rsplit("/", 1)[1] != other.name.rsplit("/", 1)[1]
    blobs.delete("a", stored.sha256)
    assert b"".join(blobs.get("b", stored.sha256)) == TEXT


def test_the_store_shows_neither_content_nor_hash(blobs: Blobs) -> None:
    stored = blobs.put("a", [TEXT])
    blobs.put_named("a", "transcript", stored.sha256, TEXT)
    for name, data in everything(blobs).items():
        assert stored.sha256 not in name
        assert TEXT[:20] not in data


def test_named_papers_are_replaced_and_packed(blobs: Blobs) -> None:
    assert blobs.named("a", "audit", "1") is None
    blobs.put_named("a", "audit", "1", TEXT * 1000)
    blobs.put_named("a", "report", "1", b"other kind")
    blobs.put_named("a", "audit", "1", TEXT * 2000)
    assert blobs.named("a", "audit", "1") == TEXT * 2000
    assert blobs.named("a", "report", "1") == b"other kind"
    assert blobs.named("b", "audit", "1") is None
    assert sum(item.size for item in blobs.items()) < len(TEXT) * 200
    blobs.delete_named("a", "audit", "1")
    assert blobs.named("a", "audit", "1") is None


def test_a_damaged_exchanged_or_emptied_object_is_never_answered(blobs: Blobs) -> None:
    one, two = blobs.put("a", [os.urandom(CHUNK * 2)]), blobs.put("a", [os.urandom(CHUNK * 2)])
    names = [blobs.name_of("a", ORIGINALS, stored.sha256) for stored in (one, two)]
    first, second = (b"".join(blobs.shelf.read(name) or ()) for name in names)
    for changed in (second, first[:-1], first[: len(first) // 2], first[:-1] + b"\0", b"x", b"", first + b"x"):
        blobs.shelf.write(names[0], [changed], replace=True)
        with pytest.raises(ServiceError, match="blob_corrupt"):
            list(blobs.get("a", one.sha256))
    assert len(b"".join(blobs.get("a", two.sha256))) == CHUNK * 2


def test_what_was_copied_into_another_tenant_does_not_open(blobs: Blobs) -> None:
    stored = blobs.put("a", [TEXT])
    data = b"".join(blobs.shelf.read(blobs.name_of("a", ORIGINALS, stored.sha256)) or ())
    blobs.ring.current("b")
    blobs.shelf.write(blobs.name_of("b", ORIGINALS, stored.sha256), [data], replace=True)
    with pytest.raises(ServiceError, match="blob_corrupt"):
        blobs.get("b", stored.sha256)


def test_nothing_remains_of_an_upload_that_broke_off(blobs: Blobs, tmp_path: Path) -> None:
    def breaks() -> Iterator[bytes]:
        yield TEXT
        raise ConnectionError("the sender went away")

    with pytest.raises(ConnectionError):
        blobs.put("a", breaks())
    assert list(blobs.items()) == []
    assert [path for path in tmp_path.rglob("*spool/*") if path.is_file()] == []


def test_many_writers_of_equal_bytes_agree(blobs: Blobs) -> None:
    data = os.urandom(CHUNK + 1)
    threads = [threading.Thread(target=lambda: blobs.put("a", [data])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(blobs.items("a"))) == 1
    assert b"".join(blobs.get("a", hashlib.sha256(data).hexdigest())) == data


def test_after_rotation_old_and_new_read_and_reencrypting_frees_the_old_key(blobs: Blobs) -> None:
    old = blobs.put("a", [TEXT])
    blobs.put_named("a", "audit", "1", TEXT)
    blobs.ring.rotate("a")
    new = blobs.put("a", [TEXT, b"2"])
    assert blobs.put("a", [TEXT]) == old  # the name of equal content did not change
    assert blobs.reencrypt("a") == 2
    assert blobs.reencrypt("a") == 0
    assert blobs.ring.destroy("a", retired_before=now() + timedelta(days=1)) == 1
    assert b"".join(blobs.get("a", old.sha256)) == TEXT
    assert b"".join(blobs.get("a", new.sha256)) == TEXT + b"2"
    assert blobs.named("a", "audit", "1") == TEXT


def test_an_erased_tenant_is_unreadable_even_from_a_copy(blobs: Blobs) -> None:
    stored, kept = blobs.put("a", [TEXT]), blobs.put("b", [TEXT])
    name = blobs.name_of("a", ORIGINALS, stored.sha256)
    copy = b"".join(blobs.shelf.read(name) or ())
    assert blobs.erase("a") == 1
    blobs.shelf.write(name, [copy], replace=True)
    with pytest.raises(ServiceError, match="key_destroyed"):
        blobs.get("a", stored.sha256)
    assert b"".join(blobs.get("b", kept.sha256)) == TEXT


def test_an_object_replaced_while_it_is_read_is_not_mixed_with_the_new_one(blobs: Blobs) -> None:
    data = os.urandom(2 * PART)
    stored = blobs.put("a", [data])
    reading = blobs.get("a", stored.sha256)
    head = next(reading)
    blobs.ring.rotate("a")
    blobs.reencrypt("a")
    with pytest.raises(ServiceError, match="storage_unavailable"):
        list(reading)
    assert data.startswith(head)
    assert b"".join(blobs.get("a", stored.sha256)) == data


def test_local_files_are_private(on_disk: Blobs, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        on_disk.put("a", [TEXT])
        on_disk.put_named("a", "audit", "1", TEXT)
    finally:
        os.umask(before)
    places = list((tmp_path / "data" / "blobs").rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in places if path.is_file()} == {0o600}
    assert {path.stat().st_mode & 0o077 for path in places if path.is_dir()} == {0}


def test_scratch_files_of_dead_processes_are_swept_and_young_ones_left(on_disk: Blobs, tmp_path: Path) -> None:
    with on_disk.shelf.draft() as dead, on_disk.shelf.draft() as alive:
        long_ago = (now() - timedelta(days=9)).timestamp()
        os.utime(dead.path, (long_ago, long_ago))
        assert on_disk.shelf.sweep() == 1
        assert alive.path.exists()


def test_scratch_folders_of_dead_processes_are_swept_with_what_is_in_them(tmp_path: Path) -> None:
    for name, days in (("dead", 3), ("alive", 1)):
        (tmp_path / name / "case").mkdir(parents=True)
        (tmp_path / name / "case" / "cases.csv").write_bytes(TEXT)
        then = (now() - timedelta(days=days)).timestamp()
        os.utime(tmp_path / name, (then, then))
    assert sweep(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["alive"]
    assert sweep(tmp_path / "not there") == 0


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """On a real file system of 1 MiB, where one may be mounted."""
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False, capture_output=True
    ).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        blobs = open_with(tmp_path / "full", {"storage_url": small.as_uri()})
        kept = blobs.put("a", [TEXT])
        with pytest.raises(ServiceError, match="storage_full") as refused:
            blobs.put("a", (os.urandom(100_000) for _ in range(20)))
        assert refused.value.status == 507
        assert len(list(blobs.items())) == 1
        assert b"".join(blobs.get("a", kept.sha256)) == TEXT
        with pytest.raises(ServiceError, match="storage_full"):
            blobs.shelf.probe()
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_store_that_does_not_answer_is_said(tmp_path: Path) -> None:
    gone = {"storage_url": "s3://bucket", "storage_endpoint": "http://127.0.0.1:9", "storage_access_key": "k"}
    blobs = open_with(tmp_path, gone | {"storage_secret_key": "s"})
    with pytest.raises(ServiceError, match="storage_unavailable"):
        blobs.shelf.probe()
    with pytest.raises(ServiceError, match="storage_unavailable"):
        blobs.put("a", [TEXT])


def test_a_healthy_store_answers(blobs: Blobs) -> None:
    blobs.put("a", [TEXT])
    blobs.shelf.probe()


def test_a_store_whose_bucket_is_made_by_the_first_object_is_healthy(
    s3_settings: dict[str, str], tmp_path: Path
) -> None:
    fresh = s3_settings | {"storage_url": f"s3://fresh-{os.urandom(8).hex()}"}
    open_with(tmp_path, fresh).shelf.probe()


@pytest.mark.parametrize("url", ["http://x/y", "s3://", "bucket", "s3:bucket"])
def test_a_wrong_place_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="bad_setting"):
        open_with(tmp_path, {"storage_url": url})


@pytest.mark.parametrize(("tenant", "kind"), [("../b", "audit"), ("a", "../audit"), ("", "audit"), ("a", "")])
def test_names_stay_below_their_tenant(on_disk: Blobs, tenant: str, kind: str) -> None:
    with pytest.raises(ValueError):
        on_disk.put_named(tenant, kind, "1", b"x")


MEMORY = """
import resource, sys
from pathlib import Path
from tests.api.test_blobs import open_with
blobs = open_with(Path(sys.argv[1]), dict(pair.split("=", 1) for pair in sys.argv[2:]))
blobs.get("a", blobs.put("a", [b"warm"]).sha256)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
piece = bytes(range(256)) * 4096
stored = blobs.put("a", (piece for _ in range(100)))
assert sum(map(len, blobs.get("a", stored.sha256))) == 100 * len(piece)
print((peak() - before) // 1024)
"""


def test_a_hundred_megabytes_pass_in_flat_memory(storage: dict[str, str], tmp_path: Path) -> None:
    if storage.get("storage_url") == "memory:":
        pytest.skip("a store in memory holds what it is given")
    told = [f"{name}={value}" for name, value in storage.items()]
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, tmp_path, *told], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 30


def test_a_scratch_file_is_no_object(on_disk: Blobs) -> None:
    with on_disk.shelf.draft() as draft:
        draft.write([TEXT])
        assert list(on_disk.items()) == []
