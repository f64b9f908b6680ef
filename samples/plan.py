"""One case before it is drawn: facts, papers, what is declared, and what was planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from samples.declared import declared
from samples.draw import draw_facts
from samples.expected import Expectation, expected
from samples.facts import CaseFacts
from samples.paper import Paper, Section
from samples.papers import papers_of
from samples.styles import Style

Target = tuple[str, str, str]  # document type, subject ("" for any), field or mark name ("" for the page)


@dataclass(frozen=True, slots=True)
class Planted:
    """A defect in a case. `checks`: what must come out; `may`: checks that may fail because of it as
    well; `targets`: where it can be seen (nothing where a paper is absent)."""

    kind: str
    checks: Mapping[str, Expectation]
    may: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()


def _is(paper: Paper, kind: str, subject: str) -> bool:
    """Whether the paper is meant; a payout slip is never meant by P02, which is
    the premium's; F01 means the property form as well."""
    kinds = (kind, "F01-P") if kind == "F01" else (kind,)
    return paper.type in kinds and subject in ("", paper.subject) and paper.variant != "payout"


@dataclass(slots=True)
class Plan:
    """Planted defects change the papers, the reference rows and what is expected."""

    facts: CaseFacts
    style: Style
    look: str
    papers: list[Paper]
    expected: dict[str, Expectation]
    declared: dict[str, Any]
    defects: list[Planted] = field(default_factory=list)
    references: dict[str, list[Sequence[object]]] = field(default_factory=dict)
    unregistered: bool = False  # the seller is left out of sellers.csv
    texts: dict[str, bytes] = field(default_factory=dict)  # chat exports and other files that nobody draws

    def has(self, kind: str, subject: str = "") -> bool:
        return any(_is(paper, kind, subject) for paper in self.papers)

    def paper(self, kind: str, subject: str = "") -> Paper:
        return next(paper for paper in self.papers if _is(paper, kind, subject))

    def drop(self, kind: str, subject: str = "") -> None:
        self.papers = [paper for paper in self.papers if not _is(paper, kind, subject)]

    def change(self, kind: str, change: Callable[[Paper], Paper], subject: str = "") -> None:
        self.papers = [change(p) if _is(p, kind, subject) else p for p in self.papers]

    def edit(self, kind: str, values: Mapping[str, str], subject: str = "") -> None:
        """Other values on the papers of a kind."""
        self.change(kind, lambda paper: paper.with_values(values), subject)

    def unsign(self, kind: str, mark: str) -> None:
        self.change(kind, lambda paper: paper.unsigned(mark))

    def resection(self, kind: str, change: Callable[[Section], Section | None]) -> None:
        self.change(kind, lambda paper: paper.altered(change))

    def refacts(self, **changes: Any) -> None:
        """Other facts: everything is drawn again from them."""
        self.facts = replace(self.facts, **changes)
        self.papers = papers_of(self.facts)
        self.expected = dict(expected(self.facts))
        self.declared = declared(self.facts)

    def record(self, planted: Planted) -> None:
        """Remember the defect and what it does to the expected outcomes."""
        self.defects.append(planted)
        for check in planted.may:
            self.expected[check] = None
        self.expected.update(planted.checks)


def plan_case(rng: Random, case: str, style: Style, look: str, kinds: Sequence[str] = ()) -> Plan:
    """A lawful case."""
    facts = draw_facts(rng, case, style.life, style.general, kinds)
    return Plan(facts, style, look, papers_of(facts), dict(expected(facts)), declared(facts))
