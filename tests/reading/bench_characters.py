"""How many printed characters are read right on degraded pages? `make bench-characters`

Cases are drawn from a seed as scans and as photographs, and every file is read as the product reads it. The words of a page,
row by row on the straightened page, are compared with the printed lines of the truth: 1 - edit distance / characters over
all pages. Handwriting between printed words, and cells of one row that stand a little apart, come in another order than the
truth has them; therefore a second figure tells how many of the characters are there in any order. Boxes of ticks, and what
stands under a seal, a signature or a tick, are left out on both sides; a page that was called unread counts as unread, not as
wrong.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from samples.generate import generate
from verifier.model import Box, Page, Transcript, Word
from verifier.reading.sandbox import ReaderPool

AIM = 0.985
BOXES = "□☐☑☒√✓✔×口"
Json = Mapping[str, Any]


@dataclass
class Count:
    """`wrong` in reading order, `absent` in any order. `pages`: share of right characters and place of each page, to look at the worst."""

    characters: int = 0
    wrong: int = 0
    absent: int = 0
    unread: int = 0
    pages: list[tuple[float, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return 1 - self.wrong / max(self.characters, 1)


def plain(text: str) -> str:
    """Characters alone: no spaces, no boxes, one form of each."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if not one.isspace() and one not in BOXES)


def touches(box: Box, marks: Sequence[Box]) -> bool:
    across, down = box.middle
    return any(mark.left <= across <= mark.right and mark.top <= down <= mark.bottom for mark in marks)


def rows(words: Sequence[Word]) -> list[Word]:
    """The words in reading order: rows from the top, each from the left."""
    if not words:
        return []
    tall = statistics.median(word.at.height for word in words)
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.at.middle[1]):
        if found and word.at.middle[1] - found[-1][-1].at.middle[1] < tall / 2:
            found[-1].append(word)
        else:
            found.append([word])
    return [word for row in found for word in sorted(row, key=lambda one: one.at.left)]


def compare(page: Page, printed: Sequence[Json], marks: Sequence[Box], where: str, count: Count) -> None:
    wanted = plain("".join(line["text"] for line in printed if not touches(Box(*line["box"]), marks)))
    if not page.read:
        count.unread += len(wanted)
        return
    read = plain("".join(word.text for word in rows(page.words) if not touches(word.box, marks)))
    wrong = Levenshtein.distance(wanted, read)
    count.characters, count.wrong = count.characters + len(wanted), count.wrong + min(wrong, len(wanted))
    count.absent += (Counter(wanted) - Counter(read)).total()
    count.pages.append((1 - wrong / max(len(wanted), 1), where))


def truth_of(folder: Path) -> tuple[dict[tuple[str, int], list[Json]], dict[tuple[str, int], list[Box]]]:
    """Printed lines and places of marks by file and page."""
    printed: dict[tuple[str, int], list[Json]] = defaultdict(list)
    marks: dict[tuple[str, int], list[Box]] = defaultdict(list)
    for case in sorted(folder.glob("*.json")):
        told = json.loads(case.read_text(encoding="utf-8"))
        for document in told["documents"]:
            for line in document["lines"]:
                printed[f"{case.stem}/{line['file']}", line["page"]].append(line)
            for mark in document["marks"]:
                marks[f"{case.stem}/{mark['file']}", mark["page"]].append(Box(*mark["box"]))
    return printed, marks


def measured(look: str, cases: int, seed: int, scratch: Path) -> Count:
    generate(cases=cases, seed=seed, out=scratch / look, looks=(look,))
    printed, marks = truth_of(scratch / look / "truth")
    batch, count = scratch / look / "batch", Count()
    names = sorted({file for file, _ in printed})
    with ReaderPool(2, "auto") as pool:
        for name, answer in pool.read_all((name, batch / name) for name in names):
            for page in answer.pages if isinstance(answer, Transcript) else ():
                if page.text_from == "ocr" and (lines := printed.get((name, page.number))):
                    compare(page, lines, marks[name, page.number], f"{name} p.{page.number}", count)
    return count


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=3)
    parser.add_argument("--seed", type=int, default=71001)
    asked = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="verifier-bench-") as scratch:
        for look in ("scanned", "photo"):
            count = measured(look, asked.cases, asked.seed, Path(scratch))
            good &= count.share >= AIM
            print(
                f"{look}: {count.share:.2%} of {count.characters} characters right (aim {AIM:.1%}), {count.unread} unread"
            )
            for share, where in sorted(count.pages)[:5]:
                print(f"  {share:.1%} {where}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
