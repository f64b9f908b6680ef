"""A signature that can be read is the name of the person who should have signed.

Passes when every signature that was read well enough is that person's name in some lawful form. Fails when a
well-read signature has no character in common with it, or is somebody else's name in this case (the
seller's). Review when it differs in part: handwriting is easily misread. One doubtful character is settled by
the other papers that the same person signed, where they read as the very name, or where every character of it was
read in its place on several of them. Not applicable when no signature could be read; an unreadable hand is never
held against anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict
from rapidfuzz.distance import Levenshtein

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Compared, Document, DocumentMark, Item, MarkKind, MarkState, Reason, Text
from verifier.values.match import MatchKind
from verifier.values.names import canonical_name, compare_names
from verifier.values.script import simplified

SETTLING = 2  # other papers of one person that settle one character of a signature
CERTAIN = 0.97  # a character read better than this is not explained away
LONGEST_REST = 3  # characters behind a name that make no longer name of it
_NO_NAME = re.compile(r"[\d年月日期签名字:：./\- ]")

Signed = tuple[Document, DocumentMark]


class Role(BaseModel):
    """A mark's name and the facts that name who may sign there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mark: str
    people: tuple[str, ...]
    zh: str
    en: str


class Params(CheckParams):
    roles: tuple[Role, ...]
    others: tuple[str, ...] = ()  # facts that name people who must not sign for them
    confidence: str


def check(case: Case, params: Params, context: Context) -> Result:
    least = float(context.parameters.number(params.confidence))
    items: list[Item] = []
    compared: list[Compared] = []
    asked = [(role, people) for role in params.roles if (people := _people(case, role))]
    signed = {role.mark: _signed(case, role, least) for role, _ in asked}
    for role, people in asked:
        hand = [one for other, them in asked if them[0].value == people[0].value for one in signed[other.mark]]
        for one in signed[role.mark]:
            items.append(_settled(case, one, hand, role, people) or _judge(case, *one, role, people, params))
            label = Text(f"{role.zh}签名", f"signature of the {role.en}")
            compared.append(Compared(label, one[1].text, one[1].evidence))
    if not items:
        return not_applicable("没有可辨认姓名的签名", "No signature's name can be read")
    return from_items(items, "签名与证件姓名一致", "The signatures are the names on the IDs", compared=compared)


def _people(case: Case, role: Role) -> list[Fact]:
    return [fact for name in role.people if (fact := case.maybe(name)) is not None]


def _signed(case: Case, role: Role, least: float) -> list[Signed]:
    marks = [(paper, mark) for paper in case.documents for mark in paper.marks_named(role.mark)]
    return [(paper, mark) for paper, mark in marks if _readable(mark, least)]


def _readable(mark: DocumentMark, least: float) -> bool:
    """At least two characters, read with the demanded confidence."""
    written = mark.kind is MarkKind.SIGNATURE and mark.state is MarkState.PRESENT
    return written and mark.evidence.confidence >= least and len(canonical_name(mark.text)) >= 2


def _settled(case: Case, one: Signed, signed: Sequence[Signed], role: Role, people: Sequence[Fact]) -> Item | None:
    """A signature that was read as the name but for one doubtful character, and nobody else's name here: the
    papers which the same person signed tell what it says."""
    paper, mark = one
    name, read = canonical_name(people[0].value), written_name(mark.text, people[0].value)
    if Levenshtein.distance(name, read) != 1 or mark.evidence.confidence >= CERTAIN:
        return None
    if any(compare_names(read, other).agrees for other in _named(case)):
        return None
    others = {other.id: m for other, m in signed if other.id != paper.id and _reads_as(m, name)}
    if len(others) < SETTLING and not _voted(name, signed):
        return None
    title = paper_title(case, paper)
    zh = f"{title.zh}{role.zh}签名读作“{read}”；同一人在其余材料上的签名读作“{name}”，一字之差系识别误差"
    en = f"{title.en}: read as {read!r} by the {role.en}; the other papers of the same hand read {name!r}: one misread"
    places = (mark.evidence, *(m.evidence for m in others.values()))
    return good(zh, en, places[:4], paper.id, 0.95)


def _reads_as(mark: DocumentMark, name: str) -> bool:
    """The very name, or one that differs by a look-alike."""
    match = compare_names(written_name(mark.text, name), name)
    return match.agrees or match.kind is MatchKind.OCR_NEAR


def _voted(name: str, signed: Sequence[Signed]) -> bool:
    """Was every character of the name read in its place on several papers, and no other one on more than one? A
    reader errs now here, now there; another person's name would be read alike everywhere."""
    reads = [written_name(mark.text, name) for mark in {paper.id: mark for paper, mark in signed}.values()]
    alike = [read for read in reads if len(read) == len(name) and sum(map(str.__ne__, read, name)) <= 1]
    if len(alike) < SETTLING + 1 or len(alike) < len(reads):
        return False
    for place, character in enumerate(name):
        seen = [read[place] for read in alike]
        if seen.count(character) < SETTLING or any(seen.count(c) > 1 for c in set(seen) - {character}):
            return False
    return True


def written_name(text: str, name: str) -> str:
    """What was read at a signature without what does not belong to it: a date, words of the form, a second reading
    of the same ink. The name itself where it stands whole in it."""
    read, wanted = canonical_name(text), canonical_name(name)
    bare = simplified(wanted).replace("·", "")
    place = simplified(read).replace("·", "").find(bare)
    if place < 0 or read == wanted:
        return read
    rest = simplified(read).replace("·", "")
    rest = rest[:place] + rest[place + len(bare) :]
    apart = rest in bare or len(rest) >= LONGEST_REST or not _NO_NAME.sub("", rest)
    return wanted if apart else read


def _named(case: Case) -> Iterator[str]:
    """Every person's name that the papers of the case state."""
    for document in case.documents:
        for path, found in document.fields.items():
            if path.rsplit(".", 1)[-1] == "name" and found.kind == "name" and found.value:
                yield found.value


def _judge(case: Case, paper: Document, mark: DocumentMark, role: Role, people: list[Fact], params: Params) -> Item:
    title, signed = paper_title(case, paper), written_name(mark.text, people[0].value)
    places = (mark.evidence, *(e for fact in people[:1] for e in fact.evidence[:1]))
    matches = [compare_names(signed, fact.value) for fact in people]
    names = "、".join(fact.value for fact in people)
    if any(match.agrees or match.kind is MatchKind.UNREADABLE for match in matches):
        said = f"{title.zh}{role.zh}签名“{signed}”", f"{title.en}: signed {signed!r} by the {role.en}"
        return good(*said, places, paper.id, 0.95)  # the name it should be is no chance reading
    zh = f"{title.zh}{role.zh}处签名为“{signed}”，应为“{names}”"
    en = f"{title.en}: {signed!r} is signed where the {role.en} ({names}) should sign"
    for other in params.others:
        fact = case.maybe(other)
        if fact is not None and compare_names(signed, fact.value).kind is MatchKind.EXACT:
            return bad(
                f"{zh}，与{fact.value}（他人）姓名相同", f"{en}; it is the name of {fact.value}", places, paper.id
            )
    shared = any(set(simplified(signed)) & set(simplified(fact.value)) for fact in people)
    if shared or any(match.kind is not MatchKind.CONFLICT for match in matches):
        return doubt(Reason.CONFLICTING_VALUES, f"{zh}，可能是字迹误读", f"{en}; perhaps misread", places, paper.id)
    return bad(zh, en, places, paper.id)
