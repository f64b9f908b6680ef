"""A claim that is refused is refused with reasons, and what is paid goes to somebody entitled to it.

Passes when the decision grants the claim to the policyholder, the insured or a beneficiary, or refuses it and
says why. Fails when a refusal gives no reason, or money goes to somebody else without an authority. Review when
decision, reason or payee were not read, or names resemble one another.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.ledger import same_holder
from verifier.model import Document, FieldState, Item, Reason
from verifier.screening.wording import Passage, says


class Params(CheckParams):
    """`refused`: values of the decision that refuse; `reasons`: lexicon of words that give a reason;
    `authorities`: papers by which somebody else may receive the money."""

    document: str = "A06"
    refused: tuple[str, ...]
    reasons: str = "refusal_reasons"
    authorities: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    items = [
        item
        for paper in case.documents_of(params.document)
        for item in (*_refusal(case, params, paper, context), *_payee(case, params, paper))
    ]
    if not items:
        return not_applicable("尚无理赔决定或付款", "There is neither a decision nor a payment yet")
    return from_items(items, "理赔决定说明理由，收款人有权领取", "The decision is reasoned and the payee is entitled")


def _refusal(case: Case, params: Params, paper: Document, context: Context) -> Iterator[Item]:
    decision = paper.fields.get("decision")
    if decision is None or decision.state is FieldState.EMPTY:
        return
    title, where = paper_title(case, paper), (decision.evidence,)
    if decision.state is FieldState.UNREADABLE:
        yield doubt(
            Reason.UNREADABLE, f"{title.zh}决定无法辨认", f"{title.en}: the decision is unreadable", where, paper.id
        )
        return
    if decision.value not in params.refused:
        yield good(f"{title.zh}：{decision.value}", f"{title.en}: {decision.value}", where, paper.id)
        return
    reason = paper.fields.get("reason")
    if reason is not None and reason.state is FieldState.EMPTY:
        zh, en = f"{title.zh}拒赔但未说明理由", f"{title.en} refuses the claim and leaves the reason blank"
        yield bad(zh, en, (*where, reason.evidence), paper.id)
        return
    if reason is not None and reason.state is FieldState.READ:
        zh, en = f"{title.zh}拒赔并说明理由", f"{title.en} refuses the claim and says why"
        yield good(zh, en, (*where, reason.evidence), paper.id)
        return
    passage = Passage.of(paper.lines)
    span = says(passage, context.lexicon(params.reasons))
    zh, en = f"{title.zh}拒赔", f"{title.en} refuses the claim"
    if span is not None:
        yield good(f"{zh}并说明理由", f"{en} and says why", (*where, *passage.evidence(*span)), paper.id)
        return
    zh, en = f"{zh}，未读出理由，请核对", f"{en}; no reason was read: please check"
    yield doubt(Reason.FIELD_MISSING, zh, en, (*where, place_of(case, paper)), paper.id)


def _payee(case: Case, params: Params, paper: Document) -> Iterator[Item]:
    payee = paper.fields.get("payee.name")
    if payee is None or not payee.value:
        return
    entitled = _entitled(case)
    where = (payee.evidence,)
    if not entitled:
        zh, en = f"收款人“{payee.value}”，应得人未知", f"Payee {payee.value}: who is entitled is not known"
        yield doubt(Reason.FACT_MISSING, zh, en, where, paper.id)
        return
    matches = [same_holder(payee.value, name) for name in entitled]
    if any(match.agrees for match in matches):
        zh, en = f"收款人“{payee.value}”有权领取", f"The payee {payee.value} is entitled"
        yield good(zh, en, where, paper.id)
    elif any(not match.conflicts for match in matches) or case.has(*params.authorities):
        zh, en = f"收款人“{payee.value}”是否有权领取需核对", f"Whether {payee.value} is entitled has to be seen"
        yield doubt(Reason.JUDGEMENT, zh, en, where, paper.id)
    else:
        names = "、".join(entitled)
        zh = f"收款人“{payee.value}”不是投保人、被保险人或受益人（{names}）"
        en = f"The payee {payee.value} is neither policyholder, insured nor beneficiary ({', '.join(entitled)})"
        yield bad(zh, en, where, paper.id)


def _entitled(case: Case) -> list[str]:
    """Policyholder, insured and every named beneficiary."""
    found = [fact.value for name in ("policyholder.name", "insured.name") if (fact := case.maybe(name)) is not None]
    for form in case.documents_of("F01", "F06", "A01"):
        for key, field in form.fields.items():
            if key.startswith("beneficiaries[") and key.endswith("].name") and field.value:
                found.append(field.value)
    return list(dict.fromkeys(found))
