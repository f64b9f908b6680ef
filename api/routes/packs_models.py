"""What does the API say about checklists and their drafts?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.editions import Published
from api.tables import PackDraft
from api.workflow.draft_changes import FileChange
from api.workflow.draft_checks import Fault
from api.workflow.draft_figures import Figures
from api.workflow.draft_trials import Played
from api.workflow.labels import Suggestion
from api.workflow.packs import Explained
from verifier.model import Text
from verifier.packs.load import Pack, Requirement


class Said(BaseModel):
    """Both languages."""

    zh: str
    en: str


class EditionOut(BaseModel):
    pack: str = Field(examples=["cn-insurance"])
    edition: str = Field(examples=["2026.11"])
    sha256: str
    own: bool = Field(description="机构自己的 / The institution's own")
    published_by: str
    published_at: datetime | None


class EditionsOut(BaseModel):
    items: list[EditionOut]


class RequirementBrief(BaseModel):
    """`outcomes`: how often it came to each in this institution's cases, as far as the asker may know."""

    id: str = Field(examples=["SIGN-01"])
    title: Said
    stage: str = Field(examples=["S6"])
    severity: str = Field(examples=["critical"])
    tier: str
    check: str = Field(examples=["signatures"])
    confidential: bool
    outcomes: dict[str, int] = Field(examples=[{"pass": 90, "fail": 10}])


class StageOut(BaseModel):
    id: str = Field(examples=["S6"])
    title: Said
    requirements: list[RequirementBrief]


class DocumentTypeOut(BaseModel):
    code: str = Field(examples=["F01"])
    title: Said
    stage: str
    fields: list[str] = Field(examples=[["application_no", "policyholder.name"]])


class PackOut(BaseModel):
    id: str
    edition: str
    sha256: str
    title: Said
    extends: str
    stages: list[StageOut]
    document_types: list[DocumentTypeOut]
    parameters: dict[str, Any]
    lexicons: list[str]


class LawOut(BaseModel):
    rule: str = Field(examples=["保险销售行为管理办法"])
    name: Said | None
    number: str
    articles: list[str] = Field(examples=[["29"]])
    verified: bool
    start: date | None
    end: date | None
    address: str


class RequirementOut(RequirementBrief):
    """One requirement whole: law, logic in plain words, parameters, scenarios."""

    event: str
    in_force_from: date | None
    in_force_to: date | None
    applies: dict[str, Any]
    law: list[LawOut]
    logic: str
    logic_zh: str = Field(description="同一逻辑的中文 / The same in Chinese")
    settings: dict[str, Any] = Field(description="本要求给检查的参数 / What the requirement gives its check")
    parameters: dict[str, Any] = Field(description="检查读取的清单参数 / The pack's figures that it reads")
    remedy: Said
    scenarios: list[str] = Field(examples=[["SIGN-01.unsigned.fail.yaml"]])


class DraftIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pack: str = Field(min_length=2, max_length=61, examples=["anhua-cn"])
    base: str = Field(default="cn-insurance", max_length=100)
    base_edition: str = Field(default="", max_length=100, description="空：现行 / Empty: the present one")
    edition: str = Field(min_length=1, max_length=41, examples=["2026.12"])
    title: Said


class DraftOut(BaseModel):
    """`state`: draft, proposed, published, withdrawn."""

    id: str
    pack: str
    base: str = Field(examples=["cn-insurance@2026.11"])
    edition: str
    title: dict[str, str]
    files: list[str] = Field(examples=[["parameters.yaml"]])
    state: str = Field(examples=["draft"])
    sha256: str
    version: int
    editors: list[str]
    created_by: str
    created_at: datetime
    changed_at: datetime
    changed_by: str
    proposed_by: str | None
    sent_back: dict[str, str] = Field(examples=[{"reason": "请补充情景 / Add a scenario"}])
    published_by: str | None
    published_at: datetime | None


class DraftsOut(BaseModel):
    items: list[DraftOut]
    next: str | None = Field(examples=[None])


class FileIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=512 * 1024, examples=["shared_phone_max: 2\n"])


class FileTextOut(BaseModel):
    """`base`: what the pack that is extended says in this file."""

    name: str
    text: str | None
    base: str | None


class ChangeOut(BaseModel):
    """`before` and `after` of a value, or words `added` to and `removed` from a list."""

    place: Said
    before: Said | None
    after: Said | None
    added: list[str] = Field(examples=[["返券"]])
    removed: list[str] = Field(examples=[[]])


class FileChangeOut(BaseModel):
    name: str = Field(examples=["parameters.yaml"])
    kind: Said
    title: Said
    changes: list[ChangeOut]


class ChangesOut(BaseModel):
    items: list[FileChangeOut]


class FigureOut(BaseModel):
    """`key` is what a change names; `kind`: number, integer, flag, day, numbers, words, text, choice."""

    key: str = Field(examples=["aml_sets/cn2026/cash_personal_cny"])
    group: Said
    title: Said
    unit: Said | None
    kind: str = Field(examples=["integer"])
    value: str = Field(examples=["20000"])
    base: str = Field(examples=["20000"])
    changed: bool
    requirements: list[str] = Field(description="读取它的要求 / Which read it", examples=[["AML-01"]])


class FiguresOut(BaseModel):
    items: list[FigureOut]


class FiguresIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    values: dict[str, str] = Field(min_length=1, max_length=500, examples=[{"shared_phone_max": "2"}])


class WordsIn(BaseModel):
    """One word, to be added or removed. `place`: keys and positions of the list inside the file; empty: the file itself."""

    model_config = ConfigDict(extra="forbid")
    file: str = Field(max_length=200, examples=["lexicons/inducements.yaml"])
    place: list[str | int] = Field(default=[], max_length=20, examples=[["phrases"]])
    add: str = Field(default="", max_length=200, examples=["返券"])
    remove: str = Field(default="", max_length=200, examples=[""])


class FaultOut(BaseModel):
    file: str
    line: int = Field(description="0：整个文件 / 0: the file as a whole", examples=[3])
    place: str = Field(examples=["aml_sets.cn2026.cash_personal_cny"])
    message: Said


class FaultsOut(BaseModel):
    items: list[FaultOut]


class PlayedOut(BaseModel):
    """`problem` empty: it came to what its name says."""

    scenario: str
    check: str
    expected: str
    outcome: str
    problem: str
    detail: Said


class PlayedPageOut(BaseModel):
    """`done` false: being played."""

    done: bool
    items: list[PlayedOut]


class BoxIn(BaseModel):
    """A box on a page: case, file and page as on the case's papers; fractions of the upright page."""

    model_config = ConfigDict(extra="forbid")
    case_id: str = Field(max_length=36)
    file: str = Field(max_length=1000)
    page: int = Field(ge=1, le=100_000)
    box: tuple[float, float, float, float] = Field(examples=[[0.21, 0.11, 0.45, 0.13]])


class SuggestionOut(BaseModel):
    label: str = Field(examples=["投保人姓名"])
    box: list[float]
    where: str = Field(description="inside, left, above", examples=["left"])


class SuggestionsOut(BaseModel):
    items: list[SuggestionOut]


class LabelIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    document_type: str = Field(max_length=20, examples=["F01"])
    field: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.\[\]]+$", examples=["policyholder.name"])
    label: str = Field(min_length=1, max_length=60, examples=["要保人"])
    kind: str = Field(default="", max_length=20, description="新字段的类型 / Of a new field", examples=[""])


# --- from our values --------------------------------------------------------------------------------


def edition_out(one: Published) -> EditionOut:
    return EditionOut(
        pack=one.pack,
        edition=one.edition,
        sha256=one.sha256,
        own=bool(one.tenant_id),
        published_by=one.created_by,
        published_at=one.created_at,
    )


def brief(one: Requirement, outcomes: Mapping[str, Mapping[str, int]]) -> RequirementBrief:
    spec = one.spec
    return RequirementBrief(
        id=spec.id,
        title=Said(zh=spec.title.zh, en=spec.title.en),
        stage=spec.stage,
        severity=spec.severity.value,
        tier=spec.tier,
        check=spec.check,
        confidential=spec.confidential,
        outcomes=dict(outcomes.get(spec.id, {})),
    )


def pack_out(pack: Pack, outcomes: Mapping[str, Mapping[str, int]]) -> PackOut:
    stages = [
        StageOut(
            id=stage,
            title=Said(zh=title.zh, en=title.en),
            requirements=[brief(one, outcomes) for one in pack.requirements if one.spec.stage == stage],
        )
        for stage, title in pack.info.stages.items()
    ]
    kinds = [
        DocumentTypeOut(
            code=kind.code,
            title=Said(zh=kind.title.zh, en=kind.title.en),
            stage=kind.stage,
            fields=sorted(kind.kinds()),
        )
        for kind in pack.types
    ]
    return PackOut(
        id=pack.info.id,
        edition=pack.info.edition,
        sha256=pack.sha256,
        title=Said(zh=pack.info.title.zh, en=pack.info.title.en),
        extends=pack.info.extends,
        stages=stages,
        document_types=kinds,
        parameters=dict(pack.parameters.values),
        lexicons=sorted(pack.lexicons),
    )


def requirement_out(one: Explained) -> RequirementOut:
    spec = one.requirement.spec
    return RequirementOut(
        **brief(one.requirement, {spec.id: one.outcomes}).model_dump(),
        event=spec.event,
        in_force_from=spec.in_force.start,
        in_force_to=spec.in_force.end,
        applies=dict(spec.applies),
        law=[_law(one, basis.rule, basis.articles, basis.is_verified) for basis in spec.basis],
        logic=one.logic,
        logic_zh=one.logic_zh,
        settings=dict(spec.parameters),
        parameters=dict(one.parameters),
        remedy=Said(zh=spec.remedy.zh, en=spec.remedy.en),
        scenarios=list(one.scenarios),
    )


def _law(one: Explained, rule: str, articles: tuple[str, ...], verified: bool) -> LawOut:
    known = one.rules.get(rule)
    return LawOut(
        rule=rule,
        name=Said(zh=known.name.zh, en=known.name.en) if known else None,
        number=known.number if known else "",
        articles=list(articles),
        verified=verified,
        start=known.start if known else None,
        end=known.end if known else None,
        address=known.address if known else "",
    )


def draft_out(row: PackDraft) -> DraftOut:
    told = row.model_dump(exclude={"files", "tenant_id"})
    return DraftOut(**told, files=sorted(row.files))


def fault_out(one: Fault) -> FaultOut:
    return FaultOut(file=one.file, line=one.line, place=one.place, message=Said(zh=one.message.zh, en=one.message.en))


def _said(text: Text | None) -> Said | None:
    return Said(zh=text.zh, en=text.en) if text else None


def changed_out(one: FileChange) -> FileChangeOut:
    changes = [
        ChangeOut(
            place=Said(zh=each.place.zh, en=each.place.en),
            before=_said(each.before),
            after=_said(each.after),
            added=list(each.added),
            removed=list(each.removed),
        )
        for each in one.changes
    ]
    kind, title = Said(zh=one.kind.zh, en=one.kind.en), Said(zh=one.title.zh, en=one.title.en)
    return FileChangeOut(name=one.name, kind=kind, title=title, changes=changes)


def figures_out(found: Figures) -> FiguresOut:
    items = [
        FigureOut(
            key=one.key,
            group=Said(zh=group.title.zh, en=group.title.en),
            title=Said(zh=one.title.zh, en=one.title.en),
            unit=_said(one.unit),
            kind=one.kind,
            value=one.written,
            base=one.was,
            changed=one.changed,
            requirements=[reader.id for reader in group.requirements],
        )
        for group in found.groups
        for each in group.sets
        for one in each.figures
    ]
    return FiguresOut(items=items)


def played_out(one: Played) -> PlayedOut:
    said = Said(zh=one.detail.zh, en=one.detail.en)
    return PlayedOut(
        scenario=one.scenario,
        check=one.check,
        expected=one.expected,
        outcome=one.outcome,
        problem=one.problem,
        detail=said,
    )


def suggestion_out(one: Suggestion) -> SuggestionOut:
    return SuggestionOut(label=one.label, box=one.box.as_list(), where=one.where)
