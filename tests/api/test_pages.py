"""Pages are drawn once in a confined process, cut to what is asked for, and covered for those who may not see it all."""

from __future__ import annotations

import io
import time
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlmodel import select

from api import rendering
from api.permissions import Permission, Role
from api.rendering import COVER, page_key
from api.tables import CaseRow, TrailEvent
from api.workflow import purging
from tests.api.house import House, Person
from tests.api.judged import HOLDER_ID, Scene
from tests.api.paged import ID_AT, NAME_AT, OTHER_ID, Paged, packed, paged, pdf
from verifier.model import Box

API = "/api/v1"
RED, BLACK, WHITE = (255, 0, 0), (0, 0, 0), (255, 255, 255)


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


def person(scene: Scene, *roles: Role, **more: Any) -> Person:
    return scene.house.person(scene.tenant_id, *roles, **more)


def ask(client: TestClient, case: Paged, page: int = 1, **more: Any) -> Any:
    return client.get(f"{API}/cases/{case.case_id}/pages/picture", params={"file": case.file, "page": page, **more})


def colour(picture: bytes, box: Box) -> tuple[int, int, int]:
    """The colour in the middle of a place of the picture."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    x, y = box.middle
    found = image.getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(found, tuple)
    return (int(found[0]), int(found[1]), int(found[2]))


def near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(one, other, strict=True))


def test_a_page_is_drawn_once_and_kept(scene: Scene) -> None:
    case = paged(scene)
    client = person(scene, Role.REVIEWER).client
    first = ask(client, case, width=480)
    assert (first.status_code, first.headers["content-type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(first.content)) as opened:
        assert (opened.width, opened.format) == (480, "JPEG")
    assert near(colour(first.content, NAME_AT), RED) and near(colour(first.content, ID_AT), BLACK)
    key = page_key(case.source.sha256, 1, 0)
    assert scene.house.services.blobs.named(scene.tenant_id, rendering.PAGES, key) is not None
    began = time.perf_counter()
    webp = ask(client, case, width=240, format="webp")
    assert webp.headers["content-type"] == "image/webp" and near(colour(webp.content, NAME_AT), RED)
    assert time.perf_counter() - began < 30


def test_a_part_of_a_page_is_exactly_that_part(scene: Scene) -> None:
    case = paged(scene)
    client = person(scene, Role.REVIEWER).client
    crop = ask(client, case, box="0.1,0.2,0.6,0.23", width=960).content
    with Image.open(io.BytesIO(crop)) as opened:
        assert abs(opened.width / opened.height - 0.5 * 595 / (0.03 * 842)) < 1
    for corner in (Box(0, 0, 0.04, 0.2), Box(0.96, 0.8, 1, 1)):
        assert near(colour(crop, corner), BLACK)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"width": 1}, "bad_width"),
        ({"box": "0.5,0.5,0.4,0.6"}, "bad_box"),
        ({"box": "a,b,c,d"}, "bad_box"),
        ({"box": "0,0,1"}, "bad_box"),
        ({"box": "nan,0,1,1"}, "bad_box"),
        ({"page": 4}, "not_found"),
        ({"page": 0}, "bad_request"),
        ({"file": "other.pdf"}, "not_found"),
        ({"file": "../../etc/passwd"}, "not_found"),
        ({"format": "svg"}, "bad_request"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(scene: Scene, question: dict[str, Any], code: str) -> None:
    case = paged(scene)
    client = person(scene, Role.REVIEWER).client
    asked = {"file": case.file, "page": 1, **question}
    assert client.get(f"{API}/cases/{case.case_id}/pages/picture", params=asked).json()["code"] == code


def test_who_holds_the_picture_gets_304_and_is_on_the_trail_each_time(house: House, scene: Scene) -> None:
    case = paged(scene)
    reviewer = person(scene, Role.REVIEWER)
    tag = ask(reviewer.client, case).headers["etag"]
    again = reviewer.client.get(
        f"{API}/cases/{case.case_id}/pages/picture",
        params={"file": case.file, "page": 1},
        headers={"If-None-Match": tag},
    )
    assert again.status_code == 304 and not again.content
    assert ask(person(scene, Role.REGULATOR).client, case).headers["etag"] != tag
    with house.services.reading() as session:
        seen = [one for one in session.exec(select(TrailEvent)) if one.action == "page.viewed"]
    assert [one.detail["page"] for one in seen if one.actor_id == reviewer.user.id] == [1, 1]


def test_a_member_of_a_container_has_pages_and_can_be_had(scene: Scene) -> None:
    case = paged(scene, inside=True)
    client = person(scene, Role.REVIEWER).client
    assert near(colour(ask(client, case).content, NAME_AT), RED)
    assert client.get(f"{API}/cases/{case.case_id}/files/{case.file}").content == pdf()
    assert client.get(f"{API}/cases/{case.case_id}/files/{case.source.file}").content == packed()


def test_a_purged_case_leaves_no_picture(scene: Scene) -> None:
    case = paged(scene)
    reviewer, administrator = person(scene, Role.REVIEWER).client, person(scene, Role.ADMINISTRATOR)
    assert [ask(reviewer, case, page=page).status_code for page in (1, 2)] == [200, 200]
    with scene.house.services.writing() as session:
        session.get_one(CaseRow, case.case_id).keep_until = date(2000, 1, 1)
    purging.purge(scene.house.services, administrator.principal, case.case_id)
    for page in (1, 2):
        key = page_key(case.source.sha256, page, 0)
        assert scene.house.services.blobs.named(scene.tenant_id, rendering.PAGES, key) is None
    assert ask(reviewer, case).json()["code"] == "case_purged"


# --- what is not for everybody ------------------------------------------------------------------------


def masked_clients(scene: Scene) -> list[TestClient]:
    return [person(scene, Role.REGULATOR).client, scene.house.key(scene.tenant_id, Permission.CASE_READ)]


def test_numbers_are_covered_in_the_pixels_for_who_may_not_see_them(scene: Scene) -> None:
    case = paged(scene)
    for client in masked_clients(scene):
        whole = ask(client, case).content
        assert near(colour(whole, ID_AT), COVER) and near(colour(whole, NAME_AT), RED)
        assert near(colour(whole, Box(0.1, 0.5, 0.5, 0.53)), COVER), "a number in no field is covered as well"
        assert near(colour(ask(client, case, box="0.1,0.2,0.6,0.23").content, Box(0, 0, 1, 1)), COVER)
    granted = person(scene, Role.REGULATOR, grant_unmasked=True).client
    assert near(colour(ask(granted, case).content, ID_AT), BLACK)


def test_a_page_that_nobody_recognised_is_not_shown_where_numbers_are_covered(scene: Scene) -> None:
    case = paged(scene)
    assert ask(person(scene, Role.REVIEWER).client, case, page=2).status_code == 200
    for client in masked_clients(scene):
        assert ask(client, case, page=2).status_code == 404
        listed = client.get(f"{API}/cases/{case.case_id}/pages").json()["items"]
        assert 2 not in [one["page"] for one in listed]


def test_the_sellers_copy_has_no_page_of_a_confidential_paper(scene: Scene) -> None:
    case = paged(scene)
    uploader = person(scene, Role.UPLOADER).client
    assert [ask(uploader, case, page=page).status_code for page in (1, 2, 3)] == [200, 200, 404]
    listed = uploader.get(f"{API}/cases/{case.case_id}/pages").json()["items"]
    assert [(one["page"], one["document"]) for one in listed] == [(1, "d1"), (2, None)]
    assert uploader.get(f"{API}/cases/{case.case_id}/pages/words?file={case.file}&page=3").status_code == 404
    assert uploader.get(f"{API}/cases/{case.case_id}/files/{case.file}").json()["code"] == "original_not_shown"
    assert ask(person(scene, Role.REVIEWER).client, case, page=3).status_code == 200


def test_the_original_is_only_for_who_sees_all_of_it(scene: Scene) -> None:
    case = paged(scene)
    where = f"{API}/cases/{case.case_id}/files/{case.file}"
    answer = person(scene, Role.REVIEWER).client.get(where)
    assert answer.content == pdf() and answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    for client in masked_clients(scene):
        assert (client.get(where).status_code, client.get(where).json()["code"]) == (403, "original_not_shown")


def test_a_file_name_with_a_number_is_masked_and_still_found(scene: Scene) -> None:
    case = paged(scene, file=f"证件{HOLDER_ID}.pdf")
    regulator = person(scene, Role.REGULATOR).client
    listed = regulator.get(f"{API}/cases/{case.case_id}/pages").json()["items"]
    assert listed and all(HOLDER_ID not in one["file"] for one in listed)
    shown = Paged(case.scene, case.case_id, listed[0]["file"], case.source)
    assert near(colour(ask(regulator, shown).content, ID_AT), COVER)
    assert HOLDER_ID not in regulator.get(f"{API}/cases/{case.case_id}/sources").text


def test_strangers_see_no_page(house: House, scene: Scene) -> None:
    case = paged(scene)
    stranger = house.person(house.tenant("乙"), Role.REVIEWER).client
    branch = person(scene, Role.REVIEWER, branch_id=house.branch(scene.tenant_id)).client
    administrator = person(scene, Role.ADMINISTRATOR).client
    for client, status in ((stranger, 404), (branch, 404), (administrator, 403)):
        assert ask(client, case).status_code == status
        assert client.get(f"{API}/cases/{case.case_id}/files/{case.file}").status_code == status
        assert client.get(f"{API}/cases/{case.case_id}/pages").status_code == status


# --- words ------------------------------------------------------------------------------------------


def test_words_say_which_field_and_finding_rest_on_them(scene: Scene) -> None:
    case = paged(scene)
    told = (
        person(scene, Role.REVIEWER)
        .client.get(f"{API}/cases/{case.case_id}/pages/words?file={case.file}&page=1")
        .json()
    )
    by_text = {
        one["text"]: {(told["places"][at]["kind"], told["places"][at]["name"]) for at in one["places"]}
        for one in told["words"]
    }
    assert by_text["姓名 张伟"] == {("field", "policyholder.name"), ("finding", "SIGN-01")}
    assert by_text[f"证件号码 {HOLDER_ID}"] == {("field", "policyholder.id_number")}
    assert by_text["保险条款"] == set()
    names = {one["name"]: one["label"] for one in told["places"]}
    assert names["policyholder.name"] == {"zh": "投保人 · 姓名", "en": "policyholder · name"}
    assert names["SIGN-01"]["zh"] == "投保人签名"


def test_words_are_masked_like_the_pixels(scene: Scene) -> None:
    case = paged(scene)
    for client in masked_clients(scene):
        told = client.get(f"{API}/cases/{case.case_id}/pages/words?file={case.file}&page=1")
        assert told.status_code == 200
        assert HOLDER_ID not in told.text and OTHER_ID not in told.text and "姓名 张伟" in told.text
