"""How fast is a batch through the service, beside the command line? And two workers on PostgreSQL beside one?

`make bench-service`. The same cases, five times each way in turn, medians. Both work with as many reading processes
as there are cores, with nothing kept from an earlier run. The service's time is from handing the batch over to its
end; the command line's begins with its first file, so that loading the weights counts for neither.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from api.tables import BatchState
from tests.api.faults.rig import AS_OF, Rig, plain_files, rig
from tests.api.servers import PostgresServer, postgres_binaries
from verifier import pipeline

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "cases"
CASES = ("K-01-*", "K-02-*", "K-04-*", "K-05-*", "K-08-*", "K-13-*")
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
CORES = os.cpu_count() or 1


def cases() -> dict[str, bytes]:
    return {
        path.relative_to(SAMPLES).as_posix(): path.read_bytes()
        for pattern in CASES
        for path in sorted(SAMPLES.glob(f"{pattern}/**/*"))
        if path.is_file()
    }


def command_line(files: Mapping[str, bytes], scratch: Path) -> float:
    """Seconds for the batch, from the moment the engine is loaded: the first file is taken to last as long as the mean."""
    folder = scratch / "batch"
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    first: list[float] = []

    def report(step: pipeline.Progress) -> None:
        if not first:
            first.append(time.monotonic())

    options = pipeline.Options(AS_OF, scratch / "out", workers=CORES, formats=("json",))
    pipeline.audit_batch([folder], options, report)
    return (time.monotonic() - first[0]) * len(files) / (len(files) - 1)


def service(made: Rig, files: Mapping[str, bytes], name: str) -> float:
    batch_id = made.submit(files, name, hand_over=False)
    begun = time.monotonic()
    made.jobs.submit_batch(batch_id, 10)
    made.finish(batch_id)
    taken = time.monotonic() - begun
    assert made.progress(batch_id)[0] == BatchState.DONE
    return taken


@contextmanager
def warm(folder: Path, workers: int, processes: int, database_url: str = "") -> Iterator[Rig]:
    """Workers whose engines are loaded."""
    with rig(folder, database_url, workers=processes) as made:
        made.start(workers)
        made.wait_for_workers(workers)
        made.finish(made.submit(plain_files(8 * workers * processes), "warm"))
        yield made
        made.stop()


def beside_command_line(files: Mapping[str, bytes], scratch: Path) -> bool:
    ours: list[float] = []
    theirs: list[float] = []
    with warm(scratch / "service", 1, CORES) as made:
        for run in range(RUNS):
            theirs.append(command_line(files, scratch / f"cli-{run}"))
            ours.append(service(made, files, f"run {run}"))
            print(f"run {run + 1}: command line {theirs[-1]:.1f} s, service {ours[-1]:.1f} s", flush=True)
    share = statistics.median(theirs) / statistics.median(ours)
    print(f"throughput of the service: {share:.0%} of the command line's (aim 90 %)", flush=True)
    return share >= 0.9


def two_workers(files: Mapping[str, bytes], scratch: Path) -> bool:
    binaries = postgres_binaries()
    if binaries is None:
        print("PostgreSQL is not installed: workers were not compared")
        return False
    server = PostgresServer(binaries)
    times: dict[int, list[float]] = {1: [], 2: []}
    try:
        for run in range(RUNS):
            for number in (1, 2):
                with warm(scratch / f"pg-{run}-{number}", number, 1, server.create()) as made:
                    times[number].append(service(made, files, "run"))
                print(f"run {run + 1}: {number} worker(s) {times[number][-1]:.1f} s", flush=True)
    finally:
        server.remove()
    ratio = statistics.median(times[1]) / statistics.median(times[2])
    print(f"two workers on PostgreSQL: {ratio:.2f} times one (aim 1.7 where there are two free cores)", flush=True)
    return ratio >= 1.7


def main() -> int:
    files = cases()
    print(f"{len(files)} files, {CORES} cores, {RUNS} runs", flush=True)
    with tempfile.TemporaryDirectory(prefix="verifier-bench-") as scratch:
        results = [beside_command_line(files, Path(scratch)), two_workers(files, Path(scratch))]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
