"""Runs the migrations on the engine that `api.migrations` was given."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Engine, text
from sqlmodel import AutoString, SQLModel

import api.tables  # noqa: F401  the metadata is whole once they are imported
from api.database import UtcDateTime

LOCK = 7_204_411  # any number of ours: two processes that start at once must not both migrate


def plainly(kind: str, thing: Any, context: Any) -> str | Literal[False]:
    """Columns as SQLAlchemy's own types, so that an old revision never depends on today's code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, AutoString):
        return f"sa.String({thing.length})" if thing.length else "sa.String()"
    return False


engine: Engine = context.config.attributes["engine"]
with engine.execution_options(writes=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plainly,
        include_object=lambda thing, name, kind, reflected, other: (
            not (kind == "table" and reflected and other is None)
        ),
    )
    with context.begin_transaction():
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.run_migrations()
    connection.commit()
