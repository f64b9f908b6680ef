"""Which sold cases are looked at? Random and risk-weighted samples that anybody can draw again (api.workflow.drawing)."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlmodel import Session

from api import trail
from api.clock import now
from api.errors import conflict, invalid
from api.paging import Page
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import populations
from api.store import samples as stored
from api.tables import Draw, Drawn, SoldState, new_id
from api.workflow import webhooks
from api.workflow.batches import require_verdicts, sees_verdicts
from api.workflow.drawing import Unit, draw, frame, frame_digest, frame_lines, sample_digest
from verifier.model import Text

FRAME = "frame"  # kind of blob
LARGEST = 100_000
Weight = int


class Weights(BaseModel):
    """By how much more likely some are to be drawn: whole numbers that multiply. What is not named counts once."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    channel: dict[str, Weight] = {}
    product_kind: dict[str, Weight] = {}
    branch: dict[str, Weight] = {}
    seller_number: dict[str, Weight] = {}
    verdict: dict[str, Weight] = {}
    premium_from: dict[str, Weight] = Field(
        {}, description="保费达到该数额的权重，取达到的最高一档 / By premium reached: the highest step counts"
    )

    @model_validator(mode="after")
    def _whole(self) -> Weights:
        for name in type(self).model_fields:
            for key, value in getattr(self, name).items():
                if not 1 <= value <= 1000:
                    raise ValueError(f"{name}.{key}: a weight is a whole number from 1 to 1000")
                if name == "premium_from" and not key.replace(".", "", 1).isdecimal():
                    raise ValueError(f"premium_from: {key} is no amount")
        return self


BY_RISK = Weights(
    channel={"bank": 2, "phone": 2, "online": 2, "broker": 2},
    product_kind={"unit_linked": 3, "universal": 2, "participating": 2, "annuity": 2},
    verdict={"non_compliant": 4, "incomplete": 2},
    premium_from={"50000": 2, "200000": 3, "1000000": 5},
)


class Rule(BaseModel):
    """The rule of drawing, recorded with the sample. `size` or `share` (percent). Weights of `risk` are BY_RISK unless given."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    of: Literal["policies", "cases"] = Field(
        "policies", description="从销售清单或已审案件中抽取 / From a population, or from judged cases"
    )
    method: Literal["random", "risk"] = "random"
    strata: Literal["", "branch"] = Field("", description="分层 / By branch, each in proportion")
    size: int | None = Field(None, ge=1, le=LARGEST)
    share: Decimal | None = Field(None, gt=0, le=100, description="比例（%） / Percent")
    weights: Weights | None = None
    states: tuple[SoldState, ...] = Field(
        (SoldState.AUDITED, SoldState.MISSING), description="保单状态 / States of policies"
    )
    start: date | None = None
    end: date | None = None
    batch_id: str = Field("", max_length=36)
    branch: str = Field("", max_length=200)
    branch_id: str = Field("", max_length=36)
    channel: str = Field("", max_length=20)
    product_kind: str = Field("", max_length=40)
    seller_number: str = Field("", max_length=100)
    verdict: str = Field("", max_length=16)

    @model_validator(mode="after")
    def _sized(self) -> Rule:
        if (self.size is None) == (self.share is None):
            raise ValueError("give size or share, one of them")
        if self.weights is not None and self.method != "risk":
            raise ValueError("weights belong to the method risk")
        return self

    @property
    def by_verdict(self) -> bool:
        """Whether who was drawn says something of verdicts."""
        return bool(self.verdict or (self.weights and self.weights.verdict))

    def number(self, of: int) -> int:
        if self.size is not None:
            return min(self.size, of)
        assert self.share is not None
        return min(of, math.ceil(of * self.share / 100))


def take(
    services: Services,
    who: Principal,
    rule: Rule,
    *,
    population_id: str | None = None,
    seed: str = "",
    name: str = "",
    draw_id: str = "",
) -> Draw:
    """Draw a sample from what the asker may see. With `draw_id` it is drawn once, however often it is asked for."""
    who.require(Permission.SAMPLE_DRAW)
    seed = seed.strip() or secrets.token_hex(8)
    if rule.method == "risk" and rule.weights is None:
        rule = rule.model_copy(update={"weights": default_weights(who)})
    if rule.by_verdict:
        require_verdicts(who)
    with services.reading() as session:
        if draw_id and (known := session.get(Draw, draw_id)) is not None:
            return known
        candidates, units = _population(session, who, rule, population_id)
    ordered = frame(units)
    if not ordered:
        raise invalid(
            "nothing_to_draw",
            Text("没有符合条件的对象可抽", "Nothing fits the rule"),
            Text("请放宽条件", "Widen the rule"),
        )
    drawn = draw(ordered, seed, rule.number(len(ordered)), by_stratum=bool(rule.strata))
    row = Draw(
        id=draw_id or new_id(),
        tenant_id=who.tenant_id,
        population_id=population_id,
        rule=rule.model_dump(mode="json", exclude_defaults=True) | {"of": rule.of, "method": rule.method},
        name=name,
        kind="policy" if rule.of == "policies" else "case",
        seed=seed,
        size=len(drawn),
        population_size=len(ordered),
        population_sha256=frame_digest(ordered),
        sample_sha256=sample_digest(drawn),
        by=who.id,
        at=now(),
    )
    services.blobs.put_named(who.tenant_id, FRAME, row.id, b"".join(frame_lines(ordered)))
    with services.writing() as session:
        if session.get(Draw, row.id) is not None:
            return row
        _keep(session, row, [(unit, candidates[unit.id]) for unit in drawn])
        trail.record(
            session, who, "sample.drawn", "draw", row.id, size=row.size, of=row.population_size,
            population=population_id, population_sha256=row.population_sha256, sample_sha256=row.sample_sha256,
        )  # fmt: skip
        webhooks.emit(
            services, session, who.tenant_id, "sample.drawn",
            sample_id=row.id, size=row.size, of=row.population_size,
            link=webhooks.link(services, f"samples/{row.id}"),
        )  # fmt: skip
    return row


def default_weights(who: Principal) -> Weights:
    """BY_RISK, without the verdicts for those who are not told them."""
    return BY_RISK if sees_verdicts(who) else BY_RISK.model_copy(update={"verdict": {}})


def _population(
    session: Session, who: Principal, rule: Rule, population_id: str | None
) -> tuple[dict[str, populations.Drawable], list[Unit]]:
    candidates: dict[str, populations.Drawable] = {}
    units: list[Unit] = []
    steps = (
        sorted((Decimal(step), weight) for step, weight in rule.weights.premium_from.items()) if rule.weights else []
    )
    for one in _candidates(session, who, rule, population_id):
        candidates[one.key] = one
        units.append(_unit(one, rule, steps))
    return candidates, units


def _candidates(
    session: Session, who: Principal, rule: Rule, population_id: str | None
) -> Iterator[populations.Drawable]:
    if rule.of == "cases":
        yield from stored.every_case(session, who, _case_filters(rule))
        return
    if not population_id:
        raise invalid(
            "population_missing",
            Text("请指定销售清单", "Name the population to draw from"),
            Text("或将 of 设为 cases，从已审案件中抽取", "Or set `of` to cases, to draw from judged cases"),
        )
    populations.population(session, who, population_id)
    filters = populations.Filters("", rule.branch, rule.channel, rule.product_kind, rule.seller_number)
    for one in populations.every_policy(session, who, population_id, filters):
        if one.state in rule.states and _in_days(one.sale_date, rule):
            yield one


def _case_filters(rule: Rule) -> stored.CaseFilters:
    names = ("batch_id", "start", "end", "branch_id", "channel", "product_kind", "seller_number", "verdict")
    return stored.CaseFilters(**{name: getattr(rule, name) for name in names})


def _in_days(day: date | None, rule: Rule) -> bool:
    if rule.start is None and rule.end is None:
        return True
    return day is not None and (rule.start or day) <= day <= (rule.end or day)


def _unit(one: populations.Drawable, rule: Rule, steps: Sequence[tuple[Decimal, int]]) -> Unit:
    factors = list(_factors(rule.weights, one, steps)) if rule.weights else []
    weight = math.prod(number for _, number in factors)
    why = " ".join(f"{name}×{number}" for name, number in factors)
    return Unit(one.key, one.branch if rule.strata else "", weight, why[:200])


def _factors(
    weights: Weights, one: populations.Drawable, steps: Sequence[tuple[Decimal, int]]
) -> Iterator[tuple[str, int]]:
    for name in ("channel", "product_kind", "branch", "seller_number", "verdict"):
        value = getattr(one, name)
        number = getattr(weights, name).get(value, 1)
        if number != 1:
            yield f"{name}={value}", number
    premium = _amount(one.premium)
    reached = [step for step in steps if premium is not None and premium >= step[0]]
    if reached and reached[-1][1] != 1:
        yield f"premium>={reached[-1][0]:f}", reached[-1][1]


def _amount(text: str) -> Decimal | None:
    """A stored amount, which is plain digits; nothing where a paper printed something else."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _keep(session: Session, row: Draw, drawn: Sequence[tuple[Unit, populations.Drawable]]) -> None:
    session.add(row)
    session.flush()
    session.add_all(
        Drawn(
            draw_id=row.id,
            rank=rank,
            policy_id=one.policy_id,
            case_id=one.case_id,
            judgement_id=one.judgement_id,
            verdict=one.verdict,
            stratum=unit.stratum,
            weight=unit.weight,
            why=unit.why,
        )
        for rank, (unit, one) in enumerate(drawn, start=1)
    )


def items(services: Services, who: Principal, draw_id: str, limit: int, cursor: str | None) -> Page[stored.Item]:
    """What was drawn. Who looked at it is on the trail."""
    who.require(Permission.SAMPLE_DRAW)
    with services.writing() as session:
        row = _open(session, who, draw_id)
        found = stored.items(session, who, row.id, limit, cursor)
        trail.record(session, who, "sample.viewed", "draw", row.id, rows=len(found.items))
    return found


def rule_of(row: Draw) -> Rule:
    """The rule that a sample was drawn by."""
    return Rule.model_validate(row.rule or {"size": row.size})


def _open(session: Session, who: Principal, draw_id: str) -> Draw:
    """A sample whose units this person may look at."""
    row = stored.draw(session, who, draw_id)
    if rule_of(row).by_verdict:
        require_verdicts(who)
    return row


# --- drawing it again -------------------------------------------------------------------------------


def kept_frame(services: Services, who: Principal, draw_id: str) -> bytes:
    """What was drawn from, line by line: id, stratum, weight. Downloading it is on the trail."""
    who.require(Permission.SAMPLE_DRAW)
    with services.reading() as session:
        row = _open(session, who, draw_id)
    data = services.blobs.named(row.tenant_id, FRAME, row.id)
    if data is None:
        raise conflict(
            "frame_gone",
            Text("抽样底册已清除", "What was drawn from was purged"),
            Text("请从备份恢复", "Restore it from a backup"),
        )
    with services.writing() as session:
        trail.record(session, who, "sample.frame_read", "draw", row.id)
    return data


def again(services: Services, who: Principal, draw_id: str) -> tuple[Draw, bool, bool]:
    """Draw the sample again from what was kept: whether the population is the one recorded, and the sample the same."""
    data = kept_frame(services, who, draw_id)
    with services.reading() as session:
        row = stored.draw(session, who, draw_id)
    units = [_read(line) for line in data.decode().splitlines()]
    rule = rule_of(row)
    drawn = draw(units, row.seed, row.size, by_stratum=bool(rule.strata))
    return row, frame_digest(frame(units)) == row.population_sha256, sample_digest(drawn) == row.sample_sha256


def _read(line: str) -> Unit:
    key, stratum, weight = line.split("\t")  # lists are loaded with single blanks, so no value holds a tab
    return Unit(key, stratum, int(weight))
