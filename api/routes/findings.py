"""Findings: of a case with all that people made of them, and across cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.routes.reviews_models import NO_NUL, CheckId, FindingOut, FindingsOut, FindingsPage, brief_out, finding_out
from api.workflow import findings

router = APIRouter(tags=["findings"])
Reader = Annotated[Principal, Depends(Allowed(Permission.CASE_READ))]
OUTCOMES = "^(pass|fail|review|not_applicable)$"
Short = Annotated[str | None, Query(max_length=40, pattern=NO_NUL)]


@router.get(
    "/cases/{case_id}/findings",
    operation_id="list_case_findings",
    summary="案件的全部检查结果 / All findings of a case",
    description="机器结论与人工结论并列；每次查看都记入审计轨迹。"
    " / The machine's outcome beside what holds; every view is on the trail.",
    responses=problems(404, 409, 410),
)
def of_case(case_id: str, who: Reader, services: Bound) -> FindingsOut:
    whole = findings.of_case(services, who, case_id)
    items = [finding_out(one, whole, who) for one in whole.findings]
    return FindingsOut(case_id=case_id, version=whole.case.version, items=items)


@router.get(
    "/cases/{case_id}/findings/{check_id}",
    operation_id="get_case_finding",
    summary="案件的一项检查结果 / One finding of a case",
    responses=problems(404, 409, 410),
)
def of_check(case_id: str, check_id: CheckId, who: Reader, services: Bound) -> FindingOut:
    return finding_out(*findings.of_check(services, who, case_id, check_id), who)


@router.get(
    "/cases/{case_id}/findings/{check_id}/history",
    operation_id="list_finding_history",
    summary="该项历次结果 / What the check came to each time",
    description="补正不抹去原违规：原结果保留于此。 / A cure erases nothing: the failure stays here.",
    responses=problems(404),
)
def history(case_id: str, check_id: CheckId, who: Reader, services: Bound) -> FindingsPage:
    rows = findings.earlier(services, who, case_id, check_id)
    return FindingsPage(items=[brief_out(row) for row in rows], next=None)


@router.get(
    "/findings",
    operation_id="list_findings",
    summary="各案件的检查结果 / Findings of all cases",
    description="风险高者在前；仅含未满足、待判断或已有人处理的结果。"
    " / The riskiest first; what fails, is left to a person or was touched by one.",
    responses=problems(),
)
def listed(
    who: Reader,
    services: Bound,
    check: Short = None,
    stage: Annotated[str | None, Query(max_length=4, pattern=NO_NUL)] = None,
    severity: Annotated[str | None, Query(pattern="^(critical|major|minor)$")] = None,
    outcome: Annotated[str | None, Query(pattern=OUTCOMES)] = None,
    effective: Annotated[str | None, Query(pattern=OUTCOMES)] = None,
    state: Annotated[str | None, Query(pattern="^(open|second|decided|cured|plain)$")] = None,
    assigned_to: Annotated[str | None, Query(max_length=36, pattern=NO_NUL)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FindingsPage:
    found = findings.listed(
        services,
        who,
        check=check,
        stage=stage,
        severity=severity,
        outcome=outcome,
        effective=effective,
        state=state,
        assigned_to=who.id if assigned_to == "me" else assigned_to,
        limit=limit,
        cursor=cursor,
    )
    return FindingsPage(items=[brief_out(row) for row in found.items], next=found.next)
