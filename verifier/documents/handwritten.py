"""What was written by hand that is no signature: a sentence that was to be copied, the figures of a date?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from verifier.documents.forms import Form, Role
from verifier.documents.ink_places import Anchor, below, is_ink
from verifier.documents.labels import Hit
from verifier.documents.layout import Sheet
from verifier.documents.phrases import fold
from verifier.documents.pieces import union
from verifier.model import DocumentMark, Evidence, Mark, MarkState, PageRef

_DATE_INK = re.compile(r"^[\d年月日./\-:\s]*\d[\d年月日./\-:\s]*$")
_NAMED = re.compile(r"^(?!.*[\d年月日])[\u4e00-\u9fff]{2,4}$")
_DATE_SIGN = re.compile(r"[年月日]")


def is_date_ink(mark: Mark, sheet: Sheet, hits: Sequence[Hit]) -> bool:
    """Figures written into a date: known by what was read in them, or by 年, 月, 日 printed around them."""
    at = mark.at
    if mark.text and _DATE_INK.match(mark.text):
        return True
    if at.height > 2.6 * sheet.line_height or _NAMED.match(mark.text):
        return False
    row = [
        p for r in sheet.rows for p in r
        if abs(p.at.middle[1] - at.middle[1]) < 1.1 * sheet.line_height and abs(p.at.middle[0] - at.middle[0]) < 0.15
    ]  # fmt: skip
    signs = {c for p in row if len(_DATE_SIGN.sub("", p.text).strip("0123456789")) == 0 for c in p.text}
    if len(signs & set("年月日")) >= 2:
        return True
    lines = [h for h in hits if h.at.left < at.left and abs(h.at.middle[1] - at.middle[1]) < _reach(h, sheet)]
    last = max(lines, key=lambda h: h.at.left, default=None)
    dated = last is not None and any(t.spec.kind == "date" for t in last.targets)
    return dated and not _also_signed(last)


def _reach(hit: Hit, sheet: Sheet) -> float:
    """How far over or under a label its own ink stands; on a tilted line the box of its words is too high."""
    return 1.1 * min(hit.at.height, 1.25 * sheet.line_height)


def _also_signed(hit: Hit | None) -> bool:
    """Does the label also ask for a signature?"""
    return hit is not None and hit.is_(Role.ANCHOR)


def prompts(sheet: Sheet, hits: Sequence[Hit], form: Form) -> list[Anchor]:
    """Words amid a text that ask for a sentence in the customer's own hand."""
    spec = form.anchors.copied
    found: list[Anchor] = []
    if spec is None:
        return found
    for unit in sheet.units:
        for number, piece in enumerate(unit.pieces):
            if form.anchors.copied_prompt(piece.text) and not is_ink(piece, sheet.ink):
                start = unit.starts[number]
                end = start + len(piece.text)
                hit = Hit(sheet, unit, start, end, end, piece.text, form.asks(spec), True)
                zone = below(sheet, piece.at, hits)
                if unit.cell is not None:
                    zone = replace(zone, bottom=max(min(zone.bottom, unit.cell.bottom), piece.at.bottom))
                found.append(Anchor(hit, spec, [zone], True))
    return found


def one_copied(anchors: Sequence[Anchor]) -> list[Anchor]:
    """A heading and its prompt ask for one sentence: of places that overlap the last one counts."""
    kept: list[Anchor] = []
    for anchor in sorted(anchors, key=lambda a: a.hit.at.top):
        while (
            kept and anchor.hit.at.top - kept[-1].hit.at.bottom < 6 * anchor.hit.at.height and _open(kept[-1], anchor)
        ):
            kept.pop()
        kept.append(anchor)
    return kept


def _open(before: Anchor, after: Anchor) -> bool:
    """Nothing was written between the two prompts."""
    top, bottom = before.hit.at.bottom, after.hit.at.top
    marks = before.hit.sheet.ink
    return not any(top < m.at.middle[1] < bottom for m in marks)


def copied_unasked(
    spare: Sequence[Mark], found: Sequence[DocumentMark], form: Form, ref: PageRef
) -> list[DocumentMark]:
    """Handwriting that reads as the sentence itself, whatever asked for it."""
    spec = form.anchors.copied
    if spec is None or not spec.sample or any(m.name == spec.name and m.state is MarkState.PRESENT for m in found):
        return []
    sample = fold(spec.sample)
    alike = [m for m in spare if len(m.text) >= 10 and fuzz.partial_ratio(fold(m.text), sample) >= 65]
    if not alike:
        return []
    box = union([m.box for m in alike])
    sure = max(m.confidence for m in alike)
    text = " ".join(m.text for m in alike)
    evidence = Evidence(ref.file, ref.page, box, text, sure, ref.sha256)
    return [DocumentMark(spec.name, spec.kind, MarkState.PRESENT, sure, evidence, text)]
