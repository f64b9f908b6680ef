"""Which pixels of a page are ink, and of which colour?

The picture is brought to a working size at which printed characters are about 20 pixels high, and
the paper is made white, so that one set of measures serves scans, fax and photographs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ocr.engine import Picture

Mask = NDArray[Any]
EM = 20.0  # height of a printed character at the working size
MOST_SIDE = 2000
LEAST_SIDE = 500


@dataclass(frozen=True, slots=True)
class Ink:
    """Masks (0 or 255) at the working size. `scale`: working pixels for one of the picture; `em`: the
    height of printed characters. `dark` leaves red out: the red channel does not see it. `pale`: ink
    clearly lighter than the print, as a stamp is on a grey scan."""

    scale: float
    em: float
    white: Picture  # colour picture on white paper
    grey: Mask  # red channel on white paper: red ink is gone
    dark: Mask
    red: Mask
    blue: Mask
    pale: Mask

    @property
    def shape(self) -> tuple[int, int]:
        return self.dark.shape[0], self.dark.shape[1]


def find_ink(image: Picture, heights: Sequence[float]) -> Ink:
    """`heights`: of the known words in pixels; their median is the size of the print."""
    long_side = max(image.shape[:2])
    em = float(np.median(heights)) * 0.72 if len(heights) >= 3 else long_side / 84
    scale = min(1.0, max(EM / max(em, 1.0), LEAST_SIDE / long_side), MOST_SIDE / long_side)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 0.98 else image
    scale = small.shape[1] / image.shape[1]
    white = on_white(small)
    blue, green, red = (white[:, :, channel].astype(np.int16) for channel in range(3))
    noise = _noise(white[:, :, 2])
    threshold = 255 - max(55.0, 6 * noise)
    smooth = cv2.GaussianBlur(white[:, :, 2], (3, 3), 0.6) if noise > 4 else white[:, :, 2]
    is_red = (red - np.maximum(green, blue) > 38) & (red > 110)
    is_dark = (smooth < threshold) & ~is_red
    return Ink(
        scale=scale,
        em=max(em * scale, 6.0),
        white=white,
        grey=smooth,
        dark=_mask(is_dark),
        red=_mask(is_red),
        blue=_mask(
            (red < 205) & (((blue - red > 32) & (blue >= green - 12)) | ((blue - green > 34) & (blue > red - 16)))
        ),
        pale=_pale(smooth, is_dark),
    )


def _pale(grey: Mask, is_dark: NDArray[np.bool_]) -> Mask:
    """Ink without any black near it: neither print nor the soft edge of print."""
    level = float(np.percentile(grey[is_dark], 20)) if is_dark.any() else 0.0  # of the middle of print
    black = _mask(grey < level + 0.35 * (255 - level))
    return _mask(is_dark & (cv2.dilate(black, np.ones((5, 5), np.uint8)) == 0))


def _mask(where: NDArray[np.bool_]) -> Mask:
    return where.astype(np.uint8) * 255


def on_white(image: Picture) -> Picture:
    """The picture divided by its paper: shadows and tints go, ink stays."""
    small = cv2.resize(image, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 9), (0, 0), 4)
    paper = cv2.resize(paper, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(image, np.maximum(paper, 40), scale=250), dtype=np.uint8)


def _noise(channel: Mask) -> float:
    """Grain of the paper in grey levels (median absolute deviation of the bright part)."""
    sample = channel[::3, ::3]
    paper = sample[sample > 215].astype(np.float32)
    if paper.size < 100:
        return 8.0
    return float(np.median(np.abs(paper - np.median(paper)))) * 1.48


def components(mask: Mask) -> tuple[NDArray[Any], NDArray[Any]]:
    """Labels and the table left, top, width, height, area of the connected parts (row 0 is paper)."""
    _, labels, table, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return labels, table


def bounds_of(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Left, top, width, height of the connected parts of a sparse mask: much faster than labelling it."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    return [(left, top, wide, high) for left, top, wide, high in map(cv2.boundingRect, outlines)]
