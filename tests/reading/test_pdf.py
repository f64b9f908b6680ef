"""Are words, marks and boxes of a PDF with a text layer those that the page shows?"""

from __future__ import annotations

import io
from functools import cache

import pytest
from pypdf import PdfReader, PdfWriter

from samples.surface import Surface
from tests.reading.engines import Silent
from tests.reading.papers import form
from verifier.model import Mark, MarkKind, MarkState, Page, TextFrom
from verifier.reading.limits import Limits
from verifier.reading.pdf import opened, read_page, read_pdf
from verifier.reading.rejections import Refused


def first_page(pdf: bytes) -> Page:
    return read_page(opened(pdf, Limits())[0], 1, Silent())


@cache
def signed() -> Page:
    return first_page(form())


def ink(page: Page) -> list[Mark]:
    return [mark for mark in page.marks if mark.kind in (MarkKind.SIGNATURE, MarkKind.HANDWRITING)]


def test_words_of_a_table_are_one_for_each_cell_with_their_places() -> None:
    words = {word.text: word for word in signed().words}
    assert signed().text_from is TextFrom.LAYER
    assert {"投保人姓名", "张伟", "证件号码", "11010519491231002X", "投保人签名："} <= set(words)
    box = words["11010519491231002X"].box
    assert box.left == pytest.approx(170 / 595, abs=0.004)
    assert box.bottom == pytest.approx(124 / 842, abs=0.006)


def test_signatures_are_found_where_somebody_wrote_and_nowhere_else() -> None:
    places = sorted(mark.box.middle for mark in ink(signed()))
    assert len(places) == 2
    assert 0.2 < places[0][0] < 0.4 and 0.62 < places[1][0] < 0.85
    assert all(mark.colour == "blue" and len(mark.picture_hash) == 16 for mark in ink(signed()))


@pytest.mark.parametrize("typed", [False, True])
def test_an_empty_line_and_a_typed_name_are_no_signature(typed: bool) -> None:
    assert ink(first_page(form(signed=False, typed=typed))) == []


def test_the_seal_is_found_with_its_text_and_colour() -> None:
    (seal,) = [mark for mark in signed().marks if mark.kind is MarkKind.SEAL]
    assert (seal.state, seal.colour) == (MarkState.PRESENT, "red")
    assert "合同专用章" in seal.text
    assert not any("专用章" in word.text for word in signed().words)


@pytest.mark.parametrize(("ticked", "states"), [("是", ["present", "absent"]), ("", ["absent", "absent"])])
def test_every_box_is_found_with_its_state_and_no_character_is_a_box(ticked: str, states: list[str]) -> None:
    page = first_page(form(ticked=ticked))
    ticks = sorted((mark for mark in page.marks if mark.kind is MarkKind.TICK), key=lambda mark: mark.box.left)
    assert [mark.state.value for mark in ticks] == states


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_upright(turn: int) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(form(seal=False))))
    writer.pages[0].rotate(turn)
    buffer = io.BytesIO()
    writer.write(buffer)
    page = first_page(buffer.getvalue())
    boxes = {word.text: word.box for word in page.words}
    assert page.rotation in (0, 360 - turn, turn)
    assert (round(page.width), round(page.height)) == (595, 842)
    assert boxes["投保人姓名"].top == pytest.approx(0.117, abs=0.01)
    assert boxes["投保人姓名"].left == pytest.approx(0.094, abs=0.01)


def test_white_text_and_covered_text_is_not_what_the_page_shows() -> None:
    page = Surface()
    for row in range(8):
        page.text(60, 100 + 20 * row, "保险费为人民币二万四千元整", "sans", 10.5)
    page.text(60, 400, "隐藏的承诺保本", "sans", 10.5, (1.0, 1.0, 1.0))
    page.text(60, 440, "盖住的承诺", "sans", 10.5)
    page.rect((50, 425, 300, 446), 0, fill=(1.0, 1.0, 1.0))
    found = first_page(page.finish().pdf)
    assert not any("承诺" in word.text for word in found.words)
    assert "hidden_text" in found.problems


def test_a_blank_page_is_read_and_blank() -> None:
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(buffer)
    page = first_page(buffer.getvalue())
    assert page.read and page.blank and not page.words


def test_broken_and_locked_files_are_refused_with_their_code() -> None:
    with pytest.raises(Refused) as broken:
        opened(b"%PDF-1.7 nothing", Limits())
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(form(seal=False))))
    writer.encrypt("secret")
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(Refused) as locked:
        opened(buffer.getvalue(), Limits())
    with pytest.raises(Refused) as long:
        list(read_pdf(form(seal=False), Silent(), Limits(pages=0)))
    assert (broken.value.code, locked.value.code, long.value.code) == ("corrupt", "encrypted", "too_many_pages")
