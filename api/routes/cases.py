"""Cases: listed, opened, given late papers and declared facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from api.deps import Allowed, Bound, Cursor, Limit
from api.etags import unchanged, versioned
from api.permissions import Permission
from api.principal import Principal
from api.routes.bodies import declared_size, with_body
from api.routes.cases_models import (
    CaseOut,
    CasesOut,
    FactsIn,
    SourceOut,
    SourcesOut,
    brief_out,
    sentence,
    source_out,
)
from api.routes.documented import problems
from api.routes.uploads import BYTES, ContentHash
from api.store.cases import Filters
from api.workflow import cases
from api.workflow.batches import sees_verdicts
from api.workflow.cases import Brief, SourceSeen
from api.workflow.opened import Opened
from verifier.reports.json import shown_json

router = APIRouter(tags=["cases"])
Reader = Annotated[Principal, Depends(Allowed(Permission.CASE_READ))]
Writer = Annotated[Principal, Depends(Allowed(Permission.CASE_WRITE))]
WORD = r"^[^\x00]*$"
Word = Annotated[str, Query(max_length=200, pattern=WORD)]
Code = Annotated[str, Query(max_length=40, pattern=WORD)]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所见版本的 ETag / ETag of the version seen")]
NOT_MODIFIED: dict[str, Any] = {"description": "未变 / Not modified"}


def filters(
    verdict: Annotated[str, Query(pattern="^(compliant|non_compliant|incomplete)?$")] = "",
    state: Annotated[str, Query(pattern="^(waiting|reading|judging|judged|cancelled|purged)?$")] = "",
    check: Annotated[
        str, Query(max_length=40, pattern=WORD, description="该检查有此结果 / This check came to `outcome`")
    ] = "",
    stage: Annotated[
        str, Query(max_length=4, pattern=WORD, description="该环节有此结果 / Some check of this stage did")
    ] = "",
    outcome: Annotated[
        str, Query(pattern="^(fail|review)$", description="配合 check 或 stage / With check or stage")
    ] = "fail",
    batch: Code = "",
    branch: Code = "",
    seller: Annotated[str, Query(max_length=100, pattern=WORD, description="业务员编号 / Seller's number")] = "",
    product: Word = "",
    product_kind: Code = "",
    channel: Code = "",
    sold_from: date | None = None,
    sold_to: date | None = None,
    assigned_to: Annotated[
        str, Query(max_length=36, pattern=WORD, description="人员编号；me 为本人 / Account id; `me`")
    ] = "",
    q: Annotated[
        str,
        Query(
            max_length=100,
            pattern=WORD,
            description="案件编号、保单号、投保单号或投保人姓名的开头 / How a name or number begins",
        ),
    ] = "",
) -> Filters:
    return Filters(
        verdict=verdict,
        state=state,
        check=check,
        stage=stage,
        outcome=outcome,
        batch=batch,
        branch=branch,
        seller=seller,
        product=product,
        product_kind=product_kind,
        channel=channel,
        sold_from=sold_from,
        sold_to=sold_to,
        assigned_to=assigned_to,
        text=q.strip(),
    )


Asked = Annotated[Filters, Depends(filters)]


@router.get(
    "/cases",
    operation_id="list_cases",
    summary="案件列表 / Cases",
    description="按时间（最新在前）或风险排序，游标翻页。看销售副本的人员不能按结论或风险筛选排序。"
    " / Newest or riskiest first, by cursor. Those who see the seller's copy cannot filter by verdict or sort by risk.",
    responses=problems(),
)
def listed(
    who: Reader,
    services: Bound,
    asked: Asked,
    sort: Annotated[str, Query(pattern="^(newest|risk)$")] = "newest",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CasesOut:
    asked = replace(asked, assigned_to=who.id) if asked.assigned_to == "me" else asked
    found = cases.listed(services, who, asked, by_risk=sort == "risk", limit=limit, cursor=cursor)
    return CasesOut(items=[brief_out(one, risk=sees_verdicts(who)) for one in found.items], next=found.next)


@router.get(
    "/cases/{case_id}",
    operation_id="get_case",
    summary="一个案件 / A case",
    response_model=CaseOut,
    responses={**problems(404, 410), 304: NOT_MODIFIED},
)
def one(
    case_id: str, response: Response, who: Reader, services: Bound, if_none_match: IfNoneMatch = None
) -> CaseOut | Response:
    brief, case = cases.one(services, who, case_id)
    tag = tag_of(case)
    if unchanged(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return case_out(brief, case)


def tag_of(case: Opened) -> str:
    return versioned(case.row.version, case.row.judgement_id, case.who.audience, case.who.sees_full_values)


def case_out(brief: Brief, case: Opened) -> CaseOut:
    known: dict[str, Any] = {}
    if case.shown is not None:
        audit, told = case.shown.audit, shown_json(case.shown)
        known = {
            "as_of": audit.as_of,
            "law_dates": dict(audit.law_dates),
            "verdict": told["verdict"],
            "counts": told["counts"],
            "unchecked": told["unchecked"],
            "problems": told["problems"],
            "requests": [sentence(text) for text in audit.requests],
        }
    elif not case.closed:
        known = {"problems": case.row.problems}
    return CaseOut(
        **brief_out(brief, risk=sees_verdicts(case.who)).model_dump(exclude=set(known)),
        **known,
        audience=case.who.audience.value,
        judgement_id=case.row.judgement_id,
        declared=dict(cases.declared(case)),
        keep_until=case.row.keep_until,
    )


@router.get(
    "/cases/{case_id}/audit",
    operation_id="get_audit",
    summary="审核结果（audit.json） / The audit, as audit.json",
    description="按提问者的受众给出，形式见合同第 5 节。 / As the asker's audience may see it; the contract, section 5.",
    response_model=dict[str, Any],
    responses={**problems(404, 409, 410), 304: NOT_MODIFIED},
)
def audit(
    case_id: str, response: Response, who: Reader, services: Bound, if_none_match: IfNoneMatch = None
) -> dict[str, Any] | Response:
    case, told = cases.audit_json(services, who, case_id)
    tag = tag_of(case)
    if unchanged(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return told


@router.get(
    "/cases/{case_id}/sources",
    operation_id="list_sources",
    summary="案件的文件及读取情况 / Files of a case and what became of them",
    responses=problems(404, 410),
)
def sources(case_id: str, who: Reader, services: Bound) -> SourcesOut:
    return SourcesOut(items=[source_out(seen) for seen in cases.sources(services, who, case_id)])


@router.put(
    "/cases/{case_id}/files/{file:path}",
    operation_id="add_case_file",
    summary="向案件补交材料 / Add a paper that came later",
    description="保存后案件自动重新审核。 / The case is judged again with it.",
    status_code=201,
    responses={
        **problems(400, 404, 409, 410, 413, 503, 507),
        200: {"model": SourceOut, "description": "已有相同文件 / It was there already"},
    },
    openapi_extra=BYTES,
)
async def add_file(
    case_id: str,
    file: Annotated[str, Path(examples=["补充材料/回执.pdf"])],
    request: Request,
    response: Response,
    who: Writer,
    services: Bound,
    sha256: ContentHash = "",
) -> SourceOut:
    row, added = await with_body(
        request,
        lambda chunks: cases.add_file(services, who, case_id, file, chunks, size=declared_size(request), sha256=sha256),
    )
    response.status_code = 201 if added else 200
    return source_out(SourceSeen(row, row.file, ()))


@router.put(
    "/cases/{case_id}/declared",
    operation_id="declare_facts",
    summary="更改申报信息 / Replace what is declared about a case",
    description="整体替换；案件随后自动重新审核。 / Replaces all of them; the case is judged again.",
    status_code=202,
    responses=problems(404, 409, 410, 412),
)
def declare(
    case_id: str, given: FactsIn, response: Response, who: Writer, services: Bound, if_match: IfMatch = None
) -> dict[str, int]:
    row = cases.declare(services, who, case_id, given.facts, if_match)
    return {"version": row.version}
