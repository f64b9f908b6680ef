"""Which boxes stand on the page, and which of them are ticked?

Drawn squares are found by their four sides, round buttons by their outline; glyphs (□ ☑ √) come with
the words. A box that a word covers is a box only if the word says so: 口, 日, 国 are squares too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ink import Ink, Mask, bounds_of
from verifier.reading.rings import FULL, find_rings, in_company

EMPTY_GLYPHS = frozenset("□☐◻▢▯囗")
TICKED_GLYPHS = frozenset("☑☒✓✔√■☛⊠")
MOUTH = "口"
MOUTH_BEFORE = frozenset("户人出入进窗门接港胃伤切开亲胸领袖瓶缺关路裂借渡岔海河江疮随糊松改住家")
MOUTH_AFTER = frozenset("头腔径服述令号语岸罩吃味红才供若碑琴哨子角感之")
SQUARE = frozenset("口日目田国回图因四园圆固困团囚曰旦巴由甲申白自百面且酉首西皿血月用冈网周车圈围贝见囗")
RINGS = frozenset("○◯〇◌oO0QD。")
DISCS = frozenset("●◉◎⊙⦿•◐@©")
BESIDE_BOX = frozenset("是否有无男女未已")
MISREAD = frozenset("区回囚凶囱図图网因四团VvUuMmNnYyXxKkWwAZzDOoO0LIJQB曰日口目冈贝")
INK_EMPTY, INK_TICKED = 0.04, 0.08  # share of the inside that carries ink
DOT_EMPTY, DOT_TICKED = 0.05, 0.12  # the same for round buttons
FRAME = 0.85  # share of every side with ink: drawn with a ruler, not by hand


@dataclass(frozen=True, slots=True)
class Cell:
    """One character of a word with its place in working pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float
    before: str = ""
    after: str = ""
    printed: bool = False  # of a text layer: its place is exact

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class TickFound:
    """A box in working pixels; `ticked` None when it cannot be said."""

    left: int
    top: int
    right: int
    bottom: int
    ticked: bool | None
    confidence: float
    said: bool = False  # the words say that it is a box, or its frame is too exact for a hand


def find_ticks(ink: Ink, cells: Sequence[Cell], seal_mask: Mask) -> list[TickFound]:
    """All boxes: drawn squares, then glyphs that no drawn square explains."""
    found = []
    for square in _squares(ink):
        said = _said(square, cells)
        drawn = _drawn(ink, square) and _alone(ink, square)
        if said is False and drawn and not _is_character(square, cells, ink):
            said = None  # an engine stretched its first character over the box
        if said is False or (said is None and (_under_seal(square, seal_mask) or not _alone(ink, square))):
            continue
        tick = _judged(ink, square, seal_mask, said)
        if said is None and not drawn and _inside_share(ink, square, seal_mask) > 0.5:
            continue  # 日 of a character that no engine placed here
        found.append(replace(tick, said=tick.said or drawn))
    for square in _solid_squares(ink):
        drawn = _drawn(ink, square) and _alone(ink, square) and not _is_character(square, cells, ink)
        if _said(square, cells) is False and not drawn:
            continue
        if not _under_seal(square, seal_mask) and not any(_touch(square, tick) for tick in found):
            found.append(TickFound(*square, True, 0.9, True))
    found += [tick for tick in _round(ink, cells, seal_mask) if not any(_touch(_sides(tick), other) for other in found)]
    for cell in cells:
        x, y = cell.middle
        if any(tick.left - 2 <= x <= tick.right + 2 and tick.top - 2 <= y <= tick.bottom + 2 for tick in found):
            continue
        if cell.text in TICKED_GLYPHS and not is_phantom(ink, cell):
            found.append(TickFound(int(cell.left), int(cell.top), int(cell.right) + 1, int(cell.bottom) + 1, True,
                                   min(0.95, cell.confidence), True))  # fmt: skip
        elif cell.text in EMPTY_GLYPHS and not is_phantom(ink, cell):
            found.append(_judged(ink, _inner_square(cell), seal_mask, True))
    return found


def is_phantom(ink: Ink, cell: Cell) -> bool:
    """A box that an engine read where the paper is bare, between two options."""
    x, _ = cell.middle
    half = min(cell.right - cell.left, 0.8 * (cell.bottom - cell.top)) / 2
    cut = ink.dark[max(int(cell.top), 0) : int(cell.bottom) + 1, max(int(x - half), 0) : int(x + half) + 1]
    return not cut.size or cv2.countNonZero(cut) < 0.02 * cut.size


def _sides(tick: TickFound) -> tuple[int, int, int, int]:
    return tick.left, tick.top, tick.right, tick.bottom


def _round(ink: Ink, cells: Sequence[Cell], seal_mask: Mask) -> list[TickFound]:
    """Round buttons: said by the words or in company, and no letter or digit of a word."""
    rings = sorted(find_rings(ink), key=lambda ring: -ring.radius)
    found: list[TickFound] = []
    for ring in rings:
        if any(_touch(ring.square, tick) for tick in found):
            continue  # the inner ring of ◎
        cell = next(
            (cell for cell in cells if cell.left <= ring.x <= cell.right and cell.top <= ring.y <= cell.bottom), None
        )
        if _under_seal(ring.square, seal_mask) or (cell is not None and _is_letter(cell)):
            continue
        said = cell is not None and cell.text in "○◯〇◉◎⊙" and ring.filled < FULL
        if not said and not in_company(ring, rings, ink.em):
            continue
        ticked = True if ring.filled >= DOT_TICKED else False if ring.filled <= DOT_EMPTY else None
        found.append(TickFound(*ring.square, ticked, 0.6 if ticked is None else 0.92, True))
    return found


def _is_letter(cell: Cell) -> bool:
    """A character of a word: anything that is no sign of a button, or stands among letters and figures."""
    if cell.text in EMPTY_GLYPHS | TICKED_GLYPHS | DISCS | RINGS or cell.confidence < 0.6:
        return any(
            (side.isascii() and side.isalnum()) or side in (".", ",") for side in (cell.before, cell.after) if side
        )
    return cell.confidence >= 0.8 and not _may_be_box(cell)


def _drawn(ink: Ink, square: tuple[int, int, int, int]) -> bool:
    """Every side is a straight stroke from corner to corner, as a ruler or a printer draws it."""
    left, top, right, bottom = square
    thick = 3
    cut = ink.dark[max(top - 1, 0) : bottom + 1, max(left - 1, 0) : right + 1] > 0
    if min(cut.shape) < 3 * thick:
        return False
    rows, columns = (cut[:thick], cut[-thick:]), (cut[:, :thick], cut[:, -thick:])
    straight = [float(side.mean(axis=1).max()) for side in rows] + [float(side.mean(axis=0).max()) for side in columns]
    corners = (cut[:3, :3], cut[:3, -3:], cut[-3:, :3], cut[-3:, -3:])
    return min(straight) >= FRAME and all(corner.any() for corner in corners)


def _alone(ink: Ink, square: tuple[int, int, int, int]) -> bool:
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
    return all(strip.mean() < 0.6 for strip in strips if strip.size) and sum(s.mean() for s in strips if s.size) < 1.3


def _is_character(square: tuple[int, int, int, int], cells: Sequence[Cell], ink: Ink) -> bool:
    """The square is one of those that characters hold, or smaller than any box beside this print."""
    left, top, right, bottom = square
    x, y = (left + right) / 2, (top + bottom) / 2
    if min(right - left, bottom - top) < 0.6 * ink.em:
        return True
    return any(
        (cell.printed or cell.text in SQUARE) and cell.left - 3 <= x <= cell.right + 3 and cell.top <= y <= cell.bottom
        for cell in cells
    )


def is_mouth(cell: Cell) -> bool:
    """The character 口 of a word (户口, 口头, 四口之家), not a box that was read or typed as 口."""
    if cell.text != MOUTH:
        return False
    if cell.before in BESIDE_BOX or cell.after in BESIDE_BOX:
        return False
    if cell.before in MOUTH_BEFORE or cell.after in MOUTH_AFTER:
        return True
    return _is_han(cell.before) and _is_han(cell.after)


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _under_seal(square: tuple[int, int, int, int], seal_mask: Mask) -> bool:
    """A square character of a stamp."""
    left, top, right, bottom = square
    cut = seal_mask[max(top, 0) : bottom, max(left, 0) : right]
    return cut.size > 0 and cv2.countNonZero(cut) > 0.9 * cut.size


def _touch(square: tuple[int, int, int, int], tick: TickFound) -> bool:
    left, top, right, bottom = square
    return left < tick.right and tick.left < right and top < tick.bottom and tick.top < bottom


def _inner_square(cell: Cell) -> tuple[int, int, int, int]:
    """The square that a glyph □ draws in its cell."""
    side = min(cell.right - cell.left, cell.bottom - cell.top)
    x, y = cell.middle
    return int(x - side / 2), int(y - side / 2), int(x + side / 2) + 1, int(y + side / 2) + 1


def _squares(ink: Ink) -> list[tuple[int, int, int, int]]:
    """Closed squares of about a character's size, by pairs of level and upright strokes."""
    least, most = max(6, int(0.42 * ink.em)), int(1.9 * ink.em)
    dark = ink.dark
    level = _strokes(dark, least, most, horizontal=True)
    upright = _strokes(dark, least, most, horizontal=False)
    slack = max(2.0, 0.13 * ink.em)
    found: list[tuple[int, int, int, int]] = []
    found += _framed_patches(ink, least, most)
    if not level or not upright:
        return found
    lines, walls = np.array(level), np.array(upright)
    for top in lines:
        left, right = np.maximum(lines[:, 0], top[0]), np.minimum(lines[:, 2], top[2])  # a tick may lengthen one
        side, width = lines[:, 3] - top[1], right - left
        fits = (side >= least) & (side <= most) & (width >= 0.65 * side)
        fits &= (side >= 0.72 * width) & (side <= 1.4 * width)
        for index in np.flatnonzero(fits):
            square = (int(left[index]), int(top[1]), int(right[index]), int(lines[index, 3]))
            if _has_sides(square, walls, slack) and not any(_same(square, other, slack) for other in found):
                found.append(square)
    return [square for square in found if not any(_inside(square, other) for other in found if other != square)]


def _framed_patches(ink: Ink, least: int, most: int) -> list[tuple[int, int, int, int]]:
    """Patches of ink that are as square as their outline: boxes so full of scrawl that no side is free."""
    return [
        (left, top, left + wide, top + high)
        for left, top, wide, high in bounds_of(ink.dark)
        if least <= min(wide, high) and max(wide, high) <= most and 0.8 <= wide / high <= 1.25
        and _drawn(ink, (left, top, left + wide, top + high))
    ]  # fmt: skip


def _inside(square: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """A smaller square that a tick makes with the border of its box."""
    wide = min(square[2], other[2]) - max(square[0], other[0])
    high = min(square[3], other[3]) - max(square[1], other[1])
    area = (square[2] - square[0]) * (square[3] - square[1])
    larger = (other[2] - other[0]) * (other[3] - other[1])
    return wide > 0 and high > 0 and wide * high > 0.6 * area and (larger, other) > (area, square)


def _strokes(dark: Mask, least: int, most: int, *, horizontal: bool) -> list[tuple[int, int, int, int]]:
    shape = (1, least) if horizontal else (least, 1)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 3) if horizontal else (3, 1), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
    found = []
    for left, top, width, height in bounds_of(opened):
        length, across = (width, height) if horizontal else (height, width)
        if length <= most * 1.9 and across <= max(4, 0.9 * least):
            found.append((left, top, left + width, top + height))
    return found


def _has_sides(square: tuple[int, int, int, int], walls: NDArray[Any], slack: float) -> bool:
    left, top, right, bottom = square
    spans = np.minimum(walls[:, 3], bottom) - np.maximum(walls[:, 1], top) >= 0.7 * (bottom - top)
    spans &= (walls[:, 1] >= top - 2.5 * slack) & (walls[:, 3] <= bottom + 2.5 * slack)
    if not spans.any():
        return False
    near = walls[spans]
    return bool((np.abs(near[:, 0] - left) <= slack).any() and (np.abs(near[:, 2] - right) <= slack).any())


def _same(one: tuple[int, int, int, int], other: tuple[int, int, int, int], slack: float) -> bool:
    return all(abs(a - b) <= 2 * slack for a, b in zip(one, other, strict=True))


def _said(square: tuple[int, int, int, int], cells: Sequence[Cell]) -> bool | str | None:
    """What the words say of this place: False, it is (part of) a character; True or None, a box; the
    glyph of a ticked box."""
    left, top, right, bottom = square
    side = right - left
    x, y = (left + right) / 2, (top + bottom) / 2
    for cell in cells:
        near_x = max(abs(x - cell.middle[0]) - (cell.right - cell.left) / 2, 0.0)
        near_y = max(abs(y - cell.middle[1]) - (cell.bottom - cell.top) / 2, 0.0)
        if near_x > 0.15 * side or near_y > 0.15 * side or cell.text.isspace():
            continue
        if cell.text in TICKED_GLYPHS:
            return cell.text
        if cell.text in EMPTY_GLYPHS:
            return True
        if cell.text == MOUTH:
            return not is_mouth(cell)
        if cell.confidence >= 0.8 and not _may_be_box(cell):
            return False
    return None


def _may_be_box(cell: Cell) -> bool:
    """A ticked box is read as one of these; then 是, 否, 有, 无 stand beside it and no other words."""
    beside = (cell.before in BESIDE_BOX) + (cell.after in BESIDE_BOX)
    foreign = any(_is_han(side) and side not in BESIDE_BOX for side in (cell.before, cell.after))
    return cell.text in MISREAD and beside > 0 and not foreign


def _judged(ink: Ink, square: tuple[int, int, int, int], seal_mask: Mask, said: bool | str | None) -> TickFound:
    share = _inside_share(ink, square, seal_mask)
    if isinstance(said, str) and share > INK_EMPTY / 2:  # a word alone does not fill an empty box
        share = max(share, INK_TICKED + 0.1)
    ticked = True if share >= INK_TICKED else False if share <= INK_EMPTY else None
    if ticked is False and _inside_share(ink, square, seal_mask, 0.25) > INK_TICKED:
        ticked = None  # a pen fainter than the border
    sure = min(1.0, abs(share - (INK_EMPTY + INK_TICKED) / 2) / 0.07)
    return TickFound(*square, ticked, round(0.5 + 0.48 * sure, 3), said is not None)


def _inside_share(ink: Ink, square: tuple[int, int, int, int], seal_mask: Mask, least: float = 0.5) -> float:
    """Share of the inside that carries ink at least half (`least`) as dark as the border: the blur of the
    border itself, however heavy, does not count."""
    left, top, right, bottom = square
    left, top = max(left, 0), max(top, 0)
    box = (slice(top, bottom), slice(left, right))
    coloured = np.where(seal_mask[box] > 0, 255, ink.white[box].min(axis=2))  # a red pen ticks too, a seal does not
    depth = 255 - np.minimum(ink.grey[box], coloured).astype(np.int16)
    if min(depth.shape) < 5:
        return 0.0
    rows, columns = (depth[:3], depth[-3:]), (depth[:, :3], depth[:, -3:])
    rim = np.concatenate([*(side.max(axis=0) for side in rows), *(side.max(axis=1) for side in columns)])
    margin = max(3, round(0.2 * (right - left)))
    inside = depth[margin:-margin, margin:-margin]
    return float((inside > max(least * float(np.median(rim)), 40.0)).mean()) if inside.size else 0.0


def _solid_squares(ink: Ink) -> list[tuple[int, int, int, int]]:
    """Boxes filled in with black: square, dense, about a character's size."""
    least, most = 0.42 * ink.em, 1.3 * ink.em
    solid = cv2.morphologyEx(ink.dark, cv2.MORPH_OPEN, np.ones((max(3, int(0.35 * ink.em)),) * 2, np.uint8))
    found = []
    for left, top, width, height in bounds_of(solid):
        area = cv2.countNonZero(solid[top : top + height, left : left + width])
        if least <= width <= most and least <= height <= most and 0.8 <= width / height <= 1.25:
            around = ink.dark[max(top - 4, 0) : top + height + 4, max(left - 4, 0) : left + width + 4]
            if area >= 0.88 * width * height and cv2.countNonZero(around) <= 2.4 * area:
                found.append((left, top, left + width, top + height))
    return found
