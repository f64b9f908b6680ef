"""What does the API say about findings, decisions on them, comments, requests, corrections and blind looks?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.principal import Principal
from api.routes.cases_models import CaseBrief
from api.routes.cases_models import brief_out as case_brief
from api.routes.documented import Sentence
from api.store.cases import in_columns
from api.tables import BlindLook, CaseRow, Comment, Correction, Decision, FindingRow, PaperRequest
from api.workflow.cases import Brief
from api.workflow.decisions import Decided
from api.workflow.findings import CaseFindings, Told
from api.workflow.opened import mask

NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no such text
CheckId = Annotated[
    str, Path(max_length=40, pattern=NO_NUL, examples=["SIGN-01"], description="检查编号 / Id of the check")
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=NO_NUL)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=NO_NUL)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[\w.\[\]-]*$")]


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


# --- decisions --------------------------------------------------------------------------------------


class DecisionIn(Given):
    """`outcome` with override; `expires_at` with waive; `digest` of the finding as it was seen, so that nobody decides
    about something that has changed."""

    action: Literal["accept", "override", "waive"] = Field(examples=["override"])
    reason: Words = Field(examples=["签名在附页第2页，经核对为本人签署"])
    outcome: Literal["pass", "fail", "not_applicable"] | None = Field(None, examples=["pass"])
    expires_at: AwareDatetime | None = Field(None, examples=[None])
    digest: str | None = Field(None, pattern="^[0-9a-f]{64}$", examples=[None])


class ReasonIn(Given):
    reason: Words = Field(examples=["核对无误 / Checked"])


class DecisionOut(BaseModel):
    """One act on a finding. Acts are never changed nor removed; `of` is the decision that it answers."""

    id: str
    action: str = Field(description="accept, override, waive, withdraw, confirm, reject, lapse")
    outcome: str | None = Field(description="成立时的结论 / What holds with it")
    reason: str | None
    of: str | None
    needs_second: bool
    expires_at: datetime | None
    digest: str
    by: str
    by_name: str
    at: datetime


def decision_out(row: Decision, reason: str | None = None) -> DecisionOut:
    return DecisionOut(
        id=row.id,
        action=row.action,
        outcome=row.outcome,
        reason=reason,
        of=row.of,
        needs_second=row.needs_second,
        expires_at=row.expires_at,
        digest=row.digest,
        by=row.by,
        by_name=row.by_name,
        at=row.at,
    )


class DecidedOut(BaseModel):
    """The act, and what finding and case come to with it; `outcome` is the machine's and never changes."""

    decision: DecisionOut
    check: str
    outcome: str
    effective: str
    state: str = Field(description="open, second, decided, cured, plain")
    verdict: str | None
    open_findings: int
    version: int


def decided_out(made: Decided) -> DecidedOut:
    return DecidedOut(
        decision=decision_out(made.decision, made.decision.reason),
        check=made.finding.check_id,
        outcome=made.finding.outcome,
        effective=made.standing.effective,
        state=made.standing.state,
        verdict=made.case.verdict,
        open_findings=made.case.open_findings,
        version=made.case.version,
    )


# --- findings ---------------------------------------------------------------------------------------


class CommentOut(BaseModel):
    id: str
    check: str | None
    text: str
    by: str
    by_name: str
    at: datetime


def comment_out(row: Comment, check: str | None) -> CommentOut:
    return CommentOut(id=row.id, check=check, text=row.text, by=row.by, by_name=row.by_name, at=row.at)


class RequestOut(BaseModel):
    """`state`: open, received, cured (the violation stays on record), withdrawn."""

    id: str
    case_id: str
    check: str
    paper: str = Field(examples=["D-202"])
    note: str
    state: str
    due_at: datetime | None
    by: str
    at: datetime
    received_at: datetime | None
    received_source: str | None
    cured_at: datetime | None


def request_out(row: PaperRequest, who: Principal) -> RequestOut:
    told = row.model_dump(include=set(RequestOut.model_fields) - {"check", "note"})
    return RequestOut(**told, check=row.check_id, note=_seen(row.note, who))


def _seen(text: str, who: Principal) -> str:
    """What people wrote, without numbers for those who may not see them."""
    return text if who.sees_full_values else mask(text)


class FindingBrief(BaseModel):
    """A finding in a list, without its texts. `outcome` is the machine's, `effective` what holds."""

    id: str
    case_id: str
    check: str
    stage: str
    severity: str
    outcome: str
    effective: str
    reason: str | None
    state: str
    confidential: bool
    risk: int
    digest: str
    assigned_to: str | None
    due_at: datetime | None
    waived_until: datetime | None
    cured_at: datetime | None
    cures: str | None = Field(description="被补正的原检查结果 / The finding that was made good")
    doubted: bool = Field(description="盲审认为未满足 / A blind second look came to a failure")
    current: bool
    created_at: datetime


def brief_out(row: FindingRow) -> FindingBrief:
    return FindingBrief(**row.model_dump(include=set(FindingBrief.model_fields) - {"check"}), check=row.check_id)


class FindingOut(BaseModel):
    """`finding` is the machine's, as in audit.json; `effective` is what holds. `row` null: a pass or something that does
    not apply and that nobody has touched. `blind`: the asker judges it blind, and the machine's result is left out."""

    finding: dict[str, Any]
    effective: str | None = Field(examples=["fail"])
    row: FindingBrief | None
    decisions: list[DecisionOut]
    comments: list[CommentOut]
    requests: list[RequestOut]
    blind: bool


class FindingsOut(BaseModel):
    case_id: str
    version: int
    items: list[FindingOut]


class FindingsPage(BaseModel):
    items: list[FindingBrief]
    next: str | None


def finding_out(told: Told, whole: CaseFindings, who: Principal) -> FindingOut:
    return FindingOut(
        finding=told.machine,
        effective=told.effective,
        row=brief_out(told.row).model_copy(update=_now(told)) if told.row else None,
        decisions=[decision_out(one, whole.reasons.get(one.id)) for one in told.decisions],
        comments=[comment_out(one, told.machine["check"]) for one in told.comments],
        requests=[request_out(one, who) for one in told.requests],
        blind=told.blind,
    )


def _now(told: Told) -> dict[str, Any]:
    """What holds at this moment: a waiver may have run out since the row was written."""
    if told.standing is None:
        return {}
    held = told.standing
    return {"effective": held.effective.value, "state": held.state.value, "waived_until": held.waived_until}


# --- work -------------------------------------------------------------------------------------------


class AssignmentIn(Given):
    assigned_to: str | None = Field(max_length=36, description="人员编号；空为退回 / Account id; null hands it back")
    due_at: AwareDatetime | None = None


def waiting_out(row: CaseRow, who: Principal) -> CaseBrief:
    return case_brief(Brief(row, in_columns(row), who.sees_full_values), risk=True)


class RequestIn(Given):
    paper: Code = Field(min_length=1, description="单证代码 / Code of the document type", examples=["D-202"])
    note: Note = Field("", examples=["请提供有效期内的身份证正反面"])
    due_at: AwareDatetime | None = None


class RequestsPage(BaseModel):
    items: list[RequestOut]
    next: str | None


class CommentIn(Given):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=NO_NUL)] = (
        Field(examples=["已电话联系业务员，等待补件"])
    )
    check: Code | None = Field(None, examples=["SIGN-01"])


class CommentsOut(BaseModel):
    items: list[CommentOut]


Share = Annotated[float, Field(ge=0, le=1)]


class CorrectionIn(Given):
    """`value` as the paper prints it; empty where nothing is written. `box`: left, top, right, bottom as fractions of
    the page; without it the place that was read."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=NO_NUL)]
    page: int = Field(ge=1, le=100_000, examples=[1])
    document_type: Code = Field(min_length=1, max_length=20, examples=["F01"])
    field: Code = Field(min_length=1, max_length=100, examples=["policyholder.name"])
    value: Note = Field(examples=["张伟"])
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=NO_NUL)] = (
        Field(examples=["原件清楚写作“张伟”"])
    )
    box: tuple[Share, Share, Share, Share] | None = None


class CorrectionOut(BaseModel):
    id: str
    file: str
    page: int
    document_type: str
    field: str
    kind: str
    before: str
    value: str
    box: list[float] | None
    reason: str
    by: str
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class CorrectionsOut(BaseModel):
    items: list[CorrectionOut]


def correction_out(row: Correction) -> CorrectionOut:
    return CorrectionOut(**row.model_dump(include=set(CorrectionOut.model_fields)))


class LookOut(BaseModel):
    """A pass that is judged again by a person. What the machine said is not here, and not shown to that person."""

    id: str
    case_id: str
    check: str
    stage: str
    title: Sentence | None = None
    remedy: Sentence | None = None
    drawn_at: datetime
    assigned_to: str | None
    outcome: str | None
    reason: str
    by: str | None
    at: datetime | None


class LooksPage(BaseModel):
    items: list[LookOut]
    next: str | None


class LookIn(Given):
    outcome: Literal["pass", "fail", "not_applicable", "review"] = Field(
        description="review：无法判断 / cannot tell", examples=["pass"]
    )
    reason: Words = Field(examples=["投保单第3页有本人签名"])


def look_out(row: BlindLook, who: Principal) -> LookOut:
    told = row.model_dump(include=set(LookOut.model_fields) - {"check", "reason"})
    return LookOut(**told, check=row.check_id, reason=_seen(row.reason, who))
