"""Where on the picture does text stand?

rapidocr's detector with its own reading of the network's map; the picture is prepared here, in a
fifth of the time, and blank margins are left out: the network's work grows with the area.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ocr.engine import Corners, Picture
from verifier.reading.smaller import smaller

SIDE = 1280  # the page is seen at this size at most
STEP = 32  # sides that the network takes
COARSE = 128  # cuts are rounded up to so many pixels: every new shape of picture costs time and memory
MARGIN = 24  # paper left around the ink
FAINT = 10  # grey levels below the paper that may be a stroke
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_LEVELS = [
    ((np.arange(256) / 255 - mean) / spread).astype(np.float32) for mean, spread in zip(MEAN, DEVIATION, strict=True)
]


class Detector:
    """Quadrilaterals of the lines of a picture; `network` is rapidocr's detector, loaded."""

    def __init__(self, network: Any) -> None:
        self._network = network

    def quads(self, image: Picture) -> list[Corners]:
        height, width = image.shape[:2]
        ratio = min(SIDE / max(height, width), 1.0)
        size = _whole(width * ratio), _whole(height * ratio)
        small = cv2.resize(image, size)
        left, top, right, bottom = _inked(small)
        seen = self._network.session(_tensor(small[top:bottom, left:right]))
        across, down = width / size[0], height / size[1]
        boxes, _ = self._network.postprocess_op(seen, (round((bottom - top) * down), round((right - left) * across)))
        if len(boxes) == 0:
            return []
        shift = np.array([left * across, top * down], np.float32)
        return [np.asarray(box, dtype=np.float32) + shift for box in self._network.sorted_boxes(boxes)]


def _whole(side: float) -> int:
    return max(round(int(side) / STEP), 1) * STEP


def _tensor(image: Picture) -> NDArray[np.float32]:
    """Blue, green and red planes about zero, as the network was trained."""
    tensor = np.empty((1, 3, *image.shape[:2]), np.float32)
    for place, (plane, levels) in enumerate(zip(cv2.split(image), _LEVELS, strict=True)):
        cv2.LUT(plane, levels, dst=tensor[0, place])
    return tensor


def _inked(image: Picture) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of all that is not paper, however faint, in sides that the network takes."""
    height, width = image.shape[:2]
    grey = cv2.blur(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (3, 3))
    paper = cv2.dilate(smaller(grey, 0.25), np.ones((9, 9), np.uint8))
    depth = cv2.subtract(cv2.resize(paper, (width, height)), grey)
    left, top, wide, high = cv2.boundingRect(cv2.threshold(depth, FAINT, 255, cv2.THRESH_BINARY)[1])
    if not wide:
        return 0, 0, width, height
    x = _span(left - MARGIN, left + wide + MARGIN, width)
    y = _span(top - MARGIN, top + high + MARGIN, height)
    return x[0], y[0], x[1], y[1]


def _span(first: int, last: int, side: int) -> tuple[int, int]:
    """The stretch lengthened to whole steps within the side; all of it where little would be left out."""
    first, last = max(first, 0), min(last, side)
    length = -(-(last - first) // COARSE) * COARSE
    if length >= side:
        return 0, side
    first = min(first, side - length)
    return first, first + length
