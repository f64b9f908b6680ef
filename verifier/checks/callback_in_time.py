"""The policyholder was called back within the cooling-off period, with success.

The period runs from the day after receipt, in calendar days, as long as the contract says. Passes when one
call-back of the file succeeded within it. Fails when there is no record, none succeeded, or the call came before
the receipt or too late. Review when a day or the result was not read, or several attempts failed.
"""

from __future__ import annotations

from datetime import timedelta

from verifier.case import Case, Fact
from verifier.checks.cooling_off_length import minimum_days
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, absent, from_items
from verifier.context import Context
from verifier.model import Compared, Document, Evidence, Field, FieldState, Item, Outcome, Reason, Text
from verifier.values.script import squeeze


class Params(CheckParams):
    document: str = "A03"
    figures: str = "cooling_off_min_days"
    attempts: int = 3


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document, superseded=True)
    if not papers:
        return absent(case, "未见回访记录", "No call-back record was found")
    received = case.fact("delivery.date")
    printed = case.maybe("cooling_off.days")
    days = printed.as_int() if printed else int(minimum_days(case, context, params.figures).number("days"))
    items = [_item(case, paper, received, days, printed, context) for paper in papers]
    sound = [item for item in items if item.outcome is Outcome.PASS]
    failed_calls = [paper for paper in papers if _failed(paper, context)]
    if not sound and len(failed_calls) >= params.attempts:
        zh, en = (
            f"{len(failed_calls)} 次回访均未成功，请核对是否已函件回访",
            f"{len(failed_calls)} attempts failed: was a letter sent?",
        )
        items = [doubt(Reason.JUDGEMENT, zh, en, (), papers[-1].id)]
    last = received.as_date() + timedelta(days=days)
    values = [
        Compared(Text("收到日期", "received"), received.value, next(iter(received.evidence), None)),
        Compared(
            Text("犹豫期止", "end of cooling-off"),
            last.isoformat(),
            next(iter(printed.evidence), None) if printed else None,
        ),
    ]
    figures = {"cooling_off_days": str(days), "source": "contract" if printed else "minimum"}
    zh, en = "犹豫期内回访成功", "Called back with success within the cooling-off period"
    return from_items(sound or items, zh, en, compared=values, parameters=figures)


def _result(paper: Document) -> Field | None:
    return paper.fields.get("result")


def _failed(paper: Document, context: Context) -> bool:
    result = _result(paper)
    return bool(result and any(word in squeeze(result.value) for word in context.lexicon("callback_failure")))


def _item(
    case: Case, paper: Document, received: Fact, days: int, printed: Fact | None, context: Context
) -> Item:  # fmt: skip
    field, result = paper.fields.get("date"), _result(paper)
    if field is None or field.state is not FieldState.READ:
        reason = Reason.UNREADABLE if field and field.state is FieldState.UNREADABLE else Reason.FIELD_MISSING
        unread = (field.evidence,) if field else ()
        return doubt(reason, "回访日期未读出", "The day of the call-back was not read", unread, paper.id)
    day, start = Fact("date", field.value[:10]).as_date(), received.as_date()
    last = start + timedelta(days=days)
    where = (field.evidence, *received.evidence)
    sure = min(field.confidence, received.confidence)
    if _failed(paper, context):
        assert result is not None
        zh, en = f"{day} 回访结果：{result.value}", f"The call-back of {day} came to: {result.value}"
        return bad(zh, en, (result.evidence,), paper.id)
    if day < start:
        zh, en = f"回访 {day} 早于收到保单 {start}", f"Called on {day}, before the policy was received on {start}"
        return bad(zh, en, where, paper.id, sure)
    if day > last:
        zh, en = f"回访 {day} 晚于犹豫期止 {last}", f"Called on {day}, after the cooling-off period ended on {last}"
        if printed is None:
            return doubt(Reason.FACT_MISSING, f"{zh}（合同天数未知）", f"{en} (by the minimum)", where, paper.id)
        return bad(zh, en, where, paper.id, min(sure, printed.confidence))
    return _succeeded(paper, result, context, day.isoformat(), where, sure)


def _succeeded(
    paper: Document, result: Field | None, context: Context, day: str, places: tuple[Evidence, ...], sure: float
) -> Item:
    """Answers to the questions show a call that took place where no result is printed."""
    answered = any(
        name.startswith("answers[") and field.state is FieldState.READ for name, field in paper.fields.items()
    )
    if result is not None and result.state is FieldState.READ:
        if any(word in squeeze(result.value) for word in context.lexicon("callback_success")):
            return good(f"{day} 回访成功", f"Called with success on {day}", places, paper.id, sure)
        zh, en = f"无法判断回访结果“{result.value}”", f"The result {result.value!r} is not known"
        return doubt(Reason.JUDGEMENT, zh, en, (result.evidence,), paper.id)
    if result is None and answered:
        return good(f"{day} 已回访并逐项答复", f"Called on {day}, with answers", places, paper.id, sure)
    where_result = (result.evidence,) if result else ()
    return doubt(
        Reason.FIELD_MISSING, "回访结果未读出", "The result of the call-back was not read", where_result, paper.id
    )
