"""What a customer answered in the negative was put right in time by somebody else than the seller.

Passes when a later call-back succeeded within the working days allowed. Fails when none did, or it came too
late or was made by the seller. Review when the record calls a negative answer a success, or the time is still
running. Not applicable when nothing was answered in the negative.
"""

from __future__ import annotations

import re
from datetime import date

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.ledger import same_holder
from verifier.model import Document, Evidence, FieldState, Item, Reason
from verifier.values.calendar import add_working_days
from verifier.values.script import squeeze

ANSWER = re.compile(r"^answers\[(\d+)\]$")


class Params(CheckParams):
    """`questions`: how many of the printed questions are those to which no is a problem."""

    document: str = "A03"
    days: str = "callback.problem_case_working_days"
    questions: int = 7


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document, superseded=True)
    if not papers:
        raise case.missing_document(params.document)
    problems = [(paper, where) for paper in papers if (where := _negatives(paper, params, context))]
    if not problems:
        return not_applicable("回访没有否定答复", "Nothing was answered in the negative")
    items = [_item(case, params, context, paper, where, papers) for paper, where in problems]
    return from_items(items, "问题件已按时处理", "The problem was resolved in time")


def _negatives(paper: Document, params: Params, context: Context) -> tuple[Evidence, ...]:
    found = []
    for name, field in paper.fields.items():
        match = ANSWER.match(name)
        if match and int(match[1]) <= params.questions and squeeze(field.value) in context.lexicon("negative_answers"):
            found.append(field.evidence)
    return tuple(found)


def _day(paper: Document) -> date | None:
    field = paper.fields.get("date")
    return Fact("date", field.value[:10]).as_date() if field and field.state is FieldState.READ else None


def _succeeded(paper: Document, context: Context) -> bool:
    result = paper.fields.get("result")
    plain = squeeze(result.value) if result else ""
    failed = any(word in plain for word in context.lexicon("callback_failure"))
    return not failed and any(word in plain for word in context.lexicon("callback_success"))


def _item(
    case: Case, params: Params, context: Context, paper: Document, where: tuple[Evidence, ...],
    papers: tuple[Document, ...],
) -> Item:  # fmt: skip
    day = _day(paper)
    if day is None:
        return doubt(
            Reason.FIELD_MISSING, "回访有否定答复，日期未读出", "A negative answer of unknown day", where, paper.id
        )
    last = add_working_days(day, int(context.parameters.number(params.days)))
    later = [one for one in papers if (_day(one) or day) > day and not _negatives(one, params, context)]
    solved = [one for one in later if _succeeded(one, context)]
    zh, en = f"{day} 回访有 {len(where)} 项否定答复", f"{len(where)} negative answers in the call of {day}"
    if not solved and _succeeded(paper, context):
        zh, en = f"{zh}，但结果记为成功，请核对", f"{en}, yet the result says success: check it"
        return doubt(Reason.JUDGEMENT, zh, en, where, paper.id)
    if not solved:
        if context.as_of <= last:
            return doubt(
                Reason.JUDGEMENT, f"{zh}，应在 {last} 前处理", f"{en}, to be resolved by {last}", where, paper.id
            )
        return lacking(case, f"{zh}，未见处理结果", f"{en}, and no resolution was found", params.document, where)
    first = min(solved, key=lambda one: _day(one) or date.max)
    if (_day(first) or date.max) > last:
        zh, en = f"{zh}，{_day(first)} 才处理，应不迟于 {last}", f"{en}, resolved on {_day(first)}, due by {last}"
        return bad(zh, en, where, first.id)
    caller, seller = first.fields.get("caller"), case.maybe("seller.name")
    if caller and caller.value and seller and same_holder(caller.value, seller.value).agrees:
        zh, en = f"{zh}，由原销售人员“{caller.value}”处理", f"{en}, resolved by the seller {caller.value}"
        return bad(zh, en, (*where, caller.evidence), first.id)
    return good(f"{zh}，已于 {_day(first)} 处理", f"{en}, resolved on {_day(first)}", where, first.id, 1.0)
