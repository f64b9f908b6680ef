"""Where did somebody write by hand?

Ink that no printed word, ruling, seal or box explains, gathered into clusters. On OCR pages the words
themselves are asked first whether they are print: colour of the ink, alignment of the strokes with
the axes, size and steadiness against the other words of the page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from verifier.reading.ink import Ink, Mask, components, outer_outlines

_NEARLY_LEVEL = math.tan(math.radians(9))
DENSE, MOST_DENSE = 0.55, 0.75  # share of its box that writing with a fat pen fills
PAPER = 222  # grey level of the paper beside strokes
CRISP = 0.6  # share of firm ink of such a patch
LINE_EMS = 9.0  # a cluster longer than this is a written line rather than a name


@dataclass(frozen=True, slots=True)
class InkFound:
    """A cluster of ink in working pixels."""

    left: int
    top: int
    right: int
    bottom: int
    colour: str
    confidence: float
    sure: bool
    line: bool


def find_hands(ink: Ink, residue: Mask) -> list[InkFound]:
    """Clusters of the residue that look like writing."""
    em = ink.em
    across, down = max(3, int(0.95 * em)) | 1, max(3, int(0.45 * em)) | 1
    joined = cv2.dilate(residue, np.ones((down, across), np.uint8))
    found = []
    for outline in outer_outlines(joined):  # the ink is sparse: what stands far apart is looked at one by one
        left, top, wide, high = cv2.boundingRect(outline)
        if wide - across + 1 < 0.7 * em or high - down + 1 < 0.5 * em:
            continue
        own = np.zeros((high, wide), np.uint8)
        cv2.drawContours(own, [outline], -1, 255, -1, offset=(-left, -top))
        own &= residue[top : top + high, left : left + wide]
        own = _without_specks(own, em)
        labels, table = components(cv2.dilate(own, np.ones((down, across), np.uint8)))
        for row, (x, y, w, h, _) in enumerate(table[1:].tolist(), 1):
            where = (slice(y, y + h), slice(x, x + w))
            cluster = _cluster(ink, (own[where] > 0) & (labels[where] == row), left + x, top + y)
            if cluster is not None:
                found.append(cluster)
    return sorted(found, key=lambda cluster: (cluster.top, cluster.left))


def _without_specks(residue: Mask, em: float) -> Mask:
    """Dust, punctuation left over, and thin remains along rulings."""
    labels, table = components(residue)
    least = max(4.0, 0.02 * em * em)
    keep = table[:, 4] >= least
    keep[0] = False
    flat = np.minimum(table[:, 2], table[:, 3]) <= max(2, 0.09 * em)
    keep &= ~(flat & (np.maximum(table[:, 2], table[:, 3]) < 2.0 * em)) | (table[:, 4] > 4 * least) & ~flat
    return np.asarray(keep[labels].astype(np.uint8) * 255)


def _cluster(ink: Ink, own: np.ndarray, left: int, top: int) -> InkFound | None:
    rows, columns = np.nonzero(own)
    if len(rows) == 0:
        return None
    x0, x1, y0, y1 = left + columns.min(), left + columns.max() + 1, top + rows.min(), top + rows.max() + 1
    width, height, area = x1 - x0, y1 - y0, len(rows)
    em = ink.em
    if width < 0.7 * em or height < 0.5 * em or (width < 1.1 * em and height < 1.1 * em):
        return None
    density = area / (width * height)
    stroke = _stroke_width(own)
    length = area / max(stroke, 1.0)
    if density > MOST_DENSE or length < 2.2 * em or height > 9 * em or stroke > 0.62 * em:
        return None  # a block, a speck, a picture
    if (density > DENSE or stroke > 0.5 * em) and _crisp(ink, own, left, top) < CRISP:
        return None  # a rub, a shadow
    height_img, width_img = ink.shape
    if (x0 <= 2 or y0 <= 2 or x1 >= width_img - 2 or y1 >= height_img - 2) and density < 0.08:
        return None  # the edge of the sheet
    if _paper_beside(ink, own, left, top) < PAPER:
        return None  # a shadow, the cloud of a rub
    whole = _unbroken(own, em)
    if whole < 0.2:
        return None  # speckle of a fax
    size = min(1.0, (length / em - 2.2) / 5.0)
    confidence = 0.5 + 0.45 * size
    sure = length >= (3.3 if density <= DENSE else 4.5) * em and width >= 1.0 * em and whole >= 0.45
    return InkFound(
        int(x0), int(y0), int(x1), int(y1), _colour(ink, own, left, top), round(confidence, 3), bool(sure),
        line=width > LINE_EMS * em or (height > 3.2 * em and width > 6 * em),
    )  # fmt: skip


def _paper_beside(ink: Ink, own: np.ndarray, left: int, top: int) -> float:
    """How light it is beside the middle one of the inked pixels: strokes have paper next to them."""
    height, width = own.shape
    reach = round(0.35 * ink.em)
    y0, x0 = max(top - reach, 0), max(left - reach, 0)
    cut = ink.grey[y0 : top + height + reach, x0 : left + width + reach]
    light = cv2.dilate(cut, np.ones((2 * reach + 1,) * 2, np.uint8))
    return float(np.median(light[top - y0 : top - y0 + height, left - x0 : left - x0 + width][own]))


def _unbroken(own: np.ndarray, em: float) -> float:
    """Share of the ink in strokes of some length."""
    _, table = components(own.astype(np.uint8))
    areas = table[1:, 4].astype(np.float64)
    long = np.maximum(table[1:, 2], table[1:, 3]) >= 0.35 * em
    return float(areas[long].sum() / np.maximum(areas.sum(), 1.0))


def _crisp(ink: Ink, own: np.ndarray, left: int, top: int) -> float:
    """Share of the firm ink in all ink there: a pen's edge is sharp, a rub's is not."""
    height, width = own.shape
    around = cv2.dilate(own.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    soft = np.count_nonzero(ink.soft[top : top + height, left : left + width][around])
    return float(np.count_nonzero(own)) / max(float(soft), 1.0)


def _stroke_width(own: np.ndarray) -> float:
    """Mean width of the strokes: twice the mean distance to the edge along the middle."""
    padded = np.pad(own.astype(np.uint8), 1)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    ridge = distance[(distance > 0) & (distance >= cv2.dilate(distance, np.ones((3, 3))) - 1e-3)]
    return float(2 * ridge.mean() - 0.5) if ridge.size else 1.0


def _colour(ink: Ink, own: np.ndarray, left: int, top: int) -> str:
    height, width = own.shape
    where = (slice(top, top + height), slice(left, left + width))
    if float((ink.blue[where][own] > 0).mean()) > 0.35:
        return "blue"
    if float((ink.red[where][own] > 0).mean()) > 0.35:
        return "red"
    return "black" if float(np.percentile(ink.grey[where][own], 25)) < 120 else "grey"


# --- is a word print? -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """Measures of one word's ink. `axis`: share of edges along the axes; `ems`: height of its ink in
    heights of the page's print; `blue`: share of blue ink; `depth`: darkness; `stroke`: stroke width."""

    axis: float
    ems: float
    blue: float
    depth: float
    stroke: float
    ink: float


def _percentile(values: np.ndarray, percent: float) -> float:
    """The value at that place in the order; numpy's own takes longer than all else for a short word."""
    place = round(percent / 100 * (len(values) - 1))
    return float(np.partition(values, place)[place])


def look_of(ink: Ink, dark: Mask, left: int, top: int, right: int, bottom: int) -> Look | None:
    """The measures of the ink in a rectangle of `dark` (rulings taken out); None when there is hardly any."""
    height, width = ink.shape
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    if right - left < 3 or bottom - top < 3:
        return None
    own = dark[top:bottom, left:right] > 0
    if own.sum() < 0.05 * ink.em * ink.em:
        return None
    grey = ink.grey[top:bottom, left:right]
    gx, gy = (np.abs(edges.astype(np.float32)) for edges in cv2.spatialGradient(grey))
    weight = cv2.magnitude(gx, gy)
    steep = weight > 0.35 * max(_percentile(weight.ravel(), 97), 1.0)
    aligned = steep & ((gy < _NEARLY_LEVEL * gx) | (gx < _NEARLY_LEVEL * gy))
    axis = float(weight[aligned].sum() / max(float(weight[steep].sum()), 1.0))
    profile = np.cumsum(own.sum(axis=1))
    first, last = np.searchsorted(profile, (0.03 * profile[-1], 0.97 * profile[-1]))  # without strays of neighbours
    return Look(
        axis=axis,
        ems=float(last - first + 1) / ink.em,
        blue=float((ink.blue[top:bottom, left:right][own] > 0).mean()),
        depth=255 - _percentile(grey[own], 30),
        stroke=_stroke_width(own),
        ink=float(own[first : last + 1].mean()),
    )
