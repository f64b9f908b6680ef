"""Two identity cards on one picture, one of them upside down beside the upright one."""

from __future__ import annotations

import io
from dataclasses import replace
from random import Random

import pytest
from PIL import Image

from samples import looks
from samples.cards import draw_id_card
from samples.draw import draw_facts
from samples.papers.identity import papers
from samples.styles import STYLES
from samples.surface import A4
from tests.documents.drawn import types
from verifier.documents import recognise_and_extract
from verifier.reading.reader import read

DPI = 200


def _cards(seed: int) -> tuple[Image.Image, list[dict[str, str]]]:
    """The fronts of two persons' cards one under the other, the lower one upside down."""
    style = next(iter(STYLES.values()))
    facts = draw_facts(Random(seed), "C", style.life, style.general, ("participating",))
    sheet = Image.new("RGB", (int(A4[0] * DPI / 72), int(A4[1] * DPI / 72)), "white")
    told = []
    for number, paper in enumerate([p for p in papers(facts) if p.type == "D-202"][:2]):
        drawing = draw_id_card(replace(paper, notes={"sides": "front"}), Random(2))  # a picture of the card alone
        card = Image.fromarray(looks.render(drawing.pdf, DPI)[0])
        card = card.resize((1000, int(card.height * 1000 / card.width)))
        sheet.paste(card.rotate(180) if number else card, (320, 250 + number * 950))
        told.append({name: paper.value(name) for name in ("name", "id_number", "birth_date", "address")})
    return sheet, told


def _seed() -> int:
    """A sale to somebody else than the policyholder, whose cards are drawn as two pictures each."""
    style = next(iter(STYLES.values()))
    for seed in range(60):
        facts = draw_facts(Random(seed), "C", style.life, style.general, ("participating",))
        if facts.relation != "本人" and not facts.minor:
            return seed
    raise AssertionError("no such sale")


@pytest.mark.parametrize("turn", [0, 180])
def test_both_cards_are_read(turn: int) -> None:
    sheet, told = _cards(_seed())
    buffer = io.BytesIO()
    sheet.rotate(turn).save(buffer, "JPEG", quality=85)
    transcript = read(buffer.getvalue(), "cards.jpg")
    found = recognise_and_extract([("cards.jpg", transcript)], types()).documents
    read_as = [{name: doc.fields[name].value for name in told[0] if name in doc.fields} for doc in found]
    assert all(one in read_as for one in told), read_as
