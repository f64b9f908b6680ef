"""The uploader's road: a batch is begun, files are dropped into it, cases are formed, and the work is watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.clock import today
from api.deps import services_of
from api.errors import ServiceError
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.store import batches as stored
from api.store.batches import FilesRead
from api.store.cases import Filters
from api.tables import Batch, BatchState, Upload, UploadState
from api.workflow import batches, cases
from api.workflow.layout import REFERENCES
from api.workflow.opened import mask
from api.workflow.resumable import PIECE
from verifier.batch import CONTROL, is_one_case
from verifier.reading.rejections import SENTENCES

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.BATCH_READ))]
Writer = Annotated[Principal, Depends(Sees(Permission.BATCH_WRITE))]
WHOLE_FILE = PIECE  # a larger one is sent in pieces of this size, and can be gone on with after a cut
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


@router.get("/batches/{batch_id}")
def one(request: Request, batch_id: str, who: Reader, cursor: str | None = None) -> Response:
    services = services_of(request)
    batch, progress = batches.one(services, who, batch_id)
    if batch.state == BatchState.OPEN:
        return _filling(request, who, batch)
    return render(
        request,
        "batch.html",
        batch=batch,
        progress=progress,
        problems=batch.problems if who.sees_full_values else (),
        unread=batches.unread(services, who, batch_id) if progress.finished else (),
        **_cases(request, who, batch, cursor),
    )


@router.get("/batches/{batch_id}/progress")
def progress(request: Request, batch_id: str, who: Reader, cursor: str | None = None) -> Response:
    """The cases of a batch as they are read and judged: asked for again while the work goes on."""
    batch, _ = batches.one(services_of(request), who, batch_id)
    return render(request, "parts/case_progress.html", **_cases(request, who, batch, cursor))


def _cases(request: Request, who: Principal, batch: Batch, cursor: str | None) -> dict[str, Any]:
    services, running = services_of(request), batch.state not in stored.FINISHED
    risk = who.may(Permission.FINDING_DECIDE) and not running  # rows must not change places under the reader's eyes
    found = cases.listed(services, who, Filters(batch=batch.id), by_risk=risk, limit=50, cursor=cursor)
    files: Mapping[str, FilesRead] = {}
    if running:
        with services.reading() as session:
            files = stored.files_read(session, [one.row.id for one in found.items])
    return {"briefs": found.items, "next": found.next, "risk": risk, "running": running, "files": files}


# --- being filled -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Folder:
    """A case to be, or (name empty) what lies in no case folder: control files, ZIPs, strays."""

    name: str
    files: Sequence[Lying] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Lying:
    """A file where it lies now. `path` and `name` as this person may read them; `role`: what becomes of it when the
    batch is handed over (a key of what the page says), empty for a paper of its case."""

    upload: Upload
    path: str
    name: str
    role: str


def _filling(request: Request, who: Principal, batch: Batch, problem: ServiceError | None = None) -> Response:
    return render(
        request,
        "batch_open.html",
        problem.status if problem else 200,
        batch=batch,
        problem=problem,
        whole_file=WHOLE_FILE,
        **_lying(request, who, batch),
    )


@router.get("/batches/{batch_id}/folders")
def filled(request: Request, batch_id: str, who: Reader) -> Response:
    """What lies in the batch by now: asked for again as files arrive and are moved."""
    batch, _ = batches.one(services_of(request), who, batch_id)
    return render(request, "parts/folders.html", batch=batch, **_lying(request, who, batch))


def _lying(request: Request, who: Principal, batch: Batch) -> dict[str, Any]:
    services = services_of(request)
    with services.reading() as session:
        files = stored.uploads(session, who, batch.id, state=None, under=None, limit=SHOWN_FILES, cursor=None)
        number = stored.number_of_uploads(session, batch.id) if files.next and who.grant is None else 0
    may_write = who.may(Permission.BATCH_WRITE) and batch.state == BatchState.OPEN
    found = folders(files.items, masked=not who.sees_full_values)
    named, problems = batches.manifest(services, who, batch.id) if may_write else ((), ())
    there = {one.name for one in found}
    return {
        "folders": found,
        "paperless": [one for one in named if one not in there] if not files.next else [],
        "manifest_problems": problems,
        "one_case": one_case(files.items),
        "unfinished": sum(one.state == UploadState.OPEN for one in files.items),
        "more": max(0, number - len(files.items)),
        "sentences": SENTENCES,
        "may_write": may_write,
    }


def folders(files: Sequence[Upload], *, masked: bool = False) -> list[Folder]:
    """Files by the first part of their path, those of no folder first."""
    lying = [_lies(one, mask(one.path) if masked else one.path) for one in files]

    def case_of(one: Lying) -> str:
        return one.path.split("/", 1)[0] if "/" in one.path else ""

    ordered = sorted(lying, key=lambda one: (case_of(one), one.path))
    return [Folder(name, tuple(inside)) for name, inside in groupby(ordered, key=case_of)]


def one_case(files: Sequence[Upload]) -> bool:
    """Whether all of it will be one case, as `verifier.batch` finds it: papers lie loose, and nothing says batch."""
    there = [one.path.split("/") for one in files if one.state == UploadState.RECEIVED]
    loose = {parts[0] for parts in there if len(parts) == 1 and not parts[0].lower().endswith(".zip")}
    return is_one_case(loose, declared_below=any(parts[1:] == ["case.yaml"] for parts in there))


def _lies(upload: Upload, path: str) -> Lying:
    parts = path.split("/")
    if parts[-1] in CONTROL:
        role = parts[-1]
    elif parts[0] == REFERENCES:
        role = REFERENCES
    elif len(parts) == 1:
        role = "zip" if path.lower().endswith(".zip") else "stray"
    else:
        role = ""
    return Lying(upload, path, "/".join(parts[1:]) if len(parts) > 1 else path, role)


@router.post("/batches/{batch_id}/submit")
def submit(request: Request, batch_id: str, who: Writer) -> Response:
    """Handed over; or the page again, with what is still to be done before."""
    services = services_of(request)
    try:
        batches.submit(services, who, batch_id)
    except ServiceError as refused:
        batch, _ = batches.one(services, who, batch_id)
        if batch.state != BatchState.OPEN:
            raise
        return _filling(request, who, batch, refused)
    return RedirectResponse(f"/batches/{batch_id}", status_code=303)


@router.post("/batches/{batch_id}/cancel")
def cancel(request: Request, batch_id: str, who: Writer) -> Response:
    batches.cancel(services_of(request), who, batch_id)
    return RedirectResponse(f"/batches/{batch_id}", status_code=303)
