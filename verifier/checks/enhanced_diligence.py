"""A high-risk customer was looked into more closely.

Signs of high risk: a country or occupation of the pack's lists, no occupation beside a large premium, a sum
insured far above the income. Passes when there is none, or the enhanced form states purpose, source and an
approver. Fails when there is a sign and no form, or the form leaves one of these blank. Review when one was not
found or not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, passed
from verifier.context import Context
from verifier.model import Document, Evidence, FieldState, Item, Reason, Text
from verifier.values.money import canonical_amount
from verifier.values.script import squeeze

ELEMENTS = {
    "purpose": Text("投保目的", "purpose"),
    "source": Text("资金来源", "source of funds"),
    "approver": Text("审批人", "approver"),
}
Sign = tuple[Text, tuple[Evidence, ...]]


class Params(CheckParams):
    form: str = "P06"
    figures: str = "high_risk"


def check(case: Case, params: Params, context: Context) -> Result:
    signs = list(risk_signs(case, context, params.figures))
    if not signs:
        return passed("未见高风险情形", "No sign of high risk", confidence=1.0)
    zh, en = "；".join(text.zh for text, _ in signs), "; ".join(text.en for text, _ in signs)
    where = tuple(place for _, places in signs for place in places)
    forms = case.documents_of(params.form)
    if not forms:
        items = [lacking(case, f"{zh}，未见强化尽调表", f"{en}, and no enhanced form was found", params.form, where)]
    else:
        items = [good(f"{zh}，已附强化尽调表", f"{en}; the enhanced form is filed", where, forms[0].id, 1.0)]
        items += [_element(forms[0], name, label) for name, label in ELEMENTS.items()]
    return from_items(items, "高风险客户已强化尽调", "Enhanced due diligence was done")


def risk_signs(case: Case, context: Context, figures: str) -> Iterator[Sign]:
    """What makes this customer a high risk, by the pack's lists and figures."""
    limits = context.parameters.get(figures)
    assert isinstance(limits, Mapping)
    nationality = case.maybe("F01.policyholder.nationality")
    if nationality is not None and squeeze(nationality.value) in context.lexicon("high_risk_countries"):
        yield Text(f"国籍：{nationality.value}", f"nationality: {nationality.value}"), nationality.evidence
    work, premium = case.maybe("policyholder.occupation"), case.maybe("premium.annual") or case.maybe("premium.due")
    if work is not None and any(word in work.value for word in context.lexicon("high_risk_occupations")):
        yield Text(f"职业：{work.value}", f"occupation: {work.value}"), work.evidence
    idle = work is not None and any(word in work.value for word in context.lexicon("no_occupation"))
    if work and idle and premium and premium.as_decimal() >= Decimal(str(limits["idle_premium_cny"])):
        zh, en = f"职业为“{work.value}”而年保费 {premium}", f"occupation {work.value} and a yearly premium of {premium}"
        yield Text(zh, en), (*work.evidence, *premium.evidence)
    cover, income = case.maybe("sum_insured"), case.maybe("household_income") or case.maybe("policyholder.income")
    if cover and income and income.as_decimal() > 0:
        times = cover.as_decimal() / income.as_decimal()
        if times > Decimal(str(limits["cover_to_income"])):
            zh = f"保额 {canonical_amount(cover.as_decimal())} 为收入的 {times:.0f} 倍"
            yield Text(zh, f"cover of {cover} is {times:.0f} times the income"), (*cover.evidence, *income.evidence)


def _element(form: Document, name: str, label: Text) -> Item:
    field = form.fields.get(name)
    signed = [mark for mark in form.marks_named(f"{name}_signature") if mark.state == "present"]
    if signed:
        return good(f"{label.zh}已签", f"{label.en} signed", (signed[0].evidence,), form.id)
    if field is None:
        zh, en = f"强化尽调表上未找到{label.zh}", f"No {label.en} was found on the form"
        return doubt(Reason.FIELD_MISSING, zh, en, (), form.id)
    if field.state is FieldState.READ:
        return good(f"{label.zh}：{field.value}", f"{label.en}: {field.value}", (field.evidence,), form.id, 1.0)
    if field.state is FieldState.EMPTY:
        zh, en = f"强化尽调表{label.zh}空白", f"The {label.en} on the form is blank"
        return bad(zh, en, (field.evidence,), form.id)
    zh, en = f"强化尽调表{label.zh}无法辨认", f"The {label.en} on the form cannot be read"
    return doubt(Reason.UNREADABLE, zh, en, (field.evidence,), form.id)
