"""How is a computed fact registered, and what does it rest on?"""

from __future__ import annotations

from collections.abc import Callable

from verifier.case import Case, Derivation, Fact, MissingFact
from verifier.model import Reason, Text

FACTS: dict[str, Derivation] = {}


def derived(name: str) -> Callable[[Derivation], Derivation]:
    def register(derive: Derivation) -> Derivation:
        FACTS[name] = derive
        return derive

    return register


def resting_on(name: str, value: object, *sources: Fact) -> Fact:
    """A fact that rests on others: all their evidence, the weakest confidence."""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return Fact(
        name,
        text,
        tuple(evidence for source in sources for evidence in source.evidence),
        min((source.confidence for source in sources), default=1.0),
        next((source.document for source in sources if source.document), None),
        declared=all(source.declared for source in sources) if sources else False,
    )


def unknown(name: str, zh: str, en: str) -> MissingFact:
    return MissingFact(Reason.FACT_MISSING, Text(f"无法确定{zh}", f"The {en} is not known ({name})"))


def first_known(case: Case, *names: str) -> Fact | None:
    """The first of these facts or paths that is known."""
    return next((fact for name in names if (fact := case.maybe(name)) is not None), None)
