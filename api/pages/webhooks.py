"""Where results are sent to, and how each delivery went."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.clock import now
from api.deps import services_of
from api.errors import ServiceError
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.store import people
from api.store import webhooks as stored
from api.tables import Delivery
from api.workflow import webhooks

router = APIRouter(include_in_schema=False)
Manager = Annotated[Principal, Depends(Sees(Permission.AUTOMATION))]
Address = Annotated[str, Form(max_length=1000)]
Chosen = Annotated[list[str] | None, Form()]
STATES = ("waiting", "delivered", "failed")
SOON = timedelta(minutes=1)  # a message that is due by then is worth waiting for on the page


@router.get("/webhooks")
def listed(request: Request, who: Manager, cursor: str | None = None) -> Response:
    with services_of(request).reading() as session:
        found = stored.listed(session, who, 50, cursor)
    return render(request, "webhooks.html", hooks=found.items, next=found.next, events=webhooks.EVENTS)


@router.get("/webhooks/new")
def begin(request: Request, who: Manager) -> Response:
    return _asked(request, "", list(webhooks.EVENTS))


def _asked(request: Request, url: str, wanted: Sequence[str], problem: ServiceError | None = None) -> Response:
    return render(
        request,
        "webhook_new.html",
        problem.status if problem else 200,
        url=url,
        wanted=wanted,
        events=webhooks.EVENTS,
        problem=problem,
    )


@router.post("/webhooks")
def create(request: Request, who: Manager, url: Address = "", events: Chosen = None) -> Response:
    """A new webhook; its secret is on the page that answers, once."""
    try:
        row, secret = webhooks.create(services_of(request), who, url.strip(), events or [])
    except ServiceError as refused:
        return _asked(request, url, events or [], refused)
    return _one(request, who, row.id, secret=secret)


@router.get("/webhooks/{webhook_id}")
def one(request: Request, webhook_id: str, who: Manager, state: str = "", cursor: str | None = None) -> Response:
    return _one(request, who, webhook_id, state=state, cursor=cursor)


def _one(
    request: Request,
    who: Principal,
    webhook_id: str,
    *,
    state: str = "",
    cursor: str | None = None,
    secret: str = "",
    problem: ServiceError | None = None,
    template: str = "webhook.html",
) -> Response:
    state = state if state in STATES else ""
    with services_of(request).reading() as session:
        row = stored.webhook(session, who, webhook_id)
        found = stored.deliveries(session, who, row.id, state=state or None, limit=30, cursor=cursor)
        names = people.names(session, who, [row.created_by])
    return render(
        request,
        template,
        problem.status if problem else 200,
        hook=row,
        names=names,
        deliveries=found.items,
        next=found.next,
        state=state,
        events=webhooks.EVENTS,
        secret=secret,
        problem=problem,
        told=told,
        live=not cursor and any(_is_soon(one) for one in found.items),
        at=now(),
    )


def told(row: Delivery) -> str:
    """The message as it is sent, for people to read."""
    return json.dumps(row.payload, ensure_ascii=False, indent=1)


def _is_soon(row: Delivery) -> bool:
    return row.state == "waiting" and row.next_at is not None and row.next_at <= now() + SOON


@router.get("/webhooks/{webhook_id}/deliveries")
def deliveries(request: Request, webhook_id: str, who: Manager, state: str = "") -> Response:
    """How the messages stand, for the page that waits for one."""
    if not request.headers.get("hx-request"):
        return RedirectResponse(f"/webhooks/{webhook_id}#deliveries", status_code=303)
    return _one(request, who, webhook_id, state=state, template="parts/deliveries.html")


@router.post("/webhooks/{webhook_id}")
def change(request: Request, webhook_id: str, who: Manager, url: Address = "", events: Chosen = None) -> Response:
    try:
        webhooks.change(services_of(request), who, webhook_id, url=url.strip(), wanted=events or [], on=None)
    except ServiceError as refused:
        if refused.status == 404:
            raise
        return _one(request, who, webhook_id, problem=refused)
    return RedirectResponse(f"/webhooks/{webhook_id}", status_code=303)


@router.post("/webhooks/{webhook_id}/{act}")
def act(
    request: Request, webhook_id: str, act: Literal["ping", "pause", "resume", "rotate", "remove"], who: Manager
) -> Response:
    services = services_of(request)
    if act == "rotate":
        _, secret = webhooks.rotate(services, who, webhook_id)
        return _one(request, who, webhook_id, secret=secret)
    if act == "remove":
        webhooks.remove(services, who, webhook_id)
        return RedirectResponse("/webhooks", status_code=303)
    if act == "ping":
        webhooks.ping(services, who, webhook_id)
        return RedirectResponse(f"/webhooks/{webhook_id}#deliveries", status_code=303)
    try:
        webhooks.change(services, who, webhook_id, url=None, wanted=None, on=act == "resume")
    except ServiceError as refused:  # an address that may not be used any more cannot be switched on
        if refused.status == 404:
            raise
        return _one(request, who, webhook_id, problem=refused)
    return RedirectResponse(f"/webhooks/{webhook_id}", status_code=303)


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/replay")
def replay(request: Request, webhook_id: str, delivery_id: str, who: Manager) -> Response:
    webhooks.replay(services_of(request), who, webhook_id, delivery_id)
    return RedirectResponse(f"/webhooks/{webhook_id}#deliveries", status_code=303)
