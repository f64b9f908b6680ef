"""How are the papers, files and key facts of a case shown, and what could not be read?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from verifier.model import Audit, Document, Field, FieldState, SourceState, Text
from verifier.reports.desk import Desk, View, where_of
from verifier.reports.facts import KeyFact
from verifier.reports.images import Picture
from verifier.reports.wording import field_name, known, say

THUMBNAILS = 3  # of one document


def fact_view(desk: Desk, fact: KeyFact) -> View:
    where = where_of(desk, fact.evidence, short=True) if fact.evidence else say("label", "declared")
    return {"label": fact.label, "value": fact.value, "where": where, "declared": fact.declared}


def unread_files(audit: Audit) -> list[View]:
    return [
        {
            "file": source.file,
            "state": source.state.value,
            "state_label": say("label", source.state.value),
            "code": source.code or "",
            "message": source.message,
            "hint": source.hint,
        }
        for source in audit.sources
        if source.state is not SourceState.READ
    ]


def unassigned_pages(audit: Audit) -> list[View]:
    """Pages of read files that no document claims."""
    claimed = {(page.file, page.page) for document in audit.documents for page in document.pages}
    loose = []
    for source in audit.sources:
        if source.state is SourceState.REJECTED or not source.pages:
            continue
        pages = [number for number in range(1, source.pages + 1) if (source.file, number) not in claimed]
        if pages:
            loose.append({"file": source.file, "pages": ranges(pages)})
    return loose


def ranges(numbers: Iterable[int]) -> str:
    """1, 3–5, 9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{start}" if start == end else f"{start}–{end}" for start, end in runs)


def document_view(desk: Desk, document: Document) -> View:
    return {
        "id": document.id,
        "type": document.type,
        "name": desk.names.document(document.type),
        "variant": known("variant", document.variant) if document.variant else None,
        "subject": _subject(document.subject) if document.subject else None,
        "confidence": round(document.confidence * 100),
        "superseded": document.superseded_by is not None,
        "page_count": len(document.pages),
        "pages": [_page(desk, page.file, page.page) for page in document.pages[:THUMBNAILS]],
        "places": _page_list(document),
        "fields": [_field(field) for field in document.fields.values()],
        "marks": [
            {
                "name": field_name(mark.name),
                "state": mark.state.value,
                "state_label": say("label", mark.state.value),
                "page": mark.evidence.page,
                "file": mark.evidence.file,
            }
            for mark in document.marks
        ],
    }


def _subject(subject: str) -> Text:
    stem, _, number = subject.partition("[")
    word = known("subject", stem)
    return Text(word.zh + number.rstrip("]"), f"{word.en} {number.rstrip(']')}".strip())


def _page(desk: Desk, file: str, page: int) -> View:
    picture: Picture | None = desk.album.thumbnail(file, page)
    return {
        "file": file,
        "page": page,
        "label": say("label", "page_n", n=page),
        "picture": picture.key if picture else None,
        "width": picture.width if picture else 0,
        "height": picture.height if picture else 0,
        "alt": say("label", "alt_page", file=file, page=page),
    }


def _page_list(document: Document) -> list[View]:
    by_file: dict[str, list[int]] = {}
    for page in document.pages:
        by_file.setdefault(page.file, []).append(page.page)
    return [{"file": file, "pages": ranges(pages)} for file, pages in by_file.items()]


def _field(field: Field) -> View:
    was_read = field.state is FieldState.READ
    return {
        "name": field_name(field.name),
        "value": field.value if was_read else "",
        "printed": field.text if field.text != field.value else "",
        "state_label": None if was_read else say("label", field.state.value),
        "confidence": round(field.confidence * 100),
        "page": field.evidence.page,
    }


def judged_by(audit: Audit, audit_sha256: str) -> View:
    software = [(str(key), value) for key, value in audit.software.items() if not isinstance(value, Mapping)]
    models = audit.software.get("models")
    return {
        "pack": f"{audit.pack.get('id', '')} {audit.pack.get('edition', '')}".strip(),
        "pack_sha256": audit.pack.get("sha256", ""),
        "law_dates": [{"name": known("law_date", key), "date": str(value)} for key, value in audit.law_dates.items()],
        "software": [{"name": name, "value": str(value)} for name, value in software],
        "models": [
            {"name": str(name), "value": str(value)}
            for name, value in (models if isinstance(models, Mapping) else {}).items()
        ],
        "audit_sha256": audit_sha256,
    }
