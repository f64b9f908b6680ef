"""A customer who gave up another long-term policy for this one was told what that costs.

Passes when the replacement confirmation is in the file, signed, and covers the five points. Fails when a
replacement shows and the confirmation is absent from a file that was wholly read, is not signed, or lacks a
point. Review when it was not read clearly. Not applicable when nothing in the file or the list of surrenders
shows a replacement: maturity and partial surrender are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from verifier.case import Case
from verifier.checks.paper_signed import signed
from verifier.checks.points import Point, points_item
from verifier.checks.result import CheckParams, Result, absent, from_items, not_applicable
from verifier.context import Context, Surrender
from verifier.model import Document, Evidence, FieldState, Item, MarkState, Outcome, Text
from verifier.values.script import squeeze


class Params(CheckParams):
    """`days`: how near the other policy's end may lie; `not_replacing`: reasons that are none; `ticks`: marks by
    which the customer says so; `no_words`: answers that deny a point."""

    document: str = "D-503"
    days: int = 90
    not_replacing: tuple[str, ...]
    ticks: tuple[str, ...] = ("replacement",)
    points: tuple[Point, ...]
    enough: int = 3
    no_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sign:
    said: Text
    evidence: tuple[Evidence, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if papers:
        items = list(_judge(case, params, papers[-1]))
        return from_items(
            items, "转保确认书已签署，五项内容齐全", "The replacement confirmation is signed and complete"
        )
    sign = next(_signs(case, params, context), None)
    if sign is None:
        return not_applicable("没有转保的迹象", "Nothing shows a replacement")
    return absent(
        case, f"{sign.said.zh}，未见转保确认书", f"{sign.said.en}; no replacement confirmation was found",
        evidence=sign.evidence,
    )  # fmt: skip


def _judge(case: Case, params: Params, paper: Document) -> Iterator[Item]:
    yield signed(case, paper, ("policyholder_signature",))
    answers = {n: field for n in range(1, 6) if (field := paper.fields.get(f"items[{n}]")) is not None}
    denied = [field for field in answers.values() if squeeze(field.value) in params.no_words]
    for field in denied:
        detail = Text(
            f"转保确认书有一项答“{field.value}”", f"One point of the confirmation is answered {field.value!r}"
        )
        yield Item(Outcome.FAIL, detail, None, paper.id, (field.evidence,), field.confidence)
    if len(answers) >= len(params.points) and all(field.state is FieldState.READ for field in answers.values()):
        detail = Text("五项均已答复", "All five points are answered")
        yield Item(Outcome.PASS, detail, None, paper.id, tuple(field.evidence for field in answers.values()), 1.0)
        return
    what = Text("转保确认书", "The replacement confirmation")
    yield points_item(case, params.points, [paper], params.enough, what)


def _signs(case: Case, params: Params, context: Context) -> Iterator[_Sign]:
    applied = case.maybe("application.date")
    if applied is None:
        return
    day = applied.as_date()
    for paper in case.documents_of("F01", "F04"):
        for name in params.ticks:
            for mark in paper.marks_named(name):
                if mark.state is MarkState.PRESENT:
                    yield _Sign(Text("投保单勾选替换原保单", "The form ticks a replacement"), (mark.evidence,))
    yield from _surrender_papers(case, params, day)
    for row in context.references.surrenders or ():
        if _is_replaced(case, params, row, day):
            said = f"{row.surrendered} 退保另一保单 {row.policy}"
            yield _Sign(Text(said, f"Another policy, {row.policy}, was surrendered on {row.surrendered}"))


def _surrender_papers(case: Case, params: Params, day: date) -> Iterator[_Sign]:
    own = case.maybe("policy_no")
    for paper in case.documents_of("A05"):
        number, signed_on = paper.fields.get("policy_no"), paper.fields.get("signed_date")
        if number is None or signed_on is None or own is None or FieldState.READ not in (number.state, signed_on.state):
            continue
        if number.value in ("", own.value) or signed_on.state is not FieldState.READ:
            continue
        if abs((date.fromisoformat(signed_on.value[:10]) - day).days) <= params.days and not _excused(params, paper):
            said = Text(f"{signed_on.value} 申请退保另一保单 {number.value}", f"Surrender of {number.value} asked for")
            yield _Sign(said, (number.evidence, signed_on.evidence))


def _excused(params: Params, paper: Document) -> bool:
    reason = paper.fields.get("reason")
    return reason is not None and any(word in reason.value for word in params.not_replacing)


def _is_replaced(case: Case, params: Params, row: Surrender, day: date) -> bool:
    if row.surrendered is None or abs((row.surrendered - day).days) > params.days:
        return False
    if any(word in row.reason for word in params.not_replacing):
        return False
    own = case.maybe("policy_no")
    if own is not None and row.policy == own.value:
        return False
    number, name = case.maybe("policyholder.id_number"), case.maybe("policyholder.name")
    if row.policyholder_id and number is not None:
        return row.policyholder_id == number.value
    return name is not None and row.policyholder == name.value
