"""Does each style print every value once, inside the page, where the truth says?"""

import io
from random import Random

import pdfplumber
import pytest

from samples.draw import draw_facts
from samples.generate import draw
from samples.papers import papers_of
from samples.styles import STYLES


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("kind", ["participating", "medical"])
def test_printed_values_stand_in_the_text_layer_at_their_box(name: str, kind: str) -> None:
    style = STYLES[name]
    facts = draw_facts(Random(11), "C", style.life, style.general, (kind,))
    for paper in papers_of(facts):
        if paper.kind != "form":
            continue
        drawn = draw(paper, style, facts.company, Random(3))
        with pdfplumber.open(io.BytesIO(drawn.pdf)) as pdf:
            for field in drawn.fields:
                assert all(0 <= side <= 1 for side in field.box)
                page = pdf.pages[field.page]
                left, top, right, bottom = field.box
                area = (left * float(page.width) - 1, top * float(page.height) - 2,
                        right * float(page.width) + 1, bottom * float(page.height) + 2)  # fmt: skip
                text = "".join(character["text"] for character in page.crop(area, strict=False).chars)
                if field.name in ("signed_date", "received_date"):
                    continue  # may be handwriting
                if field.name.startswith(("answers", "items")):
                    continue  # ticks
                assert field.printed.replace(" ", "") in text.replace(" ", ""), (paper.type, field.name)


@pytest.mark.parametrize("name", STYLES)
def test_every_field_of_the_application_is_drawn(name: str) -> None:
    style = STYLES[name]
    facts = draw_facts(Random(21), "C", style.life, style.general, ("participating",))
    paper = next(paper for paper in papers_of(facts) if paper.type == "F01")
    drawn = draw(paper, style, facts.company, Random(3))
    wanted = {entry.name for entry in paper.entries() if not entry.name.startswith("_")}
    got = {field.name for field in drawn.fields}
    missing = wanted - got
    if facts.same_person and name == "lined":
        missing = {one for one in missing if not one.startswith("insured.")}
    assert not missing
    assert {mark.name for mark in drawn.marks} >= {"policyholder_signature", "copied_sentence", "seller_signature"}
