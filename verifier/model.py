"""What words does the whole house share? The glossary, as frozen values.

Imports nothing of ours. A value here was made by us and never changes; what is given to us from
outside is validated by pydantic where it comes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """What a requirement came to. Order of gravity: `worst` picks fail, then review, then pass."""

    PASS = "pass"
    FAIL = "fail"
    REVIEW = "review"
    NOT_APPLICABLE = "not_applicable"


GRAVITY = (Outcome.FAIL, Outcome.REVIEW, Outcome.PASS, Outcome.NOT_APPLICABLE)


def worst(outcomes: list[Outcome]) -> Outcome:
    """The gravest of the outcomes; `not_applicable` when there is none."""
    return min(outcomes, key=GRAVITY.index, default=Outcome.NOT_APPLICABLE)


class Reason(StrEnum):
    """Why a person has to decide (on `review`), or why nothing was to be judged."""

    DOCUMENT_MISSING = "document_missing"
    FIELD_MISSING = "field_missing"
    UNREADABLE = "unreadable"
    LOW_CONFIDENCE = "low_confidence"
    CONFLICTING_VALUES = "conflicting_values"
    FACT_MISSING = "fact_missing"
    REFERENCE_MISSING = "reference_missing"
    JUDGEMENT = "judgement"
    CHECK_ERROR = "check_error"


class Severity(StrEnum):
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Verdict(StrEnum):
    COMPLIANT = "compliant"
    NON_COMPLIANT = "non_compliant"
    INCOMPLETE = "incomplete"


class MarkState(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    UNSURE = "unsure"


class MarkKind(StrEnum):
    """Kinds of mark. On a Transcript: what the pixels show. On a Document: what it stands for.

    `SIGNATURE` on a Transcript is any cluster of handwriting-like ink or a picture of a signature;
    `HANDWRITING` is a longer written line; `TICK` is a box (state says whether it is ticked);
    `SEAL` a stamp; `STRIKE` a line through text. `ESIGNATURE` is a cryptographic PDF signature.
    """

    SIGNATURE = "signature"
    HANDWRITING = "handwriting"
    SEAL = "seal"
    TICK = "tick"
    STRIKE = "strike"
    ESIGNATURE = "esignature"


class TextFrom(StrEnum):
    LAYER = "layer"
    OCR = "ocr"
    BOTH = "both"


class SourceState(StrEnum):
    READ = "read"
    PARTIAL = "partial"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages, Chinese first."""

    zh: str
    en: str


# --- what stands on the paper, and where (before the border) -----------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """Fractions of the upright original page, origin top left: 0 <= left < right <= 1."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def overlap(self, other: Box) -> float:
        """Area of the intersection as a share of the smaller box; 0 when they do not touch."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        smaller = min(self.width * self.height, other.width * other.height)
        return width * height / smaller if smaller else 0.0

    def as_list(self) -> list[float]:
        return [round(side, 4) for side in (self.left, self.top, self.right, self.bottom)]


@dataclass(frozen=True, slots=True)
class Word:
    """A run of text on one line, as printed: an OCR line segment, or a run of the text layer that no
    gap of more than about one character interrupts. `confidence` is 0..1 (1.0 for a trusted layer).
    `flat` is its place on the straightened page when the paper was tilted or photographed: compare
    places by `at`, quote `box` as evidence.
    """

    text: str
    box: Box
    confidence: float = 1.0
    flat: Box | None = None

    @property
    def at(self) -> Box:
        """Where it stands for layout: on the straightened page if there is one."""
        return self.flat or self.box


@dataclass(frozen=True, slots=True)
class Mark:
    """Ink, a seal, a tick or a strike found on the pixels; no meaning yet.

    `state`: for TICK whether the box is ticked; otherwise PRESENT or UNSURE (a smudge). `text` is
    what could be read in it (a seal's words, a signature's characters). `picture_hash` is a 64-bit
    perceptual hash in hex, to find copies of one picture. `colour`: red, blue, black or grey.
    """

    kind: MarkKind
    state: MarkState
    box: Box
    confidence: float
    text: str = ""
    colour: str = ""
    picture_hash: str = ""
    flat: Box | None = None

    @property
    def at(self) -> Box:
        return self.flat or self.box


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed straight line (table ruling, signature line): its ends as a thin Box."""

    box: Box
    horizontal: bool
    flat: Box | None = None

    @property
    def at(self) -> Box:
        return self.flat or self.box


@dataclass(frozen=True, slots=True)
class Page:
    """One page upright. `width`, `height` in points (PDF) or pixels (pictures); `rotation` is the
    clockwise turn (0, 90, 180, 270) that made it upright. `read` is False for a page that failed.
    `legibility` 0..1 measures the picture (sharpness, contrast); 1.0 for a clean digital page.
    """

    number: int
    width: float
    height: float
    rotation: int
    text_from: TextFrom
    words: tuple[Word, ...] = ()
    marks: tuple[Mark, ...] = ()
    rules: tuple[Rule, ...] = ()
    read: bool = True
    blank: bool = False
    legibility: float = 1.0
    picture_hash: str = ""
    ink: str = ""  # where the pixels hold ink, packed (see `verifier.ink`); empty for pages without pixels
    problems: tuple[str, ...] = ()  # stable codes: hidden_text, layer_differs, broken_encoding, ...


@dataclass(frozen=True, slots=True)
class Esignature:
    """Facts about one cryptographic PDF signature; no verdict."""

    field: str
    signer: str
    signed_at: datetime | None
    intact: bool | None
    covers_whole_file: bool
    changed_after: bool
    trusted: bool | None
    timestamped: bool = False
    problems: tuple[str, ...] = ()
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a chat export. `time` is ISO text when it was given."""

    speaker: str
    time: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything that reading found in one file: the border between pixels and judgement."""

    sha256: str
    media_type: str
    pages: tuple[Page, ...]
    esignatures: tuple[Esignature, ...] = ()
    messages: tuple[Message, ...] = ()
    producer: str = ""  # the PDF's producer or the picture's software tag
    revisions: int = 1  # incremental updates of a PDF
    reader: str = ""  # reader version, engine and weights, as in the cache key


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a case and what became of it. `file` is the path inside the case folder with `/`;
    a member of a container is `outer.zip!/inner.pdf`. `code` is set when it was not wholly read.
    """

    file: str
    sha256: str
    pages: int | None
    state: SourceState
    code: str | None = None
    message: Text | None = None
    hint: Text | None = None


# --- what the papers say (after the border) -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands: travels with it to the report. `case` only for another case's paper."""

    file: str
    page: int
    box: Box | None
    text: str
    confidence: float
    sha256: str = ""
    case: str | None = None


@dataclass(frozen=True, slots=True)
class PageRef:
    file: str
    page: int
    sha256: str = ""


class FieldState(StrEnum):
    READ = "read"  # value is canonical text
    EMPTY = "empty"  # the label is there and its place is blank; value is ""
    UNREADABLE = "unreadable"  # there is ink, but no value of this kind could be made of it; value is ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document. `value` canonical, `text` as printed. `kind` names the value kind
    (date, money, name, id_number, ...). `alternatives`: other canonical readings of the same ink."""

    name: str
    value: str
    text: str
    kind: str
    confidence: float
    evidence: Evidence
    state: FieldState = FieldState.READ
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentMark:
    """A mark with its meaning: `policyholder_signature`, `company_seal`, a tick's field name ..."""

    name: str
    kind: MarkKind
    state: MarkState
    confidence: float
    evidence: Evidence
    text: str = ""
    picture_hash: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document's text in reading order, with its place."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Document:
    """A recognised paper. `fields` by name (`policyholder.name`, `beneficiaries[1].share`); `marks`
    in page order (one name may occur more than once). `superseded_by` is a later copy's id."""

    id: str
    type: str
    confidence: float
    pages: tuple[PageRef, ...]
    fields: Mapping[str, Field] = field(default_factory=dict)
    marks: tuple[DocumentMark, ...] = ()
    lines: tuple[Line, ...] = ()
    messages: tuple[tuple[Message, Evidence], ...] = ()
    esignatures: tuple[Esignature, ...] = ()
    variant: str | None = None
    subject: str | None = None
    superseded_by: str | None = None
    legibility: float = 1.0
    text_from: TextFrom = TextFrom.LAYER
    picture_hashes: tuple[str, ...] = ()  # one for each page
    problems: tuple[str, ...] = ()
    producer: str = ""
    revisions: int = 1

    def marks_named(self, name: str) -> tuple[DocumentMark, ...]:
        return tuple(mark for mark in self.marks if mark.name == name)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Payment:
    """One movement of money, seen on one or more papers or declared. Amounts are positive; currency
    ISO 4217; `direction` is `in` (premium) or `out` (refund, claim)."""

    case: str
    payer: str
    payer_account: str
    payee: str
    payee_account: str
    amount: Decimal | None
    currency: str
    date: date | None
    method: str  # cash, transfer, pos, wechat, alipay, direct_debit or ""
    serial: str
    status: str
    direction: str
    documents: tuple[str, ...] = ()  # document ids
    evidence: tuple[Evidence, ...] = ()
    picture_hashes: tuple[str, ...] = ()
    confidence: float = 1.0
    policy: str = ""
    policyholder: str = ""
    policyholder_id: str = ""


# --- what came of it ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis. `source` is the mark of the specification (`V-SALES`, `K`); `verified` says
    whether the article was read in a public copy."""

    rule: str
    article: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the values that were compared: what it is, the value, and where it stands."""

    label: Text
    value: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One paper, pair or payment that a check looked at."""

    outcome: Outcome
    detail: Text
    reason: Reason | None = None
    document: str | None = None  # document id, or the code of an absent paper
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None  # in the decision; None: the weakest of the evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """What a requirement came to in this case; exactly one for each requirement of the pack."""

    check: str
    stage: str
    severity: Severity
    outcome: Outcome
    reason: Reason | None
    title: Text
    detail: Text
    basis: tuple[Basis, ...]
    remedy: Text
    evidence: tuple[Evidence, ...] = ()
    compared: tuple[Compared, ...] = ()
    items: tuple[Item, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class InputProblem:
    """Something about the batch that could not be used although no document was lost by it: a key of
    case.yaml that does not exist, a row of a list. `code` is stable."""

    file: str
    code: str
    message: Text
    hint: Text


@dataclass(frozen=True, slots=True)
class Audit:
    """The whole result for one case. The verdict is computed from the findings (see `review`)."""

    case: str
    pack: Mapping[str, str]
    as_of: date
    law_dates: Mapping[str, str]
    software: Mapping[str, object]
    sources: tuple[Source, ...]
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    declared: Mapping[str, object] = field(default_factory=dict)
    requests: tuple[Text, ...] = ()  # what to ask the customer or seller for
    problems: tuple[InputProblem, ...] = ()
