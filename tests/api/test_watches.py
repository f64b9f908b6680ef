"""Does what lies in a watched place come in once, whole, whatever happens meanwhile?"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store
from sqlmodel import select

from api.clock import now
from api.errors import ServiceError
from api.permissions import Role
from api.principal import Principal
from api.tables import Batch, BatchState, Upload, UploadState, Watch, Watched
from api.workflow import uploads, watches
from api.workflow.watch_places import Folder
from tests.api.house import House, open_house
from tests.api.servers import ACCESS_KEY, BUCKET, SECRET_KEY


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "data", watch_roots=(tmp_path / "incoming",)) as made:
        yield made


@pytest.fixture
def admin(house: House) -> Principal:
    return house.person(house.tenant(), Role.ADMINISTRATOR).principal


@pytest.fixture
def place(tmp_path: Path, admin: Principal) -> Path:
    made = tmp_path / "incoming" / admin.tenant_id / "new"
    made.mkdir(parents=True)
    return made


def watching(house: House, admin: Principal, place: Path, after: str = "keep") -> Watch:
    return watches.create(house.services, admin, kind="folder", location=str(place), after=after)


def look(house: House, row: Watch, *, later: bool = True) -> None:
    """One look; `later`: as if what was seen before had been seen a while ago."""
    if later:
        with house.services.writing() as session:
            for seen in session.exec(select(Watched)).all():
                seen.seen_at = now() - 2 * watches.LEASE
                session.add(seen)
    watches.look(house.services, row.id)


def found(house: House) -> dict[str, str]:
    with house.services.reading() as session:
        return {row.name: row.state for row in session.exec(select(Watched)).all()}


def batches(house: House) -> dict[str, list[str]]:
    """The paths received, by the name of each submitted batch."""
    with house.services.reading() as session:
        told: dict[str, list[str]] = {}
        for batch in session.exec(select(Batch).where(Batch.state == BatchState.QUEUED)).all():
            mine = select(Upload.path).where(Upload.batch_id == batch.id, Upload.state == UploadState.RECEIVED)
            told[batch.name] = sorted(session.exec(mine).all())
        return told


def case_folder(place: Path, name: str = "C-1") -> None:
    (place / name / "scans").mkdir(parents=True)
    (place / name / "case.yaml").write_text("channel: bank\n", encoding="utf-8")
    (place / name / "scans" / "投保单.pdf").write_bytes(b"%PDF-1.7 fictional")


def test_what_has_settled_over_two_looks_is_taken_in_once(house: House, admin: Principal, place: Path) -> None:
    row = watching(house, admin, place)
    case_folder(place)
    (place / "single.pdf").write_bytes(b"%PDF-1.7 alone")
    with zipfile.ZipFile(place / "batch.zip", "w") as archive:
        archive.writestr("C-2/a.pdf", "x")
    look(house, row)
    assert set(found(house).values()) == {"settling"}
    assert batches(house) == {}
    look(house, row)
    assert found(house) == {"C-1": "taken", "single.pdf": "taken", "batch.zip": "taken"}
    expected = {
        "C-1": ["C-1/case.yaml", "C-1/scans/投保单.pdf"],
        "single.pdf": ["single/single.pdf"],
        "batch.zip": ["batch.zip"],
    }
    assert batches(house) == expected
    for _ in range(3):
        look(house, row)
    assert batches(house) == expected
    assert [name for name, _ in house.queue.asked] == ["batch"] * 3


def test_what_still_changes_waits(house: House, admin: Principal, place: Path) -> None:
    row = watching(house, admin, place)
    case_folder(place)
    look(house, row)
    (place / "C-1" / "later.pdf").write_bytes(b"x")
    look(house, row)
    assert batches(house) == {}
    look(house, row, later=False)  # two looks, but too soon
    assert batches(house) == {}
    look(house, row)
    assert batches(house)["C-1"] == ["C-1/case.yaml", "C-1/later.pdf", "C-1/scans/投保单.pdf"]


def test_a_later_paper_makes_another_batch_of_the_whole_entry(house: House, admin: Principal, place: Path) -> None:
    row = watching(house, admin, place)
    case_folder(place)
    for _ in range(2):
        look(house, row)
    (place / "C-1" / "late.pdf").write_bytes(b"x")
    for _ in range(2):
        look(house, row)
    with house.services.reading() as session:
        assert len(session.exec(select(Batch)).all()) == 2


def test_what_was_taken_in_is_moved_when_that_is_asked_for(house: House, admin: Principal, place: Path) -> None:
    row = watching(house, admin, place, after="move")
    case_folder(place)
    for _ in range(2):
        look(house, row)
    assert not (place / "C-1").exists()
    assert (place / "taken" / "C-1" / "scans" / "投保单.pdf").is_file()
    case_folder(place)  # another case of the same name
    for _ in range(3):
        look(house, row)
    assert len(list((place / "taken").iterdir())) == 2
    assert not (place / "C-1").exists()


def test_a_worker_that_dies_while_taking_in_loses_and_doubles_nothing(
    house: House, admin: Principal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = watching(house, admin, place)
    case_folder(place)
    look(house, row)
    real, calls = uploads.put_file, 0

    def dies(*arguments: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt  # as a process that is killed: nothing of ours runs after it
        return real(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(uploads, "put_file", dies)
    with pytest.raises(KeyboardInterrupt):
        look(house, row)
    monkeypatch.setattr(uploads, "put_file", real)
    assert found(house) == {"C-1": "taking"}
    watches.look(house.services, row.id)  # too soon: the one that took it may be alive
    assert found(house) == {"C-1": "taking"}
    look(house, row)
    assert found(house) == {"C-1": "taken"}
    assert batches(house) == {"C-1": ["C-1/case.yaml", "C-1/scans/投保单.pdf"]}
    with house.services.reading() as session:
        assert len(session.exec(select(Batch)).all()) == 1


def test_what_changes_while_it_is_read_is_not_submitted(
    house: House, admin: Principal, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = watching(house, admin, place)
    case_folder(place)
    look(house, row)
    real = Folder.read

    def growing(self: Folder, path: str) -> Iterator[bytes]:
        (place / "C-1" / "more.pdf").write_bytes(b"x")
        return real(self, path)

    monkeypatch.setattr(Folder, "read", growing)
    look(house, row)
    monkeypatch.setattr(Folder, "read", real)
    assert found(house) == {"C-1": "refused"}
    assert batches(house) == {}
    for _ in range(2):
        look(house, row)
    assert batches(house)["C-1"] == ["C-1/case.yaml", "C-1/more.pdf", "C-1/scans/投保单.pdf"]


def test_links_hidden_and_unfinished_files_are_left_alone(
    house: House, admin: Principal, place: Path, tmp_path: Path
) -> None:
    row = watching(house, admin, place)
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"another's")
    case_folder(place)
    (place / "C-1" / "link.pdf").symlink_to(secret)
    (place / "linked").symlink_to(tmp_path, target_is_directory=True)
    for name in (".hidden.pdf", "copying.pdf.part", "~$lock.docx", "Thumbs.db"):
        (place / "C-1" / name).write_bytes(b"x")
    for _ in range(2):
        look(house, row)
    assert batches(house) == {"C-1": ["C-1/case.yaml", "C-1/scans/投保单.pdf"]}


def test_a_folder_that_became_a_link_is_not_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "C-1").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "f").write_bytes(b"another's")
    (home / "C-1").rmdir()
    (home / "C-1").symlink_to(tmp_path / "etc")
    with pytest.raises(Exception, match="not_permitted"):
        list(Folder(home).read("C-1/f"))


def test_only_the_institutions_own_folder_below_a_root(
    house: House, admin: Principal, place: Path, tmp_path: Path
) -> None:
    others = house.tenant("另一家（虚构）")
    (tmp_path / "incoming" / others).mkdir()
    inside = place / "way-out"
    inside.symlink_to(tmp_path / "incoming" / others)
    for location in (
        tmp_path,
        tmp_path / "incoming",
        tmp_path / "incoming" / others,
        place / ".." / ".." / others,
        inside,
    ):
        with pytest.raises(ServiceError, match="place_refused"):
            watches.create(house.services, admin, kind="folder", location=str(location))
    with pytest.raises(ServiceError, match="place_unseen"):
        watches.create(house.services, admin, kind="folder", location=str(place / "nowhere"))


def test_a_place_that_cannot_be_seen_says_so_and_others_go_on(house: House, admin: Principal, place: Path) -> None:
    row = watching(house, admin, place)
    place.rename(place.with_name("moved"))
    look(house, row)
    with house.services.reading() as session:
        assert session.get_one(Watch, row.id).problem == "not_found"
    place.with_name("moved").rename(place)
    look(house, row)
    with house.services.reading() as session:
        assert session.get_one(Watch, row.id).problem == ""


def test_a_paused_watch_does_not_look(house: House, admin: Principal, place: Path) -> None:
    row = watching(house, admin, place)
    watches.pause(house.services, admin, row.id, paused=True)
    case_folder(place)
    look(house, row)
    assert found(house) == {}
    watches.tick(house.services)
    assert house.queue.asked == []
    watches.pause(house.services, admin, row.id, paused=False)
    watches.tick(house.services)
    assert house.queue.asked == [("watch.look", row.id)]


def test_an_s3_prefix_is_watched_with_keys_of_its_own(s3_settings: dict[str, str], tmp_path: Path) -> None:
    prefix = f"incoming-{os.getpid()}"
    store = S3Store(
        BUCKET,
        prefix=prefix,
        endpoint=s3_settings["storage_endpoint"],
        region="us-east-1",
        access_key_id=ACCESS_KEY,
        secret_access_key=SECRET_KEY,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    obstore.put(store, "C-1/case.yaml", b"channel: bank\n")
    obstore.put(store, "C-1/a.pdf", b"%PDF-1.7 fictional")
    with open_house(tmp_path / "data", webhook_private_networks=True) as house:
        admin = house.person(house.tenant(), Role.ADMINISTRATOR).principal
        access = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "endpoint": s3_settings["storage_endpoint"]}
        row = watches.create(
            house.services, admin, kind="s3", location=f"s3://{BUCKET}/{prefix}", after="move", access=access
        )
        assert SECRET_KEY not in row.access
        for _ in range(2):
            look(house, row)
        assert batches(house) == {"C-1": ["C-1/a.pdf", "C-1/case.yaml"]}
        left = [one["path"] for page in obstore.list(store) for one in page]
        assert sorted(left) == ["taken/C-1/a.pdf", "taken/C-1/case.yaml"]
        with pytest.raises(ServiceError, match="place_refused"):
            watches.create(house.services, admin, kind="s3", location=f"s3://{BUCKET}/{prefix}")


def test_the_settling_time_is_shorter_than_two_looks() -> None:
    assert timedelta(seconds=watches.EVERY_SECONDS) >= watches.SETTLES
