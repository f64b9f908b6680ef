"""Does this sale call for the policyholder's statement (投保声明)?

The four numeric triggers of 金融机构产品适当性管理办法 art 39, and before 2026-02-01 those of 保监发〔2014〕3号 一(二)
for the bank channel: single premium against household income, annual premium against household income, years
of payment plus age, premium against budget. Figures and comparison signs come from the pack's `suit_sets`.
"""

from __future__ import annotations

from decimal import Decimal

from verifier.case import Case, Fact, MissingFact
from verifier.facts.registry import derived, resting_on, unknown
from verifier.model import Reason, Text
from verifier.parameters import ParameterSet
from verifier.values.periods import PAYMENTS_PER_YEAR, read_pay_mode
from verifier.values.script import squeeze

TRIGGERS = ("single", "annual", "term_age", "budget")
# 超过 is more than; 之和达到 and 达到150% include the figure (art 39)
SIGNS = {"single": ">", "annual": ">", "term_age": ">=", "budget": ">="}
SMALLEST_INCOME = 1000  # a yearly income below it was written in 万元 without saying so


def suitability_set(case: Case) -> ParameterSet | None:
    """The figures in force on the application date and channel; None when none are."""
    day = case.fact("application.date").as_date()
    general = case.parameters.dated("suit_sets", day, channel="")
    if general is not None:
        return general
    if case.parameters.dated("suit_sets", day, channel="bank") is None:
        return None
    return case.parameters.dated("suit_sets", day, channel=case.fact("channel").value)


def _reaches(figures: ParameterSet, trigger: str, value: Decimal, limit: Decimal) -> bool:
    signs = figures.values.get("strict")
    sign = signs.get(trigger, SIGNS[trigger]) if isinstance(signs, dict) else SIGNS[trigger]
    return value >= limit if sign == ">=" else value > limit


def _applicable(case: Case, *, single: bool | None) -> ParameterSet | None:
    """The set, when the product's benefits are not guaranteed and the mode of payment fits."""
    if not case.fact("product.new_type").is_true:
        return None
    if single is not None and (case.fact("pay_mode").value == "single") is not single:
        return None
    return suitability_set(case)


def _no(name: str, case: Case) -> Fact:
    return resting_on(name, False, case.fact("product.new_type"))


@derived("suitability.income")
def income(case: Case) -> Fact:
    """Household income of a year. A figure too small for one was meant in 万元: not guessed."""
    stated = case.fact("household_income")
    if stated.as_decimal() < SMALLEST_INCOME and not stated.declared:
        raise MissingFact(
            Reason.UNREADABLE,
            Text(
                f"家庭年收入“{stated.value}”的单位（元或万元）无法确定",
                f"Whether the household income {stated.value!r} is in yuan or ten thousands is not clear",
            ),
            evidence=stated.evidence,
        )
    return stated


def _in_yuan(case: Case, name: str) -> Fact:
    """A premium; another currency cannot be set against an income in yuan."""
    currency = case.declared_fact("premium.currency")
    if currency is not None and currency.value.upper() not in ("CNY", "RMB"):
        raise unknown(name, f"以人民币计的保险费（币种 {currency.value}）", f"premium in CNY ({currency.value})")
    return case.fact(name)


@derived("trigger.single")
def single(case: Case) -> Fact:
    figures = _applicable(case, single=True)
    if figures is None:
        return _no("trigger.single", case)
    premium, earned = _in_yuan(case, "premium.due"), case.fact("suitability.income")
    limit = figures.number("single_x_income") * earned.as_decimal()
    return resting_on("trigger.single", _reaches(figures, "single", premium.as_decimal(), limit), premium, earned)


@derived("trigger.annual")
def annual(case: Case) -> Fact:
    figures = _applicable(case, single=False)
    if figures is None:
        return _no("trigger.annual", case)
    premium, earned = _in_yuan(case, "premium.annual"), case.fact("suitability.income")
    limit = figures.number("annual_ratio") * earned.as_decimal()
    return resting_on("trigger.annual", _reaches(figures, "annual", premium.as_decimal(), limit), premium, earned)


@derived("trigger.term_age")
def term_age(case: Case) -> Fact:
    figures = _applicable(case, single=False)
    if figures is None:
        return _no("trigger.term_age", case)
    years, age = case.fact("pay_years"), case.fact("policyholder.age")
    total = years.as_decimal() + age.as_decimal()
    reached = _reaches(figures, "term_age", total, figures.number("term_plus_age"))
    return resting_on("trigger.term_age", reached, years, age)


@derived("suitability.budget")
def budget(case: Case) -> Fact:
    """The budget for the same period as the premium it is set against: one payment, or a year."""
    stated, mode = case.fact("budget"), case.fact("pay_mode")
    printed = case.maybe("D-301.budget_mode")
    period = read_pay_mode(printed.value) if printed is not None else None
    if period is None or (period == "single" and mode.value == "single"):
        return stated
    if mode.value == "single" or period == "single":
        raise MissingFact(
            Reason.JUDGEMENT,
            Text(
                f"预算按{'趸交' if period == 'single' else '年度'}填写，与交费方式不同，无法直接比较",
                "The budget is stated for another way of payment than the premium",
            ),
            evidence=(*stated.evidence, *mode.evidence),
        )
    return resting_on("suitability.budget", stated.as_decimal() * PAYMENTS_PER_YEAR[period], stated)


@derived("trigger.budget")
def over_budget(case: Case) -> Fact:
    figures = _applicable(case, single=None)
    if figures is None:
        return _no("trigger.budget", case)
    once = case.fact("pay_mode").value == "single"
    premium, planned = _in_yuan(case, "premium.due" if once else "premium.annual"), case.fact("suitability.budget")
    reached = _reaches(figures, "budget", premium.as_decimal(), figures.number("budget_ratio") * planned.as_decimal())
    if reached and once and _budget_is_yearly(case):
        raise MissingFact(
            Reason.JUDGEMENT,
            Text(
                "保费预算按年填写，而交费方式为趸交，无法直接比较",
                "The budget is for a year and the premium is single: they cannot be compared directly",
            ),
            evidence=(*premium.evidence, *planned.evidence),
        )
    return resting_on("trigger.budget", reached, premium, planned)


def _budget_is_yearly(case: Case) -> bool:
    """Whether the form asks for the budget of a year (年度保费预算, 每年…预算)."""
    return any(
        "预算" in text and "年" in text.split("预算")[0][-6:]
        for paper in case.documents_of("D-301")
        for line in paper.lines
        for text in (squeeze(line.text),)
    )


@derived("statement_triggered")
def statement_triggered(case: Case) -> Fact:
    """Whether any of the four triggers holds; unknown only while none that is known does."""
    gap: MissingFact | None = None
    known: list[Fact] = []
    for trigger in (single, annual, term_age, over_budget):
        try:
            fact = trigger(case)
        except MissingFact as missing:
            gap = gap or missing
            continue
        if fact.is_true:
            return resting_on("statement_triggered", True, fact)
        known.append(fact)
    if gap is not None:
        raise gap
    return resting_on("statement_triggered", False, *known)
