"""Birth date and sex are those that the identity number or document says.

Passes when every paper that states a person's birth date or sex agrees with his valid number (GB 11643, digits
7-14 and 17) or, for a passport, with the document. Fails when a well-read paper states another. Review when
the paper says that the date is of the lunar calendar, or when the number itself is doubtful. Not applicable
where no number is valid and no document states them.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from verifier.case import Case, Fact
from verifier.checks.comparing import Stated, may_be_misread
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.values_agree import Comparison, Statement, statements
from verifier.context import Context
from verifier.model import Compared, Document, Item, Reason, Text
from verifier.values.identifiers import identify

LUNAR = ("农历", "阴历", "旧历")


class Person(BaseModel):
    """One person: the fact of his number, and the places that state birth date and sex."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    number: str
    births: tuple[str, ...]
    sexes: tuple[str, ...]
    document_birth: str = ""
    document_sex: str = ""


class Params(CheckParams):
    people: tuple[Person, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    items: list[Item] = []
    compared: list[Compared] = []
    for person in params.people:
        judged, shown = _person(case, person)
        items.extend(judged)
        compared.extend(shown)
    if not items:
        return not_applicable("没有可核对的证件号码与出生日期、性别", "No number to hold birth date or sex against")
    return from_items(items, "出生日期、性别与证件一致", "Birth date and sex agree with the ID", compared=compared)


def _person(case: Case, person: Person) -> tuple[list[Item], list[Compared]]:
    birth, sex = _truths(case, person)
    items: list[Item] = []
    shown: list[Compared] = []
    for truth, what, places in (
        (birth, Text("出生日期", "birth date"), person.births),
        (sex, Text("性别", "sex"), person.sexes),
    ):
        if truth is None:
            continue
        label = Text(person.zh + what.zh, f"{what.en} of the {person.en}")
        stated = statements(case, Comparison(label_zh=label.zh, label_en=label.en, kind="text", paths=places))
        stated = [one for one in stated if one.evidence not in truth.evidence]
        items.extend(_judge(case, label, truth, one) for one in stated)
        shown.append(Compared(label, truth.value, next(iter(truth.evidence), None)))
        shown.extend(
            Compared(Text(one.paper.zh + label.zh, f"{one.paper.en}: {label.en}"), one.value, one.evidence)
            for one in stated
        )
    return items, shown


def _truths(case: Case, person: Person) -> tuple[Fact | None, Fact | None]:
    """Birth date and sex by the number when it is sound, else as the identity document prints them."""
    number = case.maybe(person.number)
    known = identify(number.value) if number is not None else None
    if number is not None and known is not None and known.valid and known.birth_date is not None:
        by_number = replace(number, value=known.birth_date.isoformat())
        return by_number, replace(number, value=known.sex) if known.sex else None
    return (
        case.maybe(person.document_birth) if person.document_birth else None,
        case.maybe(person.document_sex) if person.document_sex else None,
    )


def _judge(case: Case, label: Text, truth: Fact, one: Statement) -> Item:
    places = [e for e in (one.evidence, *truth.evidence[:1]) if e is not None]
    if one.value == truth.value:
        zh, en = f"{one.paper.zh}{label.zh}与证件一致", f"{one.paper.en}: {label.en} agrees"
        return good(zh, en, places, one.document, max(one.confidence, 0.9))  # a sound number bears it out
    zh = f"{one.paper.zh}{label.zh}为“{one.value}”，证件为“{truth.value}”"
    en = f"{label.en}: {one.value!r} on {one.paper.en}, {truth.value!r} by the identity document"
    paper = next((paper for paper in case.documents if paper.id == one.document), None)
    if paper is not None and _lunar(paper, one):
        return doubt(
            Reason.CONFLICTING_VALUES, f"{zh}；该处可能填写农历", f"{en}; perhaps a lunar date", places, one.document
        )
    if may_be_misread("date", Stated(one.value, paper), Stated(truth.value)):
        return doubt(
            Reason.LOW_CONFIDENCE, f"{zh}（可能是识别误差）", f"{en} (possibly a reading error)", places, one.document
        )
    # a sound check digit vouches for the number, whatever its reading's confidence
    return bad(zh, en, places, one.document, one.confidence)


def _lunar(paper: Document, one: Statement) -> bool:
    if one.evidence is not None and any(word in one.evidence.text for word in LUNAR):
        return True
    return any(word in line.text for line in paper.lines for word in LUNAR)
