"""How well are marks found on degraded pages, by kind and look? `make bench-marks`

Draws sheets full of marks, of forms (marksheets.py) or of harder pens and stamps (pensheets.py, `--set pens`),
degrades them, reads them with the real engine, and counts for every mark what was found in its place. Marks
in no drawn mark's place are counted apart.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.reading import pensheets
from tests.reading.marksheets import Truth, mark_sheet, through
from verifier.model import Box, Mark, MarkKind, Page
from verifier.reading import page as pages
from verifier.reading import read

LOOKS = ("scanned", "photo", "fax", "digital")
INK = (MarkKind.SIGNATURE, MarkKind.HANDWRITING)
KINDS = {"signature": INK, "tick": (MarkKind.TICK,), "seal": (MarkKind.SEAL,), "strike": (MarkKind.STRIKE,)}


def covered(box: Box, by: Box) -> float:
    """Share of the box under another."""
    wide = min(box.right, by.right) - max(box.left, by.left)
    high = min(box.bottom, by.bottom) - max(box.top, by.top)
    return max(wide, 0.0) * max(high, 0.0) / max(box.width * box.height, 1e-9)


def in_place(truth: Truth, mark: Mark) -> bool:
    """The mark lies where the drawn one does."""
    box = Box(*truth.box)
    if truth.kind in ("tick", "seal"):
        return covered(box, mark.box) > 0.4 and covered(mark.box, box) > 0.3
    return covered(box, mark.box) > 0.3 or covered(mark.box, box) > 0.6


def judged(page: Page, truths: Sequence[Truth]) -> list[tuple[str, str]]:
    """(what was drawn, what was found) for every drawn mark, and (`nothing`, kind) for the others."""
    found, used = [], set()
    for truth in truths:
        if truth.kind not in KINDS:
            continue
        here = [mark for mark in page.marks if mark.kind in KINDS[truth.kind] and in_place(truth, mark)]
        used |= {id(mark) for mark in here}
        states = sorted((str(mark.state) for mark in here), key=("present", "unsure", "absent").index)
        found.append((f"{truth.kind} {truth.state}", states[0] if states else "-"))
    drawn = [Box(*truth.box) for truth in truths]
    for mark in page.marks:
        if id(mark) not in used and not any(covered(mark.box, box) > 0.3 for box in drawn):
            found.append(("nothing", str(mark.kind)))
    return found


def of_forms(seed: int, number: int) -> tuple[bytes, str, str, list[Truth]]:
    """File, its name, its look and the marks drawn on it."""
    look = LOOKS[number % len(LOOKS)]
    data, truths = mark_sheet(seed + number)
    if look == "digital":
        return data, "sheet.pdf", look, truths
    data, truths = through(data, truths, look, seed + number)
    return data, "sheet.jpg", look, truths


def of_pens(seed: int, number: int, hands: Path | None) -> tuple[bytes, str, str, list[Truth]]:
    look = pensheets.LOOKS[number % len(pensheets.LOOKS)]
    data, truths = pensheets.aged(*pensheets.pen_sheet(seed + number, hands), look, number)
    return data, "sheet.jpg", look, truths


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sheets", type=int, default=24)
    arguments.add_argument("--seed", type=int, default=9000)
    arguments.add_argument("--set", choices=("forms", "pens"), default="forms")
    arguments.add_argument("--hands", type=Path, help="folder of fonts of handwriting (.woff) for the pens")
    given = arguments.parse_args()
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    spent: list[float] = []
    finding: Callable[..., list[Mark]] = vars(pages)["find_marks"]

    def timed(*args: Any) -> list[Mark]:
        start = time.process_time()
        marks = finding(*args)
        spent.append(time.process_time() - start)
        return marks

    vars(pages)["find_marks"] = timed
    for number in range(given.sheets):
        data, name, look, truths = (
            of_forms(given.seed, number) if given.set == "forms" else of_pens(given.seed, number, given.hands)
        )
        (page,) = read(data, name).pages
        for drawn, seen in judged(page, truths):
            counts[drawn, look][seen] += 1
    for (drawn, look), states in sorted(counts.items()):
        print(f"{drawn:20}{look:10}" + "  ".join(f"{state} {n}" for state, n in sorted(states.items())))
    print(f"marks: {1000 * sum(spent) / max(len(spent), 1):.0f} ms of processor a page over {len(spent)} pages")


if __name__ == "__main__":
    main()
