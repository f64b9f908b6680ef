"""A place is blank when the pixels say so."""

from __future__ import annotations

import numpy as np
import pytest

from verifier.ink import COLUMNS, unpack
from verifier.model import Box
from verifier.reading.look import ink_map


def page() -> np.ndarray:
    rng = np.random.default_rng(7)
    return np.clip(rng.normal(235, 6, (2000, 1400)), 0, 255).astype(np.uint8)


def test_grain_and_rulings_are_no_ink() -> None:
    grey = page()
    grey[1000:1003, 200:1200] = 40
    found = unpack(ink_map(grey, [(200, 1000, 1200, 1003)]))
    assert found is not None
    assert found.is_blank(Box(0.1, 0.45, 0.9, 0.55))


@pytest.mark.parametrize("depth", [40, 120, 200])
def test_a_pen_stroke_is_ink_also_a_faint_one(depth: int) -> None:
    grey = page()
    for step in range(200):
        grey[900 + step // 4 : 904 + step // 4, 400 + step : 403 + step] = 235 - depth
    found = unpack(ink_map(grey, []))
    assert found is not None
    assert not found.is_blank(Box(0.25, 0.43, 0.5, 0.5))
    assert found.is_blank(Box(0.6, 0.43, 0.9, 0.5))


def test_the_map_has_square_cells() -> None:
    found = unpack(ink_map(page(), []))
    assert found is not None
    assert abs(found.rows - COLUMNS * 2000 / 1400) <= 1
    assert unpack("") is None
