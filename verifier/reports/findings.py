"""How is one finding shown: what is wrong, the values compared, the place on the paper, the law, the remedy?"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from verifier.model import Audit, Basis, Compared, Evidence, Finding, Item, Outcome, Reason
from verifier.reports.desk import Desk, View, paper_name, where_of
from verifier.reports.images import Crop
from verifier.reports.wording import article, say
from verifier.review import Effective, counts, gravity

STAGES = tuple(f"S{number}" for number in range(1, 9))
SLIP_OF_PEN = 2  # characters that may differ for the difference to be marked
CROPS = 4  # pictures for one finding
ASKED_AGAIN = (Reason.UNREADABLE, Reason.LOW_CONFIDENCE, Reason.FIELD_MISSING)


def stage_codes(audit: Audit) -> tuple[str, ...]:
    further = sorted({finding.stage for finding in audit.findings} - set(STAGES))
    return (*STAGES, *further)


def stage_view(desk: Desk, code: str, settled: Sequence[Effective]) -> View:
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
        "findings": [_finding(desk, one) for one in here if is_shown(one)],
        "passed": quiet["pass"],
        "not_applicable": quiet["not_applicable"],
    }


def is_shown(one: Effective) -> bool:
    """Shown whole: what fails, what is open, and whatever a person decided. The rest is listed."""
    return one.outcome in (Outcome.FAIL, Outcome.REVIEW) or one.review is not None


def headline(finding: Finding) -> View:
    return {
        "check": finding.check,
        "title": finding.title,
        "outcome": finding.outcome.value,
        "outcome_label": say("outcome", finding.outcome.value),
        "severity": finding.severity.value,
        "severity_label": say("severity", finding.severity.value),
        "reason_label": say("reason", finding.reason.value) if finding.reason else None,
    }


def _finding(desk: Desk, one: Effective) -> View:
    finding = one.finding
    places = places_of(finding)
    crops, more = _crops(desk, places)
    return {
        **headline(one.judged),
        "detail": finding.detail,
        "confidential": finding.confidential,
        "compared": _compared(desk, finding.compared),
        "crops": crops,
        "more": more,
        "places": [] if crops else [where_of(desk, place) for place in places[:CROPS]],
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


def places_of(finding: Finding) -> list[Evidence]:
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
        "where": where_of(desk, place),
        "text": place.text,
        "alt": say("label", "alt_crop", file=place.file, page=place.page, text=text),
    }


def _compared(desk: Desk, values: Sequence[Compared]) -> list[View]:
    return [
        {
            "label": value.label,
            "runs": _runs(values[0].value, value.value) if number else _runs(_other(values), value.value),
            "value": value.value,
            "where": where_of(desk, value.evidence, short=True) if value.evidence else None,
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
        "document": paper_name(desk, item.document) if item.document else None,
        "detail": item.detail,
        "where": [where_of(desk, place, short=True) for place in item.evidence[:2]],
    }


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
        "ask": [paper_name(desk, code) for code in dict.fromkeys(absent)],
        "ask_again": [paper_name(desk, code) for code in again],
        "papers": [paper_name(desk, code) for code in here if code not in again],
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
