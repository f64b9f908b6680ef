"""The work that a held queue was asked for, done by the functions that a worker would use."""

from __future__ import annotations

from collections.abc import Callable

from api.services import Services
from api.workflow import automation, rejudging
from api.workflow.judging import Judge
from api.workflow.lists import Lists


def worker(services: Services, again: list[tuple[str, float]] | None = None) -> Callable[[str, str], None]:
    """Does tasks and re-audits; batches are left. `again` gets what wants to be done once more, and in how many seconds."""
    judge = Judge(services, Lists(services))

    def work(name: str, argument: str) -> None:
        if name == "reaudit":
            for portion in rejudging.waiting(services, argument, 10):
                rejudging.rejudge(services, judge, argument, portion)
            rejudging.finish(services, argument)
        elif name in automation.TASKS:
            wait = automation.TASKS[name](services, argument)
            if wait == 0.0:
                work(name, argument)
            elif wait is not None and again is not None:
                again.append((name, wait))

    return work
