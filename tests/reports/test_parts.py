"""The small parts of reports: wording, facts, crops, sentences, the registry."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.reports.sample import PaintedPages, place, sample_audit, sound_audit
from verifier.model import Box, Outcome, Reason, Severity, Text
from verifier.reports import FORMATS, write_reports
from verifier.reports.audience import Audience
from verifier.reports.facts import declared, grouped, key_facts
from verifier.reports.findings import _runs
from verifier.reports.images import CROP_WIDTH, Album, area_around, within
from verifier.reports.papers import ranges
from verifier.reports.why import why
from verifier.reports.wording import Names, _words, article, field_name, say


def test_every_fixed_word_is_in_both_languages() -> None:
    lacking: list[str] = []

    def walk(value: object, path: str) -> None:
        if isinstance(value, dict):
            if ("zh" in value) != ("en" in value) or any(inner in ("", None) for inner in value.values()):
                lacking.append(path)
            for key, inner in value.items():
                walk(inner, f"{path}.{key}")
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                walk(inner, f"{path}[{number}]")
        elif not isinstance(value, str | bool):
            lacking.append(path)

    walk(_words(), "")
    assert lacking == []


@pytest.mark.parametrize(("section", "codes"), [("outcome", Outcome), ("severity", Severity), ("reason", Reason)])
def test_every_code_has_words(section: str, codes: type[Outcome] | type[Severity] | type[Reason]) -> None:
    assert all(say(section, code.value).zh for code in codes)


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        ("29", Text("第29条", "Art. 29")),
        ("13,14", Text("第13、14条", "Art. 13, 14")),
        ("39(一)", Text("第39条(一)", "Art. 39(一)")),
        ("17(三)(五),19", Text("第17条(三)(五)、第19条", "Art. 17(三)(五), 19")),
        ("一(二)1", Text("一(二)1", "一(二)1")),
        ("", Text("", "")),
    ],
)
def test_article(cited: str, expected: Text) -> None:
    assert article(cited) == expected


def test_field_names_are_said_in_words() -> None:
    assert field_name("beneficiaries[2].share") == Text("受益人2 · 份额", "beneficiary 2 · share")
    assert field_name("product.name") == Text("产品名称", "product")
    assert field_name("brand_new") == Text("brand_new", "brand_new")


def test_the_packs_names_go_before_ours() -> None:
    names = Names(documents={"F01": Text("要保书", "Proposal form")})
    assert names.document("F01").zh == "要保书"
    assert names.document("P02").zh == "银行回单"
    assert names.document("X99").zh == "X99"
    assert names.stage("S4", "generic-en").en == "Disclosure"


def test_key_facts_say_where_paper_and_system_differ() -> None:
    facts = {fact.label.en: fact for fact in key_facts(sample_audit())}
    assert facts["Premium"].value.zh == "24,000.00"
    assert facts["Premium"].declared == "25,000.00"
    assert facts["Policyholder"].declared == ""
    assert facts["Branch"].evidence is None


@pytest.mark.parametrize("facts", [{"seller": {"name": "李娜"}}, {"seller.name": "李娜"}])
def test_declared_facts_nested_or_flat(facts: dict[str, object]) -> None:
    assert declared(facts, "seller.name") == "李娜"
    assert declared(facts, "seller.number") == ""


@pytest.mark.parametrize(
    ("amount", "shown"), [("300000", "300,000"), ("24000.00", "24,000.00"), ("3万", "3万"), ("", "")]
)
def test_grouped(amount: str, shown: str) -> None:
    assert grouped(amount) == shown


def test_ranges() -> None:
    assert ranges([3, 1, 4, 5, 9]) == "1, 3–5, 9"
    assert ranges([]) == ""


def test_one_wrong_digit_stands_out_and_other_values_do_not() -> None:
    marked = [run["text"] for run in _runs("310101198805124821", "310101198805124321") if run["differs"]]
    assert marked == ["3"]
    assert all(not run["differs"] for run in _runs("24000.00", "100000.00"))
    assert all(not run["differs"] for run in _runs("孙志刚", "欧阳晓梅"))


@pytest.mark.parametrize("box", [Box(0.0, 0.0, 0.05, 0.01), Box(0.95, 0.98, 1.0, 1.0), Box(0.1, 0.1, 0.9, 0.9)])
def test_a_crop_holds_its_box_and_stays_on_the_page(box: Box) -> None:
    area = area_around(box)
    assert 0 <= area.left <= box.left < box.right <= area.right <= 1
    assert 0 <= area.top <= box.top < box.bottom <= area.bottom <= 1
    inside = within(box, area)
    assert 0 <= inside.left < inside.right <= 1


def test_pictures_are_small_kept_once_and_without_metadata() -> None:
    album = Album(PaintedPages(sample_audit()))
    spot = place("回单.png", 1, (0.30, 0.35, 0.75, 0.41), "付款人")
    first, again = album.crop(spot), album.crop(spot)
    assert first is not None
    assert again is not None
    assert len(album.pictures) == 1
    with Image.open(io.BytesIO(first.picture.data)) as picture:
        assert picture.format == "JPEG"
        assert picture.width <= CROP_WIDTH
        assert not picture.getexif()


def test_another_cases_paper_and_an_empty_purse_give_no_picture() -> None:
    spot = place("回单.png", 1, (0.30, 0.35, 0.75, 0.41), "付款人")
    assert Album(PaintedPages(sample_audit())).crop(replace(spot, case="C-9")) is None
    assert Album(PaintedPages(sample_audit()), budget=0).crop(spot) is None


def test_why_counts_what_decides() -> None:
    findings = sample_audit().findings
    grave = [f for f in findings if f.outcome is Outcome.FAIL and f.severity is not Severity.MINOR]
    assert why(findings).zh.startswith(f"{len(grave)}项关键或重要要求未满足，最严重的是“投保资料齐全”（DOC-01）")
    undecided = [f for f in findings if f.outcome is not Outcome.FAIL]
    assert why(undecided).zh.startswith("没有发现关键或重要要求被违反，但有3项需要人工判断")
    assert why(sound_audit().findings).en.startswith("Of 79 requirements that apply")
    assert why([]).en == "No requirement applies to the papers of this case."


def test_every_format_is_written_and_the_audit_always(tmp_path: Path) -> None:
    audit = sound_audit()
    written = write_reports(audit, list(FORMATS), "zh", Audience.COMPLIANCE, PaintedPages(audit), tmp_path / "C-8")
    assert [path.name for path in written] == ["audit.json", "report.html", "report.pdf", "report.xlsx"]
    assert all(path.stat().st_size > 1000 for path in written)
    only = write_reports(audit, ["html"], "en", Audience.CASE, None, tmp_path / "C-9")
    assert [path.name for path in only] == ["audit.json", "report.html"]
