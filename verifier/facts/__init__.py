"""Which facts are computed from others, and how?

Each derivation takes the Case and gives a Fact with the evidence it rests on, or raises MissingFact.
Booleans are the texts `true` and `false`, ages and years plain numbers, days ISO 8601. Each module
registers its own; importing this package registers all.
"""

from __future__ import annotations

from verifier.facts import (
    beneficiaries,
    jurisdiction,
    papers,
    payments,
    people,
    recording,
    sale,
    suitability,
    terms,
    triggers,
)
from verifier.facts.registry import FACTS

__all__ = [
    "FACTS",
    "beneficiaries",
    "jurisdiction",
    "papers",
    "payments",
    "people",
    "recording",
    "sale",
    "suitability",
    "terms",
    "triggers",
]
