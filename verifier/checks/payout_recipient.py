"""A refund or a claim goes to the person it belongs to.

Passes when the payee is one of the allowed: the policyholder for a refund; the insured, a beneficiary or the
guardian of a minor for a claim. Fails when a seller, a member of staff or somebody else receives it. Review when
the payee was not read, heirs, a court or a pledge are named, or a hospital or lender is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, review
from verifier.context import Context
from verifier.ledger import (
    Likeness,
    exactly_same_account,
    first_paper,
    is_clean,
    likeness,
    papers_of,
    payouts,
    places,
    said,
    same_holder,
)  # fmt: skip
from verifier.model import Compared, Item, Payment, Reason, Text
from verifier.values.names import is_organisation

Allowed = tuple[str, Text]


AGREED = 0.99  # two papers that read alike were both read well


class Params(CheckParams):
    """`document`: the paper that asks for the money; `roles`: who may receive it."""

    document: str
    roles: tuple[str, ...]
    exceptions: str = "payout_exceptions"


def check(case: Case, params: Params, context: Context) -> Result:
    paid = [one for one in payouts(case) if _concerns(case, one, params.document)]
    named = [one for one in paid if one.payee]
    if not named:
        where = tuple(place for one in paid for place in places(case, one, "payee.name"))
        return review(Reason.FIELD_MISSING, "未读出收款人", "The payee was not read", evidence=where)
    allowed = list(_allowed(case, params.roles))
    items = [_item(case, params, one, allowed, context) for one in named]
    values = [
        Compared(Text("收款人", "payee"), one.payee, next(iter(places(case, one, "payee.name")), None)) for one in named
    ]
    values += [Compared(role, name) for name, role in allowed]
    return from_items(items, "款项付至应得之人", "The money goes to the person it belongs to", compared=values)


def _concerns(case: Case, payment: Payment, code: str) -> bool:
    """A payout slip that no form claims belongs to the only kind of form in the file."""
    kinds = {paper.type for paper in papers_of(case, payment)} & {"A05", "A06"}
    return code in kinds if kinds else not case.has(*({"A05", "A06"} - {code}))


def _allowed(case: Case, roles: Sequence[str]) -> Iterator[Allowed]:
    names = {"policyholder": Text("投保人", "policyholder"), "insured": Text("被保险人", "insured")}
    for role, label in names.items():
        fact = case.maybe(f"{role}.name") if role in roles else None
        if fact is not None:
            yield fact.value, label
    if "beneficiary" in roles:
        for form in case.documents_of("F01", "F06", "A04"):
            for key, field in form.fields.items():
                if key.startswith("beneficiaries[") and key.endswith("].name") and field.value:
                    yield field.value, Text("受益人", "beneficiary")
    if "guardian" in roles:
        yield from _guardian(case)


def _guardian(case: Case) -> Iterator[Allowed]:
    """A minor's money goes to the parent who insured him."""
    age, relation, holder = (case.maybe(one) for one in ("insured.age", "insured.relation_code", "policyholder.name"))
    if age and relation and holder and age.as_decimal() < 18 and relation.value == "child":
        yield holder.value, Text("未成年被保险人的监护人", "guardian of the minor insured")


def _item(case: Case, params: Params, payment: Payment, allowed: Sequence[Allowed], context: Context) -> Item:
    what, where, paper = said(payment), places(case, payment, "payee.name", "payee.account"), first_paper(payment)
    clean = is_clean(case, payment, "payee.name")
    likes = [(likeness(same_holder(payment.payee, name), clean=clean), name, role) for name, role in allowed]
    same = next((role for like, _, role in likes if like is Likeness.SAME), None)
    insider = _insider(case, payment, context)
    if same is not None and insider is None:
        return good(f"{what.zh}：收款人为{same.zh}", f"{what.en}: paid to the {same.en}", where, paper, AGREED)
    if insider is not None and same is None:
        zh = f"{what.zh}：收款人“{payment.payee}”或其账户属于销售人员或员工“{insider}”"
        return bad(zh, f"{what.en}: {payment.payee} or the account is that of {insider}, seller or staff", where, paper)
    if insider is not None:
        zh = f"{what.zh}：收款人姓名相符，但账户属于销售人员或员工“{insider}”"
        return bad(zh, f"{what.en}: the name fits, the account is that of {insider}, seller or staff", where, paper)
    if any(like is Likeness.UNSURE for like, _, _ in likes):
        zh, en = f"{what.zh}：收款人“{payment.payee}”姓名存疑", f"{what.en}: the name {payment.payee} is doubtful"
        return doubt(Reason.LOW_CONFIDENCE, zh, en, where, paper)
    zh = f"{what.zh}：收款人“{payment.payee}”不是{'、'.join(dict.fromkeys(role.zh for _, role in allowed))}"
    en = f"{what.en}: {payment.payee} is not the {' or '.join(dict.fromkeys(role.en for _, role in allowed))}"
    if _excused(case, params, payment, context):
        return doubt(Reason.JUDGEMENT, f"{zh}，请核对依据", f"{en}: check the ground", where, paper)
    return bad(zh, en, where, paper)


def _insider(case: Case, payment: Payment, context: Context) -> str | None:
    """The seller of this policy by name, or a member of staff by account; not a party who bears the name."""
    holder, seller = case.maybe("policyholder.name"), case.maybe("seller.name")
    own = holder is not None and seller is not None and same_holder(holder.value, seller.value).agrees
    if seller and not own and same_holder(payment.payee, seller.value).agrees:
        return seller.value
    for one in context.references.staff or ():
        itself = holder is not None and same_holder(one.name, holder.value).agrees
        if exactly_same_account(one.account, payment.payee_account) and not itself:
            return one.name
    return None


def _excused(case: Case, params: Params, payment: Payment, context: Context) -> bool:
    """Heirs, courts and pledges; a hospital or lender; statutory heirs where nobody is designated."""
    words = context.lexicon(params.exceptions)
    said_why = [
        field.value
        for paper in case.documents_of(params.document)
        for name, field in paper.fields.items()
        if name in ("reason", "applicant.relation")
    ]
    heirs = "beneficiary" in params.roles and not any(
        key.startswith("beneficiaries[") and field.value and "法定" not in field.value
        for form in case.documents_of("F01", "F06")
        for key, field in form.fields.items()
        if key.endswith("].name")
    )
    dead = bool(case.documents_of("A06", variant="death_certificate"))
    return (
        any(word in text for text in said_why for word in words) or is_organisation(payment.payee) or (heirs and dead)
    )
