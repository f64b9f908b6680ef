"""The verdict of the contract, section 5, and people's decisions beside the machine's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from verifier.model import Finding, Outcome, Reason, Severity, Text, Verdict
from verifier.review import SYSTEM, Review, counts, effective, gravest, unchecked, verdict

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def finding(
    outcome: Outcome, severity: Severity = Severity.MAJOR, reason: Reason | None = None, check: str = "X-01"
) -> Finding:
    words = Text("题", "title")
    return Finding(check, "S1", severity, outcome, reason, words, words, (), words)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], Verdict.COMPLIANT),
        ([finding(Outcome.PASS)], Verdict.COMPLIANT),
        ([finding(Outcome.FAIL, Severity.MINOR)], Verdict.COMPLIANT),
        ([finding(Outcome.FAIL, Severity.MAJOR)], Verdict.NON_COMPLIANT),
        ([finding(Outcome.FAIL, Severity.CRITICAL)], Verdict.NON_COMPLIANT),
        ([finding(Outcome.REVIEW, Severity.MAJOR, Reason.UNREADABLE)], Verdict.INCOMPLETE),
        ([finding(Outcome.REVIEW, Severity.MINOR, Reason.UNREADABLE)], Verdict.COMPLIANT),
        ([finding(Outcome.REVIEW, Severity.CRITICAL, Reason.REFERENCE_MISSING)], Verdict.COMPLIANT),
        ([finding(Outcome.REVIEW, Severity.CRITICAL, Reason.JUDGEMENT)], Verdict.INCOMPLETE),
        (
            [finding(Outcome.REVIEW, reason=Reason.UNREADABLE), finding(Outcome.FAIL)],
            Verdict.NON_COMPLIANT,
        ),
        ([finding(Outcome.NOT_APPLICABLE, Severity.CRITICAL)], Verdict.COMPLIANT),
    ],
)
def test_verdict(findings: list[Finding], expected: Verdict) -> None:
    assert verdict(findings) is expected


def test_unchecked_names_only_what_a_missing_list_left() -> None:
    findings = [
        finding(Outcome.REVIEW, reason=Reason.REFERENCE_MISSING, check="SELL-01"),
        finding(Outcome.REVIEW, reason=Reason.UNREADABLE, check="KYC-01"),
        finding(Outcome.NOT_APPLICABLE, reason=Reason.REFERENCE_MISSING, check="PRIV-02"),
    ]
    assert unchecked(findings) == ("SELL-01",)


def test_counts_name_all_four_outcomes() -> None:
    assert counts([finding(Outcome.FAIL), finding(Outcome.FAIL)]) == {
        "pass": 0,
        "fail": 2,
        "review": 0,
        "not_applicable": 0,
    }


def test_gravest_puts_failures_first_and_missing_lists_last() -> None:
    found = gravest(
        [
            finding(Outcome.REVIEW, Severity.CRITICAL, Reason.REFERENCE_MISSING, "D"),
            finding(Outcome.REVIEW, Severity.CRITICAL, Reason.UNREADABLE, "C"),
            finding(Outcome.PASS, check="E"),
            finding(Outcome.FAIL, Severity.MINOR, check="B"),
            finding(Outcome.FAIL, Severity.CRITICAL, check="A"),
        ]
    )
    assert [one.check for one in found] == ["A", "B", "C", "D"]


def test_the_latest_decision_holds_and_the_machine_stays_visible() -> None:
    machine = finding(Outcome.FAIL, check="SIGN-01")
    first = Review("SIGN-01", Outcome.NOT_APPLICABLE, "王", NOW - timedelta(hours=1), "误点")
    last = Review("SIGN-01", Outcome.PASS, "王", NOW, "原件已核对")
    (one,) = effective([machine], [last, first])
    assert one.outcome is Outcome.PASS
    assert one.finding.outcome is Outcome.FAIL
    assert one.reviews == (first, last)
    assert verdict([one.judged]) is Verdict.COMPLIANT
    assert verdict([one.finding]) is Verdict.NON_COMPLIANT


def test_a_decision_settles_a_missing_list() -> None:
    machine = finding(Outcome.REVIEW, Severity.CRITICAL, Reason.REFERENCE_MISSING, "SELL-01")
    (one,) = effective([machine], [Review("SELL-01", Outcome.FAIL, "王", NOW, "登记已注销")])
    assert one.reason is None
    assert unchecked([one.judged]) == ()
    assert verdict([one.judged]) is Verdict.NON_COMPLIANT


def test_the_service_holds_open_what_waits_for_a_second_person() -> None:
    held = Review("SIGN-01", Outcome.REVIEW, SYSTEM, NOW, "待第二人确认")
    (one,) = effective([finding(Outcome.PASS, check="SIGN-01")], [held])
    assert (one.outcome, verdict([one.judged])) == (Outcome.REVIEW, Verdict.INCOMPLETE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": Outcome.REVIEW},
        {"by": " "},
        {"reason": ""},
        {"at": datetime(2026, 11, 22)},
    ],
)
def test_a_review_that_decides_nothing_is_refused(wrong: dict[str, object]) -> None:
    whole: dict[str, object] = {
        "check": "X",
        "decision": Outcome.PASS,
        "by": "王",
        "at": NOW,
        "reason": "r",
    }
    with pytest.raises(ValueError, match="review"):
        Review(**{**whole, **wrong})  # type: ignore[arg-type]
