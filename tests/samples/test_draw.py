"""Is a drawn sale lawful by the specification before anything is planted?"""

from datetime import date, timedelta
from random import Random

import pytest

from samples.draw import draw_facts
from samples.expected import ALL_CHECKS, expected
from samples.facts import CaseFacts
from samples.papers import papers_of
from samples.styles import STYLES

STYLE = next(iter(STYLES.values()))


def sale(seed: int) -> CaseFacts:
    return draw_facts(Random(seed), "C", STYLE.life, STYLE.general)


@pytest.mark.parametrize("seed", range(120))
def test_the_days_are_in_order(seed: int) -> None:
    facts = sale(seed)
    days = facts.days
    order = ("consent", "needs", "opinion", "notice", "application", "payment", "issue", "effective")
    assert [days[name] for name in order] == sorted(days[name] for name in order)
    assert days["issue"] < days["receipt"] <= days["callback"] <= days["receipt"] + timedelta(days=facts.cooling_off)
    assert days["callback"] < date(2026, 11, 22)


@pytest.mark.parametrize("seed", range(120))
def test_the_limits_are_kept(seed: int) -> None:
    facts = sale(seed)
    if facts.minor and facts.product.death_benefit:
        age = facts.insured.age(facts.days["application"])
        assert facts.sum_insured + facts.elsewhere_cover <= (200_000 if age < 10 else 500_000)
        assert facts.relation == "父母"
    if facts.beneficiaries:
        assert sum(one.share for one in facts.beneficiaries) == 100
    if facts.method == "cash":
        assert facts.total < 20_000
    assert facts.customer_level >= facts.product.risk_level


@pytest.mark.parametrize("seed", range(120))
def test_every_paper_of_the_matrix_is_there(seed: int) -> None:
    facts = sale(seed)
    have = {paper.type for paper in papers_of(facts)}
    if facts.line == "property":
        need = {"D-202", "D-403", "F01-P", "A01"}
    elif facts.long_term:
        need = {"D-101", "D-202", "D-301", "D-401", "D-402", "D-403", "D-404", "F01", "F08", "P04", "A01", "A02", "A03"}
    else:
        need = {"D-101", "D-202", "D-401", "D-403", "D-404", "F01", "A01"}
    if facts.recorded:
        need.add("F09")
    if facts.statement_triggers:
        need.add("F02")
    if facts.minor:
        need |= {"F05", "D-204"}
    assert need <= have
    assert have & {"P02", "P03"}


@pytest.mark.parametrize("seed", range(40))
def test_something_is_expected_of_each_of_the_119_checks(seed: int) -> None:
    found = expected(sale(seed))
    assert list(found) == ALL_CHECKS
    assert len(ALL_CHECKS) == len(set(ALL_CHECKS)) == 119
    assert "fail" not in found.values()
