"""Captions over values, tables on their side, questions in newspaper columns, answers that only their ink tells."""

from __future__ import annotations

import pytest

from tests.documents.drawn import EM, Paper, one, value
from verifier.documents.answer_places import AnswerPlaces
from verifier.documents.layout import lay_out
from verifier.documents.pieces import Piece
from verifier.ink import COLUMNS, pack
from verifier.model import Box, Document, Mark, MarkKind, MarkState, Page, Rule, TextFrom

ID = "110105198001010019"
OTHER = "110105201501010015"


def check(doc: Document, **expected: str | None) -> None:
    found = {name.replace("__", "."): value(doc, name.replace("__", ".")) for name in expected}
    assert found == {name.replace("__", "."): wanted for name, wanted in expected.items()}


def captioned(paper: Paper, top: float, *rows: tuple[tuple[str, str], ...]) -> Paper:
    """Two columns of small captions with their values right under them."""
    for number, row in enumerate(rows):
        for x, (caption, text) in zip((0.1, 0.55), row, strict=False):
            paper.at(x, top + 0.034 * number, caption, 0.9)
            paper.at(x, top + 0.034 * number + 0.0145, text, 1.0)
    return paper


def test_captions_in_a_companys_own_words() -> None:
    paper = captioned(
        Paper().title("人身保险投保申请书").at(0.1, 0.1, "投保人", 1.3),
        0.13,
        (("客户姓名", "张伟"), ("国籍或地区", "中国")),
        (("所持证件", "居民身份证"), ("所持证件号", ID)),
        (("证件到期日", "长期"), ("从事职业", "内科医师")),
        (("就职单位全称", "某市医院"), ("收入主要来自", "工资薪金")),
        (("本人是被保险人的", "本人"), ("联系手机", "13800001111")),
    )
    check(
        one(paper), policyholder__name="张伟", policyholder__nationality="中国", policyholder__id_type="居民身份证",
        policyholder__id_number=ID, policyholder__id_valid_to="long_term", policyholder__occupation="内科医师",
        policyholder__employer="某市医院", policyholder__income_source="工资薪金", policyholder__relation="本人",
    )  # fmt: skip


def test_an_unknown_caption_is_no_value_of_its_heading() -> None:
    paper = captioned(
        Paper().title("客户需求分析表").at(0.1, 0.1, "保险需求", 1.4),
        0.124,
        (("本次想解决的问题", "家庭身故保障"), ("期望保障期限", "终身")),
        (("家庭年收入合计", "640,000.00"), ("家庭资产合计", "900,000.00")),
        (("家庭负债合计", "100,000.00"), ("每年愿意投入的保费", "43,000.00")),
    )
    doc = one(paper, code="D-301")
    assert value(doc, "needs") != "本次想解决的问题"
    check(doc, household_income="640000.00", assets="900000.00", liabilities="100000.00", budget="43000.00")


def test_values_of_a_table_of_persons_are_no_captions() -> None:
    """The items stand one under the other at the left; no value of a column is the caption of the next."""
    rows = [
        ("项目", "投保人", "被保险人"),
        ("姓名", "张伟", "李芳"),
        ("国籍", "中国", "中国"),
        ("证件类型", "居民身份证", "居民身份证"),
        ("证件号码", ID, OTHER),
        ("证件有效期至", "长期", "长期"),
        ("职业", "教师", "教师"),
        ("工作单位", "某市第一中学", "某市第二中学"),
    ]
    paper = Paper().title("个人寿险投保单")
    paper.lines(0.12, *[list(zip((0.1, 0.35, 0.65), row, strict=True)) for row in rows], step=0.019)
    check(
        one(paper), policyholder__nationality="中国", insured__id_type="居民身份证", insured__id_valid_to="long_term",
        policyholder__employer="某市第一中学", insured__occupation="教师",
    )  # fmt: skip


COVER = [
    ["", "主险", "附加险一"],
    ["投保险种", "安康终身寿险", "附加住院医疗保险"],
    ["险种编码", "AK1001", "AK5003"],
    ["保额", "350,000.00", "20,000.00"],
    ["保障年期", "终身", "1年"],
    ["首年保费", "9,200.35", "427.00"],
]


def test_a_table_on_its_side() -> None:
    paper = Paper().title("人身保险投保单").grid(0.15, [0.08, 0.24, 0.58, 0.92], COVER)
    check(
        one(paper), product__name="安康终身寿险", product__code="AK1001", sum_insured="350000.00", premium="9200.35",
        **{"riders[1].name": "附加住院医疗保险", "riders[1].sum_insured": "20000.00", "riders[1].premium": "427.00"},
    )  # fmt: skip


def test_a_table_on_its_side_that_goes_on_over_the_page() -> None:
    columns = [0.08, 0.24, 0.58, 0.92]
    first = Paper().title("人身保险投保单").at(0.8, 0.97, "第1页共2页").grid(0.86, columns, COVER[:3])
    second = Paper().at(0.8, 0.97, "第2页共2页").grid(0.06, columns, COVER[3:])
    check(
        one(first, second), sum_insured="350000.00",
        **{"riders[1].code": "AK5003", "riders[1].sum_insured": "20000.00", "riders[1].cover_period": "1年"},
    )  # fmt: skip


def test_beneficiaries_side_by_side_with_two_heads_in_one_cell() -> None:
    rows = [
        ["受益人姓名", "郑涛", "刘志"],
        ["", "配偶", "儿子"],
        ["", ID, OTHER],
        ["受益次序", "1", "1"],
        ["所占份额", "60", "40"],
    ]
    paper = Paper().title("人身保险投保单").at(0.08, 0.13, "身故受益人").grid(0.15, [0.08, 0.24, 0.58, 0.92], rows)
    between = 0.15 + 0.03 * 2
    paper.rules = [r for r in paper.rules if not (r.horizontal and abs(r.box.middle[1] - between) < 0.002)]
    paper.rules.append(Rule(Box(0.24, between - 0.0005, 0.92, between + 0.0005), True))
    paper.at(0.086, 0.15 + 0.045, "系被保险人的").at(0.086, 0.15 + 0.075, "所持证件号")
    check(
        one(paper),
        **{
            "beneficiaries[2].name": "刘志", "beneficiaries[1].relation": "配偶", "beneficiaries[2].relation": "儿子",
            "beneficiaries[2].id_number": OTHER, "beneficiaries[2].share": "40",
        },
    )  # fmt: skip


def test_a_line_of_further_captions_is_no_row_of_a_table() -> None:
    paper = captioned(
        Paper().title("保险建议书"),
        0.13,
        (("投保险种", "安康终身寿险"), ("险种编码", "AK1001")),
        (("保额", "536,000.00"), ("首年保费", "33,500.00")),
        (("缴费年限", "10年"), ("保险期间", "终身")),
    )
    doc = one(paper, code="D-501")
    check(doc, product__name="安康终身寿险", product__code="AK1001", sum_insured="536000.00")
    assert not [name for name in doc.fields if name.startswith("riders")]


def test_questions_in_two_columns_with_written_answers() -> None:
    paper = Paper().title("健康状况问询表").at(0.1, 0.1, "被保险人：张伟")
    left = ["Q1 您过去两年内是否曾住院?", "答：否", "Q2 您是否患有高血压?", "答：否", "Q3 您是否有检查异常?", "答:否"]
    right = ["Q4 您是否曾被拒保?", "答：否", "Q5 您是否吸烟或饮酒?", "答：是", "Q6 父母是否患恶性肿瘤?", "答：否"]
    for number, (one_side, other) in enumerate(zip(left, right, strict=True)):
        paper.at(0.1, 0.15 + 0.02 * number, one_side).at(0.55, 0.15 + 0.02 * number, other)
    paper.at(0.65, 0.15 + 0.02 * 3, "偶尔饮酒，每次少量")
    doc = one(paper, code="F03")
    answers = [value(doc, f"answers[{n}]") for n in range(1, 7)]
    assert answers == ["否", "否", "否", "否", "是", "否"]
    assert value(doc, "answers[5].detail") == "偶尔饮酒，每次少量"


def test_an_option_behind_a_blank_where_the_reader_dropped_its_box() -> None:
    paper = Paper().title("客户回访记录")
    for number in range(3):
        y = 0.2 + 0.025 * number
        words = f"({number + 1})确认投保人和被保险人是否亲笔签名"
        end = 0.1 + EM * (len(words) - 1.5)
        paper.at(0.1, y, f"{words}   是").at(end + 0.12, y, "否")
        paper.tick(end + 0.006, y, True).tick(end + 0.1, y, False)
    assert [value(one(paper, code="A03"), f"answers[{n}]") for n in (1, 2, 3)] == ["是", "是", "是"]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("财产保险投保申请书", "F01-P"),
        ("家庭财产险投保申请书", "F01-P"),
        ("某某财产保险股份有限公司意外伤害保险投保单", "F01"),
        ("敏感信息处理专项授权书", "F08"),
        ("保费自动扣款委托书", "P01"),
        ("他人代缴保费说明书", "P05"),
        ("出账回单", "P02"),
    ],
)
def test_titles_in_a_companys_own_words(title: str, code: str) -> None:
    paper = Paper().title(title).lines(0.3, "姓名：张伟", "日期：2026年3月2日")
    assert one(paper, code=code).type == code


def test_a_label_is_no_misread_title() -> None:
    """投保申请号 is one character from 投保申请书."""
    paper = Paper().title("财产保险投保申请书", size=1.7).lines(0.12, [(0.1, "投保申请号"), (0.3, "116707299209359")])
    assert one(paper, code="F01-P").type == "F01-P"


@pytest.mark.parametrize(
    ("text", "share", "parts"),
    [
        ("安禾康佑终身寿险（投资连结型）AH1015", 0.72, ("安禾康佑终身寿险（投资连结型）", "AH1015")),
        ("安康终身寿险AH1015", 0.62, ("安康终身寿险", "AH1015")),
        ("张伟男", 0.67, ("张伟", "男")),
    ],
)
def test_a_value_that_runs_over_its_cell(text: str, share: float, parts: tuple[str, str]) -> None:
    piece = Piece(text, Box(0.1, 0.1, 0.5, 0.12), Box(0.1, 0.1, 0.5, 0.12), 1.0)
    cut = piece.split(0.1 + 0.4 * share)
    assert cut is not None and (cut[0].raw, cut[1].raw) == parts


# --- answers that only their ink tells ----------------------------------------------------------------

YES, NO, HIGH, WIDE = 0.78, 0.84, 0.0125, 0.0175


def inked(ticked: dict[int, float]) -> AnswerPlaces:
    """Five questions: open boxes before every 否, none found before 是; `ticked`: more ink at a place of a row."""
    rows, marks = [], []
    cells = bytearray(COLUMNS * 283)
    for number in range(5):
        top = 0.2 + 0.03 * number
        rows.append(
            [("是", Box(YES, top, YES + 0.04, top + 0.016)), ("否", Box(NO, top, NO + 0.04, top + 0.016))][number % 2 :]
        )
        marks.append(Mark(MarkKind.TICK, MarkState.ABSENT, Box(NO, top, NO + WIDE, top + HIGH), 0.9))
        for x in (YES, NO):
            full = ticked.get(number) == x
            for row in range(int((top - 0.004) * 283), int((top + HIGH) * 283) + 1):
                for column in range(int((x - 0.003) * COLUMNS), int((x + WIDE + 0.004) * COLUMNS)):
                    cells[row * COLUMNS + column] = int(full or row % 3 == 0)
    page = Page(1, 1000, 1414, 0, TextFrom.OCR, (), tuple(marks), (), ink=pack(bytes(cells)))
    return AnswerPlaces(lay_out(page), rows)


def test_the_place_with_more_ink_was_ticked() -> None:
    places = inked({0: YES, 1: YES, 3: YES})
    told = [places.told(0.195 + 0.03 * n, 0.215 + 0.03 * n) for n in range(5)]
    assert [one.value if one else None for one in told] == ["是", "是", None, "是", None]


def test_where_both_places_hold_as_much_ink_nobody_answered() -> None:
    places = inked({})
    assert all(places.told(0.195 + 0.03 * n, 0.215 + 0.03 * n) is None for n in range(5))


def test_a_stamped_day_is_the_date_and_no_seal() -> None:
    paper = Paper().title("人身保险投保提示书").lines(0.12, "险种名称：安康终身寿险")
    paper.at(0.1, 0.3, "投保人亲笔签字", 0.9).at(0.4, 0.3, "签字日期", 0.9).ink(0.12, 0.33, text="张伟")
    stamp = Box(0.4, 0.32, 0.51, 0.34)
    paper.marks.append(Mark(MarkKind.SEAL, MarkState.PRESENT, stamp, 0.95, "2026.04.24"))
    doc = one(paper, code="D-401")
    assert value(doc, "signed_date") == "2026-04-24"
    assert not [mark for mark in doc.marks if mark.kind is MarkKind.SEAL]
