"""Are English papers recognised, and do their labels give the right values and marks?"""

from __future__ import annotations

from functools import cache

import pytest

from tests.documents.english_papers import CASE, US_APPLICATION, page, transcript
from verifier.documents import recognise_and_extract, with_subjects
from verifier.model import Document, FieldState, MarkState
from verifier.packs.load import DEFAULT_HOME, Pack, load_pack


@cache
def pack() -> Pack:
    return load_pack(DEFAULT_HOME / "generic-en")


@cache
def papers() -> dict[str, Document]:
    reading = recognise_and_extract(CASE, pack().types, day_first=True)
    assert reading.unrecognised == ()
    return {paper.type: paper for paper in with_subjects(reading.documents, {})}


def test_every_paper_is_recognised() -> None:
    assert set(papers()) == {"D-201", "F01", "D-202", "P02", "A01"}


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [
        ("D-201", "seller.number", "700001"),
        ("D-201", "provided_date", "2026-09-01"),
        ("F01", "policyholder.name", "Alice Example"),
        ("F01", "policyholder.birth_date", "1984-03-02"),
        ("F01", "policyholder.id_number", "999000111"),
        ("F01", "insured.relation", "Self"),
        ("F01", "product.name", "Harbourlight Unit-Linked Growth Plan"),
        ("F01", "premium_total", "1200.00"),
        ("F01", "answers[2]", "no"),
        ("F01", "signed_date", "2026-09-07"),
        ("D-202", "id_number", "999000111"),
        ("D-202", "valid_to", "2030-01-15"),
        ("P02", "payer.name", "Alice Example"),
        ("P02", "payee.account", "87654321"),
        ("P02", "amount", "1200.00"),
        ("P02", "currency", "GBP"),
        ("A01", "issue_date", "2026-09-14"),
        ("A01", "cooling_off_days", "30"),
    ],
)
def test_field(code: str, field: str, value: str) -> None:
    assert papers()[code].fields[field].value == value


def test_signature_belongs_to_the_applicant() -> None:
    marks = papers()["F01"].marks_named("policyholder_signature")
    assert [mark.state for mark in marks] == [MarkState.PRESENT]


def test_passport_is_the_policyholders() -> None:
    assert (papers()["D-202"].variant, papers()["D-202"].subject) == ("passport", "policyholder")


@cache
def us_application() -> Document:
    return recognise_and_extract([transcript("us.pdf", US_APPLICATION)], pack().types).documents[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("insured.name", "Jane Q. Sample"),
        ("insured.birth_date", "1980-04-03"),
        ("insured.id_number", "900123456"),
        ("policyholder.name", "John Sample"),
        ("policyholder.relation", "Husband"),
        ("beneficiaries[1].share", "60"),
        ("beneficiaries[2].name", "Tom Sample"),
        ("product.name", "Whole Life 2020"),
        ("sum_insured", "250000.00"),
        ("premium", "1250.00"),
        ("pay_mode", "Annual"),
        ("replacement", "no"),
        ("signed_date", "2026-04-13"),
    ],
)
def test_field_of_a_form_without_colons(field: str, value: str) -> None:
    assert us_application().fields[field].value == value


def test_each_line_for_signatures_is_judged() -> None:
    states = {mark.name: mark.state for mark in us_application().marks}
    assert states == {"policyholder_signature": MarkState.PRESENT, "insured_signature": MarkState.ABSENT}


def test_empty_signature_line_is_absent() -> None:
    unsigned = page("Application for Life Insurance", ["Full name: Alice Example", "", "Signature of applicant:"])
    reading = recognise_and_extract([transcript("a.pdf", unsigned)], pack().types)
    marks = reading.documents[0].marks_named("policyholder_signature")
    assert [mark.state for mark in marks] == [MarkState.ABSENT]


@pytest.mark.parametrize(
    ("printed", "day_first", "value"),
    [("13/04/2026", False, "2026-04-13"), ("03/04/2026", True, "2026-04-03"), ("03/04/2026", False, ""),
     ("April 3, 2026", False, "2026-04-03"), ("2026-04-03", True, "2026-04-03")],
)  # fmt: skip
def test_date_by_the_order_of_the_place(printed: str, day_first: bool, value: str) -> None:
    schedule = page("Policy Schedule", ["Policy number: HLP-1", f"Issue date: {printed}"])
    reading = recognise_and_extract([transcript("s.pdf", schedule)], pack().types, day_first=day_first)
    field = reading.documents[0].fields["issue_date"]
    assert field.value == value
    assert field.state is (FieldState.READ if value else FieldState.UNREADABLE)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("Product name: Evergreen Family Income Plan", "product.name", "Evergreen Family Income Plan"),
        ("Product name: Careful Driver Motor Policy", "product.name", "Careful Driver Motor Policy"),
        ("Policyholder: Agent Orange Ltd", "policyholder.name", "Agent Orange Ltd"),
    ],
)
def test_a_label_amid_other_words_is_part_of_them(line: str, field: str, value: str) -> None:
    schedule = page("Policy Schedule", ["Policy number: HLP-1", line])
    reading = recognise_and_extract([transcript("s.pdf", schedule)], pack().types)
    assert reading.documents[0].fields[field].value == value
