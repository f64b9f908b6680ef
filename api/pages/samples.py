"""Samples of the sold cases, drawn so that anybody can draw them again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.deps import services_of
from api.errors import ServiceError, invalid
from api.pages.judged_then import finding_page, judged_page
from api.pages.selling import CHANNELS, KINDS, STATES, VERDICTS, verdict
from api.pages.shell import Sees, day_in, number, render
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import people
from api.store import populations as stored_populations
from api.store import samples as stored
from api.tables import Draw, SoldState
from api.workflow import draws, judged_then, tenants
from api.workflow.batches import sees_verdicts
from api.workflow.draws import Rule, Weights
from verifier.model import Text

router = APIRouter(include_in_schema=False)
Drawer = Annotated[Principal, Depends(Sees(Permission.SAMPLE_DRAW))]
CHOICES = 200  # lists to choose from
FACTOR = re.compile(r"(\w+)(?:=|>=)(.*?)×(\d+)(?: |$)")
FACTORS = {
    "channel": Text("渠道", "channel"),
    "product_kind": Text("险种", "kind"),
    "branch": Text("机构", "branch"),
    "seller_number": Text("业务员", "seller"),
    "verdict": Text("结论", "verdict"),
    "premium": Text("保费满", "premium from"),
}


@router.get("/samples")
def listed(request: Request, who: Drawer, population: str = "", cursor: str | None = None) -> Response:
    services = services_of(request)
    with services.reading() as session:
        found = stored.listed(session, who, population_id=population or None, limit=30, cursor=cursor)
        names = people.names(session, who, [row.by for row in found.items] if who.sees_full_values else [])
    return render(
        request,
        "samples.html",
        rows=found.items,
        next=found.next,
        names=names,
        populations=_populations(services, who),
        population=population,
    )


def _populations(services: Services, who: Principal) -> Mapping[str, str]:
    """Names of the lists by id, the newest first."""
    if not who.may(Permission.POPULATION_READ):
        return {}
    with services.reading() as session:
        return {row.id: row.name for row in stored_populations.listed(session, who, CHOICES, None).items}


# --- drawing ------------------------------------------------------------------------------------------


@router.get("/samples/new")
def new(request: Request, who: Drawer, population: str = "") -> Response:
    lists = _populations(services_of(request), who)
    source = "policies" if lists else "cases"
    return _form(request, who, {"population": population, "of": source, "method": "random", "amount": "50"})


def _form(
    request: Request,
    who: Principal,
    given: Mapping[str, str],
    *,
    states: Sequence[str] = ("audited", "missing"),
    weights: Mapping[str, int] | None = None,
    problem: ServiceError | None = None,
) -> Response:
    services = services_of(request)
    usual = draws.default_weights(who)
    return render(
        request,
        "sample_new.html",
        problem.status if problem else 200,
        given={name: given.get(name, "") for name in FIELDS},
        states=STATES,
        chosen_states=states,
        weights=weights or _flat(usual),
        usual=usual,
        problem=problem,
        populations=_populations(services, who),
        branches=[one.name for one in tenants.branches(services, who)],
        channels=CHANNELS,
        kinds=KINDS,
        verdicts=VERDICTS if sees_verdicts(who) else (),
    )


FIELDS = (
    "name", "of", "population", "method", "amount", "unit", "strata", "seed", "start", "end", "branch", "channel",
    "product_kind", "seller_number", "verdict",
)  # fmt: skip


def _flat(weights: Weights) -> dict[str, int]:
    """`channel=bank` to its weight."""
    return {f"{name}={key}": value for name, told in weights.model_dump().items() for key, value in told.items()}


@router.post("/samples")
def take(
    request: Request,
    who: Drawer,
    name: Annotated[str, Form(max_length=200)] = "",
    of: Annotated[str, Form(max_length=10)] = "policies",
    population: Annotated[str, Form(max_length=36)] = "",
    method: Annotated[str, Form(max_length=10)] = "random",
    amount: Annotated[str, Form(max_length=10)] = "",
    unit: Annotated[str, Form(max_length=10)] = "",
    strata: Annotated[str, Form(max_length=10)] = "",
    seed: Annotated[str, Form(max_length=100)] = "",
    start: Annotated[str, Form(max_length=10)] = "",
    end: Annotated[str, Form(max_length=10)] = "",
    branch: Annotated[str, Form(max_length=200)] = "",
    channel: Annotated[str, Form(max_length=20)] = "",
    product_kind: Annotated[str, Form(max_length=40)] = "",
    seller_number: Annotated[str, Form(max_length=100)] = "",
    verdict: Annotated[str, Form(max_length=16)] = "",
    states: Annotated[list[str] | None, Form()] = None,
    weight_of: Annotated[list[str] | None, Form()] = None,
    weight: Annotated[list[str] | None, Form()] = None,
) -> Response:
    given = {
        "name": name, "of": of, "population": population, "method": method, "amount": amount, "unit": unit,
        "strata": strata, "seed": seed, "start": start, "end": end, "branch": branch, "channel": channel,
        "product_kind": product_kind, "seller_number": seller_number, "verdict": verdict,
    }  # fmt: skip
    weights = {
        key: int(value) for key, value in zip(weight_of or [], weight or [], strict=False) if value.isdecimal()
    }  # fmt: skip
    services = services_of(request)
    try:
        rule = _rule(services, who, given, states or [], weights)
        from_list = population or None if rule.of == "policies" else None
        row = draws.take(services, who, rule, population_id=from_list, seed=_plain(seed), name=name.strip())
    except ServiceError as refused:
        if refused.status in (403, 404):
            raise
        return _form(request, who, given, states=states or (), weights=weights, problem=refused)
    return RedirectResponse(f"/samples/{row.id}", status_code=303)


def _rule(
    services: Services, who: Principal, given: Mapping[str, str], states: Sequence[str], weights: Mapping[str, int]
) -> Rule:
    """What was filled in, as the rule that is kept with the sample."""
    of_cases, branch = given["of"] == "cases", given["branch"].strip()
    told: dict[str, object] = {
        "of": given["of"],
        "method": given["method"],
        "strata": given["strata"],
        "share" if given["unit"] == "percent" else "size": given["amount"].strip() or None,
        "start": day_in(given["start"]),
        "end": day_in(given["end"]),
        "channel": given["channel"],
        "product_kind": given["product_kind"],
        "seller_number": given["seller_number"].strip(),
        "weights": _weights(weights) if given["method"] == "risk" else None,
    }
    if of_cases:
        told |= {"verdict": given["verdict"], "branch_id": _branch_id(services, who, branch)}
    else:
        told |= {"branch": branch, "states": [one for one in states if one in set(SoldState)]}
    try:
        return Rule.model_validate(told)
    except ValidationError:
        raise invalid(
            "bad_rule",
            Text("抽样规则填写有误", "The rule cannot be used as it is"),
            Text(
                "数量为 1 至 100,000 的整数，比例为 0 至 100；权重为 1 至 1000 的整数",
                "A number from 1 to 100,000, or percent up to 100; weights are whole numbers from 1 to 1000",
            ),
        ) from None


def _weights(flat: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Those that change something, by what they go by."""
    found: dict[str, dict[str, int]] = {}
    for key, value in flat.items():
        name, _, which = key.partition("=")
        if value != 1:
            found.setdefault(name, {})[which] = value
    return found


def _branch_id(services: Services, who: Principal, name: str) -> str:
    if not name:
        return ""
    found = next((one.id for one in tenants.branches(services, who) if one.name == name), "")
    if not found:
        raise invalid(
            "branch_unknown",
            Text(f"没有名为“{name}”的分支机构", f"There is no branch {name!r}"),
            Text("请从列表中选择", "Choose one of the list"),
        )
    return found


def _plain(seed: str) -> str:
    return "".join(character for character in seed if character.isprintable()).strip()


# --- one sample ---------------------------------------------------------------------------------------


@router.get("/samples/{sample_id}")
def one(request: Request, sample_id: str, who: Drawer, cursor: str | None = None) -> Response:
    return _one(request, who, sample_id, cursor=cursor)


@router.post("/samples/{sample_id}/reproduction")
def again(request: Request, sample_id: str, who: Drawer) -> Response:
    """Draw it again now from what was kept, and say whether it is the same."""
    _, population_holds, sample_holds = draws.again(services_of(request), who, sample_id)
    return _one(request, who, sample_id, held=(population_holds, sample_holds))


def _one(
    request: Request,
    who: Principal,
    sample_id: str,
    *,
    cursor: str | None = None,
    held: tuple[bool, bool] | None = None,
) -> Response:
    services = services_of(request)
    found = draws.items(services, who, sample_id, 50, cursor)
    with services.reading() as session:
        row = stored.draw(session, who, sample_id)
        names = people.names(session, who, [row.by] if who.sees_full_values else [])
    rule = draws.rule_of(row)
    return render(
        request,
        "sample.html",
        draw=row,
        rule=rule,
        filters=filters_of(services, who, rule),
        weights=_flat(rule.weights) if rule.weights else {},
        factor=factor,
        reasons=reasons,
        items=found.items,
        next=found.next,
        held=held,
        by=names.get(row.by, ""),
        populations=_populations(services, who),
        verdicts=sees_verdicts(who),
        unit=unit_of(row),
    )


def unit_of(row: Draw) -> Text:
    return Text("张保单", "policies") if row.kind == "policy" else Text("件案件", "cases")


def filters_of(services: Services, who: Principal, rule: Rule) -> list[tuple[Text, Text]]:
    """What narrowed the population, in words."""
    told: list[tuple[Text, Text]] = []
    if rule.of == "policies":
        told.append((Text("保单状态", "States"), _listed([STATES[one] for one in rule.states])))
    if rule.start or rule.end:
        start, end = rule.start or "…", rule.end or "…"
        told.append((Text("销售日期", "Sold"), Text(f"{start} 至 {end}", f"{start} to {end}")))
    branch = rule.branch
    if rule.branch_id:
        branch = next((one.name for one in tenants.branches(services, who) if one.id == rule.branch_id), rule.branch_id)
    for title, value in (
        (Text("机构", "Branch"), Text(branch, branch)),
        (Text("渠道", "Channel"), CHANNELS.get(rule.channel, Text(rule.channel, rule.channel))),
        (Text("险种", "Kind"), KINDS.get(rule.product_kind, Text(rule.product_kind, rule.product_kind))),
        (Text("业务员编号", "Seller's number"), Text(rule.seller_number, rule.seller_number)),
        (Text("结论", "Verdict"), verdict(rule.verdict) if rule.verdict else Text("", "")),
        (Text("批次", "Batch"), Text(rule.batch_id, rule.batch_id)),
    ):
        if value.zh:
            told.append((title, value))
    return told


def _listed(words: Sequence[Text]) -> Text:
    return Text("、".join(one.zh for one in words), ", ".join(one.en for one in words))


def factor(key: str) -> Text:
    """`channel=bank` in words."""
    name, _, value = key.partition("=")
    title = FACTORS.get(name.removesuffix("_from"), Text(name, name))
    said = _value(name.removesuffix("_from"), value)
    return Text(f"{title.zh} {said.zh}", f"{title.en} {said.en}")


def reasons(why: str) -> list[tuple[Text, int]]:
    """What the weight of one that was drawn comes from: `channel=bank×2 premium>=50000×2`."""
    return [(factor(f"{name}={value}"), int(times)) for name, value, times in FACTOR.findall(why)]


def _value(name: str, value: str) -> Text:
    if name == "premium":
        plain = number(int(value)) if value.isdecimal() else value
        return Text(plain, plain)
    if name == "verdict":
        return verdict(value)
    return {"channel": CHANNELS, "product_kind": KINDS}.get(name, {}).get(value, Text(value, value))


# --- a case as it was judged then -----------------------------------------------------------------------


@router.get("/samples/{sample_id}/cases/{rank}")
def judged(request: Request, sample_id: str, rank: int, who: Drawer) -> Response:
    draw, then = judged_then.of_sample(services_of(request), who, sample_id, rank)
    return judged_page(
        request,
        who,
        then,
        path=f"/samples/{draw.id}/cases/{rank}",
        api=f"/api/v1/samples/{draw.id}/items/{rank}",
        report=True,
        above=[
            (Text("抽样", "Samples"), "/samples"),
            (Text(draw.name, draw.name) if draw.name else Text("样本", "Sample"), f"/samples/{draw.id}"),
        ],
    )


@router.get("/samples/{sample_id}/cases/{rank}/findings/{check}")
def finding(request: Request, sample_id: str, rank: int, check: str, who: Drawer) -> Response:
    draw, then = judged_then.of_sample(services_of(request), who, sample_id, rank)
    return finding_page(request, who, then, check, path=f"/samples/{draw.id}/cases/{rank}")
