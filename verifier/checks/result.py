"""What does a check answer?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from verifier.case import Case, MissingFact
from verifier.model import Compared, Evidence, Item, Outcome, Reason, Severity, Text, worst


class CheckParams(BaseModel):
    """The parameters that a requirement gives its check under `with`; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The outcome with its sentence, the values compared and the evidence.

    `confidence` is that of the decision, 0..1: None takes the weakest of `evidence`; agreement across
    papers or a check digit may justify more. Below the pack's limit a pass or fail becomes a review.
    `severity` only where it differs from the requirement's.
    """

    outcome: Outcome
    detail: Text
    reason: Reason | None = None
    evidence: tuple[Evidence, ...] = ()
    compared: tuple[Compared, ...] = ()
    items: tuple[Item, ...] = ()
    severity: Severity | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    confidence: float | None = None


def passed(
    zh: str, en: str, *, evidence: Sequence[Evidence] = (), compared: Sequence[Compared] = (),
    confidence: float | None = None, parameters: Mapping[str, str] | None = None,
) -> Result:  # fmt: skip
    return Result(
        outcome=Outcome.PASS, detail=Text(zh, en), evidence=tuple(evidence), compared=tuple(compared),
        confidence=confidence, parameters=parameters or {},
    )  # fmt: skip


def failed(
    zh: str, en: str, *, evidence: Sequence[Evidence] = (), compared: Sequence[Compared] = (),
    confidence: float | None = None, parameters: Mapping[str, str] | None = None,
    severity: Severity | None = None,
) -> Result:  # fmt: skip
    return Result(
        outcome=Outcome.FAIL, detail=Text(zh, en), evidence=tuple(evidence), compared=tuple(compared),
        confidence=confidence, parameters=parameters or {}, severity=severity,
    )  # fmt: skip


def review(
    reason: Reason, zh: str, en: str, *, evidence: Sequence[Evidence] = (), compared: Sequence[Compared] = (),
    parameters: Mapping[str, str] | None = None, severity: Severity | None = None,
) -> Result:  # fmt: skip
    return Result(
        outcome=Outcome.REVIEW, reason=reason, detail=Text(zh, en), evidence=tuple(evidence),
        compared=tuple(compared), parameters=parameters or {}, severity=severity,
    )  # fmt: skip


def not_applicable(zh: str, en: str, *, evidence: Sequence[Evidence] = ()) -> Result:
    return Result(outcome=Outcome.NOT_APPLICABLE, detail=Text(zh, en), evidence=tuple(evidence))


def absent(
    case: Case, zh: str, en: str, *, evidence: Sequence[Evidence] = (), severity: Severity | None = None
) -> Result:
    """A paper, mark or field that the check demands was not found: a fail when everything in the case
    was read and recognised, else a review, for it may stand on what was not."""
    if case.fully_read:
        return failed(zh, en, evidence=evidence, severity=severity)
    return review(
        Reason.DOCUMENT_MISSING,
        f"{zh}；但本案有未能读取或未能识别的文件或页面，可能就在其中",
        f"{en}; but some file or page of this case was not read or not recognised and may hold it",
        evidence=evidence,
        severity=severity,
    )


def gap_item(gap: MissingFact, *, document: str | None = None) -> Item:
    """An item that could not be judged, from the gap that stopped it."""
    return Item(Outcome.REVIEW, gap.detail, gap.reason, document or gap.document, gap.evidence)


def as_item(result: Result, document: str | None) -> Item:
    """One paper's result as an item of a finding over several."""
    return Item(result.outcome, result.detail, result.reason, document, result.evidence, result.confidence)


def from_items(
    items: Sequence[Item], zh: str, en: str, *, severity: Severity | None = None,
    parameters: Mapping[str, str] | None = None, compared: Sequence[Compared] = (),
) -> Result:  # fmt: skip
    """The worst of the items; `zh`/`en` is the sentence when all pass. Otherwise the sentences of the
    worst items are joined, and their evidence comes first."""
    outcome = worst([item.outcome for item in items])
    telling = [item for item in items if item.outcome is outcome]
    rest = [item for item in items if item.outcome is not outcome]
    fine = outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    detail = Text(zh, en) if fine else join_details([item.detail for item in telling])
    return Result(
        outcome=outcome,
        reason=telling[0].reason if outcome is Outcome.REVIEW else None,
        detail=detail,
        evidence=tuple(e for item in [*telling, *(rest if fine else ())] for e in item.evidence),
        items=tuple(items),
        severity=severity,
        parameters=parameters or {},
        compared=tuple(compared),
    )


def join_details(details: Sequence[Text]) -> Text:
    unique = list(dict.fromkeys(details))
    return Text("；".join(d.zh for d in unique), "; ".join(d.en for d in unique))
