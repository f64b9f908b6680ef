"""However many watch a batch, the tables are looked at once a period."""

from __future__ import annotations

from collections.abc import Callable

import anyio
import pytest
from sqlalchemy.exc import OperationalError

from api.events import Feed

PERIOD = 0.05


def run(listeners: int, look: Callable[[], int], last: int) -> list[list[int]]:
    """What each of so many listeners to one topic was told."""
    told: list[list[int]] = [[] for _ in range(listeners)]

    async def listen(feed: Feed[int], number: int) -> None:
        async for value in feed.listen("batch", look, lambda seen: seen >= last):
            told[number].append(value)

    async def all_of_them() -> None:
        feed: Feed[int] = Feed(PERIOD)
        async with anyio.create_task_group() as group:
            for number in range(listeners):
                group.start_soon(listen, feed, number)

    anyio.run(all_of_them)
    return told


def counting(values: list[int]) -> Callable[[], int]:
    """Each look finds the next of these, then the last for ever."""
    left = list(values)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def test_one_listener_is_told_of_changes_only_and_ends() -> None:
    assert run(1, counting([1, 1, 2, 2, 3]), 3) == [[1, 2, 3]]


def test_what_is_finished_is_told_at_once() -> None:
    assert run(1, counting([9]), 9) == [[9]]


def test_many_listeners_share_the_looks() -> None:
    looks = 0

    def look() -> int:
        nonlocal looks
        looks += 1
        return looks

    told = run(200, look, 5)
    assert all(one == sorted(set(one)) and one[-1] >= 5 for one in told)
    assert looks <= 10, "not one for each listener"


def test_a_database_that_is_away_ends_no_stream() -> None:
    values = [1, OperationalError("", None, Exception()), 2]

    def look() -> int:
        value = values.pop(0)
        if isinstance(value, Exception):
            raise value
        return value

    assert run(1, look, 2) == [[1, 2]]


def test_a_topic_that_may_not_be_seen_is_told_to_the_first_look() -> None:
    def look() -> int:
        raise PermissionError

    with pytest.raises(ExceptionGroup) as fault:
        run(1, look, 1)
    assert fault.group_contains(PermissionError)
