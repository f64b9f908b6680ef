"""A third party who pays is identified and his reason is on paper.

Passes when a signed third-party form names the payer with relation and reason, and the payer's ID is known.
Fails, gravely, when there is no form; also when the form lacks one of these or the signature. Review when the
form was not read in part, or an employer paid. Not applicable when the policyholder paid.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, absent, from_items, not_applicable, review
from verifier.checks.signing import judge_line
from verifier.checks.third_party import link_of
from verifier.context import Context
from verifier.ledger import Likeness, payer_is, places, received, said, same_holder
from verifier.model import Document, FieldState, Item, Payment, Reason, Severity, Text

PAYER = Text("付款人", "payer")
ELEMENTS = {"relation": Text("与投保人关系", "relation to the policyholder"), "reason": Text("付款原因", "reason")}


class Params(CheckParams):
    form: str = "P05"
    signatures: tuple[str, ...] = ("payer_signature",)


def check(case: Case, params: Params, context: Context) -> Result:
    holder = case.fact("policyholder.name")
    third: list[Payment] = []
    for one in received(case, context):
        if not one.payer:
            continue
        like, match = payer_is(case, one, holder.value)
        if like is Likeness.OTHER:
            third.append(one)
        elif like is Likeness.UNSURE:
            where = (*places(case, one, "payer.name"), *holder.evidence)
            return review(Reason.LOW_CONFIDENCE, match.detail.zh, match.detail.en, evidence=where)
    if not third:
        return not_applicable("付款人为投保人本人", "The policyholder paid")
    papers = case.documents_of(params.form)
    if not papers:
        return _without(case, third[0], holder.value, context)
    items = [item for one in third for item in _items(case, params, one, papers, context)]
    return from_items(items, "第三方付款资料齐全", "The third-party payer's papers are complete")


def _without(case: Case, payment: Payment, holder: str, context: Context) -> Result:
    where = places(case, payment, "payer.name")
    zh = f"{said(payment).zh}：付款人“{payment.payer}”不是投保人“{holder}”，未见第三方付款声明"
    en = f"{said(payment).en}: {payment.payer} paid, not the policyholder {holder}, and no third-party form was found"
    if link_of(case, payment.payer, context).employer:
        zh, en = f"{zh}；付款人是投保人的工作单位", f"{en}; the payer is the policyholder's employer"
        return review(Reason.JUDGEMENT, zh, en, evidence=where)
    return absent(case, zh, en, evidence=where, severity=Severity.CRITICAL)


def _items(
    case: Case, params: Params, payment: Payment, papers: tuple[Document, ...], context: Context
) -> Iterator[Item]:
    form = link_of(case, payment.payer, context).form or papers[0]
    yield _named(case, payment, form)
    for name, label in ELEMENTS.items():
        yield _element(form, name, label)
    yield _identity(case, payment, form)
    line = judge_line(case, form, params.signatures, PAYER, person=payment.payer)
    if line is not None:
        yield line


def _named(case: Case, payment: Payment, form: Document) -> Item:
    field = form.fields.get("payer.name")
    where = (*places(case, payment, "payer.name"), *((field.evidence,) if field else ()))
    if field is None or field.state is not FieldState.READ:
        return doubt(Reason.FIELD_MISSING, "声明上的付款人未读出", "The payer on the form was not read", where, form.id)
    match = same_holder(field.value, payment.payer)
    if match.conflicts:
        zh = f"声明的付款人“{field.value}”不是凭证上的“{payment.payer}”"
        return bad(zh, f"The form names {field.value}, the slip {payment.payer}", where, form.id)
    if not match.agrees:
        return doubt(Reason.LOW_CONFIDENCE, match.detail.zh, match.detail.en, where, form.id)
    return good("声明的付款人与凭证一致", "The form names the payer of the slip", where, form.id)


def _element(form: Document, name: str, label: Text) -> Item:
    field = form.fields.get(name)
    if field is None:
        return doubt(
            Reason.FIELD_MISSING, f"声明上未找到{label.zh}", f"No {label.en} was found on the form", (), form.id
        )
    if field.state is FieldState.READ:
        return good(f"{label.zh}：{field.value}", f"{label.en}: {field.value}", (field.evidence,), form.id, 1.0)
    if field.state is FieldState.EMPTY:
        return bad(f"声明上{label.zh}空白", f"The {label.en} on the form is blank", (field.evidence,), form.id)
    return doubt(
        Reason.UNREADABLE, f"声明上{label.zh}无法辨认", f"The {label.en} cannot be read", (field.evidence,), form.id
    )


def _identity(case: Case, payment: Payment, form: Document) -> Item:
    """A copy of the payer's ID, or at least its number on the form."""
    for card in case.documents_of("D-202"):
        name = card.fields.get("name")
        if card.subject == "payer" or (name and name.value and same_holder(name.value, payment.payer).agrees):
            return good("已附付款人身份证件", "The payer's ID is filed", (), card.id)
    number = form.fields.get("payer.id_number")
    if number is not None and number.state is FieldState.READ:
        return good("声明载明付款人证件号码", "The form states the payer's ID number", (number.evidence,), form.id, 1.0)
    if number is not None and number.state is FieldState.UNREADABLE:
        zh, en = "付款人证件号码无法辨认", "The payer's ID number cannot be read"
        return doubt(Reason.UNREADABLE, zh, en, (number.evidence,), form.id)
    where = (number.evidence,) if number else ()
    if not case.fully_read:
        return doubt(Reason.DOCUMENT_MISSING, "未见付款人身份证件", "No ID of the payer", where, form.id)
    return bad("未见付款人身份证件及号码", "Neither the payer's ID nor its number was found", where, form.id, 1.0)
