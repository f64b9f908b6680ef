"""The command line as its users call it: real files through real reading into reports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from verifier.cli import run

SAMPLES = Path(__file__).parents[2] / "samples" / "cases"
KEYS = {
    "schema",
    "case",
    "verdict",
    "pack",
    "as_of",
    "law_dates",
    "software",
    "counts",
    "sources",
    "documents",
    "findings",
}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound property sale, a case of bad files and a row without a folder, audited once."""
    home = tmp_path_factory.mktemp("batch")
    for name in ("K-04-sound-property", "K-12-bad-files", "references"):
        shutil.copytree(SAMPLES / name, home / "in" / name)
    rows = (SAMPLES / "cases.csv").read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if row.startswith(("case,", "K-04", "K-12", "K-99"))]
    (home / "in" / "cases.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    status = run(
        [
            "audit",
            str(home / "in"),
            "--out",
            str(home / "out"),
            "--as-of",
            "2026-11-22",
            "--format",
            "json,html,pdf",
            "--no-cache",
        ]
    )
    assert status == 1
    return home / "out"


def result(audited: Path, case: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((audited / case / "audit.json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.ocr
def test_the_shape_is_that_of_the_contract(audited: Path) -> None:
    found = result(audited, "K-04-sound-property")
    assert found["schema"] == "verifier.audit/1"
    assert set(found) >= KEYS
    assert len(found["findings"]) == 119 == sum(found["counts"].values())
    assert {finding["outcome"] for finding in found["findings"]} <= {"pass", "fail", "review", "not_applicable"}
    assert found["as_of"] == "2026-11-22"


@pytest.mark.ocr
def test_a_sound_case_is_not_accused(audited: Path) -> None:
    failed = [f["check"] for f in result(audited, "K-04-sound-property")["findings"] if f["outcome"] == "fail"]
    assert failed == []


@pytest.mark.ocr
def test_every_value_is_followed_to_the_ink(audited: Path) -> None:
    for document in result(audited, "K-04-sound-property")["documents"]:
        for value in document["fields"].values():
            place = value["evidence"]
            assert place["file"]
            assert place["page"] >= 1
            assert place["box"] is None or (0 <= place["box"][0] < place["box"][2] <= 1)


@pytest.mark.ocr
def test_bad_files_are_named_and_the_case_goes_on(audited: Path) -> None:
    found = result(audited, "K-12-bad-files")
    codes = {source["file"]: source["code"] for source in found["sources"] if source["state"] == "rejected"}
    assert codes["加密.pdf"] == "encrypted"
    assert codes["空文件.pdf"] == "empty"
    assert codes["截断.pdf"] == "corrupt"
    assert "Thumbs.db" not in {source["file"] for source in found["sources"]}
    assert all(s["message"]["zh"] and s["hint"]["en"] for s in found["sources"] if s["state"] == "rejected")
    assert found["documents"]
    # something was not read, so nothing is said to be missing
    assert not [f for f in found["findings"] if f["check"] == "DOC-01" and f["outcome"] == "fail"]


@pytest.mark.ocr
def test_a_row_without_a_folder_is_audited_with_every_paper_missing(audited: Path) -> None:
    found = result(audited, "K-99-no-folder")
    assert (found["sources"], found["documents"]) == ([], [])
    assert len(found["findings"]) == 119


@pytest.mark.ocr
def test_the_summary_reconciles(audited: Path) -> None:
    summary = json.loads((audited / "summary.json").read_text(encoding="utf-8"))
    assert summary["schema"] == "verifier.summary/1"
    assert summary["totals"]["cases"] == 3 == sum(summary["totals"]["verdicts"].values())
    assert [case["case"] for case in summary["cases"]] == ["K-04-sound-property", "K-12-bad-files", "K-99-no-folder"]
    assert (audited / "summary.xlsx").read_bytes().startswith(b"PK")
    assert (audited / "K-04-sound-property" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "K-04-sound-property" in (audited / "K-04-sound-property" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["audit"], 64, "usage"),
        (["audit", "nowhere"], 66, "not_found"),
        (["audit", ".", "--format", "docx"], 64, "usage"),
        (["audit", ".", "--as-of", "tomorrow"], 64, "usage"),
        (["audit", "EMPTY", "--pack", "no-such-pack"], 65, "pack_unknown"),
        (["packs", "explain", "NOPE-99"], 64, "check_unknown"),
        (["conjure"], 64, "usage"),
    ],
)
def test_an_error_is_one_sentence_with_a_next_step(
    arguments: list[str], status: int, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([str(tmp_path) if one == "EMPTY" else one for one in arguments]) == status
    said = capsys.readouterr().err.strip().splitlines()
    assert said[0].startswith(f"{code}: ")
    assert len(said) == 2


def test_explain_prints_law_logic_and_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["packs", "explain", "sign-01"]) == 0
    said = capsys.readouterr().out
    assert "保险销售行为管理办法" in said
    assert "Passes" in said
    assert "SIGN-01." in said


def test_doctor_finds_a_sound_installation(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 0
    assert "PP-OCRv6_rec_small" in capsys.readouterr().out
