"""The audit trail as people read it: who did what when, and whether the chain holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.deps import services_of
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.store.events import Wanted
from api.workflow import checkpoints, trail_reading

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.TRAIL_READ))]


@router.get("/trail")
def listed(
    request: Request, who: Reader, action: str = "", subject: str = "", actor: str = "", cursor: str | None = None
) -> Response:
    wanted = Wanted(action=action or None, subject_id=subject or None, actor_id=actor or None)
    found = trail_reading.listed(services_of(request), who, wanted, 100, cursor)
    return render(
        request,
        "trail.html",
        events=found.items,
        next=found.next,
        action=action,
        subject=subject,
        actor=actor,
        verified=None,
    )


@router.post("/trail/verify")
def verify(request: Request, who: Reader) -> Response:
    """Walk the chain now and say whether it holds."""
    services = services_of(request)
    verified = checkpoints.verify_own(services, who)
    found = trail_reading.listed(services, who, Wanted(), 100, None)
    return render(
        request,
        "trail.html",
        events=found.items,
        next=found.next,
        action="",
        subject="",
        actor="",
        verified=verified,
    )
