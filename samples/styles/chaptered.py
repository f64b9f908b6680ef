"""寰信人寿: an electronic form in numbered parts, grey label cells above the values, ballot signs, and at the
end a table of pictures of signatures with the second at which each was made."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from samples import fonts
from samples.handwriting import Hand, width
from samples.paper import Copied, Entry, Fields, Grid, Question, Questions, Sign, Signing, Tick
from samples.people import Company
from samples.styles import chaptered_words as words
from samples.styles.esign import ballots, picture
from samples.styles.payments import OTHER_SLIPS
from samples.styles.rewording import Reworded
from samples.surface import Area, Colour, union

NUMERALS = "一二三四五六七八九十"
GREY: Colour = (0.925, 0.925, 0.925)
RULE: Colour = (0.62, 0.62, 0.62)
INK: Colour = (0.03, 0.03, 0.03)
GREEN: Colour = (0.0, 0.42, 0.36)
SPANS = {
    **dict.fromkeys(("address", "_address", "scope", "reason", "premium_total_in_words", "_words", "conclusion"), 3),
    **dict.fromkeys(("product.name", "needs", "_beneficiary", "account_bank", "employer", "_filing"), 2),
    **dict.fromkeys(("_elsewhere", "amount_in_words", "_place"), 2),
}


class ChapteredStyle(Reworded):
    name = "chaptered"
    life = Company(
        "寰信人寿保险有限责任公司", "寰信", "L10588HX", "400-000-7731", "32050161510000003377",
        "中国银行南京玄武支行", "HX",
    )  # fmt: skip
    general = Company(
        "寰信财产保险有限责任公司", "寰信", "P10588HX", "400-000-7732", "32050161510000004488",
        "中国银行南京玄武支行", "HXC",
    )  # fmt: skip
    font, size, margin = "serif", 8.6, 44.0
    slips = OTHER_SLIPS
    labels, titles, sections = words.LABELS, words.TITLES, words.SECTIONS
    phrases, asked = words.PHRASES, words.ASKED
    date_format = "{y}-{mm}-{dd}"
    seconds = "{m}分{s}秒"
    wan = frozenset(("policyholder.income", "insured.income", "household_income", "assets", "liabilities"))
    part = 0

    # --- the page ----------------------------------------------------------------------------

    def top(self) -> float:
        self.part = 0
        surface = self.surface
        surface.polygon([(44, 30), (58, 22), (58, 38)], GREEN)
        surface.polygon([(60, 22), (74, 30), (60, 38)], GREEN)
        surface.text(80, 34, self.company.name, "sans", 9.5, GREEN)
        surface.text(
            self.right, 34, f"客户服务热线 {self.company.hotline}", "sans", 7.5, (0.4, 0.4, 0.4), align="right"
        )
        surface.text(surface.width / 2, 66, self.title(self.paper, self.company), self.font, 15, align="middle")
        if self.paper.type in ("F01", "F03"):
            surface.text(surface.width / 2, 79, "（本投保文件由电子投保系统生成）", self.font, 7.5, align="middle")
        return 86.0

    def continued(self) -> float:
        self.surface.text(self.left, 34, self.title(self.paper, self.company), self.font, 7.5, (0.4, 0.4, 0.4))
        self.surface.line(self.left, 39, self.right, 39, 0.4, RULE)
        return 48.0

    def footer(self) -> None:
        surface = self.surface
        foot = surface.height - 26
        surface.line(self.left, foot - 12, self.right, foot - 12, 0.4, RULE)
        number = self.paper.value("application_no") if self.paper.type.startswith("F01") else ""
        mark = f"投保单号：{number}" if number else f"{self.company.code}-E-{self.paper.type.replace('-', '')}-2024"
        surface.text(self.left, foot, mark, self.font, 7, (0.35, 0.35, 0.35))
        count = f"第{surface.page + 1}页/共{max(self.total, surface.page + 1)}页"
        surface.text(self.right, foot, count, self.font, 7, (0.35, 0.35, 0.35), align="right")

    def head(self, key: str) -> None:
        heading = self.heading(key)
        if not heading:
            self.y += 3
            return
        self.room(60)
        self.part += 1
        self.y += 9
        self.surface.rect((self.left, self.y, self.left + 3, self.y + 12), 0, fill=GREEN)
        self.surface.text(
            self.left + 8, self.y + 10, f"第{NUMERALS[self.part - 1]}部分　{heading}", self.font, 10, bold=True
        )
        self.y += 16

    # --- cells -------------------------------------------------------------------------------

    def fields(self, section: Fields) -> None:
        self.head(section.key)
        entries = list(section.entries)
        told = {entry.name: entry.value for entry in entries}
        if section.key == "insured" and told.get("insured.relation") == "本人":
            self.same_person()
            return
        row: list[tuple[Entry, int]] = []
        used = 0
        for entry in entries:
            span = self.span(entry)
            if used + span > 4:
                self.cells(row, used)
                row, used = [], 0
            row.append((entry, span))
            used += span
        self.cells(row, used)

    def same_person(self) -> None:
        self.room(20)
        self.surface.rect((self.left, self.y, self.right, self.y + 18), 0.5, RULE)
        end = self.ballot(self.left + 6, self.y + 12.5, True)
        self.surface.text(
            end + 2, self.y + 12.5, "同投保人（被保险人即投保人本人，其余信息与投保人信息一致）", self.font, 8.6
        )
        self.y += 18

    def span(self, entry: Entry) -> int:
        """How many of the four columns a cell takes."""
        tail = entry.name.rsplit(".", 1)[-1]
        wide = SPANS.get(entry.name, SPANS.get(tail, 1))
        if len(entry.options) > 3:
            return 3
        need = max(
            fonts.width(self.show(entry), self.font, self.size),
            fonts.width(self.label(self.paper, entry.name), self.font, 7.8),
        )
        column = (self.right - self.left) / 4
        return max(wide, min(4, int((need + 12) // column) + 1))

    def cells(self, row: list[tuple[Entry, int]], used: int) -> None:
        """A row of grey label cells and under it the row of their values."""
        if not row:
            return
        whole = self.right - self.left
        edges = [self.left]
        for n, (_, span) in enumerate(row):
            edges.append(self.right if n == len(row) - 1 else edges[-1] + whole * span / max(4, used))
        lines = max(
            len(self.wrap(self.show(entry), b - a - 10))
            for (entry, _), (a, b) in zip(row, pairwise(edges), strict=True)
        )
        high = 8 + lines * self.size * 1.3
        self.room(14 + high)
        for (entry, _), (a, b) in zip(row, pairwise(edges), strict=True):
            self.surface.rect((a, self.y, b, self.y + 14), 0.5, RULE, fill=GREY)
            self.surface.rect((a, self.y + 14, b, self.y + 14 + high), 0.5, RULE)
            self.surface.text(a + 5, self.y + 10, self.label(self.paper, entry.name), self.font, 7.8, (0.2, 0.2, 0.2))
            base = self.y + 14 + 4 + self.size
            if entry.options:
                self.options(entry, a + 5, base)
            else:
                self.value(entry, a + 5, base, b - a - 10)
            self.blank(entry, (a, self.y, b, self.y + 14 + high))
        self.y += 14 + high

    def ballot(self, x: float, base: float, chosen: bool, size: float = 0.0) -> float:
        """A ballot sign in the text; gives the x behind it."""
        return self.surface.text(x, base, "☑" if chosen else "☐", ballots(), size or self.size)[2]

    def options(self, entry: Entry, x: float, y: float) -> float:
        whole: Area | None = None
        for option in entry.options:
            chosen = option == entry.value
            start = x
            x = self.ballot(x, y, chosen)
            said = self.surface.text(x, y, option, self.font, self.size)
            place = union((start, said[1], x, said[3]), said)
            whole = union(whole, place) if whole else place
            if chosen:
                self.surface.note_field(entry.name, entry.value, option, place)
            x = said[2] + 6
        if whole and not entry.value:
            self.surface.note_field(entry.name, "", "", whole)
        return x

    def grid(self, section: Grid) -> None:
        self.head(section.key)
        total = self.right - self.left
        size = self.size - 0.4
        weights = [
            max(
                fonts.width(text, self.font, size) if len(text) < 16 else 120.0
                for text in (self.label(self.paper, c), *(self.show(r[n]) for r in section.rows))
            )
            + 9
            for n, c in enumerate(section.columns)
        ]
        edges = [self.left]
        for weight in weights:
            edges.append(edges[-1] + total * weight / sum(weights))
        self.row_head(edges, [self.label(self.paper, c) for c in section.columns], size)
        for row in section.rows:
            self.row(edges, [self.show(entry) for entry in row], row)
        self.y += 2

    def row_head(self, edges: list[float], cells: list[str], size: float) -> None:
        wrapped = [self.wrap(cell, b - a - 6, size) for cell, (a, b) in zip(cells, pairwise(edges), strict=True)]
        high = max(map(len, wrapped)) * size * 1.25 + 6
        self.room(high + 24)
        for lines, (a, b) in zip(wrapped, pairwise(edges), strict=True):
            self.surface.rect((a, self.y, b, self.y + high), 0.5, RULE, fill=GREY)
            for k, line in enumerate(lines):
                self.surface.text(
                    (a + b) / 2, self.y + 3 + size + k * size * 1.25, line, self.font, size, align="middle"
                )
        self.y += high

    # --- questions, ticks --------------------------------------------------------------------

    def questions(self, section: Questions) -> None:
        self.head(section.key)
        for n, item in enumerate(section.items, 1):
            self.question(n, item)
        self.y += 4

    def question(self, n: int, item: Question) -> None:
        """Number, words and answer in one ruled row; the account of a yes in a row of its own."""
        answer_width = 74.0
        lines = self.wrap(item.text, self.right - self.left - answer_width - 34)
        high = len(lines) * 12.5 + 6
        self.room(high + (18 if item.detail else 0))
        edges = (self.left, self.left + 24, self.right - answer_width, self.right)
        for a, b in pairwise(edges):
            self.surface.rect((a, self.y, b, self.y + high), 0.5, RULE)
        self.surface.text(self.left + 12, self.y + 12.5, f"{n}", self.font, self.size, align="middle")
        for k, line in enumerate(lines):
            self.surface.text(edges[1] + 5, self.y + 12.5 + 12.5 * k, line, self.font, self.size)
        self.answer(item, edges[2] + 10, self.y + high / 2 + 3.2)
        self.y += high
        if item.detail:
            self.surface.rect((self.left, self.y, self.right, self.y + 17), 0.5, RULE)
            self.surface.text(edges[1] + 5, self.y + 12, f"第{n}项说明：{item.detail}", self.font, self.size)
            self.y += 17

    def answer(self, item: Question, x: float, y: float) -> None:
        places: dict[str, Area] = {}
        for word in ("是", "否"):
            start = x
            x = self.ballot(x, y, item.answer == word)
            said = self.surface.text(x, y, word, self.font, self.size)
            places[word] = union((start, said[1], x, said[3]), said)
            x = said[2] + 10
        area = places.get(item.answer) or union(places["是"], places["否"])
        self.surface.note_field(item.name, item.answer, item.answer, area)

    def tick(self, item: Tick) -> None:
        lines = self.wrap(item.text, self.right - self.left - 16)
        self.room(13.5 * len(lines) + 4)
        x, base = self.left + 2, self.y + 13.5
        end = self.ballot(x, base, item.ticked)
        if not item.name.startswith("_"):
            state = "present" if item.ticked else "absent"
            self.surface.note_mark(item.name, "tick", state, (x, base - self.size * 0.86, end, base + 1))
        for line in lines:
            self.y += 13.5
            self.surface.text(end + 3, self.y, line, self.font, self.size)
        self.y += 3

    # --- what is signed ----------------------------------------------------------------------

    def copied(self, section: Copied) -> None:
        """The sentence in a frame, and the pictures of the characters that were written on the tablet."""
        self.room(112)
        self.y += 8
        top = self.y
        line = f"请投保人本人在签字板上书写：“{section.asked}。”"
        for text in self.wrap(line, self.right - self.left - 12):
            self.y += 13
            self.surface.text(self.left + 6, self.y, text, self.font, self.size)
        self.y += 10
        size, per = 15.0, 24
        ink_area: Area | None = None
        frame = (self.left + 6, self.y, self.right - 6, self.y + 46)
        for n in range(0, len(section.written), per):
            chunk = section.written[n : n + per]
            strokes = Hand(section.who.hand).strokes(
                chunk, self.left + 12, self.y + 3 + n // per * 21, size, self.rng.randrange(1, 1 << 20), 0.75
            )
            place = picture(self.surface, strokes, INK)
            ink_area = union(ink_area, place) if ink_area else place
        state = "present" if section.written else "absent"
        self.surface.note_mark("copied_sentence", "handwriting", state, ink_area or frame, section.written)
        self.y += 50
        self.surface.rect((self.left, top, self.right, self.y), 0.5, RULE)
        self.y += 4

    def signing(self, section: Signing) -> None:
        """A table: who, the signature as it was drawn on the glass, when."""
        self.room(22 + 34 * len(section.lines))
        self.y += 10
        edges = [self.left, self.left + 140, self.left + 330, self.right]
        for text, (a, b) in zip(("签署人", "电子签名", "签署时间"), pairwise(edges), strict=True):
            self.surface.rect((a, self.y, b, self.y + 15), 0.5, RULE, fill=GREY)
            self.surface.text((a + b) / 2, self.y + 11, text, self.font, 8, align="middle")
        self.y += 15
        for line in section.lines:
            self.sign_row(line, edges)
        self.y += 6

    def sign_row(self, line: Sign, edges: list[float]) -> None:
        high = 34.0
        for a, b in pairwise(edges if line.date is not None else [*edges[:2], edges[3]]):
            self.surface.rect((a, self.y, b, self.y + high), 0.5, RULE)
        self.surface.text(self.left + 6, self.y + 21, self.label(self.paper, line.label) + "签名", self.font, 8.6)
        self.signature(line, edges[1], self.y + 28, edges[2])
        if line.date is not None:
            if line.date.value:
                self.value(self.stamped(line.date), edges[2] + 8, self.y + 21, edges[3] - edges[2] - 10)
            else:
                self.blank(line.date, (edges[2], self.y, edges[3], self.y + high))
        self.y += high

    def stamped(self, entry: Entry) -> Entry:
        """The day with the second of the signature, as the platform prints it."""
        return replace(entry, kind="stamp")

    def show(self, entry: Entry) -> str:
        if entry.kind == "stamp" and entry.value:
            second = sum(map(ord, entry.name + entry.value)) * 137
            return f"{self.day(entry.value)} {9 + second % 9:02d}:{second // 9 % 60:02d}:{second // 540 % 60:02d}"
        return super().show(entry)

    def signature(self, line: Sign, start: float, base: float, end: float) -> None:
        if line.who is None:
            self.surface.note_mark(line.mark, "signature", "absent", (start, base - 27, end, base + 5))
            return
        text = line.written_name or line.who.name.replace("·", "")
        size = min(21.0 if line.occasion else self.rng.uniform(18, 23), (end - start - 12) / max(1.0, width(text, 1.0)))
        x, y = start + self.rng.uniform(14, 40), base - size - 1
        if x + width(text, size) > end - 4:
            x = start + 6
        now = line.occasion or self.rng.randrange(1, 1 << 20)
        area = picture(self.surface, Hand(line.who.hand).strokes(text, x, y, size, now, 0.2), INK)
        self.surface.note_mark(line.mark, "signature", "present", area, text)


CHAPTERED = ChapteredStyle()
