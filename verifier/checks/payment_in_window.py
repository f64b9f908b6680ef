"""The payment is dated close to the application.

Passes when every payment lies within the window of days around the application date. Fails when one lies
outside it. Review when a date was not read, or when money was taken before the application against a receipt.
"""

from __future__ import annotations

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.ledger import first_paper, places, received, said
from verifier.model import Compared, Item, Payment, Reason, Text


class Params(CheckParams):
    """`window`: the parameter that holds the first and last day, counted from the application."""

    window: str = "payment_window_days"


def check(case: Case, params: Params, context: Context) -> Result:
    applied, payments = case.fact("application.date"), received(case, context)
    if not payments:
        raise case.missing_document("P02")
    bounds = context.parameters.get(params.window)
    assert isinstance(bounds, list)
    first, last = int(bounds[0]), int(bounds[1])
    dated = [one for one in payments if one.date is not None]
    started = any(first <= (one.date - applied.as_date()).days <= last for one in dated if one.date)
    items = [_item(case, one, applied, first, last, renewed=started) for one in payments]
    values = [Compared(Text("投保日期", "application date"), applied.value, next(iter(applied.evidence), None))]
    for one in payments:
        where = next(iter(places(case, one, "date")), None)
        values.append(Compared(Text("付款日期", "payment date"), one.date.isoformat() if one.date else "—", where))
    window = {"window": f"{first}..{last}"}
    return from_items(items, "付款日期合理", "The payments are dated plausibly", parameters=window, compared=values)


def _item(case: Case, payment: Payment, applied: Fact, first: int, last: int, *, renewed: bool) -> Item:
    paper, what = first_paper(payment), said(payment)
    where = (*places(case, payment, "date"), *applied.evidence)
    if payment.date is None:
        return doubt(
            Reason.FIELD_MISSING, f"{what.zh}：付款日期未读出", f"{what.en}: the date was not read", where, paper
        )
    days = (payment.date - applied.as_date()).days
    sure = min([applied.confidence, *(place.confidence for place in places(case, payment, "date"))])
    if first <= days <= last:
        return good(f"{what.zh}：在合理期间内", f"{what.en}: within the window", where, paper, sure)
    if days > last and renewed:
        zh, en = (
            f"{what.zh}：首期保费已在期间内支付，此笔为续期",
            f"{what.en}: a renewal; the first premium was in time",
        )
        return good(zh, en, where, paper, sure)
    side = Text("早于投保", "before the application") if days < 0 else Text("晚于投保", "after the application")
    zh, en = f"{what.zh}：{side.zh}日期 {abs(days)} 天", f"{what.en}: {abs(days)} days {side.en}"
    receipts = [fact for code in ("P04.date",) if (fact := case.maybe(code)) is not None]
    if days < 0 and any(one.as_date() < applied.as_date() for one in receipts):
        return doubt(Reason.JUDGEMENT, zh, en, where, paper)
    return bad(zh, en, where, paper, sure)
