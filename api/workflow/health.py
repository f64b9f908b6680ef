"""Can this process do its work, and if not, what is away? Each part is asked in turn; none stops the others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from api import migrations
from api.errors import ServiceError
from api.metrics import Watched
from api.outages import named
from api.services import Services
from verifier.errors import VerifierError
from verifier.model import Text

NAMES = {
    "database": Text("数据库", "Database"),
    "tables": Text("数据库结构", "Tables of this version"),
    "keys": Text("主密钥", "Master keys"),
    "storage": Text("文件存储", "Storage of files"),
    "workers": Text("后台进程", "Workers"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """`needed`: without it requests fail; a part that is not needed only delays work. `code` is empty when all is well."""

    name: str
    code: str
    needed: bool
    seconds: float

    @property
    def well(self) -> bool:
        return not self.code


def look(services: Services) -> list[Part]:
    parts = [
        _asked("database", lambda: _answers(services)),
        _asked("tables", lambda: _tables(services)),
        _asked("keys", services.keys.probe),
        _asked("storage", services.blobs.shelf.probe),
    ]
    jobs = services.jobs
    if isinstance(jobs, Watched):
        parts.append(_asked("workers", lambda: _workers(jobs), needed=False))
    return parts


def _asked(name: str, ask: Callable[[], None], *, needed: bool = True) -> Part:
    began, code = time.perf_counter(), ""
    try:
        ask()
    except VerifierError as fault:
        code = fault.code
    except Exception as fault:  # whatever it is, the part is not well; the kind says enough
        code = named(fault).split(" ", maxsplit=1)[0]
    return Part(name, code, needed, round(time.perf_counter() - began, 4))


def _answers(services: Services) -> None:
    with services.engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _tables(services: Services) -> None:
    if not migrations.is_current(services.engine):
        raise _not_well("database_behind", "数据库结构不是本版本的", "The database has not the tables of this version")


def _workers(jobs: Watched) -> None:
    if not jobs.workers():
        raise _not_well("no_worker", "没有运行中的后台进程", "No worker is running")


def _not_well(code: str, zh: str, en: str) -> ServiceError:
    return ServiceError(503, code, Text(zh, en), Text("参见 docs/operation.md", "See docs/operation.md"))
