"""Which further papers do the facts of the sale call for?"""

from __future__ import annotations

from datetime import date

from verifier.case import Case, Fact
from verifier.facts.registry import derived, resting_on

SUITABILITY_IN_FORCE = date(2026, 2, 1)  # 金融机构产品适当性管理办法 (Order 2025 No. 7)


@derived("suitability_rule_in_force")
def suitability_rule_in_force(case: Case) -> Fact:
    """Whether the application falls under the suitability rule of 2026-02-01."""
    day = case.fact("application.date")
    return resting_on("suitability_rule_in_force", day.as_date() >= SUITABILITY_IN_FORCE, day)
