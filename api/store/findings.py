"""Which findings ask for a person? Their rows: made from an audit, found again by case, check and state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from api.binding import finding_digest, rule_digests
from api.errors import not_found
from api.paging import ranked
from api.permissions import Permission
from api.principal import Principal
from api.risk import finding_risk
from api.standing import State
from api.store import scope
from api.tables import BlindLook, CaseRow, FindingRow, Judgement
from verifier.model import Finding, Outcome
from verifier.packs.load import Pack
from verifier.reports.audience import is_confidential

WANTED = frozenset({Outcome.FAIL, Outcome.REVIEW})


def new_rows(
    case: CaseRow, judgement: Judgement, findings: Iterable[Finding], pack: Pack, kept: Collection[str] = ()
) -> list[FindingRow]:
    """A row for each failure, each review and each check in `kept`: those that had a row before."""
    rules = rule_digests(pack)
    return [
        new_row(case, judgement, one, rules.get(one.check, ""))
        for one in findings
        if one.outcome in WANTED or one.check in kept
    ]


def new_row(case: CaseRow, judgement: Judgement, finding: Finding, rule: str) -> FindingRow:
    return FindingRow(
        tenant_id=case.tenant_id,
        branch_id=case.branch_id,
        case_id=case.id,
        judgement_id=judgement.id,
        check_id=finding.check,
        stage=finding.stage,
        severity=finding.severity.value,
        outcome=finding.outcome.value,
        reason=finding.reason.value if finding.reason else None,
        confidential=is_confidential(finding),
        digest=finding_digest(finding, rule),
        rule_digest=rule,
        effective=finding.outcome.value,
        state=State.OPEN if finding.outcome in WANTED else State.PLAIN,
        risk=finding_risk(finding.severity, finding.outcome, finding.reason, case.premium),
        created_at=judgement.created_at,
    )


def of_judgement(session: Session, judgement_id: str) -> Sequence[FindingRow]:
    return session.exec(select(FindingRow).where(FindingRow.judgement_id == judgement_id)).all()


def visible(session: Session, who: Principal, case: CaseRow) -> Sequence[FindingRow]:
    """The rows of the judgement that counts, those that this person may see."""
    return session.exec(
        select(FindingRow)
        .where(FindingRow.case_id == case.id, col(FindingRow.current).is_(True), scope.of_findings(who))
        .order_by(col(FindingRow.risk).desc(), col(FindingRow.check_id))
    ).all()


def visible_then(session: Session, who: Principal, judgement_id: str) -> Sequence[FindingRow]:
    """The rows of an earlier judgement, those that this person may see."""
    return session.exec(select(FindingRow).where(FindingRow.judgement_id == judgement_id, scope.of_findings(who))).all()


def current(session: Session, who: Principal, case: CaseRow, check_id: str) -> FindingRow | None:
    """The row of a check in the judgement that counts; None where it has none. One that may not be seen is not there."""
    row = session.exec(
        select(FindingRow).where(
            FindingRow.case_id == case.id, FindingRow.check_id == check_id, col(FindingRow.current).is_(True)
        )
    ).one_or_none()
    if row is not None and row.confidential and not who.may(Permission.AML_READ):
        raise not_found("检查结果", "finding")
    return row


def history(session: Session, who: Principal, case: CaseRow, check_id: str) -> Sequence[FindingRow]:
    """Every row that a check had in this case, the oldest first: a violation that was made good stays among them."""
    return session.exec(
        select(FindingRow)
        .where(FindingRow.case_id == case.id, FindingRow.check_id == check_id, scope.of_findings(who))
        .order_by(col(FindingRow.id))
    ).all()


def matching(
    session: Session, who: Principal, *, limit: int, after: str | None, conditions: Sequence[ColumnElement[bool]]
) -> Sequence[FindingRow]:
    """Findings of all cases in scope, the riskiest first; one more than `limit`."""
    query = select(FindingRow).where(
        col(FindingRow.current).is_(True), scope.of_findings(who), ~_being_looked_at(who), *conditions
    )
    if start := ranked(after):
        risk, row_id = start
        query = query.where(
            or_(col(FindingRow.risk) < risk, and_(col(FindingRow.risk) == risk, col(FindingRow.id) < row_id))
        )
    return session.exec(query.order_by(col(FindingRow.risk).desc(), col(FindingRow.id).desc()).limit(limit + 1)).all()


def _being_looked_at(who: Principal) -> ColumnElement[bool]:
    """Findings that this person is judging blind: they must not meet them in a list either."""
    return (
        select(BlindLook.id)
        .where(
            BlindLook.case_id == FindingRow.case_id,
            BlindLook.check_id == FindingRow.check_id,
            BlindLook.assigned_to == who.id,
            col(BlindLook.at).is_(None),
        )
        .exists()
    )
