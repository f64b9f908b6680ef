"""Which lines of a form are found where they hang on shaded bars, and which way up is an almost empty page?"""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from verifier.reading.ocr.engine import OcrLine, Picture
from verifier.reading.page import upright_view
from verifier.reading.rules import find_rules
from verifier.reading.sheet import box_corners

COLUMNS = (120, 370, 620, 1040, 1290, 1540)


def panel(bar: int) -> Picture:
    """A shaded bar of that height with a row of pale ruled cells hanging on it."""
    grey = np.full((2340, 1660), 245, np.uint8)
    grey[300 : 300 + bar, 120:1542] = 90
    for x in COLUMNS:
        cv2.line(grey, (x, 300 + bar), (x, 420), 150, 2)
    cv2.line(grey, (120, 420), (1540, 420), 150, 2)
    noise = np.random.default_rng(7).normal(0, 4, grey.shape)
    return np.clip(grey + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("bar", [20, 34, 48])
def test_cells_under_a_bar_are_bounded(bar: int) -> None:
    found = find_rules(panel(bar))
    upright = [rule for rule in found if not rule.horizontal]
    for x in COLUMNS:
        assert any(abs((rule.left + rule.right) / 2 - x) < 4 and rule.bottom > 410 for rule in upright), x
    level = [(rule.top + rule.bottom) / 2 for rule in found if rule.horizontal and rule.length > 1300]
    assert any(abs(y - 300 - bar) < 14 for y in level)  # the bar's lower edge
    assert any(abs(y - 420) < 4 for y in level)


def test_lines_of_text_are_no_bars() -> None:
    grey = np.full((2340, 1660), 245, np.uint8)
    for y in range(300, 900, 40):
        cv2.putText(grey, "THE WHOLE LINE OF TEXT " * 4, (120, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 30, 2)
    assert [rule for rule in find_rules(grey) if rule.length > 800] == []


class StandingEngine:
    """Reads lines that stand on end unless the picture is turned as it should be."""

    name = "standing"

    def read(self, picture: Picture) -> list[OcrLine]:
        upright = picture.shape[0] > picture.shape[1] and bool(picture[:100].min() < 100)
        wide, high = (300, 30) if upright else (30, 300)
        corners = [box_corners(80, 80 + 60 * n, 80 + wide, 80 + 60 * n + high) for n in range(3)]
        return [OcrLine("投保人签名", corner, 0.98 if upright else 0.9) for corner in corners]


def test_an_almost_empty_page_is_turned_by_its_words() -> None:
    page = np.full((1600, 1130, 3), 250, np.uint8)
    page[40:60, 100:400] = 20
    lying = cv2.rotate(page, cv2.ROTATE_90_CLOCKWISE)
    turn, view, _ = upright_view(lying, StandingEngine())  # type: ignore[arg-type]
    assert (turn, view.image.shape[:2]) == (270, (1600, 1130))
