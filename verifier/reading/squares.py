"""Which drawn squares of about a character's size stand on the page?

By pairs of level and upright strokes, by outlines that are square themselves, and by solid patches of
ink. No meaning yet: the squares inside 日 or 国 are among them.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ink import Ink, Mask, Outlines, bounds_of

Square = tuple[int, int, int, int]  # left, top, right, bottom in working pixels
FRAME = 0.85  # share of every side with ink: drawn with a ruler, not by hand


def find_squares(ink: Ink, outlines: Outlines) -> list[Square]:
    """Closed squares, without those that a tick makes with the border of its box."""
    least, most = max(6, int(0.42 * ink.em)), int(1.9 * ink.em)
    slack = max(2.0, 0.13 * ink.em)
    found = _framed_patches(ink, outlines, least, most)
    lines = _strokes(ink.dark, least, most, horizontal=True)
    walls = _strokes(ink.dark, least, most, horizontal=False)
    return _outermost(_once(found + _paired(lines, walls, least, most, slack), slack))


def _paired(lines: NDArray[np.int64], walls: NDArray[np.int64], least: int, most: int, slack: float) -> list[Square]:
    """Two level strokes at a square's distance with an upright one at either side."""
    if not len(lines) or not len(walls):
        return []
    firsts, seconds = _within_reach(lines, most)
    left = np.maximum(lines[seconds, 0], lines[firsts, 0])  # a tick may lengthen one
    right = np.minimum(lines[seconds, 2], lines[firsts, 2])
    top, bottom = lines[firsts, 1], lines[seconds, 3]
    side, width = bottom - top, right - left
    fits = (side >= least) & (side <= most) & (width >= 0.65 * side) & (side >= 0.72 * width) & (side <= 1.4 * width)
    squares = np.stack([left, top, right, bottom], axis=1)[fits]
    return [tuple(row) for row in squares[_have_sides(squares, walls, slack)].tolist()]


def _within_reach(lines: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of every two strokes whose tops lie no further apart than that, the upper one first."""
    order = np.argsort(lines[:, 1], kind="stable")
    tops = lines[order, 1]
    starts, ends = np.searchsorted(tops, tops, side="left"), np.searchsorted(tops, tops + most, side="right")
    counts = ends - starts
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    firsts, seconds = np.repeat(order, counts), order[np.repeat(starts, counts) + offsets]
    sorting = np.lexsort((seconds, firsts))
    return firsts[sorting], seconds[sorting]


def _have_sides(squares: NDArray[np.int64], walls: NDArray[np.int64], slack: float) -> NDArray[np.bool_]:
    """Which of the squares have an upright stroke at the left and at the right."""
    left, top, right, bottom = (squares[:, place, None] for place in range(4))
    spans = np.minimum(walls[:, 3], bottom) - np.maximum(walls[:, 1], top) >= 0.7 * (bottom - top)
    spans &= (walls[:, 1] >= top - 2.5 * slack) & (walls[:, 3] <= bottom + 2.5 * slack)
    at_left = (spans & (np.abs(walls[:, 0] - left) <= slack)).any(axis=1)
    at_right = (spans & (np.abs(walls[:, 2] - right) <= slack)).any(axis=1)
    return np.asarray(at_left & at_right)


def _framed_patches(ink: Ink, outlines: Outlines, least: int, most: int) -> list[Square]:
    """Patches of ink that are as square as their outline: boxes so full of scrawl that no side is free."""
    wide, high = outlines.boxes[:, 2], outlines.boxes[:, 3]
    fits = (np.minimum(wide, high) >= least) & (np.maximum(wide, high) <= most)
    fits &= (wide >= 0.8 * high) & (wide <= 1.25 * high)
    squares = [(left, top, left + wide, top + high) for left, top, wide, high in outlines.boxes[fits].tolist()]
    return [square for square in squares if is_drawn(ink, square)]


def _strokes(dark: Mask, least: int, most: int, *, horizontal: bool) -> NDArray[np.int64]:
    """Rows left, top, right, bottom of the straight strokes that may be a side."""
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 3) if horizontal else (3, 1), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, least) if horizontal else (least, 1), np.uint8))
    boxes = np.array(bounds_of(opened), np.int64).reshape(-1, 4)
    length, across = (boxes[:, 2], boxes[:, 3]) if horizontal else (boxes[:, 3], boxes[:, 2])
    boxes = boxes[(length <= most * 1.9) & (across <= max(4, 0.9 * least))]
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def _outermost(found: list[Square]) -> list[Square]:
    """Without the smaller squares that lie in others."""
    if not found:
        return []
    left, top, right, bottom = np.array(found).T
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    high = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    area = (right - left) * (bottom - top)
    within = (wide > 0) & (high > 0) & (wide * high > 0.6 * area[:, None])
    for one, other in np.argwhere(within):
        if (area[other], found[other]) <= (area[one], found[one]):
            within[one, other] = False
    return [square for square, inner in zip(found, within.any(axis=1), strict=True) if not inner]


def _once(squares: list[Square], slack: float) -> list[Square]:
    """Without those that lie where an earlier one does."""
    if not squares:
        return []
    sides = np.array(squares)
    left = np.ones(len(squares), bool)
    kept = []
    for place, square in enumerate(squares):
        if left[place]:
            kept.append(square)
            left &= np.abs(sides - sides[place]).max(axis=1) > 2 * slack
    return kept


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
    margin = max(3, round(0.2 * (right - left)))
    inside = depth[margin:-margin, margin:-margin]
    return float((inside > max(least * float(np.median(rim)), 40.0)).mean()) if inside.size else 0.0
