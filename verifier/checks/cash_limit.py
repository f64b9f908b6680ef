"""Cash stays within the limit of the place, or was reported in time where the place asks for a report.

The place's figures are those in force on the day of payment; one customer's related payments count together.
Passes when no payment reaches the limit, or the report was filed in time. Fails when cash was taken at or above
a limit, or above the reporting threshold without a timely report. Review when an amount, day or currency was
not read or differs, a report's day is missing, or the jurisdiction is not declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.facts.jurisdiction import by_place
from verifier.facts.payments import every
from verifier.ledger import first_paper, places, received, said
from verifier.model import Evidence, Item, Payment, Reason
from verifier.screening.structuring import distinct
from verifier.values.money import canonical_amount


class Params(CheckParams):
    """`methods` that count as cash; `figures`: a table by place of dated sets with `currency`, and `limit` (to
    be refused from it on) or `report_above`, `within_days` and `related_days`."""

    methods: tuple[str, ...] = ("cash",)
    figures: str = "cash_limits"
    report: str = "P07"
    filed: tuple[str, ...] = ("filed_date",)


def check(case: Case, params: Params, context: Context) -> Result:
    own = [one for one in received(case, context) if one.method in params.methods]
    if not own:
        return not_applicable("没有现金或等同现金的付款", "Nothing was paid in cash or its equivalents")
    found = by_place(case, context.parameters, params.figures)
    if found is None:
        return not_applicable("该法域没有现金限额", "There is no limit for cash in this place")
    line, sets = found
    assert isinstance(sets, Mapping)
    items = [_item(case, params, context, one, own, sets) for one in own]
    return from_items(items, "现金未超过限额", "Cash stayed within the limit", parameters={"set": line})


def _item(
    case: Case, params: Params, context: Context, payment: Payment, own: Sequence[Payment], sets: Mapping[str, object]
) -> Item:
    what, where = said(payment), places(case, payment, "amount", "date")
    if payment.amount is None or payment.date is None:
        zh, en = f"{what.zh}：金额或日期未读出", f"{what.en}: amount or day not read"
        return doubt(Reason.FIELD_MISSING, zh, en, where, first_paper(payment))
    chosen = _in_force(sets, payment.date)
    if chosen is None:
        return good(f"{what.zh}：当日尚无限额", f"{what.en}: no limit was in force", where, first_paper(payment))
    if payment.currency and payment.currency != chosen["currency"]:
        zh, en = (
            f"{what.zh}：限额以 {chosen['currency']} 计，请折算",
            f"{what.en}: the limit is in {chosen['currency']}",
        )
        return doubt(Reason.JUDGEMENT, zh, en, where, first_paper(payment))
    if "limit" in chosen:
        return _refused(payment, Decimal(str(chosen["limit"])), where)
    return _reported(case, params, context, payment, own, chosen, where)


def _in_force(sets: Mapping[str, object], day: date) -> Mapping[str, object] | None:
    for values in sets.values():
        assert isinstance(values, Mapping)
        starts, ends = values.get("from"), values.get("to")
        if not (starts and day < starts) and not (ends and day > ends):
            return values
    return None


def _refused(payment: Payment, limit: Decimal, where: Sequence[Evidence]) -> Item:
    what, most = said(payment), canonical_amount(limit)
    assert payment.amount is not None
    if payment.amount >= limit:
        zh, en = (
            f"{what.zh}，达到现金限额 {most}，应予拒收",
            f"{what.en} reaches the limit of {most} and had to be refused",
        )
        return bad(zh, en, where, first_paper(payment))
    return good(f"{what.zh}，低于限额 {most}", f"{what.en}, below the limit of {most}", where, first_paper(payment))


def _reported(
    case: Case, params: Params, context: Context, payment: Payment, own: Sequence[Payment],
    chosen: Mapping[str, object], where: Sequence[Evidence],
) -> Item:  # fmt: skip
    assert payment.date is not None
    related = _related(case, params, context, payment, own, int(str(chosen.get("related_days", 1))))
    total = sum((one.amount for one in related if one.amount is not None), Decimal(0))
    above = Decimal(str(chosen["report_above"]))
    zh = f"现金合计 {canonical_amount(total)}（报告标准：超过 {canonical_amount(above)}）"
    en = f"Cash comes to {canonical_amount(total)} (to be reported above {canonical_amount(above)})"
    if total <= above:
        return good(zh, en, where, first_paper(payment))
    last = payment.date + timedelta(days=int(str(chosen["within_days"])))
    if not case.has(params.report):
        if context.as_of <= last:
            zh, en = f"{zh}；应在 {last} 前报告", f"{en}; to be reported by {last}"
            return doubt(Reason.JUDGEMENT, zh, en, where)
        return lacking(case, f"{zh}，未见报告", f"{en}, and no report was found", params.report, where)
    filed = next(iter(every(case, params.report, *params.filed)), None)
    if filed is None:
        zh, en = f"{zh}，报告日期未读出", f"{en}; the day of the report was not read"
        return doubt(Reason.FIELD_MISSING, zh, en, where)
    places_of = (*where, *filed.evidence)
    if filed.as_date() > last:
        zh, en = f"{zh}，{filed} 才报告，应不迟于 {last}", f"{en}, reported only on {filed}, due by {last}"
        return bad(zh, en, places_of, filed.document)
    return good(f"{zh}，已于 {filed} 报告", f"{en}, reported on {filed}", places_of, filed.document)


def _related(
    case: Case, params: Params, context: Context, payment: Payment, own: Sequence[Payment], days: int
) -> list[Payment]:
    """This customer's cash in the window that ends with the payment, here and in the history."""
    known = list(own)
    number, name = case.maybe("policyholder.id_number"), case.maybe("policyholder.name")
    if context.history is not None and (number or name):
        known += context.history.payments(
            policyholder_id=number.value if number else "", policyholder=name.value if name and not number else ""
        )
    assert payment.date is not None
    first = payment.date - timedelta(days=days)
    return [
        one for one in distinct(known)
        if one.method in params.methods and one.direction == "in" and one.date and first < one.date <= payment.date
    ]  # fmt: skip
