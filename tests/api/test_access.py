"""Is every door guarded, and does nobody see what is another's?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import col, select

from api.clock import now
from api.deps import Allowed, principal
from api.pages.shell import Sees, visitor
from api.permissions import ALONE, ROLES, Permission, Role
from api.tables import ApiKey, SignIn, Tenant, TrailEvent, User
from tests.api.house import House, open_house
from tests.api.strangers import MARK, Asked, Way, bound_to_branches, guards, requests_for, settle, ways

# who is not signed in yet, or asks only for what ships with the program
PUBLIC = {
    ("GET", "/api/v1/openapi.json"),
    ("POST", "/api/v1/sessions"),
    ("GET", "/api/v1/sessions/oidc"),
    ("GET", "/api/v1/sessions/oidc/callback"),
    ("GET", "/api/v1/health/live"),
    ("GET", "/api/v1/health/ready"),
    ("GET", "/api/v1/metrics"),  # a token of its own, or loopback only
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/preferences"),
}
SIGNING_OUT = {"/api/v1/sessions/current", "/sign-out"}


@pytest.fixture(scope="module")
def crowd() -> Iterator[House]:
    with open_house(rate_per_minute=10_000_000) as house:
        yield house


@pytest.fixture(scope="module")
def askers(crowd: House) -> dict[str, tuple[TestClient, frozenset[Permission]]]:
    """Everybody of one institution: each role, all roles that may be held together, and a key with every scope."""
    here = crowd.tenant("甲机构")
    together = [role for role in Role if role not in ALONE]
    found = {role.value: (crowd.person(here, role).client, ROLES[role]) for role in Role}
    found["all roles"] = (crowd.person(here, *together).client, frozenset().union(*(ROLES[one] for one in together)))
    found["all scopes"] = (crowd.key(here, *Permission), frozenset(Permission))
    for client, _ in found.values():
        client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    return found


@pytest.fixture(scope="module")
def strangers(crowd: House) -> dict[str, str]:
    return settle(crowd)


def _permissions(way: Way) -> set[Permission]:
    return {one.permission for one in guards(way.dependant) if isinstance(one, Allowed | Sees)}


def _send(client: TestClient, asked: Asked) -> Any:
    return client.request(
        asked.method, asked.path, params=asked.query, json=asked.json, data=asked.form, follow_redirects=False
    )


def test_every_route_asks_who_is_there(crowd: House) -> None:
    open_doors = {
        (way.method, way.path) for way in ways(crowd) if not {principal, visitor} & set(guards(way.dependant))
    }
    assert open_doors <= PUBLIC
    assert len(ways(crowd)) > len(PUBLIC) + 20


def test_without_a_token_every_other_route_refuses(crowd: House, strangers: dict[str, str]) -> None:
    for way in ways(crowd):
        if (way.method, way.path) in PUBLIC:
            continue
        answer = _send(crowd.anonymous, requests_for(way, strangers)[0])
        sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        assert answer.status_code in {401, 422} or sent_away, (way.method, way.path, answer.status_code)
        assert MARK not in answer.text


def test_nobody_gets_at_what_is_another_institutions(
    crowd: House, askers: dict[str, tuple[TestClient, frozenset[Permission]]], strangers: dict[str, str]
) -> None:
    """Every role asks every route for the rows of the other institution, in path, query and body."""
    asked_of, understood, faults = set(), set(), []
    for way in ways(crowd):
        if (way.method, way.path) in PUBLIC or way.path in SIGNING_OUT:
            continue
        asked_of.add((way.method, way.path))
        needed = _permissions(way)
        for name, (client, held) in askers.items():
            for asked in requests_for(way, strangers):
                answer = _send(client, asked)
                fault = _fault(way, asked, answer, needed <= held, strangers)
                if fault:
                    faults.append((fault, name, asked, answer.status_code, answer.text[:200]))
                if answer.status_code not in {403, 422}:
                    understood.add((way.method, way.path))
    assert not faults, "\n".join(str(one) for one in faults)
    # a request whose body cannot be used proves little: most must get as far as the question whose it is
    assert len(understood) > 0.8 * len(asked_of), asked_of - understood


def _fault(way: Way, asked: Asked, answer: Any, allowed: bool, strangers: dict[str, str]) -> str:
    if answer.status_code >= 500 and answer.status_code not in {501, 503}:
        return "broken"
    if MARK in answer.text:
        return "told"
    if not allowed and answer.status_code not in {403, 422}:
        return "not refused"
    moved_on = way.method == "GET" and answer.is_redirect  # the page it leads to is asked for itself
    if _names_a_stranger(way, asked, strangers) and answer.status_code < 400 and not moved_on:
        return "done"
    return ""


def _names_a_stranger(way: Way, asked: Asked, strangers: dict[str, str]) -> bool:
    """A list asked with another's id as a filter may answer, emptily; whatever names one to act on it may not."""
    ids = {one for one in strangers.values() if len(one) == len(strangers["tenant"])}
    in_path = any(part in ids for part in asked.path.split("/"))
    in_body = any(one in str(asked.json or asked.form or "") for one in ids)
    return in_path or (in_body and way.method != "GET")


def test_nobody_gets_at_what_is_another_branchs(crowd: House, strangers: dict[str, str]) -> None:
    """The same institution, another branch: people limited to theirs, and a regulator whose grant is for theirs."""
    here, branch = strangers["tenant"], crowd.branch(strangers["tenant"], "另一分公司")
    together = [role for role in Role if role not in ALONE]
    askers = (
        crowd.person(here, *together, branch_id=branch),
        crowd.person(here, Role.REGULATOR, grant_branches=[branch], grant_unmasked=True),
    )
    bound = {strangers[table]: table for table in bound_to_branches() - {"drawn"}}  # its key is the draw's
    faults = []
    for way in ways(crowd):
        if (
            (way.method, way.path) in PUBLIC
            or way.path in SIGNING_OUT
            or way.path.startswith(("/account", "/api/v1/me"))
        ):
            continue
        for person in askers:
            person.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
            for asked in requests_for(way, strangers):
                answer = _send(person.client, asked)
                told = sorted(table for table in bound.values() if f"{MARK}-{table}-" in answer.text)
                named = [table for key, table in bound.items() if key in asked.path.split("/")]
                done = named and answer.status_code < 400 and not answer.is_redirect
                if told or done or answer.status_code == 500:
                    faults.append((person.user.roles[0], asked.method, asked.path, answer.status_code, told, named))
    assert not faults, "\n".join(str(one) for one in faults)


# --- tokens ------------------------------------------------------------------------------------


def _status(client: TestClient) -> int:
    return int(client.get("/api/v1/me").status_code)


@pytest.mark.parametrize(
    ("column", "shift"),
    [("ended_at", timedelta(0)), ("expires_at", timedelta(0)), ("seen_at", timedelta(minutes=-61))],
)
def test_a_sign_in_that_is_over_counts_no_more(house: House, column: str, shift: timedelta) -> None:
    person = house.person(house.tenant(), Role.REVIEWER)
    assert _status(person.client) == 200
    with house.services.writing() as session:
        row = session.exec(select(SignIn).where(SignIn.user_id == person.user.id)).one()
        setattr(row, column, now() + shift)
        session.add(row)
    assert _status(person.client) == 401


@pytest.mark.parametrize("column", ["closed_at", "expires_at"])
def test_an_account_that_is_over_lets_nobody_in(house: House, column: str) -> None:
    person = house.person(house.tenant(), Role.REVIEWER)
    with house.services.writing() as session:
        row = session.get_one(User, person.user.id)
        setattr(row, column, now())
        session.add(row)
    assert _status(person.client) == 401


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_key_that_is_over_counts_no_more(house: House, column: str) -> None:
    client = house.key(house.tenant(), Permission.CASE_READ)
    assert _status(client) == 200
    with house.services.writing() as session:
        row = session.exec(select(ApiKey)).one()
        setattr(row, column, now())
        session.add(row)
    assert _status(client) == 401


def test_nobody_of_a_closed_institution_comes_in(house: House) -> None:
    here = house.tenant()
    person, key = house.person(here, Role.REVIEWER), house.key(here, Permission.CASE_READ)
    assert _status(person.client) == _status(key) == 200
    with house.services.writing() as session:
        row = session.get_one(Tenant, here)
        row.closed_at = now()
        session.add(row)
    assert _status(person.client) == _status(key) == 401


@pytest.mark.parametrize("who", ["person", "key"])
def test_knowing_an_asker_takes_one_query_and_no_write_within_a_minute(house: House, who: str) -> None:
    here = house.tenant()
    client = house.person(here, Role.REVIEWER).client if who == "person" else house.key(here, Permission.CASE_READ)
    client.get("/api/v1/me")
    statements: list[str] = []

    def told(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(house.services.engine, "before_cursor_execute", told)
    client.get("/api/v1/me")
    event.remove(house.services.engine, "before_cursor_execute", told)
    assert [one.partition(" ")[0] for one in statements] == ["SELECT"]


def test_last_use_is_written_again_after_a_minute(house: House) -> None:
    client = house.key(house.tenant(), Permission.CASE_READ)
    client.get("/api/v1/me")
    long_ago = now() - timedelta(minutes=2)
    with house.services.writing() as session:
        row = session.exec(select(ApiKey)).one()
        assert row.used_at is not None
        row.used_at = long_ago
        session.add(row)
    client.get("/api/v1/me")
    with house.services.reading() as session:
        used = session.exec(select(ApiKey.used_at)).one()
    assert used is not None and used > long_ago + timedelta(minutes=1)


def test_every_request_of_a_regulator_is_on_the_trail(house: House) -> None:
    regulator = house.person(house.tenant(), Role.REGULATOR, expires_at=now() + timedelta(days=30))
    for path in ("/api/v1/me", "/api/v1/trail/events?actor_id=陈某某"):
        assert regulator.client.get(path).status_code == 200
    with house.services.reading() as session:
        rows = session.exec(
            select(TrailEvent).where(TrailEvent.actor_id == regulator.user.id).order_by(col(TrailEvent.seq))
        ).all()
    assert [(row.action, row.subject_id) for row in rows] == [
        ("regulator.asked", "/api/v1/me"),
        ("regulator.asked", "/api/v1/trail/events"),  # what was searched for may be a customer's name
    ]


def test_with_a_one_time_password_nothing_but_changing_it_is_allowed(house: House) -> None:
    person = house.person(house.tenant(), Role.ADMINISTRATOR, must_change_password=True)
    answer = person.client.get("/api/v1/accounts")
    assert (answer.status_code, answer.json()["code"]) == (403, "password_change_needed")
    assert person.client.get("/api/v1/me").json()["permissions"] == []
    assert person.client.post("/api/v1/me/second-factor").status_code == 403
    assert person.client.post("/api/v1/keys", json={"name": "k", "scopes": ["case.read"]}).status_code == 403
