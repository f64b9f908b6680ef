"""What do all the papers and declared facts of one sale say together?

A `Case` answers questions about facts with every place that states them. A question without an
answer raises `MissingFact` with its reason: checks never guess, and never catch it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property

from verifier.model import (
    Document,
    Evidence,
    FieldState,
    PageRef,
    Payment,
    Reason,
    Source,
    SourceState,
    Text,
)
from verifier.parameters import Parameters

PATH = re.compile(r"^(?P<code>[A-Z]{1,2}-?\d+[A-Z-]*)(?:\[(?P<subject>[a-z]+(?:\[\d+\])?)\])?\.(?P<field>.+)$")

NAME_PART = re.compile(r"^(?P<word>[a-z_]+)(?:\[(?P<row>\d+)\])?$")


class MissingFact(Exception):
    """A question that the case does not answer. `document` is the code of the paper that should."""

    def __init__(
        self,
        reason: Reason,
        detail: Text,
        *,
        document: str | None = None,
        empty: bool = False,
        evidence: tuple[Evidence, ...] = (),
    ) -> None:
        super().__init__(detail.en)
        self.reason = reason
        self.detail = detail
        self.document = document
        self.empty = empty  # the label is printed and its place is blank
        self.evidence = evidence


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with every place that states it. `declared` when only case.yaml says so (evidence is
    then empty). `document` is the id of the paper that was believed."""

    name: str
    value: str
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 1.0
    document: str | None = None
    declared: bool = False

    def __str__(self) -> str:
        return self.value

    @property
    def is_true(self) -> bool:
        return self.value == "true"

    def as_date(self) -> date:
        """The value as a day; MissingFact(unreadable) when it is none (`long_term` included)."""
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            raise self._unusable("日期", "a date") from None

    def as_decimal(self) -> Decimal:
        try:
            number = Decimal(self.value)
        except InvalidOperation:
            raise self._unusable("数字", "a number") from None
        if not number.is_finite():
            raise self._unusable("数字", "a number")
        return number

    def as_int(self) -> int:
        return int(self.as_decimal())

    def _unusable(self, zh: str, en: str) -> MissingFact:
        return MissingFact(
            Reason.UNREADABLE,
            Text(
                f"“{self.value}”不能作为{zh}读取",
                f"{self.value!r} cannot be read as {en}",
            ),
            evidence=self.evidence,
        )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pack's words for facts: where each fact is stated (paths in order of trust), how product
    names and relations are told apart, what its documents and the parts of field names are called."""

    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    product_kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: Mapping[str, Text] = field(default_factory=dict)
    words: Mapping[str, Text] = field(default_factory=dict)

    def field_name(self, name: str) -> Text:
        """`policyholder.name` -> 投保人姓名, part by part; the name itself where a part has no words."""
        zh, en = "", []
        for part in name.split("."):
            match = NAME_PART.match(part)
            said = self.words.get(match["word"]) if match else None
            if match is None or said is None:
                return Text(name, name)
            row = match["row"] or ""
            zh += f"{said.zh}{row}"
            en.append(f"{said.en} {row}".strip())
        return Text(zh, " ".join(en))

    def title(self, code: str) -> Text:
        return self.titles.get(code, Text(code, code))


Derivation = Callable[["Case"], Fact]


@dataclass(frozen=True)
class Case:
    """All that is known of one sale. `declared` has the dotted keys of case.yaml. `derivations` are
    the facts that are computed from others (see `facts`), by the figures in `parameters`."""

    id: str
    declared: Mapping[str, object] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    documents: tuple[Document, ...] = ()
    unrecognised: tuple[PageRef, ...] = ()
    payments: tuple[Payment, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    derivations: Mapping[str, Derivation] = field(default_factory=dict)
    parameters: Parameters = field(default_factory=Parameters)

    # --- papers ---

    @cached_property
    def fully_read(self) -> bool:
        """Every source was read and every page recognised or blank: only then is absence shown."""
        return not self.unrecognised and all(source.state is SourceState.READ for source in self.sources)

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[Document, ...]]:
        found: dict[str, list[Document]] = {}
        for document in self.documents:
            found.setdefault(document.type, []).append(document)
        return {code: tuple(papers) for code, papers in found.items()}

    def documents_of(
        self, *codes: str, variant: str | None = None, subject: str | None = None, superseded: bool = False
    ) -> tuple[Document, ...]:
        """The papers of these types, in file order; superseded copies only when asked for."""
        return tuple(
            document
            for code in codes
            for document in self._by_code.get(code, ())
            if (superseded or document.superseded_by is None)
            and variant in (None, document.variant)
            and subject in (None, document.subject)
        )

    def has(self, *codes: str) -> bool:
        """Whether a paper of any of these types is in the file."""
        return any(self.documents_of(code) for code in codes)

    def document(self, code: str, *, subject: str | None = None) -> Document:
        """The paper of that type that counts (the last one that is not superseded)."""
        found = self.documents_of(code, subject=subject)
        if not found:
            raise self.missing_document(code)
        return found[-1]

    def missing_document(self, code: str) -> MissingFact:
        title = self.vocabulary.title(code)
        return MissingFact(
            Reason.DOCUMENT_MISSING,
            Text(f"未见《{title.zh}》", f"No {title.en} was found"),
            document=code,
        )

    # --- fields and facts ---

    def field(self, document: Document, name: str) -> Fact:
        """A field of one paper; MissingFact says whether it is not printed, blank or unreadable."""
        found = document.fields.get(name)
        title, said = self.vocabulary.title(document.type), self.vocabulary.field_name(name)
        if found is None:
            raise MissingFact(
                Reason.FIELD_MISSING,
                Text(f"《{title.zh}》上未找到“{said.zh}”", f"{title.en}: {said.en} was not found"),
                document=document.type,
            )
        if found.state is FieldState.READ:
            return Fact(name, found.value, (found.evidence,), found.confidence, document.id)
        empty = found.state is FieldState.EMPTY
        raise MissingFact(
            Reason.FIELD_MISSING if empty else Reason.UNREADABLE,
            Text(
                f"《{title.zh}》“{said.zh}”{'空白' if empty else '无法辨认'}",
                f"{title.en}: {said.en} is {'blank' if empty else 'unreadable'}",
            ),
            document=document.type,
            empty=empty,
            evidence=(found.evidence,),
        )

    def one(self, path: str) -> Fact:
        """`F01.policyholder.name`, or `D-202[insured].name` for the paper of one person."""
        code, subject, name = split_path(path)
        fact = self.field(self.document(code, subject=subject), name)
        return Fact(path, fact.value, fact.evidence, fact.confidence, fact.document)

    def maybe(self, path: str) -> Fact | None:
        """Like `one` (or `fact` for a name without a document code), with None for any gap."""
        try:
            return self.one(path) if PATH.match(path) else self.fact(path)
        except MissingFact:
            return None

    def statements(self, name: str) -> tuple[Fact, ...]:
        """Every place in the papers that states the fact, in the vocabulary's order of trust."""
        found = []
        for path in self.vocabulary.paths.get(name, ()):
            code, subject, field_name = split_path(path)
            for document in self.documents_of(code, subject=subject):
                stated = document.fields.get(field_name)
                if stated is not None and stated.state is FieldState.READ:
                    found.append(Fact(path, stated.value, (stated.evidence,), stated.confidence, document.id))
        return tuple(found)

    def fact(self, name: str) -> Fact:
        """The value of a fact: derived if it is a derived one, else what the papers state (the value
        that is best supported, with the confidence of all papers that agree), else what was declared."""
        known = self._facts.get(name)
        if known is None:
            known = self._facts[name] = self._find(name)
        if isinstance(known, MissingFact):
            raise known
        return known

    def declared_fact(self, name: str) -> Fact | None:
        value = self.declared.get(name)
        if value is None or value == "":
            return None
        return Fact(name, canonical_declared(value), declared=True)

    def without(self, gaps: Mapping[str, MissingFact]) -> Case:
        """The same case, in which these facts are not known; itself when there are none."""
        if not gaps:
            return self
        other = replace(self)
        other._facts.update(gaps)
        return other

    @cached_property
    def _facts(self) -> dict[str, Fact | MissingFact]:
        return {}

    def _find(self, name: str) -> Fact | MissingFact:
        derive = self.derivations.get(name)
        try:
            if derive is not None:
                return derive(self)
        except MissingFact as gap:
            return gap
        stated = self.statements(name)
        if stated:
            return believed(name, stated)
        declared = self.declared_fact(name)
        if declared is not None:
            return declared
        said = self.vocabulary.field_name(name)
        return MissingFact(Reason.FACT_MISSING, Text(f"无法确定“{said.zh}”", f"The {said.en} is not known"))


def split_path(path: str) -> tuple[str, str | None, str]:
    """`D-202[insured].name` -> ("D-202", "insured", "name"); ValueError for another shape."""
    match = PATH.match(path)
    if match is None:
        raise ValueError(f"not a field path: {path}")
    return match["code"], match["subject"], match["field"]


def canonical_declared(value: object) -> str:
    """Declared values as text: booleans `true`/`false`, days ISO, numbers plain."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def believed(name: str, stated: Sequence[Fact]) -> Fact:
    """The best supported of several statements. Agreement adds confidence as independent readings
    do; on a tie the first in the order of trust wins."""
    doubt: dict[str, float] = {}
    for fact in stated:
        doubt[fact.value] = doubt.get(fact.value, 1.0) * (1.0 - min(fact.confidence, 0.9999))
    best = min(doubt, key=lambda value: round(doubt[value], 6))
    first = stated[0]
    if first.confidence >= 0.85:  # a well-read paper of higher trust is not outvoted by copies
        best = first.value
    agreeing = [fact for fact in stated if fact.value == best]
    return Fact(
        name,
        best,
        tuple(evidence for fact in agreeing for evidence in fact.evidence),
        max(1.0 - doubt[best], agreeing[0].confidence),
        agreeing[0].document,
    )
