"""Which of the straight lines of a page are rulings, and which are strokes of characters or dirt?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from verifier.documents.pieces import Piece
from verifier.model import Box, MarkKind, Page, Word

NEAR = 0.006  # how far rulings of one corner may lie apart, as a share of the page

Ruling = tuple[float, float, float]


def real_rules(page: Page, words: Sequence[Word]) -> tuple[list[Ruling], list[Ruling]]:
    """The rulings of the page without the strokes of big characters that look like short lines."""
    upright: list[Ruling] = []
    level: list[Ruling] = []
    places = [(w.at.left, w.at.top, w.at.right, w.at.bottom, w) for w in words]
    for rule in page.rules:
        at = rule.at
        x, y = at.middle
        if rule.horizontal:
            if at.width > 0.16 or not any(
                left <= x <= right and top < y < bottom and _through(word.at, at, y)
                for left, top, right, bottom, word in places
            ):
                level.append((y, at.left, at.right))
        elif at.height > 0.05 or not any(
            left < x < right and top < at.bottom and bottom > at.top and _cuts_word(word, x, at)
            for left, top, right, bottom, word in places
        ):
            upright.append((x, at.top, at.bottom))
    upright = [rule for rule in upright if _of_a_row(rule, upright) or not _of_ink(rule, level, page)]
    streaks = [x for x, start, end in upright if start < 0.015 or end > 0.985]
    streaks += [rule[0] for rule in upright if _is_streak(rule, places) or _runs_on(rule, places, level)]
    return [rule for rule in upright if all(abs(rule[0] - x) > NEAR / 2 for x in streaks)], level


def _of_a_row(rule: Ruling, upright: Sequence[Ruling]) -> bool:
    """Two more lines begin and end where this one does, apart from it: the columns of a row, which no hand draws."""
    x, start, end = rule
    alike = {
        round(other / (4 * NEAR)) for other, top, bottom in upright
        if abs(top - start) < NEAR and abs(bottom - end) < NEAR and abs(other - x) > 4 * NEAR
    }  # fmt: skip
    return end - start > 3 * NEAR and len(alike) >= 2


def _of_ink(rule: Ruling, level: Sequence[Ruling], page: Page) -> bool:
    """An upright stroke of a stamp or of handwriting: within it, and not from one ruling to another as a table's lines go."""
    x, start, end = rule
    within = any(
        mark.at.left - NEAR < x < mark.at.right + NEAR and mark.at.top - NEAR < start and end < mark.at.bottom + NEAR
        for mark in page.marks
        if mark.kind in (MarkKind.SEAL, MarkKind.SIGNATURE, MarkKind.HANDWRITING)
    )
    return within and not all(
        any(abs(y - edge) < 0.7 * NEAR and left - NEAR < x < right + NEAR for y, left, right in level)
        for edge in (start, end)
    )


def _is_streak(rule: Ruling, places: Sequence[tuple[float, float, float, float, Word]]) -> bool:
    """A line that runs through most words on its way is dirt on the scanner's glass, not a ruling; so is
    one that comes from the edge of the paper."""
    x, start, end = rule
    near = [(left, right) for left, top, right, bottom, _ in places
            if start < (top + bottom) / 2 < end and left - 0.06 < x < right + 0.06]  # fmt: skip
    cut = sum(1 for left, right in near if left + 0.006 < x < right - 0.006)
    return cut >= 2 and cut > 0.5 * len(near)


def _runs_on(rule: Ruling, places: Sequence[tuple[float, float, float, float, Word]], level: Sequence[Ruling]) -> bool:
    """A line that leaves its table and cuts most of the words over or under it: dirt, too."""
    x, start, end = rule
    across = [y for y, left, right in level if start - NEAR <= y <= end + NEAR and left - NEAR <= x <= right + NEAR]
    first, last = (min(across), max(across)) if across else (start, start)
    beyond = [
        (left, right) for left, top, right, bottom, _ in places
        if (start < (top + bottom) / 2 < first - NEAR or last + NEAR < (top + bottom) / 2 < end) and left < x + 0.02 and right > x - 0.02
    ]  # fmt: skip
    cut = sum(1 for left, right in beyond if left + 0.012 < x < right - 0.012)
    return cut >= 2 and cut > 0.5 * len(beyond)


def _through(box: Box, rule: Box, y: float) -> bool:
    inner = box.top + 0.12 * box.height < y < box.bottom - 0.12 * box.height
    return inner and box.width > 0.7 * rule.width


def _cuts_word(word: Word, x: float, rule: Box) -> bool:
    """Does a short upright line run through a character of the word?"""
    at = word.at
    if not (at.left + 0.2 * at.height < x < at.right - 0.2 * at.height and rule.top < at.middle[1] < rule.bottom):
        return False
    if rule.height > 2.6 * at.height:
        return False
    piece = Piece(word.text, at, word.box, word.confidence)
    share = (x - at.left) / at.width
    near = min(range(len(word.text) + 1), key=lambda n: abs(piece.share(n) - share))
    blank = " " in word.text[max(0, near - 1) : near + 1]
    boundary = abs(piece.share(near) - share) * at.width < 0.12 * piece.em
    return not blank and not (boundary and rule.height > 1.5 * at.height and _alone(word, page_em=piece.em))


def _alone(word: Word, page_em: float) -> bool:
    """A word of more than a few characters, as OCR joins two cells; headings in bars are short."""
    return word.at.width > 6 * page_em


def merged(rules: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Rulings with their touching or doubled parts joined: position, start, end."""
    joined: list[tuple[float, float, float]] = []
    for at, start, end in sorted(rules, key=lambda rule: (round(rule[0] / NEAR * 2), rule[1])):
        for number in range(len(joined) - 1, max(-1, len(joined) - 40), -1):
            other = joined[number]
            if abs(other[0] - at) <= NEAR / 2 and start <= other[2] + NEAR and end >= other[1] - NEAR:
                joined[number] = (other[0], min(start, other[1]), max(end, other[2]))
                break
        else:
            joined.append((at, start, end))
    return sorted(joined)
