"""Whose is the ink? Ties signatures and written sentences to the printed words that ask for them.

Ink may stand behind its words, in the next cell, under them, or over them where they are the caption of a
line. Which it is shows in the page: in its cells and lines, and in where its ink stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from verifier.documents.anchors import is_sign_head
from verifier.documents.forms import Form, Role
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.phrases import fold
from verifier.documents.pieces import Piece, Span, union
from verifier.documents.places import Neighbours, blank
from verifier.model import Box, DocumentMark, Evidence, Mark, MarkKind, MarkState, PageRef
from verifier.packs.document_type import MarkSpec
from verifier.values.dates import find_dates

WRITTEN = (MarkKind.SIGNATURE, MarkKind.HANDWRITING)
_DATE_INK = re.compile(r"^[\d年月日./\-:\s]*\d[\d年月日./\-:\s]*$")
_DATE_SIGN = re.compile(r"[年月日]")
_LINE = re.compile(r"^[_＿—\-.…·]{4,}$")


@dataclass
class Anchor:
    """Words that ask for ink, with the places where it may stand, the likeliest first."""

    hit: Hit
    spec: MarkSpec
    zones: list[Box]
    sure: bool  # is the place of the ink shown by a cell, a line or a colon?
    ink: list[Mark] = field(default_factory=list)
    rank: int = 0


def read_written(sheet: Sheet, hits: Sequence[Hit], form: Form, near: Neighbours, ref: PageRef) -> list[DocumentMark]:
    """The signatures and written sentences of a page, each place once."""
    ink = [m for m in sheet.page.marks if m.kind in WRITTEN and not is_date_ink(m, sheet, hits)]
    anchors = _anchors(sheet, hits, near)
    copied = [a for a in anchors if a.spec.kind is MarkKind.HANDWRITING] + _prompts(sheet, hits, form)
    signed = [a for a in anchors if a.spec.kind is not MarkKind.HANDWRITING]
    if _captions(signed, ink, sheet):
        for anchor in signed:
            if anchor.hit.unit.cell is None:
                anchor.zones = [_over_caption(anchor.hit, sheet)]
    everyone = signed + _one_copied(copied)
    _assign(everyone, ink)
    _reach_down(everyone, ink, sheet)
    taken = {id(m) for a in everyone for m in a.ink}
    spare = [m for m in ink if id(m) not in taken]
    found = [_written(anchor, everyone, spare, sheet, near, ref) for anchor in everyone]
    found = _without_doubles([(a, m) for a, m in zip(everyone, found, strict=True)])
    return found + _copied_unasked(spare, found, form, ref)


# --- places of the ink ----------------------------------------------------------------------------


def _anchors(sheet: Sheet, hits: Sequence[Hit], near: Neighbours) -> list[Anchor]:
    found = []
    for hit in hits:
        spec = next((m.mark for m in hit.meanings if m.mark is not None and m.mark.kind in WRITTEN), None)
        if spec is None or (hit.targets and not hit.colon and not hit.whole):
            continue
        if spec.zone == "below":
            found.append(Anchor(hit, spec, [_below(sheet, hit.at, hits)], True))
        elif hit.unit.cell is not None:
            found.append(Anchor(hit, spec, _cell_zones(sheet, hit, hit.unit.cell, hits, near), True))
        else:
            sure = hit.colon or _ruled(sheet, hit.at) or _dotted(sheet, hit)
            found.append(Anchor(hit, spec, [_beside(sheet, hit, hits)], sure))
    return found


def _beside(sheet: Sheet, hit: Hit, hits: Sequence[Hit]) -> Box:
    """From the anchor to the next label of its row, half a line over and under."""
    at, height = hit.at, hit.at.height
    right = min([_next_label(hit, hits), min(1.0, at.right + 26 * sheet.em)])
    above = max([h.at.bottom for h in hits if h.at.bottom <= at.top and _over(h.at, at.left, right)], default=0.0)
    under = min([h.at.top for h in hits if h.at.top >= at.bottom and _over(h.at, at.left, right)], default=1.0)
    top = max(at.top - 1.6 * height, (above + at.top) / 2)
    bottom = min(at.bottom + 1.6 * height, (under + at.bottom) / 2)
    return Box(at.left - 0.5 * sheet.em, top, right, max(bottom, at.bottom))


def _next_label(hit: Hit, hits: Sequence[Hit]) -> float:
    at = hit.at
    return min(
        [
            h.at.left for h in hits
            if h is not hit and h.at.left >= at.right - 0.002 and abs(h.at.middle[1] - at.middle[1]) < 0.8 * at.height
        ],
        default=1.0,
    )  # fmt: skip


def _over(box: Box, left: float, right: float) -> bool:
    return box.left < right and box.right > left


def _cell_zones(sheet: Sheet, hit: Hit, cell: Box, hits: Sequence[Hit], near: Neighbours) -> list[Box]:
    """The cell that a head calls the place of signatures; else the anchor's own, the next and the one below."""
    at = hit.at
    headed = _headed_cell(sheet, hit, cell)
    if headed is not None:
        return [headed]
    alone = len([h for h in near.of(hit.unit) if h.mark_or_whole or h.targets]) <= 1
    left = cell.left if alone and at.left - cell.left > 4 * sheet.em else at.left - 0.5 * sheet.em
    own = Box(left, cell.top, min(cell.right, _next_label(hit, hits)), cell.bottom)
    if near.after(hit) is not None:
        return [own]
    zones = [own]
    right = sheet.cell_at(cell.right + 0.004, at.middle[1])
    if right is not None and _free(sheet, right, near):
        zones.append(right)
    below = sheet.cell_at(at.middle[0], cell.bottom + 0.004)
    if below is not None and not hit.colon and cell.height < 4 * at.height and _free(sheet, below, near):
        zones.append(below)
    return zones


def _free(sheet: Sheet, cell: Box, near: Neighbours) -> bool:
    unit = sheet.unit_of(cell)
    return unit is None or not near.is_label(unit)


def _headed_cell(sheet: Sheet, hit: Hit, cell: Box) -> Box | None:
    """In a table of signatures (签署人 | 签名 | 时间), the cell of the row under the head."""
    for unit in sheet.units:
        head = unit.cell
        if head is None or unit is hit.unit or head.bottom > hit.at.middle[1] or not is_sign_head(unit.text):
            continue
        if cell.left <= head.middle[0] <= cell.right:
            continue
        under = sheet.cell_at(head.middle[0], hit.at.middle[1])
        if under is not None and _same_table(sheet, head, under):
            return under
    return None


def _same_table(sheet: Sheet, head: Box, cell: Box) -> bool:
    return cell.top - head.bottom < 24 * sheet.line_height and abs(head.left - cell.left) < 0.02


def _below(sheet: Sheet, at: Box, hits: Sequence[Hit]) -> Box:
    """From the anchor down to the next label or heading, over the whole width."""
    under = min(
        [h.at.top for h in hits if h.at.top > at.bottom + 0.2 * at.height and not _in_ink(h, sheet)], default=1.0
    )
    bottom = min(under, at.bottom + 14 * sheet.line_height)
    return Box(0.0, at.top - 0.2 * at.height, 1.0, max(bottom, at.bottom))


def _in_ink(hit: Hit, sheet: Sheet) -> bool:
    """A word that OCR read in handwriting is no label."""
    return not hit.colon and any(hit.at.overlap(mark.at) > 0.5 for mark in sheet.ink)


# --- captions under lines -------------------------------------------------------------------------


def _captions(anchors: Sequence[Anchor], ink: Sequence[Mark], sheet: Sheet) -> bool:
    """Are the anchors of this page printed under the lines that are signed?"""
    free = [a for a in anchors if a.hit.unit.cell is None and not a.hit.colon]
    if not free:
        return False
    lined = sum(1 for a in free if _line_over(sheet, a.hit))
    if lined:
        return lined * 2 > len(free)
    over = sum(1 for a in free if any(_inside(_over_caption(a.hit, sheet), m) for m in ink))
    beside = sum(1 for a in free if any(_inside(z, m) for z in a.zones for m in ink))
    return over > beside


def _over_caption(hit: Hit, sheet: Sheet) -> Box:
    at = hit.at
    reach = max(at.width, 8 * sheet.em)
    middle = at.middle[0]
    top = at.top - 5 * sheet.line_height
    printed = [p.at.bottom for row in sheet.rows for p in row
               if top < p.at.middle[1] < at.top - 0.5 * at.height and _over(p.at, at.left, at.right)
               and not _is_ink(p, sheet.ink) and not _LINE.match(p.text)]  # fmt: skip
    return Box(middle - reach, max([top, *printed]), middle + reach, at.bottom)


def _line_over(sheet: Sheet, hit: Hit) -> bool:
    """A ruling or a row of underscores right over the words, with free room over it."""
    at = hit.at
    for y, left, right in sheet.horizontals:
        if 0 <= at.top - y < 1.2 * at.height and left <= at.middle[0] <= right and right - left < 0.6:
            return True
    return any(
        _LINE.match(p.text) and 0 <= at.top - p.at.middle[1] < 1.6 * at.height and _over(p.at, at.left, at.right)
        for row in sheet.rows for p in row
    )  # fmt: skip


def _ruled(sheet: Sheet, at: Box) -> bool:
    """A line to sign on behind the words or over them."""
    return any(
        (abs(y - at.bottom) < 1.2 * at.height and right > at.right + 2 * sheet.em and left < at.right + 6 * sheet.em)
        or (0 <= at.top - y < 1.2 * at.height and left <= at.middle[0] <= right)
        for y, left, right in sheet.horizontals
    )  # fmt: skip


def _dotted(sheet: Sheet, hit: Hit) -> bool:
    rest = hit.unit.text[hit.end :]
    return bool(re.match(r"^[_＿…]{3,}", rest)) or any(
        _LINE.match(p.text) and abs(p.at.middle[1] - hit.at.middle[1]) < hit.at.height and p.at.left > hit.at.left
        for row in sheet.rows for p in row
    )  # fmt: skip


# --- dates, which are no signatures ---------------------------------------------------------------


def is_date_ink(mark: Mark, sheet: Sheet, hits: Sequence[Hit]) -> bool:
    """Figures written into a date: known by what was read in them, or by 年, 月, 日 printed around them."""
    at = mark.at
    if mark.text and _DATE_INK.match(mark.text):
        return True
    if at.height > 2.6 * sheet.line_height:
        return False
    row = [
        p for r in sheet.rows for p in r
        if abs(p.at.middle[1] - at.middle[1]) < 1.1 * sheet.line_height and abs(p.at.middle[0] - at.middle[0]) < 0.15
    ]  # fmt: skip
    signs = {c for p in row if len(_DATE_SIGN.sub("", p.text).strip("0123456789")) == 0 for c in p.text}
    if len(signs & set("年月日")) >= 2:
        return True
    lines = [h for h in hits if abs(h.at.middle[1] - at.middle[1]) < 1.1 * h.at.height and h.at.left < at.left]
    last = max(lines, key=lambda h: h.at.left, default=None)
    dated = last is not None and any(t.spec.kind == "date" for t in last.targets)
    return dated and not last_is_anchor(last)


def last_is_anchor(hit: Hit | None) -> bool:
    """Does the label also ask for a signature?"""
    return hit is not None and hit.is_(Role.ANCHOR)


# --- ink to anchors -------------------------------------------------------------------------------


def _assign(anchors: Sequence[Anchor], ink: Sequence[Mark]) -> None:
    """Each cluster of ink to the nearest anchor in whose likeliest places it stands."""
    for mark in ink:
        near = [
            (_away(anchor, mark, rank), number, rank)
            for number, anchor in enumerate(anchors)
            for rank, zone in enumerate(anchor.zones)
            if _inside(zone, mark)
        ]
        if near:
            _, number, rank = min(near)
            anchors[number].ink.append(mark)
            anchors[number].rank = max(rank, anchors[number].rank)


def _inside(zone: Box, mark: Mark) -> bool:
    x, y = mark.at.middle
    if zone.left <= x <= zone.right and zone.top <= y <= zone.bottom:
        return True
    return mark.at.overlap(zone) > 0.45


def _away(anchor: Anchor, mark: Mark, rank: int) -> float:
    at = anchor.hit.at
    x = max(0.0, mark.at.left - at.right, at.left - mark.at.right)
    y = abs(mark.at.middle[1] - at.middle[1])
    copied = anchor.spec.kind is MarkKind.HANDWRITING
    short = mark.kind is MarkKind.SIGNATURE and mark.at.width < 0.25
    wrong = (0.3 if copied and short else 0.0) + (0.3 if not copied and mark.at.width > 0.5 else 0.0)
    return x + 2.0 * y + wrong + 0.05 * rank


def _reach_down(anchors: Sequence[Anchor], ink: Sequence[Mark], sheet: Sheet) -> None:
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


# --- what came of an anchor -----------------------------------------------------------------------


def _written(
    anchor: Anchor, everyone: Sequence[Anchor], spare: Sequence[Mark], sheet: Sheet, near: Neighbours, ref: PageRef
) -> DocumentMark:
    spec, hit = anchor.spec, anchor.hit
    if anchor.ink:
        return _inked(anchor, sheet, ref)
    span = _text_in_zone(anchor, sheet, near)
    plain = spec.kind is MarkKind.HANDWRITING or blank(span) or find_dates(span.text) or _is_hint(span.text)
    place = anchor.zones[0] if not any(w.flat for w in sheet.page.words[:1]) else None
    if len(anchor.zones) > 1 and place is not None and anchor.hit.unit.cell is not None:
        place = place.union(anchor.zones[1])
    box = union([b for b in (hit.box, place if plain else span.box) if b])
    state, sure = MarkState.ABSENT, 0.95 * hit.factor
    if not plain or not anchor.sure or _ink_about(anchor, everyone, spare, sheet):
        state, sure = MarkState.UNSURE, 0.6
    text = hit.span.text if plain else f"{hit.span.text} {span.text}"
    confidence = hit.span.confidence if plain else span.confidence
    evidence = Evidence(ref.file, ref.page, box, text, confidence, ref.sha256)
    return DocumentMark(spec.name, spec.kind, state, sure, evidence, "" if plain else span.text)


def _ink_about(anchor: Anchor, everyone: Sequence[Anchor], spare: Sequence[Mark], sheet: Sheet) -> bool:
    """Ink that belongs to nobody stands near, or ink in this very place was given to another from afar."""
    at = anchor.hit.at
    wide = Box(at.left - 8 * sheet.em, at.top - 5 * sheet.line_height, 1.0, at.bottom + 5 * sheet.line_height)
    if anchor.spec.kind is not MarkKind.HANDWRITING:
        wide = replace(wide, right=min(1.0, at.right + 26 * sheet.em))
    if any(_inside(wide, mark) for mark in spare):
        return True
    return any(
        _inside(zone, mark) and _away(anchor, mark, 0) < 1.2 * _away(other, mark, 0)
        for other in everyone if other is not anchor for mark in other.ink for zone in anchor.zones
    )  # fmt: skip


def _is_hint(text: str) -> bool:
    plain = text.strip()
    return plain[:1] in "(（[" and plain[-1:] in ")）]"


def _inked(anchor: Anchor, sheet: Sheet, ref: PageRef) -> DocumentMark:
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


def _text_in_zone(anchor: Anchor, sheet: Sheet, near: Neighbours) -> Span:
    """Typed text in the place of the signature, on the anchor's line."""
    hit = anchor.hit
    following = near.after(hit)
    inline = hit.unit.span(hit.end, following.start if following else len(hit.unit.text))
    reach = anchor.zones[0].right
    inline = Span(tuple((p, a, b) for p, a, b in inline.parts if p.x(a) < reach and not _LINE.match(p.text[a:b])))
    if inline and not blank(inline):
        return inline
    if hit.unit.cell is None:
        return Span()
    labels = {id(h.unit) for units in near.by_unit.values() for h in units}
    parts = [
        (piece, 0, len(piece.text)) for unit in sheet.units if id(unit) not in labels
        for piece in unit.pieces if any(_holds(zone, piece) for zone in anchor.zones)
    ]  # fmt: skip
    return Span(tuple(parts))


def _holds(zone: Box, piece: Piece) -> bool:
    x, y = piece.at.middle
    return zone.left <= x <= zone.right and zone.top <= y <= zone.bottom


def _without_doubles(found: Sequence[tuple[Anchor, DocumentMark]]) -> list[DocumentMark]:
    """A heading that names a signature is no second place for it: what is not sure gives way to what is."""
    signed = {mark.name for _, mark in found if mark.state is MarkState.PRESENT}
    return [mark for anchor, mark in found
            if mark.state is MarkState.PRESENT or anchor.sure or mark.name not in signed]  # fmt: skip


# --- sentences written by hand --------------------------------------------------------------------


def _prompts(sheet: Sheet, hits: Sequence[Hit], form: Form) -> list[Anchor]:
    """Words amid a text that ask for a sentence in the customer's own hand."""
    spec = form.anchors.copied
    found: list[Anchor] = []
    if spec is None:
        return found
    for unit in sheet.units:
        for number, piece in enumerate(unit.pieces):
            if form.anchors.copied_prompt(piece.text) and not _is_ink(piece, sheet.ink):
                start = unit.starts[number]
                end = start + len(piece.text)
                hit = Hit(sheet, unit, start, end, end, piece.text, form.asks(spec), True)
                zone = _below(sheet, piece.at, hits)
                if unit.cell is not None:
                    zone = replace(zone, bottom=max(min(zone.bottom, unit.cell.bottom), piece.at.bottom))
                found.append(Anchor(hit, spec, [zone], True))
    return found


def _one_copied(anchors: Sequence[Anchor]) -> list[Anchor]:
    """A heading and its prompt ask for one sentence: of places that overlap the last one counts."""
    kept: list[Anchor] = []
    for anchor in sorted(anchors, key=lambda a: a.hit.at.top):
        while kept and anchor.hit.at.top - kept[-1].hit.at.bottom < 6 * anchor.hit.at.height and _open(kept[-1], anchor):
            kept.pop()
        kept.append(anchor)
    return kept


def _open(before: Anchor, after: Anchor) -> bool:
    """Nothing was written between the two prompts."""
    top, bottom = before.hit.at.bottom, after.hit.at.top
    marks = before.hit.sheet.ink
    return not any(top < m.at.middle[1] < bottom for m in marks)


def _copied_unasked(
    spare: Sequence[Mark], found: Sequence[DocumentMark], form: Form, ref: PageRef
) -> list[DocumentMark]:
    """Handwriting that reads as the sentence itself, whatever asked for it."""
    spec = form.anchors.copied
    if spec is None or not spec.sample or any(m.name == spec.name and m.state is MarkState.PRESENT for m in found):
        return []
    sample = fold(spec.sample)
    alike = [m for m in spare if len(m.text) >= 10 and fuzz.partial_ratio(fold(m.text), sample) >= 65]
    if not alike:
        return []
    box = union([m.box for m in alike])
    sure = max(m.confidence for m in alike)
    text = " ".join(m.text for m in alike)
    evidence = Evidence(ref.file, ref.page, box, text, sure, ref.sha256)
    return [DocumentMark(spec.name, spec.kind, MarkState.PRESENT, sure, evidence, text)]
