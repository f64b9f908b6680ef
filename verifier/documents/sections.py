"""To which part of the form does a place on the page belong: policyholder, insured, product ...?

A heading rules what stands below it until the next heading of the same columns; a heading in a tall cell at
the side rules the rows of that cell; headings side by side rule their own columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.documents.forms import Form, Role
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet

TALL = 2.2  # a cell this many lines high beside others is a heading of rows


@dataclass(frozen=True, slots=True)
class Region:
    section: str
    left: float
    top: float
    right: float
    bottom: float = 2.0
    side: bool = False

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y < self.bottom


@dataclass
class Map:
    """The regions of one page. `columns`: headings of a table with one column for each person."""

    regions: list[Region]
    named: list[Region]  # begun by labels that name their section, where no heading rules
    columns: list[tuple[float, float, list[tuple[str, float, float]]]]  # top, bottom, (section, left, right)
    last: str | None

    def section_at(self, x: float, y: float) -> str | None:
        """The section of a place: by its heading, else by the label before it that names one."""
        by_heading = self.ruled_at(x, y)
        return by_heading if by_heading is not None else _innermost(self.named, x, y)

    def ruled_at(self, x: float, y: float) -> str | None:
        """The section whose heading rules a place; None where no heading does."""
        return _innermost(self.regions, x, y)

    def printed_at(self, x: float, y: float) -> str | None:
        """The section whose heading on this very page rules a place: what the page before ended in may be over,
        under a heading that nobody knows."""
        return _innermost([region for region in self.regions if region.top >= 0], x, y)

    def columns_at(self, x: float, y: float) -> list[tuple[str, float, float]]:
        """The columns of persons that a label at the left edge has its values in."""
        for top, bottom, columns in self.columns:
            if top < y < bottom and x < columns[0][1]:
                return columns
        return []


def _innermost(regions: Sequence[Region], x: float, y: float) -> str | None:
    found = [region for region in regions if region.holds(x, y)]
    side = [region for region in found if region.side]
    if not found:
        return None
    return max(side or found, key=lambda region: (region.top, region.left)).section


def map_sections(sheet: Sheet, hits: Sequence[Hit], form: Form, before: str | None) -> Map:
    """The regions of a page; `before` is the section that the previous page ended in."""
    headings = [
        hit for hit in hits if hit.is_(Role.HEADING) and _heads(hit, hits) and not _labels_value(sheet, hit, hits)
    ]
    regions: list[Region] = [Region(before, 0, -1, 1)] if before else []
    columns: list[tuple[float, float, list[tuple[str, float, float]]]] = []
    rows = _rows(headings)
    for number, row in enumerate(rows):
        below = rows[number + 1][0].at.top if number + 1 < len(rows) else 2.0
        if len(row) > 1 and _is_matrix(row, hits, below):
            columns.append((row[0].at.bottom, below, _columns(row)))
            regions.append(Region("", 0, row[0].at.top, 1, below))
            continue
        for place, hit in enumerate(row):
            regions.append(_region(sheet, hit, row, place))
    regions += _beside(hits)
    last = rows[-1][-1].meanings if rows else ()
    ended = next((m.section for m in last if m.role is Role.HEADING), before)
    return Map(regions, _named(hits, form), columns, ended)


def _beside(hits: Sequence[Hit]) -> Iterator[Region]:
    """The rows that the narrow cells at their side rule, each up to the next such cell."""
    sides = [(hit.side, hit.unit.cell) for hit in hits if hit.side is not None and hit.unit.cell is not None]
    for section, cell in sides:
        right = min(
            (o.left for _, o in sides if o.left > cell.right and o.top < cell.bottom and o.bottom > cell.top),
            default=1.0,
        )
        yield Region(section, cell.right, cell.top, right, cell.bottom, side=True)


def _labels_value(sheet: Sheet, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Does a cell label the value in the next cell, or stand in a row of labels over their values?"""
    cell = hit.unit.cell
    if cell is None or not any(m.role in (Role.FIELD, Role.COLUMN) for m in hit.meanings):
        return False
    labels = {h.unit.number: h for h in hits if h.unit.cell is not None and h.start == 0}
    right = sheet.cell_at(cell.right + 0.004, hit.at.middle[1])
    if right is None or abs(right.height - cell.height) > 0.2 * cell.height:
        return False
    other = sheet.unit_of(right)
    if other is None:
        return False
    label = labels.get(other.number)
    return label is None or not label.is_(Role.HEADING)


def _heads(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Is it a heading here, not the label of a value?"""
    if hit.glued:
        return False
    unit = hit.unit
    if hit.whole:
        return not hit.colon or not _is_alone_label(hit)
    if unit.cell is not None:
        return False
    after = unit.text[hit.end :]
    follows = next((other for other in hits if other.unit is unit and other.start >= hit.end), None)
    if follows is not None and follows.start == hit.end and not (hit.colon and _is_alone_label(hit)):
        return True  # heading at the left of its first row, or beside another heading
    return not after


def _is_alone_label(hit: Hit) -> bool:
    return any(target.alone for target in hit.targets)


def _rows(headings: Sequence[Hit]) -> list[list[Hit]]:
    rows: list[list[Hit]] = []
    for hit in sorted(headings, key=lambda h: (h.at.top, h.at.left)):
        if rows and abs(rows[-1][0].at.middle[1] - hit.at.middle[1]) < 0.6 * hit.at.height:
            rows[-1].append(hit)
            rows[-1].sort(key=lambda h: h.at.left)
        else:
            rows.append([hit])
    return rows


def _section(hit: Hit) -> str:
    return next((m.section or "" for m in hit.meanings if m.role is Role.HEADING), "")


def _region(sheet: Sheet, hit: Hit, row: Sequence[Hit], place: int) -> Region:
    cell = hit.unit.cell
    line = sheet.line_height
    if cell is not None and cell.height > TALL * line and cell.width < 0.3 and len(hit.unit.text) < 16:
        beside = sheet.cell_at(cell.right + 0.004, hit.at.middle[1])
        if beside is not None and beside.height < 0.8 * cell.height:
            return Region(_section(hit), cell.right, cell.top, 1, cell.bottom, side=True)
    left = 0.0 if place == 0 else row[place].at.left - sheet.em
    right = 1.0 if place + 1 == len(row) else row[place + 1].at.left - sheet.em
    return Region(_section(hit), left, hit.at.top - 0.2 * line, right)


def _is_matrix(row: Sequence[Hit], hits: Sequence[Hit], below: float) -> bool:
    """Do labels stand left of all these headings, with nothing but values under them?"""
    edge = row[0].at.left
    under = [h for h in hits if row[0].at.bottom < h.at.middle[1] < below and h.targets]
    outside = [h for h in under if h.at.left < edge - 0.01 and h.at.right <= edge + 0.02]
    return len({_section(h) for h in row}) == len(row) and len(outside) >= 2 and len(outside) >= 0.7 * len(under)


def _columns(row: Sequence[Hit]) -> list[tuple[str, float, float]]:
    found = []
    for place, hit in enumerate(row):
        if hit.unit.cell is not None:
            found.append((_section(hit), hit.unit.cell.left, hit.unit.cell.right))
            continue
        middle = hit.at.middle[0]
        left = hit.at.left - 0.03 if place == 0 else (row[place - 1].at.middle[0] + middle) / 2
        right = 1.0 if place + 1 == len(row) else (row[place + 1].at.middle[0] + middle) / 2
        found.append((_section(hit), left, right))
    return found


def _named(hits: Sequence[Hit], form: Form) -> list[Region]:
    regions = []
    for hit in hits:
        sections = {t.section for t in hit.targets if t.explicit and t.section in form.strict}
        if len(sections) == 1 and not hit.is_(Role.ANCHOR):
            section = sections.pop() or ""
            same_line = Region(section, hit.at.left, hit.at.top - 0.004, 1, hit.at.bottom + 0.004, side=False)
            regions += [same_line, Region(section, 0, hit.at.bottom, 1)]
    return regions
