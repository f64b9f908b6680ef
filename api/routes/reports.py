"""Reports on demand: one case as JSON, HTML, PDF or a workbook; a batch as its summary."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api.deps import Allowed, Bound
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.routes.pages import attachment
from api.workflow import reports
from api.workflow.reports import MEDIA, Made

router = APIRouter(tags=["reports"])
Exporter = Annotated[Principal, Depends(Allowed(Permission.REPORT_EXPORT))]
Audience = Annotated[
    str,
    Query(
        pattern="^(case|compliance|aml|regulator)?$",
        description="受众，不得宽于本人；空：本人 / Audience, no wider than one's own; empty: one's own",
    ),
]


def files(*forms: str) -> dict[str, Any]:
    return {"content": {MEDIA[form].partition(";")[0]: {} for form in forms}, "description": "文件 / The file"}


@router.get(
    "/cases/{case_id}/report",
    operation_id="get_case_report",
    summary="案件报告 / Report of a case",
    response_class=StreamingResponse,
    responses={**problems(404, 409, 410), 200: files("json", "html", "pdf", "xlsx")},
)
def of_case(
    case_id: str,
    who: Exporter,
    services: Bound,
    form: Annotated[str, Query(alias="format", pattern="^(json|html|pdf|xlsx)$")] = "pdf",
    lang: Annotated[str, Query(pattern="^(zh|en)$")] = "zh",
    audience: Audience = "",
) -> StreamingResponse:
    return sent(reports.of_case(services, who, case_id, form, lang, audience))


@router.get(
    "/batches/{batch_id}/summary",
    operation_id="get_batch_summary",
    summary="批次汇总 / Summary of a batch",
    description="覆盖已得出结果的案件。 / Over the cases that were judged.",
    response_class=StreamingResponse,
    responses={**problems(404, 409, 410), 200: files("json", "xlsx")},
)
def of_batch(
    batch_id: str,
    who: Exporter,
    services: Bound,
    form: Annotated[str, Query(alias="format", pattern="^(json|xlsx)$")] = "json",
    audience: Audience = "",
) -> StreamingResponse:
    return sent(reports.of_batch(services, who, batch_id, form, audience))


def sent(made: Made) -> StreamingResponse:
    return attachment(
        made.chunks, made.name, made.media_type, {"Content-Length": str(made.size), "X-Content-SHA256": made.sha256}
    )
