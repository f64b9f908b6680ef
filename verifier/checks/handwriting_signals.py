"""Nothing suggests that one hand wrote for another, or that writing was pasted.

Passes when there is no signal. Fails: never; likeness accuses nobody. Review (for a person to look) when one
picture of a signature stands on two papers on paper, when two people's signatures are one picture, or when
copied writing differs in ink from the signature beside it. A signing platform may lawfully print one picture
on all its electronic pages. Not applicable with fewer than two marks to hold against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from verifier.case import Case
from verifier.checks.items import doubt
from verifier.checks.result import CheckParams, Result, from_items, not_applicable, passed
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Document, DocumentMark, Item, MarkState, Reason, TextFrom

INKS = frozenset({"blue", "black", "red"})  # grey may be ghost text of an e-form, or a faint pen


class Params(CheckParams):
    marks: tuple[str, ...]
    distance: str  # the parameter that holds the bits by which one picture may differ from itself
    ink_beside: str = ""  # the signature whose ink the mark should share


@dataclass(frozen=True, slots=True)
class Written:
    """One mark on one paper."""

    paper: Document
    mark: DocumentMark

    @property
    def on_paper(self) -> bool:
        return self.paper.text_from is not TextFrom.LAYER


def check(case: Case, params: Params, context: Context) -> Result:
    written = [
        Written(paper, mark)
        for paper in case.documents
        if paper.superseded_by is None
        for name in params.marks
        for mark in paper.marks_named(name)
        if mark.state is MarkState.PRESENT
    ]
    if not written or (len(written) < 2 and not params.ink_beside):
        return not_applicable("没有两处以上可比对的手写内容", "There are not two marks to hold against each other")
    bits = int(context.parameters.number(params.distance))
    items = [*_pictures(case, written, bits), *_inks(case, written, params)]
    if not items:
        return passed("未见代签、代抄或拼贴的迹象", "No sign of another hand or of pasting", confidence=1.0)
    return from_items(items, "", "", parameters={"distance": str(bits)})


def _pictures(case: Case, written: list[Written], bits: int) -> Iterator[Item]:
    hashed = [one for one in written if one.mark.picture_hash]
    for one, other in combinations(hashed, 2):
        if differing_bits(one.mark.picture_hash, other.mark.picture_hash) > bits:
            continue
        places = (one.mark.evidence, other.mark.evidence)
        a, b = paper_title(case, one.paper), paper_title(case, other.paper)
        if one.mark.name != other.mark.name:
            zh = f"{a.zh}与{b.zh}上不同人的签名图像几乎相同，疑似一人所签"
            en = f"Signatures of two people on {a.en} and {b.en} are almost one picture"
            yield doubt(Reason.JUDGEMENT, zh, en, places, one.paper.id)
        elif one.on_paper and other.on_paper and one.paper.id != other.paper.id:
            zh = f"{a.zh}与{b.zh}上的签名图像几乎完全相同，疑似复制"
            en = f"The signatures on {a.en} and {b.en} are almost one picture: possibly a copy"
            yield doubt(Reason.JUDGEMENT, zh, en, places, one.paper.id)


def _inks(case: Case, written: list[Written], params: Params) -> Iterator[Item]:
    for one in written:
        beside = one.paper.marks_named(params.ink_beside) if params.ink_beside and one.on_paper else ()
        for other in beside:
            inks = {one.mark.colour, other.colour}
            if other.state is MarkState.PRESENT and len(inks) == 2 and inks <= INKS:
                title = paper_title(case, one.paper)
                zh, en = f"{title.zh}抄录与签名墨色不同", f"{title.en}: the copied text and the signature differ in ink"
                yield doubt(Reason.JUDGEMENT, zh, en, (one.mark.evidence, other.evidence), one.paper.id)
                break


def differing_bits(a: str, b: str) -> int:
    """Hamming distance of two hashes in hex; hashes of different length are nothing alike."""
    return (int(a, 16) ^ int(b, 16)).bit_count() if len(a) == len(b) else 4 * max(len(a), len(b))
