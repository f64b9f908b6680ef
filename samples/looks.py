"""What does a scanner or a telephone make of a page? Pixels degraded, and where each point went.

Every look gives a picture and the 3x3 matrix from fractions of the drawn page to fractions of the upright
picture; a turn of 90, 180 or 270 degrees is applied last and changes no truth, because boxes are
fractions of the upright page.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from random import Random
from typing import Any

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[Any]
Matrix = NDArray[np.float64]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as pixels (RGB or grey), with the map of its points and the turn it was saved with."""

    pixels: Pixels
    matrix: Matrix
    turn: int
    dpi: int


def render(pdf: bytes, dpi: int) -> list[Pixels]:
    """Every page of a PDF as RGB pixels."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB")) for page in document]
    document.close()
    return pages


def moved(box: Box, matrix: Matrix) -> Box:
    """The upright box around a box after the map."""
    left, top, right, bottom = box
    corners = np.array([[left, top, 1], [right, top, 1], [right, bottom, 1], [left, bottom, 1]], np.float64)
    mapped = corners @ matrix.T
    points = mapped[:, :2] / mapped[:, 2:3]
    low, high = points.min(axis=0).clip(0, 1), points.max(axis=0).clip(0, 1)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _fractions(matrix: Matrix, before: tuple[int, int], after: tuple[int, int]) -> Matrix:
    """A pixel homography as one between fractions; sizes are (width, height)."""
    return np.asarray(np.diag([1 / after[0], 1 / after[1], 1.0]) @ matrix @ np.diag([*map(float, before), 1.0]))


def _noise(pixels: Pixels, sigma: float, seed: int) -> Pixels:
    grain = np.random.default_rng(seed).normal(0, sigma, pixels.shape[:2]).astype(np.float32)
    grain = grain[..., None] if pixels.ndim == 3 else grain
    return np.clip(pixels.astype(np.float32) + grain, 0, 255).astype(np.uint8)


def _skewed(pixels: Pixels, degrees: float) -> tuple[Pixels, Matrix]:
    high, wide = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    paper = 250 if pixels.ndim == 2 else (250, 250, 250)
    out = cv2.warpAffine(pixels, turn, (wide, high), flags=cv2.INTER_LINEAR, borderValue=paper)
    return np.asarray(out), _fractions(np.vstack([turn, [0, 0, 1]]), (wide, high), (wide, high))


def _jpeg(pixels: Pixels, quality: int) -> Pixels:
    """Through JPEG once, as an office scanner stores it."""
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED))


def clean(pixels: Pixels, rng: Random) -> tuple[Pixels, Matrix]:
    """A sharp colour picture, as a screenshot or an e-card is."""
    return pixels, np.eye(3)


def scanned(pixels: Pixels, rng: Random) -> tuple[Pixels, Matrix]:
    """A flat-bed or feeder scan: grey or colour, tint, slight skew, blur, noise, JPEG."""
    if rng.random() < 0.5:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    pixels, matrix = _skewed(pixels, max(-3.0, min(3.0, rng.gauss(0, 0.9))))
    dark, light = rng.randint(10, 45), rng.randint(236, 252)
    pixels = (dark + pixels.astype(np.float32) * (light - dark) / 255).astype(np.uint8)
    if rng.random() < 0.5:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 0.9)))
    pixels = _noise(pixels, rng.uniform(1.5, 6), rng.randrange(1 << 30))
    if rng.random() < 0.3:
        x = rng.randint(20, pixels.shape[1] - 20)
        pixels = pixels.copy()
        pixels[:, x : x + 1] = np.minimum(pixels[:, x : x + 1], 190)
    return _jpeg(pixels, rng.randint(55, 85)), matrix


def fax(pixels: Pixels, rng: Random) -> tuple[Pixels, Matrix]:
    """Black and white, as a fax or an old copier makes it."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    grey, matrix = _skewed(grey, rng.gauss(0, 0.5))
    grey = _noise(np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.7)), 14, rng.randrange(1 << 30))
    return np.where(grey > rng.randint(150, 185), 255, 0).astype(np.uint8), matrix


def photo(pixels: Pixels, rng: Random) -> tuple[Pixels, Matrix]:
    """On a desk, a little from the side, under a lamp, with a shadow."""
    high, wide = pixels.shape[:2]
    pad = int(wide * rng.uniform(0.03, 0.08))
    out_wide, out_high = wide + 2 * pad, high + 2 * pad
    lean = wide * 0.035

    def corner(x: float, y: float) -> tuple[float, float]:
        return x + pad + rng.uniform(-lean, lean), y + pad + rng.uniform(-lean, lean)

    source = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    target = (
        np.array([corner(*point) for point in source.tolist()], np.float32)
        .clip(2, [out_wide - 3, out_high - 3])
        .astype(np.float32)
    )
    matrix: Matrix = np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)
    desk = tuple(rng.randint(60, 150) for _ in range(3))
    out: Pixels = cv2.warpPerspective(pixels, matrix, (out_wide, out_high), flags=cv2.INTER_LINEAR, borderValue=desk)
    light = _light(out_wide, out_high, rng)
    tint = np.array([rng.uniform(0.95, 1.0), rng.uniform(0.94, 1.0), rng.uniform(0.86, 0.98)], np.float32)
    out = np.clip(out.astype(np.float32) * light[..., None] * tint, 0, 255).astype(np.uint8)
    out = np.asarray(cv2.GaussianBlur(out, (0, 0), rng.uniform(0.5, 1.0)))
    out = _noise(out, rng.uniform(2, 6), rng.randrange(1 << 30))
    return _jpeg(out, rng.randint(60, 88)), _fractions(matrix, (wide, high), (out_wide, out_high))


def _light(wide: int, high: int, rng: Random) -> NDArray[np.float32]:
    """A lamp to one side and a soft-edged shadow."""
    across, down = np.meshgrid(np.linspace(0, 1, wide, dtype=np.float32), np.linspace(0, 1, high, dtype=np.float32))
    angle = rng.uniform(0, 6.28)
    slope = (across - 0.5) * np.cos(angle) + (down - 0.5) * np.sin(angle)
    light = rng.uniform(0.88, 1.0) + slope * rng.uniform(-0.16, 0.16)
    edge = across * rng.uniform(-0.5, 0.5) + down - rng.uniform(0.2, 0.9)
    shade = 1 / (1 + np.exp(-edge * 14))
    return np.asarray(light * (1 - rng.uniform(0.05, 0.20) * shade), np.float32)


def unreadable(pixels: Pixels, rng: Random) -> tuple[Pixels, Matrix]:
    """So blurred and dark that nobody can read it: must become a review, never a fail."""
    small = cv2.resize(pixels, (max(40, pixels.shape[1] // 14), max(40, pixels.shape[0] // 14)))
    out = cv2.resize(small, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_CUBIC)
    out = np.asarray(cv2.GaussianBlur(out, (0, 0), 9))
    return _noise((out.astype(np.float32) * 0.55 + 20).astype(np.uint8), 12, rng.randrange(1 << 30)), np.eye(3)


SCANNED_AT = time.gmtime(1_790_000_000)  # always the same, so that a case drawn again is the same file
LOOKS = {"clean": clean, "scanned": scanned, "fax": fax, "photo": photo, "unreadable": unreadable}
TURNS = {0: None, 90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def look_at(pixels: Pixels, look: str, rng: Random, dpi: int, turn: int = 0, grey: bool = False) -> Picture:
    """The page through a look, turned clockwise as the careless scanner fed it."""
    out, matrix = LOOKS[look](pixels, rng)
    if grey and out.ndim == 3 and look == "scanned":
        out = np.asarray(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY))
    code: Any = TURNS[turn]
    return Picture(out if code is None else np.asarray(cv2.rotate(out, code)), matrix, turn, dpi)


def encoded(picture: Picture, form: str = "JPEG", quality: int = 75) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    Image.fromarray(picture.pixels).save(
        buffer, form, **({"quality": quality} if form in ("JPEG", "WEBP") else {}), dpi=(picture.dpi, picture.dpi)
    )
    return buffer.getvalue()


def as_pdf(pictures: list[Picture], quality: int = 75) -> bytes:
    """The pictures as the pages of one scanned PDF."""
    images = [Image.fromarray(picture.pixels) for picture in pictures]
    buffer = io.BytesIO()
    images[0].save(
        buffer,
        "PDF",
        save_all=True,
        append_images=images[1:],
        resolution=pictures[0].dpi,
        quality=quality,
        creationDate=SCANNED_AT,
        modDate=SCANNED_AT,
    )
    return buffer.getvalue()
