"""What is done by the clock? Samples, re-audits, purges and checkpoints, once for each time that is due.

A time is an expression of cron in Asia/Shanghai. Each due time is one task of the queue under a key of its own, so any
number of workers do it once; what was missed while nothing ran is done once, not for every time that passed. Samples
and re-audits have ids that follow from schedule and time: taken up again after a crash they are the same.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from croniter import croniter
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api import trail
from api.clock import LEGAL_ZONE, now, today
from api.errors import ServiceError, invalid
from api.permissions import Permission
from api.principal import Principal, system
from api.services import Services
from api.store import schedules as stored
from api.store.reaudits import Scope
from api.store.samples import CaseFilters
from api.tables import Schedule, Tenant
from api.workflow import checkpoints, draws, purging, reaudits
from api.workflow.draws import Rule
from verifier.errors import VerifierError
from verifier.model import Text

log = logging.getLogger(__name__)
NAMESPACE = uuid.UUID("c6f0f2d4-0d39-4b52-8f1c-6c5c53a7c1a4")
LEAST_MINUTES = 5  # between two times of a schedule


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SampleWork(Strict):
    """A sample of the cases sold in the last days (`days_back`), or of a population."""

    rule: Rule
    population_id: str | None = Field(None, max_length=36)
    days_back: int | None = Field(None, ge=1, le=3660)


class ReauditWork(Strict):
    """Cases sold in the last days under the newest edition of a pack, to look at: it never counts by itself."""

    pack: str = Field("", max_length=100)
    days_back: int | None = Field(None, ge=1, le=3660)
    verdict: str = Field("", max_length=16)
    check_id: str = Field("", max_length=40)
    outcome: str = Field("", max_length=16)


class NoParameters(Strict):
    """Nothing to choose."""


PARAMETERS: Mapping[str, type[Strict]] = {
    "sample": SampleWork,
    "reaudit": ReauditWork,
    "purge": NoParameters,
    "checkpoint": NoParameters,
}


# --- keeping schedules ------------------------------------------------------------------------------


def create(services: Services, who: Principal, work: str, cron: str, parameters: Mapping[str, Any]) -> Schedule:
    who.require(Permission.AUTOMATION)
    first = following(cron, now())
    given = _parameters(work, parameters)
    with services.writing() as session:
        row = Schedule(
            tenant_id=who.tenant_id,
            work=work,
            cron=" ".join(cron.split()),
            parameters=given.model_dump(mode="json", exclude_defaults=True),
            created_by=who.id,
            created_at=now(),
            next_at=first,
        )
        session.add(row)
        trail.record(session, who, "schedule.created", "schedule", row.id, work=work, cron=row.cron)
    return row


def change(
    services: Services,
    who: Principal,
    schedule_id: str,
    *,
    cron: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    paused: bool | None = None,
) -> Schedule:
    who.require(Permission.AUTOMATION)
    with services.writing() as session:
        row = stored.schedule(session, who, schedule_id)
        if cron is not None:
            row.cron = " ".join(cron.split())
        if parameters is not None:
            row.parameters = _parameters(row.work, parameters).model_dump(mode="json", exclude_defaults=True)
        if paused is not None:
            row.paused_at = now() if paused else None
        row.next_at = following(row.cron, now())
        session.add(row)
        trail.record(
            session, who, "schedule.changed", "schedule", row.id, cron=row.cron, paused=row.paused_at is not None
        )
    return row


def remove(services: Services, who: Principal, schedule_id: str) -> None:
    who.require(Permission.AUTOMATION)
    with services.writing() as session:
        row = stored.schedule(session, who, schedule_id)
        session.delete(row)
        trail.record(session, who, "schedule.removed", "schedule", schedule_id, work=row.work)


def _parameters(work: str, given: Mapping[str, Any]) -> Strict:
    if work not in PARAMETERS:
        raise invalid(
            "work_unknown",
            Text(f"没有定时任务“{work}”", f"There is no scheduled work {work!r}"),
            Text(f"可用：{'、'.join(PARAMETERS)}", f"Known: {', '.join(PARAMETERS)}"),
        )
    try:
        return PARAMETERS[work].model_validate(dict(given))
    except ValidationError as fault:
        raise ServiceError(
            422,
            "bad_parameters",
            Text("任务参数不可用", "The parameters cannot be used"),
            Text("见 errors 所列位置", "See the places listed under errors"),
            errors=[{"where": [str(part) for part in one["loc"]], "what": one["msg"]} for one in fault.errors()],
        ) from None


def following(cron: str, after: datetime) -> datetime:
    """The next time of an expression, by the clock of Shanghai; ServiceError for one that is none, or too frequent."""
    fields = cron.split()
    start = after.astimezone(LEGAL_ZONE)
    if len(fields) != 5 or not croniter.is_valid(cron, strict=True):
        raise _bad_cron(Text("应为五段的 cron 表达式", "It has to be five fields of cron"))
    times = croniter(cron, start)
    first: datetime = times.get_next(datetime)
    seen = first
    for _ in range(24):
        later: datetime = times.get_next(datetime)
        if later - seen < timedelta(minutes=LEAST_MINUTES):
            raise _bad_cron(
                Text(f"间隔不得小于 {LEAST_MINUTES} 分钟", f"Times lie {LEAST_MINUTES} minutes apart at least")
            )
        seen = later
    return first.astimezone(UTC)


def _bad_cron(message: Text) -> ServiceError:
    return invalid("bad_cron", message, Text("例如 0 2 * * 1：每周一 2 点", "For example 0 2 * * 1: Mondays at two"))


# --- doing what is due ------------------------------------------------------------------------------


def tick(services: Services, argument: str = "") -> None:
    """Hand over every time that is due: first to the queue, which takes each key once, then the row goes on."""
    with services.reading() as session:
        rows = stored.due(session, now())
    for row in rows:
        assert row.next_at is not None
        stamp = row.next_at.astimezone(UTC).isoformat(timespec="seconds")
        services.jobs.enqueue("schedule.run", f"{row.id}|{stamp}", key=f"{row.id}|{stamp}")
        try:
            later = following(row.cron, now())
        except ServiceError:
            later = None
        with services.writing() as session:
            stored.advance(session, row.id, row.next_at, later)


def run(services: Services, argument: str) -> None:
    """The work of one schedule at one time. What it cannot do stands on the schedule."""
    schedule_id, _, stamp = argument.partition("|")
    with services.reading() as session:
        row = session.get(Schedule, schedule_id)
        tenant = session.get(Tenant, row.tenant_id) if row else None
    if row is None or row.paused_at is not None or tenant is None or tenant.closed_at is not None:
        return
    problem = ""
    try:
        WORKS[row.work](services, row, str(uuid.uuid5(NAMESPACE, argument)))
    except VerifierError as fault:
        if isinstance(fault, ServiceError) and fault.status >= 500:
            raise
        log.warning("scheduled work %s: %s", row.work, fault.code)
        problem = f"{fault.code}: {fault.message.zh} / {fault.message.en}"[:400]
    with services.writing() as session:
        kept = session.get(Schedule, schedule_id)
        if kept is not None:
            kept.ran_at, kept.problem = now(), problem
            session.add(kept)
            trail.record(
                session, _who(row), "schedule.ran", "schedule", row.id, work=row.work, due=stamp, problem=problem[:40]
            )


def _who(row: Schedule) -> Principal:
    return system(row.tenant_id, f"schedule:{row.id}")


def _sample(services: Services, row: Schedule, run_id: str) -> None:
    work = SampleWork.model_validate(row.parameters)
    rule = work.rule
    if work.days_back:
        day = today()
        rule = rule.model_copy(update={"start": day - timedelta(days=work.days_back), "end": day})
    seed = run_id  # follows from schedule and time: nobody chose it, and it is on record with the sample
    draws.take(services, _who(row), rule, population_id=work.population_id, seed=seed, name="schedule", draw_id=run_id)


def _reaudit(services: Services, row: Schedule, run_id: str) -> None:
    work = ReauditWork.model_validate(row.parameters)
    start = today() - timedelta(days=work.days_back) if work.days_back else None
    wanted = Scope(CaseFilters(start=start, verdict=work.verdict), check_id=work.check_id, outcome=work.outcome)
    told = work.model_dump(mode="json", exclude_defaults=True) | {"schedule": row.id}
    reaudits.begin(services, _who(row), wanted, pack=work.pack, told=told, reaudit_id=run_id)


def _purge(services: Services, row: Schedule, run_id: str) -> None:
    for _ in purging.purge_due(services, _who(row)):
        pass  # each is on the trail; what breaks off is taken up again


def _checkpoint(services: Services, row: Schedule, run_id: str) -> None:
    checkpoints.checkpoint(services, row.tenant_id)


WORKS: Mapping[str, Callable[[Services, Schedule, str], None]] = {
    "sample": _sample,
    "reaudit": _reaudit,
    "purge": _purge,
    "checkpoint": _checkpoint,
}
TASKS = {"schedule.tick": tick, "schedule.run": run}
