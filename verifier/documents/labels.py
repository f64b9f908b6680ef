"""Which words of a page are labels of its form, and how sure is each?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from verifier.documents.composed import is_label, is_translation, wordy
from verifier.documents.forms import Form, Meaning, Role, Target
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Piece, Span, Unit
from verifier.model import Box, MarkKind, TextFrom
from verifier.values.canonical import canonical

BOXES_OPEN = "□☐○◯▢〇◻❏❑"
BOXES_TICKED = "☑☒■√✓✔●◉⊙✅◙⊠"
_BEFORE = frozenset(":;,.、。()[]<>|/*-·…!?_=+~%#\"'“”①②③④⑤⑥⑦⑧⑨⑩" + BOXES_OPEN + BOXES_TICKED + "0123456789")
_HINT = re.compile(rf"(?:\*|[(\[][^()\[\]{BOXES_OPEN}{BOXES_TICKED}]{{0,18}}[)\]])*")
_LATIN = re.compile(r"[/(]?[a-z][a-z.'/&()]*")
_NUMBERING = re.compile(
    r"^(?:section|part|step)[a-z0-9]{1,2}(?=[-.:·])|[\d一二三四五六七八九十第部分、.()\[\]*#|/\-·:§▌◆■●▪▶►]*"
)
_HAN = re.compile(r"[㐀-鿿]+$")
# kinds so strict that a value glued to its label still proves the label
_STRICT = {"sex", "date", "date_span", "id_number", "phone", "money", "account", "percent", "integer", "email"}


@dataclass(slots=True, eq=False)
class Hit:
    """A label in its place. `start`..`label_end` is the printed label, `end` where its value may begin.

    A hit without meanings is the label of something that we do not ask for. `side` is set on a narrow cell
    at the side of rows: the part of the form that it names, "" for one that we do not know. `echo`: the
    English words of a label that stands in Chinese beside or over them.
    """

    sheet: Sheet = field(repr=False)
    unit: Unit = field(repr=False)
    start: int
    label_end: int
    end: int
    phrase: str
    meanings: tuple[Meaning, ...]
    colon: bool
    glued: bool = False
    factor: float = 1.0
    used: bool = False
    side: str | None = None
    echo: bool = False
    page_hits: list[Hit] = field(default_factory=list, repr=False)
    _at: Box | None = field(default=None, repr=False)

    @property
    def span(self) -> Span:
        return self.unit.span(self.start, self.label_end)

    @property
    def at(self) -> Box:
        if self._at is None:  # asked for again and again while zones and neighbours are found
            self._at = self.span.at
            assert self._at is not None
        return self._at

    @property
    def box(self) -> Box:
        box = self.span.box
        assert box is not None
        return box

    @property
    def targets(self) -> list[Target]:
        return [m.target for m in self.meanings if m.target is not None]

    def is_(self, role: Role) -> bool:
        return any(m.role is role for m in self.meanings)

    @property
    def mark_or_whole(self) -> bool:
        """An anchor of a mark, or a heading on a line of its own."""
        return self.is_(Role.ANCHOR) or (self.is_(Role.HEADING) and self.whole)

    @property
    def whole(self) -> bool:
        """Nothing else stands in the unit."""
        return not _NUMBERING.sub("", self.unit.text[: self.start]) and self.end >= len(self.unit.text)


def find_hits(sheet: Sheet, form: Form) -> list[Hit]:
    """The labels of a page in reading order; within a unit they do not overlap."""
    fuzzy = sheet.page.text_from is not TextFrom.LAYER
    found: list[Hit] = []
    for unit in sheet.units:
        if sheet.title and all(id(piece) in sheet.title for piece in unit.pieces[:1]):
            continue
        beside = side_of(sheet, unit, form)
        if beside is not None:
            length = len(unit.text)
            found.append(Hit(sheet, unit, 0, length, length, unit.text, (), False, used=True, side=beside))
            continue
        hits = _in_unit(sheet, unit, form)
        if fuzzy:
            hits = sorted(hits + _misread(sheet, unit, form, hits), key=lambda hit: hit.start)
        hits = _with_others(sheet, unit, form, hits)
        found.extend(_with_translations(sheet, unit, hits) if form.chinese else hits)
    found = in_reading_order(found + _by_position(sheet, found))
    for hit in found:
        hit.page_hits = found
    return found


def in_reading_order(hits: list[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (hit.unit.number, hit.start))


def _by_position(sheet: Sheet, found: list[Hit]) -> list[Hit]:
    """Words in a column of label cells with values at their right, or in a row of labels over their values, are
    labels too, whatever they say."""
    labels = {h.unit.number: h for h in found if h.unit.cell is not None and h.start == 0 and h.whole and not h.colon}
    known = [h.unit.cell for h in labels.values() if h.side is None and h.unit.cell is not None]
    taken = {h.unit.number for h in found}
    made = []
    for unit in sheet.units:
        if unit.cell is None or unit.number in taken or not wordy(unit.text):
            continue
        column = len(unit.text) > 2 and _in_label_column(sheet, unit, known, labels)
        if column or _in_label_row(sheet, unit, known):
            length = len(unit.text)
            made.append(Hit(sheet, unit, 0, length, length, unit.text, (), False))
    return made


def _in_label_column(sheet: Sheet, unit: Unit, known: list[Box], labels: dict[int, Hit]) -> bool:
    cell = unit.cell
    assert cell is not None
    run = _column_run(sheet, cell)
    same = [box for box in run if any(box == other for other in known)]
    if len(same) < 3 or len(same) < 0.6 * len(run):
        return False
    value = _right_of(sheet, cell)
    if value is None or value.number in labels:
        return False
    over = [box for box in same if box.bottom < cell.top + 0.004]  # under a header of a table it is a value
    header = max(over, key=lambda box: box.top, default=None)
    if header is not None and _labelled_beside(sheet, header, labels):
        return False
    return sum(1 for box in same if not _labelled_beside(sheet, box, labels)) > 0.7 * len(same)


def _column_run(sheet: Sheet, cell: Box) -> list[Box]:
    """The cells over and under a cell that are as wide and follow one another."""
    column = sorted(
        (u.cell for u in sheet.cells.values() if u.cell is not None and abs(u.cell.left - cell.left) < 0.004
         and abs(u.cell.right - cell.right) < 0.02 and u.cell != cell),
        key=lambda box: abs(box.middle[1] - cell.middle[1]),
    )  # fmt: skip
    top, bottom = cell.top, cell.bottom
    run = []
    for box in column:
        if box.top - bottom < 0.03 and top - box.bottom < 0.03:
            run.append(box)
            top, bottom = min(top, box.top), max(bottom, box.bottom)
    return run


def _right_of(sheet: Sheet, cell: Box) -> Unit | None:
    right = sheet.cell_at(cell.right + 0.004, cell.middle[1])
    return sheet.unit_of(right) if right is not None else None


def _labelled_beside(sheet: Sheet, cell: Box, labels: dict[int, Hit]) -> bool:
    """Does another label stand in the next cell, as in a row of labels over their values?"""
    other = _right_of(sheet, cell)
    return other is not None and other.number in labels


def _in_label_row(sheet: Sheet, unit: Unit, known: list[Box]) -> bool:
    cell = unit.cell
    assert cell is not None
    row = [box for box in known if abs(box.top - cell.top) < 0.004 and abs(box.bottom - cell.bottom) < 0.004]
    touching = any(abs(a.right - b.left) < 0.004 for a in row for b in row if a is not b)
    beside = any(abs(box.right - cell.left) < 0.004 or abs(box.left - cell.right) < 0.004 for box in row)
    below = sheet.cell_at(cell.middle[0], cell.bottom + 0.004)
    over = below is not None and abs(below.left - cell.left) < 0.01 and below.top < cell.bottom + 0.004
    return touching and beside and over


def _in_unit(sheet: Sheet, unit: Unit, form: Form) -> list[Hit]:
    hits: list[Hit] = []
    reach = 0
    for place, phrase, meanings in _phrases_in(unit, form):
        if place < reach:
            continue
        hit = _judged(sheet, unit, place, phrase, meanings, hits[-1] if hits else None, form.kind.identity)
        if hit is not None:
            hits.append(hit)
            reach = hit.end
    return hits


def _phrases_in(unit: Unit, form: Form) -> list[tuple[int, str, tuple[Meaning, ...]]]:
    """Listed phrases, and anchors that are made of a person and an act; the longest first at each place."""
    text = unit.text
    found = [(place, phrase, form.phrases.get(phrase)) for place, phrase in form.phrases.find(text)]
    made = [(a.start, text[a.start : a.end], form.asks(a.spec)) for a in form.anchors.signatures(text, unit.breaks)]
    made = [one for one in made if all(one[:2] != other[:2] for other in found)]
    return sorted(found + made, key=lambda one: (one[0], -len(one[1]))) if made else found


def _judged(
    sheet: Sheet,
    unit: Unit,
    start: int,
    phrase: str,
    meanings: tuple[Meaning, ...],
    before: Hit | None,
    loose: bool = False,
) -> Hit | None:
    text, breaks = unit.text, unit.breaks
    label_end = start + len(phrase)
    if start and text[start - 1] == "(" and text[label_end : label_end + 1] == ")":  # (小写) as a label of its own
        start, label_end = start - 1, label_end + 1
    opens = start == 0 or start in breaks or text[start - 1] in _BEFORE or (before is not None and before.end == start)
    end, colon = _tail(unit, label_end, translated=not phrase.isascii())
    if phrase.endswith("?"):  # a question is answered behind it, as a label with a colon is
        end, colon = label_end, True
    if _amid_words(unit, start, phrase, colon, before):
        return None
    if colon:
        if not opens and (before is None or any(start < b < label_end and k > 1 for b, k in breaks.items())):
            return None
        if not opens and before is not None and before.end >= start:
            return None
        return Hit(sheet, unit, start, max(label_end, end - 1), end, phrase, meanings, True)
    if _asks_for_writing(unit, end, meanings):
        return Hit(sheet, unit, start, len(text), len(text), phrase, meanings, text.endswith(":"))
    if not opens:
        return Hit(sheet, unit, start, label_end, label_end, phrase, meanings, False, True, 0.95) if loose else None
    closes = end == len(text) or breaks.get(end, 0) > (1 if phrase.isascii() else 0)
    if closes:
        return Hit(sheet, unit, start, end, end, phrase, meanings, False)
    if text[label_end : label_end + 1] and text[label_end] in BOXES_OPEN + BOXES_TICKED:
        return Hit(sheet, unit, start, label_end, label_end, phrase, meanings, False)
    glued = _glued(sheet, unit, start, phrase, meanings)
    if glued is None and loose:
        return Hit(sheet, unit, start, label_end, label_end, phrase, meanings, False, True, 0.95)
    return glued


def _amid_words(unit: Unit, start: int, phrase: str, colon: bool, before: Hit | None) -> bool:
    """An English label behind other English words of its run is part of them (`Growth Plan`, `Last update`),
    unless it follows a label at once, or is a longer one with a colon of its own."""
    if not phrase.isascii() or start == 0 or not (unit.text[start - 1].isascii() and unit.text[start - 1].isalpha()):
        return False
    if unit.breaks.get(start, 0) >= 2 or (before is not None and before.end == start):
        return False
    return start not in unit.breaks or not (colon and len(phrase) > 8)


def _asks_for_writing(unit: Unit, end: int, meanings: tuple[Meaning, ...]) -> bool:
    """Words that ask for a handwritten sentence may stand amid their line (请亲笔抄录以下语句：)."""
    if not any(m.mark is not None and m.mark.kind is MarkKind.HANDWRITING for m in meanings):
        return False
    rest = unit.text[end:]
    return len(unit.text) <= 48 and (
        rest.endswith(":") or (len(rest) <= 8 and not rest.endswith(("。", ".", "，", ",")))
    )


def _tail(unit: Unit, end: int, *, translated: bool = True) -> tuple[int, bool]:
    """Past a hint in brackets, a translation and a colon: where the value begins, and was there a colon? An
    English label has no translation: more words make it another label."""
    text = unit.text
    match = _HINT.match(text, end)
    after = match.end() if match else end
    if text[after : after + 1] == ":":
        return after + 1, True
    if text[after : after + 1] == "/":  # 基本保额/份数: the label names two things in one place
        close = min((b for b, kind in unit.breaks.items() if b > after and kind >= 2), default=len(text))
        colon = text.find(":", after, close)
        if 0 < (colon if colon > 0 else close) - after <= 7:
            return (colon + 1, True) if colon > 0 else (close, False)
    latin = _LATIN.match(text, after) if translated else None
    if latin:
        follows = latin.end()
        if text[follows : follows + 1] == ":":
            return follows + 1, True
        if follows == len(text) or unit.breaks.get(follows, 0) >= 2:
            return follows, False
    return after, False


def _glued(sheet: Sheet, unit: Unit, start: int, phrase: str, meanings: tuple[Meaning, ...]) -> Hit | None:
    """A label that runs into its value without a sign; taken only where the value proves it."""
    if len(phrase) < 2 or not (start == 0 or start in unit.breaks):
        return None
    end = start + len(phrase)
    stop = min((b for b, kind in unit.breaks.items() if b > end and kind >= 2), default=len(unit.text))
    rest = unit.text[end:stop]
    kinds = {meaning.target.spec.kind for meaning in meanings if meaning.target is not None}
    is_anchor = any(meaning.role is Role.ANCHOR for meaning in meanings)
    proven = (
        any(kind in _STRICT and canonical(kind, rest[:40]) is not None for kind in kinds)
        or ("name" in kinds and len(phrase) <= 4 and 2 <= len(rest) <= 4 and canonical("name", rest) is not None)
        or (is_anchor and len(rest) <= 5)
    )
    return Hit(sheet, unit, start, end, end, phrase, meanings, False, glued=True, factor=0.95) if proven else None


def _misread(sheet: Sheet, unit: Unit, form: Form, hits: list[Hit]) -> list[Hit]:
    """Labels with one wrong character, as OCR reads them."""
    taken = {(hit.unit.locate(hit.start)[0]) for hit in hits}
    found = []
    for number, piece in enumerate(unit.pieces):
        if number in taken:
            continue
        head, colon = _head(piece)
        if not head:
            continue
        phrase = _nearest(head, form, same_length=not colon)
        if phrase is None:
            continue
        start = unit.starts[number]
        end = start + len(head) + (1 if colon else 0)
        found.append(
            Hit(sheet, unit, start, start + len(head), end, phrase, form.phrases.get(phrase), colon, factor=0.9)
        )
    return found


# --- labels in other words, and labels of other things --------------------------------------------


def _with_others(sheet: Sheet, unit: Unit, form: Form, hits: list[Hit]) -> list[Hit]:
    """The hits of a unit with those whose words only come to a known label, and with unknown labels."""
    for start, text, colon in _heads_of(unit):
        end = start + len(text)
        if any(hit.start <= start < hit.end and (hit.end >= end or hit.colon) for hit in hits):
            continue
        inside = [hit for hit in hits if start <= hit.start < end]
        numbering = _NUMBERING.match(text)
        skip = numbering.end() if numbering and numbering.end() < len(text) - 1 else 0
        section = (
            form.part(text[skip:])
            if not colon and unit.cell is None and not _NUMBERING.sub("", unit.text[:start])
            else None
        )
        if section is not None and all(hit.glued or hit.end < end for hit in inside) and len(hits) == len(inside):
            hits = [Hit(sheet, unit, start + skip, end, end, section[0], section[1], False)]
            continue
        phrase = form.meant(text[skip:]) if colon or unit.cell is not None or is_label(text) else None
        if phrase is None and (inside or not (is_label(text) or (colon and len(text) <= 10 and wordy(text)))):
            continue
        meanings = form.phrases.get(phrase) if phrase is not None else ()
        after = end + 1 if colon else end
        made = Hit(sheet, unit, start + skip, end, after, phrase or text, meanings, colon, factor=0.97)
        hits = sorted([hit for hit in hits if hit not in inside] + [made], key=lambda hit: hit.start)
    return hits


def _with_translations(sheet: Sheet, unit: Unit, hits: list[Hit]) -> list[Hit]:
    """English labels that no Chinese label of the same unit has taken in: they end a value, and are none."""
    for number, piece in enumerate(unit.pieces):
        start = unit.starts[number]
        end = start + len(piece.text)
        if is_translation(piece.raw) and not any(hit.start < end and hit.end > start for hit in hits):
            if any(hit.end == start for hit in hits) and unit.breaks.get(start) == 3:
                continue  # under its label in one cell
            made = Hit(sheet, unit, start, end, end, piece.text, (), False, echo=True)
            hits = sorted([*hits, made], key=lambda hit: hit.start)
    return hits


def _heads_of(unit: Unit) -> Iterator[tuple[int, str, bool]]:
    """What may be a label in a unit: the words before a colon, a whole cell, a whole run of a line."""
    if unit.cell is not None and ":" not in unit.text and not any(kind == 2 for kind in unit.breaks.values()):
        yield 0, unit.text, False
        return
    for number, piece in enumerate(unit.pieces):
        place = piece.text.find(":", 2, 22)
        whole = unit.breaks.get(unit.starts[number], 0) != 3 and len(piece.text) > 1
        if place > 0:
            yield unit.starts[number], piece.text[:place], True
        elif whole:
            yield unit.starts[number], piece.text, False


def side_of(sheet: Sheet, unit: Unit, form: Form) -> str | None:
    """The part of the form that a narrow cell at the side of rows names, its characters one under the other;
    "" for a part we do not know, None for a cell that is none."""
    cell = unit.cell
    if cell is None or cell.width > 2.8 * sheet.em or not _HAN.match(unit.text) or len(unit.text) > 12:
        return None
    beside = sheet.cell_at(cell.right + 0.004, unit.at.middle[1])
    other = sheet.unit_of(beside) if beside is not None else None
    if beside is None or other is None or beside.width < 1.5 * cell.width:
        return None
    tall = beside.height < 0.8 * cell.height
    section = form.side(unit.text)
    known = unit.text in form.phrases or form.meant(unit.text) is not None
    led = other.text in form.phrases or form.meant(other.text) is not None or is_label(other.text)
    if tall:
        return section or "" if section or led or not known else None
    first = sheet.cell_at(cell.left - 0.008, unit.at.middle[1]) is None
    valued = _right_of(sheet, beside)  # 产品 | 产品名称 | ...: the narrow cell is no label of its own
    value = valued is not None and valued.text not in form.phrases and not is_label(valued.text)
    return section or "" if first and led and (value or not known) else None


def _head(piece: Piece) -> tuple[str, bool]:
    place = piece.text.find(":", 3, 16)
    if place > 0:
        return piece.text[:place], True
    return (piece.text, False) if 4 <= len(piece.text) <= 12 else ("", False)


def _nearest(head: str, form: Form, same_length: bool) -> str | None:
    if len(head) < 4 or head.isdigit() or head in form.phrases or head in form.foreign:
        return None
    phrases = form.by_length(len(head))
    if same_length:
        phrases = tuple(phrase for phrase in phrases if len(phrase) == len(head))
    found = process.extractOne(head, phrases, scorer=Levenshtein.distance, score_cutoff=1)
    return None if found is None else str(found[0])
