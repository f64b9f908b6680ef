"""Which ink may be a signature although it is pale, red or hardly there?

A pencil, a dry pen, a copy of a copy; a name under a stamp or over its label: no signature surely in most
cases, and no empty line either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from verifier.reading.frames import large_areas
from verifier.reading.hands import InkFound
from verifier.reading.ink import Ink, Mask, components, mask_of
from verifier.reading.print import SLOT, Part, Written
from verifier.reading.rules import Segment
from verifier.reading.seals import SealFound

PALEST_PEN, PAPER = 205, 228  # grey levels of a stroke, and of the paper close to it


def traces(ink: Ink, residue: Mask, parts: Sequence[Part], hands: Sequence[InkFound]) -> list[InkFound]:
    """Too little ink for a signature, where a label asks for one: a faint pen, a name under a stamp or over
    the label. It is no signature surely, and no empty line either."""
    found = []
    for part in parts:
        if not SLOT.search(part.text):
            continue
        high = part.bottom - part.top
        left, top = max(int(part.right - 1.5 * high), 0), max(int(part.top - 0.5 * high), 0)
        right, bottom = int(part.right + 7 * high), int(part.bottom + 0.4 * high)
        if any(h.left < right and h.right > left and h.top < bottom and h.bottom > top for h in hands):
            continue
        _, table = components(residue[top:bottom, left:right])
        rows = [row for row in table[1:] if row[3] >= 0.3 * ink.em and row[4] >= 0.03 * ink.em**2]
        if not rows or sum(int(row[4]) for row in rows) < 0.2 * ink.em**2:
            continue
        sides = (
            left + min(int(row[0]) for row in rows), top + min(int(row[1]) for row in rows),
            left + max(int(row[0] + row[2]) for row in rows), top + max(int(row[1] + row[3]) for row in rows),
        )  # fmt: skip
        if sides[2] - sides[0] >= 0.8 * ink.em and sides[3] - sides[1] >= 0.4 * ink.em:
            found.append(InkFound(*sides, "grey", 0.4, False, False))
    return found


def faint(ink: Ink, rules: Sequence[Segment], printed: Mask, known: Mask) -> Mask:
    """Ink too pale to count as dark (a pencil, a dry pen, a copy of a copy) where nothing else is known."""
    halo = 2 * max(1, round(0.06 * ink.em)) + 1
    taken = cv2.dilate(printed, np.ones((halo, halo), np.uint8)) | known | large_areas(ink)
    for rule in rules:
        left, top, right, bottom = (round(side * ink.scale) for side in (rule.left, rule.top, rule.right, rule.bottom))
        cv2.rectangle(taken, (left - 3, top - 3), (right + 3, bottom + 3), 255, -1)
    return np.asarray(cv2.subtract(ink.soft, taken))


def pale_hands(ink: Ink, pale: Sequence[InkFound], hands: Sequence[InkFound], parts: Sequence[Part]) -> list[InkFound]:
    """Pale writing: surely so beside a label that asks for it, and if its strokes are clearly darker than paper
    and thin, as neither a shadow nor the back of the sheet is."""
    slots = [part for part in parts if SLOT.search(part.text)]
    found = []
    for hand in pale:
        where = (slice(hand.top, hand.bottom), slice(hand.left, hand.right))
        strokes = ink.soft[where] > 0
        beside = cv2.dilate(ink.grey[where], np.ones((round(0.5 * ink.em) | 1,) * 2, np.uint8))
        if float(np.percentile(beside[strokes], 10)) < PAPER or any(_touches(hand, other) for other in hands):
            continue
        asked = any(_is_asked(hand, part) for part in slots)
        sure = hand.sure and asked and float(np.median(ink.grey[where][strokes])) < PALEST_PEN
        found.append(replace(hand, sure=sure, line=False, confidence=0.6 if sure else 0.45))
    return found


def _is_asked(hand: InkFound, label: Part) -> bool:
    """The ink stands on the label's row behind it, or close under or over it."""
    high = label.bottom - label.top
    level = hand.top < label.bottom + 0.5 * high and hand.bottom > label.top - 0.5 * high
    if level and -high <= hand.left - label.right <= 8 * high:
        return True
    across = hand.left < label.right + 4 * high and hand.right > label.left
    return across and -high <= max(hand.top - label.bottom, label.top - hand.bottom) <= 1.5 * high


def _touches(one: InkFound, other: InkFound) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def red_writing(ink: Ink, parts: Sequence[Part], written: Sequence[Written], seals: Sequence[SealFound]) -> Mask:
    """Red ink that is neither print nor a seal that was found: a pen, or a stamp too faint to be one."""
    explained = [(part.left, part.top, part.right, part.bottom) for part, hand in zip(parts, written, strict=True)
                 if not hand.hand and hand.by_look < 0.2]  # fmt: skip
    around = [(seal.left, seal.top, seal.right, seal.bottom) for seal in seals]
    return ink.red & ~mask_of(ink, explained) & ~mask_of(ink, around, grow=round(0.3 * ink.em))
