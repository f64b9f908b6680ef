"""The list of cases, and one case: its eight stages, what was found, the papers, and the page itself beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import StringConstraints

from api import rendering
from api.clock import LEGAL_ZONE
from api.deps import services_of
from api.pages.shell import Sees, day_in, render
from api.permissions import Permission
from api.principal import Principal
from api.routes.reviews_models import NO_NUL, Code, Note, Words
from api.services import Services
from api.store import people
from api.store.cases import Filters
from api.tables import Action, CaseRow
from api.workflow import cases, comments, corrections, decisions, findings, pages, requests
from api.workflow.deciding import Choice, second_needs
from api.workflow.findings import CaseFindings, Told
from verifier.model import Outcome, Text
from verifier.packs.load import Pack
from verifier.reports.json import shown_json
from verifier.reports.wording import Names, article, field_name

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.CASE_READ))]
Decider = Annotated[Principal, Depends(Sees(Permission.FINDING_DECIDE))]
Writer = Annotated[Principal, Depends(Sees(Permission.CASE_WRITE))]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=NO_NUL)]


@router.get("/cases")
def listed(
    request: Request,
    who: Reader,
    verdict: str = "",
    check: str = "",
    stage: str = "",
    outcome: str = "fail",
    batch: str = "",
    branch: str = "",
    seller: str = "",
    product: str = "",
    product_kind: str = "",
    channel: str = "",
    sold_from: str = "",
    sold_to: str = "",
    text: str = "",
    order: str = "newest",
    cursor: str | None = None,
) -> Response:
    filters = Filters(
        verdict=verdict, check=check, stage=stage, outcome=outcome, batch=batch, branch=branch, seller=seller,
        product=product, product_kind=product_kind, channel=channel, sold_from=day_in(sold_from), sold_to=day_in(sold_to),
        text=text.strip(),
    )  # fmt: skip
    found = cases.listed(services_of(request), who, filters, by_risk=order == "risk", limit=50, cursor=cursor)
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor" and value]
    return render(
        request,
        "cases.html",
        briefs=found.items,
        next=found.next,
        filters=filters,
        order=order,
        kept=urlencode(kept),
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the path. `worst` tells the colour of the step."""

    code: str
    title: Text
    findings: Sequence[Told]
    numbers: Mapping[str, int]

    @property
    def worst(self) -> str:
        for outcome in ("fail", "review", "pass"):
            if self.numbers.get(outcome):
                return outcome
        return "not_applicable"


@router.get("/cases/{case_id}")
def one(request: Request, case_id: str, who: Reader) -> Response:
    services = services_of(request)
    brief, opened = cases.one(services, who, case_id)
    if opened.shown is None:
        return render(request, "case_waiting.html", brief=brief, case=opened.row)
    whole = findings.of_case(services, who, case_id)
    pack = services.editions.pack(opened.row.pack, opened.row.tenant_id, opened.row.edition)
    return render(
        request,
        "case.html",
        brief=brief,
        case=opened.row,
        audit=shown_json(opened.shown),
        stages=stages(whole, pack),
        numbers=Counter(told.effective for told in whole.findings),
        changed=None,
        comments=whole.comments,
        pages=leaves(services, who, opened.row),
        renewing=cases.renewing(services, who, case_id)[1],
    )


@router.get("/cases/{case_id}/renewal")
def renewal(request: Request, case_id: str, who: Reader, since: str = "") -> Response:
    """Asked for while a case is judged again: the page is drawn anew when that is done."""
    judgement, _ = cases.renewing(services_of(request), who, case_id)
    changed = {"HX-Refresh": "true"} if judgement != since else {}
    return Response(status_code=200 if changed else 204, headers=changed)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page that the viewer can turn to. `title` of the paper that was recognised on it."""

    file: str
    page: int
    code: str
    title: Text | None


def leaves(services: Services, who: Principal, case: CaseRow) -> list[Leaf]:
    """The pages beside which a viewer is shown: it asks for the first as soon as it has this list."""
    rendering.get_ready()
    names = Names.of(services.editions.pack(case.pack, case.tenant_id, case.edition))
    return [
        Leaf(one.file, one.page, one.type or "", names.document(one.type) if one.type else None)
        for one in pages.listed(services, who, case.id)
    ]


@router.get("/cases/{case_id}/papers")
def papers(request: Request, case_id: str, who: Reader) -> Response:
    """What was read, paper by paper: asked for when somebody wants to see it."""
    services = services_of(request)
    opened, audit = cases.audit_json(services, who, case_id)
    pack = services.editions.pack(opened.row.pack, opened.row.tenant_id, opened.row.edition)
    made = corrections.listed(services, who, case_id) if who.may(Permission.UNMASKED) else ()
    with services.reading() as session:
        names = people.names(session, who, (one.by for one in made))
    return render(
        request,
        "parts/papers.html",
        case=opened.row,
        documents=_documents(audit, pack),
        corrections=made,
        names=names,
        field_name=field_name,
    )


def stages(whole: CaseFindings, pack: Pack) -> list[Stage]:
    names = Names.of(pack)
    by_stage: dict[str, list[Told]] = {code: [] for code in pack.info.stages}
    for told in whole.findings:
        by_stage.setdefault(told.machine["stage"], []).append(told)
    return [
        Stage(code, names.stage(code), inside, Counter(told.effective or "review" for told in inside))
        for code, inside in by_stage.items()
    ]


def _documents(audit: Mapping[str, Any], pack: Pack) -> list[dict[str, Any]]:
    titles = Names.of(pack)
    return [{**document, "title": titles.document(document["type"])} for document in audit["documents"]]


# --- one finding -------------------------------------------------------------------------------------


@router.get("/cases/{case_id}/findings/{check}")
def finding(request: Request, case_id: str, check: str, who: Reader) -> Response:
    return _finding(request, who, case_id, check)


def _finding(request: Request, who: Principal, case_id: str, check: str, said: Text | None = None) -> Response:
    """The finding opened: as a part where the page asks for it, else the whole case at that place."""
    if not request.headers.get("hx-request"):
        return RedirectResponse(f"/cases/{case_id}#{check}", status_code=303)
    services = services_of(request)
    told, whole = findings.of_check(services, who, case_id, check)
    pack = services.editions.pack(whole.case.pack, whole.case.tenant_id, whole.case.edition)
    changed: dict[str, Any] = {}
    if request.method == "POST":  # what follows from the act elsewhere on the page comes along
        brief, _ = cases.one(services, who, case_id)
        numbers = Counter(one.effective for one in whole.findings)
        changed = {"brief": brief, "stages": stages(whole, pack), "numbers": numbers}
    return render(
        request,
        "parts/finding.html",
        changed=changed,
        told=told,
        case=whole.case,
        article=article,
        reasons=whole.reasons,
        confirms=who.may(second_needs(confidential=bool(told.row and told.row.confidential))),
        papers=_papers_to_ask(told, pack),
        paper_names=pack.vocabulary().titles,
        said_now=said,
    )


def _papers_to_ask(told: Told, pack: Pack) -> tuple[list[tuple[str, Text]], list[tuple[str, Text]]]:
    """The papers that this finding usually asks for, or found missing, and all others, each with its name."""
    titles = {one.code: Names.of(pack).document(one.code) for one in pack.types}
    asked = pack.requirement(told.machine["check"])
    missing = [item["document"] for item in told.machine["items"] if item["outcome"] != Outcome.PASS]
    usual = [code for code in dict.fromkeys([*missing, *(asked.spec.ask if asked else ())]) if code in titles]
    return [(code, titles[code]) for code in usual], [one for one in titles.items() if one[0] not in usual]


@router.post("/cases/{case_id}/findings/{check}/decisions")
def decide(
    request: Request,
    case_id: str,
    check: str,
    who: Decider,
    action: Annotated[Action | Outcome, Form()],
    reason: Annotated[Words, Form()],
    digest: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """`action`: accept, waive, or the outcome that holds instead (pass, fail, not_applicable)."""
    outcome, act = (action, Action.OVERRIDE) if isinstance(action, Outcome) else (None, action)
    made = decisions.decide(
        services_of(request), who, case_id, check, Choice(act, reason, outcome, _end_of(until), digest or None)
    )
    waits = Text("已记录，等待第二人确认", "On record; it waits for a second person")
    done = Text("已记录", "On record")
    return _finding(request, who, case_id, check, waits if made.standing.pending else done)


@router.post("/cases/{case_id}/findings/{check}/decisions/{decision_id}/{act}")
def answer(
    request: Request,
    case_id: str,
    check: str,
    decision_id: str,
    act: Literal["withdraw", "confirm", "reject"],
    who: Decider,
    reason: Annotated[Words, Form()],
) -> Response:
    does = {"withdraw": decisions.withdraw, "confirm": decisions.confirm, "reject": decisions.reject}[act]
    does(services_of(request), who, decision_id, reason)
    words = {
        "withdraw": Text("已撤回", "Withdrawn"),
        "confirm": Text("已确认，决定生效", "Confirmed: the decision holds"),
        "reject": Text("已否决", "Rejected"),
    }
    return _finding(request, who, case_id, check, words[act])


@router.post("/cases/{case_id}/findings/{check}/comments")
def comment(request: Request, case_id: str, check: str, who: Decider, text: Annotated[Said, Form()]) -> Response:
    comments.write(services_of(request), who, case_id, text, check)
    return _finding(request, who, case_id, check)


@router.post("/cases/{case_id}/findings/{check}/comments/{comment_id}/withdraw")
def take_back(request: Request, case_id: str, check: str, comment_id: str, who: Decider) -> Response:
    """A comment of one's own: no longer shown, and not erased."""
    comments.withdraw(services_of(request), who, comment_id)
    return _finding(request, who, case_id, check, Text("留言已撤回", "The comment is withdrawn"))


@router.post("/cases/{case_id}/findings/{check}/requests")
def ask(
    request: Request,
    case_id: str,
    check: str,
    who: Decider,
    paper: Annotated[Code, Form()],
    note: Annotated[Note, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    requests.ask(services_of(request), who, case_id, check, paper, note=note, due_at=_end_of(until))
    return _finding(request, who, case_id, check, Text("已列入补件要求", "The paper is asked for"))


# --- what is said about the whole case, and corrected in it --------------------------------------------


@router.post("/cases/{case_id}/comments")
def note(request: Request, case_id: str, who: Decider, text: Annotated[Said, Form()]) -> Response:
    comments.write(services_of(request), who, case_id, text)
    return RedirectResponse(f"/cases/{case_id}#comments", status_code=303)


@router.post("/cases/{case_id}/comments/{comment_id}/withdraw")
def take_back_note(request: Request, case_id: str, comment_id: str, who: Decider) -> Response:
    comments.withdraw(services_of(request), who, comment_id)
    return RedirectResponse(f"/cases/{case_id}#comments", status_code=303)


@router.post("/cases/{case_id}/corrections")
def correct(
    request: Request,
    case_id: str,
    who: Writer,
    file: Annotated[str, Form(max_length=1000, pattern=NO_NUL)],
    page: Annotated[int, Form(ge=1, le=100_000)],
    document_type: Annotated[Code, Form()],
    field: Annotated[Code, Form()],
    reason: Annotated[Words, Form()],
    value: Annotated[Note, Form()] = "",
) -> Response:
    """A field as a person reads it; the case is judged again with it."""
    reading = corrections.Reading(file, page, document_type, field, value, reason)
    corrections.correct(services_of(request), who, case_id, reading)
    if request.headers.get("hx-request"):
        return Response(status_code=200, headers={"HX-Refresh": "true"})
    return RedirectResponse(f"/cases/{case_id}#documents", status_code=303)


@router.post("/cases/{case_id}/corrections/{correction_id}/withdraw")
def uncorrect(request: Request, case_id: str, correction_id: str, who: Writer) -> Response:
    """The machine's reading counts again, or the correction before it."""
    corrections.withdraw(services_of(request), who, correction_id)
    return RedirectResponse(f"/cases/{case_id}#documents", status_code=303)


def _end_of(text: str) -> datetime | None:
    """The end of the day that was chosen, where people are."""
    day = day_in(text)
    return datetime.combine(day, time(23, 59, 59), LEGAL_ZONE) if day else None
