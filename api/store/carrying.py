"""What becomes of people's decisions when a case is judged again?

The same digest: the decision goes on holding. Another one: it lapses, on record, and the finding is open again.
A failure that a new paper made good stays a failure that was cured. A critical finding that only a correction or
declaration of one person turned goes on standing until a second person agrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from api import trail
from api.principal import Principal
from api.standing import standing
from api.store import decisions as stored
from api.store import findings
from api.tables import (
    Action,
    CaseRow,
    Correction,
    Decision,
    FindingRow,
    Judgement,
    PaperRequest,
    RequestState,
    SourceRow,
    TrailEvent,
    User,
)
from verifier.model import Finding, Outcome, Severity
from verifier.packs.load import Pack

GOOD = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})
PAPERS = "papers"  # Judgement.cause
DECLARED = "case.declared"  # on the trail


def store_findings(
    session: Session,
    who: Principal,
    case: CaseRow,
    previous_id: str | None,
    judgement: Judgement,
    found: Sequence[Finding],
    pack: Pack,
) -> None:
    """The rows of a judgement that counts from now on, with all that people decided before carried over, and the
    case's own columns. In the transaction that stores the judgement, after `case.judgement_id` was set."""
    before = findings.of_judgement(session, previous_id) if previous_id else []
    session.add_all(findings.new_rows(case, judgement, found, pack, {row.check_id for row in before}))
    session.flush()
    carry_over(session, who, case, previous_id, judgement.id)


def carry_over(session: Session, who: Principal, case: CaseRow, previous_id: str | None, judgement_id: str) -> None:
    """Make the rows of `judgement_id` the current ones instead of those of `previous_id`, and settle the case."""
    judgement = session.get(Judgement, judgement_id)
    assert judgement is not None, judgement_id
    before = {row.check_id: row for row in findings.of_judgement(session, previous_id)} if previous_id else {}
    after = {row.check_id: row for row in findings.of_judgement(session, judgement_id)}
    decided = stored.of_case(session, case.id)
    at = judgement.created_at
    for check, old in before.items():
        _lapse_changed(session, who, old, after.get(check), decided.get(check, ()), at)
        old.current = False
        session.add(old)
    since = _since(session, case, session.get(Judgement, previous_id) if previous_id else None, judgement)
    for check, new in after.items():
        new.current = True
        if old_row := before.get(check):
            _inherit(session, new, old_row, since)
        session.add(new)
    _settle_requests(session, who, case, after, since)
    session.flush()
    stored.settle(session, who, case, at)


def _lapse_changed(
    session: Session,
    who: Principal,
    old: FindingRow,
    new: FindingRow | None,
    decided: Sequence[Decision],
    at: datetime,
) -> None:
    """Decisions that were bound to what is no longer found."""
    if not decided or (new is not None and new.digest == old.digest):
        return
    held = standing(stored.base(old), decided, at)
    for one in (held.holding, held.pending):
        if one is not None:
            stored.lapse(session, who, one, at, "finding_changed")


@dataclass(frozen=True, slots=True)
class _Since:
    """What happened between two judgements: whether papers came, and who last changed what the case rests on."""

    judgement: Judgement
    papers: bool
    changed_by: tuple[str, str] | None  # id and name


def _since(session: Session, case: CaseRow, previous: Judgement | None, judgement: Judgement) -> _Since:
    """From the rows rather than from the cause alone: a paper and a correction may be judged together."""
    if previous is None:
        return _Since(judgement, False, None)
    came = session.exec(
        select(SourceRow.id).where(SourceRow.case_id == case.id, col(SourceRow.created_at) > previous.created_at)
    ).first()
    return _Since(
        judgement, judgement.cause == PAPERS or came is not None, _changer(session, case, previous.created_at)
    )


def _changer(session: Session, case: CaseRow, after: datetime) -> tuple[str, str] | None:
    """Who corrected a field, withdrew a correction or declared facts last, since a moment."""
    acts: list[tuple[datetime, str]] = []
    for one in session.exec(select(Correction).where(Correction.case_id == case.id)).all():
        acts.append((one.at, one.by))
        if one.withdrawn_at is not None:
            acts.append((one.withdrawn_at, one.withdrawn_by or one.by))
    told = session.exec(
        select(TrailEvent)
        .where(TrailEvent.tenant_id == case.tenant_id, TrailEvent.subject_id == case.id, TrailEvent.action == DECLARED)
        .order_by(col(TrailEvent.seq).desc())
    ).first()
    if told is not None:
        acts.append((told.at, told.actor_id))
    late = max((act for act in acts if act[0] > after), default=None)
    if late is None:
        return None
    person = session.get(User, late[1])
    return late[1], person.name if person else late[1]


def _inherit(session: Session, new: FindingRow, old: FindingRow, since: _Since) -> None:
    """What a finding takes over from the one before it: who works on it, doubts, cures, what waits for a second."""
    new.assigned_to, new.due_at = old.assigned_to, old.due_at
    new.doubted = old.doubted and new.digest == old.digest
    if Outcome(new.outcome) not in GOOD:
        return
    at = since.judgement.created_at
    if old.stands is not None:
        new.stands, new.cured_at, new.cures = old.stands, old.cured_at, old.cures
    failed = old.effective == Outcome.FAIL or old.waived_until is not None
    if since.papers and old.cured_at is None and failed:
        new.stands, new.cured_at, new.cures = Outcome.FAIL, at, old.id
    elif since.changed_by and old.cured_at is None and _turned(new, old, failed):
        new.stands = Outcome.FAIL if failed else Outcome.REVIEW
        if new.digest != old.digest:
            session.add(_awaiting_second(new, since.changed_by, at))


def _turned(new: FindingRow, old: FindingRow, failed: bool) -> bool:
    """Whether a critical finding that asked for two people would be gone by the correction of one."""
    critical = Severity.CRITICAL in (new.severity, old.severity)
    return critical and (failed or old.effective == Outcome.REVIEW)


def _awaiting_second(row: FindingRow, changed_by: tuple[str, str], at: datetime) -> Decision:
    return Decision(
        tenant_id=row.tenant_id,
        case_id=row.case_id,
        finding_id=row.id,
        check_id=row.check_id,
        action=Action.OVERRIDE,
        outcome=row.outcome,
        reason="更正后重新判断的结果 Judged again after somebody changed what the case rests on",
        digest=row.digest,
        needs_second=True,
        by=changed_by[0],
        by_name=changed_by[1],
        at=at,
    )


def _settle_requests(
    session: Session, who: Principal, case: CaseRow, after: Mapping[str, FindingRow], since: _Since
) -> None:
    """Requests whose cause is made good are cured; a paper that came and did not help leaves its request open."""
    waiting = session.exec(
        select(PaperRequest).where(
            PaperRequest.case_id == case.id,
            col(PaperRequest.check_id) != "",
            col(PaperRequest.state).in_([RequestState.OPEN, RequestState.RECEIVED]),
        )
    ).all()
    for one in waiting:
        row = after.get(one.check_id)
        good = row is None or Outcome(row.outcome) in GOOD
        if good and since.papers:
            _cure(session, one, since.judgement)
        elif good:
            one.state = RequestState.WITHDRAWN  # it was misread, or the rule is another: nothing is missing
        elif one.state == RequestState.RECEIVED and since.papers:
            one.state = RequestState.OPEN
        else:
            continue
        session.add(one)
        trail.record(
            session, who, f"request.{'reopened' if one.state == RequestState.OPEN else one.state}", "request", one.id,
            case=case.id, check=one.check_id, judgement=since.judgement.id,
        )  # fmt: skip


def _cure(session: Session, request: PaperRequest, judgement: Judgement) -> None:
    if request.received_at is None:
        came = session.exec(
            select(SourceRow)
            .where(SourceRow.case_id == request.case_id, col(SourceRow.created_at) >= request.at)
            .order_by(col(SourceRow.id).desc())
        ).first()
        request.received_at = came.created_at if came else judgement.created_at
        request.received_source = came.id if came else None
    request.state = RequestState.CURED
    request.cured_at, request.cured_judgement = judgement.created_at, judgement.id
