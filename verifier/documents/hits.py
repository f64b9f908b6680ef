"""What is known of a printed label: where it stands, where its value begins, what it may mean?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from verifier.documents.forms import Meaning, Role, Target
from verifier.documents.layout import Sheet
from verifier.documents.pieces import Span, Unit
from verifier.model import Box

BOXES_OPEN = "□☐○◯▢〇◻❏❑"
BOXES_TICKED = "☑☒■√✓✔●◉⊙✅◙⊠"
NUMBERING = re.compile(
    r"^(?:section|part|step)[a-z0-9]{1,2}(?=[-.:·])|[\d一二三四五六七八九十第部分、.()\[\]*#|/\-·:§▌◆■●▪▶►]*"
)


@dataclass(slots=True, eq=False)
class Hit:
    """A label in its place. `start`..`label_end` is the printed label, `end` where its value may begin.

    A hit without meanings is the label of something that we do not ask for. `side` is set on a narrow cell
    at the side of rows: the part of the form that it names, "" for one that we do not know. `echo`: the
    English words of a label that stands in Chinese beside or over them.
    """

    sheet: Sheet = field(repr=False)
    unit: Unit = field(repr=False)
    start: int
    label_end: int
    end: int
    phrase: str
    meanings: tuple[Meaning, ...]
    colon: bool
    glued: bool = False
    factor: float = 1.0
    used: bool = False
    side: str | None = None
    echo: bool = False
    page_hits: list[Hit] = field(default_factory=list, repr=False)
    _at: Box | None = field(default=None, repr=False)

    @property
    def span(self) -> Span:
        return self.unit.span(self.start, self.label_end)

    @property
    def at(self) -> Box:
        if self._at is None:  # asked for again and again while zones and neighbours are found
            self._at = self.span.at
            assert self._at is not None
        return self._at

    @property
    def box(self) -> Box:
        box = self.span.box
        assert box is not None
        return box

    @property
    def targets(self) -> list[Target]:
        return [m.target for m in self.meanings if m.target is not None]

    def is_(self, role: Role) -> bool:
        return any(m.role is role for m in self.meanings)

    @property
    def mark_or_whole(self) -> bool:
        """An anchor of a mark, or a heading on a line of its own."""
        return self.is_(Role.ANCHOR) or (self.is_(Role.HEADING) and self.whole)

    @property
    def whole(self) -> bool:
        """Nothing else stands in the unit."""
        return not NUMBERING.sub("", self.unit.text[: self.start]) and self.end >= len(self.unit.text)
