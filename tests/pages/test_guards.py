"""What guards every page, also one that is added later: the token of forms, no frames, a new sign-in each time."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from api import forgery
from api.permissions import Role
from api.tables import SignIn, TenantKind, TrailEvent
from api.workflow import access, accounts
from api.workflow.access import COOKIE
from tests.api.house import House, Person
from tests.api.strangers import Way, ways

OPEN = {"/sign-in", "/preferences"}  # before anybody is signed in there is no token, and nothing to forge
LOGIN, PASSWORD = "chen.xugou", "a long way to the sea"


@pytest.fixture(scope="module")
def person(house: House) -> Iterator[Person]:
    """Somebody who may do all that people do, in the operator's own institution."""
    operator = house.tenant("运营方", TenantKind.OPERATOR)
    roles = [role for role in Role if role is not Role.REGULATOR]
    yield house.person(operator, *roles)


def browser_of(house: House, person: Person) -> TestClient:
    """Known by its cookie, as a browser is."""
    client = TestClient(house.app, raise_server_exceptions=False, follow_redirects=False)
    client.cookies.set(COOKIE, person.token)
    return client


def pages(house: House, method: str) -> list[str]:
    """Addresses of all pages that answer to the method, with something in place of each id."""
    found = [one for one in ways(house) if one.method == method and not one.path.startswith("/api/")]
    return sorted({address(one) for one in found})


def address(way: Way) -> str:
    return re.sub(r"\{[^}]+\}", "x", way.path)


def test_no_form_is_taken_without_the_token_of_this_sign_in(house: House, person: Person) -> None:
    other = house.person(person.principal.tenant_id, Role.ADMINISTRATOR)
    client = browser_of(house, person)
    posts = [one for one in pages(house, "POST") if one not in OPEN]
    assert len(posts) > 30
    for path in posts:
        for token in (None, "", "x" * 43, forgery.token_for(other.token)):
            form = {} if token is None else {forgery.FIELD: token}
            answer = client.post(path, data={"name": "x", **form})
            assert (answer.status_code, answer.json().get("code")) == (403, "csrf"), path
            answer = client.post(path, data=form, files={"file": ("a.csv", b"x")})
            assert (answer.status_code, answer.json().get("code")) == (403, "csrf"), path
    with house.services.reading() as session:
        done = session.exec(select(TrailEvent).where(TrailEvent.actor_id == person.user.id)).all()
    assert not [one.action for one in done if one.tenant_id == person.principal.tenant_id]


def test_with_its_token_a_form_is_heard(house: House, person: Person) -> None:
    client = browser_of(house, person)
    token = forgery.token_for(person.token)
    for path in pages(house, "POST"):
        if path == "/sign-out":
            continue
        answer = client.post(path, data={forgery.FIELD: token})
        assert answer.status_code != 403 or "csrf" not in answer.text, path


@pytest.mark.parametrize("header", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
def test_another_site_is_refused_even_with_the_token(house: House, person: Person, header: dict[str, str]) -> None:
    client = browser_of(house, person)
    data = {forgery.FIELD: forgery.token_for(person.token)}
    for path in pages(house, "POST"):
        answer = client.post(path, data=data, headers=header)
        assert (answer.status_code, answer.json().get("code")) == (403, "csrf"), path


def test_no_page_can_be_framed_or_guessed_or_kept(house: House, person: Person) -> None:
    visitors = (browser_of(house, person), TestClient(house.app, follow_redirects=False))
    paths = pages(house, "GET")
    assert len(paths) > 30
    for client in visitors:
        for path in [*paths, "/nothing-here", "/../../etc/passwd"]:
            answer = client.get(path)
            headers = answer.headers
            assert answer.status_code < 500, (path, answer.text[:500])
            assert headers["x-frame-options"] == "DENY", path
            assert headers["x-content-type-options"] == "nosniff", path
            policy = headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy, path
            assert "unsafe" not in policy, path
            assert headers["cache-control"] == "no-store", path
            assert headers["referrer-policy"] == "no-referrer", path


def test_no_page_answers_a_read_with_a_change(house: House, person: Person) -> None:
    """What a link, a preview or a prefetch asks for changes nothing: pages that act answer to POST alone."""
    client = browser_of(house, person)
    for path in set(pages(house, "POST")) - set(pages(house, "GET")):
        assert client.get(path).status_code in (404, 405), path


# --- sign-ins -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def account(house: House, person: Person) -> Iterator[str]:
    """An account whose password is known; its id."""
    rights = accounts.Rights(frozenset({Role.REVIEWER}))
    made, once = accounts.create_account(
        house.services, person.principal, LOGIN, rights, accounts.Details(name="陈虚构")
    )
    client = TestClient(house.app, follow_redirects=False)
    assert client.post("/sign-in", data={"login": LOGIN, "password": once}).headers["location"] == "/account"
    changed = client.post(
        "/account/password",
        data={"current": once, "new": PASSWORD, "again": PASSWORD, forgery.FIELD: csrf(client)},
    )
    assert changed.status_code == 303, changed.text
    yield made.id


def csrf(client: TestClient) -> str:
    return forgery.token_for(client.cookies[COOKIE])


def sign_in(house: House, held: str = "") -> TestClient:
    """A browser that held this token before it signed in."""
    client = TestClient(house.app, follow_redirects=False)
    if held:
        client.cookies.set(COOKIE, held)
    answer = client.post("/sign-in", data={"login": LOGIN, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    given = answer.cookies[COOKIE]
    client.cookies.clear()
    client.cookies.set(COOKIE, given)
    return client


def test_a_token_that_somebody_planted_is_never_taken_over(house: House, account: str) -> None:
    planted = access.new_token(access.SIGN_IN_PREFIX)
    client = sign_in(house, held=planted)
    assert client.cookies[COOKIE] != planted
    assert client.get("/queue").status_code == 200
    thief = TestClient(house.app, follow_redirects=False)
    thief.cookies.set(COOKIE, planted)
    assert thief.get("/queue").headers["location"].startswith("/sign-in")


def test_signing_in_anew_gives_another_token_and_the_old_one_is_dead(house: House, account: str) -> None:
    before = sign_in(house)
    old = before.cookies[COOKIE]
    assert before.get("/queue").status_code == 200
    after = sign_in(house, held=old)
    assert after.cookies[COOKIE] != old
    assert after.get("/queue").status_code == 200
    assert before.get("/queue").headers["location"].startswith("/sign-in")
    with house.services.reading() as session:
        row = session.exec(select(SignIn).where(SignIn.token_sha256 == access.digest(old))).one()
    assert row.ended_at is not None and row.user_id == account


def test_signing_out_ends_it_for_everybody_who_holds_the_token(house: House, account: str) -> None:
    client = sign_in(house)
    held = client.cookies[COOKIE]
    assert client.post("/sign-out", data={forgery.FIELD: csrf(client)}).status_code == 303
    client.cookies.clear()
    client.cookies.set(COOKIE, held)
    assert client.get("/queue").headers["location"].startswith("/sign-in")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House, account: str) -> None:
    client = TestClient(house.app, follow_redirects=False)
    told = client.post("/sign-in", data={"login": LOGIN, "password": PASSWORD}).headers["set-cookie"]
    assert "httponly" in told.lower() and "samesite=lax" in told.lower() and "path=/" in told.lower()
