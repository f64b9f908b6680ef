"""Which area does a declared place belong to, and which figure of a table rules there?"""

from __future__ import annotations

import pytest

from tests.factory import case
from verifier.case import Case, MissingFact
from verifier.facts import FACTS
from verifier.facts.jurisdiction import area_of, by_place
from verifier.parameters import Parameters

FIGURES = Parameters(
    {
        "jurisdictions": {"EU": ["DE", "FR"], "UK": ["UK", "GB"], "US": ["US", "NY"]},
        "days": {"EU": 14, "DE": 30, "US": 10},
        "limit": 5,
    }
)


@pytest.mark.parametrize(
    ("place", "area"),
    [("DE", "EU"), ("gb", "UK"), ("US-NY", "US"), ("NY", "US"), ("US-DE", "US"), ("ZZ", None), ("", None)],
)
def test_area(place: str, area: str | None) -> None:
    assert area_of(place, FIGURES) == area


def at(place: str) -> Case:
    return Case("T", {"jurisdiction": place}, derivations=FACTS, parameters=FIGURES)


@pytest.mark.parametrize(
    ("place", "key", "found"),
    [("DE", "days", ("DE", 30)), ("FR", "days", ("EU", 14)), ("UK", "days", None), ("UK", "limit", ("limit", 5))],
)
def test_a_place_goes_before_its_area(place: str, key: str, found: object) -> None:
    assert by_place(at(place), FIGURES, key) == found


def test_without_a_declared_place_nothing_is_guessed() -> None:
    with pytest.raises(MissingFact):
        by_place(case(), FIGURES, "days")
