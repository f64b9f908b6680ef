"""Populations: lists of sold policies, reconciled with the cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.bodies import with_body
from api.routes.documented import problems
from api.store import populations as stored
from api.store.populations import Filters
from api.tables import CaseRow, Population, SoldPolicy, SoldState
from api.workflow import populations
from api.workflow.batches import sees_verdicts
from api.workflow.opened import mask
from verifier.reports.masking import masked

router = APIRouter(tags=["populations"])
Reader = Annotated[Principal, Depends(Allowed(Permission.POPULATION_READ))]
Writer = Annotated[Principal, Depends(Allowed(Permission.POPULATION_WRITE))]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "CSV（UTF-8 或 GB18030）或 .xlsx 工作簿的第一张表；前十行中有列名"
        " / CSV (UTF-8 or GB18030) or the first sheet of an .xlsx workbook; the heading is among the first ten rows",
        "content": {
            "text/csv": {
                "schema": {"type": "string", "format": "binary"},
                "example": "policy_no,application_no,case,branch,channel,product,product_kind,seller_number,premium,"
                "sale_date\nP2026000001,T2026000001,,上海分公司,bank,安华福终身寿险,participating,S001,24000.00,2026-10-02\n",
            },
            WORKBOOK: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class PopulationOut(BaseModel):
    """`problems` lists the first of `problem_count` rows that could not be used."""

    id: str
    name: str = Field(examples=["2026年10月承保清单"])
    start: date
    end: date
    sha256: str
    size: int = Field(examples=[1200])
    problem_count: int = Field(examples=[1])
    problems: list[dict[str, Any]] = Field(
        examples=[[{"row": 7, "code": "policy_twice", "message": {"zh": "…", "en": "…"}}]]
    )
    reconciled_at: datetime | None
    created_by: str
    created_at: datetime


class PopulationsOut(BaseModel):
    items: list[PopulationOut]
    next: str | None = Field(examples=[None])


class TotalsOut(BaseModel):
    """`policies` is always audited + missing + excluded. `outside`: cases of the period that stand in no list;
    `undated`: such cases without a day of sale."""

    policies: int = Field(examples=[1200])
    audited: int = Field(examples=[1100])
    missing: int = Field(examples=[90])
    excluded: int = Field(examples=[10])
    excluded_audited: int = Field(description="已排除但仍审核的 / Excluded, and audited all the same", examples=[0])
    verdicts: dict[str, int] = Field(examples=[{"compliant": 900, "non_compliant": 150, "incomplete": 50}])
    branches: dict[str, dict[str, int]]
    reasons: dict[str, int] = Field(description="排除原因 / Reasons of exclusions")
    outside: int = Field(examples=[3])
    undated: int = Field(examples=[1])


class PopulationWithTotals(PopulationOut):
    totals: TotalsOut


class PolicyOut(BaseModel):
    id: str
    policy_no: str = Field(examples=["P2026000001"])
    application_no: str
    case_name: str
    branch: str
    channel: str
    product: str
    product_kind: str
    seller_number: str
    premium: str
    sale_date: date | None
    state: str = Field(description="audited, missing, excluded", examples=["missing"])
    case_id: str | None
    excluded_because: str
    excluded_by: str | None
    excluded_at: datetime | None


class PoliciesOut(BaseModel):
    items: list[PolicyOut]
    next: str | None = Field(examples=[None])


class OutsiderOut(BaseModel):
    """A judged case that stands in no list of sold policies."""

    id: str
    name: str
    batch_id: str
    branch_id: str | None
    policy_no: str
    application_no: str
    sale_date: date | None


class OutsidersOut(BaseModel):
    items: list[OutsiderOut]
    next: str | None = Field(examples=[None])


class ExclusionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    policy_ids: list[str] = Field(min_length=1, max_length=1000)
    because: str = Field(min_length=1, max_length=1000, examples=["承保前已撤单"])


class InclusionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    policy_ids: list[str] = Field(min_length=1, max_length=1000)


class ChangedOut(BaseModel):
    changed: int = Field(examples=[2])


@router.post(
    "/populations",
    operation_id="load_population",
    summary="载入销售清单并核对 / Load a list of sold policies and reconcile it",
    description="正文为 CSV 或 .xlsx 文件。无法使用的行按行号列出，其余照常采用。"
    " / The body is the CSV or .xlsx file. Rows that cannot be used are listed by number; the others count.",
    status_code=201,
    responses=problems(413, 503, 507),
    openapi_extra=LIST,
)
async def load(
    request: Request,
    who: Writer,
    services: Bound,
    name: Annotated[str, Query(min_length=1, max_length=200, examples=["2026年10月承保清单"])],
    start: Annotated[date, Query(description="期间起 / First day", examples=["2026-10-01"])],
    end: Annotated[date, Query(description="期间止 / Last day", examples=["2026-10-31"])],
) -> PopulationOut:
    row = await with_body(request, lambda chunks: populations.load(services, who, name, start, end, chunks))
    return _out(row)


@router.get("/populations", operation_id="list_populations", summary="销售清单 / Populations", responses=problems())
def listed(who: Reader, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> PopulationsOut:
    with services.reading() as session:
        found = stored.listed(session, who, limit, cursor)
    return PopulationsOut(items=[_out(row) for row in found.items], next=found.next)


@router.get(
    "/populations/{population_id}",
    operation_id="get_population",
    summary="销售清单与核对结果 / A population and how it reconciles",
    responses=problems(404),
)
def one(population_id: str, who: Reader, services: Bound) -> PopulationWithTotals:
    row, told = populations.totals(services, who, population_id)
    return PopulationWithTotals(
        **_out(row).model_dump(),
        totals=TotalsOut(
            policies=told.policies,
            audited=told.states[SoldState.AUDITED],
            missing=told.states[SoldState.MISSING],
            excluded=told.states[SoldState.EXCLUDED],
            excluded_audited=told.excluded_audited,
            verdicts=dict(told.verdicts) if sees_verdicts(who) else {},
            branches={name: dict(states) for name, states in told.branches.items()},
            reasons=_reasons(told.reasons, who),
            outside=told.outside,
            undated=told.undated,
        ),
    )


@router.post(
    "/populations/{population_id}/reconciliation",
    operation_id="reconcile_population",
    summary="重新核对 / Reconcile it again",
    responses=problems(404),
)
def reconcile(population_id: str, who: Writer, services: Bound) -> PopulationOut:
    return _out(populations.reconcile(services, who, population_id))


@router.get(
    "/populations/{population_id}/policies",
    operation_id="list_sold_policies",
    summary="清单中的保单 / Policies of a population",
    responses=problems(404),
)
def policies(
    population_id: str,
    who: Reader,
    services: Bound,
    state: Annotated[str, Query(pattern="^(audited|missing|excluded)?$")] = "",
    branch: Annotated[str, Query(max_length=200)] = "",
    channel: Annotated[str, Query(max_length=20)] = "",
    product_kind: Annotated[str, Query(max_length=40)] = "",
    seller: Annotated[str, Query(max_length=100)] = "",
    verdict: Annotated[str, Query(pattern="^(compliant|non_compliant|incomplete)?$")] = "",
    has_case: Annotated[
        bool | None, Query(description="有无审核案件，排除的保单也可能有 / With a case, which excluded ones may have")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PoliciesOut:
    filters = Filters(state, branch, channel, product_kind, seller, verdict, has_case)
    found = populations.policies_of(services, who, population_id, filters, limit, cursor)
    return PoliciesOut(items=[policy_out(row, who) for row in found.items], next=found.next)


@router.get(
    "/populations/{population_id}/outsiders",
    operation_id="list_outsiders",
    summary="不在任何清单内的已审案件 / Judged cases that stand in no list",
    responses=problems(404),
)
def outsiders(
    population_id: str,
    who: Reader,
    services: Bound,
    undated: Annotated[bool, Query(description="没有销售日期的 / Those without a day of sale")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> OutsidersOut:
    found = populations.outsiders(services, who, population_id, undated=undated, limit=limit, cursor=cursor)
    return OutsidersOut(items=[_outsider(case, who) for case in found.items], next=found.next)


@router.post(
    "/populations/{population_id}/exclusions",
    operation_id="exclude_policies",
    summary="排除保单并说明原因 / Exclude policies, with a reason",
    responses=problems(404),
)
def exclude(population_id: str, given: ExclusionIn, who: Writer, services: Bound) -> ChangedOut:
    return ChangedOut(changed=populations.exclude(services, who, population_id, given.policy_ids, given.because))


@router.post(
    "/populations/{population_id}/inclusions",
    operation_id="include_policies",
    summary="取消排除 / Take exclusions back",
    responses=problems(404),
)
def include(population_id: str, given: InclusionIn, who: Writer, services: Bound) -> ChangedOut:
    return ChangedOut(changed=populations.include(services, who, population_id, given.policy_ids))


def _reasons(told: Mapping[str, int], who: Principal) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for reason, number in told.items():
        counted[reason if who.sees_full_values else mask(reason)] += number
    return dict(counted)


def _out(row: Population) -> PopulationOut:
    return PopulationOut.model_validate(row, from_attributes=True)


def policy_out(row: SoldPolicy, who: Principal) -> PolicyOut:
    """Numbers of policies are what a list is compared by and are shown to all; numbers of persons are not."""
    told = PolicyOut.model_validate(row, from_attributes=True)
    if not who.sees_full_values:
        told.case_name, told.excluded_because = mask(told.case_name), mask(told.excluded_because)
    return told


def _outsider(row: CaseRow, who: Principal) -> OutsiderOut:
    told = OutsiderOut.model_validate(row, from_attributes=True)
    if not who.sees_full_values:
        told.name = mask(told.name)
        told.policy_no, told.application_no = masked(told.policy_no), masked(told.application_no)
    return told
