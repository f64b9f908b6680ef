"""Where do these words say one of the listed phrases, and do they mean it?

A word list is data (see the lexicons of a pack): phrases, what must stand near them, and the words that
turn them into a warning or a denial. `A…B` in a phrase lets a few characters of the same sentence stand
between. Blanks, width and line ends are form and are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from verifier.model import Document, Evidence, Line
from verifier.values.script import squeeze

SENTENCE_END = "。！？!?；;\n"
CLAUSE_END = SENTENCE_END + "，,"
GAP = rf"[^{SENTENCE_END}]{{0,%d}}?"
ENUMERATION = re.compile(r"[、或和及与/“”\"'《》]{1,4}")
AMOUNT = re.compile(
    r"\d[\d,.]*(?:元|块|万|千|百|点|个点|%|％)?"
    r"|[一二两三四五六七八九十百千万几半]+(?:元|块|万|千|百|成|个点|个百分点)"
)


class Phrase(BaseModel):
    """One phrase and its surroundings. `near`: one of these in the same sentence; `before`: one of these in
    the few characters in front or behind (`behind`) of it; `amount`: a sum of money within 12 characters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrase: str
    gap: int = 8
    near: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    unless_before: tuple[str, ...] = ()
    unless_behind: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    amount: bool = False
    unless_paper_says: str = ""


class WordList(BaseModel):
    """A lexicon of phrases. `denied_before` and `denied_behind` are looked for within `window` characters of
    the phrase and its clause, `denied_directly` only at its very front; `told_about`: a sentence with one of
    these speaks about the phrase (a rule, a training, a warning) and does not say it; `approved`: words that
    call for a person instead of a finding."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    phrases: tuple[str | Phrase, ...]
    window: int = 6
    denied_before: tuple[str, ...] = ()
    denied_behind: tuple[str, ...] = ()
    denied_directly: tuple[str, ...] = ()
    told_about: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()

    def each(self) -> Iterator[Phrase]:
        for one in self.phrases:
            yield Phrase(phrase=one) if isinstance(one, str) else one


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that is said. `question`: the sentence asks; `approved`: it names an approved campaign."""

    words: str
    sentence: str
    start: int
    end: int
    question: bool = False
    approved: bool = False
    unless_paper_says: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines run together without blanks, with the place of each: wrapped phrases are found too."""

    text: str
    starts: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()

    @staticmethod
    def of(lines: Sequence[Line]) -> Passage:
        starts, parts, place = [], [], 0
        for line in lines:
            words = _bare(line.text)
            starts.append(place)
            parts.append(words)
            place += len(words)
        return Passage("".join(parts), tuple(starts), tuple(lines))

    def evidence(self, start: int, end: int) -> tuple[Evidence, ...]:
        """The lines that hold these characters."""
        ends = (*self.starts[1:], len(self.text))
        return tuple(
            line.evidence
            for line, first, last in zip(self.lines, self.starts, ends, strict=True)
            if first < end and start < last
        )


@dataclass(frozen=True, slots=True)
class Said:
    """A paper that says one of some phrases, and the lines that say it."""

    paper: Document
    evidence: tuple[Evidence, ...]


def first_saying(papers: Iterable[Document], phrases: Iterable[str]) -> Said | None:
    """The first paper that says one of the phrases."""
    wanted = tuple(phrases)
    for paper in papers:
        passage = Passage.of(paper.lines)
        if (span := says(passage, wanted)) is not None:
            return Said(paper, passage.evidence(*span))
    return None


@lru_cache(maxsize=65536)
def _bare(text: str) -> str:
    return squeeze(text)


def bare(text: str) -> Passage:
    """A passage without places, as a chat message is."""
    return Passage(_bare(text))


@lru_cache(maxsize=8192)
def pattern(phrase: str, gap: int = 8) -> re.Pattern[str]:
    """`红利…不保证` as a pattern; blanks of the phrase do not count."""
    parts = [re.escape(_bare(part)) for part in phrase.split("…")]
    return re.compile((GAP % gap).join(parts), re.IGNORECASE)


def says(passage: Passage, phrases: Iterable[str], *, gap: int = 8) -> tuple[int, int] | None:
    """Where the first of these phrases stands, whatever is around it; None when none does."""
    for phrase in phrases:
        match = pattern(phrase, gap).search(passage.text)
        if match:
            return match.span()
    return None


def find(passage: Passage, words: WordList, *, around: str = "") -> list[Hit]:
    """Every phrase of the list that the passage says and does not deny, in order; overlapping ones once.
    What must stand near a phrase may stand in `around` as well (the messages before)."""
    text = passage.text
    hits = [
        _hit(words, phrase, text, *match.span())
        for phrase in words.each()
        for match in pattern(phrase.phrase, phrase.gap).finditer(text)
        if _fits(phrase, text, *match.span(), around)
    ]
    said: list[Hit] = []
    denied: list[tuple[int, int]] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if _denied(words, text, hit.start, hit.end) or _listed_after(denied, hit, text):
            denied.append((hit.start, hit.end))
        else:
            said.append(hit)
    return _apart(said)


def _hit(words: WordList, phrase: Phrase, text: str, start: int, end: int) -> Hit:
    first, last = sentence_around(text, start, end)
    sentence = text[first:last]
    question = text[last : last + 1] in ("?", "？") or sentence.endswith(("吗", "么", "呢"))
    approved = any(word in sentence for word in words.approved)
    return Hit(text[start:end], sentence, start, end, question, approved, phrase.unless_paper_says)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    first = max(text.rfind(sign, 0, start) for sign in SENTENCE_END) + 1
    last = min((place for sign in SENTENCE_END if (place := text.find(sign, end)) >= 0), default=len(text))
    return max(first, start - 60), min(last, end + 60)


def _fits(phrase: Phrase, text: str, start: int, end: int, around: str) -> bool:
    first, last = sentence_around(text, start, end)
    sentence, ahead, behind = text[first:last], text[max(first, start - 10) : start], text[end : min(last, end + 10)]
    if phrase.near and not any(word in sentence or word in around for word in phrase.near):
        return False
    if (phrase.before or phrase.behind) and not (
        any(word in ahead for word in phrase.before) or any(behind.startswith(word) for word in phrase.behind)
    ):
        return False
    if any(ahead.endswith(word) for word in phrase.unless_before) or any(
        behind.startswith(word) for word in phrase.unless_behind
    ):
        return False
    if any(word in sentence for word in phrase.unless_near):
        return False
    return not phrase.amount or AMOUNT.search(text[max(first, start - 12) : min(last, end + 12)]) is not None


def _denied(words: WordList, text: str, start: int, end: int) -> bool:
    """A denial just before or behind it in the same clause, or a sentence that tells about it."""
    clause = max(text.rfind(sign, 0, start) for sign in CLAUSE_END) + 1
    ahead = text[max(clause, start - words.window) : start]
    if any(word in ahead for word in words.denied_before) or ahead.endswith(words.denied_directly or ("\0",)):
        return True
    stop = min((place for sign in CLAUSE_END if (place := text.find(sign, end)) >= 0), default=len(text))
    behind = text[end : min(stop, end + words.window + 2)]
    if any(word in behind for word in words.denied_behind):
        return True
    first, last = sentence_around(text, start, end)
    return any(word in text[first:last] for word in words.told_about)


def _listed_after(denied: list[tuple[int, int]], hit: Hit, text: str) -> bool:
    """`不得使用保本、保息、零风险等用语`: what is listed behind a denied phrase is denied with it."""
    return any(
        (start <= hit.start and hit.end <= end) or (end <= hit.start and ENUMERATION.fullmatch(text[end : hit.start]))
        for start, end in denied
    )


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def word_list(value: object) -> WordList:
    """A lexicon of the pack as a word list: a flat list of phrases, or a mapping with their surroundings."""
    if isinstance(value, Mapping):
        return _parsed(id(value), value)
    assert isinstance(value, Sequence)
    return WordList(phrases=tuple(value))


_known: dict[int, tuple[Mapping[str, object], WordList]] = {}


def _parsed(key: int, value: Mapping[str, object]) -> WordList:
    """Each loaded lexicon is parsed once; the mapping is kept, so its identity stays its own."""
    if key not in _known or _known[key][0] is not value:
        _known[key] = (value, WordList.model_validate(value))
    return _known[key][1]
