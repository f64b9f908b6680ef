"""The premium items of a paper add up to its total.

Passes when main premium and riders make the total, to one cent an item. Fails when they do not. Review when
an item cannot be read, or when the paper speaks of a rider, a loading or a discount that was not read as an
item. Riders without charge count as nothing. Not applicable when no paper shows items and a total.
"""

from __future__ import annotations

from decimal import Decimal

from verifier.case import Case
from verifier.checks.comparing import is_amount
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import field_title, paper_title
from verifier.context import Context
from verifier.model import Compared, Document, Field, FieldState, Item, Outcome, Reason, Text
from verifier.values.script import squeeze

CENT = Decimal("0.01")


class Params(CheckParams):
    documents: tuple[str, ...]
    main: str = "premium"
    total: str = "premium_total"
    rider_prefix: str = "riders["
    rider_suffix: str = "].premium"
    other_items: str = ""  # lexicon of words that announce an item of another kind


def check(case: Case, params: Params, context: Context) -> Result:
    items: list[Item] = []
    compared: list[Compared] = []
    for paper in case.documents_of(*params.documents):
        parts = _parts(paper, params)
        total = paper.fields.get(params.total)
        if total is None or total.state is FieldState.EMPTY or params.main not in paper.fields:
            continue
        items.append(_judge(case, paper, parts, total, params, context))
        title = paper_title(case, paper)
        for one in [*parts, total]:
            label = field_title(case, one.name)
            compared.append(Compared(Text(title.zh + label.zh, f"{title.en}: {label.en}"), one.value, one.evidence))
    if not items:
        return not_applicable("没有载明分项与合计保险费的单证", "No paper shows premium items and their total")
    return from_items(items, "分项保险费与合计相符", "The premium items add up to the total", compared=compared)


def _parts(paper: Document, params: Params) -> list[Field]:
    riders = [
        field
        for name, field in paper.fields.items()
        if name.startswith(params.rider_prefix) and name.endswith(params.rider_suffix)
    ]
    main = [paper.fields[params.main]] if params.main in paper.fields else []
    return [field for field in [*main, *riders] if field.state is not FieldState.EMPTY]


def _judge(case: Case, paper: Document, parts: list[Field], total: Field, params: Params, context: Context) -> Item:
    title = paper_title(case, paper)
    places = tuple(field.evidence for field in [*parts, total])
    if any(field.state is not FieldState.READ or not is_amount(field.value) for field in [*parts, total]):
        unread = Text(f"{title.zh}有保险费项目无法辨认", f"{title.en}: a premium item cannot be read")
        return Item(Outcome.REVIEW, unread, Reason.UNREADABLE, paper.id, places)
    added, stated = sum((Decimal(field.value) for field in parts), Decimal(0)), Decimal(total.value)
    if abs(added - stated) <= CENT * max(len(parts), 1):
        fine = Text(
            f"{title.zh}各项保险费合计{stated}元，与所列合计相符", f"{title.en}: the items make {stated}, as stated"
        )
        return Item(Outcome.PASS, fine, None, paper.id, places)
    differ = Text(
        f"{title.zh}各项保险费相加为{added}元，所列合计为{stated}元",
        f"{title.en}: the items make {added}, the stated total is {stated}",
    )
    if added < stated and _unread_item(paper, parts, params, context):
        doubt = Text(
            f"{differ.zh}；该单证可能另有未读出的险种或加费项目", f"{differ.en}; an item may not have been read"
        )
        return Item(Outcome.REVIEW, doubt, Reason.FIELD_MISSING, paper.id, places)
    return Item(Outcome.FAIL, differ, None, paper.id, places)


def _unread_item(paper: Document, parts: list[Field], params: Params, context: Context) -> bool:
    """Does the paper name a rider or loading although only the main premium was read?"""
    if not params.other_items or len(parts) > 1:
        return False
    words = context.lexicon(params.other_items)
    lines = [squeeze(line.text) for line in paper.lines]
    return any(word in line and any(c.isdigit() for c in line) for line in lines for word in words)
