"""How does a report get its pictures of the papers? Through one narrow door, already made harmless.

A report never opens a file of the case: hostile bytes are rendered in the sandbox of `verifier/reading`, and
what comes through this Protocol is a small JPEG or PNG of exactly the area that was asked for.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from PIL import Image, ImageDraw

from verifier.model import Box, Evidence

CROP_WIDTH = 900
THUMBNAIL_WIDTH = 168
BUDGET_BYTES = 9_000_000  # of pictures in one report: a report is mailed
LEAST_WIDTH, LEAST_HEIGHT = 0.46, 0.085  # a crop shows what stands around the box, as shares of the page
MARGIN_ACROSS, MARGIN_DOWN = 0.035, 0.028


class PageImages(Protocol):
    """Pictures of the pages of one case."""

    def crop(self, file: str, page: int, area: Box | None, width: int) -> bytes | None:
        """The part `area` of the upright page (None: the whole page), at most `width` pixels wide, as JPEG
        or PNG; exactly this area, so that a box can be drawn on it. None when it cannot be had.
        """
        ...


class NoImages:
    """For audits whose files are not at hand any more."""

    def crop(self, file: str, page: int, area: Box | None, width: int) -> bytes | None:
        return None


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture kept for a report. `key` is made from its bytes: the same crop is kept once."""

    key: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Crop:
    """A picture with the place of the evidence on it, as fractions of the picture."""

    picture: Picture
    area: Box
    box: Box | None


def area_around(box: Box) -> Box:
    """The part of the page to show for a box: the box, a margin, and enough beside it to know where one is."""
    across = max(LEAST_WIDTH, box.width + 2 * MARGIN_ACROSS)
    down = max(LEAST_HEIGHT, box.height + 2 * MARGIN_DOWN)
    middle_x, middle_y = box.middle
    left, right = _window(middle_x - across / 2, middle_x + across / 2)
    top, bottom = _window(middle_y - down / 2, middle_y + down / 2)
    return Box(round(left, 4), round(top, 4), round(right, 4), round(bottom, 4))


def _window(start: float, end: float) -> tuple[float, float]:
    if start < 0:
        start, end = 0.0, end - start
    if end > 1:
        start, end = start - (end - 1), 1.0
    return max(0.0, start), min(1.0, end)


def within(box: Box, area: Box) -> Box:
    """The box as fractions of the area, cut at its edges."""

    def share(value: float, start: float, length: float) -> float:
        return min(1.0, max(0.0, (value - start) / length)) if length else 0.0

    return Box(
        share(box.left, area.left, area.width),
        share(box.top, area.top, area.height),
        share(box.right, area.left, area.width),
        share(box.bottom, area.top, area.height),
    )


WHOLE = Box(0.0, 0.0, 1.0, 1.0)


@dataclass
class Album:
    """The pictures of one report: asked for one by one, kept once each, within a budget of bytes.

    `hidden` are the places on each page that this reader may not see: they are painted over in the pixels.
    """

    images: PageImages
    hidden: Mapping[tuple[str, int], Sequence[Box]] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)  # shown file name -> real one, where masked
    budget: int = BUDGET_BYTES
    _pictures: dict[str, Picture] = field(default_factory=dict)
    _asked: dict[tuple[str, int, Box, int], Picture | None] = field(default_factory=dict)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(self._pictures.values())

    def prepare(self, places: Iterable[Evidence], pages: Sequence[tuple[str, int]]) -> None:
        """Fetch what a report will ask for page by page, so that each page is rendered once."""
        wanted = [((place.file, place.page), place) for place in places if place.case is None]
        by_page: dict[tuple[str, int], list[Evidence]] = {page: [] for page in pages}
        for page, place in wanted:
            by_page.setdefault(page, []).append(place)
        shown = set(pages)
        for page in sorted(by_page):
            for place in by_page[page]:
                self.crop(place)
            if page in shown:
                self.thumbnail(*page)

    def crop(self, evidence: Evidence) -> Crop | None:
        """The place of the evidence with what stands around it; None for another case's paper."""
        if evidence.case is not None:
            return None
        area = area_around(evidence.box) if evidence.box else WHOLE
        picture = self._picture(evidence.file, evidence.page, area, CROP_WIDTH if evidence.box else CROP_WIDTH // 2)
        if picture is None:
            return None
        return Crop(picture, area, within(evidence.box, area) if evidence.box else None)

    def thumbnail(self, file: str, page: int) -> Picture | None:
        return self._picture(file, page, WHOLE, THUMBNAIL_WIDTH)

    def _picture(self, file: str, page: int, area: Box, width: int) -> Picture | None:
        asked = (file, page, area, width)
        if asked not in self._asked:
            self._asked[asked] = self._fetch(file, page, area, width)
        return self._asked[asked]

    def _fetch(self, file: str, page: int, area: Box, width: int) -> Picture | None:
        if self.budget <= 0:
            return None
        file = self.originals.get(file, file)
        data = self.images.crop(file, page, None if area == WHOLE else area, width)
        if not data:
            return None
        picture = _prepare(data, width, [within(box, area) for box in self.hidden.get((file, page), ())])
        if picture.key in self._pictures:
            return self._pictures[picture.key]
        self.budget -= len(picture.data)
        self._pictures[picture.key] = picture
        return picture


def _prepare(data: bytes, width: int, hidden: Iterable[Box]) -> Picture:
    """A small JPEG: scaled, painted over where it must be, without the metadata of what came in."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
        image = opened.convert("RGB")
    if image.width > width:
        image = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
    brush = ImageDraw.Draw(image)
    for box in hidden:
        if box.width > 0 and box.height > 0:
            place = (box.left * image.width, box.top * image.height, box.right * image.width, box.bottom * image.height)
            brush.rectangle(place, fill=(52, 58, 64))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70, optimize=True)
    packed = out.getvalue()
    return Picture("c" + sha256(packed).hexdigest()[:16], packed, image.width, image.height)
