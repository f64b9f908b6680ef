"""How does work outlive the process that does it? The only file that knows the job engine (DBOS).

What is done stands in our own tables; the engine remembers how far a piece of work has come. A worker that dies
leaves its work to any other one within seconds (`api.liveness`), so every function of `Work` may run again after it
has run in part, or wholly. An outage (a full disk, a database that is away) is waited for and fails nothing.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from dbos import DBOS, DBOSClient, EnqueueOptions, Serializer, SetEnqueueOptions, SetWorkflowID
from dbos._dbos import _get_dbos_instance
from dbos._utils import INTERNAL_QUEUE_NAME
from sqlalchemy import Engine, create_engine, event, make_url, select
from sqlalchemy.exc import IntegrityError

from api.clock import now
from api.liveness import Liveness, liveness_at
from api.outages import is_outage, named
from api.work import Forgotten, Portions, Recurring, Task, Work
from verifier.errors import VerifierError

log = logging.getLogger(__name__)
logging.getLogger("dbos").setLevel(logging.WARNING)
P = ParamSpec("P")
R = TypeVar("R")

APPLICATION = "verifier"
VERSION = "1"  # never changes: work of another version would wait for workers of that version for ever
BATCHES, READING, JUDGING, TASKS = "batches", "reading", "judging", "tasks"
AT_ONCE: Mapping[str, int] = {BATCHES: 64, READING: 3, JUDGING: 2, TASKS: 4}  # in one worker
POLL_SECONDS = 0.2
WINDOW = 24  # portions of one piece of work that wait at a time: others get their turn between them
ORPHAN_SECONDS = 5.0
SWEEP_SECONDS = 5.0
LONGEST_WAIT = 30.0
RECOVERIES = 1000  # crashes are counted for each file (SourceRow.attempts), not for the batch that holds it
ATTEMPTS = 4
RACES = 3
FORGET_SECONDS = 3600.0
KEPT = timedelta(days=30)  # the engine's record of work that has ended; also how long a task's key is known
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
LIVE = ("ENQUEUED", "PENDING", "DELAYED", "SUCCESS")


class Interrupted(BaseException):
    """This process stops, or an outage struck the engine itself: nothing is recorded and the work is taken up again."""


@dataclass(slots=True)
class _Worker:
    """What this process works with while it is a worker. The engine has one instance for a process; so have we."""

    work: Work
    tasks: Mapping[str, Task]
    client: DBOSClient
    stopping: threading.Event = field(default_factory=threading.Event)
    running: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_bound: _Worker | None = None


def _worker() -> _Worker:
    if _bound is None:
        raise Interrupted
    return _bound


# --- steps ------------------------------------------------------------------------------------------


def _persistently(function: Callable[[], R]) -> R:
    """Try until it is done or fails by its own fault. Who loses a race for a row finds it there the next time."""
    wait, races = 0.5, 0
    while True:
        try:
            return function()
        except IntegrityError:
            races += 1
            if races == RACES:
                raise
        except Exception as fault:
            if not is_outage(fault):
                raise
            log.warning("waiting %.1f s for the database or the disk: %s", wait, named(fault))
            if _worker().stopping.wait(wait):
                raise Interrupted from None
            wait = min(2 * wait, LONGEST_WAIT)


def _once(name: str, function: Callable[..., R], *arguments: object) -> R:
    """A step: done, its answer remembered, and not done again by this piece of work."""
    return DBOS.run_step({"name": name}, lambda: _persistently(lambda: function(*arguments)))


def _unharmed(function: Callable[P, R]) -> Callable[P, R]:
    """The engine's own rows could not be written: leave the work as it is on record, to be taken up again."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Exception as fault:
            if is_outage(fault):
                log.warning("work is left to be taken up again: %s", named(fault))
                raise Interrupted from None
            raise

    return run


# --- durable work -----------------------------------------------------------------------------------


@DBOS.workflow(name="batch", max_recovery_attempts=RECOVERIES)
@_unharmed
def _batch(batch_id: str, priority: int) -> None:
    work = _worker().work
    try:
        _once("form", work.form, batch_id)
        _fan_out(batch_id, "read", READING, priority, _once("unread", work.unread, batch_id))
        _fan_out(batch_id, "gather", JUDGING, priority, _once("ungathered", work.ungathered, batch_id))
        _fan_out(batch_id, "judge", JUDGING, priority, _once("unjudged", work.unjudged, batch_id))
    except Exception as fault:
        if is_outage(fault):
            raise
        log.exception("a batch could not be worked off")
        _once("fail", work.fail, batch_id, fault.code if isinstance(fault, VerifierError) else "internal_error")
        return
    _once("finish", work.finish, batch_id)


@DBOS.workflow(name="reaudit", max_recovery_attempts=RECOVERIES)
@_unharmed
def _reaudit(reaudit_id: str, priority: int) -> None:
    work = _worker().work
    _fan_out(reaudit_id, "rejudge", JUDGING, priority, _once("to_rejudge", work.to_rejudge, reaudit_id))
    _once("finish_reaudit", work.finish_reaudit, reaudit_id)


def _fan_out(subject: str, step: str, queue: str, priority: int, portions: Portions) -> None:
    """Every portion as work of its own, and an end of all of them before the next step."""
    work = _worker().work
    ahead: deque[str] = deque()
    for number, ids in enumerate(portions):
        if step in ("read", "judge") and not _once("going", work.going, subject):
            break
        name = f"{DBOS.workflow_id}/{step}/{number}"
        with SetWorkflowID(name), SetEnqueueOptions(priority=priority):
            DBOS.enqueue_workflow(queue, _portion, step, subject, list(ids))
        ahead.append(name)
        if len(ahead) >= WINDOW:
            _once("wait", _ended, [ahead.popleft()])
    if ahead:
        _once("wait", _ended, list(ahead))


def _ended(names: Sequence[str]) -> None:
    """Wait for the end of these portions. One that failed is no error here: what it left is found in the tables."""
    worker = _worker()
    left = set(names)
    while left:
        found = worker.client.list_workflows(workflow_ids=sorted(left), load_input=False, load_output=False)
        left -= {one.workflow_id for one in found if one.status not in ("ENQUEUED", "PENDING", "DELAYED")}
        if left and worker.stopping.wait(POLL_SECONDS):
            raise Interrupted


@DBOS.workflow(name="portion", max_recovery_attempts=RECOVERIES)
@_unharmed
def _portion(step: str, subject: str, ids: list[str]) -> None:
    work = _worker().work
    steps: Mapping[str, Callable[[str, Sequence[str]], None]] = {
        "read": work.read,
        "gather": work.gather,
        "judge": work.judge,
        "rejudge": work.rejudge,
    }
    with _counted():
        _once(step, lambda: _attempted(lambda: steps[step](subject, ids)))


@DBOS.workflow(name="case", max_recovery_attempts=RECOVERIES)
@_unharmed
def _case(case_id: str, cause: str) -> None:
    with _counted():
        _once("renew", lambda: _attempted(lambda: _worker().work.renew(case_id, cause)))


@DBOS.workflow(name="task", max_recovery_attempts=RECOVERIES)
@_unharmed
def _task(work: str, argument: str, priority: int, turn: int = 0) -> None:
    """One turn of a small task; what is to be done again later waits in the queue, not in a thread."""
    with _counted():
        again = _once(work, lambda: _attempted(lambda: _worker().tasks[work](argument)))
    if again is not None:
        name = f"{str(DBOS.workflow_id).partition('~')[0]}~{turn + 1}"
        options = _options("task", TASKS, name, priority)
        options["delay_seconds"] = max(again, 0.0)
        DBOS.enqueue_workflow_with_options(options, work, argument, priority, turn + 1)


def _attempted(function: Callable[[], R]) -> R:
    """Try a few times, longer and longer apart; an outage is not counted."""
    for attempt in range(ATTEMPTS):
        try:
            return _persistently(function)
        except Exception:
            if attempt == ATTEMPTS - 1:
                raise
            log.exception("a piece of work failed and is tried again")
            if _worker().stopping.wait(2.0**attempt):
                raise Interrupted from None
    raise AssertionError


@contextmanager
def _counted() -> Iterator[None]:
    """Work that a graceful stop waits for."""
    worker = _worker()
    if worker.stopping.is_set():
        raise Interrupted
    with worker.lock:
        worker.running += 1
    try:
        yield
    finally:
        with worker.lock:
            worker.running -= 1


# --- the engine, bound to one process ---------------------------------------------------------------


class Jobs:
    """Hands work to the engine; after `work` it also does it. `url`: the engine's database."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._engine = _engine(url)
        self._client = DBOSClient(
            system_database_engine=self._engine, serializer=_Json(), application_name=APPLICATION, lazy=True
        )
        self._liveness = liveness_at(url, folder / "workers")
        self._watch: threading.Thread | None = None
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"

    def migrate(self) -> None:
        """Make or renew the engine's own tables; may be called by several processes at once."""
        self._client._sys_db.run_migrations()

    # what use cases ask for (api.services.JobQueue)

    def submit_batch(self, batch_id: str, priority: int) -> None:
        self._submit("batch", BATCHES, f"batch:{batch_id}", priority, batch_id, priority)

    def judge_again(self, case_id: str, cause: str) -> None:
        self._enqueue("case", READING, f"case:{case_id}:{secrets.token_hex(8)}", 1, case_id, cause)

    def reaudit(self, reaudit_id: str) -> None:
        self._submit("reaudit", BATCHES, f"reaudit:{reaudit_id}", 10, reaudit_id, 10)

    def enqueue(self, work: str, argument: str, *, priority: int = 10, key: str = "", delay_seconds: float = 0) -> None:
        options = _options("task", TASKS, f"task:{work}:{key or secrets.token_hex(8)}", priority)
        if delay_seconds > 0:
            options["delay_seconds"] = delay_seconds
        self._client.enqueue(options, work, argument, priority, 0)

    def cancel_batch(self, batch_id: str) -> None:
        """Portions that wait are taken away. The batch itself ends on its own: its row says that it is cancelled."""
        waiting = self._client.list_workflows(
            workflow_id_prefix=f"batch:{batch_id}", name="portion", status="ENQUEUED", load_input=False
        )
        if waiting:
            self._client.cancel_workflows([one.workflow_id for one in waiting])

    def _submit(self, kind: str, queue: str, name: str, priority: int, *arguments: object) -> None:
        """Once for each name, unless it ended without success: then anew."""
        known = self._client.list_workflows(workflow_id_prefix=name, name=kind, load_input=False, load_output=False)
        if not any(one.status in LIVE for one in known):
            self._enqueue(kind, queue, f"{name}#{len(known)}" if known else name, priority, *arguments)

    def _enqueue(self, kind: str, queue: str, name: str, priority: int, *arguments: object) -> None:
        self._client.enqueue(_options(kind, queue, name, priority), *arguments)

    def hand_over(self, one: Forgotten) -> None:
        """Give the engine what is on record, unless it has it."""
        if one.kind == "batch":
            self.submit_batch(one.id, one.priority)
        elif one.kind == "reaudit":
            self.reaudit(one.id)
        else:
            self._submit("case", READING, f"case:{one.id}:{one.turn}", 1, one.id, one.cause)

    # facts for health and metrics

    def workers(self) -> int:
        """How many worker processes are alive."""
        return self._liveness.living()

    def waiting(self) -> dict[str, int]:
        """How much work waits or is under way, by queue."""
        counts = dict.fromkeys(AT_ONCE, 0)
        for one in self._client.list_workflows(
            status=["ENQUEUED", "PENDING"], queues_only=True, load_input=False, load_output=False
        ):
            if one.queue_name in counts:
                counts[one.queue_name] += 1
        return counts

    def forget(self, before: datetime) -> int:
        """Drop the engine's own record of work that ended before; what it came to stands in our tables."""
        done = 0
        while True:
            ended = self._client.list_workflows(
                status=list(ENDED), completed_before=before.isoformat(), limit=500, load_input=False, load_output=False
            )
            if not ended:
                return done
            self._client.delete_workflows([one.workflow_id for one in ended])
            done += len(ended)

    # a worker

    def work(self, work: Work, tasks: Mapping[str, Task], recurring: Sequence[Recurring] = ()) -> None:
        """Begin to work in this process; returns at once."""
        global _bound  # noqa: PLW0603  the engine is one for a process, so is what its functions work with
        if _bound is not None:
            raise RuntimeError("this process is a worker already")
        self.migrate()
        self._liveness.hold(self.name)
        _bound = _Worker(work, tasks, self._client)
        DBOS(config={
            "name": APPLICATION, "application_version": VERSION, "executor_id": self.name,
            "system_database_url": make_url(self._url).set(drivername=_plain_driver(self._url)).render_as_string(False),
            "system_database_engine": self._engine, "serializer": _Json(), "use_listen_notify": False,
            "run_migrations": False, "log_level": "WARNING", "notification_listener_polling_interval_sec": 1.0,
        })  # fmt: skip
        _quieten()
        DBOS.launch()
        for queue, at_once in AT_ONCE.items():
            DBOS.register_queue(
                queue, worker_concurrency=at_once, polling_interval_sec=POLL_SECONDS, on_conflict="always_update"
            )
        self._watch = threading.Thread(
            target=_Watch(self, _bound, recurring, self._liveness).run, name="jobs-watch", daemon=True
        )
        self._watch.start()

    def stop(self, patience: float = 30.0) -> bool:
        """Take no more work, let what is being done end, leave the rest to others. False when something would not end:
        the process should then, its work is taken up by others."""
        global _bound
        worker, ended = _bound, True
        if worker is not None and self._watch is not None:
            worker.stopping.set()
            for stop in _instance().background_thread_stop_events:
                stop.set()
            deadline = time.monotonic() + patience
            while worker.running and time.monotonic() < deadline:
                time.sleep(0.05)
            self._watch.join(timeout=5)
            ended = not worker.running
            if ended:
                DBOS.destroy()
            _bound, self._watch = None, None
            self._liveness.release()
        with suppress(Exception):
            self._client.destroy()
        self._engine.dispose()
        return ended


class _Watch:
    """Looks after what the engine does not: the work of dead workers, work whose thread is gone, work that was put on
    record and never handed over, and tasks of every period."""

    def __init__(self, jobs: Jobs, worker: _Worker, recurring: Sequence[Recurring], liveness: Liveness) -> None:
        self._jobs = jobs
        self._worker = worker
        self._recurring = recurring
        self._liveness = liveness
        self._engine = _instance()
        self._orphans: dict[str, float] = {}
        self._swept = 0.0
        self._forget_at = time.monotonic() + SWEEP_SECONDS

    def run(self) -> None:
        while not self._worker.stopping.wait(1.0):
            try:
                self._look()
            except Exception as fault:  # the watch must outlive every outage
                log.warning("the watch could not look: %s", named(fault))
                if not is_outage(fault):
                    log.exception("the watch failed")

    def _look(self) -> None:
        if self._liveness.steady():
            for name in self._at_work() - {self._jobs.name}:
                if self._liveness.dead(name):
                    log.info("taking over the work of a dead worker")
                    DBOS._recover_pending_workflows([name])
        self._adopt_orphans()
        if time.monotonic() - self._swept >= SWEEP_SECONDS:
            self._sweep()
            self._swept = time.monotonic()
        if time.monotonic() >= self._forget_at:
            self._jobs.forget(now() - KEPT)
            self._forget_at = time.monotonic() + FORGET_SECONDS

    def _at_work(self) -> set[str]:
        rows = self._engine._sys_db.tables.workflow_status
        asked = select(rows.c.executor_id).where(rows.c.status == "PENDING").distinct()
        with self._engine._sys_db.engine.connect() as connection:
            return {name for name in connection.execute(asked).scalars() if name}

    def _adopt_orphans(self) -> None:
        """Work that is ours on record while none of our threads does it: an outage ended the thread."""
        system = self._engine._sys_db
        active = set(self._engine._active_workflows_set.activeList())
        pending = {one.workflow_id for one in system.get_pending_workflows(self._jobs.name, VERSION)}
        seen = time.monotonic()
        self._orphans = {name: self._orphans.get(name, seen) for name in pending - active}
        for name, since in list(self._orphans.items()):
            if seen - since >= ORPHAN_SECONDS:
                log.info("taking up work again whose thread had ended")
                system.reenqueue_for_recovery(name, [self._jobs.name], INTERNAL_QUEUE_NAME)
                del self._orphans[name]

    def _sweep(self) -> None:
        for one in self._worker.work.forgotten():
            self._jobs.hand_over(one)
        for task in self._recurring:
            self._jobs.enqueue(task.work, "", key=str(int(time.time()) // task.seconds))


def _options(kind: str, queue: str, name: str, priority: int) -> EnqueueOptions:
    return {"workflow_name": kind, "queue_name": queue, "workflow_id": name, "priority": max(priority, 1)}


def _quieten() -> None:
    """The engine's lines go where ours go, in our form."""
    said = logging.getLogger("dbos")
    said.handlers.clear()
    said.propagate = True
    said.setLevel(logging.WARNING)


def _instance() -> DBOS:
    return _get_dbos_instance()


class _Json(Serializer):
    """Plain JSON in the engine's rows: the default would unpickle, which runs code, and keep the text of faults, which
    may quote what people sent."""

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            return json.dumps({"fault": named(data)})
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        data = json.loads(serialized_data)
        return RuntimeError(data["fault"]) if isinstance(data, dict) and data.keys() == {"fault"} else data

    def name(self) -> str:
        return "verifier_json"


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True)
    place = make_url(url).database
    if place:
        Path(place).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, pool_size=10, max_overflow=20, hide_parameters=True)

    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = "IMMEDIATE"  # as the engine sets it on connections of its own making
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine


def _plain_driver(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"
