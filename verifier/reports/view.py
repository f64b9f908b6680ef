"""What does a person see, in which order? One view of the audit, from which page and paper are both made.

Plain values only (strings, numbers, lists): templates decide the look, nothing else. Every text that came from
a paper or a file name has lost its control and direction characters here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from verifier.model import Finding, Text
from verifier.reports.audience import Audience, Shown
from verifier.reports.desk import Desk, View
from verifier.reports.facts import key_facts
from verifier.reports.findings import CROPS, headline, is_shown, places_of, stage_codes, stage_view
from verifier.reports.images import Album
from verifier.reports.papers import (
    THUMBNAILS,
    document_view,
    fact_view,
    judged_by,
    unassigned_pages,
    unread_files,
)
from verifier.reports.why import why
from verifier.reports.wording import Names, say
from verifier.review import Effective, counts, effective, gravest, unchecked, verdict

FIRST = 6  # findings named at the top
NOT_PRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)


def printable(text: str) -> str:
    """The text without what could turn its direction, hide a part of it or break a file format."""
    return NOT_PRINTABLE.sub("\ufffd", text)


def report_view(shown: Shown, album: Album, names: Names | None = None, audit_sha256: str = "") -> View:
    """The whole report as plain values; pictures stand in `album` and are named by their keys."""
    desk = Desk(shown, album, names or Names())
    audit = shown.audit
    settled = effective(audit.findings, shown.reviews)
    judged = [one.judged for one in settled]
    album.prepare(
        [place for one in settled if is_shown(one) for place in places_of(one.finding)[:CROPS]],
        [(page.file, page.page) for document in audit.documents for page in document.pages[:THUMBNAILS]],
    )
    stages = [stage_view(desk, code, settled) for code in stage_codes(audit)]
    view = {
        "case": audit.case,
        "as_of": audit.as_of.isoformat(),
        "audience": shown.audience.value,
        "audience_label": say("audience", shown.audience.value),
        "audience_note": _note(shown),
        **_verdict(settled, judged),
        "counts": counts(judged),
        "total": len(judged),
        "first": [headline(finding) for finding in gravest(judged)[:FIRST]],
        "pending": len(gravest(judged)),
        "unchecked": list(unchecked(judged)),
        "facts": [fact_view(desk, fact) for fact in key_facts(audit)],
        "requests": list(audit.requests),
        "unread": unread_files(audit),
        "problems": list(audit.problems),
        "unassigned": [] if shown.audience is Audience.CASE else unassigned_pages(audit),
        "stages": stages,
        "documents": [document_view(desk, document) for document in audit.documents],
        "judged_by": judged_by(audit, audit_sha256),
        "sources": [
            {"file": source.file, "sha256": source.sha256, "pages": source.pages, "state": source.state.value}
            for source in audit.sources
        ],
    }
    view["pictures_limited"] = album.budget <= 0
    cleaned: View = _clean(view)
    return cleaned


def _clean(value: Any) -> Any:
    """Texts become {"zh", "en"}, and every string loses its unprintable characters."""
    if isinstance(value, str):
        return printable(str(value))
    if isinstance(value, Mapping):
        return {printable(str(key)): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _clean(getattr(value, part.name)) for part in fields(value)}
    return value


def _note(shown: Shown) -> Text:
    key = "granted" if shown.audience is Audience.REGULATOR and shown.granted else shown.audience.value
    return say("audience_note", key)


def _verdict(settled: Sequence[Effective], judged: Sequence[Finding]) -> View:
    found = verdict(judged)
    machine = verdict([one.finding for one in settled])
    return {
        "verdict": found.value,
        "verdict_label": say("verdict", found.value),
        "why": why(judged),
        "decided": any(one.review for one in settled),
        "machine_verdict": say("verdict", machine.value),
    }
