"""The premium is in proportion to the customer's means.

Passes when the premium of a year stays within its share of the yearly income, or a single premium within its
share of the liquid assets; household means count where they are stated. Fails when the share is exceeded.
Review when income, assets or premium were not read, or only one person's income is known and is exceeded.
"""

from __future__ import annotations

from decimal import Decimal

from verifier.case import Case, Fact, MissingFact
from verifier.checks.result import CheckParams, Result, failed, passed, review
from verifier.context import Context
from verifier.model import Compared, Reason, Text
from verifier.values.money import canonical_amount


class Params(CheckParams):
    """`figures`: the parameter that holds `annual_share` and `single_share`. The facts are looked for in the
    order given; those of the household before those of one person."""

    figures: str = "affordability"
    household: tuple[str, ...] = ("household_income",)
    personal: tuple[str, ...] = ("policyholder.income",)
    liquid: tuple[str, ...] = ("liquid_assets",)


def check(case: Case, params: Params, context: Context) -> Result:
    once = case.fact("pay_mode").value == "single"
    premium = case.fact("premium.due" if once else "premium.annual")
    share = context.parameters.number(f"{params.figures}.{'single_share' if once else 'annual_share'}")
    whole = _first(case, params.liquid if once else params.household)
    means = whole or (None if once else _first(case, params.personal))
    if means is None:
        what = ("可变现资产", "liquid assets") if once else ("年收入", "yearly income")
        raise MissingFact(
            Reason.FACT_MISSING, Text(f"未读出{what[0]}，无法核对承受能力", f"The {what[1]} was not read")
        )
    return _judged(premium, means, share, once=once, personal=whole is None)


def _first(case: Case, names: tuple[str, ...]) -> Fact | None:
    return next((fact for name in names if (fact := case.maybe(name)) is not None), None)


def _judged(premium: Fact, means: Fact, share: Decimal, *, once: bool, personal: bool) -> Result:
    limit = share * means.as_decimal()
    paid = ("趸交保险费", "Single premium") if once else ("年交保险费", "Premium of a year")
    of = ("可变现资产", "liquid assets") if once else ("年收入", "income of a year")
    percent = f"{(share * 100).normalize():f}%"
    zh = f"{paid[0]} {premium}，{of[0]} {means}，上限为其 {percent}（{canonical_amount(limit)}）"
    en = f"{paid[1]} {premium}, {of[1]} {means}: the limit is {percent} of it ({canonical_amount(limit)})"
    evidence = (*premium.evidence, *means.evidence)
    values = [
        Compared(Text(*paid), premium.value, next(iter(premium.evidence), None)),
        Compared(Text(*of), means.value, next(iter(means.evidence), None)),
    ]
    sure, used = min(premium.confidence, means.confidence), {"share": percent}
    if premium.as_decimal() <= limit:
        return passed(zh, en, evidence=evidence, compared=values, confidence=sure, parameters=used)
    if personal:
        zh, en = f"{zh}；家庭收入未知，请核对", f"{en}; the household's income is not known: please check"
        return review(Reason.JUDGEMENT, zh, en, evidence=evidence, compared=values, parameters=used)
    return failed(f"{zh}，超过上限", f"{en}, exceeded", evidence=evidence, compared=values, confidence=sure,
                  parameters=used)  # fmt: skip
