"""The benchmark of names: its frozen result, the goals, and that nobody is blocked by a name alone.

A change of the comparison shows here as a difference of the snapshot (`python -m tests.bench_names --freeze`).
"""

from __future__ import annotations

import pytest

from tests.bench_names import PAIRS, blocked, f1, ours, read_pairs, table


@pytest.mark.parametrize(("name", "goal"), [("chinese", 0.95), ("international", 0.85)])
def test_the_result_is_the_frozen_one_and_reaches_the_goal(name: str, goal: float) -> None:
    assert table(name) == (PAIRS / f"{name}.result.tsv").read_text("utf-8")
    score = f1((ours(pair), pair.same) for pair in read_pairs(name))
    assert score is not None
    assert score >= goal


@pytest.mark.parametrize("kind", ["one_character", "homophone", "length", "order_of_characters"])
def test_no_hard_negative_of_chinese_is_taken_for_the_same(kind: str) -> None:
    pairs = [pair for pair in read_pairs("chinese") if pair.kind == kind]
    assert pairs
    assert not [pair for pair in pairs if ours(pair)]


def test_random_names_block_nobody() -> None:
    counts = blocked(entries=3000, names=300)
    assert counts["blocked with birth date"] == counts["blocked without"] == 0
    assert counts["left to a person with birth date"] <= 3
