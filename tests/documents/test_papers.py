"""Which pages are which papers, whose cards they are, and which copies count?"""

from __future__ import annotations

import pytest

from tests.documents.drawn import Paper, one, read, transcript, types, value
from verifier.documents import lint_types, recognise_and_extract, with_subjects
from verifier.model import Evidence, MarkKind, MarkState, Message, Transcript

FRONT = ("姓名张伟", "性别男民族汉", "出生1980年1月1日", "住址北京市朝阳区建国路1号", "国贸大厦A座1001室")
NUMBER = "公民身份号码110105198001010019"
BACK = ("中华人民共和国", "居民身份证", "签发机关北京市公安局朝阳分局", "有效期限2016.05.04-2036.05.04")


def codes(*papers: Paper) -> list[str]:
    return [doc.type for doc in read(*papers).documents]


def application(*lines: str, footer: str = "") -> Paper:
    paper = Paper().title("某某人寿保险股份有限公司人身保险投保单").lines(0.12, "投保单号：9900112233445566", *lines)
    return paper.lines(0.95, footer) if footer else paper


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("人身保险投保提示书", "D-401"),
        ("某某人寿保险股份有限公司个人人身保险投保书", "F01"),
        ("电子投保单（个险渠道）", "F01"),
        ("某某人寿投保人需求分析与财务支付能力评估表", "D-301"),
        ("某某终身寿险（分红型）产品说明书", "D-402"),
        ("某某终身寿险（分红型）条款", "D-403"),
        ("免除保险人责任条款说明书", "D-404"),
        ("保险合同送达回执", "A02"),
        ("新契约回访记录（电话）", "A03"),
        ("个人信息处理单独同意书", "F08"),
        ("委托银行自动转账授权书", "P01"),
        ("家庭财产综合保险投保单", "F01-P"),
        ("不适当产品自主选择确认书", "D-304"),
        ("解除保险合同申请书", "A05"),
    ],
)
def test_titles_of_many_companies(title: str, code: str) -> None:
    assert codes(Paper().title(title).lines(0.2, *["一行普通的正文"] * 6)) == [code]


def test_a_title_with_a_misread_character() -> None:
    assert codes(Paper().title("人身保险投保提不书").lines(0.2, "正文", "正文")) == ["D-401"]


def test_a_citation_is_no_title() -> None:
    papers = application(
        "本人已阅读《人身保险投保提示书》、《产品说明书》和《保险条款》。", "附：投保提示书、免除保险人责任条款说明书"
    )
    assert codes(papers) == ["F01"]


def test_several_papers_on_one_page() -> None:
    paper = (
        Paper()
        .title("保险合同送达回执")
        .lines(0.12, "保险单号：P100200300400", "投保人签名：", "签收日期：2026年3月10日")
    )
    paper.title("退保申请书", y=0.55).lines(0.62, "保险单号：P100200300400", "退保原因：资金周转", "申请人签名：")
    assert codes(paper) == ["A02", "A05"]


def test_untitled_page_follows_its_page_number_in_any_order() -> None:
    first = application("投保人姓名：张伟", footer="第1页 共2页")
    second = Paper().lines(0.1, "受益人资料", "投保人签名：", "业务员签名：", "投保单号：9900112233445566")
    second.lines(0.95, "第2页 共2页")
    reminder = Paper().title("人身保险投保提示书").lines(0.2, "请您确认保险责任。", "投保人签名：")
    doc = one(second, reminder, first)
    assert [page.page for page in doc.pages] == [3, 1]


def test_running_head_does_not_begin_a_new_paper() -> None:
    first = application("投保人姓名：张伟", footer="第1页/共2页")
    second = (
        Paper().title("某某人寿保险股份有限公司人身保险投保单", size=1.1).lines(0.12, "投保人签名：", "业务员签名：")
    )
    second.lines(0.95, "第2页/共2页")
    assert [len(doc.pages) for doc in read(first, second).documents] == [2]


def test_a_heading_inside_the_form_is_no_paper() -> None:
    paper = application("投保人姓名：张伟").at(0.1, 0.4, "健康告知", 1.2)
    paper.lines(0.45, "1.您是否曾住院？ □是 ☑否", "2.您是否吸烟？ ☑是 □否").at(0.1, 0.6, "投保人声明", 1.2)
    doc = one(paper)
    assert codes(paper) == ["F01"]
    assert [value(doc, f"answers[{n}]") for n in (1, 2)] == ["否", "是"]


def test_foreign_pages_stay_unrecognised_and_blank_ones_blank() -> None:
    reading = read(Paper().lines(0.2, "今日菜单", "宫保鸡丁", "鱼香肉丝"), Paper())
    assert reading.documents == ()
    assert [page.page for page in reading.unrecognised] == [1]
    assert [page.page for page in reading.blank] == [2]


# --- identity papers ------------------------------------------------------------------------------


def sources(*papers: Paper) -> list[tuple[str, Transcript]]:
    return [(f"{n}.jpg", transcript(paper)) for n, paper in enumerate(papers, start=1)]


def card(*lines: str, top: float = 0.2) -> Paper:
    return Paper().lines(top, *lines, step=0.05, x=0.2)


def test_front_and_back_in_two_files() -> None:
    reading = recognise_and_extract(sources(card(*FRONT, NUMBER), card(*BACK)), types())
    assert len(reading.documents) == 1
    doc = reading.documents[0]
    assert (doc.type, doc.variant, len(doc.pages)) == ("D-202", "id_card", 2)
    wanted = {
        "name": "张伟", "sex": "男", "ethnicity": "汉", "birth_date": "1980-01-01", "id_number": "110105198001010019",
        "address": "北京市朝阳区建国路1号国贸大厦A座1001室", "issuer": "北京市公安局朝阳分局",
        "valid_from": "2016-05-04", "valid_to": "2036-05-04",
    }  # fmt: skip
    assert {name: value(doc, name) for name in wanted} == wanted


def test_both_sides_on_one_photocopy_without_labels() -> None:
    paper = card("张伟", "男汉", "1980年1月1日", "北京市朝阳区建国路1号", NUMBER, top=0.1)
    paper.lines(0.55, *BACK[1:3], "2016.05.04-长期", step=0.05, x=0.2)
    doc = one(paper, code="D-202")
    assert value(doc, "id_number") == "110105198001010019"
    assert value(doc, "valid_to") == "long_term"


def test_cards_of_two_persons_stay_apart_and_find_their_owners() -> None:
    other = (
        "姓名李娜",
        "性别女民族汉",
        "出生1982年2月2日",
        "住址北京市海淀区中关村大街2号",
        "公民身份号码110105198202020022",
    )
    form = application("投保人姓名：张伟", "投保人证件号码：110105198001010019", "被保险人姓名：李娜")
    reading = recognise_and_extract(
        sources(card(*FRONT, NUMBER), card(*BACK), card(*other), card(*BACK), form), types()
    )
    cards = [doc for doc in with_subjects(reading.documents, {}) if doc.type == "D-202"]
    assert [(doc.subject, value(doc, "valid_to")) for doc in cards] == [
        ("policyholder", "2036-05-04"),
        ("insured", "2036-05-04"),
    ]


# --- payments, copies, chats ----------------------------------------------------------------------


def slip(serial: str, payer: str = "张伟", payee: str = "某某人寿保险股份有限公司", purpose: str = "保险费") -> Paper:
    return (
        Paper()
        .title("网上银行电子回单")
        .lines(
            0.15,
            [(0.1, f"回单编号：{serial}"), (0.6, "交易日期：2026-03-03")],
            [(0.1, f"付款人户名：{payer}"), (0.55, f"收款人户名：{payee}")],
            [(0.1, "付款人账号：6222020000000000000"), (0.55, "收款人账号：44050110260000003157")],
            "金额（小写）：￥24,000.00",
            "金额（大写）：人民币贰万肆仟元整",
            f"用途：{purpose}",
            "交易状态：交易成功",
        )
    )


def test_slips_are_no_copies_of_one_another() -> None:
    docs = read(slip("1000000001"), slip("1000000002"), slip("1000000001")).documents
    assert [doc.superseded_by is None for doc in docs].count(True) == 2
    assert {value(doc, "payer.name") for doc in docs} == {"张伟"}
    assert {(value(doc, "amount"), value(doc, "method")) for doc in docs} == {("24000.00", "transfer")}


def test_a_payout_is_no_premium() -> None:
    doc = one(slip("1000000003", "某某人寿保险股份有限公司", "张伟", "保单退保金"), code="P02")
    assert doc.variant == "payout"


def test_the_latest_signed_copy_counts() -> None:
    early = application("投保人姓名：张伟").lines(0.8, [(0.1, "投保人签名："), (0.5, "日期：2026年3月1日")])
    late = application("投保人姓名：张伟").lines(0.8, [(0.1, "投保人签名："), (0.5, "日期：2026年3月5日")])
    early.ink(0.22, 0.8)
    late.ink(0.22, 0.8)
    docs = recognise_and_extract(sources(late, early), types()).documents
    assert [(value(doc, "signed_date"), doc.superseded_by) for doc in docs] == [
        ("2026-03-05", None),
        ("2026-03-01", "d1"),
    ]


def test_a_chat_keeps_its_messages() -> None:
    said = (Message("李娜", "2026-03-01T10:00:00", "您好"), Message("张伟", "", "什么时候生效"))
    chat = Transcript("0" * 64, "text/plain", (), messages=said)
    doc = recognise_and_extract([("chat.txt", chat)], types()).documents[0]
    assert doc.type == "D-502"
    assert [message.text for message, _ in doc.messages] == ["您好", "什么时候生效"]
    assert isinstance(doc.messages[0][1], Evidence)


# --- marks ----------------------------------------------------------------------------------------


def test_a_typed_name_is_no_signature() -> None:
    paper = application("投保人姓名：张伟").lines(0.8, "投保人签名：张伟")
    mark = one(paper).marks_named("policyholder_signature")[0]
    assert (mark.state, mark.text) == (MarkState.UNSURE, "张伟")


def test_ink_goes_to_the_nearest_anchor_even_across_it() -> None:
    paper = application().lines(0.8, [(0.1, "投保人签名："), (0.5, "被保险人签名：")])
    paper.ink(0.55, 0.8, text="李娜")
    states = {mark.name: mark.state for mark in one(paper).marks}
    assert states == {"policyholder_signature": MarkState.ABSENT, "insured_signature": MarkState.PRESENT}


def test_printed_sample_is_not_the_copied_sentence() -> None:
    sentence = "本人已阅读保险条款、产品说明书和投保提示书"
    blank = application().lines(0.5, "请投保人亲笔抄录以下语句：", sentence)
    written = application().lines(0.5, "请投保人亲笔抄录以下语句：", sentence)
    written.ink(0.1, 0.58, 0.5, MarkKind.HANDWRITING, sentence)
    assert [m.state for m in one(blank).marks_named("copied_sentence")] == [MarkState.ABSENT]
    mark = one(written).marks_named("copied_sentence")[0]
    assert (mark.state, mark.text) == (MarkState.PRESENT, sentence)


def test_ticks_by_the_words_behind_their_boxes() -> None:
    paper = (
        Paper()
        .title("个人信息处理单独同意书")
        .lines(0.2, "☑ 本人同意处理医疗健康信息，用于核保。", "□ 本人同意处理金融账户信息，用于收取保险费。")
    )
    states = {mark.name: mark.state for mark in one(paper, code="F08").marks}
    assert states == {"consent_health": MarkState.PRESENT, "consent_account": MarkState.ABSENT}


def test_seals_keep_their_words() -> None:
    paper = Paper().title("电子保单").lines(0.2, "保险单号：P100200300400", "公司盖章：")
    paper.ink(0.2, 0.25, 0.12, MarkKind.SEAL, "某某人寿保险股份有限公司合同专用章")
    mark = one(paper, code="A01").marks_named("company_seal")[0]
    assert (mark.state, mark.text) == (MarkState.PRESENT, "某某人寿保险股份有限公司合同专用章")


def test_the_types_of_the_pack_do_not_collide() -> None:
    assert lint_types(types()) == []


def test_lint_names_labels_that_collide() -> None:
    kind = types()[0]
    field = kind.fields[0]
    twin = kind.model_copy(update={"fields": (*kind.fields, field.model_copy(update={"name": "other"}))})
    assert any("other" in problem.said.en for problem in lint_types([twin]))
