"""Is a file that was made to harm the parser ended with its code, and does its neighbour not notice?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.reading.hostile import doubling_forms, font_bomb, huge_png, looping_pages, sound
from verifier.errors import ToolError
from verifier.model import Transcript
from verifier.reading.limits import Limits
from verifier.reading.sandbox import ReaderPool

LIMITS = Limits(seconds_base=6.0, seconds_a_page=3.0)


@pytest.mark.parametrize(
    ("name", "made", "codes"),
    [
        ("billion.png", huge_png, {"too_large"}),
        ("loop.pdf", looping_pages, {"read", "corrupt"}),
        ("doubling.pdf", doubling_forms, {"timeout"}),
        ("font.pdf", font_bomb, {"read", "reader_crashed", "timeout"}),
    ],
)
def test_a_hostile_file_is_ended_with_its_code_and_its_neighbour_read(
    name: str, made: Callable[[], bytes], codes: set[str]
) -> None:
    with ReaderPool(1, "tests.reading.engines:Silent", limits=LIMITS) as pool:
        answers = dict(pool.read_all([(name, made()), ("sound.pdf", sound())]))
    answer, neighbour = answers[name], answers["sound.pdf"]
    assert ("read" if isinstance(answer, Transcript) else answer.code) in codes
    assert isinstance(neighbour, Transcript) and neighbour.pages[0].words


def test_an_engine_that_is_missing_in_the_child_is_told_and_hangs_nobody() -> None:
    with ReaderPool(1, "tests.reading.engines:Missing", limits=LIMITS) as pool, pytest.raises(ToolError, match="gone"):
        list(pool.read_all([("sound.pdf", sound())]))
