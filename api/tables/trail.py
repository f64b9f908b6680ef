"""Rows of the audit trail: events chained by hash, the head of each chain, signed checkpoints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from api.tables.base import json_column, moment


class TrailEvent(SQLModel, table=True):
    """One thing that happened. `detail` holds ids, codes and counts, never names or numbers of customers."""

    __tablename__ = "trail_event"
    tenant_id: str = Field(foreign_key="tenant.id", primary_key=True, max_length=36)
    seq: int = Field(primary_key=True)
    at: datetime = moment(index=True)
    actor_kind: str = Field(max_length=10)
    actor_id: str = Field(max_length=60)
    action: str = Field(max_length=60, index=True)
    subject_kind: str = Field(max_length=30)
    subject_id: str = Field(max_length=120, index=True)
    detail: dict[str, Any] = json_column(dict)
    previous: str = Field(max_length=64)
    sha256: str = Field(max_length=64)


class TrailHead(SQLModel, table=True):
    """Where the next event is chained on; locked while one is written."""

    __tablename__ = "trail_head"
    tenant_id: str = Field(foreign_key="tenant.id", primary_key=True, max_length=36)
    seq: int = 0
    sha256: str = Field(default="", max_length=64)


class Checkpoint(SQLModel, table=True):
    """A signed statement that the chain had this hash at this length (Ed25519, base64)."""

    __tablename__ = "trail_checkpoint"
    tenant_id: str = Field(foreign_key="tenant.id", primary_key=True, max_length=36)
    seq: int = Field(primary_key=True)
    sha256: str = Field(max_length=64)
    at: datetime = moment()
    key_id: str = Field(max_length=64)
    signature: str = Field(max_length=120)
