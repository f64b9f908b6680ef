"""The migrations make the tables that the code works with, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from api import migrations
from api.database import make_engine


def test_the_migrations_make_exactly_our_tables(database_url: str) -> None:
    engine = make_engine(database_url)
    try:
        assert not migrations.is_current(engine)
        migrations.migrate(engine)
        assert migrations.is_current(engine)
        migrations.migrate(engine)  # again: nothing happens
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, SQLModel.metadata) == []
    finally:
        engine.dispose()
