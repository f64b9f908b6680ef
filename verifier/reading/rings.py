"""Which round buttons (○ ● ◉) stand on the page, and which of them are filled or ticked?

A ring counts when the words say that it is one, or when another of its size stands in its row or
column: a lone ring may be a letter, a digit or a bullet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verifier.reading.ink import Ink, Outlines

ROUND = 0.085  # spread of the outline's distance from its middle, as a share of the radius
_ANGLES = np.linspace(0, 2 * np.pi, 40, endpoint=False)
FULL = 0.8  # share of the inside with ink: a disc


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle in working pixels; `filled` is the share of its inside that carries ink."""

    x: float
    y: float
    radius: float
    filled: float

    @property
    def square(self) -> tuple[int, int, int, int]:
        x, y, radius = self.x, self.y, self.radius
        return round(x - radius), round(y - radius), round(x + radius) + 1, round(y + radius) + 1


def find_rings(ink: Ink, outlines: Outlines) -> list[Ring]:
    """Circles of about a character's size: rings, discs, and rings that a tick runs out of."""
    least, most = 0.42 * ink.em, 1.5 * ink.em
    wide, high = outlines.boxes[:, 2], outlines.boxes[:, 3]
    short, long = np.minimum(wide, high), np.maximum(wide, high)
    fits = ~outlines.hole & (short >= least) & (long <= 3.2 * most)
    compact = (long <= most) & (wide >= 0.8 * high) & (wide <= 1.25 * high)
    found, crossed = [], []
    for place in np.flatnonzero(fits & (compact | outlines.holed)):
        left, top, wide_, high_ = outlines.boxes[place].tolist()
        if len(outlines.points[place]) < 2.2 * least:
            continue
        if compact[place] and _is_round(outlines.points[place]):
            x, y, radius = left + (wide_ - 1) / 2, top + (high_ - 1) / 2, (wide_ + high_) / 4
            found.append(Ring(x, y, radius, inside_share(ink, x, y, radius)))
        elif outlines.holed[place]:  # perhaps a ring with a stroke across
            crossed.append((left, top, wide_, high_))
    rows = np.array([ring.y for ring in found if ring.filled < FULL])
    for box in crossed:
        if (np.abs(rows - box[1] - box[3] / 2) < 1.6 * ink.em).any() and (
            ring := _crossed(ink, box, found)
        ) is not None:
            found.append(ring)
    return found


def _is_round(outline: NDArray[Any]) -> bool:
    across, down = outline[:, 0, 0], outline[:, 0, 1]
    x = across - (float(across.min()) + float(across.max())) / 2
    y = down - (float(down.min()) + float(down.max())) / 2
    squared = x * x + y * y
    mean = float(np.sqrt(squared).mean())
    return bool(max(float(squared.mean()) - mean * mean, 0.0) < (ROUND * mean + 0.25) ** 2)


def inside_share(ink: Ink, x: float, y: float, radius: float) -> float:
    """Share of the inner disc that carries ink at least half as dark as the ring."""
    reach = max(2.0, radius - max(2.5, 0.28 * radius))
    left, top = max(int(x - radius), 0), max(int(y - radius), 0)
    cut = 255 - ink.grey[top : int(y + radius) + 2, left : int(x + radius) + 2].astype(np.int16)
    if not cut.size:
        return 0.0
    down, across = np.ogrid[top : top + cut.shape[0], left : left + cut.shape[1]]
    away = np.hypot(down - y, across - x)
    rim = cut[(away > radius - 3) & (away <= radius + 1)]
    inner = cut[away <= reach]
    if not rim.size or not inner.size:
        return 0.0
    return float((inner > max(0.5 * float(np.percentile(rim, 80)), 40.0)).mean())


def _crossed(ink: Ink, box: tuple[int, int, int, int], known: list[Ring]) -> Ring | None:
    """A ring of a known size within a patch of ink that a stroke made larger."""
    left, top, wide, high = box
    y_middle = top + high / 2
    sizes = {round(ring.radius, 1) for ring in known if abs(ring.y - y_middle) < 1.6 * ink.em and ring.filled < FULL}
    best: tuple[float, Ring] | None = None
    for radius in sorted(sizes):
        if min(wide, high) < 1.7 * radius:
            continue
        xs = np.arange(left + radius - 1, left + wide - radius + 1.5)
        ys = np.arange(top + radius - 1, top + high - radius + 1.5)
        if not len(xs) or not len(ys):
            continue
        dx, dy = (radius - 1) * np.cos(_ANGLES), (radius - 1) * np.sin(_ANGLES)
        columns = (xs[:, None] + dx).round().astype(int).clip(0, ink.shape[1] - 1)
        rows = (ys[:, None] + dy).round().astype(int).clip(0, ink.shape[0] - 1)
        shares = (ink.dark[rows[None], columns[:, None]] > 0).mean(axis=2)
        across, down = np.unravel_index(int(shares.argmax()), shares.shape)
        share = float(shares[across, down])
        if share >= 0.88 and (best is None or share > best[0]):
            best = share, Ring(float(xs[across]), float(ys[down]), radius, 0.0)
    if best is None:
        return None
    ring = best[1]
    return Ring(ring.x, ring.y, ring.radius, inside_share(ink, ring.x, ring.y, ring.radius))


def in_company(ring: Ring, rings: list[Ring], em: float) -> bool:
    """An open ring of the same size stands in its row or its column."""
    return any(
        other is not ring
        and other.filled < FULL
        and abs(other.radius - ring.radius) < 0.16 * ring.radius + 0.5
        and (
            (abs(other.y - ring.y) < 0.6 * em and abs(other.x - ring.x) < 30 * em)
            or (abs(other.x - ring.x) < 0.6 * em and abs(other.y - ring.y) < 5 * em)
        )
        for other in rings
    )
