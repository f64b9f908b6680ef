"""Does a text name every point that it has to name? Shared by the checks on notices and confirmations.

A point is named when one of its phrases stands in the text. Other companies use other words, so a text
that names most points and lacks one is at fault, while a text that names few of them was probably worded
in a way that the list does not know: a person reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from verifier.case import Case
from verifier.model import Document, Evidence, Item, Outcome, Reason, Text, TextFrom
from verifier.screening.wording import Passage, pattern

CLEAR = 0.6  # legibility below which a phrase that is not found may simply not have been read


class Point(BaseModel):
    """One point, by the phrases that name it (`A…B`: a few characters between). `fields` of a paper that
    name it as well when they are filled."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    phrases: tuple[str, ...]
    fields: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Which points were named, where, and which were not."""

    there: tuple[tuple[Point, tuple[Evidence, ...]], ...]
    lacking: tuple[Point, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(dict.fromkeys(one for _, places in self.there for one in places[:1]))


def named(points: Sequence[Point], papers: Sequence[Document]) -> Named:
    """Looks for every point in all of these papers together."""
    passages = [Passage.of(paper.lines) for paper in papers]
    there, lacking = [], []
    for point in points:
        places = _places(point, papers, passages)
        if places is not None:
            there.append((point, places))
        elif not point.optional:
            lacking.append(point)
    return Named(tuple(there), tuple(lacking))


def _places(point: Point, papers: Sequence[Document], passages: Sequence[Passage]) -> tuple[Evidence, ...] | None:
    for passage in passages:
        for phrase in point.phrases:
            match = pattern(phrase).search(passage.text)
            if match:
                return passage.evidence(*match.span())
    for paper in papers:
        for name in point.fields:
            if name in paper.fields and paper.fields[name].value:
                return (paper.fields[name].evidence,)
    return None


def points_item(case: Case, points: Sequence[Point], papers: Sequence[Document], enough: int, what: Text) -> Item:
    """Pass when all are named; fail when at least `enough` are and the papers are clear; else review."""
    outcome = named(points, papers)
    document = papers[0].id if papers else None
    if not outcome.lacking:
        detail = Text(f"{what.zh}各要点齐全", f"{what.en} names every point")
        return Item(Outcome.PASS, detail, None, document, outcome.evidence, 1.0)
    return lacking_item(case, outcome, papers, enough, what)


def lacking_item(case: Case, outcome: Named, papers: Sequence[Document], enough: int, what: Text) -> Item:
    """What it means that some points were not found."""
    document = papers[0].id if papers else None
    detail = Text(
        f"{what.zh}未见：{'、'.join(point.zh for point in outcome.lacking)}",
        f"{what.en} does not name: {', '.join(point.en for point in outcome.lacking)}",
    )
    if len(outcome.there) < enough:
        return Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, document, outcome.evidence)
    if not case.fully_read:
        return Item(Outcome.REVIEW, detail, Reason.DOCUMENT_MISSING, document, outcome.evidence)
    if any(paper.text_from is not TextFrom.LAYER and paper.legibility < CLEAR for paper in papers):
        return Item(Outcome.REVIEW, detail, Reason.UNREADABLE, document, outcome.evidence)
    return Item(Outcome.FAIL, detail, None, document, outcome.evidence, 1.0)
