"""Does everything that is written on the trail have a name that people can read?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.trail_words import ACTIONS, ACTORS, SUBJECTS

HERE = Path(__file__).parents[2] / "api"
PASSED_ON = ("case.viewed", "finding.decided", "field.corrected", "account.closed", "pack.sent_back", "request.cured")


def recorded() -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Where the code writes on the trail: action and kind of the subject, as expressions."""
    for file in sorted(HERE.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "trail.record":
                yield f"{file.name}:{call.lineno}", call.args[2], call.args[3]


def constants(expression: ast.expr) -> set[str]:
    found = [one.value for one in ast.walk(expression) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return set() if isinstance(expression, ast.JoinedStr) else set(found)


def test_every_act_and_every_subject_that_the_code_writes_has_words() -> None:
    written = list(recorded())
    assert len(written) > 80
    nameless = {
        (place, code)
        for place, action, kind in written
        for code, words in [(code, ACTIONS) for code in constants(action)]
        + [(code, SUBJECTS) for code in constants(kind)]
        if code not in words
    }
    assert not nameless


@pytest.mark.parametrize("action", PASSED_ON)
def test_acts_whose_code_is_passed_on_have_words_as_well(action: str) -> None:
    assert action in ACTIONS


def test_words_are_said_in_both_languages_and_once() -> None:
    for words in (ACTIONS, SUBJECTS, ACTORS):
        assert all(said.zh and said.en for said in words.values())
    assert len({said.en for said in ACTIONS.values()}) == len(ACTIONS)
