"""What does the place beside a label say? Makes a value of its kind of what is printed or ticked there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from verifier.documents.composed import is_label
from verifier.documents.ink_places import over
from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED, Hit
from verifier.documents.layout import Sheet
from verifier.documents.option_words import Tick
from verifier.documents.options import Choice, options_in
from verifier.documents.phrases import fold
from verifier.documents.pieces import Span, union
from verifier.documents.places import Neighbours, Place, Want, blank, places_of
from verifier.model import Box, FieldState, MarkKind, TextFrom
from verifier.values.canonical import Canonical, canonical
from verifier.values.money import label_unit
from verifier.values.numerals import small_number

_DAYS = re.compile(
    r"([0-9]{1,3}|[零一二三四五六七八九十百]{1,4})\s*(?:个)?(?:自然日|日历日|日|天|days?)", re.IGNORECASE
)
_DOUBLED = re.compile(r"([-./年月])\s*\1")  # a separator that two overlapping readings both have
_CURRENCY_WORD = re.compile(r"^[\s⊗⊙⊕○×*Ⓧⓧ☒¥￥]*(?:人民币)?[\s⊗⊙⊕○×*Ⓧⓧ☒¥￥:：]*")
_SENTENCE = re.compile(r"[。；，,;]")
_CODE_BEHIND = re.compile(r"(?<=[㐀-鿿)）])\s*[(（]?[A-Z]{1,5}-?\d{3,8}[)）]?\s*$")
_HALF = re.compile(r"\(([^()]*[㐀-鿿][^()]*)\)")
_PART = re.compile(r"(?:信息|资料|情况|签名|签字|声明|盖章|签章|姓名)$")
_HAN = re.compile(r"[㐀-鿿]")
_NOTE = re.compile(r"[。;]|:.*[㐀-鿿]|[㐀-鿿]{2,}:")
_NUMBERED = re.compile(r"[第字号]")
_TERM = re.compile(r"\d|[终一二三四五六七八九十]|趸|[年月日岁]|长期|至|same|life|single|year|month|day", re.IGNORECASE)
NOTHING = Span()


@dataclass(frozen=True, slots=True)
class Value:
    """A read value. `box` covers the label and the blank when there is nothing."""

    state: FieldState
    value: str
    text: str
    box: Box | None
    confidence: float
    alternatives: tuple[str, ...] = ()
    span: Span = NOTHING


def read_at(hit: Hit, want: Want, near: Neighbours) -> Value | None:
    """The value of a label; None where the label has no place for one."""
    printed = hit.span.text
    want = replace(want, unit=want.unit or label_unit(printed)) if want.kind == "money" else want
    empty: Place | None = None
    for place in places_of(hit, want, near):
        if blank(place.span):
            if not place.only_if_read:
                empty = empty or place
            continue
        value = interpret(place.span, want, near.sheet)
        if value.state is FieldState.READ or not place.only_if_read:
            if value.state is FieldState.EMPTY:
                value = replace(value, box=union([b for b in (hit.box, place.box) if b]))
            return replace(value, confidence=value.confidence * place.sure * hit.factor)
    if empty is None:
        return None
    written = _handwritten(hit, want, near)
    if written is not None:
        return written
    if _heads_labels(hit, near):
        return None
    captioned = _over_caption(hit, want, near.sheet)
    if captioned is not None:
        return captioned
    box = union([b for b in (hit.box, empty.box) if b])
    if near.sheet.page.text_from is TextFrom.OCR and _unclaimed_print(hit, near.sheet):
        return Value(FieldState.UNREADABLE, "", "", box, hit.span.confidence)
    return Value(FieldState.EMPTY, "", "", box, hit.span.confidence * hit.factor)


def _unclaimed_print(hit: Hit, sheet: Sheet) -> bool:
    """Print that is no label stands on in the row, or right under a label without a colon: on a scan the
    rulings may mislead, so that the blank place we looked at is not the label's."""
    at, labels = hit.at, [other.at for other in hit.page_hits]
    stop = min([o.left for o in labels if o.left > at.right and o.top < at.bottom and o.bottom > at.top], default=1.0)
    row = Box(at.right, at.top - 0.3 * at.height, max(stop, at.right + 1e-4), at.bottom + 0.3 * at.height)
    under = Box(at.left - sheet.em, at.bottom, at.right + 2 * sheet.em, at.bottom + 2.2 * sheet.line_height)
    for line in sheet.rows:
        for piece in line:
            x, y = piece.at.middle
            beside = row.left <= piece.at.left < row.right and row.top <= y <= row.bottom
            below = not hit.colon and under.left <= x <= under.right and under.top <= y <= under.bottom
            if (beside or below) and not any(label.overlap(piece.at) > 0.5 for label in labels):
                return True
    return False


def _heads_labels(hit: Hit, near: Neighbours) -> bool:
    """A heading in the words of a label: alone on its line, in bigger type than the labels right under it."""
    if hit.colon or not hit.whole or hit.unit.cell is not None:
        return False
    at, unit = hit.at, hit.unit
    following = next((u for u in near.sheet.units[unit.number + 1 :] if u.at.top >= at.bottom), None)
    if following is None or following.at.top - at.bottom > 3 * at.height:
        return False
    labelled = near.is_label(following) or following.pieces[0].text.endswith(":")
    if not labelled:
        return False
    close = following.at.top - at.bottom < 0.8 * at.height
    return following.pieces[0].at.height < 0.93 * at.height or (close and at.height > 1.08 * _label_height(hit))


def _label_height(hit: Hit) -> float:
    """How tall the labels of the page are that stand free of cells: the median."""
    heights = sorted(other.at.height for other in hit.page_hits if other.unit.cell is None and other.targets)
    return heights[len(heights) // 2] if len(heights) > 2 else hit.at.height


def _over_caption(hit: Hit, want: Want, sheet: Sheet) -> Value | None:
    """What stands right above a label without a colon, as over the caption of a line: its value where it is a date,
    else at least no empty place."""
    if hit.colon or hit.unit.cell is not None:
        return None
    at, labels = hit.at, [other.at for other in hit.page_hits]
    place = Box(at.left - 2 * sheet.em, at.top - 2.2 * at.height, at.right + 6 * sheet.em, at.top + 0.2 * at.height)
    found = [
        piece for row in sheet.rows for piece in row
        if place.left <= piece.at.left < at.right + sheet.em and piece.at.right <= place.right and piece.at.right > at.left
        and place.top <= piece.at.middle[1] <= at.top and not any(label.overlap(piece.at) > 0.5 for label in labels)
    ]  # fmt: skip
    ink = [m for m in sheet.ink if over(m.at, at.left, at.right) and place.top <= m.at.middle[1] <= place.bottom]
    if not found and not ink:
        return None
    if want.kind == "date" and found:
        value = interpret(Span(tuple((piece, 0, len(piece.text)) for piece in found)), want, sheet)
        if value.state is FieldState.READ:
            return replace(value, confidence=value.confidence * (0.9 if ink else 0.95) * hit.factor)
    box = union([hit.box, *(piece.box for piece in found), *(mark.box for mark in ink)])
    return Value(FieldState.UNREADABLE, "", "".join(piece.raw for piece in found), box, 0.5)


def _handwritten(hit: Hit, want: Want, near: Neighbours) -> Value | None:
    """Ink where the value would stand: its reading if there is one, else a value that could not be read."""
    following = near.after(hit)
    at = hit.at
    cell = hit.unit.cell
    right = min(following.at.left if following else 1.0, at.right + 20 * near.sheet.em, 1.0)
    top, bottom = at.top - 0.7 * at.height, at.bottom + 0.7 * at.height
    if cell is not None:
        beside = near.sheet.cell_at(cell.right + 0.004, at.middle[1])
        right = max(cell.right, beside.right if beside is not None and not following else 0.0)
        top, bottom = cell.top, cell.bottom
    for mark in near.sheet.ink:
        x, y = mark.at.middle
        if mark.at.width >= 1.5 * near.sheet.em and at.right - near.sheet.em <= x <= right and top <= y <= bottom:
            found = make(want, mark.text) if mark.text else None
            if found is not None:
                return Value(
                    FieldState.READ, found.value, mark.text, mark.box, mark.confidence * found.confidence * 0.9
                )
            return Value(FieldState.UNREADABLE, "", mark.text, mark.box, mark.confidence)
    place = Box(min(at.right, right - 1e-4), top, right, bottom)
    if near.sheet.is_bare(place):
        return None
    return Value(FieldState.UNREADABLE, "", "", union([hit.box, place]), hit.span.confidence)


def interpret(span: Span, want: Want, sheet: Sheet) -> Value:
    """A value of the kind from the printed characters."""
    if want.options is not None:
        chosen = _chosen(options_in(span, want.options, sheet), want, span)
        if chosen is not None:
            return chosen
    span, clear = _without_seal(span, sheet)
    for part, sure in _readings(span, want.kind):
        found = make(want, part.text) or (make(want, "".join(part.text.split())) if want.kind == "money" else None)
        if found is not None and want.kind in ("product", "organisation") and sheet.page.text_from is TextFrom.OCR:
            # a reader cannot tell the width of a bracket; around Chinese words it is the full one
            found = replace(found, value=_HALF.sub(r"（\1）", found.value))
        if found is not None:
            return Value(
                FieldState.READ, found.value, part.text, part.box,
                part.confidence * found.confidence * sure * clear, found.alternatives, part,
            )  # fmt: skip
    return Value(FieldState.UNREADABLE, "", span.text, span.box, span.confidence, (), span)


def _without_seal(span: Span, sheet: Sheet) -> tuple[Span, float]:
    """The place without the words of a stamp that stands apart behind the value."""
    seals = [mark.at for mark in sheet.page.marks if mark.kind is MarkKind.SEAL]
    kept = list(span.parts)
    while len(kept) > 1 and seals:
        piece, before = kept[-1][0], kept[-2][0]
        x, y = piece.at.middle
        stamped = any(s.left < x < s.right and s.top - 0.3 * s.height < y < s.bottom for s in seals)
        if not stamped or piece.at.left - before.at.right < 1.5 * sheet.em or before.at.middle[1] - y > piece.at.height:
            break
        kept.pop()
    return (span, 1.0) if len(kept) == len(span.parts) else (Span(tuple(kept)), 0.92)


def make(want: Want, text: str) -> Canonical | None:
    """The canonical value; None when the text is none of the kind."""
    if want.kind == "days":
        match = _DAYS.search(text)
        number = None if match is None else int(match[1]) if match[1].isdigit() else small_number(match[1])
        bare = canonical("integer", text) if number is None else None
        return bare if number is None else Canonical(str(number))
    if want.options is None:
        text = text.strip(BOXES_OPEN + BOXES_TICKED + " ")
    if want.kind.startswith("date"):
        text = _DOUBLED.sub(r"\1", text)
    if want.kind == "money_in_words":
        text = _CURRENCY_WORD.sub("", text)
    if _foreign_to(want.kind, text):
        return None
    if want.kind == "product":
        text = _CODE_BEHIND.sub("", text)
    if want.kind == "name" and (_SENTENCE.search(text) or len(text) > 60 or len(text.strip()) < 2):
        return None
    return canonical(want.kind, text, unit=want.unit, day_first=want.day_first)


def _foreign_to(kind: str, text: str) -> bool:
    """Is it, whatever the value room would make of it, rather a label, a note or the page's foot?"""
    plain = fold(text)
    if kind in ("name", "organisation"):
        return is_label(plain) or (kind == "name" and bool(_PART.search(plain)))
    if kind == "serial":
        han = len(_HAN.findall(plain))
        return bool(_NOTE.search(plain)) or (han >= 6 and not _NUMBERED.search(plain))
    return kind == "term" and not _TERM.search(plain)


def _readings(span: Span, kind: str) -> Iterator[tuple[Span, float]]:
    """The whole place, then what is left when a note or a neighbour is taken off."""
    yield span, 1.0
    if kind in ("text", "address"):
        return
    folded = span.folded
    bracket = folded.find("(")
    if bracket > 0:
        yield _head(span, bracket), 0.97
    if len(span.parts) > 1 and kind not in ("money", "number", "id_number", "account", "phone"):
        yield Span(span.parts[:1]), 0.95
    if kind.startswith("date") or kind in ("name", "serial"):
        gap = next((n for piece, low, high in span.parts[:1] for n in piece.gaps() if low < n < high), 0)
        if gap:
            piece, low, _ = span.parts[0]
            yield Span(((piece, low, gap),)), 0.93


def _head(span: Span, length: int) -> Span:
    parts = []
    for piece, low, high in span.parts:
        take = min(high - low, length)
        if take > 0:
            parts.append((piece, low, low + take))
        length -= take
    return Span(tuple(parts))


def _chosen(choices: list[Choice], want: Want, span: Span) -> Value | None:
    """The ticked option; None where nothing is printed as boxes and the text itself is the value."""
    if not choices or want.options is None:
        return None
    boxed = [c for c in choices if c.tick is not Tick.NONE]
    if not boxed:
        whole = len(choices) == 1 and want.kind in ("choice", "sex")
        if whole and not want.options.open:
            only = choices[0]
            return Value(FieldState.READ, only.value, span.text, span.box, only.confidence, (), span)
        several = len({c.value for c in choices}) > 1 and not want.options.many
        if several and len(span.folded.strip(BOXES_OPEN + BOXES_TICKED)) == sum(len(c.span.folded) for c in choices):
            return Value(FieldState.UNREADABLE, "", span.text, span.box, 0.5, (), span)  # nothing but options, no signs
        return None
    ticked = [c for c in choices if c.tick is Tick.TICKED]
    if any(c.tick is Tick.DOUBTFUL for c in choices) or (len(ticked) > 1 and not want.options.many):
        return Value(FieldState.UNREADABLE, "", span.text, span.box, 0.5, tuple(c.value for c in ticked), span)
    if not ticked and len(boxed) < len(choices) and len({c.value for c in choices}) == len(choices):
        return Value(FieldState.UNREADABLE, "", span.text, span.box, 0.5, (), span)  # a box that was not found
    if not ticked:
        return Value(FieldState.EMPTY, "", "", span.box, span.confidence)
    keyed = want.kind in ("choice", "sex", "level")
    value = "、".join(c.value if keyed else c.printed for c in ticked)
    at = Span(tuple(part for c in ticked for part in c.span.parts))
    made = canonical(want.kind, value) if want.kind not in ("choice",) else None
    return Value(
        FieldState.READ, made.value if made else value, at.text, at.box, min(c.confidence for c in ticked), (), at
    )
