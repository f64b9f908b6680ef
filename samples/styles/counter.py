"""恒岳人寿: dense paper forms of the bank counter. Narrow rules, section names stacked down the left side, one box
for a digit, policyholder and insured side by side, notices stapled into one set, receipts to tear off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from samples import fonts
from samples.paper import Copied, Entry, Fields, Grid, Paper, Prose, Question, Questions, Section, Sign, Signing
from samples.people import Company
from samples.styles import counter_words as words
from samples.styles.payments import OTHER_SLIPS
from samples.styles.rewording import Reworded
from samples.surface import A4, Area, Colour, union

RED: Colour = (0.78, 0.08, 0.12)
RULE: Colour = (0.15, 0.15, 0.15)
STRIP = 15.0
LINE = 17.0
BOX = 9.4
DIGITS = ("id_number", "phone", "account", "birth_date", "id_valid_to", "application_no", "policy_no", "seller.number")
WIDE = ("address", "_address", "product.name", "needs", "scope", "reason", "conclusion", "premium_total_in_words",
        "amount_in_words", "_words", "account", "_beneficiary", "_filing", "id_number", "_id", "_elsewhere")  # fmt: skip
SLIPS = ("A02", "P04")


class CounterStyle(Reworded):
    name = "counter"
    life = Company(
        "恒岳人寿保险股份有限公司", "恒岳", "L10699HY", "400-000-8821", "51050141620000005599",
        "中国农业银行成都锦江支行", "HY",
    )  # fmt: skip
    general = Company(
        "恒岳财产保险股份有限公司", "恒岳", "P10699HY", "400-000-8822", "51050141620000006611",
        "中国农业银行成都锦江支行", "HYC",
    )  # fmt: skip
    font, size, margin = "sans", 7.8, 30.0
    slips = OTHER_SLIPS
    labels, titles, sections = words.LABELS, words.TITLES, words.SECTIONS
    phrases, asked = words.PHRASES, words.ASKED
    date_format = "{y}年{mm}月{dd}日"
    thousands = False
    days = "{n}天"

    # --- the page ----------------------------------------------------------------------------

    def sheet(self) -> tuple[float, float]:
        return (A4[0], 400.0) if self.paper.type in SLIPS else A4

    def top(self) -> float:
        surface, middle = self.surface, self.surface.width / 2
        title = self.title(self.paper, self.company)
        if self.paper.type in words.RIGHTS:
            surface.text(self.left, 32, self.company.name, "serif", 9, RED)
            surface.text(middle, 50, words.RIGHTS_TITLE, "serif", 15, bold=True, align="middle")
            part = f"第{words.RIGHTS[self.paper.type]}部分　{title}"
            surface.text(middle, 70, part, "serif", 12, align="middle")
            return 78.0
        surface.text(middle, 36, self.company.name, "serif", 13, RED, bold=True, align="middle")
        surface.text(middle, 55, title, "serif", 13.5, align="middle")
        self.barcode(surface.width - 150, 20)
        if self.paper.type == "A02":
            self.tear(72.0)
            return 84.0
        if self.paper.type == "P04":
            for n, character in enumerate("第二联客户联"):
                surface.text(surface.width - 20, 130 + n * 14, character, "serif", 8.5, RED)
        if self.paper.type.startswith("F01"):
            surface.text(self.left, 66, "请用黑色签字笔填写，字迹清楚，□内以“√”选择。", "serif", 7)
        return 70.0

    def tear(self, y: float) -> None:
        """Where the slip is torn off."""
        self.surface.line(0, y, self.surface.width, y, 0.7, RULE, dash=(4, 3))
        self.surface.text(self.surface.width / 2, y + 3, "　请沿虚线撕下交回本公司　", "serif", 7, align="middle")

    def barcode(self, x: float, y: float) -> None:
        """Bars that encode nothing, with the number of the printed form below them."""
        at = x
        for n, character in enumerate(f"{self.company.code}{self.paper.type}20250601"):
            for wide in (1.0 + ord(character) % 3 * 0.6, 0.7 + n % 2 * 0.7):
                self.surface.rect((at, y, at + wide, y + 18), 0, fill=(0, 0, 0))
                at += wide + 1.1
        self.surface.text(x, y + 25, f"No.{self.company.code}{self.paper.type}-2506", "courier", 6)

    def continued(self) -> float:
        self.surface.text(self.right, 26, self.company.name, "serif", 7, RED, align="right")
        return 34.0

    def footer(self) -> None:
        if self.paper.type in SLIPS:
            return
        foot = f"第{self.surface.page + 1}页　共{max(self.total, self.surface.page + 1)}页"
        self.surface.text(self.surface.width / 2, self.surface.height - 18, foot, "serif", 7, align="middle")

    def room(self, height: float) -> None:
        if self.y + height > self.surface.height - 28:
            self.footer()
            self.surface.new_page()
            self.y = self.continued()

    def arranged(self, paper: Paper) -> Paper:
        """Who sold it stands at the foot of the application, after the signatures' declarations."""
        if not paper.type.startswith("F01"):
            return paper
        last = [s for s in paper.sections if isinstance(s, Fields) and s.key == "seller"]
        rest: list[Section] = [s for s in paper.sections if s not in last]
        return replace(paper, sections=(*rest, *last))

    # --- blocks with a name down their side --------------------------------------------------

    def strip(self, key: str, x: float, top: float, bottom: float) -> None:
        """The stacked name of a block; long names take two columns of characters."""
        self.surface.rect((x, top, x + STRIP, bottom), 0.6, RULE)
        heading = self.heading(key)
        fits = max(1, int((bottom - top - 2) / 9))
        columns = [heading[n : n + fits] for n in range(0, len(heading), fits)][:2]
        size = 8.0 if len(columns) == 1 else 6.6
        for c, column in enumerate(columns):
            start = (top + bottom) / 2 - len(column) * 4.5 + 7
            middle = x + STRIP * (0.5 if len(columns) == 1 else (0.27, 0.75)[c])
            for n, character in enumerate(column):
                self.surface.text(middle, start + n * 9, character, "serif", size, align="middle")

    def fields(self, section: Fields) -> None:
        if section.key == "policyholder" and self.paper.type == "F01":
            insured = next((s for s in self.paper.sections if isinstance(s, Fields) and s.key == "insured"), None)
            if insured is not None:
                self.side_by_side(section, insured)
                return
        if section.key == "insured" and self.paper.type == "F01":
            return  # stands beside the policyholder
        x = self.left + (STRIP if self.heading(section.key) else 0)
        rows = self.rows(section.entries, x)
        self.room(sum(self.row_height(row, x) for row in rows) + 2)
        top = self.y
        for row in rows:
            self.pair_row(row, x, self.right)
        if self.heading(section.key):
            self.strip(section.key, self.left, top, self.y)

    def rows(self, entries: Sequence[Entry], x: float) -> list[list[Entry]]:
        rows: list[list[Entry]] = []
        for entry in entries:
            tail = entry.name.rsplit(".", 1)[-1]
            wide = tail in WIDE or entry.name in WIDE or len(entry.options) > 2 or len(self.show(entry)) > 20
            if wide or not rows or len(rows[-1]) > 1 or self.is_wide(rows[-1][0]):
                rows.append([entry])
            else:
                rows[-1].append(entry)
        return rows

    def is_wide(self, entry: Entry) -> bool:
        return entry.name.rsplit(".", 1)[-1] in WIDE or len(entry.options) > 2 or len(self.show(entry)) > 20

    def label_width(self, entry: Entry) -> float:
        return max(64.0, fonts.width(self.label(self.paper, entry.name), "serif", 7.4) + 6)

    def row_height(self, row: list[Entry], x: float) -> float:
        width = (self.right - x) / len(row)
        return LINE + 9.5 * max(
            len(self.wrap(self.show(e), width - self.label_width(e) - 6)) - 1 if not self.boxes(e) else 0 for e in row
        )

    def pair_row(self, row: list[Entry], x: float, right: float) -> None:
        width = (right - x) / len(row)
        high = self.row_height(row, self.right - (right - x))
        for n, entry in enumerate(row):
            self.pair(entry, (x + n * width, self.y, x + (n + 1) * width, self.y + high))
        self.y += high

    def pair(self, entry: Entry, area: Area, filled: bool = True) -> None:
        """Label cell and value cell."""
        left, top, right, bottom = area
        edge = left + self.label_width(entry)
        self.surface.rect((left, top, edge, bottom), 0.4, RULE)
        self.surface.rect((edge, top, right, bottom), 0.4, RULE)
        self.surface.text(left + 3, top + 11.5, self.label(self.paper, entry.name), "serif", 7.4)
        if entry.options:
            chosen = entry if filled else replace(entry, name="_", value="")
            self.options(chosen, edge + 4, top + 12)
        elif self.boxes(entry):
            self.digits(entry, edge + 3, top + 12, filled)
        elif filled:
            self.value(entry, edge + 3, top + 11.5, right - edge - 6)
        if filled:
            self.blank(entry, area)

    def boxes(self, entry: Entry) -> bool:
        known = entry.name in DIGITS or entry.name.rsplit(".", 1)[-1] in DIGITS
        return known and self.paper.type in ("F01", "F01-P", "P01", "A05") and entry.value not in ("", "long_term")

    def digits(self, entry: Entry, x: float, base: float, filled: bool = True) -> None:
        """A box for every digit; between those of a date stand its words."""
        text = self.show(entry)
        area: Area | None = None
        for n, character in enumerate(text):
            left = x + n * BOX
            if character not in "年月日":
                self.surface.rect((left, base - 9, left + BOX, base + 3), 0.3, RULE)
            elif not filled:
                self.surface.text(left + BOX / 2, base, character, "serif", 7, align="middle")
            if filled:
                face, size = ("serif", 7.0) if character in "年月日" else ("courier", 9.0)
                run = self.surface.text(left + BOX / 2, base, character, face, size, align="middle")
                area = union(area, run) if area else run
        if area:
            self.surface.note_field(entry.name, entry.value, text, area)

    def side_by_side(self, holder: Fields, insured: Fields) -> None:
        """Policyholder on the left half, insured on the right; free of filling in where they are one."""
        same = {e.name: e.value for e in insured.entries}.get("insured.relation") == "本人"
        middle = (self.left + self.right) / 2
        halves = ((holder, self.left, middle, True), (insured, middle, self.right, not same))
        kept = {"insured.name", "insured.relation"}
        heights = [
            max(self.half_height(one, middle), self.half_height(other, middle))
            for one, other in zip(holder.entries, insured.entries, strict=True)
        ]
        self.room(sum(heights) + LINE + 2)
        top = self.y
        for section, left, right, filled in halves:
            y = top
            if section is insured:
                area = self.box(left + STRIP + 4, y + 12, same, side=8)
                self.surface.text(area[2] + 3, y + 11.5, "同要保人（勾选后本栏免填）", "serif", 7.4)
            else:
                self.surface.text(left + STRIP + 4, y + 11.5, "（请按有效身份证件填写）", "serif", 7.4)
            self.surface.rect((left + STRIP, y, right, y + LINE), 0.4, RULE)
            y += LINE
            for entry, high in zip(section.entries, heights, strict=True):
                self.pair(entry, (left + STRIP, y, right, y + high), filled or entry.name in kept)
                y += high
            self.strip(section.key, left, top, y)
        self.y = y

    def half_height(self, entry: Entry, middle: float) -> float:
        if self.boxes(entry) or entry.options:
            return LINE
        width = middle - self.left - STRIP - self.label_width(entry) - 6
        return LINE + 9.5 * (len(self.wrap(self.show(entry), width)) - 1)

    def grid(self, section: Grid) -> None:
        self.room(40 + 20 * len(section.rows))
        left, top = self.left + STRIP, self.y
        weights = [
            max(
                fonts.width(self.label(self.paper, c), "sans", 7.3),
                *(min(130.0, fonts.width(self.show(r[n]), "sans", 7.3)) for r in section.rows),
            )
            + 9
            for n, c in enumerate(section.columns)
        ]
        edges = [left]
        for weight in weights:
            edges.append(edges[-1] + (self.right - left) * weight / sum(weights))
        self.row(edges, [self.label(self.paper, column) for column in section.columns], None)
        for row in section.rows:
            self.row(edges, [self.show(entry) for entry in row], row)
        self.strip(section.key, self.left, top, self.y)

    def prose(self, section: Prose) -> None:
        """Small print in a frame."""
        lines = [
            line
            for paragraph in section.paragraphs
            for line in self.wrap(paragraph.strip("　"), self.right - self.left - STRIP - 14, 8.4)
        ]
        place = 0
        while place < len(lines):
            self.room(40)
            fits = max(1, int((self.surface.height - 32 - self.y - 8) / 12.5))
            chunk = lines[place : place + fits]
            top = self.y
            for line in chunk:
                self.y += 12.5
                self.surface.text(self.left + STRIP + 6, self.y, line, "serif", 8.4, bold=section.strong)
            self.y += 6
            self.surface.rect((self.left, top, self.right, self.y), 0.6, RULE)
            place += len(chunk)

    # --- questions ---------------------------------------------------------------------------

    def questions(self, section: Questions) -> None:
        self.room(40)
        left, edge = self.left + STRIP, self.right - 78
        top = self.y
        page = self.surface.page
        for n, item in enumerate(section.items, 1):
            self.asked_row(n, item, left, edge)
            if self.surface.page != page:
                top, page = self.continued(), self.surface.page
        self.strip(section.key, self.left, top, self.y)

    def asked_row(self, n: int, item: Question, left: float, edge: float) -> None:
        words_ = f"{n}、{item.text}" + (f"（说明：{item.detail}）" if item.detail else "")
        lines = self.wrap(words_, edge - left - 10, 8.2)
        high = 6 + 12 * len(lines)
        self.room(high)
        self.surface.rect((left, self.y, edge, self.y + high), 0.4, RULE)
        self.surface.rect((edge, self.y, self.right, self.y + high), 0.4, RULE)
        for k, line in enumerate(lines):
            self.surface.text(left + 5, self.y + 12 + 12 * k, line, "serif", 8.2)
        self.answer(item, edge + 8, self.y + high / 2 + 3)
        self.y += high

    def answer(self, item: Question, x: float, y: float) -> None:
        """The box stands behind its word."""
        places: dict[str, Area] = {}
        for word in ("是", "否"):
            said = self.surface.text(x, y, word, "serif", 8.2)
            area = self.box(said[2] + 2, y, item.answer == word)
            places[word] = union(said, area)
            x = area[2] + 12
        self.surface.note_field(
            item.name, item.answer, item.answer, places.get(item.answer) or union(places["是"], places["否"])
        )

    # --- ink ---------------------------------------------------------------------------------

    def copied(self, section: Copied) -> None:
        self.room(112)
        top = self.y
        line = f"请要保人在下方空白处亲笔誊写：{section.asked}。"
        for text in self.wrap(line, self.right - self.left - 12, 8.4):
            self.y += 12.5
            self.surface.text(self.left + 6, self.y, text, "serif", 8.4)
        self.y += 9
        self.hand_lines(section, self.left + 10, self.right - self.left - 24, 16.0)
        self.surface.rect((self.left, top, self.right, self.y), 0.6, RULE)

    def signing(self, section: Signing) -> None:
        """Two ruled cells in a row, each with its line for the date."""
        lines = list(section.lines)
        for first in range(0, len(lines), 2):
            pair = lines[first : first + 2]
            self.room(52)
            width = (self.right - self.left) / len(pair)
            for n, line in enumerate(pair):
                self.sign_box(line, self.left + n * width, width)
            self.y += 50

    def sign_box(self, line: Sign, x: float, width: float) -> None:
        self.surface.rect((x, self.y, x + width, self.y + 50), 0.6, RULE)
        label = self.surface.text(x + 5, self.y + 20, self.label(self.paper, line.label) + "：", "serif", 8.6)
        end = min(x + width - 6, label[2] + 130)
        self.signature(line, label[2] + 2, self.y + 26, end)
        if line.date is not None:
            self.sign_date(line.date, x + 5, self.y + 43, x + width - 6, line)

    def sign_date(self, entry: Entry, x: float, base: float, right: float, line: Sign) -> None:
        """____年__月__日, the numbers by hand."""
        label = self.surface.text(x, base, self.label(self.paper, entry.name) + "：", "serif", 8.6)
        at, area = label[2] + 4, label
        year, month, day = entry.value.split("-") if entry.value else ("", "", "")
        ink: Area | None = None
        for number, word, room in ((year, "年", 40.0), (month, "月", 24.0), (day, "日", 24.0)):
            if number and line.who is not None:
                place = self.write(number, line.who.hand, at + 3, base - 11.5, 13, 0.85)
                ink = union(ink, place) if ink else place
            elif number:
                place = self.surface.text(at + 4, base, number, "sans", 9)
                ink = union(ink, place) if ink else place
            self.surface.line(at, base + 2.5, at + room, base + 2.5, 0.3, RULE)
            said = self.surface.text(at + room + 1, base, word, "serif", 8.6)
            at, area = said[2] + 2, union(area, said)
        if ink:
            self.surface.note_field(entry.name, entry.value, self.show(entry), ink)
        else:
            self.blank(entry, area)


COUNTER = CounterStyle()
