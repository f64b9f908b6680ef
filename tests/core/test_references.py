"""Reference lists: rows as values, a broken row named and left out, a missing column refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from verifier.errors import InputError
from verifier.references import decode, load_references, read_list


def test_a_list_in_gb18030_with_an_open_end(tmp_path: Path) -> None:
    text = "number,name,institution,status,from,to\n80012345,李娜,安禾人寿,active,2020-01-01,\n"
    (tmp_path / "sellers.csv").write_bytes(text.encode("gb18030"))
    references, problems = load_references(tmp_path)
    assert problems == ()
    assert references.sellers is not None
    assert (references.sellers[0].name, references.sellers[0].start, references.sellers[0].end) == (
        "李娜",
        date(2020, 1, 1),
        None,
    )
    assert references.payees is None


def test_lists_in_a_cell() -> None:
    rows, _ = read_list("institutions", "name,licence,scope,regions,from,to\nA,1,personal;group,上海;江苏,,\n")
    assert (rows[0].scope, rows[0].regions) == (("personal", "group"), ("上海", "江苏"))


def test_a_broken_row_is_named_and_the_rest_used() -> None:
    text = "phone,date\n13900000001,2026-01-01\n13900000002,soon\n13900000003,2026-01-03\n"
    rows, problems = read_list("opt_out", text)
    assert [row.phone for row in rows] == ["13900000001", "13900000003"]
    assert [(problem.row, "soon" in problem.message.en) for problem in problems] == [(3, True)]


def test_a_suspect_amount_is_never_guessed() -> None:
    header = "case,policy,policyholder,policyholder_id,payer,payer_account,amount,currency,date,method,serial\n"
    rows, problems = read_list("payments", header + "C,P,张伟,1,张伟,6,12.860.50,CNY,2026-01-01,cash,9\n")
    assert rows == ()
    assert "12.860.50" in problems[0].message.zh


def test_a_missing_column_is_refused_by_name() -> None:
    with pytest.raises(InputError) as error:
        read_list("payees", "name\n安禾人寿\n")
    assert error.value.code == "reference_column_missing"
    assert "account" in error.value.message.en


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lists_are_read_with_any_line_ending_and_any_bytes(ending: str) -> None:
    text = decode(ending.join(("number,name,institution,status,from,to", "1,甲\0,某公司,active,,")).encode())
    rows, problems = read_list("sellers", text)
    assert [row.name for row in rows] == ["甲"]
    assert not problems


def test_a_huge_cell_is_a_row_like_any_other() -> None:
    rows, _ = read_list("payees", f"name,account\n{'甲' * 200_000},1\n")
    assert len(rows) == 1
