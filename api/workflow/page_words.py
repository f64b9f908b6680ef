"""Which words stand on a page, and which field, mark or finding rests on each?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.principal import Principal
from api.services import Services
from api.workflow.cases import viewed
from api.workflow.opened import Opened
from api.workflow.pages import Found, found_page
from verifier.model import Box, Evidence, Outcome, Page, Text, Word
from verifier.reports.wording import field_name

USED = 0.5  # of a word must lie in a place for the place to use it


@dataclass(frozen=True, slots=True)
class Used:
    """A place on the page that a field, a mark or a finding rests on. `name` of the field, mark or check, `label` what
    people call it."""

    kind: str  # field, mark, finding
    name: str
    label: Text
    document: str | None
    outcome: Outcome | None
    box: Box

    def uses(self, word: Word) -> bool:
        return word.box.overlap(self.box) >= USED


@dataclass(frozen=True, slots=True)
class Spelled:
    """A word as this person may read it, and the numbers of the places that use it."""

    text: str
    box: Box
    confidence: float
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Words:
    file: str
    page: Page
    words: tuple[Spelled, ...]
    places: tuple[Used, ...]


def words(services: Services, who: Principal, case_id: str, file: str, number: int, by: Opened | None = None) -> Words:
    found = found_page(services, who, case_id, file, number, by)
    viewed(services, who, found.case, "page.viewed", source=found.row.id, page=number, words=True)
    places = tuple(_places(found))
    spelled = tuple(
        Spelled(
            found.text_of(word),
            word.box,
            word.confidence,
            tuple(at for at, place in enumerate(places) if place.uses(word)),
        )
        for word in found.page.words
    )
    return Words(found.case.shown_name(found.file), found.page, spelled, places)


def _places(found: Found) -> Iterator[Used]:
    if found.case.shown is None:
        return
    here = (found.file, found.page.number)
    real = found.case.real_name

    def on_page(place: Evidence) -> bool:
        return place.case is None and place.box is not None and (real(place.file), place.page) == here

    audit = found.case.shown.audit
    for document in audit.documents:
        for name, field in document.fields.items():
            if on_page(field.evidence) and field.evidence.box:
                yield Used("field", name, field_name(name), document.id, None, field.evidence.box)
        for mark in document.marks:
            if on_page(mark.evidence) and mark.evidence.box:
                yield Used("mark", mark.name, field_name(mark.name), document.id, None, mark.evidence.box)
    for finding in audit.findings:
        evidence = [*finding.evidence, *(place for item in finding.items for place in item.evidence)]
        for place in dict.fromkeys(evidence):
            if on_page(place) and place.box:
                yield Used("finding", finding.check, finding.title, None, finding.outcome, place.box)
