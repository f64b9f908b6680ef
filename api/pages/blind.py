"""Passes judged a second time by somebody who has not seen the verdict: one is taken, the question stands beside the
paper, it is answered, and heads see what came of those that are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import services_of
from api.errors import ServiceError
from api.pages.cases import leaves
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.routes.reviews_models import NO_NUL
from api.services import Services
from api.store import cases as stored
from api.store import people
from api.tables import BlindLook, CaseRow, Judgement
from api.workflow import blind
from verifier.model import Outcome, Text
from verifier.packs.load import Requirement
from verifier.reports.plain import logic
from verifier.reports.wording import article

router = APIRouter(include_in_schema=False)
Looker = Annotated[Principal, Depends(Sees(Permission.BLIND_REVIEW))]
Head = Annotated[Principal, Depends(Sees(Permission.DASHBOARD))]
Answer = Literal["pass", "fail", "not_applicable", "review"]


# --- what waits, and what is done ---------------------------------------------------------------------


@router.get("/blind")
def waiting(request: Request, who: Looker, missed: bool = False, said: str = "", cursor: str | None = None) -> Response:
    return _overview(request, who, missed, cursor, said, blind.waiting(services_of(request), who))


@router.get("/blind/done")
def done(request: Request, who: Head, missed: bool = False, cursor: str | None = None) -> Response:
    """The looks that are done, for heads who do not look themselves."""
    return _overview(request, who, missed, cursor)


def _overview(
    request: Request,
    who: Principal,
    missed: bool,
    cursor: str | None,
    said: str = "",
    waits: blind.Waiting | None = None,
) -> Response:
    services = services_of(request)
    found = None
    if who.may(Permission.DASHBOARD):
        found = blind.listed(services, who, missed=missed, limit=50, cursor=cursor)
    told = _told(services, who, found.items if found else ())
    return render(request, "blind.html", waits=waits, found=found, missed=missed, told=told, said_now=said)


@dataclass(frozen=True, slots=True)
class Told:
    """What stands beside looks in a list: their cases (for whoever may read cases), what was asked, who looked."""

    cases: Mapping[str, CaseRow] = field(default_factory=dict)
    titles: Mapping[str, Text] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def _told(services: Services, who: Principal, looks: Sequence[BlindLook]) -> Told:
    titles = {look.id: asked[0] for look in looks if (asked := blind.requirement_of(services, look))}
    with services.reading() as session:
        ids = [look.case_id for look in looks] if who.may(Permission.CASE_READ) else []
        cases = stored.by_ids(session, who, ids)
        return Told(cases, titles, people.names(session, who, (look.by for look in looks)))


@router.post("/blind/next")
def take(request: Request, who: Looker) -> Response:
    """The next look for this person; back to the list, which says so, when there is none."""
    look = blind.take(services_of(request), who)
    return RedirectResponse(f"/blind/{look.id}" if look else "/blind?said=none", status_code=303)


# --- one look -----------------------------------------------------------------------------------------


@router.get("/blind/{look_id}")
def one(request: Request, look_id: str, who: Looker) -> Response:
    services = services_of(request)
    look = blind.seen(services, who, look_id)
    return _done(request, who, look) if look.at else _asked(request, who, look)


def _done(request: Request, who: Principal, look: BlindLook) -> Response:
    services = services_of(request)
    told = _told(services, who, [look])
    return render(request, "blind_done.html", look=look, told=told, waits=blind.waiting(services, who))


def _asked(
    request: Request,
    who: Principal,
    look: BlindLook,
    problem: ServiceError | None = None,
    outcome: str = "",
    reason: str = "",
) -> Response:
    """The question beside the pages of the case. Nothing that the machine made of them is on this page."""
    services = services_of(request)
    with services.reading() as session:
        case = stored.case(session, who, look.case_id)
    asked = _requirement(services, look)
    return render(
        request,
        "blind_look.html",
        problem.status if problem else 200,
        look=look,
        case=case,
        asked=asked,
        logic=logic(asked.spec.check) if asked else None,
        article=article,
        pages=leaves(services, who, case),
        problem=problem,
        outcome=outcome,
        reason=reason,
    )


def _requirement(services: Services, look: BlindLook) -> Requirement | None:
    """What is asked, as the edition said by which the case was judged."""
    with services.reading() as session:
        judged = session.get_one(Judgement, look.judgement_id)
    return services.editions.pack(judged.pack, look.tenant_id, judged.edition).requirement(look.check_id)


@router.post("/blind/{look_id}/outcome")
def judge(
    request: Request,
    look_id: str,
    who: Looker,
    outcome: Annotated[Answer, Form()],
    reason: Annotated[str, Form(max_length=2000, pattern=NO_NUL)] = "",
) -> Response:
    services = services_of(request)
    try:
        blind.judge(services, who, look_id, Outcome(outcome), reason)
    except ServiceError as refused:
        look = blind.seen(services, who, look_id)
        if look.at is not None:
            raise
        return _asked(request, who, look, refused, outcome, reason)
    return RedirectResponse(f"/blind/{look_id}", status_code=303)


@router.post("/blind/{look_id}/hand-back")
def hand_back(request: Request, look_id: str, who: Looker) -> Response:
    blind.hand_back(services_of(request), who, look_id)
    return RedirectResponse("/blind?said=handed-back", status_code=303)
