"""A minor's guardian signed, and his relation to the minor is proved.

Passes when the guardian's line (or the insured's, where guardians sign there) is signed, or when a parent who
is the policyholder signed a form that has no line of its own for guardians; and when a proof of relation is in
the file and the relation is stated. Fails when nobody signed for the minor, when the proof is absent, or when
the relation is blank. Review when a parent signed as policyholder but left the guardian's line blank, when a
minor of sixteen or more lives on his own income, or when something cannot be read.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.signing import judge_line
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Outcome, Reason, Text

OWN_INCOME_AGE = 16  # 民法典 art. 18


class Params(CheckParams):
    document: str
    guardian: str = "guardian_signature"
    insured: str = "insured_signature"
    policyholder: str = "policyholder_signature"
    proofs: tuple[str, ...]
    relations: tuple[str, ...]  # fields of the form that state the relation
    own_income: str = ""


def check(case: Case, params: Params, context: Context) -> Result:
    paper = case.document(params.document)
    items = [_signed(case, paper, params), _proof(case, params), *_relation(case, paper, params)]
    return from_items(items, "监护人已签名，关系证明在档", "The guardian signed, and the relation is proved")


def _signed(case: Case, paper: Document, params: Params) -> Item:
    role = Text("法定监护人", "guardian")
    line = params.guardian if paper.marks_named(params.guardian) else params.insured
    has_line = bool(paper.marks_named(line))
    signed = judge_line(case, paper, (line,), role) if has_line else None
    if signed is not None and signed.outcome is not Outcome.FAIL:
        return signed
    relation = case.maybe("insured.relation_code")
    parent = relation is not None and relation.value == "child"
    if parent:
        own = judge_line(case, paper, (params.policyholder,), Text("投保人（父母）", "policyholder (a parent)"))
        if own is not None and own.outcome is not Outcome.FAIL:
            return own if signed is None else _left_blank(paper, signed, own)
    if signed is None:
        nobody = judge_line(case, paper, (params.guardian, params.insured), role)
        assert nobody is not None  # the line is demanded
        return nobody
    return _by_himself(case, paper, params, signed)


def _left_blank(paper: Document, blank: Item, own: Item) -> Item:
    return doubt(
        Reason.JUDGEMENT,
        "监护人签名栏空白；投保人是被保险人的父母并已作为投保人签名，请确认是否兼以监护人身份签署",
        "The guardian's line is blank; a parent signed as policyholder: decide whether that covers the guardian",
        (*blank.evidence, *own.evidence),
        paper.id,
    )


def _by_himself(case: Case, paper: Document, params: Params, blank: Item) -> Item:
    """A person of sixteen who lives on his own work counts as of full capacity."""
    age, income = case.maybe("insured.age"), case.maybe(params.own_income) if params.own_income else None
    if age is not None and age.as_int() >= OWN_INCOME_AGE and income is not None and income.as_decimal() > 0:
        zh = "被保险人年满十六周岁且有收入，请确认是否以自己的劳动收入为主要生活来源"
        en = "The insured is sixteen or more and has an income: decide whether he lives on his own work"
        return doubt(Reason.JUDGEMENT, zh, en, (*blank.evidence, *income.evidence), paper.id)
    return blank


def _proof(case: Case, params: Params) -> Item:
    papers = case.documents_of(*params.proofs)
    title = paper_title(case, params.proofs[0])
    if papers:
        return good(f"{title.zh}在档", f"{title.en} is in the file", (), papers[0].id, 1.0)
    return lacking(case, f"未见{title.zh}", f"No {title.en} was found", params.proofs[0])


def _relation(case: Case, paper: Document, params: Params) -> list[Item]:
    stated = [paper.fields[name] for name in params.relations if name in paper.fields]
    if stated and all(field.state is FieldState.EMPTY for field in stated):
        zh, en = "投保单未填写与被保险人的关系", "The relation to the insured is blank on the application"
        return [bad(zh, en, [field.evidence for field in stated], paper.id)]
    return []
