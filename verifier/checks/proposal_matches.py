"""What was applied for is what was proposed.

Passes when product, sum insured, premium, years of payment and cover of the last proposal before the
application are those of the application. Fails when one differs and no change note is in the file. Review when
a change note is there, a scan differs by what may be a reading error, the insured had a birthday in between
(which moves the premium), names differ in a version, or a value was not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from verifier.case import Case, Fact
from verifier.checks.comparing import COMPARISONS, Stated, paper_by_id, settled
from verifier.checks.result import CheckParams, Result, from_items, review
from verifier.context import Context
from verifier.model import Compared, Document, Field, FieldState, Item, Outcome, Reason, Text
from verifier.screening.wording import Passage
from verifier.values.match import Match, MatchKind
from verifier.values.script import squeeze


class Term(BaseModel):
    """One term: `proposed` field of the proposal, `applied` fields of the application of which one must agree."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    kind: str
    proposed: str
    applied: tuple[str, ...]
    moves_with_age: bool = False


class Params(CheckParams):
    proposal: str = "D-501"
    terms: tuple[Term, ...]
    change_notes: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    paper = _last_proposal(case, params)
    compared: list[Compared] = []
    items = [item for term in params.terms for item in _judge(case, params, paper, term, compared)]
    if not items:
        return review(Reason.FIELD_MISSING, "建议书与投保单没有可比对的要素", "Proposal and application share no term")
    return from_items(items, "建议书与投保单要素一致", "The application is as proposed", compared=compared)


def _last_proposal(case: Case, params: Params) -> Document:
    """The last one dated on or before the application; undated ones by their place in the file."""
    papers = case.documents_of(params.proposal)
    if not papers:
        raise case.missing_document(params.proposal)
    applied = case.maybe("application.date")
    if applied is None:
        return papers[-1]
    before = [(day, paper) for paper in papers if (day := _day(paper)) is not None and day <= applied.value]
    undated = [paper for paper in papers if _day(paper) is None]
    if before:
        return max(before, key=lambda one: one[0])[1]
    return undated[-1] if undated else papers[-1]


def _day(paper: Document) -> str | None:
    field = paper.fields.get("date")
    return field.value if field is not None and field.state is FieldState.READ else None


def _judge(case: Case, params: Params, paper: Document, term: Term, compared: list[Compared]) -> Iterator[Item]:
    field = paper.fields.get(term.proposed)
    applied = [fact for path in term.applied if (fact := case.maybe(path)) is not None]
    if field is None or field.state is FieldState.EMPTY or not applied:
        return
    if field.state is FieldState.UNREADABLE:
        detail = Text(f"建议书{term.zh}无法辨认", f"The proposal's {term.en} cannot be read")
        yield Item(Outcome.REVIEW, detail, Reason.UNREADABLE, paper.id, (field.evidence,))
        return
    match, fact = min(((COMPARISONS[term.kind](field.value, one.value), one) for one in applied), key=_gravity)
    applied_on = Stated(fact.value, paper_by_id(case, fact.document), len(fact.evidence) > 1)
    match = settled(term.kind, match, Stated(field.value, paper), applied_on)
    compared.append(Compared(Text(f"建议书{term.zh}", f"proposed {term.en}"), field.value, field.evidence))
    place = next(iter(fact.evidence), None)
    compared.append(Compared(Text(f"投保单{term.zh}", f"{term.en} applied for"), fact.value, place))
    yield _item(case, params, paper, term, field, fact, match)


def _gravity(pair: tuple[Match, Fact]) -> int:
    match = pair[0]
    if match.agrees:
        return 0
    return 2 if match.kind is MatchKind.CONFLICT else 1


def _item(case: Case, params: Params, paper: Document, term: Term, field: Field, fact: Fact, match: Match) -> Item:
    places = (field.evidence, *fact.evidence)
    sure = min(field.confidence, fact.confidence)
    said = Text(
        f"{term.zh}：建议书“{field.value}”，投保单“{fact}”", f"{term.en}: proposed {field.value}, applied for {fact}"
    )
    if match.agrees:
        return Item(Outcome.PASS, said, None, paper.id, places, sure)
    if term.kind == "product" and _named_in_text(paper, fact.value):
        return Item(Outcome.PASS, said, None, paper.id, places, sure)
    if match.kind is not MatchKind.CONFLICT:
        detail = Text(f"{said.zh}（{match.detail.zh}）", f"{said.en} ({match.detail.en})")
        return Item(Outcome.REVIEW, detail, Reason.CONFLICTING_VALUES, paper.id, places)
    notes = case.documents_of(*params.change_notes)
    if notes:
        title = case.vocabulary.title(notes[0].type)
        detail = Text(
            f"{said.zh}；档内有《{title.zh}》，请确认是否已说明", f"{said.en}; see whether the {title.en} explains it"
        )
        return Item(Outcome.REVIEW, detail, Reason.CONFLICTING_VALUES, paper.id, places)
    if term.moves_with_age and _birthday_between(case, paper):
        detail = Text(f"{said.zh}；其间被保险人生日，费率可能变化", f"{said.en}; the insured had a birthday in between")
        return Item(Outcome.REVIEW, detail, Reason.CONFLICTING_VALUES, paper.id, places)
    return Item(Outcome.FAIL, Text(f"{said.zh}，不一致", f"{said.en}: different"), None, paper.id, places, sure)


def _named_in_text(paper: Document, product: str) -> bool:
    """The proposal may list several products: the one applied for stands in it by its whole name."""
    text, name = Passage.of(paper.lines).text, squeeze(product)
    place = text.find(name)
    return place >= 0 and text[place + len(name) : place + len(name) + 1] not in ("(", "[")


def _birthday_between(case: Case, paper: Document) -> bool:
    born, applied, proposed = case.maybe("insured.birth_date"), case.maybe("application.date"), _day(paper)
    if born is None or applied is None or proposed is None:
        return False
    first, last = date.fromisoformat(proposed[:10]), applied.as_date()
    birthday = (born.as_date().month, born.as_date().day)
    return any(first < day <= last for day in _days(birthday, range(first.year, last.year + 1)))


def _days(birthday: tuple[int, int], years: Sequence[int]) -> Iterator[date]:
    for year in years:
        month, day = birthday
        yield date(year, 3, 1) if (month, day) == (2, 29) else date(year, month, day)
