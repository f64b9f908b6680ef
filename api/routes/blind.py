"""Blind second looks: passes that a person judges again without seeing what the machine said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import Sentence, problems
from api.routes.reviews_models import LookIn, LookOut, LooksPage, look_out
from api.services import Services
from api.tables import BlindLook
from api.workflow import blind
from verifier.model import Outcome

router = APIRouter(tags=["blind looks"])
Looker = Annotated[Principal, Depends(Allowed(Permission.BLIND_REVIEW))]
Head = Annotated[Principal, Depends(Allowed(Permission.DASHBOARD))]


@router.post(
    "/blind-looks/next",
    operation_id="take_blind_look",
    summary="领取盲审 / Take the next blind look",
    description="不领取本人参与过的案件；没有时为 204。 / Never of a case that one had a hand in; 204 when there is none.",
    response_model=LookOut,
    responses={**problems(), 204: {"description": "没有待盲审项 / Nothing to look at"}},
)
def take(who: Looker, services: Bound) -> LookOut | Response:
    row = blind.take(services, who)
    return _told(services, who, row) if row else Response(status_code=204)


@router.get(
    "/blind-looks", operation_id="list_blind_looks", summary="已完成的盲审 / Looks that are done", responses=problems()
)
def listed(who: Head, services: Bound, missed: bool = False, limit: Limit = 50, cursor: Cursor = None) -> LooksPage:
    found = blind.listed(services, who, missed=missed, limit=limit, cursor=cursor)
    return LooksPage(items=[look_out(row, who) for row in found.items], next=found.next)


@router.get(
    "/blind-looks/{look_id}",
    operation_id="get_blind_look",
    summary="一项盲审 / One blind look",
    responses=problems(404),
)
def one(look_id: str, who: Looker, services: Bound) -> LookOut:
    return _told(services, who, blind.seen(services, who, look_id))


@router.post(
    "/blind-looks/{look_id}/outcome",
    operation_id="judge_blind_look",
    summary="盲审结论 / Give one's own outcome",
    description="认为未满足的，该检查结果重新待决。 / One that comes to a failure opens the finding again.",
    responses=problems(404, 409, 410),
)
def judge(look_id: str, given: LookIn, who: Looker, services: Bound) -> LookOut:
    return look_out(blind.judge(services, who, look_id, Outcome(given.outcome), given.reason), who)


@router.post(
    "/blind-looks/{look_id}/hand-back",
    operation_id="hand_back_blind_look",
    summary="退回盲审 / Leave a look to others",
    status_code=204,
    responses=problems(404, 409),
)
def hand_back(look_id: str, who: Looker, services: Bound) -> None:
    blind.hand_back(services, who, look_id)


def _told(services: Services, who: Principal, row: BlindLook) -> LookOut:
    """With what the law asks for, so that the person knows what to look at."""
    asked = blind.requirement_of(services, row)
    if asked is None:
        return look_out(row, who)
    title, remedy = asked
    return look_out(row, who).model_copy(
        update={"title": Sentence(zh=title.zh, en=title.en), "remedy": Sentence(zh=remedy.zh, en=remedy.en)}
    )
