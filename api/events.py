"""How do many people watch one batch without each asking the database? They share one look a second."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

Value = TypeVar("Value")
PERIOD = 1.0
LONGEST = 900.0  # then the listener connects again, and is asked again who it is
KEPT = 500


@dataclass(slots=True)
class _Seen(Generic[Value]):
    value: Value
    at: float
    looking: bool = False


class Feed(Generic[Value]):
    """What was seen last of each topic. A topic names what is looked at and through whose eyes: listeners with the
    same view share it. Used from one event loop; nothing runs while nobody listens."""

    def __init__(self, period: float = PERIOD) -> None:
        self._period = period
        self._seen: dict[Hashable, _Seen[Value]] = {}
        self._beginning: dict[Hashable, anyio.Event] = {}

    async def listen(
        self, topic: Hashable, look: Callable[[], Value], finished: Callable[[Value], bool]
    ) -> AsyncIterator[Value]:
        """The value now, then whenever it is another one, until it is finished."""
        ends = time.monotonic() + LONGEST
        last: Value | None = None
        while time.monotonic() < ends:
            value = await self._latest(topic, look)
            if value != last:
                yield value
                last = value
            if finished(value):
                return
            await anyio.sleep(self._period)

    async def _latest(self, topic: Hashable, look: Callable[[], Value]) -> Value:
        while topic not in self._seen:
            if (beginning := self._beginning.get(topic)) is None:
                return await self._first(topic, look)
            await beginning.wait()
        seen = self._seen[topic]
        if seen.looking or time.monotonic() - seen.at < self._period * 0.9:
            return seen.value
        seen.looking = True
        try:
            seen.value = await to_thread.run_sync(look)
        except SQLAlchemyError:
            pass  # a database that is away for a while ends no stream: what was seen last still stands
        finally:
            seen.looking, seen.at = False, time.monotonic()
        return seen.value

    async def _first(self, topic: Hashable, look: Callable[[], Value]) -> Value:
        """The look of the listener that came first; the others wait for it."""
        done = self._beginning[topic] = anyio.Event()
        try:
            value = await to_thread.run_sync(look)
            self._forget()
            self._seen[topic] = _Seen(value, time.monotonic())
            return value
        finally:
            del self._beginning[topic]
            done.set()

    def _forget(self) -> None:
        if len(self._seen) >= KEPT:
            old = time.monotonic() - 10 * self._period
            self._seen = {topic: seen for topic, seen in self._seen.items() if seen.at > old}
