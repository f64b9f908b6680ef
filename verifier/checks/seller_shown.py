"""The seller showed the licence, and an intermediary handed over its customer notice.

Passes when the recording's first element is marked as done, or the signed customer notice names the institution,
the insurer and a channel for complaints. Fails when an intermediary sold and its notice is absent from a file
that was wholly read, is not signed or lacks one of these, or the recording marks the element as not done.
Review when a field of the notice was not found. Not applicable to an insurer's own agent without a recording.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks.paper_signed import signed
from verifier.checks.result import CheckParams, Result, absent, failed, from_items, not_applicable, passed
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Outcome, Reason, Text
from verifier.values.organisations import compare_organisations


class Params(CheckParams):
    """`element`: of the recording; `done_words`, `undone_words`: what it says. `demand`: fields of the notice."""

    element: str = "items[1]"
    done_words: tuple[str, ...]
    undone_words: tuple[str, ...]
    demand: tuple[str, ...] = ("institution", "insurer", "complaint_channel")


def check(case: Case, params: Params, context: Context) -> Result:
    notices = case.documents_of("D-201")
    if notices:
        items = [*_fields(case, params, notices[-1]), signed(case, notices[-1], ("policyholder_signature",))]
        return from_items(items, "客户告知书已交付并签收", "The customer notice was handed over and signed for")
    shown = _recorded(case, params)
    if shown is not None:
        value = shown.value.strip().casefold()
        if value in params.undone_words:
            zh, en = "双录质检显示未出示执业证件", "The recording check says that the licence was not shown"
            return failed(zh, en, evidence=(shown.evidence,))
        if value in params.done_words:
            zh, en = "双录质检显示已出示执业证件", "The recording check says that the licence was shown"
            return passed(zh, en, evidence=(shown.evidence,))
    if _by_intermediary(case):
        return absent(
            case, "通过中介机构销售，未见客户告知书", "An intermediary sold, and its customer notice is absent"
        )
    return not_applicable(
        "保险公司自有人员销售且无双录记录，出示证件没有书面凭据",
        "The insurer's own seller and no recording: showing the licence leaves no paper",
    )


def _recorded(case: Case, params: Params) -> Field | None:
    for paper in case.documents_of("F09"):
        field = paper.fields.get(params.element)
        if field is not None and field.state is FieldState.READ:
            return field
    return None


def _by_intermediary(case: Case) -> bool:
    """A broker, or an institution of the seller that is not the insurer. A bank sells by its own notice."""
    channel = case.maybe("channel")
    if channel is not None and channel.value == "broker":
        return True
    insurer, own = case.declared_fact("institution"), case.declared_fact("seller.institution")
    own = own or case.maybe("F01.seller.institution")
    return insurer is not None and own is not None and compare_organisations(insurer.value, own.value).conflicts


def _fields(case: Case, params: Params, notice: Document) -> Iterator[Item]:
    title = paper_title(case, notice)
    for name in params.demand:
        field = notice.fields.get(name)
        if field is not None and field.state is FieldState.READ:
            detail = Text(f"{title.zh}载有 {field.value}", f"{title.en} names {field.value}")
            yield Item(Outcome.PASS, detail, None, notice.id, (field.evidence,), 1.0)
        elif field is not None and field.state is FieldState.EMPTY:
            detail = Text(f"{title.zh}“{name}”未填写", f"{title.en} leaves {name} blank")
            yield Item(Outcome.FAIL, detail, None, notice.id, (field.evidence,), field.confidence)
        else:
            detail = Text(f"{title.zh}上未读出“{name}”", f"{title.en}: {name} was not read")
            yield Item(Outcome.REVIEW, detail, Reason.FIELD_MISSING, notice.id)
