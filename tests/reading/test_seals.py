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
    ink = find_ink(picture, [28.0] * 20)
    loose = ink.dark.copy()
    loose[: round(710 * ink.scale)] = 0  # the lines of print
    return find_seals(ink, [], [], loose)


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


def oval(picture: Picture, across: int, down: int, gap: int = 0) -> None:
    """An oval ring with a row of strokes inside; `gap`: degrees without ink at one end."""
    cv2.ellipse(picture, (500, 950), (across, down), 0, gap, 360, (90, 90, 90), 4)
    for n in range(8):
        x = 420 + 20 * n
        cv2.line(picture, (x, 940), (x + 8, 965), (90, 90, 90), 3)


@pytest.mark.parametrize(("across", "down", "gap"), [(150, 150, 0), (160, 105, 0), (160, 105, 50)])
def test_grey_rings_and_ovals_are_seals(across: int, down: int, gap: int) -> None:
    picture = page()
    oval(picture, across, down, gap)
    (seal,) = seals(picture)
    assert seal.colour == "grey"
    assert abs(seal.right - seal.left - 2 * across * find_ink(picture, [28.0] * 20).scale) < 0.15 * across


def test_an_arc_or_a_scribble_is_no_seal() -> None:
    picture = page()
    oval(picture, 160, 105, 200)
    assert seals(picture) == []
    picture = page()
    points = [(350 + 11 * n, 900 + (n * 53) % 130) for n in range(26)]
    cv2.polylines(picture, [np.array(points, np.int32)], False, (40, 40, 40), 3)
    assert seals(picture) == []


@pytest.mark.parametrize("degrees", [0, 4, -6])
def test_a_turned_oblong_stamp_in_red_is_a_seal(degrees: int) -> None:
    picture = page()
    corners = cv2.boxPoints(((500.0, 950.0), (300.0, 110.0), float(degrees))).astype(np.int32)
    cv2.polylines(picture, [corners], True, (60, 50, 210), 4)
    cv2.putText(picture, "STAMPED 2026", (390, 965), cv2.FONT_HERSHEY_SIMPLEX, 1, (60, 50, 210), 3)
    assert [(seal.colour, seal.sure) for seal in seals(picture)] == [("red", True)]
