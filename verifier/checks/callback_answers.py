"""The call-back asked everything that it has to ask, and every question was answered.

Passes when every question was answered and the printed questions name every point, or, on a record that prints
none in known words, when there are as many answers as points. Fails when a question is left without answer, or
a record that names most points lacks one. Review when an answer was not read, or the wording of a question that
may be the lacking one is not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from verifier.applies import truth
from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.points import Named, Point, lacking_item, named
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.model import Box, Document, Field, FieldState, Item, Line, Outcome, Reason, Text, TextFrom
from verifier.screening.wording import pattern
from verifier.values.script import squeeze

ANSWER = re.compile(r"^answers\[(\d+)\]$")
WHAT = Text("回访记录", "The call-back record")
BENT = 65  # of 100: a phrase of three characters of which OCR misread one
SHORTEST = 3  # characters of a phrase that may be looked for in a misread line


class Params(CheckParams):
    """`points`: what has to be asked; `recorded`: this too where the sale must be recorded; `enough`: from how
    many on a record is taken to follow this wording; `others`: words of questions that are asked beside these."""

    document: str = "A03"
    points: tuple[Point, ...]
    recorded: Point | None = None
    enough: int = 4
    others: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        raise case.missing_document(params.document)
    copies = [_items(case, params, paper) for paper in papers]
    sound = next((items for items in copies if all(item.outcome is Outcome.PASS for item in items)), None)
    items = sound or [item for items in copies for item in items]
    return from_items(items, "回访各项均有答复", "Every question of the call-back was answered")


def _items(case: Case, params: Params, paper: Document) -> list[Item]:
    items: list[Item] = []
    answered: list[Field] = []
    for name in sorted(paper.fields, key=lambda one: (len(one), one)):
        match, field = ANSWER.match(name), paper.fields[name]
        if match is None:
            continue
        zh, en, where = f"第 {match[1]} 项", f"Question {match[1]}", (field.evidence,)
        if field.state is FieldState.READ:
            answered.append(field)
        elif field.state is FieldState.EMPTY:
            items.append(bad(f"{zh}未答复", f"{en} was not answered", where, paper.id))
        else:
            items.append(
                doubt(Reason.UNREADABLE, f"{zh}答复无法辨认", f"The answer to {en} cannot be read", where, paper.id)
            )
    return items or [_asked(case, params, paper, answered)]


def _asked(case: Case, params: Params, paper: Document, answered: Sequence[Field]) -> Item:
    """By the printed questions where they are in known words, else by their number."""
    points = params.points
    if params.recorded is not None and truth({"recording_required": True}, case):
        points = (*points, params.recorded)
    found = named(points, [paper])
    if not found.lacking:
        return good("各项要点均已询问并有答复", "Every point was asked and answered", found.evidence, paper.id, 1.0)
    if len(found.there) < params.enough:
        return _by_number(case, params, paper, len(answered), found, len(points))
    questions = [text for field in answered if (text := _question(paper, field, answered))]
    unknown = [text for text in questions if not _known(text, params, points)]
    if paper.text_from is not TextFrom.LAYER:
        bent = [text for line in paper.lines if not _known(text := squeeze(line.text), params, points)]
        found, rest = _mended(found, bent)
        unknown = [text for text in unknown if any(one in text for one in rest)]
        if not found.lacking:
            return good("各项要点均已询问并有答复", "Every point was asked and answered", found.evidence, paper.id, 0.9)
    item = lacking_item(case, found, [paper], params.enough, WHAT)
    if not unknown:
        return item
    zh = f"{item.detail.zh}；“{unknown[0]}”等问项的措辞不常见，请确认是否即为该项"
    en = f"{item.detail.en}; {unknown[0]!r} is worded in an unknown way: please see whether it asks this"
    return doubt(Reason.JUDGEMENT, zh, en, item.evidence, paper.id)


def _by_number(case: Case, params: Params, paper: Document, answered: int, found: Named, wanted: int) -> Item:
    if answered >= wanted:
        return good(f"{answered} 项均有答复", f"{answered} questions answered", (), paper.id, 1.0)
    if paper.lines:
        return lacking_item(case, found, [paper], params.enough, WHAT)
    return doubt(Reason.FIELD_MISSING, f"仅读出 {answered} 项答复", f"Only {answered} answers were read", (), paper.id)


def _known(text: str, params: Params, points: Sequence[Point]) -> bool:
    phrases = [phrase for point in points for phrase in point.phrases]
    return any(pattern(phrase).search(text) for phrase in (*phrases, *params.others))


def _mended(found: Named, unknown: Sequence[str]) -> tuple[Named, list[str]]:
    """On a scan: lines that name a lacking point but for a misread character; what is left of both."""
    there, lacking, left = list(found.there), [], list(unknown)
    for point in found.lacking:
        text = next((one for one in left if _nearly(point, one)), None)
        if text is None:
            lacking.append(point)
        else:
            there.append((point, ()))
            left.remove(text)
    return Named(tuple(there), tuple(lacking)), left


def _nearly(point: Point, text: str) -> bool:
    words = [phrase for phrase in point.phrases if "…" not in phrase and len(phrase) >= SHORTEST]
    return any(fuzz.partial_ratio(word, text) >= BENT for word in words if len(text) >= len(word))


def _question(paper: Document, field: Field, answers: Sequence[Field]) -> str:
    """The lines that stand nearest to this answer, run together."""
    box = field.evidence.box
    if box is None:
        return ""
    return squeeze("".join(line.text for line in paper.lines if _beside(line, field, box, answers)))


def _beside(line: Line, field: Field, box: Box, answers: Sequence[Field]) -> bool:
    place = line.evidence.box
    if place is None or (line.evidence.file, line.evidence.page) != (field.evidence.file, field.evidence.page):
        return False
    middle = place.middle[1]
    if abs(middle - box.middle[1]) > 2 * place.height:
        return False
    others = [
        abs(other.middle[1] - middle)
        for one in answers
        if (one.evidence.file, one.evidence.page) == (field.evidence.file, field.evidence.page)
        and (other := one.evidence.box) is not None
    ]
    return abs(box.middle[1] - middle) <= min(others) + 1e-6
