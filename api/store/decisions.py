"""What did people decide on a case, and what does the case come to with it? Decisions are appended, and the columns
that hold now are written again from all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from api import trail
from api.principal import Principal
from api.risk import aged, case_weight
from api.standing import Base, Standing, standing
from api.tables import Action, CaseRow, Decision, FindingRow
from verifier.model import Finding, Outcome, Reason, Severity, Text
from verifier.review import SYSTEM, Review, verdict

NOTHING = Text("", "")


def of_case(session: Session, case_id: str) -> dict[str, list[Decision]]:
    """All decisions of a case by check, the oldest first."""
    found: dict[str, list[Decision]] = defaultdict(list)
    rows = session.exec(select(Decision).where(Decision.case_id == case_id).order_by(col(Decision.id))).all()
    for one in rows:
        found[one.check_id].append(one)
    return found


def of_check(session: Session, case_id: str, check_id: str) -> Sequence[Decision]:
    return session.exec(
        select(Decision).where(Decision.case_id == case_id, Decision.check_id == check_id).order_by(col(Decision.id))
    ).all()


def base(row: FindingRow) -> Base:
    return Base(row.digest, Outcome(row.stands or row.outcome), row.cured_at is not None, row.doubted)


def effective_outcomes(
    rows: Iterable[FindingRow], decisions: Mapping[str, Sequence[Decision]], at: datetime
) -> dict[str, Standing]:
    """What holds on each finding of a case at a moment, by check."""
    return {row.check_id: standing(base(row), decisions.get(row.check_id, ()), at) for row in rows}


def settle(session: Session, who: Principal, case: CaseRow, at: datetime) -> None:
    """Write what holds now into the findings and the case: in the transaction of whatever changed it. Waivers that
    have run out lapse here, on record."""
    rows = session.exec(
        select(FindingRow).where(FindingRow.case_id == case.id, col(FindingRow.current).is_(True))
    ).all()
    for row in rows:
        if row.waived_until is not None and row.waived_until <= at:
            _lapse_expired(session, who, row, at)
    session.flush()
    held = effective_outcomes(rows, of_case(session, case.id), at)
    for row in rows:
        now = held[row.check_id]
        row.effective, row.state, row.waived_until = now.effective, now.state, now.waived_until
        session.add(row)
    told = [_counted(row, held[row.check_id]) for row in rows]
    failed = [one for one in told if one.outcome is Outcome.FAIL]
    waiting = [row for row in rows if held[row.check_id].is_open]
    case.verdict = verdict(told)
    case.fails, case.critical_fails = len(failed), sum(one.severity is Severity.CRITICAL for one in failed)
    case.reviews = sum(one.outcome is Outcome.REVIEW for one in told)
    case.open_findings = len(waiting)
    case.weight = case_weight(row.risk for row in waiting)
    case.risk = aged(case.weight, case.created_at, at)
    case.version += 1
    session.add(case)


def _lapse_expired(session: Session, who: Principal, row: FindingRow, at: datetime) -> None:
    assert row.waived_until is not None
    before = row.waived_until - timedelta(microseconds=1)
    held = standing(base(row), of_check(session, row.case_id, row.check_id), before).holding
    if held is not None:
        lapse(session, who, held, at, "expired")


def lapse(session: Session, who: Principal, decision: Decision, at: datetime, why: str) -> None:
    """Append that a decision no longer binds. `why`: finding_changed, expired."""
    session.add(
        Decision(
            tenant_id=decision.tenant_id,
            case_id=decision.case_id,
            finding_id=decision.finding_id,
            check_id=decision.check_id,
            action=Action.LAPSE,
            reason=why,
            of=decision.id,
            digest=decision.digest,
            by=who.id,
            by_name=who.name,
            at=at,
        )
    )
    trail.record(
        session, who, "decision.lapsed", "decision", decision.id,
        case=decision.case_id, check=decision.check_id, why=why,
    )  # fmt: skip


def _counted(row: FindingRow, now: Standing) -> Finding:
    """As much of a finding as a verdict counts."""
    undecided = now.holding is None and row.stands is None
    reason = Reason(row.reason) if undecided and row.reason else None
    return Finding(
        row.check_id, row.stage, Severity(row.severity), now.effective, reason, NOTHING, NOTHING, (), NOTHING
    )


def reviews_of(
    rows: Iterable[FindingRow], decisions: Mapping[str, Sequence[Decision]], at: datetime
) -> tuple[Review, ...]:
    """What people decided and what stands in the machine's place, as reports take it: one for each finding on which
    another than the machine's word holds."""
    return tuple(
        review for row in rows if (review := _review(row, standing(base(row), decisions.get(row.check_id, ()), at)))
    )


def _review(row: FindingRow, now: Standing) -> Review | None:
    held = now.holding
    if held is not None:
        until = now.waived_until
        reason = f"豁免至 waived until {until.date().isoformat()}: {held.reason}" if until else held.reason
        return Review(row.check_id, now.effective, held.by_name or held.by, held.at, reason)
    if row.cured_at is not None:
        said = "事后补正，违规事实保留在案 made good later; the violation stays on record"
        return Review(row.check_id, now.effective, SYSTEM, row.cured_at, said)
    if row.stands is not None:
        said = "更正后的结果待第二人确认 what follows from the correction waits for a second person"
        return Review(row.check_id, now.effective, SYSTEM, row.created_at, said)
    return None


def cases_with_expired_waivers(session: Session, at: datetime, limit: int) -> Sequence[CaseRow]:
    """Of all institutions: what the service itself does each few minutes."""
    ran_out = select(FindingRow.case_id).where(col(FindingRow.waived_until) <= at, col(FindingRow.current).is_(True))
    return session.exec(
        select(CaseRow).where(col(CaseRow.id).in_(ran_out)).order_by(col(CaseRow.id)).limit(limit)
    ).all()
