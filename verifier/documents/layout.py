"""How does a page of words and rulings fall into cells and lines?

A word that crosses a vertical ruling is cut there. What stands in one cell of a table is one Unit, however
many lines it has; outside tables every line is a Unit. Places are those of the straightened page.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from verifier.documents.phrases import fold_in_place
from verifier.model import Box, Mark, MarkKind, MarkState, Page, TextFrom, Word

NEAR = 0.006  # how far rulings of one corner may lie apart, as a share of the page
CELL_LINES = 4  # a frame with more lines than this is a frame, not a cell


def _width(character: str) -> float:
    return 1.0 if ord(character) > 0x2E7F else 0.5


class Piece:
    """A word, or the part of a word in one cell. `text` is folded and has no blanks."""

    __slots__ = ("_places", "_prefix", "at", "box", "confidence", "raw", "text")

    def __init__(self, raw: str, at: Box, box: Box, confidence: float) -> None:
        self.raw = raw
        self.at = at
        self.box = box
        self.confidence = confidence
        folded = fold_in_place(raw)
        self._places: tuple[int, ...] | None = None
        if any(c.isspace() for c in folded):
            self._places = tuple(n for n, c in enumerate(folded) if not c.isspace())
            folded = "".join(folded.split())
        self.text = folded
        self._prefix: list[float] | None = None

    def place(self, index: int) -> int:
        """Where the character with this number in `text` stands in `raw`."""
        if self._places is None:
            return index
        return self._places[index] if index < len(self._places) else len(self.raw)

    def share(self, index: int) -> float:
        """The share of the word's width that lies left of raw place `index`."""
        if self._prefix is None:
            total = 0.0
            prefix = [0.0]
            for character in self.raw:
                total += _width(character)
                prefix.append(total)
            self._prefix = [value / total for value in prefix] if total else [0.0]
        return self._prefix[min(index, len(self._prefix) - 1)]

    def x(self, index: int) -> float:
        """The left edge of a character of `text`; of the end for its length."""
        if index <= 0:
            return self.at.left
        if index >= len(self.text):
            return self.at.right
        return self.at.left + self.at.width * self.share(self.place(index))

    def end_x(self, index: int) -> float:
        """The right edge of the character before `index`."""
        if index >= len(self.text):
            return self.at.right
        return self.at.left + self.at.width * self.share(self.place(index - 1) + 1) if index > 0 else self.at.left

    def gaps(self) -> Iterator[int]:
        """The characters of `text` that a blank stands before."""
        if self._places is not None:
            last = -1
            for number, place in enumerate(self._places):
                if place != last + 1 and number:
                    yield number
                last = place

    def cut(self, start: int, end: int) -> Span:
        return Span(((self, start, end),))

    def box_of(self, start: int, end: int) -> Box:
        """The place of some characters on the page as it is."""
        if start <= 0 and end >= len(self.text):
            return self.box
        first, last = self.share(self.place(start)), self.share(self.place(end - 1) + 1 if end else 0)
        left = self.box.left + self.box.width * first
        return Box(left, self.box.top, max(left, self.box.left + self.box.width * last), self.box.bottom)

    @property
    def em(self) -> float:
        """About the width of one Chinese character of this word."""
        total = sum(_width(c) for c in self.raw)
        return self.at.width / total if total else self.at.height

    def split(self, x: float) -> tuple[Piece, Piece] | None:
        """Cut at a ruling; None when it would cut off nothing."""
        share = (x - self.at.left) / self.at.width if self.at.width else 0.0
        place = min(range(len(self.raw) + 1), key=lambda n: abs(self.share(n) - share))
        left, right = self.raw[:place], self.raw[place:]
        if not left.strip() or not right.strip():
            return None
        cut = self.share(place)
        return (
            Piece(left.rstrip(), _part(self.at, 0, cut), _part(self.box, 0, cut), self.confidence),
            Piece(right, _part(self.at, cut, 1), _part(self.box, cut, 1), self.confidence),
        )


def _part(box: Box, start: float, end: float) -> Box:
    return Box(box.left + box.width * start, box.top, box.left + box.width * end, box.bottom)


@dataclass(frozen=True, slots=True)
class Span:
    """Some characters of some pieces, in reading order."""

    parts: tuple[tuple[Piece, int, int], ...] = ()

    def __bool__(self) -> bool:
        return any(end > start for _, start, end in self.parts)

    def __add__(self, other: Span) -> Span:
        return Span(self.parts + other.parts)

    @property
    def text(self) -> str:
        """As printed. Latin words of two pieces keep a blank between them, boxes of one figure do not."""
        joined = ""
        single = True
        chinese = any(ord(c) > 0x2E7F for piece, start, end in self.parts for c in piece.text[start:end])
        for piece, start, end in self.parts:
            if end <= start:
                continue
            printed = piece.raw[piece.place(start) : piece.place(end - 1) + 1]
            lone = end - start == 1
            if joined and not chinese and joined[-1].isascii() and printed[0].isascii() and not (single and lone):
                joined += " "
            joined += printed
            single = lone
        return joined

    @property
    def folded(self) -> str:
        return "".join(piece.text[start:end] for piece, start, end in self.parts)

    @property
    def box(self) -> Box | None:
        boxes = [piece.box_of(start, end) for piece, start, end in self.parts if end > start]
        return union(boxes)

    @property
    def at(self) -> Box | None:
        """Its place on the straightened page."""
        return union(
            [
                Box(piece.x(start), piece.at.top, max(piece.x(start), piece.end_x(end)), piece.at.bottom)
                for piece, start, end in self.parts
                if end > start
            ]
        )

    @property
    def confidence(self) -> float:
        return min((piece.confidence for piece, start, end in self.parts if end > start), default=1.0)


def union(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    return Box(
        min(b.left for b in boxes), min(b.top for b in boxes), max(b.right for b in boxes), max(b.bottom for b in boxes)
    )


class Unit:
    """A cell or a line: its pieces in reading order and their text without blanks.

    `breaks` tells what stands before a character: 1 a blank, 2 another word, 3 a new line of the cell.
    """

    __slots__ = ("at", "breaks", "cell", "number", "pieces", "starts", "text")

    def __init__(self, rows: Sequence[Sequence[Piece]], cell: Box | None) -> None:
        self.cell = cell
        self.pieces: list[Piece] = []
        self.starts: list[int] = []
        self.breaks: dict[int, int] = {}
        self.number = 0
        length = 0
        parts = []
        for row in rows:
            for place, piece in enumerate(row):
                self.pieces.append(piece)
                self.starts.append(length)
                if length:
                    self.breaks[length] = 2 if place else 3
                for gap in piece.gaps():
                    self.breaks[length + gap] = 1
                parts.append(piece.text)
                length += len(piece.text)
        self.text = "".join(parts)
        at = union([piece.at for piece in self.pieces])
        assert at is not None
        self.at = at

    def locate(self, index: int) -> tuple[int, int]:
        """Number of the piece and place in it of a character."""
        number = bisect_right(self.starts, index) - 1
        return number, index - self.starts[number]

    def span(self, start: int, end: int) -> Span:
        parts = []
        for number, piece in enumerate(self.pieces):
            first = self.starts[number]
            if first >= end:
                break
            low, high = max(start - first, 0), min(end - first, len(piece.text))
            if low < high:
                parts.append((piece, low, high))
        return Span(tuple(parts))

    def x(self, index: int) -> float:
        number, offset = self.locate(min(index, len(self.text) - 1))
        return self.pieces[number].x(offset + (1 if index >= len(self.text) else 0))


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
        """Boxes; and ink no bigger than a box, as a tick that runs over its box looks."""
        small = [
            replace(mark, kind=MarkKind.TICK, state=MarkState.UNSURE, confidence=max(0.85, mark.confidence * 0.9))
            for mark in self.ink
            if mark.at.width < 2.2 * self.em and mark.at.height < 2.0 * self.line_height
        ]
        return [mark for mark in self.page.marks if mark.kind is MarkKind.TICK] + small

    @cached_property
    def ink(self) -> list[Mark]:
        return [m for m in self.page.marks if m.kind in (MarkKind.SIGNATURE, MarkKind.HANDWRITING)]

    def cell_at(self, x: float, y: float) -> Box | None:
        """The cell of the table around a point."""
        sides = self._sides(x, y)
        if sides is None:
            return None
        left, right = sides
        above, below = -1.0, 2.0
        for at, start, end in self.horizontals:
            if start <= left + 2 * NEAR and end >= right - 2 * NEAR:
                if at <= y and at > above:
                    above = at
                elif at > y and at < below:
                    below = at
        if above < 0 or below > 1:
            return None
        return Box(left, above, right, below)

    def _sides(self, x: float, y: float) -> tuple[float, float] | None:
        """The rulings left and right of a point; where one is missing, the end of the row's lines."""
        standing = [at for at, top, bottom in self.verticals if top - NEAR <= y <= bottom + NEAR]
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
    def _ends(first: Rule3, second: Rule3) -> tuple[float, float]:
        return max(first[1], second[1]) - NEAR, min(first[2], second[2]) + NEAR

    def unit_of(self, cell: Box) -> Unit | None:
        return self.cells.get(_key(cell))

    def lines_below(self, unit: Unit) -> Iterator[Unit]:
        """The units without a cell that follow."""
        for other in self.units[unit.number + 1 :]:
            if other.cell is None:
                yield other


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


Rule3 = tuple[float, float, float]


def lay_out(page: Page, top: float = 0.0, bottom: float = 1.0) -> Sheet:
    """The layout of a page, or of the part of it between two heights."""
    sheet = Sheet(page)
    words = _mended([w for w in page.words if w.text.strip() and top <= w.at.middle[1] < bottom])
    words = _once(_without_seals(words, page)) if page.text_from is TextFrom.BOTH else _without_seals(words, page)
    upright, level = _real_rules(page, words)
    sheet.verticals, sheet.horizontals = _merged(upright), _merged(level)
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


def _mended(words: list[Word]) -> list[Word]:
    """Text layers set some commas and points as words of their own, a little lower, in the gap that they left."""
    stray = [w for w in words if w.text.strip() in (",", ".", "，") and w.at.width < 0.008]
    if not stray:
        return words
    kept: list[Word] = []
    for word in words:
        if word in stray:
            continue
        whole = word
        for mark in stray:
            x, y = mark.at.middle
            if not word.at.top < y < word.at.bottom + 0.5 * word.at.height:
                continue
            if word.at.left < x < word.at.right:
                whole = _with_mark(whole, mark.text.strip(), x)
            elif 0 <= x - word.at.right < 0.6 * word.at.height:
                whole = replace(whole, text=whole.text + mark.text.strip())
        kept.append(whole)
    return kept


def _with_mark(word: Word, mark: str, x: float) -> Word:
    """The word with a mark set into the gap at a place."""
    share = (x - word.at.left) / word.at.width
    piece = Piece(word.text, word.at, word.box, word.confidence)
    gaps = [n for n, c in enumerate(word.text) if c == " "]
    if not gaps:
        return word
    gap = min(gaps, key=lambda n: abs(piece.share(n) - share))
    return replace(word, text=word.text[:gap] + mark + word.text[gap + 1 :])


def _without_seals(words: list[Word], page: Page) -> list[Word]:
    """The words of a seal stand in circles and belong to the seal, not to the lines under it."""
    seals = [m for m in page.marks if m.kind is MarkKind.SEAL and m.text]
    if not seals:
        return words
    inside = [w for w in words if any(w.at.overlap(s.at) > 0.8 and w.text.strip() in s.text for s in seals)]
    outside = [w for w in words if w not in inside]
    return outside + [w for w in inside if len(w.text.strip()) > 1 and any(_on_line(w, o) for o in outside)]


def _once(words: list[Word]) -> list[Word]:
    """Words without those that a second reading of the same place has found again."""
    kept: list[Word] = []
    for word in sorted(words, key=lambda w: -len(w.text)):
        text = word.text.strip()
        x, y = word.at.middle
        if not any(_holds(other.at, x, y) and text in other.text and other is not word for other in kept):
            kept.append(word)
    return kept


def _holds(box: Box, x: float, y: float) -> bool:
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _on_line(word: Word, other: Word) -> bool:
    """The two stand on one line in type of one size."""
    height = other.at.height
    return abs(word.at.middle[1] - other.at.middle[1]) < 0.15 * height and abs(word.at.height - height) < 0.25 * height


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


def _real_rules(page: Page, words: Sequence[Word]) -> tuple[list[Rule3], list[Rule3]]:
    """The rulings of the page without the strokes of big characters that look like short lines."""
    upright: list[Rule3] = []
    level: list[Rule3] = []
    places = [(w.at.left, w.at.top, w.at.right, w.at.bottom, w) for w in words]
    for rule in page.rules:
        at = rule.at
        x, y = at.middle
        if rule.horizontal:
            if at.width > 0.16 or not any(
                left <= x <= right and top < y < bottom and _through(word.at, at, y)
                for left, top, right, bottom, word in places
            ):
                level.append((y, at.left, at.right))
        elif at.height > 0.05 or not any(
            left < x < right and top < at.bottom and bottom > at.top and _cuts_word(word, x, at)
            for left, top, right, bottom, word in places
        ):
            upright.append((x, at.top, at.bottom))
    streaks = [x for x, start, end in upright if start < 0.015 or end > 0.985]
    streaks += [rule[0] for rule in upright if _is_streak(rule, places)]
    return [rule for rule in upright if all(abs(rule[0] - x) > NEAR / 2 for x in streaks)], level


def _is_streak(rule: Rule3, places: Sequence[tuple[float, float, float, float, Word]]) -> bool:
    """A line that runs through most words on its way is dirt on the scanner's glass, not a ruling; so is
    one that comes from the edge of the paper."""
    x, start, end = rule
    near = [(left, right) for left, top, right, bottom, _ in places
            if start < (top + bottom) / 2 < end and left - 0.06 < x < right + 0.06]  # fmt: skip
    cut = sum(1 for left, right in near if left + 0.006 < x < right - 0.006)
    return cut >= 2 and cut > 0.5 * len(near)


def _through(box: Box, rule: Box, y: float) -> bool:
    inner = box.top + 0.12 * box.height < y < box.bottom - 0.12 * box.height
    return inner and box.width > 0.7 * rule.width


def _cuts_word(word: Word, x: float, rule: Box) -> bool:
    """Does a short upright line run through a character of the word?"""
    at = word.at
    if not (at.left + 0.2 * at.height < x < at.right - 0.2 * at.height and rule.top < at.middle[1] < rule.bottom):
        return False
    if rule.height > 2.6 * at.height:
        return False
    piece = Piece(word.text, at, word.box, word.confidence)
    share = (x - at.left) / at.width
    near = min(range(len(word.text) + 1), key=lambda n: abs(piece.share(n) - share))
    blank = " " in word.text[max(0, near - 1) : near + 1]
    boundary = abs(piece.share(near) - share) * at.width < 0.12 * piece.em
    return not blank and not (boundary and rule.height > 1.5 * at.height and _alone(word, page_em=piece.em))


def _alone(word: Word, page_em: float) -> bool:
    """A word of more than a few characters, as OCR joins two cells; headings in bars are short."""
    return word.at.width > 6 * page_em


def _merged(rules: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Rulings with their touching or doubled parts joined: position, start, end."""
    joined: list[tuple[float, float, float]] = []
    for at, start, end in sorted(rules, key=lambda rule: (round(rule[0] / NEAR * 2), rule[1])):
        for number in range(len(joined) - 1, max(-1, len(joined) - 40), -1):
            other = joined[number]
            if abs(other[0] - at) <= NEAR / 2 and start <= other[2] + NEAR and end >= other[1] - NEAR:
                joined[number] = (other[0], min(start, other[1]), max(end, other[2]))
                break
        else:
            joined.append((at, start, end))
    return sorted(joined)


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
    free: list[list[Piece]] = []
    for row in sheet.rows:
        outside: list[Piece] = []
        parts: dict[tuple[int, ...], list[Piece]] = {}
        for piece in row:
            x, y = piece.at.middle
            cell = _known_cell(known, x, y) or sheet.cell_at(x, y)
            if cell is None:
                outside.append(piece)
                continue
            key = _key(cell)
            known.setdefault(key, (cell, []))
            parts.setdefault(key, []).append(piece)
        for key, inside in parts.items():
            known[key][1].append(inside)
        if outside:
            free.append(outside)
    cells: Cells = []
    for cell, rows in known.values():
        if len(rows) > CELL_LINES:
            free.extend(rows)
        else:
            cells.append((cell, rows))
    return free, cells


def _known_cell(known: dict[tuple[int, ...], tuple[Box, list[list[Piece]]]], x: float, y: float) -> Box | None:
    for cell, _ in known.values():
        if cell.left <= x < cell.right and cell.top <= y < cell.bottom:
            return cell
    return None
