"""A guardian consented to the use of a young child's data.

Passes when a guardian (or the parent who is the policyholder) signed or ticked the privacy consent and the
consent mentions the special rules for children. Fails when nobody signed it. Review when the signature is
doubtful or no words on children were found.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import Document, Item, MarkState, Reason
from verifier.values.script import squeeze


class Params(CheckParams):
    documents: tuple[str, ...]
    guardian_marks: tuple[str, ...]
    parent_marks: tuple[str, ...]
    words: str


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(*params.documents)
    if not papers:
        raise case.missing_document(params.documents[0])
    relation = case.maybe("insured.relation_code")
    parent = relation is not None and relation.value == "child"
    names = (*params.guardian_marks, *(params.parent_marks if parent else ()))
    items = [_signed(case, papers, names), _words(case, papers, params, context)]
    return from_items(items, "监护人已同意处理儿童个人信息", "A guardian consented to the use of the child's data")


def _signed(case: Case, papers: tuple[Document, ...], names: tuple[str, ...]) -> Item:
    marks = [(paper, mark) for paper in papers for name in names for mark in paper.marks_named(name)]
    present = [(paper, mark) for paper, mark in marks if mark.state is MarkState.PRESENT]
    if present:
        paper, mark = max(present, key=lambda pair: pair[1].confidence)
        return good("监护人已签署", "Signed by a guardian", (mark.evidence,), paper.id, mark.confidence)
    places = [mark.evidence for _, mark in marks]
    if any(mark.state is MarkState.UNSURE for _, mark in marks):
        zh, en = "监护人签名处有痕迹，不能确认", "A trace at the guardian's line cannot be told to be a signature"
        return doubt(Reason.LOW_CONFIDENCE, zh, en, places, papers[0].id)
    zh, en = "未见监护人对处理儿童个人信息的同意", "No guardian consented to the use of the child's data"
    if marks:
        return bad(zh, en, places, papers[0].id)
    title = paper_title(case, papers[0])
    zh, en = f"{title.zh}上未找到监护人签名栏", f"{title.en} has no line for a guardian"
    return doubt(Reason.FIELD_MISSING, zh, en, (place_of(case, papers[0]),), papers[0].id)


def _words(case: Case, papers: tuple[Document, ...], params: Params, context: Context) -> Item:
    phrases = context.lexicon(params.words)
    for paper in papers:
        for line in paper.lines:
            if any(phrase in squeeze(line.text) for phrase in phrases):
                return good("载有儿童个人信息专门规则", "Rules for children are mentioned", (line.evidence,), paper.id)
    zh, en = "未读到儿童个人信息处理规则", "No rules for children's data were read"
    return doubt(Reason.FIELD_MISSING, zh, en, (place_of(case, papers[0]),), papers[0].id)
