"""Keys: rotation keeps old data readable, destruction ends it, and rows cannot be exchanged."""

from __future__ import annotations

import base64
import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from api.clock import now
from api.database import make_engine, writing
from api.errors import ServiceError
from api.keys import KeyRing, WrappedKey, add_master, masters_from, parse_masters, read_masters
from api.store.keys import KeyTable
from api.tables import Tenant
from verifier.errors import UsageError


class Institution:
    """A ring on real rows, with two tenants."""

    def __init__(self, url: str, folder: Path) -> None:
        engine = make_engine(url)
        SQLModel.metadata.create_all(engine)
        with writing(engine) as session:
            for name in ("a", "b"):
                session.add(Tenant(id=name, name=name, created_at=now()))
        self.file = folder / "master.keys"
        self.masters = masters_from("", self.file, make=True)
        self.rows = KeyTable(engine)
        self.ring = KeyRing(self.masters, self.rows)


@pytest.fixture
def institution(database_url: str, tmp_path: Path) -> Institution:
    return Institution(database_url, tmp_path)


def test_a_tenant_gets_its_key_when_first_asked_and_keeps_it(institution: Institution) -> None:
    first = institution.ring.current("a")
    again = KeyRing(institution.masters, institution.rows).current("a")
    assert (first.serial, first.secret, first.lasting) == (again.serial, again.secret, again.lasting)
    assert institution.ring.current("b").secret != first.secret


def test_two_that_ask_first_at_once_get_the_same_key(institution: Institution) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(institution.ring.current("a").secret)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_rotation_changes_what_encrypts_and_nothing_that_lasts(institution: Institution) -> None:
    ring = institution.ring
    old, derived, sealed = ring.current("a"), ring.derived("a", "names"), ring.seal("a", "totp", b"secret")
    assert ring.rotate("a") == 2
    assert ring.current("a").secret != old.secret
    assert ring.key("a", 1).secret == old.secret
    assert ring.derived("a", "names") == derived
    assert ring.unseal("a", "totp", sealed) == b"secret"
    assert [row.retired_at is None for row in sorted(institution.rows.of_tenant("a"), key=lambda row: row.serial)] == [
        False,
        True,
    ]


def test_a_secret_opens_only_for_its_tenant_and_purpose(institution: Institution) -> None:
    sealed = institution.ring.seal("a", "totp", b"secret")
    for tenant, purpose in (("b", "totp"), ("a", "webhook")):
        with pytest.raises(ServiceError, match="key_mismatch"):
            institution.ring.unseal(tenant, purpose, sealed)


def test_a_new_master_key_takes_over_while_another_process_runs(institution: Institution) -> None:
    other = KeyRing(institution.masters, institution.rows)
    before = other.current("a").secret
    fresh = add_master(institution.file)
    assert institution.ring.rewrap() == 1
    assert institution.ring.rewrap() == 0
    assert {row.master_key_id for row in institution.rows.every()} == {fresh}
    assert other.current("a").secret == before  # it reads the file again when it meets an unknown id
    institution.file.write_text(institution.file.read_text().splitlines()[0])  # the old master is thrown away
    assert KeyRing(institution.masters, institution.rows).current("a").secret == before


def test_a_missing_master_key_is_named_and_nothing_is_made_instead(institution: Institution) -> None:
    institution.ring.current("a")
    stranger = KeyRing(
        lambda: parse_masters("x:" + base64.b64encode(os.urandom(32)).decode()),
        institution.rows,
    )
    for ask in (lambda: stranger.current("a"), stranger.probe):
        with pytest.raises(ServiceError, match="master_key_missing"):
            ask()
    assert len(institution.rows.every()) == 1


def test_a_destroyed_key_is_gone_for_every_process_and_never_replaced(institution: Institution) -> None:
    other = KeyRing(institution.masters, institution.rows)
    other.current("a")
    kept = other.current("b").secret
    assert institution.ring.destroy("a") == 1
    for ring in (institution.ring, other):
        with pytest.raises(ServiceError, match="key_destroyed"):
            ring.current("a")
    assert other.current("b").secret == kept
    assert institution.ring.destroy("a") == 0


def test_only_retired_keys_can_be_destroyed_alone(institution: Institution) -> None:
    institution.ring.current("a")
    institution.ring.rotate("a")
    assert institution.ring.destroy("a", retired_before=now() - timedelta(days=1)) == 0
    assert institution.ring.destroy("a", retired_before=now() + timedelta(days=1)) == 1
    assert institution.ring.current("a").serial == 2
    with pytest.raises(ServiceError, match="key_destroyed"):
        institution.ring.key("a", 1)


def test_a_row_copied_to_another_tenant_does_not_open(institution: Institution) -> None:
    institution.ring.current("a")
    (row,) = institution.rows.of_tenant("a")
    institution.rows.add(replace(row, tenant_id="b"))
    with pytest.raises(ServiceError, match="key_mismatch"):
        institution.ring.current("b")
    institution.rows.add(WrappedKey("a", 2, row.wrapped, row.master_key_id, now()))
    with pytest.raises(ServiceError, match="key_mismatch"):
        institution.ring.current("a")


def test_the_rows_hold_no_key(institution: Institution) -> None:
    key = institution.ring.current("a")
    (row,) = institution.rows.of_tenant("a")
    assert key.secret not in row.wrapped
    assert key.lasting not in row.wrapped
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)


def test_the_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    file = tmp_path / "new" / "master.keys"
    first = masters_from("", file, make=True)()
    assert masters_from("", file, make=True)() == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["master.keys"]
    file.chmod(0o644)
    with pytest.raises(UsageError, match="bad_master_keys"):
        masters_from("", file, make=True)()
    assert read_masters(file, ours=False) == first  # a mounted secret may be readable
    file.chmod(0o666)
    with pytest.raises(UsageError, match="bad_master_keys"):
        read_masters(file, ours=False)


GOOD = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    ["", "# nothing", "k1", "k1:", f":{GOOD}", "k1:AAAA", f"k1:{GOOD},k1:{GOOD}", f"k1:{GOOD[:-4]}!!!!", "k1:密钥"],
)
def test_broken_master_keys_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_masters(text)
    assert refused.value.code == "bad_master_keys"
    assert GOOD not in str(refused.value)


def test_the_first_master_key_is_the_current_one() -> None:
    assert parse_masters(f" k2:{GOOD}\n# old\nk1:{GOOD}, k0:{GOOD}\n").current == "k2"
