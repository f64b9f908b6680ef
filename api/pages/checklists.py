"""The checklists: packs by stage, each requirement with its law, logic, figures, scenarios and how often it fails."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.deps import services_of
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.workflow import draft_figures, packs
from verifier.reports.plain import Speech, condition, logic, settings
from verifier.reports.wording import Names, article

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Sees(Permission.PACK_READ))]


@router.get("/checklists")
def listed(request: Request, who: Reader) -> Response:
    services = services_of(request)
    editions = packs.listed(services, who)
    titles = {
        name: services.editions.pack(name, who.tenant_id).info.title.text() for name in {one.pack for one in editions}
    }
    newest = {one.pack: one.edition for one in editions}
    return render(request, "checklists.html", editions=list(reversed(editions)), titles=titles, newest=newest)


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
    """One requirement: when it applies, what it demands of which papers, by which figures, shown by scenarios."""
    services = services_of(request)
    found = packs.explained(services, who, pack, check, edition)
    spec = found.requirement.spec
    groups = draft_figures.groups(found.pack, {})
    return render(
        request,
        "requirement.html",
        found=found,
        article=article,
        logic=logic(spec.check),
        applies=condition(spec.applies, Speech(found.pack)),
        settings=settings(spec, found.pack),
        figures=[one for one in groups if spec.id in {reader.id for reader in one.requirements}],
        scenarios=packs.scenarios_told(services, found),
        papers=[found.pack.vocabulary().title(code) for code in spec.ask],
        stage=Names.of(found.pack).stage(spec.stage, pack),
        edition=edition,
    )
