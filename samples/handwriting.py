"""How does a fictional hand write? Characters as pen strokes, the same hand for the same person.

The skeleton of a printed character is traced into strokes; slant, proportions, wobble and pen width
come from the hand's seed, a smaller variation from the occasion. Nobody's real writing is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from samples import fonts

EM = 96
Path2 = tuple[tuple[float, float], ...]


@lru_cache(maxsize=4)
def _face(font: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.source(font)), EM)


def _neighbours(pixels: set[tuple[int, int]], at: tuple[int, int]) -> list[tuple[int, int]]:
    x, y = at
    around = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
    return [(x + dx, y + dy) for dx, dy in around if (x + dx, y + dy) in pixels]


def _trace(skeleton: np.ndarray) -> list[list[tuple[int, int]]]:
    """Walk the skeleton into strokes: straight on at a crossing, from ends first."""
    rows, columns = np.nonzero(skeleton)
    pixels = {(int(x), int(y)) for x, y in zip(columns, rows, strict=True)}
    strokes = []
    while pixels:
        ends = [p for p in pixels if len(_neighbours(pixels, p)) == 1]
        at = min(ends or pixels, key=lambda p: (p[0] + p[1], p))
        stroke = [at]
        pixels.discard(at)
        while near := _neighbours(pixels, at):
            back = stroke[max(0, len(stroke) - 5)]
            going = (at[0] - back[0], at[1] - back[1])
            step = max(near, key=lambda p: (p[0] - at[0]) * going[0] + (p[1] - at[1]) * going[1])
            stroke.append(step)
            pixels.discard(step)
            at = step
        strokes.append(stroke)
    return [stroke for stroke in strokes if len(stroke) > 5]


@lru_cache(maxsize=2048)
def skeleton(character: str, font: str = "serif") -> tuple[Path2, ...]:
    """The strokes of a character in an em square of side 1, top left at (0, 0)."""
    picture = Image.new("L", (EM + 24, EM + 40), 0)
    ImageDraw.Draw(picture).text((12, 2), character, fill=255, font=_face(font))
    ink = (np.asarray(picture) > 110).astype(np.uint8) * 255
    thin = cv2.ximgproc.thinning(cv2.dilate(ink, np.ones((2, 2), np.uint8)))
    paths = []
    for stroke in _trace(thin):
        curve = cv2.approxPolyDP(np.array(stroke, np.float32).reshape(-1, 1, 2), 1.6, False).reshape(-1, 2)
        paths.append(tuple(((x - 12) / EM, (y - 20) / EM) for x, y in curve.tolist()))
    return tuple(paths)


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Catmull-Rom through the corners, so that the pen does not turn on the spot."""
    if len(points) < 3:
        return points
    padded = [points[0], *points, points[-1]]
    out = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for t in (0.0, 0.33, 0.66):
            out.append(
                tuple(
                    0.5
                    * (
                        2 * b[k]
                        + (c[k] - a[k]) * t
                        + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t
                        + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t**3
                    )
                    for k in (0, 1)
                )
            )
    return [(x, y) for x, y in out] + [points[-1]]


@dataclass(frozen=True, slots=True)
class Hand:
    """What is constant in one person's writing."""

    seed: int

    def strokes(
        self, text: str, x: float, y: float, size: float, occasion: int, careful: float = 0.5
    ) -> list[list[tuple[float, float, float]]]:
        """Pen strokes for a text whose top left corner is at (x, y). `careful` 1 is slow writing (a
        copied sentence), 0 is a hasty signature."""
        own, now = Random(self.seed), Random(self.seed * 31 + occasion)
        slant = own.uniform(-0.05, 0.28)
        narrow, rise = own.uniform(0.78, 1.0), own.uniform(-0.05, 0.03)
        pen = own.uniform(0.030, 0.052) * size
        wobble = (1.15 - careful) * 0.045 * own.uniform(0.6, 1.3)
        quick = own.random() < 0.5 and careful < 0.5
        font = own.choice(("sans", "serif"))
        gap = own.uniform(-0.08, 0.04) if careful < 0.7 else 0.0
        habit = {c: (own.uniform(-0.05, 0.05), own.uniform(0.9, 1.12)) for c in sorted(set(text))}
        result = []
        pen_x = x
        for place, character in enumerate(text):
            lift, grow = habit[character]
            grow *= now.uniform(0.95, 1.05)
            half = 0.56 if character.isascii() and character != " " else 1.0
            for path in skeleton(character, font):
                tilt = own.uniform(-0.06, 0.06)
                moved = []
                for px, py in path:
                    jx, jy = now.gauss(0, wobble * 0.5), now.gauss(0, wobble * 0.5)
                    sx, sy = (px + jx) * narrow * grow, (py + jy + tilt * px) * grow
                    moved.append((pen_x + size * (sx + slant * (0.8 - sy)), y + size * (sy + lift + rise * place)))
                result.append(self._pen(_smooth(moved), pen, now))
            pen_x += size * (half * narrow * grow + gap)
        return self._joined(result, pen) if quick else result

    @staticmethod
    def _pen(points: list[tuple[float, float]], pen: float, now: Random) -> list[tuple[float, float, float]]:
        last = max(1, len(points) - 1)
        press = now.uniform(0.85, 1.2)
        return [
            (px, py, pen * press * (0.65 + 0.5 * (1 - abs(2 * n / last - 0.7)))) for n, (px, py) in enumerate(points)
        ]

    @staticmethod
    def _joined(strokes: list[list[tuple[float, float, float]]], pen: float) -> list[list[tuple[float, float, float]]]:
        """A quick hand does not lift the pen between some strokes."""
        out: list[list[tuple[float, float, float]]] = []
        for n, stroke in enumerate(strokes):
            if out and n % 3 == 1:
                x, y, _ = stroke[0]
                out.append([(*out[-1][-1][:2], pen * 0.35), (x, y, pen * 0.35)])
            out.append(stroke)
        return out


def width(text: str, size: float) -> float:
    """About how wide a written text comes out."""
    return sum(0.56 if c.isascii() else 1.0 for c in text) * size * 0.92
