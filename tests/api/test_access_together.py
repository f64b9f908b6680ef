"""Does access hold when many come at once, on either database?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlmodel import func, select

from api import trail
from api.permissions import Role
from api.tables import Answered, Branch, SignIn, TenantKind
from api.workflow import checkpoints, passwords, second_factor, sign_in, tenants
from tests.api.house import House, open_house

AT_ONCE = 6


@pytest.fixture
def busy(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An installation with its first administrator, and cheap hashes."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    with open_house(tmp_path / "data", database_url=database_url) as house:
        yield house


def together(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, range(AT_ONCE)))


def founded(house: House) -> str:
    """An institution whose trail has begun, as every one's has."""
    here = house.tenant()
    admin = house.person(here, Role.ADMINISTRATOR)
    assert admin.client.post("/api/v1/branches", json={"name": "总部"}).status_code == 201
    return here


def test_the_way_in_from_the_first_day(busy: House) -> None:
    password = tenants.create_first_administrator(busy.services, "first@example.com")
    opened = sign_in.sign_in(busy.services, "first@example.com", password)
    renewed = sign_in.change_password(busy.services, opened.who, password, "vier Buecher unter Regen")
    tenant, _, _ = tenants.create_institution(busy.services, renewed.who, "新机构", "admin@example.com")
    assert {one.tenant_id for one in checkpoints.checkpoint(busy.services)} == {tenant.id, renewed.who.tenant_id}
    assert all(not one.breaks for one in checkpoints.verify(busy.services))
    client = busy.person(renewed.who.tenant_id, Role.ADMINISTRATOR).client
    seen = client.get("/api/v1/accounts", params={"role": "approver"}).json()["items"]
    assert [one["login"] for one in seen] == ["first@example.com"]
    assert (
        client.get("/api/v1/trail/events", params={"action": "password."}).json()["items"][0]["subject_kind"]
        == "account"
    )
    assert len(client.get("/api/v1/trail/export").text.splitlines()) > 5
    assert tenant.kind == TenantKind.INSTITUTION


def test_administrators_who_remove_each_other_leave_one(busy: House) -> None:
    here = founded(busy)
    people = [busy.person(here, Role.ADMINISTRATOR) for _ in range(AT_ONCE)]

    def remove_the_next(number: int) -> int:
        victim = people[(number + 1) % AT_ONCE].user.id
        return int(people[number].client.post(f"/api/v1/accounts/{victim}/close").status_code)

    together(remove_the_next)
    boss = busy.person(here, Role.ADMINISTRATOR).client
    for _ in range(2):  # the one of `founded` and the one who asks are left, and they cannot both go
        for one in boss.get("/api/v1/accounts", params={"role": "administrator", "closed": False}).json()["items"]:
            boss.post(f"/api/v1/accounts/{one['id']}/close")
    with busy.services.reading() as session:
        assert all(not one.breaks for one in checkpoints.verify(busy.services))
        assert session.exec(select(func.count()).select_from(SignIn).where(SignIn.ended_at == None)).one() == 1  # noqa: E711


def test_one_of_many_equal_requests_is_done(busy: House) -> None:
    person = busy.person(founded(busy), Role.ADMINISTRATOR)

    def ask(number: int) -> int:
        return int(
            person.client.post(
                "/api/v1/branches", json={"name": "苏州"}, headers={"Idempotency-Key": "once"}
            ).status_code
        )

    assert set(together(ask)) <= {201, 409}
    assert ask(0) == 201
    with busy.services.reading() as session:
        assert session.exec(select(func.count()).select_from(Branch)).one() == 2
        assert session.exec(select(func.count()).select_from(Answered)).one() == 1


def test_a_code_lets_one_of_many_in(busy: House) -> None:
    person = busy.person(founded(busy), Role.REVIEWER, password_hash=passwords.hashed("vier Buecher unter Regen"))
    enrolment = second_factor.enrol(busy.services, person.principal)
    codes = second_factor.confirm(
        busy.services, person.principal, second_factor.pyotp.TOTP(enrolment.secret).at(second_factor.now())
    )

    def enter(number: int) -> bool:
        body = {"login": person.user.login, "password": "vier Buecher unter Regen", "code": codes[0]}
        return bool(busy.anonymous.post("/api/v1/sessions", json=body).status_code == 201)

    assert sum(together(enter)) == 1


def test_the_chain_holds_when_many_write_to_it(busy: House) -> None:
    here = founded(busy)
    who = busy.person(here, Role.REVIEWER).principal

    def write(number: int) -> None:
        for _ in range(10):
            with busy.services.writing() as session:
                trail.record(session, who, "case.viewed", "case", str(number))

    together(write)
    (found,) = checkpoints.verify(busy.services, here)
    assert (found.events, found.breaks) == (10 * AT_ONCE + 1, ())
