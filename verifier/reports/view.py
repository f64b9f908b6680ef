"""What does a person see, in which order? One view of the audit, from which page and paper are both made.

Plain values only (strings, numbers, lists): templates decide the look, nothing else. Every text that came from
a paper or a file name has lost its control and direction characters here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from typing import Any

from verifier.model import (
    Audit,
    Basis,
    Compared,
    Document,
    Evidence,
    Field,
    FieldState,
    Finding,
    Item,
    Outcome,
    Reason,
    Severity,
    SourceState,
    Text,
    Verdict,
)
from verifier.reports.audience import Audience, Shown
from verifier.reports.facts import KeyFact, key_facts
from verifier.reports.images import Album, Crop, Picture
from verifier.reports.wording import Names, article, field_name, known, say
from verifier.review import (
    GRAVE,
    Effective,
    counts,
    effective,
    gravest,
    gravity,
    unchecked,
    verdict,
)

STAGES = tuple(f"S{number}" for number in range(1, 9))
SLIP_OF_PEN = 2  # characters that may differ for the difference to be marked
CROPS = 4  # pictures for one finding
THUMBNAILS = 3  # of one document
FIRST = 6  # findings named at the top
NOT_PRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
ASKED_AGAIN = (Reason.UNREADABLE, Reason.LOW_CONFIDENCE, Reason.FIELD_MISSING)
View = dict[str, Any]


def printable(text: str) -> str:
    """The text without what could turn its direction, hide a part of it or break a file format."""
    return NOT_PRINTABLE.sub("\ufffd", text)


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


def report_view(shown: Shown, album: Album, names: Names | None = None, audit_sha256: str = "") -> View:
    """The whole report as plain values; pictures stand in `album` and are named by their keys."""
    desk = Desk(shown, album, names or Names())
    audit = shown.audit
    settled = effective(audit.findings, shown.reviews)
    judged = [one.judged for one in settled]
    album.prepare(
        [place for one in settled if _is_shown(one) for place in _places(one.finding)[:CROPS]],
        [(page.file, page.page) for document in audit.documents for page in document.pages[:THUMBNAILS]],
    )
    stages = [_stage(desk, code, settled) for code in _stage_codes(audit)]
    view = {
        "case": audit.case,
        "as_of": audit.as_of.isoformat(),
        "audience": shown.audience.value,
        "audience_label": say("audience", shown.audience.value),
        "audience_note": _note(shown),
        **_verdict(settled, judged),
        "counts": counts(judged),
        "total": len(judged),
        "first": [_headline(finding) for finding in gravest(judged)[:FIRST]],
        "pending": len(gravest(judged)),
        "unchecked": list(unchecked(judged)),
        "facts": [_fact(desk, fact) for fact in key_facts(audit)],
        "requests": list(audit.requests),
        "unread": _unread(audit),
        "problems": list(audit.problems),
        "unassigned": [] if shown.audience is Audience.CASE else _unassigned(audit),
        "stages": stages,
        "documents": [_document(desk, document) for document in audit.documents],
        "judged_by": _judged_by(audit, audit_sha256),
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


# --- the verdict ----------------------------------------------------------------------------------


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


def why(judged: Sequence[Finding]) -> Text:
    """The verdict's reason in one sentence."""
    found = verdict(judged)
    pending = gravest(judged)
    grave = [finding for finding in pending if finding.severity in GRAVE]
    if found is Verdict.NON_COMPLIANT:
        failed = [finding for finding in grave if finding.outcome is Outcome.FAIL]
        demands = "requirement is" if len(failed) == 1 else "requirements are"
        parts = [_joined(say("why", "failed", n=len(failed), requirements=demands), _first("failed_first", failed[0]))]
    elif found is Verdict.INCOMPLETE:
        opened = [finding for finding in grave if finding.reason is not Reason.REFERENCE_MISSING]
        parts = [_joined(say("why", "open", n=len(opened)), _first("open_first", opened[0]))]
    else:
        applied = sum(finding.outcome is not Outcome.NOT_APPLICABLE for finding in judged)
        parts = [say("why", "sound", n=applied) if applied else say("why", "nothing")]
    return _sentence([*parts, *_beside(pending)])


def _beside(pending: Sequence[Finding]) -> list[Text]:
    """What else the reader should know: minor matters, and what could not be checked at all."""
    minor = [finding for finding in pending if finding.severity is Severity.MINOR]
    failed = sum(finding.outcome is Outcome.FAIL for finding in minor)
    opened = sum(
        finding.outcome is Outcome.REVIEW and finding.reason is not Reason.REFERENCE_MISSING for finding in minor
    )
    left = sum(finding.reason is Reason.REFERENCE_MISSING for finding in pending)
    said = []
    if failed:
        said.append(say("why", "minor", n=failed, defects="defect" if failed == 1 else "defects"))
    if opened:
        said.append(say("why", "minor_open", n=opened, points="point is" if opened == 1 else "points are"))
    if left:
        said.append(say("why", "unchecked", n=left))
    return said


def _first(key: str, finding: Finding) -> Text:
    def short(text: str) -> str:
        first = re.split(r"(?<=[。；;])|(?<=\.)\s", text.strip(), maxsplit=1)[0].rstrip("。；;.")
        return first if len(first) <= 110 else first[:108] + "…"

    def said(title: str, detail: str) -> Text:
        return say("why", key, check=finding.check, title=title, detail=short(detail))

    return Text(said(finding.title.zh, finding.detail.zh).zh, said(finding.title.en, finding.detail.en).en)


def _joined(*parts: Text) -> Text:
    return Text("".join(part.zh for part in parts), "".join(part.en for part in parts))


def _sentence(parts: Sequence[Text]) -> Text:
    zh = "；".join(part.zh for part in parts) + "。"
    en = "; ".join(part.en for part in parts) + "."
    return Text(zh, en[:1].upper() + en[1:])


def _headline(finding: Finding) -> View:
    return {
        "check": finding.check,
        "title": finding.title,
        "outcome": finding.outcome.value,
        "outcome_label": say("outcome", finding.outcome.value),
        "severity": finding.severity.value,
        "severity_label": say("severity", finding.severity.value),
        "reason_label": say("reason", finding.reason.value) if finding.reason else None,
    }


# --- stages and findings --------------------------------------------------------------------------


def _stage_codes(audit: Audit) -> tuple[str, ...]:
    further = sorted({finding.stage for finding in audit.findings} - set(STAGES))
    return (*STAGES, *further)


def _stage(desk: Desk, code: str, settled: Sequence[Effective]) -> View:
    here = sorted((one for one in settled if one.finding.stage == code), key=lambda one: gravity(one.judged))
    tally = counts(one.judged for one in here)
    state = next((outcome for outcome in ("fail", "review", "pass") if tally[outcome]), "not_applicable")
    quiet = {"pass": [], "not_applicable": []}  # type: dict[str, list[View]]
    for one in here:
        if one.outcome.value in quiet and not one.review:
            quiet[one.outcome.value].append(
                {"check": one.finding.check, "title": one.finding.title, "detail": one.finding.detail}
            )
    return {
        "code": code,
        "name": desk.names.stage(code, desk.audit.pack.get("id", "")),
        "counts": tally,
        "state": state,
        "findings": [_finding(desk, one) for one in here if _is_shown(one)],
        "passed": quiet["pass"],
        "not_applicable": quiet["not_applicable"],
    }


def _is_shown(one: Effective) -> bool:
    """Shown whole: what fails, what is open, and whatever a person decided. The rest is listed."""
    return one.outcome in (Outcome.FAIL, Outcome.REVIEW) or one.review is not None


def _finding(desk: Desk, one: Effective) -> View:
    finding = one.finding
    places = _places(finding)
    crops, more = _crops(desk, places)
    return {
        **_headline(one.judged),
        "detail": finding.detail,
        "confidential": finding.confidential,
        "compared": _compared(desk, finding.compared),
        "crops": crops,
        "more": more,
        "places": [] if crops else [_where(desk, place) for place in places[:CROPS]],
        "items": [_item(desk, item) for item in finding.items],
        "basis": _basis(finding.basis),
        "parameters": [{"key": key, "value": value} for key, value in finding.parameters.items()],
        "remedy": finding.remedy if finding.remedy.zh or finding.remedy.en else None,
        **_papers(desk, finding, places),
        "reviews": [
            {
                "decision": review.decision.value,
                "label": say("outcome", review.decision.value),
                "by": review.by,
                "at": review.at.isoformat(sep=" ", timespec="minutes"),
                "reason": review.reason,
            }
            for review in one.reviews
        ],
        "machine_label": say("outcome", finding.outcome.value),
    }


def _places(finding: Finding) -> list[Evidence]:
    """Where to look, most telling first: the finding's own places, the values compared, then bad items."""
    places = list(finding.evidence)
    places += [value.evidence for value in finding.compared if value.evidence]
    for item in finding.items:
        if item.outcome in (Outcome.FAIL, Outcome.REVIEW):
            places += item.evidence
    unique: dict[tuple[str | None, str, int, tuple[float, ...]], Evidence] = {}
    for place in places:
        box = tuple(place.box.as_list()) if place.box else ()
        unique.setdefault((place.case, place.file, place.page, box), place)
    return list(unique.values())


def _crops(desk: Desk, places: Sequence[Evidence]) -> tuple[list[View], int]:
    crops = []
    for place in places[:CROPS]:
        crop = desk.album.crop(place)
        if crop is not None:
            crops.append(_crop(desk, crop, place))
    return crops, len(places) - CROPS if crops and len(places) > CROPS else 0


def _crop(desk: Desk, crop: Crop, place: Evidence) -> View:
    text = place.text or say("label", "whole_page").zh
    return {
        "picture": crop.picture.key,
        "width": crop.picture.width,
        "height": crop.picture.height,
        "box": crop.box.as_list() if crop.box else None,
        "where": _where(desk, place),
        "text": place.text,
        "alt": say("label", "alt_crop", file=place.file, page=place.page, text=text),
    }


def _where(desk: Desk, place: Evidence, short: bool = False) -> Text:
    """Document, file, page: 投保单 · scan.pdf · 第3页. Short: without the file where the document is known."""
    page = say("label", "page_n", n=place.page)
    document = desk.document_at(place)
    parts = [Text(place.file, place.file), page]
    if document is not None:
        parts = [desk.names.document(document.type), *(parts[1:] if short else parts)]
    if place.case is not None:
        parts.insert(0, say("label", "other_case", case=place.case))
    return Text(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def _compared(desk: Desk, values: Sequence[Compared]) -> list[View]:
    return [
        {
            "label": value.label,
            "runs": _runs(values[0].value, value.value) if number else _runs(_other(values), value.value),
            "value": value.value,
            "where": _where(desk, value.evidence, short=True) if value.evidence else None,
        }
        for number, value in enumerate(values)
    ]


def _other(values: Sequence[Compared]) -> str:
    """What the first value differs from: the first value that is not the same."""
    return next((value.value for value in values[1:] if value.value != values[0].value), values[0].value)


def _runs(reference: str, value: str) -> list[View]:
    """The value in runs of (text, differs): what is not in the other one stands out. Only for like values:
    two wholly different texts would be marked all over.
    """
    if reference == value or not value or not reference or max(len(reference), len(value)) > 200:
        return [{"text": value, "differs": False}]
    steps = SequenceMatcher(None, reference, value, autojunk=False).get_opcodes()
    changed = sum(max(was_end - was, end - start) for kind, was, was_end, start, end in steps if kind != "equal")
    if changed > SLIP_OF_PEN or changed * 2 > len(value):
        return [{"text": value, "differs": False}]
    return [{"text": value[start:end], "differs": kind != "equal"} for kind, _, _, start, end in steps if end > start]


def _item(desk: Desk, item: Item) -> View:
    return {
        "outcome": item.outcome.value,
        "outcome_label": say("outcome", item.outcome.value),
        "reason_label": say("reason", item.reason.value) if item.reason else None,
        "document": _paper(desk, item.document) if item.document else None,
        "detail": item.detail,
        "where": [_where(desk, place, short=True) for place in item.evidence[:2]],
    }


def _paper(desk: Desk, reference: str) -> Text:
    """A document's id or the code of an absent paper, as people say it."""
    found = next((document for document in desk.audit.documents if document.id == reference), None)
    code = found.type if found else reference
    name = desk.names.document(code)
    return name if name.zh == code else Text(f"{name.zh}（{code}）", f"{name.en} ({code})")


def _papers(desk: Desk, finding: Finding, places: Sequence[Evidence]) -> View:
    """Which papers the finding is about, and which to ask for: those absent, or those to be read better."""
    ids = {document.id for document in desk.audit.documents}
    pending = [item for item in finding.items if item.outcome in (Outcome.FAIL, Outcome.REVIEW)]
    absent = [item.document for item in pending if item.document and item.document not in ids]
    concerned = [document for place in places if (document := desk.document_at(place)) is not None]
    concerned += [document for item in pending for document in desk.audit.documents if document.id == item.document]
    here = list(dict.fromkeys(document.id for document in concerned))
    again = here if finding.reason in ASKED_AGAIN else []
    return {
        "ask": [_paper(desk, code) for code in dict.fromkeys(absent)],
        "ask_again": [_paper(desk, code) for code in again],
        "papers": [_paper(desk, code) for code in here if code not in again],
    }


def _basis(cited: Sequence[Basis]) -> list[View]:
    """One line for each rule: articles of one rule stand together unless only some were verified."""
    rules: dict[tuple[str, bool, str], list[str]] = {}
    for basis in cited:
        rules.setdefault((basis.rule, basis.verified, basis.source), []).append(basis.article)
    return [
        {"rule": rule, "article": article(",".join(filter(None, numbers))), "verified": verified, "source": source}
        for (rule, verified, source), numbers in rules.items()
    ]


# --- papers and files -----------------------------------------------------------------------------


def _fact(desk: Desk, fact: KeyFact) -> View:
    where = _where(desk, fact.evidence, short=True) if fact.evidence else say("label", "declared")
    return {"label": fact.label, "value": fact.value, "where": where, "declared": fact.declared}


def _unread(audit: Audit) -> list[View]:
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


def _unassigned(audit: Audit) -> list[View]:
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


def _document(desk: Desk, document: Document) -> View:
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


def _judged_by(audit: Audit, audit_sha256: str) -> View:
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
