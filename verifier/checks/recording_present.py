"""A sale that must be recorded was recorded.

Passes when a recording, or its register or quality sheet with the file number, is in the file. Fails when a
recording was required and none is there, or when the sheet names no file. Review when something was not read
or the file number is unreadable. Not applicable where the rules ask for no recording.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import field_title, paper_title, place_of
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Reason


class Params(CheckParams):
    document: str
    fields: tuple[str, ...]  # what the register must name


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    title = case.vocabulary.title(params.document)
    if not papers:
        items = [
            lacking(case, f"应双录而未见《{title.zh}》", f"No {title.en}, though one is required", params.document)
        ]
    else:
        items = [_judge(case, paper, name, context) for paper in papers[-1:] for name in params.fields]
    return from_items(items, "已按规定双录", "The sale was recorded as required")


def _judge(case: Case, paper: Document, name: str, context: Context) -> Item:
    stated, title, label = paper.fields.get(name), paper_title(case, paper), field_title(case, name)
    if stated is None or stated.state is FieldState.READ:
        place = stated.evidence if stated is not None else place_of(case, paper)
        return good(f"{title.zh}在档", f"{title.en} is in the file", (place,), paper.id, 1.0)
    if stated.state is FieldState.EMPTY:
        zh, en = f"{title.zh}“{label.zh}”空白，不能证明已双录", f"{title.en}: {label.en} is blank"
        return bad(zh, en, (stated.evidence,), paper.id)
    zh, en = f"{title.zh}“{label.zh}”无法辨认", f"{title.en}: {label.en} is unreadable"
    return doubt(Reason.UNREADABLE, zh, en, (stated.evidence,), paper.id)
