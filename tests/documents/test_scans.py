"""What scanners, fax machines and cameras do to forms, and how the papers are read nevertheless."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.documents.drawn import Paper, one, read, transcript, types, value
from verifier.documents import recognise_and_extract, with_subjects
from verifier.ink import COLUMNS, pack
from verifier.model import Box, MarkKind, MarkState, Page, Rule, Transcript, Word


def upright(paper: Paper, x: float, top: float, bottom: float) -> None:
    paper.rules.append(Rule(Box(x - 0.0005, top, x + 0.0005, bottom), False))


def level(paper: Paper, y: float, left: float = 0.07, right: float = 0.93) -> None:
    paper.rules.append(Rule(Box(left, y - 0.0005, right, y + 0.0005), True))


def panel(top: float = 0.12) -> Paper:
    """A row of labels over their values, in cells that hang on a shaded bar: the lines begin below its middle."""
    paper = Paper().title("人身保险投保书").at(0.08, top - 0.012, "投保人资料")
    for y in (top, top + 0.04):
        level(paper, y)
    for x in (0.07, 0.25, 0.4, 0.62, 0.93):
        upright(paper, x, top + 0.008, top + 0.04)
    cells = ((0.07, "姓名", "张伟"), (0.25, "性别", "男"), (0.4, "出生日期", "1990-03-07"), (0.62, "国籍", "中国"))
    for x, label, said in cells:
        paper.at(x + 0.006, top + 0.013, label).at(x + 0.006, top + 0.03, said)
    return paper


def test_columns_of_a_row_are_no_strokes_of_writing() -> None:
    paper = panel()
    paper.ink(0.1, 0.15, wide=0.7, kind=MarkKind.HANDWRITING)  # print in small boxes that was taken for writing
    doc = one(paper)
    assert value(doc, "policyholder.name") == "张伟"
    assert value(doc, "policyholder.birth_date") == "1990-03-07"
    assert value(doc, "policyholder.nationality") == "中国"


def test_a_ruling_ends_at_the_line_across_it() -> None:
    """The upright of the row above ends a hair below the line: it does not cut the label under it."""
    paper = panel()
    for y in (0.16, 0.2):
        level(paper, y)
    upright(paper, 0.07, 0.16, 0.2)
    upright(paper, 0.5, 0.16, 0.2)
    upright(paper, 0.25, 0.128, 0.163)
    paper.at(0.076, 0.168, "证件号码").at(0.09, 0.186, "110101199003070396")
    assert value(one(paper), "policyholder.id_number") == "110101199003070396"


@pytest.mark.parametrize(
    ("printed", "said"),
    [("至交 年交 半年交 季交 月交", "趸交"), ("至交 年交 半年交 月交", "?"), ("趸交 年交 半年交 月交", "趸交")],
)
def test_an_option_with_a_misread_character(printed: str, said: str) -> None:
    """Where two options are as near (趸交, 季交), the ticked one is not known; it is not blank."""
    paper = Paper().title("人身保险投保书").at(0.1, 0.2, "交费方式：")
    for number, word in enumerate(printed.split()):
        x = 0.22 + 0.1 * number
        paper.tick(x - 0.02, 0.2, number == 0).at(x, 0.2, word)
    assert value(one(paper), "pay_mode") == said


def test_photographs_of_the_pages_of_one_form() -> None:
    first = panel().at(0.85, 0.97, "95511 第1页")
    other = Paper().at(0.1, 0.05, "被保险人声明：本人同意投保人为本人投保上述保险。")
    other.at(0.1, 0.1, "投保人签名：").ink(0.2, 0.1).at(0.1, 0.14, "签名日期：2026-01-04").at(0.85, 0.97, "95511 第2页")
    files = [("IMG_1.jpg", transcript(first)), ("IMG_2.jpg", transcript(other))]
    (doc,) = recognise_and_extract(files, types()).documents
    assert [page.file for page in doc.pages] == ["IMG_1.jpg", "IMG_2.jpg"]
    assert value(doc, "signed_date") == "2026-01-04"
    assert [mark.state for mark in doc.marks] == [MarkState.PRESENT]


def test_a_photograph_of_another_form_is_not_joined_by_its_number() -> None:
    first = panel().at(0.85, 0.97, "第1页 共1页")
    other = Paper().at(0.1, 0.05, "本页文字不属于任何材料。").at(0.85, 0.97, "第2页 共3页")
    files = [("IMG_1.jpg", transcript(first)), ("IMG_2.jpg", transcript(other))]
    reading = recognise_and_extract(files, types())
    assert [page.file for page in reading.unrecognised] == ["IMG_2.jpg"]


def test_a_name_over_a_tilted_date_line_is_a_signature() -> None:
    paper = Paper().title("个人信息收集和使用授权书").at(0.07, 0.32, "投保人签名：").ink(0.1, 0.362, 0.06, text="戴杰")
    paper.at(0.09, 0.362, "戴杰")
    paper.at(0.07, 0.39, "签名日期：2024-10-06", size=2.4)  # the box of a tilted line is high
    (mark,) = [m for doc in read(paper).documents for m in doc.marks]
    assert (mark.name, mark.state, mark.text) == ("policyholder_signature", MarkState.PRESENT, "戴杰")


# --- answers --------------------------------------------------------------------------------------


def ink_over(paper: Paper, *places: Box) -> Page:
    """The page with a map of its pixels: its words, and ink in these places."""
    rows = COLUMNS * 1414 // 1000
    cells = bytearray(COLUMNS * rows)
    for place in (*places, *(word.at for word in paper.words)):
        for row in range(int(place.top * rows), int(place.bottom * rows) + 1):
            for column in range(int(place.left * COLUMNS), int(place.right * COLUMNS) + 1):
                cells[row * COLUMNS + column] = 1
    return replace(paper.page(), ink=pack(bytes(cells)))


def asked(*, ticked: list[int]) -> Page:
    """Three questions in a ruled table; a column of ticks was read as one word, or not at all."""
    paper = Paper().title("保险销售双录质检表")
    rows = [
        ["序号", "事项", "是", "否"],
        ["1", "出示证件", "", ""],
        ["2", "说明风险", "", ""],
        ["3", "签署过程", "", ""],
    ]
    paper.grid(0.12, [0.07, 0.12, 0.78, 0.85, 0.93], rows)
    inked = [Box(0.80 + 0.07 * at, 0.156 + 0.03 * n, 0.825 + 0.07 * at, 0.174 + 0.03 * n) for n, at in enumerate(ticked)
             if at >= 0]  # fmt: skip
    page = ink_over(paper, *inked)
    tall = Word(">>>", Box(0.795, 0.155, 0.83, 0.235), 0.6)
    return replace(page, words=(*page.words, tall))


@pytest.mark.parametrize(
    ("ticked", "answers"),
    [([0, 0, 0], ["是", "是", "是"]), ([0, 1, 0], ["是", "否", "是"]), ([0, -1, 0], ["是", "", "是"])],
)
def test_ticks_that_were_read_as_one_word(ticked: list[int], answers: list[str]) -> None:
    page = asked(ticked=ticked)
    source = Transcript("0" * 64, "application/pdf", (page,))
    (doc,) = recognise_and_extract([("a.pdf", source)], types()).documents
    assert [value(doc, f"items[{n}]") for n in (1, 2, 3)] == answers


def test_words_of_a_question_are_no_label_with_its_value() -> None:
    paper = Paper().title("保险销售双录质检表")
    paper.lines(
        0.12, [(0.1, "1.被保险人同意"), (0.8, "☑是"), (0.88, "□否")], [(0.1, "2.签署过程"), (0.8, "☑是"), (0.88, "□否")]
    )
    doc = one(paper, code="F09")
    assert [value(doc, f"items[{n}]") for n in (1, 2)] == ["是", "是"]
    assert value(doc, "insured.name") is None


def test_a_tick_that_hides_its_box() -> None:
    """The open box of one answer is found, that of the other is not: an engine took it for a part of the word."""
    paper = Paper().title("健康告知书")
    for number, hidden in ((1, False), (2, True)):
        y = 0.12 + 0.03 * number
        paper.at(0.1, y, f"{number}.您是否曾住院？")
        paper.at(0.8, y, "是").tick(0.82, y, False)
        half = 0.006
        wide = 0.016 + (0.022 if hidden else 0.0)
        paper.words.append(Word("否", Box(0.86, y - half, 0.86 + wide, y + half), 0.98))
        if not hidden:
            paper.tick(0.882, y, True)
    doc = one(paper, code="F03")
    assert (value(doc, "answers[1]"), value(doc, "answers[2]")) == ("否", "否")
    assert doc.fields["answers[2]"].confidence < doc.fields["answers[1]"].confidence


@pytest.mark.parametrize("numbers", [("Q1", "Q2"), ("（一）", "（二）"), ("1、", "2、")])
def test_questions_numbered_in_any_way(numbers: tuple[str, str]) -> None:
    paper = Paper().title("健康告知书")
    paper.lines(0.12, [(0.1, f"{numbers[0]}您是否曾住院？"), (0.8, "是（√）"), (0.88, "否（　）")],
                [(0.1, f"{numbers[1]}您是否吸烟？"), (0.8, "是（　）"), (0.88, "否（√）")])  # fmt: skip
    doc = one(paper, code="F03")
    assert (value(doc, "answers[1]"), value(doc, "answers[2]")) == ("是", "否")


def test_rings_of_which_both_look_filled() -> None:
    paper = Paper().title("健康告知书").at(0.07, 0.12, "○是").at(0.12, 0.12, "否").at(0.16, 0.12, "Q1")
    paper.at(0.2, 0.12, "您吸烟或饮酒吗？").tick(0.056, 0.12, True).tick(0.106, 0.12, True)
    assert value(one(paper, code="F03"), "answers[1]") == "否"


# --- places ---------------------------------------------------------------------------------------


def test_a_part_whose_number_runs_into_its_name() -> None:
    paper = Paper().title("人身保险投保书").at(0.1, 0.12, "第一部分投保人信息").at(0.1, 0.15, "姓名：张伟")
    paper.at(0.1, 0.2, "第二部分被保险人信息").at(0.1, 0.23, "姓名：李静")
    doc = one(paper)
    assert (value(doc, "policyholder.name"), value(doc, "insured.name")) == ("张伟", "李静")


def test_a_line_that_leaves_its_table_is_dirt() -> None:
    paper = Paper().title("网上银行电子回单")
    paper.grid(0.15, [0.08, 0.25, 0.92], [["付款人户名", "张伟"], ["金额", "￥100.00"], ["摘要", "保险费"]])
    paper.lines(0.28, "打印时间：2026-03-01 10:00:00", "本回单不作为收款方发货依据，请勿重复记账。", x=0.08)
    upright(paper, 0.2, 0.145, 0.34)
    assert value(one(paper, code="P02"), "amount") == "100.00"


def test_figures_read_as_one_over_their_boxes() -> None:
    paper = Paper().title("人身保险投保书")
    paper.rules += [Rule(Box(0.08, y - 0.0005, 0.9, y + 0.0005), True) for y in (0.15, 0.18)]
    for x in (0.08, 0.2, 0.9, *(0.21 + 0.02 * n for n in range(12))):
        upright(paper, x, 0.15, 0.18)
    paper.at(0.09, 0.165, "手机号码")
    paper.words.append(Word("1 38 0013 8 0 00", Box(0.208, 0.1585, 0.43, 0.1715), 0.9))
    assert value(one(paper), "policyholder.phone") == "13800138000"


def test_a_dotted_line_from_label_to_value() -> None:
    paper = Paper().title("人身保险投保单").at(0.1, 0.12, "首期保险费总计").at(0.8, 0.12, "¥65,900.00")
    paper.at(0.1, 0.15, "缴费方法")
    for n, word in enumerate(("（　）趸交", "（√）年交", "（　）月交")):
        paper.at(0.58 + 0.11 * n, 0.15, word)
    doc = one(paper)
    assert (value(doc, "premium_total"), value(doc, "pay_mode")) == ("65900.00", "年交")


def test_columns_of_persons_with_lines_that_run_on() -> None:
    paper = Paper().title("人身保险投保单")
    paper.lines(0.12, [(0.1, "项目"), (0.3, "投保人"), (0.6, "被保险人")], [(0.1, "姓名"), (0.3, "张伟"), (0.6, "李静")],
                [(0.1, "年收入（万元）"), (0.3, "29"), (0.6, "12")],
                [(0.1, "联系地址"), (0.3, "北京市朝阳区建国路1号2"), (0.6, "北京市朝阳区建国路1号2")])  # fmt: skip
    paper.at(0.3, 0.21, "单元301室").at(0.6, 0.21, "单元301室")
    doc = one(paper)
    assert value(doc, "policyholder.income") == "290000.00"
    assert value(doc, "insured.address") == "北京市朝阳区建国路1号2单元301室"


def test_a_date_typed_between_printed_signs() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .at(0.3, 0.34, "投保人（签章）")
        .ink(0.44, 0.34, text="张伟")
        .at(0.45, 0.341, "张伟", 1.6)
    )
    for x, sign in ((0.67, "2026"), (0.72, "年"), (0.75, "4"), (0.78, "月"), (0.81, "13"), (0.84, "日")):
        paper.at(x, 0.34, sign)
    assert value(one(paper), "signed_date") == "2026-04-13"


def test_a_household_register_is_no_copy_of_a_marriage_certificate() -> None:
    first = Paper().title("居民户口簿").lines(0.12, "户主姓名：张伟", "姓名：张伟", "户主或与户主关系：户主")
    other = Paper().title("结婚证").lines(0.12, "持证人：张伟", "结婚证字号：J110105-2016-711271")
    docs = [doc for doc in read(first, other).documents if doc.type == "D-204"]
    assert [doc.superseded_by for doc in docs] == [None, None]


def test_the_rim_of_a_card_is_no_cell() -> None:
    paper = Paper().title("居民身份证", 0.3, 2.0)
    paper.at(0.2, 0.69, "签发机关").at(0.36, 0.69, "北京市公安局朝阳分局")
    paper.at(0.2, 0.8, "有效期限").at(0.36, 0.8, "2021.02.13-2031.02.13")
    for x in (0.05, 0.34, 0.95):
        upright(paper, x, 0.08, 0.92)
    level(paper, 0.08, 0.05, 0.95)
    level(paper, 0.92, 0.05, 0.95)
    doc = one(paper, code="D-202")
    assert value(doc, "issuer") == "北京市公安局朝阳分局"


def cards(*columns: tuple[float, float, list[str]]) -> Paper:
    """Cards on one photograph: where each begins, and its lines."""
    paper = Paper()
    for x, top, lines in columns:
        for number, line in enumerate(lines):
            paper.at(x, top + 0.06 * number, line, 1.7)
    return paper


def test_cards_side_by_side_on_one_photograph() -> None:
    front = ["姓名宋雨桐", "性别女民族汉", "出生2001年1月11日", "住址山东省济南市历下区经十路", "418弄26号570室",
             "公民身份号码370102200101116060"]  # fmt: skip
    back = ["中华人民共和国", "居民身份证", "签发机关济南市公安局", "有效期限2021.02.13-2031.02.13"]
    (doc,) = read(cards((0.04, 0.2, front), (0.56, 0.24, back))).documents
    assert value(doc, "address") == "山东省济南市历下区经十路418弄26号570室"
    assert (value(doc, "issuer"), value(doc, "valid_to")) == ("济南市公安局", "2031-02-13")


def test_cards_of_two_persons_side_by_side() -> None:
    persons = (("宋雨桐", "370102200101116060"), ("张伟", "110101199003070396"))
    lines = [[f"姓名{n}", "性别女民族汉", "住址某市某路1号", f"公民身份号码{i}"] for n, i in persons]
    docs = read(cards((0.03, 0.2, lines[0]), (0.55, 0.2, lines[1]))).documents
    assert [(value(doc, "name"), value(doc, "id_number")) for doc in docs] == list(persons)


def test_a_card_of_somebody_else_is_not_the_insureds_by_order() -> None:
    """Policyholder and insured are one person whose card is there; the child's card is nobody's whom we know."""
    form = (
        Paper().title("人身保险投保单").lines(0.12, "投保人姓名：宋雨桐", "被保险人姓名：宋雨桐", "是被保险人的：本人")
    )
    front = ["性别女民族汉", "住址某市某路1号"]
    own = cards((0.04, 0.2, ["姓名宋雨桐", *front, "公民身份号码370102200101116060"]))
    child = cards((0.04, 0.2, ["姓名张伟", *front, "公民身份号码110101199003070396"]))
    found = with_subjects(read(form, own, child).documents, {})
    assert [doc.subject for doc in found if doc.type == "D-202"] == ["policyholder", None]


def test_a_label_made_with_a_role_ends_the_value_before_it() -> None:
    paper = (
        Paper().title("人身保险投保单").lines(0.12, [(0.1, "服务顾问："), (0.25, "谭海燕"), (0.5, "顾问工号：10001")])
    )
    doc = one(paper)
    assert (value(doc, "seller.name"), value(doc, "seller.number")) == ("谭海燕", "10001")


def test_a_ticked_box_whose_word_was_not_read_chooses_nothing_else() -> None:
    paper = Paper().title("人身保险投保书").at(0.1, 0.2, "交费方式：")
    for n, word in enumerate(("年交", "半年交", "季交", "月交")):
        paper.tick(0.3 + 0.08 * n, 0.2, False).at(0.32 + 0.08 * n, 0.2, word)
    paper.tick(0.24, 0.2, True)
    assert value(one(paper), "pay_mode") == "?"
