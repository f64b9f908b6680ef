"""How does a fully digitalised invoice (数电票) of premium look? The tax bureau's print, the same for all insurers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from samples import seals
from samples.paper import Entry, Fields, Grid, Paper, Seal
from samples.surface import Area, Colour, DrawnPaper, Surface

BROWN: Colour = (0.55, 0.16, 0.10)
LEFT, RIGHT = 24.0, 588.0


def _day(value: str) -> str:
    year, month, day = value.split("-")
    return f"{year}年{month}月{day}日"


class _Invoice:
    """The sheet being drawn, and how a value is put on it."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.surface = Surface((612, 396))

    def label(self, x: float, y: float, text: str, size: float = 8.5) -> Area:
        return self.surface.text(x, y, text, "serif", size, BROWN)

    def put(self, name: str, x: float, y: float, printed: str, size: float = 8.5) -> None:
        if printed:
            area = self.surface.text(x, y, printed, "sans", size)
            self.surface.note_field(name, self.paper.value(name), printed, area)

    def stacked(self, x: float, y: float, text: str) -> None:
        for n, character in enumerate(text):
            self.label(x, y + n * 10, character, 8)


def _items(paper: Paper) -> Iterator[tuple[str, str]]:
    for section in paper.sections:
        if isinstance(section, Grid):
            for row in section.rows:
                yield row[0].value, row[1].value


def _extras(paper: Paper) -> Iterator[Entry]:
    """Values of other sections (who took cash), which belong into the remarks."""
    for section in paper.sections:
        if isinstance(section, Fields) and section.key not in ("invoice", "invoice_total"):
            yield from section.entries


def draw_invoice(paper: Paper, rng: Random) -> DrawnPaper:
    """P04 as 电子发票（普通发票）."""
    sheet = _Invoice(paper)
    surface = sheet.surface
    surface.text(306, 42, "电子发票（普通发票）", "serif", 17, BROWN, align="middle")
    surface.line(206, 49, 406, 49, 0.6, BROWN)
    surface.line(206, 51.5, 406, 51.5, 0.6, BROWN)
    for y, label, name, printed in (
        (38.0, "发票号码：", "serial", paper.value("serial")),
        (54.0, "开票日期：", "date", _day(paper.value("date"))),
    ):
        area = sheet.label(440, y, label)
        sheet.put(name, area[2], y, printed)
    _parties(sheet)
    y = _table(sheet)
    _total(sheet, y)
    for section in paper.sections:
        if isinstance(section, Seal):
            seals.stamp(surface, 470, 330, section.text, section.inner, section.shape, rng, section.mark)
    surface.text(LEFT + 30, 385, "开票人：系统开票", "serif", 8.5, BROWN)
    return surface.finish()


def _parties(sheet: _Invoice) -> None:
    surface, middle = sheet.surface, 306.0
    for x, side, name in ((LEFT, "购买方信息", "payer.name"), (middle, "销售方信息", "payee.name")):
        surface.rect((x, 66, x + 18, 122), 0.7, BROWN)
        sheet.stacked(x + 5, 77, side)
        surface.rect((x + 18, 66, x + 282, 122), 0.7, BROWN)
        area = sheet.label(x + 24, 84, "名称：")
        sheet.put(name, area[2], 84, sheet.paper.value(name))
        area = sheet.label(x + 24, 112, "统一社会信用代码/纳税人识别号：")
        if side.startswith("销"):
            surface.text(area[2], 112, "91330100MA00000X19", "sans", 8)


def _table(sheet: _Invoice) -> float:
    surface = sheet.surface
    edges = (LEFT, 190.0, 240.0, 280.0, 330.0, 385.0, 460.0, 515.0, RIGHT)
    heads = ("项目名称", "规格型号", "单 位", "数 量", "单 价", "金 额", "税率/征收率", "税 额")
    for head, (a, b) in zip(heads, pairwise(edges), strict=True):
        surface.text((a + b) / 2, 135, head, "serif", 8, BROWN, align="middle")
    y = 152.0
    whole = 0.0
    for item, amount in _items(sheet.paper):
        surface.text(LEFT + 4, y, f"*保险服务*{item}", "sans", 7.6)
        surface.text(458, y, f"{float(amount):.2f}", "sans", 7.8, align="right")
        surface.text(488, y, "免税", "sans", 7.8, align="middle")
        surface.text(RIGHT - 6, y, "***", "sans", 7.8, align="right")
        whole += float(amount)
        y += 16
    surface.text(LEFT + 60, 246, "合　　计", "serif", 8.5, BROWN)
    surface.text(458, 246, f"¥{whole:.2f}", "sans", 8, align="right")
    surface.text(RIGHT - 6, 246, "***", "sans", 7.8, align="right")
    surface.rect((LEFT, 122, RIGHT, 254), 0.7, BROWN)
    return 254.0


def _total(sheet: _Invoice, y: float) -> None:
    surface, paper = sheet.surface, sheet.paper
    surface.rect((LEFT, y, 190, y + 24), 0.7, BROWN)
    surface.rect((190, y, RIGHT, y + 24), 0.7, BROWN)
    sheet.label(LEFT + 34, y + 16, "价税合计（大写）")
    surface.circle(204, y + 12.5, 5, 0.7, (0, 0, 0))
    surface.line(200.5, y + 9, 207.5, y + 16, 0.7)
    surface.line(207.5, y + 9, 200.5, y + 16, 0.7)
    sheet.put("amount_in_words", 214, y + 16, paper.value("amount_in_words"), 9)
    area = sheet.label(440, y + 16, "（小写）")
    sheet.put("amount", area[2] + 2, y + 16, f"¥{float(paper.value('amount')):.2f}", 9)
    surface.rect((LEFT, y + 24, LEFT + 18, y + 108), 0.7, BROWN)
    sheet.stacked(LEFT + 5, y + 54, "备注")
    surface.rect((LEFT + 18, y + 24, RIGHT, y + 108), 0.7, BROWN)
    surface.text(LEFT + 26, y + 40, paper.value("_note"), "sans", 8)
    base = y + 56
    for entry in _extras(paper):
        words = {"method": "收款方式：", "_handler": "经手人："}.get(entry.name, "")
        said = surface.text(LEFT + 26, base, words, "sans", 8)
        sheet.put(entry.name, said[2], base, {"cash": "现金"}.get(entry.value, entry.value), 8)
        base += 14
