"""What was found in a case, and what did people make of it? The audit as this person may see it, with what holds now,
decisions, notes and requests beside it; the machine's outcome stays in its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from api import trail
from api.clock import now
from api.errors import not_found
from api.paging import Page, page
from api.principal import Principal
from api.services import Services
from api.showing import shown_to
from api.standing import Standing
from api.store import decisions as stored
from api.store import findings, scope
from api.tables import CaseRow, Comment, Decision, FindingRow, PaperRequest
from api.workflow import blind, comments, requests
from api.workflow.opened import Opened, open_case
from verifier.model import Audit
from verifier.reports.audience import Audience, Shown
from verifier.reports.json import shown_json

Json = dict[str, Any]
TELLING = ("outcome", "reason", "detail", "compared", "evidence", "items")  # would show what the machine came to


@dataclass(frozen=True, slots=True)
class Told:
    """One finding. `machine` as in the contract, section 5; where `blind`, without what the machine came to. `row` and
    `standing` None: a pass or something that does not apply, and nobody has touched it."""

    machine: Json
    row: FindingRow | None
    standing: Standing | None
    decisions: Sequence[Decision] = ()
    comments: Sequence[Comment] = ()
    requests: Sequence[PaperRequest] = ()
    blind: bool = False

    @property
    def effective(self) -> str | None:
        return self.standing.effective.value if self.standing else self.machine["outcome"]


@dataclass(frozen=True, slots=True)
class CaseFindings:
    """All findings of the judgement that counts, in the pack's order. `reasons` gives the reason of a decision as far
    as this person may read it; `comments` are those on the case, not on one of its findings."""

    case: CaseRow
    findings: Sequence[Told]
    reasons: Mapping[str, str]
    comments: Sequence[Comment] = ()


def of_case(services: Services, who: Principal, case_id: str) -> CaseFindings:
    """All findings of a case that this person may see; the view is on record."""
    with services.reading() as session:
        case = open_case(services, session, who, case_id)
        shown, full = case.judged(), case.full
        assert full is not None
        rows = {row.check_id: row for row in findings.visible(session, who, case.row)}
        decided = stored.of_case(session, case.row.id)
        held = stored.effective_outcomes(rows.values(), decided, now())
        notes, asked = defaultdict(list), defaultdict(list)
        for comment, check in comments.of_case(session, who, case.row):
            notes[check].append(comment)
        for request in requests.of_case(session, who, case.row):
            asked[request.check_id].append(request)
        hidden = blind.hidden_checks(session, who, case.row.id)
    told = [
        Told(one, rows.get(check), held.get(check), decided.get(check, ()), notes[check], asked[check])
        for one in as_json(shown)
        for check in [one["check"]]
    ]
    told += _withheld(who, full, hidden)
    order = {one.check: place for place, one in enumerate(full.findings)}
    told.sort(key=lambda one: order[one.machine["check"]])
    with services.writing() as session:
        trail.record(session, who, "findings.viewed", "case", case.row.id, judgement=case.row.judgement_id)
    return CaseFindings(case.row, told, reasons_of(case, told), notes[None])


def of_check(services: Services, who: Principal, case_id: str, check_id: str) -> tuple[Told, CaseFindings]:
    """The finding of one check of a case."""
    whole = of_case(services, who, case_id)
    found = next((one for one in whole.findings if one.machine["check"] == check_id), None)
    if found is None:
        raise not_found("检查结果", "finding")
    return found, whole


def earlier(services: Services, who: Principal, case_id: str, check_id: str) -> Sequence[FindingRow]:
    """What the check came to each time the case was judged: what was made good or judged otherwise stays there."""
    with services.writing() as session:
        case = scope.case(session, who, case_id)
        if check_id in blind.hidden_checks(session, who, case.id):
            raise not_found("检查结果", "finding")
        rows = findings.history(session, who, case, check_id)
        trail.record(session, who, "findings.viewed", "case", case.id, check=check_id)
    return rows


def listed(
    services: Services,
    who: Principal,
    *,
    check: str | None = None,
    stage: str | None = None,
    severity: str | None = None,
    outcome: str | None = None,
    effective: str | None = None,
    state: str | None = None,
    assigned_to: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[FindingRow]:
    """Findings of all cases in scope, the riskiest first, without their texts."""
    wanted: list[tuple[Any, str | None]] = [
        (FindingRow.check_id, check),
        (FindingRow.stage, stage),
        (FindingRow.severity, severity),
        (FindingRow.outcome, outcome),
        (FindingRow.effective, effective),
        (FindingRow.state, state),
        (FindingRow.assigned_to, assigned_to),
    ]
    conditions: list[ColumnElement[bool]] = [col(column) == value for column, value in wanted if value is not None]
    with services.writing() as session:
        rows = findings.matching(session, who, limit=limit, after=cursor, conditions=conditions)
        trail.record(session, who, "findings.viewed", "tenant", who.tenant_id, shown=min(len(rows), limit))
    return page(rows, limit, lambda row: (row.risk, row.id))


def as_json(shown: Shown) -> list[Json]:
    """The findings in the contract's form. Decisions stand beside them in full; a report's short form of them would be
    a second telling."""
    bare = replace(shown, audit=replace(shown.audit, documents=(), sources=()))
    return [{key: value for key, value in one.items() if key != "reviews"} for one in shown_json(bare)["findings"]]


def _withheld(who: Principal, full: Audit, checks: frozenset[str]) -> list[Told]:
    """Of what this person judges blind: what the law asks for, and nothing of what was found."""
    found = replace(full, findings=tuple(one for one in full.findings if one.check in checks))
    told = []
    for one in as_json(shown_to(who, found)):
        empty: Json = {key: [] if isinstance(one[key], list) else None for key in TELLING}
        told.append(Told({**one, **empty, "parameters": {}}, None, None, blind=True))
    return told


def reasons_of(case: Opened, told: Sequence[Told]) -> dict[str, str]:
    """Why people decided: masked where numbers are, and not at all for the seller's side, whom a note could warn."""
    if case.who.audience is Audience.CASE:
        return {}
    return {decision.id: case.text(decision.reason) for one in told for decision in one.decisions}
