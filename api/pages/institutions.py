"""The institutions on this service, and how one's own reviews."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.choices import ReviewChoices
from api.deps import services_of
from api.errors import ServiceError, invalid
from api.pages.accounts import LOGIN_SHAPE
from api.pages.administration import named
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.routes.accounts import LOGIN
from api.tables import TenantKind
from api.workflow import tenants
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Operator = Annotated[Principal, Depends(Sees(Permission.TENANT_MANAGE))]
Admin = Annotated[Principal, Depends(Sees(Permission.ACCOUNT_MANAGE))]
Name = Annotated[str, Form(max_length=200)]
Told = tuple[str, str, str]  # institution, login, one-time password


@router.get("/institutions")
def listed(request: Request, who: Operator, cursor: str | None = None) -> Response:
    return _listed(request, who, cursor=cursor)


def _listed(
    request: Request,
    who: Principal,
    *,
    cursor: str | None = None,
    told: Told | None = None,
    problem: ServiceError | None = None,
    given: tuple[str, str] = ("", ""),
) -> Response:
    found = tenants.institutions(services_of(request), who, 50, cursor)
    return render(
        request,
        "institutions.html",
        problem.status if problem else 200,
        institutions=found.items,
        next=found.next,
        operator=TenantKind.OPERATOR,
        told=told,
        problem=problem,
        given=given,
        login=LOGIN_SHAPE,
    )


@router.post("/institutions")
def create(
    request: Request,
    who: Operator,
    login: Annotated[str, Form(max_length=200, pattern=LOGIN)],
    name: Name = "",
) -> Response:
    """A new institution; its first administrator's one-time password is on the page that answers, once."""
    try:
        made, user, password = tenants.create_institution(services_of(request), who, named(name), login)
    except ServiceError as refused:
        return _listed(request, who, problem=refused, given=(name, login))
    return _listed(request, who, told=(made.name, user.login, password))


@router.post("/institutions/{institution_id}")
def rename(request: Request, institution_id: str, who: Operator, name: Name = "") -> Response:
    try:
        tenants.rename_institution(services_of(request), who, institution_id, named(name))
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return _listed(request, who, problem=refused)
    return RedirectResponse("/institutions", status_code=303)


@router.post("/institutions/{institution_id}/close")
def close(request: Request, institution_id: str, who: Operator) -> Response:
    try:
        tenants.close_institution(services_of(request), who, institution_id)
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return _listed(request, who, problem=refused)
    return RedirectResponse("/institutions", status_code=303)


# --- one's own -----------------------------------------------------------------------------------------


@router.get("/institution")
def own(request: Request, who: Admin, done: bool = False) -> Response:
    return _own(request, who, done=done)


def _own(
    request: Request,
    who: Principal,
    *,
    given: tuple[str, str] | None = None,
    done: bool = False,
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    chosen = tenants.review_choices_of(services, who)
    return render(
        request,
        "institution.html",
        problem.status if problem else 200,
        institution=tenants.own_institution(services, who),
        branches=[one for one in tenants.branches(services, who) if one.closed_at is None],
        percent=given[0] if given else f"{100 * chosen.blind_share:g}",
        days=given[1] if given else str(chosen.waiver_max_days),
        default=ReviewChoices(),
        done=done,
        problem=problem,
    )


@router.post("/institution/review-choices")
def choose(
    request: Request,
    who: Admin,
    percent: Annotated[str, Form(max_length=10)] = "",
    days: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    try:
        tenants.set_review_choices(services_of(request), who, _choices(percent, days))
    except ServiceError as refused:
        return _own(request, who, given=(percent, days), problem=refused)
    return RedirectResponse("/institution?done=true", status_code=303)


def _choices(percent: str, days: str) -> ReviewChoices:
    try:
        return ReviewChoices(blind_share=round(float(percent) / 100, 6), waiver_max_days=int(days))
    except (ValueError, ValidationError):
        raise invalid(
            "bad_choices",
            Text("比例或天数不可用", "The share or the days cannot be used"),
            Text("比例 0–100（%），天数 1–3650", "A share from 0 to 100 %, days from 1 to 3650"),
        ) from None
