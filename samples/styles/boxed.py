"""同泽人寿: labels above their values in cells, one box for each digit, blue bars, answers in columns."""

from __future__ import annotations

from itertools import pairwise

from samples import fonts
from samples.paper import Copied, Entry, Fields, Grid, Question, Questions, Sign, Signing
from samples.people import Company
from samples.styles.base import FlowStyle
from samples.surface import Area, Colour, union

BAR: Colour = (0.16, 0.36, 0.60)
PALE: Colour = (0.90, 0.94, 0.98)
RULE: Colour = (0.45, 0.52, 0.60)
LABELS = {
    "F01.policyholder.name": "姓名 Name",
    "F01.insured.name": "姓名 Name",
    "sex": "性别",
    "birth_date": "出生年月日",
    "id_type": "证件类别",
    "id_number": "证件号码",
    "id_valid_to": "有效期至",
    "phone": "手机",
    "income": "年收入（元）",
    "income_source": "主要收入来源",
    "address": "通讯地址（省/市/区/街道）",
    "email": "电子邮件",
    "employer": "工作单位",
    "occupation": "职业名称",
    "policyholder.relation": "投保人是被保险人的",
    "insured.relation": "被保险人是投保人的",
    "beneficiary_relation": "与被保险人的关系",
    "order": "受益顺序",
    "share": "受益比例%",
    "application_no": "投保单号码",
    "policy_no": "保险单号码",
    "product.name": "险种名称",
    "product.code": "险种代码",
    "sum_insured": "基本保额/份数",
    "cover_period": "保险期间",
    "pay_period": "交费期限",
    "pay_mode": "缴费方式",
    "premium": "标准保费",
    "premium_total": "保费合计（小写）",
    "premium_total_in_words": "保费合计人民币（大写）",
    "account_name": "账户户名",
    "account_bank": "开户行名称",
    "account": "账户号码",
    "seller.name": "代理人姓名",
    "seller.number": "代理人工号",
    "household_income": "家庭年收入",
    "assets": "总资产",
    "liabilities": "总负债",
    "needs": "本次投保的保障需求",
    "_term": "保障期限需求",
    "budget": "保费预算（每年）",
    "existing_cover": "现有商业保险",
    "conclusion": "结论",
    "score": "测评得分",
    "level": "风险承受能力级别",
    "test_date": "测评日",
    "product_level": "产品风险级别",
    "customer_level": "客户风险承受能力",
    "opinion": "匹配意见",
    "D-303.date": "出具日",
    "cooling_off_days": "犹豫期天数",
    "D-501.date": "制作日期",
    "D-405.date": "打印日期",
    "file_number": "影像文件号",
    "duration": "时长",
    "F09.date": "双录日期",
    "F09.result": "质检结果",
    "checked_date": "质检时间",
    "P04.serial": "票号",
    "P04.date": "开票日期",
    "P04.payer.name": "交款人",
    "P04.payee.name": "收款单位",
    "amount_in_words": "金额（大写）",
    "amount": "金额（小写）",
    "issue_date": "合同成立日期",
    "effective_date": "合同生效日",
    "A01.premium": "保险费合计",
    "_words": "保险费大写",
    "A01.seller.name": "服务人员",
    "received_date": "签收日",
    "A03.phone": "受访电话",
    "A03.date": "回访日期",
    "respondent": "受访者",
    "A03.result": "回访结论",
    "refund": "退保金额",
    "payee.name": "领款人户名",
    "payee.account": "领款账号",
    "reason": "申请原因",
    "policyholder_signature": "投保人签名",
    "insured_signature": "被保险人签名",
    "guardian_signature": "被保险人的法定监护人签名",
    "seller_signature": "保险代理人签名",
    "signed_date": "签名日期",
    "_signed": "签名日期",
    "_seller_date": "签名日期",
    "scope": "授权扣款金额与期限",
    "P05.relation": "付款人与投保人关系",
    "P05.reason": "第三方付款原因",
}
TITLES = {
    "D-101": "隐私政策确认书",
    "D-301": "需求分析与财务支付水平评估",
    "D-302": "风险测评问卷",
    "D-303": "适当性匹配意见",
    "D-401": "人身保险投保提示书",
    "D-404": "免责条款说明确认书",
    "D-405": "利益演示表",
    "D-501": "保险方案建议书",
    "F01": "人身保险投保书",
    "F01-P": "财产保险投保单",
    "F02": "投保人声明书",
    "F03": "被保险人健康问卷",
    "F05": "未成年人投保须知及告知书",
    "F08": "个人敏感信息处理同意书（单独同意）",
    "F09": "保险销售双录质检表",
    "P01": "委托银行扣款授权书",
    "P04": "保险费专用收据",
    "P05": "第三方代付保费声明书",
    "A01": "电子保单",
    "A02": "保单签收回执",
    "A03": "客户回访问卷",
    "A05": "退保申请表",
}
DIGITS = ("id_number", "phone", "account", "birth_date", "id_valid_to", "application_no", "seller.number")


class BoxedStyle(FlowStyle):
    name = "boxed"
    life = Company(
        "同泽人寿保险股份有限公司", "同泽", "L10466TZ", "95466", "11050160520000005521", "招商银行北京朝阳支行", "TZ"
    )
    general = Company(
        "同泽财产保险股份有限公司", "同泽", "P10466TZ", "95466", "11050160520000006632", "招商银行北京朝阳支行", "TZC"
    )
    font, size, margin = "sans", 9.0, 42.0
    labels, titles = LABELS, TITLES
    date_format = "{y}-{mm}-{dd}"
    currency = "￥"

    def top(self) -> float:
        self.surface.rect((0, 0, self.surface.width, 16), 0, fill=BAR)
        self.surface.text(self.left, 46, self.title(self.paper, self.company), self.font, 16, BAR, bold=True)
        self.surface.text(self.right, 46, self.company.name, self.font, 9, (0.35, 0.35, 0.35), align="right")
        self.surface.line(self.left, 54, self.right, 54, 1.4, BAR)
        return 60.0

    def continued(self) -> float:
        self.surface.rect((0, 0, self.surface.width, 10), 0, fill=BAR)
        return 34.0

    def footer(self) -> None:
        self.surface.text(
            self.right,
            self.surface.height - 24,
            f"{self.company.hotline}  第{self.surface.page + 1}页",
            self.font,
            7.5,
            (0.4, 0.4, 0.4),
            align="right",
        )

    def head(self, key: str) -> None:
        words = self.heading(key)
        if not words:
            self.y += 4
            return
        self.room(64)
        self.y += 8
        self.surface.rect((self.left, self.y, self.right, self.y + 16), 0, fill=BAR)
        self.surface.text(self.left + 6, self.y + 12, words, self.font, 9.5, (1, 1, 1), bold=True)
        self.y += 16

    # --- cells -------------------------------------------------------------------------------

    def fields(self, section: Fields) -> None:
        self.head(section.key)
        row: list[tuple[Entry, float]] = []
        whole = self.right - self.left
        for entry in section.entries:
            need = self.need(entry)
            if row and sum(width for _, width in row) + need > whole:
                self.cells(row)
                row = []
            row.append((entry, need))
        self.cells(row)

    def need(self, entry: Entry) -> float:
        """The width that a cell wants for its label and value."""
        label = fonts.width(self.label(self.paper, entry.name), self.font, 7.2) + 12
        if entry.options:
            return max(label, sum(fonts.width(option, self.font, self.size) + 22 for option in entry.options) + 10)
        text = self.show(entry)
        wide = len(text) * 11.5 if self.boxes(entry) else fonts.width(text, self.font, self.size)
        return min(self.right - self.left, max(label, wide + 14, 70))

    def boxes(self, entry: Entry) -> bool:
        """Whether each digit gets a box of its own."""
        return (
            self.paper.type in ("F01", "F01-P", "P01", "A05")
            and (entry.name in DIGITS or entry.name.rsplit(".", 1)[-1] in DIGITS)
            and entry.value != "long_term"
        )

    def cells(self, row: list[tuple[Entry, float]]) -> None:
        if not row:
            return
        spare = (self.right - self.left - sum(width for _, width in row)) / len(row)
        height = 31.0
        lines = max(
            len(self.wrap(self.show(entry), width + spare - 10)) if not self.boxes(entry) else 1 for entry, width in row
        )
        height += (lines - 1) * self.size * 1.3
        self.room(height)
        x = self.left
        for entry, width in row:
            right = x + width + spare
            self.surface.rect((x, self.y, right, self.y + height), 0.5, RULE)
            self.surface.text(
                x + 4, self.y + 10, self.label(self.paper, entry.name), self.font, 7.2, (0.25, 0.30, 0.38)
            )
            base = self.y + 24
            if entry.options:
                self.options(entry, x + 5, base)
            elif self.boxes(entry) and entry.value:
                self.digits(entry, x + 5, base)
            else:
                self.value(entry, x + 6, base, right - x - 10)
            self.blank(entry, (x, self.y, right, self.y + height))
            x = right
        self.y += height

    def digits(self, entry: Entry, x: float, base: float) -> None:
        """A value with a box around every digit; the parts of a date are parted by their words."""
        text = self.show(entry)
        area: Area | None = None
        for n, character in enumerate(text):
            left = x + n * 11.5
            if character not in "-年月日":
                self.surface.rect((left, base - 9.5, left + 11.5, base + 3), 0.35, RULE)
            run = self.surface.text(left + 5.75, base, character, self.font, self.size, align="middle")
            area = union(area, run) if area else run
        if area:
            self.surface.note_field(entry.name, entry.value, text, area)

    def grid(self, section: Grid) -> None:
        super().grid(section)

    def questions(self, section: Questions) -> None:
        """A table: number, words, a column for yes and one for no."""
        self.head(section.key)
        self.room(30)
        columns = (self.left, self.left + 24, self.right - 76, self.right - 38, self.right)
        self.surface.rect((self.left, self.y, self.right, self.y + 16), 0.5, RULE, fill=PALE)
        for x, words in (
            (columns[0] + 4, "序号"),
            (columns[1] + 6, "事项"),
            (columns[2] + 14, "是"),
            (columns[3] + 14, "否"),
        ):
            self.surface.text(x, self.y + 12, words, self.font, 8)
        self.y += 16
        for n, item in enumerate(section.items, 1):
            self.table_question(n, item, columns)
        self.y += 6

    def table_question(self, n: int, item: Question, columns: tuple[float, ...]) -> None:
        lines = self.wrap(item.text + (f"（说明：{item.detail}）" if item.detail else ""), columns[2] - columns[1] - 12)
        height = len(lines) * 13 + 7
        self.room(height)
        for a, b in pairwise(columns):
            self.surface.rect((a, self.y, b, self.y + height), 0.4, RULE)
        self.surface.text(columns[0] + 8, self.y + 14, str(n), self.font, self.size)
        for k, line in enumerate(lines):
            self.surface.text(columns[1] + 6, self.y + 14 + 13 * k, line, self.font, self.size)
        middle = self.y + height / 2
        yes = (columns[2], self.y, columns[3], self.y + height)
        no = (columns[3], self.y, columns[4], self.y + height)
        place = {"是": yes, "否": no}.get(item.answer)
        if place:
            x = (place[0] + place[2]) / 2
            points = [
                (x - 5, middle - 1, 1.1),
                (x - 1.5, middle + 4, 1.5),
                (x + 1, middle, 1.3),
                (x + 7, middle - 7, 0.9),
            ]
            place = self.surface.strokes([points], (0.05, 0.05, 0.1))
        self.surface.note_field(item.name, item.answer, item.answer, place or union(yes, no))
        self.y += height

    # --- ink ---------------------------------------------------------------------------------

    def hand_lines(self, section: Copied, x: float, width: float, size: float) -> None:
        """One square for each character of the sentence."""
        side = 19.0
        per = int((self.right - self.left) / side)
        count = max(len(section.asked) + 1, len(section.written))
        top = self.y + 18
        area: Area | None = None
        for n in range(count):
            left, row = self.left + (n % per) * side, top + (n // per) * side
            self.surface.rect((left, row, left + side, row + side), 0.4, RULE)
            if n < len(section.written):
                ink = self.write(section.written[n], section.who.hand, left + 2, row + 1, side - 4.5, 0.8)
                area = union(area, ink) if area else ink
        bottom = top + ((count - 1) // per + 1) * side
        state = "present" if section.written else "absent"
        self.surface.note_mark(
            "copied_sentence", "handwriting", state, area or (self.left, top, self.right, bottom), section.written
        )
        self.y = bottom + 6

    def signing(self, section: Signing) -> None:
        """Cells side by side: the label on top, the name below it, the date at the foot."""
        self.y += 8
        count = len(section.lines)
        width = (self.right - self.left) / max(2, count)
        self.room(84)
        for n, line in enumerate(section.lines):
            self.sign_cell(line, self.left + n * width, width)
        self.y += 84

    def sign_cell(self, line: Sign, x: float, width: float) -> None:
        self.surface.rect((x, self.y, x + width, self.y + 78), 0.6, RULE)
        self.surface.text(x + 5, self.y + 12, self.label(self.paper, line.label) + "：", self.font, 8.5)
        self.signature(line, x + 8, self.y + 46, x + width - 8)
        if line.date is not None:
            self.sign_date(line.date, x + 5, self.y + 70, x + width - 6, line)

    def handwritten_dates(self) -> bool:
        return self.by_pen() and self.paper.type in ("A02", "D-101")


BOXED = BoxedStyle()
