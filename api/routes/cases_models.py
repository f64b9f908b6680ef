"""What does the API say about cases, their files and papers?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.routes.documented import Sentence
from api.workflow.cases import Brief, SourceSeen
from api.workflow.opened import mask
from verifier.model import Source, SourceState, Text
from verifier.reading.rejections import SENTENCES
from verifier.reports.masking import masked, masked_name


class CaseBrief(BaseModel):
    """A case in a list. `verdict` and counts are those that hold with people's decisions, over the findings that the
    asker may see; `risk` is null where it would tell of others."""

    id: str
    name: str = Field(description="客户方案件编号 / The case id that people gave", examples=["C-0001"])
    batch_id: str
    branch_id: str | None
    state: str = Field(description="waiting, reading, judging, judged, cancelled, purged", examples=["judged"])
    verdict: str | None = Field(description="compliant, non_compliant, incomplete", examples=["non_compliant"])
    fails: int
    critical_fails: int
    reviews: int
    open_findings: int
    risk: int | None
    policyholder: str = Field(examples=["张伟（虚构）"])
    policy_no: str
    application_no: str
    product: str
    product_kind: str
    channel: str
    seller_number: str
    seller_name: str
    sale_date: date | None
    premium: str
    pack: str
    edition: str
    assigned_to: str | None
    due_at: datetime | None
    created_at: datetime
    judged_at: datetime | None
    version: int


def brief_out(brief: Brief, *, risk: bool) -> CaseBrief:
    row, counted = brief.row, brief.counted
    full = brief.full_values
    return CaseBrief(
        id=row.id,
        name=row.name if full else mask(row.name),
        batch_id=row.batch_id,
        branch_id=row.branch_id,
        state=row.state,
        verdict=counted.verdict,
        fails=counted.fails,
        critical_fails=counted.critical_fails,
        reviews=counted.reviews,
        open_findings=counted.open_findings,
        risk=row.risk if risk else None,
        policyholder=row.policyholder if full else masked_name(row.policyholder),
        policy_no=row.policy_no if full else masked(row.policy_no),
        application_no=row.application_no if full else masked(row.application_no),
        product=row.product,
        product_kind=row.product_kind,
        channel=row.channel,
        seller_number=row.seller_number,
        seller_name=row.seller_name,
        sale_date=row.sale_date,
        premium=row.premium,
        pack=row.pack,
        edition=row.edition,
        assigned_to=row.assigned_to,
        due_at=row.due_at,
        created_at=row.created_at,
        judged_at=row.judged_at,
        version=row.version,
    )


class CasesOut(BaseModel):
    items: list[CaseBrief]
    next: str | None = None


class CaseOut(CaseBrief):
    """`counts`: findings by outcome as they hold; null while the case is not judged."""

    audience: str = Field(examples=["compliance"])
    judgement_id: str | None
    as_of: date | None = None
    law_dates: dict[str, str] = Field(default_factory=dict)
    counts: dict[str, int] | None = Field(
        default=None, examples=[{"pass": 51, "fail": 3, "review": 4, "not_applicable": 61}]
    )
    unchecked: list[str] = Field(default_factory=list, description="缺少名单而未查的检查 / Left by missing lists")
    declared: dict[str, Any] = Field(default_factory=dict)
    problems: list[dict[str, Any]] = Field(default_factory=list)
    requests: list[Sentence] = Field(default_factory=list, description="需补的材料 / Papers to ask for")
    keep_until: date | None = None


class MemberOut(BaseModel):
    """A file, or one member of a container (`outer.zip!/inner.pdf`). `code`, `message`, `hint` where it was not wholly
    read."""

    file: str = Field(examples=["scan.zip!/投保单.pdf"])
    sha256: str
    pages: int | None
    state: str = Field(examples=["rejected"])
    code: str | None = Field(examples=["encrypted"])
    message: Sentence | None = None
    hint: Sentence | None = None


class SourceOut(BaseModel):
    id: str
    file: str
    sha256: str
    size: int
    state: str = Field(description="waiting, reading, read, partial, rejected", examples=["read"])
    code: str | None
    message: Sentence | None = None
    hint: Sentence | None = None
    pages: int
    members: list[MemberOut]
    created_at: datetime
    read_at: datetime | None


def source_out(seen: SourceSeen) -> SourceOut:
    row = seen.row
    told = next((one for one in seen.members if one.code), None)
    message, hint = (told.message, told.hint) if told else SENTENCES.get(row.code or "", (None, None))
    return SourceOut(
        id=row.id,
        file=seen.file,
        sha256=row.sha256,
        size=row.size,
        state=row.state,
        code=row.code,
        message=sentence(message),
        hint=sentence(hint),
        pages=row.pages,
        members=[_member(one) for one in seen.members],
        created_at=row.created_at,
        read_at=row.read_at,
    )


def _member(source: Source) -> MemberOut:
    whole = source.state is SourceState.READ
    return MemberOut(
        file=source.file,
        sha256=source.sha256,
        pages=source.pages,
        state=source.state.value,
        code=source.code,
        message=None if whole else sentence(source.message),
        hint=None if whole else sentence(source.hint),
    )


def sentence(text: Text | None) -> Sentence | None:
    return Sentence(zh=text.zh, en=text.en) if text else None


class SourcesOut(BaseModel):
    items: list[SourceOut]


class DocumentsOut(BaseModel):
    """`documents` in the shape of audit.json (contract, section 5); `title` is what the checklist calls the paper."""

    items: list[dict[str, Any]] = Field(
        examples=[
            [
                {
                    "id": "d1",
                    "type": "F01",
                    "title": {"zh": "投保单", "en": "Application form"},
                    "confidence": 0.98,
                    "pages": [{"file": "scan.pdf", "page": 1}],
                    "fields": {"policyholder.name": {"value": "张伟（虚构）", "text": "张 伟", "confidence": 0.97}},
                    "marks": [],
                }
            ]
        ]
    )


class FactsIn(BaseModel):
    """All declared facts of the case, nested or dotted, as in case.yaml (contract, section 2)."""

    model_config = ConfigDict(extra="forbid")
    facts: dict[str, Any] = Field(examples=[{"channel": "agent", "premium": {"due": "24000.00"}}])
