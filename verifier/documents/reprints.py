"""Which words of a page were found twice, torn apart, or belong to a seal?"""

from __future__ import annotations

from dataclasses import replace

from verifier.documents.pieces import Piece
from verifier.model import Box, MarkKind, Page, TextFrom, Word


def settled_words(page: Page, top: float, bottom: float) -> list[Word]:
    """The words between two heights: commas back in their gaps, without a seal's words and second readings."""
    words = _mended([w for w in page.words if w.text.strip() and top <= w.at.middle[1] < bottom])
    words = _without_seals(words, page)
    return _once(words) if page.text_from is TextFrom.BOTH else words


def _mended(words: list[Word]) -> list[Word]:
    """Text layers set some commas and points as words of their own, a little lower, in the gap that they left."""
    stray = [w for w in words if w.text.strip() in (",", ".", "，") and w.at.width < 0.008]
    if not stray:
        return words
    kept: list[Word] = []
    for word in words:
        if word in stray:
            continue
        whole = word
        for mark in stray:
            x, y = mark.at.middle
            if not word.at.top < y < word.at.bottom + 0.5 * word.at.height:
                continue
            if word.at.left < x < word.at.right:
                whole = _with_mark(whole, mark.text.strip(), x)
            elif 0 <= x - word.at.right < 0.6 * word.at.height:
                whole = replace(whole, text=whole.text + mark.text.strip())
        kept.append(whole)
    return kept


def _with_mark(word: Word, mark: str, x: float) -> Word:
    """The word with a mark set into the gap at a place."""
    share = (x - word.at.left) / word.at.width
    piece = Piece(word.text, word.at, word.box, word.confidence)
    gaps = [n for n, c in enumerate(word.text) if c == " "]
    if not gaps:
        return word
    gap = min(gaps, key=lambda n: abs(piece.share(n) - share))
    return replace(word, text=word.text[:gap] + mark + word.text[gap + 1 :])


def _without_seals(words: list[Word], page: Page) -> list[Word]:
    """The words of a seal stand in circles and belong to the seal, not to the lines under it."""
    seals = [m for m in page.marks if m.kind is MarkKind.SEAL and m.text]
    if not seals:
        return words
    inside = [w for w in words if any(w.at.overlap(s.at) > 0.8 and w.text.strip() in s.text for s in seals)]
    outside = [w for w in words if w not in inside]
    return outside + [w for w in inside if len(w.text.strip()) > 1 and any(_on_line(w, o) for o in outside)]


def _once(words: list[Word]) -> list[Word]:
    """Words without those that a second reading of the same place has found again."""
    kept: list[Word] = []
    for word in sorted(words, key=lambda w: -len(w.text)):
        text = word.text.strip()
        x, y = word.at.middle
        if not any(_holds(other.at, x, y) and text in other.text and other is not word for other in kept):
            kept.append(word)
    return kept


def _holds(box: Box, x: float, y: float) -> bool:
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def _on_line(word: Word, other: Word) -> bool:
    """The two stand on one line in type of one size."""
    height = other.at.height
    return abs(word.at.middle[1] - other.at.middle[1]) < 0.15 * height and abs(word.at.height - height) < 0.25 * height
