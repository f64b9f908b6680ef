"""The policyholder copied the risk sentence by hand.

Passes when the copied text differs from the sentence in force on the application date by no more characters
than the parameters allow (punctuation and what stands around it do not count). Fails when the space for it is
blank, or when the text is another one. Review between the two limits, when the hand cannot be read, when a
trace cannot be told to be writing, or when no space for it was found. The finding names the set of rules.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, absent, failed, passed, review
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import Compared, Document, DocumentMark, Evidence, MarkState, Reason, Text, TextFrom
from verifier.values.script import is_cjk, simplified, squeeze

HALF_READ = 0.6  # of the sentence


class Params(CheckParams):
    documents: tuple[str, ...]
    mark: str = "copied_sentence"
    signature: str = "policyholder_signature"
    other_entry: str = ""  # lexicon: words that say the sentence was entered in another way


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(*params.documents)
    if not papers:
        raise case.missing_document(params.documents[0])
    found = [(paper, mark) for paper in papers for mark in paper.marks_named(params.mark)]
    present = [pair for pair in found if pair[1].state is MarkState.PRESENT]
    if present:
        return _compare(case, present, params, context)
    unsure = [mark for _, mark in found if mark.state is MarkState.UNSURE]
    if unsure:
        return review(
            Reason.LOW_CONFIDENCE,
            "抄录栏有痕迹，但不能确认为手写抄录",
            "There is a trace in the space for the copied sentence, but it cannot be told to be writing",
            evidence=[mark.evidence for mark in unsure],
        )
    other = _other_entry(papers, params, context)
    if other is not None:
        return review(
            Reason.JUDGEMENT,
            "抄录栏无手写内容，单证载明以其他方式录入，请人工核对",
            "Nothing was copied by hand; the paper says that it was entered in another way: please check",
            evidence=[other],
        )
    return _nothing(case, papers[0], [mark for _, mark in found])


def _nothing(case: Case, paper: Document, blank: list[DocumentMark]) -> Result:
    if blank:
        return failed(
            "风险提示语句抄录栏空白",
            "The space for the copied risk sentence is blank",
            evidence=[mark.evidence for mark in blank],
        )
    title, place = paper_title(case, paper), place_of(case, paper, last=True)
    zh, en = f"{title.zh}上未找到抄录栏", f"{title.en}: no space for the copied sentence was found"
    if not case.fully_read:
        return absent(case, zh, en, evidence=[place])
    return review(Reason.FIELD_MISSING, zh, en, evidence=[place])


def _compare(case: Case, present: list[tuple[Document, DocumentMark]], params: Params, context: Context) -> Result:
    day = case.fact("application.date").as_date()
    rules = context.parameters.dated("copy_rules", day)
    sentence = (
        str(rules.values["sentence"]) if rules and rules.has("sentence") else context.parameters.text("copy_sentence")
    )
    used = {"set": rules.name if rules else "", "date": day.isoformat()}
    readable = [(paper, mark) for paper, mark in present if characters(mark.text)]
    if not readable:
        return review(
            Reason.UNREADABLE,
            "抄录栏有手写内容，但无法辨认",
            "The space for the copied sentence holds writing that cannot be read",
            evidence=[mark.evidence for _, mark in present],
            parameters=used,
        )
    paper, mark = min(readable, key=lambda pair: distance(sentence, pair[1].text))
    far = distance(sentence, mark.text)
    allowed = context.parameters.number("copy_tolerance.pass_edit_distance")
    doubtful = context.parameters.number("copy_tolerance.review_edit_distance")
    used |= {"distance": str(far), "pass_up_to": str(allowed), "review_up_to": str(doubtful)}
    compared = [
        Compared(Text("应抄录语句", "Sentence to copy"), sentence),
        Compared(Text("抄录内容", "Copied text"), mark.text, mark.evidence),
    ]
    places = [mark.evidence]
    if far > doubtful and not _half_read(paper, sentence, mark.text):
        return failed(
            f"抄录内容与规定语句相差{far}字：“{mark.text}”",
            f"The copied text differs from the sentence by {far} characters",
            evidence=places, compared=compared, parameters=used,
        )  # fmt: skip
    if far > allowed:
        return review(
            Reason.JUDGEMENT,
            f"抄录内容与规定语句相差{far}字，请人工核对是否为识别误差",
            f"The copied text differs from the sentence by {far} characters: a person should look",
            evidence=places, compared=compared, parameters=used,
        )  # fmt: skip
    return _copied(paper, mark, params, compared, used)


def _copied(
    paper: Document, mark: DocumentMark, params: Params, compared: list[Compared], used: dict[str, str]
) -> Result:
    signatures = paper.marks_named(params.signature)
    if signatures and all(one.state is MarkState.ABSENT for one in signatures):
        return failed(
            "风险提示语句已抄录，但投保人未在旁签名",
            "The risk sentence was copied, but the policyholder did not sign beside it",
            evidence=[mark.evidence, signatures[0].evidence], compared=compared, parameters=used,
        )  # fmt: skip
    # so near a match of 38 characters cannot come about by a misreading, whatever each glyph's confidence
    return passed(
        "风险提示语句已抄录且与规定一致",
        "The risk sentence was copied as prescribed",
        evidence=[mark.evidence], compared=compared, parameters=used, confidence=0.97,
    )  # fmt: skip


def _half_read(paper: Document, sentence: str, text: str) -> bool:
    """On a scanned page: most of the sentence is there and nothing else, so the reader may have lost the rest."""
    given, wanted = characters(text), characters(sentence)
    if paper.text_from is TextFrom.LAYER or len(given) < HALF_READ * len(wanted):
        return False
    return len(given) - distance(text, sentence) >= 0.8 * len(given)


def characters(text: str) -> str:
    """The Chinese characters alone: punctuation and blanks do not count."""
    return "".join(c for c in simplified(squeeze(text)) if is_cjk(c))


def distance(sentence: str, text: str) -> int:
    """Edits that turn some part of the text into the sentence: what stands before and behind is free."""
    wanted, given = characters(sentence), characters(text)
    row = [0] * (len(given) + 1)
    for place, character in enumerate(wanted, start=1):
        above, row = row, [place]
        for column, other in enumerate(given, start=1):
            cost = above[column - 1] + (character != other)
            row.append(min(cost, above[column] + 1, row[column - 1] + 1))
    return min(row)


def _other_entry(papers: tuple[Document, ...], params: Params, context: Context) -> Evidence | None:
    if not params.other_entry:
        return None
    words = context.lexicon(params.other_entry)
    return next(
        (line.evidence for paper in papers for line in paper.lines if any(w in squeeze(line.text) for w in words)), None
    )
