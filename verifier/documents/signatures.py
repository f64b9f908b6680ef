"""Whose is the ink? Ties signatures and written sentences to the printed words that ask for them.

Ink may stand behind its words, in the next cell, under them, or over them where they are the caption of a
line. Which it is shows in the page: in its cells and lines, and in where its ink stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.documents.forms import Form
from verifier.documents.handwritten import copied_unasked, is_date_ink, one_copied, prompts
from verifier.documents.ink_places import (
    LINE,
    WRITTEN,
    Anchor,
    anchors_of,
    captions,
    inside,
    is_ink,
    over,
    over_caption,
    quoted,
    signers,
)
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Piece, Span, union
from verifier.documents.places import Neighbours, blank
from verifier.model import Box, DocumentMark, Evidence, Mark, MarkKind, MarkState, PageRef
from verifier.values.dates import find_dates


def read_written(sheet: Sheet, hits: Sequence[Hit], form: Form, near: Neighbours, ref: PageRef) -> list[DocumentMark]:
    """The signatures and written sentences of a page, each place once."""
    ink = [m for m in sheet.page.marks if m.kind in WRITTEN and not is_date_ink(m, sheet, hits)]
    anchors = anchors_of(sheet, [*hits, *signers(sheet, hits, form)], near)
    copied = [a for a in anchors if a.spec.kind is MarkKind.HANDWRITING] + prompts(sheet, hits, form)
    signed = [a for a in anchors if a.spec.kind is not MarkKind.HANDWRITING]
    if captions(signed, ink, sheet):
        for anchor in signed:
            if anchor.hit.unit.cell is None:
                anchor.zones = [over_caption(anchor.hit, sheet)]
    everyone = signed + one_copied(copied)
    ink = [part for mark in ink for part in _parted(mark, everyone, sheet)]
    _assign(everyone, ink)
    _reach_down(everyone, ink, sheet)
    taken = {id(m) for a in everyone for m in a.ink}
    spare = [m for m in ink if id(m) not in taken]
    found = [_written(anchor, everyone, spare, sheet, near, ref) for anchor in everyone]
    found = _without_doubles([(a, m) for a, m in zip(everyone, found, strict=True)])
    return found + copied_unasked(spare, found, form, ref)


# --- ink to anchors -------------------------------------------------------------------------------


def _assign(anchors: Sequence[Anchor], ink: Sequence[Mark]) -> None:
    """Each cluster of ink to the nearest anchor in whose likeliest places it stands."""
    for mark in ink:
        near = [
            (_away(anchor, mark, rank), number, rank)
            for number, anchor in enumerate(anchors)
            for rank, zone in enumerate(anchor.zones)
            if inside(zone, mark)
        ]
        if near:
            _, number, rank = min(near)
            anchors[number].ink.append(mark)
            anchors[number].rank = max(rank, anchors[number].rank)


def _parted(mark: Mark, anchors: Sequence[Anchor], sheet: Sheet) -> list[Mark]:
    """Ink that runs through the places of several anchors, a signature into the one below it: the part in each
    place, where something was read in it that is no date."""
    over = [a for a in anchors if a.spec.kind is MarkKind.SIGNATURE and _crosses(mark.at, a.zones[0], sheet)]
    if len(over) < 2 or mark.at.height < 3 * sheet.line_height:
        return [mark]
    parts = []
    for anchor in over:
        read = [
            p for row in sheet.rows for p in row
            if p.at.overlap(mark.at) > 0.4 and _holds(anchor.zones[0], p) and p.at.left > anchor.hit.at.right - sheet.em
            and not set(p.text) <= set("0123456789年月日 ") and p.at.height > anchor.hit.at.height
        ]  # fmt: skip
        if read:
            box, flat = union([p.box for p in read]), union([p.at for p in read])
            assert box is not None
            text = "".join(p.raw for p in read)
            parts.append(replace(mark, box=box, flat=flat if mark.flat else None, text=text, picture_hash=""))
    return parts if len(parts) > 1 else [mark]


def _crosses(ink: Box, zone: Box, sheet: Sheet) -> bool:
    wide = min(ink.right, zone.right) - max(ink.left, zone.left)
    high = min(ink.bottom, zone.bottom) - max(ink.top, zone.top)
    return wide > 2 * sheet.em and high > 1.2 * sheet.line_height


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
                 if p.at.top > at.bottom and over(p.at, at.left, at.right) and not is_ink(p, ink)]  # fmt: skip
        floor = min([*under, at.bottom + 5 * sheet.line_height])
        zone = Box(at.left - 2 * sheet.em, at.bottom - 0.5 * at.height, at.right + 14 * sheet.em, floor)
        found = [
            m for m in ink
            if id(m) not in taken and zone.left <= m.at.left <= zone.right and zone.top <= m.at.middle[1] <= zone.bottom
        ]  # fmt: skip
        anchor.ink += found
        taken.update(id(m) for m in found)


# --- what came of an anchor -----------------------------------------------------------------------


def _written(
    anchor: Anchor, everyone: Sequence[Anchor], spare: Sequence[Mark], sheet: Sheet, near: Neighbours, ref: PageRef
) -> DocumentMark:
    spec, hit = anchor.spec, anchor.hit
    if anchor.ink:
        return _inked(anchor, sheet, ref)
    span = _text_in_zone(anchor, sheet, near)
    plain = spec.kind is MarkKind.HANDWRITING or blank(span) or find_dates(span.text) or _is_hint(span.text)
    place = anchor.zones[0]
    if len(anchor.zones) > 1 and anchor.hit.unit.cell is not None:
        place = place.union(anchor.zones[1])
    place = quoted(place, hit)
    box = union([b for b in (hit.box, place if plain else span.box) if b])
    state, sure = MarkState.ABSENT, 0.95 * hit.factor
    if not plain or not anchor.sure or _ink_about(anchor, everyone, spare, sheet) or not sheet.is_bare(anchor.zones[0]):
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
    if any(inside(wide, mark) for mark in spare):
        return True
    if any(mark.at.overlap(at) > 0.5 for mark in sheet.ink):  # a smear over the words themselves
        return True
    return any(
        inside(zone, mark) and _away(anchor, mark, 0) < 1.2 * _away(other, mark, 0)
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
    sure = [m for m in marks if m.state is MarkState.PRESENT and not _smear(m, anchor)]
    state = MarkState.PRESENT if sure else MarkState.UNSURE
    box = union([m.box for m in marks])
    words = _words_under(sheet, marks, anchor.hit)
    text = " ".join(m.text for m in marks if m.text) or "".join(word.raw for word in words)
    confidence = max((m.confidence for m in sure or marks), default=0.5)
    first = max(sure or marks, key=lambda m: m.box.width * m.box.height)
    # that somebody wrote there may be sure where what he wrote is not: the evidence tells how well it was read
    well_read = min((word.confidence for word in words), default=confidence)
    evidence = Evidence(ref.file, ref.page, box, anchor.hit.span.text, min(confidence, well_read), ref.sha256)
    return DocumentMark(spec.name, spec.kind, state, confidence, evidence, text, first.picture_hash, first.colour)


def _smear(mark: Mark, anchor: Anchor) -> bool:
    """Ink over several labels is a bad copy's print, not a signature."""
    over = [h for h in anchor.hit.page_hits if mark.at.overlap(h.at) > 0.6]
    return len(over) >= 3 or (len(over) == 2 and mark.at.height > 4 * anchor.hit.at.height)


def _first_cluster(marks: list[Mark], sheet: Sheet) -> list[Mark]:
    """The ink next to the anchor; a date written farther to the right is not the signature."""
    kept = [marks[0]]
    for mark in marks[1:]:
        if mark.at.left - max(m.at.right for m in kept) > 2.0 * sheet.em:
            break
        kept.append(mark)
    return kept


def _words_under(sheet: Sheet, marks: Sequence[Mark], hit: Hit) -> list[Piece]:
    """What OCR read in the ink."""
    own = {id(piece) for piece, _, _ in hit.span.parts}
    return [
        piece for row in sheet.rows for piece in row
        if id(piece) not in own and any(piece.at.overlap(mark.at) > 0.5 for mark in marks)
    ]  # fmt: skip


def _text_in_zone(anchor: Anchor, sheet: Sheet, near: Neighbours) -> Span:
    """Typed text in the place of the signature, on the anchor's line."""
    hit = anchor.hit
    following = near.after(hit)
    inline = hit.unit.span(hit.end, following.start if following else len(hit.unit.text))
    reach = anchor.zones[0].right
    inline = Span(tuple((p, a, b) for p, a, b in inline.parts if p.x(a) < reach and not LINE.match(p.text[a:b])))
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
