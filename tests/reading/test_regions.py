"""Is a value that the layer states and the page does not show found, and is sound print left alone?"""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import pytest

from samples.surface import Surface
from tests.reading.engines import Silent
from verifier.reading import pdf, reader
from verifier.reading.layer import read_layer
from verifier.reading.ocr.engine import Picture, engine_named
from verifier.reading.piece import Piece
from verifier.reading.regions import is_editor, key_of, verify_regions
from verifier.reading.sheet import box_corners

WORDS = [
    "付款金额：24,000.00元",
    "日期：2026年03月06日",
    "账号：6222021001112223334",
    "户名：张伟",
    "人民币贰万肆仟元整",
]


def slip(*shown: str) -> bytes:
    page = Surface()
    page.text(297, 60, "付款回单", "sans", 18, bold=True, align="middle")
    for place, text in enumerate(shown):
        page.text(60, 120 + 30 * place, text, "sans", 10.5)
    return page.finish().pdf


def edited(data: bytes) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.add_metadata({"/Producer": "Adobe Photoshop 25.0"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class Told(Silent):
    """Reads what it is told, in every size."""

    def __init__(self, text: str, sure: float) -> None:
        super().__init__()
        self.answer = (text, sure)

    def recognise(self, crops: list[Picture]) -> list[tuple[str, float]]:
        return [self.answer] * len(crops)


@pytest.mark.parametrize(
    ("layer", "shown", "sure", "differs"),
    [
        ("24,000.00", "84,000.00", 0.99, True),
        ("24,000.00", "84,000.00", 0.80, False),  # an unsure reading accuses nobody
        ("24,000.00", "24，000.00", 0.99, False),
        ("2026年03月06日", "2026年03月08日", 0.99, True),
        ("24,000.00", "4,000.00", 0.96, False),  # a figure cut away
        ("户名：张伟", "户名：张炜", 0.96, False),
        ("户名：张伟", "户名：李伟", 0.99, True),
        ("本合同条款", "本台同条款", 0.99, False),  # no value
    ],
)
def test_only_sure_differences_of_values_count(layer: str, shown: str, sure: float, differs: bool) -> None:
    blank = pdf.rendered(pypdfium2.PdfDocument(slip())[0], 400)
    word = Piece(layer, box_corners(40, 40, 200, 60), 1.0, printed=True)
    words, found = verify_regions(blank, [word], Told(shown, sure))
    assert found is differs
    assert words[0].text == (shown if differs else layer)


def test_values_are_told_from_prose() -> None:
    assert [bool(key_of(word)) for word in (*WORDS, "第3条", "投保提示书")] == [True] * 5 + [False] * 2
    assert is_editor("Adobe Photoshop 25.0") and not is_editor("iText 7.1")


@pytest.mark.ocr
def test_sound_print_of_an_edited_file_does_not_differ() -> None:
    (page,) = reader.read(edited(slip(*WORDS)), "a.pdf").pages
    assert "layer_differs" not in page.problems
    assert {word.text for word in page.words} >= set(WORDS)


@pytest.mark.ocr
def test_what_the_picture_shows_counts() -> None:
    """The layer says another amount than its glyphs: words of one page over the picture of another."""
    picture = pdf.rendered(pypdfium2.PdfDocument(slip("付款金额：84,000.00元", *WORDS[1:]))[0], pdf.MARK_SIDE)
    document = pypdfium2.PdfDocument(slip(*WORDS))
    scale = picture.shape[1] / document[0].get_size()[0]
    layer = read_layer(document[0], {})
    words = [
        Piece(r.text, box_corners(*(side * scale for side in (r.left, r.top, r.right, r.bottom))), 1.0, printed=True)
        for r in layer.runs
    ]
    found, differs = verify_regions(picture, words, engine_named())
    assert differs
    changed = [word.text for word in found if word.text not in {run.text for run in layer.runs}]
    assert [key_of(text) for text in changed] == ["8400000元"]
