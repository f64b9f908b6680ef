"""How is an audit written for other programs? `verifier.audit/1`, to the letter of the contract, section 5."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from verifier.model import (
    Audit,
    Box,
    Compared,
    Document,
    DocumentMark,
    Evidence,
    Field,
    FieldState,
    Finding,
    Item,
    Source,
    SourceState,
    Text,
)
from verifier.reports.audience import Audience, Shown, for_audience
from verifier.review import Effective, Review, counts, effective, unchecked, verdict

SCHEMA = "verifier.audit/1"
Json = dict[str, Any]


def audit_json(
    audit: Audit,
    audience: Audience = Audience.COMPLIANCE,
    reviews: Iterable[Review] = (),
    granted: bool = False,
) -> Json:
    """The audit as this audience may see it. Where people decided, `verdict` and `counts` follow them and the
    machine's own stand under `machine`; each finding keeps the machine's outcome beside its `reviews`.
    """
    return shown_json(for_audience(audit, audience, reviews, granted))


def shown_json(shown: Shown) -> Json:
    audit = shown.audit
    settled = effective(audit.findings, shown.reviews)
    judged = [one.judged for one in settled]
    decided = any(one.review for one in settled)
    machine = {"verdict": verdict(audit.findings).value, "counts": counts(audit.findings)}
    return {
        "schema": SCHEMA,
        "case": audit.case,
        "verdict": verdict(judged).value,
        "unchecked": list(unchecked(judged)),
        "pack": dict(audit.pack),
        "as_of": audit.as_of.isoformat(),
        "law_dates": dict(audit.law_dates),
        "audience": shown.audience.value,
        "software": dict(audit.software),
        "counts": counts(judged),
        **({"machine": machine} if decided else {}),
        "sources": [_source(source) for source in audit.sources],
        "documents": [_document(document) for document in audit.documents],
        "findings": [_effective(one) for one in settled],
        "requests": [_text(text) for text in audit.requests],
        "problems": [
            {"file": one.file, "code": one.code, "message": _text(one.message), "hint": _text(one.hint)}
            for one in audit.problems
        ],
    }


def audit_bytes(audit: Json) -> bytes:
    """UTF-8, one key order, one newline at the end: the same audit gives the same bytes and the same hash.
    A file name that is no Unicode (a lone surrogate) is written as a JSON escape and comes back as it was.
    """
    text = json.dumps(audit, ensure_ascii=False, indent=1, default=str)
    return (text + "\n").encode("utf-8", "backslashreplace")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _text(text: Text | None) -> Json | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


def _box(box: Box | None) -> list[float] | None:
    return None if box is None else box.as_list()


def _source(source: Source) -> Json:
    written: Json = {
        "file": source.file,
        "sha256": source.sha256,
        "pages": source.pages,
        "state": source.state.value,
        "code": source.code,
        "message": _text(source.message),
    }
    if source.state is not SourceState.READ:
        written["hint"] = _text(source.hint)
    return written


def _document(document: Document) -> Json:
    return {
        "id": document.id,
        "type": document.type,
        "variant": document.variant,
        "subject": document.subject,
        "confidence": round(document.confidence, 4),
        "superseded": document.superseded_by is not None,
        "superseded_by": document.superseded_by,
        "pages": [{"file": page.file, "page": page.page} for page in document.pages],
        "fields": {name: _field(field) for name, field in document.fields.items()},
        "marks": [_mark(mark) for mark in document.marks],
        "problems": list(document.problems),
    }


def _place(evidence: Evidence) -> Json:
    return {"file": evidence.file, "page": evidence.page, "box": _box(evidence.box)}


def _field(field: Field) -> Json:
    """The value is null for an empty place and for ink that could not be read; `state` tells the two apart."""
    was_read = field.state is FieldState.READ
    written: Json = {
        "value": field.value if was_read else None,
        "text": field.text,
        "confidence": round(field.confidence, 4),
        "evidence": _place(field.evidence),
    }
    return written if was_read else {**written, "state": field.state.value}


def _mark(mark: DocumentMark) -> Json:
    return {
        "name": mark.name,
        "kind": mark.kind.value,
        "state": mark.state.value,
        "confidence": round(mark.confidence, 4),
        "evidence": _place(mark.evidence),
    }


def _evidence(evidence: Evidence) -> Json:
    written = {**_place(evidence), "text": evidence.text, "confidence": round(evidence.confidence, 4)}
    return written if evidence.case is None else {**written, "case": evidence.case}


def _compared(compared: Compared) -> Json:
    place = _evidence(compared.evidence) if compared.evidence else None
    return {"label": _text(compared.label), "value": compared.value, "evidence": place}


def _item(item: Item) -> Json:
    return {
        "outcome": item.outcome.value,
        "reason": item.reason.value if item.reason else None,
        "document": item.document,
        "detail": _text(item.detail),
        "evidence": [_evidence(evidence) for evidence in item.evidence],
    }


def _effective(one: Effective) -> Json:
    written = _finding(one.finding)
    if one.reviews:
        written["reviews"] = [
            {
                "decision": review.decision.value,
                "by": review.by,
                "at": review.at.isoformat(),
                "reason": review.reason,
            }
            for review in one.reviews
        ]
    return written


def _finding(finding: Finding) -> Json:
    return {
        "check": finding.check,
        "stage": finding.stage,
        "severity": finding.severity.value,
        "outcome": finding.outcome.value,
        "reason": finding.reason.value if finding.reason else None,
        "title": _text(finding.title),
        "detail": _text(finding.detail),
        "basis": [
            {"rule": basis.rule, "article": basis.article, "verified": basis.verified, "source": basis.source}
            for basis in finding.basis
        ],
        "remedy": _text(finding.remedy),
        "compared": [_compared(compared) for compared in finding.compared],
        "parameters": dict(finding.parameters),
        "confidential": finding.confidential,
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
        "items": [_item(item) for item in finding.items],
    }
