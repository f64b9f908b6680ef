"""A premium out of proportion is explained by a source of funds and a proof.

Passes when the premium is in proportion to the income, or the note on the source of funds names source and
proof for at least the premium. Fails when it is out of proportion and no note was found, or the note leaves the
source blank or covers less. Review when the proof is not named or was not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from verifier.case import Case
from verifier.checks.enhanced_diligence import risk_signs
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, passed
from verifier.context import Context
from verifier.ledger import same_holder
from verifier.model import Document, Evidence, FieldState, Item, Reason, Text


class Params(CheckParams):
    form: str = "P06"
    figures: str = "funds_source"
    risk: str = "high_risk"


def check(case: Case, params: Params, context: Context) -> Result:
    limits = context.parameters.get(params.figures)
    assert isinstance(limits, Mapping)
    why, where = _why(case, limits, context, params)
    figures = {key: str(value) for key, value in limits.items()}
    if why is None:
        zh, en = "保费与收入相称，无需资金来源证明", "The premium is in proportion: no proof is called for"
        return passed(zh, en, parameters=figures, confidence=1.0)
    forms = case.documents_of(params.form)
    if not forms:
        zh, en = f"{why.zh}，未见资金来源说明", f"{why.en}, and no note on the source of funds was found"
        items = [lacking(case, zh, en, params.form, where)]
    else:
        items = list(_note(case, forms[0]))
    return from_items(items, f"{why.zh}，资金来源已说明", f"{why.en}; the source is explained", parameters=figures)


def _why(
    case: Case, limits: Mapping[str, object], context: Context, params: Params
) -> tuple[Text | None, tuple[Evidence, ...]]:
    due, mode = case.fact("premium.due"), case.maybe("pay_mode")
    income = case.maybe("household_income") or case.maybe("policyholder.income")
    if due.as_decimal() > Decimal(str(limits["premium_cny"])):
        return Text(f"首期保费 {due} 较大", f"The premium of {due} is large"), due.evidence
    single = mode is not None and mode.value == "single"
    if single and income and due.as_decimal() > Decimal(str(limits["single_x_income"])) * income.as_decimal():
        zh, en = (
            f"趸交保费 {due} 超过年收入 {income} 的倍数",
            f"A single premium of {due} against an income of {income}",
        )
        return Text(zh, en), (*due.evidence, *income.evidence)
    for sign, where in risk_signs(case, context, params.risk):
        return Text(f"高风险情形（{sign.zh}）", f"A sign of high risk ({sign.en})"), where
    return None, ()


def _note(case: Case, form: Document) -> Iterator[Item]:
    source, proof = form.fields.get("source"), form.fields.get("proof")
    if source is None or source.state is FieldState.UNREADABLE:
        yield doubt(Reason.FIELD_MISSING, "资金来源未读出", "The source of funds was not read", (), form.id)
    elif source.state is FieldState.EMPTY:
        yield bad("资金来源空白", "The source of funds is blank", (source.evidence,), form.id)
    else:
        zh, en = f"资金来源：{source.value}", f"Source: {source.value}"
        yield good(zh, en, (source.evidence,), form.id, 1.0)
    if proof is None or proof.state is not FieldState.READ:
        where = (proof.evidence,) if proof else ()
        yield doubt(Reason.FIELD_MISSING, "未见资金来源的证明材料", "No proof of the source was found", where, form.id)
    name, holder = form.fields.get("name"), case.maybe("policyholder.name")
    if name and name.value and holder and same_holder(name.value, holder.value).conflicts:
        zh, en = f"说明人“{name.value}”不是投保人", f"The note is by {name.value}, not the policyholder"
        yield bad(zh, en, (name.evidence, *holder.evidence), form.id)
    amount, due = form.fields.get("amount"), case.fact("premium.due")
    if amount and amount.state is FieldState.READ and Decimal(amount.value) < due.as_decimal():
        zh, en = f"说明金额 {amount.value} 少于保费 {due}", f"The note covers {amount.value}, less than {due}"
        yield bad(zh, en, (amount.evidence, *due.evidence), form.id)
