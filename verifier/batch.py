"""Which cases lie in a folder or ZIP, with which files and declared facts?"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from verifier.declared import declared_facts
from verifier.errors import InputError
from verifier.model import InputProblem, Text
from verifier.reading.intake import member_name
from verifier.references import decode

IGNORED = frozenset({"thumbs.db", ".ds_store", "desktop.ini", "__macosx"})
CONTROL = frozenset({"batch.yaml", "cases.csv", "case.yaml"})
BATCH_KEYS = ("batch", "institution", "branch", "period", "pack", "population", "sample_rule")
ZIP_LIMIT = 20 * 1024**3  # bytes when unpacked


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """One case as it lies on disk. `files` are paths inside the case folder, in name order."""

    id: str
    folder: Path | None
    files: tuple[str, ...]
    declared: Mapping[str, object]
    problems: tuple[InputProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch on disk. `info` is batch.yaml."""

    cases: tuple[CaseFolder, ...]
    info: Mapping[str, Any] = field(default_factory=dict)
    references: Path | None = None
    problems: tuple[InputProblem, ...] = ()


@contextmanager
def opened(paths: list[Path]) -> Iterator[Batch]:
    """The batch at these paths: folders, ZIPs or single documents. ZIPs are unpacked to a folder that
    is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="verifier-batch-") as scratch:
        yield together([_open(path, Path(scratch) / str(number)) for number, path in enumerate(paths)])


def together(parts: Sequence[Batch]) -> Batch:
    """Several deliveries as one batch; case ids are made distinct."""
    return Batch(
        cases=_distinct([case for part in parts for case in part.cases]),
        info={key: value for part in parts for key, value in part.info.items()},
        references=next((part.references for part in parts if part.references), None),
        problems=tuple(problem for part in parts for problem in part.problems),
    )


def _open(path: Path, scratch: Path) -> Batch:
    if not path.exists():
        raise InputError(
            "not_found",
            Text(f"找不到 {path}", f"{path} does not exist"),
            Text("请核对路径", "Check the path"),
        )
    if path.is_dir():
        return from_folder(path)
    if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
        _unpack(path, scratch)
        return from_unpacked(scratch, path.stem)
    return Batch((CaseFolder(path.stem, path.parent, (path.name,), {}),))


def _unpack(archive: Path, target: Path) -> None:
    """All members below `target`; a member that would leave it, or the bomb limit, is an InputError."""
    target.mkdir(parents=True)
    with zipfile.ZipFile(archive) as zipped:
        if sum(member.file_size for member in zipped.infolist()) > ZIP_LIMIT:
            raise _unusable(archive, "解压后过大", "it is too large when unpacked")
        for member in zipped.infolist():
            name = member_name(member)
            place = (target / name).resolve()
            if not place.is_relative_to(target.resolve()):
                raise _unusable(archive, "含有越界路径", "it holds a path that leads outside")
            if member.is_dir():
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.write_bytes(zipped.read(member))
            except (RuntimeError, zipfile.BadZipFile, OSError) as fault:
                raise _unusable(archive, "已加密或已损坏", f"it is encrypted or damaged ({name})") from fault


def _unusable(archive: Path, zh: str, en: str) -> InputError:
    return InputError(
        "bad_zip",
        Text(f"{archive.name} 无法使用：{zh}", f"{archive.name} cannot be used: {en}"),
        Text("请重新打包后再试", "Pack it again and retry"),
    )


def _is_case(folder: Path) -> bool:
    names = {child.name for child in folder.iterdir() if child.is_file() and child.name.lower() not in IGNORED}
    return is_one_case(names, declared_below=any(folder.glob("*/case.yaml")))


def is_one_case(names: Set[str], *, declared_below: bool) -> bool:
    """Whether a folder that holds files of these names is one case: with case.yaml, or with documents of its own and no
    sign of a batch. `declared_below`: a folder in it holds a case.yaml."""
    if "case.yaml" in names:
        return True
    return bool(names) and not names & {"batch.yaml", "cases.csv"} and not declared_below


def from_unpacked(folder: Path, name: str) -> Batch:
    """The batch in a folder that a ZIP of this name was unpacked to: often one folder holds all of it."""
    inner = [child for child in folder.iterdir() if child.name.lower() not in IGNORED]
    only = inner[0] if len(inner) == 1 and inner[0].is_dir() else None
    holds_cases = only is not None and not _is_case(only)
    return from_folder(only if only is not None and holds_cases else folder, name)


def from_folder(folder: Path, name: str = "") -> Batch:
    """The batch in a folder. `name`: of the case, should the folder be one case."""
    references = folder / "references"
    if _is_case(folder):
        return Batch((_case(folder, {}, name or folder.name),), references=references if references.is_dir() else None)
    info, problems = _yaml(folder / "batch.yaml", "batch.yaml")
    problems += _unknown_batch_keys(info)
    rows, faults = _rows(folder / "cases.csv")
    cases = []
    for child in sorted(folder.iterdir()):
        if child.is_dir() and child.name != "references" and child.name.lower() not in IGNORED:
            cases.append(_case(child, rows.pop(child.name, {}), child.name))
    cases += [_paperless(case_id, row) for case_id, row in rows.items()]
    common = {key: str(info[key]) for key in ("institution", "branch") if info.get(key)}
    return Batch(
        tuple(replace(case, declared={**common, **case.declared}) for case in sorted(cases, key=lambda case: case.id)),
        info,
        references if references.is_dir() else None,
        (*problems, *faults, *_strays(folder)),
    )


def _unknown_batch_keys(info: Mapping[str, Any]) -> tuple[InputProblem, ...]:
    return tuple(
        InputProblem(
            "batch.yaml",
            "unknown_key",
            Text(f"batch.yaml 中没有“{key}”这一项", f"batch.yaml has the key {key!r}, which does not exist"),
            Text(f"可用的项：{'、'.join(BATCH_KEYS)}", f"Possible keys: {', '.join(BATCH_KEYS)}"),
        )
        for key in info
        if key not in BATCH_KEYS
    )


def _strays(folder: Path) -> tuple[InputProblem, ...]:
    loose = [
        child.name
        for child in sorted(folder.iterdir())
        if child.is_file() and child.name not in CONTROL and child.name.lower() not in IGNORED
    ]
    return tuple(
        InputProblem(
            name,
            "outside_any_case",
            Text(f"文件 {name} 不在任何案件文件夹内，未审核", f"{name} lies in no case folder and was not audited"),
            Text("请放入所属案件的文件夹", "Move it into the folder of its case"),
        )
        for name in loose
    )


def _case(folder: Path, row: Mapping[str, str], name: str) -> CaseFolder:
    """One case folder; case.yaml wins over its row of cases.csv."""
    from_row, row_problems = declared_facts(row, "cases.csv")
    raw, problems = _yaml(folder / "case.yaml", "case.yaml")
    own, own_problems = declared_facts(raw, "case.yaml")
    declared = {**from_row, **own}
    return CaseFolder(
        id=_safe_id(str(declared.get("case") or name)),
        folder=folder,
        files=_files(folder),
        declared=declared,
        problems=(*problems, *row_problems, *own_problems),
    )


def _paperless(case_id: str, row: Mapping[str, str]) -> CaseFolder:
    declared, problems = declared_facts(row, "cases.csv")
    return CaseFolder(_safe_id(case_id), None, (), declared, problems)


def _safe_id(text: str) -> str:
    """A case id that is also a folder name of the output."""
    return "".join("_" if character in '/\\:*?"<>|\0' else character for character in text).strip(". ") or "case"


def _files(folder: Path) -> tuple[str, ...]:
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.lower() in IGNORED for part in inside.parts) or inside.parts[0] == "references"
        if path.is_file() and not path.is_symlink() and not hidden and inside.as_posix() not in CONTROL:
            found.append(inside.as_posix())
    return tuple(found)


def _yaml(path: Path, name: str) -> tuple[dict[str, Any], tuple[InputProblem, ...]]:
    if not path.is_file():
        return {}, ()
    try:
        loaded = yaml.load(decode(path.read_bytes()), Loader=yaml.CSafeLoader) or {}
        if not isinstance(loaded, dict):
            raise yaml.YAMLError("not a mapping")
        return loaded, ()
    except (yaml.YAMLError, ValueError) as fault:
        place = str(fault).replace("\n", " ")[:160]
        return {}, (
            InputProblem(
                name,
                "broken_yaml",
                Text(f"{name} 不是可读取的 YAML：{place}", f"{name} is not readable YAML: {place}"),
                Text("其内容未被采用；请修正后重新审核", "Nothing of it was used; correct it and audit again"),
            ),
        )


def _rows(path: Path) -> tuple[dict[str, dict[str, str]], tuple[InputProblem, ...]]:
    """Rows of cases.csv by case id."""
    return manifest(path.read_bytes()) if path.is_file() else ({}, ())


def manifest(data: bytes) -> tuple[dict[str, dict[str, str]], tuple[InputProblem, ...]]:
    """The rows of a cases.csv by case id, and those that cannot be used."""
    reader = csv.DictReader(io.StringIO(decode(data)))
    rows: dict[str, dict[str, str]] = {}
    problems = []
    for number, row in enumerate(reader, start=2):
        clean = {key.strip(): (value or "").strip() for key, value in row.items() if key}
        case_id = clean.get("case", "")
        if not case_id or case_id in rows:
            problems.append(_bad_row(number, case_id))
            continue
        rows[case_id] = clean
    return rows, tuple(problems)


def _bad_row(number: int, case_id: str) -> InputProblem:
    zh, en = ("案件编号重复", "repeats a case id") if case_id else ("没有案件编号", "has no case id")
    return InputProblem(
        "cases.csv",
        "bad_row",
        Text(f"cases.csv 第 {number} 行{zh}", f"cases.csv row {number} {en}"),
        Text("该行未被采用；请修正", "The row was left out; correct it"),
    )


def _distinct(cases: list[CaseFolder]) -> tuple[CaseFolder, ...]:
    """Ids made distinct: the second case of one id gets a number, and says so."""
    seen: dict[str, int] = {}
    named = []
    for case in cases:
        count = seen[case.id] = seen.get(case.id, 0) + 1
        named.append(case if count == 1 else _renamed(case, f"{case.id}-{count}"))
    return tuple(named)


def _renamed(case: CaseFolder, new_id: str) -> CaseFolder:
    problem = InputProblem(
        "case.yaml",
        "duplicate_case_id",
        Text(
            f"案件编号 {case.id} 重复，本案以 {new_id} 列示",
            f"The case id {case.id} occurs twice; this one is listed as {new_id}",
        ),
        Text("请更正案件编号", "Give each case its own id"),
    )
    return replace(case, id=new_id, problems=(*case.problems, problem))
