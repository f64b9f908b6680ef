"""The customer is told of the right to cancel, for no fewer days than the place grants.

The days of the place are those for life and pension business, or for other business. Passes when the papers
state the right and every number of days that they print is at least that. Fails when one prints fewer, or no
paper of a wholly read file speaks of the right. Review when the days were not read, the jurisdiction is not
declared, or a part of the file was not read.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, absent, as_item, from_items, not_applicable
from verifier.context import Context
from verifier.facts.jurisdiction import by_place
from verifier.model import FieldState, Item, Reason
from verifier.screening.wording import first_saying


class Params(CheckParams):
    """`papers` that may tell of the right; `life`: kinds of product that take the longer period; `phrases`:
    the lexicon of words that name the right."""

    papers: tuple[str, ...]
    field: str = "cooling_off_days"
    figures: str = "cancellation_days"
    life: tuple[str, ...]
    phrases: str = "right_to_cancel"


def check(case: Case, params: Params, context: Context) -> Result:
    kind = case.fact("product.kind").value
    found = by_place(case, context.parameters, params.figures)
    if found is None:
        return not_applicable("该法域未规定冷静期", "This place grants no such right")
    line, table = found
    assert isinstance(table, Mapping)
    least = int(str(table["life" if kind in params.life else "general"]))
    items = list(_printed(case, params, least)) or [_stated(case, params, context, least)]
    figures = {"set": line, "minimum": str(least)}
    zh, en = f"冷静期不少于 {least} 日", f"The right to cancel lasts at least {least} days"
    return from_items(items, zh, en, parameters=figures)


def _printed(case: Case, params: Params, least: int) -> list[Item]:
    items = []
    for paper in case.documents_of(*params.papers):
        field = paper.fields.get(params.field)
        title = case.vocabulary.title(paper.type)
        if field is None or field.state is FieldState.EMPTY:
            continue
        where = (field.evidence,)
        if field.state is FieldState.UNREADABLE or not field.value.isdigit():
            zh, en = f"《{title.zh}》冷静期天数无法辨认", f"{title.en}: the days to cancel cannot be read"
            items.append(doubt(Reason.UNREADABLE, zh, en, where, paper.id))
        elif int(field.value) < least:
            zh = f"《{title.zh}》冷静期 {field.value} 日，少于 {least} 日"
            en = f"{title.en}: {field.value} days to cancel, fewer than {least}"
            items.append(bad(zh, en, where, paper.id))
        else:
            zh, en = f"《{title.zh}》冷静期 {field.value} 日", f"{title.en}: {field.value} days to cancel"
            items.append(good(zh, en, where, paper.id))
    return items


def _stated(case: Case, params: Params, context: Context, least: int) -> Item:
    """No number of days was read: the right may be spoken of all the same."""
    if told := first_saying(case.documents_of(*params.papers), context.lexicon(params.phrases)):
        title = case.vocabulary.title(told.paper.type)
        zh = f"《{title.zh}》写明可以撤销合同，天数未读出（应不少于 {least} 日）"
        en = f"{title.en} speaks of the right to cancel; its days were not read (at least {least})"
        return doubt(Reason.FIELD_MISSING, zh, en, told.evidence, told.paper.id)
    return as_item(absent(case, "各单证均未写明冷静期", "No paper states the right to cancel"), None)
