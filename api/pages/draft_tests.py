"""What would a draft change? Its scenarios, and past cases judged by it without any of it counting."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import services_of
from api.errors import ServiceError
from api.pages.draft_contents import framed, retold
from api.pages.drafts import Editor, Reader, status_of
from api.pages.shell import day_in, render
from api.permissions import Permission
from api.principal import Principal
from api.store import batches as stored_batches
from api.store.reaudits import Scope
from api.store.samples import CaseFilters
from api.workflow import draft_trials
from api.workflow.drafts import base_of

router = APIRouter(include_in_schema=False)
MOST = 60  # failing scenarios that are told whole
BATCHES = 50
VERDICTS = ("", "compliant", "incomplete", "non_compliant")


@router.get("/drafts/{draft_id}/tests")
def tests(request: Request, draft_id: str, who: Reader, check: str = "") -> Response:
    """The scenarios, those that fail first; with `check` all of one requirement."""
    return _tests(request, who, draft_id, check=check)


def _tests(
    request: Request, who: Principal, draft_id: str, *, check: str = "", problem: ServiceError | None = None
) -> Response:
    services = services_of(request)
    frame = framed(services, who, draft_id)
    test = draft_trials.test_of(services, who, draft_id)
    shown = [one for one in test.played if one.check == check] if check else list(test.failing)
    shown = sorted(shown, key=lambda one: not one.problem)[:MOST]
    base = base_of(services, frame["row"])
    return render(
        request,
        "draft_tests.html",
        status_of(problem),
        **frame,
        test=test,
        shown=shown,
        check=check,
        words=draft_trials.scenarios_told(services, who, draft_id, [one.scenario for one in shown]),
        titles={one.id: one.spec.title.text() for one in base.requirements},
        by_check=Counter(one.check for one in test.played),
        failing=Counter(one.check for one in test.failing),
        problem=problem,
    )


@router.post("/drafts/{draft_id}/tests")
def begin_test(request: Request, draft_id: str, who: Reader) -> Response:
    draft_trials.begin_test(services_of(request), who, draft_id)
    return RedirectResponse(f"/drafts/{draft_id}/tests", status_code=303)


# --- past cases -------------------------------------------------------------------------------------


@router.get("/drafts/{draft_id}/trials")
def trials(request: Request, draft_id: str, who: Editor) -> Response:
    return _trials(request, who, draft_id)


def _trials(
    request: Request,
    who: Principal,
    draft_id: str,
    *,
    given: dict[str, str] | None = None,
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    frame = framed(services, who, draft_id)
    with services.reading() as session:
        batches = (
            stored_batches.listed(session, who, state=None, origin=None, limit=BATCHES, cursor=None).items
            if who.may(Permission.BATCH_READ)
            else []
        )
    base = base_of(services, frame["row"])
    return render(
        request,
        "draft_trials.html",
        status_of(problem),
        **frame,
        trials=draft_trials.trials(services, who, draft_id),
        titles={one.id: one.spec.title.text() for one in base.requirements},
        stages={code: title.text() for code, title in base.info.stages.items()},
        requirements=base.requirements,
        batches=batches,
        verdicts=VERDICTS,
        given=given or {},
        problem=problem,
    )


@router.post("/drafts/{draft_id}/trials")
def begin_trial(
    request: Request,
    draft_id: str,
    who: Editor,
    batch_id: Annotated[str, Form(max_length=36)] = "",
    sold_from: Annotated[str, Form(max_length=10)] = "",
    sold_to: Annotated[str, Form(max_length=10)] = "",
    verdict: Annotated[str, Form(max_length=16)] = "",
    check_id: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Judge past cases by the draft; nothing of it counts."""
    given = {
        "batch_id": batch_id, "sold_from": sold_from, "sold_to": sold_to,
        "verdict": verdict if verdict in VERDICTS else "", "check_id": check_id,
    }  # fmt: skip
    filters = CaseFilters(batch_id, day_in(sold_from), day_in(sold_to), verdict=given["verdict"])
    told = {key: value for key, value in given.items() if value}
    try:
        draft_trials.try_on(services_of(request), who, draft_id, Scope(filters, check_id=check_id), told)
    except ServiceError as refused:
        if not retold(refused):
            raise
        return _trials(request, who, draft_id, given=given, problem=refused)
    return RedirectResponse(f"/drafts/{draft_id}/trials", status_code=303)
