"""The papers state the same value wherever they state the same thing.

Passes when all places (and what the policy system declares) agree, in form or through a mask; one weak
reading that differs by a look-alike is no objection where several papers agree, unless it is a whole identity
number. Fails when two well-read papers state different values. Review when a paper recognised from pixels differs
by what may be a reading error, when one side was read with low confidence, when two ways of writing may mean the
same, or when a signed paper that explains changes (`explained_by`) is in the file. Not applicable when fewer than
two places state the thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

from pydantic import BaseModel, ConfigDict

from verifier.applies import truth
from verifier.case import Case, split_path
from verifier.checks.comparing import COMPARISONS, Stated, paper_by_id, settled
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Compared, Evidence, FieldState, Item, Outcome, Reason, Text
from verifier.values.match import Match, MatchKind
from verifier.values.organisations import is_organisation
from verifier.values.script import is_cjk, simplified

WEAK = 0.85  # a reading below it accuses nobody
RESIDENT_FIGURES = 18  # of a resident's identity number
LONGEST_PLAIN_NAME = 4  # characters of a Han name; names of other peoples are longer and have no family name
Kind = Literal[
    "name", "organisation", "product", "id_number", "account", "amount", "date", "term", "pay_mode", "serial", "text"
]


class Comparison(BaseModel):
    """One thing that several papers state. `fact`: the vocabulary's paths; `paths`: these instead, in order
    of trust (`F01.premium_total|premium`: the first that was read); `declared`: the key of case.yaml that
    states it too; `when`: only in such cases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label_zh: str
    label_en: str
    kind: Kind
    fact: str = ""
    paths: tuple[str, ...] = ()
    declared: str = ""
    when: dict[str, object] = {}


class Strangers(BaseModel):
    """Papers of one person (identity documents) that belong to nobody known, while one of `people` has none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str
    field: str
    people: tuple[str, ...]


class Params(CheckParams):
    comparisons: tuple[Comparison, ...]
    needs: tuple[str, ...] = ()  # codes that must both be in the file, else nothing is compared
    explained_by: tuple[str, ...] = ()
    prevailing_zh: str = ""  # said after a difference: which paper prevails meanwhile
    prevailing_en: str = ""
    strangers: Strangers | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A value with its place; `paper` is its title, `document` the id (None: declared)."""

    value: str
    confidence: float
    paper: Text
    document: str | None
    evidence: Evidence | None
    code: str = ""


def check(case: Case, params: Params, context: Context) -> Result:
    if any(not case.has(code) for code in params.needs):
        return not_applicable("应比对的单证未同时在档", "The papers to compare are not both in the file")
    items: list[Item] = []
    compared: list[Compared] = []
    for one in params.comparisons:
        if truth(one.when, case) is False:
            continue
        stated = [s for s in statements(case, one) if one.kind != "name" or not _of_the_form(s, context)]
        if len(stated) < 2 or len({(s.document, s.evidence) for s in stated}) < 2:
            continue
        items.extend(_judge(case, params, one, stated, context))
        label = Text(one.label_zh, one.label_en)
        compared.extend(
            Compared(Text(f"{s.paper.zh}{label.zh}", f"{s.paper.en}: {label.en}"), s.value, s.evidence) for s in stated
        )
    if params.strangers is not None:
        items.extend(_strangers(case, params.strangers))
    if not items:
        return not_applicable("没有两处以上可比对的记载", "Nothing is stated in two places")
    return from_items(items, "各单证记载一致", "All papers agree", compared=compared)


def _strangers(case: Case, wanted: Strangers) -> list[Item]:
    lacking = [who for who in wanted.people if not case.documents_of(wanted.document, subject=who)]
    if "insured" in lacking:
        himself = case.maybe("insured.is_policyholder")
        if himself is not None and himself.is_true:
            lacking.remove("insured")
    items = []
    for paper in case.documents_of(wanted.document) if lacking else ():
        stated = paper.fields.get(wanted.field)
        if paper.subject is None and stated is not None and stated.state is FieldState.READ:
            title = paper_title(case, paper)
            said = Text(
                f"{title.zh}上的“{stated.value}”与本案投保人、被保险人均不一致",
                f"{stated.value!r} on {title.en} is neither the policyholder nor the insured of this case",
            )
            items.append(Item(Outcome.REVIEW, said, Reason.CONFLICTING_VALUES, paper.id, (stated.evidence,)))
    return items


def statements(case: Case, one: Comparison) -> list[Statement]:
    """Every place that states it, in the order of trust, the declared value last."""
    found: list[Statement] = []
    for path in one.paths or case.vocabulary.paths.get(one.fact, ()):
        code, subject, name = split_path(path)
        for paper in case.documents_of(code, subject=subject):
            printed = [paper.fields[one] for one in name.split("|") if one in paper.fields]
            field = next((one for one in printed if one.state is FieldState.READ), None)
            if field is not None:
                title = paper_title(case, paper)
                found.append(Statement(field.value, field.confidence, title, paper.id, field.evidence, code))
    declared = case.declared_fact(one.declared) if one.declared else None
    if declared is not None:
        system = Text("业务系统", "policy system")
        found.append(Statement(declared.value, 1.0, system, None, None))
    return found


def _of_the_form(statement: Statement, context: Context) -> bool:
    """Is it a word of the form itself (信息, 被保险人与投保人为同一人) and nobody's name?"""
    words = context.lexicons.get("not_names", ())
    assert isinstance(words, Sequence)
    return any(str(word) in statement.value for word in words) and not is_organisation(statement.value)


def _hardly_a_name(value: str, context: Context) -> bool:
    """Two to four Chinese characters that begin with no family name: rather a piece of the form."""
    surnames = context.lexicons.get("surnames", ())
    assert isinstance(surnames, Sequence)
    if not surnames or not is_cjk(value[:1]) or not 2 <= len(value) <= LONGEST_PLAIN_NAME or "*" in value:
        return False
    first = simplified(value)
    return first[0] not in str(surnames[0]) and not any(first.startswith(str(two)) for two in surnames[1:])


def _judge(case: Case, params: Params, one: Comparison, stated: Sequence[Statement], context: Context) -> list[Item]:
    """One item when all agree, else one for each statement that departs from the best supported value."""
    compare = COMPARISONS[one.kind]
    main = _main(stated, one)
    label = Text(one.label_zh, one.label_en)
    odd: list[Item] = []
    for statement in stated:
        if any(statement is kept for kept in main):
            continue
        match, against = min(((compare(statement.value, kept.value), kept) for kept in main), key=_gravity)
        agreeing = [other for other in stated if other.value == statement.value]
        match = settled(
            one.kind,
            match,
            Stated(statement.value, paper_by_id(case, statement.document), len(agreeing) > 1),
            Stated(against.value, paper_by_id(case, against.document), len(main) > 1),
        )
        if one.kind == "name" and len(main) > 1 and _hardly_a_name(statement.value, context):
            continue
        whole = one.kind == "id_number" and not match.conflicts and _whole_number(statement.value, against.value)
        item = _departure(case, params, label, statement, against, match, 1 if whole else len(main))
        if item is not None:
            odd.append(item)
    if odd:
        return odd
    said = Text(
        f"{label.zh}在{len(stated)}处记载一致（{main[0].value}）",
        f"{label.en} agrees in {len(stated)} places ({main[0].value})",
    )
    places = tuple(s.evidence for s in stated if s.evidence is not None)
    return [Item(Outcome.PASS, said, None, main[0].document, places, 1.0 if len(main) > 1 else main[0].confidence)]


def _whole_number(one: str, other: str) -> bool:
    """Was an identity number read with all its figures, and still says another one? A weak reading of some figures
    is no objection; a whole number that fails its own check digit may well stand on the paper."""
    return len(one) == len(other) == RESIDENT_FIGURES and "*" not in one + other


def _gravity(pair: tuple[Match, Statement]) -> int:
    order = (MatchKind.EXACT, MatchKind.VARIANT, MatchKind.MASKED, MatchKind.OCR_NEAR, MatchKind.UNREADABLE)
    kind = pair[0].kind
    return order.index(kind) if kind in order else len(order)


def _main(stated: Sequence[Statement], one: Comparison) -> list[Statement]:
    """The statements that agree with the best supported one. Support adds as independent readings do; on a
    tie the order of trust decides."""
    compare = COMPARISONS[one.kind]
    groups = [[other for other in stated if other is s or compare(s.value, other.value).agrees] for s in stated]
    return max(groups, key=lambda group: round(sum(-log(1.0001 - min(s.confidence, 1.0)) for s in group), 3))


def _departure(
    case: Case, params: Params, label: Text, odd: Statement, main: Statement, match: Match, support: int
) -> Item | None:
    """None where the difference is no objection: values that cannot be compared, or a weak reading against
    several papers that agree."""
    if match.agrees or match.kind is MatchKind.UNREADABLE:
        return None
    weak = min(odd.confidence, main.confidence) < WEAK
    if not match.conflicts and weak and support >= 2:
        return None
    said = Text(
        f"{label.zh}不一致：{odd.paper.zh}为“{odd.value}”，{main.paper.zh}为“{main.value}”",
        f"{label.en} differs: {odd.value!r} on {odd.paper.en}, {main.value!r} on {main.paper.en}",
    )
    places = tuple(s.evidence for s in (odd, main) if s.evidence is not None)
    if not match.conflicts:
        said = Text(f"{said.zh}（{match.detail.zh}）", f"{said.en} ({match.detail.en})")
        reason = Reason.LOW_CONFIDENCE if weak else Reason.CONFLICTING_VALUES
        return Item(Outcome.REVIEW, said, reason, odd.document or main.document, places)
    if odd.code == main.code != "":
        # two papers of one kind, such as two identity cards, may be two people's
        return Item(Outcome.REVIEW, said, Reason.CONFLICTING_VALUES, odd.document or main.document, places)
    explaining = [paper for code in params.explained_by for paper in case.documents_of(code)]
    if explaining:
        title = paper_title(case, explaining[0])
        said = Text(
            f"{said.zh}；档内有{title.zh}，请确认是否已解释该差异",
            f"{said.en}; {title.en} is in the file: please see whether it explains this",
        )
        return Item(Outcome.REVIEW, said, Reason.CONFLICTING_VALUES, odd.document or main.document, places)
    said = Text(said.zh + params.prevailing_zh, said.en + params.prevailing_en)
    sure = 1.0 if support >= 2 and odd.confidence >= WEAK else min(odd.confidence, main.confidence)
    return Item(Outcome.FAIL, said, None, odd.document or main.document, places, sure)
