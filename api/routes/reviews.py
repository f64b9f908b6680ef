"""Reviews: decisions on findings, the second person, the queue and who works on what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.cases_models import CaseBrief, CasesOut
from api.routes.documented import problems
from api.routes.reviews_models import (
    AssignmentIn,
    CheckId,
    DecidedOut,
    DecisionIn,
    FindingBrief,
    ReasonIn,
    brief_out,
    decided_out,
    waiting_out,
)
from api.standing import State
from api.tables import Action
from api.workflow import decisions, queue
from api.workflow.decisions import Choice
from verifier.model import Outcome

router = APIRouter(tags=["reviews"])
Decider = Annotated[Principal, Depends(Allowed(Permission.FINDING_DECIDE))]
SECOND = (
    "一般关键项须有 finding.approve 权限；保密项由另一名反洗钱专员（aml.read）确认。"
    " / finding.approve, or aml.read where the finding is confidential: another anti-money-laundering officer confirms it."
)
Waiting = Annotated[str, Query(pattern="^(open|second)$", description="second：待第二人确认 / for the second person")]


@router.post(
    "/cases/{case_id}/findings/{check_id}/decisions",
    operation_id="decide_finding",
    summary="对检查结果作出决定 / Decide on a finding",
    description="接受、改判或豁免，均须写明理由；关键项须由另一人确认后才成立。须登录人员本人操作，API 密钥不可。"
    " / Accept, override or waive, with a reason; a critical one holds only when another person has confirmed it."
    " For people who are signed in, not for keys.",
    status_code=201,
    responses=problems(404, 409, 410),
)
def decide(case_id: str, check_id: CheckId, given: DecisionIn, who: Decider, services: Bound) -> DecidedOut:
    outcome = Outcome(given.outcome) if given.outcome else None
    choice = Choice(Action(given.action), given.reason, outcome, given.expires_at, given.digest)
    return decided_out(decisions.decide(services, who, case_id, check_id, choice))


@router.post(
    "/decisions/{decision_id}/withdraw",
    operation_id="withdraw_decision",
    summary="撤回本人的决定 / Undo one's own decision",
    responses=problems(404, 409),
)
def withdraw(decision_id: str, given: ReasonIn, who: Decider, services: Bound) -> DecidedOut:
    return decided_out(decisions.withdraw(services, who, decision_id, given.reason))


@router.post(
    "/decisions/{decision_id}/confirm",
    operation_id="confirm_decision",
    summary="作为第二人确认 / Agree as the second person",
    description=SECOND,
    responses=problems(404, 409),
)
def confirm(decision_id: str, given: ReasonIn, who: Decider, services: Bound) -> DecidedOut:
    return decided_out(decisions.confirm(services, who, decision_id, given.reason))


@router.post(
    "/decisions/{decision_id}/reject",
    operation_id="reject_decision",
    summary="作为第二人否决 / Disagree as the second person",
    description=SECOND,
    responses=problems(404, 409),
)
def reject(decision_id: str, given: ReasonIn, who: Decider, services: Bound) -> DecidedOut:
    return decided_out(decisions.reject(services, who, decision_id, given.reason))


@router.get(
    "/queue",
    operation_id="list_queue",
    summary="待办案件 / Cases that wait for a person",
    description="风险高者在前；风险的算法见文档。 / The riskiest first; the documentation says how risk is reckoned.",
    responses=problems(),
)
def listed(
    who: Decider,
    services: Bound,
    state: Annotated[str | None, Query(pattern="^(open|second)$")] = None,
    mine: bool = False,
    free: bool = False,
    overdue: bool = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CasesOut:
    found = queue.listed(
        services,
        who,
        state=State(state) if state else None,
        mine=mine,
        free=free,
        overdue=overdue,
        limit=limit,
        cursor=cursor,
    )
    return CasesOut(items=[waiting_out(row, who) for row in found.items], next=found.next)


@router.post(
    "/queue/next",
    operation_id="take_next_case",
    summary="领取下一个案件 / Take the next case",
    description="风险最高且无人承办的案件，指派给本人；没有时为 204。"
    " / The riskiest that nobody took, assigned to the asker; 204 when there is none.",
    response_model=CaseBrief,
    responses={**problems(), 204: {"description": "没有待办 / Nothing waits"}},
)
def take(who: Decider, services: Bound, state: Waiting = "open") -> CaseBrief | Response:
    found = queue.next_case(services, who, State(state))
    return waiting_out(found, who) if found else Response(status_code=204)


@router.put(
    "/cases/{case_id}/assignment",
    operation_id="assign_case",
    summary="指派案件 / Assign a case",
    description="本人可领取或退回；指派他人须为复核人。 / Anyone may take or hand back; giving to others is for approvers.",
    responses=problems(404, 409),
)
def assign(case_id: str, given: AssignmentIn, who: Decider, services: Bound) -> CaseBrief:
    return waiting_out(queue.assign(services, who, case_id, given.assigned_to, given.due_at), who)


@router.put(
    "/cases/{case_id}/findings/{check_id}/assignment",
    operation_id="assign_finding",
    summary="指派一项检查结果 / Assign one finding",
    responses=problems(404, 409),
)
def assign_finding(case_id: str, check_id: CheckId, given: AssignmentIn, who: Decider, services: Bound) -> FindingBrief:
    return brief_out(queue.assign_finding(services, who, case_id, check_id, given.assigned_to, given.due_at))
