"""What if a paper that the sale needs is not in the file?"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samples.defects.kind import Plant, kind
from samples.paper import Prose, Section
from samples.plan import Plan, Planted

FAIL = "fail"
# kind: (document type, checks that must fail, checks that may)
ABSENT: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "missing_consent": ("D-101", ("DOC-01", "PRIV-01"), ("DATE-01",)),
    "missing_needs": (
        "D-301",
        ("DOC-01", "SUIT-01"),
        ("SUIT-02", "SUIT-04", "SUIT-05", "SUIT-06", "SUIT-07", "SUIT-12", "DATE-01", "AML-09"),
    ),
    "missing_risk_profile": ("D-302", ("DOC-01", "SUIT-08"), ("SUIT-03", "SUIT-09", "DATE-01")),
    "missing_opinion": ("D-303", ("DOC-01", "SUIT-03"), ("SUIT-08", "DATE-01")),
    "missing_reminder": ("D-401", ("DOC-01", "DISC-01"), ("SIGN-01", "SIGN-05", "DATE-01", "DISC-08")),
    "missing_brochure": ("D-402", ("DOC-01", "DISC-02"), ("DISC-05", "DISC-08", "DISC-03", "XDOC-04", "COOL-01")),
    "missing_clauses": ("D-403", ("DOC-01",), ("DISC-03", "DISC-06", "DISC-08", "XDOC-04")),
    "missing_separate_consent": ("F08", ("DOC-01", "PRIV-03"), ("PRIV-04", "SIGN-03")),
    "missing_recording": ("F09", ("DOC-01", "REC-01"), ("REC-02", "REC-03", "REC-04", "SIGN-02", "SELL-03", "DATE-01")),
    "missing_receipt": (
        "A02",
        ("DOC-01", "DELV-01"),
        ("SIGN-01", "DELV-02", "DELV-03", "CALL-01", "DATE-01", "XDOC-04", "SIGN-05", "REC-04"),
    ),
    "missing_callback": ("A03", ("DOC-01", "CALL-01"), ("CALL-02", "CALL-03", "CALL-04", "DELV-03", "DATE-01")),
    "missing_invoice": ("P04", ("DOC-01",), ("AMT-01",)),
}


def _absent(name: str, document: str, checks: tuple[str, ...], may: tuple[str, ...]) -> Plant:
    def plant(plan: Plan, rng: Random) -> Planted | None:
        if not plan.has(document) or (document == "F08" and not plan.facts.long_term):
            return None
        plan.drop(document)
        return Planted(name, dict.fromkeys(checks, FAIL), may)

    return plant


for _name, (_document, _checks, _may) in ABSENT.items():
    _products = {"missing_risk_profile": ("unit_linked",)}.get(_name, ())
    kind(_name, products=_products)(_absent(_name, _document, _checks, _may))


@kind("missing_health")
def missing_health(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("F03") or plan.facts.product.kind not in ("health", "ordinary_life", "participating", "universal"):
        return None
    plan.drop("F03")
    return Planted("missing_health", {"DOC-01": FAIL}, ("HEAL-01", "SIGN-01", "SIGN-03"))


@kind("missing_payment")
def missing_payment(plan: Plan, rng: Random) -> Planted | None:
    """No slip at all; a direct-debit authority would still stand in for it in the matrix."""
    if plan.facts.method == "direct_debit":
        return None
    plan.drop("P02")
    plan.drop("P03")
    may = (
        "PAY-02",
        "PAY-03",
        "PAY-04",
        "PAY-06",
        "PAY-07",
        "PAY-08",
        "CASH-01",
        "CASH-02",
        "AML-01",
        "AML-02",
        "AML-03",
        "AML-05",
        "AML-09",
        "DATE-01",
        "AMT-01",
    )
    checks = {"PAY-01": FAIL, "DOC-01": FAIL}
    if plan.facts.line == "property" or not plan.facts.long_term:
        return Planted("missing_payment", checks, may)
    return Planted("missing_payment", {"PAY-01": FAIL, "DOC-01": FAIL}, may)


@kind("missing_exclusions")
def missing_exclusions(plan: Plan, rng: Random) -> Planted | None:
    """Neither the paper nor the line in the application that would stand in for it."""
    if not plan.has("D-404"):
        return None
    plan.drop("D-404")

    def change(section: Section) -> Section:
        if isinstance(section, Prose) and section.key == "declaration":
            return replace(
                section, paragraphs=("投保人声明：本人对投保单各项填写内容的真实性负责。", *section.paragraphs[1:])
            )
        return section

    plan.resection("F01", change)
    may = ("SIGN-01", "SIGN-05", "DISC-06", "DATE-01", "DISC-03", "XDOC-04", "SUIT-04", "SUIT-05", "SUIT-06", "SUIT-07")
    return Planted("missing_exclusions", {"DOC-01": FAIL, "DISC-04": FAIL}, may)


@kind("missing_minor_notice")
def missing_minor_notice(plan: Plan, rng: Random) -> Planted | None:
    """Asked for with cover of more than a year; short cover has a shorter list of papers."""
    if not plan.has("F05") or not plan.facts.long_term:
        return None
    plan.drop("F05")
    return Planted("missing_minor_notice", {"DOC-01": FAIL}, ("MINOR-01", "SIGN-03", "PRIV-04"))


@kind("missing_id_back")
def missing_id_back(plan: Plan, rng: Random) -> Planted | None:
    plan.change("D-202", lambda paper: replace(paper, notes={"sides": "front"}), "policyholder")
    return Planted(
        "missing_id_back",
        {"KYC-01": FAIL},
        ("KYC-03", "DOC-01", "SIGN-05", "SURR-01"),
        (("D-202", "policyholder", ""),),
    )


@kind("missing_insured_id")
def missing_insured_id(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("D-202", "insured"):
        return None
    plan.drop("D-202", "insured")
    may = ("DOC-01", "KYC-03", "AML-01", "AML-02", "AML-11", "SIGN-03", "XDOC-03")
    return Planted("missing_insured_id", {"KYC-01": FAIL}, may)


@kind("missing_relation_proof")
def missing_relation_proof(plan: Plan, rng: Random) -> Planted | None:
    if not plan.facts.minor or not plan.facts.long_term or not plan.has("D-204", "insured"):
        return None
    plan.drop("D-204", "insured")
    return Planted("missing_relation_proof", {"DOC-01": FAIL}, ("SIGN-03", "MINOR-01", "MINOR-02", "INSI-01"))


@kind("missing_statement", refacts=True, products=("participating", "universal", "unit_linked"))
def missing_statement(plan: Plan, rng: Random) -> Planted | None:
    """The premium is above 20 % (or four times) of the household income and nobody signed a statement."""
    facts = plan.facts
    if facts.minor or facts.household_income <= 0:
        return None
    if not facts.statement_triggers:
        income = int(facts.annual_premium * 4) if facts.mode != "single" else int(facts.total / 5)
        plan.refacts(household_income=max(10_000, income // 1000 * 1000), budget=int(facts.annual_premium) + 1000)
    triggers = plan.facts.statement_triggers
    if not triggers:
        return None
    plan.drop("F02")
    checks = {**dict.fromkeys(triggers, FAIL), "DOC-01": FAIL}
    return Planted(
        "missing_statement", checks, ("AML-08", "AML-09", "SUIT-12", "SIGN-01"), (("D-301", "", "household_income"),)
    )
