"""A copy of a checklist: edited, tried, proposed, published by a second person."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.clock import today
from api.deps import services_of
from api.errors import ServiceError
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.workflow import draft_overview, drafts, packs
from verifier.errors import VerifierError
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.PACK_READ))]
Editor = Annotated[Principal, Depends(Sees(Permission.PACK_EDIT))]
STATES = ("draft", "proposed", "published", "withdrawn")
Act = Literal["propose", "send-back", "withdraw", "publish"]


def status_of(problem: VerifierError | None) -> int:
    if problem is None:
        return 200
    return problem.status if isinstance(problem, ServiceError) else 422


@router.get("/drafts")
def listed(request: Request, who: Reader, state: str = "", cursor: str | None = None) -> Response:
    state = state if state in STATES else ""
    found, names = draft_overview.listed(services_of(request), who, state or None, cursor)
    return render(request, "drafts.html", drafts=found.items, next=found.next, names=names, state=state, states=STATES)


# --- a new one --------------------------------------------------------------------------------------


@router.get("/drafts/new")
def new(request: Request, who: Editor, base: str = "") -> Response:
    """The form, with the checklist that was chosen: one of ours goes on from its newest edition."""
    return _form(request, who, _given(services_of(request), who, base))


def _given(services: Services, who: Principal, base: str) -> dict[str, str]:
    """What the form begins with for a checklist `name@edition`: a shipped one needs a name of ours, ours keeps its own."""
    name, _, edition = base.partition("@")
    own = [one for one in packs.listed(services, who) if one.tenant_id and one.pack == name]
    edition_next = f"{today():%Y.%m}"
    if own:
        pack = services.editions.pack(name, who.tenant_id)
        title = pack.info.title
        return {
            "base": pack.info.extends,
            "pack": name,
            "edition": _after(own[-1].edition, edition_next),
            "zh": title.zh,
            "en": title.en,
        }
    chosen = services.editions.pack(name or services.settings.default_pack, "", edition)
    title = chosen.info.title
    return {
        "base": f"{chosen.info.id}@{chosen.info.edition}",
        "pack": "",
        "edition": edition_next,
        "zh": title.zh,
        "en": title.en,
    }


def _after(last: str, wanted: str) -> str:
    """An edition that comes after the last one."""
    if wanted > last:
        return wanted
    found = re.fullmatch(r"(.*?)(\d+)", last)
    return f"{found[1]}{int(found[2]) + 1:0{len(found[2])}d}" if found else f"{last}.1"


def _form(request: Request, who: Principal, given: dict[str, str], problem: VerifierError | None = None) -> Response:
    services = services_of(request)
    shipped = {
        f"{one.pack}@{one.edition}": services.editions.pack(one.pack, "", one.edition).info.title.text()
        for one in packs.listed(services, who)
        if not one.tenant_id
    }
    return render(
        request,
        "draft_new.html",
        status_of(problem),
        given=given,
        bases=dict(reversed(shipped.items())),
        continues=any(one.tenant_id and one.pack == given["pack"] for one in packs.listed(services, who)),
        problem=problem,
    )


@router.post("/drafts")
def create(
    request: Request,
    who: Editor,
    base: Annotated[str, Form(max_length=201)],
    pack: Annotated[str, Form(max_length=100)],
    edition: Annotated[str, Form(max_length=100)],
    zh: Annotated[str, Form(max_length=200)] = "",
    en: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    given = {"base": base, "pack": pack.strip(), "edition": edition.strip(), "zh": zh.strip(), "en": en.strip()}
    name, _, of_edition = base.partition("@")
    title = Text(given["zh"] or given["pack"], given["en"] or given["zh"] or given["pack"])
    try:
        row = drafts.create(
            services_of(request), who, pack=given["pack"], base=name, base_edition=of_edition,
            edition=given["edition"], title=title,
        )  # fmt: skip
    except VerifierError as refused:
        return _form(request, who, given, refused)
    return RedirectResponse(f"/drafts/{row.id}", status_code=303)


# --- one --------------------------------------------------------------------------------------------


@router.get("/drafts/{draft_id}")
def one(request: Request, draft_id: str, who: Reader, said: str = "") -> Response:
    return shown(request, who, draft_id, said=said)


def shown(
    request: Request, who: Principal, draft_id: str, *, said: str = "", problem: VerifierError | None = None
) -> Response:
    told = draft_overview.overview(services_of(request), who, draft_id)
    return render(
        request,
        "draft.html",
        status_of(problem),
        told=told,
        row=told.row,
        base_title=told.base.info.title.text(),
        names=told.names,
        problem=problem,
        said_now=said,
    )


@router.post("/drafts/{draft_id}/acts/{act}")
def move(
    request: Request, draft_id: str, act: Act, who: Reader, reason: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Another state of the draft; what is refused is told on its page."""
    services = services_of(request)
    try:
        if act == "send-back":
            drafts.send_back(services, who, draft_id, reason)
        else:
            does = {"propose": drafts.propose, "withdraw": drafts.withdraw, "publish": drafts.publish}[act]
            does(services, who, draft_id)
    except ServiceError as refused:
        if refused.status in (403, 404):
            raise
        return shown(request, who, draft_id, problem=refused)
    return RedirectResponse(f"/drafts/{draft_id}?{urlencode({'said': act})}", status_code=303)
