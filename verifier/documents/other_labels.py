"""Which words are labels although no sheet prints them so: composed ones, unknown ones, English ones, names of parts?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from verifier.documents.composed import is_label, is_translation, wordy
from verifier.documents.forms import Form
from verifier.documents.hits import NUMBERING, Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Unit
from verifier.model import Box

_HAN = re.compile(r"[㐀-鿿]+$")


def in_reading_order(hits: list[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (hit.unit.number, hit.start))


def by_position(sheet: Sheet, found: list[Hit]) -> list[Hit]:
    """Words in a column of label cells with values at their right, or in a row of labels over their values, are
    labels too, whatever they say."""
    labels = {h.unit.number: h for h in found if h.unit.cell is not None and h.start == 0 and h.whole and not h.colon}
    known = [h.unit.cell for h in labels.values() if h.side is None and h.unit.cell is not None]
    taken = {h.unit.number for h in found}
    made = []
    for unit in sheet.units:
        if unit.cell is None or unit.number in taken or not wordy(unit.text):
            continue
        column = len(unit.text) > 2 and _in_label_column(sheet, unit, known, labels)
        if column or _in_label_row(sheet, unit, known):
            length = len(unit.text)
            made.append(Hit(sheet, unit, 0, length, length, unit.text, (), False))
    return made


def _in_label_column(sheet: Sheet, unit: Unit, known: list[Box], labels: dict[int, Hit]) -> bool:
    cell = unit.cell
    assert cell is not None
    run = _column_run(sheet, cell)
    same = [box for box in run if any(box == other for other in known)]
    if len(same) < 3 or len(same) < 0.6 * len(run):
        return False
    value = _right_of(sheet, cell)
    if value is None or value.number in labels:
        return False
    over = [box for box in same if box.bottom < cell.top + 0.004]  # under a header of a table it is a value
    header = max(over, key=lambda box: box.top, default=None)
    if header is not None and _labelled_beside(sheet, header, labels):
        return False
    return sum(1 for box in same if not _labelled_beside(sheet, box, labels)) > 0.7 * len(same)


def _column_run(sheet: Sheet, cell: Box) -> list[Box]:
    """The cells over and under a cell that are as wide and follow one another."""
    column = sorted(
        (u.cell for u in sheet.cells.values() if u.cell is not None and abs(u.cell.left - cell.left) < 0.004
         and abs(u.cell.right - cell.right) < 0.02 and u.cell != cell),
        key=lambda box: abs(box.middle[1] - cell.middle[1]),
    )  # fmt: skip
    top, bottom = cell.top, cell.bottom
    run = []
    for box in column:
        if box.top - bottom < 0.03 and top - box.bottom < 0.03:
            run.append(box)
            top, bottom = min(top, box.top), max(bottom, box.bottom)
    return run


def _right_of(sheet: Sheet, cell: Box) -> Unit | None:
    right = sheet.cell_at(cell.right + 0.004, cell.middle[1])
    return sheet.unit_of(right) if right is not None else None


def _labelled_beside(sheet: Sheet, cell: Box, labels: dict[int, Hit]) -> bool:
    """Does another label stand in the next cell, as in a row of labels over their values?"""
    other = _right_of(sheet, cell)
    return other is not None and other.number in labels


def _in_label_row(sheet: Sheet, unit: Unit, known: list[Box]) -> bool:
    cell = unit.cell
    assert cell is not None
    row = [box for box in known if abs(box.top - cell.top) < 0.004 and abs(box.bottom - cell.bottom) < 0.004]
    touching = any(abs(a.right - b.left) < 0.004 for a in row for b in row if a is not b)
    beside = any(abs(box.right - cell.left) < 0.004 or abs(box.left - cell.right) < 0.004 for box in row)
    below = sheet.cell_at(cell.middle[0], cell.bottom + 0.004)
    over = below is not None and abs(below.left - cell.left) < 0.01 and below.top < cell.bottom + 0.004
    return touching and beside and over


def with_others(sheet: Sheet, unit: Unit, form: Form, hits: list[Hit]) -> list[Hit]:
    """The hits of a unit with those whose words only come to a known label, and with unknown labels."""
    for start, text, colon in _heads_of(unit):
        end = start + len(text)
        if any(hit.start <= start < hit.end and (hit.end >= end or hit.colon) for hit in hits):
            continue
        inside = [hit for hit in hits if start <= hit.start < end]
        numbering = NUMBERING.match(text)
        skip = numbering.end() if numbering and numbering.end() < len(text) - 1 else 0
        section = (
            form.part(text[skip:])
            if not colon and unit.cell is None and not NUMBERING.sub("", unit.text[:start])
            else None
        )
        if section is not None and all(hit.glued or hit.end < end for hit in inside) and len(hits) == len(inside):
            hits = [Hit(sheet, unit, start + skip, end, end, section[0], section[1], False)]
            continue
        asked = colon or unit.cell is not None or is_label(text) or _leads(unit, start, end, sheet.em)
        phrase = form.meant(text[skip:]) if asked else None
        if phrase is None and (inside or not (is_label(text) or (colon and len(text) <= 10 and wordy(text)))):
            continue
        meanings = form.phrases.get(phrase) if phrase is not None else ()
        after = end + 1 if colon else end
        made = Hit(sheet, unit, start + skip, end, after, phrase or text, meanings, colon, factor=0.97)
        hits = sorted([hit for hit in hits if hit not in inside] + [made], key=lambda hit: hit.start)
    return hits


def _leads(unit: Unit, start: int, end: int, em: float) -> bool:
    """Does a run open its line, with other words far to the right of it (a dotted line between them)?"""
    if start or end >= len(unit.text):
        return False
    number, offset = unit.locate(end)
    return offset == 0 and unit.pieces[number].at.left - unit.pieces[number - 1].at.right > 4 * em


def with_translations(sheet: Sheet, unit: Unit, hits: list[Hit]) -> list[Hit]:
    """English labels that no Chinese label of the same unit has taken in: they end a value, and are none."""
    for number, piece in enumerate(unit.pieces):
        start = unit.starts[number]
        end = start + len(piece.text)
        if is_translation(piece.raw) and not any(hit.start < end and hit.end > start for hit in hits):
            if any(hit.end == start for hit in hits) and unit.breaks.get(start) == 3:
                continue  # under its label in one cell
            made = Hit(sheet, unit, start, end, end, piece.text, (), False, echo=True)
            hits = sorted([*hits, made], key=lambda hit: hit.start)
    return hits


def _heads_of(unit: Unit) -> Iterator[tuple[int, str, bool]]:
    """What may be a label in a unit: the words before a colon, a whole cell, a whole run of a line."""
    if unit.cell is not None and ":" not in unit.text and not any(kind == 2 for kind in unit.breaks.values()):
        yield 0, unit.text, False
        return
    for number, piece in enumerate(unit.pieces):
        place = piece.text.find(":", 2, 22)
        whole = unit.breaks.get(unit.starts[number], 0) != 3 and len(piece.text) > 1
        if place > 0:
            yield unit.starts[number], piece.text[:place], True
        elif whole:
            yield unit.starts[number], piece.text, False


def side_of(sheet: Sheet, unit: Unit, form: Form) -> str | None:
    """The part of the form that a narrow cell at the side of rows names, its characters one under the other;
    "" for a part we do not know, None for a cell that is none."""
    cell = unit.cell
    if cell is None or cell.width > 2.8 * sheet.em or not _HAN.match(unit.text) or len(unit.text) > 12:
        return None
    beside = sheet.cell_at(cell.right + 0.004, unit.at.middle[1])
    other = sheet.unit_of(beside) if beside is not None else None
    if beside is None or other is None or beside.width < 1.5 * cell.width:
        return None
    tall = beside.height < 0.8 * cell.height
    section = form.side(unit.text)
    known = unit.text in form.phrases or form.meant(unit.text) is not None
    led = other.text in form.phrases or form.meant(other.text) is not None or is_label(other.text)
    if tall:
        return section or "" if section or led or not known else None
    first = sheet.cell_at(cell.left - 0.008, unit.at.middle[1]) is None
    valued = _right_of(sheet, beside)  # 产品 | 产品名称 | ...: the narrow cell is no label of its own
    value = valued is not None and valued.text not in form.phrases and not is_label(valued.text)
    return section or "" if first and led and (value or not known) else None
