"""How is a picture made smaller without losing strokes, and fast?

Exact halving averages every pixel and is vectorised; the library's area average by a broken factor takes
ten times as long. So a picture is halved while that is possible, and the rest is interpolated.
"""

from __future__ import annotations

from typing import Any

import cv2
from numpy.typing import NDArray

Pixels = NDArray[Any]


def smaller(image: Pixels, scale: float) -> Pixels:
    """The picture at `scale` of its size; the picture itself where that is not smaller."""
    while scale <= 0.5 and min(image.shape[:2]) > 1:
        image, scale = halved(image), 2 * scale
    if scale >= 1:
        return image
    soft = cv2.GaussianBlur(image, (3, 3), 0.5)  # interpolation alone leaves thin strokes out
    return cv2.resize(soft, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)


def halved(image: Pixels) -> Pixels:
    """Every four pixels as one; an odd last row or column is left out, or no factor is exact."""
    rows, columns = image.shape[0] // 2, image.shape[1] // 2
    return cv2.resize(image[: 2 * rows, : 2 * columns], (columns, rows), interpolation=cv2.INTER_AREA)


def at_most(image: Pixels, side: int) -> Pixels:
    """The picture with its long side at most that long."""
    return smaller(image, side / max(image.shape[:2]))
