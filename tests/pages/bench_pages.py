"""How long does the service take for a page, and how heavy is it? A case of 200 findings and 60 pages first of all.

    python -m tests.pages.bench_pages

Prints for each page p50 and p95 of the time in the server, the p95 of the processor's time that it took (on a busy
machine the better figure), its bytes as sent (gzip), and how long the first picture of a process takes beside the next.
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from fastapi.testclient import TestClient

from api.permissions import Role
from api.workflow import opened
from tests.api.bench_cases import p95
from tests.api.house import open_house
from tests.api.judged import CRITICAL, MAJOR, Scene
from tests.pages.large import FILE, LATE, LATE_PAGE, large_case
from verifier.model import Outcome

ROUNDS, CASES = 40, 60
LIMIT_MS = 300  # for opening a case of 200 findings


@dataclass(frozen=True)
class Answered:
    """Milliseconds on the wall's clock and on the processor's, and bytes on the wire."""

    wall: float
    processor: float
    size: int


def asked(client: TestClient, path: str, **headers: str) -> Answered:
    began, spent = time.perf_counter(), time.process_time()
    answer = client.get(path, headers=headers)
    wall, processor = (time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
    packed = answer.headers.get("content-encoding") == "gzip"
    return Answered(wall, processor, len(gzip.compress(answer.content, 5)) if packed else len(answer.content))


def told(name: str, ask: Callable[[], Answered], rounds: int = ROUNDS) -> tuple[float, float]:
    """The p95 of both clocks."""
    taken = [ask() for _ in range(rounds)]
    wall, processor = [one.wall for one in taken], [one.processor for one in taken]
    print(
        f"{name:40} p50 {statistics.median(wall):7.1f}   p95 {p95(wall):7.1f}   processor p95 {p95(processor):7.1f} ms"
        f"   {taken[-1].size / 1000:6.1f} kB",
        flush=True,
    )
    return p95(wall), p95(processor)


def main() -> None:
    with open_house(rate_per_minute=10**6) as house:
        scene = Scene(house, house.tenant())
        for number in range(CASES):
            scene.case(f"C-{number:03d}", {CRITICAL: Outcome.FAIL, MAJOR: Outcome.REVIEW})
        large = large_case(scene)
        roles = (Role.UPLOADER, Role.REVIEWER, Role.APPROVER, Role.AML_OFFICER)
        client = house.person(scene.tenant_id, *roles).client
        case = f"/cases/{large.case_id}"
        page = f"/api/v1{case}/pages"
        told("the case, first time in this process", lambda: asked(client, case), 1)
        opening = told("the case, opened again", lambda: asked(client, case))

        def afresh() -> Answered:
            opened.forget_recent()
            return asked(client, case)

        told("the case, its audit read from the store", afresh)
        told("one finding of it", lambda: asked(client, f"{case}/findings/{LATE}", **{"HX-Request": "true"}))
        told("its papers", lambda: asked(client, f"{case}/papers", **{"HX-Request": "true"}))
        for path in ("/queue", "/cases", "/batches", "/requests", "/blind", "/dashboard"):
            told(path, lambda path=path: asked(client, path))  # type: ignore[misc]
        told("the words of a page", lambda: asked(client, f"{page}/words?file={FILE}&page={LATE_PAGE}"))
        told("first picture of the process", lambda: asked(client, f"{page}/picture?file={FILE}&page=1"), 1)
        told("next picture, drawn", lambda: asked(client, f"{page}/picture?file={FILE}&page=2"), 1)
        told("a picture that was drawn before", lambda: asked(client, f"{page}/picture?file={FILE}&page=2"))
        wall, processor = opening
        verdict = "held" if wall <= LIMIT_MS else "not held by the wall's clock"
        print(
            f"\nopening a case of 200 findings within {LIMIT_MS} ms: {verdict}"
            f" (p95 {wall:.0f} ms, {processor:.0f} ms of the processor)"
        )


if __name__ == "__main__":
    main()
