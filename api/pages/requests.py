"""Papers that people were asked for again, over all cases, and the letter of one case that asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.clock import now
from api.deps import services_of
from api.errors import ServiceError
from api.pages.shell import Sees, language_of, render
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import cases as stored
from api.store import people
from api.tables import CaseRow, PaperRequest, RequestState
from api.workflow import letters, requests
from verifier.model import Text
from verifier.packs.load import Pack
from verifier.reports.wording import Names

router = APIRouter(include_in_schema=False)
Decider = Annotated[Principal, Depends(Sees(Permission.FINDING_DECIDE))]
VIEWS = (RequestState.OPEN, requests.OVERDUE, RequestState.RECEIVED, RequestState.CURED, RequestState.WITHDRAWN)
NO_LETTER = frozenset({"nothing_asked", "not_judged"})  # why there is none yet; the page says what to do


@router.get("/requests")
def listed(request: Request, who: Decider, view: str = RequestState.OPEN, cursor: str | None = None) -> Response:
    return _listed(request, who, view, cursor)


def _listed(
    request: Request, who: Principal, view: str, cursor: str | None = None, problem: ServiceError | None = None
) -> Response:
    services = services_of(request)
    view = view if view in (*VIEWS, "all") else RequestState.OPEN
    found = requests.listed(
        services,
        who,
        state=None if view in ("all", requests.OVERDUE) else view,
        overdue=view == requests.OVERDUE,
        cursor=cursor,
    )
    return render(
        request,
        "requests.html",
        problem.status if problem else 200,
        rows=_lines(services, who, found.items),
        next=found.next,
        view=view,
        views=(*VIEWS, "all"),
        numbers=requests.numbers(services, who),
        at=now(),
        problem=problem,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A request as it is listed: with its case, and in words what is asked for and because of what."""

    request: PaperRequest
    case: CaseRow
    paper: Text
    because: Text
    by: str


def _lines(services: Services, who: Principal, rows: Sequence[PaperRequest]) -> list[Line]:
    with services.reading() as session:
        cases = stored.by_ids(session, who, (row.case_id for row in rows))
        names = people.names(session, who, (row.by for row in rows))
    return [_line(row, cases[row.case_id], _pack(services, cases[row.case_id]), names) for row in rows]


def _line(row: PaperRequest, case: CaseRow, pack: Pack, names: Mapping[str, str]) -> Line:
    asked = pack.requirement(row.check_id)
    because = asked.spec.title.text() if asked else Text(row.check_id, row.check_id)
    return Line(row, case, Names.of(pack).document(row.paper), because, names.get(row.by, ""))


def _pack(services: Services, case: CaseRow) -> Pack:
    return services.editions.pack(case.pack, case.tenant_id, case.edition)


@router.post("/requests/{request_id}/withdraw")
def withdraw(
    request: Request, request_id: str, who: Decider, view: Annotated[str, Form(max_length=20)] = RequestState.OPEN
) -> Response:
    """The paper is no longer asked for; back to the list as it was looked at."""
    try:
        requests.withdraw(services_of(request), who, request_id)
    except ServiceError as refused:
        return _listed(request, who, view, problem=refused)
    return RedirectResponse(f"/requests?view={view if view in VIEWS else 'all'}", status_code=303)


# --- the letter ---------------------------------------------------------------------------------------


@router.get("/cases/{case_id}/letter")
def letter(request: Request, case_id: str, who: Decider, lang: Literal["zh", "en"] | None = None) -> Response:
    """As a page that is a sheet of paper when it is printed. Making it is on record."""
    services = services_of(request)
    with services.reading() as session:
        case = stored.case(session, who, case_id)
    chosen = lang or language_of(request)
    try:
        made = letters.request_letter(services, who, case_id)
    except ServiceError as refused:
        if refused.code not in NO_LETTER:
            raise
        return render(request, "letter.html", case=case, made=None, chosen=chosen, problem=refused)
    return render(
        request,
        "letter.html",
        case=case,
        made=made,
        letter={**letters.in_one(made, chosen), "lang": chosen},
        text=letters.as_text(made, chosen),
        chosen=chosen,
        problem=None,
    )
