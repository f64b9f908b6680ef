"""A claim's file holds what it needs and bears no sign of fraud.

Passes when application and proof are there, a paid claim has its decision, no invoice stands twice, and the
event lies within the cover. Fails when one of these does not hold. Review when the event came soon after the
policy took effect, or a day was not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.facts.payments import every
from verifier.ledger import payouts
from verifier.model import Item, Reason
from verifier.values.script import squeeze


class Params(CheckParams):
    """`form`, `proofs`, `decision`: variants of the claim papers."""

    document: str = "A06"
    form: str = "claim_form"
    proofs: tuple[str, ...] = ("diagnosis", "death_certificate", "invoice", "accident_proof", "survey_report")
    decision: str = "decision"
    figures: str = "claim_file"


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        raise case.missing_document(params.document)
    items = [*_papers(case, params), *_invoices(case, params), *_event(case, params, context)]
    return from_items(items, "理赔资料齐全，未见欺诈线索", "The claim file is complete and shows no sign of fraud")


def _papers(case: Case, params: Params) -> Iterator[Item]:
    there = {paper.variant for paper in case.documents_of(params.document)}
    untold = None in there  # a claim paper of a kind that was not told apart may be any of them
    wanted = [
        ("理赔申请书", "the claim form", (params.form,)),
        ("事故或诊断等证明", "a proof of the event", params.proofs),
    ]
    if "payout" in there or (payouts(case) and not case.has("A05")):
        wanted.append(("理赔决定通知书", "the decision", (params.decision,)))
    for zh, en, variants in wanted:
        if there & set(variants):
            yield good(f"已附{zh}", f"{en} is filed", (), None, 1.0)
        elif untold:
            yield doubt(Reason.DOCUMENT_MISSING, f"未能确认是否附有{zh}", f"Whether {en} is filed could not be told")
        else:
            yield lacking(case, f"未见{zh}", f"{en[0].upper()}{en[1:]} was not found", params.document)


def _invoices(case: Case, params: Params) -> Iterator[Item]:
    stated = list(every(case, params.document, "invoice_no"))
    counts = Counter(squeeze(fact.value) for fact in stated)
    for number in sorted(number for number, count in counts.items() if count > 1):
        where = tuple(place for fact in stated if squeeze(fact.value) == number for place in fact.evidence)
        yield bad(f"发票号码 {number} 重复使用", f"The invoice {number} stands twice", where)


def _event(case: Case, params: Params, context: Context) -> Iterator[Item]:
    effective = case.maybe("A01.effective_date") or case.maybe("issue.date")
    event = next(iter(every(case, params.document, "event_date")), None)
    if event is None or effective is None:
        return
    days = (event.as_date() - effective.as_date()).days
    where, sure = (*event.evidence, *effective.evidence), min(event.confidence, effective.confidence)
    zh, en = f"出险 {event}，合同生效 {effective}", f"The event of {event}, cover from {effective}"
    figures = context.parameters.get(params.figures)
    assert isinstance(figures, Mapping)
    if days < 0:
        yield bad(f"{zh}，早于生效", f"{en}: before the cover", where, event.document, sure)
    elif days < int(str(figures["early_days"])):
        yield doubt(
            Reason.JUDGEMENT,
            f"{zh}，仅 {days} 天，请关注",
            f"{en}: only {days} days, look closer",
            where,
            event.document,
        )
    else:
        yield good(zh, en, where, event.document, sure)
