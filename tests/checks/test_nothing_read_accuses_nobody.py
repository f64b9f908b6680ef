"""Does a value that was not read, is not printed, or was read weakly ever accuse anybody, or stop a check?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from verifier.audit import audit
from verifier.case import Case
from verifier.context import Context
from verifier.model import Document, DocumentMark, Field, FieldState, Finding, MarkState, Outcome, Reason, TextFrom
from verifier.packs.load import DEFAULT_HOME, Pack, load_pack
from verifier.packs.scenario import build, read_scenario
from verifier.payments import payments_of

BASES = ("sound", "property", "medical", "child", "by_agent", "replacing", "recorded", "single")
WEAK = 0.5


@cache
def pack() -> Pack:
    return load_pack(DEFAULT_HOME / "cn-insurance")


@cache
def base(name: str) -> tuple[Case, Context]:
    return build(read_scenario(DEFAULT_HOME / "cn-insurance" / "scenarios" / "base" / f"{name}.yaml"), pack())


def fails(name: str, documents: tuple[Document, ...]) -> list[str]:
    """What the altered case fails beside the base itself, and every check that stopped."""
    case, context = base(name)
    payments = payments_of(case.id, documents, {})
    findings = audit(replace(case, documents=documents, payments=payments), pack(), context).findings
    return [f"{one.check}: {one.detail.zh}" for one in findings if _wrong(one, known_failures(name))]


@cache
def known_failures(name: str) -> frozenset[str]:
    case, context = base(name)
    findings = audit(case, pack(), context).findings
    return frozenset(one.check for one in findings if one.outcome is Outcome.FAIL)


def _wrong(finding: Finding, known: frozenset[str]) -> bool:
    stopped = finding.reason is Reason.CHECK_ERROR
    return stopped or (finding.outcome is Outcome.FAIL and finding.check not in known)


def unreadable(field: Field) -> Field:
    return replace(field, state=FieldState.UNREADABLE, value="", text="")


def weak(field: Field) -> Field:
    return replace(field, confidence=WEAK, evidence=replace(field.evidence, confidence=WEAK))


def nonsense(field: Field) -> Field:
    return weak(replace(field, value="?#囗", text="?#囗"))


def altered(paper: Document, change: Callable[[Field], Field], names: frozenset[str] | None = None) -> Document:
    fields = {name: change(one) if names is None or name in names else one for name, one in paper.fields.items()}
    return replace(paper, fields=fields)


def unsure(mark: DocumentMark) -> DocumentMark:
    return replace(mark, state=MarkState.UNSURE)


CHANGES: Mapping[str, Callable[[Document], Document]] = {
    "unreadable": lambda paper: altered(paper, unreadable),
    "weak": lambda paper: altered(paper, weak),
    "nonsense read weakly": lambda paper: altered(paper, nonsense),
    "not printed": lambda paper: replace(paper, fields={}),
    "marks unsure": lambda paper: replace(paper, marks=tuple(map(unsure, paper.marks))),
    "faint scan without text": lambda paper: replace(
        altered(paper, unreadable), lines=(), text_from=TextFrom.OCR, legibility=0.3
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", BASES)
def test_a_case_of_which_nothing_was_read(name: str, change: str) -> None:
    case, _ = base(name)
    assert fails(name, tuple(map(CHANGES[change], case.documents))) == []


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", BASES)
def test_one_paper_after_the_other(name: str, change: str) -> None:
    case, _ = base(name)
    accused = {}
    for number, paper in enumerate(case.documents):
        documents = (*case.documents[:number], CHANGES[change](paper), *case.documents[number + 1 :])
        if found := fails(name, documents):
            accused[f"{paper.type} {paper.subject or ''}"] = found
    assert accused == {}


@pytest.mark.parametrize("change", [unreadable, weak, nonsense, None], ids=["unreadable", "weak", "nonsense", "gone"])
def test_one_field_after_the_other(change: Callable[[Field], Field] | None) -> None:
    case, _ = base("sound")
    accused = {}
    for number, paper in enumerate(case.documents):
        for name in paper.fields:
            if change is None:
                other = replace(paper, fields={key: one for key, one in paper.fields.items() if key != name})
            else:
                other = altered(paper, change, frozenset({name}))
            if found := fails("sound", (*case.documents[:number], other, *case.documents[number + 1 :])):
                accused[f"{paper.type}.{name}"] = found
    assert accused == {}
