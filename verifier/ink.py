"""Is a place on a page really blank? A coarse map of where the pixels hold ink.

Reading makes it from the picture, rulings left out; the judgement of papers asks it before it says that a
line or a box is empty: what an engine did not read is not thereby absent.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from verifier.model import Box

COLUMNS = 200  # cells across: about a millimetre of A4, two strokes of a pen
CAP = 4_000_000  # bytes of a map when unpacked; a page has some 60,000


@dataclass(frozen=True, slots=True)
class InkMap:
    """`cells` row by row, COLUMNS a row; 1 where a cell holds ink. In the frame of `Word.at`."""

    cells: bytes

    @property
    def rows(self) -> int:
        return len(self.cells) // COLUMNS

    def inked(self, box: Box) -> int:
        """Cells with ink wholly inside the box."""
        left, right = _inner(box.left, box.right, COLUMNS)
        top, bottom = _inner(box.top, box.bottom, self.rows)
        return sum(sum(self.cells[row * COLUMNS + left : row * COLUMNS + right]) for row in range(top, bottom))

    def size(self, box: Box) -> int:
        """Cells wholly inside the box."""
        left, right = _inner(box.left, box.right, COLUMNS)
        top, bottom = _inner(box.top, box.bottom, self.rows)
        return max(right - left, 0) * max(bottom - top, 0)

    def is_blank(self, box: Box) -> bool:
        """Whether nothing was written there: a speck or two is no ink."""
        return self.inked(box) <= max(2, self.size(box) // 150)

    def without(self, boxes: Iterable[Box]) -> InkMap:
        """The map with these places wiped, and a cell around them."""
        left_over = bytearray(self.cells)
        for box in boxes:
            left, right = max(int(box.left * COLUMNS) - 1, 0), min(int(box.right * COLUMNS) + 2, COLUMNS)
            for row in range(max(int(box.top * self.rows) - 1, 0), min(int(box.bottom * self.rows) + 2, self.rows)):
                left_over[row * COLUMNS + left : row * COLUMNS + right] = bytes(right - left)
        return InkMap(bytes(left_over))


def _inner(start: float, end: float, count: int) -> tuple[int, int]:
    first, last = int(start * count + 0.999), int(end * count)
    return max(first, 0), min(max(last, first), count)


def pack(cells: bytes) -> str:
    """The map as text for a Page."""
    return base64.b64encode(zlib.compress(cells, 6)).decode("ascii")


@lru_cache(maxsize=64)
def unpack(text: str) -> InkMap | None:
    """The map of a page; None where the page has none (a text layer is its own witness)."""
    if not text:
        return None
    inflater = zlib.decompressobj()
    cells = inflater.decompress(base64.b64decode(text), CAP)
    return InkMap(cells[: len(cells) // COLUMNS * COLUMNS])
