"""What is a paper called whose title is on no list? By the words that such titles are made of.

Every company words its titles itself (个人信息处理告知与授权书, 信息收集及使用同意书): what stays is what they are
about and what is done about it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from verifier.documents.layout import Sheet
from verifier.documents.phrases import fold
from verifier.documents.pieces import Piece

_COMPANY = re.compile(r"^.*(?:公司|集团|银行)")
_SENTENCE = re.compile(r"[。；;，,?？!！:“”]")
_NUMBERED = re.compile(r"^(?:第?[一二三四五六七八九十\d]{1,3}(?:[、.部分章节条)]|\))|\()")
_PAPER = re.compile(r"(?:书|表|单|函|卷|件|执|录|知|示|认|明|报告|意见|授权|同意|须知|政策)(?:\([^()]*\))?$")
_BRACKETED = re.compile(r"\([^()]*\)")
MERIT = 0.8  # less than a listed title has, enough to begin a paper


@dataclass(frozen=True, slots=True)
class Heading:
    """A title on a page, with how much speaks for it."""

    code: str
    row: int
    top: float
    height: float
    merit: float
    pieces: tuple[Piece, ...]
    phrase: str
    text: str


@dataclass(frozen=True, slots=True)
class Worded:
    """The words that the titles of a type are made of: one of each group."""

    code: str
    groups: tuple[tuple[str, ...], ...]
    not_titles: tuple[str, ...]


def folded(groups: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(fold_all(group) for group in groups)


def fold_all(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words)


def composed_title(sheet: Sheet, types: Sequence[Worded], labels: Container[str]) -> list[Heading]:
    """The page's most prominent line near its top, if it is worded as the title of one type alone. `labels`:
    words that name a part of some form (健康告知) head no paper."""
    for number, row in enumerate(sheet.rows[:8]):
        piece = max(row, key=lambda p: p.at.height)
        text = _BRACKETED.sub("", _COMPANY.sub("", piece.text))
        if not 4 <= len(text) <= 24 or not _stands_out(piece, sheet) or not _PAPER.search(text):
            continue
        if text in labels or _SENTENCE.search(text) or _NUMBERED.match(text):
            continue
        named = _named(text, types)
        if named is not None:
            return [Heading(named, number, piece.at.top, piece.at.height, MERIT, (piece,), text, piece.text)]
    return []


def _stands_out(piece: Piece, sheet: Sheet) -> bool:
    """Bigger than the text and not far down; or in the middle of the head of the page."""
    tall = piece.at.height / max(sheet.line_height, 1e-6)
    centred = abs(piece.at.middle[0] - 0.5) < 0.09
    return piece.at.top < 0.3 and (tall >= 1.3 or (centred and piece.at.top < 0.15 and tall >= 1.05))


def _named(text: str, types: Sequence[Worded]) -> str | None:
    """The type whose words the line has; of several the one with the longest words, none when they tie."""
    scores: list[tuple[int, str]] = []
    for kind in types:
        found = [max((len(w) for w in group if w in text), default=0) for group in kind.groups]
        if all(found) and not any(other in text for other in kind.not_titles):
            scores.append((sum(found), kind.code))
    scores.sort(reverse=True)
    if not scores or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return None
    return scores[0][1]
