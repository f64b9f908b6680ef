"""What does a style have to provide, and what can styles share?

A style is one company's way of printing: `companies` (life, general), words, and `draw`, which lays a
`Paper` out on a `Surface`. `FlowStyle` walks the sections from top to bottom and breaks pages; a style
may subclass it and draw each kind of section its own way, or implement `Style` from nothing.
"""

from __future__ import annotations

from random import Random
from typing import Protocol

from samples import fonts, handwriting, seals
from samples.handwriting import Hand
from samples.paper import (
    Copied,
    Entry,
    Fields,
    Grid,
    Paper,
    Prose,
    Question,
    Questions,
    Seal,
    Sign,
    Signing,
    Tick,
    Ticks,
)
from samples.people import Company
from samples.styles.labels import LABELS, SECTIONS, TITLES
from samples.surface import A4, BLACK, Area, Colour, DrawnPaper, Surface, union

INKS: tuple[Colour, ...] = ((0.05, 0.05, 0.08), (0.08, 0.12, 0.42), (0.10, 0.10, 0.30))
SPOKEN = {
    "method": {"cash": "现金", "transfer": "转账", "pos": "刷卡"},
    "level": {"R1": "R1（低风险）", "R2": "R2（中低风险）", "R3": "R3（中风险）", "R4": "R4（中高风险）", "C1": "C1（保守型）", "C2": "C2（稳健型）",
              "C3": "C3（平衡型）", "C4": "C4（进取型）", "C5": "C5（激进型）"},
}  # fmt: skip


class Style(Protocol):
    """One company's way of printing its papers."""

    name: str
    life: Company
    general: Company

    def draw(self, paper: Paper, company: Company, rng: Random) -> DrawnPaper:
        """The paper laid out and drawn, with the place of every value and mark."""
        ...


class Words:
    """How a style names and writes things; plain data that a style overrides."""

    labels: dict[str, str] = {}
    titles: dict[str, str] = {}
    sections: dict[str, str] = {}
    date_format = "{y}年{m}月{d}日"
    currency = ""  # before amounts in figures
    thousands = True
    wan: frozenset[str] = frozenset()  # field names printed in 万元
    days = "{n}天"
    seconds = "{m}分{s}秒"

    def label(self, paper: Paper, name: str) -> str:
        """The printed label of a field."""
        bare = "".join(part for part in name.split("[")[0:1]) + (name.split("]")[1] if "]" in name else "")
        for table in (self.labels, LABELS):
            for key in (f"{paper.type}.{bare}", bare, bare.rsplit(".", 1)[-1]):
                if key in table:
                    return table[key]
        raise KeyError(f"no label for {paper.type}.{name}")

    def title(self, paper: Paper, company: Company) -> str:
        kind = f"{paper.type}.{paper.variant}" if paper.variant else paper.type
        if paper.type == "F01" and any(isinstance(s, Fields) and s.key == "property" for s in paper.sections):
            kind = "F01.property"
        table = {**TITLES, **self.titles}
        return table.get(kind) or table[paper.type]

    def heading(self, key: str) -> str:
        return {**SECTIONS, **self.sections}.get(key, "")

    def show(self, entry: Entry) -> str:
        """The value as this company prints it."""
        if not entry.value:
            return ""
        kind = entry.kind
        if kind == "date":
            return self.day(entry.value)
        if kind == "money":
            return self.amount(entry)
        if kind in SPOKEN:
            return SPOKEN[kind].get(entry.value, entry.value)
        if kind == "days":
            return self.days.format(n=entry.value)
        if kind == "seconds":
            return self.seconds.format(m=int(entry.value) // 60, s=f"{int(entry.value) % 60:02d}")
        return entry.value

    def day(self, value: str) -> str:
        if value == "long_term":
            return "长期"
        year, month, day = value.split("-")
        return self.date_format.format(y=year, m=int(month), d=int(day), mm=month, dd=day)

    def amount(self, entry: Entry) -> str:
        value = float(entry.value)
        if entry.name in self.wan:
            return f"{value / 10000:g}"
        return self.currency + (f"{value:,.2f}" if self.thousands else f"{value:.2f}")


class FlowStyle(Words):
    """Sections one under another on A4, with the hooks that a style overrides."""

    name = ""
    life: Company
    general: Company
    font = "sans"
    size = 9.5
    margin = 48.0
    ink_pad = (0.0, 0.0)

    def draw(self, paper: Paper, company: Company, rng: Random) -> DrawnPaper:
        self.paper, self.company, self.rng = paper, company, rng
        self.surface = Surface(A4)
        self.y = self.top()
        for section in paper.sections:
            self.section(section)
        self.footer()
        return self.surface.finish()

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
        self.surface.text(self.surface.width / 2, self.surface.height - 28, f"第 {self.surface.page + 1} 页", self.font, 8,
                          (0.4, 0.4, 0.4), align="middle")  # fmt: skip

    def room(self, height: float) -> None:
        """Break the page when the next `height` points do not fit."""
        if self.y + height > self.surface.height - 52:
            self.footer()
            self.surface.new_page()
            self.y = self.continued()

    def section(self, section: object) -> None:
        draw = {Fields: self.fields, Grid: self.grid, Prose: self.prose, Questions: self.questions, Ticks: self.ticks,
                Copied: self.copied, Signing: self.signing, Seal: self.seal}[type(section)]  # fmt: skip
        draw(section)  # type: ignore[operator]

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

    def value(self, entry: Entry, x: float, y: float, width: float, printed: str | None = None, size: float | None = None) -> int:
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
        weights = [max(3, len(self.label(self.paper, c)), *(len(self.show(row[n])) * 0.62 for row in section.rows)) for n, c in enumerate(section.columns)]
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
        for n, (a, b) in enumerate(zip(edges, edges[1:], strict=False)):
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

    # --- questions and ticks -----------------------------------------------------------------

    def box(self, x: float, y: float, ticked: bool, name: str = "", side: float = 9.0) -> Area:
        """A tick box whose bottom stands on the baseline `y`; ticked by hand or by print."""
        area = (x, y - side + 1, x + side, y + 1)
        self.surface.rect(area, 0.7)
        if ticked:
            jitter = self.rng.uniform(-0.8, 0.8)
            points = [(x + 1.5, y - 4 + jitter, 1.1), (x + 3.8, y - 0.8, 1.4), (x + 5, y - 2.5, 1.2), (x + side + 1.5, y - side - 1 + jitter, 0.9)]
            self.surface.strokes([points], INKS[0])
        if name and not name.startswith("_"):
            self.surface.note_mark(name, "tick", "present" if ticked else "absent", area)
        return area

    def options(self, entry: Entry, x: float, y: float) -> float:
        """Every option with its box, the chosen one ticked; gives the x after the last."""
        whole: Area | None = None
        for option in entry.options:
            chosen = option == entry.value
            area = self.box(x, y, chosen)
            words = self.surface.text(area[2] + 2, y, option, self.font, self.size)
            whole = union(whole or area, union(area, words))
            if chosen:
                self.surface.note_field(entry.name, entry.value, option, union(area, words))
            x = words[2] + 8
        if whole and not entry.value:
            self.surface.note_field(entry.name, "", "", whole)
        return x

    def questions(self, section: Questions) -> None:
        self.head(section.key)
        for n, item in enumerate(section.items, 1):
            self.question(n, item)
        self.y += 4

    def question(self, n: int, item: Question) -> None:
        lines = self.wrap(f"{n}. {item.text}", self.right - self.left - 90)
        self.room(16 * len(lines) + 16)
        for k, line in enumerate(lines):
            self.surface.text(self.left, self.y + 16 * (k + 1), line, self.font, self.size)
        self.y += 16 * len(lines)
        self.answer(item, self.right - 78, self.y)
        if item.detail:
            self.y += 16
            self.surface.text(self.left + 14, self.y, "说明：" + item.detail, self.font, self.size)

    def answer(self, item: Question, x: float, y: float) -> None:
        """The yes and no boxes of a question."""
        yes = self.box(x, y, item.answer == "是")
        words_yes = self.surface.text(yes[2] + 2, y, "是", self.font, self.size)
        no = self.box(x + 36, y, item.answer == "否")
        words_no = self.surface.text(no[2] + 2, y, "否", self.font, self.size)
        area = {"是": union(yes, words_yes), "否": union(no, words_no)}.get(item.answer, union(yes, words_no))
        self.surface.note_field(item.name, item.answer, item.answer, area)

    def ticks(self, section: Ticks) -> None:
        self.head(section.key)
        for item in section.items:
            self.tick(item)
        self.y += 4

    def tick(self, item: Tick) -> None:
        lines = self.wrap(item.text, self.right - self.left - 16)
        self.room(15 * len(lines) + 4)
        self.box(self.left, self.y + 15, item.ticked, item.name)
        for line in lines:
            self.y += 15
            self.surface.text(self.left + 14, self.y, line, self.font, self.size)
        self.y += 3

    # --- ink ---------------------------------------------------------------------------------

    def write(self, text: str, hand: int, x: float, y: float, size: float, careful: float, occasion: int = 0) -> Area:
        """Handwriting whose top left corner is at (x, y); no two occasions look alike."""
        ink = INKS[hand % len(INKS)]
        now = occasion or self.rng.randrange(1, 1 << 20)
        return self.surface.strokes(Hand(hand).strokes(text, x, y, size, now, careful), ink)

    def copied(self, section: Copied) -> None:
        """The sentence to copy and the lines where it was written by hand."""
        self.room(120)
        self.y += 16
        self.surface.text(self.left, self.y, "请投保人亲笔抄写以下语句：", self.font, self.size, bold=True)
        for line in self.wrap(section.asked + "。", self.right - self.left - 10):
            self.y += 15
            self.surface.text(self.left + 6, self.y, line, self.font, self.size)
        self.y += 10
        self.surface.text(self.left, self.y + 14, "抄录栏：", self.font, self.size)
        self.hand_lines(section, self.left + 48, self.right - self.left - 56, 15.5)

    def hand_lines(self, section: Copied, x: float, width: float, size: float) -> None:
        per = int(width / (size * 0.98))
        rows = [section.written[n : n + per] for n in range(0, len(section.written), per)]
        top = self.y
        area: Area | None = None
        for n in range(max(2, len(rows))):
            base = top + (n + 1) * (size + 8)
            self.surface.line(x, base, x + width, base, 0.4, (0.5, 0.5, 0.5))
            if n < len(rows):
                ink = self.write(rows[n], section.who.hand, x + 3, base - size - 2, size, 0.8)
                area = union(area, ink) if area else ink
        bottom = top + max(2, len(rows)) * (size + 8)
        state = "present" if section.written else "absent"
        self.surface.note_mark("copied_sentence", "handwriting", state, area or (x, top, x + width, bottom), section.written)
        self.y = bottom + 6

    def signing(self, section: Signing) -> None:
        self.y += 10
        for line in section.lines:
            self.room(40)
            self.sign_line(line, self.left, self.y, self.right - self.left)
            self.y += 36

    def sign_line(self, line: Sign, x: float, y: float, width: float) -> None:
        """Label, a rule with ink on it, and the date beside it."""
        base = y + 26
        label = self.surface.text(x, base, self.label(self.paper, line.label) + "：", self.font, self.size)
        start, end = label[2] + 2, min(label[2] + 130, x + width * 0.62)
        self.surface.line(start, base + 3, end, base + 3, 0.5)
        self.signature(line, start, base, end)
        if line.date is not None:
            self.sign_date(line.date, end + 16, base, x + width, line)

    def signature(self, line: Sign, start: float, base: float, end: float) -> None:
        if line.who is None:
            self.surface.note_mark(line.mark, "signature", "absent", (start, base - 20, end, base + 4))
            return
        text = line.written_name or line.who.name.replace("·", "")
        large = 20.0 if line.occasion else self.rng.uniform(19, 24)
        size = min(large, (end - start - 6) / max(1.0, handwriting.width(text, 1.0)))
        y = base - size * self.rng.uniform(0.80, 0.98)
        area = self.write(text, line.who.hand, start + self.rng.uniform(4, 14), y, size, 0.25, line.occasion)
        self.surface.note_mark(line.mark, "signature", "present", area, text)

    def sign_date(self, entry: Entry, x: float, base: float, right: float, line: Sign) -> None:
        label = self.surface.text(x, base, self.label(self.paper, entry.name) + "：", self.font, self.size)
        self.surface.line(label[2], base + 3, min(right, label[2] + 110), base + 3, 0.5)
        if not entry.value:
            self.blank(entry, (label[0], label[1], min(right, label[2] + 110), label[3]))
            return
        printed = self.show(entry)
        if line.who is not None and self.handwritten_dates():
            area = self.write(printed, line.who.hand, label[2] + 4, base - 12.5, 13, 0.85)
            self.surface.note_field(entry.name, entry.value, printed, area)
        else:
            self.value(entry, label[2] + 4, base, 120)

    def handwritten_dates(self) -> bool:
        return False

    def seal(self, section: Seal) -> None:
        self.room(60)
        seals.stamp(self.surface, self.right - self.rng.uniform(70, 110), min(self.y + self.rng.uniform(5, 40), self.surface.height - 90),
                    section.text, section.inner, section.shape, self.rng, section.mark)  # fmt: skip
        self.y += 60


__all__ = ["BLACK", "FlowStyle", "Style", "Words"]
