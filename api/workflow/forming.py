"""Which cases do the uploaded files of a batch make? Exactly those that the command line would find on a disk.

The layout is laid out once more as a skeleton: folders, empty files in place of papers, and the few small files that
say something about the batch (batch.yaml, cases.csv, case.yaml, reference lists). Papers stay encrypted where they
are; those inside a ZIP are moved there on the way. May be repeated after a crash: what exists is left as it is.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from api.clock import now, today
from api.services import Services
from api.tables import Batch, BatchState, Branch, CaseRow, SourceRow, Upload, UploadState
from api.workflow import lists
from api.workflow.kept import problem_json
from api.workflow.layout import REFERENCES
from verifier import batch as layout
from verifier.batch import CONTROL, ZIP_LIMIT, CaseFolder
from verifier.errors import InputError
from verifier.model import InputProblem, Text
from verifier.reading.intake import is_ignored, member_name

CHUNK = 1 << 20
CONTROL_LIMIT = 512 * 1024 * 1024
LONGEST = 200  # bytes of a name on a disk, with room for what a file system adds
CASES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes are kept."""

    sha256: str
    size: int
    upload_id: str


@dataclass
class Skeleton:
    """The layout of one delivery below `folder`. `papers` by path inside it; `names`: what shortened names stand for."""

    folder: Path
    papers: dict[str, Kept] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def paper(self, path: str, kept: Kept) -> None:
        place = self._place(path)
        self.papers[place.relative_to(self.folder).as_posix()] = kept
        place.touch()

    def control(self, path: str, chunks: Iterator[bytes]) -> None:
        with self._place(path).open("wb") as out:
            for chunk in chunks:
                out.write(chunk)
                if out.tell() > CONTROL_LIMIT:
                    raise _bad(path, "过大", "it is too large")

    def _place(self, path: str) -> Path:
        parts = path.split("/")
        if ".." in parts:
            raise _bad(path, "路径越界", "its path leads outside")
        place = self.folder.joinpath(*(self._short(part) for part in parts))
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _short(self, part: str) -> str:
        if len(part.encode()) <= LONGEST:
            return part
        short = f"{part[:40]}~{hashlib.sha256(part.encode()).hexdigest()[:12]}{Path(part).suffix[:10]}"
        self.names[short] = part
        return short

    def told(self, path: str) -> str:
        return "/".join(self.names.get(part, part) for part in path.split("/"))


def form(services: Services, batch_id: str) -> None:
    """Rows for every case and file of a queued batch; then it is being read."""
    with services.writing() as session:
        batch = session.get_one(Batch, batch_id, with_for_update=True)
        if batch.state not in (BatchState.QUEUED, BatchState.FORMING):
            return
        batch.state = BatchState.FORMING
        batch.as_of = batch.as_of or today()  # judged as of one day, however often it is taken up again
        session.add(batch)
    scratch_home = services.settings.data_dir / "scratch"
    scratch_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=scratch_home) as scratch:
        skeletons, faults = _skeletons(services, batch, Path(scratch))
        parts = [layout.from_unpacked(one.folder, one.folder.name) for one in skeletons]
        whole = layout.together(parts)
        problems = [*faults, *whole.problems]
        if whole.references is not None:
            problems += _supplied(services, batch, whole.references)
        papers = {one.folder / path: (one, kept) for one in skeletons for path, kept in one.papers.items()}
        _store_cases(services, batch, whole.cases, papers)
    with services.writing() as session:
        batch = session.get_one(Batch, batch_id, with_for_update=True)
        if batch.state == BatchState.FORMING:
            batch.info = json.loads(json.dumps({**whole.info, **batch.info}, default=str))
            batch.problems = [problem_json(one) for one in problems]
            batch.pack = batch.pack or str(whole.info.get("pack") or services.settings.default_pack)
            batch.edition = services.editions.pack(batch.pack, batch.tenant_id).info.edition
            batch.state = BatchState.READING
            session.add(batch)


def _supplied(services: Services, batch: Batch, folder: Path) -> list[InputProblem]:
    left_out = Text("该行未被采用", "The row was left out")
    try:
        return [
            InputProblem(one.file, "bad_row", one.message, left_out) for one in lists.supply(services, batch, folder)
        ]
    except InputError as fault:  # none of the lists is used, and the checks that need them say so
        return [InputProblem(REFERENCES, fault.code, fault.message, fault.hint)]


# --- the skeleton ---------------------------------------------------------------------------------


def _skeletons(services: Services, batch: Batch, scratch: Path) -> tuple[list[Skeleton], list[InputProblem]]:
    """One for each ZIP at the top, and one for all that was uploaded file by file."""
    made: list[Skeleton] = []
    problems: list[InputProblem] = []
    loose = Skeleton(_folder(scratch, 0, batch.name))
    with services.reading() as session:
        rows = session.exec(
            select(Upload)
            .where(Upload.batch_id == batch.id, Upload.state == UploadState.RECEIVED)
            .order_by(col(Upload.path))
        ).all()
    for number, row in enumerate(rows, start=1):
        if "/" not in row.path and row.path.lower().endswith(".zip"):
            try:
                made.append(_unpacked(services, row, _folder(scratch, number, Path(row.path).stem)))
            except InputError as fault:
                problems.append(InputProblem(row.path, fault.code, fault.message, fault.hint))
        elif _says_something(row.path):
            loose.control(row.path, services.blobs.get(row.tenant_id, row.sha256))
        else:
            loose.paper(row.path, Kept(row.sha256, row.size or 0, row.id))
    if any(loose.folder.iterdir()):
        made.append(loose)
    return made, problems


def _folder(scratch: Path, number: int, name: str) -> Path:
    safe = "".join("_" if one in '/\\:*?"<>|\0' else one for one in name).strip(". ")[:60]
    place = scratch / str(number) / (safe or "case")
    place.mkdir(parents=True)
    return place


def _says_something(path: str) -> bool:
    """Small files about the batch; everything else is a paper."""
    parts = path.split("/")
    return parts[-1] in CONTROL or REFERENCES in parts[:2]


def _unpacked(services: Services, row: Upload, folder: Path) -> Skeleton:
    """The members of a ZIP: papers to the store, each hashed and encrypted on the way."""
    skeleton = Skeleton(folder)
    left, members = ZIP_LIMIT, services.settings.batch_files
    with tempfile.TemporaryFile(dir=folder.parent) as archive:  # has no name: nobody else can open it
        for chunk in services.blobs.get(row.tenant_id, row.sha256):
            archive.write(chunk)
        try:
            with zipfile.ZipFile(archive) as zipped:
                for member in zipped.infolist():
                    path = member_name(member)
                    if member.is_dir() or is_ignored(path):
                        continue
                    members -= 1
                    if members < 0:
                        raise _bad(row.path, "文件过多", "it holds too many files")
                    with zipped.open(member) as stream:
                        left -= _take_in(services, row, skeleton, path, _limited(stream, left, row.path))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as fault:
            raise _bad(row.path, "已加密或已损坏", "it is encrypted or damaged") from fault
    return skeleton


def _take_in(services: Services, row: Upload, skeleton: Skeleton, path: str, chunks: Iterator[bytes]) -> int:
    if _says_something(path) or REFERENCES in path.split("/")[:3]:
        skeleton.control(path, chunks)
        return 0
    kept = services.blobs.put(row.tenant_id, chunks)
    skeleton.paper(path, Kept(kept.sha256, kept.size, row.id))
    return kept.size


def _limited(stream: Any, left: int, name: str) -> Iterator[bytes]:
    """What comes out, counted while it comes: the sizes in the directory are only claims."""
    while chunk := stream.read(CHUNK):
        left -= len(chunk)
        if left < 0:
            raise _bad(name, "解压后过大", "it is too large when unpacked")
        yield chunk


def _bad(name: str, zh: str, en: str) -> InputError:
    return InputError(
        "bad_zip" if name.lower().endswith(".zip") else "bad_file",
        Text(f"{name} 无法使用：{zh}", f"{name} cannot be used: {en}"),
        Text("请重新打包后再提交", "Pack it again and send it once more"),
    )


# --- rows -----------------------------------------------------------------------------------------


def _store_cases(
    services: Services, batch: Batch, cases: Sequence[CaseFolder], papers: Mapping[Path, tuple[Skeleton, Kept]]
) -> None:
    with services.reading() as session:
        known = set(session.exec(select(CaseRow.name).where(CaseRow.batch_id == batch.id)).all())
        branches = {
            row.name: row.id for row in session.exec(select(Branch).where(Branch.tenant_id == batch.tenant_id)).all()
        }
    todo = [case for case in cases if case.id[:LONGEST] not in known]
    for start in range(0, len(todo), CASES_AT_ONCE):  # short transactions: others write too
        with services.writing() as session:
            for case in todo[start : start + CASES_AT_ONCE]:
                _add_case(session, batch, case, papers, branches)


def _add_case(
    session: Session,
    batch: Batch,
    case: CaseFolder,
    papers: Mapping[Path, tuple[Skeleton, Kept]],
    branches: Mapping[str, str],
) -> None:
    row = CaseRow(
        tenant_id=batch.tenant_id,
        branch_id=batch.branch_id or branches.get(str(case.declared.get("branch") or "")),
        batch_id=batch.id,
        name=case.id[:LONGEST],
        declared=json.loads(json.dumps(case.declared, default=str)),
        problems=[problem_json(one) for one in case.problems],
        created_at=now(),
    )
    session.add(row)
    session.flush()
    sources = []
    for file in case.files:
        assert case.folder is not None
        skeleton, kept = papers[case.folder / file]
        sources.append(
            SourceRow(
                tenant_id=batch.tenant_id,
                batch_id=batch.id,
                case_id=row.id,
                file=skeleton.told(file),
                sha256=kept.sha256,
                size=kept.size,
                upload_id=kept.upload_id,
                created_at=now(),
            ).model_dump()
        )
    if sources:
        session.execute(insert(SourceRow), sources)  # in bulk: a batch may have tens of thousands
