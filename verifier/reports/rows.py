"""What is kept of one case for the batch report? Small rows, on disk once they are many (specification 5.1)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from verifier.model import Audit, Evidence, Finding, Outcome, Reason, Severity, Text
from verifier.review import GRAVE, Effective, gravest

WORST = 10  # check ids named for a case
IN_MEMORY = 100_000  # bytes of a spool before it goes to disk
Row = dict[str, Any]


class Spool:
    """Rows written one by one and read back in order; on disk once they are many."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+b")  # noqa: SIM115

    def append(self, row: Row) -> None:
        line = json.dumps(row, ensure_ascii=True, default=str)
        self._file.write(line.encode("ascii") + b"\n")

    def __iter__(self) -> Iterator[Row]:
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)
        self._file.seek(0, 2)

    def close(self) -> None:
        self._file.close()


def worst_checks(judged: Sequence[Finding]) -> list[str]:
    """The checks that decide the case, gravest first: what fails, or else what keeps it open."""
    pending = gravest(judged)
    failed = [finding.check for finding in pending if finding.outcome is Outcome.FAIL]
    opened = [finding.check for finding in pending if finding.reason is not Reason.REFERENCE_MISSING]
    return (failed or opened)[:WORST]


def risk(judged: Sequence[Finding]) -> str:
    """Risk class of a case for the batch report: by the gravest failure, then by what is open."""
    failed = {finding.severity for finding in judged if finding.outcome is Outcome.FAIL}
    if Severity.CRITICAL in failed:
        return "high"
    if Severity.MAJOR in failed:
        return "medium"
    open_grave = any(
        finding.outcome is Outcome.REVIEW
        and finding.severity in GRAVE
        and finding.reason is not Reason.REFERENCE_MISSING
        for finding in judged
    )
    if open_grave:
        return "open"
    return "low" if failed else "none"


def finding_row(audit: Audit, one: Effective, case: Row) -> Row:
    finding, review = one.finding, one.review
    return {
        "case": audit.case,
        "check": finding.check,
        "title": both_lines(finding.title),
        "stage": finding.stage,
        "severity": finding.severity.value,
        "outcome": finding.outcome.value,
        "reason": finding.reason.value if finding.reason else "",
        "detail": both_lines(finding.detail),
        "basis": "; ".join(f"{basis.rule} {basis.article}" for basis in finding.basis),
        "verified": bool(finding.basis) and all(basis.verified for basis in finding.basis),
        "quoted": " | ".join(place.text for place in finding.evidence if place.text),
        "place": " | ".join(_place(place) for place in finding.evidence),
        "confidence": min((place.confidence for place in finding.evidence), default=None),
        "remedy": both_lines(finding.remedy),
        "branch": case["branch"],
        "seller": case["seller"],
        "decision": review.decision.value if review else "",
        "reviewer": review.by if review else "",
        "decided": review.at.isoformat(timespec="minutes") if review else "",
    }


def _place(place: Evidence) -> str:
    box = f" {place.box.as_list()}" if place.box else ""
    return f"{place.case + ': ' if place.case else ''}{place.file} p.{place.page}{box}"


def inputs_digest(audit: Audit) -> str:
    """One digest of the files of a case, whatever their order."""
    hashes = sorted(source.sha256 for source in audit.sources)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def both_lines(text: Text | None) -> str:
    if text is None:
        return ""
    return text.zh if text.zh == text.en else f"{text.zh}\n{text.en}"
