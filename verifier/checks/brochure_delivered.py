"""The customer received the brochure of the product that was sold.

Passes when a brochure in the file bears the product's name. Fails when the file, wholly read, holds no
brochure and no signed receipt of one, or only brochures of other products. Review when the name was not read
or differs in its version, or when only a receipt line or the policy booklet speaks of the brochure.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case, Fact, MissingFact
from verifier.checks.paper_signed import held_inside
from verifier.checks.result import CheckParams, Result, absent, from_items, review
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Outcome, Reason, Text
from verifier.screening.wording import Passage, first_saying
from verifier.values.match import MatchKind
from verifier.values.organisations import compare_products
from verifier.values.script import squeeze


class Params(CheckParams):
    """`receipts`: papers that may acknowledge it, by `receipt_words`."""

    document: str = "D-402"
    receipts: tuple[str, ...]
    receipt_words: tuple[str, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    sold = case.fact("product.name")
    papers = case.documents_of(params.document)
    if not papers:
        return _without(case, params, context)
    items = list(_best(case, papers, sold))
    return from_items(items, "已提供所售产品的产品说明书", "The brochure of the product sold is in the file")


def _without(case: Case, params: Params, context: Context) -> Result:
    if told := first_saying(case.documents_of(*params.receipts), params.receipt_words):
        host = paper_title(case, told.paper)
        return review(
            Reason.JUDGEMENT,
            f"未见产品说明书，仅{host.zh}载明已签收：请确认",
            f"No brochure is in the file; only {host.en} says that it was received",
            evidence=told.evidence,
        )
    for paper in held_inside(case, context, params.document):
        host = paper_title(case, paper)
        return review(
            Reason.JUDGEMENT,
            f"产品说明书装订在{host.zh}中，请确认投保前是否已提供",
            f"The brochure is bound into {host.en}: was it given before the application?",
            evidence=[place_of(case, paper)],
        )
    return absent(case, "未见《产品说明书》", "No brochure was found")


def _best(case: Case, papers: tuple[Document, ...], sold: Fact) -> Iterator[Item]:
    """The brochure that fits; without one, what is wrong with each."""
    items = [_judge(case, paper, sold) for paper in papers]
    fine = [item for item in items if item.outcome is Outcome.PASS]
    doubtful = [item for item in items if item.outcome is Outcome.REVIEW]
    yield from fine[:1] or doubtful or items


def _judge(case: Case, paper: Document, sold: Fact) -> Item:
    title = paper_title(case, paper)
    try:
        printed = case.field(paper, "product.name")
    except MissingFact as gap:
        return _by_text(case, paper, sold, gap)
    match = compare_products(printed.value, sold.value)
    evidence = (*printed.evidence, *sold.evidence[:1])
    sure = min(printed.confidence, sold.confidence)
    if match.agrees:
        detail = Text(f"{title.zh}：{printed}", f"{title.en}: {printed}")
        return Item(Outcome.PASS, detail, None, paper.id, evidence, sure)
    detail = Text(
        f"{title.zh}的产品是“{printed}”，所售产品是“{sold}”",
        f"{title.en} is of {printed}, the product sold is {sold}",
    )
    if match.kind is MatchKind.CONFLICT:
        return Item(Outcome.FAIL, detail, None, paper.id, evidence, sure)
    return Item(Outcome.REVIEW, detail, Reason.CONFLICTING_VALUES, paper.id, evidence)


def _by_text(case: Case, paper: Document, sold: Fact, gap: MissingFact) -> Item:
    passage = Passage.of(paper.lines)
    place = passage.text.find(squeeze(sold.value))
    title = paper_title(case, paper)
    if place >= 0:
        detail = Text(f"{title.zh}载有“{sold}”", f"{title.en} names {sold}")
        evidence = passage.evidence(place, place + len(squeeze(sold.value)))
        return Item(Outcome.PASS, detail, None, paper.id, evidence)
    field = paper.fields.get("product.name")
    reason = Reason.UNREADABLE if field is not None and field.state is FieldState.UNREADABLE else Reason.FIELD_MISSING
    detail = Text(f"{title.zh}的产品名称未能读出", f"The product's name on {title.en} was not read")
    return Item(Outcome.REVIEW, detail, reason, paper.id, gap.evidence)
