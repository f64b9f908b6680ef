"""Which of a hundred thousand names can be alike to one name, without comparing it with every one?

Names are filed under the keys of `alike.keys_of`. Latin words that may be spelled in another way are found through
a vocabulary: by the word, by its skeleton, and by its halves (of two spellings one letter apart, one half is
intact). Two words that agree, or the only word, make a candidate; `alike` decides. So the answer is that of
comparing with every entry. Everything lies in sorted arrays of integers: about 100 bytes a name.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import combinations

from verifier.screening.alike import forms, keys_of
from verifier.screening.transliteration import skeleton, without_form, words_agree

PLACES = 24  # bits for the number of a name: sixteen million
MASK = (1 << PLACES) - 1
KEY = (1 << 40) - 1
MOST_REMEMBERED = 4096  # words that were asked for


class _Drawers:
    """Numbers filed under keys."""

    def __init__(self) -> None:
        self._filed: array[int] = array("Q")

    def file(self, key: str, number: int) -> None:
        self._filed.append((hash(key) & KEY) << PLACES | number)

    def close(self) -> None:
        self._filed = array("Q", sorted(self._filed))

    def under(self, key: str) -> list[int]:
        wanted = hash(key) & KEY
        first = bisect_left(self._filed, wanted << PLACES)
        last = bisect_left(self._filed, (wanted + 1) << PLACES, first)
        return [filed & MASK for filed in self._filed[first:last]]


class NameIndex:
    """Names by number; `candidates` gives the numbers of those that can be alike to a name."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._by_key, self._by_word, self._spelled = _Drawers(), _Drawers(), _Drawers()
        self._single: set[int] = set()
        self._agreeing: dict[str, list[int]] = {}
        numbers: dict[str, int] = {}
        for place, name in enumerate(names):
            for key in keys_of(name, False):
                self._by_key.file(key, place)
            self._file_words(name, place, numbers)
        for word, number in numbers.items():
            for key in _spellings_filed(word):
                self._spelled.file(key, number)
        self._words = list(numbers)
        for drawers in (self._by_key, self._by_word, self._spelled):
            drawers.close()

    def _file_words(self, name: str, place: int, numbers: dict[str, int]) -> None:
        words = tuple(forms(name)[1].split())
        if not words:
            return
        core = without_form(words)
        for run in {"".join(words), "".join(core)}:
            self._by_key.file("=" + run, place)
        if len(core) == 1 or len(words) == 1:
            self._single.add(place)
        for word in words:
            if len(word) > 1:
                number = numbers.setdefault(word, len(numbers))
                self._by_word.file(str(number), place)

    def candidates(self, name: str) -> set[int]:
        found = {place for key in keys_of(name, True) for place in self._by_key.under(key)}
        words = tuple(forms(name)[1].split())
        if not words:
            return found
        core = without_form(words)
        for parts in {words, core}:
            for n in range(len(parts)):
                found.update(self._by_key.under("=" + "".join(parts[n:] + parts[:n])))
        spelled = [self._with_word(word) for word in dict.fromkeys(words) if len(word) > 1]
        if len(core) == 1 or len(words) == 1:
            found.update(place for places in spelled for place in places & self._single)
        for one, other in combinations(sorted(spelled, key=len), 2):
            found |= one & other
        return found | self._twice(words, spelled)

    def _twice(self, words: Sequence[str], spelled: list[set[int]]) -> set[int]:
        """A word that is asked for twice may meet two words of one name: `Ali Aly`."""
        return set().union(*spelled) if len(set(words)) < len(words) else set()

    def _with_word(self, word: str) -> set[int]:
        """Names one of whose words agrees with this one."""
        if word not in self._agreeing:
            near = {number for key in _spellings_asked(word) for number in self._spelled.under(key)}
            if len(self._agreeing) > MOST_REMEMBERED:
                self._agreeing.clear()
            self._agreeing[word] = [number for number in near if words_agree(word, self._words[number])]
        return {place for number in self._agreeing[word] for place in self._by_word.under(str(number))}


def _spellings_filed(word: str) -> Iterable[str]:
    """The word's skeleton and its two halves with its length."""
    yield "k" + skeleton(word)
    yield "=" + word
    if len(word) >= 5:
        half = len(word) // 2
        yield f"<{len(word)}{word[:half]}"
        yield f">{len(word)}{word[half:]}"


def _spellings_asked(word: str) -> Iterable[str]:
    """The keys of all words that agree with it: one letter more, less or other leaves one half where it was."""
    yield "k" + skeleton(word)
    yield "=" + word
    for length in range(max(5, len(word) - 1), len(word) + 2):
        half = length // 2
        yield f"<{length}{word[:half]}"
        yield f">{length}{word[max(0, len(word) - (length - half)) :]}"
