"""Every ID number that was read has the form and the check digit of its kind.

Passes when each number is sound for its kind and its birth date is not after the application. Fails when a
number is not, and either the file is digital, or two papers agree on it, or no single misread digit explains
it; and for a 15-digit number, which is obsolete since 2013-01-01. Review when a misread digit may explain it:
the corrections that would make the check digit right are named, and nothing is corrected silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from verifier.case import Case, MissingFact
from verifier.checks.result import CheckParams, Result, from_items, not_applicable, review
from verifier.checks.words import field_title, paper_title
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Outcome, Reason, Text, TextFrom
from verifier.values.identifiers import IdNumber, identify, is_uscc, single_digit_corrections

OBSOLETE = "resident_id_15"
RESIDENT_CARD = ("身份证", "居民身份证", "二代身份证", "二代居民身份证")  # as forms print the type of document
CHECKED = ("resident_id", "hmt_residence", "permanent_residence", "uscc")


class Params(CheckParams):
    """`names`: last parts of the field names that hold ID numbers; `codes`: credit codes of organisations."""

    names: tuple[str, ...] = ("id_number",)
    codes: tuple[str, ...] = ("uscc",)


@dataclass(frozen=True, slots=True)
class _Seen:
    paper: Document
    field: Field


def check(case: Case, params: Params, context: Context) -> Result:
    seen = list(_numbers(case, params))
    if not seen:
        unread = [one.evidence for paper in case.documents for one in _unreadable(paper, params)]
        if unread:
            return review(Reason.UNREADABLE, "证件号码无法辨认", "The ID numbers cannot be read", evidence=unread)
        return not_applicable("未读出证件号码", "No ID number was read")
    by_value: dict[str, list[_Seen]] = {}
    for one in seen:
        by_value.setdefault(one.field.value, []).append(one)
    items = [_judge(case, params, context, value, places, by_value) for value, places in by_value.items()]
    return from_items(items, "证件号码结构和校验位正确", "Form and check digit of every ID number hold")


def _numbers(case: Case, params: Params) -> Iterator[_Seen]:
    for paper in case.documents:
        if paper.superseded_by is not None:
            continue
        for name, field in paper.fields.items():
            last = name.rpartition(".")[2]
            if last in (*params.names, *params.codes) and field.state is FieldState.READ and "*" not in field.value:
                yield _Seen(paper, field)


def _unreadable(paper: Document, params: Params) -> Iterator[Field]:
    for name, field in paper.fields.items():
        if name.rpartition(".")[2] in (*params.names, *params.codes) and field.state is FieldState.UNREADABLE:
            yield field


def _judge(
    case: Case, params: Params, context: Context, value: str, places: list[_Seen], known: dict[str, list[_Seen]]
) -> Item:
    first = places[0]
    label, title = field_title(case, first.field.name), paper_title(case, first.paper)
    where = Text(f"{title.zh}{label.zh} {value}", f"{title.en}, {label.en} {value}")
    evidence = tuple(one.field.evidence for one in places)
    sure = max(one.field.confidence for one in places)
    fault = _fault(case, params, first, value)
    if fault is None:
        detail = Text(f"{where.zh} 校验通过", f"{where.en}: sound")
        proven = 1.0 if identify(value).kind in CHECKED else sure  # a check digit that fits is proof of the reading
        return Item(Outcome.PASS, detail, None, first.paper.id, evidence, proven)
    detail = Text(f"{where.zh}：{fault.zh}", f"{where.en}: {fault.en}")
    if identify(value).kind == OBSOLETE:
        return Item(Outcome.FAIL, detail, None, first.paper.id, evidence, sure)
    corrections = single_digit_corrections(value)
    elsewhere = [one for one in known if one != value and identify(one).valid and _near(one, value)]
    digital = any(one.paper.text_from is TextFrom.LAYER for one in places)
    agreed = len({one.paper.id for one in places}) > 1
    if not digital and not agreed and (elsewhere or (corrections and sure < 0.98)):
        likely = "、".join((elsewhere or corrections)[:3])
        detail = Text(
            f"{detail.zh}；可能有一位识别错误，可对照：{likely}",
            f"{detail.en}; one digit may be misread, compare {likely}",
        )
        return Item(Outcome.REVIEW, detail, Reason.LOW_CONFIDENCE, first.paper.id, evidence)
    return Item(Outcome.FAIL, detail, None, first.paper.id, evidence, sure)


def _fault(case: Case, params: Params, seen: _Seen, value: str) -> Text | None:
    if seen.field.name.rpartition(".")[2] in params.codes:
        return (
            None
            if is_uscc(value)
            else Text("统一社会信用代码校验不符", "The check character of the credit code is wrong")
        )
    number = identify(value)
    if number.kind == OBSOLETE or (number.kind in CHECKED and not number.valid):
        return number.problem
    if number.kind not in CHECKED and _shape_of_card(seen):
        return Text(f"{len(value)} 位，不是居民身份证号码", f"{len(value)} characters: no resident ID number")
    return _born_later(case, number)


def _shape_of_card(seen: _Seen) -> bool:
    """Whether the paper says that it is a Chinese card with the 18-digit number: foreign papers vary."""
    if seen.paper.type == "D-202":
        return seen.paper.variant == "id_card"
    owner = seen.field.name.rpartition(".")[0]
    stated = seen.paper.fields.get(f"{owner}.id_type" if owner else "id_type")
    return stated is not None and stated.value in RESIDENT_CARD


def _born_later(case: Case, number: IdNumber) -> Text | None:
    if number.birth_date is None:
        return None
    try:
        day = case.fact("application.date").as_date()
    except MissingFact:
        return None
    if number.birth_date > day:
        zh = f"号码中的出生日期 {number.birth_date} 晚于投保日 {day}"
        return Text(zh, f"The birth date inside, {number.birth_date}, is after the application of {day}")
    return None


def _near(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) <= 2
