"""A judged case whose file is really there: a small PDF, its original kept, its transcript, sources and papers."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Any

from reportlab.lib.colors import black, red
from reportlab.pdfgen.canvas import Canvas

from api.clock import now
from api.tables import SourceRow, SourceState
from api.workflow import kept
from tests.api.judged import HOLDER_ID, Scene, audit_of
from verifier.model import (
    Box,
    Document,
    Evidence,
    Field,
    Line,
    Outcome,
    Page,
    PageRef,
    Source,
    TextFrom,
    Transcript,
    Word,
)
from verifier.model import SourceState as Read

READER = "reader of a test"
WIDE, HIGH = 595, 842
NAME_AT, ID_AT = Box(0.1, 0.1, 0.4, 0.13), Box(0.1, 0.2, 0.6, 0.23)
OTHER_ID = "110101199003070038"  # fictional, and in no field


@cache
def pdf() -> bytes:
    """Page 1: a name, and a number as a black bar where ID_AT is. Page 2: a red square, recognised by nobody. Page 3: a
    sheet that the seller must not see."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDE, HIGH))
    for box, colour in ((NAME_AT, red), (ID_AT, black)):
        canvas.setFillColor(colour)
        canvas.rect(box.left * WIDE, (1 - box.bottom) * HIGH, box.width * WIDE, box.height * HIGH, stroke=0, fill=1)
    canvas.showPage()
    canvas.setFillColor(red)
    canvas.rect(100, 300, 300, 300, fill=1)
    canvas.showPage()
    canvas.drawString(100, 700, "report memo")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@cache
def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.pdf", pdf())
    return out.getvalue()


@dataclass
class Paged:
    """`case_id` holds `file`; with `inside`, that is a member of a ZIP."""

    scene: Scene
    case_id: str
    file: str
    source: SourceRow


def paged(
    scene: Scene, name: str = "C-1", inside: bool = False, outcomes: Any = None, file: str = "投保 单.pdf"
) -> Paged:
    blobs = scene.house.services.blobs
    inner = blobs.put(scene.tenant_id, (pdf(),))
    outer = blobs.put(scene.tenant_id, (packed(),)) if inside else inner
    told = f"{file.removesuffix('.pdf')}.zip" if inside else file
    real = f"{told}!/inner.pdf" if inside else file
    transcript = _transcript(inner.sha256)
    kept.keep_transcript(blobs, scene.tenant_id, transcript)
    outcomes = {"SIGN-01": Outcome.FAIL} if outcomes is None else outcomes
    case_id = scene.case(name, outcomes)
    source = Source(real, inner.sha256, 3, Read.READ)
    judged = audit_of(case_id, outcomes)
    place = Evidence(real, 1, NAME_AT, "张伟", 0.97, inner.sha256)
    findings = tuple(
        one if one.check != "SIGN-01" else one.__class__(**{**_parts(one), "evidence": (place,)})
        for one in judged.findings
    )
    others = tuple(
        one if one.check == "SIGN-01" else one.__class__(**{**_parts(one), "evidence": ()}) for one in findings
    )
    row = SourceRow(
        tenant_id=scene.tenant_id,
        batch_id=scene.batch_id,
        case_id=case_id,
        file=told,
        sha256=outer.sha256,
        size=outer.size,
        state=SourceState.READ,
        pages=3,
        members=[kept.source_json(source)],
        reader=READER,
        created_at=now(),
    )
    with scene.house.services.writing() as session:
        session.add(row)
    scene.judge(case_id, outcomes, sources=(source,), documents=_documents(real, inner.sha256), findings=others)
    return Paged(scene, case_id, real, row)


def _parts(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _transcript(sha256: str) -> Transcript:
    words = (
        Word("姓名 张伟", NAME_AT, 0.97),
        Word(f"证件号码 {HOLDER_ID}", ID_AT, 0.96),
        Word(f"经办 {OTHER_ID}", Box(0.1, 0.5, 0.5, 0.53), 0.9),
        Word("保险条款", Box(0.1, 0.7, 0.3, 0.73), 0.9),
    )
    pages = (
        Page(1, WIDE, HIGH, 0, TextFrom.LAYER, words),
        Page(2, WIDE, HIGH, 0, TextFrom.LAYER, (Word(f"证 {OTHER_ID}", Box(0.2, 0.2, 0.5, 0.25), 0.9),)),
        Page(3, WIDE, HIGH, 0, TextFrom.LAYER, (Word("report memo", Box(0.1, 0.1, 0.5, 0.2), 0.9),)),
    )
    return Transcript(sha256, "application/pdf", pages, reader=READER)


def _documents(file: str, sha256: str) -> tuple[Document, ...]:
    def read(name: str, value: str, kind: str, box: Box) -> Field:
        return Field(name, value, value, kind, 0.97, Evidence(file, 1, box, value, 0.97, sha256))

    fields = {
        "policyholder.name": read("policyholder.name", "张伟", "name", NAME_AT),
        "policyholder.id_number": read("policyholder.id_number", HOLDER_ID, "id_number", ID_AT),
    }
    lines = (Line(f"证件号码 {HOLDER_ID}", Evidence(file, 1, ID_AT, HOLDER_ID, 0.96, sha256)),)
    return (
        Document("d1", "F01", 0.98, (PageRef(file, 1, sha256),), fields, lines=lines),
        Document("d2", "P07", 0.98, (PageRef(file, 3, sha256),)),
    )
