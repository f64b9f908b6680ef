"""What does a picture of an identity card say, whose labels OCR may have lost? The number is the anchor.

Front and back, on one photocopy or in two files, make one document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from verifier.documents.forms import PREFIX_ALONE
from verifier.documents.layout import Sheet, lay_out
from verifier.documents.mrz import read_mrz
from verifier.documents.phrases import fold
from verifier.documents.pieces import Piece, Span
from verifier.documents.places import want_of
from verifier.documents.recognise import Library, Part
from verifier.documents.values import make
from verifier.model import Document, Evidence, Field, FieldState, PageRef
from verifier.packs.document_type import DocumentType
from verifier.values.dates import find_dates
from verifier.values.identifiers import identify

_NUMBER = re.compile(
    r"(?<![0-9a-z])(?:[1-9][0-9]{16}[0-9xoil]|[a-z]{3}[0-9]{12}|[hm][0-9]{8}(?:[0-9]{2})?)(?![0-9a-z])"
)
_SPAN = re.compile(
    r"(\d{4}[.．\-/年]\d{1,2}[.．\-/月]\d{1,2}日?)[-—~至一]+(\d{4}[.．\-/年]\d{1,2}[.．\-/月]\d{1,2}日?|[^\d\s]{1,3})"
)
GUTTER = 0.04  # share of the picture's width between two cards that lie side by side
MIDDLE = 0.38  # where that gap may begin at the earliest
BACK = ("issuer", "valid_from", "valid_to")  # what the emblem side of a card says


@dataclass(frozen=True, slots=True)
class _Row:
    piece: Piece
    ref: PageRef
    sheet: Sheet


def is_card(part: Part, kind: DocumentType) -> bool:
    """Two words that only identity papers have, or one beside a number of such a paper."""
    text = "\n".join("".join(piece.text for piece in row) for row in part.sheet.rows)
    cues = sum(1 for cue in kind.cues if fold(cue) in text)
    return cues >= 2 or (cues >= 1 and _NUMBER.search(text) is not None)


def card_parts(part: Part, library: Library) -> list[tuple[str, Part]]:
    """The cards on one page: side by side, and cut between two persons' numbers; else one."""
    code = max((c for c, k in library.types.items() if k.identity), key=lambda c: part.scores.get(c, 0.0))
    return [(code, card) for half in _side_by_side(part, library.types[code]) for card in _one_over_another(half)]


def _side_by_side(part: Part, kind: DocumentType) -> list[Part]:
    """Two cards beside each other on one photograph, with no word across the gap between them."""
    words = [word for word in part.page.words if part.top <= word.at.middle[1] < part.bottom]
    reach = 0.0
    for word in sorted(words, key=lambda word: word.at.left):
        if word.at.left - reach >= GUTTER and reach >= MIDDLE and word.at.left <= 1 - MIDDLE:
            halves = [_within(part, 0.0, word.at.left), _within(part, word.at.left, 1.0)]
            if all(is_card(half, kind) for half in halves):
                return halves
        reach = max(reach, word.at.right)
    return [part]


def _within(part: Part, left: float, right: float) -> Part:
    """The part of a page between two upright edges."""
    page = replace(
        part.page,
        words=tuple(word for word in part.page.words if left <= word.at.left < right),
        marks=tuple(mark for mark in part.page.marks if left <= mark.at.middle[0] < right),
        rules=tuple(rule for rule in part.page.rules if left <= rule.at.left and rule.at.right <= right),
    )
    return replace(part, page=page, sheet=lay_out(page, part.top, part.bottom))


def _one_over_another(part: Part) -> list[Part]:
    heights = [row[0].at.middle[1] for row in part.sheet.rows if _NUMBER.search("".join(p.text for p in row))]
    if len(heights) < 2:
        return [part]
    edges = [part.top, *(_gap_after(part.sheet, a, b) for a, b in pairwise(heights)), part.bottom]
    parts = []
    for top, bottom in pairwise(edges):
        sheet = lay_out(part.page, top, bottom)
        if sheet.rows:
            parts.append(replace(part, sheet=sheet, top=top, bottom=bottom))
    return parts


def _gap_after(sheet: Sheet, above: float, below: float) -> float:
    """The widest gap between lines after a number and before the next."""
    bottoms = sorted((row[0].at.top, row[0].at.bottom) for row in sheet.rows if above <= row[0].at.middle[1] <= below)
    gaps = [(b[0] - a[1], (a[1] + b[0]) / 2) for a, b in pairwise(bottoms)]
    return max(gaps)[1] if gaps else (above + below) / 2


def identity_fields(
    fields: Mapping[str, Field], pages: Sequence[tuple[Sheet, PageRef]], kind: DocumentType, variant: str | None
) -> dict[str, Field]:
    """The fields by label, and what the layout of the card tells where a label was not read."""
    made = dict(fields)
    rows = [_Row(piece, ref, sheet) for sheet, ref in pages for row in sheet.rows for piece in row]
    _number(made, rows)
    _validity(made, rows)
    if variant in (None, "id_card", "hmt_residence"):
        _front(made, pages, kind)
    _zone(made, pages)
    return {name: found for name, found in made.items() if found.state is not FieldState.EMPTY or name in fields}


def _read(made: Mapping[str, Field], name: str) -> bool:
    known = made.get(name)
    return known is not None and known.state is FieldState.READ


def _put(made: dict[str, Field], name: str, kind: str, span: Span, ref: PageRef, factor: float, text: str = "") -> None:
    found = make(want_of(kind, None, "", None), text or span.text)
    if found is None:
        return
    confidence = round(span.confidence * found.confidence * factor, 4)
    evidence = Evidence(ref.file, ref.page, span.box, text or span.text, confidence, ref.sha256)
    plain = "date" if kind.startswith("date") else kind
    made[name] = Field(
        name, found.value, text or span.text, plain, confidence, evidence, FieldState.READ, found.alternatives
    )


def _number(made: dict[str, Field], rows: Sequence[_Row]) -> None:
    known = made.get("id_number")
    if known is not None and known.state is FieldState.READ and identify(known.value).valid:
        return
    for row in rows:
        match = _NUMBER.search(row.piece.text)
        if match:
            _put(made, "id_number", "id_number", row.piece.cut(match.start(), match.end()), row.ref, 1.0)
            return


def _validity(made: dict[str, Field], rows: Sequence[_Row]) -> None:
    if _read(made, "valid_to"):
        return
    for row in rows:
        match = _SPAN.search(row.piece.text)
        if match:
            span = row.piece.cut(match.start(), match.end())
            _put(made, "valid_from", "date_from_span_start", span, row.ref, 1.0)
            _put(made, "valid_to", "date_from_span_end", span, row.ref, 1.0)
            return


def _front(made: dict[str, Field], pages: Sequence[tuple[Sheet, PageRef]], kind: DocumentType) -> None:
    """Name over sex over birth over address over number: the order is fixed (GA 448)."""
    labels = {spec.name: [fold(label) for label in spec.labels if label != PREFIX_ALONE] for spec in kind.fields}
    for sheet, ref in pages:
        rows = sheet.rows
        at = next((n for n, row in enumerate(rows) if _NUMBER.search("".join(p.text for p in row))), None)
        if at is None:
            continue
        sex = next(
            (n for n in range(at) if _starts(rows[n], labels["sex"]) or _starts(rows[n], labels["ethnicity"])), None
        )
        birth = next((n for n in range(at) if find_dates("".join(p.raw for p in rows[n]))), None)
        if not _read(made, "name"):
            _name(made, rows, sex if sex is not None else birth, ref)
        if not _read(made, "birth_date") and birth is not None:
            span = Span(tuple((p, 0, len(p.text)) for p in rows[birth]))
            day = find_dates(span.text)[0].value.isoformat()
            _put(made, "birth_date", "date", span, ref, 0.95, day)
        _address(made, rows, birth, at, labels["address"], ref)
        return


def _starts(row: Sequence[Piece], labels: Sequence[str]) -> bool:
    return any(piece.text.startswith(label) for piece in row for label in labels)


def _name(made: dict[str, Field], rows: Sequence[Sequence[Piece]], below: int | None, ref: PageRef) -> None:
    """The line right over sex and ethnic group."""
    if below is None or below == 0:
        return
    for piece in reversed(rows[below - 1]):
        if 2 <= len(piece.text) <= 25 and not any(c.isdigit() for c in piece.text):
            _put(made, "name", "name", piece.cut(0, len(piece.text)), ref, 0.9)
            return


def _address(
    made: dict[str, Field], rows: Sequence[Sequence[Piece]], birth: int | None, number: int, labels: Sequence[str],
    ref: PageRef,
) -> None:  # fmt: skip
    """All lines between the birth date and the number, without the label."""
    start = birth + 1 if birth is not None else next((n for n in range(number) if _starts(rows[n], labels)), None)
    if start is None or start >= number:
        return
    parts: list[tuple[Piece, int, int]] = []
    for row in rows[start:number]:
        for piece in row:
            label = next((label for label in labels if piece.text.startswith(label)), "")
            if len(piece.text) > len(label) and len(piece.text.strip("0123456789")) >= 1 and piece.text not in labels:
                parts.append((piece, len(label), len(piece.text)))
    span = Span(tuple(parts))
    if span:
        _put(made, "address", "address", span, ref, 1.0)


def _zone(made: dict[str, Field], pages: Sequence[tuple[Sheet, PageRef]]) -> None:
    """The machine-readable zone settles what the printed lines left open (ICAO Doc 9303)."""
    for sheet, ref in pages:
        pieces = [row[0] for row in sheet.rows if "<" in row[0].text]
        if not pieces:
            continue
        zone = read_mrz([piece.raw for piece in pieces])
        if zone is None:
            continue
        span = Span(tuple((piece, 0, len(piece.text)) for piece in pieces))
        values = {
            "id_number": ("id_number", zone.number, zone.checks.get("number", False)),
            "birth_date": ("date", zone.birth_date.isoformat() if zone.birth_date else "", zone.checks.get("birth", False)),
            "valid_to": ("date", zone.expiry.isoformat() if zone.expiry else "", zone.checks.get("expiry", False)),
            "sex": ("sex", zone.sex or "", zone.valid), "nationality": ("text", zone.nationality, zone.valid),
            "name": ("name", zone.name, zone.valid),
        }  # fmt: skip
        for name, (kind, text, holds) in values.items():
            if text and not _read(made, name):
                _put(made, name, kind, span, ref, 0.98 if holds else 0.7, text)
        return


# --- two sides ------------------------------------------------------------------------------------


def join_cards(documents: Sequence[Document], codes: set[str]) -> list[Document]:
    """Fronts with their backs: the back that follows in the same file, else the nearest in order."""
    cards = [doc for doc in documents if doc.type in codes]
    backs = [doc for doc in cards if _is_back(doc)]
    fronts = [doc for doc in cards if not _is_back(doc) and not _read(doc.fields, "valid_to")]
    place = {id(doc): number for number, doc in enumerate(documents)}
    joined: dict[int, Document] = {}
    used: set[int] = set()
    for front in fronts:
        free = [
            back
            for back in backs
            if id(back) not in used and (back.variant or "id_card") == (front.variant or "id_card")
        ]
        back = min(free, key=lambda b: _apart(front, b, place), default=None)
        if back is not None:
            used.add(id(back))
            joined[id(front)] = _merged(front, back)
    return [joined.get(id(doc), doc) for doc in documents if id(doc) not in used]


def _is_back(doc: Document) -> bool:
    return not _read(doc.fields, "id_number") and (_read(doc.fields, "valid_to") or _read(doc.fields, "issuer"))


def _apart(front: Document, back: Document, place: Mapping[int, int]) -> tuple[int, int]:
    """How far a back is from a front: the one that follows is nearer than the one before."""
    step = place[id(back)] - place[id(front)]
    same_file = front.pages[0].file == back.pages[0].file
    return (0 if same_file else 1, step * 2 if step > 0 else -step * 2 + 1)


def _merged(front: Document, back: Document) -> Document:
    fields = {**{n: f for n, f in back.fields.items() if not _read(front.fields, n)}, **{
        n: f for n, f in front.fields.items() if _read(front.fields, n) or not _read(back.fields, n)
    }}  # fmt: skip
    pages = tuple(dict.fromkeys(front.pages + back.pages))
    return replace(
        front, pages=pages, fields=fields, marks=front.marks + back.marks, lines=front.lines + back.lines,
        confidence=min(front.confidence, back.confidence), legibility=min(front.legibility, back.legibility),
        picture_hashes=front.picture_hashes + back.picture_hashes,
        problems=tuple(dict.fromkeys(front.problems + back.problems)),
    )  # fmt: skip
