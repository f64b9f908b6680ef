"""The clauses in the file are those of the product that was applied for and issued.

Passes when the product's full name on the application and on the policy is the name of clauses in the file,
and codes and filing numbers agree where both print them. Fails when no clauses bear the name, or a code or
filing number differs. Review when the names differ only in a version or a marketing name, a name was not
read, or the clauses are not in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from verifier.case import Case, Fact, MissingFact
from verifier.checks.comparing import Stated, may_be_misread, paper_by_id, settled
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Compared, Document, Evidence, Field, FieldState, Item, Outcome, Reason, Text
from verifier.screening.wording import Passage
from verifier.values.match import Match, MatchKind
from verifier.values.organisations import compare_products
from verifier.values.script import squeeze


class Params(CheckParams):
    clauses: str = "D-403"
    names: tuple[str, ...] = ("F01.product.name", "F01-P.product.name", "A01.product.name")
    codes: tuple[str, ...] = ("F01.product.code", "F01-P.product.code", "A01.product.code")


def check(case: Case, params: Params, context: Context) -> Result:
    clauses = case.documents_of(params.clauses)
    stated = [fact for path in params.names if (fact := case.maybe(path)) is not None]
    if not clauses:
        raise case.missing_document(params.clauses)
    if not stated:
        raise MissingFact(
            Reason.FIELD_MISSING,
            Text("投保单和保险单上的产品名称均未读出", "Neither application nor policy gives the product's name"),
        )
    compared = [Compared(_label(fact), fact.value, next(iter(fact.evidence), None)) for fact in stated]
    items = [_name(case, fact, clauses) for fact in stated]
    items += [
        item for path in params.codes if (code := case.maybe(path)) for item in _code(case, code, stated, clauses)
    ]
    items += list(_filing(case, context, stated, clauses))
    return from_items(items, "条款与投保产品名称、代码一致", "The clauses are those of the product", compared=compared)


def _label(fact: Fact) -> Text:
    where = "保险单" if fact.name.startswith("A01") else "投保单"
    english = "policy" if fact.name.startswith("A01") else "application"
    return Text(f"{where}产品名称", f"product on the {english}")


def _value(paper: Document, name: str) -> str:
    field = paper.fields.get(name)
    return field.value if field is not None and field.state is FieldState.READ else ""


def _name(case: Case, fact: Fact, clauses: Sequence[Document]) -> Item:
    """The clauses whose name fits best; riders have clauses of their own."""
    label = _label(fact)
    for paper in clauses:
        unread = not _value(paper, "product.name")
        if unread and squeeze(fact.value) in Passage.of(paper.lines[:12]).text:
            detail = Text(f"{label.zh}与条款一致：{fact}", f"The {label.en} is that of the clauses: {fact}")
            return Item(Outcome.PASS, detail, None, paper.id, fact.evidence, fact.confidence)
    named = [(paper, compare_products(_value(paper, "product.name"), fact.value)) for paper in clauses]
    named = [(paper, match) for paper, match in named if _value(paper, "product.name")]
    if not named:
        detail = Text("条款名称未能读出", "The name of the clauses was not read")
        return Item(Outcome.REVIEW, detail, Reason.FIELD_MISSING, clauses[0].id, fact.evidence)
    paper, match = min(named, key=lambda one: _distance(one[1]))
    field = paper.fields["product.name"]
    stated = Stated(fact.value, paper_by_id(case, fact.document), len(fact.evidence) > 1)
    match = settled("product", match, stated, Stated(field.value, paper))
    evidence = (*fact.evidence, field.evidence)
    sure = min(fact.confidence, field.confidence)
    said = Text(f"{label.zh}“{fact}”，条款“{field.value}”", f"{label.en} {fact}, clauses {field.value}")
    if match.agrees:
        return Item(Outcome.PASS, Text(f"{said.zh}，一致", f"{said.en}: the same"), None, paper.id, evidence, sure)
    if match.kind is MatchKind.CONFLICT and len(named) == len(clauses):
        return Item(Outcome.FAIL, Text(f"{said.zh}，不一致", f"{said.en}: different"), None, paper.id, evidence, sure)
    doubt = Text(f"{said.zh}：{match.detail.zh}", f"{said.en}: {match.detail.en}")
    return Item(Outcome.REVIEW, doubt, Reason.CONFLICTING_VALUES, paper.id, evidence)


def _distance(match: Match) -> int:
    if match.agrees:
        return 0
    return 2 if match.kind is MatchKind.CONFLICT else 1


def _of_product(stated: Sequence[Fact], clauses: Sequence[Document]) -> Iterator[Document]:
    for paper in clauses:
        if any(not compare_products(_value(paper, "product.name"), fact.value).conflicts for fact in stated):
            yield paper


def _code(case: Case, code: Fact, stated: Sequence[Fact], clauses: Sequence[Document]) -> Iterator[Item]:
    """The product's code where the clauses of that product print one too."""
    for paper in _of_product(stated, clauses):
        printed = _value(paper, "product.code")
        if not printed:
            continue
        field = paper.fields["product.code"]
        evidence = (*code.evidence, field.evidence)
        same = _signs(printed) == _signs(code.value)
        title = paper_title(case, paper)
        detail = Text(f"产品代码 {code}，{title.zh}代码 {printed}", f"Product code {code}, {title.en} {printed}")
        there = Stated(_signs(code.value), paper_by_id(case, code.document), len(code.evidence) > 1)
        yield _same_or_not(same, detail, Stated(_signs(printed), paper), there, evidence, field, code.confidence)


def _filing(case: Case, context: Context, stated: Sequence[Fact], clauses: Sequence[Document]) -> Iterator[Item]:
    """The filing number as the clauses print it and as the insurer's list has it."""
    rows = [
        row
        for row in context.references.products or ()
        if row.filing_number and any(compare_products(row.name, fact.value).agrees for fact in stated)
    ]
    for paper in _of_product(stated, clauses) if rows else ():
        printed = _value(paper, "filing_number")
        if not printed:
            continue
        field = paper.fields["filing_number"]
        same = any(_bare(printed) == _bare(row.filing_number) for row in rows)
        detail = Text(
            f"条款备案编号 {printed}，产品清单 {rows[0].filing_number}",
            f"Filing number {printed}; the product list has {rows[0].filing_number}",
        )
        listed = Stated(_bare(rows[0].filing_number))
        yield _same_or_not(same, detail, Stated(_bare(printed), paper), listed, (field.evidence,), field, 1.0)


def _same_or_not(
    same: bool, detail: Text, here: Stated, there: Stated, evidence: Sequence[Evidence], field: Field, sure: float
) -> Item:
    document = here.paper.id if here.paper is not None else None
    if not same and may_be_misread("serial", here, there):
        doubt = Text(f"{detail.zh}（可能是识别误差）", f"{detail.en} (possibly a reading error)")
        return Item(Outcome.REVIEW, doubt, Reason.LOW_CONFIDENCE, document, tuple(evidence))
    outcome = Outcome.PASS if same else Outcome.FAIL
    return Item(outcome, detail, None, document, tuple(evidence), min(sure, field.confidence))


def _signs(code: str) -> str:
    """Letters and figures only: a bracket or point beside a code is none of it."""
    return re.sub(r"[^A-Z0-9]", "", squeeze(code).upper())


def _bare(number: str) -> str:
    return re.sub(r"[\[\]〔〕()（）【】\-号第\s]", "", squeeze(number)).upper()
