"""An organisation that insures is identified, represented and sealed.

Passes when its licence with a valid credit code is there, its name is the policyholder's, its seal stands on
the application or the set, its legal representative is identified and the person who acts for it has a letter
of authority (and, for a group, the insured are listed). Fails for what is absent, for a code whose check
character is wrong, for another name, or a blank place for the seal. Review for a doubtful or special seal
(合同专用章), and for what cannot be read.
"""

from __future__ import annotations

from verifier.applies import truth
from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.model import Document, DocumentMark, Field, FieldState, Item, MarkState, Reason
from verifier.values.identifiers import is_uscc
from verifier.values.names import compare_names, compare_organisations
from verifier.values.script import squeeze

READABLE_SEAL = 6  # characters of a seal that say enough to compare


class Params(CheckParams):
    document: str
    licence: str  # variants of the set
    authority: str
    members: str
    sealed: tuple[str, ...]
    seal: str
    special_seals: str  # lexicon
    other_authority: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    licences = case.documents_of(params.document, variant=params.licence)
    if not licences:
        licences = tuple(paper for paper in case.documents_of(params.document) if "uscc" in paper.fields)
    if licences:
        items = [*_licence(case, licences[-1]), _representative(case, licences[-1])]
    else:
        items = [lacking(case, "未见单位投保人的营业执照", "No licence of the organisation was found", params.document)]
    items.append(_seal(case, params, context))
    papers = [
        *case.documents_of(params.document, variant=params.authority),
        *case.documents_of(*params.other_authority),
    ]
    if papers:
        items.append(good("经办人授权书在档", "The letter of authority is in the file", (), papers[0].id, 1.0))
    else:
        items.append(
            lacking(case, "未见经办人授权书", "No letter of authority for the person who acts", params.document)
        )
    if truth({"line": "group"}, case) and not case.documents_of(params.document, variant=params.members):
        items.append(lacking(case, "未见被保险人清单", "No list of the insured was found", params.document))
    return from_items(items, "单位投保人资料齐全", "The organisation's papers are complete")


def _read(paper: Document, name: str) -> Field | None:
    field = paper.fields.get(name)
    return field if field is not None and field.state is FieldState.READ else None


def _licence(case: Case, paper: Document) -> list[Item]:
    code, name = _read(paper, "uscc"), _read(paper, "name")
    items = []
    if code is None:
        zh, en = "营业执照统一社会信用代码未读出", "The credit code on the licence was not read"
        items.append(doubt(Reason.UNREADABLE, zh, en, (), paper.id))
    elif is_uscc(code.value):
        items.append(good("统一社会信用代码有效", "The credit code is valid", (code.evidence,), paper.id))
    else:
        zh, en = f"统一社会信用代码{code.value}校验位不符", f"The check character of the code {code.value} is wrong"
        items.append(bad(zh, en, (code.evidence,), paper.id))
    holder = case.maybe("policyholder.name")
    if name is not None and holder is not None:
        match = compare_organisations(name.value, holder.value)
        places = (name.evidence, *holder.evidence[:1])
        zh = f"营业执照名称“{name.value}”，投保人“{holder.value}”"
        en = f"Licence: {name.value}; policyholder: {holder.value}"
        if match.agrees:
            items.append(good(zh, en, places, paper.id))
        elif match.conflicts:
            items.append(bad(f"{zh}，不一致", f"{en}: they differ", places, paper.id))
        else:
            items.append(
                doubt(Reason.CONFLICTING_VALUES, f"{zh}：{match.detail.zh}", match.detail.en, places, paper.id)
            )
    return items


def _representative(case: Case, paper: Document) -> Item:
    name, number = _read(paper, "legal_representative"), _read(paper, "legal_representative_id")
    if number is not None:
        return good("法定代表人证件号码已载明", "The legal representative's ID is stated", (number.evidence,), paper.id)
    if name is None:
        zh, en = "法定代表人姓名未读出", "The legal representative's name was not read"
        return doubt(Reason.FIELD_MISSING, zh, en, (), paper.id)
    for card in case.documents_of("D-202"):
        stated = _read(card, "name")
        if stated is not None and compare_names(stated.value, name.value).agrees:
            zh, en = "法定代表人身份证件在档", "The legal representative's ID is in the file"
            return good(zh, en, (stated.evidence, name.evidence), card.id)
    nameless = [card for card in case.documents_of("D-202") if _read(card, "name") is None]
    if nameless:
        zh = f"有身份证件未能读出姓名，是否为法定代表人{name.value}的证件需确认"
        en = f"The name on an identity document was not read; is it that of {name.value}, the legal representative?"
        return doubt(Reason.UNREADABLE, zh, en, (name.evidence,), "D-202")
    zh, en = f"未见法定代表人{name.value}的身份证件", f"No identity document of {name.value}, the legal representative"
    return lacking(case, zh, en, "D-202", (name.evidence,))


def _seal(case: Case, params: Params, context: Context) -> Item:
    seals: list[DocumentMark] = [
        mark
        for paper in case.documents_of(*params.sealed)
        if paper.variant != params.licence  # the register's own seal stands on the licence
        for mark in paper.marks_named(params.seal)
    ]
    present = [mark for mark in seals if mark.state is MarkState.PRESENT]
    places = [mark.evidence for mark in present or seals]
    if not present:
        zh, en = "未见单位公章", "The organisation's seal was not found"
        if any(mark.state is MarkState.UNSURE for mark in seals):
            return doubt(Reason.LOW_CONFIDENCE, "公章不清", "The seal is unclear", places)
        return bad("单位盖章处空白", "The place for the seal is blank", places) if seals else lacking(case, zh, en)
    special = [m for m in present if any(word in squeeze(m.text) for word in context.lexicon(params.special_seals))]
    if special and len(special) == len(present):
        zh, en = (
            f"所盖为“{special[0].text}”而非公章，请确认效力",
            f"Sealed with {special[0].text!r}, not the official seal",
        )
        return doubt(Reason.JUDGEMENT, zh, en, places)
    holder = case.maybe("policyholder.name")
    for mark in present:
        text = squeeze(mark.text)
        if holder is not None and len(text) >= READABLE_SEAL and not _names(text, holder.value):
            zh, en = f"印章文字“{text}”与投保人“{holder.value}”不一致", f"The seal reads {text!r}, not {holder.value!r}"
            return doubt(Reason.CONFLICTING_VALUES, zh, en, [mark.evidence, *holder.evidence[:1]])
    return good("已加盖单位公章", "Sealed by the organisation", places)


def _names(seal: str, holder: str) -> bool:
    """Does the seal's text hold the organisation's name, as far as it can be read?"""
    return holder in seal or not compare_organisations(seal.split("公司", maxsplit=1)[0] + "公司", holder).conflicts
