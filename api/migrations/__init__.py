"""How does a database come to have today's tables? Alembic migrations, one set for SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

HERE = Path(__file__).parent


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the database to the newest revision, or to the one named; nothing happens when it is there."""
    command.upgrade(_config(engine), to)


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest revision."""
    return revision(engine) == ScriptDirectory.from_config(_config(engine)).get_current_head()


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def draft(engine: Engine, message: str) -> None:
    """Write a new revision from what the tables are now against this database (`make migration`)."""
    command.revision(_config(engine), message, autogenerate=True)
