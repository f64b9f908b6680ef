"""Files of other formats made for the tests: OFD, XML invoices, workbooks, Outlook mails, pictures."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zipfile

import numpy as np
import openpyxl
from extract_msg import OleWriter
from PIL import Image

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
TEXTS = [("电子发票（普通发票）", 60, 15, 6.0), ("发票号码：26312000000012345678", 120, 25, 3.5),
         ("开票日期：2026年03月06日", 120, 32, 3.5), ("价税合计（小写）：24000.00", 20, 90, 3.5)]  # fmt: skip


def text_object(text: str, x: float, y: float, size: float, more: str = "") -> str:
    steps = " ".join(f"{size if ord(c) > 0x2E7F else size / 2}" for c in text[:-1])
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} {size * len(text)} {size * 1.2}" Font="1" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{size * 0.9}" DeltaX="{steps}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def ofd(*, more: str = "", altered: bool = False, added: bool = False, signed: bool = False) -> bytes:
    objects = "".join(text_object(*row) for row in TEXTS)
    members = {
        "OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        + ("<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>" if signed else "")
        + "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 140"
        "</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {NS}><ofd:Content><ofd:Layer>{objects}{more}</ofd:Layer>"
        "</ofd:Content></ofd:Page>",
    }
    if signed:
        references = "".join(
            f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
            f"{base64.b64encode(hashlib.new('sm3', text.encode()).digest()).decode()}</ofd:CheckValue></ofd:Reference>"
            for name, text in members.items()
            if name != "OFD.xml"
        )
        members["Doc_0/Signs/Signatures.xml"] = (
            f'<ofd:Signatures {NS}><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'
        )
        members["Doc_0/Signs/Sign_0/Signature.xml"] = (
            f'<ofd:Signature {NS}><ofd:SignedInfo><ofd:Provider ProviderName="某某税务（虚构）"/>'
            "<ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>"
            "<ofd:SignatureDateTime>20260306101112Z</ofd:SignatureDateTime>"
            f'<ofd:References CheckMethod="1.2.156.10197.1.401">{references}</ofd:References>'
            "</ofd:SignedInfo></ofd:Signature>"
        )
    if altered:
        members["Doc_0/Pages/Page_0/Content.xml"] = members["Doc_0/Pages/Page_0/Content.xml"].replace("24000", "84000")
    if added:
        members["Doc_0/Pages/Page_0/Annots.xml"] = "<Annots/>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return out.getvalue()


def invoice(head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<EInvoice><Header><EIid>26312000000012345678</EIid></Header>'
        "<EInvoiceData><SellerInformation><SellerName>某某人寿保险股份有限公司</SellerName></SellerInformation>"
        "<BasicInformation><TotalTax-includedAmount>24000.00</TotalTax-includedAmount></BasicInformation>"
        "</EInvoiceData></EInvoice>"
    ).encode()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["投保人姓名", "张伟"])
    book.active.append(["保险费", 24000.0])
    book.create_sheet("空")
    book.create_sheet("二").append(["缴费日期", "2026-03-06"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def picture(base: Image.Image, kind: str) -> bytes:
    """The picture as a phone, a press or a scanner saves it."""
    out = io.BytesIO()
    if kind == "heic":
        import pillow_heif

        pillow_heif.from_pillow(base).save(out, quality=80)
    elif kind == "cmyk":
        base.convert("CMYK").save(out, "JPEG", quality=90)
    elif kind == "deep":
        Image.fromarray(np.asarray(base.convert("L")).astype("uint16") * 257).save(out, "PNG")
    else:
        base.save(out, "TIFF", save_all=True, append_images=[base.convert("L"), base.convert("1")])
    return out.getvalue()


def outlook(name: str, data: bytes) -> bytes:
    """A .msg with one attachment."""

    def properties(head: int, *entries: tuple[int, int]) -> bytes:
        return bytes(head) + b"".join(struct.pack("<IIII", tag, 6, value, 0) for tag, value in entries)

    writer = OleWriter()
    writer.addEntry("__nameid_version1.0", storage=True)
    for stream in ("00020102", "00030102", "00040102"):
        writer.addEntry(f"__nameid_version1.0/__substg1.0_{stream}", b"")
    writer.addEntry("__properties_version1.0", properties(32, (0x0037001F, 10)))
    writer.addEntry("__substg1.0_001A001F", "IPM.Note".encode("utf-16-le"))
    writer.addEntry("__substg1.0_0037001F", "投保资料".encode("utf-16-le"))
    attachment = "__attach_version1.0_#00000000"
    writer.addEntry(attachment, storage=True)
    writer.addEntry(f"{attachment}/__properties_version1.0", properties(8, (0x37050003, 1), (0x37010102, len(data))))
    writer.addEntry(f"{attachment}/__substg1.0_37010102", data)
    writer.addEntry(f"{attachment}/__substg1.0_3707001F", name.encode("utf-16-le"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
