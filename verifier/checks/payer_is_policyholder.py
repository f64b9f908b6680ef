"""The premium is paid by the policyholder.

Passes when the payer on every slip and the holder of the debit account are the policyholder, by name or, where
a slip prints no name, by account or receipt; or when the payer is a near relative with a signed third-party
form and proof of the relation. Fails when somebody else paid without that. Review when the payer's name is
doubtful or not printed, an employer paid, or the relation is stated but not proved.
"""

from __future__ import annotations

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.third_party import Link, link_of
from verifier.context import Context
from verifier.facts.payments import every
from verifier.ledger import (
    CLEAN_INK,
    Likeness,
    first_paper,
    from_own_account,
    is_party,
    payer_is,
    places,
    received,
    said,
    unreadable,
)
from verifier.model import Compared, Evidence, Item, Payment, Reason, Text


class Params(CheckParams):
    pass


def check(case: Case, params: Params, context: Context) -> Result:
    holder = case.fact("policyholder.name")
    payments = received(case, context)
    items = [_item(case, one, holder, context) for one in payments]
    items += _authority(case, holder, context)
    if not items:
        raise case.missing_document("P02")
    values = [Compared(Text("投保人", "policyholder"), holder.value, next(iter(holder.evidence), None))]
    for one in payments:
        where: tuple[Evidence, ...] = places(case, one, "payer.name")
        values.append(Compared(Text("付款人", "payer"), one.payer or "—", next(iter(where), None)))
    return from_items(items, "付款人与投保人一致", "The payer is the policyholder", compared=values)


def _item(case: Case, payment: Payment, holder: Fact, context: Context) -> Item:
    if not payment.payer:
        return _unnamed(case, payment, holder)
    where = (*places(case, payment, "payer.name"), *holder.evidence)
    like, match = payer_is(case, payment, holder.value)
    read = min((one.confidence for one in places(case, payment, "payer.name")), default=1.0)
    sure = min(read, holder.confidence)
    paper = first_paper(payment)
    if like is Likeness.SAME:
        return good(
            f"付款人“{payment.payer}”与投保人一致", f"The payer {payment.payer} is the policyholder", where, paper, sure
        )
    if like is Likeness.UNSURE:
        return doubt(Reason.LOW_CONFIDENCE, match.detail.zh, match.detail.en, where, paper)
    return _third(case, payment.payer, holder, context, paper, where, sure)


def _third(
    case: Case, payer: str, holder: Fact, context: Context, paper: str | None, where: tuple[Evidence, ...], sure: float
) -> Item:
    link = link_of(case, payer, context)
    zh = f"付款人“{payer}”不是投保人“{holder.value}”"
    en = f"The payer {payer} is not the policyholder {holder.value}"
    evidence = (*where, *link.evidence)
    if link.form and link.near and link.proved:
        return good(
            f"{zh}，系其{link.words}，已有第三方付款声明和关系证明",
            f"{en}, but a near relative with form and proof",
            evidence,
            paper,
            sure,
        )
    if link.form and link.near:
        return doubt(
            Reason.JUDGEMENT,
            f"{zh}，声明为{link.words}，但未见关系证明",
            f"{en}; the relation is stated but not proved",
            evidence,
            paper,
        )
    if link.employer:
        return doubt(
            Reason.JUDGEMENT,
            f"{zh}，付款人是其工作单位：请核实代付手续",
            f"{en} but the employer: check the arrangement",
            evidence,
            paper,
        )
    return bad(zh + _why(link).zh, en + _why(link).en, evidence, paper, sure)


def _why(link: Link) -> Text:
    if not link.form:
        return Text("，且未见第三方付款声明", ", and there is no third-party payer form")
    return Text("，且付款人不是其配偶、父母或子女", ", and the payer is no spouse, parent or child")


def _unnamed(case: Case, payment: Payment, holder: Fact) -> Item:
    """No name on the slip: the card, then the receipt, may say whose money it was."""
    paper, what = first_paper(payment), said(payment)
    where = places(case, payment, "payer.name", "payer.account")
    if unreadable(case, payment, "payer.name"):
        return doubt(
            Reason.UNREADABLE, f"{what.zh}：付款人无法辨认", f"{what.en}: the payer cannot be read", where, paper
        )
    if from_own_account(case, payment, holder.value):
        zh = "凭证未印付款人，付款账户与投保人的交费账户一致"
        return good(zh, "No payer is printed; the account is the policyholder's", where, paper)
    for receipt in every(case, "P04", "payer.name"):
        if is_party(case, "policyholder", receipt.value, clean=False)[0] is not Likeness.SAME:
            continue
        return good(
            "凭证未印付款人，收据载明付款人为投保人",
            "No payer is printed; the receipt names the policyholder",
            receipt.evidence,
            paper,
        )
    return doubt(
        Reason.FIELD_MISSING,
        f"{what.zh}：凭证未印付款人，请核对持卡人",
        f"{what.en}: no payer is printed; check the card holder",
        where,
        paper,
    )


def _authority(case: Case, holder: Fact, context: Context) -> list[Item]:
    named = case.maybe("P01.account_name")
    if named is None:
        return []
    sure = min(named.confidence, holder.confidence)
    like, match = is_party(case, "policyholder", named.value, clean=named.confidence >= CLEAN_INK)
    where = (*named.evidence, *holder.evidence)
    if like is Likeness.SAME:
        return [
            good("授权账户户名与投保人一致", "The debit account is the policyholder's", where, named.document, sure)
        ]
    if like is Likeness.UNSURE:
        return [doubt(Reason.LOW_CONFIDENCE, match.detail.zh, match.detail.en, where, named.document)]
    return [_third(case, named.value, holder, context, named.document, where, sure)]
