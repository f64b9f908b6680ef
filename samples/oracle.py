"""What would the audit say if reading were perfect? The truth goes in as documents, without pixels or OCR.

    python -m samples.oracle --cases 120 --seed 5

tells mistakes of the checks (and of what we expect of them) from mistakes of reading, at hundreds of cases a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from samples.evaluate import details, table
from samples.generate import generate
from samples.score import Score, score_documents, score_findings
from verifier.audit import audit
from verifier.batch import opened
from verifier.case import Case
from verifier.context import Context
from verifier.documents import with_subjects
from verifier.documents.chat import chat_document
from verifier.history import CaseIndex
from verifier.model import Box, Document, DocumentMark, Evidence, Field, FieldState, Line, MarkKind, MarkState, PageRef
from verifier.packs.load import Pack, find_pack, load_pack
from verifier.papers import Papers, case_of
from verifier.reading import read
from verifier.references import load_references
from verifier.reports.json import audit_json

# printed values that the contract does not name, as the pack names them
OTHERS = {
    ("F01", "_beneficiary"): "beneficiary_designation",
    ("F03", "_height"): "height",
    ("F03", "_weight"): "weight",
    ("F03", "_insured"): "insured.name",
    ("F05", "_elsewhere"): "death_cover_elsewhere",
    ("F05", "_this"): "death_cover_here",
    ("D-101", "_name"): "name",
    ("D-101", "_phone"): "phone",
    ("D-201", "_institution"): "institution",
    ("D-201", "_principal"): "insurer",
    ("D-201", "_complaints"): "complaint_channel",
    ("D-301", "_name"): "policyholder.name",
    ("D-301", "_term"): "need_term",
    ("D-302", "_name"): "policyholder.name",
    ("D-403", "_filing"): "filing_number",
    ("D-102", "_insurer"): "insurer",
    ("D-102", "_product"): "product.name",
    ("D-102", "_material"): "material_no",
    ("D-102", "_issuer"): "seller.name",
    ("D-102", "_licence"): "seller.licence",
}
TODAY = date(2026, 11, 22)
DETAILS = re.compile(r"说明[:：]\s*([^）)]{2,})")


def _place(one: Mapping[str, Any], text: str) -> Evidence:
    box = Box(*one["box"]) if one.get("box") else None
    return Evidence(one["file"], one["page"], box, text, 0.99)


def _mark(one: Mapping[str, Any]) -> DocumentMark:
    """A mark with a 64-bit picture hash: its own, or the same where the same strokes were pasted."""
    seed = f"{one['picture']}" if one["picture"] else f"{one['file']}/{one['page']}/{one['box']}"
    picture = hashlib.sha256(seed.encode()).hexdigest()[:16]
    kind, state, place = MarkKind(one["kind"]), MarkState(one["state"]), _place(one, one["text"])
    return DocumentMark(one["name"], kind, state, 0.99, place, one["text"], picture)


def _kinds(pack: Pack) -> dict[tuple[str, str], str]:
    return {(kind.code, spec.name): str(spec.kind) for kind in pack.types for spec in kind.fields}


def _details(truth: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Field]:
    """The words that explain a yes, which the truth has only as lines: they belong to the nearest yes."""
    found = {}
    yes = [one for one in fields.values() if one.name.startswith("answers[") and one.value == "是"]
    for line in truth["lines"] if truth["type"] == "F03" else ():
        match = DETAILS.search(line["text"])
        if match is None or not line.get("box"):
            continue
        near = [
            (abs(one.evidence.box.middle[1] - Box(*line["box"]).middle[1]), one.name)
            for one in yes
            if one.evidence.box is not None and one.evidence.page == line["page"]
        ]
        if near:
            name = f"{min(near)[1]}.detail"
            found[name] = Field(name, match[1], match[1], "text", 0.99, _place(line, match[1]))
    return found


def document_of(truth: Mapping[str, Any], number: int, kinds: Mapping[tuple[str, str], str]) -> Document:
    """A document exactly as the truth has it."""
    fields = {
        name: Field(
            name,
            one["value"],
            one["printed"],
            kinds.get((truth["type"], name), "text"),
            0.99,
            _place(one, one["printed"]),
            FieldState.READ if one["value"] else FieldState.EMPTY,
        )
        for name, one in truth["fields"].items()
    }
    page = truth["pages"][0]
    for name, value in truth["others"].items():
        meant = OTHERS.get((truth["type"], name))
        if meant:
            kind = kinds.get((truth["type"], meant), "text")
            place = Evidence(page["file"], page["page"], None, value, 0.99)
            fields[meant] = Field(
                meant, value, value, kind, 0.99, place, FieldState.READ if value else FieldState.EMPTY
            )
    fields.update(_details(truth, fields))
    marks = tuple(_mark(one) for one in truth["marks"])
    lines = tuple(Line(one["text"], _place(one, one["text"])) for one in truth["lines"])
    pages = tuple(PageRef(page["file"], page["page"]) for page in truth["pages"])
    return Document(
        f"d{number}",
        truth["type"],
        0.99,
        pages,
        fields,
        marks,
        lines,
        variant=truth["variant"],
        subject=truth["subject"],
    )


def papers_of_truth(truth: Mapping[str, Any], folder: Path, declared: Mapping[str, object], pack: Pack) -> Papers:
    """The papers of a case as perfect reading would give them; a page that nobody can read stays unread."""
    kinds = _kinds(pack)
    documents, unread = [], []
    for number, one in enumerate(truth["documents"], 1):
        if one["look"] == "unreadable":
            unread += [PageRef(page["file"], page["page"]) for page in one["pages"]]
        elif one["type"] == "D-502":
            file = one["pages"][0]["file"]
            chat = chat_document(file, read((folder / file).read_bytes(), file), "D-502")
            documents.append(replace(chat, id=f"d{number}"))
        else:
            documents.append(document_of(one, number, kinds))
    return Papers(truth["case"], declared, (), with_subjects(documents, declared), tuple(unread))


def judge(folder: Path, pack: Pack) -> dict[str, Score]:
    """Audit a batch by its truth and compare."""
    scores = {"digital": Score(), "scanned": Score()}
    with opened([folder / "batch"]) as batch, closing(CaseIndex(folder / "index.sqlite")) as index:
        references, _ = load_references(folder / "batch" / "references")
        index.add_payments(references.payments or ())
        cases: list[tuple[dict[str, Any], Case]] = []
        for one in batch.cases:
            truth = json.loads((folder / "truth" / f"{one.id}.json").read_text(encoding="utf-8"))
            assert one.folder is not None
            case = case_of(papers_of_truth(truth, one.folder, one.declared, pack), pack)
            cases.append((truth, case))
            index.add(case)
        context = Context(TODAY, pack.parameters, pack.lexicons, references)
        for truth, case in cases:
            found = audit_json(audit(case, pack, replace(context, history=index.history_for(case.id))))
            score = scores["digital" if truth["look"] == "digital" else "scanned"]
            score.add(score_findings(truth, found))
            score.add(score_documents(truth, found))
    return scores


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m samples.oracle", description=__doc__)
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--defects", default="mixed")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        generate(given.cases, given.seed, Path(scratch), looks=("digital",), defects=given.defects)
        scores = judge(Path(scratch), load_pack(find_pack("cn-insurance")))
    print(table(scores, markdown=False))
    print(details("perfect reading", scores["digital"], limit=60))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
