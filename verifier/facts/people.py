"""Who are the policyholder and the insured, how old, and what to one another?"""

from __future__ import annotations

from verifier.case import Case, Fact
from verifier.facts.registry import derived, first_known, resting_on, unknown
from verifier.values.dates import full_years
from verifier.values.identifiers import identify
from verifier.values.names import NameMatchKind, compare_names, is_organisation


def _birth_date(case: Case, role: str) -> Fact:
    """From a valid ID number first (GB 11643 digits 7-14), else as printed."""
    number = first_known(case, f"{role}.id_number")
    if number is not None:
        known = identify(number.value)
        if known.valid and known.birth_date is not None:
            return resting_on(f"{role}.birth_date", known.birth_date.isoformat(), number)
    for name in (f"D-202[{role}].birth_date", f"F01.{role}.birth_date", f"A01.{role}.birth_date"):
        printed = case.maybe(name)
        if printed is not None:
            return resting_on(f"{role}.birth_date", printed.as_date().isoformat(), printed)
    declared = case.declared_fact(f"{role}.birth_date")
    if declared is not None:
        return declared
    raise unknown(f"{role}.birth_date", "出生日期", f"birth date of the {role}")


def _age(case: Case, role: str) -> Fact:
    """Full years (周岁) on the application date."""
    born, on = case.fact(f"{role}.birth_date"), case.fact("application.date")
    return resting_on(f"{role}.age", full_years(born.as_date(), on.as_date()), born, on)


@derived("policyholder.birth_date")
def policyholder_birth_date(case: Case) -> Fact:
    return _birth_date(case, "policyholder")


@derived("policyholder.age")
def policyholder_age(case: Case) -> Fact:
    return _age(case, "policyholder")


@derived("insured.birth_date")
def insured_birth_date(case: Case) -> Fact:
    if case.fact("insured.is_policyholder").is_true:
        return case.fact("policyholder.birth_date")
    return _birth_date(case, "insured")


@derived("insured.age")
def insured_age(case: Case) -> Fact:
    return _age(case, "insured")


@derived("policyholder.is_organisation")
def policyholder_is_organisation(case: Case) -> Fact:
    """By the kind of number (USCC) or the name; a person unless something says otherwise."""
    number, name = case.maybe("policyholder.id_number"), case.maybe("policyholder.name")
    known = [fact for fact in (number, name) if fact is not None]
    if not known:
        line_of_business = case.maybe("line")
        if line_of_business is not None and line_of_business.value == "group":
            return resting_on("policyholder.is_organisation", True, line_of_business)
        raise unknown("policyholder.is_organisation", "投保人是否为单位", "nature of the policyholder")
    entity = (number is not None and identify(number.value).kind == "uscc") or (
        name is not None and is_organisation(name.value)
    )
    return resting_on("policyholder.is_organisation", entity, *known)


@derived("insured.is_policyholder")
def insured_is_policyholder(case: Case) -> Fact:
    """By the stated relation, the ID numbers, or the names, in this order."""
    relation = case.maybe("insured.relation_code")
    if relation is not None:
        return resting_on("insured.is_policyholder", relation.value == "self", relation)
    ours, theirs = case.maybe("policyholder.id_number"), case.maybe("insured.id_number")
    if ours and theirs:
        return resting_on("insured.is_policyholder", ours.value == theirs.value, ours, theirs)
    name, other = case.maybe("policyholder.name"), case.maybe("insured.name")
    if name and other:
        match = compare_names(name.value, other.value)
        return resting_on("insured.is_policyholder", match.kind is NameMatchKind.EXACT, name, other)
    raise unknown("insured.is_policyholder", "投保人与被保险人是否同一人", "identity of insured and policyholder")


def relation_code(case: Case, text: str) -> str | None:
    """`配偶` -> `spouse`; None for words that the vocabulary does not list."""
    wanted = text.strip().casefold()
    for code, words in case.vocabulary.relations.items():
        if any(wanted == word.casefold() for word in words):
            return code
    return None


@derived("insured.relation_code")
def insured_relation_code(case: Case) -> Fact:
    """What the insured is to the policyholder, as a code (self, spouse, child, parent, ...). A form
    may print the reverse (what the policyholder is to the insured): that is turned round."""
    reverse = {"child": "parent", "parent": "child", "grandparent": "grandchild", "grandchild": "grandparent"}
    for path, turned in (("insured.relation", False), ("policyholder.relation", True)):
        stated = case.maybe(path)
        code = relation_code(case, stated.value) if stated else None
        if stated and code:
            return resting_on("insured.relation_code", reverse.get(code, code) if turned else code, stated)
    raise unknown("insured.relation_code", "投保人与被保险人的关系", "relation of insured and policyholder")
