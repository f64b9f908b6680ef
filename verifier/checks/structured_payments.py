"""The customer's payments do not add up to a threshold in parts that each stay just below it.

Looks at the payments of this customer, and of everybody who shares his paying account, telephone or address, in
this case and in the history. Passes when no window of days holds such a split, or the payments are instalments of a
plan, a payroll or a family's policies. Fails when two or more payments just below a threshold reach it together.
Review when only a household together reaches it, or several policies of one customer reach a cash threshold on one
day. Not applicable to one payment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, not_applicable, passed, review
from verifier.clusters import LINKS, Linked, linked
from verifier.context import Context
from verifier.ledger import listed, places, received, said
from verifier.model import Compared, Evidence, Item, Outcome, Payment, Reason, Text
from verifier.screening.structuring import Split, distinct, is_regular, splits, total
from verifier.values.money import canonical_amount


class Params(CheckParams):
    figures: str = "structuring"


def check(case: Case, params: Params, context: Context) -> Result:
    own = received(case, context)
    others = linked(case, own, context)
    sure = distinct([*own, *(one.payment for one in others if not one.household)])
    everybody = distinct([*own, *(one.payment for one in others)])
    if len(everybody) < 2:
        return not_applicable("该客户只有一笔付款", "The customer made one payment only")
    figures = context.parameters.get(params.figures)
    assert isinstance(figures, Mapping)
    for cluster in (sure, everybody):
        split = _first(cluster, own, figures)
        if split is not None:
            return _told(case, split, own, others, context, accused=cluster is sure)
    several = _several_policies(sure, own, figures)
    zh, en = f"未见接近起点的拆分付款（{listed(sure).zh}）", f"No payments split below a threshold ({listed(sure).en})"
    return several or passed(zh, en, evidence=_where(case, own), confidence=1.0)


def _first(cluster: Sequence[Payment], own: Sequence[Payment], figures: Mapping[str, object]) -> Split | None:
    """The first split that holds a payment of this case and is no plan of instalments."""
    mine = {id(one) for one in own}
    for currency in _currencies(figures):
        for split in _splits(cluster, figures, currency):
            if any(id(one) in mine for one in split.payments) and not is_regular(split.payments):
                return split
    return None


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


def _where(case: Case, own: Sequence[Payment]) -> tuple[Evidence, ...]:
    return tuple(place for one in own for place in places(case, one, "amount", "date"))


def _told(
    case: Case, split: Split, own: Sequence[Payment], others: Sequence[Linked], context: Context, *, accused: bool
) -> Result:
    """The payments as a timeline, what ties them together, and what one payment would have called for."""
    limit, sum_of = canonical_amount(split.threshold), canonical_amount(split.sum)
    count, shown = len(split.payments), listed(split.payments)
    zh = f"{split.days} 日内 {count} 笔付款均略低于 {limit}，合计 {sum_of}：{shown.zh}"
    en = f"{count} payments within {split.days} days, each just below {limit}: {sum_of} in all, {shown.en}"
    called_for = _called_for(split, context)
    if called_for:
        zh = f"{zh}；如为一笔付款，应当{'、'.join(one.zh for one in called_for)}"
        en = f"{en}; as one payment it would have called for {', '.join(one.en for one in called_for)}"
    ties = {id(one.payment): one.by for one in others}
    cases = sorted({one.case for one in split.payments} - {case.id})
    if cases:
        by = [LINKS[tie] for tie in dict.fromkeys(ties[id(one)] for one in split.payments if id(one) in ties)]
        zh = f"{zh}（另见案件 {'、'.join(cases)}：{'、'.join(one.zh for one in by)}）"
        en = f"{en} (see also cases {', '.join(cases)}: {', '.join(one.en for one in by)})"
    if not accused:
        zh, en = (
            f"{zh}；各方住址或姓氏相同，可能为一家人，请人工判断",
            f"{en}; they may be one household: a person decides",
        )
    outcome, reason = (Outcome.FAIL, None) if accused else (Outcome.REVIEW, Reason.JUDGEMENT)
    return Result(
        outcome=outcome,
        reason=reason,
        detail=Text(zh, en),
        evidence=_where(case, [one for one in own if one in split.payments]),
        items=tuple(_step(case, one, ties.get(id(one)), outcome, reason) for one in _in_time(split.payments)),
        compared=tuple(Compared(Text("付款", "payment"), said(one).zh) for one in _in_time(split.payments)),
        parameters={"threshold": f"{limit} {split.currency}", "window_days": str(split.days), "sum": sum_of},
    )


def _in_time(payments: Sequence[Payment]) -> list[Payment]:
    return sorted(payments, key=lambda one: (one.date or date.min, one.case, one.serial))


def _step(case: Case, payment: Payment, tie: str | None, outcome: Outcome, reason: Reason | None) -> Item:
    """One line of the timeline."""
    what, link = said(payment), LINKS.get(tie or "", Text("本案", "this case"))
    whose = payment.policyholder or payment.payer or "—"
    other = "" if payment.case in ("", case.id) else f"，案件 {payment.case}"
    other_en = "" if payment.case in ("", case.id) else f", case {payment.case}"
    zh, en = f"{what.zh}（{link.zh}：{whose}{other}）", f"{what.en} ({link.en}: {whose}{other_en})"
    where = places(case, payment, "amount", "date") if payment.documents else payment.evidence
    document = payment.documents[0] if payment.documents else None
    return Item(outcome, Text(zh, en), reason, document, where, 1.0)


# by the name of a figure: what reaching it calls for, and whether it counts cash only
DUTIES = (
    ("ltr_sets", "cash_{}", True, Text("报送大额现金交易报告", "a large-cash report")),
    (
        "aml_sets",
        "cash_personal_{}",
        True,
        Text("按现金保费起点开展尽职调查", "due diligence by the threshold for cash"),
    ),
    (
        "aml_sets",
        "transfer_{}",
        False,
        Text("按转账保费起点开展尽职调查", "due diligence by the threshold for transfers"),
    ),
)


def _called_for(split: Split, context: Context) -> list[Text]:
    """The duties whose figure the sum reaches and no single payment does."""
    cash = all(one.method == "cash" for one in split.payments)
    day = max(one.date for one in split.payments if one.date is not None)
    found = []
    for sets, figure, of_cash, duty in DUTIES:
        chosen = context.parameters.dated(sets, day) if sets in context.parameters.values else None
        key = figure.format(split.currency.lower())
        if chosen is not None and chosen.has(key) and of_cash is cash:
            limit = chosen.number(key)
            if split.sum >= limit > max(one.amount or Decimal(0) for one in split.payments):
                found.append(Text(f"{duty.zh}（{chosen.name}，{limit}）", f"{duty.en} ({chosen.name}, {limit})"))
    return found


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
