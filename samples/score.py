"""How near did an audit come to the truth? One case's audit.json against its truth, counted; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

CRITICAL = frozenset(
    [
        "SELL-01",
        "KYC-01",
        "SUIT-01",
        "SUIT-03",
        "SUIT-08",
        "DISC-01",
        "DISC-04",
        "COND-01",
        "COND-02",
        "DOC-01",
        "SIGN-01",
        "SIGN-02",
        "SIGN-03",
        "SIGN-06",
        "COPY-01",
        "INSI-01",
        "BENE-02",
        "MINOR-01",
        "MINOR-02",
        "XDOC-01",
        "XDOC-02",
        "DATE-01",
        "REC-01",
        "PAY-01",
        "PAY-03",
        "PAY-07",
        "CASH-02",
        "AML-01",
        "AML-02",
        "AML-03",
        "AML-04",
        "AML-07",
        "AML-08",
        "CALL-01",
        "SURR-02",
        "CLM-03",
    ]
)
HOLDER = {"policyholder_signature", "payer_signature"}  # the holder of an account may be called either
APART = ("reference_missing", "judgement")
Json = Mapping[str, Any]


@dataclass(slots=True)
class Score:
    """Counts that add up over cases. Planted counters are keyed by outcome, the others say what they hold."""

    cases: int = 0
    sound_cases: int = 0
    planted: Counter[str] = field(default_factory=Counter)  # caught, review, missed
    planted_critical: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    to_review: list[str] = field(default_factory=list)
    hold: int = 0
    false_failures: Counter[str] = field(default_factory=Counter)
    false_failure_cases: list[str] = field(default_factory=list)
    applicable: int = 0
    reviews: Counter[tuple[str, str]] = field(default_factory=Counter)  # (check, reason) on sound cases
    reviews_apart: int = 0
    misapplied: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)  # by type
    fields_right: Counter[str] = field(default_factory=Counter)
    field_errors: Counter[str] = field(default_factory=Counter)  # by type.name
    field_examples: dict[str, str] = field(default_factory=dict)
    located: Counter[str] = field(default_factory=Counter)  # right, wrong
    marks: Counter[str] = field(default_factory=Counter)  # found, lost, false, empty_right, empty_wrong
    mark_errors: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)  # right, wrong
    document_errors: Counter[str] = field(default_factory=Counter)
    evidence: Counter[str] = field(default_factory=Counter)  # of caught defects: right, wrong
    broken: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Sum up; examples of the first case that shows them stay."""
        for name in self.__slots__:
            mine, more = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(more)
            elif isinstance(mine, list):
                mine.extend(more)
            elif isinstance(mine, dict):
                mine.update({key: value for key, value in more.items() if key not in mine})
            else:
                setattr(self, name, mine + more)


def same_value(truth: str, read: str) -> bool:
    """Equal canonical text; plain numbers by value, durations in seconds."""
    if truth.removeprefix("人民币") == read.removeprefix("人民币"):
        return True
    minutes = re.fullmatch(r"(\d+)分钟?(\d+)秒", read)
    if minutes:
        return truth == str(int(minutes[1]) * 60 + int(minutes[2]))
    try:
        return Decimal(truth) == Decimal(read) and len(truth.split(".", maxsplit=1)[0]) < 13
    except InvalidOperation:
        return False


def _overlaps(truth: list[float] | None, read: list[float] | None) -> bool:
    """The read box holds the middle of the true one, or at least half of the smaller lies in both."""
    if truth is None or read is None:
        return True
    x, y = (truth[0] + truth[2]) / 2, (truth[1] + truth[3]) / 2
    if read[0] <= x <= read[2] and read[1] <= y <= read[3]:
        return True
    wide = min(truth[2], read[2]) - max(truth[0], read[0])
    high = min(truth[3], read[3]) - max(truth[1], read[1])
    if wide <= 0 or high <= 0:
        return False
    smaller = min((truth[2] - truth[0]) * (truth[3] - truth[1]), (read[2] - read[0]) * (read[3] - read[1]))
    return wide * high >= 0.5 * smaller


def _pages(document: Json) -> set[tuple[str, int]]:
    return {(page["file"], page["page"]) for page in document["pages"]}


def score_documents(truth: Json, audit: Json) -> Score:
    """Recognition, fields and marks of every true document."""
    score = Score()
    for document in truth["documents"]:
        pages = _pages(document)
        near = [found for found in audit["documents"] if _pages(found) & pages]
        same = [found for found in near if found["type"] == document["type"]]
        covered = set().union(*(_pages(found) for found in same)) if same else set()
        right = pages <= covered
        if document["look"] == "unreadable":
            continue
        score.documents["right" if right else "wrong"] += 1
        if not right:
            seen = "+".join(sorted({found["type"] for found in near})) or "nothing"
            score.document_errors[f"{document['type']} as {seen}"] += 1
        _score_fields(document, same, score)
        _score_marks(document, same, score)
    return score


def _score_fields(document: Json, same: list[Json], score: Score) -> None:
    read: dict[str, Json] = {}
    for found in same:
        for name, one in found["fields"].items():
            read.setdefault(name, one)
    for name, one in document["fields"].items():
        if not one["value"]:
            continue
        kind = document["type"]
        key = re.sub(r"\[\d+\]", "[n]", f"{kind}.{name}")
        score.fields[kind] += 1
        value = read.get(name, {}).get("value") or ""
        if same_value(one["value"], value):
            score.fields_right[kind] += 1
            evidence = read[name].get("evidence") or {}
            there = (
                evidence.get("page") == one["page"]
                and evidence.get("file") == one["file"]
                and _overlaps(one["box"], evidence.get("box"))
            )
            score.located["right" if there else "wrong"] += 1
        else:
            score.field_errors[key] += 1
            score.field_examples.setdefault(key, f"{one['value']!r} read as {value!r} ({one['file']} p{one['page']})")


def _score_marks(document: Json, same: list[Json], score: Score) -> None:
    """Signatures and copied sentences by name and place; ticks and seals by kind and place."""
    read = [mark for found in same for mark in found["marks"]]
    used: set[int] = set()
    for mark in document["marks"]:
        key = f"{document['type']}.{mark['name']}"
        hit = next((n for n, one in enumerate(read) if n not in used and _same_mark(mark, one)), None)
        present = hit is not None and read[hit]["state"] == "present"
        if hit is not None:
            used.add(hit)
        if mark["state"] == "present":
            score.marks["found" if present else "lost"] += 1
        else:
            score.marks["empty_wrong" if present else "empty_right"] += 1
        if present != (mark["state"] == "present"):
            state = read[hit]["state"] if hit is not None else "nothing"
            score.mark_errors[f"{key} {mark['state']} read as {state}"] += 1
    for n, one in enumerate(read):
        if n not in used and one["state"] == "present" and one["kind"] in ("signature", "handwriting"):
            score.marks["false"] += 1
            score.mark_errors[f"{document['type']}.{one['name']} found where there is none"] += 1


def _same_mark(mark: Json, one: Json) -> bool:
    by_kind = mark["kind"] in ("tick", "seal")
    alike = (
        one["kind"] == mark["kind"] if by_kind else {one["name"], mark["name"]} <= HOLDER or one["name"] == mark["name"]
    )
    return alike and _same_place(mark, one)


def _same_place(mark: Json, one: Json) -> bool:
    place = one.get("evidence") or {}
    return bool(
        place.get("page") == mark["page"]
        and place.get("file") == mark["file"]
        and _overlaps(mark["box"], place.get("box"))
    )


def score_findings(truth: Json, audit: Json) -> Score:
    """Planted defects, false failures and reviews."""
    score = Score(cases=1)
    findings = {one["check"]: one for one in audit["findings"]}
    case = f"{truth['case']} ({truth['style']}, {truth['look']})"
    for defect in truth["defects"]:
        for check, wanted in defect["checks"].items():
            _score_planted(case, defect, check, wanted, findings, score)
    sound = not truth["defects"]
    score.sound_cases = int(sound)
    demanded = {check for defect in truth["defects"] for check in defect["checks"]}
    for check, wanted in truth["expected"].items():
        allowed = [wanted] if isinstance(wanted, str) else wanted
        if allowed is None or check in demanded or "fail" in allowed or check not in findings:
            continue
        _score_holding(case, check, allowed, findings[check], sound, score)
    return score


def _score_planted(
    case: str, defect: Json, check: str, wanted: str | list[str], findings: Mapping[str, Json], score: Score
) -> None:
    outcome = findings.get(check, {}).get("outcome", "absent")
    allowed = [wanted] if isinstance(wanted, str) else wanted
    if outcome in allowed:
        result = "caught"
    elif outcome == "review" or (outcome == "fail" and "fail" not in allowed):
        result = "review"
    else:
        result = "missed"
    score.planted[result] += 1
    if check in CRITICAL:
        score.planted_critical[result] += 1
    words = f"{defect['kind']} {check}: {outcome} {findings.get(check, {}).get('reason') or ''} in {case}"
    if result == "missed":
        score.missed.append(("CRITICAL " if check in CRITICAL else "") + words)
    elif result == "review":
        score.to_review.append(words)
    elif outcome == "fail" and defect["evidence"]:
        shown = list(findings[check].get("evidence", []))
        shown += [place for item in findings[check].get("items", []) or [] for place in item.get("evidence", [])]
        there = any(
            place["file"] == one["file"] and place["page"] == one["page"] and _overlaps(one["box"], place.get("box"))
            for place in shown
            for one in defect["evidence"]
        )
        score.evidence["right" if there else "wrong"] += 1


def _score_holding(case: str, check: str, allowed: list[str], finding: Json, sound: bool, score: Score) -> None:
    outcome, reason = finding["outcome"], finding.get("reason") or ""
    score.hold += 1
    if outcome == "fail":
        score.false_failures[check] += 1
        detail = finding.get("detail", {})
        score.false_failure_cases.append(
            f"{check} in {case}: {detail.get('zh', '') if isinstance(detail, Mapping) else detail}"
        )
    if not sound:
        return
    if "pass" in allowed and outcome != "not_applicable":
        score.applicable += 1
    if outcome == "review" and "review" not in allowed:
        if reason in APART:
            score.reviews_apart += 1
        else:
            score.reviews[(check, reason)] += 1
    if outcome in ("pass", "not_applicable") and outcome not in allowed:
        score.misapplied[f"{check} is {outcome}, expected {'/'.join(allowed)}"] += 1
