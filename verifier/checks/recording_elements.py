"""The recording shows every element that the rules list.

Passes when each element on the quality sheet is marked as done. Fails for an element marked as not done or
left blank. Review when an answer cannot be read, when no element was found on the sheet, or when an element
that this sale needs is marked as not applicable. An element may be not applicable where the case does not
need it (the insured's consent when he is the policyholder).
"""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

from verifier.applies import truth
from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, review
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Reason

ROW = re.compile(r"^items\[(\d+)\]$")
YES, SPARED = ("是", "有", "合格", "通过", "true"), ("不适用",)


class Element(BaseModel):
    """One element; `when`: the sales that need it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    when: dict[str, object] = {}


class Params(CheckParams):
    document: str
    elements: tuple[Element, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    paper = case.document(params.document)
    rows = {int(match[1]): field for name, field in paper.fields.items() if (match := ROW.match(name))}
    if not rows:
        title = paper_title(case, paper)
        return review(
            Reason.FIELD_MISSING,
            f"{title.zh}上未找到各环节的检查结果",
            f"{title.en}: no result for any element was found",
            evidence=[place_of(case, paper)],
        )
    items = [_judge(case, paper, number, field, params) for number, field in sorted(rows.items())]
    return from_items(items, "双录关键环节完整", "The recording shows every element")


def _judge(case: Case, paper: Document, number: int, field: Field, params: Params) -> Item:
    element = params.elements[number - 1] if number <= len(params.elements) else None
    zh = f"环节{number}" + (f"（{element.zh}）" if element else "")
    en = f"element {number}" + (f" ({element.en})" if element else "")
    places = (field.evidence,)
    if field.state is FieldState.UNREADABLE:
        return doubt(Reason.UNREADABLE, f"{zh}的检查结果无法辨认", f"{en}: the result is unreadable", places, paper.id)
    if field.state is FieldState.EMPTY:
        if element is not None and truth(element.when, case) is False:
            return good(f"{zh}与本案无关", f"{en}: not needed here", places, paper.id, 1.0)
        return bad(f"{zh}未记录检查结果", f"{en}: no result is recorded", places, paper.id)
    if field.value in SPARED:
        if element is None or truth(element.when, case) is False:
            return good(f"{zh}与本案无关", f"{en}: not needed here", places, paper.id, 1.0)
        return doubt(
            Reason.JUDGEMENT,
            f"{zh}标为不适用，但本案需要",
            f"{en}: marked as not applicable, but needed here",
            places,
            paper.id,
        )
    if field.value in YES:
        return good(f"{zh}已完成", f"{en}: done", places, paper.id)
    return bad(f"{zh}未完成（{field.value}）", f"{en}: not done ({field.value})", places, paper.id)
