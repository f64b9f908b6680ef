"""Does a sale that another system hands over become one case with all its papers, and never one without them?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from api.permissions import Permission, Role
from api.tables import Batch, BatchState, Upload, UploadState
from tests.api.doing import worker
from tests.api.house import House, open_house
from tests.api.listener import Listener, listening

PDF = b"%PDF-1.7 fictional"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "data", webhook_private_networks=True) as made:
        yield made


@pytest.fixture
def other() -> Iterator[Listener]:
    with listening() as made:
        made.files["/a.pdf"] = PDF
        yield made


@pytest.fixture
def sender(house: House) -> TestClient:
    tenant = house.tenant()
    admin = house.person(tenant, Role.ADMINISTRATOR).client
    assert admin.put("/api/v1/hooks/hosts", json={"hosts": ["127.0.0.1"]}).status_code == 200
    return house.key(tenant, Permission.BATCH_WRITE, Permission.BATCH_READ, Permission.UNMASKED)


def sale(other: Listener, **changes: Any) -> dict[str, Any]:
    link = {"url": f"{other.url}/a.pdf", "name": "投保单.pdf", "sha256": hashlib.sha256(PDF).hexdigest()}
    return {"id": "core-1", "case": "C-1", "facts": {"channel": "bank"}, "files": [link], **changes}


def received(house: House, batch_id: str) -> list[str]:
    with house.services.reading() as session:
        mine = select(Upload.path).where(Upload.batch_id == batch_id, Upload.state == UploadState.RECEIVED)
        return sorted(session.exec(mine).all())


def state(house: House, batch_id: str) -> str:
    with house.services.reading() as session:
        return session.get_one(Batch, batch_id).state


def test_a_sale_with_links_is_fetched_and_submitted(house: House, other: Listener, sender: TestClient) -> None:
    answer = sender.post("/api/v1/hooks/sales", json=sale(other))
    assert answer.status_code == 202, answer.text
    batch = answer.json()
    assert (batch["state"], batch["origin"]) == ("open", "hook")
    house.queue.run(worker(house.services))
    assert received(house, batch["id"]) == ["C-1/case.yaml", "C-1/投保单.pdf"]
    assert state(house, batch["id"]) == BatchState.QUEUED


def test_the_same_sale_sent_again_is_the_same_batch(house: House, other: Listener, sender: TestClient) -> None:
    first = sender.post("/api/v1/hooks/sales", json=sale(other)).json()
    second = sender.post("/api/v1/hooks/sales", json=sale(other)).json()
    house.queue.run(worker(house.services))
    third = sender.post("/api/v1/hooks/sales", json=sale(other)).json()
    assert first["id"] == second["id"] == third["id"]
    assert third["state"] == "queued"
    assert other.paths == ["/a.pdf"]
    stranger = house.key(house.tenant("另一家（虚构）"), Permission.BATCH_WRITE)
    elsewhere = stranger.post("/api/v1/hooks/sales", json=sale(other, files=[], complete=False)).json()
    assert elsewhere["id"] != first["id"]


def test_a_paper_that_cannot_be_had_is_tried_again_and_then_leaves_the_batch_open(
    house: House, other: Listener, sender: TestClient
) -> None:
    link = {"url": f"{other.url}/missing.pdf", "name": "x.pdf"}
    batch = sender.post("/api/v1/hooks/sales", json=sale(other, files=[*sale(other)["files"], link])).json()
    again: list[tuple[str, float]] = []
    house.queue.run(worker(house.services, again))
    while again and len(again) < 9:
        waited = len(again)
        worker(house.services, again)("hook.fetch", batch["id"])
        if len(again) == waited:
            break
    assert [wait for _, wait in again] == [30.0, 120.0, 600.0, 3600.0, 10_800.0]
    assert state(house, batch["id"]) == BatchState.OPEN
    told = sender.get(f"/api/v1/batches/{batch['id']}").json()["problems"]
    assert [(one["file"], one["code"]) for one in told] == [("x.pdf", "link_failed")]
    assert other.paths.count("/a.pdf") == 1


def test_other_bytes_than_declared_are_not_used(house: House, other: Listener, sender: TestClient) -> None:
    other.files["/a.pdf"] = b"something else"
    batch = sender.post("/api/v1/hooks/sales", json=sale(other)).json()
    house.queue.run(worker(house.services, []))
    assert received(house, batch["id"]) == ["C-1/case.yaml"]
    assert state(house, batch["id"]) == BatchState.OPEN


def test_only_hosts_that_the_institution_allowed(house: House, other: Listener, sender: TestClient) -> None:
    for url in ("http://localhost:1/a.pdf", "https://elsewhere.example/a.pdf", "file:///etc/passwd"):
        answer = sender.post("/api/v1/hooks/sales", json=sale(other, files=[{"url": url, "name": "a.pdf"}]))
        assert answer.json()["code"] == "address_refused"
    stranger = house.key(house.tenant("另一家（虚构）"), Permission.BATCH_WRITE)
    assert stranger.post("/api/v1/hooks/sales", json=sale(other)).json()["code"] == "address_refused"
    with house.services.reading() as session:
        assert session.exec(select(Batch)).all() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"case": "../C-1"},
        {"case": "a/b"},
        {"facts": {"chanel": "bank"}},
        {"facts": {"channel": "pigeon"}},
        {"files": [{"url": "http://127.0.0.1/x", "name": "../../x.pdf"}]},
        {"files": [{"url": "http://127.0.0.1/x", "name": "case.yaml"}]},
        {"pack": "no-such-pack"},
        {"unknown": 1},
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_made(
    house: House, other: Listener, sender: TestClient, changes: dict[str, Any]
) -> None:
    assert sender.post("/api/v1/hooks/sales", json=sale(other, **changes)).status_code == 422
    with house.services.reading() as session:
        assert session.exec(select(Batch)).all() == []


def test_without_links_the_sender_uploads_or_says_that_it_is_all(
    house: House, other: Listener, sender: TestClient
) -> None:
    waiting = sender.post("/api/v1/hooks/sales", json=sale(other, files=[], complete=False)).json()
    assert waiting["state"] == "open"
    put = sender.put(f"/api/v1/batches/{waiting['id']}/files/C-1/a.pdf", content=PDF)
    assert put.status_code in (200, 201), put.text
    done = sender.post("/api/v1/hooks/sales", json=sale(other, id="core-2", files=[])).json()
    assert done["state"] == "queued"


def test_hosts_are_names_alone_and_need_the_right(house: House, sender: TestClient) -> None:
    assert sender.get("/api/v1/hooks/hosts").status_code == 403
    admin = house.person(house.tenant("另一家（虚构）"), Role.ADMINISTRATOR).client
    for host in ("https://x.example", "x.example/y", "a b", ""):
        assert admin.put("/api/v1/hooks/hosts", json={"hosts": [host]}).status_code == 422
    assert admin.put("/api/v1/hooks/hosts", json={"hosts": ["B.example.", "a.example"]}).json() == {
        "hosts": ["a.example", "b.example"]
    }
