"""What does the policy system declare about a case? case.yaml and the row of cases.csv."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samples.facts import CaseFacts
from samples.papers.words import money


def declared(facts: CaseFacts) -> dict[str, Any]:
    """The content of case.yaml, contract section 2."""
    term: Any = facts.product.term_years
    found: dict[str, Any] = {
        "case": facts.case,
        "institution": facts.company.name,
        "branch": facts.branch,
        "channel": facts.channel,
        "line": facts.line,
        "face_to_face": facts.face_to_face,
        "product": {
            "name": facts.product.name,
            "code": facts.product.code,
            "kind": facts.product.kind,
            "term_years": term if term == "whole_life" else int(term),
            "death_benefit": facts.product.death_benefit,
            "cash_value": facts.product.cash_value,
        },
        "sum_insured": money(facts.sum_insured),
        "premium": {"due": money(facts.total), "currency": "CNY", "mode": facts.mode, "pay_years": facts.pay_years},
        "policyholder": {"name": facts.policyholder.name, "id_number": facts.policyholder.id_number},
        "insured": {"name": facts.insured.name},
        "dates": {"application": facts.days["application"], "policy_issue": facts.days["issue"]},
    }
    if facts.seller:
        found["seller"] = {
            "name": facts.seller.person.name,
            "number": facts.seller.number,
            "institution": facts.seller.institution,
        }
    return found


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The same as dotted columns for cases.csv."""
    row: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            row.update(flat(value, f"{prefix}{key}."))
        else:
            row[prefix + key] = str(value).lower() if isinstance(value, bool) else str(value)
    return row
