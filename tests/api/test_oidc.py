"""Whom does the company's own sign-in let in, and which lies are seen through?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from api.clock import now
from api.permissions import Role
from api.tables import TenantKind, User
from api.workflow import access, oidc
from tests.api.house import House, Person, open_house
from tests.api.issuer import CLIENT, SECRET, OidcIssuer, open_issuer


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    with open_issuer() as made:
        yield made


@pytest.fixture
def linked(tmp_path: Path, issuer: OidcIssuer) -> Iterator[House]:
    """A service that trusts this issuer."""
    given = {"oidc_issuer": issuer.address, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    with open_house(tmp_path / "data", base_url="http://testserver", **given) as house:
        house.tenant("运营方", TenantKind.OPERATOR)
        yield house


@pytest.fixture
def person(linked: House, issuer: OidcIssuer) -> Person:
    return linked.person(linked.tenant(), Role.REVIEWER, oidc_subject=f"{issuer.address}|u-1")


def browser(house: House) -> TestClient:
    return TestClient(house.app, follow_redirects=False)


def travel(house: House, issuer: OidcIssuer, client: TestClient | None = None, then: str = "/cases/7") -> Any:
    """There and back again."""
    client = client or browser(house)
    sent = client.get("/api/v1/sessions/oidc", params={"next": then})
    assert sent.status_code == 303, sent.text
    return client.get(issuer.authorize(sent.headers["location"]))


def test_somebody_the_issuer_vouches_for_is_signed_in(linked: House, issuer: OidcIssuer, person: Person) -> None:
    client = browser(linked)
    answer = travel(linked, issuer, client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/7")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(access.COOKIE))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert client.get("/api/v1/me").json()["id"] == person.user.id
    assert issuer.refused == []


def test_a_verified_address_finds_its_account_once(linked: House, issuer: OidcIssuer) -> None:
    made = linked.person(linked.tenant(), Role.REVIEWER, must_change_password=True, password_hash="x")
    _rename(linked, made, "li@example.com")
    issuer.person = {"sub": "u-9", "email": "Li@Example.com", "email_verified": True}
    assert travel(linked, issuer).status_code == 303
    with linked.services.reading() as session:
        user = session.get_one(User, made.user.id)
    assert user.oidc_subject == f"{issuer.address}|u-9"
    assert user.password_hash == "", "the one-time password must not lie about"
    issuer.person = {"sub": "u-10", "email": "li@example.com", "email_verified": True}
    assert travel(linked, issuer).status_code == 401, "the account is somebody's already"


def _rename(house: House, person: Person, login: str) -> None:
    with house.services.writing() as session:
        user = session.get_one(User, person.user.id)
        user.login = login
        session.add(user)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "u-9"},
        {"sub": "u-9", "email": "li@example.com"},
        {"sub": "u-9", "email": "li@example.com", "email_verified": False},
        {"sub": "u-9", "email": "li@example.com", "email_verified": "true"},
        {"sub": "u-9", "email": "nobody@example.com", "email_verified": True},
    ],
)
def test_nobody_gets_an_account_by_signing_in(linked: House, issuer: OidcIssuer, claims: dict[str, Any]) -> None:
    _rename(linked, linked.person(linked.tenant(), Role.REVIEWER), "li@example.com")
    issuer.person = claims
    assert travel(linked, issuer).json()["where"] == "account"


def _changed(**claims: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda told: {name: value for name, value in {**told, **claims}.items() if value is not None}


@pytest.mark.parametrize(
    "lie",
    [
        _changed(nonce="another"),
        _changed(nonce=None),
        _changed(aud="somebody else"),
        _changed(iss="https://elsewhere.example"),
        _changed(exp=1_700_000_000),
        _changed(exp=None),
        _changed(sub=None),
    ],
)
def test_claims_that_are_not_for_this_sign_in_are_refused(
    linked: House, issuer: OidcIssuer, person: Person, lie: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    issuer.lie = lie
    answer = travel(linked, issuer)
    assert (answer.status_code, answer.json()["where"]) == (401, "id_token")
    assert access.COOKIE not in answer.headers.get("set-cookie", "")


def test_one_of_several_audiences_must_be_who_asked(linked: House, issuer: OidcIssuer, person: Person) -> None:
    issuer.lie = _changed(aud=[CLIENT, "other"], azp="other")
    assert travel(linked, issuer).json()["where"] == "audience"
    issuer.lie = _changed(aud=[CLIENT, "other"], azp=CLIENT)
    assert travel(linked, issuer).status_code == 303


def _part(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def test_forged_signatures_are_refused(linked: House, issuer: OidcIssuer, person: Person) -> None:
    thief = RSAKey.generate_key(2048, {"kid": issuer.key.kid})

    def unsigned(claims: dict[str, Any]) -> str:
        return ".".join((_part({"alg": "none"}), _part(claims), ""))

    def signed_with_what_is_public(claims: dict[str, Any]) -> str:
        told = ".".join((_part({"alg": "HS256", "kid": issuer.key.kid}), _part(claims)))
        mac = hmac.new(issuer.key.as_pem(private=False), told.encode(), hashlib.sha256).digest()
        return f"{told}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    forgeries: list[Callable[[dict[str, Any]], str]] = [
        lambda claims: issuer.signed(claims, thief),
        signed_with_what_is_public,
        unsigned,
        lambda claims: issuer.signed(claims)[:-8] + "AAAAAAAA",
        lambda claims: "no token at all",
    ]
    for forge in forgeries:
        issuer.sign = forge
        assert travel(linked, issuer).json()["where"] == "id_token"


def test_keys_that_the_issuer_changed_are_fetched_again(linked: House, issuer: OidcIssuer, person: Person) -> None:
    assert travel(linked, issuer).status_code == 303
    issuer.renew()
    assert travel(linked, issuer).status_code == 303


def test_what_comes_back_must_belong_to_what_was_sent(linked: House, issuer: OidcIssuer, person: Person) -> None:
    """Another browser's answer, a made-up state, an answer used twice, one that comes too late, a spoilt cookie."""
    mine, other = browser(linked), browser(linked)
    back = issuer.authorize(mine.get("/api/v1/sessions/oidc").headers["location"])
    other.get("/api/v1/sessions/oidc")
    assert other.get(back).json()["where"] == "state"
    assert mine.get(back.replace("state=", "state=x")).json()["where"] == "state"
    assert browser(linked).get(back).json()["where"] == "cookie"
    spoilt = browser(linked)
    spoilt.cookies.set(oidc.COOKIE, mine.cookies[oidc.COOKIE][:-6] + "AAAAAA", path=oidc.CALLBACK)
    assert spoilt.get(back).json()["where"] == "cookie"
    assert mine.get(back).status_code == 303
    again = browser(linked)
    assert again.get(back).status_code == 401


def test_a_code_of_another_travel_does_not_fit(linked: House, issuer: OidcIssuer, person: Person) -> None:
    """PKCE: a code that was caught is worth nothing to whoever did not begin that sign-in."""
    victim, thief = browser(linked), browser(linked)
    caught = issuer.authorize(victim.get("/api/v1/sessions/oidc").headers["location"])
    own = issuer.authorize(thief.get("/api/v1/sessions/oidc").headers["location"])
    code = caught.partition("code=")[2].partition("&")[0]
    state = own.partition("state=")[2]
    answer = thief.get(f"http://testserver{oidc.CALLBACK}?code={code}&state={state}")
    assert answer.json()["where"] == "code" and issuer.refused == ["verifier"]


def test_an_answer_that_comes_too_late_is_refused(
    linked: House, issuer: OidcIssuer, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(linked)
    back = issuer.authorize(client.get("/api/v1/sessions/oidc").headers["location"])
    monkeypatch.setattr(oidc, "now", lambda: now() + oidc.LASTS + oidc.LASTS)
    assert client.get(back).json()["where"] == "late"


@pytest.mark.parametrize("column", ["closed_at", "expires_at"])
def test_an_account_that_is_over_is_not_let_in(linked: House, issuer: OidcIssuer, person: Person, column: str) -> None:
    with linked.services.writing() as session:
        user = session.get_one(User, person.user.id)
        setattr(user, column, now())
        session.add(user)
    assert travel(linked, issuer).json()["where"] == "account"


@pytest.mark.parametrize(
    ("then", "path"),
    [
        ("/cases?state=open", "/cases?state=open"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\tevil", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_afterwards_only_pages_of_ours(then: str, path: str) -> None:
    assert oidc.own_path(then) == path


def test_without_an_issuer_there_is_no_such_way(house: House) -> None:
    assert browser(house).get("/api/v1/sessions/oidc").status_code == 404
    assert browser(house).get(oidc.CALLBACK).status_code in {401, 404}


def test_an_issuer_that_cannot_be_reached_is_said_so(tmp_path: Path) -> None:
    with open_house(tmp_path / "data", oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT) as house:
        house.tenant("运营方", TenantKind.OPERATOR)
        answer = browser(house).get("/api/v1/sessions/oidc")
    assert (answer.status_code, answer.json()["code"]) == (503, "issuer_unreachable")
