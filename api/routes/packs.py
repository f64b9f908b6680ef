"""Checklists: packs and their requirements."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import Allowed, Bound
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.routes.packs_models import (
    EditionsOut,
    PackOut,
    RequirementOut,
    edition_out,
    pack_out,
    requirement_out,
)
from api.workflow import packs

router = APIRouter(tags=["packs"])
Reader = Annotated[Principal, Depends(Allowed(Permission.PACK_READ))]
Edition = Annotated[str, Query(max_length=100, description="空：最新 / Empty: the newest", examples=["2026.11"])]


@router.get(
    "/packs", operation_id="list_packs", summary="可用的检查清单版本 / Editions of checklists", responses=problems()
)
def listed(who: Reader, services: Bound) -> EditionsOut:
    return EditionsOut(items=[edition_out(one) for one in packs.listed(services, who)])


@router.get(
    "/packs/{pack}",
    operation_id="get_pack",
    summary="按环节列出要求 / A checklist by stage",
    responses=problems(),
)
def one(pack: str, who: Reader, services: Bound, edition: Edition = "") -> PackOut:
    found, outcomes = packs.shown(services, who, pack, edition)
    return pack_out(found, outcomes)


@router.get(
    "/packs/{pack}/requirements/{requirement_id}",
    operation_id="get_requirement",
    summary="一项要求：依据、逻辑、参数、情景 / A requirement: law, logic, parameters, scenarios",
    responses=problems(404),
)
def requirement(pack: str, requirement_id: str, who: Reader, services: Bound, edition: Edition = "") -> RequirementOut:
    return requirement_out(packs.explained(services, who, pack, requirement_id, edition))
