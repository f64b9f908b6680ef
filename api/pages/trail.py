"""The audit trail as people read it: who did what when, and whether the chain holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import services_of
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.store import people
from api.store.events import Wanted
from api.trail_words import ACTIONS, ACTORS, SUBJECTS
from api.workflow import checkpoints, trail_reading
from api.workflow.checkpoints import Verified

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.TRAIL_READ))]


@router.get("/trail")
def listed(
    request: Request, who: Reader, action: str = "", subject: str = "", actor: str = "", cursor: str | None = None
) -> Response:
    return _shown(
        request, who, Wanted(action=action or None, subject_id=subject or None, actor_id=actor or None), cursor
    )


@router.post("/trail/checkpoints")
def sign(request: Request, who: Annotated[Principal, Depends(Sees(Permission.OPERATE))]) -> Response:
    """Sign the chain as it is; the list shows that it was done."""
    checkpoints.sign_own(services_of(request), who)
    return RedirectResponse("/trail" if who.may(Permission.TRAIL_READ) else "/", status_code=303)


@router.post("/trail/verify")
def verify(request: Request, who: Reader) -> Response:
    """Walk the chain now and say whether it holds."""
    return _shown(request, who, Wanted(), None, checkpoints.verify_own(services_of(request), who))


def _shown(
    request: Request, who: Principal, wanted: Wanted, cursor: str | None, verified: Verified | None = None
) -> Response:
    services = services_of(request)
    found = trail_reading.listed(services, who, wanted, 100, cursor)
    with services.reading() as session:
        names = people.actors(session, who, (one.actor_id for one in found.items))
    return render(
        request,
        "trail.html",
        events=found.items,
        names=names,
        next=found.next,
        wanted=wanted,
        verified=verified,
        actions=ACTIONS,
        subjects=SUBJECTS,
        actors=ACTORS,
    )
