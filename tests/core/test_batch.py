"""Folders, ZIPs and single files become cases; what cannot be used is named."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from verifier.batch import Batch, opened
from verifier.errors import InputError


def lay(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def batch_of(*paths: Path) -> Batch:
    with opened(list(paths)) as batch:
        return batch


def test_case_folders_rows_and_papers(tmp_path: Path) -> None:
    lay(
        tmp_path,
        cases_DOT_csv="case,channel,product.kind\nC-1,bank,\nC-9,agent,health\n",
        batch_DOT_yaml="institution: 安禾人寿\n",
        **{
            "C-1__sub__b_DOT_pdf": b"x",
            "C-1__a_DOT_pdf": b"x",
            "C-1__Thumbs_DOT_db": b"x",
            "C-2__case_DOT_yaml": "line: personal\n",
        },
    )
    lay(tmp_path / "references", sellers_DOT_csv="number,name\n")
    batch = batch_of(tmp_path)
    assert [(case.id, case.files) for case in batch.cases] == [
        ("C-1", ("a.pdf", "sub/b.pdf")),
        ("C-2", ()),
        ("C-9", ()),
    ]
    assert batch.cases[0].declared == {"institution": "安禾人寿", "case": "C-1", "channel": "bank"}
    assert batch.cases[2].declared["product.kind"] == "health"
    assert batch.info == {"institution": "安禾人寿"}
    assert batch.references == tmp_path / "references"
    assert batch.problems == ()


def test_case_yaml_wins_over_its_row(tmp_path: Path) -> None:
    lay(tmp_path, cases_DOT_csv="case,channel,line\nC-1,bank,personal\n", **{"C-1__case_DOT_yaml": "channel: agent\n"})
    assert batch_of(tmp_path).cases[0].declared == {"case": "C-1", "channel": "agent", "line": "personal"}


def test_a_folder_of_documents_is_one_case(tmp_path: Path) -> None:
    folder = lay(tmp_path / "C-7", a_DOT_pdf=b"x")
    assert [(case.id, case.files) for case in batch_of(folder).cases] == [("C-7", ("a.pdf",))]


def test_two_cases_with_one_id_are_told_apart(tmp_path: Path) -> None:
    lay(tmp_path, **{"one__case_DOT_yaml": "case: C-1\n", "two__case_DOT_yaml": "case: C-1\n"})
    cases = batch_of(tmp_path).cases
    assert [case.id for case in cases] == ["C-1", "C-1-2"]
    assert [problem.code for problem in cases[1].problems] == ["duplicate_case_id"]


def test_broken_yaml_is_named_and_the_case_goes_on(tmp_path: Path) -> None:
    lay(tmp_path, **{"C-1__case_DOT_yaml": "a: [", "C-1__a_DOT_pdf": b"x"})
    case = batch_of(tmp_path).cases[0]
    assert case.files == ("a.pdf",)
    assert [problem.code for problem in case.problems] == ["broken_yaml"]


def test_a_stray_file_is_named(tmp_path: Path) -> None:
    lay(tmp_path, batch_DOT_yaml="{}", stray_DOT_pdf=b"x", **{"C-1__a_DOT_pdf": b"x"})
    assert [(problem.code, problem.file) for problem in batch_of(tmp_path).problems] == [
        ("outside_any_case", "stray.pdf")
    ]


def test_a_zip_with_gb18030_names(tmp_path: Path) -> None:
    archive = tmp_path / "batch.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        info = zipfile.ZipInfo("C-1/AAAA.pdf")
        zipped.writestr(info, b"x")
    name = "投保".encode("gb18030")
    archive.write_bytes(archive.read_bytes().replace(b"AAAA", name))
    with opened([archive]) as batch:
        assert [(case.id, case.files) for case in batch.cases] == [("C-1", ("投保.pdf",))]
        assert (batch.cases[0].folder or tmp_path).joinpath("投保.pdf").is_file()


def test_a_zip_that_leads_outside_stays_inside(tmp_path: Path) -> None:
    archive = tmp_path / "batch.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("../../escape.pdf", b"x")
        zipped.writestr("C-1/case.yaml", b"case: C-1")
    with opened([archive]) as batch:
        assert [case.id for case in batch.cases] == ["C-1"]
        assert [problem.file for problem in batch.problems] == ["escape.pdf"]
    assert not (tmp_path.parent / "escape.pdf").exists()


def test_a_missing_path_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error, opened([tmp_path / "nothing"]):
        pass
    assert error.value.code == "not_found"
    assert error.value.exit_code == 66
