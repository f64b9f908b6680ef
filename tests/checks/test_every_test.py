"""Does a requirement of several tests refuse wrong ones early, and take the worst of the right ones?"""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from tests.factory import case, paper
from verifier.checks import every_test
from verifier.context import Context
from verifier.model import Outcome, Reason
from verifier.parameters import Parameters

CONTEXT = Context(date(2026, 11, 22), Parameters())
DATES = {
    "pairs": [
        {"first": ["F01.signed_date"], "second": ["A01.issue_date"], "first_zh": "投保", "first_en": "application",
         "second_zh": "承保", "second_en": "issue"}
    ]
}  # fmt: skip


def params(*tests: dict[str, object]) -> every_test.Params:
    return every_test.Params.model_validate({"tests": list(tests)})


@pytest.mark.parametrize(
    "test",
    [
        {"check": "no_such_check"},
        {"check": "every_test", "with": {"tests": []}},
        {"check": "dates_in_order", "with": {"pears": []}},
    ],
)
def test_a_wrong_test_is_refused_when_loaded(test: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        params(test)


@pytest.mark.parametrize(
    ("issued", "outcome"), [("2026-03-04", Outcome.PASS), ("2026-03-01", Outcome.FAIL), ("", Outcome.NOT_APPLICABLE)]
)
def test_one_test_decides(issued: str, outcome: Outcome) -> None:
    papers = [paper("F01", 1, signed_date="2026-03-02")]
    if issued:
        papers.append(paper("A01", 2, issue_date=issued))
    result = every_test.check(case(*papers), params({"check": "dates_in_order", "with": DATES}), CONTEXT)
    assert result.outcome is outcome


def test_an_unknown_condition_is_left_to_a_person() -> None:
    wanted = params({"check": "dates_in_order", "with": DATES, "when": {"channel": "agent"}})
    result = every_test.check(case(paper("F01", 1, signed_date="2026-03-02")), wanted, CONTEXT)
    assert (result.outcome, result.reason) == (Outcome.REVIEW, Reason.FACT_MISSING)
