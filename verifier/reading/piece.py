"""What is a word while it still has pixels?"""

from __future__ import annotations

from dataclasses import dataclass

from verifier.reading.ocr.engine import Corners


@dataclass(frozen=True, slots=True)
class Piece:
    """One word on the straightened picture. `spans`: for every character where it starts and ends, as
    fractions of the word's length; empty when unknown. `sure`: its characters' confidences. `printed`:
    it comes from a text layer, so nobody wrote it by hand. `seen`: where it would stand if the part of the
    picture that stands on its head were turned in its place; None for all other words."""

    text: str
    corners: Corners
    confidence: float
    spans: tuple[tuple[float, float], ...] = ()
    sure: tuple[float, ...] = ()
    printed: bool = False
    seen: Corners | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        left, top = self.corners.min(axis=0)
        right, bottom = self.corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)
