"""Wordings and layouts that no sheet lists: composed labels, unknown labels, names of parts at the side."""

from __future__ import annotations

import pytest

from tests.documents.drawn import Paper, one, types, value
from verifier.documents.composed import is_label, plain
from verifier.documents.forms import form_of
from verifier.model import Box, Document, Rule, TextFrom

ID = "110105198001010019"
CHILD = "110105201501010015"


def check(doc: Document, **expected: str | None) -> None:
    found = {name.replace("__", "."): value(doc, name.replace("__", ".")) for name in expected}
    assert found == {name.replace("__", "."): wanted for name, wanted in expected.items()}


def stacked(paper: Paper, top: float, rows: list[tuple[list[float], list[str]]], step: float = 0.025) -> Paper:
    for number, (columns, texts) in enumerate(rows):
        paper.grid(top + number * step, columns, [texts], step=step)
    return paper


def test_labels_over_their_values_with_unknown_ones_between() -> None:
    four = [0.08, 0.29, 0.5, 0.71, 0.92]
    paper = Paper(source=TextFrom.LAYER).title("人身保险电子投保书").at(0.1, 0.1, "第一部分 投保人基本信息")
    stacked(
        paper,
        0.12,
        [
            (four, ["姓名", "民族", "生日", "国籍/地区"]),
            (four, ["张伟", "汉族", "1980-01-01", "中国"]),
            (four, ["有效证件名称", "有效证件号码", "证件有效止期", "从事职业"]),
            (four, ["居民身份证", ID, "长期", "工程师"]),
            (four, ["就读学校名称", "紧急联络人", "移动电话", "系被保险人的"]),
            (four, ["无", "王芳", "13800001111", "本人"]),
        ],
    )
    check(
        one(paper), policyholder__name="张伟", policyholder__birth_date="1980-01-01", policyholder__nationality="中国",
        policyholder__id_type="居民身份证", policyholder__id_number=ID, policyholder__id_valid_to="long_term",
        policyholder__occupation="工程师", policyholder__phone="13800001111", policyholder__relation="本人",
    )  # fmt: skip


def test_names_of_parts_one_character_under_the_other() -> None:
    paper = Paper(source=TextFrom.LAYER).title("个人人身保险投保单")
    rows = [
        ["要保人姓名", "张伟", "被保人姓名", "李小宝"],
        ["证件号", ID, "证件号", CHILD],
        ["为被保人之", "父亲", "为要保人之", "儿子"],
    ]
    top, step = 0.12, 0.03
    xs = [0.05, 0.08, 0.2, 0.5, 0.53, 0.65, 0.95]
    for x in xs:
        paper.rules.append(Rule(Box(x - 0.0005, top, x + 0.0005, top + 3 * step), False))
    for number in range(4):
        y = top + number * step
        spans = [(0.05, 0.95)] if number in (0, 3) else [(0.08, 0.5), (0.53, 0.95)]
        paper.rules += [Rule(Box(a, y - 0.0005, b, y + 0.0005), True) for a, b in spans]
    for number, character in enumerate("要保人"):
        paper.at(0.057, top + 0.02 + number * 0.02, character)
    for number, character in enumerate("被保人"):
        paper.at(0.507, top + 0.02 + number * 0.02, character)
    for number, row in enumerate(rows):
        for x, text in zip((0.085, 0.205, 0.535, 0.655), row, strict=True):
            paper.at(x, top + (number + 0.5) * step, text)
    check(
        one(paper), policyholder__name="张伟", policyholder__id_number=ID, policyholder__relation="父亲",
        insured__name="李小宝", insured__id_number=CHILD, insured__relation="儿子",
    )  # fmt: skip


@pytest.mark.parametrize(
    "label", ["首期保险费总额（小写）", "合计保费￥（小写）", "保费合计金额（小写）", "首期保费合计（小写）人民币"]
)
def test_totals_in_any_wording(label: str) -> None:
    paper = Paper().title("人身保险投保单").lines(0.12, "投保单号：9900112233445566", f"{label}：12,000.00")
    check(one(paper), premium_total="12000.00")


def test_an_unknown_label_is_no_value() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .grid(
            0.12,
            [0.08, 0.2, 0.5, 0.62, 0.92],
            [
                ["开户银行", "", "银行卡（折）号", "6222020200112233445"],
                ["投保人姓名", "张伟", "客户经理联络暗号", ""],
                ["工作单位", "", "职级编号", "A7"],
            ],
        )
    )
    check(one(paper), account_bank="", account="6222020200112233445", policyholder__name="张伟")


def test_english_beside_or_under_the_label() -> None:
    paper = (
        Paper()
        .title("人身保险投保单 Application Form")
        .lines(
            0.12,
            [(0.1, "投保单号 Application No."), (0.34, "9900112233445566")],
            [(0.1, "投保人姓名 Name of Applicant"), (0.4, "张伟")],
            [(0.1, "证件号码"), (0.3, ID)],
            [(0.1, "ID Number")],
            [(0.1, "手机"), (0.3, "13800001111")],
            [(0.1, "Mobile")],
        )
    )
    check(
        one(paper), application_no="9900112233445566", policyholder__name="张伟", policyholder__id_number=ID,
        policyholder__phone="13800001111",
    )  # fmt: skip


def test_english_under_the_label_in_its_cell() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .grid(
            0.1,
            [0.08, 0.26, 0.5, 0.68, 0.92],
            [
                ["投保单号\nApplication No.", "9900112233445566", "险种名称\nProduct", "安康终身寿险"],
                ["投保人姓名\nPolicyholder", "张伟", "联系电话\nMobile", "13800001111"],
            ],
            step=0.045,
        )
    )
    check(
        one(paper), application_no="9900112233445566", product__name="安康终身寿险", policyholder__name="张伟",
        policyholder__phone="13800001111",
    )  # fmt: skip


def test_value_over_its_english_translation_of_the_label() -> None:
    """Labels on one line, their English on the next, the values on the third."""
    paper = (
        Paper()
        .title("保险单", y=0.06)
        .lines(
            0.12,
            [(0.1, "保险单号"), (0.4, "投保人"), (0.7, "被保险人")],
            [(0.1, "Policy No."), (0.4, "Policyholder"), (0.7, "Insured")],
            [(0.1, "8860312048386824"), (0.4, "董月华"), (0.7, "董小宝")],
            step=0.018,
        )
    )
    check(one(paper, code="A01"), policy_no="8860312048386824", policyholder__name="董月华", insured__name="董小宝")


def test_transposed_products() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .grid(
            0.12,
            [0.08, 0.26, 0.6, 0.92],
            [
                ["险种名称", "安康终身寿险", "附加住院医疗保险"],
                ["保险金额（元）", "300000", "10000"],
                ["保险期间", "终身", "1年"],
                ["交费年限", "10年", "1年"],
                ["保险费（元）", "12000.00", "500.00"],
            ],
        )
    )
    check(
        one(paper), product__name="安康终身寿险", sum_insured="300000.00", cover_period="终身", pay_period="10年",
        premium="12000.00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "days"), [("20 天", "20"), ("二十 日", "20"), ("20个自然日", "20"), ("自签收次日起 15 日", "15")]
)
def test_days_with_a_blank_before_the_unit(printed: str, days: str) -> None:
    paper = Paper().title("保险单").lines(0.12, "保险单号：8860312048386824", f"犹豫期：{printed}")
    check(one(paper, code="A01"), cooling_off_days=days)


def test_wide_gap_between_label_and_value_at_the_edge() -> None:
    paper = Paper().title("账单详情").lines(
        0.12, [(0.06, "付款人"), (0.88, "*娜")], [(0.06, "收款方"), (0.6, "星河人寿保险公司")],
        [(0.06, "支付时间"), (0.66, "2026-03-01 10:11:12")], [(0.06, "商户单号"), (0.64, "202603010000001")],
        [(0.06, "交易单号"), (0.64, "202603017777777")], [(0.06, "当前状态"), (0.8, "支付成功")],
    ).at(0.4, 0.3, "-990.00", 2)  # fmt: skip
    assert value(one(paper, code="P03"), "payer.name") == "*娜"


@pytest.mark.parametrize(
    ("one_label", "other"),
    [("缴费年限", "交费期间"), ("被保人身份证号码", "被保险人身份证号"), ("为要保人之", "是投保人的"), ("保费总计", "保险费合计"),
     ("银行卡（折）号", "银行卡号"), ("与被保人之关系", "与被保险人的关系")],
)  # fmt: skip
def test_wordings_that_mean_the_same(one_label: str, other: str) -> None:
    assert plain(one_label.replace("（", "(").replace("）", ")")) == plain(other)


@pytest.mark.parametrize(
    "text", ["居民身份证", "张伟", "首期保险费", "雇佣关系", "工资薪金", "北京分行", "汉族", "年交"]
)
def test_values_are_no_labels(text: str) -> None:
    assert not is_label(text)


@pytest.mark.parametrize("label", ["配偶姓名", "紧急联系人电话", "家庭年收入", "其他险种名称"])
def test_other_persons_and_things_are_not_taken_for_ours(label: str) -> None:
    form = form_of(next(kind for kind in types() if kind.code == "F01"))
    assert form.meant(label) in (None, label)


def _two_halves(box: str) -> Paper:
    return (
        Paper()
        .title("人身保险投保单")
        .lines(0.12, "要保人资料")
        .grid(
            0.14,
            [0.08, 0.2, 0.5, 0.62, 0.92],
            [["姓名", "张伟", "性别", "男"], ["证件号码", ID, "职业", "工程师"]],
        )
        .lines(0.24, "被保人资料", f"{box}同要保人（勾选后本栏免填）")
        .grid(
            0.3,
            [0.08, 0.2, 0.5, 0.62, 0.92],
            [["姓名", "", "性别", "□男 □女"], ["证件号码", "", "职业", ""]],
        )
    )


def test_a_blank_half_under_a_ticked_box_takes_the_holders_values() -> None:
    check(
        one(_two_halves("☑")), policyholder__name="张伟", insured__name="张伟", insured__sex="男",
        insured__id_number=ID, insured__occupation="工程师",
    )  # fmt: skip


def test_a_blank_half_under_an_open_box_is_blank() -> None:
    check(one(_two_halves("□")), insured__name="", insured__sex="", insured__id_number="", insured__occupation="")


def test_a_blank_half_under_a_box_that_cannot_be_told_is_left_open() -> None:
    check(one(_two_halves("回")), insured__name="?", insured__id_number="?", insured__occupation="?")


def test_a_ticked_box_on_the_picture() -> None:
    paper = _two_halves("").tick(0.08, 0.265, True)
    check(one(paper), insured__name="张伟", insured__id_number=ID)


@pytest.mark.parametrize("label", ["授权扣款金额与期限", "授权扣款范围", "扣款金额及期限", "委托扣款用途及期限"])
def test_scope_of_a_debit(label: str) -> None:
    paper = (
        Paper()
        .title("银行自动转账授权书")
        .grid(
            0.12,
            [0.08, 0.3, 0.92],
            [["账户持有人", "张伟"], ["开户行", "星河银行北京分行"], [label, "首期及续期保险费，至交费期满"]],
        )
    )
    check(one(paper, code="P01"), scope="首期及续期保险费，至交费期满", account_name="张伟")


def test_an_electronic_invoice() -> None:
    paper = (
        Paper()
        .title("电子发票（普通发票）")
        .lines(
            0.12,
            [(0.6, "发票号码：26312000000203683348")],
            [(0.6, "开票日期：2026年08月09日")],
            [(0.1, "购买方信息"), (0.55, "销售方信息")],
            [(0.1, "名称：张伟"), (0.55, "名称：星河人寿保险股份有限公司")],
            [(0.1, "项目名称"), (0.6, "金额")],
            [(0.1, "*保险服务*安康终身寿险"), (0.6, "12000.00")],
            [(0.1, "价税合计（大写）"), (0.3, "⊗壹万贰仟元整"), (0.6, "（小写）¥12000.00")],
        )
    )
    check(
        one(paper, code="P04"), serial="26312000000203683348", date="2026-08-09", payer__name="张伟",
        payee__name="星河人寿保险股份有限公司", amount="12000.00", amount_in_words="壹万贰仟元整",
    )  # fmt: skip


def test_a_time_of_day_is_no_duration() -> None:
    paper = (
        Paper()
        .title("双录质检表")
        .lines(0.12, [(0.1, "录制时长"), (0.3, "23分15秒")], [(0.1, "录制开始时间"), (0.3, "2026-03-01 17:05")])
    )
    check(one(paper, code="F09"), duration="23分15秒")


def test_figures_in_boxes_where_some_lines_are_missing() -> None:
    paper = Paper(source=TextFrom.LAYER).title("人身保险投保单").at(0.086, 0.135, "卡号")
    top, bottom = 0.12, 0.15
    figures = "6222020200112233445"
    paper.rules += [Rule(Box(0.08, y - 0.0005, 0.92, y + 0.0005), True) for y in (top, bottom)]
    paper.rules += [Rule(Box(x - 0.0005, top, x + 0.0005, bottom), False) for x in (0.08, 0.2, 0.92)]
    for number, figure in enumerate(figures):
        left = 0.2 + number * 0.02
        if number > 8:
            paper.rules.append(Rule(Box(left - 0.0005, top, left + 0.0005, bottom), False))
            paper.at(left + 0.006, 0.135, figure)
    paper.rules.append(Rule(Box(0.5795, top, 0.5805, bottom), False))
    paper.at(0.206, 0.135, " ".join(figures[:9]), 1.15)
    check(one(paper), account=figures)


def test_cards_side_by_side_with_values_under_small_labels() -> None:
    paper = Paper().title("人身保险投保单").lines(0.1, "投保单号：9900112233445566")
    for left, heading, name, number, job in (
        (0.08, "投保人 Policyholder", "张伟", ID, "工程师"), (0.54, "被保险人 Insured", "李小宝", CHILD, "学生"),
    ):  # fmt: skip
        paper.at(left, 0.14, heading, 1.2)
        paper.at(left, 0.17, "姓名 Name", 0.8).at(left + 0.2, 0.17, "职业 Occupation", 0.8)
        paper.at(left, 0.19, name).at(left + 0.2, 0.19, job)
        paper.at(left, 0.22, "证件号码 ID No.", 0.8)
        paper.at(left, 0.24, number)
    check(
        one(paper), policyholder__name="张伟", policyholder__occupation="工程师", policyholder__id_number=ID,
        insured__name="李小宝", insured__occupation="学生", insured__id_number=CHILD,
    )  # fmt: skip


def test_persons_as_rows_of_a_table() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .grid(
            0.12,
            [0.08, 0.2, 0.32, 0.42, 0.7, 0.92],
            [
                ["", "姓名", "性别", "证件号码", "职业"],
                ["投保人", "张伟", "男", ID, "工程师"],
                ["被保险人", "李小宝", "女", CHILD, "学生"],
            ],
        )
    )
    check(
        one(paper), policyholder__name="张伟", policyholder__sex="男", policyholder__id_number=ID,
        policyholder__occupation="工程师", insured__name="李小宝", insured__id_number=CHILD, insured__occupation="学生",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "name"),
    [("安康终身寿险（分红型）AH1015", "安康终身寿险（分红型）"), ("安康终身寿险(A款)", "安康终身寿险（A款）")],
)
def test_a_code_behind_the_product_is_not_its_name(printed: str, name: str) -> None:
    paper = Paper().title("保险单").lines(0.12, "保险单号：8860312048386824", f"险种名称：{printed}")
    assert (value(one(paper, code="A01"), "product.name") or "").replace("(", "（").replace(")", "）") == name


def test_a_foot_is_no_serial() -> None:
    paper = (
        Paper()
        .title("电子回单")
        .lines(
            0.12,
            "付款人户名：张伟",
            "收款人户名：星河人寿保险股份有限公司",
            "金额（小写）：12,000.00",
            "回单编号：2775925071030861 温馨提示：电子回单可重复打印，请核对无误后使用。",
        )
    )
    assert value(one(paper, code="P02"), "serial") == "2775925071030861"


def test_rulings_under_a_header_whose_own_were_not_found() -> None:
    columns = [0.08, 0.3, 0.45, 0.6, 0.75, 0.92]
    heads = ["产品全称", "保额(元)", "保障期", "交费年期", "保费(元)"]
    paper = Paper().title("保险单").lines(0.1, "保险单号：8860312048386824")
    paper.lines(0.135, [(x + 0.006, text) for x, text in zip(columns, heads, strict=False)])
    paper.grid(0.147, columns, [["安康终身寿险(分红型)", "300000.00", "终身", "20年", "9300.00"]])
    check(
        one(paper, code="A01"), product__name="安康终身寿险（分红型）", sum_insured="300000.00", cover_period="终身",
        pay_period="20年",
    )  # fmt: skip


def test_a_page_without_a_title_numbered_after_the_first() -> None:
    first = Paper().title("人身保险投保单").lines(0.1, "投保人姓名：张伟", "性别：男").at(0.05, 0.97, "星河·安心每一天")
    second = Paper().lines(0.1, "保险金额：300,000.00元", "交费方式：年交").at(0.05, 0.97, "星河·安心每一天")
    first.at(0.9, 0.97, "1 / 2")
    second.at(0.9, 0.97, "2 / 2")
    doc = one(first, second)
    assert [ref.page for ref in doc.pages] == [1, 2]
    check(doc, policyholder__name="张伟", sum_insured="300000.00")


@pytest.mark.parametrize(("written", "wanted"), [("2026/07/15", "2026-07-15"), ("", ""), ("2026/0?/", "?")])
def test_a_date_over_the_caption_of_its_line(written: str, wanted: str) -> None:
    paper = Paper(source=TextFrom.LAYER).title("人身保险投保提示书").lines(0.15, "以上提示我已逐条看过并且理解。")
    paper.ink(0.1, 0.3).at(0.1, 0.33, "投保人签字").at(0.4, 0.33, "签字日期")
    paper.at(0.1, 0.345, "Signature of Policyholder", 0.7)
    for left in (0.1, 0.4):
        paper.rules.append(Rule(Box(left, 0.3195, left + 0.2, 0.3205), True))
    if written:
        paper.at(0.41, 0.307, written, 1.1)
    check(one(paper, code="D-401"), signed_date=wanted)


def test_a_heading_in_the_words_of_a_label_is_no_empty_place() -> None:
    paper = Paper(source=TextFrom.LAYER).title("保险需求分析问卷").at(0.1, 0.12, "投保人姓名：").at(0.25, 0.12, "张伟")
    paper.at(0.11, 0.17, "您的保障需求", 1.2).at(0.1, 0.2, "期望的保障期限：").at(0.3, 0.2, "终身")
    assert value(one(paper, code="D-301"), "needs") is None


def test_a_ruling_of_which_the_start_was_not_found() -> None:
    paper = Paper().title("人身保险投保单")
    rows = [["保险金额", "300,000.00"], ["保险费", "9,300.00"], ["交费期间", "20年"]]
    paper.grid(0.12, [0.06, 0.24, 0.94], rows)
    paper.rules = [
        rule if not rule.horizontal or rule.box.top < 0.125 or rule.box.top > 0.2
        else Rule(Box(0.13, rule.box.top, rule.box.right, rule.box.bottom), True)
        for rule in paper.rules
    ]  # fmt: skip
    check(one(paper), sum_insured="300000.00", premium="9300.00", pay_period="20年")


def test_answers_before_the_numbers_of_their_questions() -> None:
    paper = Paper(source=TextFrom.LAYER).title("客户回访记录").lines(0.1, "保单号：8860312048386824")
    for number, (asked, first) in enumerate((("请问是投保人本人接听吗？", True), ("您清楚缴费年限吗？", False))):
        y = 0.2 + number * 0.025
        paper.tick(0.08, y, first).at(0.1, y, "是").tick(0.14, y, not first).at(0.16, y, "否")
        paper.at(0.25, y, f"Q{number + 1} {asked}")
    doc = one(paper, code="A03")
    assert [value(doc, f"answers[{number}]") for number in (1, 2)] == ["是", "否"]


def test_an_anchor_ends_where_the_next_caption_begins() -> None:
    paper = (
        Paper(source=TextFrom.LAYER)
        .title("人身保险投保单")
        .lines(0.1, "投保人姓名：张伟", "性别：男", "保险费：9,300.00")
    )
    paper.ink(0.1, 0.3).at(0.41, 0.307, "2026/07/15").ink(0.6, 0.3)
    paper.at(0.1, 0.33, "投保人签字").at(0.4, 0.33, "签字日期").at(0.6, 0.33, "被保险人签字")
    found = {mark.name: mark.state.value for mark in one(paper).marks}
    assert (found["policyholder_signature"], found["insured_signature"]) == ("present", "present")


def test_a_label_listed_for_a_column_stands_for_a_field_elsewhere() -> None:
    paper = Paper().title("人身保险投保单").at(0.1, 0.1, "投保人", 1.2).lines(0.13, "姓名：张伟", f"身份证件号：{ID}")
    check(one(paper), policyholder__id_number=ID)


def test_the_plan_under_an_unknown_heading_of_the_second_page() -> None:
    first = Paper().title("人身保险投保单").lines(0.1, "投保人姓名：张伟", "性别：男").at(0.1, 0.5, "受益人", 1.2)
    first.lines(0.53, "受益人姓名：王芳").at(0.9, 0.97, "1 / 2")
    second = Paper().at(0.1, 0.05, "方案一览", 1.2).at(0.9, 0.97, "2 / 2")
    second.lines(0.1, "保险金额：300,000.00元", "保险费：9,300.00元")
    check(one(first, second), sum_insured="300000.00", premium="9300.00")


def test_what_is_due_at_first_is_no_premium_of_the_plan() -> None:
    paper = (
        Paper()
        .title("人身保险投保单")
        .lines(0.1, "保险金额：300,000.00元", "保险费：7,300.50元", "首期应付保费：7,859.50元")
    )
    check(one(paper), premium="7300.50")
