"""Who acted for the customer was authorised, identified, and was not the seller.

Passes when the power of attorney names both persons with their numbers, covers the act, is signed, is not
dated after the act, and the agent's identity document is in the file. Fails when somebody acted for the
customer and there is no such paper, when it lacks one of these, or when the agent is the seller. Review when
a field of it was not found or read. Not applicable when nobody acted for the customer: a guardian is no
agent, and an organisation's clerk acts by its letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from verifier.case import Case, MissingFact
from verifier.checks.comparing import Stated, paper_by_id, settled
from verifier.checks.prohibited_wording import known_names
from verifier.checks.result import CheckParams, Result, absent, from_items, gap_item, not_applicable
from verifier.checks.signing import judge_line
from verifier.checks.words import place_of
from verifier.context import Context
from verifier.ledger import WELL_READ
from verifier.model import Document, Evidence, FieldState, Item, MarkState, Outcome, Reason, Text
from verifier.screening.wording import Passage, says
from verifier.values.match import MatchKind
from verifier.values.names import compare_names


class Params(CheckParams):
    """`signs`: marks, `named`: fields (CODE.field) that show an agent; `scope_words`: words of the acts that the
    power has to cover."""

    signs: tuple[str, ...] = ("agent_signature",)
    named: tuple[str, ...] = ()
    scope_words: tuple[str, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    powers = case.documents_of("D-203")
    places = list(_acted(case, params))
    if not powers and not places:
        return not_applicable("没有他人代办的迹象", "Nothing shows that somebody acted for the customer")
    if case.fact("policyholder.is_organisation").is_true:
        return not_applicable("单位投保人的经办人凭单位授权办理", "An organisation's clerk acts by its letter")
    if not powers:
        return absent(
            case, "有他人代为办理，未见授权委托书", "Somebody acted for the customer, and gave no power of attorney",
            evidence=places,
        )  # fmt: skip
    items = list(_judge(case, params, context, powers[-1]))
    return from_items(items, "代办人身份和授权符合要求", "The agent is identified and authorised")


def _acted(case: Case, params: Params) -> Iterator[Evidence]:
    for paper in case.documents:
        for mark in paper.marks:
            if mark.name in params.signs and mark.state is MarkState.PRESENT:
                yield mark.evidence
    for path in params.named:
        code, _, name = path.partition(".")
        for paper in case.documents_of(code):
            field = paper.fields.get(name)
            if field is not None and field.state is FieldState.READ:
                yield field.evidence


def _judge(case: Case, params: Params, context: Context, power: Document) -> Iterator[Item]:
    for name in ("principal.name", "principal.id_number", "agent.name", "agent.id_number"):
        yield _filled(case, power, name)
    yield from _principal(case, power)
    yield from _agent(case, context, power)
    yield from _dated(case, power)
    yield _scope(case, params, power)
    line = judge_line(case, power, ("principal_signature", "policyholder_signature"), Text("委托人", "principal"))
    assert line is not None
    yield line


def _filled(case: Case, power: Document, name: str) -> Item:
    zh = {"principal": "委托人", "agent": "受托人"}[name.partition(".")[0]]
    zh += "姓名" if name.endswith(".name") else "证件号码"
    try:
        fact = case.field(power, name)
    except MissingFact as gap:
        if gap.empty:
            detail = Text(f"授权委托书{zh}未填写", f"The power of attorney leaves {name} blank")
            return Item(Outcome.FAIL, detail, None, power.id, gap.evidence, 1.0)
        return gap_item(gap, document=power.id)
    return Item(Outcome.PASS, Text(f"{zh}：{fact}", f"{name}: {fact}"), None, power.id, fact.evidence, 1.0)


def _principal(case: Case, power: Document) -> Iterator[Item]:
    stated, name = _read(case, power, "principal.name"), case.maybe("policyholder.name")
    if not stated or name is None:
        return
    own = Stated(name.value, paper_by_id(case, name.document), len(name.evidence) > 1)
    match = settled("name", compare_names(stated, name.value), Stated(stated, power), own)
    detail = Text(f"委托人 {stated} 不是投保人 {name}", f"The principal {stated} is not the policyholder {name}")
    field = power.fields["principal.name"]
    evidence = (field.evidence, *name.evidence)
    if match.conflicts:
        sure = min(field.confidence, name.confidence)
        yield Item(Outcome.FAIL, detail, None, power.id, evidence, sure)
    elif match.kind is MatchKind.OCR_NEAR:
        yield Item(Outcome.REVIEW, match.detail, Reason.CONFLICTING_VALUES, power.id, evidence)


def _agent(case: Case, context: Context, power: Document) -> Iterator[Item]:
    agent = _read(case, power, "agent.name")
    if not agent:
        return
    sellers, _ = known_names(case, context)
    if any(compare_names(agent, seller).agrees for seller in sellers):
        detail = Text(f"受托人 {agent} 是销售人员或机构员工", f"The agent {agent} is a seller or a member of staff")
        field = power.fields["agent.name"]
        yield Item(Outcome.FAIL, detail, None, power.id, (field.evidence,), field.confidence)
    number = _read(case, power, "agent.id_number")
    cards = [
        paper
        for paper in case.documents_of("D-202")
        if (number and _read(case, paper, "id_number") == number)
        or ((name := _read(case, paper, "name")) and compare_names(name, agent).agrees)
    ]
    nameless = [one for one in case.documents_of("D-202") if not _read_well(one)]
    if not cards and (nameless or power.fields["agent.name"].confidence < WELL_READ):
        detail = Text(
            f"受托人 {agent} 的身份证件未能确认", f"Whether {agent}'s identity document is there cannot be told"
        )
        yield Item(Outcome.REVIEW, detail, Reason.UNREADABLE, "D-202", tuple(map(partial(place_of, case), nameless)))
    elif not cards:
        missing = absent(
            case, f"未见受托人 {agent} 的身份证件", f"The agent {agent}'s identity document is not in the file"
        )
        yield Item(missing.outcome, missing.detail, missing.reason, "D-202", (), 1.0)


def _dated(case: Case, power: Document) -> Iterator[Item]:
    try:
        signed, applied = case.field(power, "signed_date"), case.fact("application.date")
        first, day = signed.as_date(), applied.as_date()
    except MissingFact as gap:
        yield gap_item(gap, document=power.id)
        return
    acts = [day, *(fact.as_date() for path in ("A04.signed_date", "A05.signed_date") if (fact := case.maybe(path)))]
    evidence = (*signed.evidence, *applied.evidence)
    detail = Text(f"委托日 {first}，办理日 {max(acts)}", f"Power of {first}, act of {max(acts)}")
    outcome = Outcome.PASS if first <= max(acts) else Outcome.FAIL
    yield Item(outcome, detail, None, power.id, evidence, min(signed.confidence, applied.confidence))


def _scope(case: Case, params: Params, power: Document) -> Item:
    scope = power.fields.get("scope")
    text = scope.value if scope is not None and scope.state is FieldState.READ else ""
    covered = any(word in text for word in params.scope_words)
    if not covered and not text:
        covered = says(Passage.of(power.lines), params.scope_words) is not None
    evidence = (scope.evidence,) if scope is not None else ()
    if covered:
        return Item(
            Outcome.PASS, Text("委托事项包含本次办理", "The power covers the act"), None, power.id, evidence, 1.0
        )
    detail = Text(f"委托事项“{text}”是否包含本次办理需确认", f"Does the power ({text!r}) cover the act?")
    return Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, power.id, evidence)


def _read_well(card: Document) -> bool:
    name = card.fields.get("name")
    return name is not None and name.state is FieldState.READ and name.confidence >= WELL_READ


def _read(case: Case, paper: Document, name: str) -> str:
    field = paper.fields.get(name)
    return field.value if field is not None and field.state is FieldState.READ else ""
