"""Lists that checks look things up in: products, people, watchlists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.deps import services_of
from api.errors import ServiceError, invalid, not_found
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.routes.bodies import parts, with_body
from api.store import people
from api.tables import ReferenceList
from api.workflow import references
from verifier.errors import VerifierError
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Writer = Annotated[Principal, Depends(Sees(Permission.REFERENCE_WRITE))]

PURPOSES = {
    "sellers": Text("核对销售人员是否登记、在职、在授权期内", "whether the seller is registered, in office and authorised"),
    "institutions": Text("核对销售机构的许可、业务范围与地域", "licence, scope and region of who sells"),
    "products": Text("核对产品备案、种类、风险等级与投保年龄", "filing, kind, risk level and ages of products"),
    "payments": Text("核对保费由谁支付、是否异常", "who paid the premium, and what is unusual"),
    "payees": Text("核对保费是否付到公司账户", "whether money went to the company's own account"),
    "staff": Text("发现员工代付、代收与留用员工电话", "staff who pay, are paid, or leave their own telephone"),
    "surrenders": Text("发现异常退保，核对保单替换", "early and unusual surrenders, and policies that replaced others"),
    "watchlist": Text("筛查制裁与观察名单", "whether a party is on a sanctions list or watchlist"),
    "opt_out": Text("客户何时表示不愿接到来电", "when somebody said that they want no calls"),
    "contact_log": Text("何时给谁打过电话，与拒绝来电登记核对", "who was called when, held against that register"),
}  # fmt: skip


@router.get("/references")
def listed(request: Request, who: Writer) -> Response:
    """Every kind of list, with those of it that count."""
    services = services_of(request)
    rows: list[ReferenceList] = []
    cursor: str | None = None
    while True:  # a handful: one of each kind, and the watchlists
        page = references.listed(services, who, name=None, current=True, limit=200, cursor=cursor)
        rows += page.items
        if not (cursor := page.next):
            break
    return render(
        request,
        "references.html",
        kinds=references.NAMES,
        purposes=PURPOSES,
        loaded={name: [row for row in rows if row.name == name] for name in references.NAMES},
    )


@router.get("/references/kinds/{name}")
def kind(request: Request, name: str, who: Writer, cursor: str | None = None) -> Response:
    return _kind(request, who, name, cursor=cursor)


def _kind(
    request: Request, who: Principal, name: str, *, cursor: str | None = None, problem: VerifierError | None = None
) -> Response:
    if name not in references.NAMES:
        raise not_found("参照名单", "reference list")
    services = services_of(request)
    found = references.listed(services, who, name=name, current=False, limit=30, cursor=cursor)
    with services.reading() as session:
        names = people.names(session, who, [row.created_by for row in found.items])
    more: Any = problem.more.get("errors", ()) if isinstance(problem, ServiceError) else ()
    return render(
        request,
        "reference_kind.html",
        (problem.status if isinstance(problem, ServiceError) else 422) if problem else 200,
        name=name,
        title=references.NAMES[name],
        purpose=PURPOSES[name],
        columns=references.columns(name),
        versions=found.items,
        next=found.next,
        names=names,
        problem=problem,
        lines=more,
        everywhere=who.branch_id is None,
    )


@router.get("/references/kinds/{name}/template.csv")
def template(name: str, who: Writer) -> Response:
    """The heading of a list, to be filled in; with the mark by which spreadsheets know UTF-8."""
    if name not in references.NAMES:
        raise not_found("参照名单", "reference list")
    return Response(
        "﻿" + ",".join(references.columns(name)) + "\r\n",
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@router.post("/references/kinds/{name}")
async def load(request: Request, name: str, who: Writer) -> Response:
    """The file of the form, as it comes. What is wrong in it is told line by line on the page of the list."""
    try:
        row = await with_body(request, lambda body: _kept(request, who, name, body))
    except VerifierError as refused:
        if isinstance(refused, ServiceError) and refused.status in (403, 404):
            raise
        told = refused
        return await run_in_threadpool(lambda: _kind(request, who, name, problem=told))
    return RedirectResponse(f"/references/{row.id}", status_code=303)


def _kept(request: Request, who: Principal, name: str, body: Iterator[bytes]) -> ReferenceList:
    if name not in references.NAMES:
        raise not_found("参照名单", "reference list")
    for part in parts(request, body):
        file = references.file_for(name, part.name)
        return references.load(services_of(request), who, file, part.chunks)
    raise invalid(
        "no_file", Text("没有选择文件", "No file was chosen"), Text("请选择一个 CSV 文件", "Choose a CSV file")
    )


@router.get("/references/{reference_id}")
def one(request: Request, reference_id: str, who: Writer) -> Response:
    return _one(request, who, reference_id)


def _one(request: Request, who: Principal, reference_id: str, problem: ServiceError | None = None) -> Response:
    services = services_of(request)
    row = references.one(services, who, reference_id)
    with services.reading() as session:
        names = people.names(session, who, [row.created_by])
    return render(
        request,
        "reference.html",
        problem.status if problem else 200,
        row=row,
        title=references.NAMES.get(row.name, Text(row.name, row.name)),
        names=names,
        most=references.KEPT_PROBLEMS,
        problem=problem,
        everywhere=who.branch_id is None,
    )


@router.post("/references/{reference_id}/withdraw")
def withdraw(request: Request, reference_id: str, who: Writer) -> Response:
    try:
        references.withdraw(services_of(request), who, reference_id)
    except ServiceError as refused:
        if refused.status in (403, 404):
            raise
        return _one(request, who, reference_id, refused)
    return RedirectResponse(f"/references/{reference_id}", status_code=303)
