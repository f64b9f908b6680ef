"""The checklists: packs by stage, each requirement with its law, logic, figures, scenarios and how often it fails."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.deps import services_of
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.workflow import packs
from verifier.reports.wording import Names, article

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.PACK_READ))]


@router.get("/checklists")
def listed(request: Request, who: Reader) -> Response:
    return render(request, "checklists.html", editions=packs.listed(services_of(request), who))


@router.get("/checklists/{pack}")
def one(request: Request, pack: str, who: Reader, edition: str = "") -> Response:
    found, outcomes = packs.shown(services_of(request), who, pack, edition)
    by_stage = {
        code: [requirement for requirement in found.requirements if requirement.spec.stage == code]
        for code in found.info.stages
    }
    return render(
        request,
        "checklist.html",
        pack=found,
        by_stage=by_stage,
        stage=Names.of(found).stage,
        outcomes=outcomes,
        edition=edition,
    )


@router.get("/checklists/{pack}/{check}")
def requirement(request: Request, pack: str, check: str, who: Reader, edition: str = "") -> Response:
    found = packs.explained(services_of(request), who, pack, check, edition)
    return render(request, "requirement.html", found=found, article=article)
