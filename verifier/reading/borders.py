"""How much of a stamp's border is there: a ring, an oval or a frame, turned, patchy or crossed by other ink?

The shape is laid around the outermost points of the ink, as a stamp was pressed and not as the page lies;
then it is asked along how much of it there is ink.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]  # rows x, y
RAYS = 72
NEAR = 0.1  # of the radius, on both sides of a ring
BEYOND = 1.14  # radius outside which ink belongs to no ring
MOST_OVAL, MOST_OBLONG = 1.9, 8.0  # length to breadth
STEP, THICK = 0.15, 0.16  # ems along a frame and across it


@dataclass(frozen=True, slots=True)
class Border:
    """Share of the border with ink, and the upright box around it."""

    share: float
    left: int
    top: int
    right: int
    bottom: int


NONE = Border(0.0, 0, 0, 0, 0)


def border_of(points: Points, em: float, least_round: float, *, frames: bool = True) -> Border:
    """The better of ring and frame around the points. `least_round`: the shortest diameter of a ring in ems;
    `frames`: whether frames count."""
    if len(points) < 4 * em:
        return NONE
    hull = cv2.convexHull(points.astype(np.int32).reshape(-1, 1, 2))
    if len(hull) < 5:
        return NONE
    ring = _ring(points, hull, least_round * em)
    return max(ring, _frame(points, hull, em), key=lambda border: border.share) if frames else ring


def _ring(points: Points, hull: Points, least: float) -> Border:
    (x, y), (one, other), degrees = cv2.fitEllipse(_evenly(hull))
    if min(one, other) < least or max(one, other) > MOST_OVAL * min(one, other):
        return NONE
    across, down = _turned(points - (x, y), degrees)
    radius = np.hypot(across / (one / 2), down / (other / 2))
    ray = ((np.arctan2(down, across) + np.pi) / (2 * np.pi) * RAYS).astype(int) % RAYS
    hit = np.zeros(RAYS, bool)
    hit[ray[np.abs(radius - 1) < NEAR]] = True
    turn = np.radians(degrees)
    wide = np.hypot(one / 2 * np.cos(turn), other / 2 * np.sin(turn))
    high = np.hypot(one / 2 * np.sin(turn), other / 2 * np.cos(turn))
    share = float(hit.mean()) - 2.0 * float((radius > BEYOND).mean()) - _filled(radius)
    return Border(share, int(x - wide), int(y - high), int(x + wide) + 1, int(y + high) + 1)


def _filled(radius: NDArray[np.float64]) -> float:
    """A scribble has most of its ink within; the words of a ring leave paper between them and it."""
    ring, beside = np.count_nonzero(np.abs(radius - 1) < NEAR), np.count_nonzero((radius > 0.8) & (radius < 0.9))
    return 0.3 if beside > 0.8 * ring else 0.0


def _evenly(hull: Points) -> Points:
    """Points at even distances along the hull: its corners lie where the ink happens to bulge."""
    corners = hull.reshape(-1, 2).astype(np.float64)
    closed = np.concatenate([corners, corners[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = np.linspace(0, along[-1], RAYS, endpoint=False)
    return np.stack([np.interp(at, along, closed[:, 0]), np.interp(at, along, closed[:, 1])], axis=1).astype(np.float32)


def _turned(points: Points, degrees: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    turn = np.radians(degrees)
    x, y = points[:, 0], points[:, 1]
    return x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)


def _frame(points: Points, hull: Points, em: float) -> Border:
    (x, y), (wide, high), degrees = cv2.minAreaRect(hull)
    turned = abs((degrees + 45) % 90 - 45)
    if min(wide, high) < 1.5 * em or max(wide, high) > MOST_OBLONG * min(wide, high) or turned > 12:
        return NONE
    across, down = _turned(points - (x, y), degrees)
    thick, step = max(3.0, THICK * em), max(2.0, STEP * em)
    sides = (
        (across[down < thick - high / 2], wide), (across[down > high / 2 - thick], wide),
        (down[across < thick - wide / 2], high), (down[across > wide / 2 - thick], high),
    )  # fmt: skip
    share = min(len(np.unique(((at + length / 2) / step).astype(int))) / (length / step + 1) for at, length in sides)
    left, top, breadth, height = cv2.boundingRect(hull)
    return Border(min(share, 1.0), left, top, left + breadth, top + height)
