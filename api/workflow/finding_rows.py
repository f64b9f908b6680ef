"""Where does the finding of a check come from that people act on? From its row, or, where a pass had none yet, from the
audit as it was judged."""

from __future__ import annotations

from sqlmodel import Session

from api.binding import rule_digest
from api.errors import not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import findings, scope
from api.tables import CaseRow, FindingRow, Judgement
from api.workflow import kept
from api.workflow.deciding import changed, not_judged
from verifier.model import Finding
from verifier.reports.audience import is_confidential


def finding_of(services: Services, who: Principal, case_id: str, check_id: str) -> Finding | None:
    """The machine's finding where it has no row yet; read before the transaction, since it lies in a blob."""
    with services.reading() as session:
        case = scope.case(session, who, case_id)
        if case.judgement_id is None:
            raise not_judged()
        if findings.current(session, who, case, check_id) is not None:
            return None
    audit = kept.audit(services.blobs, case.tenant_id, case.judgement_id)
    found = next((one for one in audit.findings if one.check == check_id), None) if audit else None
    if found is None or (is_confidential(found) and not who.may(Permission.AML_READ)):
        raise not_found("检查结果", "finding")
    return found


def existing_or_new(
    session: Session, services: Services, who: Principal, case: CaseRow, check_id: str, machine: Finding | None
) -> FindingRow:
    """The row of a check in the judgement that counts; made from the machine's finding where there is none."""
    row = findings.current(session, who, case, check_id)
    if row is not None:
        return row
    judgement = session.get(Judgement, case.judgement_id) if case.judgement_id else None
    if judgement is None or machine is None:
        raise changed()
    requirement = services.editions.pack(judgement.pack, case.tenant_id, judgement.edition).requirement(check_id)
    made = findings.new_row(case, judgement, machine, rule_digest(requirement) if requirement else "")
    session.add(made)
    session.flush()
    return made
