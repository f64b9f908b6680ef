"""report.html: one file, nothing from outside, nothing hostile alive in it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from pypdf import PdfReader

from tests.reports.sample import HOSTILE_FILE, PaintedPages, sample_audit, sound_audit
from verifier.model import Audit, InputProblem, Outcome, Text
from verifier.reports import Report
from verifier.reports.audience import Audience, for_audience
from verifier.reports.wording import Names
from verifier.review import Review


def page(audit: Audit, audience: Audience = Audience.COMPLIANCE, lang: str = "zh") -> str:
    return Report(for_audience(audit, audience), PaintedPages(audit), lang, Names()).html


class Outline(HTMLParser):
    """Tags, ids and headings of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.levels: list[int] = []
        self.unlabelled = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if given.get("href"):
            self.links.append(str(given["href"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if given.get("role") == "img" and not given.get("aria-label"):
            self.unlabelled += 1


def outline(text: str) -> Outline:
    parsed = Outline()
    parsed.feed(text)
    return parsed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_comes_from_outside_and_nothing_runs(lang: str) -> None:
    text = page(sample_audit(), lang=lang)
    parsed = outline(text)
    assert not {"script", "link", "iframe", "object", "form"} & set(parsed.tags)
    assert all(link.startswith(("#", "data:image/jpeg;base64,")) for link in parsed.links)
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_hostile_words_are_only_words() -> None:
    text = page(sample_audit())
    assert "<script>" not in text
    assert "<img src=x" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;" in text
    assert HOSTILE_FILE.replace("\u202e", "\ufffd").split("<")[0] in text
    assert "{{ 7*7 }}" in text


def test_every_pending_finding_can_be_reached_and_every_anchor_exists() -> None:
    parsed = outline(page(sample_audit()))
    assert len(parsed.ids) == len(set(parsed.ids))
    assert {link[1:] for link in parsed.links if link.startswith("#")} <= set(parsed.ids)
    assert {finding.check for finding in sample_audit().findings} <= set(parsed.ids)


def test_headings_go_down_one_step_at_a_time_and_pictures_are_described() -> None:
    parsed = outline(page(sample_audit()))
    assert parsed.levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(parsed.levels, parsed.levels[1:], strict=False))
    assert parsed.unlabelled == 0


def test_a_picture_is_inside_once() -> None:
    text = page(sample_audit())
    embedded = re.findall(r"data:image/jpeg;base64,([^\"]+)", text)
    assert len(embedded) == len(set(embedded)) > 5


def test_the_verdict_says_why_in_the_first_language() -> None:
    assert "<title>C-0007 · 不合规" in page(sample_audit(), lang="zh")
    english = page(sample_audit(), lang="en")
    assert "<title>C-0007 · Non-compliant" in english
    assert "7 critical or major requirements are not met" in english


def test_what_was_not_read_is_said_with_its_hint() -> None:
    text = page(sample_audit())
    assert "客户资料.zip!/保单.pdf" in text
    assert "请提供不带密码的文件。" in text


def test_a_sound_case_and_an_empty_case_render() -> None:
    assert "没有关键或重要要求未满足或待判断" in page(sound_audit())
    empty = replace(sound_audit(), documents=(), sources=(), findings=(), declared={}, law_dates={})
    assert "没有识别出任何单证" in page(empty)


def test_a_page_is_rendered_once_in_a_row() -> None:
    """The pipeline keeps few pages: the report asks page by page."""
    audit = sample_audit()
    images = PaintedPages(audit)
    assert Report(for_audience(audit), images, "zh", Names()).html
    runs = [asked for number, asked in enumerate(images.asked) if number == 0 or images.asked[number - 1] != asked]
    assert len(runs) == len(set(runs))


def test_without_pictures_the_places_are_named() -> None:
    audit = sample_audit()

    class Dark:
        def crop(self, file: str, page: int, area: object, width: int) -> bytes | None:
            return None

    text = Report(for_audience(audit), Dark(), "zh", Names()).html
    assert "data:image" not in text
    assert "投保单 · 投保资料扫描件（第一册）.pdf · 第3页" in text


def test_decisions_and_problems_are_shown_on_page_and_paper() -> None:
    at = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    reviews = [
        Review("SIGN-01", Outcome.PASS, "王复核", at, "已核对原件<b>"),
        Review("KYC-02", Outcome.FAIL, "王复核", at, "证件过期"),
    ]
    problem = InputProblem(
        "case.yaml", "unknown_key", Text("chanel不是可用的键", "chanel is no key"), Text("改为channel", "say channel")
    )
    audit = replace(sample_audit(), problems=(problem,))
    report = Report(for_audience(audit, reviews=reviews), PaintedPages(audit), "zh", Names())
    for text in (report.html, "".join(page.extract_text() for page in PdfReader(io.BytesIO(report.pdf)).pages)):
        assert "王复核" in text
        assert "chanel不是可用的键" in text.replace("\n", "")
        assert "机器结论" in text
    assert "已核对原件&lt;b&gt;" in report.html
    assert "已核对原件<b>" not in report.html
