"""Files come in whole or not at all, safely named, and one that is refused stops no other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from api.errors import ServiceError
from api.permissions import Role
from api.tables import TrailEvent, Upload
from api.workflow import resumable, uploads
from api.workflow.layout import place_of
from tests.api.house import House, Person, open_house

API = "/api/v1"


@pytest.fixture
def uploader(house: House) -> Person:
    return house.person(house.tenant(), Role.UPLOADER)


def new_batch(client: TestClient) -> str:
    answer = client.post(f"{API}/batches", json={"name": "十月"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_file_is_kept_encrypted_and_comes_back_as_it_was(house: House, uploader: Person) -> None:
    batch, data = new_batch(uploader.client), "保单 policy".encode() * 1000
    answer = uploader.client.put(
        f"{API}/batches/{batch}/files/C-0001/投保单.pdf", content=data, headers={"X-Content-SHA256": sha256(data)}
    )
    assert answer.status_code == 201
    told = answer.json()
    assert (told["path"], told["state"], told["size"], told["sha256"]) == (
        "C-0001/投保单.pdf",
        "received",
        len(data),
        sha256(data),
    )
    assert b"".join(house.services.blobs.get(uploader.principal.tenant_id, sha256(data))) == data
    assert not any(b"policy" in path.read_bytes() for path in _objects(house))


def _objects(house: House) -> Iterator[Path]:
    return (path for path in (house.services.settings.data_dir / "blobs").rglob("*") if path.is_file())


def test_the_same_file_again_changes_nothing_and_another_replaces_it(house: House, uploader: Person) -> None:
    batch = new_batch(uploader.client)
    where = f"{API}/batches/{batch}/files/C-1/a.pdf"
    assert uploader.client.put(where, content=b"one").status_code == 201
    assert uploader.client.put(where, content=b"one").status_code == 200
    replaced = uploader.client.put(where, content=b"two")
    assert replaced.status_code == 200 and replaced.json()["sha256"] == sha256(b"two")
    assert len(uploader.client.get(f"{API}/batches/{batch}/files").json()["items"]) == 1
    with house.services.reading() as session:
        actions = [event.action for event in session.exec(select(TrailEvent).order_by(col(TrailEvent.seq)))]
    assert actions == ["batch.created", "file.received", "file.received"]


@pytest.mark.parametrize(
    "path",
    [
        "../up.pdf",
        "a/../../b",
        "/etc/passwd",
        "C:/x.pdf",
        "a/\x07bell",
        "a/x\u202efdp.exe",
        "a.zip!/b",
        "a/" * 30 + "x",
    ],
)
def test_a_path_that_could_mean_another_place_is_refused(path: str) -> None:
    with pytest.raises(ServiceError) as refused:
        place_of(path)
    assert refused.value.code == "unsafe_path"


@given(st.text(max_size=60))
def test_whatever_is_accepted_stays_inside_and_means_itself(path: str) -> None:
    try:
        place = place_of(path)
    except ServiceError:
        return
    parts = place.path.split("/")
    assert ".." not in parts and "" not in parts and "\\" not in place.path and "\0" not in place.path
    assert place_of(place.path) == place


def test_traversal_does_not_get_through_the_address(uploader: Person) -> None:
    batch = new_batch(uploader.client)
    answer = uploader.client.put(f"{API}/batches/{batch}/files/a/%2e%2e/%2e%2e/b", content=b"x")
    assert answer.status_code in (404, 405, 422)
    assert uploader.client.get(f"{API}/batches/{batch}/files").json()["items"] == []


def test_what_file_managers_leave_is_ignored(uploader: Person) -> None:
    batch = new_batch(uploader.client)
    answer = uploader.client.put(f"{API}/batches/{batch}/files/C-1/Thumbs.db", content=b"x")
    assert (answer.status_code, answer.json()["state"]) == (200, "ignored")
    assert uploader.client.get(f"{API}/batches/{batch}/files").json()["items"] == []


def test_a_declared_hash_that_differs_is_refused_and_stays_on_record(uploader: Person) -> None:
    batch = new_batch(uploader.client)
    where = f"{API}/batches/{batch}/files/C-1/a.pdf"
    refused = uploader.client.put(where, content=b"damaged", headers={"X-Content-SHA256": sha256(b"sent")})
    assert (refused.status_code, refused.json()["code"]) == (422, "hash_mismatch")
    listed = uploader.client.get(f"{API}/batches/{batch}/files?state=refused").json()["items"]
    assert [(one["path"], one["code"]) for one in listed] == [("C-1/a.pdf", "hash_mismatch")]
    assert uploader.client.put(where, content=b"sent").json()["state"] == "received"
    assert uploader.client.get(f"{API}/batches/{batch}").json()["progress"]["uploads"] == {"received": 1}


def test_too_large_a_file_is_refused_with_or_without_a_declared_length() -> None:
    with open_house(upload_bytes=1024) as small:
        client = small.person(small.tenant(), Role.UPLOADER).client
        batch = new_batch(client)
        declared = client.put(f"{API}/batches/{batch}/files/C-1/a.pdf", content=b"x" * 2000)
        streamed = client.put(f"{API}/batches/{batch}/files/C-1/b.pdf", content=iter([b"x" * 1000] * 2))
        fits = client.put(f"{API}/batches/{batch}/files/C-1/c.pdf", content=b"x" * 1024)
        assert [(one.status_code, one.json().get("code")) for one in (declared, streamed, fits)] == [
            (413, "too_large"),
            (413, "too_large"),
            (201, None),
        ]
        assert client.get(f"{API}/batches/{batch}").json()["progress"]["uploads"] == {"received": 1, "refused": 2}


def test_a_batch_has_a_limit_of_files() -> None:
    with open_house(batch_files=2) as small:
        client = small.person(small.tenant(), Role.UPLOADER).client
        batch = new_batch(client)
        codes = [client.put(f"{API}/batches/{batch}/files/C/{n}", content=b"x").status_code for n in range(3)]
        assert codes == [201, 201, 409]


def test_a_form_of_many_files_goes_on_after_a_refusal(uploader: Person) -> None:
    batch = new_batch(uploader.client)
    names = [f"C-{n % 5}/文件 {n}.pdf" for n in range(1010)]
    files = [("file", (name, name.encode(), "application/pdf")) for name in names]
    files[3] = ("file", ("../../etc/passwd", b"x", "text/plain"))
    files[4] = ("file", ("C-4/.DS_Store", b"x", "text/plain"))
    answer = uploader.client.post(f"{API}/batches/{batch}/files", files=files)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["received"], told["refused"], told["ignored"]) == (1008, 1, 1)
    assert told["files"][3]["code"] == "unsafe_path"
    assert told["files"][5]["sha256"] == sha256(names[5].encode())


def test_a_form_with_fields_empty_files_and_big_parts(uploader: Person) -> None:
    batch, big = new_batch(uploader.client), bytes(range(256)) * 4000
    answer = uploader.client.post(
        f"{API}/batches/{batch}/files",
        data={"comment": "x" * 5000},
        files=[("file", ("C/empty.pdf", b"")), ("file", ("C/big.bin", big)), ("file", ("C/\r\nboundary", b"--x\r\n"))],
    )
    told = answer.json()["files"]
    assert [one["state"] for one in told] == ["received", "received", "refused"]
    assert told[1]["sha256"] == sha256(big)


def test_a_form_that_is_none_or_is_cut(uploader: Person) -> None:
    batch = new_batch(uploader.client)
    where = f"{API}/batches/{batch}/files"
    assert uploader.client.post(where, json={}).json()["code"] == "not_multipart"
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="C/a"\r\n\r\nhalf'
    cut = uploader.client.post(where, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert (cut.status_code, cut.json()["code"]) == (400, "upload_cut")
    garbage = uploader.client.post(
        where, content=b"no boundary at all", headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert garbage.status_code == 422
    assert uploader.client.get(where).json()["items"] == []


# --- changing a batch that is open ------------------------------------------------------------------


def test_files_are_listed_by_pages_moved_and_removed(uploader: Person) -> None:
    client = uploader.client
    batch = new_batch(client)
    for n in range(7):
        client.put(f"{API}/batches/{batch}/files/C-1/{n}.pdf", content=bytes([n]))
    seen, cursor = [], ""
    while True:
        page = client.get(f"{API}/batches/{batch}/files?limit=3" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [one["path"] for one in page["items"]]
        if not (cursor := page["next"]):
            break
    assert seen == [f"C-1/{n}.pdf" for n in range(7)]
    moved = client.patch(f"{API}/batches/{batch}/files/C-1/0.pdf", json={"path": "C-2/身份证.pdf"})
    assert moved.json()["path"] == "C-2/身份证.pdf"
    taken = client.patch(f"{API}/batches/{batch}/files/C-1/1.pdf", json={"path": "C-2/身份证.pdf"})
    assert taken.json()["code"] == "file_exists"
    assert client.delete(f"{API}/batches/{batch}/files/C-2/身份证.pdf").status_code == 204
    assert client.delete(f"{API}/batches/{batch}/files/C-2/身份证.pdf").status_code == 404
    assert client.patch(f"{API}/batches/{batch}/files/C-1/1.pdf", json={"path": "C-2/身份证.pdf"}).status_code == 200
    assert [one["path"] for one in client.get(f"{API}/batches/{batch}/files?under=C-2").json()["items"]] == [
        "C-2/身份证.pdf"
    ]


def test_nothing_is_changed_after_the_batch_was_submitted(uploader: Person) -> None:
    client = uploader.client
    batch = new_batch(client)
    client.put(f"{API}/batches/{batch}/files/C-1/a.pdf", content=b"x")
    client.post(f"{API}/batches/{batch}/submit")
    where = f"{API}/batches/{batch}/files/C-1/a.pdf"
    answers = [
        client.put(where, content=b"y"),
        client.delete(where),
        client.patch(where, json={"path": "C-2/a.pdf"}),
        client.post(f"{API}/batches/{batch}/uploads", json={"path": "C-1/b.pdf", "size": 3}),
        client.post(f"{API}/batches/{batch}/files", files=[("file", ("C/a", b"x"))]),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(409, "batch_closed")] * 5


def test_another_institution_and_branch_find_nothing(house: House, uploader: Person) -> None:
    batch = new_batch(uploader.client)
    other = house.person(house.tenant("乙"), Role.UPLOADER).client
    branch = house.person(
        uploader.principal.tenant_id, Role.UPLOADER, branch_id=house.branch(uploader.principal.tenant_id)
    ).client
    begun = uploader.client.post(f"{API}/batches/{batch}/uploads", json={"path": "C-1/b.pdf", "size": 3}).json()["id"]
    for stranger in (other, branch):
        assert stranger.put(f"{API}/batches/{batch}/files/C-1/a.pdf", content=b"x").status_code == 404
        assert stranger.get(f"{API}/batches/{batch}/files").status_code == 404
        assert stranger.get(f"{API}/uploads/{begun}").status_code == 404
        patched = stranger.patch(f"{API}/uploads/{begun}", content=b"abc", headers={"Upload-Offset": "0"})
        assert patched.status_code == 404


def test_a_regulator_uploads_nothing(house: House, uploader: Person) -> None:
    batch = new_batch(uploader.client)
    regulator = house.person(uploader.principal.tenant_id, Role.REGULATOR).client
    assert regulator.put(f"{API}/batches/{batch}/files/C-1/a.pdf", content=b"x").status_code == 403


# --- in chunks --------------------------------------------------------------------------------------


def begin(client: TestClient, batch: str, data: bytes, path: str = "C-1/大文件.zip") -> str:
    answer = client.post(
        f"{API}/batches/{batch}/uploads", json={"path": path, "size": len(data), "sha256": sha256(data)}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def send(client: TestClient, upload: str, offset: int, data: bytes, **headers: str) -> dict[str, object]:
    answer = client.patch(f"{API}/uploads/{upload}", content=data, headers={"Upload-Offset": str(offset), **headers})
    return {"status": answer.status_code, **answer.json()}


def test_a_file_in_chunks_becomes_one_file(house: House, uploader: Person) -> None:
    client, data = uploader.client, bytes(range(256)) * 100
    batch = new_batch(client)
    upload = begin(client, batch, data)
    for start in range(0, len(data), 10_000):
        part = data[start : start + 10_000]
        assert send(client, upload, start, part, **{"X-Content-SHA256": sha256(part)})["received"] == start + len(part)
    told = client.get(f"{API}/uploads/{upload}").json()
    assert (told["state"], told["sha256"]) == ("received", sha256(data))
    assert b"".join(house.services.blobs.get(uploader.principal.tenant_id, sha256(data))) == data


def test_a_resumed_upload_goes_on_where_it_stands(uploader: Person) -> None:
    client, data = uploader.client, b"0123456789"
    batch = new_batch(client)
    upload = begin(client, batch, data)
    send(client, upload, 0, data[:4])
    assert client.head(f"{API}/uploads/{upload}").headers["upload-offset"] == "4"
    wrong = send(client, upload, 0, data)
    assert (wrong["status"], wrong["code"], wrong["offset"]) == (409, "offset_mismatch", 4)
    assert begin(client, batch, data) == upload, "the same file begun again is the same upload"
    assert send(client, upload, 4, data[4:])["state"] == "received"


def test_what_arrived_before_a_cut_is_kept(house: House, uploader: Person) -> None:
    data = b"x" * (resumable.PIECE + 5000)
    batch = new_batch(uploader.client)
    upload = begin(uploader.client, batch, data)

    def broken() -> Iterator[bytes]:
        for start in range(0, resumable.PIECE + 3000, 1000):
            yield data[start : start + 1000]
        raise uploads.cut()

    with pytest.raises(ServiceError, match="upload_cut"):
        resumable.append(house.services, uploader.principal, upload, 0, broken())
    stands = int(uploader.client.head(f"{API}/uploads/{upload}").headers["upload-offset"])
    assert stands >= resumable.PIECE + 3000
    assert send(uploader.client, upload, stands, data[stands:])["sha256"] == sha256(data)


def test_a_chunk_with_a_hash_counts_whole_or_not_at_all(house: House, uploader: Person) -> None:
    client, data = uploader.client, b"0123456789"
    upload = begin(client, new_batch(client), data)
    damaged = send(client, upload, 0, b"01x34", **{"X-Content-SHA256": sha256(b"01234")})
    assert (damaged["status"], damaged["code"]) == (422, "hash_mismatch")

    def broken() -> Iterator[bytes]:
        yield b"012"
        raise uploads.cut()

    with pytest.raises(ServiceError, match="upload_cut"):
        resumable.append(house.services, uploader.principal, upload, 0, broken(), sha256(b"01234"))
    assert client.head(f"{API}/uploads/{upload}").headers["upload-offset"] == "0"


def test_the_whole_file_must_have_the_declared_hash_and_size(uploader: Person) -> None:
    client = uploader.client
    batch = new_batch(client)
    upload = begin(client, batch, b"0123456789")
    assert send(client, upload, 0, b"01234")["received"] == 5
    assert send(client, upload, 5, b"56789-beyond")["code"] == "beyond_size"
    wrong = send(client, upload, 5, b"xxxxx")
    assert (wrong["status"], wrong["code"]) == (422, "hash_mismatch")
    assert send(client, upload, 10, b"")["code"] == "upload_ended"
    again = begin(client, batch, b"0123456789")
    assert send(client, again, 0, b"0123456789")["state"] == "received"


def test_an_empty_file_is_received_at_once(uploader: Person) -> None:
    client = uploader.client
    upload = begin(client, new_batch(client), b"")
    assert client.get(f"{API}/uploads/{upload}").json()["state"] == "received"


def test_a_batch_with_an_upload_under_way_is_not_submitted(house: House, uploader: Person) -> None:
    client = uploader.client
    batch = new_batch(client)
    assert client.post(f"{API}/batches/{batch}/submit").json()["code"] == "batch_empty"
    upload = begin(client, batch, b"0123")
    assert client.post(f"{API}/batches/{batch}/submit").json()["code"] == "uploads_open"
    send(client, upload, 0, b"0123")
    assert client.post(f"{API}/batches/{batch}/submit").status_code == 202
    with house.services.reading() as session:
        assert len(session.exec(select(Upload)).all()) == 1


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空.pdf", b"", "empty"),
        ("run.exe", b"MZ\x90\x00\x03binary\x00\x00", "unsupported_type"),
        ("旧.rar", b"Rar!\x1a\x07\x00rest", "unsupported_type"),
        ("page.html", b"<!doctype html><html></html>", "unsupported_type"),
        ("投保单.pdf", b"%PDF-1.7 rest", None),
        ("材料.zip", b"PK\x03\x04 whatever follows is seen when it is opened", None),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, None),
        ("回访.txt", "您好".encode() * 40_000, None),  # the beginning that is looked at ends inside a character
    ],
)
def test_what_will_not_be_read_is_said_when_it_arrives(
    uploader: Person, name: str, data: bytes, code: str | None
) -> None:
    batch = new_batch(uploader.client)
    whole = uploader.client.put(f"{API}/batches/{batch}/files/C-1/{name}", content=data).json()
    assert (whole["state"], whole["code"]) == ("received", code)
    upload = begin(uploader.client, batch, data, f"C-2/{name}")
    pieces = send(uploader.client, upload, 0, data) if data else uploader.client.get(f"{API}/uploads/{upload}").json()
    assert (pieces["state"], pieces["code"]) == ("received", code)
    listed = uploader.client.get(f"{API}/batches/{batch}/files").json()["items"]
    assert [one["code"] for one in listed] == [code, code]
