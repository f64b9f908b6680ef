"""What should a requirement come to on these facts? Small fact files whose name states the outcome.

`<CHECK-ID>.<what>.<outcome>.yaml`. A scenario starts from `base` (a file in `scenarios/base/`) and
changes it: `declared` keys, `documents` by key (`F01`, `D-202[insured]`, `P02#2`; null removes one),
their `fields`, `marks`, `text`, `messages`, `text_from`, `esignatures`; `references`; `history`; `unread: true`
for a page that was not recognised. A field is its canonical value, null (not printed), or a mapping with
`value`, `state`, `confidence`. A mark is `present`, `absent`, `unsure`, a mapping, or a list of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from verifier.audit import judge, with_papers
from verifier.case import Case
from verifier.checks import CHECKS
from verifier.context import Context, References
from verifier.errors import PackError
from verifier.facts import FACTS
from verifier.history import MemoryHistory
from verifier.model import (
    Box,
    Document,
    DocumentMark,
    Esignature,
    Evidence,
    FieldState,
    Finding,
    Line,
    MarkKind,
    MarkState,
    Message,
    Outcome,
    PageRef,
    Source,
    SourceState,
    Text,
    TextFrom,
)
from verifier.model import Field as PaperField
from verifier.packs.load import Pack, read_yaml
from verifier.payments import payments_of
from verifier.references import rows_of

BOX = Box(0.1, 0.1, 0.3, 0.13)


class ScenarioFile(BaseModel):
    """The file as written."""

    model_config = ConfigDict(extra="forbid")

    base: str = ""
    as_of: date = date(2026, 11, 22)
    declared: dict[str, Any] = {}
    documents: dict[str, dict[str, Any] | None] = {}
    references: dict[str, list[dict[str, Any]] | None] = {}
    history: list[dict[str, Any]] = []
    unread: bool = False
    expect: dict[str, str] = Field(default_factory=dict)  # reason, severity, and words of the detail


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file with its base laid under it. `check` and `outcome` come from the name."""

    path: Path
    check: str
    outcome: Outcome
    file: ScenarioFile


def scenarios(folder: Path, check: str = "*") -> list[Scenario]:
    """All scenarios of a pack (or of one requirement), in name order."""
    return [_open(path) for path in sorted((folder / "scenarios").glob(f"{check}.*.yaml"))]


def _open(path: Path) -> Scenario:
    parts = path.name.removesuffix(".yaml").split(".")
    if len(parts) < 3 or parts[-1] not in Outcome._value2member_map_:
        raise PackError(
            "scenario_name",
            Text(
                f"情景文件名 {path.name} 应为 <编号>.<情形>.<结果>.yaml",
                f"{path.name}: not <CHECK>.<what>.<outcome>.yaml",
            ),
            Text("请改名", "Rename the file"),
        )
    return Scenario(path, parts[0], Outcome(parts[-1]), read_scenario(path))


def read_scenario(path: Path) -> ScenarioFile:
    """The file with its bases laid under it."""
    upper = read_yaml(path) or {}
    base = upper.get("base")
    if base:
        home = path.parent if path.parent.name == "base" else path.parent / "base"
        lower = read_scenario(home / f"{base}.yaml").model_dump(exclude_unset=True)
        upper = _laid_over(lower, upper)
    return ScenarioFile.model_validate(upper)


def _laid_over(lower: Any, upper: Any) -> Any:
    if isinstance(lower, dict) and isinstance(upper, dict):
        merged = dict(lower)
        for key, value in upper.items():
            merged[key] = _laid_over(lower.get(key), value)
        return merged
    return upper


def play(scenario: Scenario, pack: Pack) -> Finding:
    """The finding that the pack gives for the scenario's requirement."""
    requirement = pack.requirement(scenario.check)
    if requirement is None:
        raise PackError(
            "scenario_check",
            Text(f"情景 {scenario.path.name} 的编号不存在", f"{scenario.path.name}: no such requirement"),
            Text("请核对编号", "Check the id"),
        )
    case, context = build(scenario.file, pack)
    return judge(requirement, case, pack, with_papers(context, pack.papers, case), CHECKS)


def problem(scenario: Scenario, finding: Finding) -> str:
    """Why the finding is not what the scenario says; empty when it is."""
    if finding.outcome is not scenario.outcome:
        reason = f" ({finding.reason})" if finding.reason else ""
        return f"{scenario.path.name}: {finding.outcome}{reason}, not {scenario.outcome}: {finding.detail.zh}"
    expect = scenario.file.expect
    if "reason" in expect and str(finding.reason) != expect["reason"]:
        return f"{scenario.path.name}: reason {finding.reason}, not {expect['reason']}: {finding.detail.zh}"
    if "severity" in expect and str(finding.severity) != expect["severity"]:
        return f"{scenario.path.name}: severity {finding.severity}, not {expect['severity']}"
    if "says" in expect and expect["says"] not in finding.detail.zh + finding.detail.en:
        return f"{scenario.path.name}: the sentence lacks {expect['says']!r}: {finding.detail.zh}"
    return ""


def build(file: ScenarioFile, pack: Pack) -> tuple[Case, Context]:
    """The case and context that the facts describe."""
    keyed = {key: spec for key, spec in file.documents.items() if spec is not None}
    documents = tuple(_document(number, key, spec, pack) for number, (key, spec) in enumerate(keyed.items(), start=1))
    declared = {key: value for key, value in file.declared.items() if value is not None and key != "payments"}
    references = References(
        **{name: rows_of(name, map(_cells, rows))[0] for name, rows in file.references.items() if rows is not None}
    )
    case = Case(
        id="SCENARIO",
        declared=declared,
        sources=(Source("case.pdf", "0" * 64, len(documents), SourceState.READ),),
        documents=documents,
        unrecognised=(PageRef("unread.pdf", 1),) if file.unread else (),
        payments=payments_of("SCENARIO", documents, file.declared),
        vocabulary=pack.vocabulary(),
        derivations=FACTS,
        parameters=pack.parameters,
    )
    earlier = [*file.history, *(file.references.get("payments") or ())]
    history = MemoryHistory.of_rows([_cells(row) for row in earlier])
    return case, Context(file.as_of, pack.parameters, pack.lexicons, references, history)


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in row.items()}


def _document(number: int, key: str, spec: Mapping[str, Any], pack: Pack) -> Document:
    code = key.split("#", maxsplit=1)[0].split("[", maxsplit=1)[0]
    subject = key[key.index("[") + 1 :].split("#", maxsplit=1)[0].removesuffix("]") if "[" in key else None
    file = f"{number:02d}-{code}.pdf"
    fields = {
        name: _field(name, value, file, _kind(pack, code, name))
        for name, value in (spec.get("fields") or {}).items()
        if value is not None
    }
    text = [str(line) for line in spec.get("text") or ()]
    messages = [Message(m.get("speaker", ""), str(m.get("time", "")), m["text"]) for m in spec.get("messages") or ()]
    return Document(
        id=f"d{number}",
        type=code,
        confidence=spec.get("confidence", 0.98),
        pages=(PageRef(file, 1),),
        fields=fields,
        marks=tuple(_marks(spec.get("marks") or {}, file)),
        lines=tuple(Line(line, Evidence(file, 1, BOX, line, 0.98)) for line in text),
        messages=tuple((message, Evidence(file, 1, None, message.text, 1.0)) for message in messages),
        variant=spec.get("variant"),
        subject=spec.get("subject", subject),
        legibility=spec.get("legibility", 1.0),
        text_from=TextFrom(spec.get("text_from", "layer")),
        esignatures=tuple(map(_esignature, spec.get("esignatures") or ())),
        picture_hashes=tuple(spec.get("picture_hashes") or ()),
        problems=tuple(spec.get("problems") or ()),
        producer=spec.get("producer", ""),
        revisions=spec.get("revisions", 1),
    )


def _esignature(spec: Mapping[str, Any]) -> Esignature:
    """A sound signature with what the scenario changes of it."""
    sound = Esignature("Signature1", "", datetime(2026, 3, 2, 4, 0, tzinfo=UTC), True, True, False, True, True)
    return replace(sound, **{**spec, "problems": tuple(spec.get("problems") or ())})


def _kind(pack: Pack, code: str, name: str) -> str:
    for document_type in pack.types:
        if document_type.code == code:
            return document_type.kind_of(name)
    return "text"


def _field(name: str, value: Any, file: str, kind: str) -> PaperField:
    spec = value if isinstance(value, dict) else {"value": value}
    state = FieldState(spec.get("state", "read"))
    text = "" if state is not FieldState.READ else _plain(spec["value"])
    confidence = float(spec.get("confidence", 0.98))
    return PaperField(name, text, text, kind, confidence, Evidence(file, 1, BOX, text, confidence), state)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _marks(specs: Mapping[str, Any], file: str) -> list[DocumentMark]:
    found = []
    for name, value in specs.items():
        for one in value if isinstance(value, Sequence) and not isinstance(value, str) else [value]:
            spec = {"state": one} if isinstance(one, str) else (one or {})
            if spec:
                found.append(_mark(name, spec, file))
    return found


def _mark(name: str, spec: Mapping[str, Any], file: str) -> DocumentMark:
    confidence = float(spec.get("confidence", 0.95))
    return DocumentMark(
        name=name,
        kind=MarkKind(spec.get("kind", _usual_kind(name))),
        state=MarkState(spec["state"]),
        confidence=confidence,
        evidence=Evidence(file, 1, BOX, str(spec.get("text", "")), confidence),
        text=str(spec.get("text", "")),
        picture_hash=str(spec.get("picture_hash", "")),
        colour=str(spec.get("colour", "")),
    )


def _usual_kind(name: str) -> str:
    if name == "copied_sentence":
        return "handwriting"
    if name == "esignature":
        return "esignature"
    if name.endswith("_seal"):
        return "seal"
    return "signature" if name.endswith("_signature") else "tick"
