"""Draw a sample again, on any machine with Python 3.9 or later and nothing else: 重新抽取样本，无需安装任何软件。

    python draw_again.py frame.tsv SEED SIZE [branch]

frame.tsv is what was drawn from (one line each: id, stratum, weight). With `branch` each stratum has its share.
Prints the SHA-256 of the frame, the drawn ids in their order, and the SHA-256 of the sample.
"""

import hashlib
import pathlib
import sys
from decimal import Context, Decimal

Unit = tuple[str, ...]  # id, stratum, weight
DIGITS = Context(prec=40)


def key(seed: str, unit: Unit) -> tuple[Decimal, str]:
    """-ln(u) / weight, u from the first 64 bits of SHA-256(seed:id); the smallest are drawn, equal ones by id."""
    name, _, weight = unit
    head = int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:8], "big")
    u = DIGITS.divide(Decimal(2 * head + 1), 2 * Decimal(2**64))
    return DIGITS.divide(DIGITS.ln(u).copy_negate(), Decimal(weight)), name


def shares(numbers: dict[str, int], size: int) -> dict[str, int]:
    """How many of each stratum: in proportion, at least one where the size allows, the rest by largest fraction."""
    total = sum(numbers.values())
    size, names = min(size, total), sorted(numbers)
    if size < len(names):
        chosen = sorted(names, key=lambda name: (-numbers[name], name))[:size]
        return {name: int(name in chosen) for name in names}
    given = {name: max(1, size * numbers[name] // total) for name in names}
    left = size - sum(given.values())
    while left > 0:
        for name in sorted(names, key=lambda name: (-(size * numbers[name] % total), name)):
            if left and given[name] < numbers[name]:
                given[name] += 1
                left -= 1
    while left < 0:
        several = [name for name in names if given[name] > 1]
        given[max(several, key=lambda name: (given[name] * total - size * numbers[name], name))] -= 1
        left += 1
    return given


def main(path: str, seed: str, size: str, by_branch: str = "") -> None:
    data = pathlib.Path(path).read_bytes()
    units = sorted(tuple(line.split("\t")) for line in data.decode().splitlines())
    strata: dict[str, list[Unit]] = {}
    for unit in units:
        strata.setdefault(unit[1] if by_branch else "", []).append(unit)
    wanted = shares({name: len(members) for name, members in strata.items()}, int(size))
    drawn = [
        unit[0]
        for name in sorted(strata)
        for unit in sorted(strata[name], key=lambda unit: key(seed, unit))[: wanted[name]]
    ]
    print("frame ", hashlib.sha256(data).hexdigest())
    print("\n".join(drawn))
    print("sample", hashlib.sha256("".join(f"{name}\n" for name in drawn).encode()).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
