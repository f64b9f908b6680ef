"""The customer was told, in papers handed over before signing, every point that has to be told.

Passes when each listed point that concerns the case stands in one of the papers, and a paper that is to be
signed if supplied is signed. Fails when the papers name most points and lack one, or a figure in them is
beyond its limit, or the signature line is empty. Review when a point stands only in papers that do not count
as notice (the clauses, the policy), when few points are found at all, or when a paper was not read clearly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from verifier.applies import applies
from verifier.case import Case
from verifier.checks.paper_signed import CUSTOMER
from verifier.checks.points import Named, Point, lacking_item, named
from verifier.checks.result import CheckParams, Result, absent, from_items
from verifier.checks.signing import judge_line
from verifier.context import Context
from verifier.model import Document, Evidence, Item, Outcome, Reason, Text
from verifier.screening.wording import Passage
from verifier.values.numerals import small_number


class PointGroup(BaseModel):
    """Points that concern the cases for which `when` holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: dict[str, object] = {}
    points: tuple[Point, ...]


class Limit(BaseModel):
    """A figure in days behind a word may be at most this (等待期: 180)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...]
    days: int


class Params(CheckParams):
    """`papers` tell it; what stands only in `elsewhere` is left to a person. `enough`: with fewer points named
    than these, the papers are worded in a way that the list does not know."""

    papers: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    groups: tuple[PointGroup, ...]
    enough: int = 0
    signed_if_supplied: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    points = [point for group in params.groups if applies(group.when, case) for point in group.points]
    papers = case.documents_of(*params.papers)
    if not papers:
        titles = "、".join(case.vocabulary.title(code).zh for code in params.papers)
        english = ", ".join(case.vocabulary.title(code).en for code in params.papers)
        return absent(
            case, f"未见任何告知资料（{titles}）", f"None of the papers that tell it is in the file ({english})"
        )
    items = [_told(case, params, points, papers), *_signatures(case, params), *_limits(case, params)]
    return from_items(items, "应告知的各要点均已载明", "Every point that has to be told is stated")


def _told(case: Case, params: Params, points: Sequence[Point], papers: Sequence[Document]) -> Item:
    found = named(points, papers)
    if not found.lacking:
        told = "、".join(point.zh for point, _ in found.there)
        detail = Text(f"已载明：{told}", f"Stated: {', '.join(point.en for point, _ in found.there)}")
        return Item(Outcome.PASS, detail, None, papers[0].id, found.evidence, 1.0)
    others = named(found.lacking, case.documents_of(*params.elsewhere))
    if others.there and not others.lacking:
        return _only_elsewhere(case, found, others, papers)
    what = Text("投保前的告知资料", "The papers handed over before signing")
    return lacking_item(case, found, papers, params.enough, what)


def _only_elsewhere(case: Case, found: Named, others: Named, papers: Sequence[Document]) -> Item:
    detail = Text(
        f"仅在条款或保险单中载明：{'、'.join(point.zh for point in found.lacking)}，请确认投保前是否已告知",
        f"Only the clauses or the policy state: {', '.join(point.en for point in found.lacking)}. Was it told before?",
    )
    return Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, papers[0].id, others.evidence)


def _signatures(case: Case, params: Params) -> Iterator[Item]:
    for paper in case.documents_of(*params.signed_if_supplied):
        item = judge_line(case, paper, ("policyholder_signature",), CUSTOMER, demanded=False)
        if item is not None:
            yield item


def _limits(case: Case, params: Params) -> Iterator[Item]:
    for limit in params.limits:
        for paper in case.documents_of(*params.papers, *params.elsewhere):
            for days, places in days_behind(Passage.of(paper.lines), limit.words):
                if days > limit.days:
                    word = limit.words[0]
                    detail = Text(
                        f"{word} {days} 日，超过 {limit.days} 日", f"{word}: {days} days, more than {limit.days}"
                    )
                    yield Item(Outcome.FAIL, detail, None, paper.id, places)


DAYS = r"[^。；;]{0,24}?(?P<n>\d{1,4}|[一二三四五六七八九十百零两]{1,6})(?:个)?(?:自然|连续)?(?:日|天)"


def days_behind(passage: Passage, words: Sequence[str]) -> Iterator[tuple[int, tuple[Evidence, ...]]]:
    """Figures of days behind one of the words in the same sentence: 犹豫期为十五日, 等待期：90天."""
    for word in words:
        for match in re.finditer(re.escape(word) + DAYS, passage.text):
            number = int(match["n"]) if match["n"].isdigit() else small_number(match["n"])
            if number is not None:
                yield number, passage.evidence(*match.span())
