"""Which printed words of a document type are labels, headings or anchors? Compiled once for each type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from verifier.documents.anchors import Anchors
from verifier.documents.composed import MOST, meant, plain, readings
from verifier.documents.phrases import Phrases, fold
from verifier.packs.document_type import ColumnSpec, DocumentType, FieldSpec, MarkSpec, QuestionsSpec, TableSpec

PREFIX_ALONE = "~"
_OF_PART = re.compile(r"基本|个人|客户|信息|资料|情况|事项|栏$")
_HINT = re.compile(r"\([^()]*\)$")


class Role(IntEnum):
    FIELD = 0
    HEADING = 1
    ANCHOR = 2
    COLUMN = 3
    DETAIL = 4
    QUESTIONS = 5
    TOTAL = 6


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a label may mean. `explicit`: the label names its section itself. `rank`: place of
    the label in the sheet, the surest first. `alone`: the label is a section's prefix and no more."""

    name: str
    spec: FieldSpec
    section: str | None
    explicit: bool
    rank: int
    alone: bool = False

    def __hash__(self) -> int:
        return hash((self.name, self.spec.take, self.explicit, self.rank))


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase can be."""

    role: Role
    section: str | None = None
    target: Target | None = None
    mark: MarkSpec | None = None
    table: TableSpec | None = None
    column: ColumnSpec | None = None
    questions: QuestionsSpec | None = None

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Form:
    """A document type with its phrases ready to be found."""

    def __init__(self, kind: DocumentType) -> None:
        self.kind = kind
        self.foreign: set[str] = set()  # labels of all types: none of them is a misreading of ours
        self.strict = {section.id for section in kind.sections if section.prefixes}
        self.phrases: Phrases[Meaning] = Phrases(self._entries())
        self.columns: dict[str, Phrases[ColumnSpec]] = {
            table.name: Phrases((label, column) for column in table.columns for label in column.labels)
            for table in kind.tables
        }
        self.anchors = Anchors(kind.marks)
        self._known: dict[str, tuple[Meaning, ...]] = {}
        self._plain_columns: dict[str, dict[str, ColumnSpec]] = {}
        self._asked: dict[str, tuple[Meaning, ...]] = {}

    def asks(self, spec: MarkSpec) -> tuple[Meaning, ...]:
        """The meaning of words that ask for a mark; one object each, as meanings are told apart by identity."""
        return self._asked.setdefault(spec.name, (Meaning(Role.ANCHOR, mark=spec),))

    @cached_property
    def _lengths(self) -> dict[int, tuple[str, ...]]:
        lengths: dict[int, list[str]] = {}
        for phrase in self.phrases:
            if len(phrase) >= 4:
                for length in (len(phrase) - 1, len(phrase), len(phrase) + 1):
                    lengths.setdefault(length, []).append(phrase)
        return {length: tuple(found) for length, found in lengths.items()}

    def by_length(self, length: int) -> tuple[str, ...]:
        """Phrases that a text of this length may be with one wrong, lost or added character."""
        return self._lengths.get(length, ())

    @cached_property
    def chinese(self) -> bool:
        """Are the labels of this sheet Chinese? English words beside them are then their translation."""
        return any(not phrase.isascii() for phrase in self.phrases)

    @cached_property
    def _plain(self) -> dict[str, str]:
        """The phrases by their wording without what changes nothing; the first of the sheet counts."""
        found: dict[str, str] = {}
        for phrase in self.phrases:
            if any(m.role in (Role.FIELD, Role.COLUMN) for m in self.phrases.get(phrase)):
                found.setdefault(plain(phrase), phrase)
        return found

    @cached_property
    def _plain_fields(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for phrase in self.phrases:
            if any(m.role is Role.FIELD for m in self.phrases.get(phrase)):
                found.setdefault(plain(phrase), phrase)
        return found

    def meanings(self, phrase: str) -> tuple[Meaning, ...]:
        """What a phrase of the sheet means: one listed for the head of a column may label a field elsewhere."""
        known = self._known.get(phrase)
        if known is None:
            known = self.phrases.get(phrase)
            if known and all(m.role is Role.COLUMN for m in known):
                other = meant(phrase, self._plain_fields.get)
                known += tuple(m for m in self.phrases.get(other) if m.role is Role.FIELD) if other else ()
            self._known[phrase] = known
        return known

    def meant(self, label: str) -> str | None:
        """The phrase of the sheet that a label of other words comes to."""
        return meant(label, self._plain.get)

    def column_meant(self, table: str, label: str) -> ColumnSpec | None:
        """The column that a label comes to although no sheet lists it in these words."""
        if table not in self._plain_columns:
            phrases = self.columns[table]
            self._plain_columns[table] = {plain(phrase): phrases.get(phrase)[0] for phrase in phrases}
        known = self._plain_columns[table]
        return next((known[text] for text in readings(label) if text in known), None) if len(label) <= MOST else None

    @cached_property
    def _sides(self) -> dict[str, str]:
        """The headings by their characters in any order, as they stand one under the other in narrow cells."""
        found: dict[str, str] = {}
        for section in self.kind.sections:
            for heading in (*section.headings, *section.prefixes):
                for text in (plain(fold(heading)), _OF_PART.sub("", plain(fold(heading)))):
                    found.setdefault("".join(sorted(text)), section.id)
        return found

    def side(self, text: str) -> str | None:
        """The section that the characters of a narrow cell name, whatever their order."""
        for form in (text, _OF_PART.sub("", text)):
            for usual in (plain(form), form):
                found = self._sides.get("".join(sorted(usual)))
                if found is not None:
                    return found
        return None

    def part(self, text: str) -> tuple[str, tuple[Meaning, ...]] | None:
        """The heading that the words of a part of a form come to (代付人信息: of the payer); None for others."""
        if not _OF_PART.search(text[2:]) or not 4 <= len(text) <= 14 or text in self.phrases:
            return None
        section = self.side(text)
        heading = next((h for s in self.kind.sections if s.id == section for h in s.headings), None)
        return (text, tuple(m for m in self.phrases.get(fold(heading)) if m.role is Role.HEADING)) if heading else None

    def _entries(self) -> Iterator[tuple[str, Meaning]]:
        for spec in self.kind.fields:
            yield from self._labels(spec)
        for section in self.kind.sections:
            for heading in section.headings:
                yield heading, Meaning(Role.HEADING, section=section.id)
        for mark in self.kind.marks:
            for anchor in mark.anchors:
                yield anchor, Meaning(Role.ANCHOR, mark=mark)
        yield from self._table_words()
        for asked in self.kind.questions:
            for label in asked.detail:
                yield label, Meaning(Role.DETAIL, questions=asked)
            for heading in asked.headings:
                yield heading, Meaning(Role.QUESTIONS, questions=asked)

    def _table_words(self) -> Iterator[tuple[str, Meaning]]:
        for table in self.kind.tables:
            for column in table.columns:
                for label in column.labels:
                    yield label, Meaning(Role.COLUMN, table=table, column=column)
            for word in table.total.words if table.total else ():
                yield word, Meaning(Role.TOTAL, table=table)

    def _labels(self, spec: FieldSpec) -> Iterator[tuple[str, Meaning]]:
        prefixes = {section.id: section.prefixes for section in self.kind.sections}
        for name, section in spec.named():
            starts = prefixes.get(section or "", ())
            known = {fold(label) for label in spec.labels}
            for rank, label in enumerate(spec.labels):
                if _HINT.sub("", fold(label)) in known and _HINT.search(fold(label)):
                    continue  # the hint is read with every label
                if label == PREFIX_ALONE:
                    for start in starts:
                        yield start, self._field(name, spec, section, True, rank, alone=True)
                    continue
                own = any(fold(label).startswith(fold(start)) for start in starts)
                yield label, self._field(name, spec, section, own or section is None, rank)
                if not own:
                    for start in starts:
                        yield start + label, self._field(name, spec, section, True, rank)

    @staticmethod
    def _field(
        name: str, spec: FieldSpec, section: str | None, explicit: bool, rank: int, alone: bool = False
    ) -> Meaning:
        return Meaning(Role.FIELD, section, Target(name, spec, section, explicit, rank, alone))


_FORMS: dict[int, tuple[DocumentType, Form]] = {}


def form_of(kind: DocumentType) -> Form:
    """The compiled form of a type; kept as long as the type lives."""
    known = _FORMS.get(id(kind))
    if known is None or known[0] is not kind:
        known = _FORMS[id(kind)] = (kind, Form(kind))
    return known[1]
