"""Nobody is tipped off, and nobody sees a number that is not for him."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image

from tests.reports.sample import (
    ACCOUNT,
    CONFIDENTIAL,
    FORM_ID,
    HOSTILE_FILE,
    ID_FILE,
    ID_NUMBER,
    MEMO,
    PHONE,
    PaintedPages,
    sample_audit,
)
from verifier.model import Finding, InputProblem, Outcome, Severity, Text, Verdict
from verifier.reports import Report
from verifier.reports.audience import Audience, for_audience
from verifier.reports.images import Album, area_around, within
from verifier.reports.json import audit_json
from verifier.reports.masking import masked, masked_name
from verifier.reports.wording import Names
from verifier.review import Review, verdict

HINTS = (
    "可疑",
    "STR",
    "拆分",
    "名单筛查",
    "大额交易",
    "suspici",
    "structuring",
    "watchlist",
    "高风险客户",
    *CONFIDENTIAL,
)


def _case_texts() -> dict[str, str]:
    report = Report(for_audience(sample_audit(), Audience.CASE), PaintedPages(sample_audit()), "zh", Names())
    return {"json": report.audit_json.decode(), "html": report.html}


@pytest.mark.parametrize("form", ["json", "html"])
def test_the_sellers_copy_has_no_hint(form: str) -> None:
    text = _case_texts()[form]
    visible = text.replace("data:image/jpeg;base64,", "")
    assert [hint for hint in HINTS if hint in visible] == []
    assert MEMO not in text


def test_the_sellers_copy_is_the_same_whatever_the_confidential_findings_say() -> None:
    """If every confidential requirement passed, the copy would be the same to the letter."""
    audit = sample_audit()
    clean = replace(
        audit,
        findings=tuple(
            replace(finding, outcome=Outcome.PASS, reason=None, detail=Text("无", "none"), evidence=(), parameters={})
            if finding.check in CONFIDENTIAL
            else finding
            for finding in audit.findings
        ),
    )
    assert audit_json(audit, Audience.CASE) == audit_json(clean, Audience.CASE)


def test_the_sellers_verdict_follows_what_he_can_see() -> None:
    audit = sample_audit()
    only_secret = replace(
        audit,
        findings=tuple(
            finding if finding.check == "AML-04" else replace(finding, outcome=Outcome.PASS, reason=None)
            for finding in audit.findings
        ),
    )
    assert verdict(only_secret.findings) is Verdict.NON_COMPLIANT
    shown = audit_json(only_secret, Audience.CASE)
    assert shown["verdict"] == "compliant"
    assert shown["counts"]["fail"] == 0
    assert sum(shown["counts"].values()) == 119 - len(CONFIDENTIAL)


def test_a_forgotten_flag_does_not_let_a_confidential_finding_out() -> None:
    audit = sample_audit()
    audit = replace(audit, findings=tuple(replace(finding, confidential=False) for finding in audit.findings))
    assert not {finding["check"] for finding in audit_json(audit, Audience.CASE)["findings"]} & set(CONFIDENTIAL)


def test_a_flag_of_another_pack_counts_too() -> None:
    words = Text("题", "title")
    secret = Finding(
        "G-AML-02", "S7", Severity.CRITICAL, Outcome.FAIL, None, words, words, (), words, confidential=True
    )
    audit = replace(sample_audit(), findings=(secret,))
    assert audit_json(audit, Audience.CASE)["findings"] == []


def test_clauses_that_hint_go_and_the_rest_stays() -> None:
    finding = next(one for one in for_audience(sample_audit(), Audience.CASE).audit.findings if one.check == "AML-05")
    assert "没有第三方付款声明" in finding.detail.zh
    assert finding.remedy == Text("退回后由投保人本人账户重新交费，或补交第三方付款声明。", "refund or document.")
    assert "third-party form" in finding.detail.en


@pytest.mark.parametrize(
    "hint",
    [
        "需报送STR报告",
        "另见AML-04",
        "已列入名单监控",
        "see SURR-03",
        "file a SAR",
        "属于高风险客户",
        "已触发反洗钱预警",
    ],
)
def test_a_hint_is_found_wherever_it_stands(hint: str) -> None:
    audit = sample_audit()
    detail = Text(f"付款人不是投保人；{hint}。", f"Payer is not the policyholder; {hint}.")
    audit = replace(audit, findings=tuple(replace(f, detail=detail) for f in audit.findings if f.check == "PAY-02"))
    shown = for_audience(audit, Audience.CASE).audit.findings[0]
    assert shown.detail == Text("付款人不是投保人。", "Payer is not the policyholder.")


def test_product_risk_levels_are_no_hint() -> None:
    detail = Text("产品风险等级R4高于客户风险等级R2。", "Product level R4 is above customer level R2.")
    audit = sample_audit()
    audit = replace(audit, findings=tuple(replace(f, detail=detail) for f in audit.findings if f.check == "SUIT-08"))
    assert for_audience(audit, Audience.CASE).audit.findings[0].detail == detail


def test_reviews_and_problems_of_the_house_stay_in_the_house() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    reviews = [
        Review("AML-04", Outcome.PASS, "王", at, "已报送"),
        Review("SIGN-01", Outcome.PASS, "王", at, "原件已补签；可疑交易另行处理。"),
    ]
    problem = InputProblem("case.yaml", "unknown_key", Text("pep不是可用的键", "pep is no key"), Text("删除", "remove"))
    shown = for_audience(replace(sample_audit(), problems=(problem,)), Audience.CASE, reviews)
    assert [(review.check, review.reason) for review in shown.reviews] == [("SIGN-01", "原件已补签。")]
    assert shown.audit.problems == ()
    assert "pep" not in shown.audit.declared


@pytest.mark.parametrize("audience", [Audience.COMPLIANCE, Audience.AML])
def test_compliance_and_aml_see_everything(audience: Audience) -> None:
    audit = sample_audit()
    assert for_audience(audit, audience).audit is audit


# --- the regulator ---


def test_the_regulators_copy_has_no_full_number() -> None:
    audit = sample_audit()
    report = Report(for_audience(audit, Audience.REGULATOR), PaintedPages(audit), "en", Names())
    for text in (report.audit_json.decode(), report.html):
        assert [
            number for number in (ID_NUMBER, PHONE, ACCOUNT, FORM_ID.text, "310101198805124821") if number in text
        ] == []
    assert masked(ID_NUMBER) in report.html


def test_a_case_that_is_called_by_a_number_is_called_by_a_masked_one() -> None:
    audit = replace(sample_audit(), case=f"{ID_NUMBER}-1")
    assert audit_json(audit, Audience.REGULATOR)["case"] == f"{masked(ID_NUMBER)}-1"


def test_granted_numbers_are_shown() -> None:
    text = json.dumps(audit_json(sample_audit(), Audience.REGULATOR, granted=True), ensure_ascii=False)
    assert ID_NUMBER in text


def test_masked_files_still_lead_to_their_sources() -> None:
    shown = audit_json(sample_audit(), Audience.REGULATOR)
    files = {source["file"] for source in shown["sources"]}
    assert ID_FILE not in files
    pointed = {place["file"] for finding in shown["findings"] for place in finding["evidence"]}
    pointed |= {page["file"] for document in shown["documents"] for page in document["pages"]}
    assert pointed <= files


def test_numbers_are_painted_over_in_the_pictures() -> None:
    """The pixels themselves: a number in a picture is as readable as in a text."""
    audit = sample_audit()
    shown = for_audience(audit, Audience.REGULATOR)
    crop = Album(PaintedPages(audit), shown.hidden, shown.originals).crop(FORM_ID)
    assert crop is not None
    with Image.open(io.BytesIO(crop.picture.data)) as picture:
        place = within(FORM_ID.box, area_around(FORM_ID.box))  # type: ignore[arg-type]
        left, top = (place.left + place.right) / 2 * picture.width, (place.top + place.bottom) / 2 * picture.height
        _, brightest = picture.convert("L").crop((left - 20, top - 5, left + 20, top + 5)).getextrema()
    assert brightest < 90


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ID_NUMBER, "310101********4321"),
        ("13800002468", "138****2468"),
        ("6222021001116245702", "622202*********5702"),
        ("6222****5702", "622*****5702"),
        ("E12345678", "E1*****78"),
        ("zhang@example.cn", "z***@example.cn"),
        ("", ""),
    ],
)
def test_masked(value: str, expected: str) -> None:
    assert masked(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("张伟", "张*"), ("欧阳娜娜", "欧***"), ("John Smith", "J*** S***"), ("", "")]
)
def test_masked_name(name: str, expected: str) -> None:
    assert masked_name(name) == expected


def test_hostile_file_names_do_not_break_the_audience() -> None:
    assert any(source["file"] == HOSTILE_FILE for source in audit_json(sample_audit(), Audience.REGULATOR)["sources"])
