"""How is a batch of fictional cases with their truth made?

    python -m samples.generate --cases 20 --seed 7 --out DIR [--styles a,b] [--looks digital,scanned,photo] [--defects none|mixed|KIND,...]

writes DIR/batch (what `verifier audit` reads) and DIR/truth (one JSON for each case).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import yaml

from samples import references, truth
from samples.binder import Bound, bind
from samples.cards import draw_id_card
from samples.declared import declared, flat
from samples.draw import draw_facts
from samples.expected import expected
from samples.facts import CaseFacts
from samples.paper import Paper
from samples.papers import papers_of
from samples.people import Company
from samples.slips import DRAWINGS
from samples.styles import STYLES, Style
from samples.surface import DrawnPaper

LOOKS = ("digital", "scanned", "photo")


@dataclass(slots=True)
class Plan:
    """One case before it is drawn; planted defects change it."""

    facts: CaseFacts
    style: Style
    look: str
    papers: list[Paper]
    expected: dict[str, Any]
    declared: dict[str, Any]
    defects: list[dict[str, Any]] = field(default_factory=list)
    references: dict[str, list[references.Row]] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)


def draw(paper: Paper, style: Style, company: Company, rng: Random) -> DrawnPaper:
    """A paper by its style, or by the drawing of its own kind."""
    if paper.kind == "form":
        return style.draw(paper, company, rng)
    if paper.kind == "id_card":
        return draw_id_card(paper, rng)
    return DRAWINGS[paper.kind](paper, rng)


def plan_case(rng: Random, case: str, style: Style, look: str, kinds: Sequence[str] = ()) -> Plan:
    """A lawful case."""
    facts = draw_facts(rng, case, style.life, style.general, kinds)
    return Plan(facts, style, look, papers_of(facts), dict(expected(facts)), declared(facts))


def write_case(plan: Plan, out: Path, rng: Random, quality: int = 78) -> Bound:
    """Draw, bind and write one case with its truth."""
    drawn = [draw(paper, plan.style, plan.facts.company, rng) for paper in plan.papers]
    bound = bind(plan.papers, drawn, plan.look, rng, quality)
    folder = out / "batch" / plan.facts.case
    for name, data in {**bound.files, **plan.texts}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text(yaml.safe_dump(plan.declared, allow_unicode=True, sort_keys=False), encoding="utf-8")
    head = {"case": plan.facts.case, "pack": "cn-insurance", "style": plan.style.name, "look": plan.look, "kind": plan.facts.product.kind,
            "channel": plan.facts.channel, "law_date": str(plan.facts.days["application"]), "defects": plan.defects, "expected": plan.expected}  # fmt: skip
    (out / "truth").mkdir(parents=True, exist_ok=True)
    text = json.dumps(truth.case_truth(head, plan.papers, drawn, bound), ensure_ascii=False, indent=1)
    (out / "truth" / f"{plan.facts.case}.json").write_text(text, encoding="utf-8")
    return bound


def write_batch(plans: Sequence[Plan], out: Path, seed: int) -> None:
    """What the batch has beside its cases: batch.yaml, cases.csv, references."""
    batch = out / "batch"
    batch.mkdir(parents=True, exist_ok=True)
    (batch / "batch.yaml").write_text(yaml.safe_dump({"institution": plans[0].facts.company.name, "period": "2026-11", "pack": "cn-insurance"}, allow_unicode=True), encoding="utf-8")
    rows = [flat(plan.declared) for plan in plans]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with (batch / "cases.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows(rows)
    companies = [pair for style in STYLES.values() for pair in ((style.life, False), (style.general, True))]
    extra: dict[str, list[references.Row]] = {}
    for plan in plans:
        for name, more in plan.references.items():
            extra.setdefault(name, []).extend(more)
    references.write(batch / "references", references.rows_for([plan.facts for plan in plans], companies, extra))


def generate(cases: int, seed: int, out: Path, styles: Sequence[str] = (), looks: Sequence[str] = ("digital", "scanned"),
             defects: str = "mixed", quality: int = 78) -> list[Plan]:  # fmt: skip
    """A whole batch; the same arguments give the same batch."""
    chosen = [STYLES[name] for name in styles or STYLES]
    plans = []
    for number in range(cases):
        rng = Random(f"{seed}/{number}")
        plan = plan_case(rng, f"C-{number + 1:04d}", chosen[number % len(chosen)], looks[(number // len(chosen)) % len(looks)])
        write_case(plan, out, rng, quality)
        plans.append(plan)
    write_batch(plans, out, seed)
    return plans


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m samples.generate", description=__doc__)
    parser.add_argument("--cases", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--styles", default="", help=f"of {', '.join(STYLES)}; all when left out")
    parser.add_argument("--looks", default="digital,scanned", help=f"of {', '.join(LOOKS)}")
    parser.add_argument("--defects", default="mixed", help="none, mixed, or kinds separated by commas")
    given = parser.parse_args(arguments)
    plans = generate(given.cases, given.seed, given.out, [s for s in given.styles.split(",") if s], given.looks.split(","), given.defects)
    print(f"{len(plans)} cases in {given.out / 'batch'}, their truth in {given.out / 'truth'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
