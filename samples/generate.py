"""How is a batch of fictional cases with their truth made?

    python -m samples.generate --cases 20 --seed 7 --out DIR [--styles a,b]
        [--looks digital,scanned,photo] [--defects none|mixed|KIND,...]

writes DIR/batch (what `verifier audit` reads) and DIR/truth (one JSON for each case).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import yaml

from samples import references, truth
from samples.binder import Bound, Grade, bind
from samples.cards import draw_id_card
from samples.declared import flat
from samples.defects import KINDS
from samples.defects.pairs import plant_pairs
from samples.events import lawful_extras
from samples.paper import Paper
from samples.people import Company
from samples.plan import Plan, Planted, plan_case
from samples.slips import DRAWINGS
from samples.styles import HELD_OUT, STYLES, Style
from samples.surface import DrawnPaper

ALL_STYLES = {**STYLES, **HELD_OUT}
LOOKS = ("digital", "scanned", "photo")
TRIES = 150
PLENTY = Grade()
PEN_ON_DIGITAL = 0.1  # text layer, but dates written on glass


def draw(paper: Paper, style: Style, company: Company, rng: Random) -> DrawnPaper:
    """A paper by its style, or by the drawing of its own kind."""
    if paper.kind == "form":
        return style.draw(paper, company, rng)
    if paper.kind == "id_card":
        return draw_id_card(paper, rng)
    return {**DRAWINGS, **style.slips}[paper.kind](paper, rng)


def plan_planted(rng: Random, case: str, style: Style, look: str, names: Sequence[str]) -> Plan:
    """A case with the defects of these names; redrawn until it has room for the first of them."""
    first = KINDS[names[0]]
    for _ in range(TRIES):
        plan = plan_case(rng, case, style, look, first.products)
        lawful_extras(plan, rng)
        planted = first.plant(plan, rng)
        if planted is None:
            continue
        plan.record(planted)
        for name in names[1:]:
            more = None if KINDS[name].refacts else KINDS[name].plant(plan, rng)
            if more is not None:
                plan.record(more)
        return plan
    raise ValueError(f"no case had room for {names[0]} in {TRIES} tries")


def _resolved(planted: Planted, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """A planted defect as the truth file says it, with the boxes of its evidence."""
    evidence = []
    for kind, subject, name in planted.targets:
        for document in documents:
            if document["type"] != kind or subject not in ("", document["subject"]):
                continue
            places = (
                [document["fields"][name]]
                if name in document["fields"]
                else [m for m in document["marks"] if m["name"] == name]
            )
            if not places:
                places = [{**page, "box": None} for page in document["pages"]]
            evidence += [{"file": place["file"], "page": place["page"], "box": place["box"]} for place in places]
    return {"kind": planted.kind, "checks": dict(planted.checks), "may": list(planted.may), "evidence": evidence}


def _texts(plan: Plan) -> list[dict[str, Any]]:
    """The chat exports as documents of the truth."""
    return [
        {
            "type": "D-502",
            "variant": None,
            "subject": None,
            "look": "text",
            "pages": [{"file": name, "page": 1}],
            "fields": {},
            "others": {},
            "marks": [],
            "lines": [],
        }
        for name in plan.texts
    ]


def write_case(plan: Plan, batch: Path, truths: Path, rng: Random, grade: Grade) -> Bound:
    """Draw, bind and write one case with its truth."""
    if plan.look != "digital" or rng.random() < PEN_ON_DIGITAL:
        plan.papers = [replace(paper, notes={**paper.notes, "pen": "yes"}) for paper in plan.papers]
    drawn = [draw(paper, plan.style, plan.facts.company, rng) for paper in plan.papers]
    bound = bind(plan.papers, drawn, plan.look, rng, grade)
    folder = batch / plan.facts.case
    for name, data in {**bound.files, **plan.texts}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text(
        yaml.safe_dump(plan.declared, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    documents = truth.documents(plan.papers, drawn, bound) + _texts(plan)
    found = {
        "schema": "samples.truth/1",
        "case": plan.facts.case,
        "pack": "cn-insurance",
        "style": plan.style.name,
        "look": plan.look,
        "kind": plan.facts.product.kind,
        "channel": plan.facts.channel,
        "law_date": str(plan.facts.days["application"]),
        "defects": [_resolved(planted, documents) for planted in plan.defects],
        "expected": plan.expected,
        "documents": documents,
    }
    truths.mkdir(parents=True, exist_ok=True)
    (truths / f"{plan.facts.case}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return bound


def write_batch(plans: Sequence[Plan], batch: Path) -> None:
    """What the batch has beside its cases: batch.yaml, cases.csv, references."""
    batch.mkdir(parents=True, exist_ok=True)
    (batch / "batch.yaml").write_text(
        yaml.safe_dump(
            {"institution": plans[0].facts.company.name, "period": "2026-11", "pack": "cn-insurance"},
            allow_unicode=True,
        ),
        encoding="utf-8",
    )
    rows = [flat(plan.declared) for plan in plans]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with (batch / "cases.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows(rows)
    companies = [pair for style in ALL_STYLES.values() for pair in ((style.life, False), (style.general, True))]
    extra: dict[str, list[references.Row]] = {}
    for plan in plans:
        for name, more in plan.references.items():
            extra.setdefault(name, []).extend(more)
    unregistered = {plan.facts.case for plan in plans if plan.unregistered}
    references.write(
        batch / "references", references.rows_for([plan.facts for plan in plans], companies, extra, unregistered)
    )


def _names(defects: str, rng: Random, number: int, cycle: Sequence[str]) -> list[str]:
    """The defects of one case: none for a lawful one, mostly one, now and then two."""
    if defects == "none":
        return []
    if defects != "mixed":
        given = defects.split(",")
        chosen = given[number % len(given)]
        return [] if chosen == "none" else [chosen]
    if rng.random() < 0.4:
        return []
    first = cycle[number % len(cycle)]
    more = [name for name in rng.sample(list(cycle), 1) if name != first] if rng.random() < 0.15 else []
    return [first, *more]


def _plan(rng: Random, case: str, style: Style, look: str, names: Sequence[str]) -> Plan:
    """A case with these defects, or a lawful one where there are none."""
    if names:
        return plan_planted(rng, case, style, look, names)
    plan = plan_case(rng, case, style, look)
    lawful_extras(plan, rng)
    return plan


def generate(
    cases: int,
    seed: int,
    out: Path,
    styles: Sequence[str] = (),
    looks: Sequence[str] = ("digital", "scanned"),
    defects: str = "mixed",
    grade: Grade = PLENTY,
) -> list[Plan]:
    """A whole batch; the same arguments give the same batch."""
    chosen = [ALL_STYLES[name] for name in styles or STYLES]
    cycle = list(KINDS) if defects == "mixed" else []
    Random(seed).shuffle(cycle)
    plans = []
    for number in range(cases):
        rng = Random(f"{seed}/{number}")
        style, look = chosen[number % len(chosen)], looks[(number // len(chosen)) % len(looks)]
        names = _names(defects, rng, number, cycle)
        plans.append(_plan(rng, f"C-{number + 1:04d}", style, look, names))
    if defects == "mixed":
        plant_pairs(plans, wanted=cases // 20)
    for number, plan in enumerate(plans):
        write_case(plan, out / "batch", out / "truth", Random(f"{seed}/{number}/drawing"), grade)
    write_batch(plans, out / "batch")
    return plans


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m samples.generate", description=__doc__)
    parser.add_argument("--cases", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--styles", default="", help=f"of {', '.join(ALL_STYLES)}; the first {len(STYLES)} when left out"
    )
    parser.add_argument("--looks", default="digital,scanned", help=f"of {', '.join(LOOKS)}")
    parser.add_argument("--defects", default="mixed", help="none, mixed, or kinds separated by commas")
    given = parser.parse_args(arguments)
    plans = generate(
        given.cases,
        given.seed,
        given.out,
        [s for s in given.styles.split(",") if s],
        given.looks.split(","),
        given.defects,
    )
    print(f"{len(plans)} cases in {given.out / 'batch'}, their truth in {given.out / 'truth'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
