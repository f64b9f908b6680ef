"""How good is the whole service on cases that it has not seen? Generates, audits, compares, prints.

python -m samples.evaluate --cases 24 --seed 901 [--looks digital,scanned,photo]
        [--styles ...] [--markdown FILE] [--keep DIR]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from samples.generate import generate
from samples.score import Score, score_documents, score_findings


def audit(batch: Path, out: Path, workers: int) -> float:
    """Run the command line over the batch as a user would; gives the seconds it took."""
    program = Path(sys.executable).parent / "verifier"
    began = time.perf_counter()
    done = subprocess.run(
        [str(program), "audit", str(batch), "--out", str(out), "--format", "json", "--workers", str(workers)],
        check=False,
    )
    if done.returncode >= 64:
        raise SystemExit(f"verifier audit ended with {done.returncode}")
    return time.perf_counter() - began


def compare(truth_folder: Path, out: Path) -> dict[str, Score]:
    """The scores of digital cases and of scanned and photographed ones."""
    scores = {"digital": Score(), "scanned": Score()}
    for path in sorted(truth_folder.glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        score = scores["digital" if truth["look"] == "digital" else "scanned"]
        result = out / truth["case"] / "audit.json"
        if not result.exists():
            score.broken.append(truth["case"])
            continue
        found = json.loads(result.read_text(encoding="utf-8"))
        score.add(score_findings(truth, found))
        score.add(score_documents(truth, found))
    return scores


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} % ({part:g}/{whole:g})" if whole else "-"


def rows(score: Score) -> list[tuple[str, str]]:
    """The figures, in the order of the project's targets."""
    planted, critical, marks = score.planted, score.planted_critical, score.marks
    told = sum(planted.values())
    right, fields = sum(score.fields_right.values()), sum(score.fields.values())
    return [
        ("cases (sound)", f"{score.cases} ({score.sound_cases})"),
        ("critical planted defects missed", f"{critical['missed']} of {sum(critical.values())}"),
        ("planted defects caught outright", _share(planted["caught"], told)),
        ("planted defects sent to review", _share(planted["review"], told)),
        ("planted defects missed", _share(planted["missed"], told)),
        ("false failures, of requirements that hold", _share(sum(score.false_failures.values()), score.hold)),
        ("reviews on sound cases, of applicable", _share(sum(score.reviews.values()), score.applicable)),
        ("reviews for judgement or a missing list", str(score.reviews_apart)),
        ("documents recognised", _share(score.documents["right"], sum(score.documents.values()))),
        ("fields exactly right", _share(right, fields)),
        ("right fields in the right place", _share(score.located["right"], sum(score.located.values()))),
        ("marks: recall", _share(marks["found"], marks["found"] + marks["lost"])),
        ("marks: precision", _share(marks["found"], marks["found"] + marks["false"] + marks["empty_wrong"])),
        (
            "evidence of caught defects in the right place",
            _share(score.evidence["right"], sum(score.evidence.values())),
        ),
    ]


def details(name: str, score: Score, limit: int = 25) -> str:
    """What went wrong, most frequent first."""
    lines = [f"\n== {name}: what went wrong"]

    def block(title: str, items: Sequence[str]) -> None:
        if items:
            lines.append(f"-- {title} ({len(items)})")
            lines.extend(f"   {item}" for item in items[:limit])

    block("cases without audit.json", score.broken)
    block("missed", sorted(score.missed))
    block("sent to review", sorted(score.to_review))
    block("false failures by check", [f"{n} x {check}" for check, n in score.false_failures.most_common()])
    block("false failures", score.false_failure_cases)
    block("reviews on sound cases", [f"{n} x {check} {reason}" for (check, reason), n in score.reviews.most_common()])
    block("applied otherwise than expected", [f"{n} x {words}" for words, n in score.misapplied.most_common()])
    block("documents", [f"{n} x {words}" for words, n in score.document_errors.most_common()])
    block(
        "fields by type",
        [
            f"{kind}: {_share(score.fields_right[kind], n)}"
            for kind, n in sorted(score.fields.items())
            if score.fields_right[kind] < n
        ],
    )
    block("fields", [f"{n} x {key}: {score.field_examples[key]}" for key, n in score.field_errors.most_common()])
    block("marks", [f"{n} x {words}" for words, n in score.mark_errors.most_common()])
    return "\n".join(lines)


def table(scores: dict[str, Score], markdown: bool) -> str:
    """Both columns side by side."""
    columns = {name: dict(rows(score)) for name, score in scores.items()}
    names = list(columns["digital"])
    if markdown:
        lines = ["| | digital | scanned and photographed |", "|---|---|---|"]
        lines += [f"| {name} | {columns['digital'][name]} | {columns['scanned'][name]} |" for name in names]
        return "\n".join(lines) + "\n"
    return "\n".join(
        f"{name:48}{columns['digital'][name]:>22}{columns['scanned'][name]:>22}" for name in ["", *names] if name
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m samples.evaluate", description=__doc__)
    parser.add_argument("--cases", type=int, default=24)
    parser.add_argument("--seed", type=int, default=901)
    parser.add_argument("--styles", default="")
    parser.add_argument("--looks", default="digital,scanned,photo")
    parser.add_argument("--defects", default="mixed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--markdown", type=Path, help="write the table here as well")
    parser.add_argument("--keep", type=Path, help="keep batch, truth and audits in this folder")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        generate(
            given.cases,
            given.seed,
            folder,
            [s for s in given.styles.split(",") if s],
            given.looks.split(","),
            given.defects,
        )
        seconds = audit(folder / "batch", folder / "out", given.workers)
        scores = compare(folder / "truth", folder / "out")
    print(table(scores, markdown=False))
    for name, score in scores.items():
        if score.cases or score.broken:
            print(details(name, score))
    print(f"\n{given.cases} cases, seed {given.seed}, looks {given.looks}: audited in {seconds:.0f} s")
    if given.markdown:
        how = f"--cases {given.cases} --seed {given.seed} --looks {given.looks}"
        how = f"\n`python -m samples.evaluate {how}`: fictional cases drawn for this run.\n"
        given.markdown.write_text(table(scores, markdown=True) + how, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
