"""How does the institution stand? Pictures first; every figure opens the cases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.deps import services_of
from api.pages.shell import Sees, day_in, render
from api.permissions import Permission
from api.principal import Principal
from api.store.dashboard import Cut
from api.workflow import dashboard
from api.workflow.dashboard import Figure, Month
from verifier.reports.wording import Names

router = APIRouter(include_in_schema=False)
Head = Annotated[Principal, Depends(Sees(Permission.DASHBOARD))]
ORDER = ("compliant", "incomplete", "non_compliant", "not_judged")
WIDE, HIGH, FOOT = 720.0, 220.0, 24.0
FEWEST = 12  # columns that the picture has room for, so that one month is no wall


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column, in the picture's units."""

    figure: Figure
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    middle: float
    blocks: Sequence[Block]
    total: int


@router.get("/dashboard")
def seen(request: Request, who: Head, sold_from: str = "", sold_to: str = "") -> Response:
    services = services_of(request)
    cut = Cut(sold_from=day_in(sold_from), sold_to=day_in(sold_to))
    found = dashboard.figures(services, who, cut)
    pack = services.editions.pack(services.settings.default_pack, who.tenant_id)
    return render(
        request,
        "dashboard.html",
        found=found,
        columns=columns([one for one in found.months if one.month]),
        unknown=next((one for one in found.months if not one.month), None),
        wide=WIDE,
        high=HIGH,
        foot=FOOT,
        address=address,
        bar=bar,
        titles={one.id: one.spec.title.text() for one in pack.requirements},
        stage=Names.of(pack).stage,
        sold_from=sold_from,
        sold_to=sold_to,
    )


def columns(months: Sequence[Month]) -> list[Column]:
    """Stacked columns, one a month, the tallest as high as the picture."""
    tallest = max((sum(one.number for one in month.verdicts) for month in months), default=0)
    if not tallest:
        return []
    step = WIDE / max(len(months), FEWEST)
    made = []
    for place, month in enumerate(months):
        left, top, blocks = place * step + step * 0.15, HIGH, []
        for figure in sorted(month.verdicts, key=lambda one: ORDER.index(one.key) if one.key in ORDER else 9):
            height = (HIGH - 16) * figure.number / tallest
            top -= height
            blocks.append(Block(figure, left, top, step * 0.7, height))
        made.append(Column(month.month, left + step * 0.35, blocks, sum(one.number for one in month.verdicts)))
    return made


def address(figure: Figure) -> str:
    return f"/cases?{urlencode(figure.filter)}" if figure.filter is not None else ""


def bar(figure: Figure, figures: Sequence[Figure]) -> float:
    """Length of a bar beside others of its list, 0 to 100."""
    longest = max((one.number for one in figures), default=0)
    return round(100 * figure.number / longest, 2) if longest else 0.0
