"""What does an XML e-invoice (数电票) say? One page of labelled lines in the order of the file.

Tags of the tax administration's schema get the labels that the printed invoice has; others keep their own.
"""

from __future__ import annotations

from verifier.model import Box, Page, TextFrom, Word
from verifier.reading.limits import Limits
from verifier.reading.plain_xml import local, parsed
from verifier.reading.rejections import Refused

LABELS = {
    "InvoiceNumber": "发票号码", "EIid": "发票号码", "IssueTime": "开票日期", "RequestTime": "开票日期",
    "SellerName": "销售方名称", "SellerIdNum": "销售方纳税人识别号", "SellerAddr": "销售方地址",
    "SellerTelNum": "销售方电话", "SellerBankName": "销售方开户行", "SellerBankAccNum": "销售方账号",
    "BuyerName": "购买方名称", "BuyerIdNum": "购买方纳税人识别号", "BuyerAddr": "购买方地址",
    "BuyerTelNum": "购买方电话", "BuyerBankName": "购买方开户行", "BuyerBankAccNum": "购买方账号",
    "TotalAmWithoutTax": "合计金额", "TotalTaxAm": "合计税额", "TotalTax-includedAmount": "价税合计（小写）",
    "TotalTax-includedAmountInChinese": "价税合计（大写）", "Drawer": "开票人", "Payee": "收款人", "Reviewer": "复核人",
    "ItemName": "项目名称", "SpecMod": "规格型号", "MeaUnits": "单位", "Quantity": "数量", "UnPrice": "单价",
    "Amount": "金额", "TaxRate": "税率", "ComTaxAm": "税额", "TotaltaxIncludedAmount": "价税合计", "Remark": "备注",
}  # fmt: skip
LINES = 60
A4 = (595.0, 842.0)


def read_xml(data: bytes, limits: Limits) -> list[Page]:
    """Every element with text as `label：value`, sixty lines a page."""
    lines = [
        f"{LABELS.get(local(element), local(element))}：{text}"
        for element in parsed(data).iter()
        if not len(element) and (text := " ".join((element.text or "").split()))
    ]
    if not lines:
        raise Refused("empty")
    if len(lines) > LINES * limits.pages:
        raise Refused("too_many_pages", str(len(lines) // LINES))
    step = 0.9 / LINES
    parts = [lines[start : start + LINES] for start in range(0, len(lines), LINES)]
    return [
        Page(
            number, *A4, 0, TextFrom.LAYER,
            words=tuple(
                Word(line, Box(0.08, 0.05 + place * step, 0.92, 0.05 + (place + 0.8) * step))
                for place, line in enumerate(part)
            ),
        )
        for number, part in enumerate(parts, 1)
    ]  # fmt: skip
