"""Which pages make which document? From the transcripts of a case to its Documents.

Titles begin papers; pages without one go on with the paper that their page number, form number or words
belong to; what belongs nowhere stays unrecognised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.documents.chat import chat_document
from verifier.documents.copies import with_superseded
from verifier.documents.extract import extract
from verifier.documents.identity import card_parts, identity_fields, is_card, join_cards
from verifier.documents.layout import Sheet
from verifier.documents.recognise import Library, Part, library_of, parts_of
from verifier.documents.titles import currency_field, method_field, title_fields, variant_of
from verifier.model import (
    Document,
    DocumentMark,
    Evidence,
    Line,
    MarkKind,
    MarkState,
    PageRef,
    TextFrom,
    Transcript,
)
from verifier.packs.document_type import DocumentType

JOIN = 3.5  # what speaks for a page going on with a paper, at least
_FORM_NUMBER = re.compile(r"(?<![a-z])[a-z]{1,6}[-_.]?[a-z]?\d{2,}")
OWN = 2.4  # the words that make a paper of a page without a title


@dataclass(frozen=True, slots=True)
class Reading:
    """The papers of a case, and the pages that are none."""

    documents: tuple[Document, ...]
    unrecognised: tuple[PageRef, ...]
    blank: tuple[PageRef, ...]


@dataclass
class Draft:
    """A document while its pages are found."""

    code: str
    parts: list[Part]
    confidence: float
    titled: bool
    marks: set[str] = field(default_factory=set)

    def add(self, part: Part) -> None:
        self.parts.append(part)
        self.marks |= part.marks


def recognise_and_extract(
    sources: Sequence[tuple[str, Transcript]], types: Sequence[DocumentType], *, day_first: bool = False
) -> Reading:
    """All papers of a case from the transcripts of its files, in the order given."""
    library = library_of(types)
    drafts, unrecognised, blank = _drafts(sources, library)
    transcripts = dict(sources)
    documents = [_document(draft, transcripts, library, day_first) for draft in drafts]
    documents = join_cards(documents, {code for code, kind in library.types.items() if kind.identity})
    documents += _chats(sources, library)
    numbered = [replace(doc, id=f"d{number}") for number, doc in enumerate(documents, start=1)]
    return Reading(with_superseded(tuple(numbered), library.types), tuple(unrecognised), tuple(blank))


# --- pages to drafts ------------------------------------------------------------------------------


def _drafts(
    sources: Sequence[tuple[str, Transcript]], library: Library
) -> tuple[list[Draft], list[PageRef], list[PageRef]]:
    parts: list[Part] = []
    blank: list[PageRef] = []
    lost: list[PageRef] = []
    order = 0
    for file, transcript in sources:
        for page in () if transcript.messages else transcript.pages:
            ref = PageRef(file, page.number, transcript.sha256)
            order += 1
            if not page.read:
                lost.append(ref)
            elif page.blank or (not page.words and not page.marks):
                blank.append(ref)
            else:
                parts += parts_of(ref, page, library, order)
    drafts: list[Draft] = []
    waiting: list[Part] = []
    for part in parts:
        cards = card_parts(part, library) if _is_card(part, library) else []
        if cards and (part.heading is None or (len(cards) > 1 and library.types[part.heading.code].identity)):
            drafts += [Draft(code, [one], 0.9, True) for code, one in cards]
        elif part.heading is None:
            waiting.append(part)
        elif not _goes_on(part, drafts):
            merit = min(0.99, 0.9 + 0.1 * (part.heading.merit - 0.75)) if part.heading.merit >= 0.75 else 0.85
            drafts.append(Draft(part.heading.code, [part], merit, True, set(part.marks)))
    lost += _place_untitled(waiting, parts, drafts, library)
    for draft in drafts:
        draft.parts.sort(key=lambda p: (p.number if _numbered(draft) else 0, p.order, p.top))
    drafts.sort(key=lambda d: (d.parts[0].order, d.parts[0].top))
    return drafts, lost, blank


def _numbered(draft: Draft) -> bool:
    numbers = [p.number for p in draft.parts]
    return None not in numbers and len(set(numbers)) == len(numbers)


def _is_card(part: Part, library: Library) -> bool:
    """Few words, and those of an identity document."""
    return any(kind.identity and len(part.page.words) <= 60 and is_card(part, kind) for kind in library.types.values())


def _goes_on(part: Part, drafts: Sequence[Draft]) -> bool:
    """A page that repeats the title of its paper as a running head is no new paper."""
    if part.heading is None:
        return False
    if drafts and _is_section_of(part, drafts[-1]):
        drafts[-1].add(part)
        return True
    for draft in reversed(drafts):
        last = draft.parts[-1]
        if draft.code != part.heading.code or part.ref == last.ref:
            continue
        numbers = {p.number for p in draft.parts}
        same_total = part.total is None or part.total == last.total
        together = part.ref.file == last.ref.file or bool(part.marks & draft.marks)
        if part.number and part.number > 1 and part.number not in numbers and None not in numbers:
            follows = same_total and together
        else:
            follows = part.number is None and part.ref.file == last.ref.file and part.order == last.order + 1
            follows = follows and (_small_head(part, last) or _same_form(part, draft))
        if follows:
            draft.add(part)
        return follows
    return False


def _is_section_of(part: Part, draft: Draft) -> bool:
    """A heading smaller than the title of the page before, on the next page by its number or of the same form
    number: a part of that paper, though it is worded as a paper of its own (投保人声明)."""
    first, last, heading = draft.parts[0].heading, draft.parts[-1], part.heading
    if first is None or heading is None or heading.code == draft.code or heading.height >= 0.85 * first.height:
        return False
    if part.ref.file != last.ref.file or part.order != last.order + 1:
        return False
    if part.number is not None and last.number is not None:
        return part.number == last.number + 1 and part.total == last.total
    shared = set(part.edges) & set(draft.parts[0].edges)
    return part.number == last.number and any(_FORM_NUMBER.search(edge) for edge in shared)


def _same_form(part: Part, draft: Draft) -> bool:
    return bool(part.marks & draft.marks) and not _same_labels(part, draft.parts[0])


def _small_head(part: Part, last: Part) -> bool:
    first = last.heading
    return part.heading is not None and first is not None and part.heading.height < 0.8 * first.height


def _same_labels(part: Part, other: Part) -> bool:
    """Do both pages ask for the same things? Then they are two papers of one kind."""
    mine = {p.text for row in part.sheet.rows for p in row if 2 <= len(p.text) <= 14}
    theirs = {p.text for row in other.sheet.rows for p in row if 2 <= len(p.text) <= 14}
    return len(mine & theirs) > 0.4 * max(1, min(len(mine), len(theirs)))


def _place_untitled(waiting: list[Part], parts: list[Part], drafts: list[Draft], library: Library) -> list[PageRef]:
    """Each page without a title to the paper that it goes on with, else to one of its own, else nowhere."""
    lost: list[PageRef] = []
    home: dict[int, Draft] = {id(part): draft for draft in drafts for part in draft.parts}
    for part in waiting:
        previous = _previous(part, parts, home)
        common = _common_words(drafts)
        scored = sorted(
            ((_join_score(part, d, previous, library, common), -n) for n, d in enumerate(drafts)), reverse=True
        )
        best = drafts[-scored[0][1]] if scored and scored[0][0] >= JOIN else None
        own = _own_type(part, library, part.scores.get(best.code, 0.0) if best else 0.0)
        if best is not None and (own is None or scored[0][0] >= 6):
            best.add(part)
            home[id(part)] = best
        elif own is not None:
            draft = Draft(own, [part], 0.8, False, set(part.marks))
            drafts.append(draft)
            home[id(part)] = draft
        elif part.top > 0 or any(other.ref == part.ref and other is not part for other in parts):
            if previous is not None:  # the rest of a page that holds another paper too
                previous.add(part)
        else:
            lost.append(part.ref)
    return lost


def _previous(part: Part, parts: Sequence[Part], home: Mapping[int, Draft]) -> Draft | None:
    place = next(n for n, other in enumerate(parts) if other is part)
    if place == 0:
        return None
    before = parts[place - 1]
    if before.ref.file != part.ref.file and not _numbered_next(part, before):
        return None
    return home.get(id(before))


def _numbered_next(part: Part, before: Part) -> bool:
    """Photographs come one page a file: the page numbered after the one before it goes on with it."""
    return part.number is not None and before.number == part.number - 1 and part.total == before.total


def _common_words(drafts: Sequence[Draft]) -> set[str]:
    """Running heads and long numbers that papers of more than one type bear: they tell no paper."""
    owners: dict[str, set[str]] = {}
    for draft in drafts:
        for part in draft.parts:
            for word in (*part.edges, *part.marks):
                owners.setdefault(word, set()).add(draft.code)
    return {word for word, codes in owners.items() if len(codes) > 1}


def _join_score(part: Part, draft: Draft, previous: Draft | None, library: Library, common: set[str]) -> float:
    kind = library.types[draft.code]
    if kind.identity or (kind.several and part.number is None and previous is not draft):
        return 0.0  # a slip is no page of another slip, though it names the same accounts
    affinity = part.scores.get(draft.code, 0.0)
    numbers = [p.number for p in draft.parts if p.number]
    totals = {p.total for p in draft.parts if p.total}
    score = min(3.0, affinity)
    same_file = part.ref.file == draft.parts[0].ref.file
    fits = part.number is not None and part.number > 1 and bool(numbers) and part.number not in numbers
    shared = (part.marks & draft.marks) - common
    head = {edge for p in draft.parts for edge in p.edges}.intersection(part.edges) - common
    head = {edge for edge in head if edge.split(":")[0] not in library.vocabulary}  # 投保人签名 ends every paper
    if fits and (part.total is None or not totals or part.total in totals):
        score += 3.0 if previous is draft or shared or head or (part.total in totals and part.total) else 1.0
    elif part.number == 1 or (numbers and part.number in numbers):
        score -= 3.0
    if previous is draft and _next_page(part, draft):
        return score + 6.0
    score += (1.5 if shared else 0.0) + (2.0 if head else 0.0)
    score += 2.0 if previous is draft else 0.5 if same_file else 0.0
    score += 1.0 if kind.continues and previous is draft else 0.0
    return score if affinity >= 0.5 or fits or shared or head or kind.continues else 0.0


def _next_page(part: Part, draft: Draft) -> bool:
    """Is it numbered as the page after the last one of a paper whose first page is titled and numbered 1/N?"""
    last = draft.parts[-1]
    whole = part.total is not None and part.total > 1 and {p.total for p in draft.parts} == {part.total}
    follows = last.number is not None and part.number == last.number + 1 and part.ref.file == last.ref.file
    return whole and follows and draft.parts[0].heading is not None and draft.parts[0].number == 1


def _own_type(part: Part, library: Library, joined: float) -> str | None:
    """The type whose words the page has clearly more of than of any other."""
    ranked = sorted(part.scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < OWN:
        return None
    code, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if part.number is not None and part.number > 1 and score < 5:
        return None
    return code if score >= 1.35 * second and score >= 1.5 * joined + 0.5 else None


# --- drafts to documents --------------------------------------------------------------------------


def _document(draft: Draft, transcripts: Mapping[str, Transcript], library: Library, day_first: bool) -> Document:
    kind = library.types[draft.code]
    pages = [(part.sheet, part.ref) for part in draft.parts]
    taken = extract(pages, library.form(draft.code), day_first)
    fields = dict(taken.fields)
    variant = variant_of(draft.parts, kind, fields)
    if kind.identity:
        fields = identity_fields(fields, pages, kind, variant)
    fields.update(title_fields(draft.parts, kind, fields))
    fields.update(method_field(draft.parts, kind, variant, fields))
    fields.update(currency_field(fields, kind))
    refs = tuple(dict.fromkeys(part.ref for part in draft.parts))
    sources = [transcripts[file] for file in dict.fromkeys(ref.file for ref in refs)]
    esignatures = tuple(
        es for file in dict.fromkeys(ref.file for ref in refs) for es in transcripts[file].esignatures
        if es.page is None or any(r.page == es.page and r.file == file for r in refs)
    )  # fmt: skip
    first = sources[0]
    return Document(
        id="", type=draft.code, confidence=_confidence(draft), pages=refs, fields=fields,
        marks=taken.marks + _esigned(esignatures, refs), lines=_lines(pages), esignatures=esignatures, variant=variant,
        legibility=min((part.page.legibility for part in draft.parts), default=1.0),
        text_from=_text_from([part.page.text_from for part in draft.parts]),
        picture_hashes=tuple(_page_of(ref, draft.parts).page.picture_hash for ref in refs),
        problems=tuple(dict.fromkeys(problem for part in draft.parts for problem in part.page.problems)),
        producer=first.producer, revisions=max(source.revisions for source in sources),
    )  # fmt: skip


def _confidence(draft: Draft) -> float:
    heading = next((p.heading for p in draft.parts if p.heading), None)
    read = min((piece.confidence for piece in heading.pieces), default=1.0) if heading else 1.0
    return round(draft.confidence * max(0.8, read), 4)


def _page_of(ref: PageRef, parts: Sequence[Part]) -> Part:
    return next(part for part in parts if part.ref == ref)


def _text_from(kinds: Sequence[TextFrom]) -> TextFrom:
    return kinds[0] if len(set(kinds)) == 1 else TextFrom.BOTH if TextFrom.BOTH in kinds else TextFrom.OCR


def _esigned(esignatures: Sequence[object], refs: Sequence[PageRef]) -> tuple[DocumentMark, ...]:
    found = []
    for es in esignatures:
        page, box = getattr(es, "page", None), getattr(es, "box", None)
        ref = next((r for r in refs if r.page == page), refs[0])
        signer = getattr(es, "signer", "")
        evidence = Evidence(ref.file, ref.page, box, signer, 1.0, ref.sha256)
        found.append(DocumentMark("esignature", MarkKind.ESIGNATURE, MarkState.PRESENT, 1.0, evidence, signer))
    return tuple(found)


def _lines(pages: Sequence[tuple[Sheet, PageRef]]) -> tuple[Line, ...]:
    """The document's text line by line; cells of one row stay apart by a blank."""
    lines = []
    for sheet, ref in pages:
        for row in sheet.rows:
            box = row[0].box
            for piece in row[1:]:
                box = box.union(piece.box)
            text = " ".join(piece.raw.strip() for piece in row)
            confidence = min(piece.confidence for piece in row)
            lines.append(Line(text, Evidence(ref.file, ref.page, box, text, confidence, ref.sha256)))
    return tuple(lines)


def _chats(sources: Sequence[tuple[str, Transcript]], library: Library) -> list[Document]:
    kind = next((k for k in library.types.values() if k.chat), None)
    if kind is None:
        return []
    return [chat_document(file, transcript, kind.code) for file, transcript in sources if transcript.messages]
