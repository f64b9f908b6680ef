"""How does a picture file become pages?

JPEG, PNG, TIFF of many pages, WebP, BMP, HEIC; EXIF turns, CMYK, 16 bit, transparency. The size is
checked before a pixel is decoded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from verifier.model import Page
from verifier.reading.limits import Limits
from verifier.reading.ocr.engine import OcrEngine, Picture
from verifier.reading.page import read_picture
from verifier.reading.rejections import Refused

LONG_SIDE = 2400  # pixels; an A4 at 205 dpi: characters of 8 points are still 22 pixels high
SMALL_SIDE = 1000  # smaller pictures are enlarged, so that their characters are not below the detector's sight

Image.MAX_IMAGE_PIXELS = None  # our own limit is checked first and gives a rejection, not a warning


def _opened(data: bytes, limits: Limits) -> Image.Image:
    if data[4:8] == b"ftyp":
        import pillow_heif

        pillow_heif.register_heif_opener()
    try:
        picture = Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused("corrupt") from error
    if picture.width * picture.height > limits.picture_pixels:
        raise Refused("too_large", f"{picture.width} × {picture.height} px")
    return picture


def page_count(data: bytes, limits: Limits) -> int:
    picture = _opened(data, limits)
    try:
        return int(getattr(picture, "n_frames", 1)) if picture.format in ("TIFF", "HEIF") else 1
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused("corrupt") from error


def read_image(data: bytes, engine: OcrEngine, limits: Limits) -> Iterator[Page]:
    """The pages of a picture file; a frame that cannot be decoded is a page that was not read."""
    count = page_count(data, limits)
    if count > limits.pages:
        raise Refused("too_many_pages", str(count))
    picture = _opened(data, limits)
    for index in range(count):
        try:
            if index or count > 1:
                picture.seek(index)
            if picture.width * picture.height > limits.picture_pixels:
                raise Refused("too_large", f"{picture.width} × {picture.height} px")
            pixels, turn = frame_pixels(picture)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            if count == 1:
                raise Refused("corrupt") from error
            yield unread(index + 1)
            continue
        yield read_picture(
            fitted(pixels), index + 1, engine, size=(pixels.shape[1], pixels.shape[0]), turned_already=turn
        )


def frame_at(data: bytes, index: int, limits: Limits) -> tuple[Picture, int]:
    """One frame as 8-bit BGR, turned as its EXIF says, and that turn."""
    picture = _opened(data, limits)
    if index:
        picture.seek(index)
    return frame_pixels(picture)


def unread(number: int, width: float = 0.0, height: float = 0.0) -> Page:
    from verifier.model import TextFrom

    return Page(number, width, height, 0, TextFrom.OCR, read=False, legibility=0.0, problems=("page_failed",))


_EXIF_TURN = {3: 180, 6: 90, 8: 270}


def frame_pixels(frame: Image.Image) -> tuple[Picture, int]:
    """The frame as 8-bit BGR, turned as its EXIF says, and that turn."""
    held = int(frame.getexif().get(0x0112, 1) or 1)
    turn = _EXIF_TURN.get(held, 0)
    frame = ImageOps.exif_transpose(frame) if held != 1 and frame.format != "HEIF" else frame
    if frame.mode.startswith(("I", "F")):
        deep = np.asarray(frame, dtype=np.float32)
        top = 65535.0 if deep.max(initial=0) > 255 else 255.0
        return cv2.cvtColor(np.clip(deep * (255 / top), 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR), turn
    if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        clear = frame.convert("RGBA")
        frame = Image.new("RGBA", clear.size, "white")
        frame.alpha_composite(clear)
    if frame.mode in ("L", "1"):
        return cv2.cvtColor(np.asarray(frame.convert("L")), cv2.COLOR_GRAY2BGR), turn
    return cv2.cvtColor(np.asarray(frame.convert("RGB")), cv2.COLOR_RGB2BGR), turn


def fitted(pixels: Picture) -> Picture:
    """At most LONG_SIDE, at least SMALL_SIDE pixels on the long side."""
    long_side = max(pixels.shape[:2])
    if long_side > LONG_SIDE:
        scale = LONG_SIDE / long_side
        return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if long_side < SMALL_SIDE:
        scale = SMALL_SIDE / long_side
        return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return pixels
