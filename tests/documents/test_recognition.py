"""Which pages make which paper, with titles and page furniture of companies we have not seen."""

from __future__ import annotations

import pytest

from tests.documents.drawn import Paper, read
from verifier.model import TextFrom


def page(title: str = "", *rows: str, foot: str = "", head: str = "", size: float = 1.6) -> Paper:
    paper = Paper(source=TextFrom.LAYER)
    if head:
        paper.at(0.1, 0.03, head)
    if title:
        paper.title(title, size=size)
    if foot:
        paper.at(0.45, 0.97, foot)
    return paper.lines(0.14, *rows)


def papers(*pages: Paper) -> list[tuple[str, list[int]]]:
    found = read(*pages)
    assert not found.unrecognised
    return [(doc.type, [ref.page for ref in doc.pages]) for doc in found.documents]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("个人信息处理告知与授权书", "D-101"),
        ("客户信息收集及使用同意书", "D-101"),
        ("敏感信息单独授权书", "F08"),
        ("投保重要事项提示", "D-401"),
        ("投保人权益提醒函", "D-401"),
        ("未成年人投保承诺书", "F05"),
        ("责任免除事项明示说明书", "D-404"),
        ("客户保险需求调查表", "D-301"),
        ("客户风险属性测评表", "D-302"),
        ("适当性结果告知书", "D-303"),
        ("产品收益测算表", "D-405"),
        ("被保险人健康情况询问表", "F03"),
        ("税收居民自证声明", "F07"),
        ("保险单签收单", "A02"),
        ("客户回访确认单", "A03"),
        ("可回溯核查记录", "F09"),
        ("代缴保费声明书", "P05"),
        ("账户扣款协议书", "P01"),
    ],
)
def test_a_title_on_no_list_is_known_by_its_words(title: str, code: str) -> None:
    assert papers(page(title, "姓名：张三", "日期：2026年1月2日")) == [(code, [1])]


@pytest.mark.parametrize("title", ["健康生活提示", "投保资料确认函", "会员权益说明"])
def test_other_papers_are_not_guessed(title: str) -> None:
    assert read(page(title, "尊敬的客户，您好。")).documents == ()


FIRST = ("投保单号：6688001122334455", "投保人姓名：张三", "被保险人姓名：李四")
LAST = ("保险利益、现金价值以保险合同为准。", "投保人签名：", "日期：2026年1月2日")


def test_page_numbers_bind_pages() -> None:
    second = page("", "受益人", "本人已收到产品说明书、建议书。", foot="第2页 共3页")
    first = page("人身保险投保单", *FIRST, foot="第1页 共3页")
    assert papers(first, second, page("", *LAST, foot="第3页 共3页")) == [("F01", [1, 2, 3])]


def test_an_application_number_binds_pages() -> None:
    assert papers(page("人身保险投保单", *FIRST), page("", *LAST, head=FIRST[0])) == [("F01", [1, 2])]


def test_a_small_heading_on_the_next_page_of_a_form_is_a_part_of_it() -> None:
    heads = {"head": "安心人寿AX-F01-2026"}
    first, second = page("人身保险投保单", *FIRST, **heads), page("投保人声明", *LAST, size=1.3, **heads)
    assert papers(first, second) == [("F01", [1, 2])]


def test_numbers_of_a_whole_bundle_do_not_join_its_papers() -> None:
    first = page("人身保险投保单", *FIRST, foot="第1页 共2页")
    assert papers(first, page("健康告知书", "1.您是否吸烟？□是 □否", foot="第2页 共2页")) == [
        ("F01", [1]),
        ("F03", [2]),
    ]


def test_a_page_of_signatures_goes_on_with_the_page_before_it() -> None:
    """Every paper ends with 投保人签名 and its date: these are no running head."""

    def signed(paper: Paper, y: float) -> Paper:
        return paper.at(0.1, y, "投保人签名:").at(0.5, y, "签名日期:2026-09-02")

    consent = signed(Paper().title("敏感个人信息处理单独同意书").at(0.1, 0.2, "本人同意处理健康信息"), 0.3)
    form = Paper().title("人身保险投保书").lines(0.12, "投保人姓名：张伟", "投保单号：9900112233445566")
    rest = signed(Paper().at(0.1, 0.05, "本人认可保险金额及所指定的受益人。"), 0.1)
    for number, paper in ((1, consent), (1, form), (2, rest)):
        paper.at(0.85, 0.96, f"第{number}页")
    found = read(consent, form, rest).documents
    assert [(doc.type, len(doc.pages)) for doc in found] == [("F08", 1), ("F01", 2)]
