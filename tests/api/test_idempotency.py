"""Is a repeated request done once?"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import func, select

from api import idempotency
from api.clock import now
from api.permissions import Permission, Role
from api.tables import Answered, ApiKey, Branch
from tests.api.house import House, Person


@pytest.fixture
def person(house: House) -> Person:
    return house.person(house.tenant(), Role.ADMINISTRATOR)


def branch(client: TestClient, key: str, name: str = "新分公司") -> Any:
    return client.post("/api/v1/branches", json={"name": name}, headers={"Idempotency-Key": key})


def count(house: House, table: Any) -> int:
    with house.services.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_the_same_request_is_done_once_and_answered_alike(house: House, person: Person) -> None:
    first, again = branch(person.client, "k"), branch(person.client, "k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json() and count(house, Branch) == 1
    assert "idempotent-replayed" not in first.headers and again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]


def test_headers_that_belong_to_the_answer_come_again(person: Person) -> None:
    def make() -> Any:
        body = {"name": "k", "scopes": ["case.read"]}
        return person.client.post("/api/v1/keys", json=body, headers={"Idempotency-Key": "k"})

    first, again = make(), make()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


def test_secrets_in_answers_are_kept_sealed(house: House, person: Person) -> None:
    body = {"name": "k", "scopes": ["case.read"]}
    told = person.client.post("/api/v1/keys", json=body, headers={"Idempotency-Key": "k"}).json()["token"]
    with house.services.reading() as session:
        kept = session.exec(select(Answered)).one()
    assert told not in kept.body and told not in str(idempotency.base64.b64decode(kept.body))
    assert person.client.post("/api/v1/keys", json=body, headers={"Idempotency-Key": "k"}).json()["token"] == told
    assert count(house, ApiKey) == 1


def test_another_request_under_the_key_is_refused(person: Person) -> None:
    assert branch(person.client, "k").status_code == 201
    refused = branch(person.client, "k", "别的分公司")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = person.client.post("/api/v1/branches?x=1", json={"name": "新分公司"}, headers={"Idempotency-Key": "k"})
    assert elsewhere.status_code == 422


def test_keys_of_others_are_others(house: House, person: Person) -> None:
    other = house.person(house.tenant("别家"), Role.ADMINISTRATOR)
    assert branch(person.client, "k").json()["id"] != branch(other.client, "k").json()["id"]


def test_a_refusal_is_not_kept(house: House, person: Person) -> None:
    """It did nothing; when its cause is gone the same request succeeds."""
    existing = branch(person.client, "a").json()["id"]
    assert branch(person.client, "b").json()["code"] == "name_taken"
    person.client.patch(f"/api/v1/branches/{existing}", json={"name": "旧分公司"})
    assert branch(person.client, "b").status_code == 201
    assert branch(person.client, "b").headers["idempotent-replayed"] == "true"


def test_what_breaks_leaves_the_key_free(house: House, person: Person) -> None:
    gentle = TestClient(house.app, headers=dict(person.client.headers), raise_server_exceptions=False)
    failing = {"on": True}

    @house.app.post("/api/v1/fragile")
    def fragile() -> str:
        if failing["on"]:
            raise RuntimeError("broken")
        return "done"

    def ask() -> Any:
        return gentle.post("/api/v1/fragile", headers={"Idempotency-Key": "k"})

    assert ask().status_code == 500 and count(house, Answered) == 0
    failing["on"] = False
    assert (ask().json(), ask().headers["idempotent-replayed"]) == ("done", "true")


def test_while_it_is_worked_on_the_same_request_waits(house: House, person: Person) -> None:
    begun, finish = threading.Event(), threading.Event()

    @house.app.post("/api/v1/slow")
    def slow() -> str:
        begun.set()
        assert finish.wait(30)
        return "done"

    def ask() -> Any:
        return person.client.post("/api/v1/slow", headers={"Idempotency-Key": "k"})

    answers: list[Any] = []
    worker = threading.Thread(target=lambda: answers.append(ask()))
    worker.start()
    assert begun.wait(30)
    meanwhile = ask()
    finish.set()
    worker.join()
    assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "in_progress")
    assert answers[0].json() == ask().json() == "done"


@pytest.mark.parametrize(("age", "status"), [(timedelta(minutes=1), 409), (idempotency.STALE, 201)])
def test_a_key_whose_process_died_is_free_again_after_a_while(
    house: House, person: Person, age: timedelta, status: int
) -> None:
    branch(person.client, "k")
    with house.services.writing() as session:
        row = session.exec(select(Answered)).one()
        row.status, row.body, row.created_at = 0, "", now() - age
        session.add(row)
        made = session.exec(select(Branch)).one()
        made.name = "第一次所建"
        session.add(made)
    assert branch(person.client, "k").status_code == status


def test_answers_are_forgotten_after_a_day(house: House, person: Person) -> None:
    first = branch(person.client, "k").json()
    with house.services.writing() as session:
        row = session.exec(select(Answered)).one()
        row.created_at = now() - idempotency.KEPT - timedelta(seconds=1)
        session.add(row)
    assert branch(person.client, "k").json()["code"] == "name_taken"
    assert first["name"] == "新分公司" and count(house, Answered) == 0


@pytest.mark.parametrize("key", ["x" * 201, "", "a\tb"])
def test_keys_that_cannot_be_kept_are_refused(person: Person, key: str) -> None:
    assert branch(person.client, key).json()["code"] == "bad_idempotency_key"


def test_nobody_unknown_leaves_a_trace(house: House) -> None:
    assert branch(house.anonymous, str(uuid4())).status_code == 401
    assert count(house, Answered) == 0


def test_uploads_pass_unheld(house: House) -> None:
    key = house.key(house.tenant(), Permission.BATCH_WRITE)

    @house.app.post("/api/v1/stream")
    def stream() -> str:
        return "taken"

    headers = {"Idempotency-Key": "k", "content-type": "application/octet-stream"}
    for _ in range(2):
        answer = key.post("/api/v1/stream", content=b"x", headers=headers)
        assert "idempotent-replayed" not in answer.headers
    assert count(house, Answered) == 0


def test_an_answer_without_a_body_comes_again(house: House, person: Person) -> None:
    @house.app.post("/api/v1/quiet", status_code=204)
    def quiet() -> None:
        return None

    for replayed in (None, "true"):
        answer = person.client.post("/api/v1/quiet", headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.content, answer.headers.get("idempotent-replayed")) == (204, b"", replayed)


def test_the_document_tells_of_it_where_it_works(house: House) -> None:
    paths = house.anonymous.get("/api/v1/openapi.json").json()["paths"]

    def tells(path: str, method: str) -> bool:
        operation = paths[f"/api/v1{path}"][method]
        return (
            any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", []))
            and "409" in operation["responses"]
        )

    assert tells("/batches", "post") and tells("/me/password", "put") and tells("/accounts/{account_id}/close", "post")
    assert not tells("/sessions", "post") and not tells("/batches", "get")
    assert not tells("/batches/{batch_id}/files/{path}", "put"), "uploads are resumed by other means"
