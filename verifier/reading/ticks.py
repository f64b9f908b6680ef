"""Which boxes stand on the page, and which of them are ticked?

Drawn squares are found by their four sides; glyphs (□ ☑ √) come with the words. A box that a word
covers is a box only if the word says so: 口, 日, 国 are squares too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from verifier.reading.ink import Ink, Mask

EMPTY_GLYPHS = frozenset("□☐◻▢▯囗")
TICKED_GLYPHS = frozenset("☑☒✓✔√■☛⊠")
MOUTH = "口"
MOUTH_BEFORE = frozenset("户人出入进窗门接港胃伤切开亲胸领袖瓶缺关路裂借渡岔海河江疮随糊松改住")
MOUTH_AFTER = frozenset("头腔径服述令号语岸罩吃味红才供若碑琴哨子角感")
INK_EMPTY, INK_TICKED = 0.05, 0.09  # share of the inside that carries ink


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of a word with its place in working pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float
    before: str = ""
    after: str = ""

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class TickFound:
    """A box in working pixels; `ticked` None when it cannot be said."""

    left: int
    top: int
    right: int
    bottom: int
    ticked: bool | None
    confidence: float


def find_ticks(ink: Ink, cells: Sequence[Cell], seal_mask: Mask) -> list[TickFound]:
    """All boxes: drawn squares, then glyphs that no drawn square explains."""
    found = []
    for square in _squares(ink):
        said = _said(square, cells)
        if said is False:
            continue
        found.append(_judged(ink, square, seal_mask, said))
    for cell in cells:
        x, y = cell.middle
        if any(tick.left - 2 <= x <= tick.right + 2 and tick.top - 2 <= y <= tick.bottom + 2 for tick in found):
            continue
        if cell.text in TICKED_GLYPHS:
            found.append(TickFound(int(cell.left), int(cell.top), int(cell.right) + 1, int(cell.bottom) + 1, True,
                                   min(0.95, cell.confidence)))  # fmt: skip
        elif cell.text in EMPTY_GLYPHS:
            found.append(_judged(ink, _inner_square(cell), seal_mask, None))
    return found


def is_mouth(cell: Cell) -> bool:
    """The character 口 of a word (户口, 口头), not a box that was read as 口."""
    return cell.text == MOUTH and (cell.before in MOUTH_BEFORE or cell.after in MOUTH_AFTER)


def _inner_square(cell: Cell) -> tuple[int, int, int, int]:
    """The square that a glyph □ draws in its cell."""
    side = min(cell.right - cell.left, cell.bottom - cell.top)
    x, y = cell.middle
    return int(x - side / 2), int(y - side / 2), int(x + side / 2) + 1, int(y + side / 2) + 1


def _squares(ink: Ink) -> list[tuple[int, int, int, int]]:
    """Closed squares of about a character's size, by pairs of level and upright strokes."""
    least, most = max(6, int(0.42 * ink.em)), int(1.9 * ink.em)
    dark = cv2.bitwise_or(ink.dark, ink.red)
    level = _strokes(dark, least, most, horizontal=True)
    upright = _strokes(dark, least, most, horizontal=False)
    slack = max(2.0, 0.13 * ink.em)
    found: list[tuple[int, int, int, int]] = []
    by_left: dict[int, list[tuple[int, int, int, int]]] = {}
    bucket = max(4, int(slack * 2))
    for line in level:
        by_left.setdefault(line[0] // bucket, []).append(line)
    for top in level:
        near = [line for key in (top[0] // bucket - 1, top[0] // bucket, top[0] // bucket + 1) for line in by_left.get(key, [])]
        for bottom in near:
            side = bottom[1] - top[1]
            width = max(top[2], bottom[2]) - min(top[0], bottom[0])
            if not least <= side <= most or abs(top[0] - bottom[0]) > slack or abs(top[2] - bottom[2]) > slack:
                continue
            if not 0.72 <= side / max(width, 1) <= 1.4:
                continue
            square = (min(top[0], bottom[0]), top[1], max(top[2], bottom[2]), bottom[3])
            if _has_sides(square, upright, slack) and not any(_same(square, other, slack) for other in found):
                found.append(square)
    return found


def _strokes(dark: Mask, least: int, most: int, *, horizontal: bool) -> list[tuple[int, int, int, int]]:
    shape = (1, least) if horizontal else (least, 1)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 3) if horizontal else (3, 1), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
    count, _, table, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    found = []
    for left, top, width, height, _ in table[1:count].tolist():
        length, across = (width, height) if horizontal else (height, width)
        if length <= most * 1.15 and across <= max(4, 0.3 * least):
            found.append((left, top, left + width, top + height))
    return found


def _has_sides(square: tuple[int, int, int, int], upright: Sequence[tuple[int, int, int, int]], slack: float) -> bool:
    left, top, right, bottom = square
    sides = [False, False]
    for line in upright:
        spans = min(line[3], bottom) - max(line[1], top) >= 0.7 * (bottom - top)
        inside = line[1] >= top - 2.5 * slack and line[3] <= bottom + 2.5 * slack
        if spans and inside:
            sides[0] |= abs(line[0] - left) <= slack
            sides[1] |= abs(line[2] - right) <= slack
    return all(sides)


def _same(one: tuple[int, int, int, int], other: tuple[int, int, int, int], slack: float) -> bool:
    return all(abs(a - b) <= 2 * slack for a, b in zip(one, other, strict=True))


def _said(square: tuple[int, int, int, int], cells: Sequence[Cell]) -> bool | str | None:
    """What the words say of this place: False, it is a character; True or None, a box; the ticked glyph."""
    left, top, right, bottom = square
    side = right - left
    for cell in cells:
        x, y = cell.middle
        if not (left - 0.3 * side <= x <= right + 0.3 * side and top - 0.3 * side <= y <= bottom + 0.3 * side):
            continue
        if cell.text in TICKED_GLYPHS:
            return cell.text
        if cell.text in EMPTY_GLYPHS:
            return True
        if cell.text == MOUTH:
            return not is_mouth(cell)
        if cell.confidence >= 0.8 and not cell.text.isspace():
            return False
    return None


def _judged(ink: Ink, square: tuple[int, int, int, int], seal_mask: Mask, said: bool | str | None) -> TickFound:
    left, top, right, bottom = square
    margin = max(2, round(0.17 * (right - left)))
    inside = (slice(max(top + margin, 0), bottom - margin), slice(max(left + margin, 0), right - margin))
    dark = cv2.bitwise_or(ink.dark[inside], cv2.bitwise_and(ink.red[inside], cv2.bitwise_not(seal_mask[inside])))
    share = float((dark > 0).mean()) if dark.size else 0.0
    if isinstance(said, str) and said != "■":
        share = max(share, INK_TICKED + 0.1)
    ticked = True if share >= INK_TICKED else False if share <= INK_EMPTY else None
    sure = min(1.0, abs(share - (INK_EMPTY + INK_TICKED) / 2) / 0.07)
    return TickFound(left, top, right, bottom, ticked, round(0.5 + 0.48 * sure, 3))
