"""One whole fictional case by hand, as nasty as real ones: 119 findings, long texts, hostile names and places."""

# ruff: noqa: E501 - sentences stand on one line, as in a case

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from verifier.model import (
    Audit,
    Basis,
    Box,
    Compared,
    Document,
    DocumentMark,
    Evidence,
    Field,
    FieldState,
    Finding,
    Item,
    Line,
    MarkKind,
    MarkState,
    Outcome,
    PageRef,
    Reason,
    Severity,
    Source,
    SourceState,
    Text,
)

ID_NUMBER = "310101198805124321"  # fictional; the check digit is valid
ID_MISREAD = "310101198805124821"
PHONE = "13800002468"
ACCOUNT = "6222021001116245702"
HOSTILE_FILE = "微信图片_\u202egpj.<script>alert('x')</script>.pdf"
ID_FILE = f"证件/{ID_NUMBER}正面.jpg"
SCAN = "投保资料扫描件（第一册）.pdf"
MEMO = "可疑交易审批表.pdf"
HERE = Path(__file__).parent
CONFIDENTIAL = ("AML-03", "AML-04", "AML-07", "AML-08", "AML-12", "SURR-03")


def place(
    file: str, page: int, box: tuple[float, float, float, float] | None, text: str, sure: float = 0.97
) -> Evidence:
    return Evidence(file, page, Box(*box) if box else None, text, sure)


NAME = place(SCAN, 1, (0.21, 0.16, 0.36, 0.185), "欧阳晓梅")
FORM_ID = place(SCAN, 1, (0.21, 0.20, 0.55, 0.225), "310101 19880512 4821", 0.91)
CARD_ID = place(ID_FILE, 1, (0.33, 0.72, 0.86, 0.79), ID_NUMBER, 0.99)
SIGNATURE = place(SCAN, 3, (0.12, 0.80, 0.52, 0.835), "投保人签名：", 0.96)
PHONE_PLACE = place(SCAN, 1, (0.21, 0.24, 0.40, 0.265), PHONE)
APPLIED = place(SCAN, 3, (0.60, 0.80, 0.88, 0.835), "2026年3月2日", 0.98)
NOTICE_DATE = place(SCAN, 5, (0.60, 0.86, 0.88, 0.89), "2026年3月9日", 0.95)
BIRTH = place(ID_FILE, 1, (0.33, 0.40, 0.70, 0.46), "1988年5月12日")
PREMIUM_WORDS = place(SCAN, 2, (0.21, 0.55, 0.55, 0.58), "贰万肆仟圆整")
PREMIUM = place(SCAN, 2, (0.62, 0.55, 0.80, 0.58), "¥24,000.00")
SLIP = place("回单.png", 1, (0.30, 0.35, 0.75, 0.41), "付款人户名：孙志刚", 0.99)
BLURRED = place(SCAN, 6, (0.1, 0.3, 0.7, 0.36), "身份证有效期", 0.41)


def _requirements() -> list[dict[str, str]]:
    with (HERE / "requirements.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _plain(row: dict[str, str], outcome: Outcome) -> Finding:
    passed = outcome is Outcome.PASS
    return Finding(
        check=row["id"],
        stage=row["stage"],
        severity=Severity(row["severity"]),
        outcome=outcome,
        reason=None,
        title=Text(row["zh"], row["en"]),
        detail=Text("单证记载与要求一致。", "The papers agree with the requirement.")
        if passed
        else Text("本案的产品和渠道不适用此项。", "Product and channel of this case do not call for it."),
        basis=(Basis(row["rule"], row["articles"], "V-X" if row["verified"] == "1" else "K", row["verified"] == "1"),),
        remedy=Text(f"按要求补正：{row['zh']}。", row["remedy_en"]),
        confidential=row["id"] in CONFIDENTIAL,
    )


def _special() -> dict[str, dict[str, object]]:
    """What the findings that matter say; the others pass or do not apply."""
    return {
        "SIGN-01": {
            "outcome": Outcome.FAIL,
            "detail": Text(
                "投保单第3页“投保人签名”处空白，没有任何笔迹；投保提示书和免责说明书上的签名都在。",
                "The line “policyholder’s signature” on page 3 of the application form is empty; the purchase reminder "
                "and the exclusion statement are signed.",
            ),
            "remedy": Text(
                "请投保人本人在投保单上补签，并注明补签日期和原因；补签不改变当时未签名的事实。",
                "Have the policyholder sign the application form in person, with the date and reason of the late signature.",
            ),
            "evidence": (SIGNATURE,),
            "items": (
                Item(Outcome.FAIL, Text("签名处空白", "The line is empty"), None, "d1", (SIGNATURE,)),
                Item(Outcome.PASS, Text("已签名", "Signed"), None, "d3", (NOTICE_DATE,)),
                Item(
                    Outcome.REVIEW,
                    Text("签名处有污渍，不能确定是否签名", "A smudge: it may or may not be a signature"),
                    Reason.LOW_CONFIDENCE,
                    "d4",
                    (BLURRED,),
                ),
            ),
        },
        "XDOC-02": {
            "outcome": Outcome.FAIL,
            "detail": Text(
                f"投保单上的证件号码是{ID_MISREAD}，校验位不符；身份证上是{ID_NUMBER}，校验位正确。两处相差一位。",
                f"The application form says {ID_MISREAD}, which fails its check digit; the ID card says {ID_NUMBER}, which holds.",
            ),
            "compared": (
                Compared(Text("投保单证件号码", "ID number on the form"), ID_MISREAD, FORM_ID),
                Compared(Text("身份证号码", "ID card"), ID_NUMBER, CARD_ID),
            ),
            "evidence": (FORM_ID, CARD_ID),
        },
        "DATE-01": {
            "outcome": Outcome.FAIL,
            "detail": Text(
                "投保提示书签于2026-03-09，晚于投保单的2026-03-02：先投保、后提示。",
                "The purchase reminder was signed on 2026-03-09, after the application of 2026-03-02.",
            ),
            "compared": (
                Compared(Text("投保日期", "Application"), "2026-03-02", APPLIED),
                Compared(Text("投保提示书日期", "Purchase reminder"), "2026-03-09", NOTICE_DATE),
            ),
            "evidence": (APPLIED, NOTICE_DATE),
        },
        "SUIT-05": {
            "outcome": Outcome.FAIL,
            "detail": Text(
                "年交保费24,000元，为家庭年收入100,000元的24%，超过20%，而案卷中没有投保声明。",
                "The annual premium of 24,000 is 24% of a household income of 100,000, above 20%, and there is no statement.",
            ),
            "parameters": {"set": "suit2025", "annual_ratio": "0.20", "operator": ">"},
            "compared": (
                Compared(Text("年化保费", "Annual premium"), "24000.00", PREMIUM),
                Compared(Text("家庭年收入", "Household income"), "100000.00", place(SCAN, 4, (0.2, 0.3, 0.5, 0.33), "10万元")),
            ),
            "items": (Item(Outcome.FAIL, Text("没有找到投保声明", "No statement found"), None, "F02"),),
        },
        "DOC-01": {
            "outcome": Outcome.FAIL,
            "detail": Text("缺少2份必备单证：回访记录、投保声明。", "Two required papers are missing: call-back record, statement."),
            "items": (
                Item(Outcome.FAIL, Text("要求提供，案卷中没有", "Required, not in the file"), None, "A03"),
                Item(Outcome.FAIL, Text("要求提供，案卷中没有", "Required, not in the file"), None, "F02"),
                Item(Outcome.PASS, Text("已提供", "In the file"), None, "d1"),
            ),
        },
        "AMT-01": {
            "outcome": Outcome.FAIL,
            "severity": Severity.MINOR,
            "detail": Text(
                "大写金额“贰万肆仟圆整”与小写一致，但票据规范写作“贰万肆仟元整”。",
                "The amount in words agrees with the figures, but its form is not the one prescribed.",
            ),
            "evidence": (PREMIUM_WORDS, PREMIUM),
        },
        "AML-04": {
            "outcome": Outcome.FAIL,
            "detail": Text(
                "10天内3笔现金49,800、49,500、19,900元，每笔都略低于起点，合计119,200元。",
                "Three cash payments of 49,800, 49,500 and 19,900 within ten days, each just under a threshold.",
            ),
            "parameters": {"set": "structuring", "lower_ratio": "0.8", "windows_days": "1;10"},
            "evidence": (SLIP,),
        },
        "AML-05": {
            "outcome": Outcome.FAIL,
            "severity": Severity.CRITICAL,
            "detail": Text(
                "回单付款人为孙志刚，与投保人欧阳晓梅不是同一人，没有第三方付款声明；另见AML-04；需评估是否报送可疑交易报告。",
                "The payer 孙志刚 is not the policyholder 欧阳晓梅 and there is no third-party form (see AML-04). Decide on an STR.",
            ),
            "remedy": Text(
                "退回后由投保人本人账户重新交费，或补交第三方付款声明；同时作出可疑交易判断。",
                "refund or document; STR decision",
            ),
            "compared": (
                Compared(Text("付款人", "Payer"), "孙志刚", SLIP),
                Compared(Text("投保人", "Policyholder"), "欧阳晓梅", NAME),
            ),
            "evidence": (SLIP,),
        },
        "AML-07": {
            "outcome": Outcome.REVIEW,
            "reason": Reason.REFERENCE_MISSING,
            "detail": Text("没有提供名单，未做名单筛查。", "No watchlist was supplied; nobody was screened."),
        },
        "SELL-01": {
            "outcome": Outcome.REVIEW,
            "reason": Reason.REFERENCE_MISSING,
            "detail": Text("没有提供sellers.csv，无法核对执业登记。", "sellers.csv was not supplied."),
        },
        "KYC-01": {
            "outcome": Outcome.REVIEW,
            "reason": Reason.UNREADABLE,
            "detail": Text(
                "被保险人身份证背面影像模糊，有效期限无法辨认（识别把握41%）。",
                "The back of the insured’s ID card is blurred; its validity cannot be read (confidence 41%).",
            ),
            "evidence": (BLURRED,),
        },
        "SIGN-06": {
            "outcome": Outcome.REVIEW,
            "reason": Reason.JUDGEMENT,
            "detail": Text(
                "投保单与回执上的签名笔迹相似度偏低（0.38，参考值0.45），请比对两处签名。",
                "The signatures on form and receipt are unlike (0.38; 0.45 is the mark). Please compare them.",
            ),
            "evidence": (SIGNATURE, NOTICE_DATE),
        },
        "BENE-01": {
            "outcome": Outcome.REVIEW,
            "reason": Reason.CONFLICTING_VALUES,
            "detail": Text(
                "受益份额在投保单上为60%和40%，在保险单上为50%和50%。" * 3 + "#eval(\"1+1\") $x^2$ *粗* _斜_ \\ @ref <img src=x onerror=alert(1)>",
                "Shares are 60% and 40% on the form, 50% and 50% on the policy. {{ 7*7 }} =HYPERLINK(\"http://x\")",
            ),
            "compared": (
                Compared(Text("投保单", "Form"), "60;40", None),
                Compared(Text("保险单", "Policy"), "50;50", None),
            ),
        },
        "CRS-01": {
            "outcome": Outcome.REVIEW,
            "reason": Reason.DOCUMENT_MISSING,
            "detail": Text("有1个文件没有读到，声明可能在其中。", "One file was not read; the declaration may stand in it."),
            "items": (Item(Outcome.REVIEW, Text("可能在未读文件中", "May be in an unread file"), Reason.DOCUMENT_MISSING, "F07"),),
        },
    }  # fmt: skip


def _findings() -> tuple[Finding, ...]:
    special = _special()
    findings = []
    for number, row in enumerate(_requirements()):
        plain = _plain(row, Outcome.NOT_APPLICABLE if number % 5 in (1, 3) else Outcome.PASS)
        findings.append(replace(plain, **special.get(row["id"], {})))  # type: ignore[arg-type]
    return tuple(findings)


def _field(name: str, value: str, kind: str, where: Evidence, state: FieldState = FieldState.READ) -> Field:
    return Field(name, value, where.text, kind, where.confidence, where, state)


def _documents() -> tuple[Document, ...]:
    form_fields = [
        _field("policyholder.name", "欧阳晓梅", "name", NAME),
        _field("policyholder.id_number", ID_MISREAD, "id_number", FORM_ID),
        _field("policyholder.phone", PHONE, "phone", PHONE_PLACE),
        _field("insured.name", "陈小满", "name", place(SCAN, 1, (0.21, 0.46, 0.36, 0.485), "陈小满")),
        _field("product.name", "某某福满堂终身寿险（分红型）", "text", place(SCAN, 2, (0.1, 0.3, 0.5, 0.33), "某某福满堂终身寿险（分红型）")),
        _field("sum_insured", "300000", "money", place(SCAN, 2, (0.6, 0.3, 0.8, 0.33), "30万元")),
        _field("premium_total", "24000.00", "money", PREMIUM),
        _field("premium_total_in_words", "贰万肆仟圆整", "text", PREMIUM_WORDS),
        _field("account", ACCOUNT, "account", place(SCAN, 2, (0.21, 0.62, 0.6, 0.645), ACCOUNT)),
        _field("signed_date", "2026-03-02", "date", APPLIED),
        _field("seller.name", "李娜", "name", place(SCAN, 3, (0.2, 0.88, 0.35, 0.91), "李娜")),
        _field("beneficiaries[1].share", "60", "share", place(SCAN, 1, (0.7, 0.6, 0.75, 0.62), "60%")),
        _field("policyholder.email", "", "text", place(SCAN, 1, (0.21, 0.28, 0.5, 0.305), ""), FieldState.EMPTY),
        _field("policyholder.occupation", "", "text", place(SCAN, 1, (0.6, 0.28, 0.9, 0.305), "涂抹", 0.3), FieldState.UNREADABLE),
    ]  # fmt: skip
    marks = (
        DocumentMark("policyholder_signature", MarkKind.SIGNATURE, MarkState.ABSENT, 0.96, SIGNATURE),
        DocumentMark("company_seal", MarkKind.SEAL, MarkState.UNSURE, 0.5, place(SCAN, 3, None, "")),
    )
    line = Line(f"联系电话 {PHONE}，紧急联系人 13911112222", place(SCAN, 3, (0.1, 0.5, 0.7, 0.53), ""))
    return (
        Document("d1", "F01", 0.98, tuple(PageRef(SCAN, page) for page in (1, 2, 3)),
                 {field.name: field for field in form_fields}, marks, (line,)),
        Document("d2", "D-202", 0.99, (PageRef(ID_FILE, 1),),
                 {"name": _field("name", "欧阳晓梅", "name", place(ID_FILE, 1, (0.33, 0.1, 0.5, 0.17), "欧阳晓梅")),
                  "birth_date": _field("birth_date", "1988-05-12", "date", BIRTH),
                  "id_number": _field("id_number", ID_NUMBER, "id_number", CARD_ID)},
                 variant="id_card", subject="policyholder"),
        Document("d3", "D-401", 0.97, (PageRef(SCAN, 5),), {"signed_date": _field("signed_date", "2026-03-09", "date", NOTICE_DATE)}),
        Document("d4", "D-202", 0.72, (PageRef(SCAN, 6),), variant="id_card", subject="insured"),
        Document("d5", "P02", 0.95, (PageRef("回单.png", 1),), {"payer.name": _field("payer.name", "孙志刚", "name", SLIP)}, variant="e_receipt"),
        Document("d6", "F01", 0.93, (PageRef(HOSTILE_FILE, 1),), superseded_by="d1"),
        Document("d7", "P07", 0.9, (PageRef(MEMO, 1),)),
    )  # fmt: skip


def _sources() -> tuple[Source, ...]:
    def digest(name: str) -> str:
        return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()

    read = [(SCAN, 9), (ID_FILE, 1), ("回单.png", 1), (HOSTILE_FILE, 1), (MEMO, 1)]
    return (
        *(Source(name, digest(name), pages, SourceState.READ) for name, pages in read),
        Source(
            "客户资料.zip!/保单.pdf",
            digest("保单.pdf"),
            None,
            SourceState.REJECTED,
            "encrypted",
            Text("文件有打开密码，没有读。", "The file asks for a password and was not read."),
            Text("请提供不带密码的文件。", "Supply the file without a password."),
        ),
        Source(
            "旧扫描.tif",
            digest("旧扫描.tif"),
            12,
            SourceState.PARTIAL,
            "corrupt",
            Text("12页中有3页损坏。", "3 of 12 pages are damaged."),
            Text("请重新扫描第4、7、9页。", "Scan pages 4, 7 and 9 again."),
        ),
    )


def sample_audit(case: str = "C-0007") -> Audit:
    return Audit(
        case=case,
        pack={"id": "cn-insurance", "edition": "2026.11", "sha256": sha256(b"pack").hexdigest()},
        as_of=date(2026, 11, 22),
        law_dates={"sale": "2026-03-02", "payment": "2026-03-03"},
        software={
            "verifier": "0.1.0",
            "ocr": "PP-OCRv6 small / openvino 2026.4.1",
            "models": {"det": "ab" * 32, "rec": "cd" * 32},
        },
        sources=_sources(),
        documents=_documents(),
        findings=_findings(),
        declared={
            "institution": "某某人寿保险股份有限公司",
            "branch": "上海分公司",
            "channel": "agent",
            "policyholder": {"name": "欧阳晓梅", "id_number": ID_NUMBER},
            "premium": {"due": "25000.00"},
            "seller": {"name": "李娜", "number": "S20260017"},
            "pep": True,
        },
        requests=(
            Text("投保人补签的投保单第3页", "Page 3 of the application form with the policyholder’s signature"),
            Text("被保险人身份证背面的清晰影像", "A clear picture of the back of the insured’s ID card"),
            Text("可疑交易判断记录", "Record of the STR decision"),
        ),
    )


def sound_audit(case: str = "C-0008") -> Audit:
    """The same papers with nothing wrong."""
    audit = sample_audit(case)
    rows = _requirements()
    findings = tuple(_plain(row, Outcome.PASS if n % 3 else Outcome.NOT_APPLICABLE) for n, row in enumerate(rows))
    return replace(audit, findings=findings, requests=(), sources=audit.sources[:4], documents=audit.documents[:6])


class PaintedPages:
    """Page pictures for tests: draws what the sample case says where it says it."""

    def __init__(self, audit: Audit) -> None:
        self.asked: list[tuple[str, int]] = []
        self._places: dict[tuple[str, int], list[Evidence]] = {}
        for document in audit.documents:
            for field in document.fields.values():
                self._places.setdefault((field.evidence.file, field.evidence.page), []).append(field.evidence)
        for finding in audit.findings:
            for evidence in finding.evidence:
                self._places.setdefault((evidence.file, evidence.page), []).append(evidence)

    def page(self, file: str, page: int) -> Image.Image:
        landscape = file.endswith(".jpg")
        width, height = (1240, 780) if landscape else (1240, 1754)
        image = Image.new("RGB", (width, height), (232, 240, 246) if landscape else (253, 252, 248))
        brush = ImageDraw.Draw(image)
        font = ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), 26)
        small = ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), 17)
        brush.text((width * 0.3, 50), "某某人寿保险股份有限公司", font=font, fill=(40, 40, 40))
        for row in range(6, 58):
            if not landscape and row % 3 == 0:
                line = "本公司已就保险合同条款中免除保险人责任的内容向投保人作出明确说明"
                brush.text((width * 0.1, height * row / 60 + 12), line, font=small, fill=(150, 150, 150))
        for spot in self._places.get((file, page), []):
            if spot.box is None:
                continue
            box = (spot.box.left * width, spot.box.top * height, spot.box.right * width, spot.box.bottom * height)
            brush.rectangle(box, fill=(255, 255, 255))
            brush.text((box[0] + 4, box[1] + 4), spot.text, font=font, fill=(20, 20, 60))
            brush.line((box[0], box[3], box[2], box[3]), fill=(90, 90, 90))
        return image

    def crop(self, file: str, page: int, area: Box | None, width: int) -> bytes | None:
        self.asked.append((file, page))
        image = self.page(file, page)
        if area is not None:
            image = image.crop(
                (
                    round(area.left * image.width),
                    round(area.top * image.height),
                    round(area.right * image.width),
                    round(area.bottom * image.height),
                )
            )
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()
