"""Folders and buckets that are read as files arrive, and what else may hand over sales by itself."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.deps import services_of
from api.errors import ServiceError
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.store import people
from api.store import watches as stored
from api.workflow import hooks_in, tenants, watch_places, watches
from verifier.errors import VerifierError

router = APIRouter(include_in_schema=False)
Manager = Annotated[Principal, Depends(Sees(Permission.AUTOMATION))]
STATES = ("settling", "taking", "taken", "refused")


class Place(BaseModel):
    """What is to be watched, as the form has it."""

    kind: Literal["folder", "s3"] = "folder"
    location: str = Field("", max_length=1000, pattern=r"^[^\x00-\x1f]*$")
    pack: str = Field("", max_length=100)
    branch_id: str = Field("", max_length=36)
    after: Literal["keep", "move"] = "keep"
    access_key: str = Field("", max_length=200)
    secret_key: str = Field("", max_length=200)
    region: str = Field("", max_length=60)
    endpoint: str = Field("", max_length=300)

    @property
    def access(self) -> dict[str, str] | None:
        if self.kind != "s3":
            return None
        return {
            "access_key": self.access_key.strip(),
            "secret_key": self.secret_key.strip(),
            "region": self.region.strip() or "us-east-1",
            "endpoint": self.endpoint.strip(),
        }


@router.get("/watches")
def listed(request: Request, who: Manager, cursor: str | None = None) -> Response:
    return _listed(request, who, cursor=cursor)


def _listed(
    request: Request,
    who: Principal,
    *,
    cursor: str | None = None,
    hosts: str | None = None,
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    with services.reading() as session:
        found = stored.listed(session, who, 50, cursor)
    allowed = "\n".join(sorted(hooks_in.allowed_hosts(services, who.tenant_id)))
    return render(
        request,
        "watches.html",
        problem.status if problem else 200,
        watches=found.items,
        next=found.next,
        branches={one.id: one.name for one in tenants.branches(services, who)},
        hosts=allowed if hosts is None else hosts,
        address=f"{services.settings.base_url}/api/v1/hooks/sales",
        problem=problem,
    )


@router.get("/watches/new")
def begin(request: Request, who: Manager) -> Response:
    return _asked(request, who, Place())


def _asked(request: Request, who: Principal, given: Place, problem: VerifierError | None = None) -> Response:
    services = services_of(request)
    homes = watch_places.homes(services.settings, tenants.own_institution(services, who))
    return render(
        request,
        "watch_new.html",
        (problem.status if isinstance(problem, ServiceError) else 422) if problem else 200,
        given=given,
        homes=homes,
        packs=services.editions.names(who.tenant_id),
        default_pack=services.settings.default_pack,
        branches=[one for one in tenants.branches(services, who) if one.closed_at is None],
        problem=problem,
    )


@router.post("/watches")
def create(request: Request, who: Manager, given: Annotated[Place, Form()]) -> Response:
    try:
        row = watches.create(
            services_of(request),
            who,
            kind=given.kind,
            location=given.location.strip(),
            pack=given.pack,
            branch_id=given.branch_id or None,
            after=given.after,
            access=given.access,
        )
    except VerifierError as refused:  # also a checklist that is not there
        return _asked(request, who, given, refused)
    return RedirectResponse(f"/watches/{row.id}", status_code=303)


@router.post("/watches/hosts")
def set_hosts(request: Request, who: Manager, hosts: Annotated[str, Form(max_length=30_000)] = "") -> Response:
    """From which hosts papers are fetched that a sales system names: one a line."""
    try:
        hooks_in.allow_hosts(services_of(request), who, hosts.split())
    except ServiceError as refused:
        return _listed(request, who, hosts=hosts, problem=refused)
    return RedirectResponse("/watches#hosts", status_code=303)


@router.get("/watches/{watch_id}")
def one(request: Request, watch_id: str, who: Manager, state: str = "", cursor: str | None = None) -> Response:
    state = state if state in STATES else ""
    services = services_of(request)
    with services.reading() as session:
        row = stored.watch(session, who, watch_id)
        found = stored.found(session, row.id, state=state or None, limit=50, cursor=cursor)
        names = people.names(session, who, [row.created_by])
    return render(
        request,
        "watch.html",
        watch=row,
        names=names,
        branches={one.id: one.name for one in tenants.branches(services, who)},
        found=found.items,
        next=found.next,
        state=state,
    )


@router.post("/watches/{watch_id}/{act}")
def pause(request: Request, watch_id: str, act: Literal["pause", "resume"], who: Manager) -> Response:
    watches.pause(services_of(request), who, watch_id, paused=act == "pause")
    return RedirectResponse(f"/watches/{watch_id}", status_code=303)
