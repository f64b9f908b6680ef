"""A case by an earlier judgement, or by that of a re-audit: the same desk as the case's own page, to read and to take away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.deps import services_of
from api.errors import not_found
from api.pages.cases import Leaf, stages
from api.pages.shell import render
from api.principal import Principal
from api.workflow import judged_then, pages
from api.workflow.judged_then import Then
from api.workflow.pages import Listed
from verifier.model import Text
from verifier.packs.load import Pack
from verifier.reports.json import shown_json
from verifier.reports.wording import Names, article


def judged_page(
    request: Request,
    who: Principal,
    then: Then,
    *,
    path: str,
    api: str,
    above: Sequence[tuple[Text, str]],
    report: bool = False,
) -> Response:
    """`path`: its address, below which the findings lie. `api`: the same of the JSON API, for pages and reports."""
    services = services_of(request)
    pack = judged_then.pack_of(services, then)
    whole = judged_then.findings_of(services, who, then)
    return render(
        request,
        "judged.html",
        then=then,
        case=then.row,
        audit=shown_json(then.case.judged()),
        stages=stages(whole, pack),
        numbers=Counter(told.effective for told in whole.findings),
        pages=[_leaf(one, pack) for one in pages.listed(services, who, then.row.id, then.case)],
        path=path,
        api=api,
        above=above,
        report=report,
    )


def _leaf(one: Listed, pack: Pack) -> Leaf:
    return Leaf(one.file, one.page, one.type or "", Names.of(pack).document(one.type) if one.type else None)


def finding_page(request: Request, who: Principal, then: Then, check: str, *, path: str) -> Response:
    """One finding of it, opened."""
    if not request.headers.get("hx-request"):
        return RedirectResponse(f"{path}#{check}", status_code=303)
    whole = judged_then.findings_of(services_of(request), who, then)
    told = next((one for one in whole.findings if one.machine["check"] == check), None)
    if told is None:
        raise not_found("检查结果", "finding")
    return render(request, "parts/finding_then.html", told=told, then=then, reasons=whole.reasons, article=article)
