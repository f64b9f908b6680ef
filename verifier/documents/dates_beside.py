"""Which date belongs to which signature? Several stand on one form, often under the same label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from verifier.documents.anchors import is_sign_head, is_time_head
from verifier.documents.forms import Form, Role
from verifier.documents.ink_places import quoted, signers
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Piece, Span, union
from verifier.documents.places import Neighbours, want_of
from verifier.documents.table_rows import Read
from verifier.documents.values import Value, interpret
from verifier.model import Box, FieldState, MarkKind
from verifier.values.canonical import canonical
from verifier.values.dates import find_dates

if TYPE_CHECKING:
    from verifier.documents.extract import Candidate

_SIGNS = "年月日"
PLACED = 500  # the rank of dates that were found by the place of their signature
GENERIC = 4  # a label of so many characters or fewer (日期, 签字日期) does not say whose date it is


def dated_marks(found: Sequence[Candidate], mark: str) -> Candidate | None:
    """The date on the line of the mark's own anchor, even when it was left empty; None when none is."""
    placed = [c for c in found if c.hit is None and c.rank == PLACED]
    if any(c.value.state is FieldState.READ for c in placed):
        return next(c for c in placed if c.value.state is FieldState.READ)
    beside = [c for c in found if c.hit is not None and _owner(c.hit) == mark]
    read_first = sorted(beside, key=lambda c: (c.value.state is not FieldState.READ, c.rank))
    if beside and (read_first[0].value.state is FieldState.READ or not placed):
        return read_first[0]
    if placed:  # the place was found: what stands there, or that nothing does, counts
        return placed[0]
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
    """A date that stands without a label on the line of a signature, or right under it; or in the place that
    its label and cells show, figure by figure, where it was written into a printed frame."""
    rows = signers(sheet, hits, form)
    for spec in form.kind.fields:
        if spec.near is None:
            continue
        mine = [hit for hit in (*hits, *rows) if _written_mark(hit) == spec.near]
        placed = next((value for hit in mine if (value := _placed(hit, hits, sheet)) is not None), None)
        if placed is not None:
            yield Read(spec.name, spec.kind, placed)
            continue
        for hit in mine:
            span = _date_by(hit, sheet, near)
            if span is not None:
                value = interpret(span, want_of(spec.kind, spec.take, spec.unit, None), sheet)
                if value.state is FieldState.READ:
                    yield Read(spec.name, spec.kind, value)
                    break
                box = hit.box.union(span.box) if span.box else hit.box
                bare = not any(c.isdigit() for c in span.text)  # 年 月 日 without figures is an empty date
                state = FieldState.EMPTY if bare and not _inked(span, sheet) else FieldState.UNREADABLE
                yield Read(spec.name, spec.kind, Value(state, "", "" if bare else span.text, box, 0.9))
                break


def _placed(hit: Hit, hits: Sequence[Hit], sheet: Sheet) -> Value | None:
    """The date in the cell that a head calls its place, or behind its own label: read, empty, or not to be read."""
    headed = _headed_cell(hit, sheet)
    if headed is not None:
        return _in_place(headed, hit, sheet)
    label = next((h for h in hits if _is_date_label(h) and _owner(h) == _written_mark(hit) and h.at != hit.at), None)
    if label is None or (label.unit.cell is None and not label.colon):
        return None
    at, cell = label.at, label.unit.cell
    right = min([h.at.left for h in hits if h.at.left > at.right and abs(h.at.middle[1] - at.middle[1]) < at.height],
                default=1.0)  # fmt: skip
    place = Box(
        at.right, at.top - 0.7 * at.height, min(right, at.right + 26 * sheet.em, 1.0), at.bottom + 0.5 * at.height
    )
    if cell is not None:
        following = sheet.cell_at(cell.right + 0.004, at.middle[1])
        if cell.right - at.right < 4 * sheet.em and following is not None:
            place = following
        else:
            place = Box(
                place.left, max(cell.top, place.top), min(place.right, cell.right), min(cell.bottom, place.bottom)
            )
    return _in_place(place, label, sheet) if place.right > place.left and place.bottom > place.top else None


def _is_date_label(hit: Hit) -> bool:
    return any(t.spec.kind == "date" for t in hit.targets) and _written_mark(hit) is None


def _headed_cell(hit: Hit, sheet: Sheet) -> Box | None:
    """In a table of signatures, the cell of the anchor's row under the head 签署时间 or 日期."""
    cell = hit.unit.cell
    for unit in sheet.units if cell is not None else ():
        head = unit.cell
        if head is None or not is_time_head(unit.text) or head.bottom > hit.at.middle[1]:
            continue
        under = sheet.cell_at(head.middle[0], hit.at.middle[1])
        signed = any(
            u.cell is not None and is_sign_head(u.text) and abs(u.cell.top - head.top) < 0.01 for u in sheet.units
        )
        if under is not None and signed and abs(under.left - head.left) < 0.02 and under != cell:
            return under
    return None


def _in_place(place: Box, label: Hit, sheet: Sheet) -> Value | None:
    """What stands in a place, put in order from left to right: a date, nothing, or what cannot be read."""
    pieces = sorted((p for row in sheet.rows for p in row if _within(place, p.at)), key=lambda p: p.at.left)
    text = "".join(c for _, c in _characters(place, pieces, sheet)).strip(":_ ")
    box = union([piece.box for piece in pieces]) or quoted(place, label)
    sure = min((piece.confidence for piece in pieces), default=1.0)
    readings = [canonical("date", one) for one in dict.fromkeys((_joined(place, pieces), text)) if one]
    found = [one for one in readings if one is not None]
    if found and len({one.value for one in found}) == 1:
        return Value(FieldState.READ, found[0].value, text, box, sure * found[0].confidence)
    ink = [m for m in sheet.ink if _within(place, m.at) or place.overlap(m.at) > 0.4]
    if ink or any(c.isdigit() for c in text):
        return Value(FieldState.UNREADABLE, "", text, union([box, *(m.box for m in ink)]), 0.5)
    if text.strip("年月日/.-_:()") == "":
        return Value(FieldState.EMPTY, "", "", label.box.union(box), 0.95)
    return None


def _inked(span: Span, sheet: Sheet) -> bool:
    at = span.at
    return at is not None and any(at.overlap(mark.at) > 0.3 for mark in sheet.ink)


def _joined(place: Box, pieces: Sequence[Piece]) -> str:
    """The runs one behind the other; what the end of one and the start of the next both have, once."""
    text, right = "", 0.0
    for piece in pieces:
        own = "".join(c for n, c in enumerate(piece.text) if place.left <= piece.x(n)).strip(":_")
        overlap = piece.at.left < right
        shared = next((n for n in range(min(len(own), len(text), 4), 0, -1) if overlap and text.endswith(own[:n])), 0)
        text, right = text + own[shared:], piece.at.right
    return text


def _characters(place: Box, pieces: Sequence[Piece], sheet: Sheet) -> list[tuple[float, str]]:
    """The characters of a place by where they stand; one that two runs both have counts once."""
    found: list[tuple[float, str, Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.at.width):
        for number, sign in enumerate(piece.text):
            x = (piece.x(number) + piece.end_x(number + 1)) / 2
            reach = (1.2 if sign in _SIGNS else 0.45) * sheet.em
            twin = any(sign == other and by is not piece and abs(x - at) < reach for at, other, by in found)
            if not twin and place.left <= x <= place.right:
                found.append((x, sign, piece))
    return [(x, sign) for x, sign, _ in sorted(found, key=lambda one: one[0])]


def _within(place: Box, at: Box) -> bool:
    shared = min(place.bottom, at.bottom) - max(place.top, at.top)
    return shared > 0.5 * at.height and at.right > place.left and at.left < place.right


def _date_by(hit: Hit, sheet: Sheet, near: Neighbours) -> Span | None:
    at = hit.at
    for row in sheet.rows:
        middle = sum(p.at.middle[1] for p in row) / len(row)
        same = abs(middle - at.middle[1]) < 0.8 * at.height
        under = not same and 0 < middle - at.middle[1] < 3.2 * at.height
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
        apart = [p for p in right if not _is_in(hit, p)]
        while apart and not any(c.isdigit() for c in apart[0].text):  # the name that is signed before it
            apart.pop(0)
        joined = Span(tuple((p, 0, len(p.text)) for p in apart))
        if joined and find_dates("".join(joined.text.split())):
            return joined
    return None


def _labels(near: Neighbours) -> Iterator[Hit]:
    for hits in near.by_unit.values():
        yield from hits


def _is_in(hit: Hit, piece: object) -> bool:
    return any(part is piece for part, _, _ in hit.span.parts)
