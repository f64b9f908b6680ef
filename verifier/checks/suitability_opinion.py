"""The institution gave its opinion whether the product suits the customer, and a mismatch was handled.

Passes when the opinion says that product and customer match and the levels do not say otherwise, or when it
says mismatch and both the advice to stop and the policyholder's signed own-choice confirmation with its
warning of risk are in the file. Fails when the opinion is absent from a file that was wholly read, says
nothing, contradicts its own levels, or a mismatch lacks one of these papers or the signature. Review when the
opinion was not read, or stands in another paper.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case, Fact, MissingFact
from verifier.checks.paper_signed import signed
from verifier.checks.result import CheckParams, Result, absent, from_items, gap_item, review
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Document, Item, Outcome, Reason, Text
from verifier.screening.wording import Passage, first_saying, says
from verifier.values.levels import level_number
from verifier.values.script import squeeze


class Params(CheckParams):
    """Words of the opinion; `risk_words` of the warning; `stop_words` of the advice to stop; `elsewhere` where
    an opinion may stand instead, by `elsewhere_cues`."""

    match_words: tuple[str, ...]
    mismatch_words: tuple[str, ...]
    risk_words: tuple[str, ...]
    stop_words: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    elsewhere_cues: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of("D-303")
    if not papers:
        return _without(case, params)
    items = list(_judge(case, params, papers[-1]))
    return from_items(items, "适当性匹配意见符合要求", "The suitability opinion is in order")


def _without(case: Case, params: Params) -> Result:
    if told := first_saying(case.documents_of(*params.elsewhere), params.elsewhere_cues):
        host = paper_title(case, told.paper)
        return review(
            Reason.JUDGEMENT,
            f"未见单独的《适当性匹配意见书》，{host.zh}中有相关内容：请确认是否为匹配意见",
            f"There is no separate suitability opinion; {host.en} speaks of it: is that the opinion?",
            evidence=told.evidence,
        )
    return absent(case, "未见《适当性匹配意见书》", "No suitability opinion was found")


def _judge(case: Case, params: Params, paper: Document) -> Iterator[Item]:
    try:
        opinion = case.field(paper, "opinion")
    except MissingFact as gap:
        if gap.empty:
            yield Item(Outcome.FAIL, Text("匹配结论空白", "The opinion is blank"), None, paper.id, gap.evidence, 1.0)
        else:
            yield gap_item(gap, document=paper.id)
        return
    matched = matches(params, opinion.value)
    if matched is None:
        detail = Text(f"匹配结论“{opinion.value}”不能判断", f"The opinion {opinion.value!r} does not tell")
        yield Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, paper.id, opinion.evidence)
    elif matched:
        yield _matched(case, paper, opinion)
    else:
        yield from _mismatch(case, params, paper, opinion)


def matches(params: Params, text: str) -> bool | None:
    """True for a match, False for a mismatch, None when the words do not tell."""
    plain = squeeze(text)
    if any(word in plain for word in params.mismatch_words):
        return False
    return True if any(word in plain for word in params.match_words) else None


def _level(case: Case, paper: Document, name: str) -> tuple[int, Fact] | None:
    try:
        fact = case.field(paper, name)
    except MissingFact:
        return None
    number = level_number(fact.value)
    return None if number is None else (number, fact)


def _matched(case: Case, paper: Document, opinion: Fact) -> Item:
    product, customer = _level(case, paper, "product_level"), _level(case, paper, "customer_level")
    if product and customer and product[0] > customer[0]:
        sure = min(product[1].confidence, customer[1].confidence, opinion.confidence)
        detail = Text(
            f"结论为“{opinion.value}”，但产品等级 {product[1]} 高于客户等级 {customer[1]}",
            f"It says {opinion.value!r}, but the product's level {product[1]} is above the customer's {customer[1]}",
        )
        places = (*opinion.evidence, *product[1].evidence, *customer[1].evidence)
        return Item(Outcome.FAIL, detail, None, paper.id, places, sure)
    detail = Text(f"适当性结论为“{opinion.value}”", f"The opinion says {opinion.value!r}")
    return Item(Outcome.PASS, detail, None, paper.id, opinion.evidence, opinion.confidence)


def _mismatch(case: Case, params: Params, paper: Document, opinion: Fact) -> Iterator[Item]:
    said = Text(f"适当性结论为“{opinion.value}”", f"The opinion says {opinion.value!r}")
    confirmations = case.documents_of("D-304")
    own = [one for one in confirmations if one.variant != "stop_advice"]
    stop = [one for one in confirmations if one.variant == "stop_advice"] or [
        one for one in (*confirmations, paper) if says(Passage.of(one.lines), params.stop_words) is not None
    ]
    if not own:
        yield _lacking(case, said, "投保人自主选择确认书", "the policyholder's own-choice confirmation", opinion)
    else:
        yield signed(case, own[-1], ("policyholder_signature",))
        if own[-1].lines and says(Passage.of(own[-1].lines), params.risk_words) is None:
            title = paper_title(case, own[-1])
            detail = Text(f"{title.zh}未见风险说明", f"{title.en} holds no warning of risk")
            yield Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, own[-1].id)
    if not stop:
        yield _lacking(case, said, "终止投保的建议", "the advice to stop", opinion)
    elif own:
        detail = Text(f"{said.zh}，已建议终止投保", f"{said.en}; the customer was advised to stop")
        yield Item(Outcome.PASS, detail, None, stop[-1].id, opinion.evidence, opinion.confidence)


def _lacking(case: Case, said: Text, zh: str, en: str, opinion: Fact) -> Item:
    missing = absent(case, f"{said.zh}，未见{zh}", f"{said.en}, and {en} is not in the file")
    return Item(missing.outcome, missing.detail, missing.reason, "D-304", opinion.evidence, opinion.confidence)
