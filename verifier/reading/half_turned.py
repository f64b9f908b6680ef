"""Does a part of the picture stand on its head, such as one of two identity cards on a copier's glass?

An engine reads print upside down as a few short lines that it is not sure of. Only then the picture is read once
more the other way round; what reads well there, where nothing else does, takes their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2

from verifier.reading.ocr.engine import Corners, OcrEngine, OcrLine, Picture

MOST_LINES = 60  # a page of more print is a form, which nobody lays half upside down
DOUBTFUL = 0.88  # confidence of a line that may stand on its head
SURE = 0.92
WEAK = 0.6  # a line beside sure ones that is worth keeping
FEWEST = 3  # doubtful lines that are worth a second look
CHARACTERS = 10  # what has to read well the other way round


def on_its_head(image: Picture, lines: Sequence[OcrLine], engine: OcrEngine) -> tuple[list[OcrLine], list[OcrLine]]:
    """The lines that stand upright, and those of the part that stands on its head (their corners begin at the
    lower right)."""
    doubtful = [line for line in lines if line.confidence < DOUBTFUL]
    if len(lines) > MOST_LINES or len(doubtful) < FEWEST:
        return list(lines), []
    upright = [line for line in lines if line.confidence >= DOUBTFUL]
    high, wide = image.shape[:2]
    other = engine.read(cv2.rotate(image, cv2.ROTATE_180))
    turned = [replace(line, corners=_back(line.corners, wide, high)) for line in other if line.confidence >= WEAK]
    turned = [line for line in turned if not any(_meet(_bounds([line]), _bounds([one])) for one in upright)]
    found = [line for line in turned if line.confidence >= SURE]
    if sum(len(line.text) for line in found) < CHARACTERS or not _reads_better(found, doubtful):
        return list(lines), []
    region = _bounds(found)
    if any(_meet(region, _bounds([line])) for line in upright):
        return list(lines), []
    kept = [line for line in lines if not _meet(region, _bounds([line]))]
    return kept, [line for line in turned if _meet(region, _bounds([line]))]


def _reads_better(found: Sequence[OcrLine], doubtful: Sequence[OcrLine]) -> bool:
    """More of it reads this way round than the doubtful lines said."""
    return sum(len(line.text) for line in found) > 1.5 * sum(len(line.text) * line.confidence for line in doubtful)


def _back(corners: Corners, wide: int, high: int) -> Corners:
    turned = corners.copy()
    turned[:, 0] = wide - corners[:, 0]
    turned[:, 1] = high - corners[:, 1]
    return turned


def _bounds(lines: Sequence[OcrLine]) -> tuple[float, float, float, float]:
    lows = [line.corners.min(axis=0) for line in lines]
    highs = [line.corners.max(axis=0) for line in lines]
    return (
        float(min(low[0] for low in lows)),
        float(min(low[1] for low in lows)),
        float(max(high[0] for high in highs)),
        float(max(high[1] for high in highs)),
    )


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0 and down > 0.3 * min(one[3] - one[1], other[3] - other[1])
