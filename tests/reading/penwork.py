"""How does ink get onto paper? Pens, stroke models and stamps in pixels, for the sheets of the bench.

Nothing here comes from the generator of cases: signatures are random running strokes, with skeletons of
characters and fonts of somebody's handwriting (if given) beside them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples import fonts
from samples.handwriting import skeleton

Pixels = NDArray[Any]
Points = NDArray[np.float64]
MM = 300 / 25.4  # pixels of a millimetre on the drawn sheet
Area = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Pen:
    """Colour (RGB), width in millimetres, how much paper shows through, how much the stroke breaks up."""

    name: str
    colour: tuple[int, int, int]
    width: float
    cover: float
    grain: float


PENS = (
    Pen("ballpoint blue", (38, 52, 140), 0.32, 0.85, 0.25),
    Pen("ballpoint black", (40, 40, 46), 0.32, 0.85, 0.25),
    Pen("light blue", (110, 140, 215), 0.4, 0.8, 0.2),
    Pen("gel black", (18, 18, 20), 0.5, 0.97, 0.05),
    Pen("gel blue", (25, 40, 150), 0.55, 0.95, 0.05),
    Pen("felt", (25, 25, 35), 1.0, 0.92, 0.05),
    Pen("fountain", (30, 35, 80), 0.7, 0.9, 0.1),
    Pen("pencil", (95, 95, 98), 0.45, 0.7, 0.5),
    Pen("worn", (70, 75, 120), 0.3, 0.7, 0.4),
    Pen("red", (200, 40, 50), 0.45, 0.85, 0.15),
)


def curve(points: Sequence[tuple[float, float]], steps: int = 8) -> Points:
    """A smooth line through the points."""
    p = np.asarray(points, np.float64)
    if len(p) < 3:
        return p
    p = np.concatenate([p[:1], p, p[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    a, b, c, d = p[:-3], p[1:-2], p[2:-1], p[3:]
    out = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.concatenate([out.transpose(1, 0, 2).reshape(-1, 2), p[-1:]])


# --- signatures in units of their height, base line at 0, upwards negative --------------------------


def latin(rng: Random) -> list[Points]:
    """A running hand: loops of changing height, a large first letter, perhaps a flourish."""
    x, lean = 0.0, rng.uniform(0.1, 0.5)
    points = [(0.0, -rng.uniform(0.2, 0.6)), (rng.uniform(0.1, 0.4), -rng.uniform(0.8, 1.1))]
    points += [(rng.uniform(0, 0.2), 0.05), (rng.uniform(0.3, 0.5), -rng.uniform(0.3, 0.6))]
    x = 0.55
    for _ in range(rng.randint(3, 9)):
        tall = rng.choice((0.3, 0.35, 0.3, 0.9, 0.4))
        deep = rng.choice((0.0, 0.0, 0.03, 0.4))
        wide = rng.uniform(0.12, 0.38)
        back = rng.uniform(0.0, 0.14)
        points += [(x + wide * 0.6 + lean * tall, -tall), (x + wide * 0.4 - back, -0.5 * tall), (x + wide * 0.5, deep)]
        x += wide
    strokes = [curve([*points, (x + rng.uniform(0.1, 0.9), -rng.uniform(0.0, 0.5))])]
    if rng.random() < 0.35:
        strokes.append(curve([(x * 1.05, 0.1), (0.3 * x, rng.uniform(0.2, 0.35)), (x * 1.2, rng.uniform(0.05, 0.3))]))
    if rng.random() < 0.3:
        strokes.append(curve([(0.3 * x, -1.0), (0.6 * x, -0.8), (0.8 * x, -0.95)]))
    return strokes


def running_han(rng: Random) -> list[Points]:
    """Two or three characters of a quick hand: level, upright and slanting strokes, often joined."""
    strokes: list[Points] = []
    x = 0.0
    for _ in range(rng.choice((2, 2, 3, 3, 4))):
        size, pending = rng.uniform(0.75, 1.15), list[tuple[float, float]]()
        for _ in range(rng.randint(3, 8)):
            a, b = rng.uniform(0.05, 0.5), rng.uniform(0.05, 0.9)
            kind = rng.choice(("level", "upright", "sweep", "hook", "dot"))
            ends = {
                "level": [(a, b), (a + rng.uniform(0.3, 0.7), b - rng.uniform(0.02, 0.16))],
                "upright": [(a + 0.2, b * 0.4), (a + 0.2 + rng.uniform(-0.05, 0.05), b * 0.4 + rng.uniform(0.3, 0.7))],
                "sweep": [(a + 0.35, b * 0.5), (a + 0.25, b * 0.5 + 0.3), (a - 0.05, b * 0.5 + 0.5)],
                "hook": [(a, b * 0.6), (a + 0.45, b * 0.6 - 0.05), (a + 0.4, b * 0.6 + 0.4), (a + 0.3, b * 0.6 + 0.35)],
                "dot": [(a + 0.3, b), (a + 0.4, b + 0.12)],
            }[kind]
            if pending and rng.random() < 0.55:
                pending += ends
            else:
                if pending:
                    strokes.append(curve(pending))
                pending = ends
        strokes.append(curve(pending))
        grown = [(s * size + (x, -1.0)) for s in strokes[-3:]]
        strokes[-3:] = grown
        x += rng.uniform(0.65, 1.0) * size
    if rng.random() < 0.2:
        strokes.append(curve([(x, -0.3), (x + 0.5, -0.1), (x + 0.2, 0.3), (x - 0.6, 0.35)]))
    return strokes


def carved(rng: Random, name: str) -> list[Points]:
    """The skeleton of printed characters, bent and leaning."""
    lean, narrow, wave = rng.uniform(-0.1, 0.45), rng.uniform(0.65, 1.05), rng.uniform(0.0, 0.06)
    phase, font = rng.uniform(0, 6), rng.choice(("sans", "serif"))
    strokes, x = [], 0.0
    for character in name:
        for path in skeleton(character, font):
            p = np.asarray(path, np.float64)
            y = p[:, 1] - 0.95 + wave * np.sin(9 * p[:, 0] + phase)
            strokes.append(curve(np.stack([x + narrow * p[:, 0] - lean * y, y], axis=1).tolist(), 4))
        x += narrow * rng.uniform(0.75, 1.0) * (0.6 if character.isascii() else 1.0)
    return strokes


def initials(rng: Random) -> list[Points]:
    """One knot of a line."""
    count = rng.randint(7, 12)
    rows = (rng.uniform(0.6, 1.0), rng.uniform(0.0, 0.4))  # up and down in turns
    return [curve([(1.3 * n / count + rng.uniform(-0.3, 0.3), -rows[n % 2]) for n in range(count)])]


# --- onto the sheet ---------------------------------------------------------------------------------


def _blend(sheet: Pixels, mask: Pixels, left: int, top: int, colour: Sequence[int], cover: float) -> None:
    high, wide = mask.shape
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + wide, sheet.shape[1]), min(top + high, sheet.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    share = cover * mask[y0 - top : y1 - top, x0 - left : x1 - left, None].astype(np.float32) / 255
    cut = sheet[y0:y1, x0:x1].astype(np.float32)
    ink = cut * np.asarray(colour, np.float32) / 255  # ink over ink is darker, as on paper
    sheet[y0:y1, x0:x1] = (cut * (1 - share) + ink * share).astype(np.uint8)


def grained(mask: Pixels, grain: float, rng: Random) -> Pixels:
    """A stroke that the paper's tooth breaks up."""
    if grain <= 0:
        return mask
    noise: Pixels = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 1, mask.shape).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 1.6)
    noise = noise / max(float(noise.std()), 1e-6)
    return np.asarray(np.clip(mask * np.clip(1.0 + grain * noise - grain * 0.3, 0, 1), 0, 255), np.uint8)


def stroke(sheet: Pixels, strokes: Sequence[Points], pen: Pen, rng: Random) -> Area:
    """Draws strokes (in pixels) and gives the box of their ink."""
    both = np.concatenate(list(strokes))
    reach = pen.width * MM
    left, top = (int(v) for v in both.min(axis=0) - reach - 3)
    right, bottom = (int(v) for v in both.max(axis=0) + reach + 4)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for line in strokes:
        press = rng.uniform(0.75, 1.2)
        for n in range(len(line) - 1):
            swell = (
                press * (0.75 + 0.45 * math.sin(math.pi * (n + 1) / len(line))) if pen.grain or pen.width > 0.6 else 1
            )
            a, b = ((line[k] - (left, top)) * 16 for k in (n, n + 1))
            thick = max(1, round(pen.width * MM * swell))
            cv2.line(mask, tuple(int(v) for v in a), tuple(int(v) for v in b), 255, thick, cv2.LINE_AA, 4)
    _blend(sheet, grained(mask, pen.grain, rng), left, top, pen.colour, pen.cover)
    return float(both[:, 0].min()), float(both[:, 1].min()), float(both[:, 0].max()), float(both[:, 1].max())


@lru_cache(maxsize=64)
def face(name: str, size: int) -> ImageFont.FreeTypeFont:
    path = name if Path(name).suffix else str(fonts.source(name))
    return ImageFont.truetype(path, size)


def written(text: str, font: str, size: int, lean: float = 0.0) -> tuple[Pixels, tuple[int, int]]:
    """The mask of a line of type and where its left end of the base line stands in it."""
    type_ = face(font, size)
    wide = int(type_.getlength(text)) + size
    mask = Image.new("L", (wide, 2 * size), 0)
    ImageDraw.Draw(mask).text((size // 4, int(1.4 * size)), text, fill=255, font=type_, anchor="ls")
    out = np.asarray(mask)
    if lean:
        matrix = np.array([[1, -lean, lean * 1.4 * size], [0, 1, 0]], np.float64)
        out = np.asarray(cv2.warpAffine(out, matrix, (out.shape[1] + size // 2, out.shape[0]), flags=cv2.INTER_LINEAR))
    return out, (size // 4, int(1.4 * size))


def print_(
    sheet: Pixels, x: float, base: float, text: str, font: str, size: float, colour: Sequence[int] = (15, 15, 15),
    lean: float = 0.0, bold: bool = False, cover: float = 1.0,
) -> Area:  # fmt: skip
    """Prints a line of type (size in millimetres) and gives its box."""
    pixels = round(size * MM)
    mask, (across, down) = written(text, font, pixels, lean)
    if bold:
        mask = cv2.dilate(mask, np.ones((2, 3), np.uint8))
    _blend(sheet, mask, round(x) - across, round(base) - down, colour, cover)
    return x, base - 0.86 * pixels, x + face(font, pixels).getlength(text), base + 0.14 * pixels


def fonted(
    sheet: Pixels, x: float, base: float, name: str, font: str, high: float, pen: Pen, rng: Random
) -> Area:  # fmt: skip
    """A name in a font of somebody's handwriting, leaning, climbing and breaking up."""
    mask, (across, down) = written(name, font, round(high), rng.uniform(-0.05, 0.3))
    turn = cv2.getRotationMatrix2D((across, down), rng.uniform(-2, 6), 1.0)
    mask = np.asarray(cv2.warpAffine(mask, turn, (mask.shape[1], mask.shape[0])))
    if pen.width < 0.35:
        mask = cv2.erode(mask, np.ones((2, 2), np.uint8))
    mask = grained(mask, pen.grain, rng)
    rows, columns = np.nonzero(mask > 90)
    if not len(rows):
        return x, base, x + 1, base + 1
    left, top = round(x) - int(columns.min()), round(base) - down
    _blend(sheet, mask, left, top, pen.colour, pen.cover)
    return tuple(float(v) for v in (
        left + columns.min(), top + rows.min(), left + columns.max(), top + rows.max(),
    ))  # type: ignore[return-value]  # fmt: skip


# --- stamps -----------------------------------------------------------------------------------------


def _turned(mask: Pixels, text: str, font: str, size: int, at: tuple[float, float], degrees: float) -> None:
    letter, (across, _) = written(text, font, size)
    wide = face(font, size).getlength(text)
    middle = (across + wide / 2, 1.4 * size - 0.36 * size)
    turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
    turn[:, 2] = turn[:, 2] + np.asarray(at) - np.asarray(middle)
    drawn = cv2.warpAffine(letter, turn, (mask.shape[1], mask.shape[0]))
    np.maximum(mask, drawn, out=mask)


def stamp(rng: Random, shape: str, company: str, purpose: str) -> Pixels:
    """The mask of a stamp, unevenly inked and a little turned."""
    if shape in ("round", "oval"):
        mask = _ring(rng, 1.0 if shape == "round" else rng.uniform(0.6, 0.75), company, purpose)
    elif shape == "chop":
        mask = _chop(rng, company[:2] + "之印"[: rng.choice((1, 2))])
    else:
        mask = _oblong(rng, (company, purpose) if rng.random() < 0.5 else (purpose, "2026.03.02"))
    high, wide = mask.shape
    turn = cv2.getRotationMatrix2D(
        (wide / 2, high / 2), rng.uniform(-18, 18) if shape == "round" else rng.gauss(0, 3), 1
    )
    mask = np.asarray(cv2.warpAffine(mask, turn, (wide, high)))
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 1, (high // 24 + 2, wide // 24 + 2))
    patchy = cv2.resize(noise.astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    mask = (mask * np.clip(1.0 + rng.uniform(0.05, 0.35) * patchy, 0.1, 1)).astype(np.uint8)
    return grained(mask, rng.choice((0.1, 0.3, 0.5)), rng)


def _ring(rng: Random, flat: float, company: str, purpose: str) -> Pixels:
    radius = rng.uniform(18, 21) * MM
    side = int(2.3 * radius)
    mask: Pixels = np.zeros((side, side), np.uint8)
    middle = side / 2
    thick = round(rng.uniform(0.8, 1.3) * MM)
    cv2.circle(mask, (side // 2, side // 2), int(radius), 255, thick, cv2.LINE_AA)
    if rng.random() < 0.2:
        cv2.circle(mask, (side // 2, side // 2), int(radius - 1.8 * MM), 255, 3, cv2.LINE_AA)
    sweep, size = min(260.0, 20.0 * len(company)), round(rng.uniform(3.6, 4.4) * MM)
    for n, character in enumerate(company):
        degrees = -90 - sweep / 2 + sweep * (n + 0.5) / len(company)
        angle, reach = math.radians(degrees), radius - 0.95 * size
        at = (middle + reach * math.cos(angle), middle + reach * math.sin(angle))
        _turned(mask, character, "serif", size, at, -(degrees + 90))
    if flat == 1.0:
        star = [
            (middle + r * math.sin(math.pi * n / 5), middle - r * math.cos(math.pi * n / 5))
            for n in range(10) for r in (radius * (0.3 if n % 2 == 0 else 0.115),)
        ]  # fmt: skip
        cv2.fillPoly(mask, [np.asarray(star, np.int32)], 255, cv2.LINE_AA)
    _turned(mask, purpose, "serif", round(3.0 * MM), (middle, middle + 0.55 * radius), 0)
    if flat < 1:
        mask = cv2.resize(mask, (side, int(side * flat)), interpolation=cv2.INTER_AREA)
    return mask


def _chop(rng: Random, words: str) -> Pixels:
    side = int(rng.uniform(9, 14) * MM)
    mask = np.zeros((side + 20, side + 20), np.uint8)
    light = rng.random() < 0.35  # white characters on a solid ground
    cv2.rectangle(mask, (10, 10), (10 + side, 10 + side), 255, -1 if light else round(0.9 * MM))
    rows = (words[:2], words[2:]) if len(words) > 3 else (words[:1], words[1:])
    type_ = np.zeros_like(mask)
    for n, column in enumerate(rows):
        for k, character in enumerate(column):
            at = (10 + side * (0.72 - 0.45 * n), 10 + side * (k + 0.5) / len(column))
            _turned(type_, character, "serif", int(side * (0.42 if len(column) > 1 else 0.5)), at, 0)
    return np.asarray(cv2.subtract(mask, type_) if light else cv2.max(mask, type_))


def _oblong(rng: Random, rows: Sequence[str]) -> Pixels:
    size = round(rng.uniform(3.4, 4.4) * MM)
    wide = max(int(face("sans", size).getlength(row)) for row in rows) + 2 * size
    high = int((1.4 * len(rows) + 0.8) * size)
    mask = np.zeros((high + 24, wide + 24), np.uint8)
    cv2.rectangle(mask, (12, 12), (12 + wide, 12 + high), 255, round(rng.uniform(0.4, 0.9) * MM))
    for n, row in enumerate(rows):
        _turned(mask, row, "sans", size, (12 + wide / 2, 12 + size * (1.1 + 1.4 * n)), 0)
    return mask


def press(sheet: Pixels, mask: Pixels, x: float, y: float, colour: Sequence[int], cover: float) -> Area:
    """Presses a stamp centred at (x, y) and gives the box of its ink."""
    rows, columns = np.nonzero(mask > 60)
    left, top = round(x - mask.shape[1] / 2), round(y - mask.shape[0] / 2)
    _blend(sheet, mask, left, top, colour, cover)
    return tuple(float(v) for v in (
        left + columns.min(), top + rows.min(), left + columns.max(), top + rows.max(),
    ))  # type: ignore[return-value]  # fmt: skip
