"""Every health question was answered, and every yes explained.

Passes when each question has one answer, each 是 has its details, and height and weight are figures that a
person can have. Fails for a question left blank, a yes without details where the form has room for them, a
blank height or weight, or figures that nobody has. Review when an answer cannot be read or no answer was
found. Questions on pregnancy and women's diseases may be blank for a man.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Line, Reason, TextFrom
from verifier.values.script import squeeze

ANSWER = re.compile(r"^(?:(?P<who>insured|policyholder)\.)?answers\[(?P<n>\d+)\]$")
YES = ("是", "有", "true", "yes")
ANSWERED = 0.95  # that an answer was given is surer than which one


class Params(CheckParams):
    documents: tuple[str, ...]
    women_only: str = ""  # lexicon: words of questions that concern women
    height: tuple[str, ...] = ("height",)
    weight: tuple[str, ...] = ("weight",)


def check(case: Case, params: Params, context: Context) -> Result:
    papers = [p for p in case.documents_of(*params.documents) if any(map(ANSWER.match, p.fields))]
    if not papers:
        return _unfound(case, params)
    items: list[Item] = []
    for paper in papers:
        answers = {name: field for name, field in paper.fields.items() if ANSWER.match(name)}
        if _unseen(paper, list(answers.values())):
            items.append(_unseen_item(case, paper, list(answers.values())))
            continue
        for name, field in answers.items():
            match = ANSWER.match(name)
            if match:
                items.extend(_answer(case, paper, name, int(match["n"]), field, params, context))
        items.extend(_build(paper, params, context))
    return from_items(items, "健康告知已逐项回答", "Every health question was answered")


def _unfound(case: Case, params: Params) -> Result:
    """A questionnaire without any answer that could be found: nothing to judge but that."""
    paper = case.document(params.documents[0])
    title = paper_title(case, paper)
    zh, en = f"{title.zh}上未读到任何问项的答复", f"{title.en}: no answer to any question was read"
    item = doubt(Reason.FIELD_MISSING, zh, en, (place_of(case, paper),), paper.id)
    return from_items([item], "", "")


def _unseen(paper: Document, answers: list[Field]) -> bool:
    """On a scan, most answers blank: the ticks were hardly seen, rather than hardly made."""
    blank = sum(field.state is FieldState.EMPTY for field in answers)
    return paper.text_from is not TextFrom.LAYER and len(answers) > 2 and blank * 2 > len(answers)


def _unseen_item(case: Case, paper: Document, answers: list[Field]) -> Item:
    title = paper_title(case, paper)
    zh, en = f"{title.zh}多数问项未读到勾选，请人工核对", f"{title.en}: no tick was seen at most questions: please look"
    return doubt(Reason.UNREADABLE, zh, en, [field.evidence for field in answers[:4]], paper.id)


def _answer(
    case: Case, paper: Document, name: str, number: int, field: Field, params: Params, context: Context
) -> list[Item]:
    title, places = paper_title(case, paper), (field.evidence,)
    asked = f"{title.zh}第{number}项", f"{title.en}: question {number}"
    if field.state is FieldState.UNREADABLE:
        zh, en = f"{asked[0]}答复无法辨认（或勾选不唯一）", f"{asked[1]}: the answer is unreadable or not one tick"
        return [doubt(Reason.UNREADABLE, zh, en, places, paper.id)]
    if field.state is FieldState.EMPTY:
        if _for_women(case, paper, field, params, context):
            return []
        return [bad(f"{asked[0]}未作答", f"{asked[1]} was not answered", places, paper.id)]
    if squeeze(field.value) not in YES:
        return [good(f"{asked[0]}已作答", f"{asked[1]} was answered", places, paper.id, ANSWERED)]
    detail = paper.fields.get(f"{name}.detail")
    if detail is None or detail.state is FieldState.UNREADABLE:
        return [good(f"{asked[0]}答“是”", f"{asked[1]}: yes", places, paper.id, ANSWERED)]
    if detail.state is FieldState.EMPTY:
        zh, en = f"{asked[0]}答“是”但未说明详情", f"{asked[1]} was answered yes without details"
        return [bad(zh, en, (*places, detail.evidence), paper.id)]
    return [good(f"{asked[0]}答“是”并已说明", f"{asked[1]}: yes, with details", places, paper.id, ANSWERED)]


def _for_women(case: Case, paper: Document, field: Field, params: Params, context: Context) -> bool:
    """Does the blank stand beside a question for women, and is the insured a man?"""
    sex = case.maybe("insured.sex")
    if sex is None or sex.value != "男" or not params.women_only:
        return False
    words = context.lexicon(params.women_only)
    beside = field.evidence.text + "".join(line.text for line in paper.lines if _same_row(line, field))
    return any(word in squeeze(beside) for word in words)


def _same_row(line: Line, field: Field) -> bool:
    ours, theirs = field.evidence.box, line.evidence.box
    if (
        ours is None
        or theirs is None
        or (line.evidence.file, line.evidence.page)
        != (
            field.evidence.file,
            field.evidence.page,
        )
    ):
        return False
    return ours.top < theirs.middle[1] < ours.bottom or theirs.top < ours.middle[1] < theirs.bottom


def _build(paper: Document, params: Params, context: Context) -> list[Item]:
    """Height and weight are there and make a possible body mass index."""
    height = next((paper.fields[name] for name in params.height if name in paper.fields), None)
    weight = next((paper.fields[name] for name in params.weight if name in paper.fields), None)
    items = []
    for field, zh, en in ((height, "身高", "height"), (weight, "体重", "weight")):
        if field is not None and field.state is FieldState.EMPTY:
            items.append(bad(f"{zh}未填写", f"The {en} is blank", (field.evidence,), paper.id))
    if items or height is None or weight is None:
        return items
    places = (height.evidence, weight.evidence)
    try:
        index = Decimal(weight.value) / (Decimal(height.value) / 100) ** 2
    except (InvalidOperation, ZeroDivisionError):
        return [doubt(Reason.UNREADABLE, "身高或体重无法辨认", "Height or weight is unreadable", places, paper.id)]
    low, high = context.parameters.number("bmi.min"), context.parameters.number("bmi.max")
    if low <= index <= high:
        return [good(f"体重指数{index:.1f}", f"Body mass index {index:.1f}", places, paper.id)]
    zh = f"身高{height.value}厘米、体重{weight.value}公斤（体重指数{index:.1f}）不合常理"
    return [bad(zh, f"{height.value} cm and {weight.value} kg (index {index:.1f}) cannot be true", places, paper.id)]
