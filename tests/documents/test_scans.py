"""What scanners, fax machines and cameras do to forms, and how the papers are read nevertheless."""

from __future__ import annotations

import pytest

from tests.documents.drawn import Paper, one, read, transcript, types, value
from verifier.documents import recognise_and_extract
from verifier.model import Box, MarkKind, MarkState, Rule


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
