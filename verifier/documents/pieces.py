"""Which characters stand where? Words, parts of words and cells as text with places.

`at` is a place on the straightened page, for layout; `box` one on the page as it is, to be quoted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.documents.phrases import fold_in_place
from verifier.model import Box

_BOTH = {"han", "latin"}


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
        place = _between_values(self.raw, place)
        left, right = self.raw[:place], self.raw[place:]
        if not left.strip() or not right.strip():
            return None
        cut = self.share(place)
        return (
            Piece(left.rstrip(), _part(self.at, 0, cut), _part(self.box, 0, cut), self.confidence),
            Piece(right, _part(self.at, cut, 1), _part(self.box, cut, 1), self.confidence),
        )


def _between_values(text: str, place: int) -> int:
    """The cut a little aside, where a value runs over its cell into the next one: never inside a bracket of one or
    two characters more, and rather between Chinese words and a number than amid either."""
    if not 0 < place < len(text) or text[place - 1].isspace() or text[place].isspace():
        return place
    close = next((n + 1 for n in range(place, min(place + 3, len(text))) if text[n] in ")）"), 0)
    before = text[:place]
    if close and before.count("(") + before.count("（") > before.count(")") + before.count("）"):
        return close
    near = [
        n for n in (place, place - 1, place + 1) if 0 < n < len(text) and {*map(_kind, text[n - 1 : n + 1])} == _BOTH
    ]
    return near[0] if near and (near[0] == place or len(near) == 1) else place


def _kind(character: str) -> str:
    """Chinese with its brackets, figures and Latin letters, or a blank."""
    return "" if character.isspace() else "han" if ord(character) > 0x2E7F or character in "()" else "latin"


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
