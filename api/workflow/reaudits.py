"""What would another edition, or another day, say of these cases? Re-audits: begun, compared, adopted.

The judging itself is work of the queue (api.workflow.rejudging), from kept papers: no page is read. A re-audit stands
beside what counts until somebody adopts it; then its judgements count, and what people decided is carried over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from api import trail
from api.clock import now, today
from api.errors import conflict, invalid
from api.paging import Page
from api.permissions import Permission
from api.principal import Principal, system
from api.services import Services
from api.store import populations as stored_populations
from api.store import reaudits as stored
from api.store import samples
from api.store.carrying import store_findings
from api.store.reaudits import Scope
from api.tables import CaseRow, CaseState, Judgement, ReAudit, ReAuditCase, new_id
from api.workflow import kept, populations
from api.workflow.batches import require_verdicts, sees_verdicts
from verifier.model import Audit, Text
from verifier.packs.load import Pack
from verifier.reports.audience import CONFIDENTIAL

ADOPTED_AT_ONCE = 50
TRIAL = "~"  # stands in the name of an edition that is a draft on trial


def begin(
    services: Services,
    who: Principal,
    wanted: Scope,
    *,
    pack: str,
    edition: str = "",
    as_of: date | None = None,
    adopt: bool = False,
    told: Mapping[str, object] | None = None,
    reaudit_id: str = "",
) -> ReAudit:
    """Judge the cases of a scope again. `told`: the scope as it was asked for, for the record. With `reaudit_id` it is
    begun once, however often it is asked for."""
    who.require(Permission.REAUDIT)
    if wanted.filters.verdict:
        require_verdicts(who)
    chosen = services.editions.pack(pack or services.settings.default_pack, who.tenant_id, edition)
    if adopt and TRIAL in edition:
        raise _trial()
    with services.writing() as session:
        if wanted.sample_id:
            samples.draw(session, who, wanted.sample_id)
        if wanted.population_id:
            stored_populations.population(session, who, wanted.population_id)
        known = session.get(ReAudit, reaudit_id) if reaudit_id else None
        if known is None:
            row = ReAudit(
                id=reaudit_id or new_id(),
                tenant_id=who.tenant_id,
                pack=pack or services.settings.default_pack,
                edition=edition or chosen.info.edition,
                pack_sha256=chosen.sha256,
                as_of=as_of or today(),
                scope=dict(told or {}),
                adopt=adopt,
                by=who.id,
                created_at=now(),
            )
            session.add(row)
            session.flush()
            row.total = stored.fill(session, row, wanted, who)
            if not row.total:
                raise invalid(
                    "nothing_to_judge",
                    Text("没有符合条件的已审案件", "No judged case fits"),
                    Text("请放宽条件", "Widen the filters"),
                )
            trail.record(
                session, who, "reaudit.begun", "reaudit", row.id, pack=row.pack, edition=row.edition,
                sha256=row.pack_sha256, as_of=row.as_of, cases=row.total, adopt=adopt,
            )  # fmt: skip
        else:
            row = known
    services.jobs.reaudit(row.id)
    return row


def matching(services: Services, who: Principal, wanted: Scope) -> int:
    """How many cases a scope holds now."""
    who.require(Permission.REAUDIT)
    if wanted.filters.verdict:
        require_verdicts(who)
    with services.reading() as session:
        return stored.matching(session, who, wanted)


def cancel(services: Services, who: Principal, reaudit_id: str) -> ReAudit:
    """Judge no further case of it."""
    who.require(Permission.REAUDIT)
    with services.writing() as session:
        row = stored.reaudit(session, who, reaudit_id, lock=True)
        if row.state not in stored.ACTIVE:
            raise conflict(
                "reaudit_ended",
                Text("该重新审核已结束", "This re-audit has ended"),
                Text("无需取消", "Nothing is left to cancel"),
            )
        row.state, row.finished_at = "cancelled", now()
        session.add(row)
        trail.record(session, who, "reaudit.cancelled", "reaudit", row.id)
    return row


@dataclass(frozen=True, slots=True)
class Compared:
    """A re-audit with how far it is and what changed, without what the asker may not know of."""

    row: ReAudit
    standing: stored.Standing
    tally: Mapping[str, Mapping[str, int]]


def compared(services: Services, who: Principal, reaudit_id: str) -> Compared:
    may_look(who)
    with services.reading() as session:
        row = stored.reaudit(session, who, reaudit_id)
        standing = stored.standing(session, row.id)
    if not sees_verdicts(who):
        standing = replace(standing, verdicts={})
    hidden = confidential(services, who, row)
    return Compared(row, standing, {check: told for check, told in row.tally.items() if check not in hidden})


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines of a re-audit are looked at."""

    changed: bool | None = None
    verdict_changed: bool | None = None
    state: str | None = None
    move: stored.Move | None = None


def lines(
    services: Services, who: Principal, reaudit_id: str, asked: Asked, limit: int, cursor: str | None
) -> tuple[Page[tuple[ReAuditCase, CaseRow]], frozenset[str]]:
    """The difference case by case, and the checks whose outcomes must not be told. Who looked is on the trail."""
    may_look(who)
    with services.reading() as session:
        row = stored.reaudit(session, who, reaudit_id)
    hidden = confidential(services, who, row)
    if asked.verdict_changed is not None or (asked.move and not asked.move.check):
        require_verdicts(who)
    if asked.move and asked.move.check in hidden:
        return Page([], None), hidden
    with services.writing() as session:
        found = stored.lines(
            session, who, row.id, changed=asked.changed, verdict_changed=asked.verdict_changed, state=asked.state,
            move=asked.move, limit=limit, cursor=cursor,
        )  # fmt: skip
        trail.record(session, who, "reaudit.viewed", "reaudit", row.id, rows=len(found.items))
    return found, hidden


def may_look(who: Principal) -> None:
    if not who.may(Permission.PACK_EDIT):  # who tries a draft looks at what it came to
        who.require(Permission.REAUDIT)


def confidential(services: Services, who: Principal, row: ReAudit) -> frozenset[str]:
    """Checks whose outcomes this person must not learn."""
    if who.may(Permission.AML_READ):
        return frozenset()
    pack = services.editions.pack(row.pack, row.tenant_id, row.edition)
    return CONFIDENTIAL | {one.id for one in pack.requirements if one.spec.confidential}


# --- adopting ---------------------------------------------------------------------------------------


def adopt(services: Services, who: Principal, reaudit_id: str) -> ReAudit:
    """Make the judgements of a finished re-audit count."""
    who.require(Permission.REAUDIT)
    with services.writing() as session:
        row = stored.reaudit(session, who, reaudit_id, lock=True)
        if TRIAL in row.edition:
            raise _trial()
        if row.state != "done" or row.adopt:
            raise conflict(
                "reaudit_not_adoptable",
                Text(
                    "只有已完成且尚未采用的重新审核可以采用",
                    "Only a finished re-audit that does not count yet can be adopted",
                ),
                Text("请等待完成，或重新发起", "Wait for its end, or begin another"),
            )
        row.state, row.adopted_by, row.adopted_at = "adopting", who.id, now()
        session.add(row)
        trail.record(session, who, "reaudit.adopted", "reaudit", row.id, cases=row.total)
    services.jobs.enqueue("reaudit.adopt", row.id, key=f"{row.id}:adopt")
    return row


def adopt_some(services: Services, reaudit_id: str) -> float | None:
    """A slice of an adoption; 0 when there is more to do."""
    with services.reading() as session:
        row = session.get_one(ReAudit, reaudit_id)
        if row.state != "adopting":
            return None
        lines = list(stored.to_adopt(session, reaudit_id, ADOPTED_AT_ONCE))
    pack = services.editions.pack(row.pack, row.tenant_id, row.edition)
    for line in lines:
        result = kept.audit(services.blobs, row.tenant_id, line.judgement_id or "")
        with services.writing() as session:
            _adopt_case(session, line, result, pack)
    if lines:
        return 0.0
    with services.writing() as session:
        row = session.get_one(ReAudit, reaudit_id, with_for_update=True)
        row.state = "adopted"
        session.add(row)
    return None


def _adopt_case(session: Session, seen: ReAuditCase, result: Audit | None, pack: Pack) -> None:
    """One case, once. A case that was judged anew since, or purged, keeps what it has."""
    line = session.get_one(ReAuditCase, (seen.reaudit_id, seen.case_id), with_for_update=True)
    case = session.get_one(CaseRow, seen.case_id, with_for_update=True)
    judgement = session.get(Judgement, line.judgement_id)
    if line.state != "judged":
        return
    newer = judgement is not None and case.judged_at is not None and case.judged_at > judgement.created_at
    if judgement is None or result is None or newer or case.state != CaseState.JUDGED:
        line.state, line.problem = "failed", "judged_since" if newer else "gone"
    else:
        who = system(case.tenant_id)
        previous, case.judgement_id = case.judgement_id, judgement.id
        case.machine_verdict, case.judged_at = judgement.verdict, judgement.created_at
        case.version += 1
        session.add(case)
        session.flush()
        store_findings(session, who, case, previous, judgement, result.findings, pack)
        populations.settle_case(session, case)
        trail.record(
            session, who, "case.judged", "case", case.id, judgement=judgement.id, cause="reaudit",
            audit=judgement.audit_sha256, verdict=judgement.verdict, pack=judgement.pack_sha256,
        )  # fmt: skip
        line.state = "adopted"
    session.add(line)


def _trial() -> Exception:
    return conflict(
        "draft_not_adoptable",
        Text("草稿的试审结果不能采用", "What a draft came to cannot count"),
        Text("请先发布该版本，再以其重新审核", "Publish it, then re-audit under the edition"),
    )


TASKS = {"reaudit.adopt": adopt_some}
