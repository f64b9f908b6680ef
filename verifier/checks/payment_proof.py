"""The first premium is proved by a slip that says the money went through.

Passes when every slip in the file shows a completed payment with its date and number, or the policy system's
ledger lists a completed direct debit that leaves no slip with the customer. Fails when no slip is in a file
that was wholly read, or when none of the slips shows a completed payment (failed, revoked, pending,
pre-authorised, void). Review when the status is worded in an unknown way, or date or number were not read.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, absent, from_items, passed
from verifier.context import Context
from verifier.ledger import Standing, compared, first_paper, papers_of, places, premiums, printed, said, standing
from verifier.model import Compared, FieldState, Item, Outcome, Payment, Reason, Text
from verifier.payments import SLIPS


class Params(CheckParams):
    """`unnumbered`: variants of slips that carry no number of their own."""

    unnumbered: tuple[str, ...] = ("cash_deposit",)


def check(case: Case, params: Params, context: Context) -> Result:
    shown = [one for one in premiums(case) if _has_slip(case, one)]
    if not shown:
        return _by_ledger(case, context)
    items = [_item(case, one, params, context) for one in shown]
    if any(standing(case, one, context) is Standing.DONE for one in shown):
        # a failed attempt beside the payment that went through is no defect
        kept = [item for item in items if item.outcome is not Outcome.FAIL]
        items = kept or items
    values: list[Compared] = [
        compared(case, one, "status", "状态", "status", one.status) for one in shown if one.status
    ]
    return from_items(items, "付款凭证显示交易成功", "The slips show completed payments", compared=values)


def _has_slip(case: Case, payment: Payment) -> bool:
    return any(paper.type in SLIPS for paper in papers_of(case, payment))


def _by_ledger(case: Case, context: Context) -> Result:
    booked = [one for one in premiums(case) if not one.documents and one.status]
    done = [one for one in booked if standing(case, one, context) is Standing.DONE]
    if done:
        what = said(done[0])
        return passed(
            f"无客户回单，业务系统收费记录显示已收：{what.zh}",
            f"No slip in the file; the policy system's ledger shows the payment: {what.en}",
        )
    return absent(case, "未见付款凭证（回单、签购单或支付凭证）", "No payment slip was found")


def _item(case: Case, payment: Payment, params: Params, context: Context) -> Item:
    where = places(case, payment, "status", "date", "serial")
    state, what, paper = standing(case, payment, context), said(payment), first_paper(payment)
    if state is Standing.NOT_DONE:
        status = payment.status or "作废"
        return bad(
            f"{what.zh}：凭证状态为“{status}”，不能证明已付款",
            f"{what.en}: the slip reads {status}, no proof of payment",
            places(case, payment, "status"),
            paper,
        )
    if state is Standing.UNKNOWN:
        return doubt(
            Reason.JUDGEMENT,
            f"{what.zh}：无法判断状态“{payment.status}”",
            f"{what.en}: the status {payment.status!r} is not known",
            where,
            paper,
        )
    for name, label in (("date", Text("日期", "date")), ("serial", Text("流水号", "number"))):
        gap = _gap(case, payment, name, params)
        if gap is not None:
            return doubt(
                gap,
                f"{what.zh}：凭证{label.zh}未能读出",
                f"{what.en}: the {label.en} of the slip was not read",
                where,
                paper,
            )
    return good(f"{what.zh}：交易成功", f"{what.en}: completed", where, paper)


def _gap(case: Case, payment: Payment, name: str, params: Params) -> Reason | None:
    field = printed(case, payment, name)
    if field is not None and field.state is FieldState.READ:
        return None
    if field is not None and field.state is FieldState.UNREADABLE:
        return Reason.UNREADABLE
    if name == "serial" and any(paper.variant in params.unnumbered for paper in papers_of(case, payment)):
        return None
    return Reason.FIELD_MISSING
