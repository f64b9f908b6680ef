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

from verifier.reading.ink import Ink, Mask, components
from verifier.reading.rules import Segment
from verifier.reading.smaller import smaller

SURE, POSSIBLE = 0.62, 0.45  # share of the border with ink
LEAST_EMS, LEAST_ROUND_EMS, MOST_EMS = 2.2, 3.4, 26.0
MOST_CHOP_EMS = 5.0
WHOLE_FRAME = 0.93  # share of each side of a name seal that is inked
RAYS = 72
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


def find_seals(ink: Ink, words: Sequence[tuple[str, float, float]], rules: Sequence[Segment]) -> list[SealFound]:
    """`words`: text and middle of the page's words, for stamps that lost their colour in a copy."""
    found: list[SealFound] = []
    for colour, mask in (("red", ink.red), ("blue", ink.blue)):
        found += _of_colour(ink, mask, colour)
    pale = [seal for seal in _of_colour(ink, ink.pale, "grey") if _pale_inside(ink, seal)]
    found += [seal for seal in pale if not any(_touch(seal, other) for other in found)]
    if not any(seal.colour == "red" for seal in found):
        found += [ring for ring in _copied_seals(ink) if not any(_touch(ring, seal) for seal in found)]
        found += [frame for frame in _framed_words(ink, words, rules) if not any(_touch(frame, seal) for seal in found)]
        found += [chop for chop in _copied_chops(ink) if not any(_touch(chop, seal) for seal in found)]
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


def _of_colour(ink: Ink, mask: Mask, colour: str) -> list[SealFound]:
    if cv2.countNonZero(mask) < 4 * ink.em:
        return []
    reach = max(3, int(ink.em * 0.55) | 1)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    labels, table = components(joined)
    found = []
    for row in range(1, len(table)):
        left, top, width, height, _ = (int(value) for value in table[row])
        if not _size_of_a_seal(width, height, ink):
            continue
        where = (slice(top, top + height), slice(left, left + width))
        own = (mask[where] > 0) & (labels[where] == row)
        score = border_share(own, ink.em)
        if colour == "blue":
            score -= 0.12  # blue pens are common, blue seals are not
        if score >= POSSIBLE and 0.06 < own.mean() < 0.75:
            confidence = min(0.99, 0.3 + score * 0.7)
            found.append(SealFound(left, top, left + width, top + height, colour, confidence, score >= SURE))
    return found


def _size_of_a_seal(width: int, height: int, ink: Ink) -> bool:
    short, long = min(width, height), max(width, height)
    page = max(ink.shape)
    return short >= LEAST_EMS * ink.em and long <= max(MOST_EMS * ink.em, page * 0.4) and long <= 8 * short


def border_share(own: NDArray[np.bool_], em: float) -> float:
    """Share of the border, as an ellipse or as a rectangle, that carries ink; the better of the two."""
    short, long = min(own.shape), max(own.shape)
    round_share = _ellipse_share(own) if short >= LEAST_ROUND_EMS * em and long <= 1.8 * short else 0.0
    return max(round_share, _rectangle_share(own))


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
    _, table = components(ink.dark)
    found = []
    for left, top, width, height, area in (map(int, row) for row in table[1:]):
        short, long = min(width, height), max(width, height)
        if short < LEAST_EMS * ink.em or long > MOST_CHOP_EMS * ink.em or long > 1.3 * short:
            continue
        own = ink.dark[top : top + height, left : left + width] > 0
        rim = max(3, short // 8)
        if _rectangle_share(own) >= WHOLE_FRAME and 0.12 < own[rim:-rim, rim:-rim].mean() < 0.6 and area > 2 * long:
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
