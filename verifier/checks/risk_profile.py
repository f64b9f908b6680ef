"""The customer's risk profile was taken in time, signed, and reaches the product's level.

Passes when the profile is signed, dated at most the valid months before the application and not after it, and
the customer's level is not below the product's (the higher grade where several are given). Fails when one of
these does not hold, or the profile is absent from a file that was wholly read. Review when a level or the
date was not read, or the level's name means different things with different institutions.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case, Fact, MissingFact
from verifier.checks.paper_signed import signed
from verifier.checks.result import CheckParams, Result, absent, from_items, gap_item
from verifier.context import Context
from verifier.model import Compared, Document, Item, Outcome, Reason, Text
from verifier.values.dates import add_months
from verifier.values.levels import level_number
from verifier.values.organisations import compare_products


class Params(CheckParams):
    document: str = "D-302"
    opinion: str = "D-303"


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        return absent(case, "未见《风险承受能力评估问卷》", "No risk profile was found")
    paper = papers[-1]
    months = int(context.parameters.number("risk_test.valid_months"))
    compared: list[Compared] = []
    items = [
        _date(case, paper, months),
        *_levels(case, params, context, paper, compared),
        signed(case, paper, ("policyholder_signature",), ("confirmation",)),
    ]
    return from_items(
        items, "风险测评有效且等级匹配", "The risk profile is valid and its level suffices",
        compared=compared, parameters={"valid_months": str(months)},
    )  # fmt: skip


def _date(case: Case, paper: Document, months: int) -> Item:
    name = "test_date" if "test_date" in paper.fields else "signed_date"
    try:
        tested, applied = case.field(paper, name), case.fact("application.date")
        first, day = tested.as_date(), applied.as_date()
    except MissingFact as gap:
        return gap_item(gap, document=paper.id)
    evidence = (*tested.evidence, *applied.evidence)
    sure = min(tested.confidence, applied.confidence)
    last = add_months(first, months)
    if first > day:
        detail = Text(f"测评日 {first} 晚于投保日 {day}", f"The test of {first} is after the application of {day}")
        return Item(Outcome.FAIL, detail, None, paper.id, evidence, sure)
    if day > last:
        detail = Text(
            f"测评日 {first}，有效期 {months} 个月至 {last}，投保日 {day} 已失效",
            f"The test of {first} was valid for {months} months to {last}; the application is of {day}",
        )
        return Item(Outcome.FAIL, detail, None, paper.id, evidence, sure)
    detail = Text(f"测评日 {first}，投保日 {day} 在有效期内", f"The test of {first} is valid on {day}")
    return Item(Outcome.PASS, detail, None, paper.id, evidence, sure)


def _levels(case: Case, params: Params, context: Context, paper: Document, compared: list[Compared]) -> Iterator[Item]:
    try:
        own = case.field(paper, "level")
    except MissingFact as gap:
        yield gap_item(gap, document=paper.id)
        return
    customer = level_number(own.value)
    if customer is None:
        stated = case.maybe(f"{params.opinion}.customer_level")
        customer = level_number(stated.value) if stated is not None else None
    grades = list(_grades(case, params, context))
    compared.append(Compared(Text("客户等级", "customer's level"), own.value, own.evidence[0]))
    compared.extend(Compared(label, fact.value, next(iter(fact.evidence), None)) for label, fact, _ in grades)
    if customer is None or not grades:
        what = Text("客户等级", "customer's level") if customer is None else Text("产品等级", "product's level")
        detail = Text(f"{what.zh}不能确定", f"The {what.en} cannot be told")
        yield Item(Outcome.REVIEW, detail, Reason.FIELD_MISSING, paper.id, own.evidence)
        return
    _, graded, product = max(grades, key=lambda grade: grade[2])
    sure = min(own.confidence, graded.confidence)
    evidence = (*own.evidence, *graded.evidence)
    if customer < product:
        detail = Text(
            f"客户等级 {own.value} 低于产品等级 {graded.value}",
            f"The customer's level {own.value} is below the product's {graded.value}",
        )
        yield Item(Outcome.FAIL, detail, None, paper.id, evidence, sure)
    else:
        detail = Text(
            f"客户等级 {own.value} 不低于产品等级 {graded.value}",
            f"The customer's level {own.value} is not below the product's {graded.value}",
        )
        yield Item(Outcome.PASS, detail, None, paper.id, evidence, sure)


def _grades(case: Case, params: Params, context: Context) -> Iterator[tuple[Text, Fact, int]]:
    """The product's grade as the opinion prints it and as the insurer's list has it."""
    printed = case.maybe(f"{params.opinion}.product_level")
    number = level_number(printed.value) if printed is not None else None
    if printed is not None and number is not None:
        yield Text("匹配意见书上的产品等级", "product's level on the opinion"), printed, number
    name, code = case.maybe("product.name"), case.maybe("product.code")
    for row in context.references.products or ():
        same = (code is not None and row.code == code.value) or (
            name is not None and compare_products(row.name, name.value).agrees
        )
        if same and row.risk_level is not None:
            fact = Fact("product_level", f"R{row.risk_level}")
            yield Text("产品清单上的产品等级", "product's level in the list"), fact, row.risk_level
            return
