"""Phrases said, denied, told about, and wrapped over lines."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from verifier.model import Box, Evidence, Line
from verifier.screening.wording import Passage, Phrase, WordList, bare, find, says, word_list

LEXICONS = Path(__file__).parents[2] / "checklists" / "cn-insurance" / "lexicons"


def lexicon(name: str) -> WordList:
    return word_list(yaml.safe_load((LEXICONS / f"{name}.yaml").read_text(encoding="utf-8")))


def hits(text: str, name: str, around: str = "") -> list[str]:
    return [hit.words for hit in find(bare(text), lexicon(name), around=around)]


@pytest.mark.parametrize(
    "text",
    [
        "红利不保证，不等于保本",
        "不得使用保本、保息、零风险等用语",
        "本产品不保本不保息",
        "保证续保、保证利率、最低保证利率1.75%",
        "投保本产品前请确保本人已阅读条款",
        "第一条 保险合同的构成；第一顺序受益人；第一保单年度末",
        "请勿与银行储蓄、基金、国债简单比较",
        "保单贷款利息按约定计收",
        "违规案例：业务员宣称稳赚不赔被处罚",
        "本产品比例赔付，比如理财规划需要时请咨询",
    ],
)
def test_denied_legal_and_quoted_words_are_not_hits(text: str) -> None:
    assert hits(text, "prohibited_wording") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("不用担心，保本保息", "保本"),
        ("绝对零 风 险", "零风险"),
        ("收益比银行存款高多了", "比银行存款"),
        ("年化收益高于同期国债", "高于同期国债"),
        ("国家为本公司担保", "国家为本公司担保"),
        ("销量全国第一", "第一"),
        ("限时抢购！最高收益", "限时抢购"),
        ("Ｐ２刚性兑付", "刚性兑付"),
    ],
)
def test_prohibited_words_are_found(text: str, words: str) -> None:
    assert words in hits(text, "prohibited_wording")


def test_context_may_stand_in_the_messages_before() -> None:
    assert hits("没事的", "coaching") == []
    assert hits("没事的", "coaching", around="我有高血压要告知吗") == ["没事的"]


def test_weak_words_need_an_amount() -> None:
    assert hits("回头我退您", "inducements") == []
    assert hits("回头我退您500元", "inducements") == ["退您"]


def test_a_question_and_a_campaign_are_marked() -> None:
    asked = find(bare("给您返现500元可以吗？"), lexicon("inducements"))
    assert [hit.question for hit in asked] == [True]
    told = find(bare("总公司客户节活动，投保送体检"), lexicon("inducements"))
    assert [hit.approved for hit in told] == [True]


def test_a_phrase_over_two_lines_keeps_both_places() -> None:
    first, second = (
        Evidence("a.pdf", 1, Box(0.1, top, 0.9, top + 0.02), text, 0.9)
        for top, text in ((0.1, "本产品零风"), (0.2, "险"))
    )
    passage = Passage.of([Line(first.text, first), Line(second.text, second)])
    span = says(passage, ["零风险"])
    assert span is not None
    assert passage.evidence(*span) == (first, second)


def test_gap_stays_inside_one_sentence() -> None:
    words = WordList(phrases=(Phrase(phrase="红利…不保证"),))
    assert find(bare("红利水平是不保证的"), words)
    assert not find(bare("红利。不保证"), words)
