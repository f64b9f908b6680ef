"""Are the held-out companies' forms drawn by name only, true to their content, and in words of their own?"""

import io
from random import Random

import pdfplumber
import pytest

from samples import generate
from samples.draw import draw_facts
from samples.paper import Copied, Paper, Prose, Questions, Signing, Ticks
from samples.papers import papers_of
from samples.papers.after import surrender
from samples.papers.claims import claim_papers, lawful_claim
from samples.papers.payment import slip
from samples.styles import HELD_OUT, STYLES
from samples.styles.rewording import ASKED, ORIGINALS, pattern, reworded
from samples.surface import Area

SAME = "本人"


def everything() -> list[Paper]:
    """Papers of sales of every kind, among them a minor's and one paid by a spouse."""
    style = next(iter(HELD_OUT.values()))
    found: list[Paper] = []
    for kind in ("participating", "universal", "unit_linked", "health", "medical", "annuity", "property"):
        for seed in range(12):
            facts = draw_facts(Random(f"{kind}{seed}"), "C", style.life, style.general, (kind,))
            found += papers_of(facts)
    day = facts.days["issue"]
    found.append(surrender(facts, day, facts.total, "甲", "1", "原因"))
    found += claim_papers(facts, lawful_claim(facts, facts.total))
    for method in ("direct_debit", "cash", "pos", "wechat", "alipay"):
        found.append(slip(facts, method=method))
    return found


def test_a_batch_without_names_of_styles_leaves_the_held_out_ones_alone() -> None:
    assert not set(STYLES) & set(HELD_OUT) and len(HELD_OUT) == 5
    assert set(generate.ALL_STYLES) == set(STYLES) | set(HELD_OUT)
    companies = [style.life.name for style in (*STYLES.values(), *HELD_OUT.values())]
    assert len(set(companies)) == len(companies)


def test_every_original_is_printed_on_some_paper() -> None:
    """An original that no paper says any more would silently end its rewording."""
    said = set()
    for paper in everything():
        for section in paper.sections:
            said |= set(section.paragraphs) if isinstance(section, Prose) else set()
            said |= {tick.text for tick in section.items} if isinstance(section, Ticks) else set()
    lost = [key for key in ORIGINALS if not any(pattern(key).fullmatch(one) for one in said)]
    assert lost == [] or set(lost) <= {"authority.words", "payer.words", "minor.limits", "minor.declared"}


@pytest.mark.parametrize("name", HELD_OUT)
def test_phrases_say_what_the_originals_vary(name: str) -> None:
    style = HELD_OUT[name]
    for key, own in style.phrases.items():  # type: ignore[attr-defined]
        varying = {group: f"<{group}>" for group in pattern(key).groupindex}
        said = own.format(**varying)
        assert said != ORIGINALS[key]
        assert all(
            f"<{group}>" in said
            for group in ("days", "number", "company")
            if group in varying and key != "authority.words"
        )
    for key, questions in style.asked.items():  # type: ignore[attr-defined]
        assert len(questions) == len(ASKED[key])


def test_an_altered_sentence_is_not_mended() -> None:
    paper = Paper("D-401", (Prose("x", ("四、请您配合保险公司做好客户回访工作。", "四、请您不要接听回访。")),))
    style = HELD_OUT["carded"]
    said = reworded(paper, style.phrases, {}).sections[0]  # type: ignore[attr-defined]
    assert isinstance(said, Prose)
    assert said.paragraphs[0].startswith("配合回访") and said.paragraphs[1] == "四、请您不要接听回访。"


def _text_in(page: pdfplumber.page.Page, box: Area) -> str:
    left, top, right, bottom = box
    wide, high = float(page.width), float(page.height)
    area = (left * wide - 1, top * high - 2, right * wide + 1, bottom * high + 2)
    return "".join(character["text"] for character in page.crop(area, strict=False).chars).replace(" ", "")


@pytest.mark.parametrize("name", HELD_OUT)
@pytest.mark.parametrize("kind", ["participating", "health"])
def test_printed_values_stand_at_their_box(name: str, kind: str) -> None:
    style = HELD_OUT[name]
    facts = draw_facts(Random(11), "C", style.life, style.general, (kind,))
    for paper in papers_of(facts):
        if paper.kind == "id_card":
            continue
        drawn = generate.draw(paper, style, facts.company, Random(3))
        wanted = {entry.name for entry in paper.entries() if not entry.name.startswith("_")}
        got = {field.name for field in drawn.fields}
        if facts.relation == SAME:
            wanted = {one for one in wanted if not one.startswith("insured.")}
        assert wanted <= got, (paper.type, wanted - got)
        with pdfplumber.open(io.BytesIO(drawn.pdf)) as pdf:
            for field in drawn.fields:
                assert all(0 <= side <= 1 for side in field.box)
                handwritten = field.name.endswith(("signed_date", "received_date", "_signed", "_seller_date"))
                ticked = field.name.startswith(("answers", "items")) or field.name in ("method", "currency")
                text = _text_in(pdf.pages[field.page], field.box)
                if not handwritten and not ticked and pdf.pages[field.page].chars:
                    assert field.printed.replace(" ", "") in text, (paper.type, field.name)


@pytest.mark.parametrize("name", HELD_OUT)
def test_every_signature_question_and_sentence_is_in_the_truth(name: str) -> None:
    style = HELD_OUT[name]
    facts = draw_facts(Random(21), "C", style.life, style.general, ("participating",))
    for paper in papers_of(facts):
        drawn = generate.draw(paper, style, facts.company, Random(5))
        marks = [mark.name for mark in drawn.marks]
        fields = {field.name for field in drawn.fields}
        for section in paper.sections:
            if isinstance(section, Signing):
                assert all(line.mark in marks for line in section.lines), paper.type
            if isinstance(section, Copied):
                assert marks.count("copied_sentence") == 1
            if isinstance(section, Questions):
                asked = {one.name for one in section.items if not one.name.startswith("_")}
                assert asked <= fields, paper.type
