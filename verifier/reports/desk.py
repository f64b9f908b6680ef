"""Where does a piece of evidence stand, in words? What every part of the view needs beside the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verifier.model import Audit, Document, Evidence, Text
from verifier.reports.audience import Shown
from verifier.reports.images import Album
from verifier.reports.wording import Names, say

View = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """What every part of the view needs beside the audit."""

    shown: Shown
    album: Album
    names: Names

    @property
    def audit(self) -> Audit:
        return self.shown.audit

    def document_at(self, evidence: Evidence) -> Document | None:
        if evidence.case is not None:
            return None
        for document in self.audit.documents:
            if any(page.file == evidence.file and page.page == evidence.page for page in document.pages):
                return document
        return None


def where_of(desk: Desk, place: Evidence, short: bool = False) -> Text:
    """Document, file, page: 投保单 · scan.pdf · 第3页. Short: without the file where the document is known."""
    page = say("label", "page_n", n=place.page)
    document = desk.document_at(place)
    parts = [Text(place.file, place.file), page]
    if document is not None:
        parts = [desk.names.document(document.type), *(parts[1:] if short else parts)]
    if place.case is not None:
        parts.insert(0, say("label", "other_case", case=place.case))
    return Text(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def paper_name(desk: Desk, reference: str) -> Text:
    """A document's id or the code of an absent paper, as people say it."""
    found = next((document for document in desk.audit.documents if document.id == reference), None)
    code = found.type if found else reference
    name = desk.names.document(code)
    return name if name.zh == code else Text(f"{name.zh}（{code}）", f"{name.en} ({code})")
