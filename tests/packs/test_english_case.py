"""From words on English pages to findings: the whole way after reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from tests.documents.english_papers import CASE, TRANSFER, page, transcript
from verifier.audit import audit
from verifier.context import Context, Payee, References, Seller
from verifier.model import Finding, Outcome, Page, Reason, Source, SourceState, Transcript, Word
from verifier.packs.load import DEFAULT_HOME, Pack, load_pack
from verifier.papers import case_of, papers_of

DECLARED = {"case": "EN-1", "jurisdiction": "UK", "institution": "Harbourlight Life plc", "channel": "broker",
            "line": "personal", "seller.institution": "Meadow Brokers Ltd"}  # fmt: skip
SELLER = Seller("700001", "Ben Sample", "Meadow Brokers Ltd", "active", date(2018, 1, 1), None)


@cache
def pack() -> Pack:
    return load_pack(DEFAULT_HOME / "generic-en")


def findings(*sources: tuple[str, Transcript], declared: dict[str, object] | None = None) -> dict[str, Finding]:
    files = [Source(file, one.sha256, len(one.pages), SourceState.READ) for file, one in sources]
    papers = papers_of("EN-1", DECLARED if declared is None else declared, files, sources, pack())
    references = References(sellers=(SELLER,), payees=(Payee("Harbourlight Life plc", "87654321"),))
    context = Context(date(2026, 11, 22), pack().parameters, pack().lexicons, references)
    return {one.check: one for one in audit(case_of(papers, pack()), pack(), context).findings}


def changed(original: Page, before: str, after: str) -> Page:
    words = tuple(replace(w, text=w.text.replace(before, after)) for w in original.words)
    return replace(original, words=words)


@pytest.mark.parametrize(
    "check",
    ["G-DIST-01", "G-DIST-02", "G-KYC-01", "G-SIGN-01", "G-SIGN-03", "G-PAY-01", "G-COOL-01"],
)
def test_sound_papers_pass(check: str) -> None:
    found = findings(*CASE)[check]
    assert found.outcome is Outcome.PASS, found.detail.en


@pytest.mark.parametrize("check", ["G-NEED-01", "G-SUIT-01", "G-DISC-01", "G-CONS-01"])
def test_absent_papers_fail(check: str) -> None:
    assert findings(*CASE)[check].outcome is Outcome.FAIL


def test_absent_papers_beside_an_unknown_page_are_left_to_a_person() -> None:
    unknown = Page(1, 595, 842, 0, TRANSFER.text_from, (Word("Qwertz", TRANSFER.words[0].box),))
    found = findings(*CASE, transcript("unknown.pdf", unknown))["G-NEED-01"]
    assert (found.outcome, found.reason) == (Outcome.REVIEW, Reason.DOCUMENT_MISSING)


def test_another_payer_fails() -> None:
    other = changed(TRANSFER, "Name: Alice Example", "Name: Oscar Stranger")
    sources = [*(one for one in CASE if one[0] != "payment.pdf"), transcript("payment.pdf", other)]
    assert findings(*sources)["G-PAY-01"].outcome is Outcome.FAIL


def test_short_cancellation_period_fails() -> None:
    schedule = page("Policy Schedule", ["Policy number: HLP-1000001", "Issue date: 14/09/2026",
                                        "You may cancel your policy within 14 days."])  # fmt: skip
    sources = [*(one for one in CASE if one[0] != "schedule.pdf"), transcript("schedule.pdf", schedule)]
    assert findings(*sources)["G-COOL-01"].outcome is Outcome.FAIL


def test_numeric_dates_without_a_place_are_left_to_a_person() -> None:
    """07/09/2026 is 7 September in London and 9 July in New York."""
    for place in (None, "US-NY"):
        declared = (
            {**DECLARED, "jurisdiction": place} if place else {k: v for k, v in DECLARED.items() if k != "jurisdiction"}
        )
        found = findings(*CASE, declared=dict(declared))["G-SIGN-01"]
        assert found.outcome is Outcome.REVIEW, found.detail.en
