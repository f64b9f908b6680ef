"""Which of these are drawn? A sample that anybody can draw again from the seed, the rule and the population.

Nothing here depends on a machine, a version of Python or the order of rows:

1. Each unit of the population has an id, a stratum and a whole weight. Units are ordered by id; the population's
   digest is the SHA-256 of the lines `id TAB stratum TAB weight LF` in UTF-8.
2. u = (first 64 bits of SHA-256 of `seed:id` in UTF-8, big-endian, + 1/2) / 2^64, so 0 < u < 1.
3. key = -ln(u) / weight, computed in decimal arithmetic of 40 digits, where ln is rounded correctly everywhere. The
   smallest keys are drawn (Efraimidis and Spirakis 2006: the largest u^(1/weight)). With equal weights this is a
   simple random sample without replacement; equal keys go by id.
4. By strata: each gets its share of the size in proportion to its number of units, at least one if the size allows,
   the remainder by largest fraction, then by name of stratum; within each stratum step 3.
5. The sample's digest is the SHA-256 of the drawn ids in the order drawn, each followed by LF.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from heapq import nsmallest

DIGITS = Context(prec=40)
SPAN = Decimal(2**64)


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that may be drawn. `why`: in words, what its weight comes from."""

    id: str
    stratum: str = ""
    weight: int = 1
    why: str = ""


def frame(units: Iterable[Unit]) -> list[Unit]:
    """The population in its order."""
    return sorted(units, key=lambda unit: unit.id)


def frame_lines(ordered: Sequence[Unit]) -> Iterable[bytes]:
    return (f"{unit.id}\t{unit.stratum}\t{unit.weight}\n".encode() for unit in ordered)


def frame_digest(ordered: Sequence[Unit]) -> str:
    total = hashlib.sha256()
    for line in frame_lines(ordered):
        total.update(line)
    return total.hexdigest()


def sample_digest(drawn: Iterable[Unit]) -> str:
    return hashlib.sha256("".join(f"{unit.id}\n" for unit in drawn).encode()).hexdigest()


def key(seed: str, unit: Unit) -> Decimal:
    """The smaller, the sooner drawn."""
    uniform = DIGITS.divide(Decimal(2 * _head(seed, unit) + 1), 2 * SPAN)
    return DIGITS.divide(DIGITS.ln(uniform).copy_negate(), Decimal(unit.weight))


def _head(seed: str, unit: Unit) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{unit.id}".encode()).digest()[:8], "big")


def draw(units: Iterable[Unit], seed: str, size: int, *, by_stratum: bool = False) -> list[Unit]:
    """The sample in the order drawn; everything when `size` is not below the population."""
    population = frame(units)
    if not by_stratum:
        return _smallest(population, seed, size)
    strata: dict[str, list[Unit]] = {}
    for unit in population:
        strata.setdefault(unit.stratum, []).append(unit)
    shares = allocate({name: len(members) for name, members in strata.items()}, size)
    return [unit for name in sorted(strata) for unit in _smallest(strata[name], seed, shares[name])]


def _smallest(units: Sequence[Unit], seed: str, size: int) -> list[Unit]:
    """Binary fractions, whose last digits differ between machines, only leave out what is far from being drawn."""
    if not 0 < size < len(units):
        near = list(units) if size else []
    else:
        rough = [-math.log((_head(seed, unit) + 0.5) / 2**64) / unit.weight for unit in units]
        limit = nsmallest(size, rough)[-1] * (1 + 1e-9) + 1e-15
        near = [unit for unit, about in zip(units, rough, strict=True) if about <= limit]
    return nsmallest(size, near, key=lambda unit: (key(seed, unit), unit.id))


def allocate(numbers: dict[str, int], size: int) -> dict[str, int]:
    """How many of each stratum, in proportion; whole numbers only, so that it is the same everywhere."""
    total = sum(numbers.values())
    size = min(size, total)
    names = sorted(numbers)
    if size < len(names):  # not one for each: the largest strata first
        chosen = sorted(names, key=lambda name: (-numbers[name], name))[:size]
        return {name: int(name in chosen) for name in names}
    shares = {name: max(1, size * numbers[name] // total) for name in names}
    by_fraction = sorted(names, key=lambda name: (-(size * numbers[name] % total), name))
    left = size - sum(shares.values())
    while left > 0:
        for name in by_fraction:
            if left and shares[name] < numbers[name]:
                shares[name] += 1
                left -= 1
    while left < 0:  # strata that got one although their share was less
        several = [name for name in names if shares[name] > 1]
        shares[max(several, key=lambda name: (shares[name] * total - size * numbers[name], name))] -= 1
        left += 1
    return shares
