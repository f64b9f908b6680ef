"""A slip proves one payment only.

Passes when no other case of the batch or the history shows the same slip. Fails when another case shows a slip
of the same number, amount and day. Review when the number is the same and the figures differ, when one slip may
cover several policies, or when a picture looks the same and no number tells the slips apart. Not applicable when
a case is judged alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context, History
from verifier.ledger import first_paper, places, received, said
from verifier.model import Evidence, Item, Payment, Reason
from verifier.values.identifiers import compare_accounts
from verifier.values.script import squeeze


class Params(CheckParams):
    """`long`: from so many characters a number is unique by itself; a shorter one needs the account too.
    `distance`: bits by which the pictures of one slip may differ."""

    long: int = 10
    distance: int = 6


def check(case: Case, params: Params, context: Context) -> Result:
    if context.history is None:
        return not_applicable(
            "单独审核一案，无其他案件可比对", "Judged alone: there are no other cases to compare with"
        )
    slips = [one for one in received(case, context) if one.documents]
    if not slips:
        raise case.missing_document("P02")
    items = [item for one in slips for item in _items(case, one, params, context.history)]
    return from_items(items, "付款凭证未在其他案件中使用", "No other case shows these slips")


def _items(case: Case, payment: Payment, params: Params, history: History) -> Iterator[Item]:
    found = list(_same_number(case, payment, params, history)) or list(_same_picture(payment, params, history))
    what = said(payment)
    zh, en = f"{what.zh}：未见重复使用", f"{what.en}: not seen elsewhere"
    yield from found or [good(zh, en, places(case, payment, "serial"), first_paper(payment), 1.0)]


def _same_number(case: Case, payment: Payment, params: Params, history: History) -> Iterator[Item]:
    if not payment.serial:
        return
    due = case.maybe("premium.due")
    for other in history.payments(serial=payment.serial):
        if _same_sale(case, payment, other):
            continue
        zh = f"流水号 {payment.serial} 的凭证也见于案件 {other.case}（{other.policyholder}，{said(other).zh}）"
        en = f"The slip {payment.serial} also stands in case {other.case} ({other.policyholder}, {said(other).en})"
        where = (*places(case, payment, "serial", "amount", "date"), *_there(other))
        same = other.amount == payment.amount and other.date == payment.date
        if not same and len(payment.serial) >= params.long:
            zh, en = f"{zh}，但金额或日期不同", f"{en}, but amount or day differ"
            yield doubt(Reason.CONFLICTING_VALUES, zh, en, where, first_paper(payment))
        elif same and (len(payment.serial) >= params.long or _same_account(payment, other)):
            if due is not None and payment.amount is not None and payment.amount > due.as_decimal() + Decimal(1):
                zh, en = (
                    f"{zh}；金额大于本单应交，可能一笔付多单",
                    f"{en}; it exceeds this premium and may pay several policies",
                )
                yield doubt(Reason.JUDGEMENT, zh, en, where, first_paper(payment))
            else:
                yield bad(zh, en, where, first_paper(payment))


def _same_sale(case: Case, payment: Payment, other: Payment) -> bool:
    """The same sale sent in twice is no second use."""
    return bool(payment.policy) and squeeze(payment.policy) == squeeze(other.policy)


def _same_account(one: Payment, other: Payment) -> bool:
    known = one.payer_account and other.payer_account
    return not known or not compare_accounts(one.payer_account, other.payer_account).conflicts


def _there(other: Payment) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(place.file, place.page, place.box, place.text, place.confidence, place.sha256, other.case)
        for place in other.evidence[:1]
    )


def _same_picture(payment: Payment, params: Params, history: History) -> Iterator[Item]:
    """Slips of one bank look alike: a picture is a signal only where no number tells them apart."""
    seen: set[str] = set()
    for picture in payment.picture_hashes:
        for case, file, page in history.pictures_like(picture, params.distance):
            if case in seen or _told_apart(payment, history.payments_of(case)):
                continue
            seen.add(case)
            where = (*payment.evidence[:1], Evidence(file, page, None, "", 1.0, case=case))
            zh, en = (
                f"凭证影像与案件 {case} 的 {file} 高度相似，请核对",
                f"The slip looks like {file} of case {case}: compare them",
            )
            yield doubt(Reason.JUDGEMENT, zh, en, where, first_paper(payment))


def _told_apart(payment: Payment, others: Sequence[Payment]) -> bool:
    numbered = [one for one in others if one.serial]
    return bool(payment.serial) and bool(numbered) and all(one.serial != payment.serial for one in numbered)
