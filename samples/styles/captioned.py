"""岱川人寿: captions above their values in two columns, tables that stand on their side (a column for each product),
combs with a tooth for each digit, dates put on with a rubber stamp, questions and clauses in two newspaper columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from samples import fonts
from samples.paper import Entry, Fields, Grid, Paper, Prose, Question, Questions, Sign, Signing, Tick
from samples.people import Company
from samples.styles import captioned_words as words
from samples.styles.payments import OTHER_SLIPS
from samples.styles.rewording import Reworded
from samples.surface import Area, Colour, union

TEAL: Colour = (0.0, 0.36, 0.38)
PALE: Colour = (0.92, 0.96, 0.96)
SOFT: Colour = (0.36, 0.42, 0.44)
RULE: Colour = (0.55, 0.62, 0.63)
VIOLET: Colour = (0.32, 0.16, 0.52)
COMBED = ("id_number", "phone", "account", "application_no", "birth_date")
WITH_COMBS = ("F01", "F01-P", "P01", "A05")
NEWSPAPER = ("D-402", "D-403")
HEADED = ("policy_head", "risk_result", "recording", "account", "seller")
WIDE = ("address", "_address", "needs", "scope", "reason", "conclusion", "premium_total_in_words", "amount_in_words",
        "_words", "_beneficiary", "account", "account_bank", "existing_cover", "pay_mode")  # fmt: skip
TOOTH = 12.0
GUTTER = 14.0


class CaptionedStyle(Reworded):
    name = "captioned"
    life = Company(
        "岱川人寿保险股份有限公司", "岱川", "L11038DC", "400-000-8835", "37050161880000004417",
        "中国建设银行济南历下支行", "DC",
    )  # fmt: skip
    general = Company(
        "岱川财产保险股份有限公司", "岱川", "P11038DC", "400-000-8836", "37050161880000005528",
        "中国建设银行济南历下支行", "DCC",
    )  # fmt: skip
    font, size, margin = "sans", 9.4, 44.0
    slips = OTHER_SLIPS
    labels, titles, sections = words.LABELS, words.TITLES, words.SECTIONS
    phrases, asked = words.PHRASES, words.ASKED
    date_format = "{y}/{mm}/{dd}"
    currency = "¥"
    days = "{n}天"

    # --- the page ----------------------------------------------------------------------------

    def top(self) -> float:
        surface = self.surface
        surface.rect((self.left, 26, self.left + 16, 42), 0, fill=TEAL)
        surface.text(self.left + 21, 39, self.company.name, self.font, 10, TEAL, bold=True)
        surface.text(self.right, 36, f"{self.company.code}-{self.paper.type}-2601", self.font, 7, SOFT, align="right")
        surface.text(self.right, 60, self.title(self.paper, self.company), "serif", 17, bold=True, align="right")
        surface.line(self.left, 66, self.right, 66, 0.9, TEAL)
        return 72.0

    def continued(self) -> float:
        self.surface.text(self.left, 32, self.company.name, self.font, 7.5, TEAL)
        return 42.0

    def footer(self) -> None:
        foot = f"{self.surface.page + 1} / {self.total}"
        self.surface.text(self.right, self.surface.height - 26, foot, self.font, 7.5, SOFT, align="right")

    def head(self, key: str) -> None:
        heading = self.heading(key)
        if not heading:
            self.y += 5
            return
        self.room(60)
        self.y += 19
        self.surface.rect((self.left, self.y - 9.5, self.left + 3, self.y + 1.5), 0, fill=TEAL)
        self.surface.text(self.left + 8, self.y, heading, self.font, self.size + 1.4, TEAL, bold=True)
        self.y += 6

    # --- captions above values ---------------------------------------------------------------

    def fields(self, section: Fields) -> None:
        persons = [s for s in self.paper.sections if isinstance(s, Fields) and s.key in ("policyholder", "insured")]
        if section.key in ("policyholder", "insured") and len(persons) == 2:
            if section is persons[0]:
                self.two_persons(persons[0], persons[1])
            return
        if section.key in HEADED and len(section.entries) > 1 and not self.combs(section.entries[-1]):
            self.headed(section)
            return
        self.head(section.key)
        for row in self.in_rows(section.entries):
            width = (self.right - self.left - GUTTER * (len(row) - 1)) / len(row)
            self.room(32)
            deepest = max(self.captioned(entry, self.left + n * (width + GUTTER), width) for n, entry in enumerate(row))
            self.y += 29 + 12 * (deepest - 1)
        self.y += 2

    def in_rows(self, entries: Sequence[Entry]) -> list[list[Entry]]:
        """Two in a row; what is wide stands alone."""
        rows: list[list[Entry]] = []
        for entry in entries:
            wide = self.wide(entry)
            if rows and not wide and len(rows[-1]) == 1 and not self.wide(rows[-1][0]):
                rows[-1].append(entry)
            else:
                rows.append([entry])
        return rows

    def wide(self, entry: Entry) -> bool:
        tail = entry.name.rsplit(".", 1)[-1]
        return tail in WIDE or len(self.show(entry)) > 24 or len(entry.options) > 3

    def captioned(self, entry: Entry, x: float, width: float) -> int:
        """A small caption, the value below it, a rule below both; gives the value's lines."""
        said = self.surface.text(x, self.y + 9, self.label(self.paper, entry.name), self.font, 7.0, SOFT)
        base = self.y + 21.5
        lines = 1
        if entry.options:
            self.rounds(entry, x, base)
        elif self.combs(entry):
            self.comb(entry, x, base)
        else:
            lines = self.value(entry, x, base, width - 4, size=self.size)
        foot = base + 4 + 12 * (lines - 1)
        if not self.combs(entry):
            self.surface.line(x, foot, x + width, foot, 0.4, RULE)
        self.blank(entry, (said[0], said[1], x + width, foot))
        return lines

    def rounds(self, entry: Entry, x: float, base: float) -> None:
        """●年交　○月交."""
        whole: Area | None = None
        for option in entry.options:
            sign = "●" if option == entry.value else "○"
            run = self.surface.text(x, base, f"{sign} {option}", self.font, self.size)
            whole = union(whole, run) if whole else run
            if option == entry.value:
                self.surface.note_field(entry.name, entry.value, option, run)
            x = run[2] + 14
        if whole and not entry.value:
            self.surface.note_field(entry.name, "", "", whole)

    def combs(self, entry: Entry) -> bool:
        tail = entry.name.rsplit(".", 1)[-1]
        return self.paper.type in WITH_COMBS and tail in COMBED and entry.value not in ("", "long_term")

    def comb(self, entry: Entry, x: float, base: float) -> None:
        """One frame, a short tooth between two digits; a date without its signs."""
        text = entry.value.replace("-", "") if entry.kind == "date" else self.show(entry)
        end = x + TOOTH * len(text)
        self.surface.rect((x, base - 10, end, base + 4), 0.5, RULE)
        area: Area | None = None
        for n, character in enumerate(text):
            if n:
                self.surface.line(x + n * TOOTH, base - 1, x + n * TOOTH, base + 4, 0.5, RULE)
            run = self.surface.text(x + (n + 0.5) * TOOTH, base, character, self.font, self.size, align="middle")
            area = union(area, run) if area else run
        if area:
            self.surface.note_field(entry.name, entry.value, text, area)

    def two_persons(self, holder: Fields, insured: Fields) -> None:
        """A column of captioned values for each."""
        self.room(60)
        width = (self.right - self.left - GUTTER) / 2
        self.y += 8
        for section, x in ((holder, self.left), (insured, self.left + width + GUTTER)):
            self.surface.rect((x, self.y, x + width, self.y + 16), 0, fill=PALE)
            self.surface.text(x + 6, self.y + 12, self.heading(section.key), self.font, self.size + 1, TEAL, bold=True)
        self.y += 18
        for mine, other in zip(holder.entries, insured.entries, strict=True):
            self.room(32)
            deepest = max(
                self.captioned(mine, self.left, width), self.captioned(other, self.left + width + GUTTER, width)
            )
            self.y += 28 + 12 * (deepest - 1)

    # --- tables ------------------------------------------------------------------------------

    def headed(self, section: Fields) -> None:
        """All captions in one shaded row, all values in the row below; the row is too low for a second line."""
        self.head(section.key)
        entries = section.entries
        edges = self.edges([[self.label(self.paper, e.name), self.show(e)] for e in entries], self.size - 0.6)
        self.room(44)
        for n, entry in enumerate(entries):
            left, right = edges[n], edges[n + 1]
            self.surface.rect((left, self.y, right, self.y + 15), 0.4, RULE, fill=PALE)
            self.surface.rect((left, self.y + 15, right, self.y + 33), 0.4, RULE)
            middle = (left + right) / 2
            self.surface.text(
                middle, self.y + 11, self.label(self.paper, entry.name), self.font, 7.6, TEAL, align="middle"
            )
            text = self.show(entry)
            fits = fonts.width(text, self.font, self.size - 0.6) <= right - left + 6
            self.value(entry, left + 3, self.y + (27.5 if fits else 24.5), right - left + (8 if fits else -4),
                       size=self.size - 0.6)  # fmt: skip
            self.blank(entry, (left, self.y, right, self.y + 33))
        self.y += 38

    def edges(self, columns: Sequence[Sequence[str]], size: float) -> list[float]:
        """Where the columns of a table end, by the widths of their words."""
        weights = [min(170.0, max(fonts.width(one, self.font, size) for one in column)) + 8 for column in columns]
        total, edges = self.right - self.left, [self.left]
        for weight in weights:
            edges.append(edges[-1] + total * weight / sum(weights))
        return edges

    def grid(self, section: Grid) -> None:
        """On its side: an item in each row, a product, person or year in each column."""
        if section.key == "invoice_items":
            super().grid(section)
            return
        self.head(section.key)
        first = 92.0
        wide = (self.right - self.left - first) / max(1, len(section.rows))
        if section.key != "illustration":
            self.table_head(section, first, wide)
        for n, column in enumerate(section.columns):
            cells = [row[n] for row in section.rows]
            lines = max(len(self.wrap(self.show(entry), wide - 8, self.size - 0.4)) for entry in cells)
            high = 17 + 11.5 * (lines - 1)
            self.room(high + 4)
            self.surface.rect((self.left, self.y, self.left + first, self.y + high), 0.4, RULE, fill=PALE)
            self.surface.text(self.left + 4, self.y + 12, self.label(self.paper, column), self.font, 8.4, TEAL)
            for k, entry in enumerate(cells):
                x = self.left + first + k * wide
                self.surface.rect((x, self.y, x + wide, self.y + high), 0.4, RULE)
                self.value(entry, x + 4, self.y + 12, wide - 8, size=self.size - 0.4)
                self.blank(entry, (x, self.y, x + wide, self.y + high))
            self.y += high
        self.y += 6

    def table_head(self, section: Grid, first: float, wide: float) -> None:
        """主险, 附加险一 …; 受益人一 …"""
        self.room(40)
        kind = "受益人" if section.key == "beneficiary" else "附加险"
        self.surface.rect((self.left, self.y, self.left + first, self.y + 16), 0.4, RULE, fill=PALE)
        for k in range(len(section.rows)):
            x = self.left + first + k * wide
            number = "一二三四五六"[k if kind == "受益人" else k - 1] if k or kind == "受益人" else ""
            said = f"{kind}{number}" if number else "主险"
            self.surface.rect((x, self.y, x + wide, self.y + 16), 0.4, RULE, fill=PALE)
            self.surface.text(x + wide / 2, self.y + 12, said, self.font, 8.4, TEAL, align="middle")
        self.y += 16

    # --- prose, questions, ticks -------------------------------------------------------------

    def prose(self, section: Prose) -> None:
        if self.paper.type not in NEWSPAPER or len(section.paragraphs) < 2:
            super().prose(section)
            return
        self.head(section.key)
        width, step = (self.right - self.left - GUTTER) / 2, 12.6
        lines = [one for p in section.paragraphs for one in self.wrap(p.strip("　"), width, 8.4)]
        while lines:
            self.room(60)
            fits = int((self.surface.height - 56 - self.y) / step)
            depth = min(fits, math.ceil(len(lines) / 2))
            for column in range(2):
                for n, line in enumerate(lines[column * depth : (column + 1) * depth]):
                    x = self.left + column * (width + GUTTER)
                    self.surface.text(x, self.y + step * (n + 1), line, self.font, 8.4)
            self.y += step * depth + 4
            lines = lines[2 * depth :]

    def questions(self, section: Questions) -> None:
        """Two columns of questions, each with its answer written below it."""
        self.head(section.key)
        width = (self.right - self.left - GUTTER) / 2
        half = math.ceil(len(section.items) / 2)
        for n in range(half):
            pair = [(k, section.items[k]) for k in (n, n + half) if k < len(section.items)]
            lines = {k: self.wrap(f"Q{k + 1}　{item.text}", width - 4, 8.8) for k, item in pair}
            high = 13 * max(len(one) for one in lines.values()) + 20
            self.room(high)
            for column, (k, item) in enumerate(pair):
                self.question_at(item, lines[k], self.left + column * (width + GUTTER), self.y)
            self.y += high
        self.y += 4

    def question_at(self, item: Question, lines: Sequence[str], x: float, y: float) -> None:
        for line in lines:
            y += 13
            self.surface.text(x, y, line, self.font, 8.8)
        y += 14
        said = self.surface.text(x + 16, y, "答：", self.font, 8.8)
        place: Area = (said[2], said[1], said[2] + 30, said[3])
        if item.answer and self.by_pen():
            place = self.write(item.answer, self.hand(), said[2] + 4, y - 11.5, 12.5, 0.9)
        elif item.answer:
            place = self.surface.text(said[2] + 2, y, item.answer, self.font, 9.4)
        self.surface.note_field(item.name, item.answer, item.answer, place)
        self.surface.line(said[2], y + 3, said[2] + 30, y + 3, 0.4, RULE)
        if item.detail:
            self.surface.text(said[2] + 38, y, item.detail, self.font, 8.0)

    def hand(self) -> int:
        """Whose hand answers: who signs first, else a clerk."""
        signed = [line.who for s in self.paper.sections if isinstance(s, Signing) for line in s.lines if line.who]
        return signed[0].hand if signed else 7

    def tick(self, item: Tick) -> None:
        """The sentence, and its box at the right edge."""
        lines = self.wrap(item.text, self.right - self.left - 34)
        self.room(15 * len(lines) + 4)
        for line in lines:
            self.y += 15
            self.surface.text(self.left, self.y, line, self.font, self.size)
        self.box(self.right - 14, self.y, item.ticked, item.name, side=10)
        self.y += 4

    # --- ink ---------------------------------------------------------------------------------

    def signing(self, section: Signing) -> None:
        """A caption, the name below it on a rule; the date stamped or typed at its right."""
        self.y += 6
        lines = list(section.lines)
        for first in range(0, len(lines), 2):
            pair = lines[first : first + 2]
            self.room(66)
            width = (self.right - self.left - GUTTER) / 2
            for n, line in enumerate(pair):
                self.signed(line, self.left + n * (width + GUTTER), width)
            self.y += 62

    def signed(self, line: Sign, x: float, width: float) -> None:
        self.surface.text(x, self.y + 10, self.label(self.paper, line.label), self.font, 7.6, SOFT)
        base = self.y + 44
        self.surface.line(x, base + 4, x + width * 0.56, base + 4, 0.5)
        self.signature(line, x + 4, base, x + width * 0.56)
        if line.date is not None:
            self.dated(line, line.date, x + width * 0.62, base)

    def dated(self, line: Sign, entry: Entry, x: float, base: float) -> None:
        self.surface.text(x, self.y + 10, self.label(self.paper, entry.name), self.font, 7.6, SOFT)
        self.surface.line(x, base + 4, x + 92, base + 4, 0.5)
        if not entry.value:
            self.blank(entry, (x, self.y + 2, x + 92, base + 4))
        elif self.by_pen() and line.who is not None:
            self.stamped(entry, x + 46, base - 8)
        else:
            self.value(entry, x + 2, base, 90)

    def stamped(self, entry: Entry, x: float, y: float) -> None:
        """2026.03.02 in violet, in a frame, a little askew."""
        text = entry.value.replace("-", ".")
        turn = self.rng.uniform(-3.5, 3.5)
        half = fonts.width(text, self.font, 11.5) / 2
        self.surface.turned_text(x, y, text, turn, self.font, 11.5, VIOLET)
        corners = [(-half - 4, -8.0), (half + 4, -8.0), (half + 4, 8.0), (-half - 4, 8.0)]
        angle = math.radians(-turn)
        points = [
            (x + a * math.cos(angle) - b * math.sin(angle), y + a * math.sin(angle) + b * math.cos(angle))
            for a, b in corners
        ]
        for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
            self.surface.line(x1, y1, x2, y2, 1.0, VIOLET)
        self.surface.note_field(entry.name, entry.value, text, (x - half, y - 7, x + half, y + 7))

    def arranged(self, paper: Paper) -> Paper:
        """Who serves the customer stands first on the application, after its number."""
        if not paper.type.startswith("F01"):
            return paper
        seller = [s for s in paper.sections if isinstance(s, Fields) and s.key == "seller"]
        rest = [s for s in paper.sections if s not in seller]
        return replace(paper, sections=(rest[0], *seller, *rest[1:]))


CAPTIONED = CaptionedStyle()
