"""What was sold, how and when?"""

from __future__ import annotations

from verifier.case import Case, Fact, MissingFact
from verifier.facts.registry import derived, first_known, resting_on, unknown
from verifier.model import Reason, Text
from verifier.values.periods import read_term


@derived("line")
def line(case: Case) -> Fact:
    """personal, property or group: as declared, else by the kind of application form."""
    declared = case.declared_fact("line")
    if declared is not None:
        return declared
    if case.has("F01-P"):
        return resting_on("line", "property")
    if case.has("F11") and not case.has("F01"):
        return resting_on("line", "group")
    if case.has("F01", "D-301", "F03", "A03"):
        return resting_on("line", "personal")
    kind = case.maybe("product.kind")
    if kind is not None:
        return resting_on("line", "property" if kind.value == "property" else "personal", kind)
    raise unknown("line", "险种大类（人身险、财产险、团体险）", "line of business")


@derived("channel")
def channel(case: Case) -> Fact:
    declared = case.declared_fact("channel")
    if declared is not None:
        return declared
    raise unknown("channel", "销售渠道", "sales channel")


@derived("face_to_face")
def face_to_face(case: Case) -> Fact:
    """As declared; online and phone sales are not, agent, bank and broker sales are."""
    declared = case.declared_fact("face_to_face")
    if declared is not None:
        return declared
    by = case.fact("channel")
    if by.value in ("online", "phone"):
        return resting_on("face_to_face", False, by)
    if by.value in ("agent", "bank", "broker"):
        return resting_on("face_to_face", True, by)
    raise unknown("face_to_face", "是否当面销售", "manner of sale (face to face)")


@derived("product.kind")
def product_kind(case: Case) -> Fact:
    """As declared, else by the words of the product name (the vocabulary's order decides)."""
    declared = case.declared_fact("product.kind")
    if declared is not None:
        return declared
    name = case.fact("product.name")
    for kind, words in case.vocabulary.product_kinds.items():
        if any(word.casefold() in name.value.casefold() for word in words):
            return resting_on("product.kind", kind, name)
    raise unknown("product.kind", f"产品“{name.value}”的类型", "kind of product")


@derived("product.new_type")
def new_type(case: Case) -> Fact:
    """Participating, universal or unit-linked (新型产品): benefits that are not guaranteed."""
    kind = case.fact("product.kind")
    return resting_on("product.new_type", kind.value in ("participating", "universal", "unit_linked"), kind)


@derived("product.long_term")
def long_term(case: Case) -> Fact:
    """Cover of more than one year (declared term, else the printed cover period)."""
    declared = case.declared_fact("product.term_years")
    if declared is not None:
        if declared.value in ("whole_life", "终身"):
            return resting_on("product.long_term", True, declared)
        return resting_on("product.long_term", declared.as_decimal() > 1, declared)
    period = case.fact("cover_period")
    return resting_on("product.long_term", _more_than_a_year(period), period)


def _more_than_a_year(period: Fact) -> bool:
    term = read_term(period.value)
    if term is None:
        raise MissingFact(
            Reason.UNREADABLE,
            Text(f"保险期间“{period.value}”无法辨认", f"The cover period {period.value!r} was not understood"),
            evidence=period.evidence,
        )
    return term.whole_life or term.to_age is not None or (term.years or 0) > 1


@derived("product.death_benefit")
def death_benefit(case: Case) -> Fact:
    """As declared; life cover pays on death, indemnity medical cover does not. Otherwise unknown."""
    declared = case.declared_fact("product.death_benefit")
    if declared is not None:
        return declared
    name, kind = case.maybe("product.name"), case.fact("product.kind")
    basis = (kind,) if name is None else (kind, name)
    if kind.value in ("medical", "property"):
        return resting_on("product.death_benefit", False, *basis)
    cues = case.vocabulary.product_kinds.get("pays_on_death", ())
    if kind.value in ("ordinary_life", "accident") or (name and any(cue in name.value for cue in cues)):
        return resting_on("product.death_benefit", True, *basis)
    raise unknown("product.death_benefit", "产品是否含身故责任", "existence of a death benefit")


@derived("product.cash_value")
def cash_value(case: Case) -> Fact:
    declared = case.declared_fact("product.cash_value")
    if declared is not None:
        return declared
    kind, lasting = case.fact("product.kind"), case.fact("product.long_term")
    has_value = lasting.is_true and kind.value not in ("medical", "accident", "property")
    return resting_on("product.cash_value", has_value, kind, lasting)


@derived("application.date")
def application_date(case: Case) -> Fact:
    """The day that rules on the sale go by: the application's signing date, else as declared."""
    fact = first_known(case, "F01.signed_date", "F01-P.signed_date") or case.declared_fact("dates.application")
    if fact is None:
        raise unknown("application.date", "投保日期", "application date")
    return resting_on("application.date", fact.as_date().isoformat(), fact)


@derived("issue.date")
def issue_date(case: Case) -> Fact:
    fact = first_known(case, "A01.issue_date") or case.declared_fact("dates.policy_issue")
    if fact is None:
        raise unknown("issue.date", "承保日期", "policy issue date")
    return resting_on("issue.date", fact.as_date().isoformat(), fact)
