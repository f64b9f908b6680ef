"""What is true about a generated case? One JSON for each case, beside the batch and never in it."""

from __future__ import annotations

from typing import Any

from samples import looks
from samples.binder import Bound, Place
from samples.paper import Paper
from samples.surface import DrawnPaper

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
    }
    marks = [
        {
            "name": mark.name,
            "kind": mark.kind,
            "state": mark.state,
            "text": mark.text,
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
        "marks": marks,
    }


def documents(papers: list[Paper], drawn: list[DrawnPaper], bound: Bound) -> list[dict[str, Any]]:
    return [document(*triple) for triple in zip(papers, drawn, bound.places, strict=True)]
