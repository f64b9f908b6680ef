"""Corrections of fields that were misread."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.deps import Allowed, Bound
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.routes.reviews_models import CorrectionIn, CorrectionOut, CorrectionsOut, correction_out
from api.workflow import corrections
from api.workflow.corrections import Reading

router = APIRouter(tags=["corrections"])
Reader = Annotated[Principal, Depends(Allowed(Permission.UNMASKED))]
Writer = Annotated[Principal, Depends(Allowed(Permission.CASE_WRITE))]


@router.get(
    "/cases/{case_id}/corrections",
    operation_id="list_corrections",
    summary="案件的更正 / Corrections of a case",
    responses=problems(404),
)
def listed(case_id: str, who: Reader, services: Bound) -> CorrectionsOut:
    return CorrectionsOut(items=[correction_out(row) for row in corrections.listed(services, who, case_id)])


@router.post(
    "/cases/{case_id}/corrections",
    operation_id="correct_field",
    summary="更正误读的字段 / Correct a misread field",
    description="案件随即重新审核；由一人更正而消除的关键项，须经第二人确认才成立。"
    " / The case is judged again at once; a critical finding that the correction of one person removes waits for a second.",
    status_code=201,
    responses=problems(404, 409, 410),
)
def correct(case_id: str, given: CorrectionIn, who: Writer, services: Bound) -> CorrectionOut:
    reading = Reading(
        file=given.file,
        page=given.page,
        document_type=given.document_type,
        field=given.field,
        value=given.value,
        reason=given.reason,
        box=given.box,
    )
    return correction_out(corrections.correct(services, who, case_id, reading))


@router.post(
    "/corrections/{correction_id}/withdraw",
    operation_id="withdraw_correction",
    summary="撤回更正 / Withdraw a correction",
    responses=problems(404, 409),
)
def withdraw(correction_id: str, who: Writer, services: Bound) -> CorrectionOut:
    return correction_out(corrections.withdraw(services, who, correction_id))
