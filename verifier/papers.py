"""What do the files of one case come to, before any judgement? Sources and transcripts to papers to a Case.

`Papers` is what is kept of a case: a new edition of a checklist judges it again without reading a page.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from verifier.case import Case
from verifier.documents import Reading, recognise_and_extract, with_subjects
from verifier.facts import FACTS
from verifier.facts.jurisdiction import area_of
from verifier.model import Document, PageRef, Source, SourceState, Text, Transcript
from verifier.packs.load import Pack
from verifier.payments import payments_of

log = logging.getLogger(__name__)

PARTIAL = (
    Text("部分页面未能读取", "Some pages could not be read"),
    Text("请重新扫描这些页面", "Scan those pages again"),
)


@dataclass(frozen=True, slots=True)
class Papers:
    """One case after reading: its sources and documents. `rotations`: clockwise turn of each page of a
    file, for pictures of its places."""

    id: str
    declared: Mapping[str, object]
    sources: tuple[Source, ...]
    documents: tuple[Document, ...]
    unrecognised: tuple[PageRef, ...] = ()
    rotations: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


_ADAPTER = TypeAdapter(Papers)


def to_json(papers: Papers) -> bytes:
    return _ADAPTER.dump_json(papers)


def from_json(data: bytes) -> Papers:
    return _ADAPTER.validate_json(data)


def source_of(file: str, transcript: Transcript) -> Source:
    """The source of a file that was read, wholly or in part."""
    failed = [page.number for page in transcript.pages if not page.read]
    if not failed:
        return Source(file, transcript.sha256, len(transcript.pages), SourceState.READ)
    listed = ", ".join(str(number) for number in failed)
    message = Text(f"{PARTIAL[0].zh}：第 {listed} 页", f"{PARTIAL[0].en}: page {listed}")
    return Source(file, transcript.sha256, len(transcript.pages), SourceState.PARTIAL, "corrupt", message, PARTIAL[1])


def papers_of(
    case_id: str,
    declared: Mapping[str, object],
    sources: Sequence[Source],
    transcripts: Sequence[tuple[str, Transcript]],
    pack: Pack,
) -> Papers:
    """Recognise and extract all papers of a case. A fault of ours in doing so leaves every page of that
    case unrecognised, so that a person decides; the other cases of the batch go on."""
    try:
        reading = recognise_and_extract(transcripts, pack.types, day_first=_day_first(declared, pack))
        documents = with_subjects(reading.documents, declared)
    except Exception:
        log.exception("the papers of a case could not be told apart")
        reading, documents = _unrecognised(transcripts), ()
    return Papers(
        id=case_id,
        declared=declared,
        sources=tuple(sources),
        documents=documents,
        unrecognised=reading.unrecognised,
        rotations={file: tuple(page.rotation for page in transcript.pages) for file, transcript in transcripts},
    )


def _unrecognised(transcripts: Sequence[tuple[str, Transcript]]) -> Reading:
    pages = [
        (PageRef(file, page.number, transcript.sha256), page.blank)
        for file, transcript in transcripts
        for page in transcript.pages
    ]
    return Reading((), tuple(ref for ref, blank in pages if not blank), tuple(ref for ref, blank in pages if blank))


def _day_first(declared: Mapping[str, object], pack: Pack) -> bool:
    """Whether 03/04/2026 may be read as 3 April: only where the place is known to write it so. Elsewhere such a
    date is left to a person."""
    area = area_of(str(declared.get("jurisdiction") or ""), pack.parameters)
    return pack.info.day_first and area is not None and area not in pack.info.month_first


def case_of(papers: Papers, pack: Pack) -> Case:
    """The case that these papers make under a pack."""
    return Case(
        id=papers.id,
        declared={key: value for key, value in papers.declared.items() if key != "payments"},
        sources=papers.sources,
        documents=papers.documents,
        unrecognised=papers.unrecognised,
        payments=payments_of(papers.id, papers.documents, papers.declared),
        vocabulary=pack.vocabulary(),
        derivations=FACTS,
        parameters=pack.parameters,
    )
