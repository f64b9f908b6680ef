"""What does a PDF show, page by page?

The text layer gives the words where it can be believed; OCR of the rendered page gives them where
there is none, where its encoding is broken, or where it lies invisibly under a scan. Marks always
come from the rendered page.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import pypdf
import pypdfium2
import pypdfium2.raw as pdfium

from verifier.model import Box, Page, TextFrom
from verifier.reading.image import unread
from verifier.reading.layer import Layer, Run, read_layer
from verifier.reading.limits import Limits
from verifier.reading.ocr.engine import OcrEngine, Picture
from verifier.reading.ocr.words import pieces
from verifier.reading.page import assemble, read_picture
from verifier.reading.piece import Piece
from verifier.reading.regions import is_editor, verify_regions
from verifier.reading.rejections import Refused
from verifier.reading.sheet import Flat, box_corners, turned

OCR_SIDE = 2339  # pixels of the long side for OCR: A4 at 200 dpi
MARK_SIDE = 1640  # for marks beside a text layer: A4 at 140 dpi
MOST_PIXELS = 12_000_000
FEW_CHARACTERS = 8
BROKEN_SHARE = 0.1
SCAN_SHARE = 0.6  # of the page covered by one picture: a scan
PICTURE_SIDE = 0.12  # pictures smaller than this share of the page's width hold no text worth OCR
UNDERLAID = 0.1  # share of the page that a picture under text must cover to be a reason to look twice
HIDDEN_CONTRAST = 18  # grey levels between ink and paper below which nobody sees a word


@dataclass(frozen=True, slots=True)
class PictureOnPage:
    """A picture object: its box on the page as displayed, its place in the drawing order."""

    box: Box
    depth: int
    opaque: bool

    @property
    def area(self) -> float:
        return self.box.width * self.box.height


def opened(data: bytes, limits: Limits) -> pypdfium2.PdfDocument:
    """The document, or Refused: encrypted, corrupt, too_many_pages."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        text = str(error).lower()
        raise Refused("encrypted" if "password" in text or "security" in text else "corrupt") from error
    count = len(document)
    if count == 0:
        raise Refused("corrupt")
    if count > limits.pages:
        raise Refused("too_many_pages", str(count))
    return document


def page_count(data: bytes, limits: Limits) -> int:
    document = opened(data, limits)
    try:
        return len(document)
    finally:
        document.close()


def read_pdf(data: bytes, engine: OcrEngine, limits: Limits) -> Iterator[Page]:
    """The pages in order; one that fails is yielded unread and the others go on."""
    document = opened(data, limits)
    producer, revisions = facts(data)
    doubted = revisions > 1 or is_editor(producer)
    try:
        document.init_forms()
        for index in range(len(document)):
            try:
                page = document[index]
            except pypdfium2.PdfiumError:
                yield unread(index + 1)
                continue
            try:
                yield read_page(page, index + 1, engine, doubted=doubted)
            except (pypdfium2.PdfiumError, ValueError, cv2.error) as error:
                if isinstance(error, cv2.error) and error.code == cv2.Error.STS_NO_MEM:
                    raise MemoryError from error  # no fault of this page: another process tries the file
                yield unread(index + 1, *page.get_size())
            finally:
                page.close()
    finally:
        document.close()


def facts(data: bytes) -> tuple[str, int]:
    """Producer and number of revisions. Both are hints only: a broken structure gives ("", 1)."""
    revisions = max(data.count(b"%%EOF"), 1)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        info = reader.metadata
        return str((info.producer or info.creator or "") if info else ""), revisions
    except Exception:  # pypdf raises many kinds on damaged files; the page text does not depend on it
        return "", revisions


def read_page(page: Any, number: int, engine: OcrEngine, *, doubted: bool = False) -> Page:
    """`doubted`: the file was changed or edited, so its values are compared with what they look like."""
    depths, pictures = _objects(page)
    layer = read_layer(page, depths)
    problems: list[str] = []
    if layer.broken > BROKEN_SHARE and layer.characters >= FEW_CHARACTERS:
        problems.append("broken_encoding")
    visible = layer.characters - layer.hidden
    scan = any(picture.area >= SCAN_SHARE for picture in pictures)
    if layer.hidden > FEW_CHARACTERS and scan:
        problems.append("ocr_layer")
    elif layer.hidden:
        problems.append("hidden_text")
    if visible < FEW_CHARACTERS or "broken_encoding" in problems or scan:
        return _by_ocr(page, number, engine, tuple(problems))
    return _by_layer(page, number, engine, layer, pictures, problems, doubted)


def _objects(page: Any) -> tuple[dict[int, int], list[PictureOnPage]]:
    """Place of every object in the drawing order, and the picture objects."""
    depths: dict[int, int] = {}
    pictures = []
    width, height = page.get_size()
    for depth, item in enumerate(page.get_objects(max_depth=4)):
        depths[ctypes.cast(item.raw, ctypes.c_void_p).value or 0] = depth
        if item.type != pdfium.FPDF_PAGEOBJ_IMAGE or width <= 0 or height <= 0:
            continue
        box = _displayed(page, item.get_bounds(), width, height) if item.level == 0 else None
        if box is not None:
            opaque = not pdfium.FPDFPageObj_HasTransparency(item.raw)
            pictures.append(PictureOnPage(box, depth, opaque))
    return depths, pictures


def _displayed(page: Any, bounds: tuple[float, ...], width: float, height: float) -> Box | None:
    fine = 100
    x, y = ctypes.c_int(), ctypes.c_int()
    xs, ys = [], []
    for px, py in ((bounds[0], bounds[1]), (bounds[2], bounds[3])):
        pdfium.FPDF_PageToDevice(
            page.raw, 0, 0, round(width * fine), round(height * fine), 0, px, py, ctypes.byref(x), ctypes.byref(y)
        )
        xs.append(min(max(x.value / fine / width, 0.0), 1.0))
        ys.append(min(max(y.value / fine / height, 0.0), 1.0))
    if max(xs) - min(xs) < 1e-3 or max(ys) - min(ys) < 1e-3:
        return None
    return Box(min(xs), min(ys), max(xs), max(ys))


def rendered(page: Any, side: int) -> Picture:
    """The page as a person sees it, form fields and annotations included, as BGR."""
    width, height = page.get_size()
    scale = side / max(width, height, 1.0)
    if width * height * scale * scale > MOST_PIXELS:
        scale = (MOST_PIXELS / (width * height)) ** 0.5
    bitmap = page.render(scale=scale, may_draw_forms=True, draw_annots=True, rev_byteorder=False)
    pixels = bitmap.to_numpy()
    if pixels.ndim == 2:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    return np.ascontiguousarray(pixels[:, :, :3])


def _by_ocr(page: Any, number: int, engine: OcrEngine, problems: tuple[str, ...]) -> Page:
    return read_picture(
        rendered(page, OCR_SIDE),
        number,
        engine,
        size=page.get_size(),
        turned_already=page.get_rotation(),
        problems=problems,
    )


def _by_layer(
    page: Any, number: int, engine: OcrEngine, layer: Layer, pictures: list[PictureOnPage], problems: list[str],
    doubted: bool,
) -> Page:  # fmt: skip
    picture = rendered(page, MARK_SIDE)
    width, height = page.get_size()
    scale_x, scale_y = picture.shape[1] / width, picture.shape[0] / height
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    shown: list[Piece] = []
    for run in layer.runs:
        corners = box_corners(run.left * scale_x, run.top * scale_y, run.right * scale_x, run.bottom * scale_y)
        if run.hidden or _unseen(grey, corners) or _covered(run, pictures, width, height):
            if "hidden_text" not in problems and "ocr_layer" not in problems:
                problems.append("hidden_text")
            continue
        shown.append(Piece(run.text, corners, 1.0, run.spans, (1.0,) * len(run.text), printed=True))
    if layer.turn == 0 and (doubted or "hidden_text" in problems or _on_picture(layer, pictures, width, height)):
        shown, differs = verify_regions(picture, shown, engine)
        problems += ["layer_differs"] * differs
    extra = _pictured_text(page, engine, pictures, picture, shown)
    turn = (360 - layer.turn) % 360
    upright = turned(picture, turn)
    pieces_up = [replace(piece, corners=_turned_corners(piece.corners, picture, turn)) for piece in shown + extra]
    if turn in (90, 270):
        width, height = height, width
    return assemble(
        Flat(upright, None, (upright.shape[1], upright.shape[0])),
        pieces_up,
        Page(
            number, float(width), float(height), (page.get_rotation() + turn) % 360,
            TextFrom.BOTH if extra else TextFrom.LAYER, problems=tuple(problems),
        ),
        engine,
    )  # fmt: skip


def _unseen(grey: Any, corners: Any) -> bool:
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    cut = grey[top:bottom, left:right]
    return cut.size == 0 or int(cut.max()) - int(cut.min()) < HIDDEN_CONTRAST


def _covered(run: Run, pictures: list[PictureOnPage], width: float, height: float) -> bool:
    """An opaque picture drawn after the text lies over it."""
    box = Box(run.left / width, run.top / height, run.right / width, run.bottom / height)
    return any(
        picture.opaque and run.depth >= 0 and picture.depth > run.depth and _inside(box, picture.box)
        for picture in pictures
    )


def _on_picture(layer: Layer, pictures: list[PictureOnPage], width: float, height: float) -> bool:
    """Text laid over a large picture."""
    large = [picture.box for picture in pictures if picture.area >= UNDERLAID]
    boxes = (Box(run.left / width, run.top / height, run.right / width, run.bottom / height) for run in layer.runs)
    return bool(large) and any(_inside(box, picture) for box in boxes for picture in large)


def _inside(box: Box, around: Box) -> bool:
    x, y = box.middle
    return around.left <= x <= around.right and around.top <= y <= around.bottom and box.overlap(around) > 0.8


def _turned_corners(corners: Any, picture: Picture, turn: int) -> Any:
    height, width = picture.shape[:2]
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    if turn == 90:
        return box_corners(height - bottom, left, height - top, right)
    if turn == 180:
        return box_corners(width - right, height - bottom, width - left, height - top)
    if turn == 270:
        return box_corners(top, width - right, bottom, width - left)
    return corners


def _pictured_text(
    page: Any, engine: OcrEngine, pictures: list[PictureOnPage], picture: Picture, shown: list[Piece]
) -> list[Piece]:
    """Words inside larger pictures on the page (an ID card's copy, a pasted slip), by OCR."""
    large = [
        item for item in pictures
        if item.box.width >= PICTURE_SIDE and item.box.height >= 0.06 and item.area >= 0.02
    ]  # fmt: skip
    if not large:
        return []
    fine = rendered(page, OCR_SIDE)
    scale = picture.shape[1] / fine.shape[1]
    found: list[Piece] = []
    for item in large:
        left, top = int(item.box.left * fine.shape[1]), int(item.box.top * fine.shape[0])
        right, bottom = int(item.box.right * fine.shape[1]) + 1, int(item.box.bottom * fine.shape[0]) + 1
        cut = np.ascontiguousarray(fine[top:bottom, left:right])
        for line in engine.read(cut):
            for piece in pieces(line):
                moved = (piece.corners + np.array([left, top], np.float32)) * np.float32(scale)
                if not any(_same_place(moved, other.corners) for other in shown):
                    found.append(replace(piece, corners=moved))
    return found


def _same_place(one: Any, other: Any) -> bool:
    low = np.maximum(one.min(axis=0), other.min(axis=0))
    high = np.minimum(one.max(axis=0), other.max(axis=0))
    if (high <= low).any():
        return False
    smaller = min(np.prod(one.max(axis=0) - one.min(axis=0)), np.prod(other.max(axis=0) - other.min(axis=0)))
    return bool(np.prod(high - low) > 0.4 * smaller)
