"""Where are the printed straight lines of a page: table rulings and signature lines?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ink import bounds_of
from verifier.reading.ocr.engine import Corners
from verifier.reading.sheet import box_corners
from verifier.reading.smaller import smaller

Grey = NDArray[Any]
BAR_DEPTH = 45  # grey levels below the paper: the ground of white words; the grey ground of black ones has fewer


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight printed line in pixels of the straightened picture."""

    left: int
    top: int
    right: int
    bottom: int
    horizontal: bool

    @property
    def corners(self) -> Corners:
        return box_corners(self.left, self.top, self.right, self.bottom)

    @property
    def length(self) -> int:
        return self.right - self.left if self.horizontal else self.bottom - self.top


def dark_mask(grey: Grey) -> Grey:
    """255 where the picture is darker than its surroundings: ink of any strength on any paper."""
    size = max(15, (max(grey.shape) // 60) | 1)
    paper = cv2.blur(grey, (size, size))
    return np.asarray(cv2.threshold(cv2.subtract(paper, grey), 14, 255, cv2.THRESH_BINARY)[1])


def find_rules(grey: Grey, words: Sequence[tuple[float, float, float, float]] = ()) -> list[Segment]:
    """Horizontal and vertical lines, thin and long; breaks of a few pixels are closed.

    `words`: left, top, right, bottom of the ink of the known words; their strokes are no lines.
    """
    mask = dark_mask(grey)
    found = _along(mask, horizontal=True) + _along(_without_bars(mask), horizontal=False)
    found += _edges_of_bars(grey)
    boxes = np.array(words, dtype=np.float64).reshape(-1, 4)
    return [segment for segment in found if not _is_stroke(segment, boxes)]


def _is_stroke(segment: Segment, boxes: NDArray[Any]) -> bool:
    """A stroke of a character, or the feet of a row of them: it begins and ends inside one word."""
    if not len(boxes):
        return False
    height = boxes[:, 3] - boxes[:, 1]
    slack = 0.25 * height
    inside = (boxes[:, 0] - slack <= segment.left) & (segment.right <= boxes[:, 2] + slack)
    if segment.horizontal:
        y = (segment.top + segment.bottom) / 2
        inside &= (boxes[:, 1] <= y) & (y <= boxes[:, 3])
    else:
        inside &= (boxes[:, 1] - slack <= segment.top) & (segment.bottom <= boxes[:, 3] + slack)
    return bool(inside.any())


def _thickest(mask: Grey) -> int:
    """How many pixels across a printed line may be."""
    return max(4, int(max(mask.shape)) // 280)


def _without_bars(mask: Grey) -> Grey:
    """The picture without solid areas: a line that hangs on a shaded bar is found without the bar."""
    side = _thickest(mask) + 4
    solid = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return np.asarray(cv2.subtract(mask, cv2.dilate(solid, np.ones((3, 3), np.uint8))))


def _edges_of_bars(grey: Grey) -> list[Segment]:
    """The upper and lower edge of each shaded bar across the page: a heading's ground bounds the cells beside it,
    ruled or not."""
    small = smaller(grey, 0.25)
    long_side = max(small.shape)
    paper = cv2.blur(small, ((long_side // 8) | 1, (long_side // 8) | 1))
    dark = np.asarray(cv2.threshold(cv2.subtract(paper, small), BAR_DEPTH, 255, cv2.THRESH_BINARY)[1])
    whole = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))  # over the white words
    bars = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((3, long_side // 12), np.uint8))
    found = []
    for left, top, width, height in bounds_of(bars):
        rims = dark[[top + 1, top + height - 2], left : left + width] > 0  # over and under the words of a heading
        if not 4 <= height <= long_side // 24 or rims.mean() < 0.92:
            continue
        for edge in (top, top + height):
            found.append(Segment(4 * left, 4 * edge - 1, 4 * (left + width), 4 * edge + 1, True))
    return found


def _along(mask: Grey, *, horizontal: bool) -> list[Segment]:
    long_side = max(mask.shape)
    least = max(24, long_side // (45 if horizontal else 60))
    thick = _thickest(mask)

    def bar(length: int) -> Grey:
        return np.ones((1, length) if horizontal else (length, 1), np.uint8)

    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, bar(5))
    opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, bar(least))
    opened = cv2.dilate(opened, np.ones((3, 1) if horizontal else (1, 3), np.uint8))
    opened = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, bar(max(9, least // 3)))
    found = []
    for left, top, width, height in bounds_of(opened):
        length, across = (width, height) if horizontal else (height, width)
        if length >= least and across <= thick + 2 + length // 100:
            found.append(Segment(left, top, left + width, top + height, horizontal))
    return found
