"""Which clusters of ink are one text that somebody wrote, over several lines or in a grid of boxes?

No meaning and no reading yet: `passage_text.py` reads what is gathered here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from verifier.model import Mark, MarkKind
from verifier.reading.piece import Piece
from verifier.reading.rules import Segment
from verifier.reading.sheet import Flat

INK = (MarkKind.SIGNATURE, MarkKind.HANDWRITING)
LEAST_SURE = 0.5  # confidence of a mark that may be a part of a text
BESIDE = 2.2  # gap on a line, in character heights, within which writing goes on
UNSEEN = 5.0  # the same beside a text: a small character in a box of its own may not have been found
WIDE_BOX = 1.8  # character heights: the boxes of a grid are narrower
LEAST_BOXES = 5  # upright lines that make a grid of boxes, one for each character
BELOW = 1.1  # gap between lines
LEAST_LENGTH = 12.0  # written length in character heights: a name with its date has about nine
_SIGNATURE = re.compile(r"签名|签字|签章|[Ss]ign(?:ed|ature)")
_SIGNED = re.compile(r"签名|签字|签章|盖章|日期|时间|[Ss]ign|[Dd]ate")
Sides = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Passage:
    """Places of its marks in the list of marks, its box, the height of a character in pixels, and the
    printed lines that it is written on or in; `boxed` when they make a grid."""

    marks: tuple[int, ...]
    box: Sides
    height: float
    lines: tuple[Segment, ...] = ()

    @property
    def grown(self) -> Sides:
        left, top, right, bottom = self.box
        room = 0.6 * self.height
        return left - room, top - room, right + room, bottom + room

    @property
    def boxed(self) -> bool:
        return sum(not rule.horizontal for rule in self.lines) >= LEAST_BOXES


def passages(flat: Flat, marks: Sequence[Mark], words: Sequence[Piece], rules: Sequence[Segment] = ()) -> list[Passage]:
    """Groups of ink on neighbouring lines with no print between them, long enough to be a text."""
    height, width = flat.image.shape[:2]
    places = [
        place
        for place, mark in enumerate(marks)
        if (mark.kind in INK and mark.confidence >= LEAST_SURE) or mark.kind is MarkKind.TICK
    ]
    boxes = {
        place: (at.left * width, at.top * height, at.right * width, at.bottom * height)
        for place in places
        for at in (marks[place].at,)
    }
    ticks = {place for place in places if marks[place].kind is MarkKind.TICK}
    if len(places) == len(ticks):
        return []
    written = [boxes[place] for place in places if place not in ticks]  # two boxes fill half of 男 □女: they are print
    print_ = [w for w in words if w.printed or sum(_shared(_core(w.bounds), box) for box in written) < 0.45]
    walls = [rule for rule in rules if not rule.horizontal]
    rows = _grouped(places, lambda one, other: _on_one_line(boxes[one], boxes[other], print_, walls))
    rows = [_without_outer(row, ticks, boxes, walls) for row in rows]
    texts = [place for row in rows if row and _length(row, boxes) >= LEAST_LENGTH for place in row]
    rest = [place for place in places if place not in texts and place not in ticks]
    while near := [p for p in rest if any(_continues(boxes[p], boxes[one], print_) for one in texts)]:
        texts += near
        rest = [place for place in rest if place not in near]
    found = []
    for own in _grouped(texts, lambda one, other: _continues(boxes[one], boxes[other], print_)):
        size = float(np.median([_height(boxes[place]) for place in own if place not in ticks]))
        passage = Passage(tuple(own), _around([boxes[place] for place in own]), size)
        if any(_SIGNATURE.search(word.text) and inside(word.bounds, passage.box) for word in print_):
            continue  # signatures around their labels, none of them a text
        found.append(replace(passage, lines=_rulings(rules, passage)))
    return found


def _without_outer(
    row: Sequence[int], ticks: Set[int], boxes: Mapping[int, Sides], walls: Sequence[Segment]
) -> list[int]:
    """A square between written characters is one of them (口, 日, 书), as is one of a grid's boxes; at
    the end of a line it is a box to tick."""
    ink = [boxes[place] for place in row if place not in ticks]
    if not ink:
        return []
    left, top, right, bottom = _around(ink)
    middle = (top + bottom) / 2
    if sum(left <= wall.left <= right and wall.top <= middle <= wall.bottom for wall in walls) >= LEAST_BOXES:
        return list(row)
    return [place for place in row if place not in ticks or (boxes[place][0] > left and boxes[place][2] < right)]


def _grouped(places: Sequence[int], together: Callable[[int, int], bool]) -> list[list[int]]:
    groups: list[list[int]] = []
    for place in places:
        near = [group for group in groups if any(together(place, other) for other in group)]
        groups = [group for group in groups if not any(group is one for one in near)]
        groups.append([*(other for group in near for other in group), place])
    return groups


def _length(row: Sequence[int], boxes: Mapping[int, Sides]) -> float:
    """Written length in character heights."""
    size = float(np.median([_height(boxes[place]) for place in row]))
    return sum(boxes[place][2] - boxes[place][0] for place in row) / size


def _height(box: Sides) -> float:
    return box[3] - box[1]


def _around(boxes: Sequence[Sides]) -> Sides:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _on_one_line(one: Sides, other: Sides, words: Sequence[Piece], walls: Sequence[Segment]) -> bool:
    """Neighbours, or in a grid of boxes with characters between them that the marks did not find."""
    if _beside(one, other, words, BESIDE):
        return True
    left, right = min(one[2], other[2]), max(one[0], other[0])
    y = (max(one[1], other[1]) + min(one[3], other[3])) / 2
    between = sum(left <= wall.left <= right and wall.top <= y <= wall.bottom for wall in walls)
    size = max(_height(one), _height(other))
    return between >= (right - left) / (WIDE_BOX * size) and _beside(one, other, words, UNSEEN)


def _beside(one: Sides, other: Sides, words: Sequence[Piece], reach: float) -> bool:
    size = max(_height(one), _height(other))
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    if down >= 0.35 * size or across >= reach * size:  # a line that climbs leaves the next word a little higher
        return False
    return not any(_between(word.bounds, one, other) for word in words)


def _continues(one: Sides, other: Sides, words: Sequence[Piece]) -> bool:
    """On the same line, characters that the marks did not find between them; or on the next line."""
    if _beside(one, other, words, UNSEEN):
        return True
    size = max(_height(one), _height(other))
    apart = max(one[0], other[0]) - min(one[2], other[2]) >= 0
    if apart or max(one[1], other[1]) - min(one[3], other[3]) >= BELOW * size:
        return False
    lower = max(one, other, key=lambda box: box[1])
    return not any(_between(word.bounds, one, other) or _labels(word, lower) for word in words)


def _between(word: Sides, one: Sides, other: Sides) -> bool:
    """The word stands in the gap between the two, not over or under one of them."""
    if max(one[0], other[0]) > min(one[2], other[2]):
        left, right = min(one[2], other[2]), max(one[0], other[0])
        top, bottom = max(one[1], other[1]), min(one[3], other[3])
    else:
        left, right = max(one[0], other[0]), min(one[2], other[2])
        top, bottom = min(one[3], other[3]), max(one[1], other[1])
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    if right - left > bottom - top:
        return word[0] < right and word[2] > left and top < y < bottom
    return left < x < right and word[1] < bottom and word[3] > top


def _labels(word: Piece, ink: Sides) -> bool:
    """A label on the ink's line says that somebody signs or dates there."""
    _, top, right, bottom = word.bounds
    near = right <= ink[0] + _height(ink) and ink[0] - right < 6 * _height(ink)
    return near and top < ink[3] and bottom > ink[1] and bool(_SIGNED.search(word.text.replace(" ", "")))


def _shared(word: Sides, box: Sides) -> float:
    """Share of the word that the box covers."""
    wide = min(word[2], box[2]) - max(word[0], box[0])
    high = min(word[3], box[3]) - max(word[1], box[1])
    return max(wide, 0.0) * max(high, 0.0) / max((word[2] - word[0]) * (word[3] - word[1]), 1.0)


def _core(word: Sides) -> Sides:
    """The middle of the word's height: an engine's box around a sloping line is far higher than its ink."""
    room = 0.25 * (word[3] - word[1])
    return word[0], word[1] + room, word[2], word[3] - room


def inside(word: Sides, box: Sides) -> bool:
    return _shared(word, box) > 0.45


def _rulings(rules: Sequence[Segment], passage: Passage) -> tuple[Segment, ...]:
    """Lines to write on, and sides of boxes: they reach from one long level line to another."""
    left, top, right, bottom = passage.grown
    near = [r for r in rules if r.left < right and r.right > left and r.top < bottom and r.bottom > top]
    long = [rule for rule in near if rule.horizontal and rule.length >= 6 * passage.height]
    slack = 0.2 * passage.height

    def meets(x: float, y: float) -> bool:
        return any(
            rule.left - slack <= x <= rule.right + slack and rule.top - slack <= y <= rule.bottom + slack
            for rule in long
        )

    sides = [r for r in near if not r.horizontal and meets(r.left, r.top) and meets(r.left, r.bottom)]
    return (*long, *sides)
