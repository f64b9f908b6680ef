"""Are amounts written in capitals as the rule of 支付结算办法 asks?"""

from decimal import Decimal

import pytest

from samples.papers.words import capitals


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("10", "壹拾元整"),
        ("24000", "贰万肆仟元整"),
        ("200500", "贰拾万零伍佰元整"),
        ("100.05", "壹佰元零伍分"),
        ("1000000", "壹佰万元整"),
        ("0.80", "捌角"),
    ],
)
def test_capitals(figure: str, words: str) -> None:
    assert capitals(Decimal(figure)) == words
