"""Is nothing lost and nothing doubled when workers die, the disk is full or the database is away? In small.

`make test-faults` does the same in full (tests/api/faults/full.py). What a batch comes to when nothing happens is
the measure: every other course of things must come to the same.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.tables import BatchState
from tests.api.faults.rig import Rig, plain_files, rig
from tests.api.servers import PostgresServer

CASES = 10
PAPERS = 2 * CASES


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    with rig(tmp_path_factory.mktemp("calm")) as calm:
        calm.start()
        batch_id = calm.submit(plain_files(CASES))
        calm.finish(batch_id)
        calm.stop()
        account = calm.account(batch_id)
    assert account["batch"] == (BatchState.DONE, [])
    assert len(account["cases"]) == CASES and len(account["sources"]) == PAPERS
    return account


def disturbed(made: Rig, outage: Callable[[Rig], None]) -> dict[str, object]:
    """A batch during which a worker is killed while it reads, an outage comes and goes, a worker is killed while it
    judges, and the last is told to stop before all is done."""
    made.start(2)
    batch_id = made.submit(plain_files(CASES))
    made.wait(batch_id, lambda state, read, judged: read > 3)
    made.kill(0)
    outage(made)
    made.start(2)
    made.wait(batch_id, lambda state, read, judged: judged > 1)
    made.kill(0)
    made.wait(batch_id, lambda state, read, judged: judged > 5)
    made.stop()
    made.start()
    made.finish(batch_id)
    made.stop()
    assert made.jobs.workers() == 0
    return made.account(batch_id)


def full_disk(made: Rig) -> None:
    """No file of the worker can grow: what it cannot write now it writes later."""
    (worker,) = made.workers
    _, hard = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (1024, hard))
    time.sleep(3)
    assert worker.poll() is None, "the worker died of a full disk"
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (hard, hard))


def test_sqlite_kills_and_a_full_disk(undisturbed: dict[str, object], tmp_path: Path) -> None:
    with rig(tmp_path) as made:
        assert disturbed(made, full_disk) == undisturbed


def test_postgresql_kills_and_an_absent_database(
    undisturbed: dict[str, object], postgres: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    def absent_database(made: Rig) -> None:
        postgres.stop()
        try:
            time.sleep(3)
            assert made.workers[0].poll() is None, "the worker died of an absent database"
        finally:
            postgres.start()

    with rig(tmp_path, postgres_url) as made:
        assert disturbed(made, absent_database) == undisturbed
