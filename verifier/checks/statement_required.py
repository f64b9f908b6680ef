"""A premium out of proportion calls for the policyholder's signed statement (投保声明).

Passes when the figures stay within the limit, or the statement is in the file and signed. Fails when they
reach it and the statement is absent from a file that was wholly read, or is not signed. Review when income,
budget, term or age is not known or was not read, or a signature is doubtful. Not applicable where no
figures are in force for the application date and channel.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from verifier.case import Case, Fact
from verifier.checks.paper_signed import held_inside, signed
from verifier.checks.result import CheckParams, Result, absent, failed, not_applicable, passed
from verifier.context import Context
from verifier.facts.suitability import suitability_set
from verifier.model import Compared, Evidence, Outcome, Text
from verifier.parameters import ParameterSet


class Params(CheckParams):
    trigger: Literal["single", "annual", "term_age", "budget"]
    document: str = "F02"


def check(case: Case, params: Params, context: Context) -> Result:
    figures = suitability_set(case)
    if figures is None:
        return not_applicable(
            "投保日和销售渠道没有适用的比例规定", "No such figures are in force for this date and channel"
        )
    triggered = case.fact(f"trigger.{params.trigger}")
    said, compared = _figures(case, params.trigger, figures)
    used = {"set": figures.name, **{key: str(figures.values[key]) for key in FIGURES if key in figures.values}}
    if not triggered.is_true:
        return passed(
            f"{said.zh}，未达到须投保声明的标准", f"{said.en}: no statement is called for",
            evidence=triggered.evidence, compared=compared, parameters=used, confidence=triggered.confidence,
        )  # fmt: skip
    result = _statement(case, params, context, said, triggered)
    return Result(
        outcome=result.outcome, detail=result.detail, reason=result.reason, evidence=result.evidence,
        compared=tuple(compared), parameters=used, confidence=result.confidence,
    )  # fmt: skip


FIGURES = ("single_x_income", "annual_ratio", "term_plus_age", "budget_ratio")


def _statement(case: Case, params: Params, context: Context, said: Text, triggered: Fact) -> Result:
    papers = case.documents_of(params.document) or held_inside(case, context, params.document)
    places: tuple[Evidence, ...] = triggered.evidence
    if not papers:
        return absent(
            case,
            f"{said.zh}，须有投保人签署的投保声明，未见该声明",
            f"{said.en}: the policyholder's statement is called for, and there is none",
            evidence=places,
        )
    items = [signed(case, paper, ("policyholder_signature",), ("confirmation", "consent")) for paper in papers]
    good = next((item for item in items if item.outcome is Outcome.PASS), None)
    if good is not None:
        sure = min(good.confidence or 1.0, 1.0)
        return passed(
            f"{said.zh}，已有签署的投保声明", f"{said.en}: the signed statement is in the file",
            evidence=(*good.evidence, *places), confidence=sure,
        )  # fmt: skip
    worst = items[0]
    zh, en = f"{said.zh}；{worst.detail.zh}", f"{said.en}; {worst.detail.en}"
    if worst.outcome is Outcome.FAIL:
        return failed(zh, en, evidence=(*worst.evidence, *places), confidence=worst.confidence)
    return Result(outcome=Outcome.REVIEW, reason=worst.reason, detail=Text(zh, en), evidence=(*worst.evidence, *places))


def _figures(case: Case, trigger: str, figures: ParameterSet) -> tuple[Text, list[Compared]]:
    """The sentence with the values, and the values."""
    if not case.fact("product.new_type").is_true:
        return Text("保单利益确定的产品", "Benefits are guaranteed"), []
    if trigger == "term_age":
        years, age = case.fact("pay_years"), case.fact("policyholder.age")
        total = years.as_decimal() + age.as_decimal()
        limit = figures.number("term_plus_age")
        zh = f"交费年限 {years} 年与投保人 {age} 周岁之和 {total}（标准 {limit}）"
        return Text(zh, f"{years} years of payment plus age {age} make {total} (limit {limit})"), [
            _value("交费年限", "years of payment", years),
            _value("投保人周岁", "policyholder's age", age),
        ]
    once = case.fact("pay_mode").value == "single"
    premium = case.fact("premium.due" if once else "premium.annual")
    against, ratio, zh, en = _measure(case, trigger, figures)
    limit = ratio * against.as_decimal()
    kind = ("趸交保险费", "Single premium") if once else ("年交保险费", "Annual premium")
    share = _plain(premium.as_decimal() / against.as_decimal()) if against.as_decimal() else "-"
    return Text(
        f"{kind[0]} {premium} 元，{zh} {against} 元，为其 {share} 倍（标准 {ratio} 倍，即 {_plain(limit)} 元）",
        f"{kind[1]} {premium}, {en} {against}: {share} times it (limit {ratio} times, {_plain(limit)})",
    ), [_value(kind[0], kind[1], premium), _value(zh, en, against)]


def _measure(case: Case, trigger: str, figures: ParameterSet) -> tuple[Fact, Decimal, str, str]:
    if trigger == "budget":
        return case.fact("suitability.budget"), figures.number("budget_ratio"), "保费预算", "budget"
    key = "single_x_income" if trigger == "single" else "annual_ratio"
    return case.fact("suitability.income"), figures.number(key), "家庭年收入", "household income"


def _value(zh: str, en: str, fact: Fact) -> Compared:
    return Compared(Text(zh, en), fact.value, next(iter(fact.evidence), None))


def _plain(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01')).normalize():f}"
