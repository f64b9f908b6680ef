"""Where may the ink stand that a form asks for? Beside the words, in the next cell, under a head, or over a caption."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from verifier.documents.anchors import is_sign_head
from verifier.documents.forms import Form
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Piece
from verifier.documents.places import Neighbours
from verifier.model import Box, Mark, MarkKind
from verifier.packs.document_type import MarkSpec

WRITTEN = (MarkKind.SIGNATURE, MarkKind.HANDWRITING)
LINE = re.compile(r"^[_＿—\-.…·]{4,}$")


@dataclass
class Anchor:
    """Words that ask for ink, with the places where it may stand, the likeliest first."""

    hit: Hit
    spec: MarkSpec
    zones: list[Box]
    sure: bool  # is the place of the ink shown by a cell, a line or a colon?
    ink: list[Mark] = field(default_factory=list)
    rank: int = 0


def signers(sheet: Sheet, hits: Sequence[Hit], form: Form) -> list[Hit]:
    """Persons named alone in the rows of a table whose head asks for signatures (签署人 | 签名)."""
    heads = [u.cell for u in sheet.units if u.cell is not None and is_sign_head(u.text)]
    known = {h.unit.number for h in hits if any(m.mark is not None for m in h.meanings)}
    found = []
    for unit in sheet.units if heads else ():
        cell, spec = unit.cell, form.anchors.role(unit.text)
        if cell is None or spec is None or unit.number in known:
            continue
        if any(head.bottom <= cell.middle[1] and head.left >= cell.right - 0.005 for head in heads):
            length = len(unit.text)
            found.append(Hit(sheet, unit, 0, length, length, unit.text, form.asks(spec), False, page_hits=list(hits)))
    return found


def anchors_of(sheet: Sheet, hits: Sequence[Hit], near: Neighbours) -> list[Anchor]:
    found = []
    for hit in hits:
        spec = next((m.mark for m in hit.meanings if m.mark is not None and m.mark.kind in WRITTEN), None)
        if spec is None or (hit.targets and not hit.colon and not hit.whole):
            continue
        if spec.zone == "below":
            found.append(Anchor(hit, spec, [below(sheet, hit.at, hits)], True))
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
    above = max([h.at.bottom for h in hits if h.at.bottom <= at.top and over(h.at, at.left, right)], default=0.0)
    under = min([h.at.top for h in hits if h.at.top >= at.bottom and over(h.at, at.left, right)], default=1.0)
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


def over(box: Box, left: float, right: float) -> bool:
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


def below(sheet: Sheet, at: Box, hits: Sequence[Hit]) -> Box:
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


def captions(anchors: Sequence[Anchor], ink: Sequence[Mark], sheet: Sheet) -> bool:
    """Are the anchors of this page printed under the lines that are signed?"""
    free = [a for a in anchors if a.hit.unit.cell is None and not a.hit.colon]
    if not free:
        return False
    lined = sum(1 for a in free if _line_over(sheet, a.hit))
    if lined:
        return lined * 2 > len(free)
    over = sum(1 for a in free if any(inside(over_caption(a.hit, sheet), m) for m in ink))
    beside = sum(1 for a in free if any(inside(z, m) for z in a.zones for m in ink))
    return over > beside


def over_caption(hit: Hit, sheet: Sheet) -> Box:
    at = hit.at
    reach = max(at.width, 8 * sheet.em)
    middle = at.middle[0]
    top = at.top - 5 * sheet.line_height
    printed = [p.at.bottom for row in sheet.rows for p in row
               if top < p.at.middle[1] < at.top - 0.5 * at.height and over(p.at, at.left, at.right)
               and not is_ink(p, sheet.ink) and not LINE.match(p.text)]  # fmt: skip
    return Box(middle - reach, max([top, *printed]), middle + reach, at.bottom)


def _line_over(sheet: Sheet, hit: Hit) -> bool:
    """A ruling or a row of underscores right over the words, with free room over it."""
    at = hit.at
    for y, left, right in sheet.horizontals:
        if 0 <= at.top - y < 1.2 * at.height and left <= at.middle[0] <= right and right - left < 0.6:
            return True
    return any(
        LINE.match(p.text) and 0 <= at.top - p.at.middle[1] < 1.6 * at.height and over(p.at, at.left, at.right)
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
        LINE.match(p.text) and abs(p.at.middle[1] - hit.at.middle[1]) < hit.at.height and p.at.left > hit.at.left
        for row in sheet.rows for p in row
    )  # fmt: skip


def inside(zone: Box, mark: Mark) -> bool:
    x, y = mark.at.middle
    if zone.left <= x <= zone.right and zone.top <= y <= zone.bottom:
        return True
    return mark.at.overlap(zone) > 0.45


def is_ink(piece: Piece, ink: Sequence[Mark]) -> bool:
    return any(piece.at.overlap(mark.at) > 0.5 for mark in ink)


def quoted(place: Box, hit: Hit) -> Box:
    """A place of the straightened page on the page as it is, by where its label stands on both."""
    at, box = hit.at, hit.box
    right, down = box.left - at.left, box.middle[1] - at.middle[1]
    left, top = max(0.0, place.left + right), max(0.0, place.top + down)
    return Box(left, top, max(left, min(1.0, place.right + right)), max(top, min(1.0, place.bottom + down)))
