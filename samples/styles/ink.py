"""How do ticks, answers, signatures, copied sentences and seals stand on a form?"""

from __future__ import annotations

from samples import handwriting, seals
from samples.handwriting import Hand
from samples.paper import Copied, Entry, Question, Questions, Seal, Sign, Signing, Tick, Ticks
from samples.styles.flow import Flow
from samples.surface import Area, Colour, union

INKS: tuple[Colour, ...] = ((0.05, 0.05, 0.08), (0.08, 0.12, 0.42), (0.10, 0.10, 0.30))


class Inked(Flow):
    """What is ticked, written and stamped on the printed form."""

    # --- questions and ticks -----------------------------------------------------------------

    def box(self, x: float, y: float, ticked: bool, name: str = "", side: float = 9.0) -> Area:
        """A tick box whose bottom stands on the baseline `y`; ticked by hand or by print."""
        area = (x, y - side + 1, x + side, y + 1)
        self.surface.rect(area, 0.7)
        if ticked:
            jitter = self.rng.uniform(-0.8, 0.8)
            points = [
                (x + 1.5, y - 4 + jitter, 1.1),
                (x + 3.8, y - 0.8, 1.4),
                (x + 5, y - 2.5, 1.2),
                (x + side + 1.5, y - side - 1 + jitter, 0.9),
            ]
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
        self.surface.note_mark(
            "copied_sentence", "handwriting", state, area or (x, top, x + width, bottom), section.written
        )
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
        self.surface.note_mark(line.mark, "signature", "present", area, text, line.occasion)

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

    def by_pen(self) -> bool:
        """Whether the form was printed and filled with a pen; else its dates are typed like the rest."""
        return "pen" in self.paper.notes

    def handwritten_dates(self) -> bool:
        return False

    def seal(self, section: Seal) -> None:
        self.room(60)
        seals.stamp(
            self.surface,
            self.right - self.rng.uniform(70, 110),
            min(self.y + self.rng.uniform(5, 40), self.surface.height - 90),
            section.text,
            section.inner,
            section.shape,
            self.rng,
            section.mark,
        )
        self.y += 60
