"""Which words stand as captions over their values, whatever they say?

On such a form a line of captions and a line of values take turns, both beginning at the same places. A run of words
that comes to a known label is one wherever something begins right under it; words that nobody knows are a caption
where the page has many, in a line with known ones or in smaller type than what stands under them.
"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.documents.composed import wordy
from verifier.documents.forms import Form, Role
from verifier.documents.hits import NUMBERING, Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Piece, Unit

MANY = 4  # known captions that make a page one of captions over values
TALLER = 1.15  # the height of a heading's type to that of the caption under it
SMALLER = 0.95  # the height of a caption's type to that of its value


def captions(sheet: Sheet, form: Form, found: Sequence[Hit]) -> list[Hit]:
    """The captions of a page that are not among its labels yet."""
    labels = {id(piece): hit for hit in found for piece in _whole_pieces(hit)}
    touched = {id(piece) for hit in found for piece, _, _ in hit.span.parts}
    under = _Under(sheet)
    lines = _caption_lines(sheet, labels, under)
    known = sum(1 for piece in _known(found) if id(piece) in lines)
    made: list[Hit] = []
    values: set[int] = set()
    for unit in sheet.units:
        if unit.cell is not None:
            continue
        for number, piece in enumerate(unit.pieces):
            below = under.of(piece)
            if id(piece) in values or below is None or id(below) in labels:
                continue
            if id(piece) not in touched:
                hit = _meant(sheet, form, unit, number) or (
                    _unknown(sheet, unit, number, below, lines) if known >= MANY else None
                )
                if hit is None:
                    continue
                made.append(hit)
                labels[id(piece)] = hit
            if id(piece) in labels and not (piece.at.height > TALLER * below.at.height and under.of(below)):
                values.add(id(below))
    return made


def _whole_pieces(hit: Hit) -> list[Piece]:
    """The words that are a label from end to end."""
    if hit.colon or hit.side is not None:
        return []
    return [
        piece
        for piece, low, high in hit.span.parts
        if high == len(piece.text) and not NUMBERING.sub("", piece.text[:low])
    ]


def _known(found: Sequence[Hit]) -> list[Piece]:
    return [piece for hit in found if hit.unit.cell is None and hit.targets for piece in _whole_pieces(hit)]


class _Under:
    """What begins right under a word."""

    def __init__(self, sheet: Sheet) -> None:
        self.em = sheet.em
        self.pieces = [piece for row in sheet.rows for piece in row]

    def of(self, piece: Piece) -> Piece | None:
        at = piece.at
        near = [
            other for other in self.pieces
            if abs(other.at.left - at.left) < 1.2 * self.em and other.at.middle[1] > at.bottom
            and other.at.top - at.bottom < 0.9 * at.height
        ]  # fmt: skip
        return min(near, key=lambda other: other.at.top, default=None)


def _meant(sheet: Sheet, form: Form, unit: Unit, number: int) -> Hit | None:
    """A run whose words come to a known label of a value."""
    piece = unit.pieces[number]
    numbering = NUMBERING.match(piece.text)
    skip = numbering.end() if numbering and numbering.end() < len(piece.text) - 1 else 0
    phrase = form.meant(piece.text[skip:])
    if phrase is None or not any(m.role in (Role.FIELD, Role.COLUMN) for m in form.phrases.get(phrase)):
        return None
    return _hit(sheet, unit, number, skip, phrase, form)


def _caption_lines(sheet: Sheet, labels: dict[int, Hit], under: _Under) -> set[int]:
    """The words of lines with known labels all of which have a value begin right under them."""
    found: set[int] = set()
    for unit in sheet.units:
        known = [piece for piece in unit.pieces if id(piece) in labels]
        below = [under.of(piece) for piece in known]
        if unit.cell is None and known and all(one is not None and id(one) not in labels for one in below):
            found.update(id(piece) for piece in unit.pieces)
    return found


def _unknown(sheet: Sheet, unit: Unit, number: int, below: Piece, lines: set[int]) -> Hit | None:
    piece = unit.pieces[number]
    among = id(piece) in lines
    smaller = len(unit.pieces) == 1 and piece.at.height < SMALLER * below.at.height
    if not wordy(piece.text) or len(piece.text) < 2 or not (among or smaller):
        return None
    return _hit(sheet, unit, number, 0, "", None)


def _hit(sheet: Sheet, unit: Unit, number: int, skip: int, phrase: str, form: Form | None) -> Hit:
    start, end = unit.starts[number] + skip, unit.starts[number] + len(unit.pieces[number].text)
    meanings = form.phrases.get(phrase) if form is not None else ()
    return Hit(sheet, unit, start, end, end, phrase or unit.text[start:end], meanings, False, factor=0.97)
