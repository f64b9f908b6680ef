"""What each paper of a sale says: content by document type, no layout."""

from __future__ import annotations

from samples.facts import CaseFacts
from samples.paper import Paper
from samples.papers import after, application, disclosure, identity, needs, payment


def papers_of(facts: CaseFacts) -> list[Paper]:
    """Every paper that this lawful sale needs, in the order of the sale."""
    return [
        *identity.papers(facts),
        *needs.papers(facts),
        *disclosure.papers(facts),
        *application.papers(facts),
        *payment.papers(facts),
        *after.papers(facts),
    ]
