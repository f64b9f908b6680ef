"""What do the payments of a case come to, and where on their papers does each value stand?

Questions about money that several checks ask: which payments brought premium in, which went through,
whose name stands on them, and how to say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from verifier.case import Case
from verifier.context import Context
from verifier.model import Compared, Document, Evidence, Field, FieldState, Payment, Text, TextFrom
from verifier.payments import SLIPS
from verifier.values.identifiers import compare_accounts
from verifier.values.match import Match, MatchKind
from verifier.values.money import canonical_amount
from verifier.values.names import compare_names, compare_organisations, is_organisation

METHODS = {
    "cash": Text("现金", "cash"),
    "transfer": Text("转账", "transfer"),
    "pos": Text("POS", "POS"),
    "wechat": Text("微信支付", "WeChat Pay"),
    "alipay": Text("支付宝", "Alipay"),
    "direct_debit": Text("银行代扣", "direct debit"),
}
CLEAN_INK = 0.97  # from here on a text layer is taken at its word
WELL_READ = 0.85  # below it a reading decides nothing (pack: confidence)


class Standing(StrEnum):
    """What the status on a slip says."""

    DONE = "done"
    NOT_DONE = "not_done"  # failed, revoked, pending, pre-authorised
    UNKNOWN = "unknown"


class Likeness(StrEnum):
    """Whether two printed holders are one."""

    SAME = "same"
    OTHER = "other"
    UNSURE = "unsure"


# --- which payments ---


def premiums(case: Case) -> tuple[Payment, ...]:
    """Money in, whatever its status."""
    return tuple(one for one in case.payments if one.direction == "in")


def payouts(case: Case) -> tuple[Payment, ...]:
    """Money out: refunds and claims."""
    return tuple(one for one in case.payments if one.direction == "out")


def standing(case: Case, payment: Payment, context: Context) -> Standing:
    """By the status words of the pack, a void stamp included. A bank's receipt without a status line is
    itself the proof."""
    if any(_void(paper, context) for paper in papers_of(case, payment)):
        return Standing.NOT_DONE
    printed = payment.status.replace(" ", "").casefold()
    if any(word.casefold() in printed for word in context.lexicon("payment_failure")):
        return Standing.NOT_DONE
    if not printed or any(word.casefold() in printed for word in context.lexicon("payment_success")):
        return Standing.DONE
    return Standing.UNKNOWN


def received(case: Case, context: Context) -> tuple[Payment, ...]:
    """Premiums that are not shown to have failed."""
    return tuple(one for one in premiums(case) if standing(case, one, context) is not Standing.NOT_DONE)


def _void(paper: Document, context: Context) -> bool:
    """A stamp or a line of its own such as 作废; not a note like `涂改作废`."""
    words = context.lexicon("payment_void")
    stamped = any(word in mark.text for mark in paper.marks for word in words)
    lines = (line.text.replace(" ", "") for line in paper.lines)
    return paper.type in SLIPS and (stamped or any(line.partition("：")[2] in words or line in words for line in lines))


# --- where it stands ---


def papers_of(case: Case, payment: Payment) -> tuple[Document, ...]:
    """The papers that show the payment, slips first."""
    found = [document for document in case.documents if document.id in payment.documents]
    return tuple(sorted(found, key=lambda document: document.type not in SLIPS))


def printed(case: Case, payment: Payment, name: str) -> Field | None:
    """The field on the payment's papers: the first that was read, else one that was not. A receipt that
    confirms a slip does not stand in for what the slip should say."""
    papers = papers_of(case, payment)
    proof = [paper for paper in papers if paper.type != "P04"] or papers
    found = [paper.fields[name] for paper in proof if name in paper.fields]
    read = [one for one in found if one.state is FieldState.READ]
    return next(iter(read or found), None)


def places(case: Case, payment: Payment, *names: str) -> tuple[Evidence, ...]:
    """Where these fields stand; the whole payment when none is printed."""
    found = tuple(field.evidence for name in names if (field := printed(case, payment, name)) is not None)
    return found or payment.evidence


def unreadable(case: Case, payment: Payment, name: str) -> bool:
    field = printed(case, payment, name)
    return field is not None and field.state is FieldState.UNREADABLE


def first_paper(payment: Payment) -> str | None:
    return payment.documents[0] if payment.documents else None


# --- whose ---


def same_holder(one: str, other: str) -> Match:
    """Persons by their names, organisations by theirs."""
    if is_organisation(one) or is_organisation(other):
        return compare_organisations(one, other)
    return compare_names(one, other)


def likeness(match: Match, *, clean: bool = False) -> Likeness:
    """A look-alike character on a clean text layer was not misread: it is another name."""
    if match.agrees:
        return Likeness.SAME
    if match.conflicts or (clean and match.kind is MatchKind.OCR_NEAR):
        return Likeness.OTHER
    return Likeness.UNSURE


def is_party(case: Case, role: str, name: str, *, clean: bool) -> tuple[Likeness, Match]:
    """Whether the name is this party's, as any paper that was read well prints it: one paper's misread
    character must not make a stranger of him (that papers differ is told elsewhere)."""
    believed = case.fact(f"{role}.name")
    match = same_holder(name, believed.value)
    like = likeness(match, clean=clean and believed.confidence >= CLEAN_INK)
    if like is Likeness.SAME:
        return like, match
    for fact in case.statements(f"{role}.name"):
        other = same_holder(name, fact.value)
        if fact.confidence >= WELL_READ and other.agrees:
            return Likeness.SAME, other
    return like, match


def payer_is(case: Case, payment: Payment, holder: str) -> tuple[Likeness, Match]:
    """Whether the policyholder paid. One character of a name recognised from pixels is more likely misread
    than another man's when the money came from the policyholder's own account."""
    clean = is_clean(case, payment, "payer.name")
    like, match = is_party(case, "policyholder", payment.payer, clean=clean)
    near = not clean and _one_apart(payment.payer, holder)
    if like is Likeness.OTHER and near and from_own_account(case, payment, holder):
        return Likeness.UNSURE, match
    return like, match


def _one_apart(one: str, other: str) -> bool:
    return len(one) == len(other) > 1 and sum(x != y for x, y in zip(one, other, strict=True)) == 1


def from_own_account(case: Case, payment: Payment, holder: str) -> bool:
    """Whether the money came from the account that the authority or the application gives as the holder's."""
    for path in ("P01.account", "F01.account"):
        own, name = case.maybe(path), case.maybe(path + "_name")
        his = name is None or same_holder(name.value, holder).agrees
        if own is not None and his and same_account(payment.payer_account, own.value):
            return True
    return False


def agreed(*confidences: float) -> float:
    """Two readings that say the same bear each other out."""
    doubt = 1.0
    for one in confidences:
        doubt *= 1.0 - min(one, 0.9999)
    return 1.0 - doubt


def is_clean(case: Case, payment: Payment, name: str) -> bool:
    """Whether the field was taken from a text layer and not recognised from pixels."""
    field = printed(case, payment, name)
    if field is None:
        return not payment.documents  # declared by the policy system
    papers = {paper.id: paper for paper in papers_of(case, payment)}
    layered = any(paper.fields.get(name) is field and paper.text_from is not TextFrom.OCR for paper in papers.values())
    return layered and field.confidence >= CLEAN_INK


def same_account(one: str, other: str) -> bool:
    return bool(one) and bool(other) and compare_accounts(one, other).agrees


def exactly_same_account(one: str, other: str) -> bool:
    """Digit by digit: masks and tails do not accuse anybody."""
    return bool(one) and bool(other) and compare_accounts(one, other).kind is MatchKind.EXACT


# --- how to say it ---


def said(payment: Payment) -> Text:
    """`2026-03-03 转账 24000.00元` / `2026-03-03 transfer 24000.00 CNY`."""
    day = payment.date.isoformat() if payment.date else "日期不详"
    day_en = payment.date.isoformat() if payment.date else "undated"
    method = METHODS.get(payment.method, Text("付款", "payment"))
    if payment.amount is None:
        return Text(f"{day}{method.zh}（金额未读出）", f"{day_en} {method.en} (amount not read)")
    amount = canonical_amount(payment.amount)
    unit = "元" if payment.currency in ("CNY", "") else payment.currency
    return Text(f"{day} {method.zh}{amount}{unit}", f"{day_en} {method.en} {amount} {payment.currency or 'CNY'}")


def listed(payments: Iterable[Payment]) -> Text:
    """Several payments as one phrase, each with its case when it is another one's."""
    words = [said(one) for one in payments]
    return Text("、".join(one.zh for one in words), ", ".join(one.en for one in words))


def compared(case: Case, payment: Payment, name: str, zh: str, en: str, value: str) -> Compared:
    field = printed(case, payment, name)
    return Compared(Text(zh, en), value, field.evidence if field else None)
