"""How does the institution stand? Figures for those who answer for it; each names the filter that opens the cases
behind it. Counted at most once a minute for the same view."""

from __future__ import annotations

import calendar
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from api import trail, wilson
from api.clock import now, today
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import dashboard as counts
from api.store.dashboard import AGES, Cut
from verifier.model import Outcome

FRESH = timedelta(minutes=1)
KEPT = 200  # views
Filter = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts. `filter`: query of the list of cases that shows them; None where no list does."""

    key: str
    number: int
    filter: Filter | None
    name: str = ""
    of: int | None = None  # the whole that it is a part of


@dataclass(frozen=True, slots=True)
class Month:
    month: str  # 2026-03, or empty where the day of sale is not known
    verdicts: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Miss:
    """Blind second looks: `missed` of `judged` passes came to a failure; bounds of the rate at 95 per cent."""

    key: str  # all, a stage or a check
    judged: int
    missed: int
    waiting: int
    low: float
    high: float

    @property
    def rate(self) -> float | None:
        return self.missed / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class ReAudited:
    """What changed under another edition: `moves` from one verdict to another."""

    id: str
    pack: str
    edition: str
    as_of: date
    moves: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Dashboard:
    at: datetime
    verdicts: Sequence[Figure]
    months: Sequence[Month]
    stages: Sequence[Figure]
    checks: Sequence[Figure]
    reviews: Sequence[Figure]  # by check, what is left to a person
    branches: Sequence[Figure]
    sellers: Sequence[Figure]
    products: Sequence[Figure]
    open_cases: Sequence[Figure]  # by age in days
    open_findings: int
    waiting_for_second: int
    misses: Sequence[Miss]
    reaudits: Sequence[ReAudited] = field(default_factory=tuple)


_views: WeakKeyDictionary[Engine, dict[tuple[object, ...], Dashboard]] = WeakKeyDictionary()
_lock = threading.Lock()


def figures(services: Services, who: Principal, cut: Cut | None = None) -> Dashboard:
    """The figures of all that this person may see, or of a part of it; the view is on record."""
    who.require(Permission.DASHBOARD)
    cut = cut or Cut()
    key = (who.tenant_id, who.branch_id, who.grant, who.may(Permission.AML_READ), cut, today())
    with _lock:
        known = _views.setdefault(services.engine, {}).get(key)
    if known is None or known.at + FRESH <= now():
        known = count(services, who, cut)
        with _lock:
            views = _views[services.engine]
            if len(views) >= KEPT:
                views.clear()
            views[key] = known
    with services.writing() as session:
        trail.record(session, who, "dashboard.viewed", "tenant", who.tenant_id)
    return known


def count(services: Services, who: Principal, cut: Cut) -> Dashboard:
    """The figures as they are now."""
    at = now()
    shown = _filter(cut)
    with services.reading() as session:
        days = counts.by_day(session, who, cut)
        checks = counts.by_check(session, who, cut)
        ages = counts.open_by_age(session, who, cut, at)
        return Dashboard(
            at=at,
            verdicts=_verdicts(days, shown),
            months=_months(days, shown),
            stages=_stages(checks, shown),
            checks=_checks(checks, Outcome.FAIL, shown),
            reviews=_checks(checks, Outcome.REVIEW, shown),
            branches=[
                Figure(
                    key or "", failed, _with(shown, branch=key, verdict="non_compliant") if key else None, name, cases
                )
                for key, name, cases, failed in counts.by_branch(session, who, cut)
            ],
            sellers=[
                Figure(key, failed, _with(shown, seller=key, verdict="non_compliant"), name, cases)
                for key, name, cases, failed in counts.by_seller(session, who, cut)
            ],
            products=[
                Figure(key, failed, _with(shown, product=key, verdict="non_compliant"), key, cases)
                for key, cases, failed in counts.by_product(session, who, cut)
            ],
            open_cases=[Figure(name, cases, None) for name, (cases, _) in zip(_age_names(), ages, strict=True)],
            open_findings=sum(findings for _, findings in ages),
            waiting_for_second=counts.waiting_for_second(session, who),
            misses=_misses(counts.second_looks(session, who, cut)),
            reaudits=[
                ReAudited(
                    one.id,
                    one.pack,
                    one.edition,
                    one.as_of,
                    [Figure(f"{before}>{after}", number, None) for before, after, number in moves if before != after],
                )
                for one, moves in counts.reaudits(session, who, 5)
            ],
        )


ByDay = Sequence[tuple[date | None, str | None, int]]
ByCheck = Sequence[tuple[str, str, str, int]]


def _verdicts(rows: ByDay, shown: Filter) -> list[Figure]:
    total: Counter[str] = Counter()
    for _, verdict, number in rows:
        total[verdict or ""] += number
    return [_of_verdict(verdict, number, shown) for verdict, number in sorted(total.items())]


def _of_verdict(verdict: str, number: int, shown: Filter) -> Figure:
    return Figure(verdict or "not_judged", number, _with(shown, verdict=verdict) if verdict else None)


def _months(rows: ByDay, shown: Filter) -> list[Month]:
    by_month: dict[tuple[int, int] | None, Counter[str]] = {}
    for day, verdict, number in rows:
        key = (day.year, day.month) if day else None
        by_month.setdefault(key, Counter())[verdict or ""] += number
    return [_month(key, by_month[key], shown) for key in sorted(by_month, key=lambda one: one or (0, 0))]


def _month(key: tuple[int, int] | None, verdicts: Counter[str], shown: Filter) -> Month:
    if key is None:
        found = [Figure(verdict or "not_judged", number, None) for verdict, number in sorted(verdicts.items())]
        return Month("", found)
    first = date(*key, 1)
    last = first.replace(day=calendar.monthrange(*key)[1])
    # a figure is of the part of the month that is counted
    start, end = (
        max(first.isoformat(), shown.get("sold_from", "")),
        min(last.isoformat(), shown.get("sold_to", "9999")),
    )
    within = _with(shown, sold_from=start, sold_to=end)
    return Month(f"{first:%Y-%m}", [_of_verdict(one, number, within) for one, number in sorted(verdicts.items())])


def _stages(rows: ByCheck, shown: Filter) -> list[Figure]:
    failed: Counter[str] = Counter()
    for stage, _, outcome, number in rows:
        failed[stage] += number if outcome == Outcome.FAIL else 0
    return [Figure(stage, failed[stage], _with(shown, stage=stage, outcome="fail")) for stage in sorted(failed)]


def _checks(rows: ByCheck, wanted: Outcome, shown: Filter) -> list[Figure]:
    found = [
        Figure(check, number, _with(shown, check=check, outcome=wanted.value), stage)
        for stage, check, outcome, number in rows
        if outcome == wanted
    ]
    return sorted(found, key=lambda one: (-one.number, one.key))


def _misses(rows: Sequence[tuple[str, str, str | None, int]]) -> list[Miss]:
    """Over all, by stage, by check. Looks in which the person could not tell count as neither."""
    judged: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for stage, check, outcome, number in rows:
        for key in ("all", stage, check):
            waiting[key] += number if outcome is None else 0
            judged[key] += number if outcome not in (None, Outcome.REVIEW) else 0
            missed[key] += number if outcome == Outcome.FAIL else 0
    keys = ["all", *sorted({key for key in waiting if key != "all"}, key=lambda key: ("-" in key, key))]
    return [
        Miss(key, judged[key], missed[key], waiting[key], *wilson.interval(missed[key], judged[key])) for key in keys
    ]


def _age_names() -> list[str]:
    bounds = [0, *AGES]
    return [f"{low}-{high}" for low, high in zip(bounds, AGES, strict=False)] + [f">{AGES[-1]}"]


def _filter(cut: Cut) -> Filter:
    given: dict[str, Any] = {name: getattr(cut, name) for name in cut.__slots__}
    return {name: str(value) for name, value in given.items() if value}


def _with(shown: Filter, **more: str) -> Filter:
    return {**shown, **more}
