"""What ties a payer to the policyholder, and is it on paper? Shared by the checks on third-party payers."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.case import Case, Fact
from verifier.context import Context
from verifier.facts.people import relation_code
from verifier.ledger import same_holder
from verifier.model import Document, Evidence, MarkState

NEAR = ("spouse", "parent", "child")


@dataclass(frozen=True, slots=True)
class Link:
    """`form`: a signed third-party form for this payer. `relation`: code of what the payer is to the
    policyholder. `near`: a relation that the parameters allow. `proved`: shown by another paper."""

    form: Document | None
    relation: str
    words: str
    near: bool
    proved: bool
    employer: bool
    evidence: tuple[Evidence, ...]


def link_of(case: Case, payer: str, context: Context) -> Link:
    """The tie that the file shows between this payer and the policyholder."""
    form = _form(case, payer)
    stated = _field(case, form, "relation") if form else None
    party, place = _as_party(case, payer)
    words = stated.value if stated else party
    code = (relation_code(case, stated.value) if stated else None) or party
    third_party = context.parameters.get("third_party")
    allowed = third_party["relations_allowed"] if isinstance(third_party, dict) else NEAR
    unsigned = form is not None and any(mark.state is MarkState.ABSENT for mark in form.marks_named("payer_signature"))
    return Link(
        form=None if unsigned else form,
        relation=code,
        words=words,
        near=code in allowed,
        proved=case.has("D-204") or bool(party),
        employer=_is_employer(case, payer),
        evidence=(*(stated.evidence if stated else ()), *place),
    )


def _form(case: Case, payer: str) -> Document | None:
    """The form that names this payer; one that names nobody readable may be his."""
    open_forms = []
    for paper in case.documents_of("P05"):
        named = _field(case, paper, "payer.name")
        if named is None:
            open_forms.append(paper)
        elif not same_holder(named.value, payer).conflicts:
            return paper
    return next(iter(open_forms), None)


def _field(case: Case, paper: Document, name: str) -> Fact | None:
    field = paper.fields.get(name)
    return Fact(name, field.value, (field.evidence,), field.confidence, paper.id) if field and field.value else None


def _as_party(case: Case, payer: str) -> tuple[str, tuple[Evidence, ...]]:
    """What the application says that the payer is, when he is the insured or a beneficiary of it."""
    insured, relation = case.maybe("insured.name"), case.maybe("insured.relation_code")
    if insured and relation and same_holder(insured.value, payer).agrees:
        return relation.value, (*insured.evidence, *relation.evidence)
    own_insurance = case.maybe("insured.is_policyholder")
    for form in case.documents_of("F01"):
        for name in sorted(form.fields):
            if not (name.startswith("beneficiaries[") and name.endswith("].name")):
                continue
            named = _field(case, form, name)
            stated = _field(case, form, name.replace("].name", "].relation"))
            if named and stated and own_insurance and own_insurance.is_true and same_holder(named.value, payer).agrees:
                return relation_code(case, stated.value) or "", (*named.evidence, *stated.evidence)
    return "", ()


def _is_employer(case: Case, payer: str) -> bool:
    employer = case.maybe("F01.policyholder.employer")
    return employer is not None and same_holder(employer.value, payer).agrees
