"""What do reviews need done again and again, though nobody asks? Waivers that end, and days that are waited."""

from __future__ import annotations

from collections.abc import Mapping

from api.services import Services, ServiceTask
from api.workflow import decisions, queue


def lapse_waivers(services: Services, argument: str = "") -> None:
    decisions.lapse_waivers(services)


def age_queue(services: Services, argument: str = "") -> None:
    queue.age(services)


TASKS: Mapping[str, ServiceTask] = {"review.lapse_waivers": lapse_waivers, "review.age_queue": age_queue}
SECONDS: Mapping[str, int] = {"review.lapse_waivers": 300, "review.age_queue": 24 * 3600}
