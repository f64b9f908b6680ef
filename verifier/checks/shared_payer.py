"""One account, or one phone, does not stand for several policyholders who have nothing to do with one another.

Passes when account and phone belong to this policyholder and his family, or to a company that pays for its
people. Fails when a personal account pays for, or a phone is given by, more unrelated policyholders than
allowed. Review only for what was read with low confidence. Not applicable when a case is judged alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.case import Case
from verifier.checks.items import bad, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context, History
from verifier.ledger import first_paper, places, received
from verifier.model import Item, Payment
from verifier.screening.payer_graph import shared_account, unrelated
from verifier.values.names import is_organisation


class Params(CheckParams):
    figures: str = "third_party"
    most: str = "unrelated_max_policyholders"


def check(case: Case, params: Params, context: Context) -> Result:
    if context.history is None:
        return not_applicable(
            "单独审核一案，无其他案件可比对", "Judged alone: there are no other cases to compare with"
        )
    limits = context.parameters.get(params.figures)
    assert isinstance(limits, Mapping)
    most = int(str(limits[params.most]))
    items = [
        *(_account(case, one, most, context.history) for one in received(case, context) if _personal(one)),
        *_phone(case, most, context.history),
    ]
    figures = {params.most: str(most)}
    if not items:
        items = [good("没有个人付款账户可比对", "No personal account to compare", (), None, 1.0)]
    return from_items(
        items, "付款账户和电话未为多名无关投保人所用", "Account and phone are not shared", parameters=figures
    )


def _personal(payment: Payment) -> bool:
    return bool(payment.payer_account) and "*" not in payment.payer_account and not is_organisation(payment.payer)


def _family(case: Case) -> list[str]:
    names = [case.maybe("insured.name")]
    family = [one.value for one in names if one]
    for form in case.documents_of("F01"):
        for key, field in form.fields.items():
            if key.startswith("beneficiaries[") and key.endswith("].name") and field.value:
                family.append(field.value)
    holder = case.maybe("policyholder.name")
    return [name for name in family if holder is None or name != holder.value]


def _account(case: Case, payment: Payment, most: int, history: History) -> Item:
    others = history.payments(payer_account=payment.payer_account)
    shared = shared_account(payment.payer_account, [payment, *others], _family(case))
    where = places(case, payment, "payer.account", "payer.name")
    if len(shared.holders) <= most:
        zh, en = "付款账户未为多名无关投保人付款", "The account does not pay for several unrelated policyholders"
        return good(zh, en, where, first_paper(payment), 1.0)
    names, cases = "、".join(shared.holders), "、".join(shared.cases)
    zh = f"账户 {payment.payer_account} 为 {len(shared.holders)} 名无关投保人付款：{names}（案件 {cases}）"
    en = (
        f"The account {payment.payer_account} pays for {len(shared.holders)} unrelated policyholders: {names} ({cases})"
    )
    return bad(zh, en, where, first_paper(payment))


def _phone(case: Case, most: int, history: History) -> Iterator[Item]:
    phone, holder = case.maybe("policyholder.phone"), case.maybe("policyholder.name")
    if phone is None or holder is None:
        return
    others = history.cases_with_phone(phone.value)
    holders = unrelated([holder.value, *(name for _, name in others)], _family(case))
    if len(holders) > most:
        zh = f"电话 {phone} 为 {len(holders)} 名无关投保人所留：{'、'.join(holders)}"
        en = f"The phone {phone} is given by {len(holders)} unrelated policyholders: {', '.join(holders)}"
        yield bad(zh, en, phone.evidence, phone.document)
