"""Pages drawn for the tests of the reading room: fictional, with known places."""

from __future__ import annotations

import io
from email.message import EmailMessage
from random import Random

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from samples import seals
from samples.handwriting import Hand
from samples.surface import Surface

BLUE = (0.08, 0.14, 0.55)
PROSE = "本人已阅读保险条款、产品说明书和投保提示书，了解本产品的特点和保单利益的不确定性。"


def form(*, signed: bool = True, typed: bool = False, seal: bool = True, ticked: str = "是") -> bytes:
    """An application form of one page: fields, a sentence, a question with two boxes, two signature lines."""
    page = Surface()
    page.text(297, 60, "人身保险投保单", "sans", 18, bold=True, align="middle")
    rows = [("投保人姓名", "张伟"), ("证件号码", "11010519491231002X")]
    rows += [("户口所在地", "上海市"), ("保险费", "24,000.00元")]
    y = 90.0
    for label, value in rows:
        page.rect((50, y, 160, y + 20), 0.5)
        page.rect((160, y, 545, y + 20), 0.5)
        page.text(56, y + 14, label, "sans", 10.5)
        page.text(170, y + 14, value, "sans", 10.5)
        y += 20
    for _ in range(3):
        y += 18
        page.text(56, y, PROSE, "sans", 10.5)
    y += 26
    page.text(56, y, "1. 您是否曾患有心脏病？", "sans", 10.5)
    for x, answer in ((420.0, "是"), (470.0, "否")):
        page.rect((x, y - 8, x + 9, y + 1), 0.7)
        page.text(x + 11, y, answer, "sans", 10.5)
        if answer == ticked:
            page.strokes([[(x + 1.5, y - 4, 1.2), (x + 4, y - 1, 1.4), (x + 8.5, y - 9, 1.0)]], BLUE)
    y += 60
    for x, label, hand in ((56.0, "投保人签名：", 3), (310.0, "业务员签名：", 7)):
        page.text(x, y, label, "sans", 10.5)
        page.line(x + 66, y + 3, x + 190, y + 3, 0.5)
        if signed:
            page.strokes(Hand(hand).strokes("张伟" if hand == 3 else "李娜", x + 80, y - 18, 20, 5, 0.3), BLUE)
        elif typed:
            page.text(x + 80, y, "张伟", "sans", 10.5)
    if seal:
        seals.stamp(page, 420, y + 150, "某某人寿保险股份有限公司", "合同专用章", "round", Random(4), "company_seal")
    return page.finish().pdf


def picture(pdf: bytes, dpi: int = 200, *, turn: int = 0, skew: float = 0.0, grey: bool = False) -> bytes:
    """The first page as a scanner saves it."""
    pixels = pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_numpy()[:, :, :3].copy()
    if skew:
        height, width = pixels.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
        pixels = cv2.warpAffine(pixels, matrix, (width, height), borderValue=(255, 255, 255))
    noise = np.random.default_rng(3).normal(0, 3, pixels.shape)
    pixels = np.clip(pixels * 0.92 + 10 + noise, 0, 255).astype(np.uint8)
    if grey:
        pixels = cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    pixels = np.rot90(pixels, -turn // 90)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def mail(*attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "投保资料"
    message.set_content("请查收")
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
