"""Requests for papers, and the letter that says what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import Sentence, problems
from api.routes.reviews_models import NO_NUL, CheckId, RequestIn, RequestOut, RequestsPage, request_out
from api.workflow import letters, requests
from api.workflow.letters import Letter
from verifier.model import Text

router = APIRouter(tags=["requests"])
Reader = Annotated[Principal, Depends(Allowed(Permission.CASE_READ))]
Decider = Annotated[Principal, Depends(Allowed(Permission.FINDING_DECIDE))]
FORMS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf", "text": "text/plain; charset=utf-8"}
WRITERS: Mapping[str, Callable[[Letter, str], str | bytes]] = {
    "html": letters.as_html,
    "pdf": letters.as_pdf,
    "text": letters.as_text,
}
AS_FILE = {media.partition(";")[0]: {"schema": {"type": "string"}} for media in FORMS.values()}


class MissingOut(BaseModel):
    code: str = Field(examples=["D-202"])
    paper: Sentence
    why: Sentence
    note: str
    due: date | None


class LetterOut(BaseModel):
    """`also`: papers that the audit asks for and nobody has requested yet."""

    title: Sentence
    to: Sentence
    opening: Sentence
    items: list[MissingOut]
    closing: list[Sentence]
    sender: str
    day: date
    also: list[Sentence]


@router.post(
    "/cases/{case_id}/findings/{check_id}/requests",
    operation_id="request_paper",
    summary="就检查结果要求补件 / Ask for a paper because of a finding",
    status_code=201,
    responses=problems(404, 409),
)
def ask(case_id: str, check_id: CheckId, given: RequestIn, who: Decider, services: Bound) -> RequestOut:
    return request_out(
        requests.ask(services, who, case_id, check_id, given.paper, note=given.note, due_at=given.due_at), who
    )


@router.get(
    "/requests",
    operation_id="list_requests",
    summary="补件要求 / Requests for papers",
    responses=problems(),
)
def listed(
    who: Reader,
    services: Bound,
    case: Annotated[str | None, Query(max_length=36, pattern=NO_NUL)] = None,
    state: Annotated[str | None, Query(pattern="^(open|received|cured|withdrawn)$")] = None,
    overdue: bool = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> RequestsPage:
    found = requests.listed(services, who, case_id=case, state=state, overdue=overdue, limit=limit, cursor=cursor)
    return RequestsPage(items=[request_out(row, who) for row in found.items], next=found.next)


@router.post(
    "/requests/{request_id}/withdraw",
    operation_id="withdraw_request",
    summary="撤销补件要求 / No longer ask for a paper",
    responses=problems(404, 409),
)
def withdraw(request_id: str, who: Decider, services: Bound) -> RequestOut:
    return request_out(requests.withdraw(services, who, request_id), who)


@router.get(
    "/cases/{case_id}/letter",
    operation_id="get_request_letter",
    summary="补件函 / The letter that asks for papers",
    description="列出未了结的补件要求，不含保密事项。json 为中英两种语言的数据。"
    " / Lists what is asked for, nothing confidential. json: the data in both languages.",
    response_model=LetterOut,
    responses={**problems(404, 409, 410), 200: {"content": AS_FILE}},
)
def letter(
    case_id: str,
    who: Decider,
    services: Bound,
    form: Annotated[Literal["json", "html", "pdf", "text"], Query(alias="format")] = "json",
    lang: Literal["zh", "en"] = "zh",
) -> LetterOut | Response:
    made = letters.request_letter(services, who, case_id)
    if form == "json":
        return _out(made)
    told = WRITERS[form](made, lang)
    name = quote(f"{made.title.zh if lang == 'zh' else made.title.en}.{'txt' if form == 'text' else form}")
    return Response(
        told, media_type=FORMS[form], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    )


def _out(made: Letter) -> LetterOut:
    return LetterOut(
        title=_both(made.title),
        to=_both(made.to),
        opening=_both(made.opening),
        items=[
            MissingOut(code=one.code, paper=_both(one.paper), why=_both(one.why), note=one.note, due=one.due)
            for one in made.items
        ],
        closing=[_both(one) for one in made.closing],
        sender=made.sender,
        day=made.day,
        also=[_both(one) for one in made.also],
    )


def _both(text: Text) -> Sentence:
    return Sentence(zh=text.zh, en=text.en)
