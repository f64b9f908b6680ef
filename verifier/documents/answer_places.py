"""In which of its two places does the ink of an answer stand, when a tick hid its box from the reader?

The boxes of numbered questions stand one under the other. Where those of most questions were found, so are the
places of the others: beside an open box the one that holds clearly more ink is the one that was ticked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from verifier.documents.layout import Sheet
from verifier.ink import InkMap, unpack
from verifier.model import Box, Mark, MarkKind, MarkState

Words = Sequence[tuple[str, Box]]  # the options that were read of one question: value, place of its word

TICKED_BY_INK = 0.8  # how sure an answer is that only its ink tells
MORE = 1.15  # times the ink of the open box
CELLS = 2  # cells of ink more than the open box has


@dataclass(frozen=True, slots=True)
class Told:
    """The option whose place holds the tick, and that place."""

    value: str
    place: Box


class AnswerPlaces:
    """Where the boxes of the two options stand, learnt from the questions of one page."""

    def __init__(self, sheet: Sheet, rows: Sequence[Words]) -> None:
        self.pixels = unpack(sheet.page.ink)
        self.boxes = [mark for mark in sheet.page.marks if mark.kind is MarkKind.TICK]
        self.slots = self._learnt(rows) if self.pixels is not None else {}

    def told(self, top: float, bottom: float) -> Told | None:
        """The answer between two heights, where the box of one option was found open and the other's was not, or
        was found ticked."""
        if len(self.slots) != 2 or self.pixels is None:
            return None
        found = {value: self._box(slot, top, bottom) for value, slot in self.slots.items()}
        for value, other in ((a, b) for a in found for b in found if a != b):
            mine, beside = found[value], found[other]
            if beside is None or beside.state is not MarkState.ABSENT:
                continue
            place = _at_height(self.slots[value], beside.at)
            if mine is not None and mine.state is MarkState.PRESENT:
                return Told(value, mine.box)
            if mine is None and _holds_more(self.pixels, place, beside.at):
                return Told(value, _moved(beside.box, place.left - beside.at.left))
        return None

    def _box(self, slot: tuple[float, float], top: float, bottom: float) -> Mark | None:
        """The box of an option at a height; open ones first, as a tick beside them is no box."""
        middle, wide = (slot[0] + slot[1]) / 2, slot[1] - slot[0]
        near = [
            mark for mark in self.boxes
            if abs(mark.at.middle[0] - middle) < 0.5 * wide and top <= mark.at.middle[1] <= bottom
        ]  # fmt: skip
        return min(near, key=lambda mark: (mark.state is not MarkState.ABSENT, -mark.confidence), default=None)

    def _learnt(self, rows: Sequence[Words]) -> Mapping[str, tuple[float, float]]:
        """The sides of each option's boxes; of one whose boxes were never found, as far from its words as the
        other's are."""
        words: dict[str, list[Box]] = {}
        marks: dict[str, list[tuple[Box, Box]]] = {}
        for value, word in (one for row in rows for one in row):
            words.setdefault(value, []).append(word)
            mark = self._beside(word)
            if mark is not None:
                marks.setdefault(value, []).append((word, mark.at))
        if len(words) != 2 or not any(len(pairs) >= 2 for pairs in marks.values()):
            return {}
        known = max(marks, key=lambda value: len(marks[value]))
        left = median(box.left - word.right for word, box in marks[known])
        right = median(box.right - word.right for word, box in marks[known])
        slots = {value: (median(b.left for _, b in pairs), median(b.right for _, b in pairs))
                 for value, pairs in marks.items()}  # fmt: skip
        for value, places in words.items():
            edge = median(word.right for word in places)
            slots.setdefault(value, (edge + left, edge + right))
        first, second = sorted(slots.values())
        return slots if second[0] - first[1] > 0 else {}

    def _beside(self, word: Box) -> Mark | None:
        """The open box in front of a word, or read as a part of it."""
        near = [
            mark for mark in self.boxes
            if mark.state is MarkState.ABSENT and abs(mark.at.middle[1] - word.middle[1]) < 0.6 * word.height
            and word.left - 1.5 * mark.at.width < mark.at.middle[0] < word.right - 0.5 * mark.at.width
        ]  # fmt: skip
        return near[0] if len(near) == 1 else None


def _at_height(slot: tuple[float, float], beside: Box) -> Box:
    return Box(slot[0], beside.top, slot[1], beside.bottom)


def _holds_more(pixels: InkMap, place: Box, beside: Box) -> bool:
    """Compared with the open box beside it, on the same ground: a tick fills its box and runs over its corner."""
    mine, other = _ground(place), _ground(beside)
    inked, open_ink = pixels.inked(mine), pixels.inked(other)
    fair = abs(pixels.size(mine) - pixels.size(other)) <= 0.34 * max(pixels.size(other), 1)
    return fair and inked >= MORE * open_ink and inked >= open_ink + CELLS and open_ink >= CELLS


def _ground(box: Box) -> Box:
    wide, high = box.width, box.height
    return Box(
        max(0.0, box.left - 0.2 * wide), max(0.0, box.top - 0.3 * high), min(1.0, box.right + 0.2 * wide),
        min(1.0, box.bottom + 0.1 * high),
    )  # fmt: skip


def _moved(box: Box, away: float) -> Box:
    left = max(0.0, box.left + away)
    return Box(left, box.top, max(left, min(1.0, box.right + away)), box.bottom)
