"""Each party's identity document was in force on the day of the business.

Passes when the day lies within the printed validity (no end when long-term). Fails when it lies outside.
Review when the validity was not read, or runs for a term that such cards do not have, so that a digit may be misread.
Later acts of the customer (change, surrender) are judged on their own day by the latest copy in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from verifier.case import Case, Fact, MissingFact
from verifier.checks.identity_images import PEOPLE, documents_of_person
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Outcome, Reason, Text, TextFrom
from verifier.values.dates import add_years

LONG_TERM = "long_term"


class Params(CheckParams):
    """`acts`: later acts of the policyholder, as path of their day and their name. `terms`: years for which a
    resident card is issued."""

    terms: tuple[int, ...] = (5, 10, 20)
    grace_days: int = 0
    acts: tuple[tuple[str, str, str], ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    applied = case.fact("application.date")
    items: list[Item] = []
    for role in ("policyholder", "insured"):
        if role == "insured" and _same_person(case):
            continue
        papers = documents_of_person(case, role)
        sale = Text("投保日", "application")
        items.extend(_judge(case, params, role, papers, applied, sale))
        if role == "policyholder":
            for path, zh, en in params.acts:
                day = case.maybe(path)
                if day is not None:
                    items.extend(_judge(case, params, role, papers, day, Text(zh, en)))
    if not items:
        if not case.has("D-202"):
            raise case.missing_document("D-202")
        return not_applicable("证件影像上没有有效期", "No validity is printed on the images")
    return from_items(items, "证件在业务日有效", "The identity documents are in force on the day")


def _same_person(case: Case) -> bool:
    same = case.maybe("insured.is_policyholder")
    return same is not None and same.is_true


def _judge(case: Case, params: Params, role: str, papers: Sequence[Document], day: Fact, act: Text) -> Iterator[Item]:
    """One item for the person and day; none when no validity is printed anywhere."""
    ends = [(paper, paper.fields["valid_to"]) for paper in papers if "valid_to" in paper.fields]
    who = PEOPLE[role]
    if not ends:
        stated = case.maybe(f"F01.{role}.id_valid_to")
        if stated is not None:
            yield _by_form(who, stated, day, act)
        return
    try:
        on = day.as_date()
    except MissingFact:
        return
    read = [(paper, field) for paper, field in ends if field.state is FieldState.READ]
    if not read:
        detail = Text(f"{who.zh}证件有效期无法辨认", f"The validity of the {who.en}'s document cannot be read")
        yield Item(Outcome.REVIEW, detail, Reason.UNREADABLE, ends[0][0].id, (ends[0][1].evidence,))
        return
    latest, field = max(read, key=lambda one: _end_key(one[1].value))
    yield _item(params, who, latest, field, on, day, act)


def _end_key(value: str) -> str:
    return "9999" if value == LONG_TERM else value


def _by_form(who: Text, stated: Fact, day: Fact, act: Text) -> Item:
    """The card's own validity is not in the file: what the form says may accuse, but proves nothing."""
    ended = stated.value != LONG_TERM and stated.value < day.value
    evidence = (*stated.evidence, *day.evidence)
    detail = Text(
        f"投保单填写的{who.zh}证件有效期至 {stated.value}，{act.zh} {day.value}",
        f"The form says that the {who.en}'s document is valid to {stated.value}; {act.en} {day.value}",
    )
    if ended:
        return Item(Outcome.FAIL, detail, None, stated.document, evidence, min(stated.confidence, day.confidence))
    unseen = Text(f"{detail.zh}，证件影像上未见有效期", f"{detail.en}; the image shows no validity")
    return Item(Outcome.REVIEW, unseen, Reason.FIELD_MISSING, stated.document, evidence)


def _item(params: Params, who: Text, paper: Document, field: Field, on: date, day: Fact, act: Text) -> Item:
    start = _day(paper.fields.get("valid_from"))
    end = None if field.value == LONG_TERM else _day(field)
    evidence = (field.evidence, *day.evidence)
    sure = min(field.confidence, day.confidence)
    span = f"{start or ''}~{'长期' if end is None else end}"
    said = Text(f"{who.zh}证件有效期 {span}，{act.zh} {on}", f"The {who.en}'s document is valid {span}; {act.en} {on}")
    early = start is not None and on < start
    late = end is not None and (on - end).days > params.grace_days
    if not early and not late:
        return Item(Outcome.PASS, Text(f"{said.zh}，有效", f"{said.en}: in force"), None, paper.id, evidence, sure)
    wrong = Text(
        f"{said.zh}，{'已过期' if late else '尚未生效'}", f"{said.en}: {'expired' if late else 'not yet valid'}"
    )
    if paper.text_from is not TextFrom.LAYER and _strange_span(params, paper, start, end):
        doubt = Text(
            f"{wrong.zh}；有效期长度异常，可能识别有误", f"{wrong.en}; such a term is unusual, it may be misread"
        )
        return Item(Outcome.REVIEW, doubt, Reason.LOW_CONFIDENCE, paper.id, evidence)
    return Item(Outcome.FAIL, wrong, None, paper.id, evidence, sure)


def _day(field: Field | None) -> date | None:
    if field is None or field.state is not FieldState.READ:
        return None
    try:
        return date.fromisoformat(field.value)
    except ValueError:
        return None


def _strange_span(params: Params, paper: Document, start: date | None, end: date | None) -> bool:
    """A resident card runs 5, 10 or 20 years or has no end; other documents differ by kind."""
    if paper.variant not in (None, "id_card") or start is None or end is None:
        return False
    return all(abs((add_years(start, years) - end).days) > 1 for years in params.terms)
