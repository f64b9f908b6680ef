"""What stands in a draft: its figures, its words, its files. Each change names the version that was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import services_of
from api.errors import ServiceError, invalid
from api.pages.drafts import Editor, Reader, status_of
from api.pages.shell import day_in, render
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from api.store import people
from api.tables import PackDraft
from api.workflow import draft_changes, draft_checks, draft_figures, draft_requirements, draft_words, drafts
from api.workflow.draft_overview import people_of
from verifier.errors import VerifierError
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Version = Annotated[str, Form(max_length=20)]


def seen(version: str) -> str | None:
    """The version of a form as If-Match."""
    return f'"{version}"' if version else None


def framed(services: Services, who: Principal, draft_id: str) -> dict[str, Any]:
    """The draft, and what the head of each page says of it: the names of its people, what its base is called."""
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
        names = people.names(session, who, people_of(row))
    return {"row": row, "names": names, "base_title": drafts.base_of(services, row).info.title.text()}


def retold(refused: ServiceError) -> bool:
    """Whether a refusal can be mended on the page that shows it."""
    return refused.status not in (401, 403, 404)


# --- figures ----------------------------------------------------------------------------------------


@router.get("/drafts/{draft_id}/parameters")
def parameters(request: Request, draft_id: str, who: Reader, view: str = "", said: str = "") -> Response:
    return _parameters(request, who, draft_id, view=view, said=said)


def _parameters(
    request: Request,
    who: Principal,
    draft_id: str,
    *,
    view: str = "",
    said: str = "",
    given: Mapping[str, str] | None = None,
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    found = draft_figures.figures(services, who, draft_id)
    frame = framed(services, who, draft_id)
    groups = [one for one in found.groups if one.changed or view != "changed"]
    by_stage: dict[str, list[draft_figures.Group]] = {}
    for group in groups:
        by_stage.setdefault(group.stage, []).append(group)
    wrong: Any = problem.more.get("fields", {}) if problem else {}
    return render(
        request,
        "draft_parameters.html",
        status_of(problem),
        **frame,
        by_stage=by_stage,
        stages={code: title.text() for code, title in found.base.info.stages.items()},
        changed=sum(one.changed for group in found.groups for each in group.sets for one in each.figures),
        view=view,
        given=given or {},
        wrong=wrong,
        problem=problem,
        said_now=said,
    )


@router.post("/drafts/{draft_id}/parameters")
def set_parameters(
    request: Request,
    draft_id: str,
    who: Editor,
    key: Annotated[list[str] | None, Form()] = None,
    value: Annotated[list[str] | None, Form()] = None,
    version: Version = "",
) -> Response:
    """Every figure of the form, key by key; those that say something else than before are written."""
    values = dict(zip(key or (), value or (), strict=False))
    try:
        draft_figures.set_figures(services_of(request), who, draft_id, values, seen(version))
    except ServiceError as refused:
        if not retold(refused):
            raise
        return _parameters(request, who, draft_id, given=values, problem=refused)
    return RedirectResponse(f"/drafts/{draft_id}/parameters?view=changed&said=saved", status_code=303)


@router.post("/drafts/{draft_id}/parameters/{key}/sets")
def begin_set(
    request: Request,
    draft_id: str,
    key: str,
    who: Editor,
    start: Annotated[str, Form(max_length=10)] = "",
    version: Version = "",
) -> Response:
    """New figures from a day on."""
    day = day_in(start)
    try:
        if day is None:
            raise invalid(
                "bad_day", Text("日期不可用", "The day cannot be used"), Text("请按 年-月-日 填写", "Write YYYY-MM-DD")
            )
        draft_figures.begin_set(services_of(request), who, draft_id, key, day, seen(version))
    except ServiceError as refused:
        if not retold(refused):
            raise
        return _parameters(request, who, draft_id, problem=refused)
    return RedirectResponse(f"/drafts/{draft_id}/parameters?said=set#{key}", status_code=303)


@router.post("/drafts/{draft_id}/parameters/{key}/entries")
def add_entry(
    request: Request,
    draft_id: str,
    key: str,
    who: Editor,
    name: Annotated[str, Form(max_length=10)] = "",
    value: Annotated[str, Form(max_length=40)] = "",
    day: Annotated[str, Form(max_length=10)] = "",
    version: Version = "",
) -> Response:
    """A rate of a day, a figure of another place."""
    try:
        draft_figures.add_entry(services_of(request), who, draft_id, key, name, value, day, seen(version))
    except ServiceError as refused:
        if not retold(refused):
            raise
        return _parameters(request, who, draft_id, problem=refused)
    return RedirectResponse(f"/drafts/{draft_id}/parameters?said=set#{key}", status_code=303)


# --- words ------------------------------------------------------------------------------------------

KINDS = {
    "lexicons": Text("词表", "Word lists"),
    "documents": Text("表单的标题与栏目名称", "Titles and labels of forms"),
    "requirements": Text("要求的级别、数值与表述", "Severity, numbers and phrases of requirements"),
}
BookKind = Literal["lexicons", "documents", "requirements"]


@router.get("/drafts/{draft_id}/words")
def words(request: Request, draft_id: str, who: Reader, q: str = "") -> Response:
    """All word lists; with `q` those that are called so or hold such a word."""
    services = services_of(request)
    _, books = draft_words.books(services, who, draft_id)
    frame = framed(services, who, draft_id)
    sought = q.strip().lower()
    found = [one for one in books if not sought or _holds(one, sought)]
    by_kind = {kind: [one for one in found if one.kind == kind] for kind in KINDS}
    return render(request, "draft_words.html", **frame, by_kind=by_kind, kinds=KINDS, q=q)


def _holds(book: draft_words.Book, sought: str) -> bool:
    told = (book.name, book.title.zh, book.title.en, *(word.text for one in book.lists for word in one.words))
    return any(sought in one.lower() for one in told)


@router.get("/drafts/{draft_id}/words/{kind}/{name}")
def book(request: Request, draft_id: str, kind: BookKind, name: str, who: Reader, said: str = "") -> Response:
    return _book(request, who, draft_id, kind, name, said=said)


def _book(
    request: Request,
    who: Principal,
    draft_id: str,
    kind: str,
    name: str,
    *,
    said: str = "",
    at: str = "",
    word: str = "",
    given: Mapping[str, str] | None = None,
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    _, found = draft_words.book(services, who, draft_id, kind, name)
    frame = framed(services, who, draft_id)
    wrong: Any = problem.more.get("fields", {}) if problem else {}
    return render(
        request,
        "draft_book.html",
        status_of(problem),
        **frame,
        book=found,
        kind=KINDS[kind],
        values=draft_requirements.values(services, who, draft_id, name) if kind == "requirements" else (),
        given=given or {},
        wrong=wrong,
        problem=problem,
        said_now=said,
        at=at,
        word=word,
    )


@router.post("/drafts/{draft_id}/words/{kind}/{name}")
def change_words(
    request: Request,
    draft_id: str,
    kind: BookKind,
    name: str,
    who: Editor,
    file: Annotated[str, Form(max_length=200)],
    place: Annotated[str, Form(max_length=300)] = "",
    word: Annotated[str, Form(max_length=300)] = "",
    remove: Annotated[str, Form(max_length=300)] = "",
    restore: Annotated[str, Form(max_length=300)] = "",
    version: Version = "",
) -> Response:
    """Add `word` to a list, take `remove` out of it, or put `restore` back."""
    services, at = services_of(request), draft_words.place_of(place)
    does, chosen, said = (
        (draft_words.remove_word, remove, "removed")
        if remove
        else (draft_words.restore_word, restore, "restored")
        if restore
        else (draft_words.add_word, word, "added")
    )
    try:
        does(services, who, draft_id, file, at, chosen, seen(version))
    except ServiceError as refused:
        if not retold(refused):
            raise
        return _book(request, who, draft_id, kind, name, at=place, word=word, problem=refused)
    back = f"/drafts/{draft_id}/words/{kind}/{quote(name)}?{urlencode({'said': said})}"
    return RedirectResponse(f"{back}#{quote(place) or 'list'}", status_code=303)


@router.post("/drafts/{draft_id}/requirements/{name}")
def set_requirement(
    request: Request,
    draft_id: str,
    name: str,
    who: Editor,
    key: Annotated[list[str] | None, Form()] = None,
    value: Annotated[list[str] | None, Form()] = None,
    version: Version = "",
) -> Response:
    """Severity, numbers and sentences of a requirement."""
    values = dict(zip(key or (), value or (), strict=False))
    try:
        draft_requirements.set_values(services_of(request), who, draft_id, name, values, seen(version))
    except ServiceError as refused:
        if not retold(refused):
            raise
        return _book(request, who, draft_id, "requirements", name, given=values, problem=refused)
    return RedirectResponse(f"/drafts/{draft_id}/words/requirements/{quote(name)}?said=saved", status_code=303)


# --- files ------------------------------------------------------------------------------------------


@router.get("/drafts/{draft_id}/files")
def files(request: Request, draft_id: str, who: Reader, said: str = "", name: str = "") -> Response:
    """The draft's files, and those of the base that may be edited; `name` goes to one of them."""
    if name:
        return RedirectResponse(f"/drafts/{draft_id}/files/{quote(name)}", status_code=303)
    services = services_of(request)
    frame = framed(services, who, draft_id)
    row: PackDraft = frame["row"]
    _, changed = draft_changes.changes(services, who, draft_id)
    others: dict[str, list[str]] = {}
    for one in drafts.base_files(services, row):
        if one not in row.files and draft_checks.EDITABLE.fullmatch(one) and not one.endswith("_common.yaml"):
            others.setdefault(one.partition("/")[0] if "/" in one else "", []).append(one)
    others.pop("scenarios", None)  # a thousand of them; those that fail are opened from the tests
    return render(
        request,
        "draft_files.html",
        **frame,
        changed=changed,
        others=others,
        kinds=draft_changes.KINDS,
        titles=draft_changes.TITLES,
        said_now=said,
    )


@router.get("/drafts/{draft_id}/files/{name:path}")
def file(request: Request, draft_id: str, name: str, who: Reader, said: str = "") -> Response:
    return _file(request, who, draft_id, name, said=said)


def _file(
    request: Request,
    who: Principal,
    draft_id: str,
    name: str,
    *,
    text: str | None = None,
    said: str = "",
    problem: VerifierError | None = None,
) -> Response:
    """The editor. `text` is what this person wrote, where it was not kept."""
    services = services_of(request)
    frame = framed(services, who, draft_id)
    told = drafts.file_of(services, who, draft_id, name)
    errors: Any = problem.more.get("errors", ()) if isinstance(problem, ServiceError) else ()
    faults = [one for one in drafts.check(services, who, draft_id) if one.file == name]
    return render(
        request,
        "draft_file.html",
        status_of(problem),
        **frame,
        name=name,
        told=told,
        text=told.shown if text is None else text,
        mine=text,
        conflict=isinstance(problem, ServiceError) and problem.code == "changed_meanwhile",
        errors=errors,
        faults=faults,
        problem=problem,
        said_now=said,
    )


@router.post("/drafts/{draft_id}/files/{name:path}")
def save(
    request: Request,
    draft_id: str,
    name: str,
    who: Editor,
    text: Annotated[str, Form(max_length=600_000)] = "",
    version: Version = "",
    act: Annotated[str, Form(max_length=10)] = "save",
) -> Response:
    """Keep a file of the draft, or with `revert` take it out: what the base says holds again."""
    services = services_of(request)
    text = text.replace("\r\n", "\n")
    try:
        if act == "revert":
            drafts.remove_file(services, who, draft_id, name, seen(version))
            return RedirectResponse(f"/drafts/{draft_id}/files?said=reverted", status_code=303)
        drafts.put_file(services, who, draft_id, name, text, seen(version))
    except ServiceError as refused:
        if not retold(refused):
            raise
        return _file(request, who, draft_id, name, text=text, problem=refused)
    return RedirectResponse(f"/drafts/{draft_id}/files/{quote(name)}?said=saved", status_code=303)
