"""Which lines make a numbered question, in one column or in newspaper columns?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED, Hit
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Piece
from verifier.values.numerals import small_number

_NUMBER = re.compile(r"^(?:问题|第|[qQ])?[(\[]?(\d{1,2})[)\]]?(?:[.、,:。项环节]|(?=[^\d年月日%./-]))")
_NUMERAL = re.compile(r"^[(\[]?([一二三四五六七八九十]{1,3})[)\]、.](?=.)")
_SOLE = re.compile(r"^(?:问题|[qQ])?[(\[]?(\d{1,2})[)\].、]*$")


@dataclass
class Asked:
    """One numbered question: its lines, and where its block ends."""

    number: int
    top: float
    bottom: float
    pieces: list[Piece]


def question_blocks(sheet: Sheet, hits: Sequence[Hit], words: set[str]) -> list[Asked]:
    """From each number at the left to the next; ends at a signature line or a heading."""
    ends = sorted(h.at.top for h in hits if h.mark_or_whole or _next_label(h))
    found: list[Asked] = []
    edge: float | None = None
    closed = False
    for line in _lines_of_columns(sheet):
        if not line:  # the next column begins
            edge, closed = None, True
            continue
        leading = _leading(line, words)
        row = line[leading:]
        row = row if edge is None else [p for p in row if p.at.right > edge]  # without the headings at the side
        if not row:
            continue
        first = row[0]
        number = number_of(first, row)
        if number is not None and (edge is None or abs(first.at.left - edge) < 4 * sheet.em):
            edge = first.at.left if edge is None else edge
            found.append(Asked(number, first.at.top, first.at.bottom, [*row, *line[:leading]]))
            closed = False
        elif found and not closed and first.at.top - found[-1].bottom < 1.5 * sheet.line_height:
            closed = edge is not None and first.at.left < edge - sheet.em
            if closed or any(found[-1].top < end <= first.at.middle[1] for end in ends):
                continue
            found[-1].pieces.extend(row)
            found[-1].bottom = max(p.at.bottom for p in row)
    _nearest_rows(found)
    return _in_order(found) if _second_column(sheet) is not None else found


def _next_label(hit: Hit) -> bool:
    """The label of a value that opens its line ends the questions (结果：☑成功)."""
    return bool(hit.targets) and not hit.glued and hit.start == 0 and (hit.colon or hit.unit.cell is not None)


def _in_order(found: list[Asked]) -> list[Asked]:
    """Questions in columns by their numbers, whether these run down the columns or across them."""
    numbers = sorted(one.number for one in found)
    unbroken = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    return sorted(found, key=lambda one: one.number) if unbroken else found


def _lines_of_columns(sheet: Sheet) -> list[list[Piece]]:
    """The lines of the page; where questions stand in newspaper columns those of the first column, an empty line,
    and those of the next."""
    edge = _second_column(sheet)
    if edge is None:
        return sheet.rows
    top, x = edge
    above = [row for row in sheet.rows if row[0].at.bottom <= top]
    beside = [row for row in sheet.rows if row[0].at.bottom > top]
    left = [[piece for piece in row if piece.at.left < x] for row in beside]
    right = [[piece for piece in row if piece.at.left >= x] for row in beside]
    return [*above, *(row for row in left if row), [], *(row for row in right if row)]


def _second_column(sheet: Sheet) -> tuple[float, float] | None:
    """Where numbers of questions stand one under the other in the middle of lines that begin with such a number:
    the top and the left edge."""
    heads: list[Piece] = []
    for row in sheet.rows:
        if len(row) > 1 and _asks(row[0]):
            heads += [piece for piece in row[1:] if piece.at.left > 0.3 and _asks(piece)]
    for head in heads:
        same = [other for other in heads if abs(other.at.left - head.at.left) < 1.5 * sheet.em]
        if len(same) >= 2:
            return min(p.at.top for p in same) - sheet.line_height, min(p.at.left for p in same) - sheet.em
    return None


def _asks(piece: Piece) -> bool:
    """A number with the words of its question behind it."""
    found = _NUMBER.match(piece.text)
    return found is not None and len(piece.text) - found.end() >= 4


def _leading(row: Sequence[Piece], words: set[str]) -> int:
    """How many pieces are the options of an answer that stands before the number of its question."""
    count = 0
    while count < len(row) and _only_options(row[count].text, words):
        count += 1
    return count if 0 < count < len(row) and number_of(row[count], row[count:]) is not None else 0


def _only_options(text: str, words: set[str]) -> bool:
    """Options and their boxes, and nothing else (是, ○否, 是○否)."""
    rest = text
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != text and not rest.strip(BOXES_OPEN + BOXES_TICKED + "o0()[]")


def _nearest_rows(found: Sequence[Asked]) -> None:
    """A tall word (one that OCR read with the ink beside it) may have begun a line of its own: it belongs to
    the question whose number stands at its height."""
    for one, following in pairwise(found):
        head, nxt = one.pieces[0].at, following.pieces[0].at
        moved = [
            p for p in one.pieces[1:]
            if abs(p.at.middle[1] - nxt.middle[1]) < min(0.8 * nxt.height, abs(p.at.middle[1] - head.middle[1]))
        ]  # fmt: skip
        if moved:
            one.pieces = [p for p in one.pieces if not any(p is m for m in moved)]
            one.bottom = max(p.at.bottom for p in one.pieces)
            following.pieces += moved


def number_of(first: Piece, row: Sequence[Piece]) -> int | None:
    match = _NUMBER.match(first.text)
    if match and len(first.text) > match.end():
        return int(match[1])
    numeral = _NUMERAL.match(first.text)
    if numeral:
        return small_number(numeral[1])
    sole = _SOLE.match(first.text)
    return int(sole[1]) if sole and len(row) > 1 else None
