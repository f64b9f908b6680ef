"""What is written in a stamp, and what does the stamp cover?

A stamp hides the words beneath it from an engine. They are read once more on the picture from which
the stamp has been lifted: red goes entirely; of a grey or blue one only ink that is clearly darker stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from verifier.reading.marks import Survey, over_stamp
from verifier.reading.ocr.engine import OcrEngine, Picture
from verifier.reading.ocr.words import pieces as pieces_of
from verifier.reading.piece import Piece
from verifier.reading.seals import STAMP_WORDS, SealFound
from verifier.reading.sheet import Flat

Sides = tuple[int, int, int, int]


def apart(known: Survey, pieces: Sequence[Piece]) -> tuple[list[Piece], dict[int, str]]:
    """The words of the page without those of the stamps, and each stamp's text in reading order."""
    kept: list[Piece] = []
    inside: dict[int, list[tuple[float, float, str]]] = {}
    for piece in pieces:
        place = _stamp_of(known, piece)
        if place is None:
            kept.append(piece)
        else:
            left, top, _, bottom = piece.bounds
            inside.setdefault(place, []).append((round((top + bottom) / (bottom - top + 1)), left, piece.text))
    return kept, {place: "".join(text for _, _, text in sorted(words)) for place, words in inside.items()}


def _stamp_of(known: Survey, piece: Piece) -> int | None:
    """The stamp to which a word belongs: it lies inside, and its ink has the stamp's colour."""
    scale = known.ink.scale
    left, top, right, bottom = (value * scale for value in piece.bounds)
    for place, seal in enumerate(known.seals):
        wide = min(right, seal.right) - max(left, seal.left)
        high = min(bottom, seal.bottom) - max(top, seal.top)
        if wide <= 0 or high <= 0 or wide * high < 0.75 * (right - left) * (bottom - top):
            continue
        where = (slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1))
        own = {"red": known.ink.red, "blue": known.ink.blue}.get(seal.colour)
        dark = cv2.countNonZero(known.ink.dark[where])
        if own is not None and cv2.countNonZero(own[where]) > (dark if seal.colour == "red" else 0.5 * dark):
            return place
        if seal.colour == "grey" and STAMP_WORDS.search(piece.text):  # no colour tells it from the print beneath
            return place
    return None


def reread(flat: Flat, known: Survey, pieces: Sequence[Piece], engine: OcrEngine) -> list[Piece]:
    """The words with those around each stamp read again without the stamp."""
    found = list(pieces)
    for seal in known.seals:
        if not _hides_print(known, seal):
            continue
        area = _around(flat, known, seal)
        left, top, right, bottom = area
        if right <= left or bottom <= top:  # a ring that was completed beyond the edge of the page
            continue
        lifted = _lifted(flat.image[top:bottom, left:right], seal)
        again = [
            replace(piece, corners=piece.corners + np.array([left, top], np.float32))
            for line in engine.read(lifted)
            for piece in pieces_of(line)
        ]
        again = [piece for piece in again if _whole(piece, area, flat.image)]
        found = [piece for piece in found if _stamp_of(known, piece) is not None or not _replaced(piece, again)] + [
            piece for piece in again if not any(_same(piece, other) for other in found if not _replaced(other, [piece]))
        ]
    return found


def _hides_print(known: Survey, seal: SealFound) -> bool:
    """Other ink than the stamp's own stands inside it: as much as a character has."""
    where = (slice(max(seal.top, 0), seal.bottom), slice(max(seal.left, 0), seal.right))
    red = seal.colour == "red"  # is not in the dark ink at all
    other = known.unruled[where] if red else over_stamp(known.ink, known.unruled, where, seal)
    return bool(np.count_nonzero(other) > 0.1 * known.ink.em**2)


def _around(flat: Flat, known: Survey, seal: SealFound) -> Sides:
    """The stamp's rows over a good part of the page: words that it cuts are read whole."""
    scale = known.ink.scale
    height, width = flat.image.shape[:2]
    side = (seal.right - seal.left) / scale
    return (
        max(int(seal.left / scale - 1.2 * side), 0),
        max(int(seal.top / scale - 1.5 * known.ink.em / scale), 0),
        min(int(seal.right / scale + 1.2 * side), width),
        min(int(seal.bottom / scale + 1.5 * known.ink.em / scale), height),
    )


def _lifted(cut: Picture, seal: SealFound) -> Picture:
    if seal.colour == "red":
        red = cut[:, :, 2]
        return cv2.merge([red, red, red])
    grey = cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY) if seal.colour == "grey" else cut[:, :, 0]
    paper = float(np.percentile(grey, 90))
    depth = np.maximum(paper - grey.astype(np.float32), 0)
    level = float(np.median(depth[depth > 35])) if (depth > 35).any() else 100.0
    kept = np.clip((depth - level) / max(255 - level, 60.0) * 2.2, 0, 1) * 220
    clean = (paper - kept).clip(0, 255).astype(np.uint8)
    lifted: Picture = cv2.merge([clean, clean, clean])
    return lifted


def _whole(piece: Piece, area: Sides, image: Picture) -> bool:
    """Not cut by the edge of the area (unless that is the edge of the page)."""
    left, top, right, bottom = piece.bounds
    height, width = image.shape[:2]
    return (
        (left > area[0] + 2 or area[0] == 0) and (top > area[1] + 2 or area[1] == 0)
        and (right < area[2] - 2 or area[2] == width) and (bottom < area[3] - 2 or area[3] == height)
    )  # fmt: skip


def _overlap(one: Piece, other: Piece) -> float:
    """Shared area as a share of the smaller."""
    a, b = one.bounds, other.bounds
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return wide * high / max(smaller, 1.0)


def _replaced(piece: Piece, again: Sequence[Piece]) -> bool:
    """A new reading of the same place that says at least as much, and about as surely."""
    return any(
        _overlap(piece, new) > 0.5 and len(new.text) >= len(piece.text) and new.confidence >= piece.confidence - 0.05
        for new in again
    )


def _same(one: Piece, other: Piece) -> bool:
    return _overlap(one, other) > 0.5
