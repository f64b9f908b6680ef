"""How does a batch become reports? The few lines that call the stages by name.

Two passes: every case is read and kept on disk as Papers, with one small index of parties, payments and
pictures for the checks that look across cases; then each is judged and reported. Memory holds one case.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import metadata
from pathlib import Path

from verifier.audit import audit
from verifier.batch import Batch, CaseFolder, opened
from verifier.context import REFERENCE_NAMES, Context, References
from verifier.history import CaseIndex
from verifier.model import Audit, InputProblem, Source, SourceState, Transcript, Verdict
from verifier.packs.load import Pack, find_pack, load_pack
from verifier.papers import Papers, case_of, from_json, papers_of, source_of, to_json
from verifier.reading.cache import TranscriptCache, to_public_json
from verifier.reading.doctor import software
from verifier.reading.pictures import SandboxImages
from verifier.reading.rejections import Rejection
from verifier.reading.sandbox import ReaderPool
from verifier.references import RowProblem, load_references
from verifier.reports import write_reports
from verifier.reports.aml import TABLES as AML_TABLES
from verifier.reports.aml import AmlExport
from verifier.reports.audience import Audience
from verifier.reports.images import PageImages
from verifier.reports.summary import BatchSummary
from verifier.reports.wording import Names
from verifier.review import verdict

DEFAULT_PACK = "cn-insurance"
SEPARATOR = "\x1f"  # between the number of a case and the path inside it, in the names given to the pool


@dataclass(frozen=True, slots=True)
class Options:
    """What `verifier audit` was asked for. `as_of` sets today only; each event's date picks its law."""

    as_of: date
    out: Path
    pack: str = ""  # empty: the one that batch.yaml names, else DEFAULT_PACK
    references: Path | None = None
    workers: int = 2
    engine: str = "auto"
    formats: tuple[str, ...] = ("json", "html")
    lang: str = "zh"
    audience: Audience = Audience.COMPLIANCE
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One step: `stage` is `read` (a file) or `audit` (a case); `total` 0 while not known."""

    stage: str
    done: int
    total: int
    label: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the batch came to, for the exit status and the closing words."""

    verdicts: Mapping[str, int]
    cases: int
    out: Path
    problems: tuple[InputProblem, ...] = ()
    row_problems: tuple[RowProblem, ...] = ()
    references_missing: tuple[str, ...] = ()


@dataclass
class CaseStore:
    """Papers of the cases between the two passes, one file each."""

    folder: Path
    order: list[str] = field(default_factory=list)

    def put(self, papers: Papers) -> None:
        (self.folder / f"{len(self.order):08d}.json").write_bytes(to_json(papers))
        self.order.append(papers.id)

    def __iter__(self) -> Iterator[Papers]:
        for number in range(len(self.order)):
            yield from_json((self.folder / f"{number:08d}.json").read_bytes())


def audit_batch(
    paths: Sequence[Path], options: Options, report: Callable[[Progress], None] = lambda step: None
) -> Outcome:
    """Audit everything at `paths` into `options.out`. Raises VerifierError when the work cannot be done."""
    with (
        opened(list(paths)) as batch,
        tempfile.TemporaryDirectory(prefix="verifier-cases-") as scratch,
        closing(CaseIndex(Path(scratch) / "index.sqlite")) as index,
        ReaderPool(options.workers, options.engine, cache=_cache(options)) as pool,
    ):
        pack = load_pack(find_pack(options.pack or str(batch.info.get("pack") or DEFAULT_PACK)))
        references, row_problems = _references(batch, options)
        index.add_payments(references.payments or ())
        store = CaseStore(Path(scratch))
        for papers in read_cases(batch, pool, pack, report):
            store.put(papers)
            index.add(case_of(papers, pack))
        context = Context(options.as_of, pack.parameters, pack.lexicons, references)
        verdicts = _judge_all(store, batch, pack, context, index, pool, options, report)
        return Outcome(
            verdicts=verdicts,
            cases=len(store.order),
            out=options.out,
            problems=batch.problems + tuple(problem for case in batch.cases for problem in case.problems),
            row_problems=row_problems,
            references_missing=missing_lists(references),
        )


def _cache(options: Options) -> TranscriptCache | None:
    return TranscriptCache(options.cache) if options.cache else None


def _references(batch: Batch, options: Options) -> tuple[References, tuple[RowProblem, ...]]:
    folder = options.references or batch.references
    return load_references(folder) if folder else (References(), ())


def missing_lists(references: References) -> tuple[str, ...]:
    """The lists of the contract that were not supplied."""
    return tuple(f"{name}.csv" for name in REFERENCE_NAMES if getattr(references, name) is None)


def read_file(file: Path, engine: str = "auto") -> tuple[list[Mapping[str, object]], list[Rejection]]:
    """The transcripts of one file (several for a container) in the contract's shape, and what was refused."""
    with ReaderPool(1, engine) as pool:
        answers = list(pool.read_all([(file.name, file)]))
    read = [to_public_json(answer, name) for name, answer in answers if isinstance(answer, Transcript)]
    return read, [answer for _, answer in answers if isinstance(answer, Rejection)]


# --- first pass: read -----------------------------------------------------------------------------


def read_cases(batch: Batch, pool: ReaderPool, pack: Pack, report: Callable[[Progress], None]) -> Iterator[Papers]:
    """Every case's papers in the order of the batch; the pool reads ahead across cases."""
    total = sum(len(case.files) for case in batch.cases)
    answers = _Grouped(pool, batch.cases)
    done = 0
    for number, case in enumerate(batch.cases):
        sources: list[Source] = []
        transcripts: list[tuple[str, Transcript]] = []
        for file, answer in answers.of(number):
            if isinstance(answer, Rejection):
                sources.append(_rejected(file, answer))
            else:
                sources.append(source_of(file, answer))
                transcripts.append((file, answer))
            done += 1
            report(Progress("read", done, max(total, done), f"{case.id}/{file}"))
        yield papers_of(case.id, case.declared, sources, transcripts, pack)


class _Grouped:
    """The pool's answers by case: it answers in the order it was given, containers with several."""

    def __init__(self, pool: ReaderPool, cases: Sequence[CaseFolder]) -> None:
        self._answers = pool.read_all(
            (f"{number}{SEPARATOR}{file}", case.folder / file)
            for number, case in enumerate(cases)
            if case.folder is not None
            for file in case.files
        )
        self._next = next(self._answers, None)

    def of(self, number: int) -> Iterator[tuple[str, Transcript | Rejection]]:
        while self._next is not None:
            name, answer = self._next
            owner, _, file = name.partition(SEPARATOR)
            if int(owner) != number:
                return
            yield file, answer
            self._next = next(self._answers, None)


def _rejected(file: str, rejection: Rejection) -> Source:
    return Source(file, rejection.sha256, None, SourceState.REJECTED, rejection.code, rejection.message, rejection.hint)


# --- second pass: judge ---------------------------------------------------------------------------


def _judge_all(
    store: CaseStore,
    batch: Batch,
    pack: Pack,
    context: Context,
    index: CaseIndex,
    pool: ReaderPool,
    options: Options,
    report: Callable[[Progress], None],
) -> dict[str, int]:
    verdicts = {one.value: 0 for one in Verdict}
    judged_by = software_facts(options.engine)
    names = Names.of(pack)
    told = {**batch.info, "problems": [_told(problem) for problem in batch.problems]}
    with (
        BatchSummary(told, options.audience, missing_lists(context.references), names) as summary,
        _aml_export(options) as export,
    ):
        for done, (papers, folder) in enumerate(zip(store, batch.cases, strict=True), start=1):
            known = replace(context, history=index.history_for(papers.id))
            case = case_of(papers, pack)
            result = replace(audit(case, pack, known, software=judged_by), problems=folder.problems)
            _write_case(result, SandboxImages(pool, folder.folder, papers.rotations), names, options)
            summary.add(result)
            if export is not None:
                export.add(case, result)
            verdicts[verdict(result.findings).value] += 1
            report(Progress("audit", done, len(batch.cases), papers.id))
        summary.write(options.out)
    return verdicts


def _told(problem: InputProblem) -> dict[str, object]:
    return {
        "file": problem.file,
        "code": problem.code,
        "message": {"zh": problem.message.zh, "en": problem.message.en},
        "hint": {"zh": problem.hint.zh, "en": problem.hint.en},
    }


def _aml_export(options: Options) -> AbstractContextManager[AmlExport | None]:
    """Lists for anti-money-laundering staff: for no other audience, and an earlier run's are taken away."""
    folder = options.out / "aml"
    if all((folder / f"{name}.csv").is_file() for name in AML_TABLES):
        shutil.rmtree(folder)
    return AmlExport(folder) if options.audience is Audience.AML else nullcontext()


def _write_case(result: Audit, images: PageImages, names: Names, options: Options) -> None:
    """Reports of one case, over whatever an earlier run left there."""
    home = options.out / result.case
    if home.exists():
        shutil.rmtree(home)
    write_reports(result, options.formats, options.lang, options.audience, images, home, names=names)


def software_facts(engine: str) -> dict[str, object]:
    """What judged: our version, the engine and the SHA-256 of its weights."""
    return {"verifier": metadata.version("insurance-sales-verifier"), **software(engine)}
