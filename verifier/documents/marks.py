"""What does the ink on a form stand for? Ties signatures, handwriting, seals and ticks to printed words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verifier.documents.forms import Form, Role
from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED, Hit
from verifier.documents.layout import Sheet, is_date_stamp
from verifier.documents.options import nearest_tick
from verifier.documents.phrases import fold
from verifier.documents.pieces import Unit
from verifier.documents.places import Neighbours
from verifier.documents.signatures import read_written
from verifier.model import Box, DocumentMark, Evidence, Mark, MarkKind, MarkState, PageRef
from verifier.packs.document_type import MarkSpec

GENERAL = ("consent", "confirmation")
_CONSENTS = re.compile(r"(?:同意|授权|接受|认可|确认|知悉|知晓|理解|已阅读|已阅知)")


def read_marks(sheet: Sheet, hits: Sequence[Hit], form: Form, near: Neighbours, ref: PageRef) -> list[DocumentMark]:
    """The marks of one page: each signature anchor once, each seal, each box."""
    found = read_written(sheet, hits, form, near, ref)
    found += _seals(sheet, hits, form, ref)
    found += _ticks(sheet, form, ref)
    return sorted(found, key=lambda m: m.evidence.box.top if m.evidence.box else 0.0)


# --- seals ----------------------------------------------------------------------------------------


def _seals(sheet: Sheet, hits: Sequence[Hit], form: Form, ref: PageRef) -> list[DocumentMark]:
    specs = [spec for spec in form.kind.marks if spec.kind is MarkKind.SEAL]
    seals = [m for m in sheet.page.marks if m.kind is MarkKind.SEAL and not is_date_stamp(m)]
    anchors = [(h, m.mark) for h in hits for m in h.meanings if m.mark is not None and m.mark.kind is MarkKind.SEAL]
    found = []
    sealed: set[str] = set()
    for seal in seals:
        spec = _seal_spec(seal, anchors, specs)
        name = spec.name if spec else "company_seal"
        sealed.add(name)
        evidence = Evidence(ref.file, ref.page, seal.box, seal.text, seal.confidence, ref.sha256)
        found.append(
            DocumentMark(
                name, MarkKind.SEAL, seal.state, seal.confidence, evidence, seal.text, seal.picture_hash, seal.colour
            )
        )
    for hit, spec in anchors:
        if spec.name not in sealed and not seals:
            sealed.add(spec.name)
            evidence = Evidence(ref.file, ref.page, hit.box, hit.span.text, hit.span.confidence, ref.sha256)
            found.append(DocumentMark(spec.name, MarkKind.SEAL, MarkState.ABSENT, 0.9 * hit.factor, evidence))
    return found


def _seal_spec(seal: Mark, anchors: Sequence[tuple[Hit, MarkSpec]], specs: Sequence[MarkSpec]) -> MarkSpec | None:
    x, y = seal.at.middle
    beside = [
        (abs(hit.at.middle[0] - x) + abs(hit.at.middle[1] - y), n) for n, (hit, _) in enumerate(anchors)
        if abs(hit.at.middle[0] - x) < 0.35 and abs(hit.at.middle[1] - y) < 0.12
    ]  # fmt: skip
    if beside:
        return anchors[min(beside)[1]][1]
    return next((spec for spec in specs if spec.anywhere), specs[0] if specs else None)


# --- ticks ----------------------------------------------------------------------------------------


def _ticks(sheet: Sheet, form: Form, ref: PageRef) -> list[DocumentMark]:
    """Boxes before sentences: the words of the sentence tell which mark it is."""
    specs = [spec for spec in form.kind.marks if spec.kind is MarkKind.TICK]
    if not specs:
        return []
    found: dict[str, DocumentMark] = {}
    for state, box, sentence, confidence in _boxed_sentences(sheet):
        spec = _tick_spec(sentence, specs)
        if spec is None or (spec.name in found and found[spec.name].state is MarkState.PRESENT):
            continue
        evidence = Evidence(ref.file, ref.page, box, sentence[:60], confidence, ref.sha256)
        found[spec.name] = DocumentMark(spec.name, MarkKind.TICK, state, confidence, evidence)
    return list(found.values())


def _tick_spec(sentence: str, specs: Sequence[MarkSpec]) -> MarkSpec | None:
    """The mark whose anchor the sentence holds; special consents before the general one."""
    best: tuple[int, int, MarkSpec] | None = None
    for spec in specs:
        for anchor in spec.anchors:
            place = sentence.find(fold(anchor))
            if place >= 0:
                general = 0 if spec.name in GENERAL else 1
                key = (general, -place)
                if best is None or key > (best[0], best[1]):
                    best = (general, -place, spec)
    if best is None and _CONSENTS.search(sentence):  # 我已阅读以上内容，自愿授权…: a consent in the company's own words
        return next((spec for spec in specs if spec.name in GENERAL), None)
    return best[2] if best else None


def _boxed_sentences(sheet: Sheet) -> list[tuple[MarkState, Box, str, float]]:
    found: list[tuple[MarkState, Box, str, float]] = []
    units = sheet.units
    for number, unit in enumerate(units):
        starts = [n for n, c in enumerate(unit.text) if c in BOXES_OPEN or c in BOXES_TICKED]
        for place, start in enumerate(starts):
            end = starts[place + 1] if place + 1 < len(starts) else len(unit.text)
            sentence = unit.text[start + 1 : end] + (_more(units, number) if place + 1 == len(starts) else "")
            state = MarkState.PRESENT if unit.text[start] in BOXES_TICKED else MarkState.ABSENT
            span = unit.span(start, start + 1)
            picture = nearest_tick(sheet.ticks, unit.span(start + 1, min(start + 3, len(unit.text))).at or unit.at)
            if picture is not None:
                state = picture.state
            box = (picture.box if picture is not None else span.box) or unit.pieces[0].box
            found.append((state, box, sentence, span.confidence))
        if not starts:
            found += _pictured(sheet, unit, units, number)
    return found


def _pictured(sheet: Sheet, unit: Unit, units: Sequence[Unit], number: int) -> list[tuple[MarkState, Box, str, float]]:
    """Boxes that are only on the picture, left of a line's words."""
    found = []
    for place, piece in enumerate(unit.pieces):
        tick = nearest_tick(sheet.ticks, Box(piece.at.left, piece.at.top, piece.at.left + sheet.em, piece.at.bottom))
        if tick is not None:
            last = place + 1 == len(unit.pieces)
            sentence = piece.text + (_more(units, number) if last else "")
            found.append((tick.state, tick.box, sentence, tick.confidence))
    return found


def _more(units: Sequence[Unit], number: int) -> str:
    """The lines that a boxed sentence runs on to."""
    text = ""
    last = units[number]
    for unit in units[number + 1 : number + 3]:
        boxed = any(c in BOXES_OPEN or c in BOXES_TICKED for c in unit.text)
        if unit.cell is not None or boxed or unit.at.top - last.at.bottom > last.at.height:
            break
        text += unit.text
        last = unit
    return text


def is_anchor(hit: Hit, name: str) -> bool:
    return any(m.role is Role.ANCHOR and m.mark is not None and m.mark.name == name for m in hit.meanings)
