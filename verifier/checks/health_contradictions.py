"""The health declaration is not contradicted by other papers.

Passes when no medical paper of the file is dated before the application, or when the declaration answered a
question with yes. Fails when a diagnosis dated before the application is in the file and every question was
answered no. Review when the words leave it open (a suspicion, an exclusion, a relative's history), when dates
or diagnosis cannot be read, or when two years have passed since the contract. Not applicable without such papers.
"""

from __future__ import annotations

from datetime import timedelta

from verifier.case import Case, Fact
from verifier.checks.health_answers import ANSWER, YES
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import place_of
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Reason
from verifier.values.script import squeeze


class Params(CheckParams):
    declarations: tuple[str, ...]
    medical: str
    variants: tuple[str, ...]
    dates: tuple[str, ...]
    diagnosis: str
    open_words: str  # lexicon: words that leave a diagnosis open


def check(case: Case, params: Params, context: Context) -> Result:
    papers = [paper for paper in case.documents_of(params.medical) if paper.variant in params.variants]
    answers = [
        field
        for paper in case.documents_of(*params.declarations)
        for name, field in paper.fields.items()
        if ANSWER.match(name) and field.state is FieldState.READ
    ]
    if not papers or not answers:
        return not_applicable("没有可与健康告知核对的就医资料", "No medical paper to hold against the declaration")
    signed = case.fact("application.date")
    items = [_judge(case, paper, answers, signed, params, context) for paper in papers]
    return from_items(items, "就医资料与健康告知不矛盾", "The medical papers do not contradict the declaration")


def _judge(case: Case, paper: Document, answers: list[Field], signed: Fact, params: Params, context: Context) -> Item:
    found = [paper.fields[name] for name in params.dates if name in paper.fields]
    day = next((field for field in found if field.state is FieldState.READ), None)
    if day is None:
        zh, en = "就医资料的日期无法辨认", "The date of the medical paper is unreadable"
        return doubt(
            Reason.UNREADABLE, zh, en, [field.evidence for field in found] or [place_of(case, paper)], paper.id
        )
    if day.value >= signed.value:
        zh, en = f"就医日期{day.value}在投保之后", f"Dated {day.value}, after the application"
        return good(zh, en, (day.evidence,), paper.id)
    if any(squeeze(field.value) in YES for field in answers):
        zh, en = (
            f"投保前（{day.value}）就医，健康告知中已有“是”的答复",
            "Before the application, and a question was answered yes",
        )
        return good(zh, en, (day.evidence,), paper.id)
    diagnosis = paper.fields.get(params.diagnosis)
    words = squeeze(diagnosis.value) if diagnosis is not None else ""
    places = (day.evidence, *((diagnosis.evidence,) if diagnosis is not None else ()), answers[0].evidence)
    zh = f"{day.value}（投保前）诊断“{words}”，健康告知全部答“否”"
    en = f"Diagnosed {words!r} on {day.value}, before the application, yet every question was answered no"
    if not words or any(word in words for word in context.lexicon(params.open_words)):
        return doubt(Reason.JUDGEMENT, zh, en, places, paper.id)
    if signed.as_date() + timedelta(days=int(context.parameters.number("early_disease_days"))) < context.as_of:
        zh, en = f"{zh}；合同成立已逾二年，保险人不得解除合同", f"{en}; two years have passed since the contract"
        return doubt(Reason.JUDGEMENT, zh, en, places, paper.id)
    return bad(zh, en, places, paper.id)
