"""The customer was asked a question that the product calls for.

Passes when a listed field is filled in, or a paper prints the question by one of its phrases. Fails when a
listed field is printed and left blank. Review when neither field nor question was found: other companies ask
it in other words.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, failed, passed, review
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import FieldState, Reason
from verifier.screening.wording import first_saying


class Params(CheckParams):
    fields: tuple[str, ...] = ()  # CODE.field
    papers: tuple[str, ...]
    phrases: tuple[str, ...]
    question_zh: str
    question_en: str


def check(case: Case, params: Params, context: Context) -> Result:
    blank = None
    for path in params.fields:
        code, _, name = path.partition(".")
        for paper in case.documents_of(code):
            field = paper.fields.get(name)
            if field is not None and field.state is FieldState.READ:
                zh, en = f"已询问{params.question_zh}：{field.value}", f"Asked {params.question_en}: {field.value}"
                return passed(zh, en, evidence=(field.evidence,))
            if field is not None and field.state is FieldState.EMPTY:
                blank = field
    if told := first_saying(case.documents_of(*params.papers), params.phrases):
        title = paper_title(case, told.paper)
        zh, en = f"{title.zh}已询问{params.question_zh}", f"{title.en} asks {params.question_en}"
        return passed(zh, en, evidence=told.evidence)
    if blank is not None:
        zh, en = f"{params.question_zh}一栏空白", f"The field on {params.question_en} is blank"
        return failed(zh, en, evidence=(blank.evidence,), confidence=blank.confidence)
    return review(Reason.FIELD_MISSING, f"未找到关于{params.question_zh}的询问", f"No question on {params.question_en}")
