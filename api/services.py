"""What does a use case work with? The few lasting things of this process, bound together once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine
from sqlmodel import Session

from api import database
from api.blobs import Blobs
from api.editions import Editions
from api.keys import KeyRing
from api.settings import Settings


class JobQueue(Protocol):
    """What use cases ask of the job engine (api.jobs). Calls are durable once they return, and cheap."""

    def submit_batch(self, batch_id: str, priority: int) -> None:
        """Form, read and judge a batch that is queued."""

    def judge_again(self, case_id: str, cause: str) -> None:
        """Read what is new of a case and judge it: after a correction or a new paper."""

    def reaudit(self, reaudit_id: str) -> None:
        """Judge the cases of a re-audit."""

    def enqueue(self, work: str, argument: str, *, priority: int = 10, key: str = "", delay_seconds: float = 0) -> None:
        """A small durable task by its registered name; the same `key` is done once."""

    def cancel_batch(self, batch_id: str) -> None:
        """Start no further work of a batch; what is being read ends."""


@dataclass(frozen=True)
class Services:
    """`jobs` may be a queue without workers (the API alone)."""

    settings: Settings
    engine: Engine
    keys: KeyRing
    blobs: Blobs
    editions: Editions
    jobs: JobQueue

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with database.reading(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back when it raises."""
        with database.writing(self.engine) as session:
            yield session


ServiceTask = Callable[[Services, str], float | None]
"""A small durable task by its name; a number: again after so many seconds (see `JobQueue.enqueue`)."""
