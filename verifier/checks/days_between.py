"""Something was done within the days allowed.

Passes when for each span the end lies within its days (calendar or working days) after the start. Fails when it
is later, or has not come although the time is over. Review when a day was not read, or an extension is claimed.
Not applicable when a start is not known, or the time is still running.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from verifier.applies import truth
from verifier.case import PATH, Case, Fact, MissingFact
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.facts.jurisdiction import by_place
from verifier.model import Item, Reason
from verifier.values.calendar import add_working_days, calendar_known


class Span(BaseModel):
    """`start`, `end`: facts or fields, the first that is known. `days`: a figure, or the parameter that holds
    it (for each jurisdiction, where it is a table). `due`: the end must have come when the time is over.
    `longer`: a field that claims an extension, up to `most` days. `when`: only in such cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    start: tuple[str, ...]
    end: tuple[str, ...]
    days: int | str
    working: bool = False
    due: bool = False
    longer: str = ""
    most: int = 0
    when: dict[str, object] = {}


class Params(CheckParams):
    spans: tuple[Span, ...]
    document: str = ""


def check(case: Case, params: Params, context: Context) -> Result:
    spans = [span for span in params.spans if truth(span.when, case) is not False]
    items = [item for span in spans if (item := _item(case, span, context, params.document)) is not None]
    if not items:
        return not_applicable("没有可比较的起止日期", "There are no days to compare")
    return from_items(items, "在规定期限内完成", "Done within the time allowed")


def _first(case: Case, names: Sequence[str]) -> Fact | None:
    """The first that is known; a field that is there and was not read is told by its MissingFact."""
    for name in names:
        found = case.maybe(name)
        if found is not None:
            return found
    return None


def _item(case: Case, span: Span, context: Context, document: str) -> Item | None:
    start, end = _first(case, span.start), _first(case, span.end)
    if start is None:
        return None
    first = start.as_date()
    days = _days(case, context, span)
    if days is None:
        return None
    last = _last(first, days, span.working)
    kind = ("个工作日", "working days") if span.working else ("日", "days")
    if end is None:
        return _unended(case, span, context, document, start, last)
    done = end.as_date()
    where, sure = (*start.evidence, *end.evidence), min(start.confidence, end.confidence)
    zh, en = f"{span.zh}：{first} 至 {done}", f"{span.en}: {first} to {done}"
    if done <= last:
        return good(f"{zh}，未超过 {days} {kind[0]}", f"{en}, within {days} {kind[1]}", where, end.document, sure)
    longer = case.maybe(span.longer) if span.longer else None
    if longer is not None and longer.value not in ("否", "无", "no") and done <= first + timedelta(days=span.most):
        zh, en = f"{zh}，称已延期（{longer}），请核对审批", f"{en}, said to be extended ({longer}): check the approval"
        return doubt(Reason.JUDGEMENT, zh, en, where, end.document)
    zh, en = f"{zh}，超过 {days} {kind[0]}（应不迟于 {last}）", f"{en}, more than {days} {kind[1]} (due by {last})"
    if span.working and not (calendar_known(first) and calendar_known(last)):
        return doubt(
            Reason.FACT_MISSING, f"{zh}；该年节假日安排未知", f"{en}; the year's holidays are not known", where
        )
    return bad(zh, en, where, end.document, sure)


def _days(case: Case, context: Context, span: Span) -> int | None:
    """The figure, which may differ by jurisdiction; None where the place sets no such time."""
    if isinstance(span.days, int):
        return span.days
    found = by_place(case, context.parameters, span.days)
    return int(str(found[1])) if found is not None else None


def _last(first: date, days: int, working: bool) -> date:
    return add_working_days(first, days) if working else first + timedelta(days=int(Decimal(days)))


def _unended(case: Case, span: Span, context: Context, document: str, start: Fact, last: date) -> Item | None:
    for name in span.end:
        try:
            _ = case.one(name) if PATH.match(name) else case.fact(name)
        except MissingFact as gap:
            if gap.reason is Reason.UNREADABLE:
                return doubt(gap.reason, gap.detail.zh, gap.detail.en, gap.evidence, start.document)
            if gap.reason is Reason.DOCUMENT_MISSING:
                raise
    if not span.due or context.as_of <= last:
        return None
    zh, en = f"{span.zh}：{start} 起，至 {last} 未见完成记录", f"{span.en}: from {start}, no end found by {last}"
    return lacking(case, zh, en, document or None, start.evidence)
