"""Forms of companies that nobody has seen: the same facts in layouts of many kinds."""

from __future__ import annotations

import pytest

from tests.documents.drawn import Paper, one, value
from verifier.model import Box, Document, MarkState, Rule, TextFrom

ID = "110105198001010019"


def check(doc: Document, **expected: str | None) -> None:
    found = {name.replace("__", "."): value(doc, name.replace("__", ".")) for name in expected}
    assert found == {name.replace("__", "."): wanted for name, wanted in expected.items()}


def test_pairs_with_colons_and_headings() -> None:
    paper = (
        Paper()
        .title("星河人寿保险股份有限公司人身保险投保单")
        .lines(
            0.12,
            "投保单号：9900112233445566",
            "一、投保人资料",
            [(0.1, "姓　名：张伟"), (0.5, "性别：男")],
            [(0.1, "出生日期：1980年1月1日"), (0.5, "国籍：中国")],
            [(0.1, "证件类型：居民身份证"), (0.5, f"证件号码：{ID}")],
            "通讯地址：北京市朝阳区建国路1号",
            "手机：13800001111",
            "二、被保险人资料",
            [(0.1, "姓　名：李娜"), (0.5, "性别：女")],
            "与投保人关系：配偶",
        )
    )
    check(
        one(paper), application_no="9900112233445566", policyholder__name="张伟", policyholder__sex="男",
        policyholder__birth_date="1980-01-01", policyholder__id_number=ID, policyholder__phone="13800001111",
        policyholder__address="北京市朝阳区建国路1号", insured__name="李娜", insured__sex="女", insured__relation="配偶",
    )  # fmt: skip


def test_several_pairs_in_one_segment() -> None:
    paper = (
        Paper()
        .title("个人保险投保书")
        .lines(
            0.12,
            "投保人：张伟 性别：男 出生日期：1980-01-01",
            f"证件号码：{ID} 手机：13800001111",
            "被保险人：李娜 性别：女",
        )
    )
    check(
        one(paper), policyholder__name="张伟", policyholder__sex="男", policyholder__birth_date="1980-01-01",
        policyholder__id_number=ID, policyholder__phone="13800001111", insured__name="李娜", insured__sex="女",
    )  # fmt: skip


def test_ruled_form_with_label_cells() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .grid(
            0.1,
            [0.08, 0.2, 0.5, 0.62, 0.92],
            [
                ["投保人姓名", "张伟", "性别", "□女 ☑男"],
                ["证件号码", ID, "证件有效期", "长期"],
                ["职业", "工程师", "年收入（万元）", "30"],
                ["联系地址", "北京市朝阳区建国路1号\n国贸大厦A座1001室", "移动电话", "13800001111"],
            ],
            step=0.045,
        )
    )
    check(
        one(paper), policyholder__name="张伟", policyholder__sex="男", policyholder__id_number=ID,
        policyholder__id_valid_to="long_term", policyholder__occupation="工程师", policyholder__income="300000.00",
        policyholder__address="北京市朝阳区建国路1号国贸大厦A座1001室", policyholder__phone="13800001111",
    )  # fmt: skip


def test_label_row_over_value_row() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .grid(
            0.1,
            [0.08, 0.25, 0.4, 0.6, 0.92],
            [["投保人姓名", "性别", "出生日期", "证件号码"], ["张伟", "男", "1980.01.01", ID]],
        )
    )
    check(one(paper), policyholder__name="张伟", policyholder__sex="男", policyholder__birth_date="1980-01-01",
          policyholder__id_number=ID)  # fmt: skip


def test_label_row_over_value_row_without_rules() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(
            0.12,
            "投保人信息",
            [(0.1, "姓名"), (0.3, "性别"), (0.5, "证件号码"), (0.8, "手机号码")],
            [(0.1, "张伟"), (0.3, "男"), (0.48, ID), (0.79, "13800001111")],
        )
    )
    check(one(paper), policyholder__name="张伟", policyholder__sex="男", policyholder__id_number=ID,
          policyholder__phone="13800001111")  # fmt: skip


def test_columns_for_each_person() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .grid(
            0.1,
            [0.08, 0.3, 0.6, 0.92],
            [
                ["项目", "投保人", "被保险人"],
                ["姓名", "张伟", "李娜"],
                ["性别", "男", "女"],
                ["证件号码", ID, "110105198202020022"],
                ["手机号码", "13800001111", ""],
            ],
        )
    )
    check(
        one(paper), policyholder__name="张伟", insured__name="李娜", policyholder__sex="男", insured__sex="女",
        policyholder__id_number=ID, insured__id_number="110105198202020022", insured__phone="",
    )  # fmt: skip


def test_columns_for_each_person_without_rules() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(
            0.12,
            [(0.35, "投保人"), (0.65, "被保险人")],
            [(0.1, "姓名"), (0.35, "张伟"), (0.65, "李娜")],
            [(0.1, "性别"), (0.35, "男"), (0.65, "女")],
            [(0.1, "出生日期"), (0.35, "1980-01-01"), (0.65, "1982-02-02")],
        )
    )
    check(one(paper), policyholder__name="张伟", insured__name="李娜", insured__birth_date="1982-02-02")


def test_blocks_side_by_side() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(
            0.12,
            [(0.1, "投保人资料"), (0.55, "被保险人资料")],
            [(0.1, "姓名：张伟"), (0.55, "姓名：李娜")],
            [(0.1, "性别：男"), (0.55, "性别：女")],
            [(0.1, "手机：13800001111"), (0.55, "手机：13900002222")],
        )
    )
    check(one(paper), policyholder__name="张伟", insured__name="李娜", policyholder__phone="13800001111",
          insured__phone="13900002222", insured__sex="女")  # fmt: skip


def test_heading_in_a_tall_cell_at_the_side() -> None:
    paper = Paper().title("人身保险投保单")
    paper.grid(0.1, [0.2, 0.35, 0.55, 0.7, 0.92], [
        ["姓名", "张伟", "性别", "男"], ["证件号码", ID, "手机", "13800001111"],
        ["姓名", "李娜", "性别", "女"], ["证件号码", "110105198202020022", "手机", "13900002222"],
    ])  # fmt: skip
    paper.grid(0.1, [0.08, 0.2], [["投保人"], ["被保险人"]], step=0.06)
    check(one(paper), policyholder__name="张伟", insured__name="李娜", policyholder__phone="13800001111",
          insured__phone="13900002222")  # fmt: skip


def test_one_figure_in_each_box() -> None:
    columns = [0.2 + 0.02 * n for n in range(19)]
    paper = Paper().title("人身保险投保单").grid(0.1, [0.08, *columns], [["投保人证件号码", *ID]])
    check(one(paper), policyholder__id_number=ID)


@pytest.mark.parametrize("blank", ["", "＿＿＿＿＿＿", "____年__月__日"])
def test_empty_places_are_empty(blank: str) -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(0.12, f"投保人姓名：{blank}", f"申请日期：{blank}", "本人已如实填写以上各项内容。")
    )
    doc = one(paper)
    assert value(doc, "signed_date") == ""
    assert value(doc, "policyholder.name") == "" or "年" in blank


def test_bilingual_labels_and_wrapped_value() -> None:
    paper = (
        Paper(source=TextFrom.LAYER)
        .title("人身保险投保单")
        .lines(
            0.12,
            [(0.1, "投保人姓名 Name of Policyholder："), (0.45, "张伟")],
            [(0.1, "通讯地址 Address："), (0.3, "广东省深圳市南山区科技园高新南一道某某大厦西塔楼二十八层二八零一")],
            [(0.3, "室之二")],
        )
    )
    doc = one(paper)
    check(doc, policyholder__name="张伟")
    assert (value(doc, "policyholder.address") or "").endswith("室之二")


def test_same_as_policyholder() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(0.12, "投保人资料", "姓名：张伟", f"证件号码：{ID}", "被保险人资料", "姓名：同投保人", "证件号码：")
    )
    check(one(paper), insured__name="张伟", insured__id_number=ID)


def test_options_ticked_on_the_picture() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(0.12, "投保人姓名：张伟", [(0.1, "交费方式"), (0.25, "趸交"), (0.35, "年交"), (0.45, "月交")])
    )
    paper.tick(0.232, 0.145, False).tick(0.332, 0.145, True).tick(0.432, 0.145, False)
    check(one(paper), pay_mode="年交")


def test_options_none_ticked_and_two_ticked() -> None:
    none = Paper().title("人身保险投保单").lines(0.12, "投保人姓名：张伟", "交费方式：□趸交 □年交 □月交")
    two = Paper().title("人身保险投保单").lines(0.12, "投保人姓名：张伟", "交费方式：☑趸交 ☑年交 □月交")
    assert value(one(none), "pay_mode") == ""
    assert value(one(two), "pay_mode") == "?"


def test_tables_of_products_and_beneficiaries() -> None:
    paper = Paper().title("人身保险投保单").lines(0.12, "投保人姓名：张伟")
    paper.grid(0.2, [0.08, 0.14, 0.45, 0.6, 0.75, 0.92], [
        ["序号", "险种名称", "保险金额（万元）", "保险期间", "保险费（元）"],
        ["1", "某某终身寿险\n（分红型）", "30", "终身", "24,000.00"],
        ["2", "某某附加住院医疗保险", "2", "1年", "680.00"],
        ["合计", "", "", "", "24,680.00"],
    ], step=0.04)  # fmt: skip
    paper.lines(0.4, "身故受益人")
    paper.grid(0.42, [0.08, 0.2, 0.35, 0.65, 0.78, 0.92], [
        ["姓名", "与被保险人关系", "证件号码", "受益顺序", "受益份额（%）"],
        ["李娜", "配偶", "110105198202020022", "1", "60"],
        ["张小宝", "子女", "11010520100303003X", "1", "40%"],
        ["", "", "", "", ""],
    ])  # fmt: skip
    doc = one(paper)
    names = {"product.name": "某某终身寿险（分红型）", "sum_insured": "300000.00", "cover_period": "终身",
             "premium": "24000.00", "riders[1].product.name": "某某附加住院医疗保险", "riders[1].premium": "680.00",
             "premium_total": "24680.00", "beneficiaries[1].name": "李娜", "beneficiaries[1].share": "60",
             "beneficiaries[2].relation": "子女", "beneficiaries[2].share": "40"}  # fmt: skip
    assert {name: value(doc, name) for name in names} == names


def test_table_without_rules_and_wrapped_names() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(
            0.12,
            "投保人姓名：张伟",
            [(0.1, "险种名称"), (0.4, "保险金额"), (0.6, "交费期间"), (0.8, "保险费")],
            [(0.1, "某某终身寿险（分红型）"), (0.4, "300000元"), (0.6, "10年"), (0.8, "24000.00元")],
            [(0.1, "某某附加重大疾病保险"), (0.4, "100000元"), (0.6, "10年"), (0.8, "1500.00元")],
            "保险费合计（大写）：贰万伍仟伍佰元整 （小写）：￥25,500.00",
        )
    )
    doc = one(paper)
    names = {"product.name": "某某终身寿险（分红型）", "premium": "24000.00", "riders[1].premium": "1500.00",
             "premium_total": "25500.00", "premium_total_in_words": "贰万伍仟伍佰元整"}  # fmt: skip
    assert {name: value(doc, name) for name in names} == names


def test_dates_belong_to_their_signatures() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(
            0.6,
            [(0.1, "投保人签名："), (0.5, "日期：")],
            [(0.1, "业务员签名："), (0.5, "日期：2026年3月2日")],
            step=0.06,
        )
    )
    paper.ink(0.22, 0.66)
    doc = one(paper)
    assert value(doc, "signed_date") == ""
    assert [m.state for m in doc.marks_named("policyholder_signature")] == [MarkState.ABSENT]
    assert [m.state for m in doc.marks_named("seller_signature")] == [MarkState.PRESENT]


def test_date_without_a_label_behind_the_signature() -> None:
    paper = Paper().title("人身保险投保提示书").lines(0.6, [(0.1, "投保人（签字）："), (0.6, "2026 年 3 月 2 日")])
    paper.ink(0.26, 0.6)
    doc = one(paper, code="D-401")
    assert value(doc, "signed_date") == "2026-03-02"
    assert [m.state for m in doc.marks_named("policyholder_signature")] == [MarkState.PRESENT]


def test_streaks_of_a_scanner_cut_no_words() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .grid(0.1, [0.08, 0.3, 0.92], [["投保人姓名", "张伟"], ["证件号码", ID], ["联系地址", "北京市朝阳区建国路1号"]])
    )
    paper.rules += [Rule(Box(0.125, 0.0, 0.126, 1.0), False), Rule(Box(0.335, 0.09, 0.336, 0.2), False)]
    check(
        one(paper), policyholder__name="张伟", policyholder__id_number=ID, policyholder__address="北京市朝阳区建国路1号"
    )


def test_boxes_pair_with_options_in_order() -> None:
    """OCR read the line without its boxes, so that no word stands where its box is."""
    paper = Paper().title("人身保险投保单").lines(0.12, "投保人姓名：张伟", [(0.1, "交费方式"), (0.2, "趸交年交月交")])
    paper.tick(0.19, 0.145, False).tick(0.235, 0.145, False).tick(0.275, 0.145, True)
    check(one(paper), pay_mode="月交")


def test_a_scanned_question_without_a_tick_is_not_surely_unanswered() -> None:
    paper = (
        Paper()
        .title("健康告知书")
        .lines(0.12, [(0.1, "事项"), (0.8, "是"), (0.88, "否")], "1.您是否曾住院？", "2.您是否吸烟？")
    )
    paper.tick(0.88, 0.145, True)
    doc = one(paper, code="F03")
    assert value(doc, "answers[1]") == "否"
    assert value(doc, "answers[2]") == ""
    assert doc.fields["answers[2]"].confidence < 0.85
