"""Who receives a refund or a claim from the threshold on was identified.

The figure is that of the day of the request, inclusive. Passes when the amount stays below, or the receiver's
identity document is in the file, valid on that day, and the form is signed. Fails when the document is absent or
expired, or the form unsigned. Review when the amount or the validity was not read, or somebody else applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, not_applicable, passed
from verifier.checks.signing import judge_line
from verifier.context import Context
from verifier.ledger import same_holder
from verifier.model import Compared, Document, FieldState, Item, Reason, Text
from verifier.parameters import ParameterSet
from verifier.values.money import canonical_amount

APPLICANT = Text("申请人", "applicant")


class Params(CheckParams):
    """`amount`, `day`: facts; `money`: surrender or claim, which picks the figure. `receiver`: holder (the
    policyholder surrenders) or payee (whom the claim is paid to). `signed_form`: variant of the form."""

    document: str
    amount: str
    day: tuple[str, ...]
    money: str
    receiver: str
    signed_form: str = ""
    sets: str = "aml_sets"


def check(case: Case, params: Params, context: Context) -> Result:
    amount = case.fact(params.amount)
    day = next((fact for name in params.day if (fact := case.maybe(name)) is not None), None) or case.fact(
        params.day[0]
    )
    chosen = context.parameters.dated(params.sets, day.as_date())
    if chosen is None:
        return not_applicable(f"{day} 尚无核实身份的起点", f"No threshold was in force on {day}")
    limit, words = _limit(case, chosen, params.money)
    figures = {"set": chosen.name, "threshold": words}
    values = [Compared(Text("金额", "amount"), amount.value, next(iter(amount.evidence), None))]
    if amount.as_decimal() < limit:
        zh, en = f"金额 {amount} 未达到 {words}", f"{amount} stays below {words}"
        return passed(zh, en, evidence=amount.evidence, compared=values, parameters=figures)
    items = list(_identified(case, params, day.as_date()))
    zh, en = f"金额 {amount} 已达 {words}，身份已核实", f"{amount} reaches {words}, and identity was verified"
    return from_items(items, zh, en, compared=values, parameters=figures)


def _limit(case: Case, chosen: ParameterSet, money: str) -> tuple[Decimal, str]:
    stated = case.maybe("premium.currency")
    currency = "usd" if stated is not None and stated.value == "USD" else "cny"
    limit = chosen.number(f"{money}_{currency}")
    return limit, f"{canonical_amount(limit)} {currency.upper()}"


def _identified(case: Case, params: Params, day: date) -> Iterator[Item]:
    papers = case.documents_of(params.document)
    names = _receivers(case, params, papers)
    if not names:
        yield doubt(Reason.FIELD_MISSING, "未读出收款人", "The receiver was not read")
    for name in names:
        yield _card(case, name, day)
    forms = [paper for paper in papers if not params.signed_form or paper.variant in (params.signed_form, None)]
    for form in forms[:1]:
        line = judge_line(
            case,
            form,
            ("applicant_signature", "policyholder_signature"),
            APPLICANT,
            person=names[0].value if names else "",
        )
        if line is not None:
            yield line
    if params.receiver == "holder":
        yield from _applied(case, papers, names)


def _receivers(case: Case, params: Params, papers: tuple[Document, ...]) -> list[Fact]:
    if params.receiver == "holder":
        holder = case.maybe("policyholder.name")
        return [holder] if holder else []
    found: dict[str, Fact] = {}
    for paper in papers:
        field = paper.fields.get("payee.name")
        if field is not None and field.state is FieldState.READ:
            found.setdefault(
                field.value, Fact("payee.name", field.value, (field.evidence,), field.confidence, paper.id)
            )
    return list(found.values())


def _card(case: Case, name: Fact, day: date) -> Item:
    """The identity document of that person, valid on the day; a longer-term one has no end."""
    for card in case.documents_of("D-202"):
        field = card.fields.get("name")
        if field is None or not field.value or not same_holder(field.value, name.value).agrees:
            continue
        until = card.fields.get("valid_to") or card.fields.get("id_valid_to")
        where = (field.evidence, *((until.evidence,) if until else ()))
        if until is None or until.state is not FieldState.READ:
            zh, en = f"{name}的证件有效期未读出", f"The validity of {name}'s ID was not read"
            return doubt(Reason.FIELD_MISSING, zh, en, where, card.id)
        if until.value != "long_term" and Fact("valid_to", until.value).as_date() < day:
            zh, en = f"{name}的证件已于 {until.value} 过期", f"{name}'s ID expired on {until.value}"
            return bad(zh, en, where, card.id)
        return good(f"已附{name}的有效证件", f"{name}'s valid ID is filed", where, card.id)
    zh, en = f"未见{name}的身份证件", f"No identity document of {name} was found"
    return lacking(case, zh, en, "D-202", name.evidence)


def _applied(case: Case, papers: tuple[Document, ...], names: list[Fact]) -> Iterator[Item]:
    for paper in papers:
        applicant = paper.fields.get("applicant.name")
        if applicant is None or not applicant.value or not names:
            continue
        if same_holder(applicant.value, names[0].value).conflicts:
            zh, en = f"申请人“{applicant.value}”不是投保人", f"{applicant.value} applied, not the policyholder"
            if case.has("D-203"):
                yield doubt(
                    Reason.JUDGEMENT, f"{zh}，请核对授权", f"{en}: check the authority", (applicant.evidence,), paper.id
                )
            else:
                yield bad(
                    f"{zh}，未见授权委托书",
                    f"{en}, and no power of attorney was found",
                    (applicant.evidence,),
                    paper.id,
                )
