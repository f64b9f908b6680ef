"""Samples: drawn by a rule and a seed, and drawn again to prove it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.routes.populations import PolicyOut, policy_out
from api.store import samples as stored
from api.store.samples import Item
from api.tables import Draw
from api.workflow import draws
from api.workflow.batches import sees_verdicts
from api.workflow.draws import Rule, Weights
from api.workflow.opened import mask
from verifier.reports.masking import masked

router = APIRouter(tags=["samples"])
Drawer = Annotated[Principal, Depends(Allowed(Permission.SAMPLE_DRAW))]


class SampleIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    population_id: str | None = Field(default=None, max_length=36)
    rule: Rule = Field(examples=[{"of": "policies", "method": "risk", "strata": "branch", "size": 50}])
    seed: str = Field(
        default="",
        max_length=100,
        pattern=r"^[^\x00-\x1f]*$",
        description="种子；空则随机产生并记录 / Empty: one is made at random and recorded",
        examples=["2026-10-lottery-4711"],
    )
    name: str = Field(default="", max_length=200, examples=["十月抽查"])


class SampleOut(BaseModel):
    """`population_sha256` and `sample_sha256` are computed as api/workflow/drawing.py documents, for anybody to check."""

    id: str
    name: str
    kind: str = Field(description="policy, case", examples=["policy"])
    population_id: str | None
    rule: dict[str, Any]
    seed: str
    size: int = Field(examples=[50])
    population_size: int = Field(examples=[1200])
    population_sha256: str
    sample_sha256: str
    by: str
    at: datetime


class SamplesOut(BaseModel):
    items: list[SampleOut]
    next: str | None = Field(examples=[None])


class DrawnCase(BaseModel):
    id: str
    name: str
    batch_id: str
    policy_no: str
    sale_date: date | None
    verdict: str | None


class DrawnThen(BaseModel):
    """What counted of the case when it was drawn. `verdict` with what people had decided by then."""

    judgement_id: str
    verdict: str | None
    judged_at: datetime
    pack: str
    edition: str
    as_of: date


class DrawnOut(BaseModel):
    """One that was drawn: its policy, its case as it is now, or both. `weight` and `why`: how much likelier it was to be
    drawn. `then`: the judgement that counted at that time; none where it was not audited yet."""

    rank: int
    stratum: str
    weight: int
    why: str = Field(examples=["channel=bank×2"])
    policy: PolicyOut | None
    case: DrawnCase | None
    then: DrawnThen | None


class DrawnPageOut(BaseModel):
    items: list[DrawnOut]
    next: str | None = Field(examples=[None])


class AgainOut(BaseModel):
    """Whether what is kept of the population has the recorded digest, and drawing from it gives the recorded sample."""

    population_holds: bool
    sample_holds: bool


@router.post(
    "/samples",
    operation_id="draw_sample",
    summary="抽样 / Draw a sample",
    status_code=201,
    responses=problems(404),
)
def take(given: SampleIn, response: Response, who: Drawer, services: Bound) -> SampleOut:
    row = draws.take(services, who, given.rule, population_id=given.population_id, seed=given.seed, name=given.name)
    response.headers["Location"] = f"/api/v1/samples/{row.id}"
    return _out(row)


@router.get(
    "/samples/weights",
    operation_id="get_default_weights",
    summary="风险抽样的默认权重 / The default weights of risk sampling",
    responses=problems(),
)
def weights(who: Drawer) -> Weights:
    return draws.default_weights(who)


@router.get("/samples", operation_id="list_samples", summary="抽样记录 / Samples", responses=problems())
def listed(
    who: Drawer,
    services: Bound,
    population: Annotated[str | None, Query(max_length=36)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SamplesOut:
    with services.reading() as session:
        found = stored.listed(session, who, population_id=population, limit=limit, cursor=cursor)
    return SamplesOut(items=[_out(row) for row in found.items], next=found.next)


@router.get("/samples/{sample_id}", operation_id="get_sample", summary="一次抽样 / A sample", responses=problems(404))
def one(sample_id: str, who: Drawer, services: Bound) -> SampleOut:
    with services.reading() as session:
        return _out(stored.draw(session, who, sample_id))


@router.get(
    "/samples/{sample_id}/items",
    operation_id="list_drawn",
    summary="抽中的保单与案件 / What was drawn",
    responses=problems(404),
)
def items(sample_id: str, who: Drawer, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> DrawnPageOut:
    found = draws.items(services, who, sample_id, limit, cursor)
    return DrawnPageOut(items=[_item(one, who) for one in found.items], next=found.next)


@router.get(
    "/samples/{sample_id}/frame",
    operation_id="get_sample_frame",
    summary="抽样底册 / What was drawn from",
    description="每行：编号、层、权重，以制表符分隔 / On each line: id, stratum and weight, separated by tabs",
    response_class=Response,
    responses={
        **problems(404, 409),
        200: {"content": {"text/tab-separated-values": {"schema": {"type": "string"}}}},
    },
)
def frame(sample_id: str, who: Drawer, services: Bound) -> Response:
    data = draws.kept_frame(services, who, sample_id)
    return Response(data, media_type="text/tab-separated-values; charset=utf-8")


@router.post(
    "/samples/{sample_id}/reproduction",
    operation_id="reproduce_sample",
    summary="重新抽取以验证 / Draw it again to prove it",
    responses=problems(404, 409),
)
def again(sample_id: str, who: Drawer, services: Bound) -> AgainOut:
    _, population_holds, sample_holds = draws.again(services, who, sample_id)
    return AgainOut(population_holds=population_holds, sample_holds=sample_holds)


def _out(row: Draw) -> SampleOut:
    return SampleOut.model_validate(row, from_attributes=True)


def _item(one: Item, who: Principal) -> DrawnOut:
    case = DrawnCase.model_validate(one.case, from_attributes=True) if one.case else None
    if case is not None and not sees_verdicts(who):
        case.verdict = None
    if case is not None and not who.sees_full_values:
        case.name, case.policy_no = mask(case.name), masked(case.policy_no)
    return DrawnOut(
        rank=one.drawn.rank,
        stratum=one.drawn.stratum,
        weight=one.drawn.weight,
        why=one.drawn.why,
        policy=policy_out(one.policy, who) if one.policy else None,
        case=case,
        then=_then(one, who),
    )


def _then(one: Item, who: Principal) -> DrawnThen | None:
    judged = one.judgement
    if judged is None:
        return None
    return DrawnThen(
        judgement_id=judged.id,
        verdict=one.drawn.verdict if sees_verdicts(who) else None,
        judged_at=judged.created_at,
        pack=judged.pack,
        edition=judged.edition,
        as_of=judged.as_of,
    )
