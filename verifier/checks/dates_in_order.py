"""Of each pair of days, the one is not before the other.

Passes when in every pair whose two days are known the later event is dated on or after the earlier one
(within the tolerance). Fails for each pair in the wrong order. Review when a day that the requirement rests
on is blank, was not read, or could also be read so that the order holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from verifier.case import PATH, Case, Fact, MissingFact
from verifier.checks.result import CheckParams, Result, from_items, gap_item, not_applicable
from verifier.context import Context
from verifier.model import Compared, Document, Item, Outcome, Reason, Text


class Pair(BaseModel):
    """`first` is not after `second` (both: fields or facts, the first that is known). `tolerance_days`: how
    many days it may be later all the same; `at_most_days`: how many days after `first` `second` may be.
    `demanded`: a day that is not known is a review, else the pair is passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: tuple[str, ...]
    second: tuple[str, ...]
    first_zh: str
    first_en: str
    second_zh: str
    second_en: str
    tolerance_days: int = 0
    at_most_days: int | None = None
    demanded: bool = False


class Params(CheckParams):
    pairs: tuple[Pair, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    items = [item for pair in params.pairs for item in _judge(case, pair)]
    if not items:
        return not_applicable("没有可以比较先后的日期", "There are no two days to compare")
    compared = [one for pair in params.pairs for one in _compared(case, pair)]
    return from_items(items, "各日期先后顺序正确", "The days are in the right order", compared=compared)


def _judge(case: Case, pair: Pair) -> Iterator[Item]:
    try:
        first, second = _day(case, pair.first), _day(case, pair.second)
        if first is None or second is None:
            if pair.demanded:
                yield gap_item(_gap(case, pair.first if first is None else pair.second))
            return
        earlier, later = first.as_date(), second.as_date()
    except MissingFact as gap:
        if pair.demanded:
            yield gap_item(gap)
        return
    yield _item(case, pair, first, second, earlier, later)


def _item(case: Case, pair: Pair, first: Fact, second: Fact, earlier: date, later: date) -> Item:
    evidence = (*first.evidence, *second.evidence)
    sure = min(first.confidence, second.confidence)
    document = first.document or second.document
    zh = f"{pair.first_zh} {earlier}，{pair.second_zh} {later}"
    en = f"{pair.first_en} {earlier}, {pair.second_en} {later}"
    if _holds(pair, earlier, later):
        return Item(Outcome.PASS, Text(zh, en), None, document, evidence, sure)
    late = pair.at_most_days is not None and later > earlier + timedelta(days=pair.at_most_days)
    wrong = Text(
        f"{zh}：{'间隔过长' if late else '先后颠倒'}", f"{en}: {'too far apart' if late else 'in the wrong order'}"
    )
    others = ((a, b) for a in _readings(case, first, earlier) for b in _readings(case, second, later))
    if any(_holds(pair, a, b) for a, b in others):
        detail = Text(f"{wrong.zh}；该日期另有可能的读法", f"{wrong.en}; a day may be read otherwise")
        return Item(Outcome.REVIEW, detail, Reason.LOW_CONFIDENCE, document, evidence)
    return Item(Outcome.FAIL, wrong, None, document, evidence, sure)


def _holds(pair: Pair, earlier: date, later: date) -> bool:
    if earlier > later + timedelta(days=pair.tolerance_days):
        return False
    return pair.at_most_days is None or later <= earlier + timedelta(days=pair.at_most_days)


def _day(case: Case, names: tuple[str, ...]) -> Fact | None:
    return next((fact for name in names if (fact := case.maybe(name)) is not None), None)


def _gap(case: Case, names: tuple[str, ...]) -> MissingFact:
    """Why the day is not known: as the first of its places says."""
    try:
        case.one(names[0]) if PATH.match(names[0]) else case.fact(names[0])
    except MissingFact as gap:
        return gap
    return MissingFact(Reason.FACT_MISSING, Text(f"缺少“{names[0]}”", f"{names[0]} is not known"))


def _readings(case: Case, fact: Fact, day: date) -> list[date]:
    """The day as read, and other readings of the same ink."""
    found = [day]
    for paper in case.documents:
        if paper.id == fact.document:
            found += [one for field in _fields_at(paper, fact) for one in field]
    return found


def _fields_at(paper: Document, fact: Fact) -> Iterator[list[date]]:
    for field in paper.fields.values():
        if field.value == fact.value and field.evidence in fact.evidence:
            yield [date.fromisoformat(one) for one in field.alternatives if len(one) == 10 and one[4] == "-"]


def _compared(case: Case, pair: Pair) -> Iterator[Compared]:
    for names, zh, en in ((pair.first, pair.first_zh, pair.first_en), (pair.second, pair.second_zh, pair.second_en)):
        fact = _day(case, names)
        if fact is not None:
            yield Compared(Text(zh, en), fact.value, next(iter(fact.evidence), None))
