"""A company's form on a page image: a box around a value, the words beside it, and which field they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import services_of
from api.errors import ServiceError, invalid
from api.pages.draft_contents import Version, framed, retold, seen
from api.pages.drafts import Editor, status_of
from api.pages.shell import render
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store.cases import Filters
from api.workflow import cases, labels, pages
from api.workflow.labels import Suggestion
from verifier.model import Box, Text

router = APIRouter(include_in_schema=False)
WIDTH = 1440  # of the picture
FOUND = 8  # cases offered at a time
SIDES = ("left", "top", "width", "height")
WHERE = {
    "inside": Text("在框内", "inside the box"),
    "left": Text("在框左侧", "left of the box"),
    "above": Text("在框上方", "above the box"),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Where one is: a page of a case, a box on it in percent as it was written, and the form that it is of."""

    case: str = ""
    file: str = ""
    page: int = 0
    type: str = ""
    left: str = ""
    top: str = ""
    width: str = ""
    height: str = ""
    field: str = ""
    label: str = ""

    @property
    def box(self) -> Box | None:
        """The box; None while none is drawn. ServiceError where it cannot be one."""
        written = [getattr(self, side).strip().replace(",", ".") for side in SIDES]
        if not any(written):
            return None
        try:
            left, top, width, height = (float(one) / 100 for one in written)
        except ValueError:
            raise no_box() from None
        right, bottom = min(left + width, 1.0), min(top + height, 1.0)
        if not (0 <= left < right and 0 <= top < bottom):
            raise no_box()
        return Box(left, top, right, bottom)

    @property
    def address(self) -> str:
        return urlencode({"case": self.case, "file": self.file, "page": self.page, "type": self.type})


def no_box() -> ServiceError:
    return invalid(
        "no_box",
        Text("没有可用的框", "There is no box"),
        Text(
            "请在页面上画出填写内容所在的框，或填写四个百分数",
            "Draw one around what is filled in, or write the four percentages",
        ),
    )


@router.get("/drafts/{draft_id}/labels")
def labelled(
    request: Request,
    draft_id: str,
    who: Editor,
    text: str = "",
    case: str = "",
    file: str = "",
    page: int = 0,
    place: str = "",
    type: str = "",
    said: str = "",
) -> Response:
    """`place` is a page as the list of pages names it: file|number."""
    chosen, _, number = place.rpartition("|")
    if number.isdecimal():
        file, page = chosen, int(number)
    return _shown(request, who, draft_id, Drawn(case, file, page, type), text=text, said=said)


def _shown(
    request: Request,
    who: Principal,
    draft_id: str,
    at: Drawn,
    *,
    text: str = "",
    said: str = "",
    found: list[Suggestion] | None = None,
    problem: ServiceError | None = None,
) -> Response:
    who.require(Permission.CASE_READ)
    services = services_of(request)
    frame = framed(services, who, draft_id)
    choosing = not at.case or bool(text.strip())
    wanted = Filters(text=text.strip())
    briefs = cases.listed(services, who, wanted, by_risk=False, limit=FOUND, cursor=None).items if choosing else []
    brief = cases.one(services, who, at.case)[0] if at.case else None
    listed = pages.listed(services, who, at.case) if at.case else []
    known = next((one for one in listed if (one.file, one.page) == (at.file, at.page)), listed[0] if listed else None)
    forms = labels.forms(services, who, draft_id)
    code = at.type or (known.type if known and known.type else "")
    code = code if code in {one for one, _ in forms} else forms[0][0]
    return render(
        request,
        "draft_labels.html",
        status_of(problem),
        **frame,
        at=at,
        text=text,
        briefs=briefs,
        brief=brief,
        pages=listed,
        leaf=known,
        forms=forms,
        forms_by_code=dict(forms),
        picture=urlencode({"file": known.file, "page": known.page, "width": WIDTH}) if known else "",
        sheet=labels.sheet(services, who, draft_id, code),
        found=found,
        where=WHERE,
        problem=problem,
        said_now=said,
    )


@router.get("/drafts/{draft_id}/labels/fields")
def fields(request: Request, draft_id: str, who: Editor, type: str = "", field: str = "") -> Response:
    """What of a form may be called otherwise: asked for when another form is chosen."""
    sheet = labels.sheet(services_of(request), who, draft_id, type)
    return render(request, "parts/draft_fields.html", sheet=sheet, chosen=field)


@router.post("/drafts/{draft_id}/labels/suggestions")
def suggest(
    request: Request,
    draft_id: str,
    who: Editor,
    case: Annotated[str, Form(max_length=36)],
    file: Annotated[str, Form(max_length=1000)],
    page: Annotated[int, Form(ge=1, le=100_000)],
    type: Annotated[str, Form(max_length=20)] = "",
    left: Annotated[str, Form(max_length=12)] = "",
    top: Annotated[str, Form(max_length=12)] = "",
    width: Annotated[str, Form(max_length=12)] = "",
    height: Annotated[str, Form(max_length=12)] = "",
    field: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """The words in and beside a box: as a part of the page where it asks for that, else the whole page."""
    at = Drawn(case, file, page, type, left, top, width, height, field)
    part = bool(request.headers.get("hx-request"))
    try:
        found = _suggested(services_of(request), who, draft_id, at)
    except ServiceError as refused:
        if not retold(refused):
            raise
        if part:
            return render(request, "parts/draft_suggestions.html", found=None, where=WHERE, problem=refused)
        return _shown(request, who, draft_id, at, problem=refused)
    if part:
        return render(request, "parts/draft_suggestions.html", found=found, where=WHERE, problem=None)
    return _shown(request, who, draft_id, at, found=found)


def _suggested(services: Services, who: Principal, draft_id: str, at: Drawn) -> list[Suggestion]:
    box = at.box
    if box is None:
        raise no_box()
    return labels.suggest(services, who, draft_id, at.case, at.file, at.page, box)


@router.post("/drafts/{draft_id}/labels")
def add(
    request: Request,
    draft_id: str,
    who: Editor,
    case: Annotated[str, Form(max_length=36)] = "",
    file: Annotated[str, Form(max_length=1000)] = "",
    page: Annotated[int, Form(ge=0, le=100_000)] = 0,
    type: Annotated[str, Form(max_length=20)] = "",
    field: Annotated[str, Form(max_length=100)] = "",
    choice: Annotated[str, Form(max_length=60)] = "",
    label: Annotated[str, Form(max_length=60)] = "",
    left: Annotated[str, Form(max_length=12)] = "",
    top: Annotated[str, Form(max_length=12)] = "",
    width: Annotated[str, Form(max_length=12)] = "",
    height: Annotated[str, Form(max_length=12)] = "",
    version: Version = "",
) -> Response:
    """The label that was chosen, or written, for a field of a form."""
    at = Drawn(case, file, page, type, left, top, width, height, field, label)
    words = label.strip() or choice.strip()
    try:
        labels.add(
            services_of(request), who, draft_id, document_type=type, field=field, label=words, if_match=seen(version)
        )
    except ServiceError as refused:
        if not retold(refused):
            raise
        return _shown(request, who, draft_id, at, problem=refused)
    return RedirectResponse(f"/drafts/{draft_id}/labels?{at.address}&{urlencode({'said': words})}", status_code=303)
