"""Until when cases must be kept, what holds them longer, and the purge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.clock import today
from api.deps import services_of
from api.errors import ServiceError
from api.keeping import NAMES
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.store import people, scope
from api.store.events import Wanted
from api.tables import CaseRow, CaseState
from api.workflow import purging, retention, trail_reading
from api.workflow.opened import mask

router = APIRouter(include_in_schema=False)
Keeper = Annotated[Principal, Depends(Sees(Permission.RETENTION))]
VIEWS = ("due", "holds", "given-up")
SHOWN_STAYING = 50
ACTS = ("retention.held", "retention.released", "case.purging", "case.purged")


@router.get("/retention")
def listed(request: Request, who: Keeper, view: str = "due", text: str = "", cursor: str | None = None) -> Response:
    services = services_of(request)
    view = "found" if text.strip() else view if view in VIEWS else "due"
    due = retention.due(services, who, cursor=cursor) if view == "due" else None
    held = retention.holds(services, who, cursor=cursor) if view == "holds" else None
    given_up = purging.given_up(services, who, cursor=cursor) if view == "given-up" else None
    holds = held.items if held else ()
    with services.reading() as session:
        about = {one.case_id: scope.case(session, who, one.case_id) for one in holds}
        names = people.names(session, who, [one.by for one in holds])
    page = due or held or given_up
    return render(
        request,
        "retention.html",
        view=view,
        cases=due.items if due else retention.found(services, who, text[:200]),
        holds=holds,
        about=about,
        names=names,
        batches=given_up.items if given_up else (),
        next=page.next if page else None,
        text=text,
        called=_caller(who),
        broken_off=_broken_off,
        today=today(),
    )


def _caller(who: Principal) -> Callable[[str], str]:
    """How a case or a batch is called before this person."""
    return lambda name: name if who.sees_full_values else mask(name)


def _broken_off(row: CaseRow) -> bool:
    return row.state == CaseState.PURGED and row.purged_at is None


# --- one case ------------------------------------------------------------------------------------------


@router.get("/retention/cases/{case_id}")
def one(request: Request, case_id: str, who: Keeper) -> Response:
    return _one(request, who, case_id)


def _one(
    request: Request, who: Principal, case_id: str, *, reason: str = "", problem: ServiceError | None = None
) -> Response:
    services = services_of(request)
    found = retention.view(services, who, case_id)
    events = []
    if who.may(Permission.TRAIL_READ):
        page = trail_reading.listed(services, who, Wanted(subject_kind="case", subject_id=case_id), 200, None)
        events = [one for one in page.items if one.action in ACTS]
    with services.reading() as session:
        batch = scope.batch(session, who, found.case.batch_id)
        acted = [*(one.by for one in found.holds), *(one.released_by for one in found.holds)]
        names = people.names(session, who, [*acted, *(one.actor_id for one in events)])
    return render(
        request,
        "retention_case.html",
        problem.status if problem else 200,
        found=found,
        case=found.case,
        batch=batch,
        materials=NAMES,
        names=names,
        events=events,
        called=_caller(who),
        broken_off=_broken_off(found.case),
        reason=reason,
        problem=problem,
    )


@router.post("/retention/cases/{case_id}/holds")
def hold(request: Request, case_id: str, who: Keeper, reason: Annotated[str, Form(max_length=1000)] = "") -> Response:
    try:
        retention.hold(services_of(request), who, case_id, reason)
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return _one(request, who, case_id, reason=reason, problem=refused)
    return RedirectResponse(f"/retention/cases/{case_id}", status_code=303)


@router.post("/retention/holds/{hold_id}/release")
def release(request: Request, hold_id: str, who: Keeper) -> Response:
    found = retention.release(services_of(request), who, hold_id)
    return RedirectResponse(f"/retention/cases/{found.case_id}", status_code=303)


@router.post("/retention/cases/{case_id}/purge")
def purge(request: Request, case_id: str, who: Keeper) -> Response:
    """For good. The page that follows says what went, from the trail."""
    try:
        purging.purge(services_of(request), who, case_id)
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return _one(request, who, case_id, problem=refused)
    return RedirectResponse(f"/retention/cases/{case_id}", status_code=303)


# --- a whole batch -------------------------------------------------------------------------------------


@router.get("/retention/batches/{batch_id}")
def batch(request: Request, batch_id: str, who: Keeper) -> Response:
    return _batch(request, who, batch_id)


def _batch(request: Request, who: Principal, batch_id: str, problem: ServiceError | None = None) -> Response:
    asked = purging.prospect(services_of(request), who, batch_id)
    return render(
        request,
        "retention_batch.html",
        problem.status if problem else 200,
        asked=asked,
        batch=asked.batch,
        staying=asked.staying[:SHOWN_STAYING],
        called=_caller(who),
        problem=problem,
    )


@router.post("/retention/batches/{batch_id}/purge")
def purge_batch(request: Request, batch_id: str, who: Keeper) -> Response:
    try:
        purging.purge_batch(services_of(request), who, batch_id)
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return _batch(request, who, batch_id, refused)
    return RedirectResponse(f"/retention/batches/{batch_id}", status_code=303)
