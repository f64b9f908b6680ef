"""How does a process get from settings to working services? The one place where the parts are bound together."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from api import migrations
from api.blobs import open_blobs
from api.database import make_engine
from api.editions import Editions
from api.keys import KeyRing, MasterKeys, masters_from
from api.services import JobQueue, Services
from api.settings import Settings
from api.shelves import sweep
from api.store.editions import EditionTable
from api.store.keys import KeyTable
from verifier.errors import ToolError
from verifier.model import Text


def bind(settings: Settings, jobs: JobQueue, *, migrate: bool | None = None) -> Services:
    """Services over the settings' database and storage. `migrate` None: yes on the embedded default. Where it is
    not done here, a database that is behind is refused rather than written to."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(settings.database)
    if settings.embedded if migrate is None else migrate:
        migrations.migrate(engine)
    elif not migrations.is_current(engine):
        raise ToolError(
            "database_behind",
            Text("数据库结构不是本版本的", "The database has not the tables of this version"),
            Text("请先运行 verifier-server migrate", "Run verifier-server migrate first"),
        )
    keys = ring(settings, engine)
    blobs = open_blobs(settings, keys)
    blobs.shelf.sweep()
    sweep(settings.data_dir / "scratch")  # papers in the clear, if a process was killed over them
    return Services(
        settings=settings,
        engine=engine,
        keys=keys,
        blobs=blobs,
        editions=Editions(settings.checklists_dir, settings.data_dir / "editions", EditionTable(engine)),
        jobs=jobs,
    )


def master_keys(settings: Settings) -> Callable[[], MasterKeys]:
    """The keys of the environment, else of the file; the embedded default makes the file when it starts first."""
    return masters_from(
        settings.master_keys.get_secret_value(), settings.key_file, make=settings.master_key_file is None
    )


def ring(settings: Settings, engine: Engine) -> KeyRing:
    return KeyRing(master_keys(settings), KeyTable(engine))
