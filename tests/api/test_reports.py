"""Reports are made when asked for, in the audience's view, and every one is on the trail with its hash."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlmodel import select

from api.permissions import Role
from api.tables import TrailEvent
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, HOLDER_ID, SECRET, Scene
from tests.api.paged import paged

API = "/api/v1"


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


def person(scene: Scene, *roles: Role, **more: Any) -> Person:
    return scene.house.person(scene.tenant_id, *roles, **more)


def test_a_case_is_handed_over_in_every_form(house: House, scene: Scene) -> None:
    case = paged(scene)
    client = person(scene, Role.REVIEWER).client
    made = {
        form: client.get(f"{API}/cases/{case.case_id}/report?format={form}") for form in ("json", "html", "pdf", "xlsx")
    }
    assert {form: one.status_code for form, one in made.items()} == dict.fromkeys(made, 200)
    assert json.loads(made["json"].content)["schema"] == "verifier.audit/1"
    assert "data:image/jpeg;base64" in made["html"].text
    assert "SIGN-01" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(made["pdf"].content)).pages)
    assert openpyxl.load_workbook(io.BytesIO(made["xlsx"].content)).sheetnames
    for one in made.values():
        assert one.headers["content-disposition"].startswith("attachment")
        assert one.headers["x-content-sha256"] == sha256(one.content).hexdigest()
    with house.services.reading() as session:
        told = [one for one in session.exec(select(TrailEvent)) if one.action == "report.exported"]
    assert [one.detail["sha256"] for one in told] == [sha256(one.content).hexdigest() for one in made.values()]
    assert _left(house) == []


def _left(house: House) -> list[Path]:
    return list((house.services.settings.data_dir / "scratch").iterdir())


def test_a_report_speaks_the_language_that_was_asked_for(scene: Scene) -> None:
    case = scene.case("C-1", {CRITICAL: FAIL})
    client = person(scene, Role.REVIEWER).client
    texts = {lang: client.get(f"{API}/cases/{case}/report?format=html&lang={lang}").text for lang in ("zh", "en")}
    assert 'lang="zh' in texts["zh"] and 'lang="en' in texts["en"]


@pytest.mark.parametrize(
    ("role", "audience", "status"),
    [
        (Role.REVIEWER, "", 200),
        (Role.REVIEWER, "case", 200),
        (Role.REVIEWER, "aml", 403),
        (Role.REVIEWER, "regulator", 403),
        (Role.AML_OFFICER, "aml", 200),
        (Role.AML_OFFICER, "case", 200),
        (Role.REGULATOR, "compliance", 403),
        (Role.REGULATOR, "regulator", 200),
        (Role.UPLOADER, "case", 403),
        (Role.ADMINISTRATOR, "", 403),
    ],
)
def test_nobody_makes_a_report_that_sees_more_than_they_do(
    scene: Scene, role: Role, audience: str, status: int
) -> None:
    case = scene.case("C-1", {SECRET: FAIL, CRITICAL: FAIL})
    answer = person(scene, role).client.get(f"{API}/cases/{case}/report?format=json&audience={audience}")
    assert answer.status_code == status
    if status == 200:
        assert (SECRET in answer.text) == (audience == "aml")
        assert (HOLDER_ID in answer.text) == (role is not Role.REGULATOR)


def test_the_sellers_copy_from_an_officer_is_as_if_nothing_were_found(scene: Scene) -> None:
    suspicious, sound = scene.case("C-1", {SECRET: FAIL}), scene.case("C-2")
    client = person(scene, Role.AML_OFFICER).client
    told = [client.get(f"{API}/cases/{one}/report?format=json&audience=case").json() for one in (suspicious, sound)]
    for part in ("verdict", "counts", "findings", "unchecked", "sources", "documents"):
        assert told[0][part] == told[1][part], part


def test_a_regulators_report_has_pictures_with_covered_numbers(scene: Scene) -> None:
    case = paged(scene)
    told = person(scene, Role.REGULATOR).client.get(f"{API}/cases/{case.case_id}/report?format=html").text
    assert HOLDER_ID not in told and "310101********4321" in told


def test_a_batch_is_summed_up(scene: Scene) -> None:
    for number in range(3):
        scene.case(f"C-{number}", {CRITICAL: FAIL} if number else {})
    client = person(scene, Role.REVIEWER).client
    told = client.get(f"{API}/batches/{scene.batch_id}/summary").json()
    assert told["schema"] == "verifier.summary/1"
    assert told["totals"]["verdicts"] == {"compliant": 1, "non_compliant": 2, "incomplete": 0}
    assert len(told["cases"]) == 3 and "payees.csv" in told["references_missing"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{API}/batches/{scene.batch_id}/summary?format=xlsx").content))
    assert book.sheetnames
    assert _left(scene.house) == []


def test_what_is_not_judged_has_no_report_and_strangers_have_none(house: House, scene: Scene) -> None:
    case = scene.case("C-1")
    stranger = house.person(house.tenant("乙"), Role.REVIEWER).client
    assert stranger.get(f"{API}/cases/{case}/report?format=json").status_code == 404
    assert stranger.get(f"{API}/batches/{scene.batch_id}/summary").status_code == 404
