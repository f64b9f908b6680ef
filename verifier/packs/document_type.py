"""What does a sheet of a pack say about one document type: how it is recognised, which fields and marks it has?

The file is data that compliance people own: titles, labels, anchors and words in the language of the forms.
`with_shared` puts in what a sheet takes over from the folder's `_common.yaml` by `like:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from verifier.model import MarkKind, Text

SHARED = "_common"
Kind = Literal[
    "text", "name", "organisation", "product", "id_number", "id_type", "date", "date_span", "money", "money_in_words",
    "percent", "integer", "number", "phone", "account", "email", "address", "sex", "level", "term", "pay_mode",
    "choice", "occupation", "currency", "serial", "days",
]  # fmt: skip


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Title(Strict):
    """The paper's name in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self) -> Text:
        return Text(self.zh, self.en)


class Options(Strict):
    """Words to tick or to write. `words`: value -> what is printed for it. `open`: other words may be
    written too. `many`: more than one may be ticked."""

    words: dict[str, tuple[str, ...]]
    open: bool = False
    many: bool = False

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, given: Any) -> Any:
        if isinstance(given, (list, tuple)):
            return {"words": {word: (word,) for word in given}}
        if isinstance(given, dict):
            words = given.get("words", given)
            if isinstance(words, (list, tuple)):
                words = {word: (word,) for word in words}
            words = {value: tuple(printed) for value, printed in words.items() if isinstance(printed, (list, tuple))}
            return {"words": words, "open": given.get("open", False), "many": given.get("many", False)}
        return given


class SectionSpec(Strict):
    """A part of the form: its headings, and the words that stand before a label of it (投保人 + 姓名)."""

    id: str
    headings: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


class FieldSpec(Strict):
    """A field. `{section}` in the name makes one for each of `sections`. The label `~` is a section's
    prefix alone. `near` names the mark whose line this date belongs to. `take` picks a side of a span."""

    name: str
    labels: tuple[str, ...] = Field(min_length=1)
    kind: Kind
    section: str | None = None
    sections: tuple[str, ...] = ()
    unit: str = ""
    required: bool = False
    options: Options | None = None
    near: str | None = None
    take: Literal["start", "end"] | None = None

    def named(self) -> Iterator[tuple[str, str | None]]:
        """Each field of this line with its section."""
        if self.sections:
            for section in self.sections:
                yield self.name.replace("{section}", section), section
        else:
            yield self.name, self.section


class ColumnSpec(Strict):
    """A column of a table, known by its header."""

    name: str
    labels: tuple[str, ...] = Field(min_length=1)
    kind: Kind
    unit: str = ""
    take: Literal["start", "end"] | None = None
    options: Options | None = None


class TotalSpec(Strict):
    """The closing row: its words, the column of the sum, the field it fills."""

    words: tuple[str, ...]
    column: str
    field: str


class TableSpec(Strict):
    """A table. `rows` names a row's fields (`beneficiaries[n]`), `key` the column that every row has;
    with `first` set, the main row fills fields of that prefix and the others are counted from 1."""

    name: str
    rows: str
    key: str
    columns: tuple[ColumnSpec, ...] = Field(min_length=2)
    first: str | None = None
    first_names: dict[str, str] = {}  # columns that are called otherwise in the main row
    also: dict[str, str] = {}  # a second name of a column in the other rows (product.name: name)
    section: str | None = None  # the part of the form that it stands in
    proper: tuple[str, ...] = ()  # columns that no other table has; one is needed outside that part
    main_words: tuple[str, ...] = ()
    rider_words: tuple[str, ...] = ()
    total: TotalSpec | None = None


class QuestionsSpec(Strict):
    """Numbered questions with options to tick. `people`: whose column, by its header; the first is
    meant where none is named. `bare`: the answer may be printed as a word."""

    name: str
    options: Options
    headings: tuple[str, ...] = ()
    detail: tuple[str, ...] = ()
    people: dict[str, tuple[str, ...]] = {}
    bare: bool = False


class ProseSpec(Strict):
    """A value that stands in running text, near one of the words."""

    field: str
    words: tuple[str, ...]
    kind: Kind


class MarkSpec(Strict):
    """A mark and the printed words beside its place. `anywhere`: it counts wherever it stands."""

    name: str
    kind: MarkKind
    anchors: tuple[str, ...] = ()
    zone: Literal["beside", "below"] = "beside"
    sample: str = ""
    anywhere: bool = False

    @field_validator("kind", mode="before")
    @classmethod
    def _kind(cls, given: Any) -> Any:
        return MarkKind(given) if isinstance(given, str) else given


class VariantSpec(Strict):
    """A kind of this paper. `method` is how it says money moved; `direction` out for money paid out."""

    id: str
    titles: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    method: str = ""
    direction: Literal["in", "out"] = "in"


class DocumentType(Strict):
    """One document type of a pack."""

    code: str
    stage: str
    title: Title
    titles: tuple[str, ...] = ()  # words that head the paper, without the company's name
    weak_titles: tuple[str, ...] = ()  # headings that other forms print too: a title only on top and alone
    not_titles: tuple[str, ...] = ()  # headings that hold a title of ours but head another paper
    title_words: tuple[tuple[str, ...], ...] = ()  # a title that is not listed has a word of each group
    cues: tuple[str, ...] = ()  # words that this paper has, whatever the company
    continues: bool = False  # long text: pages without a title that follow belong to it
    several: bool = False  # a case may hold several different ones; `same_paper` tells them apart
    same_paper: tuple[str, ...] = ()
    page_number: tuple[str, ...] = ()
    identity: bool = False
    chat: bool = False
    title_field: str | None = None  # the field that stands in the title line (name of the clauses)
    status_words: tuple[str, ...] = ()
    same_words: dict[str, tuple[str, ...]] = {}  # section -> words that mean: as stated there (同投保人)
    amount_alone: bool = False  # the amount may stand in big type without a label
    over_amount: str | None = None  # the field whose value then stands over it
    method: str = ""
    sections: tuple[SectionSpec, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    tables: tuple[TableSpec, ...] = ()
    questions: tuple[QuestionsSpec, ...] = ()
    prose: tuple[ProseSpec, ...] = ()
    marks: tuple[MarkSpec, ...] = ()
    variants: tuple[VariantSpec, ...] = ()

    def kinds(self) -> dict[str, str]:
        """Every field name that can come from this type (rows as `[n]`) with its value kind."""
        found: dict[str, str] = {name: spec.kind for spec in self.fields for name, _ in spec.named()}
        for table in self.tables:
            for column in table.columns:
                found[f"{table.rows}.{column.name}"] = column.kind
                if column.name in table.also:
                    found[f"{table.rows}.{table.also[column.name]}"] = column.kind
                if table.first is not None:
                    own = table.first_names.get(column.name, column.name)
                    found.setdefault(f"{table.first}{own}", column.kind)
        for asked in self.questions:
            for owner in ("", *(f"{person}." for person in list(asked.people)[1:])):
                found[f"{owner}{asked.name}[n]"] = "choice"
                if asked.detail:
                    found[f"{owner}{asked.name}[n].detail"] = "text"
        found.update({prose.field: prose.kind for prose in self.prose if prose.field not in found})
        return found

    def kind_of(self, name: str) -> str:
        """The value kind of a field name (`beneficiaries[2].share`); text when we do not print it."""
        return self.kinds().get(re.sub(r"\[\d+\]", "[n]", name), "text")

    def mark_names(self) -> tuple[str, ...]:
        return tuple(mark.name for mark in self.marks)


def with_shared(sheet: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """The sheet with every `like:` replaced; a sheet's own labels stand before the shared ones.

    A mark without anchors of its own kind takes the shared mark of its name. KeyError names an unknown one.
    """
    whole = dict(sheet)
    whole["fields"] = [_like(entry, shared.get("fields", {})) for entry in sheet.get("fields") or []]
    whole["tables"] = [_table(entry, shared.get("tables", {})) for entry in sheet.get("tables") or []]
    marks = shared.get("marks", {})
    whole["marks"] = [_joined(entry, marks.get(entry.get("name"), {})) for entry in sheet.get("marks") or []]
    return {key: _frozen(value) for key, value in whole.items()}


def _like(entry: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    return _joined(entry, shared[entry["like"]]) if "like" in entry else dict(entry)


def _joined(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    made = {**base, **{key: value for key, value in own.items() if key != "like"}}
    for key in ("labels", "anchors"):
        if key in base or key in own:
            made[key] = list(dict.fromkeys([*own.get(key, ()), *base.get(key, ())]))
    return made


def _table(entry: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    if "like" not in entry:
        return dict(entry)
    made = {**shared[entry["like"]], "name": entry["like"]}
    made.update({key: value for key, value in entry.items() if key not in ("like", "total_field")})
    if "total_field" in entry and made.get("total"):
        made["total"] = {**made["total"], "field": entry["total_field"]}
    return made


def _frozen(value: Any) -> Any:
    """Lists as tuples, as the strict schema wants them."""
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value
