"""Persons' names: forms, masks, pinyin, rare characters, look-alikes (specification 4.7)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.values.match import DIFFERENCES, Match, MatchKind, found
from verifier.values.names import canonical_name, compare_names

PAIRS = """
张伟 | 张伟 | exact same
张 伟 | 张伟 | exact same
： 张伟_ | 张伟 | exact same
张伟先生 | 张伟 | exact same
买买提•阿不都 | 买买提·阿不都 | exact same
买买提．阿不都 | 买买提‧阿不都 | exact same
买买提.阿不都 | 买买提·阿不都 | exact same
买买提阿不都 | 买买提·阿不都 | variant dot
張偉 | 张伟 | variant script
鍾於範 | 钟于范 | variant script
葉余 | 叶餘 | variant script
蕭峰 | 萧峰 | variant script
萧峰 | 肖峰 | variant surname_pair review
蕭峰 | 肖峰 | variant surname_pair review
阎锐 | 闫锐 | variant surname_pair review
张伟 | ZHANG WEI | variant pinyin
张伟 | ZHANGWEI | variant pinyin
张伟 | Wei Zhang | variant pinyin
张伟 | ZHANG,WEI | variant pinyin
欧阳娜娜 | OUYANG NANA | variant pinyin
欧阳娜娜 | NANA OUYANG | variant pinyin
吕布 | LYU BU | variant pinyin
吕布 | LV BU | variant pinyin
吕布 | LU BU | variant pinyin
单雄信 | SHAN XIONGXIN | variant pinyin
曾国 | ZENG GUO | variant pinyin
張偉 | ZHANG WEI | variant pinyin
张伟 | LI WEI | conflict different
张伟 | ZHANG WEN | one_off
张伟 | ZW | variant initials review
张伟 ZHANG WEI | 张伟 | variant bilingual
张伟 ZHANG WEI | ZHANG WEI | variant bilingual
张伟/ZHANG WEI | 李娜 | conflict
*明 | 张明 | masked mask
*明 | 张晓明 | masked mask
张* | 张伟 | masked mask
张*伟 | 张晓伟 | masked mask
张＊ | 张伟 | masked mask
张* | *伟 | masked mask
*伟 | *伟 | masked mask
张* | 李伟 | conflict mask_differs
*明 | 张伟 | conflict mask_differs
张堃 | 张KUN | variant rare review
张堃 | 张K | variant rare review
张堃 | 张? | variant rare review
张堃 | 张□ | variant rare review
张堃 | 李? | conflict
张洁 | 张浩 | ocr_near look_alike review
己未 | 已未 | ocr_near look_alike review
王敏华 | 王毓华 | ocr_near look_alike review
张伟 | 李娜 | conflict different
张伟 | 张强 | conflict different
张伟 | 张伟伟 | conflict different
张小明 | 张大明 | conflict different
买买提·阿不都热合曼 | 买买提·阿不都热合 | variant truncated review
Müller Hans | HANS MUELLER | variant order
Müller Hans | MULLER HANS | variant case
John Smith | JOHN SMITH | variant case
John Smith | SMITH JOHN | variant order
John Smith | SMITH, JOHN | variant order
O'Brien Anne | OBRIEN ANNE | variant case
John A. Smith | John Smith | variant abbreviated review
John Smith | JOHN SMlTH | ocr_near one_off review
John Smith | Jane Doe | conflict different
买买提·阿不都 | MAIMAITI ABUDU | variant pinyin
买买提·阿不都 | MEMET ABDU | unreadable other_script
 | 张伟 | unreadable nothing
* | 张伟 | unreadable nothing
123 | 张伟 | unreadable nothing
"""


@pytest.mark.parametrize("line", [line for line in PAIRS.split("\n") if line.strip()])
def test_pairs(line: str) -> None:
    a, b, expected = (part.strip() for part in line.split("|"))
    match = compare_names(a, b)
    words = {match.kind.value, match.how} | ({"review"} if match.review else set())
    assert set(expected.split()) <= words
    assert ("review" in words) == ("review" in expected.split() or match.kind is MatchKind.OCR_NEAR)
    back = compare_names(b, a)
    assert (back.kind, back.how, back.review) == (match.kind, match.how, match.review)


def test_a_look_alike_never_agrees() -> None:
    """Two-character names: a near name is never a pass (specification 4.7)."""
    near = compare_names("张洁", "张浩")
    assert not near.agrees
    assert not near.conflicts


def test_the_sentence_tells_both_values() -> None:
    match = compare_names("张洁", "张浩")
    assert "张洁" in match.detail.zh and "张浩" in match.detail.zh and "浩" in match.detail.en


@pytest.mark.parametrize("how", DIFFERENCES)
def test_every_difference_speaks_both_languages(how: str) -> None:
    match = found(how, "甲", "乙", "丙", "丁")
    assert match.detail.zh and match.detail.en and "{" not in match.detail.zh + match.detail.en
    assert isinstance(match, Match) and 0 <= match.score <= 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张 伟", "张伟"),
        ("：张伟", "张伟"),
        ("张伟女士", "张伟"),
        ("买买提 · 阿不都", "买买提·阿不都"),
        ("ZHANG  WEI ", "ZHANG WEI"),
        ("Ｊｏｈｎ", "John"),
        ("扎西 བཀྲ་ཤིས", "扎西"),
        ("买买提 مەمەت", "买买提"),
        ("张＊", "张*"),
        ("", ""),
    ],
)
def test_canonical(text: str, name: str) -> None:
    assert canonical_name(text) == name


CHARACTERS = st.sampled_from("王李张刘陈萧肖阎闫伟芳娜敏静洁浩建国志文堃喆於範·*? ZHANGWEI.")


@given(st.text(CHARACTERS, max_size=8), st.text(CHARACTERS, max_size=8))
def test_comparison_is_symmetric_and_canonical_is_stable(a: str, b: str) -> None:
    forth, back = compare_names(a, b), compare_names(b, a)
    assert (forth.kind, forth.how, forth.review, forth.score) == (back.kind, back.how, back.review, back.score)
    assert canonical_name(canonical_name(a)) == canonical_name(a)
    assert compare_names(a, a).kind in (MatchKind.EXACT, MatchKind.MASKED, MatchKind.UNREADABLE)


def test_fast_enough() -> None:
    """Ten thousand new pairs within two seconds even on a busy core (about 0.1 s on a free one)."""
    given_names = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
    names = [surname + x + y for surname in "王李张刘陈" for x in given_names for y in given_names]
    start = time.perf_counter()
    for place in range(10_000):
        compare_names(names[place % len(names)], names[(place * 7 + 1) % len(names)])
    assert time.perf_counter() - start < 2
