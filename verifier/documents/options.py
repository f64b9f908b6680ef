"""Which of the printed options is ticked? By signs in the text, or by boxes found on the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED
from verifier.documents.layout import Sheet
from verifier.documents.phrases import fold
from verifier.documents.pieces import Span
from verifier.model import Box, Mark, MarkState
from verifier.packs.document_type import Options

# what OCR makes of a box that stands right before an option
_OPEN_MISREAD = "口囗ロコ日"
_TICKED_MISREAD = "回区図囚团因凶冈"


class Tick(Enum):
    NONE = 0
    OPEN = 1
    TICKED = 2
    DOUBTFUL = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """An option in its place. `value` is the option's own word, `printed` what stands on the paper."""

    value: str
    printed: str
    span: Span
    tick: Tick
    confidence: float


def options_in(span: Span, options: Options, sheet: Sheet) -> list[Choice]:
    """The options that stand in a place, each with the state of its box."""
    text = span.folded
    places = _places(text, options)
    if not places:
        return []
    behind = _boxes_behind(text, places)
    paired = _in_order(span, len(places), sheet)
    found = []
    for number, (start, end, value) in enumerate(places):
        part = _part(span, start, end)
        tick, sure = _state(paired[number]) if paired else _tick_on_picture(part, sheet, behind)
        if tick is Tick.NONE:
            limit = places[number + 1][0] if number + 1 < len(places) else len(text)
            tick, sure = _tick_in_text(text, start, end, limit, behind)
            if len(places) == 1 and sure < 1.0:  # one word alone: what stands before it is no misread box
                tick, sure = Tick.NONE, 1.0
        found.append(Choice(value, part.text, part, tick, sure * part.confidence))
    return _settled(found)


def _places(text: str, options: Options) -> list[tuple[int, int, str]]:
    """Where options stand; the longest word wins where words overlap."""
    words = sorted(
        ((fold(word), value) for value, printed in options.words.items() for word in printed), key=lambda p: -len(p[0])
    )
    taken: list[tuple[int, int, str]] = []
    for word, value in words:
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            if all(end <= a or start >= b for a, b, _ in taken):
                taken.append((start, end, value))
            start = text.find(word, end)
    return sorted(taken)


def _boxes_behind(text: str, places: Sequence[tuple[int, int, str]]) -> bool:
    """Do the boxes stand behind their options (是□ 否□)?"""
    first, last = places[0][0], places[-1][1]
    signs = BOXES_OPEN + BOXES_TICKED
    before = first > 0 and text[first - 1] in signs
    after = last < len(text) and text[last] in signs
    return after and not before


def _tick_in_text(text: str, start: int, end: int, limit: int, behind: bool) -> tuple[Tick, float]:
    if behind:
        sign = text[end:limit].lstrip("([")[:1]
    else:
        sign = text[:start].rstrip(")]").rstrip("_")[-1:]
        if start > 1 and text[start - 1] in ")]":  # [√] or (√)
            sign = text[start - 2]
            if sign in "([":
                return Tick.OPEN, 1.0
            if sign in "xv":  # [X]
                return Tick.TICKED, 1.0
    if not sign:
        return Tick.NONE, 1.0
    if sign in BOXES_TICKED:
        return Tick.TICKED, 1.0
    if sign in BOXES_OPEN:
        return Tick.OPEN, 1.0
    if sign in _OPEN_MISREAD:
        return Tick.OPEN, 0.9
    if sign in _TICKED_MISREAD:
        return Tick.DOUBTFUL, 0.8
    return Tick.NONE, 1.0


def _in_order(span: Span, count: int, sheet: Sheet) -> list[Mark]:
    """The boxes of the place from left to right, when there are as many as options: OCR drops boxes out of
    the text, so that the places of the words between them are uncertain, but not their order."""
    at = span.at
    lines = {round(piece.at.middle[1] * 80) for piece, _, _ in span.parts}
    if at is None or len(lines) > 1 or not sheet.ticks:
        return []
    reach = 2.5 * sheet.em
    found = [
        mark for mark in sheet.ticks
        if abs(mark.at.middle[1] - at.middle[1]) < 0.75 * at.height
        and at.left - reach < mark.at.middle[0] < at.right + 0.5 * sheet.em
    ]  # fmt: skip
    alone: list[Mark] = []
    for mark in sorted(found, key=lambda m: -m.confidence):
        if all(abs(mark.at.middle[0] - other.at.middle[0]) > 0.6 * other.at.width for other in alone):
            alone.append(mark)
    return sorted(alone, key=lambda m: m.at.left) if len(alone) == count > 1 else []


def _tick_on_picture(part: Span, sheet: Sheet, behind: bool) -> tuple[Tick, float]:
    at = part.at
    if at is None or not sheet.ticks:
        return Tick.NONE, 1.0
    mark = nearest_tick(sheet.ticks, at, behind)
    return (Tick.NONE, 1.0) if mark is None else _state(mark)


def _state(mark: Mark) -> tuple[Tick, float]:
    state = {MarkState.PRESENT: Tick.TICKED, MarkState.ABSENT: Tick.OPEN}.get(mark.state, Tick.DOUBTFUL)
    return state, mark.confidence


def nearest_tick(ticks: Sequence[Mark], at: Box, behind: bool = False) -> Mark | None:
    """The box that belongs to words at a place: right before them (or behind), on their line."""
    height = at.height
    best, best_away = None, 0.0
    for mark in ticks:
        x, y = mark.at.middle
        if abs(y - at.middle[1]) > 0.75 * height:
            continue
        away = x - at.right if behind else at.left - x
        reach = 3.0 * max(height * 0.75, mark.at.width)
        if -1.1 * max(mark.at.width, height * 0.5) <= away <= reach and (best is None or away < best_away):
            best, best_away = mark, away
    return best


def _part(span: Span, start: int, end: int) -> Span:
    """Characters `start`..`end` of the span's folded text."""
    parts = []
    reach = 0
    for piece, low, high in span.parts:
        length = high - low
        a, b = max(start - reach, 0), min(end - reach, length)
        if a < b:
            parts.append((piece, low + a, low + b))
        reach += length
    return Span(tuple(parts))


def _one_sure(found: list[Choice]) -> list[Choice]:
    """Several ticked boxes, one of them far surer than the others: those were specks."""
    ticked = [c for c in found if c.tick is Tick.TICKED]
    sure = [c for c in ticked if c.confidence >= 0.85]
    if len(ticked) < 2 or len(sure) != 1 or any(c.confidence > 0.78 for c in ticked if c is not sure[0]):
        return found
    return [replace(c, tick=Tick.OPEN) if c in ticked and c is not sure[0] else c for c in found]


def _settled(found: list[Choice]) -> list[Choice]:
    """A box that reads like a character is a tick when the other boxes are clearly open."""
    found = _one_sure(found)
    doubtful = [c for c in found if c.tick is Tick.DOUBTFUL]
    if not doubtful:
        return found
    ticked = any(c.tick is Tick.TICKED for c in found)
    opened = any(c.tick is Tick.OPEN for c in found)
    settled = Tick.OPEN if ticked else (Tick.TICKED if opened and len(doubtful) == 1 else Tick.DOUBTFUL)
    return [
        Choice(c.value, c.printed, c.span, settled, c.confidence * 0.9) if c.tick is Tick.DOUBTFUL else c for c in found
    ]
