"""How does a page of words and rulings fall into cells and lines?

A word that crosses a vertical ruling is cut there. What stands in one cell of a table is one Unit, however
many lines it has; outside tables every line is a Unit. Places are those of the straightened page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from verifier.documents.pieces import Piece, Unit
from verifier.documents.reprints import settled_words
from verifier.documents.rulings import NEAR, Ruling, merged, real_rules
from verifier.ink import InkMap, unpack
from verifier.model import Box, Mark, MarkKind, MarkState, Page, Word

_WORDS = re.compile(r"[\u3400-\u9fff]{2}")
_STAMPED = re.compile(r"^\d{4}[.\-/年]\d{1,2}[.\-/月]\d{1,2}日?$")
CELL_LINES = 4  # a frame with more lines than this is a frame, not a cell


@dataclass
class Sheet:
    """A page laid out. `units` in reading order: cells by their top, then lines."""

    page: Page
    units: list[Unit] = field(default_factory=list)
    rows: list[list[Piece]] = field(default_factory=list)  # the lines of the page, tables or not
    verticals: list[tuple[float, float, float]] = field(default_factory=list)  # x, top, bottom
    horizontals: list[tuple[float, float, float]] = field(default_factory=list)  # y, left, right
    cells: dict[tuple[int, ...], Unit] = field(default_factory=dict)
    title: frozenset[int] = frozenset()  # ids of the pieces of the paper's title, which are no labels

    @cached_property
    def em(self) -> float:
        """The width of a Chinese character of the page's usual type."""
        return _usual([(piece.em, len(piece.text)) for row in self.rows for piece in row], 0.02)

    @cached_property
    def line_height(self) -> float:
        return _usual([(piece.at.height, len(piece.text)) for row in self.rows for piece in row], 0.015)

    @cached_property
    def ticks(self) -> list[Mark]:
        """Boxes; and ink no bigger than a box in which no words were read, as a tick that runs over its box looks."""
        small = [
            replace(mark, kind=MarkKind.TICK, state=MarkState.UNSURE, confidence=max(0.85, mark.confidence * 0.9))
            for mark in self.ink
            if not _WORDS.search(mark.text)
            and mark.at.width < 2.2 * self.em
            and mark.at.height < 2.0 * self.line_height
        ]
        return [mark for mark in self.page.marks if mark.kind is MarkKind.TICK] + small

    @cached_property
    def ink(self) -> list[Mark]:
        return [m for m in self.page.marks if m.kind in (MarkKind.SIGNATURE, MarkKind.HANDWRITING)]

    @cached_property
    def unread(self) -> InkMap | None:
        """Ink that no word accounts for; None for a page without pixels."""
        pixels = unpack(self.page.ink)
        return None if pixels is None else pixels.without(word.at for word in self.page.words)

    def is_bare(self, place: Box) -> bool:
        """Whether the pixels show nothing there but what was read. A page without pixels is believed."""
        return self.unread is None or self.unread.is_blank(place)

    def cell_around(self, piece: Piece) -> Box | None:
        """The cell that a word stands in. A word wider than its cell was read over the boxes of its characters:
        it is the cell around them."""
        x, y = piece.at.middle
        cell = self.cell_at(x, y)
        if cell is None or cell.width >= 0.7 * piece.at.width:
            return cell
        return self.cell_at(x, y, piece.at) or cell

    def cell_at(self, x: float, y: float, over: Box | None = None) -> Box | None:
        """The cell of the table around a point; rulings within `over` part nothing."""
        sides = self._sides(x, y, over)
        if sides is None:
            return None
        left, right = sides
        above, below = -1.0, 2.0
        for at, start, end in self.horizontals:
            if (start <= left + 2 * NEAR and end >= right - 2 * NEAR) or _most_of(start, end, left, right):
                if at <= y and at > above:
                    above = at
                elif at > y and at < below:
                    below = at
        if above < 0 or below > 1:
            return None
        return Box(left, above, right, below)

    def _sides(self, x: float, y: float, over: Box | None = None) -> tuple[float, float] | None:
        """The rulings left and right of a point; where one is missing, the end of the row's lines."""
        standing = [rule[0] for rule in self.verticals if self._stands(rule, x, y)]
        if over is not None:
            standing = [at for at in standing if not over.left + NEAR < at < over.right - NEAR]
        left = max((at for at in standing if at <= x), default=None)
        right = min((at for at in standing if at > x), default=None)
        if left is not None and right is not None:
            return left, right
        if left is None and right is None:
            return None
        edges = self._open_side(x, y)
        if edges is None:
            return None
        return max(left or 0.0, edges[0]), min(right or 1.0, edges[1])

    def _stands(self, rule: Ruling, x: float, y: float) -> bool:
        """Does an upright ruling pass a height? It may end a little too early, but not at a line across."""
        at, top, bottom = rule
        if top <= y <= bottom:
            return True
        if not top - NEAR <= y <= bottom + NEAR:
            return False
        low, high = (bottom - NEAR, y) if y > bottom else (y, top + NEAR)
        across = (min(at, x), max(at, x))
        return not any(
            low <= level <= high and start <= across[0] + NEAR and end >= across[1] - NEAR
            for level, start, end in self.horizontals
        )

    def _open_side(self, x: float, y: float) -> tuple[float, float] | None:
        """The ends of the lines over and under a row whose outer edge is not ruled, or was not found."""
        over = [rule for rule in self.horizontals if rule[0] <= y and rule[1] <= x <= rule[2]]
        under = [rule for rule in self.horizontals if rule[0] > y and rule[1] <= x <= rule[2]]
        if not over or not under:
            return None
        for first in reversed(over):
            for second in under:
                if second[0] - first[0] > 6 * self.line_height:
                    break
                if abs(first[1] - second[1]) + abs(first[2] - second[2]) <= 0.04:
                    return self._ends(first, second)
        return None

    @staticmethod
    def _ends(first: Ruling, second: Ruling) -> tuple[float, float]:
        return max(first[1], second[1]) - NEAR, min(first[2], second[2]) + NEAR

    def unit_of(self, cell: Box) -> Unit | None:
        known = self.cells.get(_key(cell))
        if known is not None:
            return known
        # a ruling that ends in the next row cuts the cell otherwise at another height: no cell with words is empty
        for unit in self.cells.values():
            x, y = unit.at.middle
            if cell.left < x < cell.right and cell.top < y < cell.bottom:
                return unit
        return self._read_over(cell)

    def _read_over(self, box: Box) -> Unit | None:
        """What was read as one over several boxes of characters, of which this is one."""
        x, y = box.middle
        for unit in self.cells.values():
            outer, at = unit.cell, unit.at
            if outer is None or not (at.left < x < at.right and at.top < y < at.bottom):
                continue
            if outer.left <= box.left + NEAR and outer.right >= box.right - NEAR and outer.width > box.width:
                return unit
        return None

    def lines_below(self, unit: Unit) -> Iterator[Unit]:
        """The units without a cell that follow."""
        for other in self.units[unit.number + 1 :]:
            if other.cell is None:
                yield other


def _most_of(start: float, end: float, left: float, right: float) -> bool:
    """A ruling that comes from the next cell and covers half of this one, or from its side and covers most of it:
    the rest was not found (pale, or on a shaded ground)."""
    crosses = (start < left - 4 * NEAR and end > left) or (end > right + 4 * NEAR and start < right)
    reaches = abs(start - left) <= 2 * NEAR or abs(end - right) <= 2 * NEAR
    return (crosses or reaches) and min(end, right) - max(start, left) >= (0.5 if crosses else 0.75) * (right - left)


def _usual(sizes: list[tuple[float, int]], otherwise: float) -> float:
    """The size that most characters have: the median, each word counted by its length."""
    half = sum(count for _, count in sizes) / 2
    for size, count in sorted(sizes):
        half -= count
        if half <= 0:
            return size
    return otherwise


def _key(cell: Box) -> tuple[int, ...]:
    return tuple(round(side * 500) for side in (cell.left, cell.top, cell.right, cell.bottom))


def lay_out(page: Page, top: float = 0.0, bottom: float = 1.0) -> Sheet:
    """The layout of a page, or of the part of it between two heights."""
    sheet = Sheet(page)
    words = [*settled_words(page, top, bottom), *_stamped_dates(page, top, bottom)]
    upright, level = real_rules(page, words)
    sheet.verticals, sheet.horizontals = merged(upright), merged(level)
    pieces = [piece for word in words for piece in _pieces(word, sheet.verticals)]
    sheet.rows = _rows(pieces)
    free, cells = _by_cell(sheet)
    units = [Unit([row], None) for row in free]
    for cell, rows in cells:
        unit = Unit(rows, cell)
        units.append(unit)
        sheet.cells[_key(cell)] = unit
    units.sort(key=lambda u: (round((u.cell or u.at).top * 250), (u.cell or u.at).left))
    for number, unit in enumerate(units):
        unit.number = number
    sheet.units = units
    return sheet


def is_date_stamp(mark: Mark) -> bool:
    """A stamp that says a day and nothing else is no seal of anybody: it is the date."""
    return mark.kind is MarkKind.SEAL and _STAMPED.match(mark.text.replace(" ", "")) is not None


def _stamped_dates(page: Page, top: float, bottom: float) -> list[Word]:
    stamps = [mark for mark in page.marks if is_date_stamp(mark) and top <= mark.at.middle[1] < bottom]
    return [Word(mark.text, mark.box, 0.9 * mark.confidence, mark.flat) for mark in stamps]


def _pieces(word: Word, verticals: Sequence[tuple[float, float, float]]) -> list[Piece]:
    pieces = [Piece(word.text, word.at, word.box, word.confidence)]
    if not verticals:
        return pieces
    middle = word.at.middle[1]
    room = word.at.height * 0.3
    for x, top, bottom in verticals:
        last = pieces[-1]
        if x <= last.at.left + room or x >= last.at.right - room:
            continue
        if top <= middle <= bottom and bottom - top >= word.at.height * 1.2:
            cut = last.split(x)
            if cut:
                pieces[-1:] = cut
    return pieces


def _rows(pieces: list[Piece]) -> list[list[Piece]]:
    """Lines of the page, each from left to right."""
    rows: list[list[Piece]] = []
    spans: list[tuple[float, float]] = []  # middle and height of each row
    for piece in sorted(pieces, key=lambda p: p.at.top + p.at.bottom):
        middle, height = (piece.at.top + piece.at.bottom) / 2, piece.at.height
        best = None
        for number in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            away = abs(middle - spans[number][0])
            if away <= 0.45 * max(height, spans[number][1]) and not _crowded(rows[number], piece):
                best = number
                break
        if best is None:
            rows.append([piece])
            spans.append((middle, height))
        else:
            rows[best].append(piece)
    for row in rows:
        row.sort(key=lambda p: p.at.left)
    return rows


def _crowded(row: list[Piece], piece: Piece) -> bool:
    """Does something of the row already stand where the piece stands?"""
    for other in row:
        shared = min(other.at.right, piece.at.right) - max(other.at.left, piece.at.left)
        if shared > 0.5 * min(other.at.width, piece.at.width):
            return True
    return False


Cells = list[tuple[Box, list[list[Piece]]]]


def _by_cell(sheet: Sheet) -> tuple[list[list[Piece]], Cells]:
    """The rows outside tables, and the rows of each cell."""
    if len(sheet.verticals) < 2 or len(sheet.horizontals) < 2:
        return sheet.rows, []
    known: dict[tuple[int, ...], tuple[Box, list[list[Piece]]]] = {}
    homes: list[list[tuple[Piece, tuple[int, ...] | None]]] = []
    for row in sheet.rows:
        parts: dict[tuple[int, ...], list[Piece]] = {}
        homes.append([])
        for piece in row:
            cell = _known_cell(known, piece, sheet) or sheet.cell_around(piece)
            key = None if cell is None else _key(cell)
            homes[-1].append((piece, key))
            if cell is not None and key is not None:
                known.setdefault(key, (cell, []))
                parts.setdefault(key, []).append(piece)
        for key, inside in parts.items():
            known[key][1].append(inside)
    frames = {
        key for key, (cell, rows) in known.items()
        if cell.width > 2.8 * sheet.em  # words one character under the other stay
        and (len(rows) > CELL_LINES or _far_apart(rows, sheet.line_height))
    }  # fmt: skip
    free = [[piece for piece, key in row if key is None or key in frames] for row in homes]
    return [row for row in free if row], [cell for key, cell in known.items() if key not in frames]


def _far_apart(rows: Sequence[Sequence[Piece]], line: float) -> bool:
    """Lines with much room between them stand in a frame (the rim of a card), not in a cell."""
    places = sorted((min(p.at.top for p in row), max(p.at.bottom for p in row)) for row in rows)
    return any(after[0] - before[1] > 4 * line for before, after in pairwise(places))


def _known_cell(known: dict[tuple[int, ...], tuple[Box, list[list[Piece]]]], piece: Piece, sheet: Sheet) -> Box | None:
    """The cell found for a word before this one, unless rulings begin inside it that part it at this height."""
    x, y = piece.at.middle
    for cell, _ in known.values():
        if cell.width < 0.7 * piece.at.width:
            continue
        if cell.left <= x < cell.right and cell.top <= y < cell.bottom:
            parted = any(
                cell.left + 2 * NEAR < at < cell.right - 2 * NEAR and top <= y <= bottom
                for at, top, bottom in sheet.verticals
            )
            return None if parted else cell
    return None
