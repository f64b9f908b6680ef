"""Which words does a PDF page's text layer hold, and can they be believed?

Characters come from PDFium with their boxes, angle, colour and render mode; they are joined into runs
that no gap of more than about one character interrupts. What is invisible is told apart here; what
the pixels do not show is told apart in `pdf.py`, which has the picture.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2.raw as pdfium

INVISIBLE = {3, 7}  # render modes: neither filled nor stroked; clipping only
WORD_GAP = 0.9  # blank in character heights that ends a word
SPACE_GAP = 0.18  # blank that a reader takes for a space between Latin words


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character on the page as displayed, in fractions of its width and height; `turn` is the
    clockwise angle of its baseline in degrees, rounded to a quarter turn."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    turn: int
    hidden: bool
    depth: int  # place in the order of drawing; -1 when unknown


@dataclass(frozen=True, slots=True)
class Run:
    """A word of the layer, in points of the page as displayed (origin top left)."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    hidden: bool
    turn: int = 0
    depth: int = -1
    places: tuple[tuple[float, float], ...] = ()  # start and end of every character along the baseline

    @property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """`places` as fractions of the run, for level text."""
        if len(self.places) != len(self.text) or self.turn != 0:
            return ()
        width = max(self.right - self.left, 1e-6)
        return tuple(((start - self.left) / width, (end - self.left) / width) for start, end in self.places)


@dataclass(frozen=True, slots=True)
class Layer:
    """The text layer of one page as displayed. `broken`: share of characters without a usable code."""

    runs: tuple[Run, ...]
    turn: int  # dominant clockwise angle of the text: what the page must be turned back by
    characters: int
    broken: float
    hidden: int = 0


@dataclass(slots=True)
class _Looks:
    """Render mode, colour and depth of the text objects, asked once for each object."""

    depths: dict[int, int]
    seen: dict[int, tuple[bool, int]] = field(default_factory=dict)

    def of(self, text_page: Any, index: int) -> tuple[bool, int]:
        handle = pdfium.FPDFText_GetTextObject(text_page, index)
        key = ctypes.cast(handle, ctypes.c_void_p).value or 0
        if key not in self.seen:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(handle) if key else 0
            alpha = ctypes.c_uint(255)
            other = ctypes.c_uint()
            if key:
                pdfium.FPDFPageObj_GetFillColor(
                    handle, ctypes.byref(other), ctypes.byref(other), ctypes.byref(other), ctypes.byref(alpha)
                )
            self.seen[key] = (mode in INVISIBLE or (mode == 0 and alpha.value < 16), self.depths.get(key, -1))
        return self.seen[key]


def read_layer(page: Any, depths: dict[int, int]) -> Layer:
    """The layer of a pypdfium2 page; `depths` gives each page object's place in the drawing order."""
    width, height = page.get_size()
    text_page = pdfium.FPDFText_LoadPage(page.raw)
    if not text_page:
        return Layer((), 0, 0, 0.0)
    try:
        glyphs, broken = _glyphs(page, text_page, _Looks(depths), width, height)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    solid = [glyph for glyph in glyphs if glyph.text != " "]
    turn = Counter(glyph.turn for glyph in solid if not glyph.hidden).most_common(1)
    runs = tuple(_stacked(_joined(_runs(glyphs))))
    return Layer(
        runs=runs,
        turn=turn[0][0] if turn else 0,
        characters=len(solid),
        broken=broken / max(len(solid), 1),
        hidden=sum(glyph.hidden for glyph in solid),
    )


def _affine(page: Any, width: float, height: float) -> tuple[float, float, float, float, float, float]:
    """Page space to the page as displayed, in points from the top left."""
    fine = 100
    x, y = ctypes.c_int(), ctypes.c_int()

    def at(px: float, py: float) -> tuple[float, float]:
        pdfium.FPDF_PageToDevice(
            page.raw, 0, 0, round(width * fine), round(height * fine), 0, px, py, ctypes.byref(x), ctypes.byref(y)
        )
        return x.value / fine, y.value / fine

    origin, right, up = at(0, 0), at(1000, 0), at(0, 1000)
    return (
        (right[0] - origin[0]) / 1000, (right[1] - origin[1]) / 1000,
        (up[0] - origin[0]) / 1000, (up[1] - origin[1]) / 1000,
        origin[0], origin[1],
    )  # fmt: skip


def _glyphs(page: Any, text_page: Any, looks: _Looks, width: float, height: float) -> tuple[list[Glyph], int]:
    a, b, c, d, e, f = _affine(page, width, height)
    page_turn = math.degrees(math.atan2(b, a))
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    loose = pdfium.FS_RECTF()
    found: list[Glyph] = []
    broken = 0
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1 or code in (0x0D, 0x0A, 0x09):
            continue
        if not pdfium.FPDFText_GetCharBox(
            text_page, index, ctypes.byref(left), ctypes.byref(right), ctypes.byref(bottom), ctypes.byref(top)
        ):
            continue
        _widen_to_advance(text_page, index, loose, left, right, bottom, top)
        text = "\ufffd" if code < 32 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)
        if text in "\u00a0\u3000\u2002\u2003\u2009":
            text = " "
        if text == "\ufffd" or 0xE000 <= code <= 0xF8FF:
            broken += 1
        hidden, depth = looks.of(text_page, index)
        angle = math.degrees(pdfium.FPDFText_GetCharAngle(text_page, index))
        turn = round((page_turn - angle) / 90) % 4 * 90
        xs = (a * left.value + c * top.value + e, a * right.value + c * bottom.value + e)
        ys = (b * left.value + d * top.value + f, b * right.value + d * bottom.value + f)
        if max(xs) < 0 or min(xs) > width or max(ys) < 0 or min(ys) > height:
            continue
        found.append(Glyph(text, min(xs), min(ys), max(xs), max(ys), turn, hidden, depth))
    return found, broken


def _widen_to_advance(text_page: Any, index: int, loose: Any, left: Any, right: Any, bottom: Any, top: Any) -> None:
    """Along the line a character takes its advance, not its ink: the blanks beside a 1 are no spaces.
    Across the line the ink stays: the heights of fonts overlap the lines above and below."""
    if not pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(loose)):
        return
    wide, high = loose.right - loose.left, loose.top - loose.bottom
    if not 0 < wide < 4 * max(high, 1.0) or not 0 < high < 4 * max(wide, 1.0) + 40:
        return
    level = math.degrees(pdfium.FPDFText_GetCharAngle(text_page, index)) % 180
    if level < 20 or level > 160:
        left.value, right.value = min(loose.left, left.value), max(loose.right, right.value)
    elif 70 < level < 110:
        bottom.value, top.value = min(loose.bottom, bottom.value), max(loose.top, top.value)


def _frame(run: Run) -> tuple[float, float, float, float]:
    """Start, end, top and bottom of a run along its own baseline."""
    if run.turn == 0:
        return run.left, run.right, run.top, run.bottom
    if run.turn == 180:
        return -run.right, -run.left, -run.bottom, -run.top
    if run.turn == 90:
        return run.top, run.bottom, -run.right, -run.left
    return -run.bottom, -run.top, run.left, run.right


def _runs(glyphs: Iterable[Glyph]) -> list[Run]:
    """Consecutive characters on one baseline without a wide gap."""
    runs: list[Run] = []
    for glyph in glyphs:
        if glyph.text == " ":
            continue
        one = Run(
            glyph.text, glyph.left, glyph.top, glyph.right, glyph.bottom, glyph.hidden, glyph.turn, glyph.depth,
            ((glyph.left, glyph.right),),
        )  # fmt: skip
        if runs and (joined := _join(runs[-1], one)):
            runs[-1] = joined
        else:
            runs.append(one)
    return runs


def _size(run: Run) -> float:
    """Height of a run's type: ink height, or the width of its characters where the ink is flat (一, -)."""
    start, end, top, bottom = _frame(run)
    wide = sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5 for character in run.text)
    return max(bottom - top, 0.9 * (end - start) / max(wide, 1.0), 1.0)


def _join(run: Run, after: Run) -> Run | None:
    """The two as one word when `after` follows on the same baseline; None otherwise."""
    if run.turn != after.turn or run.hidden != after.hidden:
        return None
    _, end, top, bottom = _frame(run)
    start, _, upper, lower = _frame(after)
    size = max(_size(run), _size(after))
    level = min(bottom, lower) - max(top, upper) > -0.25 * size and abs((top + bottom) - (upper + lower)) < 1.5 * size
    if not level or (min(_size(run), _size(after)) < 0.45 * size and len(after.text) > 1):
        return None
    gap = start - end
    if gap > WORD_GAP * size or gap < -0.6 * size:
        return None
    latin = run.text[-1].isascii() and after.text[0].isascii()
    space = " " if gap > (SPACE_GAP if latin else 0.45) * size else ""
    return replace(
        run,
        text=run.text + space + after.text,
        left=min(run.left, after.left), top=min(run.top, after.top),
        right=max(run.right, after.right), bottom=max(run.bottom, after.bottom),
        depth=max(run.depth, after.depth),
        places=run.places + ((end, start),) * len(space) + after.places,
    )  # fmt: skip


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Runs that the producer drew out of order, joined along each line."""
    ordered = sorted(runs, key=lambda run: (run.turn, run.hidden, round(sum(_frame(run)[2:]) / 2), _frame(run)[0]))
    joined: list[Run] = []
    for run in ordered:
        for index in range(len(joined) - 1, max(len(joined) - 12, -1), -1):
            if together := _join(joined[index], run):
                joined[index] = together
                break
        else:
            joined.append(run)
    return joined


def _stacked(runs: Sequence[Run]) -> list[Run]:
    """Single characters set one below the other (投/保/人 in a narrow cell) as one word."""
    alone = [
        run for run in runs if len(run.text) == 1 and run.turn == 0 and run.text.isalnum()
    ]  # no column of brackets
    single = sorted(alone, key=lambda run: (run.left, run.top))
    kept = {id(run) for run in alone}
    rest = [run for run in runs if id(run) not in kept]
    columns: list[Run] = []
    for run in single:
        for index in range(len(columns) - 1, max(len(columns) - 12, -1), -1):
            above = columns[index]
            size = max(_size(run), (above.right - above.left))
            aligned = abs((above.left + above.right) - (run.left + run.right)) < 0.4 * size
            wide = all(unicodedata.east_asian_width(sign) in "WF" for sign in (run.text, above.text[0]))
            if aligned and wide and -0.3 * size < run.top - above.bottom < 0.8 * size and run.hidden == above.hidden:
                columns[index] = replace(
                    above, text=above.text + run.text, left=min(above.left, run.left),
                    right=max(above.right, run.right), bottom=run.bottom,
                )  # fmt: skip
                break
        else:
            columns.append(run)
    return rest + columns
