"""What stands in the tables of a form: beneficiaries, products, members of a group?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from verifier.documents.forms import Form, Role
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Piece, Span, Unit
from verifier.documents.places import Neighbours
from verifier.documents.sections import Map
from verifier.documents.table_rows import Head, Read, Row, named
from verifier.model import Box
from verifier.packs.document_type import ColumnSpec, TableSpec

MOST_ROWS = 200
NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.]|第[一二三四五六七八九十]{1,3}[部章节条])"
)  # the next part begins


def read_tables(sheet: Sheet, hits: Sequence[Hit], places: Map, form: Form, near: Neighbours) -> list[Read]:
    """Every table of the form on this page. The hits of its headers are marked as used."""
    found: list[Read] = []
    for table in form.kind.tables:
        for header in _headers(sheet, hits, places, table, form, near):
            rows = list(
                _cell_rows(sheet, header, near)
                if _over_cells(sheet, header)
                else _line_rows(sheet, header, near, table)
            )
            if not rows:
                continue
            for column in header:
                if column.hit is not None:
                    column.hit.used = True
            found += named(rows, header, table, sheet)
    return found


def _headers(
    sheet: Sheet, hits: Sequence[Hit], places: Map, table: TableSpec, form: Form, near: Neighbours
) -> Iterator[list[Head]]:
    columns = {id(hit): column for hit in hits if (column := column_of(hit, table, form)) is not None}
    heads = [hit for hit in hits if id(hit) in columns and not hit.glued and not hit.used and _is_head(hit)]
    for row in _same_height(heads):
        names = {columns[id(hit)].name for hit in row}
        if table.key not in names or len(names) < 2:
            continue
        x, y = row[0].at.middle
        if not belongs(table, names, places.ruled_at(x, y), form):
            continue
        header = _header(sheet, row, columns)
        unknown = sum(1 for column in header if column.hit is None)
        if unknown <= max(2, 0.67 * len(row)):
            yield header


def column_of(hit: Hit, table: TableSpec, form: Form) -> ColumnSpec | None:
    """The column that a header names, by its own words or by those of the field of the same name."""
    named = form.columns[table.name].get(hit.phrase)
    if named:
        return named[0]
    fields = {target.name for target in hit.targets}
    own = next((column for column in table.columns if column.name in fields), None)
    return own or form.column_meant(table.name, hit.span.folded)


def _is_head(hit: Hit) -> bool:
    """A header stands alone in its cell; a label with its value behind it is none."""
    return not hit.colon and (hit.unit.cell is None or hit.end >= len(hit.unit.text) or _side_by_side(hit))


def _side_by_side(hit: Hit) -> bool:
    """Nothing but labels, next to one another, stands in the cell: a line between two columns was not found."""
    own = [h for h in hit.page_hits if h.unit is hit.unit and not h.colon]
    covered = sum(h.end - h.start for h in own)
    return len(own) > 1 and covered >= len(hit.unit.text) and all(hit.unit.breaks.get(h.start, 2) == 2 for h in own)


def belongs(table: TableSpec, names: set[str], section: str | None, form: Form) -> bool:
    if table.section is not None and section == table.section:
        return True
    if section in form.strict and section != table.section:
        return False
    return not table.proper or bool(names.intersection(table.proper))


def _same_height(heads: Sequence[Hit]) -> list[list[Hit]]:
    rows: list[list[Hit]] = []
    for hit in sorted(heads, key=lambda h: (h.at.middle[1], h.at.left)):
        top = (hit.unit.cell or hit.at).top
        if rows:
            last = rows[-1][0]
            other = (last.unit.cell or last.at).top
            mixed = (hit.unit.cell is None) != (last.unit.cell is None)
            apart = abs(hit.at.middle[1] - last.at.middle[1]) if mixed else abs(top - other)
            if apart < (0.4 if mixed else 0.6) * hit.at.height:
                rows[-1].append(hit)
                continue
        rows.append([hit])
    return [sorted(row, key=lambda h: h.at.left) for row in rows]


def _header(sheet: Sheet, row: Sequence[Hit], columns: Mapping[int, ColumnSpec]) -> list[Head]:
    """The known columns and, between them, the unknown ones."""
    first = row[0]
    known = [Head(columns[id(hit)], hit, _place(hit), hit.span.text, bool(hit.unit.cell)) for hit in row]
    others: list[Head] = []
    if first.unit.cell is not None:
        top = first.unit.cell.top
        units = [u for u in sheet.units if u.cell is not None and abs(u.cell.top - top) < 0.004]
        hit_units = {hit.unit.number for hit in row}
        others = [Head(None, None, u.cell, "", True) for u in units if u.number not in hit_units and u.cell]
    else:
        for hit in {h.unit.number: h for h in row}.values():
            taken = {hit.unit.locate(h.start)[0] for h in row if h.unit is hit.unit}
            others += [
                Head(None, None, p.at) for n, p in enumerate(hit.unit.pieces) if n not in taken
                and not any(h.start < hit.unit.starts[n] < h.end for h in row if h.unit is hit.unit)
            ]  # fmt: skip
    return sorted(known + others, key=lambda c: c.at.left)


def _place(hit: Hit) -> Box:
    """The header's cell, or its part of a cell that holds several."""
    cell = hit.unit.cell
    if cell is None or hit.end - hit.start >= len(hit.unit.text):
        return cell or hit.at
    return Box(hit.at.left, cell.top, hit.at.right, cell.bottom)


def _over_cells(sheet: Sheet, header: Sequence[Head]) -> bool:
    """Do ruled rows stand under the header, be it ruled itself or not (a grey band on a scan)?"""
    key = next((c for c in header if c.hit is not None and c.ruled), None)
    if key is not None:
        return True
    named = [c for c in header if c.hit is not None]
    below = [sheet.cell_at(c.at.middle[0], c.at.bottom + 0.8 * c.at.height) for c in named]
    return sum(1 for cell in below if cell is not None and sheet.unit_of(cell) is not None) > 0.6 * len(named)


# --- ruled tables ---------------------------------------------------------------------------------


def _cell_rows(sheet: Sheet, header: Sequence[Head], near: Neighbours) -> Iterator[Row]:
    """Rows by the ruling, under the header until the table or its columns end."""
    key = next((c for c in header if c.spec is not None), header[0])
    lead = min((c for c in header if c.spec is not None), key=lambda c: c.at.left)
    bottom = max(c.at.bottom for c in header if c.hit is not None)  # a cell at the side rules all rows
    for _ in range(MOST_ROWS):
        cell = sheet.cell_at(key.at.middle[0], bottom + 0.004)
        if cell is None or (cell.left > key.at.left + 0.02 and cell.right < key.at.right - 0.02):
            return
        if cell.top - bottom > (0.008 if lead.ruled else 0.02):  # another table below
            return
        first = sheet.cell_at(lead.at.middle[0], cell.middle[1])
        unit = sheet.unit_of(cell)
        if unit is not None and any(h.colon or h.whole for h in near.of(unit)):
            if any(h.is_(Role.TOTAL) for h in near.of(unit)):
                yield _row(sheet, header, cell)
            return
        width = (lead.hit.unit.cell or lead.at).width if lead.hit is not None else lead.at.width
        if lead.ruled and first is not None and abs(first.width - width) > 0.5 * width + 0.02:
            return
        yield _row(sheet, header, cell)
        bottom = max(cell.bottom, bottom + 0.004)


def _row(sheet: Sheet, header: Sequence[Head], cell: Box) -> Row:
    row = Row()
    texts = []
    for column in header:
        at = sheet.cell_at(column.at.middle[0], cell.middle[1])
        unit = sheet.unit_of(at) if at is not None else None
        span = _share(unit, column, header, at) if unit is not None else Span()
        if column.spec is not None or at is None or at.height < 1.6 * cell.height:  # not the cell at the side
            texts.append(span.text)
        if column.spec is not None and column.spec.name not in row.cells:
            row.cells[column.spec.name] = (span, at)
    row.text = " ".join(texts)
    return row


def _share(unit: Unit, column: Head, header: Sequence[Head], at: Box | None) -> Span:
    """What of a cell stands under a header; all of it where the cell has one header."""
    within = [c for c in header if at is not None and at.left <= c.at.middle[0] <= at.right and c.hit is not None]
    if len(within) < 2:
        return unit.span(0, len(unit.text))
    return Span(tuple((p, 0, len(p.text)) for p in unit.pieces if within[_nearest(p, within)] is column))


# --- tables without rulings -----------------------------------------------------------------------


def _line_rows(sheet: Sheet, header: Sequence[Head], near: Neighbours, table: TableSpec) -> Iterator[Row]:
    """Lines under the header, each piece under the header it stands nearest to."""
    hit = next(c.hit for c in header if c.hit is not None)
    lines: list[tuple[Unit, dict[int, list[Piece]]]] = []
    bottom = hit.unit.at.bottom
    for unit in sheet.lines_below(hit.unit):
        if unit.at.middle[1] <= bottom:
            continue
        if unit.at.top - bottom > 2.2 * hit.at.height or len(lines) >= MOST_ROWS:
            break
        if _ends(unit, near) or NUMBERED.match(unit.text) or _leads_with_label(unit, near, table):
            break
        parts: dict[int, list[Piece]] = {}
        for piece in (part for whole in unit.pieces for part in _under_heads(whole, header)):
            parts.setdefault(_nearest(piece, header), []).append(piece)
        lines.append((unit, parts))
        bottom = unit.at.bottom
    yield from _gathered(lines, header, table)


def _ends(unit: Unit, near: Neighbours) -> bool:
    return _only_labels(unit, near) or any(
        hit.colon or hit.is_(Role.ANCHOR) or hit.is_(Role.TOTAL) or (hit.is_(Role.HEADING) and hit.whole)
        for hit in near.of(unit)
    )


def _leads_with_label(unit: Unit, near: Neighbours, table: TableSpec) -> bool:
    """A line that begins with the label of a value far to its right comes after the table."""
    first = next((hit for hit in near.of(unit) if hit.start == 0), None)
    if first is None or not first.targets or first.end != len(unit.pieces[0].text) or len(unit.pieces) != 2:
        return False
    return not first.span.folded.startswith((*table.main_words, *table.rider_words) or ("\0",))


def _under_heads(piece: Piece, header: Sequence[Head]) -> list[Piece]:
    """A word that was read over two columns, cut between their heads (RMB 920,000.00 终身)."""
    over = [head for head in header if piece.at.left < head.at.middle[0] < piece.at.right]
    if len(over) != 2 or over[1].at.left <= over[0].at.right:
        return [piece]
    cut = piece.split((over[0].at.right + over[1].at.left) / 2)
    return list(cut) if cut is not None else [piece]


def _only_labels(unit: Unit, near: Neighbours) -> bool:
    """A line of further labels over further values is no row."""
    hits = [hit for hit in near.of(unit) if hit.targets or hit.is_(Role.COLUMN)]
    return len(hits) > 1 and sum(hit.end - hit.start for hit in hits) >= len(unit.text)


def _nearest(piece: Piece, header: Sequence[Head]) -> int:
    def away(column: Head) -> float:
        at = column.at
        overlap = min(at.right, piece.at.right) - max(at.left, piece.at.left)
        apart = min(
            abs(at.left - piece.at.left), abs(at.right - piece.at.right), abs(at.middle[0] - piece.at.middle[0])
        )
        return apart - (0.01 if overlap > 0 else 0)

    return min(range(len(header)), key=lambda n: away(header[n]))


def _gathered(
    lines: list[tuple[Unit, dict[int, list[Piece]]]], header: Sequence[Head], table: TableSpec
) -> Iterator[Row]:
    """Lines with more than the wrapped key begin a row; the others belong to the nearest of them."""
    wraps = {
        n for n, c in enumerate(header)
        if c.spec is not None and c.spec.kind in ("product", "text", "address", "name", "organisation")
    }  # fmt: skip
    anchors = [n for n, (_, parts) in enumerate(lines) if set(parts) - wraps]
    if not anchors:
        anchors = list(range(len(lines)))
    gathered: dict[int, dict[int, list[Piece]]] = {n: {} for n in anchors}
    for unit, parts in lines:
        home = min(anchors, key=lambda n: abs(lines[n][0].at.middle[1] - unit.at.middle[1]))
        for column, pieces in parts.items():
            gathered[home].setdefault(column, []).extend(pieces)
    for number in anchors:
        row = Row(text=lines[number][0].text)
        for place, head in enumerate(header):
            if head.spec is None:
                continue
            span = Span(tuple((piece, 0, len(piece.text)) for piece in gathered[number].get(place, ())))
            row.cells.setdefault(head.spec.name, (span, None))
        yield row
