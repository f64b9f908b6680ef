"""Which fields do the rows of a table fill?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Span
from verifier.documents.places import blank, want_of
from verifier.documents.values import Value, interpret
from verifier.model import Box, FieldState
from verifier.packs.document_type import ColumnSpec, TableSpec
from verifier.values.money import label_unit


@dataclass
class Head:
    """A column by its header: where it is and what it holds. `ruled`: the header has a cell of its own."""

    spec: ColumnSpec | None
    hit: Hit | None
    at: Box
    unit: str = ""
    ruled: bool = False


@dataclass
class Row:
    """The cells of one printed row by column name, with the box of an empty one."""

    cells: dict[str, tuple[Span, Box | None]] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A field out of a table."""

    name: str
    kind: str
    value: Value


@dataclass(frozen=True, slots=True)
class Place:
    """What a row fills: the fields of this prefix, as the main row or as one of the others."""

    prefix: str
    main: bool


def named(rows: Sequence[Row], heads: Sequence[Head], table: TableSpec, sheet: Sheet) -> list[Read]:
    """The fields of the rows and of the row of totals."""
    return filled(rows, places_of_rows(rows, table), heads, table, sheet) + _totals(rows, heads, table, sheet)


def places_of_rows(rows: Sequence[Row], table: TableSpec) -> list[Place | None]:
    """What each row fills; None for totals and for rows without their key."""
    printed = [row for row in rows if not _is_total(row, table)]
    keyed = [row for row in printed if not blank(row.cells.get(table.key, (Span(), None))[0])]
    main = _main_row(keyed, table)
    places: dict[int, Place] = {}
    count = 0
    for row in printed:
        count += 0 if row is main else 1
        prefix = (table.first or "") if row is main else table.rows.replace("[n]", f"[{count}]") + "."
        if any(row is one for one in keyed):
            places[id(row)] = Place(prefix, row is main)
    return [places.get(id(row)) for row in rows]


def filled(
    rows: Sequence[Row], places: Sequence[Place | None], heads: Sequence[Head], table: TableSpec, sheet: Sheet
) -> list[Read]:
    """The fields of rows whose places are known."""
    units, specs = _columns(heads)
    found: list[Read] = []
    for row, place in zip(rows, places, strict=True):
        if place is None:
            continue
        for name, (span, at) in row.cells.items():
            own = table.first_names.get(name, name) if place.main else name
            value = _cell_value(span, at, specs[name], units[name], sheet)
            found.append(Read(place.prefix + own, specs[name].kind, value))
            if not place.main and name in table.also:
                found.append(Read(place.prefix + table.also[name], specs[name].kind, value))
    return found


def _totals(rows: Sequence[Row], heads: Sequence[Head], table: TableSpec, sheet: Sheet) -> list[Read]:
    units, specs = _columns(heads)
    found: list[Read] = []
    for row in rows:
        if _is_total(row, table) and table.total is not None and table.total.column in row.cells:
            spec = specs[table.total.column]
            span, at = row.cells[table.total.column]
            value = _cell_value(span, at, spec, units[spec.name], sheet)
            if value.state is FieldState.READ:
                found.append(Read(table.total.field, spec.kind, value))
    return found


def _columns(heads: Sequence[Head]) -> tuple[dict[str, str], dict[str, ColumnSpec]]:
    known = [(head.spec, head.unit) for head in heads if head.spec is not None]
    return {spec.name: unit for spec, unit in known}, {spec.name: spec for spec, _ in known}


def _is_total(row: Row, table: TableSpec) -> bool:
    if table.total is None:
        return False
    words = table.total.words
    text = row.text.strip().replace(" ", "")
    return any(text.startswith(word) for word in words)


def _main_row(rows: Sequence[Row], table: TableSpec) -> Row | None:
    """The main product: the first row that no word calls a rider."""
    if table.first is None or not rows:
        return None
    for row in rows:
        if any(word in row.text for word in table.main_words):
            return row
    return next((row for row in rows if not any(word in row.text for word in table.rider_words)), rows[0])


def _cell_value(span: Span, at: Box | None, spec: ColumnSpec, header: str, sheet: Sheet) -> Value:
    if blank(span):
        box = span.box or (at if at and not any(w.flat for w in sheet.page.words[:1]) else None)
        return Value(FieldState.EMPTY, "", "", box, 1.0)
    unit = spec.unit or (label_unit(header) if spec.kind == "money" else "")
    return interpret(span, want_of(spec.kind, spec.take, unit, spec.options), sheet)
