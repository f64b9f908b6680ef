"""What does the ink on a form stand for? Ties signatures, handwriting, seals and ticks to printed words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.documents.forms import Form, Role
from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED, Hit
from verifier.documents.layout import Sheet
from verifier.documents.options import nearest_tick
from verifier.documents.phrases import fold
from verifier.documents.pieces import Piece, Span, Unit, union
from verifier.documents.places import Neighbours, blank
from verifier.model import Box, DocumentMark, Evidence, Mark, MarkKind, MarkState, PageRef
from verifier.packs.document_type import MarkSpec
from verifier.values.dates import find_dates

WRITTEN = (MarkKind.SIGNATURE, MarkKind.HANDWRITING)


@dataclass
class _Anchor:
    """An anchor with the zone that its ink stands in."""

    hit: Hit
    spec: MarkSpec
    zone: Box
    quoted: Box | None  # zone on the page as it is
    ink: list[Mark]


def read_marks(sheet: Sheet, hits: Sequence[Hit], form: Form, near: Neighbours, ref: PageRef) -> list[DocumentMark]:
    """The marks of one page: each signature anchor once, each seal, each box."""
    anchors = _anchors(sheet, hits, near)
    ink = [m for m in sheet.page.marks if m.kind in WRITTEN]
    _assign(anchors, ink)
    _reach_down(anchors, ink, hits, sheet)
    found = [_written(anchor, sheet, near, ref) for anchor in anchors]
    found += _seals(sheet, hits, form, ref)
    found += _ticks(sheet, form, ref)
    return sorted(found, key=lambda m: m.evidence.box.top if m.evidence.box else 0.0)


# --- signatures and handwriting -------------------------------------------------------------------


def _anchors(sheet: Sheet, hits: Sequence[Hit], near: Neighbours) -> list[_Anchor]:
    found = []
    for hit in hits:
        spec = next((m.mark for m in hit.meanings if m.mark is not None and m.mark.kind in WRITTEN), None)
        if spec is None or (hit.targets and not hit.colon and not hit.whole):
            continue
        zone = _below(sheet, hit, hits) if spec.zone == "below" else _beside(sheet, hit, hits, near)
        quoted = None if any(w.flat for w in sheet.page.words[:1]) else zone
        found.append(_Anchor(hit, spec, zone, quoted, []))
    return found


def _beside(sheet: Sheet, hit: Hit, hits: Sequence[Hit], near: Neighbours) -> Box:
    """From the anchor to the next label of its row, half a line over and under; in a table its cells."""
    at, height = hit.at, hit.at.height
    rights = [
        h.at.left for h in hits
        if h is not hit and h.at.left >= at.right - 0.002 and abs(h.at.middle[1] - at.middle[1]) < 0.8 * height
    ]  # fmt: skip
    right = min([*rights, min(1.0, at.right + 26 * sheet.em)])
    above = max([h.at.bottom for h in hits if h.at.bottom <= at.top and _over(h.at, at.left, right)], default=0.0)
    under = min([h.at.top for h in hits if h.at.top >= at.bottom and _over(h.at, at.left, right)], default=1.0)
    top = max(at.top - 1.6 * height, (above + at.top) / 2)
    bottom = min(at.bottom + 1.6 * height, (under + at.bottom) / 2)
    zone = Box(at.left - 0.5 * sheet.em, top, right, max(bottom, at.bottom))
    cell = hit.unit.cell
    if cell is None:
        return zone
    return _cell_zone(sheet, hit, cell, right, near)


def _over(box: Box, left: float, right: float) -> bool:
    return box.left < right and box.right > left


def _cell_zone(sheet: Sheet, hit: Hit, cell: Box, right: float, near: Neighbours) -> Box:
    zone = Box(hit.at.left - 0.5 * sheet.em, cell.top, min(cell.right, right), cell.bottom)
    if near.after(hit) is not None or cell.right - hit.at.right > 6 * sheet.em:
        return zone
    for x, y in ((cell.right + 0.004, hit.at.middle[1]), (hit.at.middle[0], cell.bottom + 0.004)):
        other = sheet.cell_at(x, y)
        if other is None:
            continue
        unit = sheet.unit_of(other)
        if unit is None or not near.is_label(unit):
            return zone.union(other)
    return zone


def _below(sheet: Sheet, hit: Hit, hits: Sequence[Hit]) -> Box:
    """From the anchor down to the next label or heading, over the whole width."""
    under = min(
        [h.at.top for h in hits if h.at.top > hit.at.bottom + 0.2 * hit.at.height and not _in_ink(h, sheet)],
        default=1.0,
    )
    bottom = min(under, hit.at.bottom + 14 * sheet.line_height)
    return Box(0.0, hit.at.top - 0.2 * hit.at.height, 1.0, max(bottom, hit.at.bottom))


def _in_ink(hit: Hit, sheet: Sheet) -> bool:
    """A word that OCR read in handwriting is no label."""
    return not hit.colon and any(hit.at.overlap(mark.at) > 0.5 for mark in sheet.ink)


def _assign(anchors: Sequence[_Anchor], ink: Sequence[Mark]) -> None:
    """Each cluster of ink to the nearest anchor whose zone it stands in."""
    for mark in ink:
        near = [(_away(anchor, mark), number) for number, anchor in enumerate(anchors) if _inside(anchor, mark)]
        if near:
            anchors[min(near)[1]].ink.append(mark)


def _reach_down(anchors: Sequence[_Anchor], ink: Sequence[Mark], hits: Sequence[Hit], sheet: Sheet) -> None:
    """An anchor without ink beside it may stand over its place: some lines down, if nothing is printed between."""
    taken = {id(mark) for anchor in anchors for mark in anchor.ink}
    for anchor in anchors:
        if anchor.ink or anchor.spec.zone == "below":
            continue
        at = anchor.hit.at
        under = [p.at.top for row in sheet.rows for p in row
                 if p.at.top > at.bottom and _over(p.at, at.left, at.right) and not _is_ink(p, ink)]  # fmt: skip
        floor = min([*under, at.bottom + 5 * sheet.line_height])
        zone = Box(at.left - 2 * sheet.em, at.bottom - 0.5 * at.height, at.right + 14 * sheet.em, floor)
        found = [
            m for m in ink
            if id(m) not in taken and zone.left <= m.at.left <= zone.right and zone.top <= m.at.middle[1] <= zone.bottom
        ]  # fmt: skip
        anchor.ink += found
        taken.update(id(m) for m in found)


def _is_ink(piece: Piece, ink: Sequence[Mark]) -> bool:
    return any(piece.at.overlap(mark.at) > 0.5 for mark in ink)


def _inside(anchor: _Anchor, mark: Mark) -> bool:
    x, y = mark.at.middle
    zone = anchor.zone
    if zone.left <= x <= zone.right and zone.top <= y <= zone.bottom:
        return True
    return mark.at.overlap(zone) > 0.45


def _away(anchor: _Anchor, mark: Mark) -> float:
    at = anchor.hit.at
    x = max(0.0, mark.at.left - at.right, at.left - mark.at.right)
    y = abs(mark.at.middle[1] - at.middle[1])
    copied = anchor.spec.kind is MarkKind.HANDWRITING
    short = mark.kind is MarkKind.SIGNATURE and mark.at.width < 0.25
    return x + 2.0 * y + (0.3 if copied and short else 0.0) + (0.3 if not copied and mark.at.width > 0.5 else 0.0)


def _written(anchor: _Anchor, sheet: Sheet, near: Neighbours, ref: PageRef) -> DocumentMark:
    spec, hit = anchor.spec, anchor.hit
    if anchor.ink:
        return _inked(anchor, sheet, ref)
    span = _text_in_zone(anchor, sheet, near)
    if spec.kind is MarkKind.HANDWRITING or blank(span) or find_dates(span.text) or _is_hint(span.text):
        box = union([b for b in (hit.box, anchor.quoted) if b])
        evidence = Evidence(ref.file, ref.page, box, hit.span.text, hit.span.confidence, ref.sha256)
        return DocumentMark(spec.name, spec.kind, MarkState.ABSENT, 0.95 * hit.factor, evidence)
    box = union([b for b in (hit.box, span.box) if b])
    evidence = Evidence(ref.file, ref.page, box, f"{hit.span.text} {span.text}", span.confidence, ref.sha256)
    return DocumentMark(spec.name, spec.kind, MarkState.UNSURE, 0.6, evidence, span.text)


def _is_hint(text: str) -> bool:
    plain = text.strip()
    return plain[:1] in "(（[" and plain[-1:] in ")）]"


def _inked(anchor: _Anchor, sheet: Sheet, ref: PageRef) -> DocumentMark:
    spec = anchor.spec
    marks = sorted(anchor.ink, key=lambda m: (m.at.top, m.at.left) if spec.zone == "below" else (m.at.left, m.at.top))
    if spec.kind is MarkKind.SIGNATURE:
        marks = _first_cluster(marks, sheet)
    sure = [m for m in marks if m.state is MarkState.PRESENT]
    state = MarkState.PRESENT if sure else MarkState.UNSURE
    box = union([m.box for m in marks])
    text = " ".join(m.text for m in marks if m.text) or _words_under(sheet, marks, anchor.hit)
    confidence = max((m.confidence for m in sure or marks), default=0.5)
    first = max(sure or marks, key=lambda m: m.box.width * m.box.height)
    evidence = Evidence(ref.file, ref.page, box, anchor.hit.span.text, confidence, ref.sha256)
    return DocumentMark(spec.name, spec.kind, state, confidence, evidence, text, first.picture_hash, first.colour)


def _first_cluster(marks: list[Mark], sheet: Sheet) -> list[Mark]:
    """The ink next to the anchor; a date written farther to the right is not the signature."""
    kept = [marks[0]]
    for mark in marks[1:]:
        if mark.at.left - max(m.at.right for m in kept) > 2.0 * sheet.em:
            break
        kept.append(mark)
    return kept


def _words_under(sheet: Sheet, marks: Sequence[Mark], hit: Hit) -> str:
    """What OCR read in the ink."""
    own = {id(piece) for piece, _, _ in hit.span.parts}
    texts = [
        piece.raw for row in sheet.rows for piece in row
        if id(piece) not in own and any(piece.at.overlap(mark.at) > 0.5 for mark in marks)
    ]  # fmt: skip
    return "".join(texts)


def _text_in_zone(anchor: _Anchor, sheet: Sheet, near: Neighbours) -> Span:
    """Typed text in the place of the signature, on the anchor's line."""
    hit = anchor.hit
    following = near.after(hit)
    inline = hit.unit.span(hit.end, following.start if following else len(hit.unit.text))
    reach = anchor.zone.right
    inline = Span(tuple((p, a, b) for p, a, b in inline.parts if p.x(a) < reach))
    if inline and not blank(inline):
        return inline
    if hit.unit.cell is None:
        return Span()
    labels = {id(h.unit) for units in near.by_unit.values() for h in units}
    parts = [
        (piece, 0, len(piece.text)) for unit in sheet.units if id(unit) not in labels
        for piece in unit.pieces if _holds(anchor.zone, piece)
    ]  # fmt: skip
    return Span(tuple(parts))


def _holds(zone: Box, piece: Piece) -> bool:
    x, y = piece.at.middle
    return zone.left <= x <= zone.right and zone.top <= y <= zone.bottom


# --- seals ----------------------------------------------------------------------------------------


def _seals(sheet: Sheet, hits: Sequence[Hit], form: Form, ref: PageRef) -> list[DocumentMark]:
    specs = [spec for spec in form.kind.marks if spec.kind is MarkKind.SEAL]
    seals = [m for m in sheet.page.marks if m.kind is MarkKind.SEAL]
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
                general = 0 if spec.name in ("consent", "confirmation") else 1
                key = (general, -place)
                if best is None or key > (best[0], best[1]):
                    best = (general, -place, spec)
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
