"""What does a table say that stands on its side: an item in each row, a product, a rider or a person in each column?

Its heads stand one under the other at the left, in ruled cells or at one edge of free lines; every further column is
a row of the usual table. A table that a page ends in goes on at the head of the next page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from verifier.documents.forms import Form
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Piece, Span
from verifier.documents.places import Neighbours
from verifier.documents.sections import Map
from verifier.documents.table_rows import Head, Place, Read, Row, filled, named, places_of_rows
from verifier.documents.tables import belongs, column_of
from verifier.model import Box
from verifier.packs.document_type import ColumnSpec, TableSpec

FEWEST = 3  # heads that make a table
WIDEST = 6  # columns of values


@dataclass
class Line:
    """One item of the table: its head, and the place of each value."""

    hit: Hit
    words: str
    column: ColumnSpec | None
    cells: list[tuple[Span, Box | None]]
    at: Box
    shared: bool = False  # with the next head, as the line between them was not found


Carried = list[Place | None]  # what the columns of a table fill that the page before ended in


def read_on_side(
    sheet: Sheet, hits: Sequence[Hit], places: Map, form: Form, near: Neighbours, carried: dict[str, Carried]
) -> list[Read]:
    """The tables of the form that stand on their side. The hits of their heads are marked as used."""
    found: list[Read] = []
    for table in form.kind.tables:
        before = carried.pop(table.name, None)
        for lines in _stacks(sheet, hits, table, form, near):
            keyed = any(line.column is not None and line.column.name == table.key for line in lines)
            names = {line.column.name for line in lines if line.column is not None}
            x, y = lines[0].at.middle
            if places.columns_at(x, y):
                continue
            rows = [_row(sheet, lines, number) for number in range(len(lines[0].cells))]
            enough = len(names) >= (2 if _told(rows, table) else FEWEST)
            if keyed and enough and belongs(table, names, places.ruled_at(x, y), form):
                carried[table.name] = places_of_rows(rows, table)
                found += named(rows, _heads(lines), table, sheet)
            elif not keyed and before is not None and _heads_page(sheet, lines, len(before)):
                carried[table.name] = before
                found += filled(rows, before, _heads(lines), table, sheet)
            else:
                continue
            for line in lines:
                line.hit.used = True
    return found


# --- where the lines are ----------------------------------------------------------------------------


def _stacks(sheet: Sheet, hits: Sequence[Hit], table: TableSpec, form: Form, near: Neighbours) -> Iterator[list[Line]]:
    """Runs of heads one under the other that have as many values beside them, at least two."""
    heads = [hit for hit in hits if not hit.used and not hit.colon and not hit.glued and hit.start == 0]
    lines = [line for hit in heads for line in _shared_cell(sheet, hit, table, form, near)
             or _line(sheet, hit, column_of(hit, table, form), near)]  # fmt: skip
    stack: list[Line] = []
    for line in sorted(lines, key=lambda one: (round(one.at.left, 2), one.at.top)):
        if stack and not _follows(stack[-1], line):
            yield from _whole(stack)
            stack = []
        stack.append(line)
    yield from _whole(stack)


def _whole(stack: list[Line]) -> Iterator[list[Line]]:
    known = sum(1 for line in stack if line.column is not None)
    if known >= 2 and (len(stack[0].cells) > 1 or any(line.shared for line in stack)):
        yield stack


def _follows(above: Line, below: Line) -> bool:
    """Is it the next item: as many values, at the same places, right under the one before?"""
    if len(above.cells) != len(below.cells) or abs(above.at.left - below.at.left) > 0.008:
        return False
    apart = below.at.top - above.at.bottom
    if not -0.004 < apart < (0.012 if above.hit.unit.cell is not None else 1.6 * above.at.height):
        return False
    return all(abs(a.left - b.left) < 0.02 for (_, a), (_, b) in zip(above.cells, below.cells, strict=True) if a and b)


def _line(sheet: Sheet, hit: Hit, column: ColumnSpec | None, near: Neighbours) -> Iterator[Line]:
    cell = hit.unit.cell
    if cell is not None:
        cells = list(_ruled(sheet, cell, cell, near)) if hit.end >= len(hit.unit.text) else []
        if 1 <= len(cells) <= WIDEST:
            yield Line(hit, hit.span.text, column, cells, cell)
        return
    if len(near.of(hit.unit)) > 1:
        return
    values = [piece for piece in hit.unit.pieces if piece.at.left > hit.at.right + sheet.em]
    single = all(after.at.left - before.at.right > 1.5 * sheet.em for before, after in pairwise(values))
    if 2 <= len(values) <= WIDEST and single and len(values) + 1 >= len(hit.unit.pieces):
        yield Line(hit, hit.span.text, column, [(piece.cut(0, len(piece.text)), piece.at) for piece in values], hit.at)


def _shared_cell(sheet: Sheet, hit: Hit, table: TableSpec, form: Form, near: Neighbours) -> list[Line]:
    """Heads that stand one under the other in one cell, while their values have cells of their own: a pale ruling
    on a shaded ground is easily lost."""
    cell, unit = hit.unit.cell, hit.unit
    if cell is None or len(unit.pieces) < 2 or any(kind == 2 for kind in unit.breaks.values()):
        return []
    found: list[Line] = []
    for piece in unit.pieces:
        column = form.columns[table.name].get(piece.text)
        spec = column[0] if column else form.column_meant(table.name, piece.text)
        first = sheet.cell_at(cell.right + 0.004, piece.at.middle[1])
        if spec is None or first is None or first.height > 0.8 * cell.height:
            return []
        own = Box(cell.left, first.top, cell.right, first.bottom)
        cells = list(_ruled(sheet, own, first, near))
        if not 1 <= len(cells) <= WIDEST or (found and first.top < found[-1].at.bottom - 0.004):
            return []
        found.append(Line(hit, piece.raw, spec, cells, own, shared=True))
    return found


def _ruled(sheet: Sheet, cell: Box, like: Box, near: Neighbours) -> Iterator[tuple[Span, Box | None]]:
    """The cells at the right of a head, as high as one of them or as the head; none of them is a label."""
    right = sheet.cell_at(cell.right + 0.004, cell.middle[1])
    while right is not None:
        unit = sheet.unit_of(right)
        if abs(right.height - like.height) > 0.3 * like.height or (unit is not None and near.is_label(unit)):
            return
        yield (unit.span(0, len(unit.text)) if unit is not None else Span()), right
        right = sheet.cell_at(right.right + 0.004, cell.middle[1])


def _heads_page(sheet: Sheet, lines: Sequence[Line], count: int) -> bool:
    """Does the table open the page, under no more than its running head?"""
    over = [row for row in sheet.rows if max(p.at.bottom for p in row) < lines[0].at.top]
    return len(over) <= 3 and len(lines[0].cells) == count


# --- what they say ----------------------------------------------------------------------------------


def _told(rows: Sequence[Row], table: TableSpec) -> bool:
    """Do words over the columns tell the main product from a rider?"""
    words = (*table.main_words, *table.rider_words)
    return any(row.text.startswith(words) for row in rows) if words else False


def _heads(lines: Sequence[Line]) -> list[Head]:
    return [Head(line.column, line.hit, line.at, line.words) for line in lines if line.column is not None]


def _row(sheet: Sheet, lines: Sequence[Line], number: int) -> Row:
    """A column of values as the row that it is; its text begins with what stands over it (附加险一)."""
    row = Row()
    texts = [_over(sheet, lines[0], number)]
    for line in lines:
        span, at = line.cells[number]
        texts.append(span.text)
        if line.column is not None:
            row.cells.setdefault(line.column.name, (span, at if line.hit.unit.cell is not None else None))
    row.text = " ".join(text for text in texts if text)
    return row


def _over(sheet: Sheet, line: Line, number: int) -> str:
    at = line.cells[number][1]
    if at is None:
        return ""
    if line.hit.unit.cell is not None:
        head = sheet.cell_at(at.middle[0], at.top - 0.004)
        unit = sheet.unit_of(head) if head is not None else None
        return unit.text if unit is not None else ""
    return next((p.text for row in sheet.rows for p in row if _stands_over(p, at, sheet)), "")


def _stands_over(piece: Piece, at: Box, sheet: Sheet) -> bool:
    near = 0 <= at.top - piece.at.bottom < 1.2 * sheet.line_height
    return near and piece.at.left < at.right and piece.at.right > at.left
