"""How does a program use the service? A small client over HTTP that needs only httpx.

    with Client("https://verifier.example", key) as verifier:
        batch = verifier.create_batch("2026年11月新单")
        verifier.upload_folder(batch["id"], Path("november"))
        verifier.submit(batch["id"])
        for progress in verifier.follow(batch["id"]):
            print(progress["state"], progress["cases"])
        for case in verifier.cases(batch=batch["id"], verdict="non_compliant"):
            verifier.report(case["id"], "pdf", Path(f"{case['name']}.pdf"))

A refusal is a `Refused` with the service's stable code, its sentence and its next step. What may be repeated safely is
repeated when the network fails: every write carries an Idempotency-Key.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypedDict

import httpx

CHUNK = 8 * 1024 * 1024
ATTEMPTS = 5
FINISHED = ("done", "failed", "cancelled")
LATER = frozenset({429, 502, 503, 504})


class Batch(TypedDict):
    id: str
    name: str
    state: str
    pack: str
    edition: str
    as_of: str | None
    created_at: str
    finished_at: str | None


class Progress(TypedDict):
    """Counts by state; `verdicts` None for those who may not see them."""

    state: str
    finished: bool
    uploads: dict[str, int]
    cases: dict[str, int]
    sources: dict[str, int]
    pages: int
    verdicts: dict[str, int] | None


class Case(TypedDict):
    id: str
    name: str
    state: str
    verdict: str | None
    fails: int
    reviews: int
    open_findings: int
    risk: int


class Refused(Exception):
    """The service said no. `code` is stable; `detail` and `hint` are in Chinese and English."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.detail: Mapping[str, str] = problem.get("detail") or {}
        self.hint: Mapping[str, str] = problem.get("hint") or {}
        super().__init__(f"{self.code}: {self.detail.get('en', '')} {self.hint.get('en', '')}".strip())


class Client:
    """One connection pool. `key`: an API key or a sign-in token."""

    def __init__(
        self, base_url: str, key: str, *, timeout: float = 60, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/api/v1",
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    # --- batches ------------------------------------------------------------------------------------

    def create_batch(self, name: str, *, pack: str = "", as_of: str | None = None, priority: int = 10) -> Batch:
        given = {"name": name, "pack": pack, "as_of": as_of, "priority": priority}
        made: Batch = self._json("POST", "/batches", json=given)
        return made

    def upload(self, batch_id: str, path: str, file: Path) -> None:
        """Send one file to its place in the batch (`C-0001/form.pdf`), in chunks; a cut is taken up where it was."""
        begun = self._send("POST", f"/batches/{batch_id}/uploads", json={"path": path, "size": file.stat().st_size})
        where = f"/uploads/{begun.json()['id']}"
        offset = int(begun.headers["Upload-Offset"])
        with file.open("rb") as stream:
            while offset < file.stat().st_size:
                stream.seek(offset)
                offset = self._chunk(where, offset, stream.read(CHUNK))

    def _chunk(self, where: str, offset: int, data: bytes) -> int:
        try:
            sent = self._once("PATCH", where, content=data, headers={"Upload-Offset": str(offset)})
        except httpx.TransportError:
            sent = self._send("HEAD", where)
        return int(sent.headers["Upload-Offset"])

    def upload_folder(self, batch_id: str, folder: Path) -> int:
        """All files of a batch folder (contract, section 1), each at its path; how many."""
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        for file in files:
            self.upload(batch_id, file.relative_to(folder).as_posix(), file)
        return len(files)

    def submit(self, batch_id: str) -> Batch:
        made: Batch = self._json("POST", f"/batches/{batch_id}/submit")
        return made

    def batch(self, batch_id: str) -> Batch:
        one: Batch = self._json("GET", f"/batches/{batch_id}")
        return one

    def follow(self, batch_id: str, *, every: float = 1.0) -> Iterator[Progress]:
        """The progress of a batch until it is finished; the last one given is final."""
        while True:
            progress: Progress = self._json("GET", f"/batches/{batch_id}")["progress"]
            yield progress
            if progress["state"] in FINISHED:
                return
            time.sleep(every)

    # --- cases --------------------------------------------------------------------------------------

    def cases(self, **filters: str) -> Iterator[Case]:
        """Cases, newest first; filters as in the API (batch, verdict, branch, text …)."""
        yield from self._pages("/cases", filters)

    def audit(self, case_id: str) -> dict[str, Any]:
        """The audit of a case in the shape of `audit.json`, as far as this key may see it."""
        found: dict[str, Any] = self._json("GET", f"/cases/{case_id}/audit")
        return found

    def report(self, case_id: str, form: str, target: Path, *, lang: str = "zh") -> None:
        """Write a report (json, html, pdf, xlsx) of a case to `target`."""
        answer = self._send("GET", f"/cases/{case_id}/report", params={"format": form, "lang": lang})
        target.write_bytes(answer.content)

    # --- the wire -----------------------------------------------------------------------------------

    def _pages(self, path: str, filters: Mapping[str, str]) -> Iterator[Any]:
        cursor: str | None = None
        while True:
            found = self._json("GET", path, params={**filters, **({"cursor": cursor} if cursor else {})})
            yield from found["items"]
            cursor = found["next"]
            if cursor is None:
                return

    def _json(self, method: str, path: str, **given: Any) -> Any:
        return self._send(method, path, **given).json()

    def _send(self, method: str, path: str, **given: Any) -> httpx.Response:
        if method == "POST":
            given["headers"] = {"Idempotency-Key": str(uuid.uuid4()), **given.get("headers", {})}
        for attempt in range(ATTEMPTS):
            try:
                return self._once(method, path, **given)
            except httpx.TransportError:
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(2**attempt / 4)
            except Refused as refused:
                if refused.status not in LATER or attempt == ATTEMPTS - 1:
                    raise
                time.sleep(2**attempt / 2)
        raise AssertionError

    def _once(self, method: str, path: str, **given: Any) -> httpx.Response:
        answer = self._http.request(method, path, **given)
        if answer.is_success:
            return answer
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        raise Refused(answer.status_code, problem)
