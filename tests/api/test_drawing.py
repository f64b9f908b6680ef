"""Can a sample be drawn again by anybody, and is it a fair one?"""

from __future__ import annotations

import hashlib
from collections import Counter
from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.workflow.drawing import Unit, allocate, draw, frame, frame_digest, key, sample_digest

POLICIES = [Unit(f"P{number:04d}", f"branch-{number % 3}", 1 + number % 4) for number in range(1000)]


def test_the_same_seed_rule_and_population_give_the_same_sample_for_ever() -> None:
    """Frozen: whoever changes the way of drawing makes every sample on record irreproducible."""
    assert frame_digest(frame(POLICIES)) == "0ecf33ab7d026f255374990ea59fd9dee00bc97075be3b4a34e53c42bb955178"
    drawn = draw(POLICIES, "2026-10/4711", 8)
    assert [unit.id for unit in drawn] == ["P0447", "P0714", "P0691", "P0482", "P0757", "P0453", "P0010", "P0777"]
    assert sample_digest(drawn) == "f5e1240258b898d95093df237434aa1a14ce075b78be88223beadbdd0d2dc064"
    by_branch = draw(POLICIES, "2026-10/4711", 8, by_stratum=True)
    assert [unit.id for unit in by_branch] == ["P0447", "P0714", "P0453", "P0691", "P0757", "P0010", "P0482", "P0323"]


def test_it_is_drawn_as_documented() -> None:
    """Computed here once more from the description alone, without our module."""
    exact = Context(prec=40)

    def documented(seed: str, name: str, weight: int) -> Decimal:
        head = int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:8], "big")
        uniform = exact.divide(Decimal(2 * head + 1), Decimal(2**65))
        return exact.divide(exact.ln(uniform).copy_negate(), Decimal(weight))

    expected = sorted(POLICIES, key=lambda unit: (documented("s", unit.id, unit.weight), unit.id))[:25]
    assert draw(POLICIES, "s", 25) == expected
    assert key("s", POLICIES[3]) == documented("s", "P0003", POLICIES[3].weight)


@given(st.permutations(POLICIES[:40]), st.integers(0, 45), st.text(max_size=20), st.booleans())
def test_the_order_of_the_list_does_not_matter(shuffled: list[Unit], size: int, seed: str, by_stratum: bool) -> None:
    drawn = draw(shuffled, seed, size, by_stratum=by_stratum)
    assert drawn == draw(POLICIES[:40], seed, size, by_stratum=by_stratum)
    assert len(drawn) == len(set(drawn)) == min(size, 40)


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 60), min_size=1, max_size=9), st.integers(0, 600))
def test_strata_share_the_whole_size(numbers: dict[str, int], size: int) -> None:
    shares = allocate(numbers, size)
    assert sum(shares.values()) == min(size, sum(numbers.values()))
    assert all(0 <= shares[name] <= numbers[name] for name in numbers)
    if size >= len(numbers):
        assert min(shares.values()) >= 1
    if size >= len(numbers) * 10:  # beyond the guaranteed one, in proportion within one
        total = sum(numbers.values())
        due = {name: min(size, total) * number / total for name, number in numbers.items()}
        assert all(shares[name] >= int(due[name]) - len(numbers) for name in numbers)


def test_a_larger_sample_of_the_same_seed_contains_the_smaller() -> None:
    assert draw(POLICIES, "seed", 100)[:10] == draw(POLICIES, "seed", 10)


def test_weights_make_units_as_much_likelier() -> None:
    """Of two kinds with weights 1 and 4 the heavy ones are first drawn in four of five draws."""
    light, heavy = Unit("light", weight=1), Unit("heavy", weight=4)
    first = Counter(draw([light, heavy], f"seed-{number}", 1)[0].id for number in range(4000))
    assert first["heavy"] / 4000 == pytest.approx(0.8, abs=0.02)
