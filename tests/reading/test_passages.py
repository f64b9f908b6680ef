"""Which clusters of ink are one text, and is it read whole and in order?"""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest

from samples.handwriting import Hand
from samples.surface import Surface
from verifier.model import Box, Mark, MarkKind, MarkState
from verifier.reading import pdf
from verifier.reading.ocr.engine import engine_named
from verifier.reading.passages import passages
from verifier.reading.piece import Piece
from verifier.reading.sheet import Flat, box_corners

PAGE = Flat(np.full((1000, 1000, 3), 255, np.uint8), None, (1000, 1000))
SENTENCE = "本人已阅读保险条款、产品说明书和投保提示书，了解本产品的特点和保单利益的不确定性"


def ink(left: int, top: int, right: int, bottom: int) -> Mark:
    box = Box(left / 1000, top / 1000, right / 1000, bottom / 1000)
    return Mark(MarkKind.SIGNATURE, MarkState.PRESENT, box, 0.9)


def print_(text: str, left: int, top: int, right: int, bottom: int) -> Piece:
    return Piece(text, box_corners(left, top, right, bottom), 1.0, printed=True)


LINES = [ink(100, 100, 300, 120), ink(320, 96, 520, 116), ink(100, 132, 240, 152)]


def test_lines_that_climb_and_go_on_below_are_one_text() -> None:
    (passage,) = passages(PAGE, LINES, [])
    assert sorted(passage.marks) == [0, 1, 2]
    assert passage.box == pytest.approx((100, 96, 520, 152))


def test_a_name_with_its_date_is_no_text() -> None:
    assert passages(PAGE, [ink(100, 100, 160, 120), ink(190, 100, 310, 120)], []) == []


def test_print_between_keeps_ink_apart() -> None:
    far = ink(700, 100, 760, 120)
    label = print_("业务员", 600, 100, 680, 120)
    (passage,) = passages(PAGE, [*LINES, far], [label])
    assert sorted(passage.marks) == [0, 1, 2]


def test_a_signature_under_the_text_stays_a_signature() -> None:
    signature = ink(150, 166, 230, 190)
    (passage,) = passages(PAGE, [*LINES, signature], [print_("投保人签名：", 60, 168, 140, 188)])
    assert sorted(passage.marks) == [0, 1, 2]


def copied(boxes: bool) -> bytes:
    page = Surface()
    page.text(56, 60, "人身保险投保单", "sans", 18, bold=True)
    page.text(56, 100, "请投保人亲笔抄写以下语句：" + SENTENCE[:18], "sans", 10.5)
    page.text(56, 128, "抄录栏：", "sans", 10.5)
    hand, size = Hand(11), 13.0
    ink_colour = (0.05, 0.05, 0.1)
    for place, character in enumerate(SENTENCE):
        row, column = divmod(place, 22)
        x, y = 56 + column * 21, 140 + row * 22
        if boxes:
            page.rect((x, y, x + 21, y + 22), 0.6)
            page.strokes(hand.strokes(character, x + 4, y + 4, size, 0, 0.9), ink_colour)
    if not boxes:
        for row, part in enumerate((SENTENCE[:27], SENTENCE[27:])):
            page.line(56, 158 + 24 * row, 540, 158 + 24 * row, 0.5)
            page.strokes(hand.strokes(part, 60, 142 + 24 * row, 15, 1, 0.9), ink_colour)
    page.text(56, 230, "投保人签名：", "sans", 10.5)
    page.strokes(hand.strokes("张伟", 130, 214, 20, 3, 0.3), ink_colour)
    return page.finish().pdf


@pytest.mark.ocr
@pytest.mark.parametrize("boxes", [False, True])
def test_a_copied_sentence_comes_out_whole(boxes: bool) -> None:
    page = pdf.read_page(pypdfium2.PdfDocument(copied(boxes))[0], 1, engine_named())
    (text,) = [mark for mark in page.marks if mark.kind is MarkKind.HANDWRITING]
    wanted, got = ([c for c in t if c.isalpha()] for t in (SENTENCE, text.text))
    assert sum(a != b for a, b in zip(wanted, got, strict=True)) <= 1, text.text
    assert sum(mark.kind is MarkKind.SIGNATURE for mark in page.marks) == 1
