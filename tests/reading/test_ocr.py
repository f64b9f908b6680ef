"""Is a scanned page read by a real engine, upright, tilted, turned and under a stamp?"""

from __future__ import annotations

import re
import unicodedata

import onnxruntime
import pytest
from rapidfuzz import fuzz

from tests.reading.papers import form, picture
from verifier.errors import ToolError
from verifier.model import MarkKind, MarkState, Page, TextFrom
from verifier.reading import read
from verifier.reading.ocr.engine import engine_named
from verifier.reading.ocr.gpu import GpuEngine

pytestmark = pytest.mark.ocr


def page_of(data: bytes, engine: str = "auto") -> Page:
    (page,) = read(data, "scan.jpg", engine=engine).pages
    return page


def states(page: Page, kind: MarkKind) -> list[MarkState]:
    return [mark.state for mark in page.marks if mark.kind is kind]


@pytest.mark.parametrize(("turn", "skew", "grey"), [(0, 0.0, False), (90, 1.5, False), (180, 0.0, True)])
def test_a_scan_gives_the_words_and_marks_of_its_paper(turn: int, skew: float, grey: bool) -> None:
    page = page_of(picture(form(), turn=turn, skew=skew, grey=grey))
    text = "".join(word.text for word in page.words)
    assert page.text_from is TextFrom.OCR
    assert page.rotation == (360 - turn) % 360
    for value in ("人身保险投保单", "11010519491231002X", "24,000.00", "投保人签名", "业务员签名"):
        assert value in text
    assert states(page, MarkKind.SIGNATURE) == [MarkState.PRESENT] * 2
    assert states(page, MarkKind.SEAL) == [MarkState.PRESENT]
    assert sorted(states(page, MarkKind.TICK)) == [MarkState.ABSENT, MarkState.PRESENT]
    number = next(word.box for word in page.words if "11010519491231002X" in word.text)
    assert number.top < 0.2 and number.left > 0.2


def test_an_unsigned_scan_has_no_signature() -> None:
    page = page_of(picture(form(signed=False)))
    assert not states(page, MarkKind.SIGNATURE) and not states(page, MarkKind.HANDWRITING)


def test_both_engines_read_the_same() -> None:
    scan = picture(form(seal=False, signed=False))
    texts = []
    for engine in ("rapid", "paddle"):
        text = unicodedata.normalize("NFKC", "".join(word.text for word in page_of(scan, engine).words))
        texts.append(re.sub(r"[\s□☑]", "", text))
    assert fuzz.ratio(*texts) >= 97


class OnProcessor(GpuEngine):
    """The GPU's engine on the processor: the same code with another provider."""

    provider = "CPUExecutionProvider"


def test_the_engine_for_gpus_reads_the_same_and_says_when_there_is_none() -> None:
    scan = picture(form(seal=False, signed=False))
    texts = ["".join(w.text for w in page_of(scan, engine).words) for engine in ("rapid", f"{__name__}:OnProcessor")]
    assert fuzz.ratio(*texts) >= 97
    if GpuEngine.provider not in onnxruntime.get_available_providers():
        with pytest.raises(ToolError, match="engine_missing"):
            engine_named("gpu")
