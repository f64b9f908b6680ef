"""What is true about a generated case? One JSON for each case, beside the batch and never in it."""

from __future__ import annotations

from typing import Any

from samples import looks
from samples.binder import Bound, Place
from samples.paper import Paper
from samples.surface import DrawnPaper, Run

Box = tuple[float, float, float, float]


def _box(box: Box, place: Place) -> list[float]:
    mapped = box if place.matrix is None else looks.moved(box, place.matrix)
    return [round(side, 4) for side in mapped]


def document(paper: Paper, drawing: DrawnPaper, places: list[Place]) -> dict[str, Any]:
    """One paper as it stands in the files."""
    fields = {
        field.name: {
            "value": field.value,
            "printed": field.printed,
            "file": places[field.page].file,
            "page": places[field.page].page,
            "box": _box(field.box, places[field.page]),
        }
        for field in drawing.fields
        if not field.name.startswith("_")
    }
    marks = [
        {
            "name": mark.name,
            "kind": mark.kind,
            "state": mark.state,
            "text": mark.text,
            "picture": mark.picture,
            "file": places[mark.page].file,
            "page": places[mark.page].page,
            "box": _box(mark.box, places[mark.page]),
        }
        for mark in drawing.marks
    ]
    return {
        "type": paper.type,
        "variant": paper.variant,
        "subject": paper.subject,
        "look": places[0].look,
        "pages": [{"file": place.file, "page": place.page} for place in places],
        "fields": fields,
        "others": {field.name: field.value for field in drawing.fields if field.name.startswith("_")},
        "marks": marks,
        "lines": lines(drawing, places),
    }


def lines(drawing: DrawnPaper, places: list[Place]) -> list[dict[str, Any]]:
    """The printed text in reading order: runs on one height of a page make a line."""
    rows: dict[tuple[int, int], list[Run]] = {}
    for run in drawing.runs:
        rows.setdefault((run.page, round(run.box[3] * 280)), []).append(run)
    found = []
    for (page, _), runs in sorted(rows.items()):
        runs.sort(key=lambda run: run.box[0])
        boxes = [run.box for run in runs]
        box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        place = places[page]
        text = " ".join(run.text for run in runs)
        found.append({"text": text, "file": place.file, "page": place.page, "box": _box(box, place)})
    return found


def documents(papers: list[Paper], drawn: list[DrawnPaper], bound: Bound) -> list[dict[str, Any]]:
    return [document(*triple) for triple in zip(papers, drawn, bound.places, strict=True)]
