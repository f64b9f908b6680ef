"""Which fields of one person are stated by reference to another's (同投保人), in words or by a ticked box?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.documents.composed import plain
from verifier.documents.forms import Form
from verifier.documents.layout import Sheet
from verifier.documents.option_words import Tick
from verifier.documents.options import options_in
from verifier.documents.phrases import fold
from verifier.documents.sections import Map
from verifier.model import Evidence, Field, FieldState, PageRef
from verifier.packs.document_type import Options

_ROLES = ("投保人", "要保人")


@dataclass(frozen=True, slots=True)
class Statement:
    """Somebody is the same person as another, as a box beside the words says; None: the box cannot be told."""

    owner: str
    source: str
    holds: bool | None
    evidence: Evidence


def read_statements(sheet: Sheet, places: Map, form: Form, ref: PageRef) -> Iterator[Statement]:
    """The boxes of this page before words such as 同投保人. Words whose box was not found leave it open."""
    for source, words in form.kind.same_words.items():
        options = Options(words={source: tuple(dict.fromkeys(_wordings(words)))})
        for unit in sheet.units:
            for number, piece in enumerate(unit.pieces):
                if not any(fold(word) in piece.text for word in options.words[source]):
                    continue
                span = unit.span(unit.starts[number - 1] if number else 0, unit.starts[number] + len(piece.text))
                found = options_in(span, options, sheet)
                if not found or len(piece.text) > len(found[0].span.folded) + 20:
                    continue
                owner = places.section_at(*piece.at.middle) or "insured"
                if owner == source:
                    owner = "insured"
                tick, choice = found[0].tick, found[0]
                holds = {Tick.TICKED: True, Tick.OPEN: False}.get(tick)
                where = Evidence(ref.file, ref.page, piece.box, piece.raw, choice.confidence, ref.sha256)
                yield Statement(owner, source, holds, where)


def _wordings(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield word
        if any(role in word for role in _ROLES):
            yield word.replace("投保人", "要保人")
            yield word.replace("被保险人", "被保人").replace("投保人", "要保人")


def with_same(fields: Mapping[str, Field], form: Form, statements: Sequence[Statement]) -> dict[str, Field]:
    """The fields with those that are stated elsewhere: a reference in a value's place means that value, in a
    name's place all of them, as a ticked box does. Under a box that cannot be told a blank is no blank."""
    made = _by_words(dict(fields), form)
    for statement in statements:
        for name in names_of(form, statement.owner):
            known = made.get(name)
            if known is not None and known.state is FieldState.READ and known.value:
                continue
            stated = made.get(f"{statement.source}.{name.partition('.')[2]}")
            if statement.holds and stated is not None:
                confidence = min(stated.confidence, statement.evidence.confidence)
                made[name] = replace(
                    stated, name=name, text=statement.evidence.text, evidence=statement.evidence, confidence=confidence
                )
            elif statement.holds is None and known is not None and known.state is FieldState.EMPTY:
                made[name] = replace(known, state=FieldState.UNREADABLE)
    return made


def _by_words(made: dict[str, Field], form: Form) -> dict[str, Field]:
    words = {plain(fold(word)): source for source, listed in form.kind.same_words.items() for word in listed}
    if not words:
        return made
    fields = dict(made)
    for name, found in fields.items():
        source = words.get(plain(fold(found.text).strip("()")))
        owner, _, tail = name.partition(".")
        if source is None or owner == source or not tail:
            continue
        for own in [name] if tail != "name" else names_of(form, owner):
            stated = fields.get(f"{source}.{own.partition('.')[2]}")
            other = fields.get(own)
            if stated is None or (other is not None and other.state is FieldState.READ and own != name):
                continue
            made[own] = replace(stated, name=own, text=found.text, evidence=found.evidence)
    return made


def names_of(form: Form, owner: str) -> list[str]:
    return [
        n for s in form.kind.fields for n, _ in s.named() if n.startswith(f"{owner}.") and "relation" not in n
    ]  # fmt: skip
