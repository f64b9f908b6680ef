"""No seller or member of staff pays for, or collects for, the customer.

Passes when payers and payees are not among the sellers and staff, or a seller bought for himself. Fails when
the name or the account of one of them stands on a premium, refund or claim of somebody else. Review when only
the name is the same and a documented third party may bear it, when a seller is the customer's relative, or when
the staff list was not supplied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.third_party import link_of
from verifier.context import Context, need
from verifier.ledger import exactly_same_account, first_paper, places, said, same_holder
from verifier.model import Evidence, Item, Outcome, Payment, Reason


class Params(CheckParams):
    pass


@dataclass(frozen=True, slots=True)
class Insider:
    name: str
    account: str
    role: str


def check(case: Case, params: Params, context: Context) -> Result:
    sides = [(one, side) for one in case.payments for side in ("payer", "payee") if _is_customers(one, side)]
    if not sides:
        raise case.missing_document("P02")
    insiders = _insiders(case, context)
    items = [item for one, side in sides for item in _items(case, one, side, insiders, context)]
    if all(item.outcome is Outcome.PASS for item in items):
        need(context.references.staff, "staff.csv")
    return from_items(items, "未见销售人员代缴代领", "No seller or member of staff paid or collected")


def _is_customers(payment: Payment, side: str) -> bool:
    """The side that should be the customer's: who pays premium, who receives refunds and claims; and the
    side of the insurer where a natural person may stand in for it."""
    return bool(_name(payment, side) or _account(payment, side))


def _name(payment: Payment, side: str) -> str:
    return payment.payer if side == "payer" else payment.payee


def _account(payment: Payment, side: str) -> str:
    return payment.payer_account if side == "payer" else payment.payee_account


def _insiders(case: Case, context: Context) -> list[Insider]:
    found = [Insider(one.name, one.account, one.role) for one in context.references.staff or ()]
    found += [Insider(one.name, "", "seller") for one in context.references.sellers or ()]
    seller = case.maybe("seller.name")
    if seller is not None:
        found.insert(0, Insider(seller.value, "", "seller"))
    return found


def _items(
    case: Case, payment: Payment, side: str, insiders: Sequence[Insider], context: Context
) -> Iterator[Item]:  # fmt: skip
    name, account = _name(payment, side), _account(payment, side)
    where = places(case, payment, f"{side}.name", f"{side}.account")
    words = ("付款人", "payer") if side == "payer" else ("收款人", "payee")
    hits = [one for one in insiders if exactly_same_account(one.account, account) or (name and one.name == name)]
    hits.sort(key=lambda one: not exactly_same_account(one.account, account))
    if not hits:
        yield good(
            f"{words[0]}“{name or account}”不是销售人员",
            f"The {words[1]} is no seller",
            where,
            first_paper(payment),
            1.0,
        )
        return
    yield _hit(case, payment, words, name, hits[0], exactly_same_account(hits[0].account, account), where, context)


def _hit(
    case: Case, payment: Payment, words: tuple[str, str], name: str, hit: Insider, by_account: bool,
    where: tuple[Evidence, ...], context: Context,
) -> Item:  # fmt: skip
    what, paper = said(payment), first_paper(payment)
    holder = case.maybe("policyholder.name")
    how = ("账户", "account") if by_account else ("姓名", "name")
    zh = f"{what.zh}：{words[0]}“{name}”的{how[0]}属于销售人员或员工“{hit.name}”"
    en = f"{what.en}: the {how[1]} of the {words[1]} {name} is that of {hit.name}, seller or staff"
    if holder and same_holder(hit.name, holder.value).agrees:
        return good(f"{what.zh}：投保人本人为销售人员（自保件）", f"{what.en}: the seller's own policy", where, paper)
    if by_account:
        return bad(zh, en, where, paper)
    if _is_party(case, name) or link_of(case, name, context).form:
        zh, en = f"{zh}；也可能是同名或近亲属，请核对", f"{en}; a namesake or relative? please check"
        return doubt(Reason.JUDGEMENT, zh, en, where, paper)
    return bad(zh, en, where, paper)


def _is_party(case: Case, name: str) -> bool:
    """The insured or a beneficiary who bears a seller's name."""
    insured = case.maybe("insured.name")
    if insured and same_holder(insured.value, name).agrees:
        return True
    return any(
        field.value and field.value == name
        for form in case.documents_of("F01")
        for key, field in form.fields.items()
        if key.startswith("beneficiaries[") and key.endswith("].name")
    )
