"""summary.json and summary.xlsx from small rows, one audit at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.reports.sample import CONFIDENTIAL, ID_NUMBER, sample_audit, sound_audit
from verifier.model import Outcome, Text
from verifier.reports.audience import Audience
from verifier.reports.summary import BatchSummary, summary_json
from verifier.review import Review

SHEETS = [
    "批次 Batch",
    "案件 Cases",
    "发现 Findings",
    "问题排行 Top checks",
    "按分支机构 By branch",
    "按销售人员 By seller",
    "缺失单证 Missing papers",
    "未能读取 Unreadable",
]


def filled(audience: Audience = Audience.COMPLIANCE) -> BatchSummary:
    summary = BatchSummary({"id": "B-1", "institution": "某某人寿", "branch": "上海分公司"}, audience, ("sellers.csv",))
    summary.add(sample_audit("C-1"))
    summary.add(sample_audit("C-2"))
    summary.add(sound_audit("C-3"))
    return summary


def test_summary_json_in_the_shape_of_the_contract(tmp_path: Path) -> None:
    with filled() as summary:
        summary.write(tmp_path)
        written = json.loads((tmp_path / "summary.json").read_text("utf-8"))
        assert written == json.loads(json.dumps(summary_json(summary)))
    assert written.keys() >= {"schema", "batch", "pack", "cases", "totals", "checks", "references_missing", "ratios"}
    assert written["schema"] == "verifier.summary/1"
    first = written["cases"][0]
    assert first.keys() == {"case", "verdict", "counts", "unchecked", "worst"}
    assert first["worst"][:2] == ["DOC-01", "SIGN-01"]
    assert written["totals"]["cases"] == 3
    assert written["totals"]["verdicts"] == {"compliant": 1, "non_compliant": 2, "incomplete": 0}
    assert written["totals"]["sources"] == {"read": 14, "partial": 2, "rejected": 2}
    signs = next(row for row in written["checks"] if row["check"] == "SIGN-01")
    assert (signs["fail"], signs["pass"] + signs["not_applicable"]) == (2, 1)
    assert written["references_missing"] == ["sellers.csv"]
    assert len(written["checks"]) == 119


def test_an_empty_batch_is_still_a_summary(tmp_path: Path) -> None:
    with BatchSummary() as summary:
        summary.write(tmp_path)
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))["cases"] == []


def test_the_sellers_summary_has_no_confidential_check(tmp_path: Path) -> None:
    with filled(Audience.CASE) as summary:
        summary.write(tmp_path)
    text = (tmp_path / "summary.json").read_text("utf-8")
    book = openpyxl.load_workbook(tmp_path / "summary.xlsx", read_only=True)
    cells = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    assert [check for check in CONFIDENTIAL if check in text or check in cells] == []


@pytest.fixture
def book(tmp_path: Path) -> openpyxl.Workbook:
    hostile = replace(
        sample_audit("=cmd|' /C calc'!A0"),
        findings=tuple(
            replace(f, detail=Text('=HYPERLINK("http://x")\x07\ud800', "+1+1 \u202e")) for f in sample_audit().findings
        ),
    )
    with filled() as summary:
        summary.add(hostile, [Review("SIGN-01", Outcome.PASS, "王", datetime(2026, 11, 22, tzinfo=UTC), "核对")])
        summary.write(tmp_path)
    return openpyxl.load_workbook(tmp_path / "summary.xlsx")


def test_sheets_headers_and_filters(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        assert all("\n" in str(cell.value) or str(cell.value).isascii() for cell in sheet[1])


def test_nothing_becomes_a_formula(book: openpyxl.Workbook) -> None:
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert any(row[0].value == "=cmd|' /C calc'!A0" for row in book[SHEETS[1]].iter_rows())


def test_customers_are_masked_and_rows_reconcile(book: openpyxl.Workbook) -> None:
    cells = [str(cell.value) for cell in book[SHEETS[1]]["D"]]
    assert cells[1:] == ["欧***"] * 4
    assert not any(str(cell.value) == ID_NUMBER for row in book[SHEETS[1]].iter_rows() for cell in row)
    assert [row[0].value for row in book[SHEETS[6]].iter_rows(min_row=2)][:3] == ["C-1"] * 3
    assert {row[3].value for row in book[SHEETS[7]].iter_rows(min_row=2)} == {"encrypted", "corrupt"}
    branch = next(book[SHEETS[4]].iter_rows(min_row=2, values_only=True))
    assert branch[:3] == ("上海分公司", 4, 3)


def test_repeat_rate_counts_sellers_who_do_it_again() -> None:
    with filled() as summary:
        assert summary.repeat_rate("SIGN-01") == 1.0
        assert summary.repeat_rate("PRIV-01") == 0.0


def test_memory_keeps_no_case(tmp_path: Path) -> None:
    """Rows go to disk: what stays in memory is counters, whatever the number of cases."""
    import tracemalloc

    audit = sample_audit()
    with BatchSummary() as summary:
        for number in range(200):
            summary.add(replace(audit, case=f"C-{number}"))
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for number in range(200, 400):
            summary.add(replace(audit, case=f"C-{number}"))
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    assert grown < 200_000
