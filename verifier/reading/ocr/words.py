"""Where does one word of a line end and the next begin?

An engine's line may run through a gap (two cells of a table, a label and its value). It is cut where
the blank between two characters is wider than about one character, as the text layer is.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np

from verifier.reading.ocr.engine import OcrLine
from verifier.reading.piece import Piece

GAP = 1.0  # blank between two characters, in line heights, that ends a word


def _half_width(character: str) -> float:
    """Half of the room a printed character takes, in line heights (the box is a little higher than the type)."""
    return 0.42 if unicodedata.east_asian_width(character) in "WF" else 0.24


def pieces(line: OcrLine) -> list[Piece]:
    """The line cut at wide gaps."""
    corners = line.corners
    length = float(np.linalg.norm(corners[1] - corners[0]))
    height = max(float(np.linalg.norm(corners[3] - corners[0])), 1.0)
    if height >= 1.5 * length or not line.centres:  # vertical writing, or no places
        return [Piece(line.text.strip(), corners, line.confidence)]
    unit = length / height  # length of the line in line heights
    cuts = [0]
    marked = [index for index, character in enumerate(line.text) if not character.isspace()]
    for left, right in pairwise(marked):
        blank = (line.centres[right] - line.centres[left]) * unit
        blank -= _half_width(line.text[left]) + _half_width(line.text[right])
        if blank > GAP:
            cuts.append(right)
    cuts.append(len(line.text))
    return [_piece(line, start, end, unit) for start, end in pairwise(cuts) if line.text[start:end].strip()]


def _piece(line: OcrLine, start: int, end: int, unit: float) -> Piece:
    start += len(line.text[start:end]) - len(line.text[start:end].lstrip())
    text = line.text[start:end].rstrip()
    end = start + len(text)
    first = 0.0 if start == 0 else max(line.centres[start] - (_half_width(line.text[start]) + 0.1) / unit, 0.0)
    whole = end >= len(line.text.rstrip())
    last = 1.0 if whole else min(line.centres[end - 1] + (_half_width(line.text[end - 1]) + 0.1) / unit, 1.0)
    top, bottom = line.corners[1] - line.corners[0], line.corners[2] - line.corners[3]
    corners = np.array(
        [
            line.corners[0] + first * top,
            line.corners[0] + last * top,
            line.corners[3] + last * bottom,
            line.corners[3] + first * bottom,
        ],
        dtype=np.float32,
    )
    reach = max(last - first, 1e-6)
    spans = []
    for place in range(start, end):
        half = _half_width(line.text[place]) / unit
        left, right = line.centres[place] - half, line.centres[place] + half
        spans.append((min(max((left - first) / reach, 0.0), 1.0), min(max((right - first) / reach, 0.0), 1.0)))
    sure = line.confidences[start:end]
    return Piece(text, corners, float(np.mean(sure)), tuple(spans), tuple(sure))
