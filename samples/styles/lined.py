"""瑞澄人寿: `label：value` on lines, two to a line, in Noto Serif; options ticked, dates written by hand."""

from __future__ import annotations

from dataclasses import replace

from samples import fonts
from samples.paper import Entry, Fields, Grid, Question, Questions, Sign, Signing
from samples.people import Company
from samples.styles.base import FlowStyle

LABELS = {
    "F01.policyholder.name": "投保人姓名",
    "F01.insured.name": "被保险人姓名",
    "id_type": "证件名称",
    "id_number": "证件号",
    "id_valid_to": "证件有效期限",
    "phone": "移动电话",
    "income": "年收入（万元）",
    "address": "联系地址",
    "email": "E-mail",
    "employer": "单位名称",
    "occupation": "职业（工种）",
    "policyholder.relation": "与被保险人关系",
    "insured.relation": "与投保人关系",
    "nationality": "国籍（地区）",
    "beneficiary_relation": "是被保险人的",
    "order": "顺序",
    "share": "份额（%）",
    "application_no": "投保书号",
    "policy_no": "保单号码",
    "product.name": "产品名称",
    "product.code": "产品代码",
    "sum_insured": "保险金额（元）",
    "cover_period": "保障期间",
    "pay_period": "交费年期",
    "pay_mode": "交费频次",
    "premium": "首期保险费（元）",
    "premium_total": "首期保险费合计 小写",
    "premium_total_in_words": "首期保险费合计 大写",
    "account_name": "账户名",
    "account_bank": "开户银行",
    "account": "银行账号",
    "seller.name": "营销员姓名",
    "seller.number": "营销员工号",
    "household_income": "家庭年收入（万元）",
    "assets": "家庭资产总额（万元）",
    "liabilities": "家庭负债总额（万元）",
    "needs": "保障需求",
    "budget": "年交费预算（元）",
    "existing_cover": "已购买的保险",
    "conclusion": "评估意见",
    "level": "评估等级",
    "test_date": "评估日期",
    "product_level": "产品风险等级",
    "customer_level": "投保人风险承受等级",
    "opinion": "适当性意见",
    "D-303.date": "意见日期",
    "cooling_off_days": "犹豫期",
    "D-501.date": "建议书日期",
    "D-405.date": "制表日期",
    "signed_date": "签署日期",
    "_signed": "签署日期",
    "_seller_date": "签署日期",
    "file_number": "双录编号",
    "duration": "录制时长",
    "F09.date": "录制日期",
    "F09.result": "质检结论",
    "checked_date": "质检日期",
    "P04.serial": "发票号码",
    "P04.payer.name": "付款方",
    "P04.payee.name": "收款方",
    "amount_in_words": "合计金额（大写）",
    "amount": "合计金额（小写）",
    "issue_date": "签发日期",
    "effective_date": "生效日期",
    "A01.premium": "首期保险费合计 小写",
    "_words": "首期保险费合计 大写",
    "A01.policyholder.name": "投保人",
    "A01.policyholder.id_number": "投保人证件号",
    "A01.insured.name": "被保险人",
    "A01.seller.name": "营销员",
    "received_date": "签收日期",
    "A02.policyholder.name": "投保人",
    "A03.phone": "回访号码",
    "A03.date": "回访日期",
    "respondent": "接听人",
    "A03.result": "结果",
    "refund": "退还金额（元）",
    "payee.name": "收款人户名",
    "payee.account": "收款人账号",
    "reason": "解除合同原因",
    "policyholder_signature": "投保人签字",
    "insured_signature": "被保险人签字",
    "guardian_signature": "监护人签字",
    "seller_signature": "营销员签字",
    "applicant_policyholder": "申请人(投保人)签字",
    "account_holder_signature": "账户所有人签字",
    "payer_signature": "付款人签字",
    "scope": "授权金额及期限",
    "P05.relation": "与投保人的关系",
    "P05.reason": "代付原因",
}
TITLES = {
    "D-101": "客户信息采集授权书",
    "D-301": "客户需求分析问卷",
    "D-302": "投保人风险承受能力测评问卷",
    "D-303": "产品适当性评估意见书",
    "D-401": "投保提示书",
    "D-404": "责任免除条款确认书",
    "D-405": "产品利益演示",
    "D-501": "保险计划书",
    "F01": "个人人身保险投保单",
    "F01-P": "家庭财产保险投保单",
    "F02": "投保声明",
    "F03": "健康告知",
    "F05": "为未成年人投保告知书",
    "F08": "敏感个人信息处理单独同意书",
    "F09": "录音录像质检记录表",
    "P01": "保险费自动转账授权书",
    "P04": "保险费收据",
    "P05": "第三方付款说明",
    "A01": "保险单",
    "A02": "保险单送达回执",
    "A03": "新契约回访记录表",
    "A05": "解除合同申请书",
}
SECTIONS = {
    "policyholder": "一、投保人",
    "insured": "二、被保险人",
    "beneficiary": "三、身故受益人",
    "cover": "四、投保险种",
    "premium": "五、保险费及交费方式",
    "account": "六、交费账号",
    "seller": "七、营销员信息",
    "declaration": "八、声明",
    "warning": "特别提示",
    "health_questions": "告知事项（请在相应方框内打√）",
}
WAN = frozenset(("policyholder.income", "insured.income", "household_income", "assets", "liabilities"))
LONG = (
    "address",
    "_address",
    "scope",
    "reason",
    "premium_total_in_words",
    "amount_in_words",
    "_words",
    "conclusion",
    "employer",
    "_beneficiary",
)


class LinedStyle(FlowStyle):
    name = "lined"
    life = Company(
        "瑞澄人寿保险有限公司", "瑞澄", "L10377RC", "95577", "44050110260000003157", "中国工商银行广州天河支行", "RC"
    )
    general = Company(
        "瑞澄财产保险有限公司", "瑞澄", "P10377RC", "95577", "44050110260000004268", "中国工商银行广州天河支行", "RCC"
    )
    font, size, margin = "serif", 10.0, 56.0
    labels, titles, sections = LABELS, TITLES, SECTIONS
    date_format = "{y}年{mm}月{dd}日"
    thousands = False
    days = "{n}日"
    seconds = "{m}分钟{s}秒"
    wan = WAN

    def top(self) -> float:
        self.surface.text(self.surface.width / 2, 52, self.company.name, self.font, 13, bold=True, align="middle")
        self.surface.text(
            self.surface.width / 2, 76, self.title(self.paper, self.company), self.font, 16, align="middle"
        )
        self.surface.line(self.left, 86, self.right, 86, 1.2)
        self.surface.line(self.left, 88.5, self.right, 88.5, 0.4)
        return 96.0

    def continued(self) -> float:
        return 56.0

    def footer(self) -> None:
        edition = f"{self.company.code}-{self.paper.type}-2023.06版"
        self.surface.text(self.left, self.surface.height - 30, edition, self.font, 7.5, (0.4, 0.4, 0.4))
        self.surface.text(
            self.right, self.surface.height - 30, f"- {self.surface.page + 1} -", self.font, 8, align="right"
        )

    def fields(self, section: Fields) -> None:
        self.head(section.key)
        entries = list(section.entries)
        names = {entry.name: entry.value for entry in entries}
        if section.key == "insured" and names.get("insured.relation") == "本人":
            self.same_person(entries)
            return
        x, started = self.left, False
        half = self.left + (self.right - self.left) / 2
        for entry in entries:
            wide = entry.name.rsplit(".", 1)[-1] in LONG or len(self.show(entry)) > 17 or len(entry.options) > 3
            if wide or not started:
                self.room(20)
                self.y += 19
                x = self.left
            end = self.right if wide else (half - 10 if x == self.left else self.right)
            lines = self.line_field(entry, x, end)
            self.y += (lines - 1) * self.size * 1.3
            started = not wide and x == self.left
            x = half
        self.y += 4

    def same_person(self, entries: list[Entry]) -> None:
        """Policyholder and insured are one: the form lets the second set of data out."""
        self.room(40)
        self.y += 19
        area = self.box(self.left, self.y, True)
        self.surface.text(
            area[2] + 3, self.y, "被保险人与投保人为同一人，其他资料同投保人，以下免填", self.font, self.size
        )
        self.y += 19
        half = self.left + (self.right - self.left) / 2
        for entry in entries:
            if entry.name in ("insured.name", "insured.relation"):
                self.line_field(entry, self.left if entry.name.endswith("name") else half, self.right)
        self.y += 4

    def line_field(self, entry: Entry, x: float, end: float) -> int:
        label = self.surface.text(x, self.y, self.label(self.paper, entry.name) + "：", self.font, self.size)
        if entry.options:
            self.options(entry, label[2] + 2, self.y)
            return 1
        start = label[2] + 2
        lines = self.value(entry, start + 2, self.y, end - start - 2)
        for n in range(lines):
            self.surface.line(
                start, self.y + 3 + n * self.size * 1.3, end, self.y + 3 + n * self.size * 1.3, 0.35, (0.45, 0.45, 0.45)
            )
        self.blank(entry, (label[0], label[1], end, label[3]))
        return lines

    def grid(self, section: Grid) -> None:
        """Rows between horizontal rules only."""
        self.head(section.key)
        total = self.right - self.left
        size = self.size - 1
        weights = [
            max(
                fonts.width(self.label(self.paper, c), self.font, size),
                *(min(150.0, fonts.width(self.show(r[n]), self.font, size)) for r in section.rows),
            )
            + 10
            for n, c in enumerate(section.columns)
        ]
        edges = [self.left]
        for weight in weights:
            edges.append(edges[-1] + total * weight / sum(weights))
        self.y += 6
        self.room(30 + 24 * len(section.rows))
        self.surface.line(self.left, self.y, self.right, self.y, 1.0)
        for n, column in enumerate(section.columns):
            self.surface.text(edges[n] + 3, self.y + 14, self.label(self.paper, column), self.font, size, bold=True)
        self.y += 20
        self.surface.line(self.left, self.y, self.right, self.y, 0.5)
        for row in section.rows:
            deepest = 1
            for n, entry in enumerate(row):
                deepest = max(
                    deepest, self.value(entry, edges[n] + 3, self.y + 14, edges[n + 1] - edges[n] - 6, size=size)
                )
                self.blank(entry, (edges[n], self.y, edges[n + 1], self.y + 20))
            self.y += 7 + 13 * deepest
        self.surface.line(self.left, self.y, self.right, self.y, 1.0)
        self.y += 6

    def questions(self, section: Questions) -> None:
        self.head(section.key)
        for n, item in enumerate(section.items, 1):
            self.question(n, item)
        self.y += 4

    def question(self, n: int, item: Question) -> None:
        """The boxes stand right behind the words of the question."""
        lines = self.wrap(f"（{n}）{item.text}", self.right - self.left - 90)
        self.room(17 * len(lines) + 18)
        for line in lines:
            self.y += 17
            last = self.surface.text(self.left, self.y, line, self.font, self.size)
        self.answer(item, last[2] + 10, self.y)
        if item.detail:
            self.y += 17
            self.surface.text(self.left + 20, self.y, f"如“是”，请说明：{item.detail}", self.font, self.size)

    def signing(self, section: Signing) -> None:
        """Two signatures side by side, the date under each."""
        self.y += 14
        lines = list(section.lines)
        for first in range(0, len(lines), 2):
            self.room(66)
            for column, line in enumerate(lines[first : first + 2]):
                self.cell(line, self.left + column * (self.right - self.left) / 2, self.y)
            self.y += 62

    def cell(self, line: Sign, x: float, y: float) -> None:
        width = (self.right - self.left) / 2 - 12
        self.sign_line(replace(line, date=None), x, y, width * 1.6)
        if line.date is not None:
            self.sign_date(line.date, x, y + 52, x + width, line)

    def handwritten_dates(self) -> bool:
        return self.by_pen()


LINED = LinedStyle()
