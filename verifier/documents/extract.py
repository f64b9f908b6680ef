"""What do the pages of one document say: its fields and marks?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from verifier.documents.dates_beside import dated_marks, unlabelled_date
from verifier.documents.forms import Form, Target
from verifier.documents.labels import Hit, find_hits
from verifier.documents.layout import Sheet
from verifier.documents.marks import read_marks
from verifier.documents.persons import read_person_rows
from verifier.documents.pieces import Span, Unit
from verifier.documents.places import Neighbours, blank, want_of
from verifier.documents.prose import read_prose
from verifier.documents.questions import read_questions
from verifier.documents.same_as import Statement, read_statements, with_same
from verifier.documents.sections import Map, map_sections
from verifier.documents.tables import read_tables
from verifier.documents.tables_on_side import Carried, read_on_side
from verifier.documents.values import Value, interpret, read_at
from verifier.model import Box, DocumentMark, Evidence, Field, FieldState, PageRef
from verifier.packs.document_type import ColumnSpec
from verifier.values.money import label_unit


@dataclass
class Candidate:
    """A value that a label gives for a field. Lower `rank` is the surer label."""

    name: str
    kind: str
    value: Value
    rank: float
    ref: PageRef
    hit: Hit | None = None


@dataclass
class Extraction:
    """What is gathered while the pages of a document are read."""

    candidates: dict[str, list[Candidate]] = field(default_factory=dict)
    marks: list[DocumentMark] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    section: str | None = None
    counted: dict[str, int] = field(default_factory=dict)
    carried: dict[str, Carried] = field(default_factory=dict)

    def add(self, candidate: Candidate) -> None:
        self.candidates.setdefault(candidate.name, []).append(candidate)

    def filled(self, name: str) -> bool:
        return any(c.value.state is not FieldState.EMPTY for c in self.candidates.get(name, ()))


@dataclass(frozen=True)
class Taken:
    """Fields and marks of one document."""

    fields: dict[str, Field]
    marks: tuple[DocumentMark, ...]


def extract(pages: Sequence[tuple[Sheet, PageRef]], form: Form, day_first: bool = False) -> Taken:
    """The fields and marks of a document from its pages in order."""
    work = Extraction()
    for sheet, ref in pages:
        _page(sheet, ref, form, work, day_first)
    fields = {name: _chosen(name, found, form, work) for name, found in work.candidates.items()}
    kept = {name: _field(candidate) for name, candidate in fields.items() if candidate is not None}
    return Taken(with_same(kept, form, work.statements), tuple(work.marks))


def _page(sheet: Sheet, ref: PageRef, form: Form, work: Extraction, day_first: bool) -> None:
    hits = find_hits(sheet, form)
    places = map_sections(sheet, hits, form, work.section)
    near = Neighbours(sheet, hits)
    work.statements += read_statements(sheet, places, form, ref)
    for read in read_person_rows(hits, form, near):
        work.add(Candidate(read.name, read.kind, read.value, -1, ref))
    on_side = read_on_side(sheet, hits, places, form, near, work.carried)
    for read in [*on_side, *read_tables(sheet, hits, places, form, near)]:
        work.add(Candidate(read.name, read.kind, read.value, -1, ref))
    for read in read_questions(sheet, form, hits, work.counted):
        work.add(Candidate(read.name, read.kind, read.value, -1, ref))
    for hit in hits:
        if not hit.used:
            for candidate in _of_hit(hit, places, form, near, work, ref, day_first):
                work.add(candidate)
    for read in unlabelled_date(sheet, hits, form, near):
        work.add(Candidate(read.name, read.kind, read.value, 500, ref))
    for read in read_prose(sheet, form, hits):
        work.add(Candidate(read.name, read.kind, read.value, 900, ref))
    work.marks += read_marks(sheet, hits, form, near, ref)
    work.section = places.last


# --- labels ---------------------------------------------------------------------------------------


def _of_hit(
    hit: Hit, places: Map, form: Form, near: Neighbours, work: Extraction, ref: PageRef, day_first: bool
) -> Iterator[Candidate]:
    at = hit.at
    columns = places.columns_at(at.left, at.middle[1])
    if columns:
        yield from _in_columns(hit, columns, near, ref, day_first)
        return
    section = places.section_at(*at.middle)
    targets = _resolve(hit, section, places.printed_at(*at.middle), form, work)
    if not targets:
        yield from _listed(hit, section, form, near, work, ref)
        return
    for target in targets:
        spec = target.spec
        value = read_at(hit, want_of(spec.kind, spec.take, spec.unit, spec.options, day_first), near)
        if value is None or (target.alone and not _names_somebody(hit, value)):
            continue
        yield Candidate(target.name, spec.kind, value, target.rank, ref, hit)


def _names_somebody(hit: Hit, value: Value) -> bool:
    """`投保人` alone is a label only where something stands beside it, or a colon asks for it."""
    return hit.colon or (value.state is FieldState.READ and len(value.value) <= 40)


def _resolve(hit: Hit, section: str | None, ruled: str | None, form: Form, work: Extraction) -> list[Target]:
    """Which fields the label means at this place; the two sides of a span are two."""
    targets = hit.targets
    own = [t for t in targets if not t.explicit and t.section == section]
    explicit = [t for t in targets if t.explicit]
    if own and not any(t.section is not None for t in explicit):
        return _same_label(own)
    if explicit:
        return _same_label([t for t in explicit if t.section is not None] or explicit)
    if ruled in form.strict:
        return []
    soft = [t for t in targets if t.section not in form.strict]
    if soft:
        return _same_label(soft)
    single = [t for t in targets if not t.spec.sections]
    if single:
        return _same_label(single)
    if section:
        return []
    return _same_label([t for t in targets if not work.filled(t.name)][:1])


def _same_label(targets: Sequence[Target]) -> list[Target]:
    """One field, or both sides of one span."""
    if not targets:
        return []
    first = min(targets, key=lambda t: t.rank)
    sides = [t for t in targets if t.spec.take and first.spec.take and t.name != first.name]
    return [first, *sides[:1]]


def _in_columns(
    hit: Hit, columns: Sequence[tuple[str, float, float]], near: Neighbours, ref: PageRef, day_first: bool
) -> Iterator[Candidate]:
    """A row of a table with one column for each person."""
    for section, left, right in columns:
        target = next((t for t in hit.targets if t.section == section and not t.alone), None)
        if target is None:
            continue
        span, box = _column_span(hit, left, right, near)
        spec = target.spec
        if blank(span):
            value = Value(FieldState.EMPTY, "", "", box or hit.box, hit.span.confidence)
        else:
            unit = spec.unit or (label_unit(hit.span.text) if spec.kind == "money" else "")
            want = want_of(spec.kind, spec.take, unit, spec.options, day_first)
            value = interpret(span, want, near.sheet)
        yield Candidate(target.name, spec.kind, value, target.rank, ref, hit)


def _column_span(hit: Hit, left: float, right: float, near: Neighbours) -> tuple[Span, Box | None]:
    sheet = near.sheet
    if hit.unit.cell is not None:
        cell = sheet.cell_at((left + right) / 2, hit.at.middle[1])
        unit = sheet.unit_of(cell) if cell is not None else None
        return (unit.span(0, len(unit.text)) if unit is not None else Span()), cell
    lines = [hit.unit, *_wrapped_under(hit, near)]
    parts = [
        (piece, 0, len(piece.text)) for unit in lines for piece in unit.pieces
        if left <= piece.at.middle[0] < right and piece.at.left > hit.at.right
    ]  # fmt: skip
    return Span(tuple(parts)), None


def _wrapped_under(hit: Hit, near: Neighbours) -> Iterator[Unit]:
    """The lines under a row of columns that go on with its values: nothing stands under the label."""
    bottom = hit.unit.at.bottom
    for unit in near.sheet.lines_below(hit.unit):
        if unit.at.top - bottom > 0.9 * hit.at.height or near.of(unit) or unit.at.left < hit.at.right:
            return
        yield unit
        bottom = unit.at.bottom


def _listed(
    hit: Hit, section: str | None, form: Form, near: Neighbours, work: Extraction, ref: PageRef
) -> Iterator[Candidate]:
    """Labels of a table's columns that stand as labels of their own (受益人姓名：…)."""
    for meaning in hit.meanings:
        table, column = meaning.table, meaning.column
        if table is None or column is None or table.section is None or table.section != section:
            continue
        value = read_at(hit, want_of(column.kind, column.take, column.unit, column.options), near)
        if value is None:
            return
        if column.name == table.key:
            work.counted[table.name] = work.counted.get(table.name, 0) + 1
        number = max(1, work.counted.get(table.name, 0))
        yield _row_candidate(table.rows, number, column, value, ref, hit)
        return


def _row_candidate(rows: str, number: int, column: ColumnSpec, value: Value, ref: PageRef, hit: Hit) -> Candidate:
    return Candidate(f"{rows.replace('[n]', f'[{number}]')}.{column.name}", column.kind, value, 0, ref, hit)


# --- choice ---------------------------------------------------------------------------------------


def _chosen(name: str, found: list[Candidate], form: Form, work: Extraction) -> Candidate | None:
    """The candidate that counts: dates by the mark they belong to, else the first that was read."""
    spec = next((s for s in form.kind.fields for n, _ in s.named() if n == name), None)
    if spec is not None and spec.near:
        dated = dated_marks(found, spec.near)
        if dated is not None:
            return dated
    return min(found, key=lambda c: (_state_order(c), c.rank, -c.value.confidence))


def _state_order(candidate: Candidate) -> int:
    return {FieldState.READ: 0, FieldState.UNREADABLE: 1, FieldState.EMPTY: 2}[candidate.value.state]


def _field(candidate: Candidate) -> Field:
    value = candidate.value
    evidence = Evidence(
        candidate.ref.file, candidate.ref.page, value.box, value.text, round(value.confidence, 4), candidate.ref.sha256
    )
    return Field(
        candidate.name, value.value, value.text, candidate.kind, round(value.confidence, 4), evidence, value.state,
        value.alternatives,
    )  # fmt: skip
