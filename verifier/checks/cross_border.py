"""Foreign money and foreign customers are looked into.

Passes when nothing is foreign, or the note on the source of funds (and for a foreign identity the tax-residence
statement) is in the file. Fails when the money is foreign (currency, paying bank) and no such note was found.
Review when only the customer's identity, address or phone is foreign and neither paper was found.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case, Fact
from verifier.checks.items import doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, passed
from verifier.context import Context
from verifier.ledger import places, printed, received, said
from verifier.model import Evidence, Item, Reason, Text
from verifier.values.identifiers import identify
from verifier.values.money import read_currency
from verifier.values.script import squeeze


class Params(CheckParams):
    """`home`: the currency that is not foreign; `note`, `statement`: the papers that answer."""

    home: str = "CNY"
    note: str = "P06"
    statement: str = "F07"


Sign = tuple[Text, tuple[Evidence, ...]]


def check(case: Case, params: Params, context: Context) -> Result:
    money, person = list(_money(case, params, context)), list(_person(case, context))
    if not money and not person:
        return passed("未见跨境或外币因素", "Nothing is foreign", confidence=1.0)
    items: list[Item] = []
    note = next(iter(case.documents_of(params.note)), None)
    for text, where in money:
        if note is not None:
            items.append(
                good(f"{text.zh}，已附资金来源说明", f"{text.en}; a note on the funds is filed", where, note.id, 1.0)
            )
        else:
            zh, en = (
                f"{text.zh}，未见资金来源说明或强化尽调",
                f"{text.en}, and no note on the source of funds was found",
            )
            items.append(lacking(case, zh, en, params.note, where))
    answered = note is not None or case.has(params.statement)
    for text, where in person:
        if answered:
            items.append(good(f"{text.zh}，已附相关声明", f"{text.en}; a statement is filed", where, None, 1.0))
        else:
            zh, en = f"{text.zh}，未见税收居民身份声明", f"{text.en}, and no tax-residence statement was found"
            items.append(doubt(Reason.JUDGEMENT, zh, en, where))
    return from_items(items, "跨境因素已说明", "The foreign elements are explained")


def _money(case: Case, params: Params, context: Context) -> Iterator[Sign]:
    for payment in received(case, context):
        if read_currency(payment.currency) not in (None, params.home):
            zh, en = f"{said(payment).zh}：外币付款", f"{said(payment).en}: foreign currency"
            yield Text(zh, en), places(case, payment, "currency", "amount")
        bank = printed(case, payment, "payer.bank")
        if bank is not None and any(word in bank.value for word in context.lexicon("overseas_words")):
            yield Text(f"付款银行“{bank.value}”在境外", f"The paying bank {bank.value} is abroad"), (bank.evidence,)


def _person(case: Case, context: Context) -> Iterator[Sign]:
    nationality = case.maybe("F01.policyholder.nationality") or case.maybe("D-202[policyholder].nationality")
    if nationality is not None and squeeze(nationality.value) not in context.lexicon("home_nationalities"):
        yield Text(f"投保人国籍：{nationality.value}", f"Nationality: {nationality.value}"), nationality.evidence
    number = case.maybe("policyholder.id_number")
    if number is not None and identify(number.value).kind in ("passport", "permanent_residence"):
        yield Text(f"投保人持外国证件 {number.value}", f"Foreign document {number.value}"), number.evidence
    phone = case.maybe("policyholder.phone")
    if phone is not None and _abroad(phone):
        yield Text(f"投保人电话 {phone.value} 为境外号码", f"The phone {phone.value} is abroad"), phone.evidence


def _abroad(phone: Fact) -> bool:
    number = phone.value
    return (number.startswith("+") and not number.startswith("+86")) or (
        number.startswith("00") and not number.startswith("0086")
    )
