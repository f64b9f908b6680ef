"""How do the files of a batch become transcripts, each read once? And what of a file that kills its reader?

A file counts its readings that died. One that died once is read alone from then on, so that it cannot take its
neighbours along; after three it is quarantined: a rejected source like any other, and its case goes on.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sqlalchemy import update
from sqlmodel import Session, col, select

from api.clock import now
from api.errors import ServiceError
from api.services import Services
from api.tables import SourceRow, SourceState
from api.workflow import kept
from verifier.model import Source, Text, Transcript
from verifier.model import SourceState as Outcome
from verifier.papers import source_of
from verifier.reading.rejections import Rejection, rejection
from verifier.reading.sandbox import Answer, ReaderPool
from verifier.reading.version import reader_version

log = logging.getLogger(__name__)
CRASHED = "reader_crashed"
PASSING = frozenset({CRASHED, "timeout"})  # may be the machine's fault: the same bytes may be read another time
MOST_DEATHS = 3
UNREAD = (SourceState.WAITING, SourceState.READING)
SEPARATOR = "\x1f"

Found = dict[tuple[str, str], Transcript]
"""Transcripts of files that were just read, by content and reader: spares fetching them for the papers."""


class Reader:
    """Reads sources of any tenant through one pool of confined processes."""

    def __init__(self, services: Services, pool: ReaderPool) -> None:
        self._services = services
        self._pool = pool
        self.version = reader_version(services.settings.engine)

    def read(self, source_ids: Sequence[str]) -> Found:
        """Every source among these that was not yet read: read, rejected or quarantined when this returns."""
        rows = self._unread(source_ids)
        rows = [row for row in rows if not self._known(row)]
        found: Found = {}
        fresh = [row for row in rows if row.attempts == 0]
        for group in [fresh, *([row] for row in rows if row.attempts)]:
            if group:
                found |= self._read_together(group)
        return found

    def _unread(self, source_ids: Sequence[str]) -> list[SourceRow]:
        with self._services.reading() as session:
            asked = select(SourceRow).where(col(SourceRow.id).in_(source_ids), col(SourceRow.state).in_(UNREAD))
            return list(session.exec(asked.order_by(col(SourceRow.case_id), col(SourceRow.file))).all())

    def _known(self, row: SourceRow) -> bool:
        """Whether the institution had these bytes read before by the same reader; then nothing is read."""
        with self._services.reading() as session:
            twin = session.exec(
                select(SourceRow)
                .where(
                    SourceRow.sha256 == row.sha256,
                    SourceRow.tenant_id == row.tenant_id,
                    SourceRow.reader == self.version,
                    col(SourceRow.state).not_in(UNREAD),
                    col(SourceRow.removed_at).is_(None),
                )
                .limit(1)
            ).first()
        if twin is None or any(member["code"] in PASSING for member in twin.members):
            return False
        members = [member | {"file": row.file + member["file"].removeprefix(twin.file)} for member in twin.members]
        self._settle(row, [kept.source_from_json(member) for member in members], died=False)
        return True

    def _read_together(self, rows: Sequence[SourceRow]) -> Found:
        ready = self._begin(rows)
        found: Found = {}
        for row, first in self._answers(ready):
            crashed = any(isinstance(one, Rejection) and one.code == CRASHED for _, one in first)
            # once more, alone: it may have been a neighbour's fault
            answers = next(self._answers([row]))[1] if crashed else first
            for _, answer in answers:
                if isinstance(answer, Transcript):
                    kept.keep_transcript(self._services.blobs, row.tenant_id, answer)
                    found[answer.sha256, answer.reader] = answer
            self._settle(row, [_source(file, answer) for file, answer in answers], died=True)
        return found

    def _begin(self, rows: Sequence[SourceRow]) -> list[SourceRow]:
        """Count the reading as one that died, until it has ended. Those that died too often are not read."""
        poison = [row for row in rows if row.attempts >= MOST_DEATHS]
        for row in poison:
            log.warning("source %s is quarantined", row.id)
            told = rejection(row.file, row.sha256, CRASHED, f"{row.attempts}")
            self._settle(row, [_source(row.file, told)], died=False)
        ready = [row for row in rows if row.attempts < MOST_DEATHS]
        with self._services.writing() as session:
            session.execute(
                update(SourceRow)
                .where(col(SourceRow.id).in_([row.id for row in ready]), col(SourceRow.state).in_(UNREAD))
                .values(attempts=SourceRow.attempts + 1, state=SourceState.READING)
            )
        return ready

    def _answers(self, rows: Sequence[SourceRow]) -> Iterator[tuple[SourceRow, list[tuple[str, Answer]]]]:
        """Each source with what was found in it, in their order; a container has several answers, an empty one none."""
        given = ((f"{number}{SEPARATOR}{row.file}", self._bytes(row)) for number, row in enumerate(rows))
        waiting = iter(enumerate(rows))
        for owner, group in groupby(
            _unless_broken(self._pool.read_all(given)), key=lambda one: int(one[0].partition(SEPARATOR)[0])
        ):
            answers = [(name.partition(SEPARATOR)[2], answer) for name, answer in group]
            for number, row in waiting:
                yield row, answers if number == owner else []
                if number == owner:
                    break
        for _, row in waiting:
            yield row, []

    def _bytes(self, row: SourceRow) -> bytes:
        return b"".join(self._services.blobs.get(row.tenant_id, row.sha256))

    def _settle(self, row: SourceRow, sources: Iterable[Source], *, died: bool) -> None:
        """The outcome, written once. `died`: the reading was counted as one that died, and did not."""
        members = list(sources)
        states = {one.state for one in members}
        whole = states <= {Outcome.READ}
        refused = states == {Outcome.REJECTED}
        state = SourceState.READ if whole else SourceState.REJECTED if refused else SourceState.PARTIAL
        with self._services.writing() as session:
            session.execute(
                update(SourceRow)
                .where(col(SourceRow.id) == row.id, col(SourceRow.state).in_(UNREAD))
                .values(
                    state=state,
                    code=next((one.code for one in members if one.code), None),
                    pages=sum(one.pages or 0 for one in members),
                    members=[kept.source_json(one) for one in members],
                    reader=self.version,
                    read_at=now(),
                    attempts=SourceRow.attempts - 1 if died else SourceRow.attempts,
                )
            )


def _unless_broken(answers: Iterator[tuple[str, Answer]]) -> Iterator[tuple[str, Answer]]:
    """A pool whose processes cannot start takes nothing more: this worker ends, and another reads the files."""
    try:
        yield from answers
    except RuntimeError:
        log.exception("the reading processes cannot be used; this worker ends")
        os.kill(os.getpid(), signal.SIGTERM)
        raise ServiceError(
            503,
            "reader_broken",
            Text("读取进程无法使用", "The reading processes cannot be used"),
            Text("请运行 verifier doctor 检查安装", "Run verifier doctor to see what is wrong"),
        ) from None


def give_up(session: Session, batch_id: str) -> int:
    """Quarantine what a fault of ours left unread, so that the cases go on; how many there were."""
    rows = session.exec(select(SourceRow).where(SourceRow.batch_id == batch_id, col(SourceRow.state).in_(UNREAD))).all()
    for row in rows:
        told = rejection(row.file, row.sha256, CRASHED)
        row.state, row.code, row.read_at = SourceState.REJECTED, CRASHED, now()
        row.members = [kept.source_json(_source(row.file, told))]
        session.add(row)
    return len(rows)


def _source(file: str, answer: Answer) -> Source:
    if isinstance(answer, Rejection):
        return Source(file, answer.sha256, None, Outcome.REJECTED, answer.code, answer.message, answer.hint)
    return source_of(file, answer)
