"""Every health question was answered, and every yes explained.

Passes when each question has one answer, each 是 has its details, and height and weight are figures that a
person can have. Fails for a question left blank, a yes without any words of details on the form, a blank height
or weight, or figures that nobody has. Review when an answer cannot be read or no answer was found, or when the
details of a yes may stand where they were not read. Questions on pregnancy may be blank for a man.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.points import CLEAR
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import (
    Document,
    DocumentMark,
    Field,
    FieldState,
    Item,
    Line,
    MarkKind,
    MarkState,
    Reason,
    Text,
    TextFrom,
)
from verifier.values.script import squeeze

ANSWER = re.compile(r"^(?:(?P<who>insured|policyholder)\.)?answers\[(?P<n>\d+)\]$")
YES = ("是", "有", "true", "yes")
ANSWERED = 0.95  # that an answer was given is surer than which one


class Params(CheckParams):
    documents: tuple[str, ...]
    women_only: str = ""  # lexicon: words of questions that concern women
    details: str = ""  # lexicon: words before the details of a yes
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
    return [_detailed(case, paper, name, asked, field, params, context)]


def _detailed(
    case: Case, paper: Document, name: str, asked: tuple[str, str], field: Field, params: Params, context: Context
) -> Item:
    """A yes has its details behind the question, or in one box of the form for all. Where the form prints no
    place for them, or nothing was written, `detail` is absent: that alone does not say that it was unread."""
    detail = paper.fields.get(f"{name}.detail") or _common_box(paper)
    if detail is not None and detail.state is FieldState.READ:
        return good(
            f"{asked[0]}答“是”并已说明", f"{asked[1]}: yes, with details", (field.evidence,), paper.id, ANSWERED
        )
    zh, en = f"{asked[0]}答“是”但未说明详情", f"{asked[1]} was answered yes without details"
    places = (field.evidence, *([detail.evidence] if detail is not None else []))
    if detail is not None and detail.state is FieldState.UNREADABLE:
        zh, en = f"{asked[0]}答“是”，所作说明无法辨认", f"{asked[1]}: yes; the details cannot be read"
        return doubt(Reason.UNREADABLE, zh, en, places, paper.id)
    if detail is None and (doubtful := _written_elsewhere(case, paper, params, context)) is not None:
        zh, en = f"{zh}：{doubtful.zh}", f"{en}: {doubtful.en}"
        return doubt(Reason.UNREADABLE, zh, en, places, paper.id)
    return bad(zh, en, places, paper.id)


def _common_box(paper: Document) -> Field | None:
    """Words of details that belong to no other yes: behind a question answered no, as the last one of the form."""
    for name, field in paper.fields.items():
        if name.endswith(".detail") and field.state is not FieldState.EMPTY:
            answer = paper.fields.get(name.removesuffix(".detail"))
            if answer is None or squeeze(answer.value) not in YES:
                return field
    return None


def _behind_the_last(paper: Document) -> Field | None:
    """Details behind the last question of the form: the place may be one for all."""
    asked = [(int(match["n"]), name) for name in paper.fields if (match := ANSWER.match(name))]
    last = paper.fields.get(f"{max(asked)[1]}.detail")
    return last if last is not None and last.state is FieldState.READ else None


def _written_elsewhere(case: Case, paper: Document, params: Params, context: Context) -> Text | None:
    """Why the details may be on the form although none were found; None when they are not."""
    if not case.fully_read:
        return Text("本案有未能读取的页面", "some page of this case was not read")
    if paper.text_from is not TextFrom.LAYER and paper.legibility < CLEAR:
        return Text("页面不清晰，可能未读到", "the page is hard to read and may hold them")
    if any(_loose_ink(mark) for mark in paper.marks):
        return Text("页上有未能辨认的字迹", "the page holds writing that was not read")
    if _behind_the_last(paper) is not None:
        return Text("末项后的说明可能为各项共用", "the words behind the last question may be meant for all")
    words = context.lexicon(params.details) if params.details else ()
    if any(re.search(rf"(?:{'|'.join(words)}).{{0,12}}[:：].{{2,}}", squeeze(line.text)) for line in paper.lines):
        return Text("页上有可能属于说明的文字", "the form holds words that may be the details")
    return None


def _loose_ink(mark: DocumentMark) -> bool:
    written = mark.kind in (MarkKind.HANDWRITING, MarkKind.SIGNATURE)
    return written and mark.state is not MarkState.ABSENT and not mark.name.endswith("_signature")


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
