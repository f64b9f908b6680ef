"""How do labelled values, tables and prose flow down the pages of a form?"""

from __future__ import annotations

from itertools import pairwise
from random import Random

from samples import fonts
from samples.paper import Entry, Fields, Grid, Paper, Prose
from samples.people import Company
from samples.styles.words import Words
from samples.surface import Area, Surface, union


class Flow(Words):
    """The printed part of a form, one section under another. `paper`, `company`, `surface`, `rng` and the
    pen's height `y` belong to the paper being drawn."""

    font = "sans"
    size = 9.5
    margin = 48.0
    paper: Paper
    company: Company
    surface: Surface
    rng: Random
    y = 0.0

    # --- the page ----------------------------------------------------------------------------

    @property
    def left(self) -> float:
        return self.margin

    @property
    def right(self) -> float:
        return self.surface.width - self.margin

    def top(self) -> float:
        """Head of the first page; gives the y where the body begins."""
        title = self.title(self.paper, self.company)
        self.surface.text(self.left, 40, self.company.name, self.font, 9, (0.3, 0.3, 0.3))
        self.surface.line(self.left, 46, self.right, 46, 0.8)
        self.surface.text(self.surface.width / 2, 76, title, self.font, 17, bold=True, align="middle")
        return 98.0

    def continued(self) -> float:
        """Head of a following page."""
        self.surface.text(self.left, 40, self.company.name, self.font, 8, (0.3, 0.3, 0.3))
        return 60.0

    def footer(self) -> None:
        self.surface.text(
            self.surface.width / 2,
            self.surface.height - 28,
            f"第 {self.surface.page + 1} 页",
            self.font,
            8,
            (0.4, 0.4, 0.4),
            align="middle",
        )

    def room(self, height: float) -> None:
        """Break the page when the next `height` points do not fit."""
        if self.y + height > self.surface.height - 52:
            self.footer()
            self.surface.new_page()
            self.y = self.continued()

    def head(self, key: str) -> None:
        words = self.heading(key)
        if not words:
            return
        self.room(34)
        self.y += 14
        self.surface.text(self.left, self.y, words, self.font, self.size + 1.5, bold=True)
        self.y += 6

    # --- words -------------------------------------------------------------------------------

    def wrap(self, text: str, width: float, size: float | None = None) -> list[str]:
        size = size or self.size
        lines, line = [], ""
        for character in text:
            if line and fonts.width(line + character, self.font, size) > width and character not in "，。；：、）”":
                lines.append(line)
                line = ""
            line += character
        return [*lines, line] if line or not lines else lines

    def value(
        self, entry: Entry, x: float, y: float, width: float, printed: str | None = None, size: float | None = None
    ) -> int:
        """The value from (x, baseline y), wrapped; gives the number of lines and records the field."""
        size = size or self.size
        text = self.show(entry) if printed is None else printed
        if not text:
            return 1
        lines = self.wrap(text, width, size)
        area: Area | None = None
        for n, line in enumerate(lines):
            run = self.surface.text(x, y + n * size * 1.3, line, self.font, size)
            area = union(area, run) if area else run
        assert area is not None
        self.surface.note_field(entry.name, entry.value, text, area)
        return len(lines)

    def blank(self, entry: Entry, area: Area) -> None:
        """An empty field: its truth covers label and blank."""
        if not entry.value:
            self.surface.note_field(entry.name, "", "", area)

    def fields(self, section: Fields) -> None:
        self.head(section.key)
        for entry in section.entries:
            self.room(18)
            self.y += 16
            label = self.label(self.paper, entry.name) + "："
            box = self.surface.text(self.left, self.y, label, self.font, self.size)
            lines = self.value(entry, box[2] + 3, self.y, self.right - box[2] - 3)
            self.blank(entry, (box[0], box[1], self.right, box[3]))
            self.y += (lines - 1) * self.size * 1.3

    def grid(self, section: Grid) -> None:
        self.head(section.key)
        weights = [
            max(3, len(self.label(self.paper, c)), *(len(self.show(row[n])) * 0.62 for row in section.rows))
            for n, c in enumerate(section.columns)
        ]
        total = self.right - self.left
        edges = [self.left]
        for weight in weights:
            edges.append(edges[-1] + total * weight / sum(weights))
        self.row(edges, [self.label(self.paper, column) for column in section.columns], None)
        for row in section.rows:
            self.row(edges, [self.show(entry) for entry in row], row)
        self.y += 4

    def row(self, edges: list[float], cells: list[str], entries: tuple[Entry, ...] | None) -> None:
        """One ruled row of a table."""
        size = self.size - 0.5
        wrapped = [self.wrap(cell, b - a - 8, size) for cell, a, b in zip(cells, edges, edges[1:], strict=False)]
        height = max(len(lines) for lines in wrapped) * size * 1.3 + 8
        self.room(height + 4)
        for n, (a, b) in enumerate(pairwise(edges)):
            self.surface.rect((a, self.y, b, self.y + height), 0.5)
            baseline = self.y + 4 + size
            if entries is None:
                for k, line in enumerate(wrapped[n]):
                    self.surface.text(a + 4, baseline + k * size * 1.3, line, self.font, size)
            else:
                self.value(entries[n], a + 4, baseline, b - a - 8, size=size)
                self.blank(entries[n], (a, self.y, b, self.y + height))
        self.y += height

    def prose(self, section: Prose) -> None:
        self.head(section.key)
        for paragraph in section.paragraphs:
            lines = self.wrap("　　" + paragraph.strip("　"), self.right - self.left - 8)
            for line in lines:
                self.room(15)
                self.y += 15
                self.surface.text(self.left + 4, self.y, line, self.font, self.size, bold=section.strong)
        self.y += 6
