"""Which square frames of about a character's size are drawn on the page, ticked or not?

A frame is sought by its four sides alone, so that a stroke across it, a filling or a neighbour that
shares a side hides it no more than it hides it from a reader; once some are known, those of their size
in the same row or column need less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ink import Ink, Mask
from verifier.reading.squares import Square, is_alone, is_by_pen, is_drawn, is_empty

LEAST, MOST = 0.5, 1.9  # side of a box in ems
SHARE, ALIKE = 0.86, 0.68  # share of every side with ink; of one that stands in line with others of its size
RULING = 4.0  # ems: a level stroke so long is a ruling
BEGUN = 0.7  # share of the shortest side from its corner on
SHAPES = (1.0, 0.85, 1.18)  # height to width
CROWDED, LONELY = 0.15, 0.09  # share of the surroundings with ink: a square within a character
SCRAWLED = 0.3  # the same where more boxes are expected: a scribble of somebody's name
SMALL = 0.62  # ems: smaller squares that stand alone are parts of characters
NEAR, FAR = 0.12, 0.4  # the surroundings, in ems from the frame
ONWARD, RUNNING_ON = 0.2, 255  # ems behind a corner; a frame whose sides run on there gives way to any whose do not
BESIDE, CONTRAST = 0.3, 20  # ems from a side at which the paper is lighter by so many grey levels
OVERLAP = 0.15  # of two frames with a side in common
GRID = 3  # frames that share their walls in a row: boxes to write characters in

_Frames = NDArray[np.int64]  # rows left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawn frame; `company`: it or one of its size in its row or column is surely drawn by a machine."""

    square: Square
    company: bool


def find_frames(ink: Ink, type_: Mask) -> list[Frame]:
    """The frames outside the characters that are surely read (`type_`)."""
    places = _framed(ink, type_)
    found, shares = places[:, :4], places[:, 4]
    depth = cv2.bitwise_not(ink.grey)
    clear = _contrast(ink, cv2.dilate(depth, np.ones((3, 3), np.uint8)), found) > CONTRAST  # thin lines between places
    depth = _contrast(ink, depth, found) + (found[:, 2:] - found[:, :2]).sum(axis=1) // 2  # of equal ones the larger
    depth = depth - RUNNING_ON * _run_on(ink, found)
    surely = (shares >= SHARE * 255) & _off_the_rim(found, ink) & clear
    surely &= ~_pale_ground(ink, found)
    squares = _darkest(found[surely], depth[surely])
    sides = np.array(squares, np.int64).reshape(-1, 4)
    crowded = _crowded(ink, sides)
    several = [_in_line([square], sides, ink.em).sum() > 1 for square in squares]
    kept = [
        square
        for square, share, one_of_many in zip(squares, crowded.tolist(), several, strict=True)
        if (one_of_many and (share < CROWDED or _joined(square, squares, ink.em)))
        or (share < LONELY and square[2] - square[0] >= SMALL * ink.em)
    ]
    weaker = _in_line(kept, found, ink.em)
    more = _darkest(found[weaker], depth[weaker], known=kept)
    crowded = _crowded(ink, np.array(more, np.int64).reshape(-1, 4))
    kept += [square for square, share in zip(more, crowded.tolist(), strict=True) if share < SCRAWLED]
    kept = _without_grids(kept, ink.em)
    drawn = [
        square
        for square in kept
        if is_alone(ink, square) and (is_drawn(ink, square) or is_empty(ink, square)) and not is_by_pen(ink, square)
    ]
    sides = np.array(kept, np.int64).reshape(-1, 4)
    company = _in_line(drawn, sides, ink.em)
    company &= (sides[:, 2] - sides[:, 0] >= SMALL * ink.em) | (_crowded(ink, sides) < LONELY)  # not 口 of a character
    return [
        Frame(square, bool(known) and not _is_beside(square, kept, ink.em))
        for square, known in zip(kept, company, strict=True)
    ]


def _framed(ink: Ink, type_: Mask) -> _Frames:
    """All places and sizes at which four sides stand, with the share of ink on the weakest (of 255)."""
    soft = cv2.subtract(cv2.subtract(ink.soft, type_), large_areas(ink))
    level, upright = _straight(soft, ink.em, 1, 0), _straight(soft, ink.em, 0, 1)
    level = np.asarray(cv2.subtract(level, _rulings(level, ink.em)))  # no box has one for a side
    corners = cv2.bitwise_and(level, upright)
    down, across = (2 * places for places in np.nonzero(corners[::2, ::2]))  # the sides are three pixels wide
    sums = cv2.integral(level), cv2.integral(upright)
    height, width = ink.shape
    found = [np.zeros((0, 5), np.int64)]
    least = round(LEAST * ink.em)
    inside = (across + least < width) & (down + least < height)
    across, down = across[inside], down[inside]
    begun = _mean(sums[0], across, down, across + least, down) >= BEGUN * 255
    begun &= _mean(sums[1], across, down, across, down + least) >= BEGUN * 255
    across, down = across[begun], down[begun]
    for wide in range(least, int(MOST * ink.em) + 1):
        within = np.flatnonzero(across + wide < width)
        top = _mean(sums[0], across[within], down[within], across[within] + wide, down[within])
        wide_enough = top >= ALIKE * 255
        for high in sorted({round(wide * shape) for shape in SHAPES}):
            x, y, weakest = across[within[wide_enough]], down[within[wide_enough]], top[wide_enough]
            fits = y + high < height
            x, y, weakest = x[fits], y[fits], weakest[fits]
            for side, left, above, right, below in (
                (1, 0, 0, 0, high),
                (0, 0, high, wide, high),
                (1, wide, 0, wide, high),
            ):
                share = _mean(sums[side], x + left, y + above, x + right, y + below)
                good = share >= ALIKE * 255
                x, y, weakest = x[good], y[good], np.minimum(weakest, share)[good]
            found.append(np.stack([x, y, x + wide + 1, y + high + 1, weakest], axis=1))
    return np.concatenate(found)


def _mean(sums: NDArray[Any], left: _Frames, top: _Frames, right: _Frames, bottom: _Frames) -> _Frames:
    """Mean of the values from the first pixel to the last, both included."""
    total = sums[bottom + 1, right + 1] - sums[top, right + 1] - sums[bottom + 1, left] + sums[top, left]
    return np.asarray(total // ((right - left + 1) * (bottom - top + 1)), np.int64)


def _pale_ground(ink: Ink, frames: _Frames) -> NDArray[np.bool_]:
    """Wholly of one pale ink: a stroke of a watermark."""
    left, top, right, bottom = (frames[:, place] for place in range(4))
    room = (right - left) // 4
    inside = left + room, top + room, right - 1 - room, bottom - 1 - room
    pale = cv2.subtract(ink.soft, ink.dark)
    return _mean(cv2.integral(pale), *inside) > 0.5 * 255


def _off_the_rim(frames: _Frames, ink: Ink) -> NDArray[np.bool_]:
    room, (height, width) = round(0.5 * ink.em), ink.shape
    inside = (frames[:, :2].min(axis=1, initial=width) >= room) & (frames[:, 2] <= width - room)
    return np.asarray(inside & (frames[:, 3] <= height - room))


def _contrast(ink: Ink, depth: Mask, frames: _Frames) -> _Frames:
    """How much darker the palest side is than the paper along it without."""
    if not len(frames):
        return np.zeros(0, np.int64)
    sums = cv2.integral(depth)
    out = max(3, round(BESIDE * ink.em))
    left, top, right, bottom = frames[:, 0], frames[:, 1], frames[:, 2] - 1, frames[:, 3] - 1
    above, below = np.maximum(top - out, 0), np.minimum(bottom + out, ink.shape[0] - 1)
    before, behind = np.maximum(left - out, 0), np.minimum(right + out, ink.shape[1] - 1)
    sides = [
        _mean(sums, left, top, right, top) - _mean(sums, left, above, right, above),
        _mean(sums, left, bottom, right, bottom) - _mean(sums, left, below, right, below),
        _mean(sums, left, top, left, bottom) - _mean(sums, before, top, before, bottom),
        _mean(sums, right, top, right, bottom) - _mean(sums, behind, top, behind, bottom),
    ]
    return np.asarray(np.minimum.reduce(sides), np.int64)


def _run_on(ink: Ink, frames: _Frames) -> NDArray[np.bool_]:
    """Whose side runs on beyond a corner: a stroke across a box makes a smaller square with two of its sides."""
    if not len(frames):
        return np.zeros(0, np.bool_)
    sums = cv2.integral(ink.soft)
    height, width = ink.shape
    begin, end = 3, 3 + max(2, round(ONWARD * ink.em))
    left, top, right, bottom = frames[:, 0], frames[:, 1], frames[:, 2] - 1, frames[:, 3] - 1

    def inked(x: _Frames, y: _Frames, across: int, down: int) -> NDArray[np.bool_]:
        """Ink from `begin` to `end` in that direction, on the whole way."""
        from_x, to_x = np.sort([x + across * begin, x + across * end], axis=0)
        from_y, to_y = np.sort([y + down * begin, y + down * end], axis=0)
        spot = [
            np.clip(side, 0, most - 1)
            for side, most in zip((from_x, from_y, to_x, to_y), (width, height) * 2, strict=True)
        ]
        return np.asarray(_mean(sums, *spot) > 0.9 * 255)

    found = np.zeros(len(frames), np.bool_)
    for x, across in ((left, -1), (right, 1)):
        for y, down in ((top, -1), (bottom, 1)):
            found |= inked(x, y, across, 0) | inked(x, y, 0, down)
    return found


def large_areas(ink: Ink) -> Mask:
    """Areas larger than a box filled in (edges of the sheet, shadows of folds, dark grounds) and pale strokes
    broader than a pen's (a watermark)."""
    long, short = max(3, round(0.6 * ink.em)), max(2, round(0.2 * ink.em))
    soft, pale = _quarter(ink.soft), _quarter(cv2.subtract(ink.soft, ink.dark))
    solid = cv2.bitwise_or(
        cv2.morphologyEx(soft, cv2.MORPH_OPEN, np.ones((short, long), np.uint8)),
        cv2.morphologyEx(soft, cv2.MORPH_OPEN, np.ones((long, short), np.uint8)),
    )
    solid = cv2.bitwise_or(solid, cv2.morphologyEx(pale, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)))
    if not cv2.countNonZero(solid):
        return np.zeros_like(ink.soft)
    grown = cv2.dilate(solid, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.resize(grown, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_NEAREST))


def _quarter(mask: Mask) -> Mask:
    """The mask at a quarter of its size, where whole cells of it are inked."""
    small = cv2.resize(mask, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.threshold(small, 200, 255, cv2.THRESH_BINARY)[1])


def _rulings(level: Mask, em: float) -> Mask:
    """The level strokes that are too long for a box."""
    short = cv2.resize(level, (level.shape[1] // 4, level.shape[0]), interpolation=cv2.INTER_AREA)
    run = np.ones((1, round(RULING * em / 4) | 1), np.uint8)
    long = cv2.morphologyEx(np.asarray(cv2.threshold(short, 250, 255, cv2.THRESH_BINARY)[1]), cv2.MORPH_OPEN, run)
    wider = cv2.dilate(long, np.ones((1, 3), np.uint8))
    return np.asarray(cv2.resize(wider, (level.shape[1], level.shape[0]), interpolation=cv2.INTER_NEAREST))


def _straight(soft: Mask, em: float, across: int, down: int) -> Mask:
    """The straight strokes of one direction, a pixel wider on both sides."""
    length = max(5, round(0.35 * em)) | 1  # an even bar would shift what it opens
    closed = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, np.ones((1 + 2 * down, 1 + 2 * across), np.uint8))
    bar = np.ones((length, 1) if down else (1, length), np.uint8)
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, bar)
    return np.asarray(cv2.dilate(opened, np.ones((1 + 2 * across, 1 + 2 * down), np.uint8)))


def _crowded(ink: Ink, frames: _Frames) -> NDArray[np.float64]:
    """Share of each frame's surroundings that carries ink."""
    sums = cv2.integral(ink.dark) // 255
    height, width = ink.shape

    def inked(grow: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        left, top = np.maximum(frames[:, 0] - grow, 0), np.maximum(frames[:, 1] - grow, 0)
        right, bottom = np.minimum(frames[:, 2] + grow, width), np.minimum(frames[:, 3] + grow, height)
        count = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        return count.astype(np.int64), (right - left) * (bottom - top)

    near, far = inked(max(2, round(NEAR * ink.em))), inked(round(FAR * ink.em))
    return np.asarray((far[0] - near[0]) / np.maximum(far[1] - near[1], 1))


def _darkest(frames: _Frames, depth: _Frames, known: Sequence[Square] = ()) -> list[Square]:
    """Of frames that overlap the darkest: a thick side has room for many."""
    for square in known:
        apart = _overlap(frames, square) <= OVERLAP
        frames, depth = frames[apart], depth[apart]
    kept: list[Square] = []
    while len(frames):
        left, top, right, bottom = frames[int(depth.argmax())].tolist()
        kept.append((left, top, right, bottom))
        apart = _overlap(frames, kept[-1]) <= OVERLAP
        frames, depth = frames[apart], depth[apart]
    return kept


def _overlap(frames: _Frames, square: Square) -> NDArray[np.float64]:
    """Shared area of each frame with the square, as a share of the smaller of the two."""
    wide = np.minimum(frames[:, 2], square[2]) - np.maximum(frames[:, 0], square[0])
    high = np.minimum(frames[:, 3], square[3]) - np.maximum(frames[:, 1], square[1])
    own = (frames[:, 2] - frames[:, 0]) * (frames[:, 3] - frames[:, 1])
    other = (square[2] - square[0]) * (square[3] - square[1])
    return np.asarray(np.maximum(wide, 0) * np.maximum(high, 0) / np.minimum(own, other))


def _in_line(known: Sequence[Square], frames: _Frames, em: float) -> NDArray[np.bool_]:
    """Which frames have the size of a known one in whose row or column they stand."""
    aligned = np.zeros(len(frames), bool)
    for left, top, right, bottom in known:
        wide, high = right - left, bottom - top
        alike = np.abs(frames[:, 2] - frames[:, 0] - wide) <= 0.1 * wide + 1
        alike &= np.abs(frames[:, 3] - frames[:, 1] - high) <= 0.1 * high + 1
        aligned |= alike & ((np.abs(frames[:, 1] - top) <= 0.2 * em) | (np.abs(frames[:, 0] - left) <= 0.2 * em))
    return aligned


def _joined(square: Square, others: Sequence[Square], em: float) -> bool:
    """A rung of a ladder: another stands wall to wall above or below."""
    left, top, right, bottom = square
    return any(
        abs(other[0] - left) + abs(other[2] - right) <= 0.3 * em
        and min(abs(other[1] - bottom), abs(other[3] - top)) <= 0.2 * em
        for other in others
    )


def _is_beside(square: Square, others: Sequence[Square], em: float) -> bool:
    """Wall to wall with another before it in its row: the character behind a box."""
    return any(abs(square[0] - other[2]) <= 0.3 * em and abs(square[1] - other[1]) <= 0.5 * em for other in others)


def _without_grids(frames: list[Square], em: float) -> list[Square]:
    """Boxes to write one character in stand wall to wall in a row; boxes to tick at most under each other."""
    ordered = sorted(frames)
    runs: list[list[Square]] = []
    for frame in ordered:
        for run in runs:
            last = run[-1]
            if abs(frame[0] - last[2]) <= 0.3 * em and abs(frame[1] - last[1]) <= 0.2 * em:
                run.append(frame)
                break
        else:
            runs.append([frame])
    return [frame for run in runs if len(run) < GRID for frame in run]
