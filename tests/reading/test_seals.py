"""Which stamps are found that lost their colour in a copy, and what is no stamp?"""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from verifier.reading.ink import find_ink
from verifier.reading.ocr.engine import Picture
from verifier.reading.seals import SealFound, find_seals


def page() -> Picture:
    """White paper with lines of print, so that the size of its characters is known."""
    picture = np.full((1400, 1000, 3), 252, np.uint8)
    for y in range(100, 700, 40):
        cv2.putText(picture, "ONE LINE OF PRINT ON THE PAGE", (80, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (20, 20, 20), 2)
    return picture


def chop(picture: Picture, x: int, y: int, side: int, gap: int = 0) -> None:
    """A square frame with strokes inside; `gap`: pixels missing of its upper side."""
    cv2.rectangle(picture, (x, y), (x + side, y + side), (60, 60, 60), 3)
    for n in range(4):
        at = y + 12 + n * (side - 24) // 3
        cv2.line(picture, (x + 12, at), (x + side - 12, at), (60, 60, 60), 3)
    cv2.line(picture, (x + side // 2, y + 12), (x + side // 2, y + side - 12), (60, 60, 60), 3)
    if gap:
        picture[y - 3 : y + 4, x + 8 : x + 8 + gap] = 252


def seals(picture: Picture) -> list[SealFound]:
    return find_seals(find_ink(picture, [28.0] * 20), [], [])


def test_a_square_name_seal_in_a_grey_copy_is_for_a_person_to_judge() -> None:
    picture = page()
    chop(picture, 600, 900, 70)
    (seal,) = seals(picture)
    assert (seal.colour, seal.sure) == ("grey", False)


@pytest.mark.parametrize(("side", "gap"), [(20, 0), (200, 0), (70, 40)])
def test_tick_boxes_cells_and_open_frames_are_no_seals(side: int, gap: int) -> None:
    picture = page()
    chop(picture, 600, 900, side, gap)
    assert seals(picture) == []


def test_a_table_is_no_row_of_seals() -> None:
    picture = page()
    for n in range(4):
        chop(picture, 300 + 70 * n, 900, 70)
    assert seals(picture) == []
