"""What does a longer text say that somebody wrote by hand, over several lines or in a grid of boxes?

Its ink falls into many clusters: they are gathered into one passage, the print and rulings around them
are painted over, and the passage is read line by line, whatever its slope.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from verifier.model import Mark, MarkKind, MarkState
from verifier.reading.marks import Survey
from verifier.reading.ocr.engine import Corners, OcrEngine, Picture
from verifier.reading.piece import Piece
from verifier.reading.rules import Segment
from verifier.reading.sheet import Flat, box_corners

INK = (MarkKind.SIGNATURE, MarkKind.HANDWRITING)
BESIDE = 2.2  # gap on a line, in character heights, within which writing goes on
UNSEEN = 5.0  # the same beside a text: a small character in a box of its own may not have been found
LEAST_BOXES = 5  # upright lines that make a grid of boxes, one for each character
BELOW = 1.1  # gap between lines
LEAST_LENGTH = 12.0  # written length in character heights: a name with its date has about nine
_SIGNED = re.compile(r"签名|签字|签章|盖章|日期|时间|[Ss]ign|[Dd]ate")
Sides = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Passage:
    """Places of its marks in the list of marks, its box and the height of a character in pixels."""

    marks: tuple[int, ...]
    box: Sides
    height: float


def read_passages(
    flat: Flat, known: Survey, marks: Sequence[Mark], words: Sequence[Piece], engine: OcrEngine
) -> tuple[list[Piece], list[Mark]]:
    """The words and marks with each passage as one mark and one word for each of its lines."""
    kept, gone, found = list(words), set[int](), list[Mark]()
    for passage in passages(flat, marks, words):
        lines = [line for line in _read(flat, known, passage, words, engine) if line.text]
        text = "".join(line.text for line in lines)
        own = [word for word in kept if not word.printed and _inside(word.bounds, passage.box)]
        if not lines or _weight(own) > _weight(lines) + 1.0:  # what the page's own reading has is more
            lines, text = [], "".join(word.text for word in _in_lines(own))
        else:
            kept = [word for word in kept if not any(word is other for other in own)] + lines
        gone.update(passage.marks)
        found.append(_as_mark(flat, [marks[place] for place in passage.marks], passage, text))
    return kept, [mark for place, mark in enumerate(marks) if place not in gone] + found


def _weight(words: Sequence[Piece]) -> float:
    return sum(len(word.text) * word.confidence for word in words)


def _as_mark(flat: Flat, marks: Sequence[Mark], passage: Passage, text: str) -> Mark:
    first = max(marks, key=lambda mark: mark.box.width * mark.box.height)
    sure = [mark for mark in marks if mark.state is MarkState.PRESENT]
    corners = box_corners(*passage.box)
    return replace(
        first,
        kind=MarkKind.HANDWRITING,
        state=MarkState.PRESENT if sure else MarkState.UNSURE,
        box=flat.page_box(corners),
        flat=None if flat.matrix is None else flat.flat_box(corners),
        confidence=max(mark.confidence for mark in marks),
        text=text,
    )


# --- which clusters belong together ---------------------------------------------------------------


def passages(flat: Flat, marks: Sequence[Mark], words: Sequence[Piece]) -> list[Passage]:
    """Groups of ink on neighbouring lines with no print between them, long enough to be a text."""
    height, width = flat.image.shape[:2]
    places = [place for place, mark in enumerate(marks) if mark.kind in INK]
    boxes = {
        place: (at.left * width, at.top * height, at.right * width, at.bottom * height)
        for place in places
        for at in (marks[place].at,)
    }
    if not boxes:
        return []
    print_ = [w for w in words if w.printed or sum(_shared(w.bounds, box) for box in boxes.values()) < 0.45]
    rows = _grouped(places, lambda one, other: _beside(boxes[one], boxes[other], print_, BESIDE))
    texts = [place for row in rows if _length(row, boxes) >= LEAST_LENGTH for place in row]
    rest = [place for place in places if place not in texts]
    while near := [p for p in rest if any(_continues(boxes[p], boxes[one], print_) for one in texts)]:
        texts += near
        rest = [place for place in rest if place not in near]
    found = []
    for own in _grouped(texts, lambda one, other: _continues(boxes[one], boxes[other], print_)):
        size = float(np.median([_height(boxes[place]) for place in own]))
        found.append(Passage(tuple(own), _around([boxes[place] for place in own]), size))
    return found


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


def _inside(word: Sides, box: Sides) -> bool:
    return _shared(word, box) > 0.45


# --- reading --------------------------------------------------------------------------------------


def _read(flat: Flat, known: Survey, passage: Passage, words: Sequence[Piece], engine: OcrEngine) -> list[Piece]:
    """The passage's lines in reading order, on a picture that shows nothing else."""
    clean, left, top = _alone(flat, known.rules, passage, words)
    read = [Piece(line.text.strip(), line.corners, line.confidence) for line in engine.read(clean)]
    shift = np.array([left, top], np.float32)
    placed = [replace(piece, corners=piece.corners + shift) for piece in read if piece.text]
    return _in_lines([piece for piece in placed if _inside(piece.bounds, _grown(passage))])


def _grown(passage: Passage) -> Sides:
    left, top, right, bottom = passage.box
    room = 0.6 * passage.height
    return left - room, top - room, right + room, bottom + room


def _alone(flat: Flat, rules: Sequence[Segment], passage: Passage, words: Sequence[Piece]) -> tuple[Picture, int, int]:
    """The passage cut out, without rulings and print, and where the cut begins."""
    height, width = flat.image.shape[:2]
    a, b, c, d = _grown(passage)
    left, top, right, bottom = max(int(a), 0), max(int(b), 0), min(int(c) + 1, width), min(int(d) + 1, height)
    clean = np.ascontiguousarray(flat.image[top:bottom, left:right])
    paper = np.percentile(clean.reshape(-1, 3), 90, axis=0).astype(np.uint8)
    lines = _rulings(rules, passage, (left, top, right, bottom))
    boxed = sum(not rule.horizontal for rule in lines) >= LEAST_BOXES
    for rule in lines:
        _erase(clean, rule, (left, top), paper, whole=boxed)
    for word in words:
        if word.printed or not _inside(word.bounds, passage.box):
            x0, y0, x1, y1 = (round(value) for value in word.bounds)
            clean[max(y0 - top, 0) : max(y1 - top, 0), max(x0 - left, 0) : max(x1 - left, 0)] = paper
    return clean, left, top


def _rulings(rules: Sequence[Segment], passage: Passage, area: Sides) -> list[Segment]:
    """Lines to write on, and sides of boxes: they reach from one long level line to another."""
    left, top, right, bottom = area
    near = [r for r in rules if r.left < right and r.right > left and r.top < bottom and r.bottom > top]
    long = [rule for rule in near if rule.horizontal and rule.length >= 6 * passage.height]
    slack = 0.2 * passage.height

    def meets(x: float, y: float) -> bool:
        return any(
            rule.left - slack <= x <= rule.right + slack and rule.top - slack <= y <= rule.bottom + slack
            for rule in long
        )

    sides = [r for r in near if not r.horizontal and meets(r.left, r.top) and meets(r.left, r.bottom)]
    return long + sides


def _erase(clean: Picture, rule: Segment, origin: tuple[int, int], paper: NDArray[np.uint8], *, whole: bool) -> None:
    """The line is painted over: `whole`, or only where no stroke crosses it."""
    x0, x1 = max(rule.left - origin[0] - 1, 0), min(rule.right - origin[0] + 1, clean.shape[1])
    y0, y1 = max(rule.top - origin[1] - 1, 0), min(rule.bottom - origin[1] + 1, clean.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    view = clean if rule.horizontal else clean.transpose(1, 0, 2)
    (start, end), (low, high) = ((x0, x1), (y0, y1)) if rule.horizontal else ((y0, y1), (x0, x1))
    level = int(paper.min()) * 0.7
    beside = [view[place, start:end].min(axis=1) < level for place in (low - 1, high) if 0 <= place < view.shape[0]]
    crossed = np.logical_or.reduce(beside) if beside else np.zeros(end - start, bool)
    view[low:high, start:end][:, ~crossed | whole] = paper


def _in_lines(words: Sequence[Piece]) -> list[Piece]:
    """In reading order, rows taken along the slope of the writing."""
    if len(words) < 2:
        return list(words)
    slope = _slope(words)
    level = [(word, _level(word.corners, slope)) for word in words]
    rows: list[list[tuple[Piece, Corners]]] = []
    for word, corners in sorted(level, key=lambda item: item[1][:, 1].mean()):
        y, size = corners[:, 1].mean(), np.ptp(corners[:, 1])
        row = rows[-1] if rows else None
        if row is not None and abs(y - np.mean([other[:, 1].mean() for _, other in row])) < 0.55 * size:
            row.append((word, corners))
        else:
            rows.append([(word, corners)])
    return [word for row in rows for word, _ in sorted(row, key=lambda item: item[1][:, 0].min())]


def _slope(words: Sequence[Piece]) -> float:
    """Degrees of the longer words' lines, each weighing its length."""
    angles, lengths = [], []
    for word in words:
        along = word.corners[1] - word.corners[0]
        if abs(along[0]) > 3 * np.linalg.norm(word.corners[3] - word.corners[0]):
            angles.append(float(np.degrees(np.arctan2(along[1], along[0]))))
            lengths.append(float(np.linalg.norm(along)))
    return float(np.average(angles, weights=lengths)) if angles else 0.0


def _level(corners: Corners, slope: float) -> Corners:
    """The corners turned about the origin so that a line of that slope lies level."""
    sine, cosine = np.sin(np.radians(slope)), np.cos(np.radians(slope))
    return np.asarray(corners @ np.array([[cosine, -sine], [sine, cosine]]))
