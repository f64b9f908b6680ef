"""How fast are cases judged after the border, in one process? `make bench-audit`

Draws a few digital cases with the generator, reads them once, then judges a thousand of them in turn from
stored documents and from stored transcripts (JSON bytes in memory, as a store would hand them over).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from samples.generate import generate
from verifier.audit import audit
from verifier.batch import opened
from verifier.context import Context
from verifier.history import CaseIndex
from verifier.model import Transcript
from verifier.packs.load import Pack, find_pack, load_pack
from verifier.papers import Papers, case_of, from_json, papers_of, source_of, to_json
from verifier.reading.cache import transcript_from_json, transcript_to_json
from verifier.reading.sandbox import ReaderPool
from verifier.references import load_references

KINDS = 12


def transcripts_of(batch_folder: Path) -> list[tuple[str, dict[str, object], list[tuple[str, Transcript]]]]:
    """(case id, declared facts, transcripts by file) of every case."""
    found = []
    with opened([batch_folder]) as batch, ReaderPool(2) as pool:
        for case in batch.cases:
            assert case.folder is not None
            files = [(file, case.folder / file) for file in case.files]
            read = [(name, answer) for name, answer in pool.read_all(files) if isinstance(answer, Transcript)]
            found.append((case.id, dict(case.declared), read))
    return found


def timed(label: str, count: int, judge: Callable[[int], None]) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    for number in range(count):
        judge(number)
    took, worked = time.perf_counter() - start, time.process_time() - cpu
    print(
        f"{label}: {count} cases in {took:.1f} s; {worked:.1f} s of processor ({1000 * worked / count:.1f} ms a case)"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=1000)
    count = arguments.parse_args().cases
    pack = load_pack(find_pack("cn-insurance"))
    with tempfile.TemporaryDirectory() as scratch:
        generate(cases=KINDS, seed=20261122, out=Path(scratch) / "drawn", looks=("digital",))
        batch = Path(scratch) / "drawn" / "batch"
        cases = transcripts_of(batch)
        references, _ = load_references(batch / "references")
        context = Context(date(2026, 11, 22), pack.parameters, pack.lexicons, references)
        with closing(CaseIndex(Path(scratch) / "index.sqlite")) as index:
            measure(cases, pack, context, index, count)


def measure(
    cases: list[tuple[str, dict[str, object], list[tuple[str, Transcript]]]],
    pack: Pack,
    context: Context,
    index: CaseIndex,
    count: int,
) -> None:
    stored = [
        (name, declared, [(file, transcript_to_json(read)) for file, read in files]) for name, declared, files in cases
    ]
    papers = [
        papers_of(name, declared, [source_of(f, t) for f, t in files], files, pack) for name, declared, files in cases
    ]
    kept = [to_json(one) for one in papers]
    for one in papers:
        index.add(case_of(one, pack))
    pages = sum(len(read.pages) for _, _, files in cases for _, read in files)
    documents = sum(len(one.documents) for one in papers)
    print(
        f"{len(cases)} drawn cases in turn: {documents / len(cases):.1f} documents, {pages / len(cases):.1f} pages a case"
    )

    def judge(one: Papers) -> None:
        history = index.history_for(one.id)
        case = case_of(one, pack)
        result = audit(case, pack, Context(**{**vars(context), "history": history}))
        assert len(result.findings) == len(pack.requirements)

    def from_documents(number: int) -> None:
        judge(from_json(kept[number % len(kept)]))

    def from_transcripts(number: int) -> None:
        name, declared, files = stored[number % len(stored)]
        read = [(file, transcript_from_json(data)) for file, data in files]
        judge(papers_of(name, declared, [source_of(file, one) for file, one in read], read, pack))

    timed("from stored documents", count, from_documents)
    timed("from stored transcripts", count, from_transcripts)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
