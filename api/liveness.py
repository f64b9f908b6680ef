"""Which worker processes are alive? A lock for each: it goes with its process, however that ends.

On one machine a file that is locked; on PostgreSQL an advisory lock of a session. No clock is compared and no
heartbeat is written: the kernel, or the server, knows.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import time
import zlib
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

log = logging.getLogger(__name__)
NAMESPACE = 0x76726679  # first half of our advisory locks' key
RETURN_SECONDS = 5.0  # after an outage everybody takes his own lock again before anybody looks for the dead


class Liveness(Protocol):
    def hold(self, name: str) -> None:
        """Say that this process is alive until `release` or its death."""

    def steady(self) -> bool:
        """Whether the own lock is held, and others had time to take theirs: only then may anybody be called dead."""

    def dead(self, name: str) -> bool: ...

    def living(self) -> int: ...

    def release(self) -> None: ...


class FileLocks:
    """Locks below one folder of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: tuple[int, Path] | None = None

    def hold(self, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{name}.lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        self._held = handle, path

    def steady(self) -> bool:
        return self._held is not None

    def dead(self, name: str) -> bool:
        return self._free(self._folder / f"{name}.lock")

    def living(self) -> int:
        return sum(not self._free(path) for path in self._folder.glob("*.lock"))

    def _free(self, path: Path) -> bool:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            path.unlink(missing_ok=True)  # nobody takes a name a second time
            return True
        finally:
            os.close(handle)

    def release(self) -> None:
        if self._held is not None:
            handle, path = self._held
            path.unlink(missing_ok=True)
            os.close(handle)
            self._held = None


class AdvisoryLocks:
    """Locks of PostgreSQL sessions. A host that vanishes is noticed by the server's keepalive within seconds."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None
        self._name = ""
        self._back_at = 0.0

    def hold(self, name: str) -> None:
        self._name = name
        self._take()

    def _take(self) -> None:
        connection = self._engine.connect()
        for setting in ("tcp_keepalives_idle = 5", "tcp_keepalives_interval = 2", "tcp_keepalives_count = 3"):
            connection.execute(text(f"SET {setting}"))
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:space, :key)"), self._key(self._name)):
            time.sleep(0.2)  # the server has not yet noticed that our former session is gone
        self._connection = connection

    def steady(self) -> bool:
        try:
            if self._connection is None:
                self._take()
                self._back_at = time.monotonic()
                log.info("the lock of this worker is held again")
            else:
                self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self._drop()
            return False
        return time.monotonic() - self._back_at >= RETURN_SECONDS if self._back_at else True

    def dead(self, name: str) -> bool:
        if self._connection is None:
            return False
        try:
            free = self._connection.scalar(text("SELECT pg_try_advisory_lock(:space, :key)"), self._key(name))
            if free:
                self._connection.execute(text("SELECT pg_advisory_unlock(:space, :key)"), self._key(name))
            return bool(free)
        except SQLAlchemyError:
            self._drop()
            return False

    def living(self) -> int:
        asked = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :space AND granted")
        with self._engine.connect() as connection:
            return int(connection.scalar(asked, {"space": NAMESPACE}) or 0)

    def _key(self, name: str) -> dict[str, int]:
        number = zlib.crc32(name.encode())
        return {"space": NAMESPACE, "key": number - (1 << 32) if number >= 1 << 31 else number}

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                connection.invalidate()
                connection.close()

    def release(self) -> None:
        self._drop()
        self._engine.dispose()


def liveness_at(url: str, folder: Path) -> Liveness:
    """Where the job engine keeps its rows decides who may be a peer: SQLite means this machine."""
    return FileLocks(folder) if url.startswith("sqlite") else AdvisoryLocks(url)
