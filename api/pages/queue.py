"""The queue: which case waits for a person, the riskiest first; take the next one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import services_of
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.standing import State
from api.workflow import cases, queue

router = APIRouter(include_in_schema=False)
Decider = Annotated[Principal, Depends(Sees(Permission.FINDING_DECIDE))]
VIEWS = ("all", "mine", "free", "second", "overdue")


@router.get("/queue")
def listed(request: Request, who: Decider, view: str = "all", cursor: str | None = None) -> Response:
    services = services_of(request)
    view = view if view in VIEWS else "all"
    found = queue.listed(
        services,
        who,
        state=State.SECOND if view == "second" else None,
        mine=view == "mine",
        free=view == "free",
        overdue=view == "overdue",
        cursor=cursor,
    )
    with services.reading() as session:
        briefs = cases.briefs_of(session, who, found.items)
    return render(request, "queue.html", briefs=briefs, next=found.next, view=view)


@router.post("/queue/next")
def take(request: Request, who: Decider, state: Annotated[str, Form()] = "open") -> Response:
    """The next case for this person; back to the queue, which says so, when there is none."""
    wanted = State.SECOND if state == "second" else State.OPEN
    case = queue.next_case(services_of(request), who, wanted)
    return RedirectResponse(f"/cases/{case.id}" if case else "/queue?view=all&done=1", status_code=303)
