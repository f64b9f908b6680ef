"""Sheets full of marks for the bench: pens, sizes, seals, ticks and strikes in many ways, each with its truth.

Drawn otherwise than the generator's forms, so that the reading of marks is not fitted to those.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from samples import looks
from samples.handwriting import Hand, width
from samples.surface import Area, Colour, Surface, union

BLACK_PEN: Colour = (0.06, 0.06, 0.08)
PENS: tuple[Colour, ...] = (
    BLACK_PEN,
    BLACK_PEN,
    (0.08, 0.13, 0.5),
    (0.15, 0.2, 0.62),
    (0.28, 0.28, 0.3),
    (0.5, 0.5, 0.55),
    (0.45, 0.5, 0.8),
)
SEAL_INKS: dict[str, Colour] = {
    "red": (0.85, 0.12, 0.14),
    "blue": (0.15, 0.2, 0.7),
    "grey": (0.42, 0.42, 0.42),
    "violet": (0.45, 0.15, 0.5),
}
NAMES = ("张伟", "李娜", "王小明", "欧阳志远", "陈丽", "刘建国", "赵一", "孙大圣", "周芷若", "Anna Weber", "丁一凡")
LABELS = (
    "投保人签名",
    "投保人（签字）",
    "被保险人或其监护人签名",
    "业务员签名",
    "客户签名处",
    "授权人签章",
    "申请人签字",
    "经办人（签名）",
    "声明人",
    "Signature of applicant",
    "法定监护人",
    "持卡人签名",
)
PROSE = (
    "本人已阅读保险条款、产品说明书和投保提示书，了解本产品的特点。",
    "请您在签署前仔细核对以上内容，如有疑问请拨打客服电话。",
    "国内回执日期由公司填写，一式两份，口头承诺无效。",
    "自签收保单之日起十五日内为犹豫期，可全额退还已交保险费。",
)
QUESTIONS = ("是否吸烟", "有无既往病史", "缴费方式", "职业类别", "是否同意授权", "本人确认已知悉", "性别", "告知事项")
OPTIONS = (("是", "否"), ("有", "无"), ("年交", "月交", "趸交"), ("男", "女"), ("同意", "不同意"), ("已阅读", "未阅读"))
COMPANY = "星河人寿保险股份有限公司"


@dataclass(frozen=True, slots=True)
class Truth:
    """A mark as it was drawn: box in fractions of the page; `how` tells the ways apart in the bench."""

    kind: str
    state: str
    box: Area
    how: str


class MarkSheet:
    """One page of marks drawn at random."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.page, self.y = rng, Surface(), 50.0
        self.truths: list[Truth] = []
        self.font = rng.choice(("sans", "serif"))
        self.size = rng.choice((9.0, 10.5, 10.5, 12.0))

    def note(self, kind: str, state: str, area: Area, how: str) -> None:
        self.truths.append(Truth(kind, state, self.page.fraction(area), how))

    def text(self, x: float, y: float, words: str, size: float = 0.0) -> Area:
        return self.page.text(x, y, words, self.font, size or self.size)

    def draw(self) -> tuple[bytes, list[Truth]]:
        self.page.text(
            297, self.y, self.rng.choice(("客户确认书", "投保单", "授权声明")), self.font, 17, bold=True, align="middle"
        )
        self.y += 20
        ways = [
            self.signatures,
            self.signatures,
            self.table,
            self.boxes,
            self.boxes,
            self.circles,
            self.strike,
            self.prose,
            self.glyphs,
        ]
        order = [*ways, *self.rng.choices(ways, k=3)]
        self.rng.shuffle(order)
        for way in order:
            if self.y < 690:
                way()
        self.seals()
        if self.rng.random() < 0.25:
            self.smudge()
        if self.rng.random() < 0.3:
            self.page.turned_text(300, 420, "仅供投保使用", 35, "sans", 54, (0.86, 0.86, 0.86))
        return self.page.finish().pdf, self.truths

    # --- writing ------------------------------------------------------------------------------

    def prose(self) -> None:
        for line in self.rng.sample(PROSE, 2):
            self.y += 17
            self.text(50, self.y, line)
        self.y += 12

    def hand(self, x: float, base: float, reach: float) -> tuple[Area, str]:
        """Somebody's ink from x, on the base line, at most `reach` wide."""
        rng = self.rng
        colour = rng.choice(PENS)
        faint = "faint" if min(colour) > 0.42 else "blue" if colour[2] > 0.4 else "black"
        if rng.random() < 0.3:
            return self.page.strokes(
                self.scribble(x, base, min(reach, rng.uniform(30, 90))), colour
            ), f"scribble {faint}"
        name = rng.choice(NAMES)
        size = min(rng.choice((11.0, 14.0, 18.0, 22.0, 27.0)), reach / width(name, 1.0))
        strokes = Hand(rng.randrange(1 << 20)).strokes(
            name, x, base - size * rng.uniform(0.75, 1.05), size, rng.randrange(1, 1 << 20), rng.choice((0.1, 0.4, 0.8))
        )
        thick = rng.choice((0.6, 1.0, 1.0, 1.6))
        strokes = [[(a, b, max(pen * thick, 0.35)) for a, b, pen in stroke] for stroke in strokes]
        return self.page.strokes(strokes, colour), f"{'small' if size < 15 else 'name'} {faint}"

    def scribble(self, x: float, base: float, reach: float) -> list[list[tuple[float, float, float]]]:
        """Loops that nobody can read, as many people sign."""
        rng = self.rng
        high, pen, turns = rng.uniform(9, 24), rng.uniform(0.5, 1.8), rng.uniform(2.5, 6)
        lean, count = rng.uniform(0.0, 0.6), 90
        stroke = []
        for n in range(count):
            t = n / count
            angle = 2 * math.pi * turns * t
            tall = high * (0.5 + 0.5 * math.sin(2.3 * math.pi * t + rng.uniform(0, 0.2)))
            stroke.append((
                x + reach * t + 5 * math.cos(angle) + lean * tall * math.sin(angle) * 0.5,
                base - high * 0.4 + 0.5 * tall * math.sin(angle), pen * rng.uniform(0.85, 1.15),
            ))  # fmt: skip
        return [stroke]

    def signatures(self) -> None:
        """Two labels on a row with or without lines; signed, typed, empty."""
        self.y += self.rng.uniform(34, 46)
        for x in (50.0, 320.0):
            label = self.text(x, self.y, self.rng.choice(LABELS) + self.rng.choice(("：", ":", "", "_________")))
            start, end = label[2] + 3, min(label[2] + 130, x + 240)
            line = self.rng.choice(("line", "line", "dots", "none"))
            if line != "none":
                self.page.line(
                    start,
                    self.y + 3,
                    end,
                    self.y + 3,
                    self.rng.choice((0.4, 0.8)),
                    dash=(1.2, 1.6) if line == "dots" else (),
                )
            self.place(start, end, self.y, label)
        self.y += 10

    def place(self, start: float, end: float, base: float, label: Area) -> None:
        chance = self.rng.random()
        if chance < 0.22:
            self.note("signature", "absent", (start, base - 14, end, base + 1), "empty")
        elif chance < 0.34:
            typed = self.text(start + 6, base, self.rng.choice(NAMES))
            self.note("signature", "absent", typed, "typed")
        else:
            over = self.rng.choice(("beside", "beside", "beside", "on label", "below line"))
            x = start + self.rng.uniform(2, 14) if over != "on label" else start - self.rng.uniform(12, 26)
            low = base + (self.rng.uniform(4, 9) if over == "below line" else self.rng.uniform(-2, 2))
            area, how = self.hand(x, low, end - x)
            self.note("signature", "present", area, how if over == "beside" else f"{over}")

    def table(self) -> None:
        """Cells with a label and a name to be signed."""
        self.y += 12
        x, high = 50.0, self.rng.uniform(24, 40)
        for _ in range(2):
            reach = self.rng.uniform(90, 120)
            self.page.rect((x, self.y, x + reach, self.y + high), 0.6)
            self.page.rect((x + reach, self.y, x + 240, self.y + high), 0.6)
            label = self.text(x + 4, self.y + high / 2 + 4, self.rng.choice(LABELS)[:8])
            self.place(x + reach + 3, x + 236, self.y + high / 2 + 6, label)
            x += 240
        self.y += high + 10

    # --- ticks --------------------------------------------------------------------------------

    def tick(self, x: float, top: float, side: float) -> str:
        rng, pen = self.rng, self.rng.uniform(0.6, 1.9)
        colour = rng.choice(PENS[:5])
        way = rng.choice(("check", "check", "wide check", "cross", "filled", "dash", "scrawl"))
        bottom = top + side
        if way in ("check", "wide check"):
            out = rng.uniform(0.8, 1.9) * side if way == "wide check" else rng.uniform(-0.1, 0.3) * side
            strokes = [
                [
                    (x + 0.15 * side - out * 0.2, top + 0.5 * side, pen),
                    (x + 0.42 * side, bottom - 0.1 * side + out * 0.1, pen * 1.2),
                    (x + side + out, top - out * 0.7, pen * 0.8),
                ]
            ]
        elif way == "cross":
            o = rng.uniform(-0.15, 0.4) * side
            strokes = [
                [(x - o, top - o, pen), (x + side + o, bottom + o, pen)],
                [(x + side + o, top - o, pen), (x - o, bottom + o, pen)],
            ]
        elif way == "filled":
            strokes = [
                [(x + side * 0.1, top + side * k / 5, side / 4), (x + side * 0.9, top + side * k / 5, side / 4)]
                for k in range(1, 5)
            ]
        elif way == "dash":
            strokes = [
                [
                    (x - 0.1 * side, top + rng.uniform(0.4, 0.6) * side, pen),
                    (x + 1.1 * side, top + rng.uniform(0.4, 0.6) * side, pen),
                ]
            ]
        else:
            strokes = [[(x + side * rng.uniform(0.1, 0.9), top + side * rng.uniform(0.1, 0.9), pen) for _ in range(9)]]
        self.page.strokes(strokes, colour)
        return way

    def boxes(self) -> None:
        """A question and its boxes."""
        self.y += self.rng.uniform(18, 28)
        area = self.text(50, self.y, self.rng.choice(QUESTIONS) + "：")
        x, side, line = (
            area[2] + self.rng.uniform(4, 120),
            self.rng.uniform(6.5, 12.5),
            self.rng.choice((0.4, 0.7, 1.1)),
        )
        answers = self.rng.choice(OPTIONS)
        chosen = self.rng.randrange(-1, len(answers))
        for n, answer in enumerate(answers):
            top = self.y - side + self.rng.uniform(0.3, 1.5)
            box = (x, top, x + side, top + side)
            self.page.rect(box, line)
            how = self.tick(x, top, side) if n == chosen else "empty"
            self.note("tick", "present" if n == chosen else "absent", box, f"box {how}")
            x = self.text(x + side + 2.5, self.y, answer)[2] + self.rng.uniform(8, 26)

    def circles(self) -> None:
        """Round buttons: drawn rings, dotted or ticked."""
        self.y += self.rng.uniform(18, 28)
        x = self.text(50, self.y, self.rng.choice(QUESTIONS) + "：")[2] + self.rng.uniform(4, 60)
        radius, line = self.rng.uniform(3.6, 6), self.rng.choice((0.5, 0.8))
        answers = self.rng.choice(OPTIONS)
        chosen = self.rng.randrange(-1, len(answers))
        for n, answer in enumerate(answers):
            cy = self.y - radius + 0.8
            box = (x, cy - radius, x + 2 * radius, cy + radius)
            self.page.circle(x + radius, cy, radius, line, (0, 0, 0))
            how = "empty"
            if n == chosen and self.rng.random() < 0.6:
                how = "dot"
                self.page.circle(x + radius, cy, radius * self.rng.uniform(0.45, 0.62), 0.1, (0, 0, 0), fill=True)
            elif n == chosen:
                how = self.tick(x, cy - radius, 2 * radius)
            self.note("tick", "present" if n == chosen else "absent", box, f"circle {how}")
            x = self.text(x + 2 * radius + 2.5, self.y, answer)[2] + self.rng.uniform(8, 26)

    def glyphs(self) -> None:
        """Boxes and buttons that are characters of the line."""
        self.y += self.rng.uniform(18, 26)
        x = self.text(50, self.y, self.rng.choice(QUESTIONS) + "：")[2] + 4
        empty, ticked = self.rng.choice((("□", "■"), ("○", "●"), ("○", "◎"), ("□", "√")))
        answers = self.rng.choice(OPTIONS)
        chosen = self.rng.randrange(-1, len(answers))
        for n, answer in enumerate(answers):
            glyph = self.text(x, self.y, ticked if n == chosen else empty)
            if n == chosen or empty != "√":
                self.note(
                    "tick", "present" if n == chosen else "absent", glyph, f"glyph {ticked if n == chosen else empty}"
                )
            x = self.text(glyph[2] + 1, self.y, answer)[2] + self.rng.uniform(8, 20)

    # --- strikes ------------------------------------------------------------------------------

    def strike(self) -> None:
        """A printed word struck out by pen, with initials or a new word near it; and one underlined."""
        self.y += 30
        x = self.text(50, self.y, "年交保险费：")[2]
        word = self.text(x, self.y, self.rng.choice(("24,000.00元", "二十年", "趸交", "李建国", "2026年03月02日")))
        middle, pen = (word[1] + word[3]) / 2 + 0.3, self.rng.uniform(0.7, 1.6)
        lines = [middle] if self.rng.random() < 0.6 else [middle - 1.6, middle + 1.8]
        colour = self.rng.choice(PENS[:4])
        area = word
        for y in lines:
            tilt = self.rng.uniform(-1.2, 1.2)
            ink = self.page.strokes(
                [
                    [
                        (word[0] - 3, y - tilt, pen),
                        ((word[0] + word[2]) / 2, y + self.rng.uniform(-0.6, 0.6), pen),
                        (word[2] + 4, y + tilt, pen),
                    ]
                ],
                colour,
            )
            area = ink if area is word else union(area, ink)
        self.note("strike", "present", area, "one line" if len(lines) == 1 else "two lines")
        if self.rng.random() < 0.6:
            above, _ = self.hand(word[2] + 14, self.y, 60)
            self.note("signature", "present", above, "beside strike")
        under = self.text(380, self.y, "合计金额人民币")
        self.page.line(under[0], under[3] + 1, under[2], under[3] + 1, 0.6)
        self.note("strike", "absent", under, "underlined")

    # --- stamps -------------------------------------------------------------------------------

    def seals(self) -> None:
        spots = [t for t in self.truths if t.kind == "signature" and t.state == "present"]
        for n in range(self.rng.choice((1, 2))):
            colour = self.rng.choice(("red", "red", "red", "blue", "grey", "violet"))
            shape = self.rng.choice(("round", "round", "oval", "square", "oblong"))
            x, y = self.rng.uniform(120, 240) + 240 * n, self.rng.uniform(735, 775)
            if spots and self.rng.random() < 0.3:
                spot = self.rng.choice(spots).box
                x, y = spot[2] * self.page.width + 8, (spot[1] + spot[3]) / 2 * self.page.height
            self.page.transparent(self.rng.uniform(0.55, 0.9))
            area = self.stamp(x, y, shape, SEAL_INKS[colour])
            self.page.transparent(1.0)
            self.note("seal", "present", area, f"{colour} {shape}")

    def stamp(self, x: float, y: float, shape: str, colour: Colour) -> Area:
        rng, page = self.rng, self.page
        if shape in ("round", "oval"):
            across = rng.uniform(40, 58)
            down = across if shape == "round" else across * rng.uniform(0.6, 0.75)
            points = [(x + across * math.cos(a), y + down * math.sin(a), 2.0) for a in np.linspace(0, 2 * math.pi, 80)]
            page.strokes([points], colour)
            for n, character in enumerate(COMPANY):
                a = math.radians(150 + 240 * (n + 0.5) / len(COMPANY))
                page.turned_text(
                    x + (across - 9) * math.cos(a),
                    y + (down - 9) * math.sin(a),
                    character,
                    -math.degrees(a) - 90,
                    "serif",
                    8.5,
                    colour,
                    bold=True,
                )
            if shape == "round":
                page.turned_text(x, y, "★", 0, "sans", 24, colour)
            page.turned_text(
                x, y + down * 0.5, rng.choice(("合同专用章", "业务专用章", "受理章")), 0, "serif", 8, colour, bold=True
            )
            return x - across - 1, y - down - 1, x + across + 1, y + down + 1
        rows = (
            (rng.choice(("张伟印", "李娜印")),)
            if shape == "square"
            else rng.choice((("业务受理章", "2026.03.02"), ("核保专用",), (COMPANY, "转讫")))
        )
        if shape == "square":
            half = rng.uniform(14, 20)
            area = (x - half, y - half, x + half, y + half)
            page.rect(area, 1.6, colour)
            page.text(x, y - 2, rows[0][:2], "serif", half * 0.85, colour, bold=True, align="middle")
            page.text(x, y + half * 0.8, rows[0][2], "serif", half * 0.85, colour, bold=True, align="middle")
            return area
        half = max(len(row) for row in rows) * 5.2 + 8
        area = (x - half, y - 8.0 * len(rows) - 4, x + half, y + 8.0 * len(rows) + 4)
        page.rect(area, rng.choice((1.2, 2.0)), colour)
        for n, row in enumerate(rows):
            page.text(x, area[1] + 14 + 15 * n, row, "serif", 10, colour, bold=True, align="middle")
        return area

    def smudge(self) -> None:
        """Dirt: a thumb's print or a dark rub, no mark of anybody's."""
        x, y = self.rng.uniform(300, 520), self.rng.uniform(80, 700)
        self.page.transparent(0.25)
        for n in range(7):
            points = [
                (x + (3 + 2.4 * n) * math.cos(a), y + (4 + 3 * n) * math.sin(a), 1.3)
                for a in np.linspace(0.2 * n, 5 + 0.15 * n, 30)
            ]
            self.page.strokes([points], (0.3, 0.3, 0.3))
        self.page.transparent(1.0)
        self.note("smudge", "absent", (x - 20, y - 25, x + 20, y + 25), "thumb")


def mark_sheet(seed: int) -> tuple[bytes, list[Truth]]:
    """A one-page PDF and what is drawn on it."""
    return MarkSheet(Random(seed)).draw()


def through(pdf: bytes, truths: list[Truth], look: str, seed: int) -> tuple[bytes, list[Truth]]:
    """The sheet as a scanner, a fax or a telephone gives it, with the truth moved along."""
    rng = Random(seed)
    pixels = looks.render(pdf, rng.choice((150, 200, 200, 250)))[0]
    picture = looks.look_at(pixels, look, rng, 200)
    moved = [Truth(t.kind, t.state, looks.moved(t.box, picture.matrix), t.how) for t in truths]
    return looks.encoded(picture), moved
