"""How do banks, card terminals and wallets print a payment?

Labels of section 4.6 of the domain specification; an issuer's own print, not an insurer's style.
"""

from __future__ import annotations

from random import Random

from samples import seals
from samples.paper import Paper, Seal, Sign, Signing
from samples.styles.base import FlowStyle
from samples.surface import A4, Area, DrawnPaper, Surface

BANK_LABELS = (
    {
        "serial": "电子回单号码",
        "date": "交易日期",
        "name": "户名",
        "account": "账号",
        "bank": "开户行",
        "currency": "币种",
        "amount": "金额(小写)",
        "amount_in_words": "金额(大写)",
        "purpose": "用途",
        "status": "交易状态",
    },
    {
        "serial": "交易流水号",
        "date": "记账日期",
        "name": "全称",
        "account": "账号",
        "bank": "开户银行",
        "currency": "币种",
        "amount": "小写金额",
        "amount_in_words": "大写金额",
        "purpose": "摘要",
        "status": "处理结果",
    },
    {
        "serial": "回单编号",
        "date": "交易日期",
        "name": "户名",
        "account": "卡(账)号",
        "bank": "开户机构",
        "currency": "货币",
        "amount": "金额",
        "amount_in_words": "金额大写",
        "purpose": "附言",
        "status": "状态",
    },
)


def _money(value: str) -> str:
    return f"{float(value):,.2f}"


def _day(value: str, form: int) -> str:
    year, month, day = value.split("-")
    return (f"{year}-{month}-{day}", f"{year}年{month}月{day}日", f"{year}/{month}/{day}")[form % 3]


class SlipDrawing:
    """What the slips share: a paper's values written on a surface and recorded."""

    def __init__(self, paper: Paper, size: tuple[float, float], rng: Random, form: int) -> None:
        self.paper, self.rng, self.form = paper, rng, form
        self.surface = Surface(size)

    def printed(self, name: str) -> str:
        value = self.paper.value(name)
        if name == "date" and value:
            return _day(value, self.form)
        if name == "amount" and value:
            return ("￥" if self.form != 1 else "") + _money(value)
        if name == "currency":
            return "人民币" if value == "CNY" else value
        return value

    def put(
        self,
        name: str,
        x: float,
        y: float,
        font: str,
        size: float,
        printed: str | None = None,
        align: str = "left",
        colour: tuple[float, float, float] = (0, 0, 0),
        bold: bool = False,
    ) -> Area:
        text = self.printed(name) if printed is None else printed
        area = self.surface.text(x, y, text, font, size, colour, align=align, bold=bold)
        self.surface.note_field(name, self.paper.value(name), text, area)
        return area

    def note_method(self, area: Area) -> None:
        self.surface.note_field("method", self.paper.value("method"), "", area)


def draw_bank_slip(paper: Paper, rng: Random) -> DrawnPaper:
    """P02: an e-receipt with payer and payee side by side, or a counter deposit slip."""
    form = rng.randrange(3)
    labels = BANK_LABELS[form]
    slip = SlipDrawing(paper, A4, rng, form)
    surface = slip.surface
    cash = paper.variant == "cash_deposit"
    bank = next((section.text for section in paper.sections if isinstance(section, Seal)), "")
    title = "现金缴款单" if cash else paper.notes.get("title", "") or ("电子回单", "网上银行电子回单", "转账凭证")[form]
    surface.text(A4[0] / 2, 70, f"{bank[:6]}{title}", "sans", 15, bold=True, align="middle")
    y = 98.0
    for name, x in (("serial", 50.0), ("date", 360.0)):
        run = surface.text(x, y, labels[name] + "：", "sans", 9)
        slip.put(name, run[2] + 2, y, "sans", 9)
    y += 12
    y = _parties(slip, labels, y, cash)
    rows = ("currency", "amount", "amount_in_words", "purpose", "status")
    for name in rows:
        if not paper.value(name):
            continue
        surface.rect((50, y, 150, y + 24), 0.5)
        surface.rect((150, y, 545, y + 24), 0.5)
        surface.text(56, y + 16, labels[name], "sans", 9)
        printed = None
        if name == "amount_in_words" and rng.random() < 0.5:
            printed = "人民币" + paper.value(name)
        slip.put(name, 158, y + 16, "sans", 9.5, printed)
        y += 24
    channel = {"cash": "柜台现金", "direct_debit": "委托代扣"}.get(
        paper.value("method"), ("网上银行转账", "手机银行转账", "转账")[form]
    )
    surface.rect((50, y, 150, y + 24), 0.5)
    surface.rect((150, y, 545, y + 24), 0.5)
    surface.text(56, y + 16, "款项来源" if cash else "业务类型", "sans", 9)
    slip.note_method(surface.text(158, y + 16, channel, "sans", 9.5))
    y += 24
    surface.text(
        50,
        y + 18,
        f"打印时间：{_day(paper.value('date'), 0)}    回单验证码：{rng.randrange(16**8):08X}",
        "sans",
        8,
        (0.35, 0.35, 0.35),
    )
    surface.text(50, y + 32, "本回单不作为收款方发货依据，请勿重复记账。", "sans", 8, (0.35, 0.35, 0.35))
    for section in paper.sections:
        if isinstance(section, Seal):
            seals.stamp(surface, 470, y - 20, section.text, section.inner, section.shape, rng, section.mark)
    return surface.finish()


def _parties(slip: SlipDrawing, labels: dict[str, str], y: float, cash: bool) -> float:
    """Payer and payee: two columns, or one under the other for the third bank."""
    surface, paper = slip.surface, slip.paper
    sides = (("payer", "缴款人" if cash else "付款人"), ("payee", "收款人"))
    if slip.form == 2:
        for side, word in sides:
            for part in ("name", "account", "bank"):
                name = f"{side}.{part}"
                if not paper.value(name):
                    continue
                surface.rect((50, y, 150, y + 22), 0.5)
                surface.rect((150, y, 545, y + 22), 0.5)
                surface.text(56, y + 15, word + labels[part], "sans", 9)
                slip.put(name, 158, y + 15, "sans", 9.5)
                y += 22
        return y
    for column, (side, word) in enumerate(sides):
        x = 50 + column * 247.5
        surface.rect((x, y, x + 22, y + 72), 0.5)
        for n, character in enumerate(word):
            surface.text(x + 6, y + 22 + n * 16, character, "sans", 10)
        for n, part in enumerate(("name", "account", "bank")):
            top = y + 24 * n
            surface.rect((x + 22, top, x + 76, top + 24), 0.5)
            surface.rect((x + 76, top, x + 247.5, top + 24), 0.5)
            surface.text(x + 26, top + 16, labels[part], "sans", 9)
            slip.put(f"{side}.{part}", x + 80, top + 16, "sans", 8.6)
    return y + 72


def draw_pos_slip(paper: Paper, rng: Random) -> DrawnPaper:
    """P03 pos: a narrow roll of paper, signed by the card holder."""
    slip = SlipDrawing(paper, (226, 430), rng, 1)
    surface = slip.surface
    surface.text(113, 30, "POS签购单", "sans", 14, bold=True, align="middle")
    surface.line(12, 40, 214, 40, 0.6, dash=(3, 2))
    rows: list[tuple[str, str, str]] = [
        ("商户名称", "payee.name", ""),
        ("商户编号", "", f"8983101{rng.randrange(10**8):08d}"),
        ("终端编号", "", f"{rng.randrange(10**8):08d}"),
        ("发卡行", "payer.bank", ""),
        ("卡号", "payer.account", ""),
        ("交易类型", "", "消费"),
        ("批次号", "", f"{rng.randrange(10**6):06d}"),
        ("凭证号", "", f"{rng.randrange(10**6):06d}"),
        ("参考号", "serial", ""),
        ("日期时间", "date", ""),
        ("交易状态", "status", ""),
    ]
    y = 58.0
    for label, name, text in rows:
        if name and not paper.value(name):
            continue
        area = surface.text(14, y, label + "：", "sans", 8.5)
        if name == "date":
            slip.put(
                name,
                area[2],
                y,
                "sans",
                8.5,
                _day(paper.value("date"), 2)
                + f" {rng.randint(9, 17):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}",
            )
        elif name:
            slip.put(name, area[2], y, "sans", 8.5)
        else:
            run = surface.text(area[2], y, text, "sans", 8.5)
            if text == "消费":
                slip.note_method(run)
        y += 19
    area = surface.text(14, y + 4, "金额：", "sans", 10)
    code = surface.text(area[2], y + 4, "RMB ", "sans", 12, bold=True)
    surface.note_field("currency", paper.value("currency"), "RMB", code)
    slip.put("amount", code[2], y + 4, "sans", 12, _money(paper.value("amount")), bold=True)
    y += 24
    for section in paper.sections:
        if isinstance(section, Signing):
            for line in section.lines:
                _pos_signature(surface, line, y, rng)
    surface.text(14, 418, "本人确认以上交易，同意将其记入本卡账户", "sans", 7, (0.3, 0.3, 0.3))
    return surface.finish()


def _pos_signature(surface: Surface, line: Sign, y: float, rng: Random) -> None:
    surface.text(14, y + 8, "持卡人签名：", "sans", 8.5)
    surface.line(14, y + 62, 210, y + 62, 0.5)
    pen = FlowStyle()
    pen.surface, pen.rng = surface, rng
    pen.signature(line, 40.0, y + 54, 190.0)


def draw_wallet(paper: Paper, rng: Random) -> DrawnPaper:
    """P03 wechat or alipay: a telephone screenshot."""
    slip = SlipDrawing(paper, (360, 640), rng, 0)
    surface = slip.surface
    wechat = paper.variant == "wechat"
    surface.rect((0, 0, 360, 640), 0, fill=(0.96, 0.96, 0.96) if wechat else (1, 1, 1))
    surface.text(22, 20, f"{rng.randint(8, 21)}:{rng.randint(10, 59)}", "sans", 10)
    head = surface.text(180, 52, "账单详情" if not wechat else "微信支付凭证", "sans", 13, align="middle")
    slip.note_method(head)
    surface.circle(180, 96, 20, 0, (0.10, 0.68, 0.25) if wechat else (0.10, 0.47, 0.95), fill=True)
    slip.put("payee.name", 180, 136, "sans", 12, align="middle")
    slip.put("amount", 180, 172, "sans", 24, "-" + _money(paper.value("amount")), align="middle")
    day = f"{paper.value('date')} {rng.randint(9, 20):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    if not wechat:
        slip.put("status", 180, 196, "sans", 11, align="middle", colour=(0.4, 0.4, 0.4))
    rows = (
        [
            ("当前状态", "status", ""),
            ("商品", "purpose", ""),
            ("收单机构", "", "财付通支付科技有限公司"),
            ("支付时间", "date", day),
            ("支付方式", "", "零钱"),
            ("交易单号", "serial", ""),
            ("商户单号", "", f"{rng.randrange(10**16):016d}"),
        ]
        if wechat
        else [
            ("付款方式", "", "余额"),
            ("商品说明", "purpose", ""),
            ("付款方", "payer.name", ""),
            ("创建时间", "date", day),
            ("订单号", "serial", ""),
            ("商家订单号", "", f"{rng.randrange(10**16):016d}"),
        ]
    )
    y = 228.0
    for label, name, text in rows:
        surface.text(22, y, label, "sans", 10.5, (0.5, 0.5, 0.5))
        if name:
            slip.put(name, 112, y, "sans", 10.5, text or None)
        else:
            surface.text(112, y, text, "sans", 10.5)
        y += 30
    return surface.finish()


DRAWINGS = {"bank_slip": draw_bank_slip, "pos_slip": draw_pos_slip, "wallet": draw_wallet}
