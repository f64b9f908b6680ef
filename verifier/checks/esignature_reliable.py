"""An electronic signature is reliable.

Passes when each signature of the file is intact, covers the whole file, is trusted, bears a time stamp and is
that of a person who may sign there. Fails when the file was changed after signing or the signature does not
hold. Review when it cannot be validated (an algorithm that validators lack, such as SM2), when the certificate
is not trusted or not the signer's own, when the time is missing, or when it leaves part of the file uncovered.
Not applicable where no file carries a cryptographic signature.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Document, Esignature, Evidence, Item, MarkKind, MarkState, Reason
from verifier.values.script import squeeze


class Params(CheckParams):
    people: dict[str, tuple[str, ...]]  # document code -> facts that name who may sign it; "" for others


def check(case: Case, params: Params, context: Context) -> Result:
    items: list[Item] = []
    for paper in case.documents:
        if paper.superseded_by is not None:
            continue
        items.extend(_judge(case, paper, signature, params) for signature in paper.esignatures)
        marks = [m for m in paper.marks if m.kind is MarkKind.ESIGNATURE and m.state is MarkState.PRESENT]
        if marks and not paper.esignatures:
            title = paper_title(case, paper)
            zh, en = f"{title.zh}的电子签名无法验证", f"{title.en}: the electronic signature cannot be validated"
            items.append(doubt(Reason.UNREADABLE, zh, en, [mark.evidence for mark in marks], paper.id))
    if not items:
        return not_applicable("没有带电子签名的文件", "No file carries an electronic signature")
    return from_items(items, "电子签名有效", "The electronic signatures are valid")


def _judge(case: Case, paper: Document, one: Esignature, params: Params) -> Item:
    title, places = paper_title(case, paper), (_place(paper, one),)
    by = one.signer or "?"
    if one.changed_after:
        zh, en = f"{title.zh}在{by}电子签名后被修改", f"{title.en} was changed after {by} signed it"
        return bad(zh, en, places, paper.id, 1.0)
    if one.intact is False:
        zh, en = f"{title.zh}上{by}的电子签名校验不通过", f"{title.en}: the signature of {by} does not hold"
        return bad(zh, en, places, paper.id, 1.0)
    problem = _open_question(case, paper, one, params)
    if problem is not None:
        zh, en = f"{title.zh}上{by}的电子签名{problem[0]}", f"{title.en}: the signature of {by} {problem[1]}"
        return doubt(Reason.JUDGEMENT, zh, en, places, paper.id)
    zh, en = f"{title.zh}上{by}的电子签名有效", f"{title.en}: the signature of {by} is valid"
    return good(zh, en, places, paper.id, 1.0)


def _open_question(case: Case, paper: Document, one: Esignature, params: Params) -> tuple[str, str] | None:
    """What keeps a signature that is not broken from being relied on."""
    if one.intact is None:
        why = "、".join(one.problems)
        return f"无法验证（{why or '算法不受支持'}）", f"cannot be validated ({why or 'unsupported algorithm'})"
    if not one.covers_whole_file:
        return "未覆盖整个文件", "does not cover the whole file"
    if not _own(case, paper, one, params):
        return "并非本人证书，需取得签署平台的存证记录", "is not of his own certificate: obtain the platform's record"
    if one.trusted is not True:
        return "所用证书不受信任或未能核验", "rests on a certificate that is not trusted or was not checked"
    if one.signed_at is None or not one.timestamped:
        return "没有可信时间戳", "has no trusted time stamp"
    return None


def _own(case: Case, paper: Document, one: Esignature, params: Params) -> bool:
    facts = params.people.get(paper.type, params.people.get("", ()))
    names = [fact.value for name in facts if (fact := case.maybe(name)) is not None]
    return not names or any(squeeze(name) in squeeze(one.signer) for name in names)


def _place(paper: Document, one: Esignature) -> Evidence:
    page = paper.pages[min(one.page - 1, len(paper.pages) - 1)] if one.page else paper.pages[0]
    return Evidence(page.file, one.page or page.page, one.box, one.signer, 1.0, page.sha256)
