"""case.yaml: what is usable is used, what is not is named with what was meant."""

from __future__ import annotations

from datetime import date

from verifier.declared import declared_facts


def test_nested_keys_become_dotted_and_values_plain() -> None:
    facts, problems = declared_facts(
        {
            "channel": "bank",
            "product": {"death_benefit": "yes", "term_years": 5},
            "dates": {"application": date(2026, 3, 2)},
        },
        "case.yaml",
    )
    assert facts == {
        "channel": "bank",
        "product.death_benefit": True,
        "product.term_years": "5",
        "dates.application": "2026-03-02",
    }
    assert problems == ()


def test_a_typo_names_the_key_that_was_meant() -> None:
    facts, problems = declared_facts({"chanel": "bank"}, "case.yaml")
    assert facts == {}
    assert problems[0].code == "unknown_key"
    assert "channel" in problems[0].message.zh
    assert "channel" in problems[0].message.en


def test_a_value_outside_its_list_is_left_out_and_the_list_given() -> None:
    facts, problems = declared_facts({"channel": "internet", "line": "personal"}, "cases.csv")
    assert facts == {"line": "personal"}
    assert problems[0].code == "bad_value"
    assert "online" in problems[0].hint.en


def test_empty_cells_are_not_declared() -> None:
    assert declared_facts({"channel": "", "branch": None}, "cases.csv") == ({}, ())
