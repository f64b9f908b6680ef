"""Which further papers do the facts of the sale call for?"""

from __future__ import annotations

from datetime import date

from verifier.case import Case, Fact
from verifier.facts.registry import derived, first_known, resting_on

SUITABILITY_IN_FORCE = date(2026, 2, 1)  # 金融机构产品适当性管理办法 (Order 2025 No. 7)


@derived("suitability_rule_in_force")
def suitability_rule_in_force(case: Case) -> Fact:
    """Whether the application falls under the suitability rule of 2026-02-01."""
    day = case.fact("application.date")
    return resting_on("suitability_rule_in_force", day.as_date() >= SUITABILITY_IN_FORCE, day)


@derived("seller_named")
def seller_named(case: Case) -> Fact:
    """Whether any paper or the policy system names a seller."""
    named = first_known(case, "seller.number", "seller.name") or case.declared_fact("seller.name")
    named = named or case.declared_fact("seller.number")
    return resting_on("seller_named", named is not None, *([named] if named else []))
