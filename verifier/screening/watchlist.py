"""Does a name stand on a watchlist, and is it the same person?

The index finds candidates, `alike` gives rule and score for each of their names, and a second key (ID number,
birth date, country) confirms or clears. Without one a name alone decides nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from verifier.context import Listed
from verifier.model import Text
from verifier.screening.alike import Alike, alike, forms
from verifier.screening.index import NameIndex
from verifier.values.identifiers import canonical_id_number
from verifier.values.names import DOT

CHINESE_STATES = frozenset({"cn", "hk", "mo", "tw", "sg", "my"})  # where a Chinese name tells little


class SecondKey(StrEnum):
    CONFIRMS = "confirms"
    CLEARS = "clears"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Screened:
    """Somebody to look up: as much of him as the case knows. `countries`: his states, each by its ISO code and
    every way to print it, small letters."""

    role: str
    name: str
    id_number: str = ""
    birth_date: str = ""
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """Which entry, by which of its names, by which rule and score, and what the second key says."""

    entry: Listed
    name: str
    alike: Alike
    second: SecondKey
    why: Text

    @property
    def by_alias(self) -> bool:
        return self.name != self.entry.name

    @property
    def blocks(self) -> bool:
        """Name and second key agree, and the rule of the name is no mere likeness."""
        return self.second is SecondKey.CONFIRMS and not self.alike.review


@dataclass(frozen=True, slots=True)
class Edition:
    """One list as it was supplied: its file, the day of its latest change, its length and a digest of it."""

    source: str
    date: str
    entries: int
    digest: str


def editions_of(entries: Iterable[Listed]) -> tuple[Edition, ...]:
    """The lists among the entries, each with its own day."""
    kept: dict[str, tuple[str, int, hashlib._Hash]] = {}
    for one in entries:
        last, count, digest = kept.get(one.source) or ("", 0, hashlib.sha256())
        digest.update(f"{one.id}|{one.name}|{one.last_change}\n".encode())
        kept[one.source] = (max(last, one.last_change[:10]), count + 1, digest)
    return tuple(Edition(name, day, count, digest.hexdigest()[:12]) for name, (day, count, digest) in kept.items())


def list_date(entries: Iterable[Listed]) -> str:
    """The lists' date: the latest change of the oldest of them (ISO day)."""
    return min((edition.date for edition in editions_of(entries)), default="")


class WatchlistIndex:
    """The entries of all lists, their names filed for looking up. Built once for a batch."""

    def __init__(self, entries: Sequence[Listed]) -> None:
        self.entries = entries
        named = [(name, place) for place, entry in enumerate(entries) for name in names_of(entry)]
        self._entry_of = [place for _, place in named]
        self._names = NameIndex([name for name, _ in named])
        self.editions = editions_of(entries)

    def hits(self, who: Screened, least: float) -> list[Hit]:
        """Entries one of whose names is this name, best first."""
        best: dict[int, tuple[Alike, str]] = {}
        for number in self._names.candidates(who.name):
            place, name = self._entry_of[number], self._names.names[number]
            match = alike(who.name, name)
            if match.score >= least and (place not in best or _better(match, name, best[place])):
                best[place] = (match, name)
        found = [self._hit(who, place, name, match) for place, (match, name) in best.items()]
        return sorted(found, key=lambda hit: (-hit.alike.score, hit.entry.id))

    def _hit(self, who: Screened, place: int, name: str, match: Alike) -> Hit:
        second, why = second_key(who, self.entries[place], match)
        return Hit(self.entries[place], name, match, second, why)


def _better(match: Alike, name: str, known: tuple[Alike, str]) -> bool:
    """The higher score; at one score that which may block, and then the first in the alphabet."""
    return (match.score, not match.review, known[1]) > (known[0].score, not known[0].review, name)


def names_of(entry: Listed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (entry.name, *entry.aliases) if name.strip()))


# --- the second key -------------------------------------------------------------------------------


def second_key(who: Screened, entry: Listed, match: Alike | None = None) -> tuple[SecondKey, Text]:
    """ID number first, then birth date, then country. A list that gives only a year compares years, which alone
    confirms nobody; a year and a country do, unless it is a common kind of name there."""
    for decide in (_by_number, _by_birth):
        second, why = decide(who, entry)
        if second is not SecondKey.UNKNOWN:
            return second, why
    return _by_country(who, entry, match)


def _by_number(who: Screened, entry: Listed) -> tuple[SecondKey, Text]:
    numbers = {canonical_id_number(one) for one in entry.identifiers if canonical_id_number(one)}
    own = canonical_id_number(who.id_number)
    if own and own in numbers:
        return SecondKey.CONFIRMS, _why("证件号码", "the ID number", own)
    if own and not _births(entry) and any(len(one) == len(own) == 18 for one in numbers):
        return SecondKey.CLEARS, _why("证件号码", "the ID number", own)
    return SecondKey.UNKNOWN, Text("", "")


def _by_birth(who: Screened, entry: Listed) -> tuple[SecondKey, Text]:
    births = _births(entry)
    if not who.birth_date or not births:
        return SecondKey.UNKNOWN, Text("", "")
    if any(len(one) >= 10 and one[:10] == who.birth_date[:10] for one in births):
        return SecondKey.CONFIRMS, _why("出生日期", "the birth date", who.birth_date)
    if not any(who.birth_date.startswith(one) or one.startswith(who.birth_date) for one in births):
        return SecondKey.CLEARS, _why("出生日期", "the birth date", f"{who.birth_date} / {';'.join(births)}")
    return SecondKey.UNKNOWN, Text("", "")


def _births(entry: Listed) -> list[str]:
    return [one.strip() for one in re.split(r"[;,]", entry.birth_date) if one.strip()]


def _by_country(who: Screened, entry: Listed, match: Alike | None) -> tuple[SecondKey, Text]:
    """Other countries clear a name that is only alike in sound or spelling; they clear no name that is the same,
    for people move. The same country beside the birth year confirms a name that is not common there."""
    mine, theirs = set(who.countries), {one.strip().lower() for one in entry.countries if one.strip()}
    if not mine or not theirs or match is None:
        return SecondKey.UNKNOWN, Text("", "")
    said = _why("国家", "the country", "/".join(sorted(mine & theirs or theirs)))
    if not mine & theirs:
        surely = match.score < SOUNDS_ONLY and all(len(one) == 2 for one in theirs)  # printed names may be anything
        return (SecondKey.CLEARS if surely else SecondKey.UNKNOWN), said
    year = any(who.birth_date[:4] == one[:4] for one in _births(entry) if who.birth_date)
    telling = year and not is_common(who.name) and not mine & CHINESE_STATES
    return (SecondKey.CONFIRMS if telling else SecondKey.UNKNOWN), said


SOUNDS_ONLY = 0.93  # below it names agree in sound or spelling only


def is_common(name: str) -> bool:
    """A short Chinese name: many people bear it."""
    han, _ = forms(name)
    return 0 < len(han) <= 4 and DOT not in han


def _why(zh: str, en: str, value: str) -> Text:
    return Text(f"{zh} {value}", f"{en} {value}")


_latest: list[WatchlistIndex] = []


def index_of(entries: Sequence[Listed]) -> WatchlistIndex:
    """The index of a list, built once for as long as the same list is asked for."""
    if not _latest or _latest[0].entries is not entries:
        _latest[:] = [WatchlistIndex(entries)]
    return _latest[0]
