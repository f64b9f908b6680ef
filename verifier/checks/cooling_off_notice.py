"""The customer was told of the cooling-off period and of the loss on surrender after it.

Passes when the papers handed over before signing name the days, their start, the refund and the loss, and the
days are not below the minimum. Fails when these papers have no word of a cooling-off period, when they name
most points and lack one, or when the days are too few. Review when a point stands only in the clauses or the
policy, when few points are found beside the period itself, or when a paper was not read clearly.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks import notice_states
from verifier.checks.cooling_off_length import minimum_days
from verifier.checks.notice_states import days_behind
from verifier.checks.points import Named, Point, lacking_item
from verifier.checks.result import Result, from_items
from verifier.context import Context
from verifier.model import Document, Evidence, FieldState, Item, Outcome, Text
from verifier.screening.wording import Passage, says


class Params(notice_states.Params):
    figures: str = "cooling_off_min_days"
    words: tuple[str, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    told = notice_states.check(case, params, context)
    minimum = minimum_days(case, context, params.figures)
    days = int(minimum.number("days"))
    items = _silent(case, params) or list(told.items)
    for paper in case.documents_of(*params.papers):
        items.extend(_too_few(case, params, paper, days))
    if not items:
        return told
    return from_items(
        items, f"已提示犹豫期（不少于 {days} 日）及退保损失", "Told of the cooling-off period and the surrender loss",
        parameters={"set": minimum.name, "minimum": str(days)},
    )  # fmt: skip


def _silent(case: Case, params: Params) -> list[Item]:
    """No paper that counts as notice has the word: whatever else they say, they do not tell of it."""
    papers = case.documents_of(*params.papers)
    filled = [paper for paper in papers if "cooling_off_days" in paper.fields]
    if not papers or filled or any(says(Passage.of(paper.lines), params.words) for paper in papers):
        return []
    point = Point(zh="犹豫期及退保损失的提示", en="the cooling-off period and the loss on surrender", phrases=())
    what = Text("投保前的告知资料", "The papers handed over before signing")
    return [lacking_item(case, Named((), (point,)), papers, 0, what)]


def _too_few(case: Case, params: Params, paper: Document, least: int) -> Iterator[Item]:
    """The field as read, else the figures of the text; one item for a paper."""
    field = paper.fields.get("cooling_off_days")
    stated: list[tuple[int, tuple[Evidence, ...]]] = []
    if field is not None and field.state is FieldState.READ and field.value.isdigit():
        stated = [(int(field.value), (field.evidence,))]
    else:
        stated = list(days_behind(Passage.of(paper.lines), params.words))
    if stated and max(days for days, _ in stated) < least:
        days, places = stated[0]
        title = case.vocabulary.title(paper.type)
        zh = f"《{title.zh}》提示的犹豫期 {days} 日，少于最低 {least} 日"
        en = f"The {title.en} names {days} days of cooling-off, fewer than {least}"
        yield Item(Outcome.FAIL, Text(zh, en), None, paper.id, places)
