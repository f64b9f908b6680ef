"""Rows of batches, uploaded files, cases, sources, judgements and findings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from api.tables.base import json_column, moment, optional_json, row_id


class BatchState(StrEnum):
    OPEN = "open"  # files may be added
    QUEUED = "queued"
    FORMING = "forming"  # cases are being formed
    READING = "reading"
    JUDGING = "judging"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"  # the work itself could not be done; `problems` says why


class Batch(SQLModel, table=True):
    """`info` is batch.yaml; `problems` what could not be used. `origin`: upload, watch, hook, schedule."""

    __tablename__ = "batch"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    branch_id: str | None = Field(default=None, foreign_key="branch.id")
    name: str = Field(max_length=200)
    pack: str = Field(default="", max_length=100)
    edition: str = Field(default="", max_length=100)
    as_of: date | None = None
    priority: int = Field(default=10)  # 1 is served first
    state: str = Field(default=BatchState.OPEN, max_length=12, index=True)
    origin: str = Field(default="upload", max_length=12)
    info: dict[str, Any] = json_column(dict)
    problems: list[dict[str, Any]] = json_column(list)
    created_by: str = Field(max_length=60)
    created_at: datetime = moment()
    submitted_at: datetime | None = moment(optional=True)
    finished_at: datetime | None = moment(optional=True)


class UploadState(StrEnum):
    OPEN = "open"  # chunks are arriving
    RECEIVED = "received"
    REFUSED = "refused"
    REMOVED = "removed"


class Upload(SQLModel, table=True):
    """One file as it was sent. `path` is its place in the batch's layout (contract, section 1). Its chunks are
    UploadChunk rows until it is complete; then `sha256` names its blob."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("batch_id", "path"), Index("upload_by_state", "batch_id", "state", "received"))
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    batch_id: str = Field(foreign_key="batch.id", index=True)
    path: str = Field(max_length=1000)
    size: int | None = None
    received: int = 0
    sha256: str = Field(default="", max_length=64)
    declared_sha256: str = Field(default="", max_length=64)
    state: str = Field(default=UploadState.OPEN, max_length=12)
    code: str | None = Field(default=None, max_length=40)
    created_by: str = Field(max_length=60)
    created_at: datetime = moment()
    completed_at: datetime | None = moment(optional=True)


class UploadChunk(SQLModel, table=True):
    __tablename__ = "upload_chunk"
    upload_id: str = Field(foreign_key="upload.id", primary_key=True, max_length=36)
    start: int = Field(primary_key=True)  # byte offset
    size: int
    sha256: str = Field(max_length=64)  # its blob


class CaseState(StrEnum):
    WAITING = "waiting"
    READING = "reading"
    JUDGING = "judging"
    JUDGED = "judged"
    CANCELLED = "cancelled"
    PURGED = "purged"


LISTED_BY = (
    "verdict", "state", "branch_id", "batch_id", "channel", "product_kind", "product", "seller_number", "sale_date",
    "assigned_to",
)  # fmt: skip


class CaseRow(SQLModel, table=True):
    """One sale. `name` is the case id that people gave. What is listed and filtered stands in columns; `verdict` and
    the counts are those that hold with people's decisions, kept beside `machine_verdict`, written whenever a
    judgement or decision is. `risk` orders the queue: the greater the sooner."""

    __tablename__ = "sale_case"
    __table_args__ = (
        UniqueConstraint("batch_id", "name"),
        # a list is found by walking one of these two, which hold all that it can be filtered by
        Index("case_by_age", "tenant_id", "id", *LISTED_BY),
        Index("case_by_risk", "tenant_id", "risk", "id", *LISTED_BY),
        Index("case_by_branch", "tenant_id", "branch_id", "id"),
        Index("case_by_name", "tenant_id", "name"),
        Index("case_by_policy", "tenant_id", "policy_no"),
        Index("case_by_application", "tenant_id", "application_no"),
        Index("case_by_seller", "tenant_id", "seller_number", "id"),
        Index("case_by_sale", "tenant_id", "sale_date", "id"),
        Index("case_by_keep", "tenant_id", "keep_until"),
        Index("case_by_holder", "tenant_id", "policyholder"),
        Index("case_by_state", "batch_id", "state", "verdict"),
        # all that the dashboard counts by, so that it never opens a row
        Index(
            "case_by_figure",
            "tenant_id",
            "sale_date",
            "branch_id",
            "verdict",
            "seller_number",
            "product",
            "open_findings",
            "created_at",
            "batch_id",
        ),
    )
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    branch_id: str | None = Field(default=None, foreign_key="branch.id")
    batch_id: str = Field(foreign_key="batch.id", index=True)
    name: str = Field(max_length=200)
    state: str = Field(default=CaseState.WAITING, max_length=12)
    declared: dict[str, Any] = json_column(dict)
    problems: list[dict[str, Any]] = json_column(list)
    pack: str = Field(default="", max_length=100)
    edition: str = Field(default="", max_length=100)
    verdict: str | None = Field(default=None, max_length=16)
    machine_verdict: str | None = Field(default=None, max_length=16)
    fails: int = 0
    critical_fails: int = 0
    reviews: int = 0
    open_findings: int = 0  # failed or left to a person, and no person has decided yet
    risk: int = 0
    weight: int = 0  # the risk before age is added (api.risk); 0 when nothing is open
    policyholder: str = Field(default="", max_length=200)
    policy_no: str = Field(default="", max_length=100)
    application_no: str = Field(default="", max_length=100)
    product: str = Field(default="", max_length=200)
    product_kind: str = Field(default="", max_length=40)
    channel: str = Field(default="", max_length=20)
    seller_number: str = Field(default="", max_length=100)
    seller_name: str = Field(default="", max_length=200)
    sale_date: date | None = None
    premium: str = Field(default="", max_length=40)
    judgement_id: str | None = Field(default=None, max_length=36)  # the one that counts
    assigned_to: str | None = Field(default=None, foreign_key="account.id", index=True)
    due_at: datetime | None = moment(optional=True)
    declared_at: datetime | None = moment(optional=True)  # when the policy system last declared something else
    created_at: datetime = moment()
    judged_at: datetime | None = moment(optional=True)
    keep_until: date | None = None
    keep_basis: str = Field(default="", max_length=200)
    purged_at: datetime | None = moment(optional=True)
    version: int = 1  # for ETags; raised by every change that is seen


class SourceState(StrEnum):
    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    PARTIAL = "partial"
    REJECTED = "rejected"


class SourceRow(SQLModel, table=True):
    """One file of a case. A container has one row; `members` lists what was in it, each with `file`, `sha256`, `state`,
    `code`, `pages`; a plain file lists itself. `attempts` counts readings that died: three and it is quarantined."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("case_id", "file"), Index("source_by_batch", "batch_id", "state"))
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    batch_id: str = Field(foreign_key="batch.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    file: str = Field(max_length=1000)
    sha256: str = Field(max_length=64, index=True)
    size: int = 0
    state: str = Field(default=SourceState.WAITING, max_length=12)
    code: str | None = Field(default=None, max_length=40)
    pages: int = 0
    attempts: int = 0
    members: list[dict[str, Any]] = json_column(list)
    reader: str = Field(default="", max_length=300)
    upload_id: str | None = Field(default=None, max_length=36)
    created_at: datetime = moment()
    read_at: datetime | None = moment(optional=True)
    removed_at: datetime | None = moment(optional=True)


class Judgement(SQLModel, table=True):
    """One audit of a case under one edition. The whole audit is a named blob (`audit`, id); `outcomes` has each check's
    outcome by its first letter (p f r n) for differences without opening it. `cause`: batch, correction, papers, reaudit."""

    __tablename__ = "judgement"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    pack: str = Field(max_length=100)
    edition: str = Field(max_length=100)
    pack_sha256: str = Field(max_length=64)
    as_of: date
    verdict: str = Field(max_length=16)
    counts: dict[str, int] = json_column(dict)
    outcomes: dict[str, str] = json_column(dict)
    software: dict[str, Any] = json_column(dict)
    cause: str = Field(default="batch", max_length=12)
    reaudit_id: str | None = Field(default=None, max_length=36, index=True)
    audit_sha256: str = Field(default="", max_length=64)
    created_by: str = Field(default="system", max_length=60)
    created_at: datetime = moment()


class FindingRow(SQLModel, table=True):
    """A finding that asks for a person or was decided by one: fails, reviews, and passes drawn or overridden. `digest` is
    over the finding, its rule and its evidence: decisions are bound to it. `effective` is what holds now.

    `stands` is what holds before anybody decides, where that is not the machine's outcome: `fail` for a failure that
    was made good later (`cured_at`; `cures` is the finding of that failure), or what a critical finding was before a
    correction until a second person agrees. `doubted`: a blind second look came to a failure."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("judgement_id", "check_id"),
        Index("finding_by_check", "tenant_id", "check_id", "outcome"),
        Index("finding_by_stage", "tenant_id", "stage", "effective", "current", "case_id", "confidential", "branch_id"),
        Index("finding_by_state", "tenant_id", "state", "risk"),
        Index("finding_by_risk", "tenant_id", "current", "risk", "id"),
        Index(
            "finding_by_figure",
            "tenant_id",
            "current",
            "effective",
            "check_id",
            "stage",
            "confidential",
            "branch_id",
            "case_id",
        ),
    )
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    branch_id: str | None = Field(default=None, foreign_key="branch.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    judgement_id: str = Field(foreign_key="judgement.id")
    current: bool = True  # of the judgement that counts
    check_id: str = Field(max_length=40)
    stage: str = Field(max_length=4)
    severity: str = Field(max_length=10)
    outcome: str = Field(max_length=16)
    reason: str | None = Field(default=None, max_length=30)
    confidential: bool = False
    digest: str = Field(max_length=64)
    rule_digest: str = Field(max_length=64)
    effective: str = Field(max_length=16)
    state: str = Field(default="open", max_length=12)  # api.standing.State
    stands: str | None = Field(default=None, max_length=16)
    cured_at: datetime | None = moment(optional=True)
    cures: str | None = Field(default=None, max_length=36)
    doubted: bool = False
    waived_until: datetime | None = moment(index=True, optional=True)
    risk: int = 0
    assigned_to: str | None = Field(default=None, foreign_key="account.id")
    due_at: datetime | None = moment(optional=True)
    created_at: datetime = moment()


class CheckTally(SQLModel, table=True):
    """How often each check came to each outcome in a batch, current judgements only; for ratios and the dashboard."""

    __tablename__ = "check_tally"
    batch_id: str = Field(foreign_key="batch.id", primary_key=True, max_length=36)
    check_id: str = Field(primary_key=True, max_length=40)
    outcome: str = Field(primary_key=True, max_length=16)
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    number: int = 0


class ReferenceList(SQLModel, table=True):
    """A list of the contract's section 3 as it was supplied; the newest of a name counts. `batch_id`: for that batch only."""

    __tablename__ = "reference_list"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    batch_id: str | None = Field(default=None, foreign_key="batch.id", index=True)
    name: str = Field(max_length=40)
    file: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    rows: int = 0
    problems: list[dict[str, Any]] = json_column(list)
    created_by: str = Field(max_length=60)
    created_at: datetime = moment()
    replaced_at: datetime | None = moment(optional=True)


class Correction(SQLModel, table=True):
    """A person's reading of a field that was misread; applied to the papers whenever the case is judged."""

    __tablename__ = "correction"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    file: str = Field(max_length=1000)
    page: int
    document_type: str = Field(max_length=20)
    field: str = Field(max_length=100)
    kind: str = Field(default="text", max_length=20)  # of value: verifier.values.canonical
    before: str = Field(default="", max_length=2000)
    value: str = Field(max_length=2000)
    box: list[float] | None = optional_json()
    reason: str = Field(max_length=1000)
    by: str = Field(max_length=60)
    at: datetime = moment()
    withdrawn_at: datetime | None = moment(optional=True)
    withdrawn_by: str | None = Field(default=None, max_length=60)
