"""Where are the seals: round, oval, square or oblong stamps, red, blue, or grey in a copy?

A seal is a border with something inside. Candidates are patches of one colour about the size of a
stamp; the share of the border that carries ink decides, so that red titles and blue writing do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.borders import border_of
from verifier.reading.ink import Ink, Mask, components, outer_outlines
from verifier.reading.rules import Segment
from verifier.reading.smaller import smaller

SURE, POSSIBLE = 0.62, 0.45  # share of the border with ink
LEAST_EMS, LEAST_ROUND_EMS, MOST_EMS = 2.2, 3.4, 26.0
MOST_CHOP_EMS = 5.0
WHOLE_BORDER = 0.8  # share of a colourless border around a stamp's words that is sure
WHOLE_FRAME = 0.93  # share of each side of a name seal that is inked
COPIED = 0.3 + 0.7 * 0.72  # confidence of a border that no colour tells from other ink
LEAST_LOOSE = 12  # pixels of ink outside the words for each em, below which there is no ring
THROUGH = 0.85  # share of a row or column inside a frame with ink: a line across it
GAPS = (0.55, 1.3)  # ems within which patches of a stamp's border belong together
LEAST_DENSE = 0.035  # share of its box that a stamp's ink covers
RAYS = 72
PEN = "blue"  # the colour of most pens and of few stamps: a signature's outermost strokes make no border
STAMP_WORDS = re.compile(r"章|专用|公司|转讫|收讫|付讫|现讫|作废|受理")
_FRAMED = re.compile(r"(?<![签盖])章|专用|转讫|收讫|付讫|现讫|作废|受理|印$")
PALE_INSIDE = 0.55  # share of the ink inside a colourless stamp that is as pale as its border


@dataclass(frozen=True, slots=True)
class SealFound:
    """A stamp in working pixels."""

    left: int
    top: int
    right: int
    bottom: int
    colour: str
    confidence: float
    sure: bool


def find_seals(
    ink: Ink, words: Sequence[tuple[str, float, float]], rules: Sequence[Segment], loose: Mask
) -> list[SealFound]:
    """For stamps that lost their colour in a copy: `words`, text and middle of the page's words, and `loose`,
    the ink outside words and rulings."""
    found: list[SealFound] = []
    for colour, mask in (("red", ink.red), ("blue", ink.blue)):
        found += _of_colour(ink, mask, colour)
    pale = [seal for seal in _of_colour(ink, ink.pale, "grey") if _pale_inside(ink, seal)]
    found += [seal for seal in pale if not any(_touch(seal, other) for other in found)]
    grey = [seal for seal in _of_colour(ink, loose, "grey", frames=False) if seal.confidence >= COPIED]
    if not any(seal.colour == "red" for seal in found):
        rings = _copied_seals(ink) if cv2.countNonZero(loose) > LEAST_LOOSE * ink.em else []
        grey += [*rings, *_framed_words(ink, words, rules), *_copied_chops(ink)]
    for seal in [*grey, *_around_words(ink, words)]:
        if not any(_touch(seal, other) for other in found):
            found.append(seal)
    return found


def _around_words(ink: Ink, words: Sequence[tuple[str, float, float]]) -> list[SealFound]:
    """Frames and rings around the words of a stamp, however the stamp was turned: no other line meets them."""
    places = [(round(x / 2), round(y / 2)) for text, x, y in words if _FRAMED.search(text) and len(text) <= 10]
    if not places:
        return []
    half = cv2.resize(ink.dark, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    half = np.asarray(cv2.threshold(half, 60, 255, cv2.THRESH_BINARY)[1])
    labels, table = components(cv2.dilate(half, np.ones((3, 3), np.uint8)))
    found = []
    for row, (left, top, width, height, _) in enumerate(table.tolist()):
        held = any(left < x < left + width and top < y < top + height for x, y in places)
        if row == 0 or not held or not _size_of_a_seal(2 * width, 2 * height, ink):
            continue
        where = (slice(top, top + height), slice(left, left + width))
        own = (half[where] > 0) & (labels[where] == row)
        score, (x0, y0, x1, y1) = _bordered(own, 0.5 * ink.em)
        if score >= SURE and not _is_divided(own):
            sides = (2 * (left + x0), 2 * (top + y0), 2 * (left + x1), 2 * (top + y1))
            found.append(SealFound(*sides, "grey", min(0.9, 0.3 + score * 0.7), score >= WHOLE_BORDER))
    return found


def _pale_inside(ink: Ink, seal: SealFound) -> bool:
    """The words in the frame are of the frame's ink: not a field of a form with grey lines."""
    rim = max(3, round(0.2 * ink.em))
    inside = (slice(seal.top + rim, seal.bottom - rim), slice(seal.left + rim, seal.right - rim))
    dark = cv2.countNonZero(ink.dark[inside]) if ink.dark[inside].size else 0
    return dark > 0.03 * ink.dark[inside].size and cv2.countNonZero(ink.pale[inside]) > PALE_INSIDE * dark


def _touch(one: SealFound, other: SealFound) -> bool:
    level = one.left < other.right and other.left < one.right
    return level and one.top < other.bottom and other.top < one.bottom


def _is_divided(own: NDArray[np.bool_]) -> bool:
    """Lines run through it from side to side: cells of a form."""
    inside = cv2.dilate(own.astype(np.uint8), np.ones((5, 5), np.uint8))
    rim = max(6, min(own.shape) // 6)
    inside = inside[rim:-rim, rim:-rim]
    if not inside.size:
        return True
    return bool(max(inside.mean(axis=0).max(), inside.mean(axis=1).max()) > THROUGH)


def _of_colour(ink: Ink, mask: Mask, colour: str, *, frames: bool = True) -> list[SealFound]:
    """`frames`: oblong borders count as well as rings; without a colour they are cells of a form."""
    if cv2.countNonZero(mask) < 4 * ink.em:
        return []
    found: list[SealFound] = []
    half = cv2.resize(mask, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)  # the shape shows at half the size
    half = np.asarray(cv2.threshold(half, 60, 255, cv2.THRESH_BINARY)[1])
    for gap in GAPS[:1] if colour == PEN else GAPS:
        for seal in _in_patches(ink, half, colour, max(3, int(0.5 * ink.em * gap) | 1), frames):
            if not any(_touch(seal, other) for other in found):
                found.append(seal)
    return found


def _in_patches(ink: Ink, mask: Mask, colour: str, reach: int, frames: bool) -> list[SealFound]:
    """Stamps among the patches of the mask whose gaps are closed so far."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    labels, table = components(joined)
    found = []
    for row in range(1, len(table)):
        left, top, width, height, _ = (int(value) for value in table[row])
        if not _size_of_a_seal(2 * width, 2 * height, ink):
            continue
        where = (slice(top, top + height), slice(left, left + width))
        own = (mask[where] > 0) & (labels[where] == row)
        score, (x0, y0, x1, y1) = _bordered(own, 0.5 * ink.em, frames, turned=colour != PEN)
        if colour == PEN:
            score -= 0.12
        dense = float(own.mean())
        chop = 2 * max(width, height) <= MOST_CHOP_EMS * ink.em and dense > 0.6  # light characters on a ground
        if score >= POSSIBLE and LEAST_DENSE < dense < (0.96 if chop else 0.75):
            sides = (2 * (left + x0), 2 * (top + y0), 2 * (left + x1), 2 * (top + y1))
            found.append(SealFound(*sides, colour, min(0.99, 0.3 + score * 0.7), score >= SURE and dense < 0.8))
    return found


def _bordered(
    own: NDArray[np.bool_], em: float, frames: bool = True, *, turned: bool = True
) -> tuple[float, tuple[int, int, int, int]]:
    """Share of the border with ink, and its box: as the patch lies, or else (`turned`) as its outermost points lie."""
    height, width = own.shape
    score = border_share(own, em) if frames else _round_share(own, em)
    if turned and score < SURE:
        rows, columns = np.nonzero(own)
        border = border_of(np.stack([columns, rows], axis=1), em, LEAST_ROUND_EMS, frames=frames)
        if border.share > score:
            return border.share, (border.left, border.top, border.right, border.bottom)
    return score, (0, 0, width, height)


def _size_of_a_seal(width: int, height: int, ink: Ink) -> bool:
    short, long = min(width, height), max(width, height)
    page = max(ink.shape)
    return short >= LEAST_EMS * ink.em and long <= max(MOST_EMS * ink.em, page * 0.4) and long <= 8 * short


def border_share(own: NDArray[np.bool_], em: float) -> float:
    """Share of the border, as an ellipse or as a rectangle, that carries ink; the better of the two."""
    return max(_round_share(own, em), _rectangle_share(own))


def _round_share(own: NDArray[np.bool_], em: float) -> float:
    short, long = min(own.shape), max(own.shape)
    return _ellipse_share(own) if short >= LEAST_ROUND_EMS * em and long <= 1.8 * short else 0.0


def _ellipse_share(own: NDArray[np.bool_]) -> float:
    """Share of the directions in which the outermost ink lies on the ellipse of the patch."""
    height, width = own.shape
    rows, columns = np.nonzero(own)
    if len(rows) == 0:
        return 0.0
    x = (columns - (width - 1) / 2) / (width / 2)
    y = (rows - (height - 1) / 2) / (height / 2)
    radius = np.hypot(x, y)
    ray = ((np.arctan2(y, x) + np.pi) / (2 * np.pi) * RAYS).astype(int) % RAYS
    outermost = np.zeros(RAYS)
    np.maximum.at(outermost, ray[radius < 1.12], radius[radius < 1.12])
    outside = float((radius > 1.12).mean())  # ink in the corners: a rectangle or writing
    return float(((outermost > 0.9) & (outermost < 1.1)).mean()) - 2.0 * outside


def _rectangle_share(own: NDArray[np.bool_]) -> float:
    height, width = own.shape
    thick = max(2, int(0.08 * min(height, width)))
    sides = (own[:thick].any(axis=0), own[-thick:].any(axis=0), own[:, :thick].any(axis=1), own[:, -thick:].any(axis=1))
    return float(min(side.mean() for side in sides))


def _copied_seals(ink: Ink) -> list[SealFound]:
    """Round stamps that lost their colour in a copy: a grey or black ring of several characters' size."""
    page = max(ink.shape)
    scale = min(1.0, 420 / page)
    small = smaller(cv2.min(ink.grey, ink.white[:, :, 1]), scale)
    least, most = int(2.6 * ink.em * scale), int(min(9.0 * ink.em, page * 0.13) * scale)
    if most <= least or least < 5:
        return []
    circles = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, dp=1.0, minDist=2 * least, param1=80, param2=26, minRadius=least, maxRadius=most
    )
    found: list[SealFound] = []
    for x, y, radius in circles[0][:12] if circles is not None else []:
        score, centre, best = _settled(ink, (float(x) / scale, float(y) / scale), float(radius) / scale)
        if score >= 0.8 and not any(seal.left <= centre[0] <= seal.right for seal in found):
            left, top = int(centre[0] - best), int(centre[1] - best)
            found.append(
                SealFound(
                    max(left, 0),
                    max(top, 0),
                    int(centre[0] + best) + 1,
                    int(centre[1] + best) + 1,
                    "grey",
                    min(0.9, score * 0.9),
                    score >= 0.88,
                )
            )
    return found


def _copied_chops(ink: Ink) -> list[SealFound]:
    """Square name seals that lost their colour in a copy: a closed frame of a few characters' size that touches no
    other line, with strokes inside. Other things look so too: a person has to say."""
    found = []
    for left, top, width, height in map(cv2.boundingRect, outer_outlines(ink.dark)):
        short, long = min(width, height), max(width, height)
        if short < LEAST_EMS * ink.em or long > MOST_CHOP_EMS * ink.em or long > 1.3 * short:
            continue
        own = ink.dark[top : top + height, left : left + width] > 0
        rim = max(3, short // 8)
        if _rectangle_share(own) >= WHOLE_FRAME and 0.12 < own[rim:-rim, rim:-rim].mean() < 0.6:
            found.append(SealFound(left, top, left + width, top + height, "grey", 0.6, False))
    return found


def _framed_words(ink: Ink, words: Sequence[tuple[str, float, float]], rules: Sequence[Segment]) -> list[SealFound]:
    """Oblong stamps that lost their colour: four lines that end at each other's ends, around the words
    of a stamp. The lines of a table run on."""
    slack = 0.7 * ink.em
    level = [_scaled(rule, ink.scale) for rule in rules if rule.horizontal]
    upright = [_scaled(rule, ink.scale) for rule in rules if not rule.horizontal]
    found = []
    for text, x, y in words:
        if not _FRAMED.search(text):
            continue
        for left, top, _, bottom in upright:
            if not (left < x and top - slack < y < bottom + slack and 2.0 * ink.em < bottom - top < 9 * ink.em):
                continue
            lids = [line for line in level if abs(line[0] - left) < slack and line[0] < x < line[2]]
            for lid in lids:
                for base in lids:
                    shut = any(abs(side[0] - lid[2]) < slack and abs(side[1] - top) < slack for side in upright)
                    fits = lid[2] - left <= min(MOST_EMS * ink.em, 9 * (bottom - top)) and not any(
                        left + slack < wall[0] < lid[2] - slack and wall[1] < y < wall[3] for wall in upright
                    )
                    if (
                        abs(lid[1] - top) < slack
                        and abs(base[1] - bottom) < slack
                        and lid is not base
                        and shut
                        and fits
                    ):
                        found.append(SealFound(int(left), int(top), int(lid[2]), int(bottom), "grey", 0.8, True))
    return found[:1]


def _scaled(rule: Segment, scale: float) -> tuple[float, float, float, float]:
    return rule.left * scale, rule.top * scale, rule.right * scale, rule.bottom * scale


def _settled(ink: Ink, centre: tuple[float, float], reach: float) -> tuple[float, tuple[float, float], float]:
    """The ring moved to where its share is best: Hough's centre is off by some pixels."""
    score, radius = _ring_share(ink, centre, reach)
    step = 4.0
    while score > 0.35 and step >= 1.0:
        near = [(centre[0] + dx * step, centre[1] + dy * step) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))]
        tried = [(*_ring_share(ink, point, radius), point) for point in near]
        best = max(tried, key=lambda entry: entry[0])
        if best[0] > score + 1e-6:
            score, radius, centre = best
        else:
            step /= 2
    return score, centre, radius


_RAYS = np.linspace(0, 2 * np.pi, 120, endpoint=False)
_COSINES, _SINES = np.cos(_RAYS), np.sin(_RAYS)


def _ring_share(ink: Ink, centre: tuple[float, float], reach: float) -> tuple[float, float]:
    """Best share of a thin ring that is inked, over a few radii; a ring crossed by rulings only has few."""
    radii = np.arange(reach - 6, reach + 7, 1.0)
    steps = np.arange(reach - 7, reach + 13.5, 1.0)  # a pixel within the smallest ring to six without the largest
    height, width = ink.shape
    x = (centre[0] + steps[:, None] * _COSINES).round().astype(int)
    y = (centre[1] + steps[:, None] * _SINES).round().astype(int)
    dark = ink.dark[y.clip(0, height - 1), x.clip(0, width - 1)] > 0
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    inked = dark & inside
    hit = inked[:-2] | inked[1:-1] | inked[2:]
    shares = hit[: len(radii)].mean(axis=1) - 0.5 * dark[7 : 7 + len(radii)].mean(axis=1)
    best = int(len(radii) - 1 - shares[::-1].argmax())  # of equal ones the widest
    return max((0.0, reach), (float(shares[best]), float(radii[best])))
