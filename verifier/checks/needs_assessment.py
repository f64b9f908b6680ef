"""The customer's needs and means were assessed, and the customer confirmed it.

Passes when the assessment is in the file, its demanded fields are filled in, and it is signed or ticked by
the policyholder. Fails when it is absent from a file that was wholly read, a printed field is blank, or it is
not confirmed. Review when a field was not found or not read, or when the questions seem to stand in another
paper.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks.paper_signed import held_inside, signed
from verifier.checks.result import CheckParams, Result, absent, from_items, review
from verifier.checks.words import field_title, paper_title
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Outcome, Reason, Text
from verifier.screening.wording import first_saying


class Params(CheckParams):
    """`demand`: fields that such a form has (`a|b`: one of them); `if_printed`: only filled in where printed.
    `elsewhere`: papers that may hold the questions, known by `elsewhere_cues`."""

    document: str = "D-301"
    demand: tuple[str, ...]
    if_printed: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ("confirmation", "consent")
    elsewhere: tuple[str, ...] = ()
    elsewhere_cues: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    title = case.vocabulary.title(params.document)
    if not papers:
        return _elsewhere(case, params, context, title)
    paper = papers[-1]
    items = [
        *_fields(case, params, context, paper),
        signed(case, paper, ("policyholder_signature",), params.ticks),
    ]
    return from_items(
        items, f"《{title.zh}》已填写并经投保人确认", f"The {title.en} is filled in and confirmed by the policyholder"
    )


def _elsewhere(case: Case, params: Params, context: Context, title: Text) -> Result:
    """The questions may be printed in the application or in the agent's report: whether what is there is an
    assessment that the customer confirmed, a person has to see."""
    hosts = *held_inside(case, context, params.document), *case.documents_of(*params.elsewhere)
    if told := first_saying(hosts, params.elsewhere_cues):
        host = paper_title(case, told.paper)
        return review(
            Reason.JUDGEMENT,
            f"未见单独的《{title.zh}》，{host.zh}中有相关内容：请确认是否已完成评估并经投保人确认",
            f"There is no separate {title.en}, but {host.en} speaks of it: was it made and confirmed?",
            evidence=told.evidence,
        )
    return absent(case, f"未见《{title.zh}》", f"No {title.en} was found")


def _fields(case: Case, params: Params, context: Context, paper: Document) -> Iterator[Item]:
    filled = []
    for names, must in [(one, True) for one in params.demand] + [(one, False) for one in params.if_printed]:
        item = _field(case, context, paper, names.split("|"), must)
        if item is None:
            continue
        if item.outcome is Outcome.PASS:
            filled.append(item)
        else:
            yield item
    title = paper_title(case, paper)
    if filled:
        detail = Text(f"{title.zh}已填 {len(filled)} 项", f"{title.en}: {len(filled)} fields are filled in")
        places = tuple(one for item in filled for one in item.evidence)
        yield Item(Outcome.PASS, detail, None, paper.id, places, 1.0)


def _field(case: Case, context: Context, paper: Document, names: list[str], must: bool) -> Item | None:
    found = [paper.fields[name] for name in names if name in paper.fields]
    label, title = field_title(case, names[0]), paper_title(case, paper)
    read = next((field for field in found if field.state is FieldState.READ), None)
    if read is not None:
        return Item(Outcome.PASS, label, None, paper.id, (read.evidence,), 1.0)
    unreadable = next((field for field in found if field.state is FieldState.UNREADABLE), None)
    if unreadable is not None:
        detail = Text(f"{title.zh}“{label.zh}”无法辨认", f"{title.en}: {label.en} cannot be read")
        return Item(Outcome.REVIEW, detail, Reason.UNREADABLE, paper.id, (unreadable.evidence,))
    if found:
        detail = Text(f"{title.zh}“{label.zh}”未填写", f"{title.en}: {label.en} is blank")
        return Item(Outcome.FAIL, detail, None, paper.id, (found[0].evidence,), found[0].confidence)
    if not must:
        return None
    detail = Text(f"{title.zh}上未找到“{label.zh}”", f"{title.en}: {label.en} was not found")
    return Item(Outcome.REVIEW, detail, Reason.FIELD_MISSING, paper.id)
