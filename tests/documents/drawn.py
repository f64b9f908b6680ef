"""Pages drawn as words with places, for layouts that no generator draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from verifier.documents import Reading, recognise_and_extract
from verifier.model import Box, Document, Mark, MarkKind, MarkState, Page, Rule, TextFrom, Transcript, Word
from verifier.packs.document_type import SHARED, DocumentType, with_shared

EM = 0.016
SHEETS = Path(__file__).resolve().parents[2] / "checklists" / "cn-insurance" / "documents"


@lru_cache(maxsize=1)
def types() -> tuple[DocumentType, ...]:
    """The document types of the Chinese pack."""
    shared = yaml.safe_load((SHEETS / f"{SHARED}.yaml").read_text(encoding="utf-8"))
    sheets = [path for path in sorted(SHEETS.glob("*.yaml")) if path.stem != SHARED]
    return tuple(
        DocumentType.model_validate(with_shared(yaml.safe_load(path.read_text(encoding="utf-8")), shared))
        for path in sheets
    )


def width(text: str, size: float = 1.0) -> float:
    return sum(EM if ord(c) > 0x2E7F else EM / 2 for c in text) * size


@dataclass
class Paper:
    """A page in the making. `at(x, y, text)` sets a word; `y` is the middle of its line."""

    words: list[Word] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    source: TextFrom = TextFrom.OCR

    def at(self, x: float, y: float, text: str, size: float = 1.0, confidence: float = 0.98) -> Paper:
        half = 0.006 * size
        self.words.append(Word(text, Box(x, y - half, x + width(text, size), y + half), confidence))
        return self

    def title(self, text: str, y: float = 0.06, size: float = 1.6) -> Paper:
        return self.at(0.5 - width(text, size) / 2, y, text, size)

    def lines(self, top: float, *rows: str | list[tuple[float, str]], step: float = 0.025, x: float = 0.1) -> Paper:
        for number, row in enumerate(rows):
            for left, text in [(x, row)] if isinstance(row, str) else row:
                self.at(left, top + number * step, text)
        return self

    def grid(self, top: float, columns: list[float], rows: list[list[str]], step: float = 0.03) -> Paper:
        """A ruled table; a text may have several lines. An empty text is an empty cell."""
        bottom = top + step * len(rows)
        for x in columns:
            self.rules.append(Rule(Box(x - 0.0005, top, x + 0.0005, bottom), False))
        for number in range(len(rows) + 1):
            y = top + number * step
            self.rules.append(Rule(Box(columns[0], y - 0.0005, columns[-1], y + 0.0005), True))
        for number, row in enumerate(rows):
            for x, text in zip(columns, row, strict=False):
                lines = text.split("\n")
                for line, part in enumerate(lines):
                    if part:
                        middle = top + number * step + step * (line + 1) / (len(lines) + 1)
                        self.at(x + 0.006, middle, part)
        return self

    def ink(self, x: float, y: float, wide: float = 0.09, kind: MarkKind = MarkKind.SIGNATURE, text: str = "",
            state: MarkState = MarkState.PRESENT) -> Paper:  # fmt: skip
        self.marks.append(Mark(kind, state, Box(x, y - 0.012, x + wide, y + 0.012), 0.95, text))
        return self

    def tick(self, x: float, y: float, ticked: bool) -> Paper:
        state = MarkState.PRESENT if ticked else MarkState.ABSENT
        self.marks.append(Mark(MarkKind.TICK, state, Box(x, y - 0.006, x + 0.014, y + 0.006), 0.95))
        return self

    def page(self, number: int = 1) -> Page:
        words, marks, rules = tuple(self.words), tuple(self.marks), tuple(self.rules)
        return Page(number, 1000, 1414, 0, self.source, words, marks, rules)


def transcript(*papers: Paper) -> Transcript:
    pages = tuple(paper.page(number) for number, paper in enumerate(papers, start=1))
    return Transcript("0" * 64, "application/pdf", pages)


def read(*papers: Paper) -> Reading:
    return recognise_and_extract([("a.pdf", transcript(*papers))], types())


def one(*papers: Paper, code: str = "F01") -> Document:
    """The only document of a type on these pages."""
    found = [doc for doc in read(*papers).documents if doc.type == code]
    assert len(found) == 1, [doc.type for doc in read(*papers).documents]
    return found[0]


def value(doc: Document, name: str) -> str | None:
    """The canonical value; "" for an empty place, "?" for an unreadable one, None where nothing is printed."""
    known = doc.fields.get(name)
    if known is None:
        return None
    return {"read": known.value, "empty": "", "unreadable": "?"}[known.state.value]
