"""report.pdf: Chinese glyphs from our font, hostile text harmless, the same bytes each time."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.reports.sample import PaintedPages, sample_audit, sound_audit
from verifier.errors import ToolError
from verifier.model import Audit, Text
from verifier.reports import Report, pdf
from verifier.reports.audience import Audience, for_audience
from verifier.reports.json import digest
from verifier.reports.wording import Names


def report(audit: Audit, lang: str = "zh", audience: Audience = Audience.COMPLIANCE) -> Report:
    return Report(for_audience(audit, audience), PaintedPages(audit), lang, Names())


def words(made: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).replace("\n", "")


def test_chinese_comes_from_our_fonts_and_the_paper_names_its_audit() -> None:
    one = report(sample_audit())
    made = one.pdf
    pages = PdfReader(io.BytesIO(made)).pages
    fonts = {str(font.get_object()["/BaseFont"]) for page in pages for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert fonts
    assert all("NotoSansSC" in font or "NotoSerifSC" in font for font in fonts)
    text = words(made)
    assert "不合规" in text
    assert digest(one.audit_json) in text
    assert "第1页" in text.replace(" ", "")


def test_it_is_an_archive_file_and_reproducible() -> None:
    made = report(sound_audit()).pdf
    assert b"pdfaid:part" in made
    assert made == report(sound_audit()).pdf


def test_typst_markup_in_a_finding_is_text() -> None:
    text = words(report(sample_audit()).pdf)
    assert '#eval("1+1")' in text
    assert "$x^2$" in text.replace("\u200b", "")


def test_characters_that_the_fonts_lack_are_shown_by_their_code() -> None:
    odd = Text("姓名𠮷田，🙂，" + "A" * 400, "name 𠮷田 🙂")
    audit = replace(sample_audit(), requests=(odd,))
    assert "U+20BB7" in words(report(audit).pdf)


@pytest.mark.parametrize("audience", list(Audience))
def test_every_audience_in_english(audience: Audience) -> None:
    text = words(report(sample_audit(), "en", audience).pdf)
    assert "Non-compliant" in text
    assert ("AML-04" in text) == (audience is not Audience.CASE)


def test_a_missing_font_is_an_error_and_not_a_page_of_boxes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf.pylopdf_fonts_zh_cn, "sans_path", lambda: tmp_path / "NotoSansSC-Regular.otf")
    pdf._fonts.cache_clear()
    try:
        with pytest.raises(ToolError) as raised:
            pdf._fonts()
    finally:
        pdf._fonts.cache_clear()
    assert raised.value.code == "report_font_missing"
