"""Nobody on the seller's side promised or paid the customer anything outside the contract.

Passes when the seller offers nothing of the listed kind in the conversations, and no slip shows the seller, a
colleague or the intermediary paying the policyholder around the first premium. Fails when the words or the
slip show it; what was seen is said, not that someone is guilty. Review when the speaker is not known, the words
name an approved campaign or ask a question, or the day of the slip was not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from verifier.case import Case, MissingFact
from verifier.checks.prohibited_wording import known_names, wording_items
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.model import Item, Outcome, Payment, Reason, Text
from verifier.values.names import compare_names
from verifier.values.organisations import compare_organisations


class Params(CheckParams):
    """`chats`: conversations; `lexicons`: word lists; `days`: how far a slip may lie from the first premium."""

    chats: tuple[str, ...] = ("D-502",)
    lexicons: tuple[str, ...]
    days: int = 60


def check(case: Case, params: Params, context: Context) -> Result:
    items = wording_items(case, context, case.documents_of(*params.chats), params.chats, params.lexicons)
    items += list(_slips(case, params, context))
    if not items:
        detail = Text("付款凭证中没有销售方付给投保人的款项", "No slip shows the seller's side paying the policyholder")
        items = [Item(Outcome.PASS, detail, confidence=1.0)]
    return from_items(items, "未发现合同外利益的线索", "No sign of benefits outside the contract")


def _slips(case: Case, params: Params, context: Context) -> Iterator[Item]:
    holder = case.maybe("policyholder.name")
    if holder is None:
        return
    for payment in case.payments:
        if not payment.payee or not compare_names(payment.payee, holder.value).agrees:
            continue
        if compare_names(payment.payer, holder.value).agrees or not _from_sellers(case, context, payment):
            continue
        yield _item(case, params, payment)


def _from_sellers(case: Case, context: Context, payment: Payment) -> bool:
    """The payer is a seller, a member of staff (by name or account), or the intermediary."""
    sellers, _ = known_names(case, context)
    if any(compare_names(payment.payer, name).agrees for name in sellers):
        return True
    accounts = {row.account for row in context.references.staff or () if row.account}
    if payment.payer_account and payment.payer_account in accounts:
        return True
    return any(compare_organisations(payment.payer, one).agrees for one in _intermediaries(case))


def _intermediaries(case: Case) -> Sequence[str]:
    """Institutions of the seller that are not the insurer, who may lawfully refund or pay out."""
    insurer = case.declared_fact("institution")
    found = [case.declared_fact("seller.institution"), case.maybe("F01.seller.institution")]
    found.append(case.maybe("D-201.institution"))
    names = [fact.value for fact in found if fact is not None]
    return [name for name in names if insurer is None or compare_organisations(name, insurer.value).conflicts]


def _item(case: Case, params: Params, payment: Payment) -> Item:
    document = payment.documents[0] if payment.documents else None
    said = Text(
        f"{payment.payer} 于 {payment.date or '（日期未读出）'} 付给投保人 {payment.payee} {payment.amount or ''} 元",
        f"{payment.payer} paid the policyholder {payment.payee} {payment.amount or ''} on {payment.date or 'a day not read'}",
    )
    first = _first_premium(case, payment)
    if payment.date is None or first is None:
        return Item(Outcome.REVIEW, said, Reason.FIELD_MISSING, document, payment.evidence)
    apart = abs((payment.date - first).days)
    detail = Text(f"{said.zh}，距首期保费 {apart} 日", f"{said.en}, {apart} days from the first premium")
    if apart > params.days:
        return Item(Outcome.PASS, detail, None, document, payment.evidence, payment.confidence)
    return Item(Outcome.FAIL, detail, None, document, payment.evidence, payment.confidence)


def _first_premium(case: Case, slip: Payment) -> date | None:
    """The day of the first premium: of a payment other than this one, else of the application."""
    paid = [one.date for one in case.payments if one is not slip and one.direction == "in" and one.date is not None]
    if paid:
        return min(paid)
    applied = case.maybe("application.date")
    try:
        return applied.as_date() if applied is not None else None
    except MissingFact:
        return None
