"""A service with real worker processes that are killed, starved and cut off, and the proof that nothing came of it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from api import trail
from api.clock import now
from api.jobs import Jobs
from api.services import Services
from api.settings import PREFIX, Settings
from api.start import bind
from api.tables import (
    Batch,
    BatchState,
    CaseRow,
    CheckTally,
    FindingRow,
    HistoryContact,
    HistoryPayment,
    HistoryPicture,
    Judgement,
    SourceRow,
    SourceState,
    Tenant,
    TrailEvent,
    Upload,
    UploadState,
)
from api.workflow import kept

AS_OF = date(2026, 11, 22)
PATIENCE = 1500.0
MOST_RESTARTS = 5
APPLICATION = """人身保险投保单
投保单号：T2026{number:06d}
投保人姓名：{name}
投保人联系电话：139{number:08d}
险种名称：福安终身寿险
期交保费：人民币 {premium} 元
投保人签名：{name}
投保日期：2026年3月1日
"""
SURNAMES, GIVEN = "赵钱孙李周吴郑王", "一二三四五六七八九十"


def plain_files(cases: int, papers: int = 2) -> dict[str, bytes]:
    """Cases of fictional people whose papers are short texts."""
    made = {}
    for number in range(cases):
        name = SURNAMES[number % len(SURNAMES)] + "虚构" + GIVEN[number // len(SURNAMES) % len(GIVEN)]
        for paper in range(papers):
            text = APPLICATION.format(number=number, name=name, premium=1000 + number) + f"第{paper + 1}份\n"
            made[f"C-{number:04d}/材料{paper + 1}.txt"] = text.encode()
    return made


@dataclass
class Rig:
    """The service of one data folder and database. Workers are processes of `verifier-server worker`."""

    settings: Settings
    log: Path
    services: Services = field(init=False)
    jobs: Jobs = field(init=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0
    restarts: int = 0

    def __post_init__(self) -> None:
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.jobs = Jobs(self.settings.jobs_database, self.settings.data_dir)
        self.services = bind(self.settings, self.jobs, migrate=True)
        self.jobs.migrate()

    # --- workers --------------------------------------------------------------------------------

    def start(self, number: int = 1) -> None:
        given = {"data_dir", "database_url", "workers"} & self.settings.model_fields_set
        own = {PREFIX + name.upper(): str(getattr(self.settings, name)) for name in given}
        for _ in range(number):
            with self.log.open("ab") as out:
                self.workers.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "api.cli", "worker"],
                        env={**os.environ, **own},
                        stdin=subprocess.DEVNULL,
                        stdout=out,
                        stderr=out,
                    )
                )

    def wait_for_workers(self, number: int) -> None:
        limit = time.monotonic() + PATIENCE
        while self.jobs.workers() < number:
            assert time.monotonic() < limit, self._last_words()
            time.sleep(0.2)

    def kill(self, which: int = 0) -> None:
        """As the kernel does it: no warning, no last word."""
        worker = self.workers.pop(which)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.kills += 1

    def stop(self) -> None:
        """As a supervisor does it; the workers must end by themselves."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait(timeout=60)
        self.workers.clear()

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.jobs.stop()
        self.services.engine.dispose()

    # --- a batch --------------------------------------------------------------------------------

    def submit(self, files: Mapping[str, bytes], name: str = "批次", *, hand_over: bool = True) -> str:
        """A queued batch of an institution of its own."""
        with self.services.writing() as session:
            tenant = Tenant(name=f"虚构机构 {name}", created_at=now())
            session.add(tenant)
        stored = {path: self.services.blobs.put(tenant.id, (data,)) for path, data in files.items()}
        with self.services.writing() as session:
            batch = Batch(
                tenant_id=tenant.id, name=name, as_of=AS_OF, state=BatchState.QUEUED, created_by="test",
                created_at=now(), submitted_at=now(),
            )  # fmt: skip
            session.add(batch)
            session.flush()
            for path, one in stored.items():
                upload = Upload(
                    tenant_id=tenant.id, batch_id=batch.id, path=path, size=one.size, received=one.size,
                    sha256=one.sha256, state=UploadState.RECEIVED, created_by="test", created_at=now(),
                )  # fmt: skip
                session.add(upload)
        if hand_over:
            self.jobs.submit_batch(batch.id, 10)
        return batch.id

    def progress(self, batch_id: str) -> tuple[str, int, int]:
        """The state, how many files are read, how many cases judged."""
        with self.services.reading() as session:
            batch = session.get_one(Batch, batch_id)
            waiting = (SourceState.WAITING, SourceState.READING)
            read = select(func.count()).where(SourceRow.batch_id == batch_id, col(SourceRow.state).not_in(waiting))
            judged = select(func.count()).where(CaseRow.batch_id == batch_id, CaseRow.state == "judged")
            return batch.state, session.exec(read).one(), session.exec(judged).one()

    def wait(self, batch_id: str, until: Callable[[str, int, int], bool], patience: float = PATIENCE) -> None:
        """Until the progress of the batch fits, or it has ended."""
        limit = time.monotonic() + patience
        while time.monotonic() < limit:
            state, read, judged = self.progress(batch_id)
            if until(state, read, judged) or state in (BatchState.DONE, BatchState.FAILED):
                return
            self._supervise()
            time.sleep(0.1)
        raise AssertionError(f"the batch stands at {self.progress(batch_id)}: {self._last_words()}")

    def _supervise(self) -> None:
        """Start again what ended by itself, as any supervisor does: a worker cannot start while its database is away."""
        for worker in [one for one in self.workers if one.poll() is not None]:
            self.workers.remove(worker)
            self.restarts += 1
            assert self.restarts <= MOST_RESTARTS, f"workers end by themselves: {self._last_words()}"
            self.start()

    def _last_words(self) -> str:
        return self.log.read_text(encoding="utf-8")[-4000:] if self.log.exists() else ""

    def finish(self, batch_id: str) -> None:
        self.wait(batch_id, lambda state, read, judged: False)

    def kill_at_random(self, batch_id: str, kills: int, seed: int, *, total: int, since: int = 0) -> None:
        """Kill workers, each killed one replaced, at moments spread over the files read and cases judged."""
        chance = random.Random(seed)
        for turn in range(kills):
            goal = since + (total - since) * (turn + chance.random()) / kills

            def reached(state: str, read: int, judged: int, goal: float = goal) -> bool:
                return read + judged >= goal

            self.wait(batch_id, reached)
            if self.progress(batch_id)[0] == BatchState.DONE:
                return
            self.kill(chance.randrange(len(self.workers)))
            self.start()

    # --- the proof ------------------------------------------------------------------------------

    def account(self, batch_id: str) -> dict[str, Any]:
        """Everything that a batch came to, without ids and times: two batches of the same files must be equal."""
        with self.services.reading() as session:
            batch = session.get_one(Batch, batch_id)
            cases = session.exec(select(CaseRow).where(CaseRow.batch_id == batch_id)).all()
            ids = [case.id for case in cases]
            names = {case.id: case.name for case in cases}
            sources = session.exec(select(SourceRow).where(SourceRow.batch_id == batch_id)).all()
            judgements = session.exec(select(Judgement).where(col(Judgement.case_id).in_(ids))).all()
            findings = session.exec(select(FindingRow).where(col(FindingRow.case_id).in_(ids))).all()
            tallies = session.exec(select(CheckTally).where(CheckTally.batch_id == batch_id)).all()
            events = session.exec(select(TrailEvent).where(TrailEvent.tenant_id == batch.tenant_id)).all()
            traces = {
                table.__name__: session.exec(
                    select(func.count()).select_from(table).where(table.case_id.in_(ids))  # type: ignore[attr-defined]
                ).one()
                for table in (HistoryPayment, HistoryContact, HistoryPicture)
            }
            breaks = list(trail.verify(session, batch.tenant_id, {}))
        for one in judgements:
            audit = kept.audit(self.services.blobs, batch.tenant_id, one.id)
            assert audit is not None and {f.check: f.outcome.value[0] for f in audit.findings} == one.outcomes
        return {
            "batch": (batch.state, batch.problems),
            "cases": sorted((case.name, case.state, case.verdict, case.fails, case.reviews) for case in cases),
            "sources": sorted((names[one.case_id], one.file, one.state, one.code) for one in sources),
            "judgements": sorted(
                (names[one.case_id], one.verdict, tuple(sorted(one.outcomes.items()))) for one in judgements
            ),
            "findings": sorted((names[one.case_id], one.check_id, one.outcome, one.digest) for one in findings),
            "tallies": sorted((one.check_id, one.outcome, one.number) for one in tallies),
            "traces": traces,
            "events": sorted(Counter(one.action for one in events).items()),
            "chain": breaks,
        }


@contextmanager
def rig(folder: Path, database_url: str = "", data_dir: Path | None = None, workers: int = 1) -> Iterator[Rig]:
    """A service on SQLite, or on the database that is given. `workers`: reading processes of each worker."""
    home = data_dir or folder / "data"
    given: dict[str, Any] = {"data_dir": home, "workers": workers}
    if database_url:
        given["database_url"] = database_url
    folder.mkdir(parents=True, exist_ok=True)
    made = Rig(Settings(**given), folder / "workers.log")
    try:
        yield made
    finally:
        made.close()
