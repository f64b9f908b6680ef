"""How well are names compared, by kind of variation, and how does plain similarity do on the same pairs?

`make bench-names` prints the tables; `--freeze` writes them to the snapshots that tests hold. Also counts how many
of 2,000 random names a made-up list blocks, with and without a birth date.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from verifier.references import load_references
from verifier.screening.alike import alike
from verifier.screening.watchlist import Screened, index_of

PAIRS = Path(__file__).parent / "screening" / "pairs"
LEAST = 0.85
RATIOS: dict[str, Callable[[str, str], float]] = {
    "ratio": fuzz.ratio,
    "token_sort_ratio": fuzz.token_sort_ratio,
    "token_set_ratio": fuzz.token_set_ratio,
}


@dataclass(frozen=True, slots=True)
class Pair:
    kind: str
    same: bool
    one: str
    other: str


def read_pairs(name: str) -> list[Pair]:
    lines = (PAIRS / f"{name}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Pair(kind, same == "1", one, other) for kind, same, one, other in rows]


def f1(answers: Iterable[tuple[bool, bool]]) -> float | None:
    """Of (said, is); None where no pair is the same and none was said to be: nothing can be missed."""
    both = list(answers)
    right = sum(said and true for said, true in both)
    wrong = sum(said != true for said, true in both)
    return 2 * right / (2 * right + wrong) if right or wrong else None


def ours(pair: Pair) -> bool:
    return max(alike(pair.one, pair.other).score, alike(pair.other, pair.one).score) >= LEAST


def best_ratio(pairs: list[Pair], ratio: Callable[[str, str], float]) -> tuple[float, int]:
    """The F1 of the threshold that suits plain similarity best on these very pairs."""
    scored = [(ratio(pair.one.casefold(), pair.other.casefold()), pair.same) for pair in pairs]
    return max((f1((score >= least, same) for score, same in scored) or 0.0, least) for least in range(50, 101))


def table(name: str) -> str:
    """The snapshot: F1 by kind, the mistakes, and plain ratios at their best."""
    pairs = read_pairs(name)
    lines = ["kind\tpairs\tF1"]
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        some = [pair for pair in pairs if pair.kind == kind]
        score = f1((ours(pair), pair.same) for pair in some)
        lines.append(f"{kind}\t{len(some)}\t{'-' if score is None else f'{score:.3f}'}")
    whole = f1((ours(pair), pair.same) for pair in pairs)
    lines.append(f"all\t{len(pairs)}\t{whole:.3f}")
    for ratio_name, ratio in RATIOS.items():
        score, least = best_ratio(pairs, ratio)
        lines.append(f"rapidfuzz {ratio_name} >= {least}\t{len(pairs)}\t{score:.3f}")
    wrong = [pair for pair in pairs if ours(pair) != pair.same]
    lines += [
        f"wrong\t{'missed' if pair.same else 'too many'}\t{pair.kind}\t{pair.one}\t{pair.other}" for pair in wrong
    ]
    return "\n".join(lines) + "\n"


def blocked(entries: int = 20_000, names: int = 2_000) -> dict[str, int]:
    """Random names and birth dates, none of them a listed person, against a list of names of the same make."""
    from tests.bench_watchlist import a_name, write_list

    with tempfile.TemporaryDirectory() as folder:
        write_list(Path(folder) / "watchlist.csv", entries)
        references, _ = load_references(Path(folder))
    assert references.watchlist is not None
    index, source = index_of(references.watchlist), random.Random(99)
    counts = {"names": names, "blocked with birth date": 0, "left to a person with birth date": 0,
              "blocked without": 0, "left to a person without": 0}  # fmt: skip
    for _ in range(names):
        name = a_name(source)
        born = f"{source.randint(1940, 2000)}-{source.randint(1, 12):02d}-{source.randint(1, 28):02d}"
        for known, words in ((born, "with birth date"), ("", "without")):
            hits = index.hits(Screened("policyholder", name, birth_date=known), LEAST)
            counts[f"blocked {words}"] += any(hit.blocks for hit in hits)
            counts[f"left to a person {words}"] += any(not hit.blocks and hit.second != "clears" for hit in hits)
    return counts


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--freeze", action="store_true")
    freeze = arguments.parse_args().freeze
    for name in ("chinese", "international"):
        found = table(name)
        print(f"== {name}\n{found}")
        if freeze:
            (PAIRS / f"{name}.result.tsv").write_text(found, "utf-8")
    for what, count in blocked().items():
        print(f"{what}: {count}")


if __name__ == "__main__":
    main()
