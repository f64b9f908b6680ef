"""How do people decide on a finding? Accept, override or waive it with a reason; take that back; agree as the second.

The machine's outcome is never touched. Every act is a new row; what holds with it is computed (`api.standing`) and
written into finding and case in the same transaction. A critical finding needs two persons, and a key is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from api import trail
from api.binding import finding_digest, rule_digest
from api.clock import now
from api.errors import ServiceError, conflict, not_found
from api.permissions import Permission
from api.principal import Principal, system
from api.services import Services
from api.standing import Standing, standing
from api.store import decisions as stored
from api.store import findings, scope
from api.store.carrying import carry_over, store_findings
from api.store.decisions import effective_outcomes
from api.tables import Action, BlindLook, CaseRow, Correction, Decision, FindingRow
from api.workflow import webhooks
from api.workflow.deciding import (
    Choice,
    check_allowed,
    check_person,
    expiry_of,
    not_binding,
    outcome_of,
    second_needs,
)
from api.workflow.finding_rows import existing_or_new, finding_of
from verifier.model import Severity, Text

__all__ = [
    "Choice", "Decided", "carry_over", "confirm", "decide", "effective_outcomes", "finding_digest", "lapse_waivers",
    "reject", "rule_digest", "store_findings", "withdraw",
]  # fmt: skip

PORTION = 100


@dataclass(frozen=True, slots=True)
class Decided:
    """The act, the finding with what holds now, and the case it belongs to."""

    decision: Decision
    finding: FindingRow
    standing: Standing
    case: CaseRow


def decide(services: Services, who: Principal, case_id: str, check_id: str, choice: Choice) -> Decided:
    """Decide on the finding of a check as the judgement that counts has it. A pass can be decided on as well."""
    check_person(who, Permission.FINDING_DECIDE)
    machine = finding_of(services, who, case_id, check_id)
    at = now()
    with services.writing() as session:
        case = scope.locked_case(session, who, case_id)
        stored.settle(session, who, case, at)
        row = existing_or_new(session, services, who, case, check_id, machine)
        _not_blind(session, who, case, check_id)
        before = _standing(session, row, at)
        check_allowed(row, before, choice)
        expires = expiry_of(session, who, choice, at)
        made = Decision(
            tenant_id=case.tenant_id,
            case_id=case.id,
            finding_id=row.id,
            check_id=check_id,
            action=choice.action,
            outcome=outcome_of(row, choice),
            reason=choice.reason.strip(),
            digest=row.digest,
            needs_second=row.severity == Severity.CRITICAL,
            expires_at=expires,
            by=who.id,
            by_name=who.name,
            at=at,
        )
        return _done(services, session, who, case, row, made, "finding.decided")


def withdraw(services: Services, who: Principal, decision_id: str, reason: str) -> Decided:
    """Undo one's own decision. What a second person has confirmed is undone only by deciding anew."""
    check_person(who, Permission.FINDING_DECIDE)
    with services.writing() as session:
        case, row, decision, now_held = _found(session, who, decision_id)
        if decision.by != who.id:
            raise ServiceError(
                403,
                "not_your_decision",
                Text("只能撤回本人的决定", "Only one's own decision can be withdrawn"),
                Text("如有不同意见，请另作决定", "Decide anew where you see it otherwise"),
            )
        if now_held.holding is not None and now_held.holding.id == decision.id and decision.needs_second:
            raise conflict(
                "already_confirmed",
                Text("该决定已经第二人确认", "A second person has confirmed this decision"),
                Text("请另作决定，并再经第二人确认", "Decide anew; a second person has to confirm that as well"),
            )
        if decision.id not in _alive(now_held):
            raise not_binding()
        return _done(
            services,
            session,
            who,
            case,
            row,
            _answer_to(decision, row, Action.WITHDRAW, who, reason),
            "decision.withdrawn",
        )


def confirm(services: Services, who: Principal, decision_id: str, reason: str) -> Decided:
    """Agree as the second person: the decision holds from now on."""
    return _second(services, who, decision_id, Action.CONFIRM, reason, "decision.confirmed")


def reject(services: Services, who: Principal, decision_id: str, reason: str) -> Decided:
    """Disagree as the second person: what held before goes on holding."""
    return _second(services, who, decision_id, Action.REJECT, reason, "decision.rejected")


def lapse_waivers(services: Services) -> int:
    """Let waivers that have run out lapse, on record, in all institutions; how many cases were settled anew."""
    done = 0
    while True:
        with services.writing() as session:
            cases = stored.cases_with_expired_waivers(session, now(), PORTION)
            for case in cases:
                stored.settle(session, system(case.tenant_id), case, now())
        done += len(cases)
        if len(cases) < PORTION:
            return done


# --- the finding that is decided on -----------------------------------------------------------------


def _standing(session: Session, row: FindingRow, at: datetime) -> Standing:
    return standing(stored.base(row), stored.of_check(session, row.case_id, row.check_id), at)


def _not_blind(session: Session, who: Principal, case: CaseRow, check_id: str) -> None:
    """Who is asked to judge a check blind must not decide on it as well."""
    looking = session.exec(
        select(BlindLook).where(
            BlindLook.case_id == case.id,
            BlindLook.check_id == check_id,
            BlindLook.assigned_to == who.id,
            col(BlindLook.at).is_(None),
        )
    ).first()
    if looking is not None:
        raise conflict(
            "blind_look_open",
            Text("您正在对该项进行盲审", "You are judging this check blind"),
            Text("请先完成或退回盲审", "Finish the blind look or hand it back first"),
        )


# --- the second person ------------------------------------------------------------------------------


def _second(services: Services, who: Principal, decision_id: str, action: Action, reason: str, event: str) -> Decided:
    check_person(who, Permission.FINDING_DECIDE)
    with services.writing() as session:
        case, row, decision, now_held = _found(session, who, decision_id)
        who.require(second_needs(confidential=row.confidential))
        if now_held.pending is None or now_held.pending.id != decision.id:
            raise not_binding()
        if decision.by == who.id or who.id in _correctors(session, case):
            raise ServiceError(
                403,
                "second_person_needed",
                Text(
                    "须由另一人确认：作出决定或更正案卷的人不能自行确认",
                    "Another person has to confirm: not who decided or corrected",
                ),
                Text("请交由其他复核人处理", "Leave it to another approver"),
            )
        _not_blind(session, who, case, row.check_id)
        return _done(services, session, who, case, row, _answer_to(decision, row, action, who, reason), event)


def _correctors(session: Session, case: CaseRow) -> set[str]:
    """Who corrected something that counts, or withdrew a correction."""
    found = session.exec(select(Correction).where(Correction.case_id == case.id)).all()
    return {one.by if one.withdrawn_at is None else one.withdrawn_by or one.by for one in found}


# --- one act ----------------------------------------------------------------------------------------


def _found(session: Session, who: Principal, decision_id: str) -> tuple[CaseRow, FindingRow, Decision, Standing]:
    """The decision with the finding that counts now; both only if they may be seen."""
    unseen = not_found("决定", "decision")
    decision = session.exec(
        select(Decision).where(Decision.id == decision_id, scope.own_rows(Decision, who))
    ).one_or_none()
    if decision is None:
        raise unseen
    case = scope.locked_case(session, who, decision.case_id)
    stored.settle(session, who, case, now())
    row = findings.current(session, who, case, decision.check_id)
    if row is None:
        raise unseen
    return case, row, decision, _standing(session, row, now())


def _answer_to(decision: Decision, row: FindingRow, action: Action, who: Principal, reason: str) -> Decision:
    return Decision(
        tenant_id=row.tenant_id,
        case_id=row.case_id,
        finding_id=row.id,
        check_id=row.check_id,
        action=action,
        outcome=None,
        reason=reason.strip(),
        of=decision.id,
        digest=row.digest,
        by=who.id,
        by_name=who.name,
        at=now(),
    )


def _done(
    services: Services, session: Session, who: Principal, case: CaseRow, row: FindingRow, made: Decision, event: str
) -> Decided:
    session.add(made)
    session.flush()
    stored.settle(session, who, case, made.at)
    trail.record(
        session, who, event, "finding", row.id,
        case=case.id, check=row.check_id, decision=made.id, act=made.action, outcome=made.outcome, of=made.of,
        second=made.needs_second, digest=made.digest,
    )  # fmt: skip
    if not row.confidential:  # who listens to a webhook is not known to be allowed to hear of it
        webhooks.emit(
            services, session, case.tenant_id, "finding.decided",
            case_id=case.id, check=row.check_id, action=made.action, outcome=row.outcome, effective=row.effective,
            state=row.state, link=webhooks.link(services, f"cases/{case.id}/findings/{row.check_id}"),
        )  # fmt: skip
    return Decided(made, row, _standing(session, row, made.at), case)


def _alive(held: Standing) -> set[str]:
    return {one.id for one in (held.holding, held.pending) if one is not None}
