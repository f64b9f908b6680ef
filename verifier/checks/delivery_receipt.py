"""The policyholder confirmed that the contract was delivered.

Passes when a receipt bears the policyholder's signature (or an electronic confirmation), the day of receipt and
the number of the policy. Fails when there is no receipt, the line or the day is blank, or it is for another
policy. Review when the ink is doubtful, or the day or number was not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, absent, from_items
from verifier.checks.signing import judge_line
from verifier.context import Context
from verifier.model import Document, FieldState, Item, MarkState, Outcome, Reason, Text
from verifier.values.script import squeeze

HOLDER = Text("投保人", "policyholder")


class Params(CheckParams):
    document: str = "A02"
    signatures: tuple[str, ...] = ("policyholder_signature",)
    dated: str = "received_date"
    electronic: str = "electronic_receipt"


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        return absent(case, "未见保险合同送达回执", "No delivery receipt was found")
    copies = [list(_items(case, params, paper, context)) for paper in papers]
    sound = next((items for items in copies if all(item.outcome is Outcome.PASS for item in items)), None)
    items = sound or [item for items in copies for item in items]
    return from_items(
        items, "送达回执由投保人签署，日期和保单号齐全", "The delivery receipt is signed, dated and of this policy"
    )


def _items(case: Case, params: Params, paper: Document, context: Context) -> Iterator[Item]:
    yield _signature(case, params, paper, context)
    day = paper.fields.get(params.dated)
    if day is None:
        yield doubt(Reason.FIELD_MISSING, "回执上未找到收到日期", "No day of receipt was found", (), paper.id)
    elif day.state is FieldState.READ:
        yield good(f"收到日期：{day.value}", f"Received on {day.value}", (day.evidence,), paper.id)
    elif day.state is FieldState.EMPTY:
        yield bad("回执未填写收到日期", "The day of receipt is blank", (day.evidence,), paper.id)
    else:
        yield doubt(
            Reason.UNREADABLE, "收到日期无法辨认", "The day of receipt cannot be read", (day.evidence,), paper.id
        )
    yield from _number(case, paper)


def _signature(case: Case, params: Params, paper: Document, context: Context) -> Item:
    signed = [mark for name in params.signatures for mark in paper.marks_named(name)]
    if not any(mark.state is MarkState.PRESENT for mark in signed):
        words = context.lexicon(params.electronic)
        confirmed = [line for line in paper.lines if any(word in squeeze(line.text) for word in words)]
        if confirmed and not any(mark.state is MarkState.ABSENT for mark in signed):
            zh, en = f"电子签收：{confirmed[0].text}", "Confirmed electronically"
            return good(zh, en, (confirmed[0].evidence,), paper.id)
    person = case.maybe("policyholder.name")
    item = judge_line(case, paper, params.signatures, HOLDER, person=person.value if person else "")
    assert item is not None  # the line is demanded
    return item


def _number(case: Case, paper: Document) -> Iterator[Item]:
    number, policy = paper.fields.get("policy_no"), case.maybe("A01.policy_no")
    if number is None or not number.value or policy is None:
        return
    where = (number.evidence, *policy.evidence)
    if squeeze(number.value).upper() == squeeze(policy.value).upper():
        yield good(f"保单号：{number.value}", f"Policy {number.value}", where, paper.id, 1.0)
    elif min(number.confidence, policy.confidence) < 0.97:
        zh, en = (
            f"回执保单号 {number.value} 与保单 {policy} 不同",
            f"The receipt is for {number.value}, the policy {policy}",
        )
        yield doubt(Reason.LOW_CONFIDENCE, zh, en, where, paper.id)
    else:
        zh, en = f"回执保单号 {number.value} 不是保单 {policy}", f"The receipt is for {number.value}, not {policy}"
        yield bad(zh, en, where, paper.id)
