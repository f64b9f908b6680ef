"""The kill test in full: 200 documents on SQLite and on PostgreSQL, workers killed at random, a full disk, an absent database.

`make test-faults`. The measure is the same batch worked off without any trouble; whatever happens, everything that
the batch comes to must be equal: each file read, each case judged once, every outcome, every trace in the history,
every event on the trail. Root fills a file system of its own; without it no file of the workers can grow for a while.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.tables import BatchState
from tests.api.faults.rig import Rig, plain_files, rig
from tests.api.servers import PostgresServer, postgres_binaries
from verifier.batch import CONTROL

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "cases"
CASES = ("K-12-*", "K-13-*", "batch.yaml", "references")
DOCUMENTS, KILLS, WORKERS = 200, 8, 2
AWAY_SECONDS = 20.0
DISK = 512  # MiB


def documents() -> dict[str, bytes]:
    """Kept samples with scans, photographs and broken files, filled up with short texts to the number."""
    files = {
        path.relative_to(SAMPLES).as_posix(): path.read_bytes()
        for pattern in CASES
        for place in SAMPLES.glob(pattern)
        for path in ([place] if place.is_file() else place.rglob("*"))
        if path.is_file()
    }
    papers = [path for path in files if path.rsplit("/", 1)[-1] not in CONTROL and not path.startswith("references/")]
    missing = max(DOCUMENTS - len(papers), 0)
    return files | plain_files(missing // 2 + 1)


def undisturbed(folder: Path, files: dict[str, bytes]) -> dict[str, Any]:
    with rig(folder) as calm:
        calm.start(WORKERS)
        batch_id = calm.submit(files)
        calm.finish(batch_id)
        calm.stop()
        return calm.account(batch_id)


def disturbed(made: Rig, files: dict[str, bytes], account: dict[str, Any], outage: Callable[[Rig], None]) -> bool:
    """The same batch with kills all along and an outage in the middle; whether it came to the same."""
    total = len(account["sources"]) + len(account["cases"])
    made.start(WORKERS)
    batch_id = made.submit(files)
    begun = time.monotonic()
    made.kill_at_random(batch_id, KILLS // 2, seed=7, total=total // 2)
    told("outage", made.progress(batch_id))
    outage(made)
    told("over", made.progress(batch_id))
    made.kill_at_random(batch_id, KILLS - KILLS // 2, seed=8, total=total, since=total // 2)
    made.finish(batch_id)
    made.stop()
    came_to = made.account(batch_id)
    different = [name for name, value in account.items() if came_to[name] != value]
    told(
        f"{made.kills} kills, {time.monotonic() - begun:.0f} s", "equal" if not different else f"differs in {different}"
    )
    for name in different:
        for one in _only_in(came_to[name], account[name]):
            told(f"{name}, only here", one)
        for one in _only_in(account[name], came_to[name]):
            told(f"{name}, missing here", one)
    return not different and made.kills == KILLS


def _only_in(these: Any, those: Any) -> list[Any]:
    return [one for one in these if one not in those][:10] if isinstance(these, list) else [these]


# --- outages --------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of its own; None where this account may not make one."""
    folder.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full_disk(made: Rig, disk: Path | None) -> None:
    if disk is None:
        told("the disk", "cannot be mounted by this account: no file of the workers can grow instead")
        hard = [resource.prlimit(one.pid, resource.RLIMIT_FSIZE)[1] for one in made.workers]
        for one, most in zip(made.workers, hard, strict=True):
            resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (1024, most))
        time.sleep(AWAY_SECONDS)
        for one, most in zip(made.workers, hard, strict=True):
            resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (most, most))
        return
    ballast = disk / "ballast"
    stopping = threading.Event()
    filler = threading.Thread(target=_fill, args=(ballast, stopping))
    filler.start()
    time.sleep(AWAY_SECONDS)
    stopping.set()
    filler.join()
    ballast.unlink()


def _fill(ballast: Path, stopping: threading.Event) -> None:
    """To the last byte, and again whenever a little becomes free."""
    with ballast.open("ab", buffering=0) as out:
        while not stopping.wait(0.05):
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        out.write(bytes(size))
                except OSError:
                    continue


def absent_database(server: PostgresServer) -> None:
    server.stop()
    time.sleep(AWAY_SECONDS)
    server.start()


# --- both databases -------------------------------------------------------------------------------


def told(what: str, how: object) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}: {how}", flush=True)


def main() -> int:
    files = documents()
    with tempfile.TemporaryDirectory(prefix="verifier-faults-") as scratch:
        home = Path(scratch)
        account = undisturbed(home / "calm", files)
        told("documents", len(account["sources"]))
        told("cases", len(account["cases"]))
        if len(account["sources"]) < DOCUMENTS or account["batch"][0] != BatchState.DONE:
            told("the measure itself failed", account["batch"])
            return 1
        with small_disk(home / "disk") as disk, rig(home / "sqlite", data_dir=disk) as made:
            told("SQLite", f"{WORKERS} workers, {KILLS} kills, a full disk for {AWAY_SECONDS:.0f} s")
            sound = disturbed(made, files, account, lambda made: full_disk(made, disk))
        binaries = postgres_binaries()
        if binaries is None:
            told("PostgreSQL", "is not installed: not tested")
            return 1
        server = PostgresServer(binaries)
        try:
            with rig(home / "postgresql", server.create()) as made:
                told("PostgreSQL", f"{WORKERS} workers, {KILLS} kills, no database for {AWAY_SECONDS:.0f} s")
                sound = disturbed(made, files, account, lambda made: absent_database(server)) and sound
        finally:
            server.remove()
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
