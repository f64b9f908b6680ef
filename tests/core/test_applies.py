"""Conditions hold, do not hold, or cannot be known: Kleene's three values."""

from __future__ import annotations

import pytest

from tests.factory import case, paper
from verifier.applies import applies, fact_names
from verifier.case import MissingFact

SALE = case(paper("F01"), line="personal", channel="bank", premium__pay_years="10", face_to_face=True)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({}, True),
        ({"line": "personal"}, True),
        ({"line": ["group", "property"]}, False),
        ({"face_to_face": True}, True),
        ({"premium.pay_years": {"min": 10}}, True),
        ({"premium.pay_years": {"above": 10}}, False),
        ({"premium.pay_years": {"min": 5, "below": 10}}, False),
        ({"paper": "F01"}, True),
        ({"paper": ["A01", "F01"]}, True),
        ({"paper": "A01"}, False),
        ({"not": {"channel": "agent"}}, True),
        ({"all": [{"line": "personal"}, {"channel": "agent"}]}, False),
        ({"any": [{"channel": "agent"}, {"channel": "bank"}]}, True),
        # what is known decides although another part is not
        ({"all": [{"line": "group"}, {"jurisdiction": "UK"}]}, False),
        ({"any": [{"line": "personal"}, {"jurisdiction": "UK"}]}, True),
    ],
)
def test_condition(condition: dict[str, object], holds: bool) -> None:
    assert applies(condition, SALE) is holds


@pytest.mark.parametrize(
    "condition",
    [
        {"jurisdiction": "UK"},
        {"not": {"jurisdiction": "UK"}},
        {"all": [{"line": "personal"}, {"jurisdiction": "UK"}]},
        {"any": [{"line": "group"}, {"jurisdiction": "UK"}]},
    ],
)
def test_what_cannot_be_known_is_said(condition: dict[str, object]) -> None:
    with pytest.raises(MissingFact):
        applies(condition, SALE)


def test_fact_names_of_a_condition() -> None:
    assert fact_names({"all": [{"a": 1}, {"not": {"any": [{"b": 2}, {"paper": "F01"}]}}]}) == {"a", "b"}
