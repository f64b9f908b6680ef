"""Institutions, for administrators of the operator, and the branches of one's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from api.choices import ReviewChoices
from api.deps import Allowed, Anyone, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.accounts import LOGIN
from api.routes.documented import problems
from api.workflow import tenants

router = APIRouter(tags=["institutions"])
Operator = Annotated[Principal, Depends(Allowed(Permission.TENANT_MANAGE))]
Administrator = Annotated[Principal, Depends(Allowed(Permission.ACCOUNT_MANAGE))]


class NameIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=200, examples=["安华人寿（虚构）"])


class InstitutionIn(NameIn):
    login: str = Field(
        min_length=1,
        max_length=200,
        pattern=LOGIN,
        description="首位管理员 / Its first administrator",
        examples=["admin@anhua.example"],
    )


class InstitutionOut(BaseModel):
    id: str
    name: str = Field(examples=["安华人寿（虚构）"])
    kind: str = Field(description="operator, institution", examples=["institution"])
    created_at: datetime
    closed_at: datetime | None


class InstitutionsOut(BaseModel):
    items: list[InstitutionOut]
    next: str | None = Field(examples=[None])


class NewInstitutionOut(InstitutionOut):
    administrator_id: str
    one_time_password: str = Field(description="只显示一次 / Told once", examples=["k7mq-…"])


class ReviewChoicesIn(ReviewChoices):
    """Both at once; what is left out gets its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BranchOut(BaseModel):
    id: str
    name: str = Field(examples=["上海分公司"])
    created_at: datetime
    closed_at: datetime | None


class BranchesOut(BaseModel):
    items: list[BranchOut]


@router.post(
    "/institutions",
    operation_id="create_institution",
    summary="新建机构 / Create an institution",
    status_code=201,
    responses=problems(409),
)
def create(given: InstitutionIn, response: Response, who: Operator, services: Bound) -> NewInstitutionOut:
    tenant, user, password = tenants.create_institution(services, who, given.name, given.login)
    response.headers["Location"] = f"/api/v1/institutions/{tenant.id}"
    made = InstitutionOut.model_validate(tenant, from_attributes=True)
    return NewInstitutionOut(**made.model_dump(), administrator_id=user.id, one_time_password=password)


@router.get("/institutions", operation_id="list_institutions", summary="机构列表 / Institutions", responses=problems())
def listed(who: Operator, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> InstitutionsOut:
    page = tenants.institutions(services, who, limit, cursor)
    return InstitutionsOut(
        items=[InstitutionOut.model_validate(row, from_attributes=True) for row in page.items], next=page.next
    )


@router.get("/institution", operation_id="get_own_institution", summary="本机构 / One's own", responses=problems())
def own(who: Anyone, services: Bound) -> InstitutionOut:
    return InstitutionOut.model_validate(tenants.own_institution(services, who), from_attributes=True)


@router.get(
    "/institution/review-choices",
    operation_id="get_review_choices",
    summary="本机构的审核设置 / How this institution reviews",
    responses=problems(),
)
def choices(who: Anyone, services: Bound) -> ReviewChoices:
    return tenants.review_choices_of(services, who)


@router.put(
    "/institution/review-choices",
    operation_id="set_review_choices",
    summary="更改审核设置 / Change how it reviews",
    responses=problems(),
)
def set_choices(given: ReviewChoicesIn, who: Administrator, services: Bound) -> ReviewChoices:
    return tenants.set_review_choices(services, who, ReviewChoices(**given.model_dump()))


@router.get(
    "/institutions/{institution_id}",
    operation_id="get_institution",
    summary="机构 / An institution",
    responses=problems(404),
)
def one(institution_id: str, who: Operator, services: Bound) -> InstitutionOut:
    return InstitutionOut.model_validate(tenants.institution(services, who, institution_id), from_attributes=True)


@router.patch(
    "/institutions/{institution_id}",
    operation_id="rename_institution",
    summary="更名 / Rename it",
    responses=problems(404, 409),
)
def rename(institution_id: str, given: NameIn, who: Operator, services: Bound) -> InstitutionOut:
    row = tenants.rename_institution(services, who, institution_id, given.name)
    return InstitutionOut.model_validate(row, from_attributes=True)


@router.post(
    "/institutions/{institution_id}/close",
    operation_id="close_institution",
    summary="关闭机构 / Close it",
    responses=problems(404, 409),
)
def close(institution_id: str, who: Operator, services: Bound) -> InstitutionOut:
    row = tenants.close_institution(services, who, institution_id)
    return InstitutionOut.model_validate(row, from_attributes=True)


# --- branches ----------------------------------------------------------------------------------


@router.get("/branches", operation_id="list_branches", summary="分支机构 / Branches", responses=problems())
def branches(who: Anyone, services: Bound) -> BranchesOut:
    rows = tenants.branches(services, who)
    return BranchesOut(items=[BranchOut.model_validate(row, from_attributes=True) for row in rows])


@router.post(
    "/branches",
    operation_id="create_branch",
    summary="新建分支机构 / Create a branch",
    status_code=201,
    responses=problems(409),
)
def create_branch(given: NameIn, who: Administrator, services: Bound) -> BranchOut:
    return BranchOut.model_validate(tenants.create_branch(services, who, given.name), from_attributes=True)


@router.patch(
    "/branches/{branch_id}",
    operation_id="rename_branch",
    summary="更名 / Rename it",
    responses=problems(404, 409),
)
def rename_branch(branch_id: str, given: NameIn, who: Administrator, services: Bound) -> BranchOut:
    return BranchOut.model_validate(tenants.rename_branch(services, who, branch_id, given.name), from_attributes=True)


@router.post(
    "/branches/{branch_id}/close",
    operation_id="close_branch",
    summary="关闭分支机构 / Close it",
    responses=problems(404, 409),
)
def close_branch(branch_id: str, who: Administrator, services: Bound) -> BranchOut:
    return BranchOut.model_validate(tenants.close_branch(services, who, branch_id), from_attributes=True)
