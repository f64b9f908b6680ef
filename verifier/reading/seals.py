"""Where are the seals: round, oval, square or oblong stamps, red, blue, or grey in a copy?

A seal is a border with something inside. Candidates are patches of one colour about the size of a
stamp; the share of the border that carries ink decides, so that red titles and blue writing do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from verifier.reading.ink import Ink, Mask, components

SURE, POSSIBLE = 0.62, 0.45  # share of the border with ink
LEAST_EMS, MOST_EMS = 2.2, 26.0
RAYS = 72


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


def find_seals(ink: Ink, printed: Mask) -> list[SealFound]:
    """`printed`: mask of known print, so that a red heading is no candidate."""
    found: list[SealFound] = []
    for colour, mask in (("red", ink.red), ("blue", ink.blue)):
        found += _of_colour(ink, mask, colour)
    if not any(seal.colour == "red" for seal in found):
        found += _copied_seals(ink)
    return found


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
        own = (mask[top : top + height, left : left + width] > 0) & (labels[top : top + height, left : left + width] == row)
        own = _without_outliers(own)
        score = border_share(own)
        if colour == "blue":
            score -= 0.08  # blue pens are common, blue seals are not
        if score >= POSSIBLE and 0.06 < own.mean() < 0.75:
            found.append(SealFound(left, top, left + width, top + height, colour, min(0.99, 0.3 + score * 0.7), score >= SURE))
    return found


def _size_of_a_seal(width: int, height: int, ink: Ink) -> bool:
    short, long = min(width, height), max(width, height)
    page = max(ink.shape)
    return short >= LEAST_EMS * ink.em and long <= max(MOST_EMS * ink.em, page * 0.4) and long <= 4.5 * short


def _without_outliers(own: np.ndarray) -> np.ndarray:
    return own


def border_share(own: np.ndarray) -> float:
    """Share of the border, as an ellipse or as a rectangle, that carries ink; the better of the two."""
    return max(_ellipse_share(own), _rectangle_share(own))


def _ellipse_share(own: np.ndarray) -> float:
    height, width = own.shape
    rows, columns = np.nonzero(own)
    if len(rows) == 0:
        return 0.0
    x = (columns - (width - 1) / 2) / (width / 2)
    y = (rows - (height - 1) / 2) / (height / 2)
    radius = np.hypot(x, y)
    ray = ((np.arctan2(y, x) + np.pi) / (2 * np.pi) * RAYS).astype(int) % RAYS
    ring = np.zeros(RAYS, bool)
    ring[ray[(radius > 0.86) & (radius < 1.06)]] = True
    corners = float((radius > 1.1).mean())  # ink outside the ellipse: a rectangle or writing
    return float(ring.mean()) - 2.0 * corners


def _rectangle_share(own: np.ndarray) -> float:
    height, width = own.shape
    thick = max(2, int(0.08 * min(height, width)))
    sides = (own[:thick].any(axis=0), own[-thick:].any(axis=0), own[:, :thick].any(axis=1), own[:, -thick:].any(axis=1))
    return float(min(side.mean() for side in sides))


def _copied_seals(ink: Ink) -> list[SealFound]:
    """Round stamps that lost their colour in a copy: a grey or black ring of several characters' size."""
    page = max(ink.shape)
    scale = min(1.0, 420 / page)
    small = cv2.resize(cv2.min(ink.grey, ink.white[:, :, 1]), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    least, most = int(2.6 * ink.em * scale), int(min(9.0 * ink.em, page * 0.13) * scale)
    if most <= least or least < 5:
        return []
    circles = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, dp=1.0, minDist=2 * least, param1=80, param2=26, minRadius=least, maxRadius=most
    )
    found = []
    for x, y, radius in circles[0] if circles is not None else []:
        centre, reach = (float(x) / scale, float(y) / scale), float(radius) / scale
        score, best = _ring_share(ink, centre, reach)
        if score >= 0.8:
            left, top = int(centre[0] - best), int(centre[1] - best)
            found.append(
                SealFound(max(left, 0), max(top, 0), int(centre[0] + best) + 1, int(centre[1] + best) + 1, "grey",
                          min(0.9, score * 0.9), score >= 0.88)  # fmt: skip
            )
    return found


def _ring_share(ink: Ink, centre: tuple[float, float], reach: float) -> tuple[float, float]:
    """Best share of a thin ring that is inked, over a few radii; a ring crossed by rulings only has few."""
    angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    dark = cv2.max(ink.dark, cv2.bitwise_and(ink.red, ink.red))
    height, width = dark.shape
    best = (0.0, reach)
    for radius in np.arange(reach - 6, reach + 7, 1.0):
        hit = np.zeros(len(angles), bool)
        for nudge in (-1.0, 0.0, 1.0):
            x = (centre[0] + (radius + nudge) * np.cos(angles)).round().astype(int)
            y = (centre[1] + (radius + nudge) * np.sin(angles)).round().astype(int)
            inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            hit[inside] |= dark[y[inside], x[inside]] > 0
        outside_x = (centre[0] + (radius + 6) * np.cos(angles)).round().astype(int).clip(0, width - 1)
        outside_y = (centre[1] + (radius + 6) * np.sin(angles)).round().astype(int).clip(0, height - 1)
        share = float(hit.mean()) - 0.5 * float((dark[outside_y, outside_x] > 0).mean())
        best = max(best, (share, float(radius)))
    return best
