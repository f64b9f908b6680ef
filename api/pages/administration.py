"""Administration: the people of the institution, its branches, keys of systems, and how the service is."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.clock import now
from api.deps import services_of
from api.errors import ServiceError, invalid
from api.pages.shell import Sees, render
from api.permissions import PERMISSION_NAMES, Permission
from api.principal import Principal
from api.store import people as names_of
from api.workflow import accounts, api_keys, health, tenants
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Admin = Annotated[Principal, Depends(Sees(Permission.ACCOUNT_MANAGE))]
Name = Annotated[str, Form(max_length=200)]


@router.get("/administration")
def people(request: Request, who: Admin, view: str = "", cursor: str | None = None) -> Response:
    return people_page(request, who, closed=view == "closed", cursor=cursor)


def people_page(
    request: Request,
    who: Principal,
    *,
    closed: bool = False,
    cursor: str | None = None,
    told: tuple[str, str] | None = None,
    problem: ServiceError | None = None,
) -> Response:
    """The list of accounts. `told`: a login and its one-time password."""
    services = services_of(request)
    found = accounts.accounts(services, who, closed=closed, cursor=cursor)
    return render(
        request,
        "administration.html",
        problem.status if problem else 200,
        people=found.items,
        next=found.next,
        closed=closed,
        branches=tenants.branches(services, who),
        told=told,
        problem=problem,
        now=now(),
    )


def named(name: str) -> str:
    """What somebody calls a thing; ServiceError when it is nothing."""
    if not name.strip():
        raise invalid("name_missing", Text("请填写名称", "It needs a name"), Text("不能为空白", "Spaces are none"))
    return name.strip()


# --- branches ------------------------------------------------------------------------------------------


@router.post("/administration/branches")
def create_branch(request: Request, who: Admin, name: Name = "") -> Response:
    try:
        tenants.create_branch(services_of(request), who, named(name))
    except ServiceError as refused:
        return people_page(request, who, problem=refused)
    return RedirectResponse("/administration#branches", status_code=303)


@router.post("/administration/branches/{branch_id}")
def rename_branch(request: Request, branch_id: str, who: Admin, name: Name = "") -> Response:
    try:
        tenants.rename_branch(services_of(request), who, branch_id, named(name))
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return people_page(request, who, problem=refused)
    return RedirectResponse("/administration#branches", status_code=303)


@router.post("/administration/branches/{branch_id}/close")
def close_branch(request: Request, branch_id: str, who: Admin) -> Response:
    try:
        tenants.close_branch(services_of(request), who, branch_id)
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return people_page(request, who, problem=refused)
    return RedirectResponse("/administration#branches", status_code=303)


# --- keys ----------------------------------------------------------------------------------------------


class Key(BaseModel):
    """A key as the form has it."""

    name: str = Field("", max_length=200)
    scopes: list[str] = []
    branch: str = Field("", max_length=36)
    days: int = Field(365, ge=1, le=3650)


@router.get("/administration/keys")
def keys(request: Request, who: Admin, cursor: str | None = None) -> Response:
    return _keys(request, who, cursor=cursor)


def _keys(request: Request, who: Principal, *, cursor: str | None = None, token: str = "") -> Response:
    services = services_of(request)
    found = api_keys.keys(services, who, 50, cursor)
    with services.reading() as session:
        names = names_of.names(session, who, [one.created_by for one in found.items])
    return render(
        request,
        "keys.html",
        keys=found.items,
        next=found.next,
        branches={one.id: one.name for one in tenants.branches(services, who)},
        permissions={one.value: name for one, name in PERMISSION_NAMES.items()},
        names=names,
        token=token,
        now=now(),
    )


@router.get("/administration/keys/new")
def begin_key(request: Request, who: Admin) -> Response:
    return _asked_key(request, who, Key(branch=who.branch_id or ""))


def _asked_key(request: Request, who: Principal, given: Key, problem: ServiceError | None = None) -> Response:
    return render(
        request,
        "key_new.html",
        problem.status if problem else 200,
        given=given,
        scopes=sorted(api_keys.grantable_by(who), key=list(Permission).index),
        permissions=PERMISSION_NAMES,
        branches=[one for one in tenants.branches(services_of(request), who) if one.closed_at is None],
        problem=problem,
    )


@router.post("/administration/keys")
def create_key(request: Request, who: Admin, given: Annotated[Key, Form()]) -> Response:
    """A new key; it is on the page that answers, once."""
    chosen = frozenset(Permission(scope) for scope in given.scopes if scope in set(Permission))
    try:
        _, token = api_keys.create_key(
            services_of(request),
            who,
            named(given.name),
            chosen,
            branch_id=given.branch or who.branch_id,
            expires_at=now() + timedelta(days=given.days),
        )
    except ServiceError as refused:
        return _asked_key(request, who, given, refused)
    return _keys(request, who, token=token)


@router.post("/administration/keys/{key_id}/revoke")
def revoke(request: Request, key_id: str, who: Admin) -> Response:
    api_keys.revoke_key(services_of(request), who, key_id)
    return RedirectResponse("/administration/keys", status_code=303)


# --- health --------------------------------------------------------------------------------------------


@router.get("/administration/health")
def state(request: Request, who: Admin) -> Response:
    return render(request, "health.html", parts=health.look(services_of(request)), names=health.NAMES, at=now())
