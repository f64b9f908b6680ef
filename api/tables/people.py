"""Rows of institutions, branches, people, keys and sign-ins."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from api.tables.base import json_column, moment, raw_bytes, row_id


class TenantKind(StrEnum):
    OPERATOR = "operator"  # who runs the installation; may found institutions
    INSTITUTION = "institution"


class Tenant(SQLModel, table=True):
    """An institution. Nothing of one is ever seen by another. `settings`: blind_share, retention and other choices."""

    __tablename__ = "tenant"
    id: str = row_id()
    name: str = Field(max_length=200, unique=True)
    kind: str = Field(default=TenantKind.INSTITUTION, max_length=20)
    settings: dict[str, Any] = json_column(dict)
    created_at: datetime = moment()
    closed_at: datetime | None = moment(optional=True)


class Branch(SQLModel, table=True):
    __tablename__ = "branch"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    name: str = Field(max_length=200)
    created_at: datetime = moment()
    closed_at: datetime | None = moment(optional=True)


class User(SQLModel, table=True):
    """A person. `branch_id` None: the whole institution. `totp_secret` is encrypted with the tenant's data key, and so is
    `totp_pending`, not yet confirmed; `totp_step` is the last time step that was used, so that a code works once.
    `recovery_codes` are keyed hashes; a used one is taken out. `expires_at`: regulators' accounts end."""

    __tablename__ = "account"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    branch_id: str | None = Field(default=None, foreign_key="branch.id")
    login: str = Field(max_length=200, unique=True)
    name: str = Field(max_length=200)
    language: str = Field(default="zh", max_length=2)
    password_hash: str = Field(default="", max_length=300)
    must_change_password: bool = False
    totp_secret: str = Field(default="", max_length=500)
    totp_step: int = 0
    totp_pending: str = Field(default="", max_length=500)
    recovery_codes: list[str] = json_column(list)
    roles: list[str] = json_column(list)
    oidc_subject: str | None = Field(default=None, max_length=300, unique=True)
    failed_attempts: int = 0
    locked_until: datetime | None = moment(optional=True)
    created_at: datetime = moment()
    expires_at: datetime | None = moment(optional=True)
    closed_at: datetime | None = moment(optional=True)
    # a regulator's grant (principal.Grant)
    grant_start: date | None = None
    grant_end: date | None = None
    grant_branches: list[str] = json_column(list)
    grant_unmasked: bool = False


class SignIn(SQLModel, table=True):
    """A session of the pages or of a person using the API. The token itself is never kept, only its SHA-256."""

    __tablename__ = "sign_in"
    id: str = row_id()
    user_id: str = Field(foreign_key="account.id", index=True)
    token_sha256: str = Field(max_length=64, unique=True)
    created_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
    address: str = Field(default="", max_length=64)


class ApiKey(SQLModel, table=True):
    """`scopes` are permissions; `prefix` is the part that is shown again. `own`: made from its maker's own rights, and
    gone when they go; an administrator's keys belong to the institution's systems and stay."""

    __tablename__ = "api_key"
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    branch_id: str | None = Field(default=None, foreign_key="branch.id")
    name: str = Field(max_length=200)
    prefix: str = Field(max_length=20)
    token_sha256: str = Field(max_length=64, unique=True)
    scopes: list[str] = json_column(list)
    created_by: str = Field(max_length=36)
    own: bool = False
    created_at: datetime = moment()
    expires_at: datetime | None = moment(optional=True)
    revoked_at: datetime | None = moment(optional=True)
    used_at: datetime | None = moment(optional=True)


class DataKey(SQLModel, table=True):
    """A tenant's data key, wrapped by a master key (api.keys). The greatest `serial` encrypts; the others still read."""

    __tablename__ = "data_key"
    __table_args__ = (UniqueConstraint("tenant_id", "serial"),)
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    serial: int = 1
    wrapped: bytes = raw_bytes()
    master_key_id: str = Field(max_length=64)
    created_at: datetime = moment()
    retired_at: datetime | None = moment(optional=True)


class Answered(SQLModel, table=True):
    """The answer that was given under an Idempotency-Key, to be given again. `who` is the asker; `body` is sealed with the
    tenant's data key (answers may hold a new API key or a customer's data) and has the headers as well."""

    __tablename__ = "answered"
    __table_args__ = (UniqueConstraint("who", "key"),)
    id: str = row_id()
    tenant_id: str = Field(foreign_key="tenant.id", index=True)
    who: str = Field(max_length=36)
    key: str = Field(max_length=200)
    request_sha256: str = Field(max_length=64)
    status: int = 0  # 0: still being worked on
    body: str = ""
    created_at: datetime = moment(index=True)
