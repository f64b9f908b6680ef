"""What do the workers do? The steps of a batch, of a late paper and of a re-audit, each of which may be repeated.

form     uploaded files -> cases and sources
read     sources -> transcripts, each file once; a case whose last file was read is gathered at once
gather   transcripts -> papers, and the traces that other cases may ask about
judge    papers, history, lists -> audit, findings; begins when the whole batch is gathered
finish   counts over the batch
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from sqlmodel import Session, col, func, select

from api import trail
from api.clock import now
from api.principal import system
from api.services import Services
from api.store.batches import FINISHED
from api.tables import Batch, BatchState, CaseRow, CaseState, Correction, ReAudit, SourceRow, SourceState
from api.work import Forgotten, Portions
from api.workflow import forming, reading, rejudging, webhooks
from api.workflow.blind import draw_blind
from api.workflow.judging import Judge, tally
from api.workflow.kept import problem_json
from api.workflow.lists import Lists
from api.workflow.reading import UNREAD, Found, Reader
from verifier.model import InputProblem, Text
from verifier.reading.sandbox import ReaderPool

log = logging.getLogger(__name__)
FILES, OCTETS, CASES = 8, 32 * 1024 * 1024, 10  # in one portion
FORGOTTEN_AFTER = timedelta(seconds=15)


class Processing:
    """`api.jobs.Work` on our tables. `pool` is entered and left by whoever made it."""

    def __init__(self, services: Services, pool: ReaderPool) -> None:
        self._services = services
        self._lists = Lists(services)
        self._reader = Reader(services, pool)
        self._judge = Judge(services, self._lists)

    # --- a batch --------------------------------------------------------------------------------

    def form(self, batch_id: str) -> None:
        forming.form(self._services, batch_id)
        with self._services.reading() as session:
            batch = session.get_one(Batch, batch_id)
        if batch.state == BatchState.READING:
            self._lists.index_payments(batch.tenant_id, batch_id)

    def unread(self, batch_id: str) -> Portions:
        with self._services.reading() as session:
            rows = session.exec(
                select(SourceRow.id, SourceRow.size)
                .where(SourceRow.batch_id == batch_id, col(SourceRow.state).in_(UNREAD))
                .order_by(col(SourceRow.case_id), col(SourceRow.file))
            ).all()
        return list(_by_size(rows))

    def read(self, batch_id: str, source_ids: Sequence[str]) -> None:
        if not self.going(batch_id):
            return
        found = self._reader.read(source_ids)
        with self._services.reading() as session:
            asked = select(SourceRow.case_id).where(col(SourceRow.id).in_(source_ids)).distinct()
            cases = session.exec(asked).all()
        self._gather(cases, found)

    def ungathered(self, batch_id: str) -> Portions:
        """Cases without papers yet: those without files, and what a fault of ours left behind."""
        with self._services.writing() as session:
            batch = session.get_one(Batch, batch_id, with_for_update=True)
            if batch.state == BatchState.READING and (lost := reading.give_up(session, batch_id)):
                batch.problems = [*batch.problems, problem_json(_lost(lost))]
                session.add(batch)
        return self._cases(batch_id, CaseState.WAITING, CaseState.READING)

    def gather(self, batch_id: str, case_ids: Sequence[str]) -> None:
        if self.going(batch_id):
            self._gather(case_ids, {})

    def _gather(self, case_ids: Iterable[str], found: Found) -> None:
        for case_id in case_ids:
            self._judge.gather(case_id, found)

    def unjudged(self, batch_id: str) -> Portions:
        with self._services.writing() as session:
            batch = session.get_one(Batch, batch_id, with_for_update=True)
            if batch.state == BatchState.READING:
                batch.state = BatchState.JUDGING
                session.add(batch)
        return self._cases(batch_id, CaseState.JUDGING)

    def judge(self, batch_id: str, case_ids: Sequence[str]) -> None:
        for case_id in case_ids:
            if self.going(batch_id):
                self._judge.judge(case_id)

    def going(self, batch_id: str) -> bool:
        with self._services.reading() as session:
            return session.get_one(Batch, batch_id).state not in FINISHED

    def finish(self, batch_id: str) -> None:
        """The end of a batch, once. Cases that a fault of ours left unjudged are told, never passed over."""
        with self._services.writing() as session:
            batch = session.get_one(Batch, batch_id, with_for_update=True)
            if batch.state == BatchState.CANCELLED:
                _cancel_cases(session, batch_id)
                return
            if batch.state in FINISHED:
                return
            verdicts = tally(session, batch)
            left = session.exec(
                select(CaseRow.id).where(CaseRow.batch_id == batch_id, CaseRow.state != CaseState.JUDGED)
            ).all()
            if left or not verdicts:
                batch.problems = [*batch.problems, problem_json(_unjudged(len(left)) if left else _NOTHING)]
            batch.state = BatchState.FAILED if left or not verdicts else BatchState.DONE
            draw_blind(self._services, session, system(batch.tenant_id), batch_id, secrets.randbits(48))
            self._ended(session, batch, verdicts)

    def fail(self, batch_id: str, code: str) -> None:
        """The work itself could not be done; what was done stays."""
        with self._services.writing() as session:
            batch = session.get_one(Batch, batch_id, with_for_update=True)
            if batch.state not in FINISHED:
                batch.problems = [*batch.problems, problem_json(_failed(code))]
                batch.state = BatchState.FAILED
                self._ended(session, batch, tally(session, batch))

    def _ended(self, session: Session, batch: Batch, verdicts: dict[str, int]) -> None:
        batch.finished_at = now()
        session.add(batch)
        told = {"state": str(batch.state), "cases": sum(verdicts.values()), "verdicts": verdicts}
        trail.record(session, system(batch.tenant_id), "batch.finished", "batch", batch.id, **told)
        webhooks.emit(
            self._services, session, batch.tenant_id, "batch.finished",
            batch_id=batch.id, link=webhooks.link(self._services, f"batches/{batch.id}"), **told,
        )  # fmt: skip

    def _cases(self, batch_id: str, *states: CaseState) -> Portions:
        with self._services.reading() as session:
            asked = select(CaseRow.id).where(CaseRow.batch_id == batch_id, col(CaseRow.state).in_(states))
            ids = session.exec(asked.order_by(col(CaseRow.id))).all()
        return [list(ids[start : start + CASES]) for start in range(0, len(ids), CASES)]

    # --- one case, a re-audit -------------------------------------------------------------------

    def renew(self, case_id: str, cause: str) -> None:
        """Read what is new of a case and judge it as it is now. Asked for twice, it is done once."""
        with self._services.reading() as session:
            asked = select(SourceRow.id).where(
                SourceRow.case_id == case_id,
                col(SourceRow.state).in_(UNREAD),
                col(SourceRow.removed_at).is_(None),
            )
            source_ids = session.exec(asked).all()
        if not source_ids and not self._judge.is_stale(case_id):
            return
        found = self._reader.read(source_ids) if source_ids else {}
        if self._judge.gather(case_id, found, again=True):
            self._judge.judge(case_id, cause)

    def to_rejudge(self, reaudit_id: str) -> Portions:
        return rejudging.waiting(self._services, reaudit_id, CASES)

    def rejudge(self, reaudit_id: str, case_ids: Sequence[str]) -> None:
        rejudging.rejudge(self._services, self._judge, reaudit_id, case_ids)

    def finish_reaudit(self, reaudit_id: str) -> None:
        rejudging.finish(self._services, reaudit_id)

    # --- what was put on record and never handed over -------------------------------------------

    def forgotten(self) -> Sequence[Forgotten]:
        since = now() - FORGOTTEN_AFTER
        under_way = (BatchState.QUEUED, BatchState.FORMING, BatchState.READING, BatchState.JUDGING)
        with self._services.reading() as session:
            batches = session.exec(
                select(Batch.id, Batch.priority).where(col(Batch.state).in_(under_way), col(Batch.submitted_at) < since)
            ).all()
            reaudits = session.exec(
                select(ReAudit.id).where(col(ReAudit.state).in_(("queued", "running")), col(ReAudit.created_at) < since)
            ).all()
            late = session.exec(
                select(CaseRow.id, CaseRow.version)
                .join(SourceRow, col(SourceRow.case_id) == col(CaseRow.id))
                .where(
                    CaseRow.state == CaseState.JUDGED,
                    SourceRow.state == SourceState.WAITING,
                    col(SourceRow.removed_at).is_(None),
                    col(SourceRow.created_at) < since,
                )
            ).all()
            corrected = session.exec(
                select(CaseRow.id, CaseRow.version)
                .join(Correction, col(Correction.case_id) == col(CaseRow.id))
                .where(
                    CaseRow.state == CaseState.JUDGED,
                    func.coalesce(Correction.withdrawn_at, Correction.at) > col(CaseRow.judged_at),
                    func.coalesce(Correction.withdrawn_at, Correction.at) < since,
                )
            ).all()
            declared = session.exec(
                select(CaseRow.id, CaseRow.version).where(
                    CaseRow.state == CaseState.JUDGED,
                    col(CaseRow.declared_at) > col(CaseRow.judged_at),
                    col(CaseRow.declared_at) < since,
                )
            ).all()
        return [
            *(Forgotten("batch", batch_id, priority=priority) for batch_id, priority in batches),
            *(Forgotten("reaudit", reaudit_id) for reaudit_id in reaudits),
            *(Forgotten("case", case_id, "papers", str(version)) for case_id, version in late),
            *(Forgotten("case", case_id, "correction", str(version)) for case_id, version in corrected),
            *(Forgotten("case", case_id, "declared", str(version)) for case_id, version in declared),
        ]


def _by_size(rows: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    portion: list[str] = []
    octets = 0
    for source_id, size in rows:
        if portion and (len(portion) == FILES or octets + size > OCTETS):
            yield portion
            portion, octets = [], 0
        portion.append(source_id)
        octets += size
    if portion:
        yield portion


def _cancel_cases(session: Session, batch_id: str) -> None:
    """What was not judged when the batch was cancelled is not judged any more."""
    going = (CaseState.WAITING, CaseState.READING, CaseState.JUDGING)
    for row in session.exec(select(CaseRow).where(CaseRow.batch_id == batch_id, col(CaseRow.state).in_(going))).all():
        row.state, row.version = CaseState.CANCELLED, row.version + 1
        session.add(row)


# --- problems of a batch --------------------------------------------------------------------------


_NOTHING = InputProblem(
    "",
    "nothing_to_audit",
    Text("批次内没有可审核的案件", "The batch holds no case that could be audited"),
    Text("请按“案件编号/材料”的结构重新提交", "Send it again with a folder for each case"),
)


def _lost(number: int) -> InputProblem:
    return InputProblem(
        "",
        "reader_failed",
        Text(f"{number} 个文件因程序故障未能读取", f"{number} files were not read because of a fault of the program"),
        Text("请报告此问题；可将这些材料补交后重审", "Report this; the papers can be sent again and the cases renewed"),
    )


def _unjudged(number: int) -> InputProblem:
    return InputProblem(
        "",
        "cases_left",
        Text(f"{number} 个案件因程序故障未能审核", f"{number} cases were not judged because of a fault of the program"),
        Text("请报告此问题，并对这些案件重新审核", "Report this and audit those cases again"),
    )


def _failed(code: str) -> InputProblem:
    return InputProblem(
        "",
        code,
        Text(f"批次处理未能完成（{code}）", f"The batch could not be worked off ({code})"),
        Text(
            "请更正后新建批次重新提交；若原因不明请报告", "Correct it and submit a new batch; report it if unexplained"
        ),
    )
