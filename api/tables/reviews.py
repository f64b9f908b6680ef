"""Rows of what people decide: decisions, comments, requests for papers, blind second looks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from api.tables.base import json_column, moment, row_id


class Action(StrEnum):
    ACCEPT = "accept"  # the machine is right
    OVERRIDE = "override"  # another outcome holds
    WAIVE = "waive"  # the failure stands, and is let pass for a time
    WITHDRAW = "withdraw"  # undo of one's own decision (`of`)
    CONFIRM = "confirm"  # the second person agrees (`of`)
    REJECT = "reject"  # the second person does not (`of`)
    LAPSE = "lapse"  # written by the service: the decision (`of`) no longer binds


class Decision(SQLModel, table=True):
    """One act of one person on one finding, appended and never changed. What holds is computed from all of them."""

    __tablename__ = "decision"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    finding_id: str = Field(foreign_key="finding.id", index=True)
    check_id: str = Field(max_length=40)
    action: str = Field(max_length=10)
    outcome: str | None = Field(default=None, max_length=16)
    reason: str = Field(max_length=2000)
    of: str | None = Field(default=None, foreign_key="decision.id")
    digest: str = Field(max_length=64)  # of the finding as it was judged
    needs_second: bool = False
    expires_at: datetime | None = moment(optional=True)
    by: str = Field(max_length=60)
    by_name: str = Field(max_length=200)
    at: datetime = moment()


class Comment(SQLModel, table=True):
    __tablename__ = "comment"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    finding_id: str | None = Field(default=None, foreign_key="finding.id")
    text: str = Field(max_length=4000)
    by: str = Field(max_length=60)
    by_name: str = Field(max_length=200)
    at: datetime = moment()
    withdrawn_at: datetime | None = moment(optional=True)


class RequestState(StrEnum):
    OPEN = "open"
    RECEIVED = "received"  # a paper came; the case is judged again
    CURED = "cured"  # the finding's cause is made good; the violation stays on record
    WITHDRAWN = "withdrawn"


class PaperRequest(SQLModel, table=True):
    """A paper that was asked for again because of a finding, and what became of it."""

    __tablename__ = "paper_request"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    finding_id: str | None = Field(default=None, foreign_key="finding.id")
    check_id: str = Field(default="", max_length=40)
    paper: str = Field(max_length=20)  # document type code
    note: str = Field(default="", max_length=2000)
    state: str = Field(default=RequestState.OPEN, max_length=12)
    due_at: datetime | None = moment(optional=True)
    by: str = Field(max_length=60)
    at: datetime = moment()
    received_source: str | None = Field(default=None, max_length=36)
    received_at: datetime | None = moment(optional=True)
    cured_at: datetime | None = moment(optional=True)
    cured_judgement: str | None = Field(default=None, max_length=36)


class BlindLook(SQLModel, table=True):
    """A pass that was drawn to be judged again by a person who does not see the machine's result."""

    __tablename__ = "blind_look"
    __table_args__ = (UniqueConstraint("judgement_id", "check_id"),)
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    branch_id: str | None = Field(default=None, foreign_key="branch.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    judgement_id: str = Field(foreign_key="judgement.id")
    check_id: str = Field(max_length=40)
    stage: str = Field(default="", max_length=4)
    confidential: bool = False
    drawn_at: datetime = moment()
    draw: dict[str, Any] = json_column(dict)  # seed and share
    assigned_to: str | None = Field(default=None, foreign_key="account.id")
    outcome: str | None = Field(default=None, max_length=16)  # the person's
    reason: str = Field(default="", max_length=2000)
    by: str | None = Field(default=None, max_length=60)
    at: datetime | None = moment(optional=True)


class Hold(SQLModel, table=True):
    """A case that must not be purged, and why."""

    __tablename__ = "hold"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    reason: str = Field(max_length=1000)
    by: str = Field(max_length=60)
    at: datetime = moment()
    released_at: datetime | None = moment(optional=True)
    released_by: str | None = Field(default=None, max_length=60)
