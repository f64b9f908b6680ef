"""The refund was paid in time, and in full within the cooling-off period.

Passes when it was paid within the days allowed after the request, and a surrender within cooling-off gave back
the premium less the cost of the contract at most. Fails when it was paid later, is overdue, or was cut by more.
Review when a day or amount was not read. Not applicable while the time is running.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from verifier.case import Case, Fact
from verifier.checks.items import bad, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.ledger import payouts
from verifier.model import Item
from verifier.values.money import canonical_amount


class Params(CheckParams):
    """`days`: 保险法 art. 47; `cost`: what a contract may keep back in cooling-off."""

    days: int = 30
    cost: Decimal = Decimal(10)
    document: str = "A05"


def check(case: Case, params: Params, context: Context) -> Result:
    asked = case.maybe("A05.accepted_date") or case.one("A05.signed_date")
    items = [*_in_time(case, params, asked, context), *_in_full(case, params, asked)]
    if not items:
        return not_applicable("退保款尚在支付期限内", "The time for paying the refund is still running")
    return from_items(items, "退保款已按时足额支付", "The refund was paid in time and in full")


def _in_time(case: Case, params: Params, asked: Fact, context: Context) -> Iterator[Item]:
    last = asked.as_date() + timedelta(days=params.days)
    paid = case.maybe("A05.paid_date") or case.maybe("payout.date")
    if paid is None:
        if context.as_of > last:
            zh, en = f"{asked} 申请退保，至 {last} 未见支付记录", f"Asked for on {asked}; no payment found by {last}"
            yield lacking(case, zh, en, None, asked.evidence)
        return
    where, sure = (*asked.evidence, *paid.evidence), min(asked.confidence, paid.confidence)
    zh, en = f"{asked} 申请，{paid} 支付", f"Asked for on {asked}, paid on {paid}"
    if paid.as_date() > last:
        yield bad(
            f"{zh}，超过 {params.days} 日", f"{en}, after more than {params.days} days", where, paid.document, sure
        )
    else:
        yield good(zh, en, where, paid.document, sure)


def _in_full(case: Case, params: Params, asked: Fact) -> Iterator[Item]:
    received, days, due = (case.maybe(name) for name in ("delivery.date", "cooling_off.days", "premium.due"))
    refund = case.maybe("surrender.amount")
    if received is None or days is None or due is None or refund is None:
        return
    if asked.as_date() > received.as_date() + timedelta(days=days.as_int()):
        return
    least = due.as_decimal() - params.cost
    paid = max([refund.as_decimal(), *(one.amount for one in payouts(case) if one.amount is not None)])
    where, sure = (*refund.evidence, *due.evidence), min(refund.confidence, due.confidence)
    zh = f"犹豫期内退保，已交 {due}，退还 {canonical_amount(paid)}"
    en = f"Surrendered within cooling-off: paid {due}, refunded {canonical_amount(paid)}"
    if paid < least:
        yield bad(
            f"{zh}，扣减超过 {params.cost} 元", f"{en}, cut by more than {params.cost}", where, refund.document, sure
        )
    else:
        yield good(zh, en, where, refund.document, sure)
