"""What does the head of a paper say beside its type: the variant, the product, the way of payment?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.documents.phrases import fold
from verifier.documents.pieces import Piece, Span
from verifier.documents.places import want_of
from verifier.documents.recognise import Part
from verifier.documents.values import make
from verifier.documents.worded import Heading
from verifier.model import Evidence, Field, FieldState, PageRef
from verifier.packs.document_type import DocumentType
from verifier.values.money import read_currency
from verifier.values.organisations import is_organisation

_COMPANY = re.compile(r"^.*?(?:公司|company|co\.,?ltd\.?|limited|plc)")


def variant_of(parts: Sequence[Part], kind: DocumentType, fields: Mapping[str, Field]) -> str | None:
    """The variant whose title heads the paper, else whose words it has most of."""
    if not kind.variants:
        return None
    titles = [part.heading.text for part in parts if part.heading]
    text = "\n".join(piece.text for part in parts for row in part.sheet.rows for piece in row)
    scores = {}
    for variant in kind.variants:
        if variant.direction == "out" and _pays_out(fields) and any(fold(cue) in text for cue in variant.cues):
            return variant.id
        titled = max((len(t) for t in variant.titles if any(fold(t) in title for title in titles)), default=0)
        cues = sum(1 for cue in variant.cues if fold(cue) in text)
        if variant.direction == "out" and not titled and not (cues and _pays_out(fields)):
            continue
        scores[variant.id] = titled * 2 + cues + (4 if variant.direction == "out" and _pays_out(fields) and cues else 0)
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None:
        return None
    return best if scores[best] > 0 else (kind.variants[0].id if titles and kind.method else None)


def _pays_out(fields: Mapping[str, Field]) -> bool:
    """An organisation pays somebody who is none: a refund or a claim, not a premium."""
    payer, payee = fields.get("payer.name"), fields.get("payee.name")
    return (
        payer is not None and is_organisation(payer.value) and not (payee is not None and is_organisation(payee.value))
    )


def method_field(
    parts: Sequence[Part], kind: DocumentType, variant: str | None, fields: Mapping[str, Field]
) -> dict[str, Field]:
    """The way of payment that the kind of slip itself tells, where no label told it."""
    known = fields.get("method")
    method = next((v.method for v in kind.variants if v.id == variant and v.method), "") or kind.method
    if not method or (known is not None and known.state is FieldState.READ and known.value.isascii()):
        return {}
    part = parts[0]
    pieces = part.heading.pieces if part.heading else tuple(part.sheet.rows[0][:1])
    span = Span(tuple((piece, 0, len(piece.text)) for piece in pieces))
    return {"method": _field("method", "choice", method, span, part.ref, 0.95)}


def currency_field(fields: Mapping[str, Field], kind: DocumentType) -> dict[str, Field]:
    """The currency that stands in the amount itself (RMB 61,750.50), where no label told it."""
    amount = fields.get("amount")
    known = fields.get("currency")
    if "currency" not in kind.kinds() or amount is None or amount.state is not FieldState.READ:
        return {}
    code = read_currency(amount.text) if known is None or known.state is not FieldState.READ else None
    if code is None:
        return {}
    evidence = replace(amount.evidence, text=amount.text)
    return {"currency": Field("currency", code, amount.text, "currency", amount.confidence, evidence)}


def title_fields(parts: Sequence[Part], kind: DocumentType, fields: Mapping[str, Field]) -> dict[str, Field]:
    """The name that stands in the title line: 某某终身寿险（分红型）条款."""
    name = kind.title_field
    part = parts[0]
    if name is None or part.heading is None:
        return {}
    known = fields.get(name)
    if known is not None and known.state is FieldState.READ:
        return {}
    span = _named_in(part.heading) or _beside(part, part.heading)
    if span is None:
        return {}
    made = make(want_of(kind.kind_of(name), None, "", None), span.text)
    if made is None or len(made.value) < 4:
        return {}
    return {name: _field(name, kind.kind_of(name), made.value, span, part.ref, made.confidence * 0.97)}


def _named_in(heading: Heading) -> Span | None:
    """What stands before the title word in its line, without the company's name."""
    end = heading.text.find(heading.phrase)
    company = _COMPANY.match(heading.text[:end])
    start = company.end() if company else 0
    if end - start < 4:
        return None
    return _cut(heading.pieces, start, end)


def _cut(pieces: Sequence[Piece], start: int, end: int) -> Span:
    parts = []
    reach = 0
    for piece in pieces:
        low, high = max(start - reach, 0), min(end - reach, len(piece.text))
        if low < high:
            parts.append((piece, low, high))
        reach += len(piece.text)
    return Span(tuple(parts))


def _beside(part: Part, heading: Heading) -> Span | None:
    """A line of big type next to the title: the name printed over or under it."""
    rows = part.sheet.rows
    for number in (heading.row - 1, heading.row + 1):
        if not 0 <= number < len(rows) or len(rows[number]) != 1:
            continue
        piece = rows[number][0]
        alone = ":" not in piece.text and 4 <= len(piece.text) <= 40
        if alone and piece.at.height >= 1.15 * part.sheet.line_height and not is_organisation(piece.raw):
            return piece.cut(0, len(piece.text))
    return None


def _field(name: str, kind: str, value: str, span: Span, ref: PageRef, factor: float) -> Field:
    confidence = round(span.confidence * factor, 4)
    evidence = Evidence(ref.file, ref.page, span.box, span.text, confidence, ref.sha256)
    return Field(name, value, span.text, kind, confidence, evidence)
