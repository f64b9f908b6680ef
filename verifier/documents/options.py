"""Which of the printed options is ticked? By signs in the text, or by boxes found on the picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED
from verifier.documents.layout import Sheet
from verifier.documents.option_words import (
    OPEN_MISREAD,
    TICKED_MISREAD,
    Tick,
    misread_options,
    option_words,
    side_in_text,
    tick_in_text,
)
from verifier.documents.pieces import Span
from verifier.ink import unpack
from verifier.model import Box, Mark, MarkState, TextFrom
from verifier.packs.document_type import Options

_LONE = frozenset(OPEN_MISREAD + TICKED_MISREAD + "是否有无")  # what may stand around an option on its own
_RUN_END = re.compile(r"[\u4e00-\u9fff]*$")
_RUN_START = re.compile(r"[\u4e00-\u9fff]*")


SLOT = 5.5  # character widths that an option of two characters takes with its box
HIDDEN = 0.8  # how sure a tick is that only hides its box
_UNTOLD = (Tick.DOUBTFUL, 0.5)


@dataclass(frozen=True, slots=True)
class Choice:
    """An option in its place. `value` is the option's own word, `printed` what stands on the paper."""

    value: str
    printed: str
    span: Span
    tick: Tick
    confidence: float


def options_in(
    span: Span, options: Options, sheet: Sheet, *, behind: bool | None = None, apart: bool = False
) -> list[Choice]:
    """The options that stand in a place, each with the state of its box. `behind`: the boxes of the group are
    known to stand behind their words; `apart`: words amid a sentence (是否, 有无) are no options."""
    text = span.folded
    places = option_words(text, options)
    misread = [] if sheet.page.text_from is TextFrom.LAYER else misread_options(text, places, options)
    places = sorted(places + misread)
    parts = [_part(span, start, end) for start, end, _ in places]
    kept = [n for n, (start, end, _) in enumerate(places) if not apart or _stands_apart(parts[n], span, start, end)]
    kept = _once(kept, places, parts)
    if not kept:
        return []
    places, parts = [places[n] for n in kept], [parts[n] for n in kept]
    in_text = side_in_text(text, places)
    side = in_text if in_text is not None else behind
    side = side if side is not None else side_of(parts, sheet.ticks, sheet.em)
    paired = _in_order(parts, sheet, side)
    marks = [paired.get(n) or _nearest(part, sheet, side) for n, part in enumerate(parts)]
    found: list[Choice] = []
    read_open: set[int] = set()
    for number, (start, end, value) in enumerate(places):
        part, mark = parts[number], marks[number]
        if mark is not None and number not in paired and not _is_its_own(number, mark, marks, parts):
            mark = None
        tick, sure = (
            (Tick.NONE, 1.0) if mark is None else _state(mark) if side is not None or number in paired else _UNTOLD
        )
        if tick is Tick.NONE:
            limit = places[number + 1][0] if number + 1 < len(places) else len(text)
            tick, sure = tick_in_text(text, start, end, limit, bool(side))
            if len(places) == 1 and sure < 1.0:  # one word alone: what stands before it is no misread box
                tick, sure = Tick.NONE, 1.0
        elif mark is not None and tick_in_text(text, start, end, len(text), bool(side)) == (Tick.OPEN, 1.0):
            read_open.add(number)
        printed, read = (part.text, part.confidence) if places[number] not in misread else (value, 0.9)
        found.append(Choice(value, printed, part, tick, sure * read))
    signed = {
        n for n, (a, b, _) in enumerate(places) if tick_in_text(text, a, b, len(text), bool(side))[0] is Tick.TICKED
    }
    if signed and not signed & {n for n, choice in enumerate(found) if choice.tick is Tick.TICKED}:
        found = [replace(c, tick=Tick.DOUBTFUL, confidence=0.5) for c in found]  # the words say another than the boxes
    if not any(choice.tick is Tick.TICKED for choice in found):
        found = _without_its_word(found, marks, parts, sheet)
    found = _by_their_signs(found, read_open)
    told = _confirmed(_settled(_with_hidden(found, marks, sheet, side)))
    return [c if c.value else replace(c, tick=Tick.DOUBTFUL) for c in told if c.value or c.tick is Tick.TICKED]


def _without_its_word(
    found: list[Choice], marks: Sequence[Mark | None], parts: Sequence[Span], sheet: Sheet
) -> list[Choice]:
    """A ticked box among open ones that belongs to no word that was read (☑交 for 趸交): something is chosen, and
    nobody knows what."""
    words = [at for part in parts if (at := part.at) is not None]
    if sheet.page.text_from is TextFrom.LAYER or len(words) < 2:
        return found
    left, right = min(w.left for w in words) - SLOT * sheet.em, max(w.right for w in words) + SLOT * sheet.em
    middle, high = words[0].middle[1], words[0].height
    odd = [
        mark for mark in sheet.ticks
        if mark.state is MarkState.PRESENT and left < mark.at.left and mark.at.right < right
        and abs(mark.at.middle[1] - middle) < 0.75 * high and not any(mark is one for one in marks)
        and not any(word.overlap(mark.at) > 0.3 for word in words)
    ]  # fmt: skip
    return [replace(c, tick=Tick.DOUBTFUL, confidence=0.5) for c in found] if odd else found


def _by_their_signs(found: list[Choice], read_open: set[int]) -> list[Choice]:
    """Several boxes that look ticked, all but one of which were read as open signs (○是 否): rings and spots."""
    ticked = [n for n, choice in enumerate(found) if choice.tick is Tick.TICKED]
    told = [n for n in ticked if n not in read_open]
    if len(ticked) < 2 or len(told) != 1:
        return found
    return [replace(c, tick=Tick.OPEN) if n in ticked and n != told[0] else c for n, c in enumerate(found)]


def _with_hidden(found: list[Choice], marks: Sequence[Mark | None], sheet: Sheet, side: bool | None) -> list[Choice]:
    """Open boxes are found on a picture; the one box of a group that was not, though there is ink in its place,
    is the one that a tick runs through."""
    without = [n for n, choice in enumerate(found) if choice.tick is Tick.NONE]
    others = [n for n, choice in enumerate(found) if choice.tick is Tick.OPEN and marks[n] is not None]
    if len(without) != 1 or len(others) != len(found) - 1 or not others or side is None:
        return found
    if len({choice.value for choice in found}) < len(found) or sheet.page.text_from is TextFrom.LAYER:
        return found
    number = without[0]
    word, beside, box = found[number].span.at, found[others[0]].span.at, marks[others[0]]
    if word is None or beside is None or box is None or abs(word.middle[1] - beside.middle[1]) > beside.height:
        return found
    words = len(found[number].span.folded) * sheet.em
    swallowed = words + 0.8 * box.at.width <= word.width <= words + 2.5 * box.at.width  # read as a part of the word
    if not swallowed and not _box_hides(word, beside, box, sheet, side):
        return found
    return [replace(c, tick=Tick.TICKED, confidence=HIDDEN) if n == number else c for n, c in enumerate(found)]


def _box_hides(word: Box, beside: Box, box: Mark, sheet: Sheet, side: bool) -> bool:
    """Is there ink where the box of a word would stand?"""
    pixels = unpack(sheet.page.ink)
    if pixels is None:
        return False
    away = box.at.middle[0] - (beside.right if side else beside.left)
    x, wide, high = (word.right if side else word.left) + away, box.at.width / 2, box.at.height / 2
    if x - wide <= 0 or x + wide >= 1:
        return False
    place = Box(x - wide, word.middle[1] - high, x + wide, word.middle[1] + high)
    return pixels.size(place) >= 4 and pixels.inked(place) >= 0.4 * pixels.size(place)


def _confirmed(found: list[Choice]) -> list[Choice]:
    """Different options that were all found with their boxes confirm each other's words: a weak reading of one
    word does not make its box doubtful."""
    if len(found) < 2 or len({c.value for c in found}) < len(found) or any(c.tick is Tick.NONE for c in found):
        return found
    return [replace(c, confidence=c.confidence / c.span.confidence * max(c.span.confidence, 0.95)) for c in found]


def _stands_apart(part: Span, span: Span, start: int, end: int) -> bool:
    """Is the word an option of its own, not a part of a sentence?"""
    piece, low, high = part.parts[0]
    blanks = set(piece.gaps())  # a reader leaves one where it drops the box (亲笔签名 是)
    before, after = ("" if low in blanks else piece.text[:low]), ("" if high in blanks else piece.text[high:])
    if before[-1:] in tuple(BOXES_OPEN + BOXES_TICKED) or after[:1] in tuple(BOXES_OPEN + BOXES_TICKED):
        return True
    around = (_RUN_END.search(before) or [""])[0] + (_RUN_START.match(after) or [""])[0]
    return all(c in _LONE for c in around)


def _once(kept: list[int], places: Sequence[tuple[int, int, str]], parts: Sequence[Span]) -> list[int]:
    """A word that was read twice, once with the box behind it in the same run, counts once: the narrower."""
    out: list[int] = []
    for number in kept:
        at = parts[number].at
        twin = next((n for n in out if places[n][2] == places[number][2] and _same_place(parts[n].at, at)), None)
        if twin is None:
            out.append(number)
        elif at is not None and (other := parts[twin].at) is not None and at.width < other.width:
            out[out.index(twin)] = number
    return out


def _same_place(one: Box | None, other: Box | None) -> bool:
    return one is not None and other is not None and one.overlap(other) > 0.5


def side_of(parts: Sequence[Span], ticks: Sequence[Mark], em: float) -> bool | None:
    """Do boxes stand behind their words? By how many words have one on each side, then by which is nearer:
    in 是□ 否□ every word has a box behind it, and those are the close ones. None where both look alike."""
    gaps: dict[bool, list[float]] = {False: [], True: []}
    for part in parts:
        at = part.at
        for behind in (False, True) if at is not None else ():
            assert at is not None
            mark = nearest_tick(ticks, at, behind)
            if mark is not None:
                gaps[behind].append(max(0.0, mark.at.left - at.right if behind else at.left - mark.at.right))
    return compared(gaps[False], gaps[True], em)


def compared(before: Sequence[float], after: Sequence[float], em: float) -> bool | None:
    """The side of boxes from the gaps between words and boxes on either side."""
    if not before and not after:
        return False
    if len(before) != len(after):
        return len(after) > len(before)
    mine, other = sum(before) / len(before), sum(after) / len(after)
    if abs(mine - other) < 0.25 * em:
        return None
    return other < mine


def _in_order(parts: Sequence[Span], sheet: Sheet, side: bool | None) -> dict[int, Mark]:
    """The boxes of each line from left to right, when there are as many as options: OCR drops boxes out of
    the text, so that the places of the words between them are uncertain, but not their order."""
    paired: dict[int, Mark] = {}
    lines: dict[int, list[int]] = {}
    for number, part in enumerate(parts):
        line = next((n for n, others in lines.items() if _on_one_line(parts[others[0]], part)), number)
        lines.setdefault(line, []).append(number)
    for line_of in lines.values():
        numbers = sorted(line_of, key=lambda n: at.left if (at := parts[n].at) is not None else 0.0)
        boxes = _boxes_of_line([at for n in numbers if (at := parts[n].at) is not None], sheet)
        if len(boxes) == len(numbers) + 1 and side is not None:
            places = [at for n in numbers if (at := parts[n].at) is not None]
            fewer = [[*boxes[:n], *boxes[n + 1 :]] for n in range(len(boxes))]  # one is a stroke of a word
            boxes = min(fewer, key=lambda some: _misfit(some, places, side))
        if len(boxes) == len(numbers) > 1:
            paired.update(zip(numbers, boxes, strict=True))
    return paired


def _misfit(boxes: Sequence[Mark], words: Sequence[Box], side: bool) -> float:
    """How far the boxes stand from where the words' own would: a word was not read, or a box belongs to none."""
    gaps = [m.at.left - w.right if side else w.left - m.at.right for m, w in zip(boxes, words, strict=False)]
    return sum(abs(gap) for gap in gaps)


def _on_one_line(one: Span, other: Span) -> bool:
    a, b = one.at, other.at
    return a is not None and b is not None and abs(a.middle[1] - b.middle[1]) < 0.6 * max(a.height, b.height)


def _boxes_of_line(words: Sequence[Box], sheet: Sheet) -> list[Mark]:
    """The boxes on the line of some words, from a little left of the first to a little right of the last."""
    if not words or not sheet.ticks:
        return []
    reach = 2.5 * sheet.em
    left, right = min(w.left for w in words) - reach, max(w.right for w in words) + reach
    middle = sum(w.middle[1] for w in words) / len(words)
    height = max(min(w.height for w in words), 0.8 * sheet.line_height)
    found = [m for m in sheet.ticks if abs(m.at.middle[1] - middle) < 0.75 * height and left < m.at.middle[0] < right]
    alone: list[Mark] = []
    for mark in sorted(found, key=lambda m: -m.confidence):
        if all(abs(mark.at.middle[0] - other.at.middle[0]) > 0.6 * other.at.width for other in alone):
            alone.append(mark)
    return sorted(alone, key=lambda m: m.at.left)


def _nearest(part: Span, sheet: Sheet, behind: bool | None) -> Mark | None:
    at = part.at
    if at is None or not sheet.ticks:
        return None
    if behind is None:  # boxes on both sides, equally near: whose is whose cannot be told
        return nearest_tick(sheet.ticks, at) or nearest_tick(sheet.ticks, at, True)
    return nearest_tick(sheet.ticks, at, behind)


def _is_its_own(number: int, mark: Mark, marks: Sequence[Mark | None], parts: Sequence[Span]) -> bool:
    """One box serves one option: where the box of a word was not found, it must not take its neighbour's."""
    own = parts[number].at
    for other, taken in enumerate(marks):
        at = parts[other].at
        if (
            other != number
            and taken is mark
            and own is not None
            and at is not None
            and _gap(at, mark) < _gap(own, mark)
        ):
            return False
    return True


def _gap(word: Box, mark: Mark) -> float:
    return max(0.0, word.left - mark.at.right, mark.at.left - word.right)


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
        apart = away if away >= 0 else -2 * away  # deeper in the words stand strokes of theirs
        if -1.1 * max(mark.at.width, height * 0.5) <= away <= reach and (best is None or apart < best_away):
            best, best_away = mark, apart
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
