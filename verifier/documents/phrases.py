"""Where in a text do known words stand? Many words at once, longest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Value = TypeVar("Value")

# One character for one, so that places in the folded text are places in the printed text.
_FOLD: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= {
    ord(a): b
    for a, b in zip(
        "\u3000\u00a0﹕︰∶【】〔〕［］｛｝〈〉﹙﹚—–－﹣‐·•‧・．", "  :::[][][]{}<>()-----·····", strict=True
    )
}
_FOLD |= {code: code + 32 for code in range(65, 91)}
_FOLD |= {0xFF21 + offset: 97 + offset for offset in range(26)}
# 帐 for 账, and the traditional forms of the characters that labels are made of
_TRADITIONAL = "帐賬別證號碼險單國職業費額間繳電話聯係關係簽實領與處"
_SIMPLIFIED = "账账别证号码险单国职业费额间缴电话联系关系签实领与处"
_FOLD |= {ord(a): b for a, b in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}


def fold_in_place(text: str) -> str:
    """Half width, lower case, one kind of bracket, colon and dash; as many characters as before."""
    return text.translate(_FOLD)


def fold(text: str) -> str:
    """As `fold_in_place`, without any blanks: what labels and titles are compared in."""
    return "".join(text.translate(_FOLD).split())


class Phrases(Generic[Value]):
    """A set of phrases with a value each, found in folded text without blanks."""

    def __init__(self, entries: Iterable[tuple[str, Value]]) -> None:
        values: dict[str, list[Value]] = defaultdict(list)
        for phrase, value in entries:
            key = fold(phrase)
            if key and value not in values[key]:
                values[key].append(value)
        self._values = {phrase: tuple(found) for phrase, found in values.items()}
        lengths: dict[str, set[int]] = defaultdict(set)
        for phrase in self._values:
            lengths[phrase[:2]].add(len(phrase))
        self._lengths = {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}
        self._single = {phrase for phrase in self._values if len(phrase) == 1}

    def __contains__(self, text: str) -> bool:
        return text in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def get(self, text: str) -> tuple[Value, ...]:
        return self._values.get(text, ())

    def at(self, text: str, place: int) -> Iterator[str]:
        """The phrases that begin at a place, longest first."""
        for length in self._lengths.get(text[place : place + 2], ()):
            phrase = text[place : place + length]
            if phrase in self._values:
                yield phrase
        if text[place] in self._single and text[place : place + 2] != text[place]:
            yield text[place]

    def find(self, text: str) -> list[tuple[int, str]]:
        """Every phrase that begins anywhere, longest first at each place; they may overlap."""
        found = []
        lengths = self._lengths
        values = self._values
        for place in range(len(text)):
            for length in lengths.get(text[place : place + 2], ()):
                phrase = text[place : place + length]
                if phrase in values:
                    found.append((place, phrase))
        return found
