"""The customer's payments do not add up to a threshold in parts that each stay just below it.

Looks at the payments of this customer, and of everybody whom the same payer or account pays for, in this case
and in the history. Passes when no window of days holds such a split, or the payments are instalments of a plan,
a payroll or a family's policies. Fails when two or more payments just below a threshold reach it together.
Review when several policies of one customer reach a cash threshold on one day. Not applicable to one payment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, failed, not_applicable, passed, review
from verifier.context import Context
from verifier.ledger import listed, places, received, same_holder
from verifier.model import Compared, Evidence, Payment, Reason, Text
from verifier.screening.structuring import Split, distinct, is_regular, splits, total
from verifier.values.money import canonical_amount
from verifier.values.names import is_organisation


class Params(CheckParams):
    figures: str = "structuring"


def check(case: Case, params: Params, context: Context) -> Result:
    own = received(case, context)
    cluster = distinct([*own, *_others(case, own, context)])
    if len(cluster) < 2:
        return not_applicable("该客户只有一笔付款", "The customer made one payment only")
    figures = context.parameters.get(params.figures)
    assert isinstance(figures, Mapping)
    mine = {id(one) for one in own}
    for currency in _currencies(figures):
        for split in _splits(cluster, figures, currency):
            if any(id(one) in mine for one in split.payments) and not is_regular(split.payments):
                return _suspicious(case, split, own)
    several = _several_policies(cluster, own, figures)
    zh, en = (
        f"未见接近起点的拆分付款（{listed(cluster).zh}）",
        f"No payments split below a threshold ({listed(cluster).en})",
    )
    return several or passed(zh, en, evidence=_where(case, own), confidence=1.0)


def _currencies(figures: Mapping[str, object]) -> list[str]:
    """Those that the figures have thresholds for."""
    prefix = "thresholds_"
    return [key.removeprefix(prefix).upper() for key in figures if key.startswith(prefix)]


def _splits(cluster: Sequence[Payment], figures: Mapping[str, object], currency: str) -> list[Split]:
    windows, thresholds = figures["windows_days"], figures[f"thresholds_{currency.lower()}"]
    assert isinstance(windows, Sequence)
    assert isinstance(thresholds, Sequence)
    return splits(
        cluster,
        [Decimal(str(one)) for one in thresholds],
        [int(one) for one in windows],
        Decimal(str(figures["lower_ratio"])),
        int(str(figures["min_count"])),
        currency,
    )


def _others(case: Case, own: Sequence[Payment], context: Context) -> list[Payment]:
    """Payments of the same policyholder, and of the same payer for others who are not his family; what a
    company pays for many people is a payroll or a group and tells nothing of one customer."""
    if context.history is None:
        return []
    number, name = case.maybe("policyholder.id_number"), case.maybe("policyholder.name")
    found = list(
        context.history.payments(
            policyholder_id=number.value if number else "", policyholder=name.value if name and not number else ""
        )
    )
    family = _family(case)
    for one in own:
        if is_organisation(one.payer):
            continue
        for other in context.history.payments(payer_account=one.payer_account):
            if not is_organisation(other.payer) and not any(
                same_holder(other.policyholder, relative).agrees for relative in family if other.policyholder
            ):
                found.append(other)
    return [one for one in found if one.direction == "in" and (one.status == "" or "失败" not in one.status)]


def _family(case: Case) -> list[str]:
    """The insured and the beneficiaries of this application."""
    insured = case.maybe("insured.name")
    named = [
        field.value
        for form in case.documents_of("F01")
        for key, field in form.fields.items()
        if key.startswith("beneficiaries[") and key.endswith("].name") and field.value
    ]
    holder = case.maybe("policyholder.name")
    return [one for one in [*([insured.value] if insured else []), *named] if holder is None or one != holder.value]


def _where(case: Case, own: Sequence[Payment]) -> tuple[Evidence, ...]:
    return tuple(place for one in own for place in places(case, one, "amount", "date"))


def _suspicious(case: Case, split: Split, own: Sequence[Payment]) -> Result:
    shown, sum_of = listed(split.payments), canonical_amount(split.sum)
    limit = canonical_amount(split.threshold)
    zh = f"{split.days} 日内 {len(split.payments)} 笔付款均略低于 {limit}，合计 {sum_of}：{shown.zh}"
    en = (
        f"{len(split.payments)} payments within {split.days} days, each just below {limit}: {sum_of} in all, {shown.en}"
    )
    cases = sorted({one.case for one in split.payments} - {case.id})
    if cases:
        zh, en = f"{zh}（另见案件 {'、'.join(cases)}）", f"{en} (see also cases {', '.join(cases)})"
    return failed(
        zh,
        en,
        evidence=_where(case, [one for one in own if one in split.payments]),
        compared=[Compared(Text("付款", "payment"), listed([one]).zh) for one in split.payments],
        parameters={"threshold": f"{limit} {split.currency}", "window_days": str(split.days)},
    )


def _several_policies(
    cluster: Sequence[Payment], own: Sequence[Payment], figures: Mapping[str, object]
) -> Result | None:
    """Cash for several policies on one day, each below the first threshold and together at or above it."""
    thresholds = figures.get("thresholds_cny")
    if thresholds is None:
        return None
    assert isinstance(thresholds, Sequence)
    limit = min(Decimal(str(one)) for one in thresholds)
    for day in {one.date for one in own if one.date and one.method == "cash"}:
        cash = [one for one in cluster if one.date == day and one.method == "cash" and (one.currency or "CNY") == "CNY"]
        below = [one for one in cash if one.amount is not None and one.amount < limit]
        if len({one.policy or one.case for one in below}) > 1 and total(below) >= limit:
            zh = f"{day} 为多张保单分别交纳现金，合计 {canonical_amount(total(below))}：{listed(below).zh}"
            en = f"Cash for several policies on {day} comes to {canonical_amount(total(below))}: {listed(below).en}"
            return review(Reason.JUDGEMENT, zh, en)
    return None
