"""Where does each character of the words stand, and may it be a box?

An engine reads a box as □, ☑ or 口, and a box with a tick as many things; of a text layer the places are
exact. What is near a place is asked thousands of times a page, so the sides are kept as arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verifier.reading.ink import Ink
from verifier.reading.piece import Piece

EMPTY_GLYPHS = frozenset("□☐◻▢▯囗")
TICKED_GLYPHS = frozenset("☑☒✓✔√■☛⊠")
MOUTH = "口"
MOUTH_BEFORE = frozenset("户人出入进窗门接港胃伤切开亲胸领袖瓶缺关路裂借渡岔海河江疮随糊松改住家")
MOUTH_AFTER = frozenset("头腔径服述令号语岸罩吃味红才供若碑琴哨子角感之")
BESIDE_BOX = frozenset("是否有无男女未已")
MISREAD = frozenset("区回囚凶囱図图网因四团VvUuMmNnYyXxKkWwAZzDOoO0LIJQB曰日口目冈贝")


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
    printed: bool = False  # of a text layer: its place is exact

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Cells:
    """All characters of a page; `sides` has a row left, top, right, bottom for each."""

    all: tuple[Cell, ...]
    sides: NDArray[Any]

    def near(self, x: float, y: float, aside: float = 0.0, above: float = 0.0) -> Iterator[Cell]:
        """Those that hold the place, or have it within so many pixels of their sides."""
        left, top, right, bottom = self.sides
        held = (left - aside <= x) & (x <= right + aside) & (top - above <= y) & (y <= bottom + above)
        return (self.all[place] for place in np.flatnonzero(held))


def cells_of(ink: Ink, pieces: Sequence[Piece]) -> Cells:
    """Every character of the words with its place in working pixels."""
    cells = [cell for piece in pieces for cell in _cells_of(ink, piece)]
    sides = np.array([(cell.left, cell.top, cell.right, cell.bottom) for cell in cells], np.float64)
    return Cells(tuple(cells), sides.reshape(-1, 4).T)


def _cells_of(ink: Ink, piece: Piece) -> Iterator[Cell]:
    left, top, right, bottom = (value * ink.scale for value in piece.bounds)
    text = piece.text
    if min(right - left, bottom - top) > 3.5 * ink.em and len(text) > 1:
        return  # a watermark across the page
    if len(piece.spans) != len(text):  # on end: its characters cannot be told apart, but they are characters
        yield Cell(text if len(text) == 1 else "…", left, top, right, bottom, piece.confidence)
        return
    for place, (start, end) in enumerate(piece.spans):
        yield Cell(
            text[place],
            left + start * (right - left),
            top,
            left + end * (right - left),
            bottom,
            piece.sure[place] if place < len(piece.sure) else piece.confidence,
            text[place - 1] if place else "",
            text[place + 1] if place + 1 < len(text) else "",
            piece.printed,
        )


def is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def is_mouth(cell: Cell) -> bool:
    """The character 口 of a word (户口, 口头, 四口之家), not a box that was read or typed as 口."""
    if cell.text != MOUTH:
        return False
    if cell.before in BESIDE_BOX or cell.after in BESIDE_BOX:
        return False
    if cell.before in MOUTH_BEFORE or cell.after in MOUTH_AFTER:
        return True
    return is_han(cell.before) and is_han(cell.after)


def may_be_box(cell: Cell) -> bool:
    """A ticked box is read as one of these; then 是, 否, 有, 无 stand beside it and no other words."""
    beside = (cell.before in BESIDE_BOX) + (cell.after in BESIDE_BOX)
    foreign = any(is_han(side) and side not in BESIDE_BOX for side in (cell.before, cell.after))
    return cell.text in MISREAD and beside > 0 and not foreign


def said_of(square: tuple[int, int, int, int], cells: Cells) -> bool | str | None:
    """What the words say of this place: False, it is (part of) a character; True or None, a box; the
    glyph of a ticked box."""
    left, top, right, bottom = square
    slack = 0.15 * (right - left)
    for cell in cells.near((left + right) / 2, (top + bottom) / 2, slack, slack):
        if cell.text.isspace():
            continue
        if cell.text in TICKED_GLYPHS:
            return cell.text
        if cell.text in EMPTY_GLYPHS:
            return True
        if cell.text == MOUTH:
            return not is_mouth(cell)
        if cell.confidence >= 0.8 and not may_be_box(cell):
            return False
    return None
