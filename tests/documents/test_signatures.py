"""Signatures, sign dates and copied sentences in layouts that no generator of ours draws."""

from __future__ import annotations

import pytest

from tests.documents.drawn import Paper, one, value
from verifier.model import Box, Document, Mark, MarkKind, MarkState, Rule, TextFrom


def form(title: str = "人身保险投保单", source: TextFrom = TextFrom.LAYER) -> Paper:
    paper = Paper(source=source).title(title)
    return paper.lines(0.12, [(0.1, "投保单号：6688001122334455"), (0.55, "产品名称：安心终身寿险")])


def state(doc: Document, name: str) -> str:
    """The state of the only mark of a name; "" where none is listed."""
    found = doc.marks_named(name)
    assert len(found) <= 1, found
    return found[0].state.value if found else ""


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("要保人签字：", "policyholder_signature"),
        ("投保人（签章）：", "policyholder_signature"),
        ("投保人/法定代表人签署处：", "policyholder_signature"),
        ("投保申请人亲笔签名栏：", "policyholder_signature"),
        ("被保人签署：", "insured_signature"),
        ("被保险人（或其法定监护人）签字：", "insured_signature"),
        ("被保人之监护人签字：", "guardian_signature"),
        ("被保险人的法定监护人签署：", "guardian_signature"),
        ("银行销售人员签字：", "seller_signature"),
        ("服务顾问签名：", "seller_signature"),
        ("账户持有人本人签字：", "payer_signature"),
    ],
)
def test_a_person_and_an_act_make_an_anchor(words: str, name: str) -> None:
    signed = one(form().lines(0.5, words).ink(0.46, 0.5))
    assert {m.name: m.state for m in signed.marks} == {name: MarkState.PRESENT}
    assert state(one(form().lines(0.5, words)), name) == "absent"


@pytest.mark.parametrize(
    "text", ["请投保人亲笔签名，切勿代签。", "本投保单由投保人本人签字后生效。", "四、请用黑色签字笔书写，字迹清楚。"]
)
def test_sentences_about_signing_ask_for_nothing(text: str) -> None:
    assert one(form().lines(0.5, text)).marks == ()


def table_of_signatures(rows: list[list[str]]) -> Paper:
    return form().grid(0.6, [0.1, 0.3, 0.6, 0.9], [["签署人", "电子签名", "签署时间"], *rows], step=0.05)


def test_a_table_of_signatures_with_heads() -> None:
    rows = [["投保人", "", "2026-03-08 10:11:12"], ["被保险人", "", ""], ["业务员签名", "", "2026年3月9日"]]
    doc = one(table_of_signatures(rows).ink(0.4, 0.675).ink(0.4, 0.775))
    assert state(doc, "policyholder_signature") == "present"
    assert state(doc, "insured_signature") == "absent"
    assert state(doc, "seller_signature") == "present"
    assert value(doc, "signed_date") == "2026-03-08"


def test_an_empty_time_cell_is_an_empty_date() -> None:
    rows = [["投保人签名", "", ""], ["业务员签名", "", "2026-03-09 08:00:01"]]
    assert value(one(table_of_signatures(rows).ink(0.4, 0.675).ink(0.4, 0.725)), "signed_date") == ""


def test_ink_in_the_next_cell_and_under_the_words() -> None:
    beside = form().grid(0.6, [0.1, 0.35, 0.6, 0.75, 0.9], [["投保人签名", "", "被保险人签名", ""]], step=0.06)
    doc = one(beside.ink(0.42, 0.63))
    assert (state(doc, "policyholder_signature"), state(doc, "insured_signature")) == ("present", "absent")
    under = form().grid(0.6, [0.1, 0.5, 0.9], [["投保人签名", "被保险人签名"], ["", ""]], step=0.05)
    doc = one(under.ink(0.6, 0.675))
    assert (state(doc, "policyholder_signature"), state(doc, "insured_signature")) == ("absent", "present")


def captioned() -> Paper:
    paper = form()
    for left, words in ((0.12, "投保人签名"), (0.42, "被保险人签名"), (0.72, "销售人员签名")):
        paper.rules.append(Rule(Box(left, 0.6995, left + 0.18, 0.7005), True))
        paper.at(left + 0.04, 0.712, words)
    return paper


def test_a_caption_under_the_line() -> None:
    doc = one(captioned().ink(0.16, 0.682).ink(0.76, 0.682))
    assert state(doc, "policyholder_signature") == "present"
    assert state(doc, "insured_signature") == "absent"
    assert state(doc, "seller_signature") == "present"


def test_ink_near_an_empty_place_leaves_it_open() -> None:
    stray = one(form().lines(0.5, "投保人签名：").ink(0.2, 0.54, state=MarkState.UNSURE))
    assert state(stray, "policyholder_signature") == "unsure"
    unplaced = one(form().lines(0.5, "投保人签名"))
    assert state(unplaced, "policyholder_signature") == "unsure"


def test_figures_written_into_a_printed_date() -> None:
    paper = form().lines(0.7, "要保人签字：").ink(0.25, 0.695)
    paper.at(0.1, 0.735, "日期：").at(0.17, 0.733, "2026").at(0.235, 0.735, "年05月").at(0.272, 0.733, "月03日")
    for left in (0.17, 0.25, 0.29):
        paper.ink(left, 0.735, wide=0.03)
    doc = one(paper)
    assert value(doc, "signed_date") == "2026-05-03"
    (signature,) = doc.marks_named("policyholder_signature")
    assert signature.evidence.box is not None and signature.evidence.box.bottom < 0.72


def test_a_frame_of_year_month_and_day_without_figures_is_empty() -> None:
    paper = form().grid(0.68, [0.1, 0.9], [["要保人签字：\n日期：\n"]], step=0.08).ink(0.3, 0.7)
    for left, sign in ((0.25, "年"), (0.32, "月"), (0.39, "日")):
        paper.at(left, 0.72, sign)
    doc = one(paper)
    assert value(doc, "signed_date") == ""
    assert state(doc, "policyholder_signature") == "present"


@pytest.mark.parametrize(
    "prompt",
    ["请投保人本人在签字板上书写：“本人已阅读保险条款”", "请誊写以下语句：", "请您手写下列文字：", "投保人抄录"],
)
def test_prompts_for_a_sentence_in_the_own_hand(prompt: str) -> None:
    paper = form().lines(0.5, prompt)
    assert state(one(paper), "copied_sentence") == "absent"
    paper.ink(0.1, 0.54, wide=0.6, kind=MarkKind.HANDWRITING, text="本人已阅读保险条款、产品说明书和投保提示书")
    assert state(one(paper), "copied_sentence") == "present"


def test_a_sentence_that_reads_as_the_statement_needs_no_prompt() -> None:
    paper = form().ink(
        0.1, 0.54, wide=0.6, kind=MarkKind.HANDWRITING, text="本人已阅读保险条款、产品说明书和投保提示书"
    )
    assert state(one(paper), "copied_sentence") == "present"


def test_ink_that_runs_through_two_signature_lines_counts_for_both() -> None:
    paper = form().lines(0.7, "投保人签名：", "被保险人签名：", step=0.03)
    paper.at(0.25, 0.7, "白雨桐", size=1.5).at(0.25, 0.73, "夏天佑", size=1.5)
    paper.marks.append(Mark(MarkKind.HANDWRITING, MarkState.PRESENT, Box(0.25, 0.69, 0.33, 0.742), 0.9, "白雨桐夏天佑"))
    doc = one(paper)
    assert (state(doc, "policyholder_signature"), state(doc, "insured_signature")) == ("present", "present")


def answered(*rows: tuple[str, list[tuple[float, bool]]]) -> Document:
    """A health declaration: each question with its words 是, 否 at 0.80 and 0.87 and boxes at given places."""
    paper = form("健康告知书")
    for number, (question, boxes) in enumerate(rows):
        y = 0.3 + 0.03 * number
        paper.at(0.1, y, f"{number + 1}、{question}").at(0.80, y, "是").at(0.87, y, "否")
        for left, ticked in boxes:
            paper.tick(left, y, ticked)
    return one(paper, code="F03")


def test_boxes_behind_their_words() -> None:
    doc = answered(
        ("您是否吸烟？", [(0.819, False), (0.889, True)]),
        ("您有无住院？", [(0.819, True), (0.889, False)]),
    )
    assert (value(doc, "answers[1]"), value(doc, "answers[2]")) == ("否", "是")


def test_boxes_before_their_words() -> None:
    doc = answered(
        ("您是否吸烟？", [(0.783, False), (0.853, True)]),
        ("您有无住院？", [(0.783, True), (0.853, False)]),
    )
    assert (value(doc, "answers[1]"), value(doc, "answers[2]")) == ("否", "是")


def test_a_box_that_was_not_found_leaves_the_answer_open() -> None:
    doc = answered(("您是否吸烟？", [(0.889, False)]), ("您有无住院？", [(0.819, True), (0.889, False)]))
    assert (value(doc, "answers[1]"), value(doc, "answers[2]")) == ("?", "是")
    empty = answered(
        ("您是否吸烟？", [(0.819, False), (0.889, False)]), ("您有无住院？", [(0.819, True), (0.889, False)])
    )
    assert value(empty, "answers[1]") == ""


def test_a_consent_box_in_the_companys_own_words() -> None:
    text = "我已仔细阅读以上内容，自愿授权贵公司处理我的个人信息。"
    for ticked in (True, False):
        paper = (
            Paper(source=TextFrom.LAYER).title("个人信息处理授权书").lines(0.3, [(0.12, text)]).tick(0.1, 0.3, ticked)
        )
        assert state(one(paper, code="D-101"), "consent") == ("present" if ticked else "absent")
