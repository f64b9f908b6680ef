"""澜岸人寿: an old-fashioned house. Dotted leaders from a label to its value at the right edge, both persons as
columns of one table, tables with level rules and figures set to the right, answers typed as signs in brackets,
dates written between a printed 年, 月 and 日."""

from __future__ import annotations

from random import Random

from samples import fonts
from samples.paper import Entry, Fields, Grid, Paper, Question, Questions, Sign, Signing, Tick
from samples.people import Company
from samples.styles import leadered_words as words
from samples.styles.invoice import draw_invoice
from samples.styles.payments import OTHER_SLIPS
from samples.styles.rewording import Reworded
from samples.surface import Area, Colour, DrawnPaper, union

WINE: Colour = (0.42, 0.07, 0.13)
SOFT: Colour = (0.45, 0.45, 0.45)
FIGURES = ("money", "percent", "count")
NUMERALS = "一二三四五六七八九十"
CHAPTER = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


class LeaderedStyle(Reworded):
    name = "leadered"
    life = Company(
        "澜岸人寿保险股份有限公司", "澜岸", "L10922LA", "400-000-8813", "35050161450000006621",
        "兴业银行厦门思明支行", "LA",
    )  # fmt: skip
    general = Company(
        "澜岸财产保险股份有限公司", "澜岸", "P10922LA", "400-000-8814", "35050161450000007732",
        "兴业银行厦门思明支行", "LAC",
    )  # fmt: skip
    font, size, margin = "serif", 9.6, 58.0
    slips = OTHER_SLIPS
    labels, titles, sections = words.LABELS, words.TITLES, words.SECTIONS
    phrases, asked = words.PHRASES, words.ASKED
    date_format = "{y}年{m}月{d}日"
    currency = "RMB "
    days = "{n}个自然日"
    seconds = "{m}分{s}秒"
    wan = frozenset(("policyholder.income", "insured.income", "household_income", "assets", "liabilities"))
    chapter = 0

    # --- the page ----------------------------------------------------------------------------

    def draw(self, paper: Paper, company: Company, rng: Random) -> DrawnPaper:
        if paper.type == "P04":
            return draw_invoice(paper, rng)
        return super().draw(paper, company, rng)

    def top(self) -> float:
        self.chapter = 0
        surface = self.surface
        surface.rect((26, 30, 31, surface.height - 30), 0, fill=WINE)
        surface.text(self.left, 50, self.title(self.paper, self.company), self.font, 18, WINE, bold=True, spacing=1.5)
        surface.text(
            self.right, 40, f"格式 {self.company.code}/{self.paper.type}/25-B", self.font, 7.5, SOFT, align="right"
        )
        surface.line(self.left, 60, self.right, 60, 1.4, WINE)
        return 68.0

    def continued(self) -> float:
        self.surface.rect((26, 30, 31, self.surface.height - 30), 0, fill=WINE)
        return 46.0

    def footer(self) -> None:
        foot = self.surface.height - 30
        self.surface.text(
            self.left, foot, f"{self.company.name}　客服专线 {self.company.hotline}", self.font, 7.5, SOFT
        )
        self.surface.text(
            self.right, foot, f"第{self.surface.page + 1}页 共{self.total}页", self.font, 7.5, align="right"
        )

    def head(self, key: str) -> None:
        heading = self.heading(key)
        if not heading:
            self.y += 4
            return
        self.room(44)
        self.y += 18
        said = f"{CHAPTER[self.chapter % len(CHAPTER)]}、{heading}"
        self.chapter += 1
        self.surface.text(self.left, self.y, said, self.font, self.size + 1.2, WINE, bold=True)
        self.y += 5

    # --- values ------------------------------------------------------------------------------

    def fields(self, section: Fields) -> None:
        persons = [s for s in self.paper.sections if isinstance(s, Fields) and s.key in ("policyholder", "insured")]
        if section.key in ("policyholder", "insured") and len(persons) == 2:
            if section is persons[0]:
                self.persons(persons[0], persons[1])
            return
        self.head(section.key)
        for entry in section.entries:
            self.leader(entry)
        self.y += 4

    def leader(self, entry: Entry) -> None:
        """The label, dots, and the value at the right edge."""
        label = self.label(self.paper, entry.name)
        room = self.right - self.left - fonts.width(label, self.font, self.size) - 40
        lines = self.wrap(self.show(entry), room)
        self.room(17 * max(1, len(lines)) + 3)
        self.y += 17
        said = self.surface.text(self.left, self.y, label, self.font, self.size)
        if entry.options:
            self.bracketed(entry)
            return
        wide = fonts.width(lines[0], self.font, self.size) if lines else 0.0
        self.surface.line(said[2] + 4, self.y - 1, self.right - wide - 4, self.y - 1, 0.5, SOFT, (0.6, 2.2))
        self.blank(entry, (said[0], said[1], self.right, said[3]))
        area: Area | None = None
        for n, line in enumerate(lines):
            run = self.surface.text(self.right, self.y + 13 * n, line, self.font, self.size, align="right")
            area = union(area, run) if area else run
        if area:
            self.surface.note_field(entry.name, entry.value, self.show(entry), area)
        self.y += 13 * max(0, len(lines) - 1)

    def bracketed(self, entry: Entry) -> None:
        """（√）年交　（　）月交, set to the right."""
        said = [f"（{'√' if option == entry.value else '　'}）{option}" for option in entry.options]
        x = self.right - sum(fonts.width(one, self.font, self.size) + 8 for one in said)
        whole: Area | None = None
        for option, one in zip(entry.options, said, strict=True):
            run = self.surface.text(x, self.y, one, self.font, self.size)
            whole = union(whole, run) if whole else run
            if option == entry.value:
                self.surface.note_field(entry.name, entry.value, option, run)
            x = run[2] + 8
        if whole and not entry.value:
            self.surface.note_field(entry.name, "", "", whole)

    def persons(self, holder: Fields, insured: Fields) -> None:
        """One table for both: the items at the left, a column for each person."""
        self.head("policyholder")
        edges = (self.left, self.left + 112, (self.left + 112 + self.right) / 2, self.right)
        self.level(0.9)
        for x, word in zip(edges, ("项　　目", "投保人", "被保险人"), strict=False):
            self.surface.text(x + 4, self.y + 13, word, self.font, self.size, bold=True)
        self.y += 18
        self.level(0.5)
        for mine, other in zip(holder.entries, insured.entries, strict=True):
            lines = max(len(self.wrap(self.show(e), edges[2] - edges[1] - 10)) for e in (mine, other))
            high = 16 + 12.5 * (max(lines, 1) - 1)
            self.room(high + 4)
            self.surface.text(self.left + 4, self.y + 12, self.label(self.paper, mine.name), self.font, self.size)
            for entry, x in ((mine, edges[1]), (other, edges[2])):
                self.value(entry, x + 4, self.y + 12, edges[2] - edges[1] - 10)
                self.blank(entry, (x, self.y, x + edges[2] - edges[1], self.y + high))
            self.y += high
            self.level(0.3)
        self.y += 4

    def level(self, width: float) -> None:
        self.surface.line(self.left, self.y, self.right, self.y, width)

    def grid(self, section: Grid) -> None:
        """Level rules only; figures stand under the end of their header."""
        self.head(section.key)
        size = self.size - 0.6
        shown = [[self.label(self.paper, c), *(self.show(row[n]) for row in section.rows)]
                 for n, c in enumerate(section.columns)]  # fmt: skip
        weights = [min(150.0, max(fonts.width(text, self.font, size) for text in column)) + 12 for column in shown]
        total = self.right - self.left
        edges = [self.left]
        for weight in weights:
            edges.append(edges[-1] + total * weight / sum(weights))
        self.room(26 + 22 * len(section.rows))
        self.level(1.2)
        for n, column in enumerate(shown):
            right = bool(section.rows) and section.rows[0][n].kind in FIGURES
            x = edges[n + 1] - 4 if right else edges[n] + 4
            self.surface.text(x, self.y + 13, column[0], self.font, size, bold=True, align="right" if right else "left")
        self.y += 18
        self.level(0.4)
        for row in section.rows:
            deepest = 1
            for n, entry in enumerate(row):
                deepest = max(deepest, self.cell(entry, edges[n], edges[n + 1], size))
            self.y += 6 + 12 * deepest
        self.level(1.2)
        self.y += 6

    def cell(self, entry: Entry, left: float, right: float, size: float) -> int:
        self.blank(entry, (left, self.y, right, self.y + 16))
        if entry.kind in FIGURES and entry.value:
            run = self.surface.text(right - 4, self.y + 12, self.show(entry), self.font, size, align="right")
            self.surface.note_field(entry.name, entry.value, self.show(entry), run)
            return 1
        return self.value(entry, left + 4, self.y + 12, right - left - 8, size=size)

    # --- answers -----------------------------------------------------------------------------

    def questions(self, section: Questions) -> None:
        self.head(section.key)
        for n, item in enumerate(section.items):
            self.question(n, item)
        self.y += 4

    def question(self, n: int, item: Question) -> None:
        """（三）…？ with the answer in brackets at the end of the last line."""
        lines = self.wrap(f"（{NUMERALS[n]}）{item.text}", self.right - self.left - 96)
        self.room(15 * len(lines) + 18)
        for line in lines:
            self.y += 15
            self.surface.text(self.left, self.y, line, self.font, self.size)
        yes = self.surface.text(
            self.right - 84, self.y, f"是（{'√' if item.answer == '是' else '　'}）", self.font, self.size
        )
        no = self.surface.text(
            self.right - 40, self.y, f"否（{'√' if item.answer == '否' else '　'}）", self.font, self.size
        )
        place = {"是": yes, "否": no}.get(item.answer, union(yes, no))
        self.surface.note_field(item.name, item.answer, item.answer, place)
        if item.detail:
            self.y += 15
            self.surface.text(self.left + 24, self.y, f"详情：{item.detail}", self.font, self.size)

    def tick(self, item: Tick) -> None:
        lines = self.wrap(item.text, self.right - self.left - 34)
        self.room(15 * len(lines) + 4)
        sign = self.surface.text(self.left, self.y + 15, f"【{'√' if item.ticked else '　'}】", self.font, self.size)
        if not item.name.startswith("_"):
            self.surface.note_mark(item.name, "tick", "present" if item.ticked else "absent", sign)
        for line in lines:
            self.y += 15
            self.surface.text(self.left + 32, self.y, line, self.font, self.size)
        self.y += 3

    # --- ink ---------------------------------------------------------------------------------

    def signing(self, section: Signing) -> None:
        for line in section.lines:
            self.room(46)
            base = self.y + 32
            label = self.surface.text(self.left + 120, base, self.label(self.paper, line.label), self.font, self.size)
            end = self.right - 150
            self.signature(line, min(label[2] + 4, end - 60), base, end)
            if line.date is not None:
                self.dated(line, line.date, end + 6, base)
            self.y += 42

    def dated(self, line: Sign, entry: Entry, x: float, base: float) -> None:
        """Figures written or typed before a printed 年, 月 and 日."""
        parts = entry.value.split("-") if entry.value else ["", "", ""]
        area: Area | None = None
        pen = line.who is not None and self.by_pen()
        for part, sign, wide in zip(parts, "年月日", (44, 26, 26), strict=True):
            figure = part.lstrip("0")
            if figure and pen and line.who is not None:
                ink = self.write(figure, line.who.hand, x + 4, base - 12.5, 12.5, 0.85)
                area = union(area, ink) if area else ink
            elif figure:
                run = self.surface.text(x + 8, base, figure, self.font, self.size)
                area = union(area, run) if area else run
            said = self.surface.text(x + wide, base, sign, self.font, self.size)
            area = union(area, said) if area and figure else area
            x += wide + 12
        if area:
            self.surface.note_field(entry.name, entry.value, self.show(entry), area)
        else:
            self.blank(entry, (x - 130, base - 12, x, base + 3))


LEADERED = LeaderedStyle()
