"""A population judged under another edition or day, and what changed case by case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.clock import today
from api.deps import services_of
from api.errors import ServiceError, invalid, not_found
from api.pages.judged_then import finding_page, judged_page
from api.pages.reaudit_changes import checks, line, matrix, moved, sides
from api.pages.selling import CHANNELS, KINDS, VERDICTS
from api.pages.selling import verdict as verdict_word
from api.pages.shell import Sees, Visitor, day_in, render
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import batches as stored_batches
from api.store import packs as stored_packs
from api.store import people
from api.store import populations as stored_populations
from api.store import reaudits as stored
from api.store import samples as stored_samples
from api.store.reaudits import ACTIVE, Move, Scope
from api.store.samples import CaseFilters
from api.tables import ReAudit
from api.workflow import judged_then, reaudits, tenants
from api.workflow.batches import sees_verdicts
from api.workflow.reaudits import TRIAL, Asked
from verifier.errors import VerifierError
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Auditor = Annotated[Principal, Depends(Sees(Permission.REAUDIT))]
CHOICES = 100  # lists to choose from
SCOPE = (
    "batch_id", "sample_id", "population_id", "sold_from", "sold_to", "branch_id", "channel", "product_kind",
    "seller_number", "verdict", "check_id", "outcome",
)  # fmt: skip
VIEWS: Mapping[str, tuple[Text, Asked]] = {
    "changed": (Text("有变化", "Changed"), Asked(changed=True)),
    "verdict": (Text("结论变化", "Another verdict"), Asked(verdict_changed=True)),
    "same": (Text("没有变化", "Unchanged"), Asked(changed=False, state="judged")),
    "failed": (Text("未能审核", "Not done"), Asked(state="failed")),
    "all": (Text("全部", "All"), Asked()),
}


def looking(who: Visitor) -> Principal:
    """Who may run re-audits, and who tries a draft on past cases."""
    reaudits.may_look(who)
    return who


Looking = Annotated[Principal, Depends(looking)]


@router.get("/reaudits")
def listed(request: Request, who: Looking, cursor: str | None = None) -> Response:
    services = services_of(request)
    with services.reading() as session:
        found = stored.listed(session, who, 30, cursor)
        standings = {row.id: stored.standing(session, row.id) for row in found.items}
        names = people.names(session, who, [row.by for row in found.items])
    places = _places(services, who)
    return render(
        request,
        "reaudits.html",
        rows=found.items,
        next=found.next,
        standings=standings,
        names=names,
        scopes={row.id: scope_words(row.scope, places) for row in found.items},
        changed={row.id: moved(standings[row.id].verdicts) for row in found.items},
        verdicts=sees_verdicts(who),
        trial=TRIAL,
    )


# --- what a scope is called -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Places:
    """Names by id of what a scope can be limited to, the newest first."""

    batches: Mapping[str, str]
    samples: Mapping[str, str]
    populations: Mapping[str, str]
    branches: Mapping[str, str]


def _places(services: Services, who: Principal) -> Places:
    with services.reading() as session:
        batches = stored_batches.listed(session, who, state=None, origin=None, limit=CHOICES, cursor=None).items
        samples = stored_samples.listed(session, who, population_id=None, limit=CHOICES, cursor=None).items
        lists = stored_populations.listed(session, who, CHOICES, None).items
    return Places(
        {row.id: row.name for row in batches},
        {row.id: row.name or f"{row.at:%Y-%m-%d}" for row in samples} if who.may(Permission.SAMPLE_DRAW) else {},
        {row.id: row.name for row in lists} if who.may(Permission.POPULATION_READ) else {},
        {row.id: row.name for row in tenants.branches(services, who)},
    )


def scope_words(scope: Mapping[str, object], places: Places) -> list[tuple[Text, Text]]:
    """What a re-audit was limited to."""
    told: list[tuple[Text, Text]] = []
    for name, title, known in (
        ("batch_id", Text("批次", "Batch"), places.batches),
        ("sample_id", Text("样本", "Sample"), places.samples),
        ("population_id", Text("销售清单", "Sold policies"), places.populations),
        ("branch_id", Text("机构", "Branch"), places.branches),
    ):
        if value := str(scope.get(name) or ""):
            word = known.get(value, value[-8:])
            told.append((title, Text(word, word)))
    start, end = scope.get("sold_from"), scope.get("sold_to")
    if start or end:
        told.append(
            (Text("销售日期", "Sold"), Text(f"{start or '…'} 至 {end or '…'}", f"{start or '…'} to {end or '…'}"))
        )
    for name, title, words in (
        ("channel", Text("渠道", "Channel"), CHANNELS),
        ("product_kind", Text("险种", "Kind"), KINDS),
        ("seller_number", Text("业务员", "Seller"), {}),
        ("verdict", Text("结论", "Verdict"), {one: verdict_word(one) for one in VERDICTS}),
        ("check_id", Text("检查项", "Check"), {}),
    ):
        if value := str(scope.get(name) or ""):
            told.append((title, words.get(value, Text(value, value))))
    if isinstance(named := scope.get("case_ids"), list) and named:
        told.append((Text("案件", "Cases"), Text(f"指定的 {len(named)} 件", f"{len(named)} that were named")))
    return told


# --- beginning ------------------------------------------------------------------------------------------


@router.get("/reaudits/new")
def new(request: Request, who: Auditor) -> Response:
    """The form, filled in from the address; with `count`, how many cases it would judge."""
    given = {name: request.query_params.get(name, "")[:200] for name in ("pack", "as_of", *SCOPE)}
    number = None
    if "count" in request.query_params:
        number = reaudits.matching(services_of(request), who, _scope(given))
    return _form(request, who, given, number=number)


def _form(
    request: Request,
    who: Principal,
    given: Mapping[str, str],
    *,
    number: int | None = None,
    problem: VerifierError | None = None,
) -> Response:
    services = services_of(request)
    titles = pack_titles(services, who)
    editions = {f"{one.pack}@{one.edition}": titles[one.pack] for one in services.editions.listed(who.tenant_id)}
    usual = services.editions.pack(services.settings.default_pack, who.tenant_id).info
    return render(
        request,
        "reaudit_new.html",
        (problem.status if isinstance(problem, ServiceError) else 422) if problem else 200,
        given={name: given.get(name, "") for name in ("pack", "as_of", *SCOPE)},
        editions=dict(reversed(editions.items())),
        usual=f"{services.settings.default_pack}@{usual.edition}",
        places=_places(services, who),
        channels=CHANNELS,
        kinds=KINDS,
        verdicts=VERDICTS,
        today=today(),
        number=number,
        problem=problem,
    )


def pack_titles(services: Services, who: Principal) -> Mapping[str, Text]:
    """What the checklists are called."""
    names = services.editions.names(who.tenant_id)
    return {name: services.editions.pack(name, who.tenant_id).info.title.text() for name in names}


def _scope(given: Mapping[str, str]) -> Scope:
    """What cannot be asked for asks for nothing."""
    filters = CaseFilters(
        given["batch_id"], day_in(given["sold_from"]), day_in(given["sold_to"]), given["branch_id"], given["channel"],
        given["product_kind"], given["seller_number"].strip(),
        given["verdict"] if given["verdict"] in VERDICTS else "",
    )  # fmt: skip
    outcome = given["outcome"] if given["outcome"] in ("fail", "review") else ""
    return Scope(filters, given["sample_id"], given["population_id"], given["check_id"].strip(), outcome)


@router.post("/reaudits")
def begin(
    request: Request,
    who: Auditor,
    pack: Annotated[str, Form(max_length=201)] = "",
    as_of: Annotated[str, Form(max_length=10)] = "",
    batch_id: Annotated[str, Form(max_length=36)] = "",
    sample_id: Annotated[str, Form(max_length=36)] = "",
    population_id: Annotated[str, Form(max_length=36)] = "",
    sold_from: Annotated[str, Form(max_length=10)] = "",
    sold_to: Annotated[str, Form(max_length=10)] = "",
    branch_id: Annotated[str, Form(max_length=36)] = "",
    channel: Annotated[str, Form(max_length=20)] = "",
    product_kind: Annotated[str, Form(max_length=40)] = "",
    seller_number: Annotated[str, Form(max_length=100)] = "",
    verdict: Annotated[str, Form(max_length=16)] = "",
    check_id: Annotated[str, Form(max_length=40)] = "",
    outcome: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    values = (
        batch_id, sample_id, population_id, sold_from, sold_to, branch_id, channel, product_kind, seller_number, verdict,
        check_id, outcome,
    )  # fmt: skip
    given = {"pack": pack, "as_of": as_of, **dict(zip(SCOPE, values, strict=True))}
    name, _, edition = pack.partition("@")
    try:
        if as_of and day_in(as_of) is None:
            raise invalid(
                "bad_day",
                Text("审核日不可用", "The day cannot be used"),
                Text("请按 年-月-日 填写", "Write YYYY-MM-DD"),
            )
        told = {key: value for key in SCOPE if (value := given[key].strip())}
        row = reaudits.begin(
            services_of(request), who, _scope(given), pack=name, edition=edition, as_of=day_in(as_of), told=told
        )
    except VerifierError as refused:
        if isinstance(refused, ServiceError) and refused.status in (403, 404):
            raise
        return _form(request, who, given, problem=refused)
    return RedirectResponse(f"/reaudits/{row.id}", status_code=303)


# --- one re-audit ---------------------------------------------------------------------------------------


@router.get("/reaudits/{reaudit_id}")
def one(
    request: Request,
    reaudit_id: str,
    who: Looking,
    view: str = "",
    check: str = "",
    before: str = "",
    after: str = "",
    cursor: str | None = None,
) -> Response:
    move = Move(check, before, after) if check or before or after else None
    return _one(request, who, reaudit_id, view=view, move=move, cursor=cursor)


def _one(
    request: Request,
    who: Principal,
    reaudit_id: str,
    *,
    view: str = "",
    move: Move | None = None,
    cursor: str | None = None,
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    found = reaudits.compared(services, who, reaudit_id)
    view = view if view in VIEWS else "changed"
    asked = Asked(move=move) if move else VIEWS[view][1]
    if asked.verdict_changed is not None and not sees_verdicts(who):
        view, asked = "changed", VIEWS["changed"][1]
    lines, hidden = reaudits.lines(services, who, reaudit_id, asked, 50, cursor)
    with services.reading() as session:
        names = people.names(session, who, [found.row.by, found.row.adopted_by])
        edition, is_trial, _ = found.row.edition.partition(TRIAL)
        edits = is_trial and who.may(Permission.PACK_EDIT)
        tried = stored_packs.of_edition(session, who, found.row.pack, edition) if edits else None
    pack = services.editions.pack(found.row.pack, found.row.tenant_id, found.row.edition)
    titles = {one.id: one.spec.title.text() for one in pack.requirements}
    return render(
        request,
        "reaudit.html",
        problem.status if problem else 200,
        row=found.row,
        pack_title=pack.info.title.text(),
        cases=found.standing.states,
        active=found.row.state in ACTIVE or found.row.state == "adopting",
        may_cancel=found.row.state in ACTIVE and who.may(Permission.REAUDIT),
        edition=edition,
        is_trial=bool(is_trial),
        draft=tried,
        scope=scope_words(found.row.scope, _places(services, who)),
        moves=matrix(found),
        sides=sides(found),
        changed=moved(found.standing.verdicts),
        checks=checks(found, titles),
        titles=titles,
        lines=[line(entry, case, hidden) for entry, case in lines.items],
        next=lines.next,
        views=VIEWS,
        view="" if move else view,
        move=move,
        kept=urlencode({"check": move.check, "before": move.before, "after": move.after} if move else {"view": view}),
        names=names,
        verdicts=sees_verdicts(who),
        verdict_word=verdict_word,
        problem=problem,
    )


@router.post("/reaudits/{reaudit_id}/{act}")
def act(request: Request, reaudit_id: str, act: Literal["adoption", "cancellation"], who: Auditor) -> Response:
    does = {"adoption": reaudits.adopt, "cancellation": reaudits.cancel}[act]
    try:
        does(services_of(request), who, reaudit_id)
    except ServiceError as refused:
        if refused.status != 409:
            raise
        return _one(request, who, reaudit_id, problem=refused)
    return RedirectResponse(f"/reaudits/{reaudit_id}", status_code=303)


@router.get("/reaudits/{reaudit_id}/cases/{case_id}")
def judged(request: Request, reaudit_id: str, case_id: str, who: Looking) -> Response:
    row, then = _then(request, who, reaudit_id, case_id)
    above = [
        (Text("重新审核", "Re-audits"), "/reaudits"),
        (Text(f"{row.pack} {row.edition}", f"{row.pack} {row.edition}"), f"/reaudits/{row.id}"),
    ]
    path = f"/reaudits/{row.id}/cases/{case_id}"
    return judged_page(request, who, then, path=path, api=f"/api/v1{path}", above=above)


@router.get("/reaudits/{reaudit_id}/cases/{case_id}/findings/{check}")
def finding(request: Request, reaudit_id: str, case_id: str, check: str, who: Looking) -> Response:
    row, then = _then(request, who, reaudit_id, case_id)
    return finding_page(request, who, then, check, path=f"/reaudits/{row.id}/cases/{case_id}")


def _then(request: Request, who: Principal, reaudit_id: str, case_id: str) -> tuple[ReAudit, judged_then.Then]:
    if not who.may(Permission.CASE_READ):
        raise not_found("案件", "case")
    return judged_then.of_reaudit(services_of(request), who, reaudit_id, case_id)
