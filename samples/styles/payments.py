"""How do other banks, card terminals and wallets print a payment than those of `samples.slips`?

Two banks' e-receipts, a mobile bank's screenshot, a counter's cash slip with one column for a digit, a bilingual
terminal slip, and the newer bill pages of the wallets.
"""

from __future__ import annotations

import io
from random import Random

from PIL import Image

from samples import looks, seals
from samples.paper import Paper, Seal, Sign, Signing
from samples.slips import SlipDrawing
from samples.styles.base import FlowStyle
from samples.surface import A4, Area, Colour, DrawnPaper, Surface, union

BLUE: Colour = (0.10, 0.25, 0.55)
GREY: Colour = (0.45, 0.45, 0.47)
MASKED_ROWS = tuple[tuple[str, str, str], ...]


class OtherSlip(SlipDrawing):
    """A paper's values as these issuers write them."""

    currency_sign = ""

    def printed(self, name: str) -> str:
        value = self.paper.value(name)
        if name == "date" and value:
            year, month, day = value.split("-")
            return (f"{year}.{month}.{day}", f"{year}{month}{day}", f"{year}年{int(month)}月{int(day)}日")[self.form]
        if name == "amount" and value:
            return f"{self.currency_sign}{float(value):,.2f}"
        if name == "currency":
            return "人民币（CNY）" if value == "CNY" else value
        return value

    def pair(self, x: float, y: float, label: str, name: str, size: float = 9.0, printed: str | None = None) -> None:
        """`label：value` on one line; nothing where the paper does not say it."""
        if not self.paper.value(name):
            return
        said = self.surface.text(x, y, label, "serif", size, (0.2, 0.2, 0.2))
        self.put(name, said[2] + 3, y, "sans", size, printed)


def _bank(paper: Paper) -> str:
    return next((section.text for section in paper.sections if isinstance(section, Seal)), "")


def _stamp(surface: Surface, paper: Paper, x: float, y: float, rng: Random, shape: str = "") -> None:
    for section in paper.sections:
        if isinstance(section, Seal):
            seals.stamp(surface, x, y, section.text, section.inner, shape or section.shape, rng, section.mark)


def _channel(paper: Paper) -> str:
    return {"direct_debit": "批量代扣", "cash": "现金存入"}.get(paper.value("method"), "网银跨行汇款转账")


def draw_receipt(paper: Paper, rng: Random) -> DrawnPaper:
    """P02: one of the banks' e-receipts, a screenshot, or the counter's slip."""
    if paper.variant == "cash_deposit":
        return _cash(paper, rng)
    forms = (_framed, _open, _screenshot) if paper.variant == "e_receipt" else (_framed, _open)
    return rng.choice(forms)(paper, rng)


def _framed(paper: Paper, rng: Random) -> DrawnPaper:
    """A half sheet in a double frame; the parties one above the other in a grid of four columns."""
    slip = OtherSlip(paper, (595.0, 400.0), rng, 0)
    surface = slip.surface
    surface.text(297, 44, f"{_bank(paper)[:6]}客户专用回单", "serif", 15, BLUE, align="middle")
    surface.text(40, 66, "币别：", "serif", 9)
    slip.put("currency", 70, 66, "sans", 9)
    slip.pair(225, 66, "记账日：", "date")
    slip.pair(365, 66, "流水号：", "serial")
    surface.rect((36, 74, 559, 318), 1.4, BLUE)
    edges = (40.0, 62.0, 110.0, 555.0)
    y = 78.0
    for side, word in (("payer", "付款人"), ("payee", "收款人")):
        surface.rect((edges[0], y, edges[1], y + 60), 0.5, BLUE)
        for n, character in enumerate(word):
            surface.text(46, y + 18 + n * 15, character, "serif", 10, BLUE)
        for n, (part, label) in enumerate((("name", "全　称"), ("account", "账　号"), ("bank", "开户行"))):
            top = y + 20 * n
            surface.rect((edges[1], top, edges[2], top + 20), 0.5, BLUE)
            surface.rect((edges[2], top, edges[3], top + 20), 0.5, BLUE)
            surface.text(67, top + 14, label, "serif", 9, BLUE)
            if paper.value(f"{side}.{part}"):
                slip.put(f"{side}.{part}", 116, top + 14, "sans", 9)
        y += 60
    rows = (
        ("金额（大写）", "amount_in_words"),
        ("金额（小写）", "amount"),
        ("用途及摘要", "purpose"),
        ("交易结果", "status"),
    )
    slip.currency_sign = "¥"
    for label, name in rows:
        surface.rect((40, y, 110, y + 24), 0.5, BLUE)
        surface.rect((110, y, 555, y + 24), 0.5, BLUE)
        surface.text(45, y + 16, label, "serif", 9, BLUE)
        if paper.value(name):
            slip.put(name, 116, y + 16, "sans", 9.5)
        y += 24
    surface.text(44, y + 14, "业务种类：", "serif", 8.5, BLUE)
    slip.note_method(surface.text(90, y + 14, _channel(paper), "sans", 8.5))
    surface.text(40, 340, f"验证码：{rng.randrange(16**12):012X}　　第1次打印", "serif", 8, GREY)
    surface.text(40, 356, "重要提示：本回单可登录本行网站验证真伪。", "serif", 8, GREY)
    _stamp(surface, paper, 490, 270, rng)
    return surface.finish()


def _open(paper: Paper, rng: Random) -> DrawnPaper:
    """Without a frame: `label：value` in two columns between two rules."""
    slip = OtherSlip(paper, A4, rng, 2)
    surface = slip.surface
    surface.text(50, 56, _bank(paper)[:6], "sans", 14, (0.7, 0.1, 0.15), bold=True)
    title = "付款回单" if paper.variant == "payout" else "出账回单"
    surface.text(297, 86, title, "sans", 15, align="middle")
    surface.line(46, 98, 549, 98, 0.8)
    left = (
        ("日期：", "date"),
        ("付款户名：", "payer.name"),
        ("付款账号：", "payer.account"),
        ("付款开户行：", "payer.bank"),
    )
    right = (
        ("流水：", "serial"),
        ("收款户名：", "payee.name"),
        ("收款账号：", "payee.account"),
        ("收款开户行：", "payee.bank"),
    )
    for column, x in ((left, 50.0), (right, 300.0)):
        for n, (label, name) in enumerate(column):
            slip.pair(x, 122 + n * 22, label, name)
    slip.pair(50, 210, "交易金额（小写）：", "amount", printed=f"CNY{float(paper.value('amount')):,.2f}")
    area = next(run for run in reversed(surface.runs) if run.text.startswith("CNY"))
    slip.surface.note_field("currency", paper.value("currency"), "CNY", _points(surface, area.box))
    slip.pair(50, 232, "交易金额（大写）：", "amount_in_words", printed="人民币" + paper.value("amount_in_words"))
    slip.pair(50, 254, "交易摘要：", "purpose")
    slip.pair(50, 276, "经办状态：", "status")
    said = surface.text(300, 276, "交易类型：", "serif", 9, (0.2, 0.2, 0.2))
    slip.note_method(surface.text(said[2] + 3, 276, _channel(paper), "sans", 9))
    surface.line(46, 292, 549, 292, 0.8)
    surface.text(
        50,
        310,
        f"回单编号：{rng.randrange(10**16):016d}　提示：1.电子回单可重复打印　2.请核对无误后使用",
        "serif",
        8,
        GREY,
    )
    _stamp(surface, paper, 470, 262, rng, "oblong")
    return surface.finish()


def _points(surface: Surface, box: tuple[float, float, float, float]) -> Area:
    wide, high = surface.size
    return (box[0] * wide, box[1] * high, box[2] * wide, box[3] * high)


def _as_picture(drawn: DrawnPaper) -> DrawnPaper:
    """The same page as pixels only: a screenshot put into a file has no text of its own."""
    surface = Surface(drawn.sizes[0])
    buffer = io.BytesIO()
    Image.fromarray(looks.render(drawn.pdf, 200)[0]).save(buffer, "PNG")
    surface.image(buffer.getvalue(), (0, 0, *surface.size))
    picture = surface.finish()
    return DrawnPaper(picture.pdf, 1, drawn.fields, drawn.marks, drawn.runs, drawn.sizes)


def _screenshot(paper: Paper, rng: Random) -> DrawnPaper:
    """A mobile bank's page of one transfer."""
    slip = OtherSlip(paper, (360.0, 700.0), rng, 0)
    surface = slip.surface
    surface.rect((0, 0, 360, 700), 0, fill=(0.955, 0.96, 0.97))
    surface.rect((0, 0, 360, 58), 0, fill=(0.80, 0.12, 0.16))
    surface.text(20, 18, f"{rng.randint(8, 21)}:{rng.randint(10, 59)}", "helvetica", 10, (1, 1, 1))
    surface.text(180, 46, "转账记录详情", "sans", 13, (1, 1, 1), align="middle")
    surface.rect((12, 70, 348, 168), 0, fill=(1, 1, 1), radius=8)
    slip.put("status", 180, 96, "sans", 12, align="middle", colour=(0.1, 0.55, 0.3))
    slip.put("amount", 180, 132, "sans", 24, f"¥ {float(paper.value('amount')):,.2f}", align="middle", bold=True)
    slip.put("amount_in_words", 180, 154, "sans", 9, align="middle", colour=GREY)
    surface.rect((12, 180, 348, 640), 0, fill=(1, 1, 1), radius=8)
    clock = f"{rng.randint(9, 20):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    rows = (
        ("收款人", "payee.name", ""), ("收款账户", "payee.account", ""), ("收款银行", "payee.bank", ""),
        ("付款人", "payer.name", ""), ("付款账户", "payer.account", ""), ("付款银行", "payer.bank", ""),
        ("币种", "currency", "人民币"), ("附言", "purpose", ""), ("交易时间", "date", f"{paper.value('date')} {clock}"),
        ("交易流水号", "serial", ""),
    )  # fmt: skip
    y = 206.0
    for label, name, text in rows:
        if paper.value(name):
            surface.text(26, y, label, "sans", 10.5, GREY)
            slip.put(name, 334, y, "sans", 10.5, text or None, align="right")
            surface.line(26, y + 12, 334, y + 12, 0.3, (0.88, 0.88, 0.9))
            y += 36
    surface.text(26, y, "转账方式", "sans", 10.5, GREY)
    slip.note_method(surface.text(334, y, "手机银行转账", "sans", 10.5, align="right"))
    return _as_picture(surface.finish())


def _cash(paper: Paper, rng: Random) -> DrawnPaper:
    """The counter's slip: amounts stand in columns, one digit in each, without a decimal point."""
    slip = OtherSlip(paper, (595.0, 380.0), rng, 2)
    surface = slip.surface
    surface.text(297, 44, f"{_bank(paper)[:6]}　现金存款凭证", "serif", 15, BLUE, align="middle")
    slip.pair(225, 64, "", "date")
    slip.pair(390, 64, "凭证号：", "serial", 8.5)
    y = 74.0
    for label, name in (("收款户名", "payee.name"), ("收款账号", "payee.account"), ("开户网点", "payee.bank"),
                        ("交款人", "payer.name"), ("款项来源", "purpose")):  # fmt: skip
        surface.rect((36, y, 100, y + 24), 0.6, BLUE)
        surface.rect((100, y, 559, y + 24), 0.6, BLUE)
        surface.text(42, y + 16, label, "serif", 9.5, BLUE)
        if paper.value(name):
            slip.put(name, 108, y + 16, "sans", 9.5)
        y += 24
    surface.rect((36, y, 100, y + 40), 0.6, BLUE)
    surface.text(42, y + 18, "金　额", "serif", 9.5, BLUE)
    surface.text(42, y + 32, "（大写）", "serif", 9.5, BLUE)
    surface.rect((100, y, 380, y + 40), 0.6, BLUE)
    said = surface.text(104, y + 25, "人民币", "serif", 9.5, BLUE)
    surface.note_field("currency", paper.value("currency"), "人民币", said)
    slip.put("amount_in_words", said[2] + 4, y + 25, "sans", 9.5)
    _columns(slip, 380, y)
    y += 40
    surface.text(42, y + 16, "交易状态：", "serif", 9, BLUE)
    slip.put("status", 90, y + 16, "sans", 9)
    slip.note_method(surface.text(180, y + 16, "现金存入", "sans", 9))
    surface.text(42, y + 34, "存款人确认以上信息无误后签字。　　复核：012　　经办：037", "serif", 8, GREY)
    _stamp(surface, paper, 480, y + 60, rng)
    return surface.finish()


def _columns(slip: OtherSlip, x: float, y: float) -> None:
    """亿 to 分, the amount set from the right with ￥ before its first digit."""
    heads = "亿千百十万千百十元角分"
    wide = (559 - x) / len(heads)
    digits = "￥" + str(round(float(slip.paper.value("amount")) * 100))
    area: Area | None = None
    for n, head in enumerate(heads):
        left = x + n * wide
        slip.surface.rect((left, y, left + wide, y + 16), 0.5, BLUE)
        slip.surface.rect((left, y + 16, left + wide, y + 40), 0.5, BLUE)
        slip.surface.text(left + wide / 2, y + 11.5, head, "serif", 8, BLUE, align="middle")
        place = n - (len(heads) - len(digits))
        if place >= 0:
            run = slip.surface.text(left + wide / 2, y + 32, digits[place], "sans", 9.5, align="middle")
            area = union(area, run) if area else run
    assert area is not None
    slip.surface.note_field("amount", slip.paper.value("amount"), digits, area)


def draw_terminal(paper: Paper, rng: Random) -> DrawnPaper:
    """P03 pos: labels in two languages, the value under its label."""
    slip = OtherSlip(paper, (215, 500), rng, 0)
    surface = slip.surface
    surface.text(107, 26, "银联商务", "sans", 13, bold=True, align="middle")
    surface.text(107, 42, "签购单　商户存根 MERCHANT COPY", "sans", 8, align="middle")
    year, month, day = paper.value("date").split("-")
    clock = f"{rng.randint(9, 17):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    rows: MASKED_ROWS = (
        ("商户名(MERCHANT)", "payee.name", ""),
        ("商户号(MID)", "", f"8983302{rng.randrange(10**8):08d}"),
        ("终端号(TID)", "", f"{rng.randrange(10**8):08d}"),
        ("发卡机构(ISSUER)", "payer.bank", ""),
        ("卡号(CARD NO.)", "payer.account", ""),
        ("交易类别(TXN TYPE)", "", "消费(SALE)"),
        ("检索参考号(REF NO.)", "serial", ""),
        ("交易时间(DATE/TIME)", "date", f"{year}/{month}/{day} {clock}"),
        ("应答(RESP)", "status", ""),
    )
    y = 62.0
    for label, name, text in rows:
        if name and not paper.value(name):
            continue
        surface.text(12, y, label + "：", "sans", 7.5)
        if name:
            slip.put(name, 22, y + 13, "sans", 9, text or None)
        else:
            run = surface.text(22, y + 13, text, "sans", 9)
            if text.startswith("消费"):
                slip.note_method(run)
        y += 29
    surface.text(12, y, "金额(AMOUNT)：", "sans", 7.5)
    code = surface.text(22, y + 17, "RMB:", "courier", 13)
    surface.note_field("currency", paper.value("currency"), "RMB", code)
    slip.put("amount", code[2] + 2, y + 17, "courier", 13, f"{float(paper.value('amount')):.2f}")
    y += 34
    for section in paper.sections:
        if isinstance(section, Signing):
            for line in section.lines:
                _card_holder(surface, line, y, rng)
    return surface.finish()


def _card_holder(surface: Surface, line: Sign, y: float, rng: Random) -> None:
    surface.text(12, y, "持卡人签字(CARDHOLDER SIGNATURE)：", "sans", 7.5)
    pen = FlowStyle()
    pen.surface, pen.rng = surface, rng
    pen.signature(line, 30.0, y + 40, 180.0)
    surface.line(12, y + 48, 203, y + 48, 0.5, dash=(2, 2))
    surface.text(12, y + 60, "本人同意将上述款项记入本人账户", "sans", 7)


def draw_bill(paper: Paper, rng: Random) -> DrawnPaper:
    """P03 wechat or alipay: the newer bill page, values set to the right or below a short name."""
    slip = OtherSlip(paper, (375.0, 700.0), rng, 0)
    surface = slip.surface
    wechat = paper.variant == "wechat"
    surface.rect((0, 0, 375, 700), 0, fill=(0.93, 0.93, 0.93) if wechat else (0.96, 0.97, 0.98))
    surface.text(24, 20, f"{rng.randint(8, 21)}:{rng.randint(10, 59)}", "helvetica", 10)
    head = surface.text(187, 48, "微信支付 · 账单详情" if wechat else "账单详情", "sans", 12.5, align="middle")
    slip.note_method(head)
    surface.rect((12, 64, 363, 650), 0, fill=(1, 1, 1), radius=10)
    surface.circle(187, 100, 18, 0, (0.15, 0.70, 0.30) if wechat else (0.09, 0.47, 0.98), fill=True)
    surface.text(187, 138, paper.value("payee.name")[:4], "sans", 11.5, align="middle")
    slip.put("amount", 187, 172, "sans", 25, f"-{float(paper.value('amount')):.2f}", align="middle")
    clock = f"{rng.randint(9, 20):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"
    year, month, day = paper.value("date").split("-")
    rows: MASKED_ROWS
    if wechat:
        rows = (
            ("当前状态", "status", ""),
            ("支付时间", "date", f"{year}年{int(month)}月{int(day)}日 {clock}"),
            ("商品", "purpose", ""),
            ("商户全称", "payee.name", ""),
            ("收单机构", "", "财付通支付科技有限公司"),
            ("支付方式", "", "招商银行储蓄卡"),
            ("交易单号", "serial", ""),
        )
    else:
        slip.put("status", 187, 194, "sans", 10.5, align="middle", colour=GREY)
        rows = (
            ("支付时间", "date", f"{paper.value('date')} {clock}"),
            ("付款方式", "", "余额宝"),
            ("付款人", "payer.name", ""),
            ("商品说明", "purpose", ""),
            ("收单机构", "", "支付宝（中国）网络技术有限公司"),
            ("收款方全称", "payee.name", ""),
            ("交易号", "serial", ""),
        )
    y = 228.0
    for label, name, text in rows:
        if name and not paper.value(name):
            continue
        surface.text(28, y, label, "sans", 10.5, GREY)
        if name:
            slip.put(name, 347, y, "sans", 10.5, text or None, align="right")
        else:
            surface.text(347, y, text, "sans", 10.5, align="right")
        y += 32
    return surface.finish()


OTHER_SLIPS = {"bank_slip": draw_receipt, "pos_slip": draw_terminal, "wallet": draw_bill}
