"""Which pixels of a page are ink, and of which colour?

The picture is brought to a working size at which printed characters are about 20 pixels high, and
the paper is made white, so that one set of measures serves scans, fax and photographs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ocr.engine import Picture
from verifier.reading.smaller import smaller

Mask = NDArray[Any]
EM = 20.0  # height of a printed character at the working size
MOST_SIDE = 2000
LEAST_SIDE = 500


@dataclass(frozen=True, slots=True)
class Ink:
    """Masks (0 or 255) at the working size. `scale`: working pixels for one of the picture; `em`: the
    height of printed characters. `dark` leaves red out: the red channel does not see it. `pale`: ink
    clearly lighter than the print, as a stamp is on a grey scan. `soft`: ink of any strength, thin grey
    lines among it."""

    scale: float
    em: float
    white: Picture  # colour picture on white paper
    grey: Mask  # red channel on white paper: red ink is gone
    dark: Mask
    red: Mask
    blue: Mask
    pale: Mask
    soft: Mask

    @property
    def shape(self) -> tuple[int, int]:
        return self.dark.shape[0], self.dark.shape[1]


def find_ink(image: Picture, heights: Sequence[float]) -> Ink:
    """`heights`: of the known words in pixels; their median is the size of the print."""
    long_side = max(image.shape[:2])
    em = float(np.median(heights)) * 0.72 if len(heights) >= 3 else long_side / 84
    scale = min(1.0, max(EM / max(em, 1.0), LEAST_SIDE / long_side), MOST_SIDE / long_side)
    small = smaller(image, scale) if scale < 0.98 else image
    white = on_white(small)
    blue, green, red = cv2.split(white)
    noise = _noise(red)
    smooth = cv2.GaussianBlur(red, (3, 3), 0.6) if noise > 4 else red
    is_red = _above(cv2.subtract(red, cv2.max(green, blue)), 38) & _above(red, 110)
    dark = _below(smooth, 255 - max(55.0, 6 * noise)) & ~is_red
    clear_blue = _above(cv2.subtract(blue, red), 32) & _below(cv2.subtract(green, blue), 13)
    violet = _above(cv2.subtract(blue, green), 34) & _below(cv2.subtract(red, blue), 16)
    return Ink(
        scale=small.shape[1] / image.shape[1],
        em=max(em * small.shape[1] / image.shape[1], 6.0),
        white=white,
        grey=smooth,
        dark=dark,
        red=is_red,
        blue=_below(red, 205) & (clear_blue | violet),
        pale=_pale(smooth, dark),
        soft=_below(smooth, 255 - max(32.0, 4 * noise)),
    )


def _above(channel: Mask, level: float) -> Mask:
    return np.asarray(cv2.threshold(channel, math.floor(level), 255, cv2.THRESH_BINARY)[1])


def _below(channel: Mask, level: float) -> Mask:
    return np.asarray(cv2.threshold(channel, math.ceil(level) - 1, 255, cv2.THRESH_BINARY_INV)[1])


def level_of(grey: Mask, where: Mask, share: float) -> float:
    """Grey level below which that share of the masked pixels lies; 0 where there are none."""
    counts = np.cumsum(cv2.calcHist([grey], [0], where, [256], [0, 256]).ravel())
    return float(np.searchsorted(counts, share * counts[-1])) if counts[-1] else 0.0


def _pale(grey: Mask, dark: Mask) -> Mask:
    """Ink without any black near it: neither print nor the soft edge of print."""
    level = level_of(grey, dark, 0.2)  # of the middle of print
    black = _below(grey, level + 0.35 * (255 - level))
    return np.asarray(cv2.subtract(dark, cv2.dilate(black, np.ones((5, 5), np.uint8))))


def on_white(image: Picture) -> Picture:
    """The picture divided by its paper: shadows and tints go, ink stays."""
    small = smaller(image, 0.125)
    paper = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    paper = np.maximum(cv2.GaussianBlur(cv2.medianBlur(paper, 9), (0, 0), 4), 40)
    paper = cv2.resize(paper, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(image, paper, scale=250), dtype=np.uint8)


def _noise(channel: Mask) -> float:
    """Grain of the paper in grey levels (median absolute deviation of the bright part)."""
    counts = cv2.calcHist([np.ascontiguousarray(channel[::3, ::3])], [0], None, [256], [0, 256]).ravel()
    counts[:216] = 0
    if counts.sum() < 100:
        return 8.0
    middle = _median_of(counts)
    apart = np.abs(np.arange(256) - middle)
    return _median_of(np.bincount(apart, weights=counts, minlength=256)) * 1.48


def _median_of(counts: NDArray[Any]) -> int:
    """The middle one of the values, each so many times."""
    sums = np.cumsum(counts)
    return int(np.searchsorted(sums, sums[-1] / 2))


def components(mask: Mask) -> tuple[NDArray[Any], NDArray[Any]]:
    """Labels and the table left, top, width, height, area of the connected parts (row 0 is paper). The
    algorithm by blocks counts areas more than twice as fast as the library's first choice."""
    _, labels, table, _ = cv2.connectedComponentsWithStatsWithAlgorithm(mask, 8, cv2.CV_32S, cv2.CCL_GRANA)
    return labels, table


def places_of(mask: Mask) -> NDArray[np.intp]:
    """Flat indices of the masked pixels."""
    return np.flatnonzero(mask != 0)


@dataclass(frozen=True, slots=True)
class Outlines:
    """The outlines of all connected parts of a mask and of their holes, found once for all that look at
    shapes: points, `boxes` (left, top, width, height), `hole` and `holed` (a part that has one)."""

    points: Sequence[NDArray[Any]]
    boxes: NDArray[np.int64]
    hole: NDArray[np.bool_]
    holed: NDArray[np.bool_]


def outlines_of(mask: Mask) -> Outlines:
    points, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    links = np.array(tree, np.int64).reshape(-1, 4) if len(points) else np.zeros((0, 4), np.int64)
    boxes = np.array([cv2.boundingRect(line) for line in points], np.int64).reshape(-1, 4)
    return Outlines(points, boxes, links[:, 3] >= 0, links[:, 2] >= 0)


def outer_outlines(mask: Mask) -> list[np.ndarray]:
    """The outer outlines of all parts, those in the holes of others included."""
    outlines, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    return [outline for outline, links in zip(outlines, tree[0], strict=True) if links[3] < 0] if outlines else []


def bounds_of(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Left, top, width, height of the connected parts of a sparse mask: much faster than labelling it."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    return [(left, top, wide, high) for left, top, wide, high in map(cv2.boundingRect, outlines)]


def mask_of(ink: Ink, boxes: Sequence[tuple[int, int, int, int]], grow: int = 0) -> Mask:
    """The boxes (left, top, right, bottom) filled, each so many pixels larger on every side."""
    mask = np.zeros_like(ink.dark)
    for left, top, right, bottom in boxes:
        cv2.rectangle(mask, (left - grow, top - grow), (right + grow, bottom + grow), 255, -1)
    return mask
