"""A case answers with evidence, or says why it cannot."""

from __future__ import annotations

import pytest

from tests.factory import case, field, paper
from verifier.case import MissingFact, split_path
from verifier.model import FieldState, Reason

NAMES = {"policyholder.name": ("F01.policyholder.name", "A01.policyholder.name", "A02.policyholder.name")}


def test_a_field_comes_with_its_paper_and_evidence() -> None:
    fact = case(paper("F01", policyholder__name="张伟")).one("F01.policyholder.name")
    assert (fact.value, fact.document, fact.evidence[0].text) == ("张伟", "d1", "张伟")


@pytest.mark.parametrize(
    ("state", "reason", "empty"),
    [(FieldState.EMPTY, Reason.FIELD_MISSING, True), (FieldState.UNREADABLE, Reason.UNREADABLE, False)],
)
def test_a_gap_says_its_reason(state: FieldState, reason: Reason, empty: bool) -> None:
    blank = field("account", "", state=state)
    with pytest.raises(MissingFact) as gap:
        case(paper("F01", account=blank)).one("F01.account")
    assert (gap.value.reason, gap.value.empty, gap.value.document) == (reason, empty, "F01")


def test_a_missing_paper_and_a_field_that_is_not_printed_are_told_apart() -> None:
    some = case(paper("F01"))
    with pytest.raises(MissingFact) as no_paper:
        some.one("A01.policy_no")
    with pytest.raises(MissingFact) as no_field:
        some.one("F01.account")
    assert no_paper.value.reason is Reason.DOCUMENT_MISSING
    assert no_field.value.reason is Reason.FIELD_MISSING


def test_agreeing_papers_are_believed_more_than_each_alone() -> None:
    papers = [
        paper(code, number, policyholder__name=field("policyholder.name", "张伟", 0.8))
        for number, code in enumerate(("F01", "A01"), start=1)
    ]
    fact = case(*papers, paths=NAMES).fact("policyholder.name")
    assert fact.confidence == pytest.approx(0.96)
    assert len(fact.evidence) == 2


def test_two_papers_outvote_one_weak_reading_but_not_a_clear_one() -> None:
    def believed(confidence: float) -> str:
        first = paper("F01", 1, policyholder__name=field("policyholder.name", "张纬", confidence))
        others = [paper("A01", 2, policyholder__name="张伟"), paper("A02", 3, policyholder__name="张伟")]
        return case(first, *others, paths=NAMES).fact("policyholder.name").value

    assert believed(0.5) == "张伟"
    assert believed(0.95) == "张纬"


def test_a_superseded_copy_is_not_asked() -> None:
    from dataclasses import replace

    old = replace(paper("F01", 1, account="1"), superseded_by="d2")
    assert case(old, paper("F01", 2, account="2")).one("F01.account").value == "2"


def test_a_declared_fact_is_the_last_resort() -> None:
    assert case(paper("F01"), paths=NAMES, policyholder__name="李静").fact("policyholder.name").declared
    with pytest.raises(MissingFact) as gap:
        case(paths=NAMES).fact("policyholder.name")
    assert gap.value.reason is Reason.FACT_MISSING


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("F01.policyholder.name", ("F01", None, "policyholder.name")),
        ("F01-P.premium", ("F01-P", None, "premium")),
        ("D-202[insured].name", ("D-202", "insured", "name")),
        ("D-202[beneficiary[2]].id_number", ("D-202", "beneficiary[2]", "id_number")),
    ],
)
def test_field_paths(path: str, parts: tuple[str, str | None, str]) -> None:
    assert split_path(path) == parts


def test_a_person_s_card_is_found_by_its_subject() -> None:
    cards = case(
        paper("D-202", 1, subject="policyholder", name="张伟"), paper("D-202", 2, subject="insured", name="李静")
    )
    assert cards.one("D-202[insured].name").value == "李静"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "ten"])
def test_what_is_no_number_is_unreadable(value: str) -> None:
    with pytest.raises(MissingFact) as gap:
        case(premium__due=value).fact("premium.due").as_decimal()
    assert gap.value.reason is Reason.UNREADABLE
