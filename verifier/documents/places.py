"""Where does the value of a label stand: behind it, in the next cell, in boxes of figures, or under it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED, Hit
from verifier.documents.layout import Sheet
from verifier.documents.phrases import fold
from verifier.documents.pieces import Piece, Span, Unit
from verifier.model import Box
from verifier.packs.document_type import Options
from verifier.values.canonical import is_blank

WRAPPING = {"text", "address", "product", "organisation", "money_in_words", "name"}
_SPREAD = {"id_number", "account", "serial", "phone", "date", "date_span", "money", "money_in_words", "number"}


@dataclass(frozen=True, slots=True)
class Want:
    """What is looked for: the kind as the value rooms know it, the unit, the options."""

    kind: str
    unit: str = ""
    options: Options | None = None
    day_first: bool = False


def want_of(kind: str, take: str | None, unit: str, options: Options | None, day_first: bool = False) -> Want:
    if take:
        kind = f"date_from_span_{take}"
    return Want(kind, unit, options, day_first)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value would stand. `sure` is lower where the layout leaves a doubt."""

    span: Span
    box: Box | None
    sure: float = 1.0
    only_if_read: bool = False


class Neighbours:
    """The labels of a page by the unit they stand in."""

    def __init__(self, sheet: Sheet, hits: Sequence[Hit]) -> None:
        self.sheet = sheet
        self.by_unit: dict[int, list[Hit]] = {}
        for hit in hits:
            self.by_unit.setdefault(hit.unit.number, []).append(hit)

    def of(self, unit: Unit) -> list[Hit]:
        return self.by_unit.get(unit.number, [])

    def after(self, hit: Hit) -> Hit | None:
        return next((h for h in self.of(hit.unit) if h.start >= hit.end and h is not hit), None)

    def before(self, hit: Hit) -> Hit | None:
        return next((h for h in reversed(self.of(hit.unit)) if h.end <= hit.start), None)

    def is_label(self, unit: Unit) -> bool:
        """Does the unit begin with a label?"""
        hits = self.of(unit)
        return bool(hits) and (hits[0].start == 0 or not unit.text[: hits[0].start].strip(":()[]*.0123456789、"))


def blank(span: Span) -> bool:
    return not span or is_blank(span.text)


def places_of(hit: Hit, want: Want, near: Neighbours) -> Iterator[Place]:
    """Places for the value, the likeliest first."""
    unit = hit.unit
    following = near.after(hit)
    stop = following.start if following else len(unit.text)
    if unit.cell is not None:
        yield from _in_cell(hit, unit.cell, stop, want.kind, near)
    else:
        yield from _on_line(hit, stop, following, want, near)


def _in_cell(hit: Hit, cell: Box, stop: int, kind: str, near: Neighbours) -> Iterator[Place]:
    sheet, unit = near.sheet, hit.unit
    inline = unit.span(hit.end, stop)
    if inline and not blank(inline):
        yield Place(inline, _quoted(cell, sheet))
        return
    inner = _inner(hit, cell, near)
    if inner is not None:
        yield inner
        return
    if stop < len(unit.text) or (hit.colon and hit.start > 0 and near.before(hit)):
        yield Place(inline, _quoted(cell, sheet))
        return
    level = cell.middle[1] if cell.height < 2.5 * sheet.line_height else hit.at.middle[1]
    right = sheet.cell_at(cell.right + 0.004, level)
    beside = _beside(right, hit, kind, near) if right is not None else None
    if beside is not None:
        yield from _or_below(beside, hit, cell, kind, near)
        return
    below = _under(hit.at.middle[0], cell, sheet)
    if below is not None and not hit.colon:
        under = sheet.unit_of(below)
        if under is None:
            if _same_column(cell, below):
                yield Place(Span(), _quoted(below, sheet))
        elif not near.is_label(under):
            yield Place(under.span(0, len(under.text)), _quoted(below, sheet))
        return
    if hit.colon or (right is None and below is None):
        yield Place(Span(), _quoted(cell, sheet))


def _under(x: float, cell: Box, sheet: Sheet) -> Box | None:
    """The cell below; a doubled ruling makes no cell."""
    below = sheet.cell_at(x, cell.bottom + 0.004)
    if below is not None and below.height < 0.6 * sheet.line_height:
        below = sheet.cell_at(x, below.bottom + 0.004)
    return below


def _same_column(cell: Box, below: Box) -> bool:
    """Does the cell below really belong to this one? The room between two tables looks like a cell too."""
    return (
        abs(cell.left - below.left) < 0.01 and abs(cell.right - below.right) < 0.01 and below.top < cell.bottom + 0.008
    )


def _or_below(beside: Place, hit: Hit, cell: Box, kind: str, near: Neighbours) -> Iterator[Place]:
    """The cell beside; where what stands there is no value of a strict kind, the cell under the label."""
    below = _under(hit.at.middle[0], cell, near.sheet)
    under = near.sheet.unit_of(below) if below is not None else None
    unlabelled = under is not None and not near.is_label(under)
    if under is not None and unlabelled and blank(beside.span) and _among_labels(cell, hit, near):
        # a stray line made an empty cell beside a label that stands over its value
        yield Place(under.span(0, len(under.text)), _quoted(below or cell, near.sheet), 0.95, only_if_read=True)
    if kind in WRAPPING or blank(beside.span) or under is None or below is None or near.is_label(under):
        yield beside
        return
    yield replace(beside, only_if_read=True)
    yield Place(under.span(0, len(under.text)), _quoted(below, near.sheet), 0.93, only_if_read=True)
    yield beside


def _among_labels(cell: Box, hit: Hit, near: Neighbours) -> bool:
    """Does another label stand in the cell before this one's? Then the row is one of labels over their values."""
    left = near.sheet.cell_at(cell.left - 0.004, hit.at.middle[1])
    unit = near.sheet.unit_of(left) if left is not None else None
    return unit is not None and unit is not hit.unit and near.is_label(unit)


def _inner(hit: Hit, cell: Box, near: Neighbours) -> Place | None:
    """Boxes of single figures inside the label's own cell, under or beside it."""
    sheet = near.sheet
    found = [
        unit for unit in sheet.units
        if unit.cell is not None and unit is not hit.unit and not near.of(unit) and _within(unit, hit, cell)
        and cell.left <= unit.cell.middle[0] <= cell.right and cell.top <= unit.cell.middle[1] <= cell.bottom
    ]  # fmt: skip
    if not found:
        return None
    found.sort(key=lambda unit: (round(unit.at.middle[1] * 150), unit.at.left))
    return Place(Span(tuple(part for unit in found for part in unit.span(0, len(unit.text)).parts)), None)


def _within(unit: Unit, hit: Hit, cell: Box) -> bool:
    """Is it lower than the label's cell, or a part of its width that stands under the label?"""
    own = unit.cell
    assert own is not None
    part = own.width < 0.8 * cell.width and unit.at.top > hit.at.bottom - 0.3 * hit.at.height
    return own.height < 0.8 * cell.height or part


def _quoted(cell: Box, sheet: Sheet) -> Box | None:
    """A cell as a place to quote. On a straightened picture its own box is not known: leave it out."""
    return None if any(word.flat for word in sheet.page.words[:1]) else cell


def _beside(right: Box, hit: Hit, kind: str, near: Neighbours) -> Place | None:
    """The cell at the right, and the boxes of single figures that go on from it."""
    sheet = near.sheet
    unit = sheet.unit_of(right)
    if unit is not None and near.is_label(unit):
        return None
    span = Span() if unit is None else _until_label(unit, near)
    if unit is None and right.width < 4 * sheet.em:  # a sliver that a stray line cuts off
        beyond = sheet.cell_at(right.right + 0.004, hit.at.middle[1])
        other = sheet.unit_of(beyond) if beyond is not None else None
        slim = beyond is not None and other is not None and not near.is_label(other) and right.width < 0.7 * sheet.em
        if beyond is not None and other is not None and (slim or beyond.width > 4 * sheet.em):
            if near.is_label(other):
                return Place(span, _quoted(right, sheet))
            span, reach = _boxed(beyond, _until_label(other, near), hit, kind, near)
            return Place(span, _quoted(reach, sheet), 0.95 if not slim else 1.0)
    span, reach = _boxed(right, span, hit, kind, near)
    return Place(span, _quoted(reach, sheet))


def _boxed(first: Box, span: Span, hit: Hit, kind: str, near: Neighbours) -> tuple[Span, Box]:
    """A cell with the boxes of single figures that go on from it. Where no line was found between some of the
    boxes their figures stand apart in one cell."""
    sheet = near.sheet
    reach = first
    if kind in ("sex", "integer", "percent", "level"):
        return span, reach
    small = first.width < 2.6 * sheet.em or len(span.folded) <= 2
    taken = {id(piece) for piece, _, _ in span.parts}
    while small or _apart(span):
        following = sheet.cell_at(reach.right + 0.004, hit.at.middle[1])
        more = sheet.unit_of(following) if following is not None else None
        if following is None or (following.width > 2.6 * sheet.em and not (more is not None and _figures(more.pieces))):
            break
        if more is not None and (near.is_label(more) or (len(more.text) > 3 and not _figures(more.pieces))):
            break
        if more is not None and not any(id(piece) in taken for piece in more.pieces):  # else read over several boxes
            span = span + more.span(0, len(more.text))
            taken.update(id(piece) for piece in more.pieces)
        reach = reach.union(following)
    return span, reach


def _apart(span: Span) -> bool:
    return _figures([piece for piece, _, _ in span.parts])


def _figures(pieces: Sequence[Piece]) -> bool:
    """Single figures with blanks between them, as they stand in boxes."""
    raw = " ".join(piece.raw for piece in pieces).split()
    return len(raw) >= 2 and all(len(part) == 1 and part.isascii() and part.isalnum() for part in raw)


def _until_label(unit: Unit, near: Neighbours) -> Span:
    hits = near.of(unit)
    return unit.span(0, hits[0].start if hits else len(unit.text))


def _on_line(hit: Hit, stop: int, following: Hit | None, want: Want, near: Neighbours) -> Iterator[Place]:
    sheet, unit = near.sheet, hit.unit
    edge = following.at.left if following else min(1.0, hit.at.right + 16 * sheet.em)
    room = Box(hit.at.right, hit.at.top, max(edge, hit.at.right), hit.at.bottom)
    kind = want.kind
    span = _joined(unit.span(hit.end, stop), hit.at.right, want, sheet, leads=hit.start == 0)
    if span and not blank(span):
        if kind in WRAPPING and stop == len(unit.text):
            span = span + _wrapped(hit, span, kind, near)
        yield Place(span, room)
        return
    cell = _cell_beside(hit, near) if stop == len(unit.text) else None
    if cell is not None and cell.span:
        yield cell
        return
    below = None if hit.glued else _below(hit, following, near, kind)
    if below is not None:
        if kind in WRAPPING and following is None:
            below = below + _wrapped(hit, below, kind, near)
        yield Place(below, None, 0.97, only_if_read=hit.colon or _loose(hit, following, below))
    if cell is not None:
        yield cell
        return
    yield Place(span, _unflat(room, sheet))


def _unflat(room: Box, sheet: Sheet) -> Box | None:
    return None if any(word.flat for word in sheet.page.words[:1]) else room


def _loose(hit: Hit, following: Hit | None, below: Span) -> bool:
    """A lone label above a text: only a value of its kind makes them belong together."""
    at = below.at
    return following is None or at is None or abs(at.left - hit.at.left) > 4 * hit.at.height


def _cell_beside(hit: Hit, near: Neighbours) -> Place | None:
    """A line may end at a framed box that takes the value (figures in boxes beside a free label)."""
    sheet = near.sheet
    x, y = hit.at.right, hit.at.middle[1]
    for at, top, bottom in sheet.verticals:
        if x - 0.003 <= at <= x + 4 * sheet.em and top <= y <= bottom:
            cell = sheet.cell_at(at + 0.004, y)
            return _beside(cell, hit, kind="serial", near=near) if cell is not None else None
    return None


def _joined(span: Span, start: float, want: Want, sheet: Sheet, *, leads: bool) -> Span:
    """The words behind a label that belong together; a wide gap ends the value. `leads`: the label opens its line."""
    kept: list[tuple[Piece, int, int]] = []
    reach = start
    for piece, low, high in span.parts:
        gap = piece.x(low) - reach
        figures = want.kind in _SPREAD or high - low == 1
        option = want.options is not None and _is_option(piece.text[low:high], want.options)
        alone = (
            not kept and (leads or len(span.parts) == 1) and _at_the_edge(span, sheet)
        )  # one label at the left, its value at the right edge
        limit = (99 if alone else 22 if not kept else 14 if option else 5 if figures else 2.2) * sheet.em
        if gap > limit and (not kept or not is_blank(Span(tuple(kept)).text)):
            break
        if gap > max(30 * sheet.em, limit if alone else 0):
            break
        kept.append((piece, low, high))
        reach = piece.end_x(high)
    return Span(tuple(kept))


def _at_the_edge(span: Span, sheet: Sheet) -> bool:
    """Do these words stand together at the right edge of the page?"""
    places = [piece.at for piece, _, _ in span.parts]
    together = all(after.left - before.right < 3 * sheet.em for before, after in pairwise(places))
    return together and max(at.right for at in places) > 0.8


def _is_option(text: str, options: Options) -> bool:
    plain = text.lstrip(BOXES_OPEN + BOXES_TICKED + "([")
    return any(plain.startswith(fold(word)) for printed in options.words.values() for word in printed)


def _wrapped(hit: Hit, span: Span, kind: str, near: Neighbours) -> Span:
    """Lines below that go on with the value: they begin where it begins and hold no label."""
    sheet = near.sheet
    at = span.at
    if at is None:
        return Span()
    added = Span()
    bottom = at.bottom
    last_right = at.right
    for line in sheet.lines_below(hit.unit):
        if line.at.top - bottom > 1.3 * at.height or len(added.parts) >= 3:
            break
        if line.at.middle[1] < bottom - 0.2 * at.height:
            continue
        first = line.pieces[0]
        opened = span.folded.count("(") > span.folded.count(")")
        aligned = abs(first.at.left - at.left) < 1.2 * sheet.em
        full = last_right > 0.62 or opened
        if near.of(line) or not (aligned and full) or len(line.pieces) > 1:
            break
        if kind == "name" and not opened:
            break
        added = added + line.span(0, len(line.text))
        bottom, last_right = line.at.bottom, line.at.right
    return added


def _below(hit: Hit, following: Hit | None, near: Neighbours, kind: str) -> Span | None:
    """What stands under a label on the next line, in its own column."""
    sheet = near.sheet
    before = near.before(hit)
    left = (before.at.right + hit.at.left) / 2 if before else hit.at.left - 3 * sheet.em
    right = (hit.at.right + following.at.left) / 2 if following else 1.0
    bottom = hit.at.bottom
    for line in sheet.lines_below(hit.unit):
        if line.at.middle[1] <= bottom:
            continue
        if line.at.top - bottom > 1.6 * hit.at.height:
            return _cell_below(hit, near)
        found = near.of(line)
        if found and all(other.echo for other in found) and len(found) == len(line.pieces):
            bottom = line.at.bottom  # the same labels in English
            continue
        parts = [
            (piece, 0, len(piece.text)) for piece in line.pieces if left <= piece.at.middle[0] < right
            or (piece.at.left < hit.at.right and piece.at.right > hit.at.left and len(line.pieces) > 1)
        ]  # fmt: skip
        if found and not (kind in _SPREAD and all(_names_row(other, left, sheet) for other in found)):
            parts = [part for part in parts if part[0].at.right < found[0].at.left]  # a value leads the line of labels
            return Span(tuple(parts)) if parts else _cell_below(hit, near)
        if following is None and before is None and _pair_apart([piece for piece, _, _ in parts], sheet):
            return None
        return Span(tuple(parts)) if parts else _cell_below(hit, near)
    return _cell_below(hit, near)


def _beginning_below(hit: Hit, near: Neighbours) -> Span | None:
    """A cell whose words begin right under the label, where a line among its figures hides the cell itself."""
    at = hit.at
    for unit in near.sheet.cells.values():
        aligned = abs(unit.at.left - at.left) < 1.2 * near.sheet.em
        if aligned and -0.3 * at.height <= unit.at.top - at.bottom < 1.2 * at.height and not near.of(unit):
            return unit.span(0, len(unit.text))
    return None


def _pair_apart(pieces: Sequence[Piece], sheet: Sheet) -> bool:
    """Words at the left and words far to the right of them: a label of its own with its value."""
    return any(after.at.left - before.at.right > 10 * sheet.em for before, after in pairwise(pieces))


def _names_row(hit: Hit, left: float, sheet: Sheet) -> bool:
    """Does the label only name the row of a table, far to the left of the column that begins at `left`?"""
    return not hit.colon and hit.start == 0 and hit.at.right < left - 2 * sheet.em


def _cell_below(hit: Hit, near: Neighbours) -> Span | None:
    """A ruled cell right under a label whose own cell was not found (a grey band on a scan)."""
    sheet = near.sheet
    cell = sheet.cell_at(hit.at.middle[0], hit.at.bottom + 0.8 * hit.at.height)
    unit = sheet.unit_of(cell) if cell is not None else None
    if cell is None or unit is None or near.of(unit) or hit.at.height * 1.2 < cell.top - hit.at.bottom:
        return _beginning_below(hit, near)
    within = [p for p in unit.pieces if p.at.left < hit.at.right + sheet.em and p.at.right > hit.at.left - sheet.em]
    return Span(tuple((p, 0, len(p.text)) for p in within)) if within else None
