"""What does a worker process run? The work of batches, the small tasks by name, and what recurs."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from api.jobs import Jobs
from api.services import Services, ServiceTask
from api.work import Recurring, Task
from api.workflow import automation, review_tasks
from api.workflow.processing import Processing
from verifier.reading.sandbox import ReaderPool

# every small task that anything asks for by name: a name that is not here is refused when the worker starts
TASKS: Mapping[str, ServiceTask] = {**automation.TASKS, **review_tasks.TASKS}

RECURRING: Sequence[Recurring] = tuple(
    Recurring(work, seconds) for work, seconds in {**automation.SECONDS, **review_tasks.SECONDS}.items()
)


def tasks(services: Services) -> Mapping[str, Task]:
    return {name: partial(work, services) for name, work in TASKS.items()}


@contextmanager
def working(services: Services, jobs: Jobs) -> Iterator[None]:
    """This process works while the block lasts; what is under way when it ends is finished or left to others."""
    settings = services.settings
    with ReaderPool(settings.reading_processes, settings.engine) as pool:
        jobs.work(Processing(services, pool), tasks(services), RECURRING)
        try:
            yield
        finally:
            if not jobs.stop():
                logging.shutdown()
                os._exit(0)  # a reading that will not end would hold this process; others take it up
