"""Which options do the words of a place name, and which signs do they carry themselves?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from verifier.documents.labels import BOXES_OPEN, BOXES_TICKED
from verifier.documents.phrases import fold
from verifier.packs.document_type import Options

# what OCR makes of a box that stands right before an option
OPEN_MISREAD = "口囗ロコ日o"
TICKED_MISREAD = "回区図囚团因凶冈"
_SIGN = f"[{BOXES_OPEN}{BOXES_TICKED}xv]?"
_BRACKET_BEHIND = re.compile(rf"[(\[]({_SIGN})[)\]]")
_BRACKET_BEFORE = re.compile(rf"[(\[]{_SIGN}[)\]]$")
_RUN = re.compile(r"[\u4e00-\u9fff]{2,6}")


class Tick(Enum):
    NONE = 0
    OPEN = 1
    TICKED = 2
    DOUBTFUL = 3


def option_words(text: str, options: Options) -> list[tuple[int, int, str]]:
    """Where options stand; the longest word wins where words overlap."""
    words = sorted(
        ((fold(word), value) for value, printed in options.words.items() for word in printed), key=lambda p: -len(p[0])
    )
    taken: list[tuple[int, int, str]] = []
    for word, value in words:
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            if all(end <= a or start >= b for a, b, _ in taken):
                taken.append((start, end, value))
            start = text.find(word, end)
    return sorted(taken)


def misread_options(text: str, places: Sequence[tuple[int, int, str]], options: Options) -> list[tuple[int, int, str]]:
    """Words beside known options that are the one option left but for a character (至交□年交□半年交): as OCR
    reads rare characters. No value where two options are as near."""
    if len(places) < 2:
        return []
    seen = {value for _, _, value in places}
    left = [(fold(w), value) for value, words in options.words.items() if value not in seen for w in words]
    found = []
    for run in _RUN.finditer("".join("*" if any(a <= n < b for a, b, _ in places) else c for n, c in enumerate(text))):
        near = {
            value for word, value in left
            if len(word) == len(run[0]) >= 2 and sum(a != b for a, b in zip(word, run[0], strict=True)) == 1
        }  # fmt: skip
        if near:
            found.append((run.start(), run.end(), near.pop() if len(near) == 1 else ""))
    return found if len({value for _, _, value in found}) == len(found) else []


def side_in_text(text: str, places: Sequence[tuple[int, int, str]]) -> bool | None:
    """Do the boxes that were read stand behind their options (是□ 否□), or before them ((√)是 ( )否)?"""
    first, last = places[0][0], places[-1][1]
    signs = BOXES_OPEN + BOXES_TICKED
    before = first > 0 and (text[first - 1] in signs or bool(_BRACKET_BEFORE.search(text[:first])))
    after = last < len(text) and (text[last] in signs or bool(_BRACKET_BEHIND.match(text, last)))
    return after if after != before else None


def tick_in_text(text: str, start: int, end: int, limit: int, behind: bool) -> tuple[Tick, float]:
    if behind:
        bracket = _BRACKET_BEHIND.match(text, end)
        sign = bracket[1] if bracket else text[end:limit].lstrip("([")[:1]
        if bracket and (not sign or sign in "xv"):  # 否( ), 否[x]
            return (Tick.TICKED if sign else Tick.OPEN), 1.0
    else:
        sign = text[:start].rstrip(")]").rstrip("_")[-1:]
        if start > 1 and text[start - 1] in ")]":  # [√] or (√)
            sign = text[start - 2]
            if sign in "([":
                return Tick.OPEN, 1.0
            if sign in "xv":  # [X]
                return Tick.TICKED, 1.0
    if not sign:
        return Tick.NONE, 1.0
    if sign in BOXES_TICKED:
        return Tick.TICKED, 1.0
    if sign in BOXES_OPEN:
        return Tick.OPEN, 1.0
    if sign in OPEN_MISREAD:
        return Tick.OPEN, 0.9
    if sign in TICKED_MISREAD:
        return Tick.DOUBTFUL, 0.8
    return Tick.NONE, 1.0
