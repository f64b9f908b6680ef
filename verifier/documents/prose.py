"""Which values stand in running text, in big type or in the status line, without a label of their own?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from verifier.documents.forms import Form
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.phrases import fold
from verifier.documents.pieces import Piece
from verifier.documents.places import Want
from verifier.documents.table_rows import Read
from verifier.documents.values import Value, make
from verifier.model import FieldState

BEHIND, AHEAD = 36, 14  # characters around the word in which its value is looked for
_IN_WORDS = re.compile(
    r"^(?:人民币)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,}[元圆](?:[整正]|[零壹贰叁肆伍陆柒捌玖角分整正]+)$"
)
_AMOUNT = re.compile(r"^[-+]?[¥￥]?[-+]?\d[\d,]*\.\d{2}元?$")


def read_prose(sheet: Sheet, form: Form, hits: Sequence[Hit]) -> Iterator[Read]:
    """Values by the words around them, one for each field; labels that were read count more."""
    kind = form.kind
    for spec in kind.prose:
        value = _near_words(sheet, tuple(fold(word) for word in spec.words), spec.kind)
        if value is not None:
            yield Read(spec.field, spec.kind, value)
    if kind.status_words:
        yield from _status(sheet, kind.status_words)
    if kind.amount_alone:
        yield from _amount_alone(sheet, kind.over_amount, hits)


def _near_words(sheet: Sheet, words: Sequence[str], kind: str) -> Value | None:
    pieces = [piece for row in sheet.rows for piece in row]
    for number, piece in enumerate(pieces):
        for word in words:
            place = piece.text.find(word)
            if place < 0:
                continue
            after = piece.text[place + len(word) :]
            if len(after) < BEHIND and number + 1 < len(pieces):
                after += pieces[number + 1].text
            for text in (after[:BEHIND], piece.text[max(0, place - AHEAD) : place]):
                made = make(Want(kind), text)
                if made is not None:
                    return Value(FieldState.READ, made.value, text, piece.box, piece.confidence * 0.95)
    return None


def _status(sheet: Sheet, words: Sequence[str]) -> Iterator[Read]:
    """A line that says no more than what became of the payment."""
    for row in sheet.rows:
        for piece in row:
            for word in words:
                folded = fold(word)
                place = piece.text.find(folded)
                if place >= 0 and len(piece.text) <= len(folded) + 3:
                    span = piece.cut(place, place + len(folded))
                    yield Read("status", "text", Value(FieldState.READ, word, word, span.box, piece.confidence))
                    return


def _amount_alone(sheet: Sheet, over: str | None, hits: Sequence[Hit]) -> Iterator[Read]:
    """The amount of a wallet's screen: the biggest figures with two places."""
    found: list[Piece] = [p for row in sheet.rows for p in row if _AMOUNT.match(p.text)]
    if not found:
        return
    biggest = max(found, key=lambda p: p.at.height)
    if biggest.at.height < 1.15 * sheet.line_height:
        return
    made = make(Want("money"), biggest.raw.strip().lstrip("-+−"))
    words = next((p for row in sheet.rows for p in row if len(row) == 1 and _IN_WORDS.match(p.text)), None)
    if words is not None:
        yield Read("amount_in_words", "money_in_words",
                   Value(FieldState.READ, words.raw.strip(), words.raw, words.box, words.confidence))  # fmt: skip
    above = [
        row[0] for row in sheet.rows if len(row) == 1 and 0 < biggest.at.top - row[0].at.top < 5 * sheet.line_height
    ]
    if over and above and not any(hit.unit.pieces[0] is above[-1] for hit in hits) and len(above[-1].text) >= 2:
        name = make(Want("organisation"), above[-1].raw)
        if name is not None and abs(above[-1].at.middle[0] - biggest.at.middle[0]) < 0.06:
            span = above[-1].cut(0, len(above[-1].text))
            yield Read(
                over, "organisation", Value(FieldState.READ, name.value, above[-1].raw, span.box, above[-1].confidence)
            )
    if made is not None:
        yield Read("amount", "money", Value(FieldState.READ, made.value, biggest.raw, biggest.box, biggest.confidence))
