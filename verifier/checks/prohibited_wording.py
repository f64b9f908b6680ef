"""Words that sales material or a seller must not use.

Passes when no listed phrase is said in the papers, and none by the seller in the conversations. Fails when
material says one, or the seller does: a warning, a denial, a question, or the customer's own words are not
counted. Review when the speaker is not known, the words are an approved campaign or a question, or the text
was not read clearly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from verifier.case import Case
from verifier.checks.points import CLEAR
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.model import Document, Evidence, Item, Message, Outcome, Reason, Text, TextFrom
from verifier.screening.speakers import Role, dialogue, role_words, roles
from verifier.screening.wording import Hit, Passage, WordList, bare, find, word_list


class Params(CheckParams):
    """`papers`: all their words count; `chats`: only what the seller says. `context_back`: how many earlier
    messages a phrase's `near` words may stand in. `on_hit`: `review` for what is a sign and no breach."""

    papers: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    lexicons: tuple[str, ...]
    on_hit: Literal["fail", "review"] = "fail"


def check(case: Case, params: Params, context: Context) -> Result:
    documents = case.documents_of(*params.papers, *params.chats)
    if not documents:
        return not_applicable("本案没有宣传材料或沟通记录", "There is no sales material or conversation in the file")
    items = wording_items(case, context, documents, params.chats, params.lexicons)
    if params.on_hit == "review":
        items = [_softened(item) for item in items]
    return from_items(items, "未发现所列禁用表述", "None of the listed phrases is used")


def wording_items(
    case: Case, context: Context, documents: tuple[Document, ...], chats: tuple[str, ...], lexicons: tuple[str, ...]
) -> list[Item]:
    """One item for each phrase said, or one that passes for a paper without any."""
    lists = [word_list(context.lexicons[name]) for name in lexicons]
    items: list[Item] = []
    for paper in documents:
        messages = paper.messages or (dialogue(paper.lines) if paper.type in chats else ())
        if paper.type in chats and messages:
            found = list(_said(case, context, replace(paper, messages=messages), lists))
        else:
            found = list(_written(case, paper, lists, spoken=paper.type in chats))
        items.extend(found or [_clean(case, paper)])
    return items


def _softened(item: Item) -> Item:
    if item.outcome is not Outcome.FAIL:
        return item
    return Item(Outcome.REVIEW, item.detail, Reason.JUDGEMENT, item.document, item.evidence, item.confidence)


def _clean(case: Case, paper: Document) -> Item:
    title = case.vocabulary.title(paper.type)
    unread = not paper.lines and not paper.messages
    if unread or (paper.text_from is not TextFrom.LAYER and paper.legibility < CLEAR and not paper.messages):
        detail = Text(
            f"《{title.zh}》文字不清，无法排除禁用表述", f"The {title.en} is too unclear to rule such words out"
        )
        return Item(Outcome.REVIEW, detail, Reason.UNREADABLE, paper.id)
    detail = Text(f"《{title.zh}》未见禁用表述", f"The {title.en} uses none of the listed phrases")
    return Item(Outcome.PASS, detail, None, paper.id, (), 1.0)


# --- papers ---


def _written(case: Case, paper: Document, lists: list[WordList], *, spoken: bool) -> Iterator[Item]:
    passage = Passage.of(paper.lines)
    title = case.vocabulary.title(paper.type)
    for words in lists:
        for hit in find(passage, words):
            if hit.unless_paper_says and _another_says(case, paper, hit.unless_paper_says):
                continue
            detail = Text(
                f"《{title.zh}》出现禁用表述“{hit.words}”：{hit.sentence}",
                f"The {title.en} says {hit.words!r}: {hit.sentence}",
            )
            evidence = passage.evidence(hit.start, hit.end)
            if spoken:
                unknown = Text(f"{detail.zh}（无法确认发言人）", f"{detail.en} (the speaker is not known)")
                yield Item(Outcome.REVIEW, unknown, Reason.FACT_MISSING, paper.id, evidence)
            elif hit.approved or hit.question:
                yield Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, paper.id, evidence)
            else:
                yield Item(Outcome.FAIL, detail, None, paper.id, evidence)


def _another_says(case: Case, paper: Document, words: str) -> bool:
    return any(
        words in Passage.of(other.lines).text for other in case.documents if other.id != paper.id and other.lines
    )


# --- conversations ---


def _said(case: Case, context: Context, paper: Document, lists: list[WordList]) -> Iterator[Item]:
    who = speakers_of(case, context, paper)
    for place, (message, evidence) in enumerate(paper.messages):
        role = who.get(message.speaker, Role.UNKNOWN)
        if role is Role.CUSTOMER:
            continue
        before = "".join(bare(earlier.text).text for earlier, _ in paper.messages[max(0, place - 2) : place])
        for words in lists:
            for hit in find(bare(message.text), words, around=before):
                if not (hit.unless_paper_says and _another_says(case, paper, hit.unless_paper_says)):
                    yield _spoken_item(case, paper, message, evidence, hit, role)


def _spoken_item(case: Case, paper: Document, message: Message, evidence: Evidence, hit: Hit, role: Role) -> Item:
    when = f"{message.time} " if message.time else ""
    said = Text(
        f"{when}{message.speaker}说“{hit.sentence}”，含“{hit.words}”",
        f"{when}{message.speaker} says {hit.sentence!r}, which contains {hit.words!r}",
    )
    if role is Role.UNKNOWN:
        detail = Text(f"{said.zh}；无法确认其是否销售人员", f"{said.en}; whether this is the seller is not known")
        return Item(Outcome.REVIEW, detail, Reason.FACT_MISSING, paper.id, (evidence,))
    if hit.question or hit.approved:
        return Item(Outcome.REVIEW, said, Reason.JUDGEMENT, paper.id, (evidence,))
    return Item(Outcome.FAIL, said, None, paper.id, (evidence,))


def speakers_of(case: Case, context: Context, paper: Document) -> Mapping[str, Role]:
    """The role of everybody who speaks in a conversation."""
    sellers, customers = known_names(case, context)
    words = role_words(context.lexicons["speakers"])
    return roles((message.speaker for message, _ in paper.messages), sellers, customers, words)


def known_names(case: Case, context: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of sellers and staff, and of the customer's side. A name on both sides is the customer's only
    when no paper calls that person the seller."""
    own = {fact.value for fact in case.statements("seller.name")}
    declared = case.declared_fact("seller.name")
    own |= {declared.value} if declared else set()
    references = context.references
    staff = {row.name for row in references.sellers or ()} | {row.name for row in references.staff or ()}
    customers = {fact.value for name in ("policyholder.name", "insured.name") if (fact := case.maybe(name)) is not None}
    return tuple(sorted(own | (staff - customers))), tuple(sorted(customers - own))
