"""The uploader's road: a batch is begun, files are dropped into it, cases are formed, and the work is watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.clock import today
from api.deps import services_of
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.store import batches as stored
from api.store.cases import Filters
from api.tables import Batch, BatchState, Upload
from api.workflow import batches, cases
from verifier.reading.rejections import SENTENCES

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.BATCH_READ))]
Writer = Annotated[Principal, Depends(Sees(Permission.BATCH_WRITE))]
SHOWN_FILES = 1000  # of a batch that is being filled; a larger one tells how many more


@router.get("/batches")
def listed(request: Request, who: Reader, cursor: str | None = None) -> Response:
    services = services_of(request)
    with services.reading() as session:
        found = stored.listed(session, who, state=None, origin=None, limit=30, cursor=cursor)
    return render(
        request,
        "batches.html",
        batches=found.items,
        next=found.next,
        packs=services.editions.names(who.tenant_id),
        default_pack=services.settings.default_pack,
    )


@router.post("/batches")
def create(
    request: Request,
    who: Writer,
    name: Annotated[str, Form(max_length=200)] = "",
    pack: Annotated[str, Form(max_length=100)] = "",
    as_of: Annotated[date | None, Form()] = None,
) -> Response:
    made = batches.create(services_of(request), who, name.strip() or today().isoformat(), pack=pack, as_of=as_of)
    return RedirectResponse(f"/batches/{made.id}", status_code=303)


@dataclass(frozen=True, slots=True)
class Folder:
    """A case to be, or (name empty) what lies in no case folder: control files, ZIPs, strays."""

    name: str
    files: Sequence[Upload] = field(default_factory=tuple)


@router.get("/batches/{batch_id}")
def one(request: Request, batch_id: str, who: Reader, cursor: str | None = None) -> Response:
    services = services_of(request)
    batch, progress = batches.one(services, who, batch_id)
    if batch.state == BatchState.OPEN:
        return _filling(request, who, batch)
    found = cases.listed(
        services, who, Filters(batch=batch_id), by_risk=who.may(Permission.FINDING_DECIDE), limit=50, cursor=cursor
    )
    return render(
        request,
        "batch.html",
        batch=batch,
        progress=progress,
        briefs=found.items,
        next=found.next,
        risk=who.may(Permission.FINDING_DECIDE),
        running=batch.state not in stored.FINISHED,
    )


def _filling(request: Request, who: Principal, batch: Batch) -> Response:
    with services_of(request).reading() as session:
        files = stored.uploads(session, who, batch.id, state=None, under=None, limit=SHOWN_FILES, cursor=None)
        number = stored.number_of_uploads(session, batch.id)
    return render(
        request,
        "batch_open.html",
        batch=batch,
        folders=folders(files.items),
        more=max(0, number - len(files.items)) if files.next else 0,
        sentences=SENTENCES,
        may_write=who.may(Permission.BATCH_WRITE),
    )


def folders(files: Sequence[Upload]) -> list[Folder]:
    """Files by the first part of their path, those of no folder first."""

    def case_of(one: Upload) -> str:
        return one.path.split("/", 1)[0] if "/" in one.path else ""

    ordered = sorted(files, key=lambda one: (case_of(one), one.path))
    return [Folder(name, tuple(inside)) for name, inside in groupby(ordered, key=case_of)]


@router.post("/batches/{batch_id}/submit")
def submit(request: Request, batch_id: str, who: Writer) -> Response:
    batches.submit(services_of(request), who, batch_id)
    return RedirectResponse(f"/batches/{batch_id}", status_code=303)


@router.post("/batches/{batch_id}/cancel")
def cancel(request: Request, batch_id: str, who: Writer) -> Response:
    batches.cancel(services_of(request), who, batch_id)
    return RedirectResponse(f"/batches/{batch_id}", status_code=303)
