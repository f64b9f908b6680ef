"""What does a style have to provide, and what can styles share?

A style is one company's way of printing: `life` and `general` (the companies), words, and `draw`, which
lays a `Paper` out on a `Surface`. `FlowStyle` walks the sections from top to bottom and breaks pages; a
style may subclass it and draw each kind of section its own way, or implement `Style` from nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Protocol

from samples.paper import Copied, Fields, Grid, Paper, Prose, Questions, Seal, Section, Signing, Ticks
from samples.people import Company
from samples.styles.ink import Inked
from samples.surface import A4, DrawnPaper, Surface

SlipDrawing = Callable[[Paper, Random], DrawnPaper]


class Style(Protocol):
    """One company's way of printing its papers."""

    name: str
    life: Company
    general: Company

    @property
    def slips(self) -> Mapping[str, SlipDrawing]:
        """Other banks' and wallets' prints than the common ones, by the paper's kind."""
        ...

    def draw(self, paper: Paper, company: Company, rng: Random) -> DrawnPaper:
        """The paper laid out and drawn, with the place of every value and mark."""
        ...


class FlowStyle(Inked):
    """Sections one under another on A4, with the hooks that a style overrides."""

    name = ""
    life: Company
    general: Company
    slips: ClassVar[Mapping[str, SlipDrawing]] = {}

    def draw(self, paper: Paper, company: Company, rng: Random) -> DrawnPaper:
        self.paper, self.company, self.rng = paper, company, rng
        self.surface = Surface(self.sheet())
        self.y = self.top()
        for section in paper.sections:
            self.section(section)
        self.footer()
        return self.surface.finish()

    def sheet(self) -> tuple[float, float]:
        """The size of the paper being drawn."""
        return A4

    def section(self, section: Section) -> None:
        """Draw one section by its kind."""
        match section:
            case Fields():
                self.fields(section)
            case Grid():
                self.grid(section)
            case Prose():
                self.prose(section)
            case Questions():
                self.questions(section)
            case Ticks():
                self.ticks(section)
            case Copied():
                self.copied(section)
            case Signing():
                self.signing(section)
            case Seal():
                self.seal(section)
