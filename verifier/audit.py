"""How does each requirement of the pack stand in this case? One finding for each, always."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import ModuleType

from verifier.applies import applies, fact_names
from verifier.case import Case, MissingFact
from verifier.checks import CHECKS
from verifier.checks.result import Result, not_applicable, review
from verifier.context import Context, PaperNeed, References
from verifier.model import (
    Audit,
    Evidence,
    Finding,
    Item,
    Outcome,
    Reason,
    Text,
    worst,
)
from verifier.packs.load import Pack, Requirement
from verifier.packs.requirement import PaperRule

log = logging.getLogger(__name__)

# which fact or field dates each event; the first that is known
EVENT_DATES: Mapping[str, tuple[str, ...]] = {
    "sale": ("application.date", "issue.date"),
    "payment": ("payment.date", "application.date"),
    "delivery": ("A02.received_date", "application.date"),
    "callback": ("A03.date", "application.date"),
    "surrender": ("A05.signed_date", "application.date"),
    "claim": ("claim.date", "application.date"),
    "change": ("A04.signed_date", "application.date"),
    "complaint": ("A07.received_date", "application.date"),
}


def audit(
    case: Case,
    pack: Pack,
    context: Context,
    *,
    software: Mapping[str, object] | None = None,
    checks: Mapping[str, ModuleType] = CHECKS,
) -> Audit:
    """Judge one case by one pack. `context.papers` and `.required` are filled from the pack's matrix here."""
    context = with_papers(context, pack.papers, case, pack.info.confidence)
    findings = tuple(judge(one, case, pack, context, checks) for one in pack.requirements)
    return Audit(
        case=case.id,
        pack={"id": pack.info.id, "edition": pack.info.edition, "sha256": pack.sha256},
        as_of=context.as_of,
        law_dates=law_dates(case),
        software=software or {},
        sources=case.sources,
        documents=case.documents,
        findings=findings,
        declared=case.declared,
        requests=requests(findings, pack),
    )


def law_dates(case: Case) -> dict[str, str]:
    """The day of each event that is known by a paper or declared fact of its own."""
    days = {}
    for event, names in EVENT_DATES.items():
        fact = case.maybe(names[0])
        if fact is not None:
            days[event] = fact.value
    return days


def event_date(case: Case, event: str, as_of: date) -> date:
    """The day whose law rules: the event's, else the sale's, else `as_of`."""
    return known_event_date(case, event) or as_of


def known_event_date(case: Case, event: str) -> date | None:
    """The day of an event as far as papers or declared facts tell it."""
    for name in EVENT_DATES.get(event, ()):
        fact = case.maybe(name)
        if fact is not None:
            try:
                return fact.as_date()
            except MissingFact:
                continue
    return None


def with_papers(context: Context, papers: Sequence[PaperRule], case: Case, sure: float = 0.85) -> Context:
    """The context with the requirement matrix answered for this case. What was read below `sure` demands nothing."""
    needs = tuple(_need(rule, case, context.references, sure) for rule in papers)
    return replace(context, papers=needs, required=required_papers(needs, case))


def _weak_facts(rule: PaperRule, case: Case, sure: float) -> dict[str, MissingFact]:
    weak = {}
    for name in fact_names(rule.when):
        fact = case.maybe(name)
        if fact is not None and fact.confidence < sure:
            said = case.vocabulary.field_name(name)
            detail = Text(f"“{said.zh}”的依据识别把握不足", f"what the {said.en} rests on was read with low confidence")
            weak[name] = MissingFact(Reason.LOW_CONFIDENCE, detail, evidence=fact.evidence)
    return weak


def _need(rule: PaperRule, case: Case, references: References, sure: float) -> PaperNeed:
    needed: bool | None = False
    gap = None
    if all(getattr(references, name) is None for name in rule.unless_supplied):
        try:
            needed = applies(rule.when, case)
            if needed:
                applies(rule.when, case.without(_weak_facts(rule, case, sure)))
        except MissingFact as missing:
            needed, gap = None, missing.detail
    label = rule.label.text() if rule.label else None
    return PaperNeed(rule.documents, needed, label, gap, tuple(rule.inside.items()), rule.other_variants)


def required_papers(needs: Sequence[PaperNeed], case: Case) -> dict[str, bool | None]:
    """For each document code of the matrix whether this case needs it; None when unknown. Where one of
    several papers is enough, those beside the one in the file are not needed."""
    required: dict[str, bool | None] = {}
    for need in needs:
        there = case.has(*need.documents)
        for code in need.documents:
            wanted = need.needed if case.has(code) or not there else False
            known = required.get(code, False)
            required[code] = True if wanted or known else (None if wanted is None or known is None else False)
    return required


def judge(
    requirement: Requirement, case: Case, pack: Pack, context: Context, checks: Mapping[str, ModuleType]
) -> Finding:
    """One requirement's finding. Whatever happens inside becomes an outcome with its reason."""
    try:
        result = _decide(requirement, case, context, checks)
    except MissingFact as gap:
        result = _from_gap(gap, context)
    except Exception:
        log.exception("check %s failed", requirement.id)
        result = review(
            Reason.CHECK_ERROR,
            "检查程序出错，需人工判断",
            "The check itself failed; a person has to judge this",
        )
    return _finding(requirement, _doubted(result, pack.info.confidence))


def _decide(requirement: Requirement, case: Case, context: Context, checks: Mapping[str, ModuleType]) -> Result:
    spec = requirement.spec
    day = event_date(case, spec.event, context.as_of)
    starts, ends = spec.in_force.start, spec.in_force.end
    if (starts and day < starts) or (ends and day > ends):
        return not_applicable(
            f"该规定在 {day.isoformat()} 不适用（{starts or ''} 至 {ends or '今'}）",
            f"Not in force on {day.isoformat()} (from {starts or '-'} to {ends or 'today'})",
        )
    try:
        concerned = applies(spec.applies, case)
    except MissingFact as gap:
        return review(
            Reason.FACT_MISSING,
            f"{gap.detail.zh}，无法判断本项是否适用",
            f"{gap.detail.en}, so whether this applies cannot be said",
            evidence=gap.evidence,
        )
    if not concerned:
        return not_applicable("本案不涉及此项", "This case is not of the kind that the requirement concerns")
    result: Result = checks[spec.check].check(case, requirement.params, context)
    return result


def _from_gap(gap: MissingFact, context: Context) -> Result:
    """A check on an absent paper: not applicable when the case does not need that paper."""
    missing = gap.reason is Reason.DOCUMENT_MISSING
    if missing and gap.document is not None and context.required.get(gap.document, False) is False:
        return not_applicable(f"{gap.detail.zh}，本案亦不要求", f"{gap.detail.en}, and this case does not need it")
    return review(gap.reason, gap.detail.zh, gap.detail.en, evidence=gap.evidence)


def _doubted(result: Result, limit: float) -> Result:
    """A pass or fail that rests on ink below the pack's confidence is left to a person."""
    if result.items:
        items = tuple(_doubted_item(item, limit) for item in result.items)
        if items == result.items:
            return result
        outcome = worst([item.outcome for item in items])
        if outcome is result.outcome:
            return replace(result, items=items)
        weak = [item for item in items if item.outcome is outcome]
        return replace(
            result,
            items=items,
            outcome=outcome,
            reason=weak[0].reason if outcome is Outcome.REVIEW else None,
            detail=weak[0].detail if outcome is Outcome.REVIEW else result.detail,
        )
    if not _weak(result.outcome, result.confidence, result.evidence, limit):
        return result
    return replace(result, outcome=Outcome.REVIEW, reason=Reason.LOW_CONFIDENCE, detail=_doubt(result.detail))


def _doubted_item(item: Item, limit: float) -> Item:
    if not _weak(item.outcome, item.confidence, item.evidence, limit):
        return item
    return replace(item, outcome=Outcome.REVIEW, reason=Reason.LOW_CONFIDENCE, detail=_doubt(item.detail))


def _weak(outcome: Outcome, confidence: float | None, evidence: Sequence[Evidence], limit: float) -> bool:
    if outcome not in (Outcome.PASS, Outcome.FAIL):
        return False
    known = min((one.confidence for one in evidence), default=1.0) if confidence is None else confidence
    return known < limit


def _doubt(detail: Text) -> Text:
    return Text(f"{detail.zh}（字迹识别把握不足，请人工核对）", f"{detail.en} (read with low confidence: please check)")


def _finding(requirement: Requirement, result: Result) -> Finding:
    spec = requirement.spec
    return Finding(
        check=spec.id,
        stage=spec.stage,
        severity=result.severity or spec.severity,
        outcome=result.outcome,
        reason=result.reason,
        title=spec.title.text(),
        detail=result.detail,
        basis=requirement.basis,
        remedy=spec.remedy.text(),
        evidence=result.evidence,
        compared=result.compared,
        items=result.items,
        parameters=result.parameters,
        confidential=spec.confidential,
    )


def requests(findings: Sequence[Finding], pack: Pack) -> tuple[Text, ...]:
    """Which papers to ask for again, from the findings that fail or could not be judged."""
    titles = pack.vocabulary()
    asked: dict[str, None] = {}
    for finding in findings:
        requirement = pack.requirement(finding.check)
        if requirement is None or finding.confidential:
            continue
        if finding.outcome is Outcome.FAIL:
            asked.update(dict.fromkeys(requirement.spec.ask))
            asked.update(dict.fromkeys(item.document for item in finding.items if item.document and _absent(item)))
    return tuple(titles.title(code) for code in asked if code in titles.titles)


def _absent(item: Item) -> bool:
    return item.outcome is Outcome.FAIL and not item.evidence
