"""What do the payments, and the papers after the sale, say of days, payers and amounts?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from verifier.case import Case, Fact
from verifier.facts.registry import derived, first_known, resting_on, unknown
from verifier.ledger import Likeness, is_party, payer_is, payouts, places, premiums, unreadable
from verifier.model import FieldState, Payment


def _paid(case: Case, name: str, value: object, payment: Payment, *fields: str) -> Fact:
    """A fact that one payment shows."""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    where = places(case, payment, *fields) if payment.documents else ()
    weakest = min((one.confidence for one in where), default=payment.confidence)
    document = payment.documents[0] if payment.documents else None
    return Fact(name, text, where, weakest, document, declared=not payment.documents)


def every(case: Case, code: str, *names: str) -> Iterable[Fact]:
    """The named fields on every paper of a kind that was read: a claim has several papers of one code."""
    for name in names:
        for document in case.documents_of(code):
            field = document.fields.get(name)
            if field is not None and field.state is FieldState.READ:
                yield Fact(f"{code}.{name}", field.value, (field.evidence,), field.confidence, document.id)


# --- who paid ---


@derived("third_party_payer")
def third_party_payer(case: Case) -> Fact:
    """Whether a slip or the debit authority names somebody else than the policyholder. A slip that
    names nobody (POS, wallets) shows no third party; one whose payer cannot be read leaves it open."""
    holder = case.fact("policyholder.name")
    for payment in premiums(case):
        if payment.payer and payer_is(case, payment, holder.value)[0] is Likeness.OTHER:
            return _paid(case, "third_party_payer", True, payment, "payer.name")
    if any(not one.payer and unreadable(case, one, "payer.name") for one in premiums(case)):
        raise unknown("third_party_payer", "付款人", "payer")
    authority = case.maybe("P01.account_name")
    if authority and is_party(case, "policyholder", authority.value, clean=False)[0] is Likeness.OTHER:
        return resting_on("third_party_payer", True, authority, holder)
    return resting_on("third_party_payer", False, holder)


@derived("payment.date")
def payment_date(case: Case) -> Fact:
    """The day of the first premium payment."""
    dated = [one for one in premiums(case) if one.date is not None]
    if not dated:
        raise unknown("payment.date", "付款日期", "day of payment")
    first = min(dated, key=lambda one: one.date or date.max)
    return _paid(case, "payment.date", first.date, first, "date")


def _method(case: Case, name: str, cash: bool) -> Fact:
    for payment in premiums(case):
        if payment.method and (payment.method == "cash") is cash:
            return _paid(case, name, True, payment, "method", "amount")
    if premiums(case) and all(one.method for one in premiums(case)):
        return _paid(case, name, False, premiums(case)[0], "method", "amount")
    raise unknown(name, "付款方式", "method of payment")


@derived("payment.cash")
def payment_cash(case: Case) -> Fact:
    """Whether premium was paid in cash."""
    return _method(case, "payment.cash", cash=True)


@derived("payment.cashless")
def payment_cashless(case: Case) -> Fact:
    """Whether premium was paid by transfer, card, wallet or debit. A slip without a method is no cash
    slip; a case without any payment that is known leaves it open."""
    slips = [one for one in premiums(case) if one.method != "cash"]
    if slips:
        return _paid(case, "payment.cashless", True, slips[0], "method", "amount")
    return _method(case, "payment.cashless", cash=False)


@derived("payment.direct_debit")
def payment_direct_debit(case: Case) -> Fact:
    debits = [one for one in premiums(case) if one.method == "direct_debit"]
    if debits:
        return _paid(case, "payment.direct_debit", True, debits[0], "method")
    return resting_on("payment.direct_debit", False)


# --- contract and delivery ---


@derived("contract.date")
def contract_date(case: Case) -> Fact:
    """The day by which the due-diligence figures are chosen: conclusion of the contract."""
    for name in ("issue.date", "application.date"):
        found = case.maybe(name)
        if found is not None:
            return resting_on("contract.date", found.value, found)
    raise unknown("contract.date", "合同成立日期", "day of the contract")


@derived("delivery.date")
def delivery_date(case: Case) -> Fact:
    """The day on which the policyholder received the contract, by the delivery receipt."""
    received = case.one("A02.received_date")
    return resting_on("delivery.date", received.as_date().isoformat(), received)


@derived("file.complete_date")
def file_complete_date(case: Case) -> Fact:
    """From when the insurer had everything: the latest of application, first payment and underwriting
    letter (人身保险业务基本服务规定 art. 11, 12)."""
    names = ("application.date", "payment.date", "F10.signed_date", "F10.date")
    known = [fact for name in names if (fact := case.maybe(name)) is not None]
    if not known:
        raise unknown("file.complete_date", "投保资料齐全日期", "day on which the file was complete")
    latest = max(known, key=lambda fact: fact.as_date())
    return resting_on("file.complete_date", latest.value, latest)


@derived("cooling_off.days")
def cooling_off_days(case: Case) -> Fact:
    """As printed on the policy, else in the clauses, the brochure or the proposal."""
    paths = ("A01.cooling_off_days", "D-403.cooling_off_days", "D-402.cooling_off_days", "D-401.cooling_off_days",
             "D-405.cooling_off_days", "D-501.cooling_off_days")  # fmt: skip
    printed = first_known(case, *paths)
    if printed is None:
        raise unknown("cooling_off.days", "犹豫期天数", "length of the cooling-off period")
    return resting_on("cooling_off.days", printed.as_int(), printed)


# --- money out ---


@derived("surrender.amount")
def surrender_amount(case: Case) -> Fact:
    """The refund as requested, else as paid."""
    stated = next(iter(every(case, "A05", "refund")), None)
    if stated is not None:
        return resting_on("surrender.amount", stated.as_decimal(), stated)
    if case.has("A05"):
        for payment in payouts(case):
            if payment.amount is not None:
                return _paid(case, "surrender.amount", payment.amount, payment, "amount")
    raise unknown("surrender.amount", "退保金额", "amount of the refund")


@derived("claim.amount")
def claim_amount(case: Case) -> Fact:
    """The largest figure that decision, payout or request state."""
    stated = list(every(case, "A06", "amount"))
    if stated:
        most = max(stated, key=lambda fact: fact.as_decimal())
        return resting_on("claim.amount", most.as_decimal(), most)
    raise unknown("claim.amount", "理赔金额", "amount of the claim")


@derived("claim.date")
def claim_date(case: Case) -> Fact:
    """The day that rules on claims go by: the decision, else payout, request, event."""
    stated = next(iter(every(case, "A06", "decision_date", "date", "signed_date", "event_date")), None)
    if stated is None:
        raise unknown("claim.date", "理赔日期", "day of the claim")
    return resting_on("claim.date", stated.as_date().isoformat(), stated)


@derived("payout.date")
def payout_date(case: Case) -> Fact:
    """The day on which a refund was paid, or a claim where nothing was surrendered."""
    last = _payout(case, "A05.refund", "A06") if case.has("A05") else _payout(case, "claim.amount", "A05")
    if last is None:
        raise unknown("payout.date", "支付日期", "day of the payout")
    return _paid(case, "payout.date", last.date, last, "date")


def _payout(case: Case, amount: str, other: str) -> Payment | None:
    """The last payout of that amount; of any, unless another paper (claim or surrender) may explain it."""
    dated = [one for one in payouts(case) if one.date is not None]
    wanted = case.maybe(amount)
    meant = [one for one in dated if wanted is not None and one.amount == wanted.as_decimal()]
    if not meant and case.has(other):
        return None
    return max(meant or dated, key=lambda one: one.date or date.min, default=None)


def _claim_day(case: Case, name: str, *fields: str, last: bool = False) -> Fact:
    stated = sorted(every(case, "A06", *fields), key=lambda fact: fact.value)
    if not stated:
        _unread(case, "A06", fields)
        raise unknown(name, "理赔环节日期", "day of this step of the claim")
    chosen = stated[-1 if last else 0]
    return resting_on(name, chosen.as_date().isoformat(), chosen)


def _unread(case: Case, code: str, fields: Sequence[str]) -> None:
    """Raises the MissingFact of a field that is there and could not be read: that is not the same as none."""
    for paper in case.documents_of(code):
        for name in fields:
            found = paper.fields.get(name)
            if found is not None and found.state is FieldState.UNREADABLE:
                case.field(paper, name)


@derived("claim.requested")
def claim_requested(case: Case) -> Fact:
    """The day on which the claim was made."""
    return _claim_day(case, "claim.requested", "accepted_date", "signed_date")


@derived("claim.decided")
def claim_decided(case: Case) -> Fact:
    return _claim_day(case, "claim.decided", "decision_date", last=True)


@derived("claim.paid")
def claim_paid(case: Case) -> Fact:
    """As the claim's papers say, else by the payout."""
    if any(True for _ in every(case, "A06", "paid_date")):
        return _claim_day(case, "claim.paid", "paid_date", last=True)
    payout = _payout(case, "claim.amount", "A05")
    if payout is None:
        raise unknown("claim.paid", "保险金支付日期", "day on which the claim was paid")
    return _paid(case, "claim.paid", payout.date, payout, "date")
