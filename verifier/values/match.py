"""What can a comparison of two printed values come to?

One word and one sentence for every pair: checks decide what it means, people read why.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from verifier.model import Text


class MatchKind(StrEnum):
    """Order of likeness. Only EXACT, VARIANT without `review` and MASKED are agreement; OCR_NEAR is a
    difference that the reader may have made; UNREADABLE says that one side holds no such value."""

    EXACT = "exact"
    VARIANT = "variant"
    MASKED = "masked"
    OCR_NEAR = "ocr_near"
    CONFLICT = "conflict"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Match:
    """`review` asks for a person although the values may be the same; `how` is a stable word for the
    kind of variant (dot, script, spacing, case, order, pinyin, rare, surname_pair, truncated ...)."""

    kind: MatchKind
    detail: Text
    score: float
    review: bool = False
    how: str = ""

    @property
    def agrees(self) -> bool:
        """The two values are the same as far as they can be seen, and nobody need look."""
        return self.kind in (MatchKind.EXACT, MatchKind.VARIANT, MatchKind.MASKED) and not self.review

    @property
    def conflicts(self) -> bool:
        return self.kind is MatchKind.CONFLICT
