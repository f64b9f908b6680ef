"""The export for anti-money-laundering staff: what it holds, and that no other audience gets it."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

from verifier.audit import audit
from verifier.packs.load import find_pack, load_pack
from verifier.packs.scenario import build, scenarios
from verifier.pipeline import Options, _aml_export, audit_batch
from verifier.reports.aml import TABLES, AmlExport, no_formula
from verifier.reports.audience import Audience


def export(folder: Path, *checks: str) -> dict[str, list[dict[str, str]]]:
    """The tables of the failing scenarios of these checks, as spreadsheets would read them."""
    home = find_pack("cn-insurance")
    pack = load_pack(home)
    with AmlExport(folder) as tables:
        for check in checks:
            for one in scenarios(home, check):
                case, context = build(one.file, pack)
                tables.add(case, audit(case, pack, context))
    read = {}
    for name, columns in TABLES.items():
        text = (folder / f"{name}.csv").read_text("utf-8-sig")
        read[name] = list(csv.DictReader(text.splitlines(keepends=True)))
        rows = json.loads((folder / f"{name}.json").read_text("utf-8"))["rows"]
        assert [list(row) for row in rows] == [list(columns)] * len(read[name])
    return read


def test_large_cash_and_structuring_have_their_elements(tmp_path: Path) -> None:
    tables = export(tmp_path, "AML-03.reached", "AML-04.cash-below-50000")
    cash = next(row for row in tables["large_cash"] if row["outcome"] == "fail")
    assert (cash["customer_name"], cash["id_number"], cash["outcome"]) == ("张伟", "310115198605120013", "fail")
    assert "2026-03-03 | 50000.00 | CNY | cash | in" in cash["transactions"]
    split = next(row for row in tables["suspicious"] if row["check"] == "AML-04")
    assert "如为一笔付款" in split["analysis"]
    assert {row["role"] for row in tables["customers"]} == {"policyholder", "insured"}
    assert all(row["evidence"] for row in tables["customers"])
    assert any(row["amount"] == "50000.00" for row in tables["ledger"])


def test_the_screening_log_names_the_lists(tmp_path: Path) -> None:
    (hit, *_) = [row for row in export(tmp_path, "AML-07.alias-and-id")["screening_log"] if row["outcome"] == "fail"]
    assert "watchlist.csv: " in hit["lists"]
    assert "别名" in hit["detail"]


def test_only_the_audience_aml_gets_it(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "case.yaml").write_text("case: C-1\nline: personal\n", encoding="utf-8")
    for audience in (Audience.AML, Audience.CASE, Audience.COMPLIANCE, Audience.REGULATOR):
        audit_batch(
            [tmp_path / "case"],
            Options(date(2026, 11, 22), tmp_path / "out", formats=("json",), audience=audience, workers=1),
        )
        assert (tmp_path / "out" / "aml" / "ledger.csv").is_file() is (audience is Audience.AML)


def test_a_case_named_like_the_folder_is_not_taken_away(tmp_path: Path) -> None:
    (tmp_path / "aml").mkdir()
    (tmp_path / "aml" / "audit.json").write_text("{}", encoding="utf-8")
    with _aml_export(Options(date(2026, 11, 22), tmp_path)):
        assert (tmp_path / "aml" / "audit.json").is_file()


def test_no_cell_is_a_formula() -> None:
    assert [no_formula(cell) for cell in ("=1+1", "@x", "-5", "12.00", "")] == ["'=1+1", "'@x", "'-5", "12.00", ""]
