"""Cash taken outside the business premises stays within the limit.

Passes when each cash payment is within the limit for one contract at one time, or was paid at a counter.
Fails when more was taken outside the premises: the paper says so, or a seller received or signed for it.
Review when more cash was taken and the papers do not say where.
"""

from __future__ import annotations

from decimal import Decimal

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.ledger import first_paper, papers_of, places, received, said, same_holder
from verifier.model import Evidence, Item, MarkState, Payment, Reason


class Params(CheckParams):
    limit: str = "cash_outside_premises_cny"


def check(case: Case, params: Params, context: Context) -> Result:
    cash = [one for one in received(case, context) if one.method == "cash"]
    if not cash:
        return not_applicable("没有现金交费", "No cash was paid")
    limit = context.parameters.number(params.limit)
    items = [_item(case, one, limit, context) for one in cash]
    figures = {"limit": f"{limit} CNY"}
    return from_items(items, "现金收取符合限额", "Cash was taken within the limit", parameters=figures)


def _item(case: Case, payment: Payment, limit: Decimal, context: Context) -> Item:
    paper, what, where = first_paper(payment), said(payment), places(case, payment, "amount", "method")
    if payment.amount is None:
        return doubt(Reason.UNREADABLE, f"{what.zh}：金额未读出", f"{what.en}: the amount was not read", where, paper)
    if payment.amount <= limit and payment.currency == "CNY":
        return good(f"{what.zh}：未超过 {limit} 元", f"{what.en}: not above {limit} CNY", where, paper)
    place, seen = _place(case, payment, context)
    if place == "counter":
        return good(f"{what.zh}：在柜面缴存", f"{what.en}: paid at a counter", (*where, *seen), paper)
    if place == "outside":
        zh, en = (
            f"{what.zh}：展业现场收取，超过 {limit} 元",
            f"{what.en}: taken outside the premises, above {limit} CNY",
        )
        return bad(zh, en, (*where, *seen), paper)
    zh, en = f"{what.zh}：超过 {limit} 元，收取地点不明", f"{what.en}: above {limit} CNY, and where is not said"
    return doubt(Reason.FACT_MISSING, zh, en, where, paper)


def _place(case: Case, payment: Payment, context: Context) -> tuple[str, tuple[Evidence, ...]]:
    """`outside`, `counter` or unknown, by the words of the paper, its kind and who took the money."""
    papers = papers_of(case, payment)
    for place, lexicon in (("outside", "places_outside"), ("counter", "places_counter")):
        for paper in papers:
            for line in paper.lines:
                if any(word in line.text for word in context.lexicon(lexicon)):
                    return place, (line.evidence,)
    taken = _taken_by_seller(case, payment)
    if taken:
        return "outside", taken
    if any(paper.variant == "cash_deposit" for paper in papers):
        return "counter", ()
    return "", ()


def _taken_by_seller(case: Case, payment: Payment) -> tuple[Evidence, ...]:
    seller = case.maybe("seller.name")
    for paper in papers_of(case, payment):
        for name in ("issuer_person", "payee.name"):
            field = paper.fields.get(name)
            if seller and field and field.value and same_holder(field.value, seller.value).agrees:
                return (field.evidence, *seller.evidence)
        for mark in paper.marks_named("seller_signature"):
            if mark.state is MarkState.PRESENT:
                return (mark.evidence,)
    return ()
