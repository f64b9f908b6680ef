"""What is to be paid, how often and for how long?"""

from __future__ import annotations

from decimal import Decimal

from verifier.case import Case, Fact
from verifier.facts.registry import derived, first_known, resting_on, unknown
from verifier.values.periods import Term, read_pay_mode, read_term

PAYMENTS_A_YEAR = {"annual": 1, "half_yearly": 2, "quarterly": 4, "monthly": 12}


@derived("premium.due")
def premium_due(case: Case) -> Fact:
    """The first premium: the application's total, else its main premium, else the policy's."""
    fact = first_known(case, "F01.premium_total", "F01-P.premium_total", "F01.premium", "A01.premium")
    fact = fact or case.declared_fact("premium.due")
    if fact is None:
        raise unknown("premium.due", "应交保险费", "premium due")
    return resting_on("premium.due", fact.as_decimal(), fact)


@derived("pay_mode")
def pay_mode(case: Case) -> Fact:
    """single, annual, half_yearly, quarterly or monthly."""
    printed = first_known(case, "F01.pay_mode", "F01.pay_period", "A01.pay_mode", "A01.pay_period")
    if printed is not None:
        code = read_pay_mode(printed.value)
        if code is not None:
            return resting_on("pay_mode", code, printed)
    declared = case.declared_fact("premium.mode")
    if declared is not None:
        return declared
    raise unknown("pay_mode", "交费方式", "mode of payment")


@derived("premium.annual")
def premium_annual(case: Case) -> Fact:
    """Premium of one year: due times the payments a year; a single premium stays as it is."""
    due, mode = case.fact("premium.due"), case.fact("pay_mode")
    return resting_on("premium.annual", due.as_decimal() * PAYMENTS_A_YEAR.get(mode.value, 1), due, mode)


@derived("pay_years")
def pay_years(case: Case) -> Fact:
    """Years of payment; a single premium has 0; `交至60岁` counts from the policyholder's age."""
    mode = case.maybe("pay_mode")
    if mode is not None and mode.value == "single":
        return resting_on("pay_years", 0, mode)
    printed = first_known(case, "F01.pay_period", "A01.pay_period")
    term = read_term(printed.value) if printed else None
    if printed is not None and term is not None:
        years = _years_of(case, term, printed)
        if years is not None:
            return years
    declared = case.declared_fact("premium.pay_years")
    if declared is not None:
        return declared
    raise unknown("pay_years", "交费年期", "years of payment")


def _years_of(case: Case, term: Term, printed: Fact) -> Fact | None:
    if term.years is not None:
        return resting_on("pay_years", term.years, printed)
    if term.to_age is not None:
        age = case.fact("insured.age")
        return resting_on("pay_years", max(term.to_age - age.as_int(), 0), printed, age)
    return None


@derived("premium.contract_total")
def premium_contract_total(case: Case) -> Fact:
    """All premiums payable under the contract: annual premium times years; a single one once."""
    annual, years = case.fact("premium.annual"), case.fact("pay_years")
    return resting_on(
        "premium.contract_total", annual.as_decimal() * max(years.as_decimal(), Decimal(1)), annual, years
    )
