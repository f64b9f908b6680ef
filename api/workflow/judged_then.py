"""How did a case stand when it was drawn, and how would it stand under a re-audit? Opened by that judgement, to read.

A case goes on changing after it was drawn: papers come, decisions are made, it is judged again. Who answers for the
sample sees the judgement that counted then, with the decisions that had been made by then. A re-audit's judgement is
shown with no decision: those bind to what counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from api.errors import conflict
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import decisions as decided
from api.store import reaudits as stored_reaudits
from api.store import samples as stored_samples
from api.tables import CaseRow, Draw, Judgement, ReAudit
from api.workflow import cases, reaudits
from api.workflow.findings import CaseFindings, Told, as_json, reasons_of
from api.workflow.opened import Opened, decided_then, open_then
from verifier.model import Text
from verifier.packs.load import Pack


@dataclass(frozen=True)
class Then:
    """A case by one judgement. `at`: the moment whose decisions count; None: none do. `within`: for the trail."""

    case: Opened
    judgement: Judgement
    at: datetime | None
    within: Mapping[str, object] = field(default_factory=dict)

    @property
    def row(self) -> CaseRow:
        return self.case.row

    @property
    def is_present(self) -> bool:
        """Whether it is the judgement that counts now."""
        return self.row.judgement_id == self.judgement.id


def of_sample(services: Services, who: Principal, sample_id: str, rank: int) -> tuple[Draw, Then]:
    """A drawn case as it stood when it was drawn."""
    who.require(Permission.SAMPLE_DRAW)
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        draw = stored_samples.draw(session, who, sample_id)
        item = stored_samples.item(session, who, sample_id, rank)
        if item.judgement is None:
            raise conflict(
                "not_judged_then",
                Text("抽样时该保单没有审核结果", "There was no audit of it when it was drawn"),
                Text("如今已有结果的，请打开案件查看", "Open the case to see whether there is one now"),
            )
        opened = open_then(services, session, who, item.judgement, draw.at)
    return draw, Then(opened, item.judgement, draw.at, {"sample": draw.id})


def of_reaudit(services: Services, who: Principal, reaudit_id: str, case_id: str) -> tuple[ReAudit, Then]:
    """A case as a re-audit judged it."""
    reaudits.may_look(who)
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        row = stored_reaudits.reaudit(session, who, reaudit_id)
        judgement = stored_reaudits.judgement(session, who, row.id, case_id)
        opened = open_then(services, session, who, judgement, None)
    return row, Then(opened, judgement, None, {"reaudit": row.id})


def pack_of(services: Services, then: Then) -> Pack:
    """The checklist that it was judged by."""
    return services.editions.pack(then.judgement.pack, then.judgement.tenant_id, then.judgement.edition)


def findings_of(services: Services, who: Principal, then: Then) -> CaseFindings:
    """All findings of that judgement that this person may see, with what held of each at that moment."""
    at = then.at
    with services.reading() as session:
        rows, made = decided_then(session, who, then.judgement, at) if at else ((), {})
        held = decided.effective_outcomes(rows, made, at) if at else {}
    known = {row.check_id: row for row in rows}
    told = [
        Told(one, known.get(one["check"]), held.get(one["check"]), made.get(one["check"], ()))
        for one in as_json(then.case.judged())
    ]
    viewed(services, who, then)
    return CaseFindings(then.row, told, reasons_of(then.case, told))


def viewed(services: Services, who: Principal, then: Then, action: str = "case.viewed", **detail: object) -> None:
    """Tell the trail that somebody looked at the case by that judgement, and on what occasion."""
    cases.viewed(services, who, then.case, action, **then.within, **detail)
