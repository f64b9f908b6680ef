"""The benefit illustration says that it is one, shows more than one scenario, and is of this sale.

Passes when it bears the sentence that benefits are illustrated only, names guaranteed and non-guaranteed
benefits (or several levels), its rate is within the cap where compliance has given one, and its premium is the
application's. Fails when sentence or premium does not hold, or the rate is above the cap. Review when the
scenarios or the premium cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from verifier.case import Case
from verifier.checks.points import Point, named, points_item
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Outcome, Reason, Text


class Params(CheckParams):
    document: str = "D-405"
    sentence: Point
    scenarios: Point


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        return not_applicable("没有利益演示表", "There is no benefit illustration")
    paper = papers[-1]
    what = Text("利益演示表", "The benefit illustration")
    items = [
        points_item(case, [params.sentence], [paper], 0, what),
        _scenarios(params, paper),
        *_premium(case, paper),
        *_rate(case, context, paper),
    ]
    return from_items(items, "利益演示符合要求", "The illustration is in order")


def _scenarios(params: Params, paper: Document) -> Item:
    found = named([params.scenarios], [paper])
    if found.there:
        detail = Text("演示分别列示保证与非保证利益", "Guaranteed and other benefits are shown apart")
        return Item(Outcome.PASS, detail, None, paper.id, found.evidence, 1.0)
    detail = Text("未能确认利益演示分档列示", "Whether several scenarios are shown could not be told")
    return Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, paper.id)


def _premium(case: Case, paper: Document) -> Iterator[Item]:
    """Of the main product or of the whole application: either is a lawful way to illustrate."""
    field = paper.fields.get("premium")
    applied = [fact for path in ("F01.premium", "F01.premium_total") if (fact := case.maybe(path)) is not None]
    if field is None or field.state is not FieldState.READ or not applied:
        return
    try:
        shown = Decimal(field.value)
    except InvalidOperation:
        return
    evidence = (field.evidence, *(one for fact in applied for one in fact.evidence))
    same = any(abs(shown - fact.as_decimal()) < Decimal("0.01") for fact in applied)
    detail = Text(
        f"演示保费 {field.value}，投保单保费 {applied[0]}",
        f"Illustrated premium {field.value}, applied for {applied[0]}",
    )
    sure = min(field.confidence, *(fact.confidence for fact in applied))
    yield Item(Outcome.PASS if same else Outcome.FAIL, detail, None, paper.id, evidence, sure)


def _rate(case: Case, context: Context, paper: Document) -> Iterator[Item]:
    caps, kind = context.parameters.get("illustration_caps"), case.maybe("product.kind")
    field = paper.fields.get("illustrated_rate")
    if not isinstance(caps, Mapping) or not caps or kind is None or field is None:
        return
    if field.state is not FieldState.READ:
        return
    day = case.maybe(f"{paper.type}.date") or case.fact("application.date")
    figures = context.parameters.dated("illustration_caps", day.as_date())
    if figures is None or not figures.has(kind.value):
        return
    rate, cap = Decimal(field.value.rstrip("%")), figures.number(kind.value)
    detail = Text(
        f"演示利率 {rate}%，上限 {cap}%（{figures.name}）", f"Illustrated at {rate}%, cap {cap}% ({figures.name})"
    )
    outcome = Outcome.FAIL if rate > cap else Outcome.PASS
    yield Item(outcome, detail, None, paper.id, (field.evidence,), field.confidence)
