"""Which date belongs to which signature? Several stand on one form, often under the same label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from verifier.documents.forms import Form, Role
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Span
from verifier.documents.places import Neighbours, want_of
from verifier.documents.tables import Read
from verifier.documents.values import Value, interpret
from verifier.model import FieldState, MarkKind
from verifier.values.dates import find_dates

if TYPE_CHECKING:
    from verifier.documents.extract import Candidate

GENERIC = 4  # a label of so many characters or fewer (日期, 签字日期) does not say whose date it is


def dated_marks(found: Sequence[Candidate], mark: str) -> Candidate | None:
    """The date on the line of the mark's own anchor, even when it was left empty; None when none is."""
    beside = [c for c in found if c.hit is not None and _owner(c.hit) == mark]
    read_first = sorted(beside, key=lambda c: (c.value.state is not FieldState.READ, c.rank))
    if beside:
        return read_first[0]
    own_words = [c for c in found if c.hit is None or len(c.hit.phrase) > GENERIC or _owner(c.hit) is None]
    if own_words:
        return min(own_words, key=lambda c: (c.value.state is not FieldState.READ, c.rank))
    return None


def _owner(hit: Hit) -> str | None:
    """The mark whose anchor stands left of the date on its row, else nearest above it in its column."""
    anchors = [h for h in hit.page_hits if _written_mark(h)]
    at = hit.at
    row = [h for h in anchors if abs(h.at.middle[1] - at.middle[1]) < 0.9 * at.height and h.at.left < at.left]
    if row:
        return _written_mark(max(row, key=lambda h: h.at.left))
    above = [h for h in anchors if 0 < at.middle[1] - h.at.middle[1] < 6 * at.height]
    if not above:
        return None
    return _written_mark(min(above, key=lambda h: (at.middle[1] - h.at.middle[1]) + abs(h.at.left - at.left)))


def _written_mark(hit: Hit) -> str | None:
    for meaning in hit.meanings:
        if meaning.role is Role.ANCHOR and meaning.mark is not None and meaning.mark.kind is MarkKind.SIGNATURE:
            return meaning.mark.name
    return None


def unlabelled_date(sheet: Sheet, hits: Sequence[Hit], form: Form, near: Neighbours) -> Iterator[Read]:
    """A date that stands without a label on the line of a signature, or right under it."""
    for spec in form.kind.fields:
        if spec.near is None:
            continue
        for hit in hits:
            if _written_mark(hit) != spec.near:
                continue
            span = _date_by(hit, sheet, near)
            if span is not None:
                value = interpret(span, want_of(spec.kind, spec.take, spec.unit, None), sheet)
                if value.state is FieldState.READ:
                    yield Read(spec.name, spec.kind, value)
                    break
                box = hit.box.union(span.box) if span.box else hit.box
                yield Read(spec.name, spec.kind, Value(FieldState.EMPTY, "", "", box, 0.9))
                break


def _date_by(hit: Hit, sheet: Sheet, near: Neighbours) -> Span | None:
    at = hit.at
    for row in sheet.rows:
        middle = sum(p.at.middle[1] for p in row) / len(row)
        same = abs(middle - at.middle[1]) < 0.8 * at.height
        under = 0 < middle - at.middle[1] < 3.2 * at.height
        if not (same or under):
            continue
        right = [p for p in row if p.at.right > at.left and (under or p.at.left >= at.left)]
        if under and any(
            h.at.middle[1] == middle or abs(h.at.middle[1] - middle) < 0.5 * at.height for h in _labels(near)
        ):
            continue
        for piece in right:
            if find_dates(piece.raw):
                start = hit.label_end - hit.unit.starts[hit.unit.locate(hit.start)[0]] if _is_in(hit, piece) else 0
                return Span(((piece, max(0, start), len(piece.text)),))
        joined = Span(tuple((p, 0, len(p.text)) for p in right if not _is_in(hit, p)))
        if joined and find_dates("".join(joined.text.split())):
            return joined
    return None


def _labels(near: Neighbours) -> Iterator[Hit]:
    for hits in near.by_unit.values():
        yield from hits


def _is_in(hit: Hit, piece: object) -> bool:
    return any(part is piece for part, _, _ in hit.span.parts)
