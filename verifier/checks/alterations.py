"""No key entry was altered without the customer's confirmation.

Passes when no line through a key entry was found, or when initials or a signature stand beside it. Fails when
a key entry is struck through without any. Review when a stroke cannot be told to be a correction. Only paper
that was written by hand can show it: electronic files are not judged.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable, passed
from verifier.checks.words import field_title, paper_title
from verifier.context import Context
from verifier.model import (
    Box,
    Document,
    DocumentMark,
    Evidence,
    FieldState,
    Item,
    MarkKind,
    MarkState,
    Reason,
    TextFrom,
)

TOUCHES = 0.2  # share of the smaller box


class Params(CheckParams):
    documents: tuple[str, ...]
    key_fields: tuple[str, ...]  # beginnings of field names
    near: float = 0.06  # of the page: how far beside the stroke initials may stand


def check(case: Case, params: Params, context: Context) -> Result:
    papers = [p for p in case.documents_of(*params.documents) if p.text_from is not TextFrom.LAYER]
    if not papers:
        return not_applicable("没有手写纸质单证", "No paper written by hand")
    items = [
        item
        for paper in papers
        for mark in paper.marks
        if mark.kind is MarkKind.STRIKE
        for item in _judge(case, paper, mark, params, context)
    ]
    if not items:
        return passed("关键栏目未见涂改", "No key entry was altered", confidence=1.0)
    return from_items(items, "涂改处均经签名确认", "Every correction is initialled")


def _judge(case: Case, paper: Document, mark: DocumentMark, params: Params, context: Context) -> list[Item]:
    name = _struck(paper, mark, params)
    if name is None:
        return []
    title, label = paper_title(case, paper), field_title(case, name)
    places = (mark.evidence,)
    if mark.state is not MarkState.PRESENT:
        zh, en = f"{title.zh}“{label.zh}”处疑似涂改", f"{title.en}: {label.en} may have been altered"
        return [doubt(Reason.LOW_CONFIDENCE, zh, en, places, paper.id)]
    initials = _initials(paper, mark, params.near)
    if initials is not None:
        zh, en = f"{title.zh}“{label.zh}”处涂改已签名确认", f"{title.en}: the change of {label.en} is initialled"
        return [good(zh, en, (*places, initials.evidence), paper.id)]
    zh, en = f"{title.zh}“{label.zh}”处涂改，旁无签名确认", f"{title.en}: {label.en} was altered without initials"
    return [bad(zh, en, places, paper.id)]


def _struck(paper: Document, mark: DocumentMark, params: Params) -> str | None:
    """The key field under the stroke; a line through a blank entry strikes nothing."""
    for name, field in paper.fields.items():
        if field.state is FieldState.EMPTY or not name.startswith(params.key_fields):
            continue
        if name == mark.name or _touch(field.evidence, mark.evidence):
            return name
    return None


def _touch(one: Evidence, other: Evidence) -> bool:
    if one.box is None or other.box is None or (one.file, one.page) != (other.file, other.page):
        return False
    return one.box.overlap(other.box) >= TOUCHES


def _initials(paper: Document, mark: DocumentMark, near: float) -> DocumentMark | None:
    kinds = (MarkKind.SIGNATURE, MarkKind.HANDWRITING, MarkKind.SEAL)
    for other in paper.marks:
        same = (other.evidence.file, other.evidence.page) == (mark.evidence.file, mark.evidence.page)
        if same and other.kind in kinds and other.state is MarkState.PRESENT:
            if other.evidence.box is None or mark.evidence.box is None:
                continue
            if _gap(other.evidence.box, mark.evidence.box) <= near:
                return other
    return None


def _gap(a: Box, b: Box) -> float:
    across = max(a.left - b.right, b.left - a.right, 0.0)
    down = max(a.top - b.bottom, b.top - a.bottom, 0.0)
    return max(across, down)
