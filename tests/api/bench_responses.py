"""How long does the API keep people waiting while a batch is being read on the same machine?

`make bench-responses`. The API is a process of its own (`verifier-server serve`), a worker reads with as many processes as
there are cores, and one client asks 20 times a second over HTTP until the batch is done: lists, the progress of the
batch, a case.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.clock import now
from api.permissions import Permission
from api.settings import PREFIX
from api.tables import ApiKey, Batch, BatchState
from api.workflow import access
from tests.api.bench_service import CORES, cases, warm
from tests.api.faults.rig import Rig

A_SECOND, MOST_MS = 20, 200


@contextmanager
def served(made: Rig) -> Iterator[str]:
    """The address of the API, without a worker of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"DATA_DIR": made.settings.data_dir, "PORT": port, "HOST": "127.0.0.1", "RATE_PER_MINUTE": 10**6}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--workers", "0"],
        env={**os.environ, **{PREFIX + name: str(value) for name, value in own.items()}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                if httpx.get(f"{address}/api/v1/health/live").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def key(made: Rig, batch_id: str) -> str:
    """An API key of the institution that the batch belongs to."""
    token = access.new_token(access.KEY_PREFIX)
    with made.services.writing() as session:
        tenant_id = session.get_one(Batch, batch_id).tenant_id
        scopes = [Permission.BATCH_READ, Permission.CASE_READ, Permission.FINDING_DECIDE]
        session.add(
            ApiKey(
                tenant_id=tenant_id,
                name="bench",
                prefix=token[:8],
                token_sha256=access.digest(token),
                scopes=[one.value for one in scopes],
                created_by="bench",
                created_at=now(),
            )
        )
    return token


def ask_until_done(made: Rig, client: httpx.Client, batch_id: str) -> dict[str, list[float]]:
    """Milliseconds of every answer, by question."""
    questions = {
        "progress of the batch": f"batches/{batch_id}", "cases of the batch": f"cases?batch={batch_id}",
        "cases that fail": "cases?verdict=non_compliant", "batches": "batches",
    }  # fmt: skip
    took: dict[str, list[float]] = {name: [] for name in questions}
    while made.progress(batch_id)[0] not in (BatchState.DONE, BatchState.FAILED):
        for name, path in questions.items():
            began = time.perf_counter()
            answer = client.get(path)
            spent = time.perf_counter() - began
            assert answer.status_code == 200, answer.text
            took[name].append(spent * 1000)
            time.sleep(max(0.0, 1 / A_SECOND - spent))
    assert made.progress(batch_id)[0] == BatchState.DONE
    return took


def told(name: str, times: list[float]) -> float:
    at95 = sorted(times)[round(0.95 * (len(times) - 1))]
    print(
        f"{name:24} {len(times):5} answers, p50 {statistics.median(times):6.1f}, p95 {at95:6.1f}, slowest {max(times):6.1f} ms"
    )
    return at95


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="verifier-bench-") as scratch, warm(Path(scratch), 1, CORES) as made:
        batch_id = made.submit(cases(), "asked", hand_over=False)
        headers = {"Authorization": f"Bearer {key(made, batch_id)}"}
        with (
            served(made) as address,
            httpx.Client(base_url=f"{address}/api/v1/", headers=headers, timeout=60) as client,
        ):
            client.get("batches")
            made.jobs.submit_batch(batch_id, 10)
            took = ask_until_done(made, client, batch_id)
    for name, times in took.items():
        told(name, times)
    return 0 if told("all", [one for times in took.values() for one in times]) <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
