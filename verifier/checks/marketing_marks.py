"""Sales material says whose it is: insurer, product, material or filing number, and that it is insurance.

Passes when the insurer's full name, the product's full name, a material, approval or filing number and the
word insurance stand on it, and, when one seller issued it, the seller's name and licence number. Fails when
one of these is not on material that was clearly read. Review when only a short name of the insurer can be
read (the rest may be a picture), or the material is a banner that leads to a full page.
"""

from __future__ import annotations

import re

from verifier.case import Case, Fact
from verifier.checks.points import CLEAR
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.model import Document, Evidence, FieldState, Item, Outcome, Reason, Text, TextFrom
from verifier.screening.wording import Passage, says
from verifier.values.organisations import canonical_organisation, compare_products, organisation_parts
from verifier.values.script import squeeze

COMPANY = re.compile(r"[\u4e00-\u9fff]{2,12}(?:保险|人寿|财险|养老)[\u4e00-\u9fff（）()]{0,12}公司")
NUMBER = re.compile(r"[A-Za-z0-9\u4e00-\u9fff\[\]〔〕()（）\-_/.]*\d{2,}[A-Za-z0-9\u4e00-\u9fff\[\]〔〕()（）\-_/.]*")
SHORT = 60  # characters: a banner


class Params(CheckParams):
    """Labels that stand before a material or filing number, cues of material of one seller, of a link."""

    document: str = "D-102"
    number_labels: tuple[str, ...]
    insurance_words: tuple[str, ...]
    personal_cues: tuple[str, ...]
    link_cues: tuple[str, ...]
    licence_labels: tuple[str, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    items = [_material(case, params, paper) for paper in case.documents_of(params.document)]
    return from_items(items, "宣传材料载明机构、产品和材料编号", "The material names insurer, product and its number")


def _material(case: Case, params: Params, paper: Document) -> Item:
    passage = Passage.of(paper.lines)
    lacking: list[Text] = []
    evidence: list[Evidence] = []
    doubtful = False
    for wanted, found in (
        (Text("保险产品字样", "words that it is insurance"), _words(passage, params.insurance_words)),
        (Text("产品全称", "the product's full name"), _product(case, paper, passage)),
        (Text("材料编号或备案编号", "a material or filing number"), _number(params, paper, passage)),
        *_personal(params, paper, passage),
    ):
        if found is None:
            lacking.append(wanted)
        evidence.extend(found or ())
    insurer = _insurer(case, paper, passage)
    if insurer is None:
        lacking.append(Text("承保公司全称", "the insurer's full name"))
        doubtful = _short_name(case, passage)
    evidence.extend(insurer or ())
    if not lacking:
        detail = Text("宣传材料标识齐全", "The material bears every mark")
        return Item(Outcome.PASS, detail, None, paper.id, tuple(evidence), 1.0)
    zh, en = "、".join(one.zh for one in lacking), ", ".join(one.en for one in lacking)
    detail = Text(f"宣传材料未见：{zh}", f"The material lacks {en}")
    linked = len(passage.text) <= SHORT and says(passage, params.link_cues) is not None
    unclear = paper.text_from is not TextFrom.LAYER and paper.legibility < CLEAR
    if linked or unclear or not paper.lines or (doubtful and len(lacking) == 1):
        reason = Reason.UNREADABLE if unclear or not paper.lines else Reason.JUDGEMENT
        return Item(Outcome.REVIEW, detail, reason, paper.id, tuple(evidence))
    return Item(Outcome.FAIL, detail, None, paper.id, _first_line(paper), 1.0)


def _first_line(paper: Document) -> tuple[Evidence, ...]:
    return tuple(line.evidence for line in paper.lines[:1])


def _read(paper: Document, *names: str) -> tuple[Evidence, ...] | None:
    for name in names:
        field = paper.fields.get(name)
        if field is not None and field.state is FieldState.READ:
            return (field.evidence,)
    return None


def _words(passage: Passage, words: tuple[str, ...]) -> tuple[Evidence, ...] | None:
    span = says(passage, words)
    return None if span is None else passage.evidence(*span)


def _product(case: Case, paper: Document, passage: Passage) -> tuple[Evidence, ...] | None:
    """The full name of the product sold, or whatever is printed as the product's full name."""
    sold = case.maybe("product.name") or case.declared_fact("product.name")
    if sold is not None and squeeze(sold.value) in passage.text:
        place = passage.text.index(squeeze(sold.value))
        return passage.evidence(place, place + len(squeeze(sold.value)))
    printed = paper.fields.get("product.name")
    if printed is None or printed.state is not FieldState.READ:
        return None
    if sold is not None and compare_products(sold.value, printed.value).how == "shorter":
        return None  # part of the name only
    return (printed.evidence,)


def _number(params: Params, paper: Document, passage: Passage) -> tuple[Evidence, ...] | None:
    found = _read(paper, "material_no", "filing_number")
    if found:
        return found
    for label in params.number_labels:
        place = passage.text.find(label)
        if place >= 0 and NUMBER.match(passage.text[place + len(label) :].lstrip(":：")):
            return passage.evidence(place, place + len(label) + 4)
    return None


def _insurer(case: Case, paper: Document, passage: Passage) -> tuple[Evidence, ...] | None:
    own = _own_insurer(case)
    if own is not None:
        name = squeeze(canonical_organisation(own.value))
        place = passage.text.find(name)
        if place >= 0:
            return passage.evidence(place, place + len(name))
    printed = paper.fields.get("insurer")
    if printed is not None and printed.state is FieldState.READ and "公司" in printed.value:
        return (printed.evidence,)
    match = COMPANY.search(passage.text)
    return passage.evidence(*match.span()) if match else None


def _own_insurer(case: Case) -> Fact | None:
    return case.declared_fact("institution")


def _short_name(case: Case, passage: Passage) -> bool:
    """The brand stands in the text, the registered name does not: it may be in the logo."""
    own = _own_insurer(case)
    if own is None:
        return any(word in passage.text for word in ("人寿", "财险", "保险公司"))
    head = organisation_parts(own.value)[0]
    return len(head) >= 2 and head[:4] in passage.text


def _personal(
    params: Params, paper: Document, passage: Passage
) -> tuple[tuple[Text, tuple[Evidence, ...] | None], ...]:
    """Material of one seller also names the seller and the licence."""
    named = _read(paper, "seller.name")
    if named is None and says(passage, params.personal_cues) is None:
        return ()
    licence = _read(paper, "seller.licence", "seller.number") or _words(passage, params.licence_labels)
    return (
        (Text("销售人员姓名", "the seller's name"), named),
        (Text("执业证编号", "the seller's licence number"), licence),
    )
