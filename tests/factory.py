"""Cases made of a few words, for tests that need no paper."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.case import Case, Vocabulary
from verifier.facts import FACTS
from verifier.model import Box, Document, DocumentMark, Evidence, Field, FieldState, MarkKind, MarkState, PageRef

BOX = Box(0.1, 0.1, 0.3, 0.13)


def evidence(text: str = "", confidence: float = 0.98, file: str = "a.pdf") -> Evidence:
    return Evidence(file, 1, BOX, text, confidence)


def field(name: str, value: str, confidence: float = 0.98, state: FieldState = FieldState.READ) -> Field:
    return Field(name, value, value, "text", confidence, evidence(value, confidence), state)


def paper(code: str, number: int = 1, subject: str | None = None, **fields: str | Field) -> Document:
    """`paper("F01", policyholder__name="张伟")`: two underscores stand for a dot."""
    made = {}
    for key, value in fields.items():
        name = key.replace("__", ".")
        made[name] = value if isinstance(value, Field) else field(name, value)
    return Document(f"d{number}", code, 0.98, (PageRef(f"{code}.pdf", 1),), made, subject=subject)


def mark(name: str, state: MarkState, confidence: float = 0.95) -> DocumentMark:
    return DocumentMark(name, MarkKind.SIGNATURE, state, confidence, evidence("", confidence))


def case(*documents: Document, paths: Mapping[str, tuple[str, ...]] | None = None, **declared: object) -> Case:
    facts = {key.replace("__", "."): value for key, value in declared.items()}
    return Case("T", facts, (), documents, vocabulary=Vocabulary(paths=paths or {}), derivations=FACTS)
