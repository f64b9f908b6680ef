"""What does a paper of a case say, before any company has laid it out?

A `Paper` is content only: canonical values by the field names of the contract, printed prose, questions,
signature lines. A style decides titles, wording and order of labels, fonts, frames and how each value
is written. Truth is recorded where the style draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from samples.people import Person


@dataclass(frozen=True, slots=True)
class Entry:
    """One value to print. `name` is the contract's field name, or starts with `_` when the contract
    names none (printed, but not part of the truth). `kind` steers how a style writes the value:
    text, date, money, words, digits, phone, id, account, percent, choice, count."""

    name: str
    value: str
    kind: str = "text"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """Labelled values that belong together; `key` names the section (policyholder, insured, product ...)."""

    key: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: `columns` are label keys, every row has one Entry for each column."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """Printed text; `strong` paragraphs are set in a frame or in bold."""

    key: str
    paragraphs: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A numbered question with its answer (`是`, `否`, or empty where nothing was ticked)."""

    name: str
    text: str
    answer: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Questions:
    key: str
    items: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A box with a sentence, ticked or not; the mark is named `name`."""

    name: str
    text: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Ticks:
    key: str
    items: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Copied:
    """The sentence to be copied by hand: what is asked for, and what was written ("" when nothing)."""

    asked: str
    written: str
    who: Person


@dataclass(frozen=True, slots=True)
class Sign:
    """A signature line. `who` None: the line is empty. `date` is the Entry written beside it."""

    mark: str
    label: str
    who: Person | None
    date: Entry | None = None
    written_name: str = ""  # what is signed, where it is not the name of `who`
    occasion: int = 0  # not 0: the very same picture wherever the number is the same


@dataclass(frozen=True, slots=True)
class Signing:
    lines: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """A stamp: `round` with a star and ring text, or `oblong` with rows of text."""

    text: str
    inner: str = ""
    shape: str = "round"
    mark: str = "company_seal"


Section = Fields | Grid | Prose | Questions | Ticks | Copied | Signing | Seal


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a case. `kind` says who draws it: `form` by the style, others by their own
    drawing (`id_card`, `bank_slip`, `pos_slip`, `wallet`, `chat`). `pages` is filled by the drawing."""

    type: str
    sections: tuple[Section, ...] = ()
    variant: str | None = None
    subject: str | None = None
    kind: str = "form"
    notes: Mapping[str, str] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    look: str = ""  # a look of its own, where it differs from the case's (an unreadable photo, a blank)

    def entries(self) -> Iterable[Entry]:
        """Every Entry of the paper, in order."""
        for section in self.sections:
            if isinstance(section, Fields):
                yield from section.entries
            elif isinstance(section, Grid):
                for row in section.rows:
                    yield from row
            elif isinstance(section, Signing):
                yield from (line.date for line in section.lines if line.date)

    def value(self, name: str) -> str:
        """The value of a field; "" when the paper does not print it."""
        return next((entry.value for entry in self.entries() if entry.name == name), "")

    def altered(self, change: Callable[[Section], Section | None]) -> Paper:
        """The paper with each section passed through `change`; None drops the section."""
        kept = (change(section) for section in self.sections)
        return replace(self, sections=tuple(section for section in kept if section is not None))

    def with_values(self, values: Mapping[str, str]) -> Paper:
        """The paper with some field values replaced, wherever they are printed."""

        def swap(entry: Entry) -> Entry:
            return replace(entry, value=values.get(entry.name, entry.value))

        def change(section: Section) -> Section:
            if isinstance(section, Fields):
                return replace(section, entries=tuple(swap(entry) for entry in section.entries))
            if isinstance(section, Grid):
                return replace(section, rows=tuple(tuple(swap(e) for e in row) for row in section.rows))
            if isinstance(section, Signing):
                lines = tuple(replace(ln, date=swap(ln.date)) if ln.date else ln for ln in section.lines)
                return replace(section, lines=lines)
            return section

        return self.altered(change)

    def unsigned(self, mark: str) -> Paper:
        """The paper with the signature lines of that name left empty."""

        def change(section: Section) -> Section:
            if not isinstance(section, Signing):
                return section
            return replace(
                section, lines=tuple(replace(line, who=None) if line.mark == mark else line for line in section.lines)
            )

        return self.altered(change)
