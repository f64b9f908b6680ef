"""Sheets drawn in pixels for the bench of marks: a second hand beside marksheets.py, unlike it in all things.

Signatures of random strokes cross lines, labels and seals; stamps are patchy and turned; boxes are joined
in columns; print leans; paper is dusty, folded and copied. The truth is the box of each mark's ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.reading.marksheets import Truth
from tests.reading.penwork import (
    MM,
    PENS,
    Area,
    Pen,
    Pixels,
    Points,
    carved,
    curve,
    fonted,
    initials,
    latin,
    press,
    print_,
    running_han,
    stamp,
    stroke,
)

SIZE = (2480, 3508)
LOOKS = ("colour", "copy", "fax", "phone")
LABELS = (
    "投保人签名：", "投保人（签字）：", "被保险人签名", "法定监护人签名：", "业务员签名：", "客户签名：", "申请人签字",
    "授权人签章：", "代理人签名", "持卡人签名：", "投保人/被保险人签名：", "本人签名：", "Signature of applicant:",
    "Signed by", "监护人（签字）",
)  # fmt: skip
HAN_NAMES = ("何文涛", "唐雨欣", "马超", "沈佳怡", "罗建平", "郑爽", "夏侯明", "许志强", "蒋婷", "彭小刚")
LATIN_NAMES = ("Maria Gomez", "J. Peterson", "Li Wen", "K. Okafor", "R. Tanaka")
PROSE = (
    "本人确认所填各项内容属实，如有隐瞒或不实告知，保险人有权依法解除合同。",
    "保险责任自本公司同意承保、收取首期保险费并签发保险单的次日零时起开始。",
    "请勿在空白文件上签字。销售人员不得代替客户签名或抄录风险提示语句。",
    "本产品为分红保险，其红利分配是不确定的，过往业绩不代表未来表现。",
    "I declare that the answers given above are true and complete.",
)
COMPANIES = ("远山人寿保险有限公司", "东海财产保险股份有限公司宁波分公司", "华诚贸易有限公司", "北辰健康保险公司")
PURPOSES = ("合同专用章", "业务专用章", "保单专用章", "财务专用章", "现金收讫", "转讫", "业务受理章")
SEAL_INKS = {
    "red": (200, 30, 45), "pale red": (225, 95, 105), "blue": (45, 60, 165), "violet": (110, 50, 140),
    "grey": (105, 105, 105),
}  # fmt: skip
QUESTIONS = ("过去两年是否住院", "是否持有有效驾照", "有无吸烟习惯", "是否购买过同类产品", "父母是否健在")


class PenSheet:
    """One page of marks in another style."""

    def __init__(self, seed: int, hands: Path | None = None) -> None:
        self.rng = Random(seed)
        self.sheet: Pixels = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)
        self.truths: list[Truth] = []
        self.font = self.rng.choice(("sans", "serif"))
        self.size = self.rng.choice((3.2, 3.7, 3.7, 4.2))
        self.lean = self.rng.choice((0.0, 0.0, 0.0, 0.2))
        self.y = 16 * MM
        self.hands = sorted(hands.glob("*.woff")) if hands else []

    def note(self, kind: str, state: str, area: Area, how: str) -> None:
        left, top, right, bottom = area
        self.truths.append(Truth(kind, state, (left / SIZE[0], top / SIZE[1], right / SIZE[0], bottom / SIZE[1]), how))

    def text(self, x: float, base: float, words: str, size: float = 0.0, lean: float | None = None) -> Area:
        slant = self.lean if lean is None else lean
        return print_(self.sheet, x, base, words, self.font, size or self.size, lean=slant)

    def line(self, x0: float, y0: float, x1: float, y1: float, thick: int = 3, dots: bool = False) -> None:
        if dots:
            for x in range(int(x0), int(x1), 14):
                cv2.line(self.sheet, (x, int(y0)), (x + 6, int(y1)), (40, 40, 40), thick)
        else:
            cv2.line(self.sheet, (int(x0), int(y0)), (int(x1), int(y1)), (30, 30, 30), thick)

    def draw(self) -> tuple[Pixels, list[Truth]]:
        print_(
            self.sheet, 900, self.y, self.rng.choice(("个人投保书", "客户声明", "回访问卷")), self.font, 6.5, bold=True
        )
        self.y += 8 * MM
        ways = [self.lines, self.lines, self.boxed, self.captions, self.tick_row, self.tick_column, self.tick_row,
                self.struck, self.prose, self.table, self.sideline]  # fmt: skip
        self.rng.shuffle(ways)
        for way in ways:
            if self.y < 255 * MM:
                way()
        self.stamps()
        self.dirt()
        return self.sheet, self.truths

    # --- ink ------------------------------------------------------------------------------------

    def sign(self, x: float, base: float, room: float, pen: Pen | None = None) -> tuple[Area, str]:
        """Somebody's name from x on the base line, at most `room` wide."""
        rng = self.rng
        pen = pen or rng.choice((*PENS[:9], *PENS[:9], PENS[9]))
        high = rng.choice((4.5, 6, 8, 10, 13)) * MM
        way = rng.choice(("latin", "han", "han", "carved", "initials", "font", "font"))
        if way == "font" and self.hands:
            font = rng.choice(self.hands)
            name = rng.choice(HAN_NAMES if "chinese" in font.name else LATIN_NAMES)
            return fonted(self.sheet, x, base, name, str(font), high, pen, rng), f"font, {pen.name}"
        shape = {
            "latin": latin, "han": running_han, "initials": initials,
            "carved": lambda r: carved(r, r.choice(HAN_NAMES)), "font": latin,
        }[way](rng)  # fmt: skip
        both = np.concatenate(shape)
        scale = min(high, room / max(float(np.ptp(both[:, 0])), 0.1))
        climb = rng.uniform(-0.02, 0.09)
        start = float(both[:, 0].min())
        placed = [_placed(one, x, base, scale, start, climb) for one in shape]
        small = " small" if scale < 4.0 * MM else ""
        return stroke(self.sheet, placed, pen, rng), f"{way}, {pen.name}{small}"

    def slot(self, x: float, base: float, room: float, label: Area, low: float) -> None:
        """What stands in the place of a signature: ink, type, nothing. `low`: how far down it is free."""
        rng, chance = self.rng, self.rng.random()
        empty = (x, base - 6 * MM, x + room, base + 1 * MM)
        if chance < 0.26:
            self.note("signature", "absent", empty, "empty")
        elif chance < 0.38:
            lean = rng.choice((0.0, 0.25))
            area = self.text(x + 20, base, rng.choice((*HAN_NAMES, *LATIN_NAMES)), lean=lean)
            self.note("signature", "absent", area, "typed" + (" italic" if lean else ""))
        elif chance < 0.42:
            area = self.text(x + 20, base, rng.choice(("（请亲笔签名）", "(签章处)", "×")), 2.8)
            self.note("signature", "absent", empty, "hint")
        else:
            over = rng.choice(("in place", "in place", "in place", "over label", "low", "high"))
            start = x + rng.uniform(0.5, 6) * MM
            if over == "over label":
                start = max(label[0], x - rng.uniform(6, 14) * MM)
            down = {"low": rng.uniform(1, 3), "high": -rng.uniform(1.5, 3)}.get(over, rng.uniform(-0.5, 0.8)) * MM
            area, how = self.sign(start, base + min(down, low), x + room - start)
            self.note("signature", "present", area, how if over == "in place" else f"{over}, {how}")

    def lines(self) -> None:
        """Labels with a line to sign on, two in a row or one with a date."""
        self.y += self.rng.uniform(11, 16) * MM
        dated = self.rng.random() < 0.4
        for x in (22 * MM,) if dated else (22 * MM, 110 * MM):
            label = self.text(x, self.y, self.rng.choice(LABELS))
            start, end = label[2] + 1 * MM, x + 78 * MM
            kind = self.rng.choice(("line", "dots", "thick", "none", "under"))
            if kind == "under":
                self.text(start, self.y, "＿" * int((end - start) / (self.size * MM)))
            elif kind != "none":
                self.line(start, self.y + 10, end, self.y + 10, 6 if kind == "thick" else 2, kind == "dots")
            self.slot(start, self.y, end - start, label, 3 * MM)
        if dated:
            self.text(120 * MM, self.y, "日期：    年    月    日")
        self.y += 3 * MM

    def boxed(self) -> None:
        """Ruled boxes with the label in their upper corner."""
        self.y += 5 * MM
        high, wide = self.rng.uniform(14, 24) * MM, self.rng.uniform(55, 82) * MM
        for x in (20 * MM, 20 * MM + wide):
            cv2.rectangle(self.sheet, (int(x), int(self.y)), (int(x + wide), int(self.y + high)), (40, 40, 40), 3)
            label = self.text(x + 15, self.y + 4.6 * MM, self.rng.choice(LABELS))
            self.slot(x + 4 * MM, self.y + high - 3 * MM, wide - 8 * MM, label, 0.5 * MM)
        self.y += high + 3 * MM

    def table(self) -> None:
        """Narrow cells beside label cells."""
        self.y += 5 * MM
        high, wide = self.rng.uniform(8.5, 13) * MM, self.rng.uniform(32, 40) * MM
        for _ in range(2):
            for column in range(2):
                x = 20 * MM + column * 2.2 * wide
                for a, b in ((x, x + wide), (x + wide, x + 2.2 * wide)):
                    cv2.rectangle(self.sheet, (int(a), int(self.y)), (int(b), int(self.y + high)), (50, 50, 50), 2)
                label = self.text(x + 12, self.y + high / 2 + 15, self.rng.choice(LABELS)[:7])
                self.slot(x + wide + 10, self.y + high - 2 * MM, 1.2 * wide - 20, label, 0.5 * MM)
            self.y += high
        self.y += 3 * MM

    def captions(self) -> None:
        """Lines with their label underneath."""
        self.y += self.rng.uniform(13, 17) * MM
        for x in (25 * MM, 85 * MM, 145 * MM):
            self.line(x, self.y, x + 45 * MM, self.y)
            label = self.text(x + 5 * MM, self.y + 5 * MM, self.rng.choice(LABELS).rstrip("："), 3.0)
            self.slot(x + 2 * MM, self.y - 10, 41 * MM, label, 1.5 * MM)
        self.y += 7 * MM

    def prose(self) -> None:
        for words in self.rng.sample(PROSE, 3):
            self.y += 1.7 * self.size * MM
            self.text(20 * MM, self.y, words)
        self.y += 3 * MM

    def sideline(self) -> None:
        """A paragraph that a signature or a tail of one runs into."""
        top = self.y
        self.prose()
        if self.rng.random() < 0.5:
            area, how = self.sign(self.rng.uniform(90, 150) * MM, top + 9 * MM, 45 * MM)
            self.note("signature", "present", area, f"over print, {how}")

    # --- ticks ----------------------------------------------------------------------------------

    def tick(self, x: float, y: float, side: float) -> str:
        rng, pen = self.rng, self.rng.choice(PENS[:9])
        way = rng.choice(("check", "check", "long check", "cross", "scrawl", "dot", "slash", "filled"))
        u = rng.uniform

        def to(points: Sequence[tuple[float, float]]) -> Points:
            return curve([(x + a * side, y + b * side) for a, b in points])

        shapes = {
            "check": [to([(u(-0.1, 0.2), u(0.4, 0.6)), (u(0.35, 0.5), u(0.8, 1.0)), (u(0.9, 1.2), u(-0.2, 0.2))])],
            "long check": [to([(u(-0.3, 0.1), u(0.3, 0.5)), (u(0.3, 0.5), u(0.9, 1.2)), (u(1.5, 2.4), u(-0.9, -0.2))])],
            "cross": [to([(u(-0.2, 0.1), u(-0.2, 0.1)), (u(0.9, 1.2), u(0.9, 1.2))]),
                      to([(u(0.9, 1.2), u(-0.2, 0.1)), (u(-0.2, 0.1), u(0.9, 1.2))])],
            "scrawl": [to([(u(0, 1), u(0, 1)) for _ in range(8)])],
            "dot": [to([(0.4 + 0.15 * np.cos(a), 0.5 + 0.15 * np.sin(a)) for a in np.linspace(0, 9, 16)])],
            "slash": [to([(u(0.7, 1.1), u(-0.2, 0.1)), (u(-0.1, 0.3), u(0.9, 1.2))])],
            "filled": [to([(0.1 + 0.8 * (n % 2), 0.08 + 0.84 * n / 9) for n in range(10)])],
        }[way]  # fmt: skip
        stroke(self.sheet, shapes, pen if way != "filled" else PENS[5], rng)
        return f"{way}, {pen.name}"

    def box(self, x: float, top: float, side: float, ticked: bool, thick: int) -> None:
        cv2.rectangle(self.sheet, (int(x), int(top)), (int(x + side), int(top + side)), (35, 35, 35), thick)
        how = self.tick(x, top, side) if ticked else "empty"
        self.note("tick", "present" if ticked else "absent", (x, top, x + side, top + side), how)

    def tick_row(self) -> None:
        """A question with two or three boxes before or behind their words."""
        self.y += self.rng.uniform(6, 10) * MM
        x = self.text(20 * MM, self.y, self.rng.choice(QUESTIONS) + "？")[2] + self.rng.uniform(3, 40) * MM
        side, thick = self.rng.uniform(2.4, 4.4) * MM, self.rng.choice((2, 3, 5))
        words = self.rng.choice((("是", "否"), ("有", "无"), ("年交", "半年交", "趸交"), ("Yes", "No")))
        chosen = self.rng.randrange(-1, len(words))
        for n, word in enumerate(words):
            self.box(x, self.y - side + 4, side, n == chosen, thick)
            x = self.text(x + side + 0.8 * MM, self.y, word)[2] + self.rng.uniform(3, 12) * MM

    def tick_column(self) -> None:
        """Numbered questions with their boxes under each other, apart or joined to a ladder."""
        side, thick = self.rng.uniform(3.0, 4.6) * MM, self.rng.choice((2, 3))
        joined = self.rng.random() < 0.5
        pitch = side if joined else side + self.rng.uniform(1.5, 3) * MM
        self.y += 5 * MM
        self.text(140 * MM, self.y, "是", 3.2)
        self.text(160 * MM, self.y, "否", 3.2)
        self.y += 2 * MM
        for n in range(self.rng.randint(3, 5)):
            self.text(
                20 * MM, self.y + 0.8 * side, f"{n + 1}. {self.rng.choice(QUESTIONS)}", min(3.4, 0.8 * pitch / MM)
            )
            chosen = self.rng.randrange(-1, 2)
            for column in range(2):
                self.box((139.5 + 20 * column) * MM, self.y, side, column == chosen, thick)
            self.y += pitch
        self.y += 3 * MM

    # --- strikes, stamps, dirt -------------------------------------------------------------------

    def struck(self) -> None:
        """A value struck out by pen; another underlined; one with a ruling close to it."""
        self.y += 9 * MM
        x = self.text(20 * MM, self.y, "缴费期间：", lean=0)[2]
        word = self.text(x, self.y, self.rng.choice(("12,500.00元", "三十年", "每年一次", "2026年04月18日")), lean=0)
        middle, pen = (word[1] + word[3]) / 2 + 4, self.rng.choice(PENS[:7])
        u = self.rng.uniform
        way = self.rng.choice(("one", "two", "wave"))
        rows = (middle,) if way != "two" else (middle - 9, middle + 9)
        ends = (word[0] - u(0, 12), word[2] + u(0, 25))
        strokes = []
        for y in rows:
            count = 7 if way == "wave" else 4
            bend = 6 if way == "wave" else 2
            strokes.append(
                curve([(ends[0] + (ends[1] - ends[0]) * n / (count - 1), y + u(-bend, bend)) for n in range(count)])
            )
        area = stroke(self.sheet, strokes, pen, self.rng)
        self.note("strike", "present", (word[0], area[1] - 6, word[2], area[3] + 6), f"{way}, {pen.name}")
        under = self.text(110 * MM, self.y, "应交保险费合计")
        stroke(self.sheet, [curve([(under[0], under[3] + 6), (under[2], under[3] + u(2, 9))])], pen, self.rng)
        self.note("strike", "absent", under, "underlined")

    def stamps(self) -> None:
        signed = [t for t in self.truths if t.kind == "signature" and t.state == "present"]
        for n in range(self.rng.choice((1, 2, 2))):
            ink = self.rng.choice(("red", "red", "pale red", "blue", "violet", "grey"))
            shape = self.rng.choice(("round", "round", "oval", "chop", "oblong"))
            x, y = self.rng.uniform(30, 80) * MM + 90 * MM * n, self.rng.uniform(272, 276) * MM
            if signed and self.rng.random() < 0.35:
                box = self.rng.choice(signed).box
                x, y = box[2] * SIZE[0] + self.rng.uniform(-8, 6) * MM, (box[1] + box[3]) / 2 * SIZE[1]
            elif self.rng.random() < 0.25:
                x, y = self.rng.uniform(50, 160) * MM, self.rng.uniform(60, 240) * MM
            mask = stamp(self.rng, shape, self.rng.choice(COMPANIES), self.rng.choice(PURPOSES))
            x = min(max(x, mask.shape[1] / 2), SIZE[0] - mask.shape[1] / 2)
            area = press(self.sheet, mask, x, y, SEAL_INKS[ink], self.rng.uniform(0.6, 0.95))
            self.note("seal", "present", area, f"{ink} {shape}")

    def dirt(self) -> None:
        """Dust, a rub of the thumb, a fold's shadow, the back of the sheet showing through."""
        rng = self.rng
        for _ in range(rng.choice((0, 20, 80))):
            at = (rng.randrange(SIZE[0]), rng.randrange(SIZE[1]))
            cv2.circle(self.sheet, at, rng.choice((1, 2, 2, 4)), (rng.randrange(30, 160),) * 3, -1)
        if rng.random() < 0.35:
            x, y, r = rng.uniform(30, 180) * MM, rng.uniform(40, 250) * MM, rng.uniform(5, 10) * MM
            noise = np.random.default_rng(rng.randrange(1 << 30)).random((int(2 * r), int(3 * r))).astype(np.float32)
            cloud = np.clip(cv2.GaussianBlur(noise, (0, 0), 9) * 6 - 2.6, 0, 1)
            cloud *= np.hanning(cloud.shape[0])[:, None] * np.hanning(cloud.shape[1])[None]
            press(self.sheet, (255 * cloud).astype(np.uint8), x, y, (90, 85, 80), 0.7)
            self.note("smudge", "absent", (x - 1.5 * r, y - r, x + 1.5 * r, y + r), "rub")
        if rng.random() < 0.3:
            y = rng.randrange(900, 2600)
            shade = 1 - 0.25 * np.exp(-((np.arange(SIZE[1]) - y) ** 2) / (2 * rng.uniform(4, 30) ** 2))
            self.sheet[:] = (self.sheet * shade[:, None, None]).astype(np.uint8)
        if rng.random() < 0.2:
            back = cv2.GaussianBlur(cv2.flip(self.sheet, 1), (0, 0), 3)
            self.sheet[:] = (self.sheet * (0.9 + 0.1 * (back / 255.0))).astype(np.uint8)


def _placed(one: Points, x: float, base: float, scale: float, start: float, climb: float) -> Points:
    across = (one[:, 0] - start) * scale
    return np.stack([x + across, base + one[:, 1] * scale - climb * across], axis=1)


def pen_sheet(seed: int, hands: Path | None = None) -> tuple[Pixels, list[Truth]]:
    """A page in RGB at 300 dpi and what is drawn on it. `hands`: folder of fonts of handwriting."""
    return PenSheet(seed, hands).draw()


# --- as a machine sees it -----------------------------------------------------------------------------


def aged(sheet: Pixels, truths: Sequence[Truth], look: str, seed: int) -> tuple[bytes, list[Truth]]:
    """The sheet as a scanner, a copier, a fax or a telephone gives it: JPEG, with the truth moved along."""
    rng = Random(f"{look} {seed}")
    dpi = 200 if look == "fax" else rng.choice((150, 200, 200, 300))
    picture = cv2.resize(sheet, None, fx=dpi / 300, fy=dpi / 300, interpolation=cv2.INTER_AREA)
    picture, matrix = _laid(picture, rng, look)
    grain = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 1, picture.shape[:2]).astype(np.float32)
    seen: Pixels = picture.astype(np.float32)
    if look == "colour":
        seen = seen * rng.uniform(0.9, 0.98) + rng.uniform(0, 15) + grain[..., None] * rng.uniform(1, 5)
        seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.3, 0.9))
    elif look == "phone":
        high, wide = picture.shape[:2]
        across, down = np.meshgrid(np.linspace(-1, 1, wide), np.linspace(-1, 1, high))
        light = 0.82 + 0.14 * (across * rng.uniform(-1, 1) + down * rng.uniform(-1, 1)) - 0.08 * (across**2 + down**2)
        tint = np.array([1.0, rng.uniform(0.95, 1), rng.uniform(0.85, 0.97)])
        seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.5, 1.2)) * light[..., None] * tint
        seen = seen + grain[..., None] * rng.uniform(2, 6)
    else:
        seen = _copied(seen, grain, look, rng)
    out = np.clip(seen, 0, 255).astype(np.uint8)
    quality = rng.choice((45, 60, 75, 85))
    pixels = out[..., ::-1] if out.ndim == 3 else out
    data = bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
    return data, [Truth(t.kind, t.state, _moved(t.box, matrix, sheet.shape, out.shape), t.how) for t in truths]


def _laid(picture: Pixels, rng: Random, look: str) -> tuple[Pixels, NDArray[Any]]:
    """Tilted a little, for a telephone from the side as well; the matrix between pixels."""
    high, wide = picture.shape[:2]
    turn = np.vstack([cv2.getRotationMatrix2D((wide / 2, high / 2), rng.uniform(-2, 2), 0.97), [0, 0, 1]])
    if look == "phone":
        lean = 0.02 * wide
        corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
        moved = corners + np.array([[rng.uniform(-lean, lean) for _ in range(2)] for _ in range(4)], np.float32)
        turn = cv2.getPerspectiveTransform(corners, moved.astype(np.float32)) @ turn
    ground = (90, 95, 100) if look == "phone" else (252, 252, 252)
    laid = cv2.warpPerspective(picture, turn, (wide, high), flags=cv2.INTER_LINEAR, borderValue=ground)
    return np.asarray(laid), turn


def _copied(seen: NDArray[Any], grain: NDArray[Any], look: str, rng: Random) -> NDArray[Any]:
    grey = seen @ np.array([0.3, 0.59, 0.11], np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.5, 1.0))
    if look == "fax":
        return np.asarray(np.where(grey + 12 * grain > rng.randint(165, 205), 255, 0).astype(np.float32))
    grey = 128 + (grey - rng.randint(120, 150)) * rng.uniform(1.0, 1.9) + rng.uniform(2, 8) * grain
    specks = np.random.default_rng(rng.randrange(1 << 30)).random(grey.shape) < rng.choice((0, 5e-5, 3e-4))
    grey = np.where(cv2.dilate(specks.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0, 60, np.clip(grey, 0, 255))
    if rng.random() < 0.5:
        grey[:, : rng.randrange(4, 40)] = 40  # the copier's lid
    return np.asarray(grey, np.float32)


def _moved(box: Area, matrix: NDArray[Any], before: tuple[int, ...], after: tuple[int, ...]) -> Area:
    left, top, right, bottom = box
    scale = after[1] / before[1]
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]]) * (before[1], before[0]) * scale
    moved = cv2.perspectiveTransform(corners.reshape(1, -1, 2), matrix)[0] / (after[1], after[0])
    low, high = moved.min(axis=0).clip(0, 1), moved.max(axis=0).clip(0, 1)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
