"""What does a table say that has one row for each person, and the labels over its columns?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.documents.forms import Form, Role, Target
from verifier.documents.labels import Hit
from verifier.documents.pieces import Span
from verifier.documents.places import Neighbours, blank, want_of
from verifier.documents.table_rows import Read
from verifier.documents.values import Value, interpret
from verifier.model import Box, FieldState


def read_person_rows(hits: Sequence[Hit], form: Form, near: Neighbours) -> list[Read]:
    """The fields of such tables; the labels and the persons' cells are then no labels of their own."""
    found: list[Read] = []
    for rows in _row_heads(hits, form):
        head = [hit for hit in hits if hit.unit.cell is not None and _over(hit.unit.cell, rows[0][1])]
        labels = [hit for hit in head if hit.whole and any(_target(hit, section) for section, _, _ in rows)]
        if len(labels) < 2:
            continue
        for section, cell, person in rows:
            person.used = True
            found += _row(section, cell, labels, near)
        for hit in labels:
            hit.used = True
    return found


Row = tuple[str, Box, Hit]


def _row_heads(hits: Sequence[Hit], form: Form) -> Iterator[list[Row]]:
    """Cells that name different persons, one right under the other."""
    persons = sorted(
        (
            (section, hit.unit.cell, hit)
            for hit in hits
            if (section := _person(hit, form)) and hit.unit.cell is not None
        ),
        key=lambda row: (round(row[1].left, 2), row[1].top),
    )
    rows: list[Row] = []
    for row in persons:
        if rows and not (abs(row[1].left - rows[-1][1].left) < 0.01 and abs(row[1].top - rows[-1][1].bottom) < 0.006):
            yield from [rows] if len({section for section, _, _ in rows}) > 1 else []
            rows = []
        rows.append(row)
    yield from [rows] if len({section for section, _, _ in rows}) > 1 else []


def _person(hit: Hit, form: Form) -> str | None:
    """The person whose bare name (投保人, 被保险人) fills a cell."""
    if hit.colon or not hit.whole or hit.start != 0:
        return None
    named = {t.section for t in hit.targets if t.alone} | {m.section for m in hit.meanings if m.role is Role.HEADING}
    sections = named & form.strict
    return sections.pop() if len(sections) == 1 else None


def _over(cell: Box, first: Box) -> bool:
    return abs(cell.bottom - first.top) < 0.006 and cell.left > first.left + 0.01


def _target(hit: Hit, section: str) -> Target | None:
    return next((t for t in hit.targets if t.section == section and not t.alone), None)


def _row(section: str, cell: Box, labels: Sequence[Hit], near: Neighbours) -> Iterator[Read]:
    for label in labels:
        target = _target(label, section)
        if target is None:
            continue
        at = near.sheet.cell_at(label.at.middle[0], cell.middle[1])
        unit = near.sheet.unit_of(at) if at is not None else None
        span = unit.span(0, len(unit.text)) if unit is not None else Span()
        spec = target.spec
        if blank(span):
            yield Read(target.name, spec.kind, Value(FieldState.EMPTY, "", "", at or label.box, 1.0))
        else:
            want = want_of(spec.kind, spec.take, spec.unit, spec.options)
            yield Read(target.name, spec.kind, interpret(span, want, near.sheet))
