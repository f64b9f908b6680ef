"""What did somebody write by hand on a page whose print is a text layer?

The layer knows nothing of ink: names, dates and copied sentences are read from the picture, where the
marks found ink. Print that the writing fills in (____年__月__日) is read together with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from verifier.model import Mark, MarkKind
from verifier.reading.ocr.engine import OcrEngine
from verifier.reading.ocr.words import pieces as pieces_of
from verifier.reading.piece import Piece
from verifier.reading.sheet import Flat

INK = (MarkKind.SIGNATURE, MarkKind.HANDWRITING)
ASIDE, ABOVE = 0.8, 0.25  # margin around the ink, in its heights


def read_ink(
    flat: Flat, marks: Sequence[Mark], printed: Sequence[Piece], engine: OcrEngine
) -> tuple[list[Piece], list[Mark]]:
    """The words with those of the ink, and the marks with their text."""
    words = list(printed)
    texts: dict[int, str] = {}
    for place, mark in enumerate(marks):
        if mark.kind not in INK or (mark.kind is MarkKind.HANDWRITING and mark.text):  # read already
            continue
        found = [piece for piece in _read(flat, mark, engine) if _on(piece, mark, flat)]
        words = [word for word in words if not any(_holds(piece, word) for piece in found)]
        words += [piece for piece in found if not any(_same(piece, word) for word in words)]
        texts[place] = "".join(piece.text for piece in found)
    return words, [replace(mark, text=texts.get(place, mark.text)) for place, mark in enumerate(marks)]


def _read(flat: Flat, mark: Mark, engine: OcrEngine) -> list[Piece]:
    height, width = flat.image.shape[:2]
    left, right, top, bottom = (
        mark.at.left * width,
        mark.at.right * width,
        mark.at.top * height,
        mark.at.bottom * height,
    )
    line = min(bottom - top, 40.0)
    x0, y0 = max(int(left - ASIDE * line), 0), max(int(top - ABOVE * line), 0)
    x1, y1 = min(int(right + ASIDE * line), width), min(int(bottom + ABOVE * line), height)
    cut = np.ascontiguousarray(flat.image[y0:y1, x0:x1])
    return [
        replace(piece, corners=piece.corners + np.array([x0, y0], np.float32))
        for line_read in engine.read(cut)
        for piece in pieces_of(line_read)
    ]


def _on(piece: Piece, mark: Mark, flat: Flat) -> bool:
    """The word lies on the ink, not on print that happens to stand in the cut."""
    box = flat.flat_box(piece.corners)
    wide = min(box.right, mark.at.right) - max(box.left, mark.at.left)
    high = min(box.bottom, mark.at.bottom) - max(box.top, mark.at.top)
    return wide > 0.4 * min(box.width, mark.at.width) and high > 0.4 * min(box.height, mark.at.height)


def _share(word: Piece, piece: Piece) -> float:
    """Share of the word that the piece covers."""
    a, b = word.bounds, piece.bounds
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    area = max((a[2] - a[0]) * (a[3] - a[1]), 1.0)
    return max(wide, 0.0) * max(high, 0.0) / area


def _holds(piece: Piece, word: Piece) -> bool:
    """A reading that contains a printed word with more around it: 2026年03月06日 over 年."""
    return _share(word, piece) > 0.6 and word.text.strip() in piece.text and len(piece.text) > len(word.text.strip())


def _same(piece: Piece, word: Piece) -> bool:
    """Print read a second time."""
    return _share(piece, word) > 0.5
