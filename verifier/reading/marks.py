"""Which marks did people leave on the page: writing, seals, ticks, strokes through text?

What the words, rulings, seals and boxes explain is taken away; what is left is somebody's ink. No
meaning yet: the documents room ties marks to anchors.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from verifier.model import Mark, MarkKind, MarkState
from verifier.reading.cells import cells_of
from verifier.reading.faint import faint, pale_hands, red_writing, traces
from verifier.reading.hands import InkFound, find_hands
from verifier.reading.ink import Ink, Mask, find_ink, mask_of, places_of
from verifier.reading.look import picture_hash
from verifier.reading.piece import Piece
from verifier.reading.print import Part, Written, handwritten, parts_of
from verifier.reading.rules import Segment
from verifier.reading.seals import STAMP_WORDS, SealFound, find_seals
from verifier.reading.sheet import Flat, box_corners
from verifier.reading.strikes import StrikeFound, find_strikes
from verifier.reading.ticks import TickFound, find_ticks

LINE_EMS = 4.0  # a printed line shorter than this is one only between two others
LAYER_HEIGHT = 1.35  # a layer's words have the height of their ink; OCR boxes are roomier


@dataclass(frozen=True, slots=True)
class Survey:
    """The ink of a straightened picture, its printed lines and its stamps."""

    ink: Ink
    rules: Sequence[Segment]
    unruled: Mask
    seals: Sequence[SealFound]


def survey(flat: Flat, pieces: Sequence[Piece], rules: Sequence[Segment]) -> Survey:
    """What is known of the ink before the words are settled: words under a stamp are read once more."""
    heights = [
        (piece.bounds[3] - piece.bounds[1]) * (LAYER_HEIGHT if piece.printed else 1.0)
        for piece in pieces
        if len(piece.text) > 1
    ]
    ink = find_ink(flat.image, heights)
    unruled = without_rules(ink, rules)
    loose = cv2.subtract(unruled, mask_of(ink, [_core(ink, piece) for piece in pieces]))
    seals = find_seals(ink, [(piece.text, *_middle(ink, piece)) for piece in pieces], rules, loose)
    return Survey(ink, rules, unruled, seals)


def find_marks(flat: Flat, known: Survey, pieces: Sequence[Piece], stamped: Mapping[int, str]) -> list[Mark]:
    """`pieces` without the words of the stamps, which come as `stamped`: their text by seal."""
    ink, unruled, seals = known.ink, known.unruled, known.seals
    under = mask_of(ink, _boxes(seals), grow=3)
    ticks = find_ticks(ink, cells_of(ink, pieces), under)
    apart = mask_of(ink, _boxes([tick for tick in ticks if tick.said]), grow=3)
    parts = parts_of(ink, cv2.subtract(unruled, apart), pieces)  # a box at the end of a word is none of its type
    written = handwritten(parts)
    printed = _printed(ink, unruled, parts, written, seals)
    loose = _unexplained(ink, unruled, printed, seals)
    ticks = [tick for tick in ticks if tick.said or not _within_writing(ink, loose, tick)]
    boxes = _boxes(ticks)
    residue = loose & ~mask_of(ink, boxes, grow=round(0.5 * ink.em))
    marks = [_seal(flat, ink, seal, stamped.get(place, "")) for place, seal in enumerate(seals)]
    marks += [_tick(flat, ink, tick) for tick in ticks]
    marks += [_strike(flat, ink, strike) for strike in find_strikes(ink, parts, written, known.rules, under)]
    hands = find_hands(ink, residue)
    places = [*boxes, *_boxes(hands), *_boxes(seals)]
    bare = faint(ink, known.rules, printed, mask_of(ink, places, grow=round(0.4 * ink.em)))
    hands += pale_hands(ink, find_hands(ink, bare), hands, parts)
    marks += [_hand(flat, ink, hand, parts, written) for hand in hands]
    red = red_writing(ink, parts, written, seals)
    marks += [
        _mark(flat, ink, replace(hand, confidence=0.45), MarkKind.SIGNATURE, MarkState.UNSURE, colour="red")
        for hand in find_hands(ink, red)
    ]
    marks += [
        _mark(flat, ink, trace, MarkKind.SIGNATURE, MarkState.UNSURE, colour=trace.colour)
        for trace in traces(ink, residue, parts, hands)
    ]
    return marks


def _boxes(found: Sequence[SealFound | TickFound | InkFound]) -> list[tuple[int, int, int, int]]:
    return [(one.left, one.top, one.right, one.bottom) for one in found]


def _core(ink: Ink, piece: Piece) -> tuple[int, int, int, int]:
    """The place of a word's ink; an engine's box is roomier."""
    left, top, right, bottom = (value * ink.scale for value in piece.bounds)
    room = 0.0 if piece.printed else 0.1 * (bottom - top)
    return round(left), round(top + room), round(right), round(bottom - room)


def _middle(ink: Ink, piece: Piece) -> tuple[float, float]:
    left, top, right, bottom = piece.bounds
    return (left + right) / 2 * ink.scale, (top + bottom) / 2 * ink.scale


def without_rules(ink: Ink, rules: Sequence[Segment]) -> Mask:
    """The dark ink without printed lines; strokes that crossed a line are closed again. A short line
    that leads to no other is a stroke of somebody's pen."""
    lines = np.zeros_like(ink.dark)
    for rule in rules:
        if rule.length * ink.scale < LINE_EMS * ink.em and not _joins(rule, rules, 0.4 * ink.em / ink.scale):
            continue
        sides = (rule.left, rule.top, rule.right, rule.bottom)
        left, top, right, bottom = (round(value * ink.scale) for value in sides)
        cv2.rectangle(lines, (left - 1, top - 1), (right + 1, bottom + 1), 255, -1)
    bare = cv2.bitwise_and(ink.dark, cv2.bitwise_not(lines))
    bridged = cv2.morphologyEx(bare, cv2.MORPH_CLOSE, np.ones((5, 3), np.uint8))
    return np.asarray(cv2.bitwise_or(bare, cv2.bitwise_and(cv2.bitwise_and(bridged, lines), ink.dark)))


def _joins(rule: Segment, rules: Sequence[Segment], slack: float) -> bool:
    """Both ends of the line stand on lines across it: a wall of a table."""
    ends = (rule.left, rule.right) if rule.horizontal else (rule.top, rule.bottom)
    middle = (rule.top + rule.bottom) / 2 if rule.horizontal else (rule.left + rule.right) / 2
    held = [False, False]
    for other in rules:
        if other.horizontal == rule.horizontal or (other.length < 1.5 * rule.length and rule.horizontal):
            continue
        at = (other.left + other.right) / 2 if rule.horizontal else (other.top + other.bottom) / 2
        first, last = (other.top, other.bottom) if rule.horizontal else (other.left, other.right)
        if first - slack <= middle <= last + slack:
            held = [near or abs(end - at) <= slack for near, end in zip(held, ends, strict=True)]
    return all(held)


def _printed(
    ink: Ink, unruled: Mask, parts: Sequence[Part], written: Sequence[Written], seals: Sequence[SealFound]
) -> Mask:
    """The places of what a machine printed."""
    return mask_of(
        ink,
        [
            box
            for part, hand in zip(parts, written, strict=True)
            if not hand.hand
            for box in _unstamped(_type_area(ink, unruled, part), part, seals)
        ],
        grow=max(1, round(0.08 * ink.em)),
    )


def _unexplained(ink: Ink, unruled: Mask, printed: Mask, seals: Sequence[SealFound]) -> Mask:
    """Ink that nothing printed explains."""
    coloured = [seal for seal in seals if seal.colour != "red"]  # red is not in the dark ink at all
    left = _without_type_remains(unruled & ~printed, unruled, printed)
    pen = unruled & ink.blue
    if np.count_nonzero(pen & printed) < 0.03 * np.count_nonzero(unruled & printed):
        left |= pen  # blue ink across a label of black type
    for seal in coloured:
        _lift_seal(ink, left, unruled, seal)
    return left


def _within_writing(ink: Ink, loose: Mask, tick: TickFound) -> bool:
    """A square character of somebody's hand (口, 品): more ink of the same line stands beside it."""
    side = tick.right - tick.left
    top, bottom = tick.top + side // 4, tick.bottom + side // 4  # a tick's tail rises beside the upper half
    beside = (
        loose[top:bottom, max(tick.left - 2 * side, 0) : max(tick.left - side // 2, 0)],
        loose[top:bottom, tick.right + side // 2 : tick.right + 2 * side],
    )
    return any(cut.size > 0 and cv2.countNonZero(cut) > 0.08 * cut.size for cut in beside)


def _type_area(ink: Ink, unruled: Mask, part: Part) -> list[tuple[int, int, int, int]]:
    """The rectangles of a printed part. Blanks to write on (____) are left open, and what the engine's
    box holds beyond its characters: a signature beside a label, above it or below."""
    piece = part.piece
    if min(part.right - part.left, part.bottom - part.top) > 3.5 * ink.em and len(piece.text) > 1:
        return []  # a watermark across the page: its box holds much that is not its own
    if len(piece.spans) != len(piece.text):
        return [] if "__" in part.text or "＿" in part.text else [(part.left, part.top, part.right, part.bottom)]
    start = max(piece.text.find(part.text), 0)
    base, reach = piece.bounds[0] * ink.scale, (piece.bounds[2] - piece.bounds[0]) * ink.scale
    middles = [(base + (first + last) / 2 * reach) for first, last in piece.spans]
    top, bottom, pitch = _type_rows(ink, unruled, part, middles)
    boxes = []
    for place, character in enumerate(part.text):
        if character in "_＿ ":
            continue
        middle = middles[start + place]
        last = start + place + 1 == len(piece.text)
        narrow = unicodedata.east_asian_width(character) not in "WF"
        left = part.left if start + place == 0 else int(middle - (0.4 if narrow else 0.62) * pitch)
        right = int(middle + (0.75 if narrow and not last else 0.62) * pitch) + 1
        if last and part.right - right < 0.9 * pitch:
            right = part.right  # an engine's last place is a little early
        boxes.append((max(left, part.left), top, min(right, part.right), bottom))
    return boxes


def _type_rows(ink: Ink, unruled: Mask, part: Part, middles: Sequence[float]) -> tuple[int, int, float]:
    """Top and bottom of the printed characters, and their pitch: an engine's box grows with ink that
    touches the line, its characters do not."""
    high = part.bottom - part.top
    wide = [
        after - before
        for (one, before), (other, after) in pairwise(zip(part.piece.text, middles, strict=True))
        if unicodedata.east_asian_width(one) in "WF" and unicodedata.east_asian_width(other) in "WF"
    ]
    if part.piece.printed or len(wide) < 2:
        return part.top, part.bottom, high / (1.0 if part.piece.printed else 1.35)
    pitch = median(wide)
    band = round(1.35 * pitch)
    if high < 1.25 * band:
        return part.top, part.bottom, pitch
    cut = unruled[max(part.top, 0) : part.bottom, max(part.left, 0) : int(middles[-1] + 0.5 * pitch)]
    weight = np.cumsum(np.concatenate([[0.0], (cut > 0).sum(axis=1)]))
    start = int(np.argmax(weight[band:] - weight[:-band])) if len(weight) > band else 0
    return part.top + start, part.top + start + band, pitch


def _without_type_remains(left: Mask, unruled: Mask, printed: Mask) -> Mask:
    """Parts of printed characters that stick out of their word's box are no ink of a hand: a stroke
    whose connected ink lies mostly under print goes."""
    _, labels = cv2.connectedComponentsWithAlgorithm(unruled, 8, cv2.CV_32S, cv2.CCL_GRANA)
    where = places_of(unruled)
    part = labels.ravel()[where]
    mostly = np.bincount(part, weights=printed.ravel()[where] > 0) > 0.6 * np.bincount(part)
    out = left.copy()
    out.ravel()[where[mostly[part]]] = 0
    return out


def _unstamped(
    boxes: list[tuple[int, int, int, int]], part: Part, seals: Sequence[SealFound]
) -> list[tuple[int, int, int, int]]:
    """Words of a stamp are no print of the page: an engine may join them with a signature beside it."""
    if not STAMP_WORDS.search(part.text):
        return boxes
    kept = []
    for left, top, right, bottom in boxes:
        covered = 0
        for seal in seals:
            wide = max(min(right, seal.right) - max(left, seal.left), 0)
            covered = max(covered, wide * max(min(bottom, seal.bottom) - max(top, seal.top), 0))
        if covered < 0.5 * (right - left) * (bottom - top):
            kept.append((left, top, right, bottom))
    return kept


def _lift_seal(ink: Ink, left: Mask, unruled: Mask, seal: SealFound) -> None:
    """Inside a blue or grey seal only a pen across it stays."""
    where = (slice(max(seal.top - 3, 0), seal.bottom + 3), slice(max(seal.left - 3, 0), seal.right + 3))
    left[where] = over_stamp(ink, unruled, where, seal)


def over_stamp(ink: Ink, unruled: Mask, where: tuple[slice, slice], seal: SealFound) -> Mask:
    """The ink that is clearly darker than a blue or grey stamp."""
    seen = ink.white[:, :, 0] if seal.colour == "blue" else ink.grey  # blue light passes a blue stamp
    depth = 255 - seen[where].astype(np.int16)
    inked = unruled[where] > 0
    level = float(np.median(depth[inked])) if inked.any() else 255.0
    return (inked & (depth > 1.35 * level + 10)).astype(np.uint8) * 255


# --- as marks of the page -------------------------------------------------------------------------


def _corners(ink: Ink, found: SealFound | TickFound | InkFound | StrikeFound) -> np.ndarray:
    return box_corners(found.left / ink.scale, found.top / ink.scale, found.right / ink.scale, found.bottom / ink.scale)


def _mark(
    flat: Flat, ink: Ink, found: SealFound | TickFound | InkFound | StrikeFound, kind: MarkKind, state: MarkState,
    text: str = "", colour: str = "", picture: str = "",
) -> Mark:  # fmt: skip
    corners = _corners(ink, found)
    return Mark(
        kind, state, flat.page_box(corners), float(found.confidence), text, colour, picture,
        None if flat.matrix is None else flat.flat_box(corners),
    )  # fmt: skip


def _seal(flat: Flat, ink: Ink, seal: SealFound, text: str) -> Mark:
    state = MarkState.PRESENT if seal.sure else MarkState.UNSURE
    return _mark(flat, ink, seal, MarkKind.SEAL, state, text, seal.colour)


def _strike(flat: Flat, ink: Ink, strike: StrikeFound) -> Mark:
    state = MarkState.PRESENT if strike.sure else MarkState.UNSURE
    return _mark(flat, ink, strike, MarkKind.STRIKE, state, strike.text)


def _tick(flat: Flat, ink: Ink, tick: TickFound) -> Mark:
    state = MarkState.UNSURE if tick.ticked is None else MarkState.PRESENT if tick.ticked else MarkState.ABSENT
    return _mark(flat, ink, tick, MarkKind.TICK, state)


def _hand(flat: Flat, ink: Ink, hand: InkFound, parts: Sequence[Part], written: Sequence[Written]) -> Mark:
    said: list[tuple[int, float, str]] = []
    doubtful = 0
    for part, look in zip(parts, written, strict=True):
        x, y = (part.left + part.right) / 2, (part.top + part.bottom) / 2
        if look.hand and hand.left <= x <= hand.right and hand.top <= y <= hand.bottom:
            said.append((round(y / (1.5 * ink.em)), x, part.text.strip()))
            doubtful += not look.sure
    text = "".join(words for _, _, words in sorted(said))
    kind = MarkKind.HANDWRITING if hand.line or len(text) > 8 else MarkKind.SIGNATURE
    sure = hand.sure and not (said and doubtful == len(said))
    cut = ink.grey[hand.top : hand.bottom, hand.left : hand.right]
    state = MarkState.PRESENT if sure else MarkState.UNSURE
    return _mark(flat, ink, hand, kind, state, text, hand.colour, picture_hash(cut))
