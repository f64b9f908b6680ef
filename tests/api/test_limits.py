"""What is too much, and where does a request come from?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI, File, Request, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.types import Message, Receive, Scope, Send

from api import forgery
from api.errors import ServiceError
from api.limits import SIGN_INS_PER_MINUTE, SLACK, BodyLimit, Limits, address_of
from api.permissions import Permission, Role
from api.settings import Settings
from api.workflow import sign_in
from api.workflow.access import COOKIE
from tests.api.house import House, Person, open_house

# --- how often ---------------------------------------------------------------------------------


def test_one_request_too_many_is_told_when_to_come_back(tmp_path: Path) -> None:
    with open_house(tmp_path, rate_per_minute=5) as house:
        here = house.tenant()
        person, key = house.person(here, Role.REVIEWER), house.key(here, Permission.CASE_READ)
        assert [person.client.get("/api/v1/me").status_code for _ in range(6)] == [200] * 5 + [429]
        refused = person.client.get("/api/v1/me")
        assert refused.json()["code"] == "too_many_requests"
        assert refused.headers["content-type"] == "application/problem+json"
        assert 1 <= int(refused.headers["retry-after"]) <= 120
        assert key.get("/api/v1/me").status_code == 200, "everybody has their own"


def test_sign_ins_are_counted_by_address(house: House) -> None:
    body = {"login": "nobody", "password": "a password"}
    house.app.state.limits = Limits(1000, sign_ins_per_minute=3)
    assert [house.anonymous.post("/api/v1/sessions", json=body).status_code for _ in range(4)] == [401] * 3 + [429]
    elsewhere = TestClient(house.app, client=("192.0.2.9", 4000))
    assert elsewhere.post("/api/v1/sessions", json=body).status_code == 401
    assert SIGN_INS_PER_MINUTE >= 10


def test_counts_of_one_do_not_touch_another() -> None:
    limits = Limits(2)
    for _ in range(2):
        limits.request("one")
        limits.request("two")
    limits.sign_in("one")
    with pytest.raises(ServiceError):
        limits.request("one")


@pytest.mark.parametrize(
    ("nearest", "forwarded", "address"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.1"], "198.51.100.7"),  # nobody we trust says so
        ("10.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("10.0.0.1", ["1.2.3.4, 203.0.113.1"], "203.0.113.1"),  # what came before our proxy is hearsay
        ("10.0.0.1", ["203.0.113.1", "10.0.0.2"], "203.0.113.1"),
        ("10.0.0.1", ["203.0.113.1, 10.0.0.2"], "203.0.113.1"),
        ("10.0.0.1", ["<script>"], "10.0.0.1"),
        ("10.0.0.1", ["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.1", [], "10.0.0.1"),
    ],
)
def test_where_a_request_comes_from(nearest: str, forwarded: list[str], address: str) -> None:
    settings = Settings(trusted_proxies=("10.0.0.1", "10.0.0.2"))
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    request = Request({"type": "http", "client": (nearest, 1), "headers": headers})
    assert address_of(request, settings) == address


# --- how much ----------------------------------------------------------------------------------


class Given(BaseModel):
    text: str


@pytest.fixture
def scales() -> TestClient:
    """Routes of the three kinds: JSON, a form with files, the raw stream."""
    app = FastAPI()

    @app.post("/json")
    def json(given: Given) -> int:
        return len(given.text)

    @app.post("/file")
    def file(given: UploadFile = File()) -> int:  # noqa: B008
        return given.size or 0

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return sum([len(chunk) async for chunk in request.stream()])

    @app.put("/bytes", openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}}})
    async def octets(request: Request) -> int:
        return sum([len(chunk) async for chunk in request.stream()])

    app.add_middleware(BodyLimit, settings=Settings(request_bytes=2000, upload_bytes=50_000))
    return TestClient(app)


def _chunks(size: int) -> Iterator[bytes]:
    """A body whose length is not told before."""
    yield from (b"x" * 500 for _ in range(size // 500))


JSON = {"content-type": "application/json"}
BYTES = {"content-type": "application/octet-stream"}


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/json", {"json": {"text": "x" * 1900}}, 200),
        ("/json", {"json": {"text": "x" * 2000}}, 413),
        ("/json", {"content": _chunks(5000), "headers": JSON}, 413),
        ("/json", {"content": _chunks(5000), "headers": BYTES}, 413),
        ("/json", {"content": b"x" * 5000, "headers": BYTES}, 413),
        ("/raw", {"content": _chunks(5000), "headers": BYTES}, 200),
        ("/raw", {"content": _chunks(60_000), "headers": BYTES}, 413),
        ("/raw", {"content": b"x" * 5000, "headers": JSON}, 413),
        ("/file", {"files": {"given": b"x" * 5000}}, 200),
        ("/file", {"files": {"given": b"x" * 60_000}}, 413),
    ],
)
def test_a_body_is_cut_off_where_it_is_too_large(
    scales: TestClient, path: str, sent: dict[str, Any], status: int
) -> None:
    answer = scales.post(path, **sent)
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize("kind", [{}, JSON, BYTES, {"content-type": "application/x-www-form-urlencoded"}])
def test_a_route_that_takes_bytes_takes_them_whatever_they_are_called(scales: TestClient, kind: dict[str, str]) -> None:
    assert scales.put("/bytes", content=b"x" * 5000, headers=kind).json() == 5000
    assert scales.put("/bytes", content=_chunks(60_000 + SLACK), headers=kind).status_code == 413


def test_a_body_that_claims_to_be_too_large_is_not_read() -> None:
    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()

    async def never() -> Message:
        raise AssertionError("read")

    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    scope = {"type": "http", "headers": [(b"content-type", b"application/json"), (b"content-length", b"5000")]}
    anyio.run(BodyLimit(route, Settings(request_bytes=2000)), scope, never, send)
    assert told[0]["status"] == 413


# --- whose wish --------------------------------------------------------------------------------


@pytest.fixture
def person(house: House) -> Person:
    return house.person(house.tenant(), Role.ADMINISTRATOR)


def by_cookie(house: House, person: Person, **headers: str) -> TestClient:
    client = TestClient(house.app, headers=headers)
    client.cookies.set(COOKIE, person.token)
    return client


BRANCH = {"name": "新分公司"}


def test_a_cookie_alone_changes_nothing(house: House, person: Person) -> None:
    client = by_cookie(house, person)
    refused = client.post("/api/v1/branches", json=BRANCH)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    assert client.get("/api/v1/branches").json()["items"] == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"origin": "http://testserver"}, 201),
        ({"origin": "http://127.0.0.1:8000"}, 201),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
    ],
)
def test_even_with_the_token_only_from_our_own_pages(
    house: House, person: Person, headers: dict[str, str], status: int
) -> None:
    client = by_cookie(house, person, **{"x-csrf-token": forgery.token_for(person.token)})
    assert client.post("/api/v1/branches", json=BRANCH, headers=headers).status_code == status


def test_the_token_of_another_sign_in_does_not_fit(house: House, person: Person) -> None:
    other = house.person(person.user.tenant_id, Role.ADMINISTRATOR)
    client = by_cookie(house, person, **{"x-csrf-token": forgery.token_for(other.token)})
    assert client.post("/api/v1/branches", json=BRANCH).status_code == 403


def test_programs_with_a_bearer_token_need_none(person: Person) -> None:
    assert (
        person.client.post("/api/v1/branches", json=BRANCH, headers={"sec-fetch-site": "cross-site"}).status_code == 201
    )


def test_another_scheme_does_not_make_a_cookie_a_program(house: House, person: Person) -> None:
    client = by_cookie(house, person, authorization="Basic eDp5")
    assert client.post("/api/v1/branches", json=BRANCH).status_code == 403


@pytest.mark.parametrize("path", ["/api/v1/sessions", "/sign-in"])
def test_the_cookie_of_an_ended_sign_in_does_not_stand_in_the_way(house: House, person: Person, path: str) -> None:
    client = by_cookie(house, person)
    with house.services.writing() as session:
        sign_in.end_all(session, person.user.id)
    body = {"login": "nobody", "password": "not the password"}
    sent: dict[str, Any] = {"json": body} if path.startswith("/api") else {"data": body}
    assert client.post(path, **sent).status_code == 401
    assert client.post(path, headers={"sec-fetch-site": "cross-site"}, **sent).status_code == 403


def test_another_site_cannot_sign_somebody_in(house: House) -> None:
    answer = house.anonymous.post(
        "/api/v1/sessions", json={"login": "x", "password": "y"}, headers={"origin": "https://evil.example"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


@pytest.fixture
def forms() -> TestClient:
    """Forms as pages have them: plain, and with a file of some size."""
    app = FastAPI()

    @app.post("/form")
    async def form(request: Request) -> dict[str, str]:
        return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}

    @app.post("/files")
    async def files(request: Request) -> int:
        given = (await request.form())["file"]
        return given.size or 0 if not isinstance(given, str) else -1

    app.add_middleware(BodyLimit, settings=Settings())
    app.add_middleware(forgery.Forgery, settings=Settings())
    client = TestClient(app)
    client.cookies.set(COOKIE, "vs_token")
    return client


@pytest.mark.parametrize(
    ("token", "status"), [(forgery.token_for("vs_token"), 200), ("x" * 43, 403), ("", 403), ("é", 403)]
)
def test_forms_carry_the_token_in_a_field(forms: TestClient, token: str, status: int) -> None:
    data = {"csrf_token": token, "name": "陈"}
    plain = forms.post("/form", data=data)
    assert plain.status_code == status
    if status == 200:
        assert plain.json() == data
    files = forms.post("/files", data={"csrf_token": token}, files={"file": b"x" * 3_000_000})
    assert files.status_code == status
    if status == 200:
        assert files.json() == 3_000_000
