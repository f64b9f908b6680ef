"""What is this case about: who, what, when? A few facts for the head of a report, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from verifier.model import Audit, Document, Evidence, Field, FieldState, Text
from verifier.reports.wording import known, wanted_facts


@dataclass(frozen=True, slots=True)
class KeyFact:
    """`evidence` is None for a fact that only the policy system declares; `declared` is set where the policy
    system says something else than the paper.
    """

    label: Text
    value: Text
    evidence: Evidence | None
    declared: str = ""


def declared(facts: Mapping[str, object], key: str) -> str:
    """A declared fact by dotted key, whether the facts are nested (case.yaml) or flat (cases.csv)."""
    if facts.get(key) is not None:
        return str(facts[key])
    found: object = facts
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return "" if found is None or isinstance(found, Mapping | list | tuple) else str(found)


def stated(audit: Audit, *places: str) -> Field | None:
    """The first of the places (`F01.policyholder.name`) that a counting paper of the case fills in."""
    for place in places:
        kind, _, name = place.partition(".")
        for document in audit.documents:
            if document.type == kind and document.superseded_by is None and _fits(document, name):
                found = document.fields.get(name)
                if found is not None and found.state is FieldState.READ and found.value:
                    return found
    return None


def _fits(document: Document, name: str) -> bool:
    """An identity paper states the customer's facts only when it is the policyholder's own."""
    return document.type != "D-202" or document.subject in (None, "policyholder")


def key_facts(audit: Audit) -> tuple[KeyFact, ...]:
    """Parties, product, amounts and dates, papers first, what was declared where no paper says it."""
    facts = []
    for wanted in wanted_facts():
        found = stated(audit, *wanted.get("from", ()))
        said = declared(audit.declared, wanted["declared"]) if "declared" in wanted else ""
        value = found.value if found else said
        if not value:
            continue
        money = bool(wanted.get("money"))
        shown = known(wanted["values"], value) if "values" in wanted else _same(grouped(value) if money else value)
        differs = bool(found and said and not _agree(found.value, said, money))
        facts.append(
            KeyFact(
                Text(wanted["label"]["zh"], wanted["label"]["en"]),
                shown,
                found.evidence if found else None,
                (grouped(said) if money else said) if differs else "",
            )
        )
    return tuple(facts)


def _agree(paper: str, said: str, money: bool) -> bool:
    if not money:
        return "".join(paper.split()) == "".join(said.split())
    try:
        return Decimal(paper) == Decimal(said)
    except InvalidOperation:
        return paper == said


def _same(value: str) -> Text:
    return Text(value, value)


def grouped(amount: str) -> str:
    """24000.00 -> 24,000.00; anything else as it is."""
    whole, point, cents = amount.partition(".")
    return f"{int(whole):,}{point}{cents}" if whole.isascii() and whole.isdigit() else amount


def customer(audit: Audit) -> str:
    found = stated(audit, "F01.policyholder.name", "A01.policyholder.name", "D-202.name")
    return found.value if found else declared(audit.declared, "policyholder.name")


def seller(audit: Audit) -> tuple[str, str]:
    """Name and number."""
    name = stated(audit, "F01.seller.name", "A01.seller.name")
    number = stated(audit, "F01.seller.number")
    return (
        name.value if name else declared(audit.declared, "seller.name"),
        number.value if number else declared(audit.declared, "seller.number"),
    )
