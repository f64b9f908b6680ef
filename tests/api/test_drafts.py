"""Can an institution change its checklist, safely: told what is wrong and what would change, and never alone?"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from api.editions import Editions
from api.errors import ServiceError
from api.permissions import Permission, Role
from api.principal import Principal
from api.store.editions import EditionTable
from api.tables import PackDraft, PackEdition, ReAudit, TrailEvent
from api.workflow import draft_trials, drafts
from api.workflow.draft_checks import file_faults
from tests.api.doing import worker
from tests.api.house import House, Person
from tests.api.judged import Scene, pack
from verifier.model import Text
from verifier.packs.scenario import scenarios

TITLE = Text("安华清单", "Anhua's checklist")


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def author(scene: Scene) -> Person:
    return scene.house.person(scene.tenant_id, Role.REVIEWER)


@pytest.fixture
def publisher(scene: Scene) -> Person:
    return scene.house.person(scene.tenant_id, Role.APPROVER)


def begun(scene: Scene, who: Principal, edition: str = "2026.12") -> PackDraft:
    return drafts.create(scene.house.services, who, pack="anhua-cn", base="cn-insurance", edition=edition, title=TITLE)


def refusal(code: str) -> pytest.RaisesExc[ServiceError]:
    return pytest.raises(ServiceError, check=lambda fault: fault.code == code)


def published(scene: Scene, author: Principal, publisher: Principal, text: str, edition: str) -> None:
    services = scene.house.services
    row = begun(scene, author, edition)
    drafts.put_file(services, author, row.id, "parameters.yaml", text)
    drafts.propose(services, author, row.id)
    drafts.publish(services, publisher, row.id)


# --- what is wrong with it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "line", "place"),
    [
        ("parameters.yaml", "bmi: {min: 12, max: 45}\nshared_phone: 2\n", 2, "shared_phone"),
        ("parameters.yaml", "bmi:\n  min: twelve\n", 2, "bmi.min"),
        ("parameters.yaml", "bmi:\n  min: 12\n  most: 45\n", 3, "bmi.most"),
        ("parameters.yaml", "older_customer_age: true\n", 1, "older_customer_age"),
        ("parameters.yaml", "aml_sets:\n  cn2030: {from: 2030-01-01, cash: 1}\n", 2, "aml_sets.cn2030.cash"),
        ("requirements/S6-own.yaml", "- id: OWN-01\n  stage: S6\n  severity: grave\n", 3, "0.severity"),
        ("documents/F01-own.yaml", "code: F01\nstage: S6\ntitle: {zh: 投保单}\n", 3, "title.en"),
        ("papers.yaml", "- documents: []\n", 1, "0.documents"),
        ("scenarios/CONT-01.own.fail.yaml", "base: sound\ndeclaredd: {}\n", 2, "declaredd"),
    ],
)
def test_a_fault_is_told_with_its_line_and_place(name: str, text: str, line: int, place: str) -> None:
    assert (name, line, place) in {(fault.file, fault.line, fault.place) for fault in file_faults(name, text, pack())}


def test_a_draft_with_faults_is_kept_told_and_not_proposed(scene: Scene, author: Person) -> None:
    services, who = scene.house.services, author.principal
    row = begun(scene, who)
    drafts.put_file(services, who, row.id, "parameters.yaml", "bmi:\n  min: twelve\n")
    (told,) = author.client.get(f"/api/v1/drafts/{row.id}/faults").json()["items"]
    assert (told["file"], told["line"], told["place"]) == ("parameters.yaml", 2, "bmi.min")
    with refusal("draft_broken"):
        drafts.propose(services, who, row.id)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("parameters.yaml", "bmi: [1\n"),
        ("parameters.yaml", "a: &x [1]\nb: *x\n"),
        ("parameters.yaml", "!!python/object/apply:os.system ['true']\n"),
        ("lexicons/no_such_list.yaml", "[a]\n"),
        ("lexicons/surnames.yaml", "{a: b}\n"),
        ("lexicons/coaching.yaml", "{phrases: [a]}\n"),
        ("documents/_common.yaml", "{}\n"),
        ("documents/F01.yaml", "code: F01\nfields: [{like: no.such.field}]\n"),
        ("pack.yaml", "id: cn-insurance\n"),
        ("facts.yaml", "{}\n"),
        ("../../other/parameters.yaml", "{}\n"),
        ("documents/../pack.yaml", "{}\n"),
        ("documents/.hidden.yaml", "{}\n"),
        ("scenarios/CONT-01.own.maybe.yaml", "{}\n"),
        ("scenarios/CONT-01.own.fail.yaml", "base: ../../../../etc/passwd\n"),
    ],
)
def test_what_can_never_be_used_has_no_place_but_the_file(name: str, text: str) -> None:
    (fault,) = file_faults(name, text, pack())
    assert (fault.file, fault.place) == (name, "")


def test_and_is_refused_when_it_is_written(scene: Scene, author: Person) -> None:
    services, who = scene.house.services, author.principal
    row = begun(scene, who)
    for name, text in (("parameters.yaml", "bmi: [1\n"), ("../../parameters.yaml", "{}\n"), ("pack.yaml", "{}\n")):
        with refusal("draft_broken"):
            drafts.put_file(services, who, row.id, name, text)
    with services.reading() as session:
        assert session.get_one(PackDraft, row.id).files == {}


def test_a_requirement_that_names_what_does_not_exist_is_a_fault(scene: Scene, author: Person) -> None:
    services, who = scene.house.services, author.principal
    row = begun(scene, who)
    text = """
- id: OWN-01
  title: {zh: 自有要求, en: Our own}
  stage: S9
  severity: major
  basis: [{rule: 没有这部法, source: K}]
  check: papers_complete
  remedy: {zh: 补, en: mend}
  ask: [F99]
"""
    drafts.put_file(services, who, row.id, "requirements/S6-own.yaml", text)
    told = " ".join(fault.message.en for fault in drafts.check(services, who, row.id))
    for wrong in ("S9", "没有这部法", "F99"):
        assert wrong in told


# --- what would change ------------------------------------------------------------------------------


def test_scenarios_show_what_a_change_breaks(scene: Scene, author: Person) -> None:
    services, who = scene.house.services, author.principal
    row = begun(scene, who)
    drafts.put_file(services, who, row.id, "parameters.yaml", "shared_phone_max: 1\n")
    drafts.put_file(services, who, row.id, "scenarios/CONT-01.own.fail.yaml", "base: sound\n")
    played = {one.scenario: one for one in draft_trials.play_scenarios(services, who, row.id, "CONT-01")}
    assert played["CONT-01.shared-by-three.pass.yaml"].outcome == "fail"
    assert played["CONT-01.shared-by-three.pass.yaml"].problem
    assert not played["CONT-01.shared-by-four.fail.yaml"].problem
    assert "CONT-01.own.fail.yaml" in played


def test_one_requirement_is_played_at_a_time(scene: Scene, author: Person) -> None:
    path = f"/api/v1/drafts/{begun(scene, author.principal).id}/scenarios"
    for name in ("*", "CONT-0%3F", "[C]ONT-01"):
        assert author.client.get(f"{path}/{name}").status_code == 404
    assert author.client.get(f"{path}/NONE-01").json() == {"done": True, "items": []}


def test_past_cases_are_judged_by_a_draft_and_it_never_counts(scene: Scene, author: Person, publisher: Person) -> None:
    case = scene.case("C-1")
    before = scene.stored(case).judgement_id
    row = begun(scene, author.principal)
    drafts.put_file(scene.house.services, author.principal, row.id, "parameters.yaml", "shared_phone_max: 1\n")
    tried = author.client.post(f"/api/v1/drafts/{row.id}/trial", json={}).json()
    scene.house.queue.run(worker(scene.house.services))
    told = author.client.get(f"/api/v1/reaudits/{tried['id']}").json()
    assert (told["state"], told["pack"], told["cases"]) == ("done", "anhua-cn", {"judged": 1})
    assert told["edition"].startswith("2026.12~")
    adopted = publisher.client.post(f"/api/v1/reaudits/{tried['id']}/adoption")
    assert adopted.json()["code"] == "draft_not_adoptable"
    chosen = {"pack": "anhua-cn", "edition": told["edition"], "adopt": True}
    assert publisher.client.post("/api/v1/reaudits", json=chosen).json()["code"] == "draft_not_adoptable"
    assert scene.stored(case).judgement_id == before
    assert "anhua-cn" not in {one["pack"] for one in author.client.get("/api/v1/packs").json()["items"]}


# --- published by another person --------------------------------------------------------------------


def test_nobody_publishes_what_they_wrote_or_proposed(scene: Scene, author: Person, publisher: Person) -> None:
    house, services = scene.house, scene.house.services
    both = house.person(scene.tenant_id, Role.APPROVER)
    row = begun(scene, author.principal)
    drafts.put_file(services, both.principal, row.id, "parameters.yaml", "shared_phone_max: 2\n")
    drafts.propose(services, author.principal, row.id)
    path = f"/api/v1/drafts/{row.id}/publication"
    assert author.client.post(path).status_code == 403
    assert both.client.post(path).json()["code"] == "second_person_needed"
    assert house.key(scene.tenant_id, *Permission).post(path).json()["code"] == "second_person_needed"
    done = publisher.client.post(path)
    assert done.json()["state"] == "published", done.text
    with services.reading() as session:
        events = [one.action for one in session.exec(select(TrailEvent)).all()]
    assert events == ["pack.drafted", "pack.edited", "pack.proposed", "pack.published"]


def test_what_is_proposed_or_published_cannot_be_changed(scene: Scene, author: Person, publisher: Person) -> None:
    services, who = scene.house.services, author.principal
    row = begun(scene, who)
    drafts.put_file(services, who, row.id, "parameters.yaml", "shared_phone_max: 2\n")
    with refusal("draft_state"):
        drafts.publish(services, publisher.principal, row.id)
    drafts.propose(services, who, row.id)
    with refusal("draft_state"):
        drafts.put_file(services, who, row.id, "parameters.yaml", "shared_phone_max: 9\n")
    with refusal("reason_missing"):
        drafts.send_back(services, publisher.principal, row.id)
    sent = drafts.send_back(services, publisher.principal, row.id, "请写 1")
    assert (sent.sent_back["reason"], sent.sent_back["by"]) == ("请写 1", publisher.principal.id)
    drafts.put_file(services, who, row.id, "parameters.yaml", "shared_phone_max: 1\n")
    drafts.propose(services, who, row.id)
    drafts.publish(services, publisher.principal, row.id)
    for act in (drafts.propose, drafts.publish, drafts.withdraw, drafts.send_back):
        with refusal("draft_state"):
            act(services, author.principal if act is drafts.send_back else publisher.principal, row.id)
    with refusal("edition_published"):
        begun(scene, who)


def test_every_edition_stays_usable_on_every_host(
    scene: Scene, author: Person, publisher: Person, tmp_path: Path
) -> None:
    services = scene.house.services
    published(scene, author.principal, publisher.principal, "shared_phone_max: 1\n", "2026.12")
    published(scene, author.principal, publisher.principal, "shared_phone_max: 2\n", "2027.01")
    shipped = services.settings.checklists_dir
    elsewhere = Editions(shipped, tmp_path / "another host", EditionTable(services.engine))
    for editions in (services.editions, elsewhere):
        found = {
            edition: editions.pack("anhua-cn", scene.tenant_id, edition).parameters.get("shared_phone_max")
            for edition in ("2026.12", "2027.01", "")
        }
        assert found == {"2026.12": 1, "2027.01": 2, "": 2}
        assert editions.pack("anhua-cn", scene.tenant_id).info.edition == "2027.01"
    other = scene.house.tenant("另一家（虚构）")
    with refusal("pack_unknown"):
        elsewhere.pack("anhua-cn", other)
    assert elsewhere.names(other) == ["cn-insurance", "generic-en"]


def test_a_file_on_the_host_that_was_changed_is_not_believed(
    scene: Scene, author: Person, publisher: Person, tmp_path: Path
) -> None:
    published(scene, author.principal, publisher.principal, "shared_phone_max: 1\n", "2026.12")
    services = scene.house.services
    with services.writing() as session:
        row = session.exec(select(PackEdition).where(PackEdition.pack == "anhua-cn")).one()
        row.files = {**row.files, "pack/parameters.yaml": "shared_phone_max: 99\n"}
        session.add(row)
    elsewhere = Editions(services.settings.checklists_dir, tmp_path / "x", EditionTable(services.engine))
    with pytest.raises(Exception, match="edition_changed"):
        elsewhere.pack("anhua-cn", scene.tenant_id)


# --- over HTTP --------------------------------------------------------------------------------------


def test_two_editors_do_not_overwrite_one_another(scene: Scene, author: Person, publisher: Person) -> None:
    made = author.client.post(
        "/api/v1/drafts", json={"pack": "anhua-cn", "edition": "2026.12", "title": {"zh": "安华", "en": "Anhua"}}
    )
    assert made.status_code == 201, made.text
    path = f"/api/v1/drafts/{made.json()['id']}/files/parameters.yaml"
    seen = author.client.get(path)
    assert seen.json()["text"] is None
    assert "shared_phone_max" in seen.json()["base"]
    tag = {"If-Match": seen.headers["etag"]}
    assert publisher.client.put(path, json={"text": "shared_phone_max: 2\n"}, headers=tag).status_code == 200
    late = author.client.put(path, json={"text": "shared_phone_max: 5\n"}, headers=tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert author.client.get(path).json()["text"] == "shared_phone_max: 2\n"
    assert author.client.delete(path).json()["files"] == []
    assert author.client.delete(path).status_code == 404


def test_all_scenarios_are_played_by_a_job(scene: Scene, author: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    row = begun(scene, author.principal)
    path = f"/api/v1/drafts/{row.id}/test"
    assert author.client.get(path).json() == {"done": False, "items": []}
    few = partial(scenarios, check="CRS-01")  # for time
    monkeypatch.setattr(draft_trials, "scenarios", lambda folder, check: few(folder))
    assert author.client.post(path).status_code == 202
    scene.house.queue.run(worker(scene.house.services))
    told = author.client.get(path).json()
    assert told["done"]
    assert told["items"]
    assert all(one["problem"] == "" for one in told["items"])


def test_drafts_belong_to_their_institution(scene: Scene, author: Person) -> None:
    row = begun(scene, author.principal)
    house = scene.house
    stranger: TestClient = house.person(house.tenant("另一家（虚构）"), Role.REVIEWER, Role.APPROVER).client
    path = f"/api/v1/drafts/{row.id}"
    assert stranger.get("/api/v1/drafts").json()["items"] == []
    assert [
        stranger.get(path).status_code,
        stranger.delete(path).status_code,
        stranger.get(f"{path}/files/parameters.yaml").status_code,
        stranger.put(f"{path}/files/parameters.yaml", json={"text": "{}"}).status_code,
        stranger.get(f"{path}/faults").status_code,
        stranger.post(f"{path}/publication").status_code,
    ] == [404] * 6
    with house.services.reading() as session:
        assert session.exec(select(ReAudit)).all() == []


def test_names_that_cannot_be_used(author: Person) -> None:
    wrong: list[tuple[dict[str, str], str]] = [
        ({"pack": "cn-insurance"}, "pack_name_taken"),
        ({"pack": "Anhua CN"}, "bad_pack_name"),
        ({"pack": "../x"}, "bad_pack_name"),
        ({"edition": "2026/12"}, "bad_pack_name"),
        ({"edition": "a~b"}, "bad_pack_name"),
        ({"base": "no-such"}, "pack_unknown"),
        ({"base_edition": "1999.01"}, "pack_unknown"),
        ({"base": "../../etc"}, "pack_unknown"),
    ]
    for given, code in wrong:
        whole = {"pack": "anhua-cn", "edition": "2026.12", "title": {"zh": "安华", "en": "Anhua"}, **given}
        answer = author.client.post("/api/v1/drafts", json=whole)
        assert (answer.status_code in (409, 422), answer.json()["code"]) == (True, code)
