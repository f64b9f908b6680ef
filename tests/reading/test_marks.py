"""Are round buttons, strikes and ink across a label found on the pixels of a page?"""

from __future__ import annotations

from pathlib import Path

import pytest

from samples.handwriting import Hand
from samples.surface import Surface
from tests.reading.engines import Silent
from verifier.model import MarkKind, MarkState, Page
from verifier.reading.limits import Limits
from verifier.reading.pdf import opened, read_page

KEPT = Path(__file__).parents[2] / "samples" / "cases"
BLUE = (0.08, 0.14, 0.55)


def read(surface: Surface) -> Page:
    return read_page(opened(surface.finish().pdf, Limits())[0], 1, Silent())


def sheet() -> Surface:
    page = Surface()
    for row in range(4):
        page.text(60, 80 + 20 * row, "本人已阅读保险条款和产品说明书的全部内容", "sans", 10.5)
    return page


def test_round_buttons_are_boxes_and_a_dot_ticks_them() -> None:
    page = sheet()
    for x, answer, dotted in ((100.0, "年交", True), (180.0, "月交", False)):
        page.circle(x, 196, 4.5, 0.7, (0, 0, 0))
        if dotted:
            page.circle(x, 196, 2.4, 0.1, (0, 0, 0), fill=True)
        page.text(x + 8, 200, answer, "sans", 10.5)
    ticks = sorted((m for m in read(page).marks if m.kind is MarkKind.TICK), key=lambda m: m.box.left)
    assert [m.state for m in ticks] == [MarkState.PRESENT, MarkState.ABSENT]


def test_a_line_through_a_word_is_a_strike_and_one_under_it_is_not() -> None:
    page = sheet()
    struck = page.text(100, 240, "趸交保险费", "sans", 10.5)
    page.strokes([[(97, 236.5, 1.2), (125, 236.1, 1.2), (struck[2] + 4, 235.9, 1.2)]], BLUE)
    under = page.text(100, 300, "合计保险费", "sans", 10.5)
    page.line(under[0], under[3] + 1, under[2], under[3] + 1, 0.6)
    strikes = [m for m in read(page).marks if m.kind is MarkKind.STRIKE]
    assert len(strikes) == 1 and abs(strikes[0].box.middle[1] * page.height - 236) < 4
    assert (strikes[0].state, strikes[0].text) == (MarkState.PRESENT, "趸交保险费")


def test_bold_headings_and_rulings_through_a_row_are_no_strikes() -> None:
    page = sheet()
    for y, size in ((240, 18), (280, 14), (310, 12)):
        page.text(60, y, "一、保险利益及交费账号", "serif", size, bold=True)
    page.text(60, 350, "二、三十二元整 —— 一份", "sans", 10.5)
    page.line(40, 346.5, 500, 346.5, 0.6)
    assert [m.text for m in read(page).marks if m.kind is MarkKind.STRIKE] == []


def test_blue_ink_across_a_label_is_no_empty_line() -> None:
    page = sheet()
    label = page.text(60, 240, "投保人签名：", "sans", 10.5)
    page.line(label[2], 243, label[2] + 100, 243, 0.5)
    page.strokes(Hand(5).strokes("张伟", label[2] - 26, 224, 20, 9, 0.3), BLUE)
    assert [m.kind for m in read(page).marks if m.kind is MarkKind.SIGNATURE] == [MarkKind.SIGNATURE]


def boxes(page: Surface, places: list[tuple[float, float]], side: float = 10.0) -> None:
    for x, y in places:
        page.rect((x, y, x + side, y + side), 0.7)


def ticks(page: Page) -> list[str]:
    """States from the top left, row by row."""
    found = [m for m in page.marks if m.kind is MarkKind.TICK]
    return [str(m.state) for m in sorted(found, key=lambda m: (round(m.box.top, 2), m.box.left))]


INK = {
    "check": [[(1, 5, 1.3), (4, 9, 1.5), (10, -1, 1.0)]],
    "long check": [[(-2, 4, 1.3), (4, 8, 1.5), (22, -7, 1.0)]],
    "cross": [[(-2, -2, 1.5), (12, 12, 1.5)], [(12, -2, 1.5), (-2, 12, 1.5)]],
    "fat check": [[(1, 4, 3.0), (5, 8, 3.2), (13, -3, 2.8)]],
    "filled": [[(1, y, 2.6), (9, y, 2.6)] for y in (1.5, 3.5, 5.5, 7.5)],
}


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("way", INK)
def test_boxes_under_each_other_are_ticked_apart(way: str, joined: bool) -> None:
    page = sheet()
    places = [(300.0, 220.0 + n * (10 if joined else 18)) for n in range(4)]
    boxes(page, places)
    x, y = places[1]
    page.strokes([[(x + a, y + b, pen) for a, b, pen in stroke] for stroke in INK[way]], BLUE)
    assert ticks(read(page)) == ["absent", "present", "absent", "absent"]


def test_boxes_for_single_characters_are_no_boxes_to_tick() -> None:
    page = sheet()
    boxes(page, [(100.0 + 14 * n, 300.0) for n in range(12)], side=14.0)
    assert ticks(read(page)) == []


def signatures(page: Surface) -> list[tuple[str, str]]:
    return [(str(m.state), m.colour) for m in read(page).marks if m.kind is MarkKind.SIGNATURE]


def signed(page: Surface, colour: tuple[float, float, float], thick: float = 1.0) -> list[tuple[str, str]]:
    label = page.text(60, 240, "投保人签名：", "sans", 10.5)
    page.line(label[2], 243, label[2] + 100, 243, 0.5)
    strokes = Hand(5).strokes("张伟", label[2] + 12, 222, 18, 9, 0.3)
    page.strokes([[(x, y, pen * thick) for x, y, pen in stroke] for stroke in strokes], colour)
    return signatures(page)


def test_a_fat_pen_signs_as_well_as_a_thin_one() -> None:
    assert [state for state, _ in signed(sheet(), (0.05, 0.05, 0.06), 3.0)] == ["present"]


def test_a_pale_pen_beside_its_label_signs() -> None:
    assert [state for state, _ in signed(sheet(), (0.78, 0.78, 0.79))] == ["present"]


def test_red_writing_is_for_a_person_to_judge() -> None:
    assert set(signed(sheet(), (0.85, 0.15, 0.2))) == {("unsure", "red")}


def test_a_rub_is_no_signature() -> None:
    page = sheet()
    label = page.text(60, 240, "投保人签名：", "sans", 10.5)
    page.transparent(0.02)
    for n in range(40):
        page.circle(label[2] + 40, 232, 1 + 0.5 * n, 0.1, (0, 0, 0), fill=True)
    page.transparent(1.0)
    assert "present" not in [state for state, _ in signatures(page)]


def test_a_check_makes_no_smaller_box_with_two_sides_of_its_own() -> None:
    (file,) = KEPT.glob("K-01-*/**/*个人信息处理单独同意书.pdf")
    assert ticks(read_page(opened(file.read_bytes(), Limits())[0], 1, Silent())) == ["present"] * 4


def test_a_box_in_a_character_written_by_hand_takes_nothing_from_the_signature() -> None:
    page = sheet()
    label = page.text(60, 240, "投保人签名：", "sans", 10.5)
    x, y = label[2] + 14, 222.0
    sides = [(0, 0, 11, 0), (0, 8, 11, 8), (1, 0, 1, 8), (10, 0, 10, 8)]  # 口 with a ruler
    strokes = [[(x + a, y + b, 1.0), (x + c, y + d, 1.0)] for a, b, c, d in sides]
    page.strokes([*strokes, *Hand(5).strokes("伟", x + 14, y - 4, 18, 9, 0.3)], BLUE)
    whole = read(page)
    assert ticks(whole) == []
    (signature,) = [m for m in whole.marks if m.kind is MarkKind.SIGNATURE]
    assert signature.state is MarkState.PRESENT and signature.box.left * whole.width < x + 3
