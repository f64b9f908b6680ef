"""How do ballot signs and pictures of signatures stand in an electronic form?

The ballot signs ☐ ☑ are characters of their own in such forms; the fonts at hand lack them, so a small font
is put together from the square and the tick of Noto Sans SC. A signature made on a tablet is kept as a picture.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from samples import fonts
from samples.surface import Area, Colour, Stroke, Surface

SHARP = 5.0  # pixels to a point


@cache
def ballots() -> str:
    """The font that carries ☐ and ☑; built on the first call."""
    target = fonts.CACHE / "ballots.ttf"
    if target.exists():
        return "ballots"
    face = TTFont(fonts.truetype("sans"))
    outlines, known, advance = face.getGlyphSet(), face.getBestCmap(), 1000
    glyphs = {}
    for name, ticked in ((".notdef", False), ("box", False), ("boxticked", True)):
        pen = TTGlyphPen(None)
        outlines[known[ord("□")]].draw(pen)
        if ticked:
            outlines[known[ord("√")]].draw(TransformPen(pen, (0.8, 0, 0, 0.8, 110, 60)))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({0x20: ".notdef", 0x2610: "box", 0x2611: "boxticked"})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (advance, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Sample Ballots", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    half = target.with_suffix(".part")
    builder.save(half)
    half.replace(target)
    return "ballots"


def picture(surface: Surface, strokes: Sequence[Stroke], colour: Colour) -> Area:
    """The strokes as a picture with a white ground; gives the area of the ink."""
    points = [point for stroke in strokes for point in stroke]
    left, top = min(p[0] for p in points) - 2, min(p[1] for p in points) - 2
    right, bottom = max(p[0] for p in points) + 2, max(p[1] for p in points) + 2
    image = Image.new("RGB", (int((right - left) * SHARP), int((bottom - top) * SHARP)), "white")
    pen = ImageDraw.Draw(image)
    ink = (int(colour[0] * 255), int(colour[1] * 255), int(colour[2] * 255))
    for stroke in strokes:
        line = [((x - left) * SHARP, (y - top) * SHARP) for x, y, _ in stroke]
        wide = max(2, round(sum(w for _, _, w in stroke) / len(stroke) * SHARP))
        pen.line(line, fill=ink, width=wide, joint="curve")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    surface.image(buffer.getvalue(), (left, top, right, bottom))
    return left + 1.5, top + 1.5, right - 1.5, bottom - 1.5
