"""Which fonts are the fictional papers set in?

Noto Sans SC and Noto Serif SC from the package pylopdf-fonts-zh-cn. They carry PostScript outlines,
which reportlab does not embed: so the characters of GB 2312 are converted once to TrueType outlines
and kept under `.cache/fonts` of the checkout.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont

SOURCES = {"sans": "NotoSansSC-Regular.otf", "serif": "NotoSerifSC-Regular.otf"}
LATIN = {"helvetica": "Helvetica", "courier": "Courier", "times": "Times-Roman"}
CACHE = Path(__file__).parents[1] / ".cache" / "fonts"
EXTRA = (
    "·•‧．￥¥※□■○●◎☐☑☒√✓✔×—…“”‘’（）【】《》、。，；：？！％＋－／＝①②"
    "③④⑤⑥⑦⑧⑨⑩〇囍堃喆祎頔垚張偉體觀國證號險劉陳鍾麗萬圓貳陸叁柒捌玖拾佰仟零壹伍肆"
)


def charset() -> set[int]:
    """The code points of GB 2312, ASCII and the few signs that forms use beside them."""
    points = set(range(0x20, 0x7F)) | {ord(sign) for sign in EXTRA}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                points.add(ord(bytes((row, cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return points


def source(name: str) -> Path:
    """The OpenType file as it comes in the package."""
    return Path(pylopdf_fonts_zh_cn.__file__).parent / SOURCES[name]


def _to_truetype(font: Any) -> None:
    """Replace cubic outlines by quadratic ones, in place (as fontTools' own otf2ttf does)."""
    order = font.getGlyphOrder()
    glyphs = {}
    outlines = font.getGlyphSet()
    for glyph_name in order:
        pen = TTGlyphPen(outlines)
        outlines[glyph_name].draw(Cu2QuPen(pen, 1.5, reverse_direction=True))
        glyphs[glyph_name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = glyphs
    del font["CFF "]
    glyf.compile(font)
    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion = 0x00010000
    for key in ("maxZones", "maxComponentElements", "maxComponentDepth"):
        setattr(maxp, key, 1)
    for key in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "numGlyphs",
    ):
        setattr(maxp, key, 0)
    maxp.numGlyphs = len(order)
    post = font["post"]
    post.formatType = 3.0
    font.sfntVersion = "\000\001\000\000"


def truetype(name: str) -> Path:
    """The converted font file; built on the first call (some seconds)."""
    target = CACHE / f"{name}.ttf"
    if target.exists():
        return target
    options = subset.Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    font = TTFont(source(name), lazy=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=charset())
    subsetter.subset(font)
    _to_truetype(font)
    CACHE.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".part")
    font.save(half)
    half.replace(target)
    return target


@cache
def registered(name: str) -> str:
    """The name reportlab knows the font by; registers it on the first call."""
    if name in LATIN:
        return LATIN[name]
    pdfmetrics.registerFont(EmbeddedFont(f"samples-{name}", str(truetype(name))))
    return f"samples-{name}"


def width(text: str, font: str, size: float) -> float:
    """The set width of a run of text in points."""
    return float(pdfmetrics.stringWidth(text, registered(font), size))
