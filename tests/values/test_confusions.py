"""The tables of look-alikes: the specification's pairs are in them, plain differences are not."""

from __future__ import annotations

import pytest

from verifier.values.confusions import NUMERAL_SLIPS, NUMERAL_VARIANTS, character_pairs, confusable

MIXED_UP = """己已 已巳 未末 土士 人入 入八 日曰 洁浩 敏毓 刘刻 0O 0D 1I 1l 17 2Z 5S 6b 8B 9g 9q xX X×
英美 闫同 昊吴 晨展"""
PLAIN = "张李 伟强 王陈 明红 国志 男女 03 AZ"


@pytest.mark.parametrize("pair", MIXED_UP.split())
def test_pairs_that_readers_mix_up(pair: str) -> None:
    """Specification 4.7, and pairs met when noisy print was read by the engine in use."""
    assert confusable(pair[0], pair[1]) and confusable(pair[1], pair[0])


@pytest.mark.parametrize("pair", PLAIN.split())
def test_plain_differences(pair: str) -> None:
    assert not confusable(pair[0], pair[1])


def test_the_table_stays_narrow() -> None:
    """Of all pairs of GB 2312 only about one in a thousand: a planted other name is not taken for a slip."""
    pairs = character_pairs()
    assert 15_000 < len(pairs) < 40_000
    assert all(len(pair) == 2 for pair in pairs)


def test_numerals_are_not_bent_into_each_other() -> None:
    """A slip that is itself a numeral, or that two numerals share, would change the amount."""
    slips = [slip for group in NUMERAL_SLIPS.values() for slip in group]
    numerals = set(NUMERAL_VARIANTS) | {variant for group in NUMERAL_VARIANTS.values() for variant in group}
    assert len(slips) == len(set(slips))
    assert not set(slips) & numerals
