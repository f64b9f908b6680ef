"""The direct-debit authority says whose account, which account, for what, and is signed in time.

Passes when holder, bank, account and scope are stated, the holder is the policyholder or a documented third
party, the holder signed not later than the first debit, and debits came from the authorised account. Fails when
one of these is blank, unsigned, late or of another account. Review when one was not found or not read, when a
card number fails its check digit, or when money came by another way from another account.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.signing import judge_line
from verifier.checks.third_party import link_of
from verifier.context import Context
from verifier.ledger import CLEAN_INK, Likeness, is_party, places, received, said
from verifier.model import Document, FieldState, Item, Payment, Reason, Text, TextFrom
from verifier.values.accounts import looks_like_card
from verifier.values.identifiers import canonical_account, compare_accounts, passes_luhn
from verifier.values.script import squeeze

ELEMENTS = {
    "account_name": ("户名", "account holder"),
    "account_bank": ("开户行", "bank"),
    "account": ("账号", "account"),
    "scope": ("授权金额或期限", "amount or period authorised"),
}


HOLDER = Text("账户所有人", "account holder")


class Params(CheckParams):
    """`scope_words`: lexicon of words that say what may be debited."""

    signatures: tuple[str, ...] = ("payer_signature", "policyholder_signature")
    scope_words: str = "debit_scope"


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of("P01")
    if not papers:
        missing = lacking(case, "银行代扣交费，但未见转账授权书", "Paid by direct debit without an authority", "P01")
        return from_items([missing], "", "")
    items: list[Item] = []
    for paper in papers:
        items += _elements(paper, _words(context, params))
        items += _holder(case, paper, context)
        named = paper.fields.get("account_name")
        line = judge_line(case, paper, params.signatures, HOLDER, person=named.value if named else "")
        items += [line] if line is not None else []
        items += _debits(case, paper, context)
    return from_items(items, "转账授权书要素齐全", "The direct-debit authority is complete")


def _words(context: Context, params: Params) -> tuple[str, ...]:
    known = context.lexicons.get(params.scope_words)
    return tuple(str(word) for word in known) if isinstance(known, list) else ()


def _elements(paper: Document, scope_words: tuple[str, ...]) -> Iterator[Item]:
    for name, (label, label_en) in ELEMENTS.items():
        field = paper.fields.get(name)
        if field is None and name == "scope":
            yield _scope_in_prose(paper, scope_words)
        elif field is None:
            zh, en = f"转账授权书上未找到“{label}”", f"No {label_en} was found on the authority"
            yield doubt(Reason.FIELD_MISSING, zh, en, (), paper.id)
        elif field.state is FieldState.EMPTY:
            yield bad(
                f"转账授权书“{label}”空白", f"The {label_en} on the authority is blank", (field.evidence,), paper.id
            )
        elif field.state is FieldState.UNREADABLE:
            zh, en = f"转账授权书“{label}”无法辨认", f"The {label_en} on the authority cannot be read"
            yield doubt(Reason.UNREADABLE, zh, en, (field.evidence,), paper.id)
        elif name == "account" and _fails_luhn(field.value):
            zh, en = f"卡号 {field.value} 校验位不符", f"The card number {field.value} fails its check digit"
            yield doubt(Reason.LOW_CONFIDENCE, zh, en, (field.evidence,), paper.id)
        else:
            zh, en = f"{label}：{field.value}", f"{label_en}: {field.value}"
            yield good(zh, en, (field.evidence,), paper.id, field.confidence if name == "account_name" else 1.0)


def _scope_in_prose(paper: Document, words: tuple[str, ...]) -> Item:
    """Many authorities say in a sentence what may be debited, under no label or under one of their own."""
    for line in paper.lines:
        if any(word in squeeze(line.text) for word in words):
            return good(f"授权范围：{line.text}", f"Scope: {line.text}", (line.evidence,), paper.id, 1.0)
    zh, en = "转账授权书上未找到“授权金额或期限”", "No amount or period was found on the authority"
    return doubt(Reason.FIELD_MISSING, zh, en, (), paper.id)


def _fails_luhn(account: str) -> bool:
    """Only numbers of card shape have a Luhn digit; passbooks and masked numbers do not."""
    plain = canonical_account(account)
    return plain.isdigit() and looks_like_card(plain) and not passes_luhn(plain)


def _holder(case: Case, paper: Document, context: Context) -> Iterator[Item]:
    field, holder = paper.fields.get("account_name"), case.maybe("policyholder.name")
    if field is None or field.state is not FieldState.READ or holder is None:
        return
    clean = paper.text_from is not TextFrom.OCR and field.confidence >= CLEAN_INK
    like, match = is_party(case, "policyholder", field.value, clean=clean)
    where = (field.evidence, *holder.evidence)
    if like is Likeness.UNSURE:
        yield doubt(Reason.LOW_CONFIDENCE, match.detail.zh, match.detail.en, where, paper.id)
    elif like is Likeness.OTHER:
        zh = f"授权账户户名“{field.value}”不是投保人“{holder.value}”"
        en = f"The account holder {field.value} is not the policyholder {holder.value}"
        link = link_of(case, field.value, context)
        if link.form and link.near:
            yield good(f"{zh}，已有第三方付款声明", f"{en}, but a third-party form is filed", where, paper.id)
        else:
            yield bad(zh, en, where, paper.id)


def _debits(case: Case, paper: Document, context: Context) -> Iterator[Item]:
    account, dated = paper.fields.get("account"), paper.fields.get("signed_date")
    for payment in received(case, context):
        if payment.method in ("cash", "wechat", "alipay"):
            continue
        debit = payment.method == "direct_debit"
        if account is not None and account.value and payment.payer_account:
            yield from _account_item(case, paper, payment, account.value, debit)
        if debit and dated is not None and dated.value and payment.date is not None:
            late = dated.value > payment.date.isoformat()
            where = (dated.evidence, *places(case, payment, "date"))
            if late:
                zh = f"授权日期 {dated.value} 晚于扣款日期 {payment.date}"
                yield bad(zh, f"Authorised on {dated.value}, after the debit of {payment.date}", where, paper.id)


def _account_item(case: Case, paper: Document, payment: Payment, account: str, debit: bool) -> Iterator[Item]:
    match = compare_accounts(payment.payer_account, account)
    where = (*places(case, payment, "payer.account"), paper.fields["account"].evidence)
    what = said(payment)
    zh = f"{what.zh}的付款账号 {payment.payer_account} 不是授权账号 {account}"
    en = f"{what.en} came from {payment.payer_account}, not the authorised {account}"
    if match.agrees:
        yield good("付款账号与授权账号一致", "Paid from the authorised account", where, paper.id, 0.99)
    elif match.conflicts and debit:
        yield bad(zh, en, where, paper.id)
    elif match.conflicts:
        yield doubt(Reason.JUDGEMENT, zh, en, where, paper.id)
    else:
        yield doubt(Reason.LOW_CONFIDENCE, match.detail.zh, match.detail.en, where, paper.id)
