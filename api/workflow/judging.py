"""How does a case become findings on record? Papers from transcripts, traces in the history, an audit, its rows.

Each function may run again: papers and audits have stable keys, rows are written in one transaction that first looks
whether it was done. What people decided before is carried over in the same transaction (`api.store.carrying`).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from sqlalchemy import delete
from sqlmodel import Session, col, select

from api import keeping, trail
from api.clock import now, today
from api.principal import system
from api.services import Services
from api.store import cases as case_rows
from api.store import history
from api.store.carrying import store_findings
from api.tables import (
    Batch,
    CaseRow,
    CaseState,
    CheckTally,
    Correction,
    Judgement,
    SourceRow,
)
from api.workflow import kept, populations, webhooks
from api.workflow.corrections import apply_corrections
from api.workflow.lists import Lists, Supplied
from api.workflow.reading import UNREAD, Found
from verifier.audit import audit, known_event_date
from verifier.case import Case
from verifier.context import Context
from verifier.model import Audit, Finding, Outcome, Transcript
from verifier.model import SourceState as Read
from verifier.packs.load import Pack
from verifier.papers import Papers, case_of, papers_of
from verifier.pipeline import software_facts
from verifier.review import counts, verdict

NAMESPACE = uuid.UUID("5a3d2b1e-6a86-4f0f-9a58-0f6f6c1c9d55")
RETRIES = 5


@dataclass(frozen=True)
class Judge:
    """Judges cases of any institution."""

    services: Services
    lists: Lists

    # --- papers ---------------------------------------------------------------------------------

    def gather(self, case_id: str, found: Found | None = None, *, again: bool = False) -> bool:
        """Papers of a case all of whose files are read, and its traces in the history. False when files are missing."""
        with self.services.reading() as session:
            row = session.get_one(CaseRow, case_id)
            waiting = (CaseState.WAITING, CaseState.READING)
            if row.state in (CaseState.CANCELLED, CaseState.PURGED):
                return False
            if row.state not in waiting and not again:
                return True
            sources = case_rows.sources(session, case_id)
            batch = session.get_one(Batch, row.batch_id)
            if any(one.state in UNREAD for one in sources):
                return False
        pack = self._pack(row, batch)
        papers = self._corrected(row.id, self.papers(row, sources, pack, found))
        case = case_of(papers, pack)
        with self.services.writing() as session:
            row = session.get_one(CaseRow, case_id, with_for_update=True)
            if row.state in (CaseState.CANCELLED, CaseState.PURGED):
                return False
            if row.state not in waiting and not again:
                return True
            history.index_case(session, row, case)
            for column, value in (_columns(case) | keeping.columns(case, pack.parameters)).items():
                setattr(row, column, value)
            row.pack, row.edition = row.pack or batch.pack, pack.info.edition
            row.state, row.version = CaseState.JUDGING, row.version + 1
            session.add(row)
        return True

    def _pack(self, row: CaseRow, batch: Batch) -> Pack:
        """All cases of a batch by one edition; a case that is judged again, by the one it was judged by."""
        name, edition = (row.pack, row.edition) if row.pack else (batch.pack, batch.edition)
        return self.services.editions.pack(name, row.tenant_id, edition)

    def papers(
        self, row: CaseRow, sources: Sequence[SourceRow], pack: Pack, found: Found | None = None, *, keep: bool = True
    ) -> Papers:
        """The papers of a case under a pack: kept ones where they were made from the same, else made anew."""
        basis = _basis(row, sources, pack)
        known = kept.papers(self.services.blobs, row.tenant_id, row.id, basis)
        if known is not None:
            return known
        listed = [kept.source_from_json(member) for one in sources for member in one.members]
        readers = {member["sha256"]: one.reader for one in sources for member in one.members}
        transcripts: list[tuple[str, Transcript]] = []
        for one in listed:
            if one.state is Read.REJECTED:
                continue
            key = one.sha256, readers[one.sha256]
            read = (found or {}).get(key) or kept.transcript(self.services.blobs, row.tenant_id, *key)
            if read is None:
                raise LookupError(f"the transcript of a source of case {row.id} is gone")
            transcripts.append((one.file, read))
        papers = papers_of(row.name, row.declared, listed, transcripts, pack)
        if keep:
            kept.keep_papers(self.services.blobs, row.tenant_id, row.id, basis, papers)
        return papers

    def _corrected(self, case_id: str, papers: Papers) -> Papers:
        with self.services.reading() as session:
            asked = select(Correction).where(Correction.case_id == case_id, col(Correction.withdrawn_at).is_(None))
            return apply_corrections(papers, session.exec(asked.order_by(col(Correction.id))).all())

    def is_stale(self, case_id: str) -> bool:
        """Whether something came to the case, or was corrected, since the judgement that counts."""
        with self.services.reading() as session:
            row = session.get_one(CaseRow, case_id)
            batch = session.get_one(Batch, row.batch_id)
            sources = case_rows.sources(session, case_id)
            corrections = session.exec(select(Correction).where(Correction.case_id == case_id)).all()
        if row.state != CaseState.JUDGED or row.judged_at is None:
            return True
        if any((one.withdrawn_at or one.at) > row.judged_at for one in corrections):
            return True
        basis = _basis(row, sources, self._pack(row, batch))
        return kept.papers(self.services.blobs, row.tenant_id, row.id, basis) is None

    # --- judgement ------------------------------------------------------------------------------

    def judge(self, case_id: str, cause: str = "batch") -> None:
        """Judge a gathered case by the pack of its batch; the judgement counts."""
        for _ in range(RETRIES):
            with self.services.reading() as session:
                row = session.get_one(CaseRow, case_id)
                batch = session.get_one(Batch, row.batch_id)
                sources = case_rows.sources(session, case_id)
            if row.state != CaseState.JUDGING:
                return
            pack = self._pack(row, batch)
            as_of = batch.as_of or today()
            judged, _ = self.audited(row, sources, pack, as_of)
            if self._store(row, judged, pack, cause):
                return
        raise LookupError(f"case {case_id} changes faster than it is judged")

    def audited(
        self, row: CaseRow, sources: Sequence[SourceRow], pack: Pack, as_of: date, *, keep: bool = True
    ) -> tuple[Audit, Case]:
        """The audit of a case as it stands, with what the batch and the history say; nothing of it is kept yet."""
        supplied: Supplied = self.lists.of(row.tenant_id, row.batch_id)
        papers = self._corrected(row.id, self.papers(row, sources, pack, keep=keep))
        case = case_of(papers, pack)
        with self.services.reading() as session:
            others = history.TableHistory(session, row, row.policyholder, supplied.payments)
            context = Context(as_of, pack.parameters, pack.lexicons, supplied.references, others)
            result = audit(case, pack, context, software=_software(self.services.settings.engine))
        problems = tuple(kept.problem_from_json(one) for one in row.problems)
        return replace(result, problems=problems), case

    def _store(self, seen: CaseRow, result: Audit, pack: Pack, cause: str) -> bool:
        """False when the case changed since it was seen: it is judged again as it is now."""
        judgement = self.judgement(seen, result, cause, f"{cause}/{seen.version}")
        judgement.audit_sha256 = kept.keep_audit(self.services.blobs, seen.tenant_id, judgement.id, result)
        with self.services.writing() as session:
            row = session.get_one(CaseRow, seen.id, with_for_update=True)
            if row.state != CaseState.JUDGING:
                return True
            if row.version != seen.version:
                return False
            self.adopt(session, row, judgement, result.findings, pack)
        return True

    def judgement(self, row: CaseRow, result: Audit, cause: str, turn: str, reaudit_id: str | None = None) -> Judgement:
        """The row of an audit. Its id follows from case and turn: done twice, it is the same."""
        return Judgement(
            id=str(uuid.uuid5(NAMESPACE, f"{row.id}/{turn}")),
            tenant_id=row.tenant_id,
            case_id=row.id,
            pack=result.pack["id"],
            edition=result.pack["edition"],
            pack_sha256=result.pack["sha256"],
            as_of=result.as_of,
            verdict=verdict(result.findings).value,
            counts=counts(result.findings),
            outcomes={one.check: one.outcome.value[0] for one in result.findings},
            software=json.loads(json.dumps(result.software, default=str)),
            cause=cause,
            reaudit_id=reaudit_id,
            created_at=now(),
        )

    def adopt(
        self, session: Session, row: CaseRow, judgement: Judgement, findings: Sequence[Finding], pack: Pack
    ) -> None:
        """Make a judgement the one that counts, in the transaction of `session`, which holds the case's row."""
        who = system(row.tenant_id)
        previous, row.judgement_id = row.judgement_id, judgement.id
        row.machine_verdict, row.judged_at = judgement.verdict, judgement.created_at
        row.state, row.version = CaseState.JUDGED, row.version + 1
        session.add(judgement)
        session.add(row)
        session.flush()
        store_findings(session, who, row, previous, judgement, findings, pack)
        populations.settle_case(session, row)
        populations.settle_case(session, row)
        trail.record(
            session, who, "case.judged", "case", row.id, judgement=judgement.id, cause=judgement.cause,
            audit=judgement.audit_sha256, verdict=judgement.verdict, pack=judgement.pack_sha256,
        )  # fmt: skip
        webhooks.emit(
            self.services, session, row.tenant_id, "case.judged",
            case_id=row.id, batch_id=row.batch_id, judgement_id=judgement.id, verdict=row.verdict,
            link=webhooks.link(self.services, f"cases/{row.id}"),
        )  # fmt: skip


def tally(session: Session, batch: Batch) -> dict[str, int]:
    """Count each check's outcomes over the batch anew; the verdicts."""
    words = {one.value[0]: one.value for one in Outcome}
    found: Counter[tuple[str, str]] = Counter()
    verdicts: Counter[str] = Counter()
    asked = (
        select(Judgement.verdict, Judgement.outcomes)
        .join(CaseRow, col(CaseRow.judgement_id) == col(Judgement.id))
        .where(CaseRow.batch_id == batch.id)
    )
    for said, outcomes in session.exec(asked).yield_per(500):
        verdicts[said] += 1
        found.update((check, words[letter]) for check, letter in outcomes.items())
    session.execute(delete(CheckTally).where(col(CheckTally.batch_id) == batch.id))
    session.add_all(
        CheckTally(batch_id=batch.id, check_id=check, outcome=outcome, tenant_id=batch.tenant_id, number=number)
        for (check, outcome), number in sorted(found.items())
    )
    return dict(verdicts)


# --- what stands in columns -----------------------------------------------------------------------


def _columns(case: Case) -> dict[str, object]:
    """What is listed and searched of a case, as its papers or its declaration say it."""

    def said(name: str, longest: int) -> str:
        fact = case.maybe(name)
        return fact.value[:longest] if fact else ""

    return {
        "policyholder": said("policyholder.name", 200),
        "policy_no": said("policy_no", 100),
        "application_no": said("application_no", 100),
        "product": said("product.name", 200),
        "product_kind": said("product.kind", 40),
        "channel": said("channel", 20),
        "seller_number": said("seller.number", 100),
        "seller_name": said("seller.name", 200),
        "premium": said("premium.due", 40),
        "sale_date": known_event_date(case, "sale"),
    }


def _basis(row: CaseRow, sources: Sequence[SourceRow], pack: Pack) -> str:
    told: list[object] = [pack.sha256, row.name, row.declared]
    told += [[one.file, one.sha256, one.reader, one.state] for one in sources]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


@cache
def _software(engine: str) -> Mapping[str, object]:
    return software_facts(engine)
