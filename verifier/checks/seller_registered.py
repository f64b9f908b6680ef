"""The seller was registered, with an institution of this sale, on the day of the application.

Passes when sellers.csv holds the seller's number (or name) as active on that day with the insurer or the
intermediary of the case. Fails when neither number nor name is listed, or no registration of the seller
covers the day, or it was not active, or it is with another institution. Review when the list was not supplied,
when only the name or only the number fits, when a scan is one slip away from a listed seller, or when the seller
has two registrations at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from verifier.case import Case, Fact, MissingFact
from verifier.checks.comparing import Stated, may_be_misread, paper_by_id
from verifier.checks.result import CheckParams, Result, failed, passed, review
from verifier.context import Context, Seller, need
from verifier.model import Compared, Evidence, Reason, Text
from verifier.values.names import compare_names
from verifier.values.organisations import compare_organisations, is_organisation
from verifier.values.script import squeeze


class Params(CheckParams):
    """`active`: words of the status column that mean registered. `overlap_days`: a transfer month.
    `of_principal`: an appointed representative may sell under the number of one of the sale's institutions."""

    active: tuple[str, ...] = ("active",)
    overlap_days: int = 31
    of_principal: bool = False


def check(case: Case, params: Params, context: Context) -> Result:
    number, name = case.maybe("seller.number"), case.maybe("seller.name")
    number = number or case.declared_fact("seller.number")
    name = name or case.declared_fact("seller.name")
    if number is None and name is None:
        raise MissingFact(Reason.FIELD_MISSING, Text("单证上未读出销售人员姓名或工号", "No paper names the seller"))
    rows = need(context.references.sellers, "sellers.csv")
    day = case.fact("application.date")
    seen = _seen(number, name)
    mine = _of_number(rows, number) or _of_name(rows, name)
    near = None if mine else _misread(case, rows, number, name)
    if near is not None:
        return review(
            Reason.LOW_CONFIDENCE,
            f"名册中没有 {_label(number, name)}，但有 {near.name} {near.number}，可能是识别误差",
            f"The register does not hold {_label(number, name)} but {near.name} {near.number}: a reading error?",
            evidence=seen, compared=_compared(number, name, near),
        )  # fmt: skip
    if not mine:
        return failed(
            f"执业登记名册中没有该销售人员（{_label(number, name)}）",
            f"The register does not hold this seller ({_label(number, name)})",
            evidence=seen,
            confidence=_sure(case, number, name),
            compared=_compared(number, name, None),
        )
    doubt = None if params.of_principal and _is_principal(case, mine, number) else _doubt(mine, number, name)
    if doubt is not None:
        return review(
            Reason.CONFLICTING_VALUES, doubt.zh, doubt.en, evidence=seen, compared=_compared(number, name, mine[0])
        )
    return _on_the_day(case, params, mine, number, name, day.as_date())


def _of_number(rows: Sequence[Seller], number: Fact | None) -> list[Seller]:
    if number is None:
        return []
    return [row for row in rows if squeeze(row.number).upper() == squeeze(number.value).upper()]


def _misread(case: Case, rows: Sequence[Seller], number: Fact | None, name: Fact | None) -> Seller | None:
    """The listed seller whose number and name are each what is on the paper but for a slip of the reader."""

    def slip(kind: str, fact: Fact | None, listed: str) -> bool:
        if fact is None:
            return True
        read = Stated(squeeze(fact.value).upper(), paper_by_id(case, fact.document), len(fact.evidence) > 1)
        return may_be_misread(kind, read, Stated(squeeze(listed).upper()))

    return next((row for row in rows if slip("serial", number, row.number) and slip("name", name, row.name)), None)


def _of_name(rows: Sequence[Seller], name: Fact | None) -> list[Seller]:
    return [] if name is None else [row for row in rows if compare_names(row.name, name.value).agrees]


def _is_principal(case: Case, mine: Sequence[Seller], number: Fact | None) -> bool:
    """Is the row with this number that of an institution of the sale and not of a person?"""
    if number is None or not is_organisation(mine[0].name):
        return False
    return any(compare_organisations(mine[0].name, one).agrees for one in _institutions(case))


def _doubt(mine: Sequence[Seller], number: Fact | None, name: Fact | None) -> Text | None:
    row = mine[0]
    if number is not None and squeeze(row.number).upper() != squeeze(number.value).upper():
        return Text(
            f"名册中 {row.name} 的工号是 {row.number}，单证上是 {number.value}，请确认是否同一人",
            f"The register has {row.name} under {row.number}, the papers show {number.value}: the same person?",
        )
    if name is not None and not any(compare_names(one.name, name.value).agrees for one in mine):
        return Text(
            f"名册中工号 {row.number} 属于 {row.name}，单证上姓名是 {name.value}，请确认是否更名或冒用",
            f"In the register {row.number} belongs to {row.name}, the papers name {name.value}",
        )
    return None


def _on_the_day(
    case: Case, params: Params, mine: Sequence[Seller], number: Fact | None, name: Fact | None, day: date
) -> Result:
    seen, label, sure = _seen(number, name), _label(number, name), _sure(case, number, name)
    covering = [row for row in mine if _covers(row, day)]
    if not covering:
        spans = "、".join(f"{row.start or ''}至{row.end or '今'}" for row in mine)
        return failed(
            f"{label} 的执业登记（{spans}）不包含投保日 {day}",
            f"No registration of {label} ({spans}) covers the application date {day}",
            evidence=seen, confidence=sure, compared=_compared(number, name, mine[0]),
        )  # fmt: skip
    active = [row for row in covering if row.status.strip().casefold() in params.active]
    if not active:
        return _inactive(covering[0], number, name, day, sure)
    institutions = _institutions(case)
    here = [row for row in active if _with_one_of(row, institutions)]
    if institutions and not here:
        return failed(
            f"{label} 登记在 {active[0].institution}，不是本案的 {'、'.join(institutions)}",
            f"{label} is registered with {active[0].institution}, not with {', '.join(institutions)}",
            evidence=seen, confidence=sure, compared=_compared(number, name, active[0]),
        )  # fmt: skip
    other = _second_registration(active, here or active, params.overlap_days)
    if other is not None:
        return review(
            Reason.JUDGEMENT,
            f"{label} 同时登记在 {active[0].institution} 和 {other.institution}",
            f"{label} is registered with {active[0].institution} and {other.institution} at once",
            evidence=seen,
        )
    row = (here or active)[0]
    return passed(
        f"{label} 自 {row.start or '登记时'} 起登记在 {row.institution}，投保日 {day} 有效",
        f"{label} has been registered with {row.institution} since {row.start or 'registration'}, active on {day}",
        evidence=seen, confidence=max(sure, 0.9) if number and name else sure, compared=_compared(number, name, row),
    )  # fmt: skip


def _inactive(row: Seller, number: Fact | None, name: Fact | None, day: date, sure: float) -> Result:
    label = _label(number, name)
    if row.end is not None and row.end >= day:
        return review(
            Reason.CONFLICTING_VALUES,
            f"名册中 {label} 状态为 {row.status}，但登记期至 {row.end}，投保日 {day} 是否有效需确认",
            f"The register has {label} as {row.status} but registered until {row.end}: was it active on {day}?",
            evidence=_seen(number, name),
        )
    return failed(
        f"名册中 {label} 的状态为 {row.status}，投保日 {day} 不具备执业登记",
        f"The register has {label} as {row.status}, so not registered on {day}",
        evidence=_seen(number, name),
        confidence=sure,
        compared=_compared(number, name, row),
    )


def _covers(row: Seller, day: date) -> bool:
    return (row.start is None or row.start <= day) and (row.end is None or day <= row.end)


def _institutions(case: Case) -> list[str]:
    """The insurer and the intermediary of this sale."""
    found = [case.declared_fact(key) for key in ("institution", "seller.institution")]
    found += [case.maybe(path) for path in ("D-201.institution", "F01.seller.institution")]
    return list(dict.fromkeys(fact.value for fact in found if fact is not None))


def _with_one_of(row: Seller, institutions: Sequence[str]) -> bool:
    return any(not compare_organisations(row.institution, one).conflicts for one in institutions)


def _second_registration(active: Sequence[Seller], here: Sequence[Seller], days: int) -> Seller | None:
    """Another institution's registration of the same number that overlaps by more than a transfer."""
    first = here[0]
    for row in active:
        if row is first or not compare_organisations(row.institution, first.institution).conflicts:
            continue
        starts = max(row.start or date.min, first.start or date.min)
        ends = min(row.end or date.max, first.end or date.max)
        if ends - starts > timedelta(days=days):
            return row
    return None


def _seen(number: Fact | None, name: Fact | None) -> tuple[Evidence, ...]:
    return tuple(evidence for fact in (number, name) if fact is not None for evidence in fact.evidence)


def _sure(case: Case, number: Fact | None, name: Fact | None) -> float:
    return min(fact.confidence for fact in (number, name) if fact is not None)


def _label(number: Fact | None, name: Fact | None) -> str:
    return " ".join(fact.value for fact in (name, number) if fact is not None)


def _compared(number: Fact | None, name: Fact | None, row: Seller | None) -> tuple[Compared, ...]:
    on_paper = Compared(Text("单证", "papers"), _label(number, name), next(iter(_seen(number, name)), None))
    if row is None:
        return (on_paper,)
    listed = f"{row.name} {row.number} {row.institution} {row.status} {row.start or ''}~{row.end or ''}"
    return (on_paper, Compared(Text("登记名册", "register"), listed))
