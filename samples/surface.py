"""Where does each word, value and mark of a drawn paper stand?

A `Surface` is a sheet of A4 (or another size) with its origin at the top left, in points. Whatever is
drawn as a value or a mark is remembered with its box in fractions of the page, for the truth.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from samples import fonts

A4 = (595.28, 841.89)
Colour = tuple[float, float, float]
BLACK: Colour = (0.0, 0.0, 0.0)
Area = tuple[float, float, float, float]  # left, top, right, bottom in points
Stroke = Sequence[tuple[float, float, float]]  # x, y, pen width


@dataclass(slots=True)
class FieldTruth:
    """What a field truly says and where: `page` counts the drawn paper's pages from 0."""

    name: str
    value: str
    printed: str
    page: int
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class MarkTruth:
    name: str
    kind: str
    state: str
    page: int
    box: tuple[float, float, float, float]
    text: str = ""
    picture: int = 0  # the same number: the very same strokes


@dataclass(slots=True)
class Run:
    """A run of printed text and where it stands."""

    text: str
    page: int
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class DrawnPaper:
    """A paper as drawn: its PDF and what stands on it."""

    pdf: bytes
    pages: int
    fields: list[FieldTruth]
    marks: list[MarkTruth]
    runs: list[Run] = field(default_factory=list)
    sizes: list[tuple[float, float]] = field(default_factory=list)


class Surface:
    """Draws on a PDF and records the truth."""

    def __init__(self, size: tuple[float, float] = A4) -> None:
        self.size = size
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=size, pageCompression=1, invariant=1)
        self._canvas.setProducer("")
        self.pages: list[tuple[float, float]] = [size]
        self.fields: list[FieldTruth] = []
        self.marks: list[MarkTruth] = []
        self.runs: list[Run] = []

    @property
    def width(self) -> float:
        return self.size[0]

    @property
    def height(self) -> float:
        return self.size[1]

    @property
    def page(self) -> int:
        return len(self.pages) - 1

    def new_page(self, size: tuple[float, float] | None = None) -> None:
        self._canvas.showPage()
        self.size = size or self.size
        self._canvas.setPageSize(self.size)
        self.pages.append(self.size)

    def finish(self) -> DrawnPaper:
        self._canvas.save()
        return DrawnPaper(self._buffer.getvalue(), len(self.pages), self.fields, self.marks, self.runs, self.pages)

    # --- ink ---------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        text: str,
        font: str = "sans",
        size: float = 10,
        colour: Colour = BLACK,
        bold: bool = False,
        align: str = "left",
        spacing: float = 0.0,
    ) -> Area:
        """One run of text on the baseline `y`; gives the area of its ink."""
        wide = fonts.width(text, font, size) + spacing * max(0, len(text) - 1)
        left = x - wide if align == "right" else x - wide / 2 if align == "middle" else x
        canvas = self._canvas
        canvas.saveState()
        canvas.setFillColorRGB(*colour)
        canvas.setStrokeColorRGB(*colour)
        canvas.setLineWidth(size * 0.035)
        run = canvas.beginText(left, self.height - y)
        run.setFont(fonts.registered(font), size)
        run.setCharSpace(spacing)
        if bold:
            run.setTextRenderMode(2)
        run.textOut(text)
        canvas.drawText(run)
        canvas.restoreState()
        area = (left, y - 0.86 * size, left + wide, y + 0.14 * size)
        self.runs.append(Run(text, self.page, self.fraction(area)))
        return area

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        width: float = 0.6,
        colour: Colour = BLACK,
        dash: tuple[float, ...] = (),
    ) -> None:
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(width)
        self._canvas.setDash(*([list(dash)] if dash else [[]]))
        self._canvas.line(x1, self.height - y1, x2, self.height - y2)
        self._canvas.setDash([])

    def rect(
        self, area: Area, width: float = 0.6, colour: Colour = BLACK, fill: Colour | None = None, radius: float = 0.0
    ) -> None:
        left, top, right, bottom = area
        canvas = self._canvas
        canvas.setStrokeColorRGB(*colour)
        canvas.setLineWidth(width)
        if fill:
            canvas.setFillColorRGB(*fill)
        canvas.roundRect(
            left,
            self.height - bottom,
            right - left,
            bottom - top,
            radius,
            stroke=int(width > 0),
            fill=int(fill is not None),
        )

    def circle(self, x: float, y: float, radius: float, width: float, colour: Colour, fill: bool = False) -> None:
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setFillColorRGB(*colour)
        self._canvas.setLineWidth(width)
        self._canvas.circle(x, self.height - y, radius, stroke=int(not fill), fill=int(fill))

    def polygon(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        path = self._canvas.beginPath()
        path.moveTo(points[0][0], self.height - points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, self.height - y)
        path.close()
        self._canvas.setFillColorRGB(*colour)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def turned_text(
        self,
        x: float,
        y: float,
        text: str,
        degrees: float,
        font: str,
        size: float,
        colour: Colour,
        stretch: float = 1.0,
        bold: bool = False,
    ) -> None:
        """Text centred at a point and turned; for the ring of a seal and for watermarks."""
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(x, self.height - y)
        canvas.rotate(degrees)
        canvas.scale(stretch, 1)
        canvas.setFillColorRGB(*colour)
        canvas.setStrokeColorRGB(*colour)
        canvas.setLineWidth(size * 0.04)
        run = canvas.beginText(-fonts.width(text, font, size) / 2, -size * 0.36)
        run.setFont(fonts.registered(font), size)
        if bold:
            run.setTextRenderMode(2)
        run.textOut(text)
        canvas.drawText(run)
        canvas.restoreState()

    def strokes(self, strokes: Sequence[Stroke], colour: Colour) -> Area:
        """Pen strokes of changing width; gives the area of the ink."""
        canvas = self._canvas
        canvas.saveState()
        canvas.setStrokeColorRGB(*colour)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        for stroke in strokes:
            for start in range(0, len(stroke) - 1, 2):
                part = stroke[start : start + 3]
                path = canvas.beginPath()
                path.moveTo(part[0][0], self.height - part[0][1])
                for x, y, _ in part[1:]:
                    path.lineTo(x, self.height - y)
                canvas.setLineWidth(sum(point[2] for point in part) / len(part))
                canvas.drawPath(path, stroke=1, fill=0)
        canvas.restoreState()
        xs = [point[0] for stroke in strokes for point in stroke]
        ys = [point[1] for stroke in strokes for point in stroke]
        return min(xs) - 0.5, min(ys) - 0.5, max(xs) + 0.5, max(ys) + 0.5

    def transparent(self, alpha: float) -> None:
        """The opacity of what is drawn next (seals let the print show through)."""
        self._canvas.setFillAlpha(alpha)
        self._canvas.setStrokeAlpha(alpha)

    def image(self, data: bytes, area: Area) -> None:
        left, top, right, bottom = area
        self._canvas.drawImage(
            ImageReader(io.BytesIO(data)), left, self.height - bottom, right - left, bottom - top, mask="auto"
        )

    # --- truth -------------------------------------------------------------------------------

    def fraction(self, area: Area) -> tuple[float, float, float, float]:
        left, top, right, bottom = area
        wide, high = self.size
        return (max(0.0, left / wide), max(0.0, top / high), min(1.0, right / wide), min(1.0, bottom / high))

    def note_field(self, name: str, value: str, printed: str, area: Area) -> None:
        """Remember a field where it is printed first; names with `_` are no field of the contract."""
        box = self.fraction(area)
        if any(known.name == name for known in self.fields):
            return
        self.fields.append(FieldTruth(name, value, printed, self.page, box))

    def note_mark(self, name: str, kind: str, state: str, area: Area, text: str = "", picture: int = 0) -> None:
        self.marks.append(MarkTruth(name, kind, state, self.page, self.fraction(area), text, picture))


def union(first: Area, second: Area) -> Area:
    """The smallest area that holds both."""
    return min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3])
