"""Which printed words did somebody strike out?

A stroke of the pen runs level through the middle of the characters and across the gaps between them;
an underline runs beneath, a ruling of a table goes on where the word ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from verifier.reading.ink import Ink, bounds_of
from verifier.reading.print import Part

RUN = 1.9  # ems that a stroke runs without a gap: more than any stroke of one character
MIDDLE = (0.3, 0.74)  # rows of the word, from its top, through which a strike goes
_LINES = frozenset("—－-_＿─…~")


@dataclass(frozen=True, slots=True)
class StrikeFound:
    """A line through print in working pixels."""

    left: int
    top: int
    right: int
    bottom: int
    text: str
    confidence: float


def find_strikes(ink: Ink, parts: Sequence[Part]) -> list[StrikeFound]:
    """The strikes, each once, with the words under it."""
    runs = _runs(ink)
    found: list[StrikeFound] = []
    for part in parts:
        if len(part.text.strip()) < 2 or _LINES & set(part.text):
            continue
        for left, top, wide, high in runs:
            if _through(ink, part, left, top, wide, high):
                found.append(StrikeFound(left, top, left + wide, top + high, _under(part, left, left + wide), 0.8))
    return _joined(found, 0.8 * ink.em)


def _runs(ink: Ink) -> list[tuple[int, int, int, int]]:
    """Level strokes without a gap, left, top, width, height: pieces of about a character's width that
    continue each other, since a hand's line climbs a little. Half-dark pixels between characters of a
    soft picture are gaps."""
    if not cv2.countNonZero(ink.dark):
        return []
    level = float(np.percentile(ink.grey[ink.dark > 0], 25))
    firm = np.where(ink.grey < level + 0.45 * (255 - level), ink.dark, 0).astype(np.uint8)
    pieces = cv2.morphologyEx(firm, cv2.MORPH_OPEN, np.ones((1, max(8, round(1.05 * ink.em))), np.uint8))
    joined = cv2.dilate(pieces, np.ones((3, 3), np.uint8))
    return [run for run in bounds_of(joined) if run[3] <= 0.6 * ink.em + 2 and run[2] >= RUN * ink.em]


def _through(ink: Ink, part: Part, left: int, top: int, wide: int, high: int) -> bool:
    rows = part.bottom - part.top
    middle = top + high / 2
    if not part.top + MIDDLE[0] * rows <= middle <= part.top + MIDDLE[1] * rows:
        return False
    shared = min(left + wide, part.right) - max(left, part.left)
    if shared < 0.6 * wide or shared < RUN * ink.em:
        return False
    beyond = max(part.left - left, 0) + max(left + wide - part.right, 0)
    if beyond > 2.5 * ink.em:
        return False
    over = ink.dark[max(int(top - 0.3 * ink.em), 0) : top, left : left + wide]
    under = ink.dark[top + high : int(top + high + 0.3 * ink.em), left : left + wide]
    return all(side.size > 0 and float((side > 0).any(axis=0).mean()) > 0.3 for side in (over, under))


def _under(part: Part, left: int, right: int) -> str:
    """The characters that the line crosses."""
    share = (part.right - part.left) / max(len(part.text), 1)
    first, last = round((left - part.left) / share), round((right - part.left) / share)
    return part.text[max(first, 0) : max(last, 1)].strip()


def _joined(found: list[StrikeFound], reach: float) -> list[StrikeFound]:
    """Two lines through one word are one strike."""
    kept: list[StrikeFound] = []
    for strike in sorted(found, key=lambda one: (one.left, one.top)):
        for place, other in enumerate(kept):
            if strike.left < other.right and other.left < strike.right and abs(strike.top - other.top) < reach:
                sides = (
                    min(strike.left, other.left), min(strike.top, other.top),
                    max(strike.right, other.right), max(strike.bottom, other.bottom),
                )  # fmt: skip
                kept[place] = StrikeFound(*sides, max(other.text, strike.text, key=len), 0.9)
                break
        else:
            kept.append(strike)
    return kept
