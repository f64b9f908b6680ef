"""Reference lists: sellers, institutions, payments, watchlists and the others of the contract."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.bodies import with_body
from api.routes.documented import problems
from api.routes.uploads import BYTES
from api.tables import ReferenceList
from api.workflow import references
from verifier.context import REFERENCE_NAMES

router = APIRouter(tags=["references"])
Writer = Annotated[Principal, Depends(Allowed(Permission.REFERENCE_WRITE))]


class ReferenceOut(BaseModel):
    """`replaced_at` null: it counts. `problems`: rows that were left out."""

    id: str
    name: str = Field(examples=["sellers"])
    file: str = Field(examples=["sellers.csv"])
    sha256: str
    rows: int = Field(examples=[3200])
    problems: list[dict[str, Any]]
    created_by: str
    created_at: datetime
    replaced_at: datetime | None


class ReferencesOut(BaseModel):
    items: list[ReferenceOut]
    next: str | None = Field(examples=[None])


class KindOut(BaseModel):
    name: str = Field(examples=["opt_out"])
    columns: list[str] = Field(examples=[["phone", "date"]])


class KindsOut(BaseModel):
    items: list[KindOut]


@router.get(
    "/references/kinds", operation_id="list_reference_kinds", summary="清单种类与列名 / The lists and their columns",
    responses=problems(),
)  # fmt: skip
def kinds(who: Writer) -> KindsOut:
    return KindsOut(items=[KindOut(name=name, columns=list(references.columns(name))) for name in REFERENCE_NAMES])


@router.post(
    "/references",
    operation_id="load_reference",
    summary="上传参考清单 / Supply a list",
    description="正文为文件本身；同名清单以最新的为准，名单（watchlist）按文件并列。"
    " / The body is the file. The newest of a name counts; watchlists stand side by side, one of each file.",
    status_code=201,
    responses=problems(413, 503, 507),
    openapi_extra=BYTES,
)
async def load(
    request: Request,
    response: Response,
    who: Writer,
    services: Bound,
    file: Annotated[str, Query(min_length=5, max_length=200, examples=["sellers.csv", "sdn-2026-11-20.csv"])],
) -> ReferenceOut:
    row = await with_body(request, lambda chunks: references.load(services, who, file, chunks))
    response.headers["Location"] = f"/api/v1/references/{row.id}"
    return _out(row)


@router.get(
    "/references",
    operation_id="list_references",
    summary="参考清单与历次版本 / Lists and their versions",
    responses=problems(),
)
def listed(
    who: Writer,
    services: Bound,
    name: Annotated[str | None, Query(max_length=40)] = None,
    current: Annotated[bool, Query(description="只列现行的 / Only those that count")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ReferencesOut:
    found = references.listed(services, who, name=name, current=current, limit=limit, cursor=cursor)
    return ReferencesOut(items=[_out(row) for row in found.items], next=found.next)


@router.get(
    "/references/{reference_id}", operation_id="get_reference", summary="一份清单 / A list", responses=problems(404)
)
def one(reference_id: str, who: Writer, services: Bound) -> ReferenceOut:
    return _out(references.one(services, who, reference_id))


@router.delete(
    "/references/{reference_id}",
    operation_id="withdraw_reference",
    summary="停用 / Withdraw it: nothing takes its place",
    status_code=204,
    responses=problems(404, 409),
)
def withdraw(reference_id: str, who: Writer, services: Bound) -> None:
    references.withdraw(services, who, reference_id)


def _out(row: ReferenceList) -> ReferenceOut:
    return ReferenceOut.model_validate(row, from_attributes=True)
