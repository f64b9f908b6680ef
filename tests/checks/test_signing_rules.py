"""What scenarios cannot show of the checks on signing: the reckoning inside them."""

from __future__ import annotations

from itertools import combinations

import pytest

from verifier.checks.comparing import COMPARISONS
from verifier.checks.copied_sentence import characters, distance
from verifier.checks.handwriting_signals import differing_bits
from verifier.checks.recording_quality import seconds
from verifier.checks.signing_dates import EDITION
from verifier.values.match import MatchKind

SENTENCE = "本人已阅读保险条款、产品说明书和投保提示书，了解本产品的特点和保单利益的不确定性"


def test_punctuation_does_not_count() -> None:
    assert len(characters(SENTENCE)) == 38
    assert characters(SENTENCE + "。") == characters(SENTENCE)
    assert not set("、，。") & set(characters(SENTENCE))


@pytest.mark.parametrize("lost", range(12))
def test_each_lost_character_is_one_edit(lost: int) -> None:
    assert distance(SENTENCE, characters(SENTENCE)[lost:]) == lost


def test_what_stands_around_the_sentence_is_free() -> None:
    assert distance(SENTENCE, f"请抄录：{SENTENCE}。投保人签名 张伟") == 0


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("18分30秒", 1110),
        ("00:02:00", 120),
        ("12:30", 750),
        ("1小时2分", 3720),
        ("119", 119),
        ("若干", None),
        ("", None),
    ],
)
def test_lengths_of_recordings(text: str, length: int | None) -> None:
    assert seconds(text) == length


def test_bits_between_picture_hashes() -> None:
    assert differing_bits("0f", "0f") == 0
    assert differing_bits("0000000000000000", "000000000000001f") == 5
    assert differing_bits("0f", "0f0f") > 4


@pytest.mark.parametrize("text", ["2023.06版", "2023年6月版", "（2023-06版）"])
def test_editions_of_forms(text: str) -> None:
    match = EDITION.search(text)
    assert match is not None
    assert (int(match[1]), int(match[2])) == (2023, 6)


PAIRS = {
    "term": [
        ("10年", "十年交", MatchKind.EXACT),
        ("终身", "至105周岁", MatchKind.VARIANT),
        ("10年", "20年", MatchKind.CONFLICT),
    ],
    "amount": [("24000.00", "24000", MatchKind.EXACT), ("24000.00", "240000.00", MatchKind.CONFLICT)],
    "serial": [("80012345", "80012345", MatchKind.EXACT), ("8OO12345", "80O12345", MatchKind.OCR_NEAR)],
    "pay_mode": [("年交", "按年缴纳", MatchKind.EXACT), ("年交", "月交", MatchKind.CONFLICT)],
    "name": [("☑戴杰", "戴杰", MatchKind.EXACT)],
    "id_number": [("E12345678", "310115198605120013", MatchKind.UNREADABLE)],  # two lawful documents of one person
}


@pytest.mark.parametrize(("kind", "a", "b", "expected"), [(k, *pair) for k, pairs in PAIRS.items() for pair in pairs])
def test_comparisons(kind: str, a: str, b: str, expected: MatchKind) -> None:
    assert COMPARISONS[kind](a, b).kind is expected


@pytest.mark.parametrize("kind", sorted(COMPARISONS))
def test_comparisons_are_symmetric(kind: str) -> None:
    values = ["张伟", "24000.00", "10年", "310115198605120013", "2026-03-02", "年交", "安禾人寿保险股份有限公司"]
    for a, b in combinations(values, 2):
        assert COMPARISONS[kind](a, b).kind is COMPARISONS[kind](b, a).kind, (kind, a, b)
