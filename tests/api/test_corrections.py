"""Does a person's reading count in place of the machine's, on record, and only where it can?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.clock import now
from api.errors import ServiceError
from api.permissions import Permission, Role
from api.principal import Kind, Principal
from api.tables import Correction
from api.workflow import corrections
from api.workflow.corrections import NOTE, Reading, apply_corrections
from tests.api.house import House
from tests.api.judged import FILE, SHA, Scene, form
from verifier.model import Field, FieldState
from verifier.papers import Papers

NAME = Reading(FILE, 1, "F01", "policyholder.name", "张玮", "原件如此 as printed")
PAPERS = Papers("C-1", {}, (), (form(),))


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def who(scene: Scene) -> Principal:
    return scene.house.person(scene.tenant_id, Role.REVIEWER).principal


def row(field: str = "policyholder.name", value: str = "张玮", **columns: object) -> Correction:
    given: dict[str, object] = {"document_type": "F01", "file": FILE, "page": 1, "at": now(), **columns}
    return Correction(tenant_id="t", case_id="c", field=field, value=value, reason="r", by="u", **given)  # type: ignore[arg-type]


def field(papers: Papers, name: str = "policyholder.name") -> Field | None:
    return papers.documents[0].fields.get(name)


def test_the_latest_reading_counts_with_the_place_as_evidence() -> None:
    first, second = row(value="张韦"), row()
    read = field(apply_corrections(PAPERS, [second, first]))
    before = field(PAPERS)
    assert read is not None
    assert before is not None
    assert (read.value, read.confidence, read.kind) == ("张玮", 1.0, "name")
    assert (read.evidence.box, read.evidence.sha256) == (before.evidence.box, SHA)
    assert NOTE in read.evidence.text


def test_a_withdrawn_reading_and_one_of_another_paper_count_for_nothing() -> None:
    gone = row(withdrawn_at=now() + timedelta(seconds=1))
    elsewhere = [row(page=2), row(file="b.pdf"), row(document_type="A01")]
    assert apply_corrections(PAPERS, [gone, *elsewhere]) is PAPERS


def test_a_field_that_the_machine_missed_is_added_and_an_empty_one_is_empty() -> None:
    made = apply_corrections(PAPERS, [row("policyholder.phone", "13800001111", kind="phone"), row(value="")])
    phone, name = field(made, "policyholder.phone"), field(made)
    assert phone is not None
    assert (phone.value, phone.kind, phone.state) == ("13800001111", "phone", FieldState.READ)
    assert name is not None
    assert name.state is FieldState.EMPTY


@given(
    st.lists(st.tuples(st.sampled_from(["policyholder.name", "policyholder.sex"]), st.text(max_size=5), st.booleans()))
)
def test_what_is_applied_depends_only_on_the_last_live_reading_of_each_field(
    given_: list[tuple[str, str, bool]],
) -> None:
    rows = [row(name, value, withdrawn_at=now() if gone else None) for name, value, gone in given_]
    expected = {name: value for name, value, gone in given_ if not gone}
    made = apply_corrections(PAPERS, reversed(rows)).documents[0]
    assert {name: made.fields[name].value for name in expected} == expected
    assert apply_corrections(apply_corrections(PAPERS, rows), rows) == apply_corrections(PAPERS, rows)


def test_a_correction_is_kept_told_on_the_trail_and_judged_at_once(scene: Scene, who: Principal) -> None:
    case = scene.case()
    made = corrections.correct(scene.house.services, who, case, replace(NAME, value=" 张 玮 "))
    assert (made.before, made.value, made.kind, made.by) == ("张伟", "张玮", "name", who.id)
    assert scene.house.queue.asked == [("judge:correction", case)]
    back = corrections.withdraw(scene.house.services, who, made.id)
    assert back.withdrawn_by == who.id
    assert len(scene.house.queue.asked) == 2
    assert len(corrections.listed(scene.house.services, who, case)) == 1
    with pytest.raises(ServiceError, match="already_withdrawn"):
        corrections.withdraw(scene.house.services, who, made.id)


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        (replace(NAME, page=2), "no_such_document"),
        (replace(NAME, document_type="A01"), "no_such_document"),
        (replace(NAME, field="favourite.colour"), "no_such_field"),
        (replace(NAME, field="signed_date", value="昨天"), "bad_value"),
        (replace(NAME, value="张伟"), "nothing_to_correct"),
    ],
)
def test_what_cannot_be_corrected_is_refused(scene: Scene, who: Principal, reading: Reading, code: str) -> None:
    with pytest.raises(ServiceError, match=code):
        corrections.correct(scene.house.services, who, scene.case(), reading)
    assert scene.house.queue.asked == []


def test_a_value_is_made_canonical_by_its_kind(scene: Scene, who: Principal) -> None:
    case = scene.case()
    made = corrections.correct(
        scene.house.services, who, case, replace(NAME, field="signed_date", value="2026年3月2日")
    )
    assert (made.kind, made.value) == ("date", "2026-03-02")


def test_only_people_of_the_institution_who_may_write_correct(scene: Scene) -> None:
    case, house = scene.case(), scene.house
    key = replace(house.person(scene.tenant_id, Role.REVIEWER).principal, kind=Kind.KEY)
    with pytest.raises(ServiceError, match="person_required"):
        corrections.correct(house.services, key, case, NAME)
    with pytest.raises(ServiceError, match="forbidden"):
        corrections.correct(house.services, house.person(scene.tenant_id, Role.APPROVER).principal, case, NAME)
    with pytest.raises(ServiceError, match="not_found"):
        corrections.correct(
            house.services, house.person(house.tenant("别家（虚构）"), Role.REVIEWER).principal, case, NAME
        )
    masked = replace(key, permissions=key.permissions - {Permission.UNMASKED})
    with pytest.raises(ServiceError, match="forbidden"):
        corrections.listed(house.services, masked, case)
