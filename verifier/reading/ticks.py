"""Which boxes stand on the page, and which of them are ticked?

Drawn squares are found by their four sides, round buttons by their outline; glyphs (□ ☑ √) come with
the words. A box that a word covers is a box only if the word says so: 口, 日, 国 are squares too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from verifier.reading.cells import (
    EMPTY_GLYPHS,
    MISREAD,
    MOUTH,
    TICKED_GLYPHS,
    Cell,
    Cells,
    is_mouth,
    may_be_box,
    said_of,
)
from verifier.reading.frames import Frame, find_frames
from verifier.reading.ink import Ink, Mask, outlines_of
from verifier.reading.rings import FULL, Ring, find_rings, in_company
from verifier.reading.squares import Square, has_stroke, inside_share, is_alone, is_by_pen, is_drawn, solid_squares

SQUARE = frozenset("口日目田国回图因四园圆固困团囚曰旦巴由甲申白自百面且酉首西皿血月用冈网周车圈围贝见囗")
RINGS = frozenset("○◯〇◌oO0QD。")
DISCS = frozenset("●◉◎⊙⦿•◐@©")
NO_TYPE = EMPTY_GLYPHS | TICKED_GLYPHS | RINGS | DISCS | frozenset(" ")
INK_EMPTY, INK_TICKED = 0.04, 0.08  # share of the inside that carries ink
DOT_EMPTY, DOT_TICKED = 0.05, 0.12  # the same for round buttons


@dataclass(frozen=True, slots=True)
class TickFound:
    """A box in working pixels; `ticked` None when it cannot be said."""

    left: int
    top: int
    right: int
    bottom: int
    ticked: bool | None
    confidence: float
    said: bool = False  # the words say that it is a box, or its frame is too exact for a hand


def find_ticks(ink: Ink, cells: Cells, seal_mask: Mask) -> list[TickFound]:
    """All boxes: drawn squares, then glyphs that no drawn square explains."""
    outlines = outlines_of(ink.dark)
    circles = find_rings(ink, outlines)
    frames = [frame for frame in find_frames(ink, _surely_read(ink, cells)) if not _in_a_disc(frame, circles)]
    found = [tick for frame in frames if (tick := _as_box(ink, frame, cells, seal_mask)) is not None]
    for square in solid_squares(ink):
        drawn = is_drawn(ink, square) and is_alone(ink, square) and not _is_character(square, cells, ink)
        if said_of(square, cells) is False and not drawn:
            continue
        if not _under_seal(square, seal_mask) and not any(_touch(square, tick) for tick in found):
            found.append(TickFound(*square, True, 0.9, True))
    rings = _round(ink, circles, cells, seal_mask)
    found += [tick for tick in rings if not any(_touch(_sides(tick), other) for other in found)]
    return found + _glyphs(ink, cells, seal_mask, found)


def _surely_read(ink: Ink, cells: Cells) -> Mask:
    """The middles of the characters that are surely read and are none that a box is taken for."""
    mask = np.zeros_like(ink.dark)
    for cell in cells.all:
        least = 0.8 if cell.text in MISREAD else 0.5
        if cell.confidence < least or may_be_box(cell) or cell.text in NO_TYPE:
            continue
        if cell.text == MOUTH and not is_mouth(cell):
            continue
        room = 0.0 if cell.printed else 0.45 * (cell.right - cell.left)
        before, after = room * (not cell.before), room * (not cell.after)  # beside a box a place is stretched
        box = cell.left + before, cell.top, cell.right - after, cell.bottom
        left, top, right, bottom = (round(side) for side in box)
        cv2.rectangle(mask, (left, top), (right, bottom), 255, -1)
    return mask


def _as_box(ink: Ink, frame: Frame, cells: Cells, seal_mask: Mask) -> TickFound | None:
    """A drawn square judged, unless it is part of a character."""
    square = frame.square
    said = said_of(square, cells)
    drawn = is_alone(ink, square) and is_drawn(ink, square)
    if (
        said is False
        and (drawn or frame.company)
        and _at_an_end(square, cells)
        and not _is_character(square, cells, ink)
    ):
        said = None  # an engine stretched its first character over the box
    if said is False or (said is None and not frame.company and _under_seal(square, seal_mask)):
        return None
    tick = _judged(ink, square, seal_mask, said)
    if said is None and not (drawn or frame.company) and tick.ticked is not False:
        return None  # 日 of a character that no engine placed here
    exact = drawn and tick.ticked is False and not is_by_pen(ink, square)
    return replace(tick, said=tick.said or frame.company or exact)


def _glyphs(ink: Ink, cells: Cells, seal_mask: Mask, known: Sequence[TickFound]) -> list[TickFound]:
    """Boxes that the words have as characters, where no box is known."""
    found: list[TickFound] = []
    for cell in cells.all:
        if cell.text not in EMPTY_GLYPHS | TICKED_GLYPHS:
            continue
        x, y = cell.middle
        if any(t.left - 2 <= x <= t.right + 2 and t.top - 2 <= y <= t.bottom + 2 for t in [*known, *found]):
            continue
        if is_phantom(ink, cell):
            continue
        if cell.text in EMPTY_GLYPHS:
            found.append(_judged(ink, _inner_square(cell), seal_mask, True))
        else:
            sides = int(cell.left), int(cell.top), int(cell.right) + 1, int(cell.bottom) + 1
            found.append(TickFound(*sides, True, min(0.95, cell.confidence), True))
    return found


def is_phantom(ink: Ink, cell: Cell) -> bool:
    """A box that an engine read where the paper is bare, between two options."""
    x, _ = cell.middle
    half = min(cell.right - cell.left, 0.8 * (cell.bottom - cell.top)) / 2
    cut = ink.dark[max(int(cell.top), 0) : int(cell.bottom) + 1, max(int(x - half), 0) : int(x + half) + 1]
    return not cut.size or cv2.countNonZero(cut) < 0.02 * cut.size


def _sides(tick: TickFound) -> Square:
    return tick.left, tick.top, tick.right, tick.bottom


def _in_a_disc(frame: Frame, rings: Sequence[Ring]) -> bool:
    """A square fits into every disc."""
    left, top, right, bottom = frame.square
    return any(
        ring.filled >= FULL
        and abs(ring.x - (left + right) / 2) < 0.4 * ring.radius
        and abs(ring.y - (top + bottom) / 2) < 0.4 * ring.radius
        and right - left < 1.6 * ring.radius
        for ring in rings
    )


def _round(ink: Ink, circles: Sequence[Ring], cells: Cells, seal_mask: Mask) -> list[TickFound]:
    """Round buttons: said by the words or in company, and no letter or digit of a word."""
    rings = sorted(circles, key=lambda ring: -ring.radius)
    found: list[TickFound] = []
    for ring in rings:
        if any(_touch(ring.square, tick) for tick in found):
            continue  # the inner ring of ◎
        cell = next(cells.near(ring.x, ring.y), None)
        if _under_seal(ring.square, seal_mask) or (cell is not None and _is_letter(cell)):
            continue
        said = cell is not None and cell.text in "○◯〇◉◎⊙" and ring.filled < FULL
        if not said and not in_company(ring, rings, ink.em):
            continue
        ticked = True if ring.filled >= DOT_TICKED else False if ring.filled <= DOT_EMPTY else None
        found.append(TickFound(*ring.square, ticked, 0.6 if ticked is None else 0.92, True))
    return found


def _is_letter(cell: Cell) -> bool:
    """A character of a word: anything that is no sign of a button, or stands among letters and figures."""
    if cell.text in EMPTY_GLYPHS | TICKED_GLYPHS | DISCS | RINGS or cell.confidence < 0.6:
        return any(
            (side.isascii() and side.isalnum()) or side in (".", ",") for side in (cell.before, cell.after) if side
        )
    return cell.confidence >= 0.8 and not may_be_box(cell)


def _is_character(square: Square, cells: Cells, ink: Ink) -> bool:
    """The square is one of those that characters hold, or smaller than any box beside this print."""
    left, top, right, bottom = square
    x, y = (left + right) / 2, (top + bottom) / 2
    if min(right - left, bottom - top) < 0.6 * ink.em:
        return True
    return any(cell.printed or cell.text in SQUARE for cell in cells.near(x, y, aside=3))


def _at_an_end(square: Square, cells: Cells) -> bool:
    """Only a word's first character holds the place, or the outer half of its last."""
    left, top, right, bottom = square
    x, slack = (left + right) / 2, 0.15 * (right - left)
    return all(
        not cell.before or (not cell.after and x > cell.middle[0])
        for cell in cells.near(x, (top + bottom) / 2, slack, slack)
    )


def _under_seal(square: Square, seal_mask: Mask) -> bool:
    """A square character of a stamp."""
    left, top, right, bottom = square
    cut = seal_mask[max(top, 0) : bottom, max(left, 0) : right]
    return cut.size > 0 and cv2.countNonZero(cut) > 0.9 * cut.size


def _touch(square: Square, tick: TickFound) -> bool:
    left, top, right, bottom = square
    return left < tick.right and tick.left < right and top < tick.bottom and tick.top < bottom


def _inner_square(cell: Cell) -> Square:
    """The square that a glyph □ draws in its cell."""
    side = min(cell.right - cell.left, cell.bottom - cell.top)
    x, y = cell.middle
    return int(x - side / 2), int(y - side / 2), int(x + side / 2) + 1, int(y + side / 2) + 1


def _judged(ink: Ink, square: Square, seal_mask: Mask, said: bool | str | None) -> TickFound:
    share = inside_share(ink, square, seal_mask)
    if isinstance(said, str) and share > INK_EMPTY / 2:  # a word alone does not fill an empty box
        share = max(share, INK_TICKED + 0.1)
    ticked = True if share >= INK_TICKED else False if share <= INK_EMPTY else None
    if not ticked and has_stroke(ink, square):
        ticked, share = True, INK_TICKED + 0.03  # a pen fainter than the border
    elif ticked is False and inside_share(ink, square, seal_mask, 0.25) > INK_TICKED:
        ticked = None
    sure = min(1.0, abs(share - (INK_EMPTY + INK_TICKED) / 2) / 0.07)
    return TickFound(*square, ticked, round(0.5 + 0.48 * sure, 3), said is not None)
