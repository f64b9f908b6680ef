"""Rows of populations, samples, re-audits, webhooks, watches, schedules and drafts of packs."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from api.tables.base import json_column, moment, row_id


class Population(SQLModel, table=True):
    """The list of policies sold in a period. `problems` holds the first of `problem_count`."""

    __tablename__ = "population"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    name: str = Field(max_length=200)
    start: date
    end: date
    sha256: str = Field(max_length=64)  # blob of the list as it was loaded
    size: int = 0
    problems: list[dict[str, Any]] = json_column(list)
    problem_count: int = 0
    reconciled_at: datetime | None = moment(optional=True)
    created_by: str = Field(max_length=60)
    created_at: datetime = moment()


class SoldState(StrEnum):
    AUDITED = "audited"
    MISSING = "missing"
    EXCLUDED = "excluded"


class SoldPolicy(SQLModel, table=True):
    """One policy of a population: audited (its case), missing, or excluded with a reason."""

    __tablename__ = "sold_policy"
    __table_args__ = (
        UniqueConstraint("population_id", "policy_no"),
        Index("sold_by_state", "population_id", "state"),
        Index("sold_by_policy", "tenant_id", "policy_no"),
        Index("sold_by_application", "tenant_id", "application_no"),
        Index("sold_by_case_name", "tenant_id", "case_name"),
    )
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    population_id: str = Field(foreign_key="population.id")
    policy_no: str = Field(max_length=100)
    application_no: str = Field(default="", max_length=100)
    case_name: str = Field(default="", max_length=200)
    branch: str = Field(default="", max_length=200)
    channel: str = Field(default="", max_length=20)
    product: str = Field(default="", max_length=200)
    product_kind: str = Field(default="", max_length=40)
    seller_number: str = Field(default="", max_length=100)
    premium: str = Field(default="", max_length=40)
    sale_date: date | None = None
    state: str = Field(default=SoldState.MISSING, max_length=12)
    case_id: str | None = Field(default=None, foreign_key="sale_case.id", index=True)
    excluded_because: str = Field(default="", max_length=1000)
    excluded_by: str | None = Field(default=None, max_length=60)
    excluded_at: datetime | None = moment(optional=True)


class Draw(SQLModel, table=True):
    """A sample: reproducible from population, rule and seed. `kind`: policies of a population, or cases. What was drawn
    from is kept as a named blob (`frame`, id)."""

    __tablename__ = "draw"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    population_id: str | None = Field(default=None, foreign_key="population.id")
    rule: dict[str, Any] = json_column(dict)
    name: str = Field(default="", max_length=200)
    kind: str = Field(default="policy", max_length=10)
    seed: str = Field(max_length=100)
    size: int
    population_size: int
    population_sha256: str = Field(max_length=64)  # of the ordered ids, strata and weights that were drawn from
    sample_sha256: str = Field(default="", max_length=64)  # of the drawn ids in their order
    by: str = Field(max_length=60)
    at: datetime = moment()


class Drawn(SQLModel, table=True):
    """`judgement_id`, `verdict`: what counted of the case when it was drawn, so that it can be opened as it was."""

    __tablename__ = "drawn"
    draw_id: str = Field(foreign_key="draw.id", primary_key=True, max_length=36)
    rank: int = Field(primary_key=True)
    policy_id: str | None = Field(default=None, foreign_key="sold_policy.id")
    case_id: str | None = Field(default=None, foreign_key="sale_case.id", index=True)
    judgement_id: str | None = Field(default=None, foreign_key="judgement.id")
    verdict: str | None = Field(default=None, max_length=16)
    stratum: str = Field(default="", max_length=200)
    weight: int = 1
    why: str = Field(default="", max_length=200)


class ReAudit(SQLModel, table=True):
    """A population judged again under another edition or day, without reading a page. `scope`: filters of cases.
    `tally`: how often each check went from one outcome to another, `{check: {"pass>fail": n}}`. `state`: queued,
    running, done, adopting, adopted, cancelled."""

    __tablename__ = "reaudit"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    pack: str = Field(max_length=100)
    edition: str = Field(max_length=100)
    pack_sha256: str = Field(max_length=64)
    as_of: date
    scope: dict[str, Any] = json_column(dict)
    adopt: bool = False  # whether the new judgements count
    state: str = Field(default="queued", max_length=12)
    total: int = 0
    tally: dict[str, dict[str, int]] = json_column(dict)
    by: str = Field(max_length=60)
    created_at: datetime = moment()
    finished_at: datetime | None = moment(optional=True)
    adopted_by: str | None = Field(default=None, max_length=60)
    adopted_at: datetime | None = moment(optional=True)


class ReAuditCase(SQLModel, table=True):
    """`changes`: check id to [before, after], only what differs; "" where a check was not there. `state`: waiting, judged,
    adopted, failed (`problem` says why)."""

    __tablename__ = "reaudit_case"
    reaudit_id: str = Field(foreign_key="reaudit.id", primary_key=True, max_length=36)
    case_id: str = Field(foreign_key="sale_case.id", primary_key=True, max_length=36)
    state: str = Field(default="waiting", max_length=10)
    verdict_before: str = Field(max_length=16)
    verdict_after: str = Field(default="", max_length=16)
    changes: dict[str, list[str]] = json_column(dict)
    judgement_id: str | None = Field(default=None, max_length=36)
    problem: str = Field(default="", max_length=40)


class Webhook(SQLModel, table=True):
    """`secret` is sealed with the tenant's key: the present secret, and the one before for a day after a rotation."""

    __tablename__ = "webhook"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    url: str = Field(max_length=1000)
    secret: str = Field(max_length=1000)
    events: list[str] = json_column(list)
    created_by: str = Field(max_length=60)
    created_at: datetime = moment()
    rotated_at: datetime | None = moment(optional=True)
    failing_since: datetime | None = moment(optional=True)
    disabled_at: datetime | None = moment(optional=True)
    disabled_because: str = Field(default="", max_length=200)


class Delivery(SQLModel, table=True):
    """One message to one webhook. The message id stays the same over retries and replays (Standard Webhooks)."""

    __tablename__ = "delivery"
    __table_args__ = (Index("delivery_by_hook", "webhook_id", "id"), Index("delivery_due", "state", "next_at"))
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    webhook_id: str = Field(foreign_key="webhook.id")
    event: str = Field(max_length=60)
    payload: dict[str, Any] = json_column(dict)
    state: str = Field(default="waiting", max_length=12)  # waiting, delivered, failed
    attempts: int = 0
    status: int | None = None
    error: str = Field(default="", max_length=200)
    created_at: datetime = moment()
    next_at: datetime | None = moment(optional=True)
    delivered_at: datetime | None = moment(optional=True)


class Watch(SQLModel, table=True):
    """A folder or S3 prefix in which new cases appear. `after`: keep what was taken in, or move it to `taken/` beside.
    `access`: the S3 server and its keys, sealed with the tenant's key."""

    __tablename__ = "watch"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    branch_id: str | None = Field(default=None, foreign_key="branch.id")
    kind: str = Field(max_length=10)  # folder, s3
    location: str = Field(max_length=1000)
    access: str = Field(default="", max_length=2000)
    pack: str = Field(default="", max_length=100)
    after: str = Field(default="keep", max_length=4)
    created_by: str = Field(max_length=60)
    created_at: datetime = moment()
    paused_at: datetime | None = moment(optional=True)
    looked_at: datetime | None = moment(optional=True)
    problem: str = Field(default="", max_length=400)


class Watched(SQLModel, table=True):
    """Something found by a watch, so that it is taken in once. `state`: settling, taking (its batch is being filled),
    taken, refused, gone."""

    __tablename__ = "watched"
    watch_id: str = Field(foreign_key="watch.id", primary_key=True, max_length=36)
    name: str = Field(primary_key=True, max_length=500)
    fingerprint: str = Field(primary_key=True, max_length=64)
    seen_at: datetime = moment()
    state: str = Field(default="settling", max_length=12)
    batch_id: str | None = Field(default=None, foreign_key="batch.id")
    problem: str = Field(default="", max_length=400)


class Schedule(SQLModel, table=True):
    """Something done again and again. `work`: sample, reaudit, purge, checkpoint; `cron` in Asia/Shanghai."""

    __tablename__ = "schedule"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    work: str = Field(max_length=20)
    cron: str = Field(max_length=100)
    parameters: dict[str, Any] = json_column(dict)
    created_by: str = Field(max_length=60)
    created_at: datetime = moment()
    paused_at: datetime | None = moment(optional=True)
    ran_at: datetime | None = moment(optional=True)
    next_at: datetime | None = moment(optional=True, index=True)
    problem: str = Field(default="", max_length=400)


class PackDraft(SQLModel, table=True):
    """An institution's own pack: what differs from the pack it extends. `files`: path to YAML text. `editors`: all who
    changed it, none of whom may publish it. `sha256`: of the pack as it was proposed. `version` is for ETags.
    `sent_back`: who did not publish it, when and why, the last time."""

    __tablename__ = "pack_draft"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    pack: str = Field(max_length=100)
    base: str = Field(max_length=201)  # name@edition
    edition: str = Field(max_length=100)
    title: dict[str, str] = json_column(dict)
    files: dict[str, str] = json_column(dict)
    editors: list[str] = json_column(list)
    version: int = 1
    state: str = Field(default="draft", max_length=12)  # draft, proposed, published, withdrawn
    sha256: str = Field(default="", max_length=64)
    created_by: str = Field(max_length=60)
    created_at: datetime = moment()
    changed_at: datetime = moment()
    changed_by: str = Field(default="", max_length=60)
    proposed_by: str | None = Field(default=None, max_length=60)
    sent_back: dict[str, str] = json_column(dict)
    published_by: str | None = Field(default=None, max_length=60)
    published_at: datetime | None = moment(optional=True)


class PackEdition(SQLModel, table=True):
    """A published pack, whole: its own files below `pack/`, those of the pack it extends below `base/<name>/`. Never
    changed. `tenant_id` None: as shipped, kept so that it can still judge after an upgrade. `trial`: a draft that was
    tried on past cases; nobody can choose it. `id` is made of tenant, pack and edition, so that there is one of each."""

    __tablename__ = "pack_edition"
    __table_args__ = (Index("edition_by_name", "tenant_id", "pack", "edition"),)
    id: str = Field(primary_key=True, max_length=36)
    tenant_id: str | None = Field(default=None, foreign_key="tenant.id")
    pack: str = Field(max_length=100)
    edition: str = Field(max_length=100)
    sha256: str = Field(max_length=64)
    files: dict[str, str] = json_column(dict)
    trial: bool = False
    created_by: str = Field(default="system", max_length=60)
    created_at: datetime = moment()
