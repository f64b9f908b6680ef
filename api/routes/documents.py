"""The papers of a case: what each is, its fields and marks, each with its place."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.deps import Allowed, Bound
from api.errors import not_found
from api.permissions import Permission
from api.principal import Principal
from api.routes.cases_models import DocumentsOut
from api.routes.documented import problems
from api.workflow import cases
from verifier.reports.wording import Names

router = APIRouter(tags=["cases"])
Reader = Annotated[Principal, Depends(Allowed(Permission.CASE_READ))]


@router.get(
    "/cases/{case_id}/documents",
    operation_id="list_documents",
    summary="案件的材料 / Papers of a case",
    responses=problems(404, 409, 410),
)
def listed(case_id: str, who: Reader, services: Bound) -> DocumentsOut:
    return DocumentsOut(items=_documents(case_id, who, services))


@router.get(
    "/cases/{case_id}/documents/{document_id}",
    operation_id="get_document",
    summary="一份材料的字段与标记 / Fields and marks of one paper",
    response_model=dict[str, Any],
    responses=problems(404, 409, 410),
)
def one(case_id: str, document_id: str, who: Reader, services: Bound) -> dict[str, Any]:
    for document in _documents(case_id, who, services):
        if document["id"] == document_id:
            return document
    raise not_found("材料", "document")


def _documents(case_id: str, who: Principal, services: Bound) -> list[dict[str, Any]]:
    case, told = cases.audit_json(services, who, case_id)
    titles = Names.of(services.editions.pack(case.row.pack, case.row.tenant_id, case.row.edition))
    documents: list[dict[str, Any]] = told["documents"]
    for document in documents:
        title = titles.document(document["type"])
        document["title"] = {"zh": title.zh, "en": title.en}
    return documents
