"""Cash at or above the reporting threshold in one day was reported in time.

Sums the customer's cash of one day and one side, in this case and in the history; the threshold is inclusive.
Passes when no day reaches it, or a report was filed within the working days allowed. Fails when the report is
absent or late. Review when an amount was not read, the report's date is missing, foreign notes have no exchange
rate of the day, or the time is still running.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.exchange import convert
from verifier.facts.payments import every
from verifier.ledger import first_paper, listed, payouts, places, received, said
from verifier.model import Evidence, Item, Payment, Reason
from verifier.parameters import ParameterSet
from verifier.screening.structuring import distinct, total
from verifier.values.calendar import add_working_days
from verifier.values.money import canonical_amount


class Params(CheckParams):
    sets: str = "ltr_sets"


def check(case: Case, params: Params, context: Context) -> Result:
    own = [one for one in (*received(case, context), *payouts(case)) if one.method == "cash"]
    if not own:
        return not_applicable("没有现金收付", "No cash was paid or received")
    items: list[Item] = []
    sets: dict[str, str] = {}
    for one in own:
        if one.amount is None or one.date is None:
            zh, en = f"{said(one).zh}：金额或日期未读出", f"{said(one).en}: amount or day not read"
            items.append(doubt(Reason.FIELD_MISSING, zh, en, places(case, one, "amount", "date"), first_paper(one)))
    known = [one for one in own if one.amount is not None]
    for day, side, currency in sorted({(p.date, p.direction, p.currency or "CNY") for p in known if p.date}):
        chosen = context.parameters.dated(params.sets, day)
        if chosen is not None:
            mine = [p for p in own if (p.date, p.direction, p.currency or "CNY") == (day, side, currency)]
            sets = {"set": chosen.name, "threshold": _limit(chosen, currency)[1]}
            items.append(_day(case, context, chosen, day, mine))
    return from_items(
        items, "现金收付未达大额报告标准或已按时报告", "No report was due, or it was filed", parameters=sets
    )


def _limit(chosen: ParameterSet, currency: str) -> tuple[Decimal, str]:
    key = "cash_cny" if currency == "CNY" else "cash_usd"
    return chosen.number(key), f"{chosen.number(key)} {key[-3:].upper()}"


def _day(case: Case, context: Context, chosen: ParameterSet, day: date, mine: Sequence[Payment]) -> Item:
    side, currency = mine[0].direction, mine[0].currency or "CNY"
    others = [one for one in _of_customer(case, context) if one.method == "cash" and one.date == day]
    others = [one for one in others if one.direction == side and (one.currency or "CNY") == currency]
    together = distinct([*mine, *others])
    limit, words = _limit(chosen, currency)
    where = tuple(place for one in mine for place in places(case, one, "amount", "date"))
    sum_of = canonical_amount(total(together))
    # foreign notes count by what they are worth in US dollars (art. 5(1))
    worth = convert(total(together), currency, "CNY" if currency == "CNY" else "USD", day, context.parameters)
    if worth is None:
        zh, en = (
            f"{day} 现金合计 {sum_of} {currency}，无当日汇率",
            f"Cash of {day}: {sum_of} {currency}, no rate of the day",
        )
        return doubt(Reason.FACT_MISSING, f"{zh}，无法折算美元与标准比较", en, where, first_paper(mine[0]))
    if worth.basis:
        sum_of = f"{sum_of} {currency} ({worth.basis})"
    if worth.amount < limit:
        zh, en = f"{day} 现金合计 {sum_of}，未达 {words}", f"Cash of {day}: {sum_of}, below {words}"
        return good(zh, en, where, first_paper(mine[0]))
    zh = f"{day} 现金合计 {sum_of}（{listed(together).zh}），达到大额报告标准 {words}"
    en = f"Cash of {day}: {sum_of} ({listed(together).en}) reaches the reporting threshold {words}"
    return _report(case, context, chosen, day, zh, en, where)


def _of_customer(case: Case, context: Context) -> Sequence[Payment]:
    if context.history is None:
        return ()
    number, name = case.maybe("policyholder.id_number"), case.maybe("policyholder.name")
    return context.history.payments(
        policyholder_id=number.value if number else "", policyholder="" if number else (name.value if name else "")
    )


def _report(
    case: Case, context: Context, chosen: ParameterSet, day: date, zh: str, en: str, where: tuple[Evidence, ...]
) -> Item:
    last = add_working_days(day, int(chosen.number("deadline_working_days")))
    if not case.has("P07"):
        if context.as_of <= last:
            zh, en = f"{zh}；应在 {last} 前报告", f"{en}; to be reported by {last}"
            return doubt(Reason.JUDGEMENT, zh, en, where)
        zh, en = f"{zh}，未见大额交易报告", f"{en}, and no report was found"
        return lacking(case, zh, en, "P07", where)
    filed = next(iter(every(case, "P07", "filed_date", "decision_date")), None)
    if filed is None:
        zh, en = f"{zh}，报告日期未读出", f"{en}; the day of the report was not read"
        return doubt(Reason.FIELD_MISSING, zh, en, where)
    if filed.as_date() > last:
        zh, en = f"{zh}，{filed} 才报告，应不迟于 {last}", f"{en}, reported only on {filed}, due by {last}"
        return bad(zh, en, (*where, *filed.evidence), filed.document)
    return good(f"{zh}，已于 {filed} 报告", f"{en}, reported on {filed}", filed.evidence, filed.document)
