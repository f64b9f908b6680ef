"""Do the checklists say what they demand, and can a company's form be taught to them from a page?"""

from __future__ import annotations

import pytest
import yaml
from fastapi.testclient import TestClient
from sqlmodel import select

from api.clock import now
from api.permissions import Role
from api.tables import PackDraft, SourceRow, TrailEvent
from api.workflow import draft_checks, drafts, kept, labels
from api.workflow.labels import suggestions
from tests.api.house import House
from tests.api.judged import CRITICAL, FAIL, SECRET, Scene
from verifier.model import Box, Page, Source, SourceState, Text, TextFrom, Transcript, Word
from verifier.packs.document_type import DocumentType

READER = "test/1"
SHA = "cd" * 32


def words(*placed: tuple[str, float, float, float]) -> Page:
    """A page with words of a line's height at (left, top) of a width."""
    found = tuple(Word(text, Box(left, top, left + width, top + 0.02)) for text, left, top, width in placed)
    return Page(1, 595, 842, 0, TextFrom.LAYER, found)


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


# --- what they demand -------------------------------------------------------------------------------


def test_a_requirement_is_told_with_law_logic_figures_and_scenarios(scene: Scene) -> None:
    client = scene.house.person(scene.tenant_id, Role.REVIEWER).client
    told = client.get("/api/v1/packs/cn-insurance/requirements/CONT-01").json()
    assert told["law"][0]["number"]
    assert all(law["name"]["zh"] for law in told["law"])
    assert all(word in told["logic"] for word in ("Passes", "Fails", "Review"))
    assert told["parameters"]["shared_phone_max"] == 3
    assert "CONT-01.shared-by-four.fail.yaml" in told["scenarios"]
    assert client.get("/api/v1/packs/cn-insurance/requirements/NONE-01").status_code == 404


def test_every_stage_has_its_requirements(scene: Scene) -> None:
    client = scene.house.person(scene.tenant_id, Role.UPLOADER).client
    told = client.get("/api/v1/packs/cn-insurance", params={"edition": "2026.11"}).json()
    assert [stage["id"] for stage in told["stages"]] == [f"S{number}" for number in range(1, 9)]
    ids = [one["id"] for stage in told["stages"] for one in stage["requirements"]]
    assert len(ids) == len(set(ids)) == 119
    assert {"F01", "A01", "D-202"} <= {one["code"] for one in told["document_types"]}
    assert client.get("/api/v1/packs/cn-insurance", params={"edition": "1999.01"}).json()["code"] == "pack_unknown"


def test_how_often_a_requirement_fails_is_counted_in_what_the_asker_may_see(scene: Scene) -> None:
    house = scene.house
    branch = house.branch(scene.tenant_id)
    scene.case("C-1", {CRITICAL: FAIL, SECRET: FAIL})
    scene.case("C-2", {CRITICAL: FAIL})
    scene.branch_id = branch
    scene.case("C-3", {CRITICAL: FAIL})

    def outcomes(client: TestClient, check: str) -> int:
        return client.get(f"/api/v1/packs/cn-insurance/requirements/{check}").json()["outcomes"].get("fail", 0)

    whole = house.person(scene.tenant_id, Role.REVIEWER).client
    assert (outcomes(whole, CRITICAL), outcomes(whole, SECRET)) == (3, 0)
    staff = house.person(scene.tenant_id, Role.AML_OFFICER).client
    assert outcomes(staff, SECRET) == 1
    local = house.person(scene.tenant_id, Role.REVIEWER, branch_id=branch).client
    assert outcomes(local, CRITICAL) == 1
    stranger = house.person(house.tenant("另一家（虚构）"), Role.REVIEWER).client
    assert outcomes(stranger, CRITICAL) == 0


# --- labels from a page -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "box", "label", "where"),
    [
        (words(("要保人", 0.1, 0.2, 0.1), ("张伟", 0.25, 0.2, 0.08)), Box(0.24, 0.195, 0.4, 0.225), "要保人", "left"),
        (words(("要保人：张伟", 0.1, 0.2, 0.2)), Box(0.18, 0.195, 0.3, 0.225), "要保人", "inside"),
        (words(("缴费方法", 0.5, 0.2, 0.1), ("年缴", 0.5, 0.23, 0.05)), Box(0.49, 0.226, 0.62, 0.255), "缴费方法", "above"),
        (words(("远处", 0.02, 0.2, 0.05), ("近处（必填）", 0.5, 0.2, 0.1)), Box(0.62, 0.195, 0.8, 0.225), "近处（必填", "left"),
    ],
)  # fmt: skip
def test_the_label_beside_inside_or_above_a_box(page: Page, box: Box, label: str, where: str) -> None:
    first = suggestions(page, box)[0]
    assert (first.label, first.where) == (label, where)


def test_figures_and_empty_places_are_no_labels() -> None:
    assert suggestions(words(("24,000.00", 0.1, 0.2, 0.1)), Box(0.25, 0.195, 0.4, 0.225)) == []
    assert suggestions(words(), Box(0.25, 0.195, 0.4, 0.225)) == []


@pytest.fixture
def draft(scene: Scene) -> PackDraft:
    who = scene.house.person(scene.tenant_id, Role.REVIEWER).principal
    return drafts.create(
        scene.house.services, who, pack="anhua-cn", base="cn-insurance", edition="1", title=Text("安华", "Anhua")
    )


def test_a_box_on_a_stored_page_leads_to_a_label_of_the_form(scene: Scene, draft: PackDraft) -> None:
    house, services = scene.house, scene.house.services
    case = scene.case("C-1")
    page = words(("要保人姓名", 0.1, 0.2, 0.12), ("张伟", 0.25, 0.2, 0.08))
    kept.keep_transcript(services.blobs, scene.tenant_id, Transcript(SHA, "application/pdf", (page,), reader=READER))
    member = kept.source_json(Source("外.zip!/投保单.pdf", SHA, 1, SourceState.READ))
    with services.writing() as session:
        session.add(
            SourceRow(
                tenant_id=scene.tenant_id, batch_id=scene.batch_id, case_id=case, file="外.zip", sha256="ef" * 32,
                state="read", members=[member], reader=READER, created_at=now(),
            )
        )  # fmt: skip
    client = house.person(scene.tenant_id, Role.REVIEWER).client
    asked = {"case_id": case, "file": "外.zip!/投保单.pdf", "page": 1, "box": [0.24, 0.195, 0.4, 0.225]}
    path = f"/api/v1/drafts/{draft.id}/labels"
    (found, *_) = client.post(f"{path}/suggestions", json=asked).json()["items"]
    assert found["label"] == "要保人姓名"
    given = {"document_type": "F01", "field": "policyholder.name", "label": found["label"]}
    changed = client.post(path, json=given)
    assert changed.status_code == 200, changed.text
    (name,) = changed.json()["files"]
    with services.reading() as session:
        sheet = yaml.safe_load(session.get_one(PackDraft, draft.id).files[name])
        actions = [event.action for event in session.exec(select(TrailEvent)).all()]
    assert any("要保人姓名" in entry.get("labels", ()) for entry in sheet["fields"])
    assert "page.viewed" in actions
    assert client.get(f"/api/v1/drafts/{draft.id}/faults").json()["items"] == []
    assert client.post(f"{path}/suggestions", json={**asked, "page": 2}).status_code == 404
    stranger = house.person(house.tenant("另一家（虚构）"), Role.REVIEWER).client
    assert stranger.post(f"{path}/suggestions", json=asked).status_code == 404


def test_a_label_is_read_by_the_pack_it_was_added_to(scene: Scene, draft: PackDraft) -> None:
    services = scene.house.services
    who = scene.house.person(scene.tenant_id, Role.REVIEWER).principal
    labels.add(services, who, draft.id, document_type="A02", field="received_date", label="妥收日期：", kind="")
    row = labels.add(services, who, draft.id, document_type="A02", field="courier_no", label="快递单号", kind="serial")
    base = drafts.base_of(services, row)
    with draft_checks.laid_out(row.files, drafts.info_of(row, base), base) as home:
        types = {one.code: one for one in draft_checks.load(home).types}
    fields = {one.name: one.labels for one in types["A02"].fields}
    assert fields["received_date"][0] == "妥收日期"
    assert "签收日期" in fields["received_date"]
    assert fields["courier_no"] == ("快递单号",)
    unchanged: DocumentType = next(one for one in base.types if one.code == "F01")
    assert types["F01"] == unchanged


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"document_type": "Z99", "field": "x", "label": "y", "kind": "text"}, "not_found"),
        ({"document_type": "A02", "field": "new_one", "label": "y"}, "field_unknown"),
        ({"document_type": "A02", "field": "new_one", "label": "：", "kind": "text"}, "label_missing"),
    ],
)
def test_a_label_for_nothing_is_refused(scene: Scene, draft: PackDraft, given: dict[str, str], code: str) -> None:
    client = scene.house.person(scene.tenant_id, Role.REVIEWER).client
    assert client.post(f"/api/v1/drafts/{draft.id}/labels", json=given).json()["code"] == code
