"""Is a square of ink a box, and is anything written in it?

Boxes filled with black have no sides to be found by and are sought as solid patches.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ink import Ink, Mask, bounds_of, components

Square = tuple[int, int, int, int]  # left, top, right, bottom in working pixels
STROKE_DEPTH = 35  # grey levels between a pale stroke and the paper in a box
FRAME = 0.85  # share of every side with ink: drawn with a ruler, not by hand


def is_drawn(ink: Ink, square: Square) -> bool:
    """Every side is a straight stroke from corner to corner, as a ruler or a printer draws it."""
    left, top, right, bottom = square
    thick = 3
    cut = ink.dark[max(top - 1, 0) : bottom + 1, max(left - 1, 0) : right + 1]
    if min(cut.shape) < 3 * thick:
        return False
    corners = (cut[:3, :3], cut[:3, -3:], cut[-3:, :3], cut[-3:, -3:])
    if not all(corner.any() for corner in corners):
        return False
    level = cut.mean(axis=1) / 255
    if max(level[:thick].max(), level[-thick:].max()) < FRAME or min(level[:thick].max(), level[-thick:].max()) < FRAME:
        return False
    upright = cut.mean(axis=0) / 255
    return bool(min(upright[:thick].max(), upright[-thick:].max()) >= FRAME)


def is_alone(ink: Ink, square: Square) -> bool:
    """Nothing runs along the sides from without: the squares inside 是 or 国 have strokes beside them."""
    left, top, right, bottom = square
    height, width = ink.shape
    near, far = 3, 3 + max(2, round(0.1 * ink.em))
    rows, columns = slice(max(top, 0), bottom), slice(max(left, 0), right)
    strips = (
        ink.dark[max(top - far, 0) : max(top - near, 0), columns].any(axis=0),
        ink.dark[min(bottom + near, height) : min(bottom + far, height), columns].any(axis=0),
        ink.dark[rows, max(left - far, 0) : max(left - near, 0)].any(axis=1),
        ink.dark[rows, min(right + near, width) : min(right + far, width)].any(axis=1),
    )
    shares = [strip.mean() for strip in strips if strip.size]
    return all(share < 0.6 for share in shares) and sum(shares) < 1.3


def is_by_pen(ink: Ink, square: Square) -> bool:
    """Blue as pens are: 立 and 口 of a careful hand have straight sides too."""
    left, top, right, bottom = square
    where = (slice(max(top, 0), bottom), slice(max(left, 0), right))
    return 2 * cv2.countNonZero(ink.blue[where]) > cv2.countNonZero(ink.dark[where])


def solid_squares(ink: Ink) -> list[Square]:
    """Boxes filled in with black: square, dense, about a character's size."""
    least, most = 0.42 * ink.em, 1.3 * ink.em
    solid = cv2.morphologyEx(ink.dark, cv2.MORPH_OPEN, np.ones((max(3, int(0.35 * ink.em)),) * 2, np.uint8))
    found = []
    for left, top, width, height in bounds_of(solid):
        if least <= width <= most and least <= height <= most and 0.8 <= width / height <= 1.25:
            area = cv2.countNonZero(solid[top : top + height, left : left + width])
            around = ink.dark[max(top - 4, 0) : top + height + 4, max(left - 4, 0) : left + width + 4]
            if area >= 0.88 * width * height and cv2.countNonZero(around) <= 2.4 * area:
                found.append((left, top, left + width, top + height))
    return found


def inside_share(ink: Ink, square: Square, seal_mask: Mask, least: float = 0.5) -> float:
    """Share of the inside that carries ink at least half (`least`) as dark as the border: the blur of the
    border itself, however heavy, does not count."""
    left, top, right, bottom = square
    left, top = max(left, 0), max(top, 0)
    box = (slice(top, bottom), slice(left, right))
    coloured = np.where(seal_mask[box] > 0, 255, ink.white[box].min(axis=2))  # a red pen ticks too, a seal does not
    depth: NDArray[Any] = 255 - np.minimum(ink.grey[box], coloured).astype(np.int16)
    if min(depth.shape) < 5:
        return 0.0
    rows, columns = (depth[:3], depth[-3:]), (depth[:, :3], depth[:, -3:])
    rim = np.concatenate([*(side.max(axis=0) for side in rows), *(side.max(axis=1) for side in columns)])
    inside = _within(depth, min(least, 0.35) * float(np.median(rim)))
    return float((inside > max(least * float(np.median(rim)), 40.0)).mean()) if inside.size else 0.0


def _within(depth: NDArray[Any], border: float) -> NDArray[Any]:
    """The inside without the border, however thick: whole rows and columns of its depth."""
    most, least = max(3, round(0.33 * min(depth.shape))), max(3, round(0.2 * min(depth.shape)))

    def thickness(lines: NDArray[Any]) -> int:
        along = np.sort(lines[:most], axis=1)[:, round(0.2 * lines.shape[1])] > border
        deepest = int(np.flatnonzero(along).max(initial=-1))
        return int(max(least, min(deepest + 2, most)))

    top, bottom = thickness(depth), thickness(depth[::-1])
    left, right = thickness(depth.T), thickness(depth.T[::-1])
    return depth[top : len(depth) - bottom, left : depth.shape[1] - right]


def is_empty(ink: Ink, square: Square) -> bool:
    """Bare paper within."""
    left, top, right, bottom = square
    room = max(3, round(0.25 * (right - left)))
    inside = ink.soft[max(top, 0) + room : bottom - room, max(left, 0) + room : right - room]
    return bool(inside.size and cv2.countNonZero(inside) <= 0.04 * inside.size)


def has_stroke(ink: Ink, square: Square) -> bool:
    """A stroke of a pale pen within: a connected part of the soft ink with bare paper beside it, where the
    blur of a small box's border leaves none."""
    left, top, right, bottom = square
    margin = max(3, round(0.22 * (right - left)))
    where = (slice(max(top, 0) + margin, bottom - margin), slice(max(left, 0) + margin, right - margin))
    grey = ink.grey[where]
    if min(grey.shape, default=0) < 4 or float(np.percentile(grey, 90)) - float(np.percentile(grey, 5)) < STROKE_DEPTH:
        return False
    soft = ink.soft[where]
    labels, table = components(soft)
    long = np.maximum(table[:, 2], table[:, 3]) >= 0.45 * max(grey.shape)
    high, wide = grey.shape
    middle = np.unique(labels[high // 4 : high - high // 4, wide // 4 : wide - wide // 4])  # no border reaches there
    reached = np.isin(np.arange(len(table)), middle) & (np.arange(len(table)) > 0)
    return bool((reached & long & (table[:, 4] > 0.06 * grey.size)).any() and cv2.countNonZero(soft) < 0.7 * grey.size)
