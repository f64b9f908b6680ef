"""How does a detected quadrilateral become a strip for recognition, and its output text?

Shared by the engines: cutting the strips, padding them into batches of like width, and reading the
best path of the recogniser's output with the place of each character.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ocr.engine import Corners, OcrLine, Picture

HEIGHT = 48
STRIDE = 8  # one output step of the recogniser covers 8 pixels of the strip
MIN_WIDTH = 160  # shorter strips are padded to it: half of what they were in training, at the same texts
MAX_WIDTH = 3200
STEP = 32  # widths are rounded up, so that few input shapes have to be prepared
BATCH_PIXELS = 16 * MIN_WIDTH


def strip(image: Picture, corners: Corners) -> Picture:
    """The quadrilateral, straightened; turned when it stands upright (vertical writing)."""
    width = max(_length(corners[0] - corners[1]), _length(corners[2] - corners[3]), 1)
    height = max(_length(corners[0] - corners[3]), _length(corners[1] - corners[2]), 1)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    cut = cv2.warpPerspective(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(np.rot90(cut)) if height >= 1.5 * width else cut


def _length(along: Corners) -> int:
    return int(np.linalg.norm(along))


def scaled_width(cut: Picture) -> int:
    """Width of the strip once it is 48 pixels high."""
    height, width = int(cut.shape[0]), int(cut.shape[1])
    return min(max(math.ceil(HEIGHT * width / height), STRIDE), MAX_WIDTH)


def batches(cuts: Sequence[Picture]) -> Iterator[tuple[list[int], NDArray[np.float32], list[int]]]:
    """Indices, input tensor and true widths; strips of like width go together, so that little is padding."""
    widths = [scaled_width(cut) for cut in cuts]
    order = sorted(range(len(cuts)), key=widths.__getitem__)
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order):
            padded = max(MIN_WIDTH, -(-widths[order[end]] // STEP) * STEP)
            if padded * (end + 1 - start) > BATCH_PIXELS or padded > 1.25 * max(MIN_WIDTH, widths[order[start]]):
                break
            end += 1
        picked = order[start:end]
        width = max(MIN_WIDTH, -(-max(widths[index] for index in picked) // STEP) * STEP)
        yield (
            picked,
            _tensor([cuts[index] for index in picked], [widths[index] for index in picked], width),
            [widths[index] for index in picked],
        )
        start = end


def _tensor(cuts: list[Picture], widths: list[int], width: int) -> NDArray[np.float32]:
    tensor = np.zeros((len(cuts), 3, HEIGHT, width), dtype=np.float32)
    for row, (cut, own) in enumerate(zip(cuts, widths, strict=True)):
        small = cv2.resize(cut, (own, HEIGHT))
        tensor[row, :, :, :own] = (small.astype(np.float32).transpose(2, 0, 1) / 127.5) - 1.0
    return tensor


def best_path(
    indices: NDArray[np.int64], scores: NDArray[np.float32], alphabet: Sequence[str], width: int, padded: int
) -> tuple[str, float, tuple[float, ...], tuple[float, ...]]:
    """Text, mean confidence, and each character's middle (fraction of the strip) and confidence."""
    steps = len(indices)
    keep = indices != 0
    keep[1:] &= indices[1:] != indices[:-1]
    starts = np.flatnonzero(keep)
    if len(starts) == 0:
        return "", 0.0, (), ()
    text, centres, confidences = [], [], []
    for start in starts:
        end = start
        while end + 1 < steps and indices[end + 1] == indices[start]:
            end += 1
        middle = ((start + end + 1) / 2) * (padded / steps) / width
        text.append(alphabet[indices[start]])
        centres.append(float(min(max(middle, 0.0), 1.0)))
        confidences.append(float(scores[start]))
    return "".join(text), float(np.mean(confidences)), tuple(centres), tuple(confidences)


def as_line(corners: Corners, read: tuple[str, float, tuple[float, ...], tuple[float, ...]]) -> OcrLine:
    text, confidence, centres, confidences = read
    if len(text) != len(centres):  # an alphabet entry of two characters: places would not match
        centres, confidences = (), ()
    return OcrLine(text, corners, confidence, centres, confidences)
