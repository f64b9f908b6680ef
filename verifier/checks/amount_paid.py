"""What was paid covers the premium due.

Passes when the completed payments together come to the premium due (of the application, the policy or the
policy system), or more with a refund of the rest. Fails when they come to less, or to more than one yuan above
it without a refund. Review when an amount was not read, currencies differ, or the sum may hold several
instalments, several policies or one payment seen twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from verifier.case import Case, Fact
from verifier.checks.result import CheckParams, Result, failed, passed, review
from verifier.context import Context
from verifier.ledger import agreed, compared, listed, papers_of, payouts, places, received, unreadable
from verifier.model import Compared, Evidence, Outcome, Payment, Reason, Text
from verifier.screening.wording import first_saying
from verifier.values.money import canonical_amount


class Params(CheckParams):
    """`slack`: what may be paid above or below without a word, in the currency's unit. `currency`: meant where
    none is declared; empty for that of the payments. `net_of`: lexicon of words by which a paper says that the
    amount is net of something (a broker's commission)."""

    slack: Decimal = Decimal(1)
    currency: str = "CNY"
    net_of: str = ""
    window: str = "payment_window_days"


TOTALS = ("F01.premium_total", "F01-P.premium_total", "A01.premium", "F10.premium")


def check(case: Case, params: Params, context: Context) -> Result:
    due, payments = case.fact("premium.due"), first_premiums(case, received(case, context), context, params)
    if not payments:
        raise case.missing_document("P02")
    where = tuple(place for one in payments for place in places(case, one, "amount"))
    values = _values(case, due, payments)
    unread = [one for one in payments if one.amount is None]
    if unread:
        lost = any(unreadable(case, one, "amount") for one in unread)
        return review(
            Reason.UNREADABLE if lost else Reason.FIELD_MISSING,
            "有付款凭证的金额未能读出", "The amount of a slip was not read", evidence=where, compared=values,
        )  # fmt: skip
    currency = case.maybe("premium.currency")
    meant = currency.value if currency else params.currency or payments[0].currency
    if any(one.currency and one.currency != meant for one in payments):
        zh, en = "付款币种与保险费币种不同，需按汇率核对", "Paid in another currency than the premium: convert it"
        return review(Reason.JUDGEMENT, zh, en, evidence=where, compared=values)
    result = _judged(case, params, due, payments, where, values)
    if result.outcome is Outcome.FAIL and params.net_of:
        return _net(case, params, context, payments, values) or result
    return result


def _net(
    case: Case, params: Params, context: Context, payments: Sequence[Payment], values: Sequence[Compared]
) -> Result | None:
    """A broker settles his account less the commission: a person checks the statement."""
    told = first_saying((paper for one in payments for paper in papers_of(case, one)), context.lexicon(params.net_of))
    if told is None:
        return None
    zh, en = "凭证注明为扣除佣金后的净额，请核对结算单", "A paper says that the amount is net of commission: check it"
    return review(Reason.JUDGEMENT, zh, en, evidence=told.evidence, compared=values)


def first_premiums(case: Case, payments: Sequence[Payment], context: Context, params: Params) -> tuple[Payment, ...]:
    """Without what was paid long after the application: renewal premiums have their own due dates. When
    nothing else was paid, a late payment is the first one."""
    window, applied = context.parameters.values.get(params.window), case.maybe("application.date")
    if applied is None or not isinstance(window, list):
        return tuple(payments)
    last = applied.as_date() + timedelta(days=int(window[1]))
    early = tuple(one for one in payments if one.date is None or one.date <= last)
    return early or tuple(payments)


def _values(case: Case, due: Fact, payments: Sequence[Payment]) -> list[Compared]:
    first = next(iter(due.evidence), None)
    values = [Compared(Text("应交保险费", "premium due"), canonical_amount(due.as_decimal()), first)]
    for one in payments:
        amount = canonical_amount(one.amount) if one.amount is not None else "—"
        values.append(compared(case, one, "amount", "实付", "paid", amount))
    return values


def _judged(
    case: Case, params: Params, due: Fact, payments: Sequence[Payment], where: Sequence[Evidence],
    values: Sequence[Compared],
) -> Result:  # fmt: skip
    paid = sum((one.amount for one in payments if one.amount is not None), Decimal(0))
    wanted = due.as_decimal()
    evidence = (*where, *due.evidence)
    sure = min([due.confidence, *(place.confidence for place in where)])
    both = agreed(due.confidence, min((place.confidence for place in where), default=1.0))
    figures = Text(
        f"应交 {canonical_amount(wanted)}，实付 {canonical_amount(paid)}（{listed(payments).zh}）",
        f"due {canonical_amount(wanted)}, paid {canonical_amount(paid)} ({listed(payments).en})",
    )
    stated = [fact for path in TOTALS if (fact := case.maybe(path)) is not None]
    declared = case.declared_fact("premium.due")
    totals = [wanted, *(fact.as_decimal() for fact in stated), *([declared.as_decimal()] if declared else [])]
    if any(abs(paid - total) <= params.slack for total in totals):
        return passed(f"实付足额：{figures.zh}", f"Paid in full: {figures.en}", evidence=evidence, compared=values,
                      confidence=both)  # fmt: skip
    if paid < wanted:
        return failed(f"实付不足：{figures.zh}", f"Paid short: {figures.en}", evidence=evidence, compared=values,
                      confidence=sure)  # fmt: skip
    return _above(case, params, payments, wanted, paid, figures, evidence, values)


def _above(
    case: Case, params: Params, payments: Sequence[Payment], wanted: Decimal, paid: Decimal, figures: Text,
    evidence: Sequence[Evidence], values: Sequence[Compared],
) -> Result:  # fmt: skip
    back = sum((one.amount for one in payouts(case) if one.amount is not None), Decimal(0))
    if back and paid - back - wanted <= params.slack:
        zh, en = f"多付部分已退还：{figures.zh}", f"The excess was refunded: {figures.en}"
        return passed(zh, en, evidence=evidence, compared=values)
    parts = {one.amount for one in payments}
    several = wanted > 0 and paid % wanted == 0
    if several or (len(payments) > 1 and wanted in parts):
        zh = f"实付多于应交：{figures.zh}；可能为多期保费、多张保单或同一笔款项的两份凭证，请核对"
        en = f"More was paid than due: {figures.en}; several instalments, policies, or one payment seen twice?"
        return review(Reason.JUDGEMENT, zh, en, evidence=evidence, compared=values)
    zh, en = f"实付多于应交且未见退费记录：{figures.zh}", f"More was paid than due and nothing refunded: {figures.en}"
    return failed(zh, en, evidence=evidence, compared=values)
