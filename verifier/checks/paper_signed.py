"""A paper that the customer has to be shown is in the file, signed, and not dated too late.

Passes when the paper exists, bears one of the marks (or an electronic signature), its date is not after the
event, and it names every listed point. Fails when the paper is absent from a file that was wholly read, when
its signature line is empty, when it is dated after the event, or when it names most points and lacks some.
Review when a part of the file was not read, the ink or the date is doubtful, or only a declaration elsewhere
speaks of the paper.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from verifier.case import Case, MissingFact
from verifier.checks.points import Point, points_item
from verifier.checks.result import CheckParams, Result, absent, from_items, gap_item, review
from verifier.checks.signing import judge_line
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Document, Evidence, Item, MarkState, Outcome, Reason, Severity, Text
from verifier.screening.wording import Passage, first_saying, says
from verifier.values.script import squeeze

CUSTOMER = Text("投保人", "policyholder")


class Mentions(BaseModel):
    """What the paper must mention where the `source` paper does (a deductible of the clauses)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    words: tuple[str, ...]


class Params(CheckParams):
    """`not_after`: facts or fields, the first that is known; `doubtful_after`: dated after one of these asks
    for a person. `declared_in`: papers whose text may declare it by one of `declared_by`. `minor_with`: the
    finding is minor when one of these papers exists."""

    document: str
    marks: tuple[str, ...] = ("policyholder_signature",)
    ticks: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    dated: tuple[str, ...] = ("signed_date", "date")
    not_after: tuple[str, ...] = ()
    doubtful_after: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    mentions: Mentions | None = None
    enough: int = 1
    declared_in: tuple[str, ...] = ()
    declared_by: tuple[str, ...] = ()
    minor_with: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    title = case.vocabulary.title(params.document)
    severity = Severity.MINOR if params.minor_with and case.has(*params.minor_with) else None
    papers = case.documents_of(params.document) or held_inside(case, context, params.document)
    if not papers:
        return _not_there(case, params, title, severity)
    copies = [list(_items(case, params, paper)) for paper in papers]
    good = next((items for items in copies if all(item.outcome is Outcome.PASS for item in items)), None)
    return from_items(
        good or [item for items in copies for item in items],
        f"《{title.zh}》已签署，内容和日期符合要求",
        f"The {title.en} is signed, complete and dated in time",
        severity=severity,
    )


def signed(
    case: Case, paper: Document, marks: tuple[str, ...], ticks: tuple[str, ...] = (), seals: tuple[str, ...] = ()
) -> Item:
    """The customer's signature on one paper. A ticked box serves where the paper has no line for a signature
    (online versions): beside a blank line it does not."""
    ticked = [mark for name in ticks for mark in paper.marks_named(name) if mark.state is MarkState.PRESENT]
    if ticked and not any(paper.marks_named(name) for name in marks):
        title = paper_title(case, paper)
        said = Text(f"{title.zh}已勾选确认", f"{title.en}: ticked")
        return Item(Outcome.PASS, said, None, paper.id, (ticked[0].evidence,), ticked[0].confidence)
    person = case.maybe("policyholder.name")
    item = judge_line(case, paper, marks, CUSTOMER, seals=seals, person=person.value if person else "")
    assert item is not None  # the line is demanded
    return item


def held_inside(case: Case, context: Context, code: str) -> tuple[Document, ...]:
    """The papers that hold this one as a part, known by its heading on a line of its own."""
    hosts = []
    for need in context.papers:
        if code not in need.documents:
            continue
        for host, headings in need.inside:
            for paper in case.documents_of(host):
                if any(_is_heading(line.text, headings) for line in paper.lines):
                    hosts.append(paper)
    return tuple(hosts)


def _is_heading(text: str, headings: tuple[str, ...]) -> bool:
    plain = squeeze(text).strip("《》【】[]()（）:：一二三四五六七八九十0123456789、.． ").casefold()
    return any(plain == squeeze(heading).casefold() for heading in headings)


def _not_there(case: Case, params: Params, title: Text, severity: Severity | None) -> Result:
    if told := first_saying(case.documents_of(*params.declared_in), params.declared_by):
        host = case.vocabulary.title(told.paper.type)
        return review(
            Reason.JUDGEMENT,
            f"未见单独的《{title.zh}》，仅《{host.zh}》中有相关声明：请确认该声明是否足够",
            f"There is no separate {title.en}; only the {host.en} declares it: decide whether that is enough",
            evidence=told.evidence,
            severity=severity,
        )
    return absent(case, f"未见《{title.zh}》", f"No {title.en} was found", severity=severity)


def _items(case: Case, params: Params, paper: Document) -> Iterator[Item]:
    if params.marks or params.ticks:
        yield signed(case, paper, params.marks, params.ticks, params.seals)
    if params.not_after:
        yield from _date_items(case, params, paper)
    if params.points:
        title = case.vocabulary.title(paper.type)
        what = Text(f"《{title.zh}》", f"The {title.en}")
        yield points_item(case, params.points, [paper], params.enough, what)
    if params.mentions is not None and paper.lines:
        yield from _mentions(case, params.mentions, paper)


def _mentions(case: Case, mentions: Mentions, paper: Document) -> Iterator[Item]:
    for source in case.documents_of(mentions.source):
        there = Passage.of(source.lines)
        span = says(there, mentions.words)
        if span is None or says(Passage.of(paper.lines), mentions.words) is not None:
            continue
        title, other, word = paper_title(case, paper), paper_title(case, source), there.text[slice(*span)]
        detail = Text(
            f"{other.zh}有{word}，{title.zh}未提及，请确认是否已说明",
            f"{other.en} has {word}, {title.en} does not mention it: was it explained?",
        )
        yield Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, paper.id, there.evidence(*span))
        return


def _date_items(case: Case, params: Params, paper: Document) -> Iterator[Item]:
    name = next((name for name in params.dated if name in paper.fields), params.dated[0])
    try:
        day = case.field(paper, name)
        own = day.as_date()
        limit = next((fact for path in params.not_after if (fact := case.maybe(path)) is not None), None)
        if limit is None:
            raise case_without(params.not_after[0])
        last = limit.as_date()
    except MissingFact as gap:
        yield gap_item(gap, document=paper.id)
        return
    title = case.vocabulary.title(paper.type)
    evidence = (*day.evidence, *limit.evidence)
    sure = min(day.confidence, limit.confidence)
    if own > last:
        zh = f"《{title.zh}》日期 {own} 晚于业务日期 {last}"
        detail = Text(zh, f"The {title.en} is dated {own}, after {last}")
        yield Item(Outcome.FAIL, detail, None, paper.id, evidence, sure)
        return
    later = _doubtful(case, params, own.isoformat())
    if later is not None:
        detail = Text(
            f"《{title.zh}》日期 {own} 晚于 {later[0]} 已形成的资料",
            f"The {title.en} is dated {own}, after a paper of {later[0]}",
        )
        yield Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, paper.id, (*day.evidence, *later[1]))
        return
    detail = Text(f"《{title.zh}》日期 {own} 不晚于 {last}", f"The {title.en} is dated {own}, not after {last}")
    yield Item(Outcome.PASS, detail, None, paper.id, evidence, sure)


def _doubtful(case: Case, params: Params, own: str) -> tuple[str, tuple[Evidence, ...]] | None:
    for path in params.doubtful_after:
        fact = case.maybe(path)
        if fact is not None and fact.value[:10] < own:
            return fact.value, fact.evidence
    return None


def case_without(name: str) -> MissingFact:
    return MissingFact(Reason.FACT_MISSING, Text(f"缺少日期“{name}”", f"The date {name} is not known"))
