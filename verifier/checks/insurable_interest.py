"""The policyholder has an insurable interest in the insured.

Passes when the stated relation carries it (spouse, child, parent; an employee of an organisation; another
relative with proof), or when the insured consented by his signature. Fails when the relation carries none
and the insured did not sign. Review when the relation is not stated, not understood, or contradicted by the
ages, or when the signature is doubtful.
"""

from __future__ import annotations

from verifier.case import Case, Fact
from verifier.checks.result import CheckParams, Result, failed, from_items, passed, review
from verifier.checks.signing import judge_line
from verifier.context import Context
from verifier.model import FieldState, Item, Outcome, Reason, Text


class Params(CheckParams):
    allowed: tuple[str, ...]
    with_proof: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    employee: str = "employee"
    papers: tuple[str, ...]
    marks: tuple[str, ...]
    consent: bool = False  # the relation alone is not enough: the insured must have signed as well


def check(case: Case, params: Params, context: Context) -> Result:
    relation = case.maybe("insured.relation_code")
    consent = _consent(case, params)
    if params.consent and consent is not None and consent.outcome is not Outcome.PASS:
        return from_items([consent], "", "")
    if relation is not None and relation.value in params.allowed:
        return _by_relation(case, relation)
    if relation is not None and relation.value == params.employee:
        organisation = case.maybe("policyholder.is_organisation")
        if organisation is not None and organisation.is_true:
            return passed(
                "投保人对有劳动关系的劳动者具有保险利益",
                "The policyholder employs the insured",
                evidence=relation.evidence,
            )
    if relation is not None and relation.value in params.with_proof and case.has(*params.proofs):
        return passed(
            "关系证明在档，投保人对被保险人具有保险利益",
            "The relation is proved, and carries an insurable interest",
            evidence=relation.evidence,
        )
    if params.consent:
        return _stated_interest(case, relation)
    if consent is not None and consent.outcome is Outcome.PASS:
        return passed(
            "被保险人已签名同意投保，视为投保人具有保险利益",
            "The insured consented by signature, which gives the policyholder an insurable interest",
            evidence=consent.evidence,
            confidence=consent.confidence,
        )
    return _without(case, relation, consent)


def _stated_interest(case: Case, relation: Fact | None) -> Result:
    """Where consent alone gives no interest (Life Assurance Act 1774): another interest has to be stated."""
    stated = case.maybe("F01.insurable_interest")
    if stated is not None:
        return passed(
            f"已写明保险利益：{stated}", f"The interest is stated: {stated}",
            evidence=[*stated.evidence, *(relation.evidence if relation else ())],
        )  # fmt: skip
    for name in ("insured.relation", "policyholder.relation"):
        for form in case.documents_of("F01"):
            field = form.fields.get(name)
            if relation is None and field is not None and field.state is FieldState.EMPTY:
                zh, en = "与被保险人的关系空白", "The relation to the insured is left blank"
                return failed(zh, en, evidence=(field.evidence,))
    known = relation.value if relation else "—"
    return review(
        Reason.JUDGEMENT,
        f"被保险人已签名，但所填关系（{known}）是否构成保险利益需人工判断",
        f"The insured signed; whether the relation ({known}) carries an insurable interest has to be seen",
        evidence=relation.evidence if relation else (),
    )


def _by_relation(case: Case, relation: Fact) -> Result:
    parent, child = case.maybe("policyholder.birth_date"), case.maybe("insured.birth_date")
    if parent is not None and child is not None and relation.value in ("child", "parent"):
        elder, younger = (parent, child) if relation.value == "child" else (child, parent)
        if elder.as_date() >= younger.as_date():
            return review(
                Reason.CONFLICTING_VALUES,
                f"所填关系与双方出生日期（投保人{parent.value}、被保险人{child.value}）矛盾",
                f"The stated relation contradicts the birth dates ({parent.value}, {child.value})",
                evidence=[*relation.evidence, *parent.evidence, *child.evidence],
            )
    return passed(
        "投保人与被保险人的关系具有保险利益",
        "The relation of policyholder and insured carries an insurable interest",
        evidence=relation.evidence,
        confidence=max(relation.confidence, 0.9),  # a word of a closed list, understood as such
    )


def _consent(case: Case, params: Params) -> Item | None:
    """The insured's signature on any of the papers, the best of them."""
    role = Text("被保险人", "insured")
    name = case.maybe("insured.name")
    judged = [
        judge_line(case, paper, params.marks, role, person=name.value if name else "")
        for paper in case.documents_of(*params.papers)
    ]
    order = (Outcome.PASS, Outcome.REVIEW, Outcome.FAIL)
    return min((item for item in judged if item is not None), key=lambda item: order.index(item.outcome), default=None)


def _without(case: Case, relation: Fact | None, consent: Item | None) -> Result:
    """No relation that carries it, and no consent that is sure."""
    evidence = [*(relation.evidence if relation else ()), *(consent.evidence if consent else ())]
    if consent is None or consent.outcome is Outcome.REVIEW:
        reason = (consent.reason if consent else None) or Reason.DOCUMENT_MISSING
        return review(
            reason,
            "所填关系不能证明保险利益，且被保险人是否签名同意不能确认",
            "The relation shows no insurable interest, and whether the insured consented cannot be told",
            evidence=evidence,
        )
    stated = case.maybe("insured.relation") or case.maybe("policyholder.relation")
    if relation is None:
        said = f"“{stated.value}”" if stated else "未读到"
        return review(
            Reason.FACT_MISSING,
            f"投保人与被保险人的关系{said}，不能判断保险利益，且被保险人未签名",
            "The relation is not known and the insured did not sign, so the insurable interest cannot be told",
            evidence=evidence,
        )
    return failed(
        f"投保人与被保险人的关系“{stated.value if stated else relation.value}”不具有保险利益，且被保险人未签名同意",
        "The relation carries no insurable interest, and the insured did not consent by signature",
        evidence=evidence,
    )
