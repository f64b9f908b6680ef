"""What does a passage of handwriting say?

The print and rulings around it are painted over, and it is read line by line, whatever its slope; in a
grid of boxes row by row, its characters moved together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.model import Mark, MarkKind, MarkState
from verifier.reading.marks import Survey
from verifier.reading.ocr.engine import Corners, OcrEngine, Picture
from verifier.reading.passages import Passage, inside, passages
from verifier.reading.piece import Piece
from verifier.reading.rules import Segment
from verifier.reading.sheet import Flat, box_corners

LEAST_TEXT = 8  # characters read: no smudge


def read_passages(
    flat: Flat, known: Survey, marks: Sequence[Mark], words: Sequence[Piece], engine: OcrEngine
) -> tuple[list[Piece], list[Mark]]:
    """The words and marks with each passage as one mark and one word for each of its lines."""
    kept, gone, found = list(words), set[int](), list[Mark]()
    for passage in passages(flat, marks, words, known.rules):
        lines = [line for line in _read(flat, passage, words, engine) if line.text]
        text = "".join(line.text for line in lines)
        own = [word for word in kept if not word.printed and inside(word.bounds, passage.box)]
        if not lines or _weight(own) > _weight(lines) + 1.0:  # what the page's own reading has is more
            lines, text = [], "".join(word.text for word in _in_lines(own))
        else:
            kept = [word for word in kept if not any(word is other for other in own)] + lines
        gone.update(passage.marks)
        if passage.boxed:  # the sides of a grid's boxes are no boxes to tick
            gone.update(
                n for n, mark in enumerate(marks) if mark.kind is MarkKind.TICK and _within(flat, mark, passage)
            )
        found.append(_as_mark(flat, [marks[place] for place in passage.marks], passage, text))
    return kept, [mark for place, mark in enumerate(marks) if place not in gone] + found


def _within(flat: Flat, mark: Mark, passage: Passage) -> bool:
    height, width = flat.image.shape[:2]
    x, y = mark.at.middle
    left, top, right, bottom = passage.grown
    return bool(left <= x * width <= right and top <= y * height <= bottom)


def _weight(words: Sequence[Piece]) -> float:
    return sum(len(word.text) * word.confidence for word in words)


def _as_mark(flat: Flat, marks: Sequence[Mark], passage: Passage, text: str) -> Mark:
    first = max(marks, key=lambda mark: mark.box.width * mark.box.height)
    sure = [mark for mark in marks if mark.state is MarkState.PRESENT]
    corners = box_corners(*passage.box)
    return replace(
        first,
        kind=MarkKind.HANDWRITING,
        state=MarkState.PRESENT if sure or len(text) >= LEAST_TEXT else MarkState.UNSURE,
        box=flat.page_box(corners),
        flat=None if flat.matrix is None else flat.flat_box(corners),
        confidence=max(mark.confidence for mark in marks),
        text=text,
    )


def _read(flat: Flat, passage: Passage, words: Sequence[Piece], engine: OcrEngine) -> list[Piece]:
    """The passage's lines in reading order, on a picture that shows nothing else."""
    clean, left, top = _alone(flat, passage, words)
    if passage.boxed:
        return _read_boxes(clean, (left, top), passage, engine)
    read = [Piece(line.text.strip(), line.corners, line.confidence) for line in engine.read(clean)]
    shift = np.array([left, top], np.float32)
    placed = [replace(piece, corners=piece.corners + shift) for piece in read if piece.text]
    return _in_lines([piece for piece in placed if inside(piece.bounds, passage.grown)])


def _read_boxes(clean: Picture, origin: tuple[int, int], passage: Passage, engine: OcrEngine) -> list[Piece]:
    """Each row of boxes, its characters moved together: so far apart an engine takes them for words."""
    edges = [(rule.top + rule.bottom) / 2 - origin[1] for rule in passage.lines if rule.horizontal]
    found = []
    for upper, lower in pairwise(sorted({0.0, float(clean.shape[0]), *edges})):
        row = clean[int(upper) + 2 : int(lower) - 1]
        if len(row) < 0.7 * passage.height:
            continue
        ink = row.min(axis=2) < 0.75 * np.percentile(row, 90)
        columns = np.flatnonzero(ink.sum(axis=0) > 1)
        if len(columns) < 2:
            continue
        gaps = np.diff(columns, prepend=columns[0])
        room = round(0.25 * passage.height)
        kept = [x for x, gap in zip(columns, gaps, strict=True) for x in range(x - min(gap - 1, room), x + 1) if gap]
        strip = cv2.copyMakeBorder(row[:, kept], 0, 0, room, room, cv2.BORDER_REPLICATE)
        ((text, confidence),) = engine.recognise([np.ascontiguousarray(strip)])
        x0, x1 = int(columns[0]) + origin[0], int(columns[-1]) + origin[0]
        found.append(Piece(text.strip(), box_corners(x0, upper + origin[1], x1, lower + origin[1]), confidence))
    return found


def _alone(flat: Flat, passage: Passage, words: Sequence[Piece]) -> tuple[Picture, int, int]:
    """The passage cut out, without rulings and print, and where the cut begins."""
    height, width = flat.image.shape[:2]
    a, b, c, d = passage.grown
    left, top, right, bottom = max(int(a), 0), max(int(b), 0), min(int(c) + 1, width), min(int(d) + 1, height)
    clean = np.ascontiguousarray(flat.image[top:bottom, left:right])
    paper = np.percentile(clean.reshape(-1, 3), 90, axis=0).astype(np.uint8)
    for rule in passage.lines:
        _erase(clean, rule, (left, top), paper, whole=passage.boxed)
    for word in words:
        if word.printed or not inside(word.bounds, passage.box):
            x0, y0, x1, y1 = (round(value) for value in word.bounds)
            clean[max(y0 - top, 0) : max(y1 - top, 0), max(x0 - left, 0) : max(x1 - left, 0)] = paper
    return clean, left, top


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
