"""Until when cases are kept, holds, and purges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Allowed, Anyone, Bound, Cursor, Limit
from api.keeping import NAMES
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import Sentence, problems
from api.tables import CaseRow, Hold
from api.workflow import purging, retention
from api.workflow.opened import mask

router = APIRouter(tags=["retention"])
Keeper = Annotated[Principal, Depends(Allowed(Permission.RETENTION))]


class TermOut(BaseModel):
    material: str = Field(description="contract, recording, identity, suitability", examples=["identity"])
    zh: str = Field(examples=["客户身份资料和交易记录"])
    en: str = Field(examples=["Customer identity data and transactions"])
    years: int = Field(examples=[10])
    until: date | None = Field(description="合同终止日期未知时为空 / Empty while the end of the contract is not known")


class HoldOut(BaseModel):
    id: str
    case_id: str
    reason: str
    by: str
    at: datetime
    released_at: datetime | None
    released_by: str | None


class RetentionOut(BaseModel):
    """Until when a case is kept, and why."""

    case_id: str
    keep_until: date | None
    contract_end: date | None
    end_known_by: str = Field(description="declared, surrendered, term, unknown", examples=["term"])
    why: Sentence
    laws: list[str] = Field(examples=[["保险法 87", "反洗钱法 34"]])
    terms: list[TermOut]
    holds: list[HoldOut]
    purgeable: bool
    purged_at: datetime | None


class HoldIn(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: str = Field(min_length=1, max_length=1000, examples=["投诉处理中 / A complaint is being dealt with"])


class HoldsOut(BaseModel):
    items: list[HoldOut]
    next: str | None


class DueOut(BaseModel):
    case_id: str
    name: str
    batch_id: str
    keep_until: date | None


class DuesOut(BaseModel):
    items: list[DueOut]
    next: str | None


class PurgedOut(BaseModel):
    """What went. `shared` files stay, since another case has the same; `fresh` ones go with the next sweep."""

    case_id: str
    files: int
    shared: int
    fresh: int
    audits: int


class PurgedBatchOut(BaseModel):
    cases: list[PurgedOut]


def _purged(told: purging.Purged) -> PurgedOut:
    return PurgedOut(**{name: getattr(told, name) for name in PurgedOut.model_fields})


def _hold(row: Hold) -> HoldOut:
    return HoldOut(**{name: getattr(row, name) for name in HoldOut.model_fields})


def _due(row: CaseRow, who: Principal) -> DueOut:
    name = row.name if who.sees_full_values else mask(row.name)
    return DueOut(case_id=row.id, name=name, batch_id=row.batch_id, keep_until=row.keep_until)


@router.get(
    "/cases/{case_id}/retention",
    operation_id="case_retention",
    summary="保存期限及依据 / Until when a case is kept, and why",
    responses=problems(404),
)
def view(case_id: str, who: Anyone, services: Bound) -> RetentionOut:
    found = retention.view(services, who, case_id)
    return RetentionOut(
        case_id=found.case.id,
        keep_until=found.case.keep_until,
        contract_end=found.basis.end,
        end_known_by=found.basis.how,
        why=Sentence(zh=found.why.zh, en=found.why.en),
        laws=list(found.laws),
        terms=[
            TermOut(
                material=one.material,
                zh=NAMES[one.material].zh,
                en=NAMES[one.material].en,
                years=one.years,
                until=one.until,
            )
            for one in found.terms
        ],
        holds=[_hold(one) for one in found.holds],
        purgeable=found.purgeable,
        purged_at=found.case.purged_at,
    )


@router.post(
    "/cases/{case_id}/holds",
    operation_id="hold_case",
    summary="保全案件，暂缓清除 / Keep a case beyond its term",
    status_code=201,
    responses=problems(404, 410),
)
def hold(case_id: str, given: HoldIn, who: Keeper, services: Bound) -> HoldOut:
    return _hold(retention.hold(services, who, case_id, given.reason))


@router.get("/holds", operation_id="list_holds", summary="现有保全 / Holds in force", responses=problems())
def holds(who: Keeper, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> HoldsOut:
    found = retention.holds(services, who, limit=limit, cursor=cursor)
    return HoldsOut(items=[_hold(one) for one in found.items], next=found.next)


@router.post(
    "/holds/{hold_id}/release",
    operation_id="release_hold",
    summary="解除保全 / Release a hold",
    responses=problems(404, 409),
)
def release(hold_id: str, who: Keeper, services: Bound) -> HoldOut:
    return _hold(retention.release(services, who, hold_id))


@router.get(
    "/retention/due",
    operation_id="list_purgeable",
    summary="期限已满可清除的案件 / Cases whose term is over",
    responses=problems(),
)
def due(who: Keeper, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> DuesOut:
    found = retention.due(services, who, limit=limit, cursor=cursor)
    return DuesOut(items=[_due(one, who) for one in found.items], next=found.next)


@router.post(
    "/batches/{batch_id}/purge",
    operation_id="purge_batch",
    summary="清除整个批次（不可恢复） / Purge a whole batch, for good",
    description="适用于已取消或失败、从未审核的批次（误传），以及全部案件期限已满的批次；有一案须保存则全部保留。"
    " / A batch that was given up unjudged (sent by mistake), or all of whose cases may go. If one must be kept, all stay.",
    responses=problems(404, 409, 503),
)
def purge_batch(batch_id: str, who: Keeper, services: Bound) -> PurgedBatchOut:
    return PurgedBatchOut(cases=[_purged(one) for one in purging.purge_batch(services, who, batch_id)])


@router.post(
    "/cases/{case_id}/purge",
    operation_id="purge_case",
    summary="清除期限已满的案件（不可恢复） / Purge a case whose term is over, for good",
    description="删除原件、识别结果、审核结果及个人信息；保留案件编号、结论统计与审计轨迹。中断后可重复调用。"
    " / Removes files, transcripts, audits and personal data; the verdict and the trail remain. May be repeated.",
    responses=problems(404, 409, 410, 503),
)
def purge(case_id: str, who: Keeper, services: Bound) -> PurgedOut:
    return _purged(purging.purge(services, who, case_id))
