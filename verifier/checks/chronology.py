"""The dated events of the case follow one another as they must.

Passes when no pair of dated events is out of order; events of one day are in order. Fails for each pair in
which the later step is dated before the earlier one, or outside the days that the pair allows; both papers
are shown. Review when a date of a pair cannot be read, or was read with low confidence. A bank's debit shortly
after issue is normal, and so is a renewal premium long after it. Not applicable with fewer than two dates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from verifier.applies import truth
from verifier.case import PATH, Case, Fact, split_path
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Compared, FieldState, Item, Outcome, Reason, Text


class Step(BaseModel):
    """An event: its name and the places that date it, the first that is known. `every` counts each of the
    places and each paper (all notices), not only the first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    dates: tuple[str, ...]
    every: bool = False


class Pair(BaseModel):
    """`then` must not be earlier than `first` by more than `early` days, nor later by more than `late`
    (days, or the name of a fact that holds the last day). `when`: only in such cases;
    `words`: words on the later paper (a lexicon) that make the order free."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: str
    then: str
    early: int = 0
    late: int | None = None
    until: str = ""
    when: dict[str, object] = {}
    words: str = ""


class Params(CheckParams):
    steps: dict[str, Step]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """One sighting of an event; `day` None when its ink cannot be read."""

    label: Text
    day: date | None
    fact: Fact


def check(case: Case, params: Params, context: Context) -> Result:
    seen = {name: _sightings(case, step) for name, step in params.steps.items()}
    items: list[Item] = []
    compared = [
        Compared(one.label, one.day.isoformat(), next(iter(one.fact.evidence), None))
        for events in seen.values()
        for one in events
        if one.day is not None
    ]
    for pair in params.pairs:
        concerned = truth(pair.when, case)
        if concerned is not False:
            judged = [
                _judge(case, pair, first, then, context) for first in seen[pair.first] for then in seen[pair.then]
            ]
            items.extend(judged if concerned else map(_unsettled, judged))
    if not items:
        return not_applicable("没有两个以上可比较的日期", "Fewer than two dated events are known")
    return from_items(items, "各环节时间顺序正常", "The dated events are in order", compared=compared)


def _unsettled(item: Item) -> Item:
    """A pair out of order in a case of which it is not known whether the order is free."""
    if item.outcome is not Outcome.FAIL:
        return item
    return replace(item, outcome=Outcome.REVIEW, reason=Reason.FACT_MISSING)


def _sightings(case: Case, step: Step) -> list[Dated]:
    found: list[Dated] = []
    for place in step.dates:
        found.extend(_dated(case, step, place))
        if found and not step.every:
            return found[-1:]
    return found


def _dated(case: Case, step: Step, place: str) -> list[Dated]:
    if not PATH.match(place):
        fact = case.maybe(place)
        return [Dated(Text(step.zh, step.en), fact.as_date(), fact)] if fact is not None else []
    code, subject, name = split_path(place)
    found = []
    for paper in case.documents_of(code, subject=subject):
        stated = paper.fields.get(name)
        if stated is None or stated.state is FieldState.EMPTY:
            continue
        title = paper_title(case, paper)
        fact = Fact(place, stated.value, (stated.evidence,), stated.confidence, paper.id)
        found.append(Dated(Text(f"{step.zh}（{title.zh}）", f"{step.en} ({title.en})"), _day(stated.value), fact))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _judge(case: Case, pair: Pair, first: Dated, then: Dated, context: Context) -> Item:
    places = (*then.fact.evidence, *first.fact.evidence)
    paper = then.fact.document or first.fact.document
    if first.day is None or then.day is None:
        return doubt(
            Reason.UNREADABLE,
            f"{first.label.zh}或{then.label.zh}的日期无法辨认，顺序无法核对",
            f"The date of {first.label.en} or {then.label.en} cannot be read, so their order cannot be told",
            places,
            paper,
        )
    both_zh = f"{first.label.zh}{first.day}，{then.label.zh}{then.day}"
    both_en = f"{first.label.en} {first.day}, {then.label.en} {then.day}"
    last = case.maybe(pair.until) if pair.until else None
    end = first.day + timedelta(days=pair.late) if pair.late is not None else (last.as_date() if last else None)
    sure = min(first.fact.confidence, then.fact.confidence)
    if then.day < first.day - timedelta(days=pair.early):
        if _excused(case, pair, then, context):
            return good(f"{both_zh}（单证载明可早于前一环节）", f"{both_en} (the paper says so)", places, paper, sure)
        return bad(
            f"{then.label.zh}（{then.day}）早于{first.label.zh}（{first.day}）",
            f"{then.label.en} ({then.day}) is earlier than {first.label.en} ({first.day})",
            places,
            paper,
            sure,
        )
    if end is not None and then.day > end:
        return bad(
            f"{then.label.zh}（{then.day}）晚于应在的{end}（{first.label.zh}{first.day}）",
            f"{then.label.en} ({then.day}) is later than {end} ({first.label.en} {first.day})",
            places,
            paper,
            sure,
        )
    return good(both_zh, both_en, places, paper, sure)


def _excused(case: Case, pair: Pair, then: Dated, context: Context) -> bool:
    if not pair.words:
        return False
    papers = [paper for paper in case.documents if paper.id == then.fact.document]
    return any(word in paper.text for paper in papers for word in context.lexicon(pair.words))
