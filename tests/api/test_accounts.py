"""Who gets in, who is kept out, and what may an administrator do?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from fastapi.testclient import TestClient
from sqlmodel import col, select

from api.clock import now
from api.errors import ServiceError
from api.permissions import Permission, Role
from api.tables import SignIn, TenantKind, TrailEvent, User
from api.workflow import access, passwords, second_factor, sign_in, tenants
from tests.api.house import House, Person, open_house

PASSWORD = "vier Buecher unter Regen"
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
HASH = CHEAP.hash(PASSWORD)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as it is, with less work: what is tested here is not how long it takes."""
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)
    monkeypatch.setattr(passwords, "_NOBODY", CHEAP.hash("nobody"))


@pytest.fixture
def here(house: House) -> str:
    return house.tenant()


def known(house: House, tenant_id: str, *roles: Role, **columns: Any) -> Person:
    """Somebody who has a password."""
    return house.person(tenant_id, *(roles or (Role.REVIEWER,)), password_hash=HASH, **columns)


def enter(house: House, person: Person, password: str = PASSWORD, code: str = "") -> Any:
    return house.anonymous.post(
        "/api/v1/sessions", json={"login": person.user.login, "password": password, "code": code}
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def row(house: House, user_id: str) -> User:
    with house.services.reading() as session:
        return session.get_one(User, user_id)


def change(house: House, user_id: str, **columns: Any) -> None:
    with house.services.writing() as session:
        user = session.get_one(User, user_id)
        for name, value in columns.items():
            setattr(user, name, value)
        session.add(user)


def actions(house: House, tenant_id: str) -> list[str]:
    with house.services.reading() as session:
        return list(
            session.exec(
                select(TrailEvent.action).where(TrailEvent.tenant_id == tenant_id).order_by(col(TrailEvent.seq))
            )
        )


# --- signing in --------------------------------------------------------------------------------


def test_signing_in_gives_a_token_that_is_not_kept(house: House, here: str) -> None:
    person = known(house, here)
    answer = enter(house, person)
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert house.anonymous.get("/api/v1/me", headers=bearer(token)).json()["id"] == person.user.id
    with house.services.reading() as session:
        kept = session.exec(select(SignIn.token_sha256)).all()
    assert access.digest(token) in kept and token not in kept
    assert actions(house, here) == ["user.signed_in"]


def test_logins_differ_by_more_than_capitals_and_spaces(house: House, here: str) -> None:
    person = known(house, here)
    answer = house.anonymous.post(
        "/api/v1/sessions", json={"login": f" {person.user.login.upper()} ", "password": PASSWORD}
    )
    assert answer.status_code == 201


def test_a_token_is_never_taken_from_the_browser(house: House, here: str) -> None:
    """Whoever plants a cookie before the sign-in does not know the one after it."""
    person = known(house, here)
    planted = access.new_token(access.SIGN_IN_PREFIX)
    answer = house.anonymous.post(
        "/api/v1/sessions",
        json={"login": person.user.login, "password": PASSWORD},
        headers={"Cookie": f"{access.COOKIE}={planted}"},
    )
    assert answer.status_code == 201 and answer.json()["token"] != planted
    assert house.anonymous.get("/api/v1/me", headers=bearer(planted)).status_code == 401


def test_one_answer_for_everything_that_is_wrong(house: House, here: str) -> None:
    """Unknown, wrong, closed, ended, locked, without a password, of a closed institution: not told apart."""
    elsewhere = house.tenant("已关闭机构")
    people = {
        "wrong": known(house, here),
        "closed": known(house, here, closed_at=now()),
        "ended": known(house, here, expires_at=now() - timedelta(seconds=1)),
        "locked": known(house, here, locked_until=now() + timedelta(minutes=5)),
        "no password": house.person(here, Role.REVIEWER),
        "of a closed institution": known(house, elsewhere),
    }
    admin = house.person(house.tenant("运营", TenantKind.OPERATOR), Role.ADMINISTRATOR)
    assert admin.client.post(f"/api/v1/institutions/{elsewhere}/close").status_code == 200
    told = []
    for name, person in people.items():
        answer = enter(house, person, "something else" if name == "wrong" else PASSWORD)
        told.append((answer.status_code, answer.content))
    unknown = house.anonymous.post("/api/v1/sessions", json={"login": "nobody", "password": PASSWORD})
    told.append((unknown.status_code, unknown.content))
    assert set(told) == {(401, unknown.content)}
    assert unknown.json()["code"] == "sign_in_failed"


def test_kept_passwords_take_work_and_old_ones_are_strengthened(
    house: House, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher())
    person = known(house, here)
    assert enter(house, person).status_code == 201
    kept = extract_parameters(row(house, person.user.id).password_hash)
    assert (kept.type, kept.memory_cost) == (Type.ID, 64 * 1024) and kept.time_cost >= 3
    assert enter(house, person).status_code == 201


def test_an_unknown_login_costs_the_same_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    verify = passwords._HASHER.verify

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            checked.append(kept)
            return bool(verify(kept, password))

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    house.anonymous.post("/api/v1/sessions", json={"login": "nobody", "password": PASSWORD})
    assert len(checked) == 1
    assert checked[0].rpartition("$")[0].rpartition("$")[0] == HASH.rpartition("$")[0].rpartition("$")[0]


def test_after_enough_failures_an_account_is_locked_for_a_while(house: House, here: str) -> None:
    person = known(house, here)
    for _ in range(house.services.settings.sign_in_attempts):
        assert enter(house, person, "wrong").status_code == 401
    refused = enter(house, person)
    assert refused.status_code == 401
    assert not re.search(r"\d\d:\d\d", refused.text), "when it is over is not told"
    locked = row(house, person.user.id).locked_until
    assert locked and locked > now()
    assert actions(house, here).count("user.locked") == 1
    change(house, person.user.id, locked_until=now() - timedelta(seconds=1))
    assert enter(house, person).status_code == 201
    assert row(house, person.user.id).failed_attempts == 0


def test_a_success_forgets_the_failures_before_it(house: House, here: str) -> None:
    person = known(house, here)
    for _ in range(2):
        for _ in range(house.services.settings.sign_in_attempts - 1):
            enter(house, person, "wrong")
        assert enter(house, person).status_code == 201


def test_many_tries_at_once_do_not_outrun_the_lock(house: House, here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try is counted before its password is looked at."""
    person = known(house, here)
    looked_at: list[str] = []
    matches = passwords.matches

    def counting(kept: str, password: str) -> bool:
        if kept:
            looked_at.append(password)
        return matches(kept, password)

    monkeypatch.setattr(passwords, "matches", counting)

    def attempt(number: int) -> None:
        with pytest.raises(ServiceError):
            sign_in.sign_in(house.services, person.user.login, f"guess {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(12)))
    assert len(looked_at) == house.services.settings.sign_in_attempts


# --- one's own account -------------------------------------------------------------------------


def test_a_changed_password_ends_every_sign_in(house: House, here: str) -> None:
    person = known(house, here)
    other = enter(house, person).json()["token"]
    answer = person.client.put("/api/v1/me/password", json={"current": PASSWORD, "new": "ein ganz anderer Satz"})
    assert answer.status_code == 200
    fresh = answer.json()["token"]
    assert person.client.get("/api/v1/me").status_code == 401
    assert house.anonymous.get("/api/v1/me", headers=bearer(other)).status_code == 401
    assert house.anonymous.get("/api/v1/me", headers=bearer(fresh)).status_code == 200
    assert enter(house, person).status_code == 401
    assert enter(house, person, "ein ganz anderer Satz").status_code == 201


def test_guessing_the_current_password_locks_like_any_guessing(house: House, here: str) -> None:
    person = known(house, here)
    for _ in range(house.services.settings.sign_in_attempts):
        answer = person.client.put("/api/v1/me/password", json={"current": "wrong", "new": "ein ganz anderer Satz"})
        assert answer.json()["code"] == "wrong_password"
    assert row(house, person.user.id).locked_until
    answer = person.client.put("/api/v1/me/password", json={"current": PASSWORD, "new": "ein ganz anderer Satz"})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "eleven chrs",
        "x" * 257,
        "Chen.Shenhe@example.com",
        "chen.shenhe123",
        "password1234",
        "P@ssw0rd2026",
        "Administrator1!",
        "woaini5201314",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "123456789012",
        "abcdefghijkl",
        "1234512345123",
    ],
)
def test_what_is_tried_first_is_no_password(weak: str) -> None:
    with pytest.raises(ServiceError) as refused:
        passwords.require_good(weak, "chen.shenhe@example.com")
    assert refused.value.code == "weak_password"


@pytest.mark.parametrize("good", [PASSWORD, "correct horse battery", "七个不相干的词语合成一句话呢", "kX9#vb2!qPz7"])
def test_a_long_and_rare_one_is(good: str) -> None:
    passwords.require_good(good, "chen.shenhe@example.com")


def test_one_time_passwords_are_good_ones() -> None:
    made = {passwords.one_time() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        passwords.require_good(one, "chen.shenhe@example.com")


def test_own_sign_ins_are_listed_and_ended(house: House, here: str) -> None:
    person, other = known(house, here), known(house, here)
    second = enter(house, person).json()["token"]
    listed = person.client.get("/api/v1/sessions").json()["items"]
    assert [one["current"] for one in listed] == [False, True]
    assert person.client.delete(f"/api/v1/sessions/{listed[0]['id']}").status_code == 204
    assert house.anonymous.get("/api/v1/me", headers=bearer(second)).status_code == 401
    assert other.client.delete(f"/api/v1/sessions/{listed[1]['id']}").status_code == 404
    assert person.client.delete("/api/v1/sessions/current").status_code == 204
    assert person.client.get("/api/v1/me").status_code == 401


# --- the second factor -------------------------------------------------------------------------


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A clock for codes that is moved by hand."""

    class Clock:
        time = now().replace(second=0, microsecond=0)

        def forward(self, seconds: int) -> None:
            self.time += timedelta(seconds=seconds)

    clock = Clock()
    monkeypatch.setattr(second_factor, "now", lambda: clock.time)
    yield clock


def enrolled(person: Person, clock: Any) -> tuple[pyotp.TOTP, list[str]]:
    made = person.client.post("/api/v1/me/second-factor").json()
    totp = pyotp.TOTP(made["secret"])
    answer = person.client.post("/api/v1/me/second-factor/confirmation", json={"code": totp.at(clock.time)})
    assert answer.status_code == 200
    return totp, answer.json()["codes"]


def test_enrolling_shows_what_an_authenticator_needs(house: House, here: str, at_noon: Any) -> None:
    person = known(house, here)
    made = person.client.post("/api/v1/me/second-factor").json()
    parts = urlsplit(made["uri"])
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query)["secret"] == [made["secret"]]
    assert made["svg"].startswith("<svg") and "script" not in made["svg"]
    assert enter(house, person).status_code == 201, "not in force before it is confirmed"
    wrong = person.client.post("/api/v1/me/second-factor/confirmation", json={"code": "000000"})
    assert wrong.json()["code"] == "wrong_code"
    kept = row(house, person.user.id)
    assert made["secret"] not in (kept.totp_pending, kept.totp_secret)


def test_with_a_second_factor_a_code_is_asked_for_and_good_once(house: House, here: str, at_noon: Any) -> None:
    person = known(house, here)
    totp, _ = enrolled(person, at_noon)
    asked = enter(house, person)
    assert (asked.status_code, asked.json()["code"]) == (401, "code_needed")
    assert enter(house, person, code=totp.at(at_noon.time)).status_code == 401, "used when it was confirmed"
    at_noon.forward(30)
    code = totp.at(at_noon.time)
    assert enter(house, person, "wrong", code).json()["code"] == "sign_in_failed"
    assert enter(house, person, code=code).status_code == 201
    assert enter(house, person, code=code).status_code == 401
    at_noon.forward(30)
    assert enter(house, person, code=totp.at(at_noon.time + timedelta(seconds=30))).status_code == 201, "a fast clock"
    assert enter(house, person, code=totp.at(at_noon.time)).status_code == 401, "none before the last one used"


def test_wrong_codes_lock_and_a_missing_one_does_not(house: House, here: str, at_noon: Any) -> None:
    person = known(house, here)
    enrolled(person, at_noon)
    for _ in range(house.services.settings.sign_in_attempts + 2):
        assert enter(house, person).json()["code"] == "code_needed"
    for _ in range(house.services.settings.sign_in_attempts):
        assert enter(house, person, code="000000").json()["code"] == "sign_in_failed"
    assert row(house, person.user.id).locked_until


def test_a_recovery_code_stands_in_once_and_is_kept_as_a_hash(house: House, here: str, at_noon: Any) -> None:
    person = known(house, here)
    totp, codes = enrolled(person, at_noon)
    kept = row(house, person.user.id).recovery_codes
    assert len(set(codes)) == len(kept) == second_factor.RECOVERY_CODES and not set(codes) & set(kept)
    assert enter(house, person, code=codes[0].upper()).status_code == 201
    assert enter(house, person, code=codes[0]).status_code == 401
    at_noon.forward(60)
    renewed = person.client.post("/api/v1/me/recovery-codes", json={"code": totp.at(at_noon.time)}).json()["codes"]
    assert enter(house, person, code=codes[1]).status_code == 401
    assert enter(house, person, code=renewed[1]).status_code == 201


def test_giving_it_up_takes_a_code(house: House, here: str, at_noon: Any) -> None:
    person = known(house, here)
    _, codes = enrolled(person, at_noon)
    assert person.client.post("/api/v1/me/second-factor/removal", json={"code": "123456"}).status_code == 409
    assert person.client.post("/api/v1/me/second-factor/removal", json={"code": codes[3]}).status_code == 204
    assert enter(house, person).status_code == 201


def test_codes_cannot_be_tried_one_after_the_other(house: House, here: str, at_noon: Any) -> None:
    """Neither at the sign-in, with the password sent in between, nor from an open browser."""
    person, other = known(house, here), known(house, here)
    enrolled(person, at_noon)
    for _ in range(house.services.settings.sign_in_attempts):
        enter(house, person, code="000000")
        enter(house, person)
    assert row(house, person.user.id).locked_until
    totp, codes = enrolled(other, at_noon)
    for _ in range(house.services.settings.sign_in_attempts):
        other.client.post("/api/v1/me/second-factor/removal", json={"code": "000000"})
    assert row(house, other.user.id).locked_until
    at_noon.forward(30)
    for code in (totp.at(at_noon.time), codes[0]):
        assert other.client.post("/api/v1/me/second-factor/removal", json={"code": code}).status_code == 409
        assert other.client.post("/api/v1/me/recovery-codes", json={"code": code}).status_code == 409


# --- administrators ----------------------------------------------------------------------------


def new(client: TestClient, login: str = "wang@example.com", **rights: Any) -> Any:
    body = {"login": login, "name": "王某（虚构）", "rights": {"roles": ["reviewer"]} | rights}
    return client.post("/api/v1/accounts", json=body)


def test_a_new_account_begins_with_a_one_time_password(house: House, here: str) -> None:
    admin = house.person(here, Role.ADMINISTRATOR)
    made = new(admin.client).json()
    opened = house.anonymous.post(
        "/api/v1/sessions", json={"login": "wang@example.com", "password": made["one_time_password"]}
    ).json()
    assert opened["must_change_password"]
    mine = bearer(opened["token"])
    changed = house.anonymous.put(
        "/api/v1/me/password", headers=mine, json={"current": made["one_time_password"], "new": PASSWORD}
    ).json()
    me = house.anonymous.get("/api/v1/me", headers=bearer(changed["token"])).json()
    assert "finding.decide" in me["permissions"]
    assert new(admin.client, "WANG@example.com").json()["code"] == "login_taken"
    with house.services.reading() as session:
        told = session.exec(select(TrailEvent.detail).where(TrailEvent.action == "account.created")).one()
    assert told["roles"] == ["reviewer"] and "wang" not in str(told)


GRANT = {"start": "2026-01-01", "end": "2026-12-31", "branches": [], "unmasked": False}
SOON = "2099-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "rights",
    [
        {"roles": ["regulator", "reviewer"], "grant": GRANT, "expires_at": SOON},
        {"roles": ["regulator"], "expires_at": SOON},
        {"roles": ["regulator"], "grant": GRANT},
        {"roles": ["regulator"], "grant": GRANT | {"start": "2027-01-01"}, "expires_at": SOON},
        {"roles": ["reviewer"], "grant": GRANT, "expires_at": SOON},
        {"roles": ["reviewer"], "expires_at": "2020-01-01T00:00:00Z"},
        {"roles": ["reviewer"], "expires_at": "2099-01-01T00:00:00"},
        {"roles": []},
        {"roles": ["owner"]},
    ],
)
def test_rights_that_make_no_sense_are_not_given(house: House, here: str, rights: dict[str, Any]) -> None:
    admin = house.person(here, Role.ADMINISTRATOR)
    assert new(admin.client, **rights).status_code == 422
    assert admin.client.get("/api/v1/accounts").json()["items"][0]["id"] == admin.user.id


def test_a_regulator_gets_a_grant_an_end_and_nothing_more(house: House, here: str) -> None:
    admin, branch = house.person(here, Role.ADMINISTRATOR), house.branch(here)
    foreign = house.branch(house.tenant("别家"))
    grant = GRANT | {"branches": [branch]}
    made = new(admin.client, roles=["regulator"], grant=grant, expires_at=SOON)
    assert (made.status_code, made.json()["grant"]) == (201, grant)
    who = access.principal_of(row(house, made.json()["id"]))
    assert who.grant and who.grant.branches == {branch} and not who.sees_full_values
    refused = new(
        admin.client, "b@example.com", roles=["regulator"], grant=grant | {"branches": [foreign]}, expires_at=SOON
    )
    assert refused.status_code == 404


def test_other_rights_end_sign_ins_and_keys_made_from_the_old_ones(house: House, here: str) -> None:
    admin, person = house.person(here, Role.ADMINISTRATOR), house.person(here, Role.REVIEWER)
    keep, lose = (
        person.client.post("/api/v1/keys", json={"name": name, "scopes": [scope]}).json()["id"]
        for name, scope in (("keeps", "case.read"), ("loses", "report.export"))
    )
    same = admin.client.patch(f"/api/v1/accounts/{person.user.id}", json={"rights": {"roles": ["reviewer"]}})
    assert same.status_code == 200 and person.client.get("/api/v1/me").status_code == 200
    changed = admin.client.patch(f"/api/v1/accounts/{person.user.id}", json={"rights": {"roles": ["uploader"]}})
    assert changed.json()["roles"] == ["uploader"]
    assert person.client.get("/api/v1/me").status_code == 401
    keys = {one["id"]: one["revoked_at"] for one in admin.client.get("/api/v1/keys").json()["items"]}
    assert keys[keep] is None and keys[lose] is not None


def test_the_last_administrator_stays(house: House, here: str) -> None:
    """Neither closed nor moved to a branch nor given other roles, until another one has the whole institution."""
    admin, branch = house.person(here, Role.ADMINISTRATOR), house.branch(here)
    house.person(here, Role.ADMINISTRATOR, branch_id=branch)
    house.person(here, Role.ADMINISTRATOR, closed_at=now())
    house.person(house.tenant("别家"), Role.ADMINISTRATOR)
    own = f"/api/v1/accounts/{admin.user.id}"
    for rights in ({"roles": ["reviewer"]}, {"roles": ["administrator"], "branch_id": branch},
                   {"roles": ["administrator"], "expires_at": SOON}):  # fmt: skip
        assert admin.client.patch(own, json={"rights": rights}).json()["code"] == "last_administrator"
    assert admin.client.post(f"{own}/close").json()["code"] == "last_administrator"
    new(admin.client, roles=["administrator"])
    assert admin.client.post(f"{own}/close").status_code == 200
    assert admin.client.get("/api/v1/me").status_code == 401


def test_a_closed_account_is_closed_for_good(house: House, here: str) -> None:
    admin, person = house.person(here, Role.ADMINISTRATOR), known(house, here)
    assert admin.client.post(f"/api/v1/accounts/{person.user.id}/close").json()["closed_at"]
    assert person.client.get("/api/v1/me").status_code == enter(house, person).status_code == 401
    assert admin.client.post(f"/api/v1/accounts/{person.user.id}/unlock").json()["code"] == "account_closed"
    assert new(admin.client, person.user.login).json()["code"] == "login_taken"
    open_ones = admin.client.get("/api/v1/accounts?closed=false").json()["items"]
    assert [one["id"] for one in open_ones] == [admin.user.id]


def test_an_administrator_helps_whoever_cannot_get_in(house: House, here: str, at_noon: Any) -> None:
    admin, person = house.person(here, Role.ADMINISTRATOR), known(house, here)
    enrolled(person, at_noon)
    account = f"/api/v1/accounts/{person.user.id}"
    assert not admin.client.post(f"{account}/reset-second-factor").json()["second_factor"]
    assert person.client.get("/api/v1/me").status_code == 401
    change(house, person.user.id, locked_until=now() + timedelta(minutes=5))
    assert enter(house, person).status_code == 401
    assert admin.client.post(f"{account}/unlock").json()["locked_until"] is None
    assert enter(house, person).status_code == 201
    once = admin.client.post(f"{account}/reset-password").json()["one_time_password"]
    assert enter(house, person).status_code == 401
    assert enter(house, person, once).json()["must_change_password"]
    assert {"second_factor.reset", "account.unlocked", "password.reset"} <= set(actions(house, here))


def test_an_administrator_of_a_branch_sees_and_gives_that_branch_only(house: House, here: str) -> None:
    branch, other = house.branch(here), house.branch(here, "北京分公司")
    admin = house.person(here, Role.ADMINISTRATOR, branch_id=branch)
    inside, outside = house.person(here, Role.REVIEWER, branch_id=branch), house.person(here, Role.REVIEWER)
    seen = {one["id"] for one in admin.client.get("/api/v1/accounts").json()["items"]}
    assert seen == {admin.user.id, inside.user.id}
    assert admin.client.get(f"/api/v1/accounts/{outside.user.id}").status_code == 404
    assert new(admin.client).status_code == 403
    assert new(admin.client, branch_id=other).status_code == 403
    assert new(admin.client, branch_id=branch).status_code == 201
    assert admin.client.post("/api/v1/branches", json={"name": "第三"}).status_code == 403


def test_accounts_come_in_pages_and_by_role(house: House, here: str) -> None:
    admin = house.person(here, Role.ADMINISTRATOR)
    made = [house.person(here, Role.REVIEWER, Role.APPROVER).user.id for _ in range(4)]
    seen, cursor = [], None
    while True:
        page = admin.client.get(
            "/api/v1/accounts", params={"limit": 2, "role": "approver"} | ({"cursor": cursor} if cursor else {})
        ).json()
        seen += [one["id"] for one in page["items"]]
        if not (cursor := page["next"]):
            break
    assert seen == made
    assert admin.client.get("/api/v1/accounts", params={"cursor": "nonsense"}).json()["code"] == "bad_cursor"


# --- the first one -----------------------------------------------------------------------------


def test_the_first_administrator_can_start_alone(tmp_path: Path) -> None:
    with open_house(tmp_path / "empty") as house:
        password = tenants.create_first_administrator(house.services, "Erste@example.com")
        opened = sign_in.sign_in(house.services, "erste@example.com", password)
        assert opened.who.must_change_password
        renewed = sign_in.change_password(house.services, opened.who, password, PASSWORD)
        for permission in (
            Permission.TENANT_MANAGE,
            Permission.BATCH_WRITE,
            Permission.FINDING_DECIDE,
            Permission.FINDING_APPROVE,
        ):
            renewed.who.require(permission)
        client = TestClient(house.app, headers=bearer(renewed.token))
        founded = client.post("/api/v1/institutions", json={"name": "新机构", "login": "neu@example.com"})
        assert founded.status_code == 201
        with pytest.raises(ServiceError):
            tenants.create_first_administrator(house.services, "zweite@example.com")
        assert isinstance(renewed.expires_at, datetime)
