"""The list of sold policies of a period: each is audited, missing or excluded, and the totals say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.deps import services_of
from api.errors import ServiceError, invalid
from api.pages.selling import CHANNELS, KINDS, STATES, VERDICTS, amount
from api.pages.selling import verdict as verdict_word
from api.pages.shell import Sees, day_in, render
from api.permissions import Permission
from api.principal import Principal
from api.store import cases as stored_cases
from api.store import people
from api.store import populations as stored
from api.store.populations import Filters, Totals
from api.tables import Population
from api.workflow import populations
from api.workflow.batches import sees_verdicts
from api.workflow.population_list import COLUMNS, accepted
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.POPULATION_READ))]
Writer = Annotated[Principal, Depends(Sees(Permission.POPULATION_WRITE))]
CHUNK = 256 * 1024
EXAMPLE: Sequence[tuple[str, Text, Text]] = (  # column, its heading, a value
    ("policy_no", Text("保单号", "policy_no"), Text("P2026000001", "P2026000001")),
    ("application_no", Text("投保单号", "application_no"), Text("T2026000001", "T2026000001")),
    ("branch", Text("分公司", "branch"), Text("上海分公司", "Shanghai")),
    ("channel", Text("渠道", "channel"), Text("银保", "bank")),
    ("product", Text("产品名称", "product"), Text("安华福终身寿险", "Anhua Life")),
    ("product_kind", Text("险种类型", "product_kind"), Text("分红型", "participating")),
    ("seller_number", Text("业务员编号", "seller_number"), Text("S001", "S001")),
    ("premium", Text("保费", "premium"), Text("24000.00", "24000.00")),
    ("sale_date", Text("投保日期", "sale_date"), Text("2026-10-02", "2026-10-02")),
)


@router.get("/populations")
def listed(request: Request, who: Reader, cursor: str | None = None) -> Response:
    with services_of(request).reading() as session:
        found = stored.listed(session, who, 30, cursor)
        states = stored.states_of(session, who, [row.id for row in found.items])
    return render(
        request,
        "populations.html",
        rows=found.items,
        next=found.next,
        states=states,
        may_load=_may_load(who),
    )


def _may_load(who: Principal) -> bool:
    return who.may(Permission.POPULATION_WRITE) and not who.branch_id


# --- loading ------------------------------------------------------------------------------------------


@router.get("/populations/new")
def new(request: Request, who: Writer) -> Response:
    return _form(request)


def _form(
    request: Request, name: str = "", start: str = "", end: str = "", problem: ServiceError | None = None
) -> Response:
    return render(
        request,
        "population_new.html",
        problem.status if problem else 200,
        name=name,
        start=start,
        end=end,
        problem=problem,
        columns=COLUMNS,
        example=EXAMPLE,
        accepted=[
            (Text("渠道", "channel"), accepted("channel")),
            (Text("险种类型", "product_kind"), accepted("product.kind")),
        ],
    )


@router.get("/populations/example.csv")
def example(who: Writer, lang: Literal["zh", "en"] = "zh") -> Response:
    """A list of one policy to begin with; the mark at its head tells spreadsheets that it is UTF-8."""
    headings = ",".join(getattr(heading, lang) for _, heading, _ in EXAMPLE)
    values = ",".join(getattr(value, lang) for _, _, value in EXAMPLE)
    data = f"\ufeff{headings}\r\n{values}\r\n"
    name = "%E9%94%80%E5%94%AE%E6%B8%85%E5%8D%95.csv" if lang == "zh" else "sold-policies.csv"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/populations")
def load(
    request: Request,
    who: Writer,
    name: Annotated[str, Form(max_length=200)] = "",
    start: Annotated[str, Form(max_length=10)] = "",
    end: Annotated[str, Form(max_length=10)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    try:
        row = _loaded(request, who, name.strip(), day_in(start), day_in(end), file)
    except ServiceError as refused:
        if refused.status == 403:
            raise
        return _form(request, name, start, end, refused)
    return RedirectResponse(f"/populations/{row.id}", status_code=303)


def _loaded(
    request: Request, who: Principal, name: str, start: date | None, end: date | None, file: UploadFile | None
) -> Population:
    if start is None or end is None:
        raise invalid(
            "period_missing",
            Text("请填写期间的起止日期", "Say from which day to which the policies were sold"),
            Text("通常为一个自然月", "Usually a month"),
        )
    if file is None or not file.filename:
        raise invalid(
            "list_missing",
            Text("请选择清单文件", "Choose the file of the list"),
            Text("CSV 或 .xlsx", "CSV or .xlsx"),
        )
    stream = file.file
    chunks = iter(lambda: stream.read(CHUNK), b"")
    return populations.load(services_of(request), who, name or f"{start:%Y-%m}", start, end, chunks)


# --- one population -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the bar that all policies make up, in hundredths. `query` leads to them."""

    tone: str
    title: Text
    number: int
    left: float
    width: float
    query: str


@router.get("/populations/{population_id}")
def one(
    request: Request,
    population_id: str,
    who: Reader,
    state: str = "",
    branch: str = "",
    channel: str = "",
    product_kind: str = "",
    seller: str = "",
    verdict: str = "",
    has_case: str = "",
    done: str = "",
    number: int = 0,
    cursor: str | None = None,
) -> Response:
    filters = _filters(state, branch, channel, product_kind, seller, verdict, has_case)
    return _one(request, who, population_id, filters, done=done, number=number, cursor=cursor)


def _filters(
    state: str, branch: str, channel: str, product_kind: str, seller: str, verdict: str, has_case: str
) -> Filters:
    """What cannot be asked for asks for nothing."""
    return Filters(
        state if state in STATES else "",
        branch,
        channel if channel in CHANNELS else "",
        product_kind if product_kind in KINDS else "",
        seller.strip(),
        verdict if verdict in VERDICTS else "",
        {"yes": True, "no": False}.get(has_case),
    )


def _one(
    request: Request,
    who: Principal,
    population_id: str,
    filters: Filters,
    *,
    done: str = "",
    number: int = 0,
    cursor: str | None = None,
    problem: ServiceError | None = None,
    because: str = "",
    chosen: Sequence[str] = (),
) -> Response:
    services = services_of(request)
    row, told = populations.totals(services, who, population_id)
    found = populations.policies_of(services, who, population_id, filters, 50, cursor)
    with services.reading() as session:
        wanted = {row.created_by, *(one.excluded_by for one in found.items)} if who.sees_full_values else set()
        names = people.names(session, who, wanted)
        cases = stored_cases.by_ids(session, who, [one.case_id for one in found.items if one.case_id])
    return render(
        request,
        "population.html",
        problem.status if problem else 200,
        population=row,
        totals=told,
        parts=parts(told, verdicts=sees_verdicts(who)),
        branches=sorted(told.branches.items(), key=lambda one: (-sum(one[1].values()), one[0])),
        policies=found.items,
        amount=amount,
        verdicts={key: case.verdict for key, case in cases.items()} if sees_verdicts(who) else {},
        next=found.next,
        filters=filters,
        kept=query_of(filters),
        names=names,
        channels=CHANNELS,
        kinds=KINDS,
        states=STATES,
        done=done,
        number_done=number,
        problem=problem,
        because=because,
        chosen=chosen,
        may_load=_may_load(who),
    )


def query_of(filters: Filters) -> str:
    """The filters as an address has them."""
    has_case = {True: "yes", False: "no", None: ""}[filters.has_case]
    told = {
        "state": filters.state, "branch": filters.branch, "channel": filters.channel,
        "product_kind": filters.product_kind, "seller": filters.seller_number, "verdict": filters.verdict,
        "has_case": has_case,
    }  # fmt: skip
    return urlencode({name: value for name, value in told.items() if value})


def parts(told: Totals, *, verdicts: bool) -> list[Part]:
    """Every policy once: the audited ones by verdict, those that are missing, those that are excluded."""
    tones = {"compliant": "pass", "incomplete": "review", "non_compliant": "fail"}
    audited = told.states["audited"]
    pieces: list[tuple[str, Text, int, str]] = []
    if verdicts:
        pieces = [
            (tones[one], Text(f"已审 · {verdict_word(one).zh}", f"Audited, {verdict_word(one).en.lower()}"),
             told.verdicts.get(one, 0), f"state=audited&verdict={one}")
            for one in VERDICTS
        ]  # fmt: skip
    rest = audited - sum(number for _, _, number, _ in pieces)
    pieces += [
        ("accent", STATES["audited"], rest, "state=audited"),
        ("missing", STATES["missing"], told.states["missing"], "state=missing"),
        ("excluded", STATES["excluded"], told.states["excluded"], "state=excluded"),
    ]
    made, left = [], 0.0
    for tone, title, number, query in pieces:
        if number:
            width = 100 * number / told.policies
            made.append(Part(tone, title, number, round(left, 3), round(width, 3), query))
            left += width
    return made


@router.get("/populations/{population_id}/outsiders")
def outsiders(
    request: Request, population_id: str, who: Reader, undated: bool = False, cursor: str | None = None
) -> Response:
    services = services_of(request)
    row, told = populations.totals(services, who, population_id)
    found = populations.outsiders(services, who, population_id, undated=undated, limit=50, cursor=cursor)
    return render(
        request,
        "outsiders.html",
        population=row,
        totals=told,
        cases=found.items,
        next=found.next,
        undated=undated,
        verdicts=sees_verdicts(who),
    )


# --- acts ---------------------------------------------------------------------------------------------


@router.post("/populations/{population_id}/reconciliation")
def reconcile(request: Request, population_id: str, who: Writer) -> Response:
    populations.reconcile(services_of(request), who, population_id)
    return RedirectResponse(f"/populations/{population_id}?done=reconciled", status_code=303)


@router.post("/populations/{population_id}/{act}")
def change(
    request: Request,
    population_id: str,
    act: Literal["exclusions", "inclusions"],
    who: Writer,
    policy_ids: Annotated[list[str] | None, Form()] = None,
    because: Annotated[str, Form(max_length=1000)] = "",
    state: str = "",
    branch: str = "",
    channel: str = "",
    product_kind: str = "",
    seller: str = "",
    verdict: str = "",
    has_case: str = "",
) -> Response:
    """Exclude the policies that were ticked, or take them back in; then the list as it was filtered."""
    services, chosen = services_of(request), list(policy_ids or [])
    filters = _filters(state, branch, channel, product_kind, seller, verdict, has_case)
    try:
        if not chosen:
            raise invalid(
                "nothing_chosen",
                Text("请先勾选保单", "Tick the policies first"),
                Text("在下方表格左侧勾选，可多选", "At the left of the table below, as many as you like"),
            )
        if act == "exclusions":
            changed = populations.exclude(services, who, population_id, chosen, because)
        else:
            changed = populations.include(services, who, population_id, chosen)
    except ServiceError as refused:
        if refused.status in (403, 404):
            raise
        return _one(request, who, population_id, filters, problem=refused, because=because, chosen=chosen)
    done = urlencode({"done": act, "number": changed})
    kept = query_of(filters)
    return RedirectResponse(f"/populations/{population_id}?{kept}{'&' if kept else ''}{done}#policies", status_code=303)
