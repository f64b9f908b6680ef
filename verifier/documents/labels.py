"""Which words of a page are labels of its form, and how sure is each?"""

from __future__ import annotations

import re
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from verifier.documents.captions import captions
from verifier.documents.forms import Form, Meaning, Role
from verifier.documents.hits import BOXES_OPEN, BOXES_TICKED, Hit
from verifier.documents.layout import Sheet
from verifier.documents.other_labels import by_position, in_reading_order, side_of, with_others, with_translations
from verifier.documents.pieces import Piece, Unit
from verifier.model import MarkKind, TextFrom
from verifier.values.canonical import canonical

__all__ = ["BOXES_OPEN", "BOXES_TICKED", "Hit", "find_hits"]

_BEFORE = frozenset(":;,.、。()[]<>|/*-·…!?_=+~%#\"'“”①②③④⑤⑥⑦⑧⑨⑩" + BOXES_OPEN + BOXES_TICKED + "0123456789")
_HINT = re.compile(rf"(?:\*|[(\[][^()\[\]{BOXES_OPEN}{BOXES_TICKED}]{{0,18}}[)\]])*")
_PART_NUMBER = re.compile(r"^第[一二三四五六七八九十\d]{1,3}(?:部分|部|章|节|条)$")
_LATIN = re.compile(r"[/(]?[a-z][a-z.'/&()]*")
FAR = 6  # widths of a character that two parts of one label may stand apart
# kinds so strict that a value glued to its label still proves the label
_STRICT = {"sex", "date", "date_span", "id_number", "phone", "money", "account", "percent", "integer", "email"}


def find_hits(sheet: Sheet, form: Form) -> list[Hit]:
    """The labels of a page in reading order; within a unit they do not overlap."""
    fuzzy = sheet.page.text_from is not TextFrom.LAYER
    found: list[Hit] = []
    for unit in sheet.units:
        titled = [n for n, piece in enumerate(unit.pieces) if id(piece) in sheet.title]
        if len(titled) == len(unit.pieces):
            continue
        beside = side_of(sheet, unit, form)
        if beside is not None:
            length = len(unit.text)
            found.append(Hit(sheet, unit, 0, length, length, unit.text, (), False, used=True, side=beside))
            continue
        hits = _in_unit(sheet, unit, form)
        if fuzzy:
            hits = sorted(hits + _misread(sheet, unit, form, hits), key=lambda hit: hit.start)
        hits = [hit for hit in with_others(sheet, unit, form, hits) if unit.locate(hit.start)[0] not in titled]
        found.extend(with_translations(sheet, unit, hits) if form.chinese else hits)
    found = in_reading_order(found + captions(sheet, form, found))
    found = in_reading_order(found + by_position(sheet, found))
    for hit in found:
        hit.page_hits = found
    return found


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
    found = [(place, phrase, form.meanings(phrase)) for place, phrase in form.phrases.find(text)]
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
    opens = opens or bool(_PART_NUMBER.match(text[:start]))  # a scan loses the blank of 第三部分 受益人
    end, colon = _tail(unit, label_end, translated=not phrase.isascii())
    if phrase.endswith("?"):  # a question is answered behind it, as a label with a colon is
        end, colon = label_end, True
    if _amid_words(unit, start, phrase, colon, before) or _torn(unit, start, label_end, sheet.em):
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
    glued = _glued(sheet, unit, start, label_end, phrase, meanings)
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


def _torn(unit: Unit, start: int, end: int, em: float) -> bool:
    """Do the words stand so far apart on their line that they are two labels (被保险人 … 身高)?"""
    parts = unit.span(start, end).parts
    return any(
        after[0].at.left - before[0].at.right > FAR * em and unit.breaks.get(unit.starts[n], 3) == 2
        for n, (before, after) in ((unit.locate(start)[0] + k + 1, pair) for k, pair in enumerate(pairwise(parts)))
    )


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
    stop = min((b for b, kind in unit.breaks.items() if b > after and kind >= 2), default=len(text))
    latin = _LATIN.match(text, after, stop) if translated else None
    if latin:
        follows = latin.end()
        if text[follows : follows + 1] == ":":
            return follows + 1, True
        if follows == len(text) or unit.breaks.get(follows, 0) >= 2:
            return follows, False
    return after, False


def _glued(sheet: Sheet, unit: Unit, start: int, end: int, phrase: str, meanings: tuple[Meaning, ...]) -> Hit | None:
    """A label that runs into its value without a sign; taken only where the value proves it."""
    if len(phrase) < 2 or not (start == 0 or start in unit.breaks):
        return None
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
        if phrase is None or form.meant(head) is not None:  # another label in so many words (缴费账户名, 缴费账户)
            continue
        start = unit.starts[number]
        end = start + len(head) + (1 if colon else 0)
        found.append(
            Hit(sheet, unit, start, start + len(head), end, phrase, form.phrases.get(phrase), colon, factor=0.9)
        )
    return found


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
