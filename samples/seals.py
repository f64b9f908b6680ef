"""How are the red seals drawn? A ring with a star, or an oblong with rows of text; fictional companies."""

from __future__ import annotations

import math
from random import Random

from samples.surface import Area, Colour, Surface

REDS: tuple[Colour, ...] = ((0.85, 0.10, 0.12), (0.78, 0.16, 0.16), (0.92, 0.20, 0.18))


def stamp(surface: Surface, x: float, y: float, text: str, inner: str, shape: str, rng: Random, mark: str) -> Area:
    """A seal centred at (x, y); the mark is recorded with its words."""
    colour = rng.choice(REDS)
    surface.transparent(rng.uniform(0.62, 0.85))
    area = (
        _round(surface, x, y, text, inner, colour, rng)
        if shape == "round"
        else _oblong(surface, x, y, text, inner, colour)
    )
    surface.transparent(1.0)
    surface.note_mark(mark, "seal", "present", area, text + inner)
    return area


def _round(surface: Surface, x: float, y: float, text: str, inner: str, colour: Colour, rng: Random) -> Area:
    radius = rng.uniform(44, 52)
    turn = rng.uniform(-14, 14)
    surface.circle(x, y, radius, 2.4, colour)
    points = []
    for n in range(10):
        reach = radius * (0.30 if n % 2 == 0 else 0.115)
        angle = math.radians(-90 + 36 * n + turn)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    surface.polygon(points, colour)
    sweep = min(270.0, 19.0 * len(text))
    size = min(12.5, radius * math.radians(sweep) / max(1, len(text)) * 0.72)
    for n, character in enumerate(text):
        degrees = -90 - sweep / 2 + sweep * (n + 0.5) / len(text) + turn
        angle = math.radians(degrees)
        reach = radius - size * 0.86
        surface.turned_text(
            x + reach * math.cos(angle),
            y + reach * math.sin(angle),
            character,
            -(degrees + 90),
            "serif",
            size,
            colour,
            stretch=0.8,
            bold=True,
        )
    if inner:
        surface.turned_text(x, y + radius * 0.56, inner, -turn, "serif", 8.2, colour, bold=True)
    return x - radius - 1.2, y - radius - 1.2, x + radius + 1.2, y + radius + 1.2


def _oblong(surface: Surface, x: float, y: float, text: str, inner: str, colour: Colour) -> Area:
    rows = [row for row in (text, inner) if row]
    size = 9.5
    half_wide = max(len(row) for row in rows) * size / 2 + 7
    half_high = len(rows) * size * 0.75 + 6
    area = (x - half_wide, y - half_high, x + half_wide, y + half_high)
    surface.rect(area, 1.8, colour)
    for n, row in enumerate(rows):
        surface.text(
            x, y - half_high + 5 + size * 1.45 * (n + 0.75), row, "serif", size, colour, bold=True, align="middle"
        )
    return area
