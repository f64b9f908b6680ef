"""The policyholder declared where he is resident for tax.

Passes when the self-certification (or a declaration line on the application) is there, one option is chosen,
it is signed, and a non-resident gave country, taxpayer number or the reason why not, and place of birth. Fails
when it is absent, unsigned, without a choice, or without those details. Review when ticks are doubtful or more
than one, or when a foreign nationality stands beside residence in China alone.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, absent, from_items, passed
from verifier.checks.signing import judge_line
from verifier.checks.words import field_title, paper_title, place_of
from verifier.context import Context
from verifier.model import Document, DocumentMark, FieldState, Item, MarkState, Reason, Text
from verifier.values.script import squeeze

HOME = ("中国", "CHN", "中华人民共和国", "中国大陆")


class Params(CheckParams):
    document: str
    declared_in: str
    phrases: str  # lexicon: words of the declaration line
    resident: str
    others: tuple[str, ...]
    choice: str
    details: tuple[str, ...]  # `a|b`: one of them is enough


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        return _on_the_application(case, params, context)
    paper = papers[-1]
    chosen, item = _choice(paper, params)
    person = case.maybe("policyholder.name")
    role = Text("声明人", "declarer")
    signed = judge_line(case, paper, ("policyholder_signature",), role, person=person.value if person else "")
    items = [item, *([signed] if signed else [])]
    if chosen is not None and chosen != params.resident:
        items.extend(_details(case, paper, params, context))
    elif chosen == params.resident:
        items.extend(_nationality(case, paper))
    return from_items(items, "已作税收居民身份声明", "Tax residence is declared")


def _on_the_application(case: Case, params: Params, context: Context) -> Result:
    phrases = context.lexicon(params.phrases)
    for paper in case.documents_of(params.declared_in):
        for line in paper.lines:
            if any(phrase in squeeze(line.text) for phrase in phrases):
                title = paper_title(case, paper)
                zh, en = f"{title.zh}载有税收居民身份声明", f"{title.en} declares the tax residence"
                return passed(zh, en, evidence=[line.evidence])
    title = case.vocabulary.title(params.document)
    return absent(case, f"未见《{title.zh}》", f"No {title.en} was found")


def _choice(paper: Document, params: Params) -> tuple[str | None, Item]:
    field = paper.fields.get(params.choice)
    if field is not None and field.state is FieldState.READ:
        zh, en = "已选择税收居民身份", "The tax residence is chosen"
        return field.value, good(zh, en, (field.evidence,), paper.id)
    options = (params.resident, *params.others)
    ticks: list[DocumentMark] = [mark for name in options for mark in paper.marks_named(name)]
    ticked = [mark for mark in ticks if mark.state is MarkState.PRESENT]
    places = [mark.evidence for mark in ticks]
    if len({mark.name for mark in ticked}) == 1:
        zh, en = "已选择税收居民身份", "The tax residence is chosen"
        return ticked[0].name, good(zh, en, (ticked[0].evidence,), paper.id, ticked[0].confidence)
    if ticked:
        zh, en = "税收居民身份勾选了多项", "More than one tax residence is ticked"
        return None, doubt(Reason.JUDGEMENT, zh, en, [mark.evidence for mark in ticked], paper.id)
    if any(mark.state is MarkState.UNSURE for mark in ticks):
        zh, en = "税收居民身份勾选不清", "The ticks for tax residence are unclear"
        return None, doubt(Reason.LOW_CONFIDENCE, zh, en, places, paper.id)
    if ticks and {mark.name for mark in ticks} != set(options):
        zh, en = "未看清全部税收居民身份选项的勾选", "Not every option for the tax residence was seen"
        return None, doubt(Reason.FIELD_MISSING, zh, en, places, paper.id)
    if ticks or (field is not None and field.state is FieldState.EMPTY):
        zh, en = "未勾选税收居民身份", "No tax residence is ticked"
        where = places or ([field.evidence] if field is not None else [])
        return None, bad(zh, en, where, paper.id)
    zh, en = "未找到税收居民身份选项", "No options for the tax residence were found"
    return None, doubt(Reason.FIELD_MISSING, zh, en, (), paper.id)


def _details(case: Case, paper: Document, params: Params, context: Context) -> list[Item]:
    """A person resident elsewhere gives country, number or reason, and birth place."""
    items = []
    title = paper_title(case, paper)
    for names in params.details:
        stated = [paper.fields[name] for name in names.split("|") if name in paper.fields]
        if any(field.state is not FieldState.EMPTY for field in stated):
            continue
        label = field_title(case, names.split("|")[0])
        zh, en = f"{title.zh}“{label.zh}”未填写", f"{title.en}: {label.en} is blank"
        if stated:
            items.append(bad(zh, en, [field.evidence for field in stated], paper.id))
        else:
            items.append(doubt(Reason.FIELD_MISSING, zh, en, (place_of(case, paper),), paper.id))
    return items


def _nationality(case: Case, paper: Document) -> list[Item]:
    nationality = case.maybe("F01.policyholder.nationality")
    if nationality is None or squeeze(nationality.value) in HOME or squeeze(nationality.value).startswith("中国"):
        return []
    zh = f"国籍为“{nationality.value}”而声明仅为中国税收居民，需说明"
    en = f"Nationality {nationality.value!r}, yet declared resident in China alone: needs an explanation"
    return [doubt(Reason.JUDGEMENT, zh, en, nationality.evidence, paper.id)]
