"""Which small tasks does the service do by itself, and how often does each look what is due?"""

from __future__ import annotations

from collections.abc import Mapping

from api.services import Services, ServiceTask
from api.workflow import draft_trials, hooks_in, populations, reaudits, schedules, watches, webhooks


def archive_editions(services: Services, argument: str = "") -> None:
    """Keep the shipped checklists on record, so that their editions still judge after an upgrade."""
    services.editions.archive()


TASKS: Mapping[str, ServiceTask] = {
    **draft_trials.TASKS,
    **hooks_in.TASKS,
    **populations.TASKS,
    **reaudits.TASKS,
    **schedules.TASKS,
    **watches.TASKS,
    **webhooks.TASKS,
    "editions.archive": archive_editions,
}
SECONDS: Mapping[str, int] = {
    "schedule.tick": 20,
    "watch.tick": watches.EVERY_SECONDS,
    "webhook.sweep": 60,
    "editions.archive": 6 * 3600,
}
