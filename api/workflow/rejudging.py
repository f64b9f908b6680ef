"""How are the cases of a re-audit judged under another edition or day? From what is kept: no page is read again."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from api import trail
from api.clock import now
from api.errors import ServiceError
from api.outages import is_outage
from api.principal import system
from api.services import Services
from api.store import cases as case_rows
from api.tables import CaseRow, CaseState, Judgement, ReAudit, ReAuditCase
from api.workflow import kept, webhooks
from api.workflow.judging import Judge
from verifier.errors import VerifierError
from verifier.model import Outcome, Text

log = logging.getLogger(__name__)
WAITING, JUDGED, FAILED = "waiting", "judged", "failed"
ENDED = ("done", "adopting", "adopted", "cancelled")
WORDS: Mapping[str, str] = {one.value[0]: one.value for one in Outcome}


def waiting(services: Services, reaudit_id: str, size: int) -> list[list[str]]:
    """The cases that are still to be judged, in portions; from now on the re-audit runs."""
    with services.writing() as session:
        reaudit = session.get_one(ReAudit, reaudit_id, with_for_update=True)
        if reaudit.state == "queued":
            reaudit.state = "running"
            session.add(reaudit)
        asked = select(ReAuditCase.case_id).where(ReAuditCase.reaudit_id == reaudit_id, ReAuditCase.state == WAITING)
        ids = [] if reaudit.state in ENDED else list(session.exec(asked.order_by(col(ReAuditCase.case_id))).all())
    return [ids[start : start + size] for start in range(0, len(ids), size)]


def rejudge(services: Services, judge: Judge, reaudit_id: str, case_ids: Sequence[str]) -> None:
    for case_id in case_ids:
        try:
            if not _rejudge(services, judge, reaudit_id, case_id):
                return
        except Exception as fault:
            if is_outage(fault):
                raise
            log.exception("a case could not be judged again")
            _fail(services, reaudit_id, case_id, fault.code if isinstance(fault, VerifierError) else "internal_error")


def _rejudge(services: Services, judge: Judge, reaudit_id: str, case_id: str) -> bool:
    """False when the re-audit was stopped."""
    with services.reading() as session:
        reaudit = session.get_one(ReAudit, reaudit_id)
        row = session.get_one(CaseRow, case_id)
        sources = case_rows.sources(session, case_id)
    if reaudit.state in ENDED:
        return False
    pack = services.editions.pack(reaudit.pack, reaudit.tenant_id, reaudit.edition)
    if pack.sha256 != reaudit.pack_sha256:
        raise _edition_changed()
    if row.state == CaseState.PURGED:
        _fail(services, reaudit_id, case_id, "purged")
        return True
    result, _ = judge.audited(row, sources, pack, reaudit.as_of, keep=False)
    made = judge.judgement(row, result, "reaudit", f"reaudit/{reaudit_id}", reaudit_id)
    made.audit_sha256 = kept.keep_audit(services.blobs, row.tenant_id, made.id, result)
    with services.writing() as session:
        entry = session.get_one(ReAuditCase, (reaudit_id, case_id), with_for_update=True)
        if entry.state != WAITING:
            return True
        case = session.get_one(CaseRow, case_id, with_for_update=True)
        before = session.get(Judgement, case.judgement_id) if case.judgement_id else None
        entry.changes = changes(before.outcomes if before else {}, made.outcomes)
        entry.verdict_before, entry.verdict_after = case.machine_verdict or "", made.verdict
        entry.judgement_id, entry.state = made.id, JUDGED
        session.add(entry)
        if reaudit.adopt:
            judge.adopt(session, case, made, result.findings, pack)
        else:
            session.add(made)
    return True


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, list[str]]:
    """Check id to outcome before and after, only what differs; empty where a check was not there."""
    return {
        check: [WORDS.get(before.get(check, ""), ""), WORDS.get(after.get(check, ""), "")]
        for check in sorted({*before, *after})
        if before.get(check) != after.get(check)
    }


def _fail(services: Services, reaudit_id: str, case_id: str, problem: str) -> None:
    with services.writing() as session:
        entry = session.get_one(ReAuditCase, (reaudit_id, case_id), with_for_update=True)
        if entry.state == WAITING:
            entry.state, entry.problem = FAILED, problem[:40]
            session.add(entry)


def finish(services: Services, reaudit_id: str) -> None:
    """The end of a re-audit, once, with how often each check went from one outcome to another."""
    with services.writing() as session:
        reaudit = session.get_one(ReAudit, reaudit_id, with_for_update=True)
        if reaudit.state in ENDED:
            return
        tally: dict[str, Counter[str]] = {}
        states: Counter[str] = Counter()
        for entry in session.exec(select(ReAuditCase).where(ReAuditCase.reaudit_id == reaudit_id)).yield_per(500):
            states[entry.state] += 1
            for check, (old, new) in entry.changes.items():
                tally.setdefault(check, Counter())[f"{old}>{new}"] += 1
        reaudit.tally = {check: dict(found) for check, found in sorted(tally.items())}
        reaudit.state, reaudit.finished_at = "done", now()
        session.add(reaudit)
        told = {"cases": dict(states), "edition": reaudit.edition}
        trail.record(session, system(reaudit.tenant_id), "reaudit.finished", "reaudit", reaudit_id, **told)
        webhooks.emit(services, session, reaudit.tenant_id, "reaudit.finished", reaudit_id=reaudit_id, **told)


def _edition_changed() -> ServiceError:
    return ServiceError(
        409,
        "edition_changed",
        Text("检查清单的内容与发起重审时不同", "The checklist is not the one that the re-audit was begun with"),
        Text("请以当前版本重新发起", "Begin another re-audit with the present edition"),
    )
