"""From transcripts to a case: what is kept, and what a fault of ours costs."""

from __future__ import annotations

from datetime import date

import pytest

from verifier import papers as room
from verifier.audit import audit
from verifier.context import Context
from verifier.model import Outcome, Page, PageRef, Source, SourceState, TextFrom, Transcript
from verifier.packs.load import find_pack, load_pack
from verifier.papers import case_of, from_json, papers_of, source_of, to_json

PACK = load_pack(find_pack("cn-insurance"))
SCAN = Transcript(
    "a" * 64, "application/pdf", (Page(1, 595, 842, 90, TextFrom.OCR), Page(2, 595, 842, 0, TextFrom.OCR, blank=True))
)


def test_papers_come_back_from_the_store_as_they_were() -> None:
    kept = papers_of("C-1", {"line": "personal"}, [source_of("scan.pdf", SCAN)], [("scan.pdf", SCAN)], PACK)
    assert from_json(to_json(kept)) == kept
    assert kept.rotations == {"scan.pdf": (90, 0)}


def test_a_page_that_failed_makes_its_source_partial() -> None:
    torn = Transcript("b" * 64, "application/pdf", (Page(1, 595, 842, 0, TextFrom.OCR, read=False),))
    source = source_of("torn.pdf", torn)
    assert (source.state, source.code) == (SourceState.PARTIAL, "corrupt")
    assert source.message is not None
    assert "1" in source.message.en


def test_a_fault_in_recognition_costs_one_case_and_accuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object, **__: object) -> None:
        raise ValueError("a value that nobody thought of")

    monkeypatch.setattr(room, "recognise_and_extract", faulty)
    kept = papers_of(
        "C-1", {"line": "personal"}, [Source("scan.pdf", "a" * 64, 2, SourceState.READ)], [("scan.pdf", SCAN)], PACK
    )
    assert kept.unrecognised == (PageRef("scan.pdf", 1, "a" * 64),)
    findings = audit(case_of(kept, PACK), PACK, Context(date(2026, 11, 22), PACK.parameters, PACK.lexicons)).findings
    assert len(findings) == 119
    assert all(finding.outcome is not Outcome.FAIL for finding in findings)
