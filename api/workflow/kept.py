"""In what form are transcripts, papers and audits kept? JSON with the name of its form, encrypted, by stable keys.

A form is never changed in place: a new one gets a new number, and what is kept in an old one is made anew (a
transcript by reading, papers from transcripts) or is read by the old name (audits, which are never made anew).
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.blobs import Blobs
from verifier import papers as case_papers
from verifier.model import Audit, InputProblem, Source, Text, Transcript
from verifier.papers import Papers
from verifier.reading.cache import transcript_from_json, transcript_to_json

TRANSCRIPTS, PAPERS, AUDITS = "transcript", "papers", "audit"
FORMS = {
    TRANSCRIPTS: b"verifier.kept.transcript/1",
    PAPERS: b"verifier.kept.papers/1",
    AUDITS: b"verifier.kept.audit/1",
}


def keep_transcript(blobs: Blobs, tenant_id: str, transcript: Transcript) -> None:
    key = transcript_key(transcript.sha256, transcript.reader)
    blobs.put_named(tenant_id, TRANSCRIPTS, key, _marked(TRANSCRIPTS, transcript_to_json(transcript)))


def transcript(blobs: Blobs, tenant_id: str, sha256: str, reader: str) -> Transcript | None:
    """None when it is not kept, or in a form of another time: the file is read again."""
    data = _plain(TRANSCRIPTS, blobs.named(tenant_id, TRANSCRIPTS, transcript_key(sha256, reader)))
    try:
        return transcript_from_json(data) if data else None
    except ValidationError:
        return None


def transcript_key(sha256: str, reader: str) -> str:
    return f"{sha256}/{reader}"


def keep_papers(blobs: Blobs, tenant_id: str, case_id: str, basis: str, papers: Papers) -> None:
    """`basis` says from what they were made; papers of another basis are not answered."""
    data = basis.encode() + b"\n" + case_papers.to_json(papers)
    blobs.put_named(tenant_id, PAPERS, case_id, _marked(PAPERS, data))


def papers(blobs: Blobs, tenant_id: str, case_id: str, basis: str) -> Papers | None:
    data = _plain(PAPERS, blobs.named(tenant_id, PAPERS, case_id)) or b""
    made_from, _, body = data.partition(b"\n")
    if made_from != basis.encode():
        return None
    try:
        return case_papers.from_json(body)
    except ValidationError:
        return None


def keep_audit(blobs: Blobs, tenant_id: str, judgement_id: str, audit: Audit) -> str:
    """The SHA-256 of what is kept: it stands in the judgement's row and on the trail."""
    data = _marked(AUDITS, _audits().dump_json(audit))
    blobs.put_named(tenant_id, AUDITS, judgement_id, data)
    return hashlib.sha256(data).hexdigest()


def audit(blobs: Blobs, tenant_id: str, judgement_id: str) -> Audit | None:
    """The whole audit as it was judged; None when it was purged."""
    data = _plain(AUDITS, blobs.named(tenant_id, AUDITS, judgement_id))
    return _audits().validate_json(data) if data else None


@cache
def _audits() -> TypeAdapter[Audit]:
    return TypeAdapter(Audit)


@cache
def _sources() -> TypeAdapter[Source]:
    return TypeAdapter(Source)


def _marked(kind: str, body: bytes) -> bytes:
    return FORMS[kind] + b"\n" + body


def _plain(kind: str, data: bytes | None) -> bytes | None:
    form, _, body = (data or b"").partition(b"\n")
    return body if form == FORMS[kind] else None


# --- small values in columns ----------------------------------------------------------------------


def source_json(source: Source) -> dict[str, Any]:
    """A member of SourceRow.members."""
    told: dict[str, Any] = _sources().dump_python(source, mode="json")
    return told


def source_from_json(told: dict[str, Any]) -> Source:
    return _sources().validate_python(told)


def problem_json(problem: InputProblem) -> dict[str, Any]:
    """An entry of a `problems` column."""
    return {
        "file": problem.file,
        "code": problem.code,
        "message": {"zh": problem.message.zh, "en": problem.message.en},
        "hint": {"zh": problem.hint.zh, "en": problem.hint.en},
    }


def problem_from_json(told: dict[str, Any]) -> InputProblem:
    return InputProblem(told["file"], told["code"], Text(**told["message"]), Text(**told["hint"]))
