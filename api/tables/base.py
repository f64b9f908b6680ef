"""What does every row have? A time-ordered id, and moments in UTC."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field
from uuid6 import uuid7

from api.database import UtcDateTime


def new_id() -> str:
    """A UUID of version 7: later ones sort after earlier ones, so pages can go by it."""
    return str(uuid7())


def row_id() -> Any:
    return Field(default_factory=new_id, primary_key=True, max_length=36)


def moment(*, index: bool = False, optional: bool = False) -> Any:
    """A column of moments in UTC."""
    if optional:
        return Field(default=None, sa_type=UtcDateTime, index=index, nullable=True)
    return Field(sa_type=UtcDateTime, index=index, nullable=False)


def json_column(default: Any) -> Any:
    """A JSON column; `default` is a callable such as dict or list."""
    return Field(default_factory=default, sa_column=Column(JSON, nullable=False))


def optional_json() -> Any:
    return Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


def raw_bytes() -> Any:
    return Field(sa_column=Column(LargeBinary, nullable=False))
