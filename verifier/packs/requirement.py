"""What does a requirement of a pack look like? The law's demand, as compliance people write it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from verifier.model import Severity, Text

Event = Literal["sale", "delivery", "callback", "payment", "surrender", "claim", "change", "complaint", "today"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Strict):
    """Both languages, neither blank."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self) -> Text:
        return Text(self.zh, self.en)


class BasisSpec(Strict):
    """`rule` is a key of rules.yaml; `source` the mark of the specification (`V-SALES`, `K`).
    `verified` False for an article that was not read although the rule was."""

    rule: str
    articles: tuple[str, ...] = ()
    source: str
    verified: bool = True

    @field_validator("articles", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return [str(one) for one in value] if isinstance(value, list) else value

    @property
    def is_verified(self) -> bool:
        return self.verified and self.source.startswith("V-")


class InForce(Strict):
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")


class RequirementSpec(Strict):
    """One requirement. `event` names the event whose date picks the law (default: the sale);
    `with` holds the parameters of the check; `ask` the document codes to ask for again."""

    id: str
    title: Bilingual
    stage: str
    severity: Severity
    tier: Literal["core", "ext"] = "core"
    basis: tuple[BasisSpec, ...] = Field(min_length=1)
    in_force: InForce = InForce.model_validate({})
    event: Event = "sale"
    applies: dict[str, object] = {}
    check: str
    parameters: dict[str, object] = Field(default_factory=dict, alias="with")
    remedy: Bilingual
    ask: tuple[str, ...] = ()
    confidential: bool = False


class PaperRule(Strict):
    """One line of the requirement matrix: a case for which `when` holds needs one of `documents`.

    `unless_supplied` names reference lists that make the paper dispensable (any one of them). `inside`
    names papers (by code) that may hold it as a part, with the headings by which the part is known.
    `other_variants`: variants of a paper that do not serve (a marriage certificate says nothing of a child)."""

    documents: tuple[str, ...] = Field(min_length=1)
    other_variants: tuple[str, ...] = ()
    when: dict[str, object] = {}
    label: Bilingual | None = None
    unless_supplied: tuple[str, ...] = ()
    inside: dict[str, tuple[str, ...]] = {}


class Rule(Strict):
    """A law or regulation: full name, issuer and number, effective from/to."""

    name: Bilingual
    number: str = ""
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")
    address: str = ""


class Facts(Strict):
    """facts.yaml: where each fact is stated, how product names and relations are told apart."""

    statements: dict[str, tuple[str, ...]]
    product_kinds: dict[str, tuple[str, ...]] = {}
    relations: dict[str, tuple[str, ...]] = {}


class PackInfo(Strict):
    """pack.yaml."""

    id: str
    edition: str
    title: Bilingual
    languages: tuple[str, ...] = ("zh", "en")
    day_first: bool = False  # 03/04/2026 is 3 April, where the jurisdiction is declared and not in `month_first`
    month_first: tuple[str, ...] = ()  # areas of `jurisdictions` that write the month first
    timezone: str = "Asia/Shanghai"
    confidence: float = 0.85
    stages: dict[str, Bilingual]
    extends: str = ""
