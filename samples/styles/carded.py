"""禾颐健康: cards in two columns on light bands, English below the Chinese labels, answers in circles, tables whose
headers stand at the left, and the words of a signature below its line."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from samples import fonts
from samples.handwriting import Hand, width
from samples.paper import Copied, Entry, Fields, Grid, Paper, Prose, Question, Questions, Sign, Signing, Tick
from samples.people import Company
from samples.styles import carded_words as words
from samples.styles.invoice import draw_invoice
from samples.styles.payments import OTHER_SLIPS
from samples.styles.rewording import Reworded
from samples.surface import Area, Colour, DrawnPaper, union

TEAL: Colour = (0.05, 0.55, 0.58)
BAND: Colour = (0.90, 0.965, 0.965)
PAPER: Colour = (0.972, 0.985, 0.985)
FAINT: Colour = (0.48, 0.55, 0.57)
EDGE: Colour = (0.72, 0.84, 0.85)
WIDE = ("address", "_address", "needs", "scope", "reason", "conclusion", "premium_total_in_words", "_words", "_filing",
        "product.name", "_beneficiary", "_product", "pay_mode", "_elsewhere")  # fmt: skip


class CardedStyle(Reworded):
    name = "carded"
    life = Company(
        "禾颐健康保险股份有限公司", "禾颐", "L10811HE", "400-000-9966", "33050161720000007733",
        "交通银行杭州西湖支行", "HE",
    )  # fmt: skip
    general = Company(
        "禾颐财产保险股份有限公司", "禾颐", "P10811HE", "400-000-9967", "33050161720000008844",
        "交通银行杭州西湖支行", "HEC",
    )  # fmt: skip
    font, size, margin = "sans", 8.8, 36.0
    slips = OTHER_SLIPS
    labels, titles, sections = words.LABELS, words.TITLES, words.SECTIONS
    phrases, asked = words.PHRASES, words.ASKED
    date_format = "{y}/{mm}/{dd}"
    currency = "¥"
    days = "{n} 天"
    seconds = "{m}:{s}"

    # --- the page ----------------------------------------------------------------------------

    def draw(self, paper: Paper, company: Company, rng: Random) -> DrawnPaper:
        if paper.type == "P04":
            return draw_invoice(paper, rng)
        return super().draw(paper, company, rng)

    def top(self) -> float:
        surface = self.surface
        surface.rect((0, 0, surface.width, 74), 0, fill=BAND)
        surface.circle(52, 37, 15, 0, TEAL, fill=True)
        surface.rect((49.4, 28, 54.6, 46), 0, fill=(1, 1, 1))
        surface.rect((43, 34.4, 61, 39.6), 0, fill=(1, 1, 1))
        surface.text(76, 40, self.title(self.paper, self.company), self.font, 16, TEAL, bold=True)
        english = words.ENGLISH_TITLES.get(self.paper.type.removesuffix("-P"), "")
        surface.text(76, 54, english, "helvetica", 7.5, FAINT, spacing=0.8)
        surface.text(self.right, 34, self.company.name, self.font, 8.5, align="right")
        surface.text(self.right, 48, self.company.hotline, "helvetica", 8, FAINT, align="right")
        return 82.0

    def continued(self) -> float:
        self.surface.rect((0, 0, self.surface.width, 14), 0, fill=BAND)
        return 24.0

    def footer(self) -> None:
        foot = self.surface.height - 22
        page = f"{self.surface.page + 1} / {max(self.total, self.surface.page + 1)}"
        self.surface.text(self.right, foot, page, "helvetica", 8, FAINT, align="right")
        self.surface.text(self.left, foot, f"{self.company.short} · 让健康更安心", self.font, 7, FAINT)

    def head(self, key: str) -> None:
        heading = self.heading(key)
        if not heading:
            self.y += 6
            return
        self.room(60)
        self.y += 10
        self.surface.circle(self.left + 6, self.y + 7, 6, 0, TEAL, fill=True)
        self.surface.circle(self.left + 6, self.y + 7, 2.4, 0, (1, 1, 1), fill=True)
        self.surface.text(self.left + 18, self.y + 11, heading, self.font, 10.5, TEAL, bold=True)
        self.y += 18

    def english(self, name: str) -> str:
        return words.ENGLISH.get(name, words.ENGLISH.get(name.rsplit(".", 1)[-1], ""))

    # --- cards -------------------------------------------------------------------------------

    def fields(self, section: Fields) -> None:
        self.head(section.key)
        rows: list[list[Entry]] = []
        for entry in section.entries:
            if self.wide(entry) or not rows or len(rows[-1]) == 2 or self.wide(rows[-1][0]):
                rows.append([entry])
            else:
                rows[-1].append(entry)
        heights = [self.deep(row) for row in rows]
        self.room(min(sum(heights) + 8, 400))
        self.surface.rect((self.left, self.y, self.right, self.y + sum(heights) + 6), 0.5, EDGE, PAPER, 6)
        self.y += 3
        for row, high in zip(rows, heights, strict=True):
            for n, entry in enumerate(row):
                self.item(entry, self.left + 10 + n * (self.right - self.left) / 2, self.y, self.room_for(entry))
            self.y += high
        self.y += 5

    def wide(self, entry: Entry) -> bool:
        return (
            entry.name.rsplit(".", 1)[-1] in WIDE
            or entry.name in WIDE
            or fonts.width(self.show(entry), self.font, self.size) > 150
        )

    def room_for(self, entry: Entry) -> float:
        return (self.right - self.left) * (1.0 if self.wide(entry) else 0.5) - 20

    def stem(self, entry: Entry) -> float:
        """How far the value stands from the left of its label."""
        return max(84.0, fonts.width(self.label(self.paper, entry.name) + "：", self.font, 8.4) + 4)

    def deep(self, row: list[Entry]) -> float:
        lines = max(len(self.wrap(self.show(e), self.room_for(e) - self.stem(e))) for e in row)
        return 23.0 + (lines - 1) * self.size * 1.3

    def item(self, entry: Entry, x: float, top: float, wide: float) -> None:
        """Chinese label and value on a line, the English label small below."""
        base = top + 11
        label = self.surface.text(
            x, base, self.label(self.paper, entry.name) + "：", self.font, 8.4, (0.25, 0.32, 0.34)
        )
        self.surface.text(x, base + 8, self.english(entry.name), "helvetica", 5.6, FAINT)
        start = x + self.stem(entry)
        if entry.options:
            self.options(entry, start, base)
        else:
            self.value(entry, start, base, wide - self.stem(entry))
        self.blank(entry, (label[0], label[1], x + wide, label[3]))

    def circle(self, x: float, base: float, chosen: bool) -> Area:
        """An option's circle, filled where it was chosen."""
        self.surface.circle(x + 4, base - 3.2, 3.9, 0.8, (0.2, 0.2, 0.2))
        if chosen:
            self.surface.circle(x + 4, base - 3.2, 2.3, 0, (0.08, 0.08, 0.08), fill=True)
        return (x, base - 7.2, x + 8, base + 0.8)

    def options(self, entry: Entry, x: float, y: float) -> float:
        whole: Area | None = None
        for option in entry.options:
            area = self.circle(x, y, option == entry.value)
            said = self.surface.text(area[2] + 2, y, option, self.font, self.size)
            place = union(area, said)
            whole = union(whole, place) if whole else place
            if option == entry.value:
                self.surface.note_field(entry.name, entry.value, option, place)
            x = said[2] + 10
        if whole and not entry.value:
            self.surface.note_field(entry.name, "", "", whole)
        return x

    def grid(self, section: Grid) -> None:
        """Headers at the left, a column for each row of the content."""
        if len(section.rows) > 3:
            super().grid(section)
            return
        self.room(min(400, 18 * len(section.columns) + 40))
        self.head(section.key)
        stem, count = 104.0, max(1, len(section.rows))
        edges = [self.left, self.left + stem]
        for _ in range(count):
            edges.append(edges[-1] + (self.right - self.left - stem) / count)
        for n, column in enumerate(section.columns):
            cells = [row[n] for row in section.rows]
            lines = max(
                len(self.wrap(self.show(e), b - a - 12)) for e, (a, b) in zip(cells, pairwise(edges[1:]), strict=True)
            )
            high = 17 + (lines - 1) * self.size * 1.3
            self.room(high)
            self.surface.rect((self.left, self.y, edges[1], self.y + high), 0.4, EDGE, BAND)
            label = self.label(self.paper, column)
            said = self.surface.text(self.left + 8, self.y + 12, label, self.font, 8.4, (0.2, 0.28, 0.30))
            self.surface.text(said[2] + 4, self.y + 12, self.english(column), "helvetica", 5.2, FAINT)
            for entry, (a, b) in zip(cells, pairwise(edges[1:]), strict=True):
                self.surface.rect((a, self.y, b, self.y + high), 0.4, EDGE)
                self.value(entry, a + 8, self.y + 12, b - a - 12)
                self.blank(entry, (a, self.y, b, self.y + high))
            self.y += high
        self.y += 4

    def prose(self, section: Prose) -> None:
        self.head(section.key)
        for paragraph in section.paragraphs:
            lines = self.wrap(paragraph.strip("　"), self.right - self.left - 22)
            for n, line in enumerate(lines):
                self.room(14)
                self.y += 14
                if n == 0 and len(section.paragraphs) > 1:
                    self.surface.circle(self.left + 5, self.y - 3.2, 1.6, 0, TEAL, fill=True)
                self.surface.text(self.left + 14, self.y, line, self.font, self.size, bold=section.strong)
            self.y += 2
        self.y += 4

    # --- questions ---------------------------------------------------------------------------

    def questions(self, section: Questions) -> None:
        self.head(section.key)
        for n, item in enumerate(section.items, 1):
            self.question(n, item)
        self.y += 4

    def question(self, n: int, item: Question) -> None:
        """The circles stand before the question."""
        lines = self.wrap(item.text, self.right - self.left - 110)
        high = 13 * len(lines) + 7 + (14 if item.detail else 0)
        self.room(high)
        if n % 2:
            self.surface.rect((self.left, self.y, self.right, self.y + high), 0, fill=PAPER)
        self.answer(item, self.left + 8, self.y + 13)
        self.surface.text(self.left + 84, self.y + 13, f"Q{n}", "helvetica", 8, TEAL)
        for k, line in enumerate(lines):
            self.surface.text(self.left + 102, self.y + 13 + 13 * k, line, self.font, self.size)
        if item.detail:
            foot = self.y + high - 5
            self.surface.text(self.left + 102, foot, f"补充说明：{item.detail}", self.font, 8.2)
        self.y += high

    def answer(self, item: Question, x: float, y: float) -> None:
        places: dict[str, Area] = {}
        for word in ("是", "否"):
            area = self.circle(x, y, item.answer == word)
            said = self.surface.text(area[2] + 2, y, word, self.font, self.size)
            places[word] = union(area, said)
            x = said[2] + 12
        area = places.get(item.answer) or union(places["是"], places["否"])
        self.surface.note_field(item.name, item.answer, item.answer, area)

    def tick(self, item: Tick) -> None:
        lines = self.wrap(item.text, self.right - self.left - 26)
        self.room(14 * len(lines) + 6)
        area = self.circle(self.left + 6, self.y + 14, item.ticked)
        if not item.name.startswith("_"):
            self.surface.note_mark(item.name, "tick", "present" if item.ticked else "absent", area)
        for line in lines:
            self.y += 14
            self.surface.text(self.left + 20, self.y, line, self.font, self.size)
        self.y += 4

    # --- ink ---------------------------------------------------------------------------------

    def copied(self, section: Copied) -> None:
        """The sentence is printed in grey on a band; the customer writes between the rules below it."""
        self.room(116)
        self.y += 6
        self.surface.rect((self.left, self.y, self.right, self.y + 20), 0, fill=BAND)
        size = min(8.8, 8.8 * (self.right - self.left - 16) / fonts.width(section.asked + "。", self.font, 8.8))
        self.surface.text(self.left + 8, self.y + 13, section.asked + "。", self.font, size, FAINT)
        self.y += 34
        self.surface.text(self.left, self.y, "投保人手写确认（请照上句书写）", self.font, 8.4)
        self.y += 6
        self.hand_lines(section, self.left, self.right - self.left - 4, 15.5)

    def signing(self, section: Signing) -> None:
        lines = list(section.lines)
        for first in range(0, len(lines), 2):
            self.room(74)
            for column, line in enumerate(lines[first : first + 2]):
                self.sign_card(line, self.left + column * (self.right - self.left) / 2)
            self.y += 72

    def sign_card(self, line: Sign, x: float) -> None:
        """A rule for the signature and one for the date; what they are for is said below them."""
        rule = self.y + 44
        end = x + 140
        self.surface.line(x + 4, rule, end, rule, 0.6)
        self.surface.text(x + 4, rule + 11, self.label(self.paper, line.label), self.font, 8.4)
        self.surface.text(x + 4, rule + 19, self.english(line.mark), "helvetica", 5.6, FAINT)
        self.signature(line, x + 4, rule - 3, end)
        if line.date is None:
            return
        right = x + (self.right - self.left) / 2 - 14
        self.surface.line(end + 14, rule, right, rule, 0.6)
        self.surface.text(end + 14, rule + 11, self.label(self.paper, line.date.name), self.font, 8.4)
        if not line.date.value:
            self.blank(line.date, (end + 14, rule - 16, right, rule + 13))
        elif line.who is not None and self.paper.type not in ("F01", "D-303"):
            shown = self.show(line.date)
            size = min(13.0, (right - end - 24) / max(1.0, width(shown, 1.0)))
            strokes = Hand(line.who.hand).strokes(
                shown, end + 18, rule - size - 2, size, self.rng.randrange(1, 1 << 20), 0.9
            )
            self.surface.note_field(
                line.date.name, line.date.value, shown, self.surface.strokes(strokes, (0.06, 0.08, 0.3))
            )
        else:
            self.value(line.date, end + 18, rule - 4, right - end - 20)


CARDED = CardedStyle()
