"""Every signed paper bears a plausible date of signing.

Passes when each dated line is filled in with a day that is not in the future, not before the form's own
edition, and (for papers that rest on an identity document) not before that document was issued. Fails for a
blank date or an impossible one. Review when the date cannot be read (a missing year among them), or when no
date was found on a paper that must have one.
"""

from __future__ import annotations

import re
from datetime import date

from pydantic import BaseModel, ConfigDict

from verifier.case import Case, Fact
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import Document, Evidence, Field, FieldState, Item, Outcome, Reason, Text
from verifier.values.script import squeeze

EDITION = re.compile(r"(20[0-2]\d)[.\-/年]?(0?[1-9]|1[0-2])月?(?:第?[一二三四五六七八九\d]*)?版")


class DatedPaper(BaseModel):
    """A paper, its date fields (any one of them), and whether such a paper always has one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str
    fields: tuple[str, ...] = ("signed_date",)
    demand: bool = False
    after_id: bool = False


class Params(CheckParams):
    papers: tuple[DatedPaper, ...]
    id_valid_from: str = ""


def check(case: Case, params: Params, context: Context) -> Result:
    issued = case.maybe(params.id_valid_from) if params.id_valid_from else None
    items: list[Item] = []
    for wanted in params.papers:
        for paper in case.documents_of(wanted.document):
            item = _judge(case, paper, wanted, issued if wanted.after_id else None, context.as_of)
            if item is not None:
                items.append(item)
    if not items:
        return not_applicable("没有应签署日期的单证", "No paper with a date of signing is in the file")
    return from_items(items, "各单证签署日期完整合理", "Every signing date is filled in and plausible")


def _judge(case: Case, paper: Document, wanted: DatedPaper, issued: Fact | None, as_of: date) -> Item | None:
    title = paper_title(case, paper)
    stated = [paper.fields[name] for name in wanted.fields if name in paper.fields]
    if not stated:
        if not wanted.demand:
            return None
        lost = Text(f"{title.zh}上未找到签署日期", f"{title.en}: no date of signing was found")
        return Item(Outcome.REVIEW, lost, Reason.FIELD_MISSING, paper.id, (place_of(case, paper, last=True),))
    read = [field for field in stated if field.state is FieldState.READ]
    if read:
        return _plausible(paper, title, read[0], issued, as_of)
    if any(field.state is FieldState.UNREADABLE for field in stated):
        unread = Text(
            f"{title.zh}签署日期无法辨认或不完整", f"{title.en}: the date of signing is unreadable or incomplete"
        )
        return Item(Outcome.REVIEW, unread, Reason.UNREADABLE, paper.id, tuple(f.evidence for f in stated))
    blank = Text(f"{title.zh}未填写签署日期", f"{title.en}: the date of signing is blank")
    return Item(Outcome.FAIL, blank, None, paper.id, (stated[0].evidence,))


def _plausible(paper: Document, title: Text, field: Field, issued: Fact | None, as_of: date) -> Item:
    try:
        day = date.fromisoformat(field.value)
    except ValueError:
        unread = Text(f"{title.zh}签署日期“{field.text}”无法辨认", f"{title.en}: {field.text!r} is not a date")
        return Item(Outcome.REVIEW, unread, Reason.UNREADABLE, paper.id, (field.evidence,))
    places: tuple[Evidence, ...] = (field.evidence,)
    edition = _edition(paper)
    if day > as_of:
        said = Text(f"{title.zh}签署日期{day}晚于审核日{as_of}", f"{title.en} is dated {day}, after {as_of}")
    elif edition is not None and day < edition:
        said = Text(
            f"{title.zh}签署日期{day}早于该表单版本{edition:%Y-%m}",
            f"{title.en} is dated {day}, before its own edition of {edition:%Y-%m}",
        )
    elif issued is not None and _before(day, issued):
        said = Text(
            f"{title.zh}签署日期{day}早于证件签发日{issued.value}",
            f"{title.en} is dated {day}, before the identity document was issued ({issued.value})",
        )
        places = (*places, *issued.evidence)
    else:
        said = Text(f"{title.zh}签署日期{day}", f"{title.en} is dated {day}")
        return Item(Outcome.PASS, said, None, paper.id, places)
    return Item(Outcome.FAIL, said, None, paper.id, places)


def _before(day: date, issued: Fact) -> bool:
    try:
        return day < date.fromisoformat(issued.value)
    except ValueError:
        return False


def _edition(paper: Document) -> date | None:
    """The form's edition as printed in its corner: 2023.06版."""
    for line in paper.lines:
        match = EDITION.search(squeeze(line.text))
        if match:
            return date(int(match[1]), int(match[2]), 1)
    return None
