"""The call-back asked everything that it has to ask, and every question was answered.

Passes when each of the questions has an answer, or fewer answers cover all points by their wording. Fails when
a question is left without answer, or a record that names most points lacks one. Review when an answer was not
read, or the wording of the record is not known.
"""

from __future__ import annotations

import re

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.points import Point, points_item
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Outcome, Reason, Text

ANSWER = re.compile(r"^answers\[(\d+)\]$")


class Params(CheckParams):
    """`points`: what has to be asked; `enough`: from how many on a record is taken to follow this wording."""

    document: str = "A03"
    points: tuple[Point, ...]
    enough: int = 4


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        raise case.missing_document(params.document)
    copies = [_items(case, params, paper) for paper in papers]
    sound = next((items for items in copies if all(item.outcome is Outcome.PASS for item in items)), None)
    items = sound or [item for items in copies for item in items]
    return from_items(items, "回访各项均有答复", "Every question of the call-back was answered")


def _items(case: Case, params: Params, paper: Document) -> list[Item]:
    items: list[Item] = []
    answered = 0
    for name in sorted(paper.fields, key=lambda one: (len(one), one)):
        match, field = ANSWER.match(name), paper.fields[name]
        if match is None:
            continue
        zh, en, where = f"第 {match[1]} 项", f"Question {match[1]}", (field.evidence,)
        if field.state is FieldState.READ:
            answered += 1
        elif field.state is FieldState.EMPTY:
            items.append(bad(f"{zh}未答复", f"{en} was not answered", where, paper.id))
        else:
            items.append(
                doubt(Reason.UNREADABLE, f"{zh}答复无法辨认", f"The answer to {en} cannot be read", where, paper.id)
            )
    if items:
        return items
    if answered >= len(params.points):
        return [good(f"{answered} 项均有答复", f"{answered} questions answered", (), paper.id, 1.0)]
    if not paper.lines:
        zh, en = f"仅读出 {answered} 项答复", f"Only {answered} answers were read"
        return [doubt(Reason.FIELD_MISSING, zh, en, (), paper.id)]
    return [points_item(case, params.points, [paper], params.enough, Text("回访记录", "The call-back record"))]
