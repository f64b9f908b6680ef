"""Which printed words did somebody strike out?

A stroke of the pen runs level through the middle of the characters and across the gaps between them;
an underline runs beneath, a ruling of a table goes on where the word ends, and no stroke of a character
is as long as two of its kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.reading.ink import Ink, Mask, bounds_of, level_of
from verifier.reading.print import Part, Written
from verifier.reading.rules import Segment

RUN = 1.9  # characters that a stroke runs without a gap
MIDDLE = (0.2, 0.8)  # rows of the word, from its top, through which a strike goes
BEYOND = 2.5  # characters that it may run on beyond the word
CROSSED, BOTH = 0.12, 0.55  # share of its columns with ink above, and with ink below; the two together
SURELY_CROSSED = 0.2
BENT, STRAIGHT = 0.055, 0.045  # how far it leaves a straight line, in ems
INSIDE = 0.985  # share within the word above which no end of it sticks out
LONG = 4.5  # characters: no strokes of so many touch each other
SAME_SIZE = 1.15  # ems: larger characters are a heading's
_LINES = re.compile(r"^[—－\-_＿─…~一\s]*$|[—－\-_＿─…~]{2}")  # print that is a line itself


@dataclass(frozen=True, slots=True)
class StrikeFound:
    """A line through print in working pixels."""

    left: int
    top: int
    right: int
    bottom: int
    text: str
    confidence: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Run:
    """A level stroke without a gap: its box and its own pixels within."""

    left: int
    top: int
    right: int
    bottom: int
    own: NDArray[np.bool_]

    @property
    def length(self) -> int:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Course:
    """How a run lies among the other ink: `above`, `below`: share of its columns with such ink near it;
    `bent`: how far it leaves a straight line, in ems."""

    above: float
    below: float
    bent: float


def find_strikes(
    ink: Ink, parts: Sequence[Part], written: Sequence[Written], rules: Sequence[Segment], seal_mask: Mask
) -> list[StrikeFound]:
    """The strikes, each once, with the words under it."""
    printed = [part for part, hand in zip(parts, written, strict=True) if not hand.sure]
    found = []
    for run in _runs(ink):
        struck = [part for part in printed if _through(part, run, ink.em)]
        if not struck or any(_is_ruling(rule, run, ink) for rule in rules):
            continue
        part = max(struck, key=lambda part: min(run.right, part.right) - max(run.left, part.left))
        sure = _judged(ink, run, part)
        if sure is not None:
            sure &= not seal_mask[(run.top + run.bottom) // 2, (run.left + run.right) // 2]  # its border, its words
            sides = run.left, run.top, run.right, run.bottom
            found.append(StrikeFound(*sides, _under(part, run.left, run.right), 0.9 if sure else 0.6, sure))
    return _joined(found, 0.8 * ink.em)


def _judged(ink: Ink, run: Run, part: Part) -> bool | None:
    """Whether the run is surely a strike; None when it is none."""
    size = max(ink.em, _character(part))
    length = run.length / size
    if length < RUN:
        return None
    course = _course_of(ink, run)
    crossed = min(course.above, course.below)
    if crossed < CROSSED or course.above + course.below < BOTH or course.bent > BENT:
        return None
    inside = min(run.right, part.right) - max(run.left, part.left) > INSIDE * run.length
    if inside and length < LONG:  # strokes of neighbours that touch, or a part of a word struck out
        return False if size <= SAME_SIZE * ink.em and course.bent <= STRAIGHT else None
    return crossed >= SURELY_CROSSED and course.bent <= STRAIGHT


def _runs(ink: Ink) -> list[Run]:
    """Level strokes: pieces of about a character's width that continue each other, since a hand's line
    climbs a little; two lines through one word are one. Half-dark pixels between characters of a soft
    picture are gaps."""
    level = level_of(ink.grey, ink.dark, 0.25)
    firm = np.where(ink.grey < level + 0.45 * (255 - level), ink.dark, 0).astype(np.uint8)
    pieces = cv2.morphologyEx(firm, cv2.MORPH_OPEN, np.ones((1, max(8, round(1.05 * ink.em))), np.uint8))
    joined = cv2.dilate(pieces, np.ones((3, 3), np.uint8))
    found = []
    for left, top, wide, high in bounds_of(joined):
        if high <= 1.1 * ink.em + 2 and wide >= RUN * ink.em:
            own = pieces[top : top + high, left : left + wide] > 0
            if own.any(axis=0).mean() > 0.8:  # not the hole between two lines
                found.append(Run(left, top, left + wide, top + high, own))
    return found


def _through(part: Part, run: Run, em: float) -> bool:
    """The stroke lies in the middle rows of the word and does not go on far beyond it."""
    if _LINES.search(part.text):
        return False
    rows = part.bottom - part.top
    middle = (run.top + run.bottom) / 2
    if not part.top + MIDDLE[0] * rows <= middle <= part.top + MIDDLE[1] * rows:
        return False
    shared = min(run.right, part.right) - max(run.left, part.left)
    beyond = max(part.left - run.left, 0) + max(run.right - part.right, 0)
    return shared >= 0.45 * run.length and shared >= em and beyond <= BEYOND * em


def _character(part: Part) -> float:
    """Width of the part's own characters: a heading's strokes are as long as two characters of the text."""
    breadth = sum(1.0 if unicodedata.east_asian_width(one) in "WF" else 0.55 for one in part.text.strip())
    return min((part.right - part.left) / max(breadth, 1.0), float(part.bottom - part.top))


def _course_of(ink: Ink, run: Run) -> Course:
    reach = max(2, round(0.3 * ink.em))
    top, bottom = max(run.top - reach, 0), min(run.bottom + reach, ink.shape[0])
    own = np.zeros((bottom - top, run.length), np.uint8)
    own[run.top - top : run.bottom - top][run.own] = 255
    columns = np.flatnonzero(own.any(axis=0))
    own = own[:, columns]
    other = (ink.dark[top:bottom, run.left : run.right][:, columns] > 0) & (cv2.dilate(own, np.ones((3, 1))) == 0)
    rows = np.arange(len(own))[:, None]
    first, last = (own > 0).argmax(axis=0), len(own) - 1 - (own[::-1] > 0).argmax(axis=0)
    above = other & (rows < first) & (rows >= first - reach)
    below = other & (rows > last) & (rows <= last + reach)
    middle = (rows * (own > 0)).sum(axis=0) / (own > 0).sum(axis=0)
    bent = np.abs(middle - np.polyval(np.polyfit(columns, middle, 1), columns))
    return Course(
        float(above.any(axis=0).mean()), float(below.any(axis=0).mean()), float(np.percentile(bent, 90)) / ink.em
    )


def _is_ruling(rule: Segment, run: Run, ink: Ink) -> bool:
    """The run is a part of a printed line that goes on."""
    left, right, y = rule.left * ink.scale, rule.right * ink.scale, (rule.top + rule.bottom) / 2 * ink.scale
    along = rule.horizontal and run.top - 2 <= y <= run.bottom + 2
    return along and left <= run.left + 3 and right >= run.right - 3 and right - left > 1.5 * run.length


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
                surest = max(other, strike, key=lambda one: one.confidence)
                text = max(other.text, strike.text, key=len)
                kept[place] = StrikeFound(*sides, text, surest.confidence, surest.sure)
                break
        else:
            kept.append(strike)
    return kept
