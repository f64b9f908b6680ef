"""Does a name stand on a watchlist, and is it the same person?

Two steps: an index by what names have in common (folded characters, pinyin, Latin words) finds candidates
without comparing every entry; then the comparison of names gives the rule and the score. A second key (ID
number, birth date) confirms or clears; without one a name alone decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice, product

from verifier.context import Listed
from verifier.values.identifiers import canonical_id_number
from verifier.values.match import Match, MatchKind
from verifier.values.names import DOT, compare_names, compare_organisations, is_organisation, latin_tokens
from verifier.values.script import is_cjk, readings, simplified, squeeze

MOST_SPELLINGS = 16  # of a name whose characters have several readings


class SecondKey(StrEnum):
    CONFIRMS = "confirms"
    CLEARS = "clears"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Screened:
    """Somebody to look up: as much of him as the case knows."""

    role: str
    name: str
    id_number: str = ""
    birth_date: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """Which entry, by which of its names, by which rule and score, and what the second key says."""

    entry: Listed
    name: str
    match: Match
    second: SecondKey
    why: str


def list_date(entries: Iterable[Listed]) -> str:
    """The list's date: its latest change (ISO day)."""
    return max((entry.last_change[:10] for entry in entries), default="")


@dataclass
class WatchlistIndex:
    """Entries by the keys of all their names."""

    entries: Sequence[Listed]
    _by_key: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, entry in enumerate(self.entries):
            for name in names_of(entry):
                for key in _keys(name):
                    self._by_key.setdefault(key, []).append(place)

    def hits(self, who: Screened, least: float) -> list[Hit]:
        """Entries one of whose names is this name, best first."""
        found: dict[str, Hit] = {}
        for place in sorted({place for key in _keys(who.name) for place in self._by_key.get(key, ())}):
            entry = self.entries[place]
            for name in names_of(entry):
                match = _compare(who.name, name)
                if match.score < least or match.kind in (MatchKind.CONFLICT, MatchKind.UNREADABLE, MatchKind.MASKED):
                    continue
                best = found.get(entry.id)
                if best is None or match.score > best.match.score:
                    second, why = second_key(who, entry)
                    found[entry.id] = Hit(entry, name, match, second, why)
        return sorted(found.values(), key=lambda hit: -hit.match.score)


def names_of(entry: Listed) -> tuple[str, ...]:
    return tuple(name for name in (entry.name, *entry.aliases) if name.strip())


def _compare(one: str, other: str) -> Match:
    if is_organisation(one) or is_organisation(other):
        return compare_organisations(one, other)
    return compare_names(one, other)


def _keys(name: str) -> Iterator[str]:
    """Keys that two spellings of one name share: folded Chinese characters, the letters of its pinyin in
    any order of words, sorted Latin words."""
    if is_cjk(name):
        plain = squeeze(simplified(name)).replace(DOT, "").casefold()
        plain = re.sub(r"[（()）\s]", "", plain)
        yield "c:" + plain
        if len(plain) <= 6:
            sounds = [sorted(readings(character))[:3] for character in plain]
            for spelling in islice(product(*sounds), MOST_SPELLINGS):
                yield "l:" + "".join(sorted("".join(spelling)))
    else:
        words = latin_tokens(name, umlaut=False)
        if words:
            yield "l:" + "".join(sorted("".join(words).lower()))
            yield "w:" + " ".join(sorted(words))


def second_key(who: Screened, entry: Listed) -> tuple[SecondKey, str]:
    """ID number first, then birth date; a list that gives only a year compares years."""
    numbers = {canonical_id_number(one) for one in entry.identifiers if canonical_id_number(one)}
    own = canonical_id_number(who.id_number)
    if own and own in numbers:
        return SecondKey.CONFIRMS, f"id_number {own}"
    births = [one.strip() for one in re.split(r"[;,]", entry.birth_date) if one.strip()]
    if who.birth_date and births:
        if any(who.birth_date.startswith(one) or one.startswith(who.birth_date) for one in births):
            full = any(len(one) >= 10 for one in births)
            return (SecondKey.CONFIRMS if full else SecondKey.UNKNOWN), f"birth_date {who.birth_date}"
        return SecondKey.CLEARS, f"birth_date {who.birth_date} / {entry.birth_date}"
    same_kind = {one for one in numbers if len(one) == len(own) == 18}
    if own and same_kind:
        return SecondKey.CLEARS, f"id_number {own}"
    return SecondKey.UNKNOWN, ""


_latest: list[WatchlistIndex] = []


def index_of(entries: Sequence[Listed]) -> WatchlistIndex:
    """The index of a list, built once for as long as the same list is asked for."""
    if not _latest or _latest[0].entries is not entries:
        _latest[:] = [WatchlistIndex(entries)]
    return _latest[0]
