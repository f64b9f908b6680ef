"""What stands on one page's picture?

`picture -> Page`: turn upright, read by OCR, level the sheet, split lines into words, find marks, and
give every box on the upright original. Pages with a text layer bring their words along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.model import Box, Mark, MarkKind, Page, Rule, TextFrom, Word
from verifier.reading.half_turned import on_its_head
from verifier.reading.look import has_ink, ink_map, legibility, picture_hash
from verifier.reading.marks import find_marks, survey
from verifier.reading.ocr.engine import OcrEngine, OcrLine, Picture
from verifier.reading.ocr.words import pieces
from verifier.reading.order import in_reading_order
from verifier.reading.passage_text import read_passages
from verifier.reading.piece import Piece
from verifier.reading.rules import find_rules
from verifier.reading.sheet import Flat, joined, levelled, moved, rectified, skew_of, turn_to_upright, turned
from verifier.reading.stamped import apart, reread
from verifier.reading.written import read_ink

BLANK_INK = 2e-5  # share of dark pixels below which a page without text is blank
SURE_OF_TURN = 0.55


def read_picture(
    picture: Picture,
    number: int,
    engine: OcrEngine,
    *,
    size: tuple[float, float] | None = None,
    turned_already: int = 0,
    problems: tuple[str, ...] = (),
) -> Page:
    """The page on a picture by OCR. `size`: width and height in points before the turn, if known."""
    turn, view, lines = upright_view(picture, engine)
    lines, overturned = on_its_head(view.image, lines, engine)
    level = levelled(view.image, skew_of(lines))
    back = None if level.matrix is None else np.linalg.inv(level.matrix)
    flat = joined(view, level)
    found = _on_level(lines, back) + _turned_in_place(_on_level(overturned, back))
    width, height = size or (picture.shape[1], picture.shape[0])
    if turn in (90, 270):
        width, height = height, width
    return assemble(
        flat,
        found,
        Page(number, float(width), float(height), (turned_already + turn) % 360, TextFrom.OCR, problems=problems),
        engine,
    )


def _on_level(lines: Sequence[OcrLine], back: NDArray[Any] | None) -> list[Piece]:
    """The words of the lines on the levelled picture."""
    words = [piece for line in lines for piece in pieces(line)]
    return words if back is None else [replace(piece, corners=moved(piece.corners, back)) for piece in words]


def _turned_in_place(words: Sequence[Piece]) -> list[Piece]:
    """Words that stand on their head, with where they would stand were their part of the picture turned about its
    middle."""
    if not words:
        return []
    corners = np.concatenate([word.corners for word in words])
    twice = corners.min(axis=0) + corners.max(axis=0)
    return [replace(word, seen=(twice - word.corners).astype(np.float32)) for word in words]


def upright_view(picture: Picture, engine: OcrEngine) -> tuple[int, Flat, list[OcrLine]]:
    """The turn, the sheet seen upright and its lines. When the turn is doubtful the reading decides."""
    turn, sure = turn_to_upright(picture)
    view = rectified(turned(picture, turn))
    lines = engine.read(view.image)
    best = (_fluency(lines), turn, view, lines)
    others = {0, (turn + 180) % 360} if turn or sure < SURE_OF_TURN else set()
    if _on_end(lines):  # an almost empty page says little of its turn, the words on it do
        others = {(turn + 90) % 360, (turn + 270) % 360}
    if best[0] < 0.75 and (lines or has_ink(view.image)):
        for other in sorted(others - {turn}):
            view = rectified(turned(picture, other))
            lines = engine.read(view.image)
            if _fluency(lines) > best[0] + 0.05:
                best = (_fluency(lines), other, view, lines)
    return best[1:]


def _stands(line: OcrLine) -> bool:
    """A line of several characters that runs down the page."""
    along = np.linalg.norm(line.corners[1] - line.corners[0])
    across = np.linalg.norm(line.corners[3] - line.corners[0])
    return bool(across > 1.5 * along and len(line.text) > 1)


def _on_end(lines: Sequence[OcrLine]) -> bool:
    """Does most of the text run down the page?"""
    standing = sum(len(line.text) for line in lines if _stands(line))
    return standing > 0.6 * sum(len(line.text) for line in lines)


def _fluency(lines: Sequence[OcrLine]) -> float:
    """How well the page reads: confidence weighted by length, less for lines that stand on end."""
    total = sum(len(line.text) for line in lines)
    if not total:
        return 0.0
    good = 0.0
    for line in lines:
        good += len(line.text) * line.confidence * (0.5 if _stands(line) else 1.0)
    return good / total


def _ink_bounds(piece: Piece) -> tuple[float, float, float, float]:
    """Where a word's ink lies: an engine's box is an eighth too high on both sides, and a blank to
    write on (____) is a line that has to be found."""
    left, top, right, bottom = piece.bounds
    if "__" in piece.text or "＿＿" in piece.text:
        return left, top, left, top
    room = 0.0 if piece.printed else (bottom - top) / 8
    return left, top + room, right, bottom - room


def _no_boxes_in_writing(marks: Sequence[Mark]) -> list[Mark]:
    """Without the squares that strokes of a signature make: no box is printed inside a name."""
    written = [m for m in marks if m.kind in (MarkKind.SIGNATURE, MarkKind.HANDWRITING)]
    return [
        mark
        for mark in marks
        if mark.kind is not MarkKind.TICK
        or not any(ink.at.overlap(mark.at) > 0.8 and ink.at.width > 3 * mark.at.width for ink in written)
    ]


def _place_of(piece: Piece, flat: Flat) -> Box | None:
    """Where a word stands for layout, if that is not where it stands on the page."""
    if piece.seen is not None:
        return flat.flat_box(piece.seen)
    return None if flat.matrix is None else flat.flat_box(piece.corners)


def assemble(flat: Flat, found: Sequence[Piece], page: Page, engine: OcrEngine) -> Page:
    """Words, rules and marks of a straightened picture as a Page with boxes on the original. `engine`
    reads once more what stamps cover, and the ink on pages whose print is a text layer."""
    straight = flat.matrix is None
    grey = cv2.cvtColor(flat.image, cv2.COLOR_BGR2GRAY)
    segments = find_rules(grey, [_ink_bounds(piece) for piece in found])
    known = survey(flat, found, segments)
    if known.seals and page.text_from is TextFrom.OCR:
        found = reread(flat, known, found, engine)
    kept, stamped = apart(known, found)
    marks = _no_boxes_in_writing(find_marks(flat, known, kept, stamped))
    kept, marks = read_passages(flat, known, marks, kept, engine)
    source = page.text_from
    if source is not TextFrom.OCR:
        before = len(kept)
        kept, marks = read_ink(flat, marks, kept, engine)
        source = TextFrom.BOTH if any(not piece.printed for piece in kept) or len(kept) != before else source
    words = in_reading_order(
        [
            Word(
                piece.text,
                flat.page_box(piece.corners),
                round(min(max(piece.confidence, 0.0), 1.0), 4),
                _place_of(piece, flat),
            )
            for piece in kept
        ]
    )
    rules = tuple(
        Rule(flat.page_box(segment.corners), segment.horizontal, None if straight else flat.flat_box(segment.corners))
        for segment in segments
    )
    blank = not words and not marks and float((grey < 128).mean()) < BLANK_INK
    return Page(
        number=page.number,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        text_from=source,
        words=tuple(words),
        marks=tuple(marks),
        rules=rules,
        read=True,
        blank=blank,
        legibility=1.0 if source is not TextFrom.OCR else legibility(grey),
        picture_hash=picture_hash(grey),
        ink=ink_map(grey, [(line.left, line.top, line.right, line.bottom) for line in segments]),
        problems=page.problems,
    )
