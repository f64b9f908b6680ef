"""Rows of what cases say about people, accounts and pictures, for the checks that look across cases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from api.tables.base import json_column


class HistoryPayment(SQLModel, table=True):
    """`payment` is verifier.model.Payment as JSON. `case_id` None: from payments.csv. `case_name` is the people's id."""

    __tablename__ = "history_payment"
    __table_args__ = (
        Index("history_by_id", "tenant_id", "policyholder_id"),
        Index("history_by_holder", "tenant_id", "policyholder"),
        Index("history_by_payer", "tenant_id", "payer"),
        Index("history_by_account", "tenant_id", "payer_account"),
        Index("history_by_serial", "tenant_id", "serial"),
        Index("history_by_case_name", "tenant_id", "case_name"),
    )
    id: int | None = Field(default=None, primary_key=True)
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str | None = Field(default=None, foreign_key="sale_case.id", index=True)
    list_id: str | None = Field(default=None, foreign_key="reference_list.id", index=True)
    case_name: str = Field(default="", max_length=200)
    policyholder_id: str = Field(default="", max_length=100)
    policyholder: str = Field(default="", max_length=200)
    payer: str = Field(default="", max_length=200)
    payer_account: str = Field(default="", max_length=100)
    serial: str = Field(default="", max_length=200)
    payment: dict[str, Any] = json_column(dict)


class HistoryContact(SQLModel, table=True):
    """A policyholder's phone or address. `kind`: phone, address (as verifier.history.address_key)."""

    __tablename__ = "history_contact"
    __table_args__ = (Index("contact_by_key", "tenant_id", "kind", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    case_name: str = Field(max_length=200)
    kind: str = Field(max_length=10)
    key: str = Field(max_length=300)
    policyholder: str = Field(default="", max_length=200)


class HistoryPicture(SQLModel, table=True):
    """A slip's 64-bit picture hash (hex) in 8 bands of one byte, as in verifier.history: hashes at most 7 bits apart
    agree in one band at least. One row a band."""

    __tablename__ = "history_picture"
    __table_args__ = (Index("picture_by_band", "tenant_id", "band", "value"),)
    id: int | None = Field(default=None, primary_key=True)
    tenant_id: str = Field(foreign_key="tenant.id")
    case_id: str = Field(foreign_key="sale_case.id", index=True)
    case_name: str = Field(max_length=200)
    file: str = Field(max_length=1000)
    page: int
    hash: str = Field(max_length=16)
    band: int
    value: int = Field(sa_column=Column(BigInteger, nullable=False))
