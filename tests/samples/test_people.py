"""Are the fictional identities well formed, and in force on the day?"""

from datetime import date
from random import Random

import pytest
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from samples.people import card_validity, draw_person, luhn_card, with_check_digit


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standards_own_examples_come_out(number: str) -> None:
    assert with_check_digit(number[:17]) == number


@pytest.mark.parametrize("seed", range(60))
def test_a_person_has_a_valid_number_that_agrees_with_birth_and_sex(seed: int) -> None:
    on = date(2026, 3, 2)
    who = draw_person(Random(seed), on, (1, 80))
    assert mod_11_2.is_valid(who.id_number)
    assert who.id_number[6:14] == f"{who.birth:%Y%m%d}"
    assert (int(who.id_number[16]) % 2 == 1) == (who.sex == "男")
    assert 1 <= who.age(on) <= 80


@pytest.mark.parametrize("seed", range(60))
def test_the_card_is_in_force_and_as_long_as_the_law_says(seed: int) -> None:
    on = date(2026, 3, 2)
    who = draw_person(Random(seed), on, (1, 80))
    begins, ends = card_validity(Random(seed), who.birth, on)
    assert begins <= on
    if ends == "long_term":
        assert who.age(on) >= 46
    else:
        assert date.fromisoformat(ends) > on
        assert date.fromisoformat(ends).year - begins.year in (5, 10, 20)


def test_a_card_number_satisfies_luhn() -> None:
    rng = Random(4)
    numbers = [luhn_card(rng) for _ in range(20)]
    assert all(len(number) == 19 and luhn.is_valid(number) for number in numbers)
