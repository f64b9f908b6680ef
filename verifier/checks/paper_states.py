"""A paper that the customer has to be given is in the file, says what it has to say, and came in time.

Of the groups, those that this sale calls for are judged. Passes when one of the group's papers exists, names
every point, the product and not too many pages, bears the demanded signature and is dated in time; or when
another signed paper serves in its place. Fails when it is absent from a file that was wholly read, lacks a
point that such papers name, is for another product, too long, unsigned, or dated too late. Review when a part
was not read, a date or a product's name is not clear, or the paper is worded in an unknown way.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from verifier.applies import applies
from verifier.case import Case, MissingFact
from verifier.checks.items import bad, doubt, good
from verifier.checks.paper_signed import held_inside
from verifier.checks.points import Point, points_item
from verifier.checks.result import CheckParams, Result, absent, as_item, from_items, gap_item, not_applicable
from verifier.checks.signing import judge_line
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import Document, Evidence, FieldState, Item, Outcome, Reason, Text
from verifier.screening.wording import first_saying
from verifier.values.organisations import compare_products


class Signers(BaseModel):
    """Marks of which one must be there, and who makes them; `seals` serve in their stead. `person`: the fact
    that names who should sign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    marks: tuple[str, ...]
    seals: tuple[str, ...] = ()
    person: str = ""


class Group(BaseModel):
    """`documents`: any of them is enough, and the points may stand in all of them together. `product`: a field
    that must name the product sold. `dated`: its date fields; `not_after`: facts, the first that is known.
    `undated`: a paper without any date is no gap. `instead`: papers that serve when signed by `signers`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: dict[str, object] = {}
    documents: tuple[str, ...]
    points: tuple[Point, ...] = ()
    enough: int = 1
    product: str = ""
    most_pages: int = 0
    dated: tuple[str, ...] = ("provided_date", "signed_date", "date")
    not_after: tuple[str, ...] = ()
    undated: bool = False
    signers: Signers | None = None
    instead: tuple[str, ...] = ()


class Params(CheckParams):
    groups: tuple[Group, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    wanted = [group for group in params.groups if applies(group.when, case)]
    if not wanted:
        return not_applicable("本案不要求该文件", "This sale does not call for such a paper")
    items = [item for group in wanted for item in _group(case, group, context)]
    return from_items(items, "文件齐全，内容和日期符合要求", "The papers are there, complete and in time")


def _group(case: Case, group: Group, context: Context) -> list[Item]:
    papers = case.documents_of(*group.documents)
    if not papers:
        hosts = {host.id: host for code in group.documents for host in held_inside(case, context, code)}
        papers = tuple(hosts.values())
    if papers:
        own = list(_judged(case, group, papers))
        if all(item.outcome is Outcome.PASS for item in own):
            return own
        return _serving(case, group) or own
    served = _serving(case, group)
    if served:
        return served
    title = case.vocabulary.title(group.documents[0])
    missing = absent(case, f"未见《{title.zh}》", f"No {title.en} was found")
    return [as_item(missing, group.documents[0])]


def _serving(case: Case, group: Group) -> list[Item]:
    """A signed paper that serves in its place; one that is not signed does not."""
    for paper in case.documents_of(*group.instead):
        if group.signers is not None:
            item = _signature(case, group.signers, paper)
            if item.outcome is Outcome.PASS:
                return [item]
    return []


def _judged(case: Case, group: Group, papers: tuple[Document, ...]) -> Iterator[Item]:
    paper = papers[-1]
    if group.points:
        title = paper_title(case, paper)
        yield points_item(case, group.points, papers, group.enough, title)
    if group.product:
        yield _product(case, group, papers)
    if group.most_pages and len(paper.pages) > group.most_pages:
        title = paper_title(case, paper)
        zh = f"{title.zh}共 {len(paper.pages)} 页，超过 {group.most_pages} 页"
        en = f"{title.en} has {len(paper.pages)} pages, more than {group.most_pages}"
        yield bad(zh, en, (place_of(case, paper, last=True),), paper.id)
    if group.signers is not None and not group.instead:
        yield _signature(case, group.signers, paper)
    if group.not_after:
        yield _dated(case, group, papers)
    if not (group.points or group.product or group.not_after or (group.signers and not group.instead)):
        title = paper_title(case, paper)
        yield good(f"{title.zh}在档", f"{title.en} is in the file", (place_of(case, paper),), paper.id)


def _signature(case: Case, signers: Signers, paper: Document) -> Item:
    person = case.maybe(signers.person) if signers.person else None
    item = judge_line(
        case, paper, signers.marks, Text(signers.zh, signers.en), seals=signers.seals,
        person=person.value if person else "",
    )  # fmt: skip
    assert item is not None  # the line is demanded
    return item


def _product(case: Case, group: Group, papers: tuple[Document, ...]) -> Item:
    """By the field that names it, else by the product's name anywhere in the text."""
    sold = case.fact("product.name")
    for paper in reversed(papers):
        title, field = paper_title(case, paper), paper.fields.get(group.product)
        if field is not None and field.state is FieldState.READ:
            match, where = compare_products(sold.value, field.value), (field.evidence, *sold.evidence)
            if match.agrees:
                return good(f"{title.zh}产品为“{field.value}”", f"{title.en} is for {field.value}", where, paper.id)
            zh = f"{title.zh}产品“{field.value}”，所售产品“{sold.value}”"
            en = f"{title.en} is for {field.value}, the product sold is {sold.value}"
            if match.conflicts:
                return bad(zh, en, where, paper.id)
            return doubt(Reason.CONFLICTING_VALUES, zh, en, where, paper.id)
    paper, found = papers[-1], _in_text(papers, sold.value)
    title = paper_title(case, paper)
    if found:
        return good(f"{title.zh}写明产品“{sold.value}”", f"{title.en} names {sold.value}", found, paper.id)
    blank = next((p.fields[group.product] for p in papers if group.product in p.fields), None)
    if blank is not None and blank.state is FieldState.EMPTY:
        return bad(f"{title.zh}未写明产品", f"{title.en} leaves the product blank", (blank.evidence,), paper.id)
    zh, en = f"{title.zh}未读出产品名称“{sold.value}”", f"{title.en}: the product {sold.value} was not found on it"
    return doubt(Reason.FIELD_MISSING, zh, en, (place_of(case, paper),), paper.id)


def _in_text(papers: tuple[Document, ...], name: str) -> tuple[Evidence, ...]:
    told = first_saying(papers, (name,))
    return told.evidence if told else ()


def _dated(case: Case, group: Group, papers: tuple[Document, ...]) -> Item:
    """The date of one of the papers that is in time is enough."""
    limit = next((fact for path in group.not_after if (fact := case.maybe(path)) is not None), None)
    if limit is None:
        gap = Text("合同订立日期不明", "The day of the contract is not known")
        return gap_item(MissingFact(Reason.FACT_MISSING, gap))
    last, late, unread = limit.as_date(), None, None
    for paper in papers:
        title = paper_title(case, paper)
        for name in (name for name in group.dated if name in paper.fields):
            field = paper.fields[name]
            if field.state is not FieldState.READ:
                unread = unread or (paper, field)
                continue
            if len(field.value) < 10 or field.value[:4].isalpha():
                continue
            where, day = (field.evidence, *limit.evidence), field.value
            if day <= last.isoformat():
                return good(f"{title.zh}日期 {day}", f"{title.en} is dated {day}, in time", where, paper.id)
            zh, en = f"{title.zh}日期 {day} 晚于 {last}", f"{title.en} is dated {day}, after {last}"
            late = late or bad(zh, en, where, paper.id)
            break
    if late is not None:
        return late
    paper, title = papers[-1], paper_title(case, papers[-1])
    if unread is not None and unread[1].state is FieldState.UNREADABLE:
        zh, en = f"{title.zh}日期无法辨认", f"{title.en}: the date cannot be read"
        return doubt(Reason.UNREADABLE, zh, en, (unread[1].evidence,), unread[0].id)
    if group.undated and unread is None:
        return good(f"{title.zh}未印日期", f"{title.en} prints no date", (place_of(case, paper),), paper.id, 1.0)
    zh, en = f"{title.zh}日期空白或未找到", f"{title.en}: the date is blank or was not found"
    where = (unread[1].evidence,) if unread is not None else (place_of(case, paper),)
    return doubt(Reason.FIELD_MISSING, zh, en, where, paper.id)
