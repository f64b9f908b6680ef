"""What do workers do, in the words of whoever hands it to them? Known to the job engine's file and to the use cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

Portions = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Work that is on record in our tables, to be handed to the engine unless it has it. `kind`: batch, case, reaudit.
    For a case `cause` says why it is judged again, and `turn` tells this time from another."""

    kind: str
    id: str
    cause: str = ""
    turn: str = ""
    priority: int = 10


class Work(Protocol):
    """What is done (api.workflow.processing). Each may be called again for the same ids, whatever was done before."""

    def form(self, batch_id: str) -> None: ...
    def unread(self, batch_id: str) -> Portions: ...
    def read(self, batch_id: str, source_ids: Sequence[str]) -> None: ...
    def ungathered(self, batch_id: str) -> Portions: ...
    def gather(self, batch_id: str, case_ids: Sequence[str]) -> None: ...
    def unjudged(self, batch_id: str) -> Portions: ...
    def judge(self, batch_id: str, case_ids: Sequence[str]) -> None: ...
    def going(self, batch_id: str) -> bool: ...
    def finish(self, batch_id: str) -> None: ...
    def fail(self, batch_id: str, code: str) -> None: ...
    def renew(self, case_id: str, cause: str) -> None: ...
    def to_rejudge(self, reaudit_id: str) -> Portions: ...
    def rejudge(self, reaudit_id: str, case_ids: Sequence[str]) -> None: ...
    def finish_reaudit(self, reaudit_id: str) -> None: ...
    def forgotten(self) -> Sequence[Forgotten]: ...


Task = Callable[[str], float | None]
"""Does a small piece of work by its argument. A number: do it again after so many seconds."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A task that is done once in each period, by whichever worker comes first."""

    work: str
    seconds: int
