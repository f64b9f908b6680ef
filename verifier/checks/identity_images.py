"""The identity document of each party is in the file, on both sides where it has two, and can be read.

Passes when every person has the sides that the kind of document has, and picture and key fields were read
well. Fails when a person's document, or one side of it, is absent from a file that was wholly read.
Review when the picture is poor, a key field was read with low confidence or not at all, or a side cannot be
told to belong to the person: poor reading never fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, absent, from_items
from verifier.context import Context
from verifier.model import Document, Evidence, Field, FieldState, Item, Outcome, Reason, Text
from verifier.values.identifiers import identify
from verifier.values.names import compare_names
from verifier.values.script import squeeze

PEOPLE = {"policyholder": Text("投保人", "policyholder"), "insured": Text("被保险人", "insured")}
PORTRAIT, EMBLEM = ("name", "id_number"), ("issuer", "valid_from", "valid_to")


class Params(CheckParams):
    """`two_sided`: kinds of card with a back side that carries fields. `portrait_words`, `emblem_words`: what
    a side prints although its fields were not read. `one_sided_words`: cards of these kinds that have one side.
    `child_papers`: variants of D-204 that stand for the document of a child below `child_age`."""

    two_sided: tuple[str, ...] = ("id_card", "hmt_residence", "permanent_residence")
    portrait_words: tuple[str, ...]
    emblem_words: tuple[str, ...]
    one_sided_words: tuple[str, ...]
    child_papers: tuple[str, ...] = ("household_register", "birth_certificate")
    child_age: int = 16
    card_words: tuple[str, ...] = ()  # document types of a form that say the child has a card of its own


def check(case: Case, params: Params, context: Context) -> Result:
    quality = float(context.parameters.number("ocr.image_quality_min"))
    limit = float(context.parameters.number("ocr.field_conf_pass"))
    items: list[Item] = []
    for role in _people(case):
        items.extend(_person(case, params, role, quality, limit))
    if not items:
        detail = Text("投保人为单位，见单位投保资料", "The policyholder is an organisation: see its papers")
        items = [Item(Outcome.NOT_APPLICABLE, detail)]
    return from_items(items, "身份证件影像齐全、清晰", "The images of the identity documents are complete and legible",
                      parameters={"image_quality_min": str(quality), "field_confidence": str(limit)})  # fmt: skip


def _people(case: Case) -> Iterator[str]:
    """Natural persons: the policyholder, and in personal lines the insured if another person."""
    entity = case.fact("policyholder.is_organisation").is_true
    if not entity:
        yield "policyholder"
    if case.fact("line").value == "personal" and (entity or not case.fact("insured.is_policyholder").is_true):
        yield "insured"


def _person(case: Case, params: Params, role: str, quality: float, limit: float) -> Iterator[Item]:
    who, papers = PEOPLE[role], documents_of_person(case, role)
    if not papers:
        yield from _without(case, params, role)
        return
    portraits = [paper for paper in papers if _has_side(paper, PORTRAIT, params.portrait_words)]
    if not portraits:
        yield _side_absent(
            case, papers, Text(f"{who.zh}证件人像面（资料页）", f"portrait side of the {who.en}'s document")
        )
    if _needs_back(params, papers):
        yield from _back(case, params, role, papers)
    yield from _legible(case, who, papers, quality, limit)


def documents_of_person(case: Case, role: str) -> list[Document]:
    """The papers filed under the person, and those whose name or number is the person's."""
    own = list(case.documents_of("D-202", subject=role))
    name, number = case.maybe(f"F01.{role}.name"), case.maybe(f"F01.{role}.id_number")
    for paper in case.documents_of("D-202"):
        if paper.subject is not None or paper in own:
            continue
        same_number = number is not None and _value(paper, "id_number") == number.value
        same_name = (
            name is not None and _value(paper, "name") and compare_names(_value(paper, "name"), name.value).agrees
        )
        if same_number or same_name:
            own.append(paper)
    return own


def _value(paper: Document, name: str) -> str:
    field = paper.fields.get(name)
    return field.value if field is not None and field.state is FieldState.READ else ""


def _without(case: Case, params: Params, role: str) -> Iterator[Item]:
    who = PEOPLE[role]
    age = case.maybe(f"{role}.age")
    stated = case.maybe(f"F01.{role}.id_type")
    has_card = stated is not None and stated.value in params.card_words
    if age is not None and age.as_int() < params.child_age and not has_card:
        for variant in params.child_papers:
            for paper in case.documents_of("D-204", variant=variant):
                title = case.vocabulary.title("D-204")
                detail = Text(
                    f"{who.zh} {age} 周岁，以《{title.zh}》代替身份证", f"The {who.en} is {age}: {title.en} serves"
                )
                yield Item(Outcome.PASS, detail, None, paper.id, (_place(case, paper),), 1.0)
                return
    loose = [paper for paper in case.documents_of("D-202") if paper.subject is None]
    if loose:
        detail = Text(
            f"未见可确认属于{who.zh}的身份证件，另有未能归属的证件影像",
            f"No identity document is known to be the {who.en}'s, but there are images that belong to nobody known",
        )
        places = tuple(_place(case, paper) for paper in loose)
        yield Item(Outcome.REVIEW, detail, Reason.CONFLICTING_VALUES, "D-202", places)
        return
    missing = absent(case, f"未见{who.zh}的身份证件影像", f"No identity document of the {who.en} was found")
    yield Item(missing.outcome, missing.detail, missing.reason, "D-202", (), 1.0)


def _has_side(paper: Document, fields: Sequence[str], words: Sequence[str]) -> bool:
    """Fields of the side, read or not, or the words it prints."""
    if any(name in paper.fields for name in fields):
        return True
    printed = {squeeze(line.text) for line in paper.lines}
    return any(word in line for line in printed for word in words)


def _needs_back(params: Params, papers: Sequence[Document]) -> bool:
    if any(word in squeeze(line.text) for paper in papers for line in paper.lines for word in params.one_sided_words):
        return False
    variants = {paper.variant for paper in papers if paper.variant}
    if variants:
        return bool(variants & set(params.two_sided))
    numbers = [number for paper in papers if (number := _value(paper, "id_number"))]
    return any(identify(number).kind in ("resident_id", "hmt_residence", "permanent_residence") for number in numbers)


def _back(case: Case, params: Params, role: str, papers: Sequence[Document]) -> Iterator[Item]:
    """The emblem side prints no name: one that lies alone is counted for whoever lacks one."""
    who = PEOPLE[role]
    if any(_has_side(paper, EMBLEM, params.emblem_words) for paper in papers):
        return
    side = Text(f"{who.zh}证件国徽面（背面）", f"emblem side (back) of the {who.en}'s document")
    loose = [
        paper
        for paper in case.documents_of("D-202")
        if paper.subject is None and _has_side(paper, EMBLEM, params.emblem_words)
        and not _value(paper, "name") and not _value(paper, "id_number")
    ]  # fmt: skip
    if loose:
        detail = Text(
            f"有未能归属的国徽面影像，请确认是否为{side.zh}",
            f"There is a back side of nobody known: is it the {side.en}?",
        )
        places = tuple(_place(case, paper) for paper in loose)
        yield Item(Outcome.REVIEW, detail, Reason.CONFLICTING_VALUES, papers[0].id, places)
        return
    if "permanent_residence" in {paper.variant for paper in papers}:
        detail = Text(f"未见{side.zh}", f"The {side.en} was not found")
        yield Item(Outcome.REVIEW, detail, Reason.FIELD_MISSING, papers[0].id, (_place(case, papers[0]),))
        return
    yield _side_absent(case, papers, side)


def _side_absent(case: Case, papers: Sequence[Document], side: Text) -> Item:
    """Absent for certain only when every page of the paper was told apart: two pages may be two sides."""
    places = tuple(_place(case, paper) for paper in papers)
    if any(len(paper.pages) > 1 for paper in papers) or all(not paper.fields for paper in papers):
        detail = Text(f"{side.zh}未能辨认", f"The {side.en} could not be made out")
        return Item(Outcome.REVIEW, detail, Reason.UNREADABLE, papers[0].id, places)
    missing = absent(case, f"未见{side.zh}", f"The {side.en} was not found", evidence=places)
    return Item(missing.outcome, missing.detail, missing.reason, papers[0].id, places, 1.0)


def _legible(case: Case, who: Text, papers: Sequence[Document], quality: float, limit: float) -> Iterator[Item]:
    poor = [paper for paper in papers if paper.legibility < quality]
    if poor:
        worst = min(paper.legibility for paper in poor)
        detail = Text(
            f"{who.zh}证件影像质量 {worst:.2f} 低于 {quality}，请人工辨认",
            f"The image of the {who.en}'s document scores {worst:.2f}, below {quality}: please look at it",
        )
        yield Item(Outcome.REVIEW, detail, Reason.UNREADABLE, poor[0].id, tuple(_place(case, one) for one in poor))
        return
    weak = [field for field in _key_fields(papers) if field.state is not FieldState.READ or field.confidence < limit]
    if weak:
        names = "、".join(dict.fromkeys(field.name for field in weak))
        unread = any(field.state is not FieldState.READ for field in weak)
        detail = Text(
            f"{who.zh}证件字段识别把握不足（{names}）", f"Fields of the {who.en}'s document need a look: {names}"
        )
        reason = Reason.UNREADABLE if unread else Reason.LOW_CONFIDENCE
        yield Item(Outcome.REVIEW, detail, reason, papers[0].id, tuple(field.evidence for field in weak))
        return
    detail = Text(f"{who.zh}证件影像齐全、清晰", f"The {who.en}'s document is complete and legible")
    yield Item(Outcome.PASS, detail, None, papers[0].id, tuple(f.evidence for f in _key_fields(papers)), 1.0)


def _key_fields(papers: Sequence[Document]) -> list[Field]:
    """The best reading of each key field: several copies of one document help each other."""
    best: dict[str, Field] = {}
    for paper in papers:
        for name in (*PORTRAIT, "valid_to"):
            field = paper.fields.get(name)
            if field is None:
                continue
            known = best.get(name)
            if known is None or _worth(field) > _worth(known):
                best[name] = field
    return list(best.values())


def _worth(field: Field) -> float:
    return field.confidence if field.state is FieldState.READ else -1.0


def _place(case: Case, paper: Document) -> Evidence:
    page = paper.pages[0]
    return Evidence(page.file, page.page, None, case.vocabulary.title(paper.type).zh, paper.confidence, page.sha256)
