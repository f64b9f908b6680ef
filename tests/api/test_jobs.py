"""Does the job engine do each thing once, in order of priority, and wait out what goes away? With work that only takes notes."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from api.clock import now
from api.jobs import Jobs
from api.liveness import AdvisoryLocks, FileLocks, Liveness
from api.outages import is_outage
from api.work import Forgotten, Portions, Recurring
from verifier.errors import InputError
from verifier.model import Text

PATIENCE = 60.0


@dataclass
class Notes:
    """Work that takes notes of what is asked of it. `trouble` is called before each step."""

    done: list[tuple[str, ...]] = field(default_factory=list)
    portions: int = 3
    trouble: Callable[[str, str], None] = lambda step, subject: None
    lost: list[Forgotten] = field(default_factory=list)

    def _note(self, step: str, subject: str, *more: str) -> None:
        self.trouble(step, subject)
        self.done.append((step, subject, *more))

    def _split(self, subject: str) -> Portions:
        return [[f"{subject}.{number}"] for number in range(self.portions)]

    def form(self, batch_id: str) -> None:
        self._note("form", batch_id)

    def unread(self, batch_id: str) -> Portions:
        return self._split(batch_id)

    def read(self, batch_id: str, source_ids: Sequence[str]) -> None:
        self._note("read", batch_id, *source_ids)

    def ungathered(self, batch_id: str) -> Portions:
        return []

    def gather(self, batch_id: str, case_ids: Sequence[str]) -> None:
        self._note("gather", batch_id, *case_ids)

    def unjudged(self, batch_id: str) -> Portions:
        return self._split(batch_id)

    def judge(self, batch_id: str, case_ids: Sequence[str]) -> None:
        self._note("judge", batch_id, *case_ids)

    def going(self, batch_id: str) -> bool:
        return ("cancel", batch_id) not in self.done

    def finish(self, batch_id: str) -> None:
        self._note("finish", batch_id)

    def fail(self, batch_id: str, code: str) -> None:
        self._note("fail", batch_id, code)

    def renew(self, case_id: str, cause: str) -> None:
        self._note("renew", case_id, cause)

    def to_rejudge(self, reaudit_id: str) -> Portions:
        return self._split(reaudit_id)

    def rejudge(self, reaudit_id: str, case_ids: Sequence[str]) -> None:
        self._note("rejudge", reaudit_id, *case_ids)

    def finish_reaudit(self, reaudit_id: str) -> None:
        self._note("finish_reaudit", reaudit_id)

    def forgotten(self) -> Sequence[Forgotten]:
        return self.lost

    def task(self, argument: str) -> float | None:
        self._note("task", argument)
        return None

    def steps(self, subject: str) -> list[str]:
        return [one[0] for one in self.done if one[1] == subject]

    def wait(self, *wanted: tuple[str, ...]) -> None:
        limit = time.monotonic() + PATIENCE
        while not set(wanted) <= set(self.done):
            assert time.monotonic() < limit, (wanted, self.done)
            time.sleep(0.02)


@pytest.fixture
def jobs(database_url: str, tmp_path: Path) -> Iterator[Jobs]:
    made = Jobs(database_url, tmp_path)
    yield made
    made.stop()


def test_a_batch_goes_through_its_steps_once_and_in_order(jobs: Jobs) -> None:
    notes = Notes(portions=30)  # more than wait at a time
    jobs.migrate()
    for _ in range(3):  # asked for again and again
        jobs.submit_batch("b", 10)
    jobs.work(notes, {})
    jobs.submit_batch("b", 10)
    notes.wait(("finish", "b"))
    steps = notes.steps("b")
    assert steps == ["form", *["read"] * 30, *["judge"] * 30, "finish"]
    assert len(set(notes.done)) == len(notes.done)
    jobs.submit_batch("b", 10)  # it is done: nothing happens
    jobs.reaudit("r")
    notes.wait(("finish_reaudit", "r"))
    assert notes.steps("r") == ["rejudge"] * 30 + ["finish_reaudit"] and len(notes.steps("b")) == len(steps)


def test_what_ended_long_ago_is_forgotten(jobs: Jobs) -> None:
    notes = Notes(portions=1)
    jobs.work(notes, {})
    jobs.submit_batch("b", 10)
    notes.wait(("finish", "b"))
    assert jobs.forget(now() - timedelta(days=1)) == 0
    time.sleep(1)  # the end of the batch itself is written after its last step
    assert jobs.forget(now()) == 3
    jobs.submit_batch("b", 10)  # nobody remembers it
    limit = time.monotonic() + PATIENCE
    while notes.steps("b").count("finish") < 2 and time.monotonic() < limit:
        time.sleep(0.02)
    assert notes.steps("b") == ["form", "read", "judge", "finish"] * 2


def test_the_urgent_batch_is_served_first(jobs: Jobs) -> None:
    notes, begun = Notes(portions=8), threading.Event()
    notes.trouble = lambda step, subject: time.sleep(0.1) if begun.is_set() else begun.set()
    jobs.work(notes, {})
    jobs.submit_batch("later", 20)
    notes.wait(("read", "later", "later.0"))
    jobs.submit_batch("urgent", 1)
    notes.wait(("finish", "later"), ("finish", "urgent"))
    assert notes.done.index(("finish", "urgent")) < notes.done.index(("finish", "later"))


def test_a_task_of_one_key_is_done_once_and_one_that_asks_for_more_is_done_again(jobs: Jobs) -> None:
    notes = Notes()
    turns: list[str] = []

    def twice(argument: str) -> float | None:
        turns.append(argument)
        return 0.0 if len(turns) < 3 else None

    jobs.migrate()
    for _ in range(3):
        jobs.enqueue("task", "x", key="one")
    jobs.enqueue("twice", "y", delay_seconds=0.1)
    jobs.work(notes, {"task": notes.task, "twice": twice}, [Recurring("task", 10**9)])
    notes.wait(("task", "x"), ("task", ""))
    limit = time.monotonic() + PATIENCE
    while len(turns) < 3 and time.monotonic() < limit:
        time.sleep(0.02)
    assert turns == ["y"] * 3
    assert sorted(notes.done) == [("task", ""), ("task", "x")]


def test_a_task_that_fails_is_tried_again(jobs: Jobs) -> None:
    notes, failures = Notes(), iter([ValueError("first"), None])

    def trouble(step: str, subject: str) -> None:
        if fault := next(failures):
            raise fault

    notes.trouble = trouble
    jobs.work(notes, {"task": notes.task})
    jobs.enqueue("task", "x")
    notes.wait(("task", "x"))
    assert notes.done == [("task", "x")]


def test_an_outage_is_waited_for_and_fails_nothing(jobs: Jobs) -> None:
    notes = Notes(portions=1)
    faults = {"form": [OSError(errno.ENOSPC, "full")] * 2, "read": [OSError(errno.EIO, "broken")]}

    def trouble(step: str, subject: str) -> None:
        if faults.get(step):
            raise faults[step].pop()

    notes.trouble = trouble
    jobs.work(notes, {})
    jobs.submit_batch("b", 10)
    notes.wait(("finish", "b"))
    assert notes.steps("b") == ["form", "read", "judge", "finish"]


def test_a_fault_of_one_portion_does_not_stop_the_batch_and_one_of_the_batch_is_told(jobs: Jobs) -> None:
    notes = Notes()

    def trouble(step: str, subject: str) -> None:
        if step == "read" and subject == "portion":
            raise KeyError("a fault of ours")
        if step == "form" and subject == "whole":
            raise InputError("bad_zip", Text("坏", "bad"), Text("换", "another"))

    notes.trouble = trouble
    jobs.work(notes, {})
    jobs.submit_batch("portion", 10)
    jobs.submit_batch("whole", 10)
    notes.wait(("finish", "portion"), ("fail", "whole", "bad_zip"))
    assert notes.steps("portion") == ["form", "judge", "judge", "judge", "finish"]
    assert notes.steps("whole") == ["fail"]


def test_a_cancelled_batch_ends_without_further_work(jobs: Jobs) -> None:
    notes = Notes(portions=40)

    def trouble(step: str, subject: str) -> None:
        if step == "read" and len(notes.done) == 5:
            notes.done.append(("cancel", subject))
            jobs.cancel_batch(subject)

    notes.trouble = trouble
    jobs.work(notes, {})
    jobs.submit_batch("b", 10)
    notes.wait(("finish", "b"))
    assert "judge" not in notes.steps("b") and notes.steps("b").count("read") < 40


def test_what_was_never_handed_over_is_found(jobs: Jobs) -> None:
    notes = Notes(
        portions=1, lost=[Forgotten("batch", "b"), Forgotten("case", "c", "papers", "7"), Forgotten("reaudit", "r")]
    )
    jobs.work(notes, {})
    notes.wait(("finish", "b"), ("renew", "c", "papers"), ("finish_reaudit", "r"))
    time.sleep(6)  # swept once more: everything was handed over already
    assert len(notes.done) == len(set(notes.done))


def test_work_of_a_stopped_worker_is_taken_up_by_the_next(database_url: str, tmp_path: Path) -> None:
    notes = Notes(portions=40, trouble=lambda step, subject: time.sleep(0.05))
    for _ in range(2):
        jobs = Jobs(database_url, tmp_path)
        jobs.work(notes, {})
        jobs.submit_batch("b", 10)
        notes.wait(("read", "b", "b.3"))
        jobs.stop()
    assert ("finish", "b") not in notes.done
    last = Jobs(database_url, tmp_path)
    last.work(notes, {})
    notes.wait(("finish", "b"))
    assert last.workers() == 1 and sum(last.waiting().values()) <= 1
    last.stop()
    assert len(set(notes.done)) == len(notes.done)


# --- liveness -------------------------------------------------------------------------------------


def test_a_lock_is_held_until_it_is_released(database_url: str, tmp_path: Path) -> None:
    def made() -> Liveness:
        return FileLocks(tmp_path / "locks") if database_url.startswith("sqlite") else AdvisoryLocks(database_url)

    one, other = made(), made()
    one.hold("one")
    other.hold("other")
    assert one.steady() and other.steady()
    assert not other.dead("one") and not one.dead("other") and one.dead("nobody")
    assert one.living() == 2
    one.release()
    assert other.dead("one") and other.living() == 1
    other.release()


def test_what_is_an_outage_and_what_is_our_fault() -> None:
    assert is_outage(OSError(errno.ENOSPC, "full"))
    assert not is_outage(FileNotFoundError(errno.ENOENT, "gone"))
    assert not is_outage(InputError("bad_zip", Text("坏", "bad"), Text("换", "another")))
    assert not is_outage(ValueError("ours"))
