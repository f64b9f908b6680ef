"""A case as large as they come: 200 findings and a document of 60 pages, judged without reading a page."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

from reportlab.pdfgen.canvas import Canvas

from api.clock import now
from api.tables import SourceRow, SourceState
from api.workflow import kept
from tests.api.judged import CRITICAL, MAJOR, Scene, audit_of
from verifier.model import (
    Box,
    Document,
    Evidence,
    Finding,
    Outcome,
    Page,
    PageRef,
    Source,
    TextFrom,
    Transcript,
    Word,
)
from verifier.model import SourceState as Read

FINDINGS, PAGES = 200, 60
FILE = "全套投保资料.pdf"
WIDE, HIGH = 595, 842
LATE, LATE_PAGE = CRITICAL, 57  # a finding whose evidence lies far behind
FIRST, FIRST_PAGE = MAJOR, 2
LINES = 40


def place(line: int) -> Box:
    return Box(0.1, 0.05 + line * 0.022, 0.9, 0.05 + line * 0.022 + 0.015)


def pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDE, HIGH))
    for page in range(1, PAGES + 1):
        for line in range(LINES):
            canvas.drawString(0.1 * WIDE, (1 - place(line).bottom) * HIGH, f"page {page} line {line} of the sale")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@dataclass(frozen=True)
class Large:
    case_id: str
    sha256: str


def large_case(scene: Scene, name: str = "C-大案") -> Large:
    blobs = scene.house.services.blobs
    blob = blobs.put(scene.tenant_id, (pdf(),))
    kept.keep_transcript(blobs, scene.tenant_id, transcript(blob.sha256))
    case_id = scene.case(name)
    source = Source(FILE, blob.sha256, PAGES, Read.READ)
    with scene.house.services.writing() as session:
        session.add(
            SourceRow(
                tenant_id=scene.tenant_id, batch_id=scene.batch_id, case_id=case_id, file=FILE, sha256=blob.sha256,
                size=blob.size, state=SourceState.READ, pages=PAGES, members=[kept.source_json(source)],
                reader=READER, created_at=now(),
            )
        )  # fmt: skip
    document = Document("d1", "F01", 0.98, tuple(PageRef(FILE, page, blob.sha256) for page in range(1, PAGES + 1)))
    found = findings(case_id, blob.sha256)
    scene.judge(case_id, {}, sources=(source,), documents=(document,), findings=found)
    return Large(case_id, blob.sha256)


READER = "reader of a test"


def transcript(sha256: str) -> Transcript:
    def words(page: int) -> tuple[Word, ...]:
        return tuple(Word(f"page {page} line {line} of the sale", place(line), 0.97) for line in range(LINES))

    pages = tuple(Page(page, WIDE, HIGH, 0, TextFrom.LAYER, words(page)) for page in range(1, PAGES + 1))
    return Transcript(sha256, "application/pdf", pages, reader=READER)


def findings(case_id: str, sha256: str) -> tuple[Finding, ...]:
    """Those of the checklist, and as many more of made-up checks as it takes; each fails or is left to a person."""
    own = audit_of(case_id, {}).findings
    more = [replace(one, check=f"{one.check}-BIS") for one in own[: FINDINGS - len(own)]]
    return tuple(_finding(one, number, sha256) for number, one in enumerate((*own, *more)))


def _finding(one: Finding, number: int, sha256: str) -> Finding:
    page = {LATE: LATE_PAGE, FIRST: FIRST_PAGE}.get(one.check, number % PAGES + 1)
    line = 30 if one.check == LATE else number % LINES
    evidence = Evidence(FILE, page, place(line), f"page {page} line {line} of the sale", 0.97, sha256)
    return replace(one, outcome=(Outcome.FAIL, Outcome.REVIEW)[number % 2], evidence=(evidence,))
