"""Is this word print or handwriting?

An OCR engine reads both. Each word's ink is measured against the other words of its page: hands write
larger, thinner or darker, less dense and less along the axes than the print around them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from verifier.reading.hands import Look, look_of
from verifier.reading.ink import Ink, Mask
from verifier.reading.piece import Piece

_BREAK = re.compile(
    r"[:：]\s*|(?<=签名)(?=[^处栏日人页：:）)])|(?<=签字)(?=[^处栏日人页：:）)])|(?<=签章)[）)]?|(?<=盖章)[）)]?"
    r"|(?<=(?:签名|签字)[）)])|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
)

# Logistic weights, fitted on drawn forms with simulated hands and scribbles, degraded as scans, fax
# and photographs (tests/reading); every measure is relative to the page's own print.
BIAS = -5.6
WEIGHTS = {"size": 11.5, "dense": -2.0, "axis": -7.5, "shade": 0.38, "stroke": -6.0, "blue": 4.0, "doubt": 6.5}
CHANGE = 0.9  # of 40 grey levels, or of two thirds of blue, between the two sides of a cut
INSLOT = 3.8  # log odds: after 签名 or 签字 a name is more often written than typed: enough to ask a person
ABOUT = 0.6  # of that, over or under the label
LONGEST_NAME = 8  # full-width characters
MISFIT = 3.0  # log odds: the reading does not fill its box (a scribble read as one letter)
SURE_LABEL = 0.9  # OCR confidence above which a form's own vocabulary counts as print


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a word that was printed or written as one: its rectangle in working pixels."""

    piece: Piece
    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    look: Look | None


def parts_of(ink: Ink, dark: Mask, pieces: Sequence[Piece]) -> list[Part]:
    """Words cut where a label ends, each with the measures of its ink: of no use where all is printed."""
    found = []
    compared = any(not piece.printed for piece in pieces)
    for piece in pieces:
        left, top, right, bottom = (value * ink.scale for value in piece.bounds)
        cuts = _cuts(piece) if piece.printed else sorted({*_cuts(piece), *_changes(ink, dark, piece)})
        for start, end in pairwise(cuts):
            a, b = left, right
            if piece.spans and (start > 0 or end < len(piece.text)):
                a = left + (right - left) * (piece.spans[start][0] if start else 0.0)
                b = left + (right - left) * (piece.spans[end - 1][1] if end < len(piece.text) else 1.0)
            sure = float(np.mean(piece.sure[start:end])) if piece.sure else piece.confidence
            box = (int(a), int(top), int(b) + 1, int(bottom) + 1)
            look = look_of(ink, dark, *box) if compared else None
            found.append(Part(piece, piece.text[start:end], *box, sure, look))
    return found


def _cuts(piece: Piece) -> list[int]:
    cuts = [0]
    if len(piece.spans) == len(piece.text):
        for match in _BREAK.finditer(piece.text):
            if cuts[-1] + 1 < match.end() < len(piece.text):
                cuts.append(match.end())
    return [*cuts, len(piece.text)]


def _changes(ink: Ink, dark: Mask, piece: Piece) -> list[int]:
    """Where the ink of a short line changes: the engine joined a name by pen to the print before it."""
    count = len(piece.text)
    if not 3 <= count <= 32 or len(piece.spans) != count:
        return []
    left, top, right, bottom = (value * ink.scale for value in piece.bounds)
    box = (slice(max(int(top), 0), int(bottom) + 1), slice(max(int(left), 0), int(right) + 1))
    own = dark[box] > 0
    if not own.size:
        return []
    depth = np.where(own, 255.0 - ink.grey[box], 0.0)
    columns = np.stack([own.sum(axis=0), depth.sum(axis=0), (own & (ink.blue[box] > 0)).sum(axis=0)]).astype(np.float64)
    sums = np.concatenate([np.zeros((3, 1)), columns.cumsum(axis=1)], axis=1)
    middles = [(first + last) / 2 for first, last in piece.spans]
    edges = [(one + other) / 2 for one, other in pairwise(middles)]
    best: tuple[float, int] = (CHANGE, 0)
    for place, edge in enumerate(edges, 1):
        at = min(max(int(edge * (own.shape[1] - 1)), 1), own.shape[1] - 1)
        before, after = sums[:, at], sums[:, -1] - sums[:, at]
        if place < 2 or min(before[0], after[0]) < 0.3 * ink.em**2 * 0.5:
            continue
        (_, dark_a, blue_a), (_, dark_b, blue_b) = before / before[0], after / after[0]
        best = max(best, (abs(dark_a - dark_b) / 40 + 1.5 * abs(blue_a - blue_b), place))
    return [best[1]] if best[1] else []


@dataclass(frozen=True, slots=True)
class Written:
    """Whether a part was written by hand: as its ink looks, and as its place suggests besides."""

    by_look: float
    by_place: float

    @property
    def hand(self) -> bool:
        return self.by_place >= 0.5

    @property
    def sure(self) -> bool:
        return self.by_look >= 0.5


PRINTED = Written(0.0, 0.0)


def handwritten(parts: Sequence[Part]) -> list[Written]:
    """For each part whether it was written by hand."""
    if all(part.piece.printed for part in parts):
        return [PRINTED] * len(parts)
    found = []
    slots = [part for part in parts if SLOT.search(part.text)]
    for part, row in zip(parts, measures(parts), strict=True):
        if part.piece.printed or is_label(part) or _is_heading(part, row):
            found.append(PRINTED)
            continue
        odds = BIAS + sum(WEIGHTS[name] * value for name, value in row.items()) + MISFIT * _misfits(part)
        placed = odds + INSLOT * _in_slot(part, slots)
        found.append(Written(float(1 / (1 + np.exp(-odds))), float(1 / (1 + np.exp(-placed)))))
    return found


def _in_slot(part: Part, slots: Sequence[Part]) -> float:
    """1 for a name's length of text right of a signature label on its row, nearer than twelve heights; less
    under it, in the label's box, or over it, where it is the caption of a line."""
    height = part.bottom - part.top
    middle = (part.top + part.bottom) / 2
    breadth = sum(1.0 if unicodedata.east_asian_width(one) in "WF" else 0.5 for one in part.text.strip())
    best = 0.0
    for label in slots if breadth <= LONGEST_NAME else ():
        if label is part:
            continue
        if label.top - 0.5 * height <= middle <= label.bottom + 0.5 * height:
            best = max(best, float(-0.5 * height <= part.left - label.right <= 12 * height))
        elif part.left < label.right + 2 * height and part.right > label.left:
            over, under = label.top - part.bottom, part.top - label.bottom
            best = max(best, ABOUT * (-0.4 * height <= over <= height or -0.4 * height <= under <= 2.5 * height))
    return best


def _misfits(part: Part) -> bool:
    breadth = sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.55 for character in part.text.strip())
    filled = (part.right - part.left) / max(breadth * (part.bottom - part.top), 1.0)
    return part.confidence < 0.97 and len(part.text.strip()) <= 3 and not 0.4 <= filled <= 2.0


def _is_heading(part: Part, row: dict[str, float]) -> bool:
    """Large print: a pen's stroke does not grow with the size of the writing, type's does."""
    large = len(part.text) >= 5 and part.confidence > 0.97 and row["size"] > 0.3
    return large and row["stroke"] > 0.02 - row["axis"] and row["dense"] > -0.35  # a thin pen fills its box less


def measures(parts: Sequence[Part]) -> list[dict[str, float]]:
    """The measures of each part against the page's print."""
    steady = [part.look for part in parts if part.look and part.confidence > 0.9 and len(part.text) >= 2]
    steady = steady or [part.look for part in parts if part.look]
    if not steady:
        return [dict.fromkeys(WEIGHTS, 0.0) for _ in parts]

    def middle(name: str) -> float:
        return float(np.median([getattr(look, name) for look in steady]))

    names = ("ems", "ink", "axis", "depth", "stroke", "blue")
    size, dense, axis, depth, stroke, blue = (middle(name) for name in names)
    spread = max(float(np.median([abs(look.depth - depth) for look in steady])) * 1.5, 6.0)
    rows = []
    for part in parts:
        look = part.look or replace(steady[0], ems=size, ink=dense, axis=axis, depth=depth, stroke=stroke, blue=blue)
        rows.append({
            "size": float(np.clip(np.log(max(look.ems, 0.1) / max(size, 0.1)), -0.5, 1.0)),
            "dense": float(np.clip(np.log(max(look.ink, 0.02) / max(dense, 0.02)), -1.0, 1.0)),
            "axis": float(np.clip(look.axis - axis, -0.3, 0.3)),
            "shade": float(min(abs(look.depth - depth) / spread, 5.0)),
            "stroke": float(np.clip(np.log(max(look.stroke, 0.5) / max(stroke, 0.5)), -0.5, 1.0)),
            "blue": float(max(look.blue - blue, 0.0)),
            "doubt": float(1 - part.confidence),
        })  # fmt: skip
    return rows


SLOT = re.compile(
    r"(?:签名|签字|签章|签署|盖章|监护人|声明人|申请人|[Ss]ignature(?: of [\w ]{1,24})?|[Ss]igned(?: by)?)"
    r"(?:处|栏|[（(][^）)]*[）)])?\s*[）)]?\s*[:：]?\s*[_＿]*$"
)
_LABEL = re.compile(
    r"[:：]\s*$|签名|签字|签章|盖章|日期|姓名|证件|电话|地址|号码|编号|声明|保险|(?:书|单|表|回执|凭证|证明|栏)$"
)


def is_label(part: Part) -> bool:
    """Words that a form prints before a blank; nobody writes them by hand outside a copied sentence."""
    return part.confidence > SURE_LABEL and len(part.text) <= 16 and bool(_LABEL.search(part.text))
