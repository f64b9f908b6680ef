"""Comments on a case or on one of its findings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.deps import Allowed, Bound
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.routes.reviews_models import CommentIn, CommentOut, CommentsOut, comment_out
from api.workflow import comments

router = APIRouter(tags=["reviews"])
Decider = Annotated[Principal, Depends(Allowed(Permission.FINDING_DECIDE))]


@router.get(
    "/cases/{case_id}/comments",
    operation_id="list_comments",
    summary="案件的备注 / Comments on a case",
    responses=problems(404),
)
def listed(case_id: str, who: Decider, services: Bound) -> CommentsOut:
    return CommentsOut(items=[comment_out(row, check) for row, check in comments.listed(services, who, case_id)])


@router.post(
    "/cases/{case_id}/comments",
    operation_id="write_comment",
    summary="写备注 / Write a comment",
    status_code=201,
    responses=problems(404),
)
def write(case_id: str, given: CommentIn, who: Decider, services: Bound) -> CommentOut:
    return comment_out(comments.write(services, who, case_id, given.text, given.check), given.check)


@router.delete(
    "/comments/{comment_id}",
    operation_id="withdraw_comment",
    summary="撤回本人的备注 / Take back a comment of one's own",
    description="不再显示，但不删除。 / No longer shown, and not erased.",
    status_code=204,
    responses=problems(404),
)
def withdraw(comment_id: str, who: Decider, services: Bound) -> None:
    comments.withdraw(services, who, comment_id)
