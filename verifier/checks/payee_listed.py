"""Premium goes to an account that may receive premium.

Passes when the payee's name, and its account where printed, are on the list of receiving accounts; short
merchant names on card and wallet slips count. Fails when a natural person received the money, or an
organisation or account that is not on the list. Review when the list was not supplied and the payee is an
organisation, when the payee was not read, or when name and account point to different entries.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context, Payee, need
from verifier.ledger import (
    compared,
    first_paper,
    is_clean,
    places,
    received,
    said,
    same_account,
    same_holder,
    unreadable,
)
from verifier.model import Item, Payment, Reason
from verifier.values.identifiers import canonical_account
from verifier.values.names import is_organisation
from verifier.values.script import is_cjk, squeeze

LISTED = 0.99  # a name or account that is read as the list has it was not misread


class Params(CheckParams):
    pass


def check(case: Case, params: Params, context: Context) -> Result:
    payments = [one for one in received(case, context) if one.documents or one.payee]
    if not payments:
        raise case.missing_document("P02")
    items = [_item(case, one, context) for one in payments]
    values = [compared(case, one, "payee.name", "收款人", "payee", one.payee or "—") for one in payments]
    return from_items(items, "收款账户在收费账户清单内", "The receiving accounts are on the list", compared=values)


def is_person(case: Case, name: str, context: Context) -> bool:
    """A personal name: a party of this case, or two to four Chinese characters without a word of business."""
    parties = [case.maybe(path) for path in ("policyholder.name", "insured.name", "seller.name")]
    if any(party is not None and same_holder(party.value, name).agrees for party in parties):
        return not is_organisation(name)
    plain = squeeze(name)
    if is_organisation(name) or not plain or any(word in plain for word in context.lexicon("merchant_words")):
        return False
    return 2 <= len(plain) <= 4 or "·" in plain if is_cjk(plain) else False


def _item(case: Case, payment: Payment, context: Context) -> Item:
    paper, what = first_paper(payment), said(payment)
    where = places(case, payment, "payee.name", "payee.account")
    if payment.payee and is_person(case, payment.payee, context):
        return bad(
            f"{what.zh}：收款人“{payment.payee}”是自然人，不是保险机构账户",
            f"{what.en}: the payee {payment.payee} is a natural person, not an institution",
            where,
            paper,
        )
    if not payment.payee and not payment.payee_account:
        return _unnamed(case, payment)
    return _by_list(case, payment, need(context.references.payees, "payees.csv"), context)


def _unnamed(case: Case, payment: Payment) -> Item:
    lost = unreadable(case, payment, "payee.name")
    reason = Reason.UNREADABLE if lost else Reason.FIELD_MISSING
    what, where = said(payment), places(case, payment, "payee.name")
    return doubt(reason, f"{what.zh}：未读出收款人", f"{what.en}: the payee was not read", where, first_paper(payment))


def _by_list(case: Case, payment: Payment, payees: Sequence[Payee], context: Context) -> Item:
    paper, where = first_paper(payment), places(case, payment, "payee.name", "payee.account")
    name = _merchant(payment.payee, context)
    by_account = [one for one in payees if same_account(payment.payee_account, one.account)]
    by_name = [one for one in payees if name and _is_named(one.name, name, payment)]
    if by_name and (by_account or not payment.payee_account or not any(one.account for one in by_name)):
        zh, en = f"收款人“{payment.payee}”在收费账户清单内", f"The payee {payment.payee} is on the list"
        return good(zh, en, where, paper, LISTED)
    if by_name:
        return _other_account(case, payment, by_name)
    if by_account and not name:
        return good("收款账号在收费账户清单内", "The receiving account is on the list", where, paper, LISTED)
    doubtful = [one for one in payees if name and not same_holder(one.name, name).conflicts]
    if by_account or doubtful or _is_insurer(case, name):
        return doubt(
            Reason.JUDGEMENT,
            f"收款人“{payment.payee}”与清单不完全相符，请核对是否为分支机构、曾用名或支付机构",
            f"The payee {payment.payee} is not quite as listed: a branch, a former name or a payment service?",
            where,
            paper,
        )
    return bad(
        f"收款人“{payment.payee or payment.payee_account}”不在收费账户清单内",
        f"The payee {payment.payee or payment.payee_account} is not on the list of receiving accounts",
        where,
        paper,
    )


def _merchant(name: str, context: Context) -> str:
    """`财付通-安禾人寿` -> `安禾人寿`: payment services stand before the merchant's own name."""
    plain = squeeze(name)
    for service in context.lexicon("payment_services"):
        if plain.startswith(service):
            return plain.removeprefix(service).strip("-—_:：()（） ") or plain
    return name


def _is_named(listed: str, name: str, payment: Payment) -> bool:
    match = same_holder(listed, name)
    short = match.how in ("short_name", "truncated") and payment.method in ("pos", "wechat", "alipay")
    return match.agrees or short


def _other_account(case: Case, payment: Payment, by_name: Sequence[Payee]) -> Item:
    """The right name with another account: one or two digits on a scan may be misread."""
    where = places(case, payment, "payee.account")
    shown = canonical_account(payment.payee_account)
    near = any(_few_digits(shown, canonical_account(one.account)) for one in by_name)
    clean = is_clean(case, payment, "payee.account")
    listed = "、".join(one.account for one in by_name)
    zh = f"收款账号 {payment.payee_account} 不在“{by_name[0].name}”的收费账户（{listed}）之列"
    en = f"The account {payment.payee_account} is none of the listed ones of {by_name[0].name} ({listed})"
    if not shown or (near and not clean):
        return doubt(Reason.LOW_CONFIDENCE, zh, en, where, first_paper(payment))
    return bad(zh, en, where, first_paper(payment))


def _few_digits(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    return sum(x != y for x, y in zip(one, other, strict=False)) <= 2 or sorted(one) == sorted(other)


def _is_insurer(case: Case, name: str) -> bool:
    insurer = case.declared_fact("institution")
    return bool(name) and insurer is not None and not same_holder(insurer.value, name).conflicts
