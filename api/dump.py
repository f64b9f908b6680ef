"""How do rows become lines and lines rows again, the same for SQLite and PostgreSQL?

One JSON array a line for each row, in the order of the primary key; the first line names the columns. Moments, days
and bytes are text. A database is read in one snapshot, and written in one transaction.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    select,
    text,
)
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

import api.tables  # noqa: F401  the metadata is whole once they are imported

PORTION = 500


def tables() -> list[Table]:
    """Every table of the service, those that others refer to first."""
    return SQLModel.metadata.sorted_tables


def snapshot(engine: Engine) -> Connection:
    """A connection that sees one moment, whatever is written meanwhile."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()  # in write-ahead mode a transaction sees what was there when it began to read


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    columns = list(table.columns)
    yield _line([column.name for column in columns])
    # byte order everywhere: a database's own language would sort the same rows differently
    bytewise = "C" if connection.dialect.name == "postgresql" else "BINARY"
    order = [key.collate(bytewise) if _is_text(key) else key for key in table.primary_key.columns]
    for row in connection.execution_options(yield_per=PORTION).execute(select(*columns).order_by(*order)):
        yield _line([_text(value) for value in row])


def _is_text(column: Any) -> bool:
    kind = column.type
    return isinstance(kind.impl if isinstance(kind, TypeDecorator) else kind, String)


def fill(connection: Connection, name: str, told: Iterable[bytes]) -> int:
    """Rows of lines into an empty table as the database has it now; how many."""
    table = Table(name, MetaData(), autoload_with=connection)
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type = JSON(none_as_null=True)  # nothing stays nothing; it would become the JSON word
    source = iter(told)
    columns = [table.columns[column] for column in json.loads(next(source))]
    filled = 0
    while portion := list(islice(source, PORTION)):
        rows = [
            {column.name: _value(column, value) for column, value in zip(columns, json.loads(line), strict=True)}
            for line in portion
        ]
        connection.execute(table.insert(), rows)
        filled += len(rows)
    _count_on(connection, table)
    return filled


def occupied(connection: Connection) -> str | None:
    """A table that has rows, if any."""
    for table in tables():
        if (
            connection.dialect.has_table(connection, table.name)
            and connection.execute(select(1).select_from(table).limit(1)).first()
        ):
            return table.name
    return None


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _value(column: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    return value


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL must not give out again the numbers that were restored."""
    key = table.autoincrement_column
    if connection.dialect.name != "postgresql" or key is None:
        return
    sequence = connection.execute(
        text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": key.name}
    ).scalar()
    top = connection.execute(select(func.max(key))).scalar()
    if sequence and top:
        connection.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": top})
