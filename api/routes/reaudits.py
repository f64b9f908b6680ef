"""Re-audits: cases judged again under another edition or day, compared, adopted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Allowed, Anyone, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.store import reaudits as stored
from api.store.reaudits import Move, Scope
from api.store.samples import CaseFilters
from api.tables import CaseRow, ReAudit, ReAuditCase
from api.workflow import reaudits
from api.workflow.batches import sees_verdicts
from api.workflow.opened import mask

router = APIRouter(tags=["re-audits"])
Auditor = Annotated[Principal, Depends(Allowed(Permission.REAUDIT))]


def _looking(who: Anyone) -> Principal:
    """Who may run re-audits, and who tries a draft on past cases."""
    if not who.may(Permission.PACK_EDIT):
        who.require(Permission.REAUDIT)
    return who


Looking = Annotated[Principal, Depends(_looking)]
WORD = r"^[^\x00]*$"
BEFORE = "检查的结果，未指定检查时为案件结论 / An outcome of the check; a verdict where no check is named"
VERDICT = "^(compliant|non_compliant|incomplete)?$"


class ScopeIn(BaseModel):
    """Which judged cases; what is left out does not narrow. An empty scope: all that the asker may see."""

    model_config = ConfigDict(extra="forbid")
    batch_id: str = Field(default="", max_length=36)
    sample_id: str = Field(default="", max_length=36)
    population_id: str = Field(default="", max_length=36)
    case_ids: list[str] = Field(default=[], max_length=1000)
    sold_from: date | None = Field(default=None, examples=["2026-10-01"])
    sold_to: date | None = None
    branch_id: str = Field(default="", max_length=36)
    channel: str = Field(default="", max_length=20)
    product_kind: str = Field(default="", max_length=40)
    seller_number: str = Field(default="", max_length=100)
    verdict: str = Field(default="", pattern=VERDICT)
    check_id: str = Field(default="", max_length=40, description="该检查需人关注的 / With a finding of this check")
    outcome: str = Field(default="", pattern="^(fail|review)?$")

    def scope(self) -> Scope:
        return Scope(
            CaseFilters(
                self.batch_id, self.sold_from, self.sold_to, self.branch_id, self.channel, self.product_kind,
                self.seller_number, self.verdict,
            ),
            self.sample_id, self.population_id, self.check_id, self.outcome, tuple(self.case_ids),
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_defaults=True)


class ReauditIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pack: str = Field(
        default="", max_length=100, description="空：默认清单 / Empty: the default", examples=["cn-insurance"]
    )
    edition: str = Field(default="", max_length=100, description="空：最新 / Empty: the newest", examples=["2026.11"])
    as_of: date | None = Field(default=None, description="空：今日 / Empty: today")
    scope: ScopeIn = Field(default_factory=ScopeIn)
    adopt: bool = Field(default=False, description="结果生效，否则仅供比较 / Whether the results count")


class ReauditOut(BaseModel):
    """`state`: queued, running, done, cancelled, adopting, adopted."""

    id: str
    pack: str
    edition: str
    pack_sha256: str
    as_of: date
    scope: dict[str, Any]
    adopt: bool
    state: str = Field(examples=["running"])
    total: int = Field(examples=[100])
    by: str
    created_at: datetime
    finished_at: datetime | None
    adopted_by: str | None
    adopted_at: datetime | None


class ReauditsOut(BaseModel):
    items: list[ReauditOut]
    next: str | None = Field(examples=[None])


class ReauditWithChanges(ReauditOut):
    """`cases` by state (waiting, judged, adopted, failed); `verdicts` and `checks` as `before>after` with counts."""

    cases: dict[str, int] = Field(examples=[{"judged": 98, "waiting": 2}])
    verdicts: dict[str, int] = Field(examples=[{"compliant>non_compliant": 3, "compliant>compliant": 95}])
    checks: dict[str, dict[str, int]] = Field(examples=[{"CONT-01": {"pass>fail": 3}}])


class LineOut(BaseModel):
    """One case. `changes`: check id to outcome before and after, only what differs; empty where it was not there."""

    case_id: str
    case: str = Field(examples=["C-0001"])
    state: str = Field(examples=["judged"])
    verdict_before: str
    verdict_after: str
    changes: dict[str, list[str]] = Field(examples=[{"CONT-01": ["pass", "fail"]}])
    judgement_id: str | None
    problem: str


class LinesOut(BaseModel):
    items: list[LineOut]
    next: str | None = Field(examples=[None])


@router.post(
    "/reaudits",
    operation_id="begin_reaudit",
    summary="按另一版本或日期重新审核 / Judge cases again under another edition or day",
    status_code=202,
    responses=problems(404, 409),
)
def begin(given: ReauditIn, response: Response, who: Auditor, services: Bound) -> ReauditOut:
    row = reaudits.begin(
        services,
        who,
        given.scope.scope(),
        pack=given.pack,
        edition=given.edition,
        as_of=given.as_of,
        adopt=given.adopt,
        told=given.scope.told(),
    )
    response.headers["Location"] = f"/api/v1/reaudits/{row.id}"
    return out(row)


@router.get("/reaudits", operation_id="list_reaudits", summary="重新审核列表 / Re-audits", responses=problems())
def listed(who: Looking, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> ReauditsOut:
    with services.reading() as session:
        found = stored.listed(session, who, limit, cursor)
    return ReauditsOut(items=[out(row) for row in found.items], next=found.next)


@router.get(
    "/reaudits/{reaudit_id}",
    operation_id="get_reaudit",
    summary="进度与差异 / How far it is, and what would change",
    responses=problems(404),
)
def one(reaudit_id: str, who: Looking, services: Bound) -> ReauditWithChanges:
    found = reaudits.compared(services, who, reaudit_id)
    return ReauditWithChanges(
        **out(found.row).model_dump(),
        cases=found.standing.states,
        verdicts=found.standing.verdicts,
        checks={check: dict(told) for check, told in found.tally.items()},
    )


@router.get(
    "/reaudits/{reaudit_id}/cases",
    operation_id="list_reaudit_cases",
    summary="逐案差异 / The difference case by case",
    responses=problems(404),
)
def lines(
    reaudit_id: str,
    who: Looking,
    services: Bound,
    changed: Annotated[bool | None, Query(description="有无变化 / With or without a change")] = None,
    verdict_changed: bool | None = None,
    state: Annotated[str | None, Query(pattern="^(waiting|judged|adopted|failed)$")] = None,
    check: Annotated[
        str, Query(max_length=40, pattern=WORD, description="该检查有变化的 / In which this check changed")
    ] = "",
    before: Annotated[str, Query(max_length=16, pattern=WORD, description=BEFORE, examples=["pass"])] = "",
    after: Annotated[str, Query(max_length=16, pattern=WORD, examples=["fail"])] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> LinesOut:
    move = Move(check, before, after) if check or before or after else None
    asked = reaudits.Asked(changed, verdict_changed, state, move)
    found, hidden = reaudits.lines(services, who, reaudit_id, asked, limit, cursor)
    return LinesOut(items=[_line(who, line, case, hidden) for line, case in found.items], next=found.next)


@router.post(
    "/reaudits/{reaudit_id}/adoption",
    operation_id="adopt_reaudit",
    summary="采用结果 / Make its results count",
    status_code=202,
    responses=problems(404, 409),
)
def adopt(reaudit_id: str, who: Auditor, services: Bound) -> ReauditOut:
    return out(reaudits.adopt(services, who, reaudit_id))


@router.post(
    "/reaudits/{reaudit_id}/cancellation",
    operation_id="cancel_reaudit",
    summary="停止 / Judge no further case",
    responses=problems(404, 409),
)
def cancel(reaudit_id: str, who: Auditor, services: Bound) -> ReauditOut:
    return out(reaudits.cancel(services, who, reaudit_id))


def out(row: ReAudit) -> ReauditOut:
    return ReauditOut.model_validate(row, from_attributes=True)


def _line(who: Principal, line: ReAuditCase, case: CaseRow, hidden: frozenset[str]) -> LineOut:
    verdicts = (line.verdict_before, line.verdict_after) if sees_verdicts(who) else ("", "")
    return LineOut(
        case_id=line.case_id,
        case=case.name if who.sees_full_values else mask(case.name),
        state=line.state,
        verdict_before=verdicts[0],
        verdict_after=verdicts[1],
        changes={check: list(pair) for check, pair in line.changes.items() if check not in hidden},
        judgement_id=line.judgement_id,
        problem=line.problem,
    )
