"""What does the API say about batches?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.principal import Principal
from api.store.batches import Progress
from api.tables import Batch

LINE = r"^[^\x00-\x1f\x7f]*$"  # PostgreSQL keeps no NUL


class BatchInfoIn(BaseModel):
    """What batch.yaml may say (contract, section 1)."""

    model_config = ConfigDict(extra="forbid")
    institution: str | None = Field(default=None, pattern=LINE, max_length=200, examples=["安华人寿（虚构）"])
    branch: str | None = Field(default=None, pattern=LINE, max_length=200, examples=["上海分公司"])
    period: str | None = Field(default=None, pattern=LINE, max_length=100, examples=["2026-10"])
    population: str | None = Field(default=None, pattern=LINE, max_length=200)
    sample_rule: str | None = Field(default=None, pattern=LINE, max_length=1000)


class BatchIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=200, pattern=LINE, examples=["2026年10月新单"])
    pack: str = Field(
        default="", max_length=100, description="空：默认清单 / Empty: the default", examples=["cn-insurance"]
    )
    as_of: date | None = Field(default=None, description="审核日；空：处理当日 / Empty: the day of processing")
    priority: int = Field(default=10, ge=1, le=100, description="1 最先处理 / 1 is served first")
    branch_id: str | None = Field(default=None, pattern=LINE, max_length=36)
    info: BatchInfoIn = Field(default_factory=BatchInfoIn)


class BatchOut(BaseModel):
    """`state`: open, queued, forming, reading, judging, done, cancelled, failed. `problems`: what could not be used."""

    id: str
    name: str
    state: str = Field(examples=["open"])
    pack: str
    edition: str
    as_of: date | None
    priority: int
    origin: str
    branch_id: str | None
    info: dict[str, Any]
    problems: list[dict[str, Any]]
    created_by: str
    created_at: datetime
    submitted_at: datetime | None
    finished_at: datetime | None


def batch_out(row: Batch, who: Principal) -> BatchOut:
    """Problems quote file names and what stands in lists: not for those who see numbers masked."""
    told = BatchOut.model_validate(row, from_attributes=True)
    return told if who.sees_full_values else told.model_copy(update={"problems": []})


class BatchesOut(BaseModel):
    items: list[BatchOut]
    next: str | None = None


class ProgressOut(BaseModel):
    """Facts counted from the tables. `sources` are files by state once cases are formed; `verdicts` is null for those
    who see the seller's copy."""

    batch_id: str
    state: str = Field(examples=["reading"])
    finished: bool = False
    uploads: dict[str, int] = Field(examples=[{"received": 120, "refused": 1}])
    bytes: int = Field(examples=[73400320])
    cases: dict[str, int] = Field(examples=[{"waiting": 3, "reading": 2, "judged": 7}])
    sources: dict[str, int] = Field(examples=[{"waiting": 20, "read": 98, "rejected": 2}])
    pages: int = Field(examples=[431])
    verdicts: dict[str, int] | None = Field(default=None, examples=[{"compliant": 5, "non_compliant": 2}])
    submitted_at: datetime | None = None
    finished_at: datetime | None = None


def progress_out(seen: Progress) -> ProgressOut:
    return ProgressOut(
        batch_id=seen.batch_id,
        state=seen.state,
        finished=seen.finished,
        uploads=dict(seen.uploads),
        bytes=seen.octets,
        cases=dict(seen.cases),
        sources=dict(seen.sources),
        pages=seen.pages,
        verdicts=None if seen.verdicts is None else dict(seen.verdicts),
        submitted_at=seen.submitted_at,
        finished_at=seen.finished_at,
    )


class BatchWithProgress(BatchOut):
    progress: ProgressOut


class DeclaredIn(BaseModel):
    """The keys of case.yaml, nested or dotted (contract, section 2)."""

    model_config = ConfigDict(extra="forbid")
    facts: dict[str, Any] = Field(
        examples=[{"product": {"kind": "participating"}, "channel": "agent", "premium": {"due": "24000.00"}}]
    )
