"""Drawn cases as they stood when they were drawn, and cases as a re-audit judged them: audit, report, pages."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from api.deps import Bound
from api.principal import Principal
from api.routes.cases import NOT_MODIFIED, IfNoneMatch
from api.routes.documented import problems
from api.routes.pages import (
    PICTURE,
    File,
    Number,
    PagesOut,
    Wanted,
    WordsOut,
    held,
    pages_out,
    pictured,
    words_out,
)
from api.routes.reaudits import Looking
from api.routes.reports import Audience, files, sent
from api.routes.samples import Drawer
from api.services import Services
from api.workflow import judged_then, page_words, pages, reports
from api.workflow.judged_then import Then
from verifier.reports.json import shown_json

router = APIRouter()
SAMPLES: list[str | Enum] = ["samples"]
REAUDITS: list[str | Enum] = ["re-audits"]
Rank = Annotated[int, Path(ge=1, le=2**31 - 1, description="抽出的次序，从 1 起 / Its place in the order drawn")]
DRAWN, JUDGED = "/samples/{sample_id}/items/{rank}", "/reaudits/{reaudit_id}/cases/{case_id}"
THEN, AFTER = "抽样当时的 / As it was when it was drawn: ", "按该次重审 / As the re-audit judged it: "


def drawn(sample_id: str, rank: Rank, who: Drawer, services: Bound) -> Then:
    return judged_then.of_sample(services, who, sample_id, rank)[1]


def reaudited(reaudit_id: str, case_id: str, who: Looking, services: Bound) -> Then:
    return judged_then.of_reaudit(services, who, reaudit_id, case_id)[1]


Drawn = Annotated[Then, Depends(drawn)]
Reaudited = Annotated[Then, Depends(reaudited)]


@router.get(
    f"{DRAWN}/audit",
    operation_id="get_drawn_audit",
    tags=SAMPLES,
    summary=f"{THEN}audit.json",
    response_model=dict[str, Any],
    responses=problems(404, 409, 410),
)
def drawn_audit(then: Drawn, who: Drawer, services: Bound) -> dict[str, Any]:
    return _audit(services, who, then)


@router.get(
    f"{DRAWN}/report",
    operation_id="get_drawn_report",
    tags=SAMPLES,
    summary=f"{THEN}案件报告 / report",
    response_class=StreamingResponse,
    responses={**problems(404, 409, 410), 200: files("json", "html", "pdf", "xlsx")},
)
def drawn_report(
    then: Drawn,
    who: Drawer,
    services: Bound,
    form: Annotated[str, Query(alias="format", pattern="^(json|html|pdf|xlsx)$")] = "pdf",
    lang: Annotated[str, Query(pattern="^(zh|en)$")] = "zh",
    audience: Audience = "",
) -> StreamingResponse:
    return sent(reports.of_then(services, who, then, form, lang, audience))


@router.get(
    f"{DRAWN}/pages",
    operation_id="list_drawn_pages",
    tags=SAMPLES,
    summary=f"{THEN}页面 / pages",
    responses=problems(404, 409, 410),
)
def drawn_pages(then: Drawn, who: Drawer, services: Bound) -> PagesOut:
    return pages_out(pages.listed(services, who, then.row.id, then.case))


@router.get(
    f"{DRAWN}/pages/picture",
    operation_id="get_drawn_page_picture",
    tags=SAMPLES,
    summary=f"{THEN}页面图像 / picture of a page",
    response_class=Response,
    responses={**problems(404, 409, 410), 200: PICTURE, 304: NOT_MODIFIED},
)
def drawn_picture(
    then: Drawn,
    who: Drawer,
    services: Bound,
    file: File,
    page: Number,
    asked: Wanted,
    if_none_match: IfNoneMatch = None,
) -> Response:
    made = pages.picture(services, who, then.row.id, file, page, asked, held(if_none_match), then.case)
    return pictured(made, asked, if_none_match)


@router.get(
    f"{DRAWN}/pages/words",
    operation_id="get_drawn_page_words",
    tags=SAMPLES,
    summary=f"{THEN}页面文字 / words of a page",
    responses=problems(404, 409, 410),
)
def drawn_words(then: Drawn, who: Drawer, services: Bound, file: File, page: Number) -> WordsOut:
    return words_out(page_words.words(services, who, then.row.id, file, page, then.case))


@router.get(
    f"{JUDGED}/audit",
    operation_id="get_reaudit_audit",
    tags=REAUDITS,
    summary=f"{AFTER}audit.json",
    response_model=dict[str, Any],
    responses=problems(404, 410),
)
def reaudit_audit(then: Reaudited, who: Looking, services: Bound) -> dict[str, Any]:
    return _audit(services, who, then)


@router.get(
    f"{JUDGED}/pages/picture",
    operation_id="get_reaudit_page_picture",
    tags=REAUDITS,
    summary=f"{AFTER}页面图像 / picture of a page",
    response_class=Response,
    responses={**problems(404, 409, 410), 200: PICTURE, 304: NOT_MODIFIED},
)
def reaudit_picture(
    then: Reaudited,
    who: Looking,
    services: Bound,
    file: File,
    page: Number,
    asked: Wanted,
    if_none_match: IfNoneMatch = None,
) -> Response:
    made = pages.picture(services, who, then.row.id, file, page, asked, held(if_none_match), then.case)
    return pictured(made, asked, if_none_match)


@router.get(
    f"{JUDGED}/pages/words",
    operation_id="get_reaudit_page_words",
    tags=REAUDITS,
    summary=f"{AFTER}页面文字 / words of a page",
    responses=problems(404, 409, 410),
)
def reaudit_words(then: Reaudited, who: Looking, services: Bound, file: File, page: Number) -> WordsOut:
    return words_out(page_words.words(services, who, then.row.id, file, page, then.case))


def _audit(services: Services, who: Principal, then: Then) -> dict[str, Any]:
    judged_then.viewed(services, who, then)
    return shown_json(then.case.judged())
