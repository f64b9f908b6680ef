"""安禾人寿: ruled tables with two pairs of label and value side by side, set in Noto Sans."""

from __future__ import annotations

from samples.paper import Entry, Fields
from samples.people import Company
from samples.styles.base import FlowStyle

WIDE = (
    "address",
    "_address",
    "product.name",
    "needs",
    "scope",
    "reason",
    "premium_total_in_words",
    "_beneficiary",
    "conclusion",
    "_words",
    "_filing",
)
GREY = (0.93, 0.93, 0.93)


class RuledStyle(FlowStyle):
    name = "ruled"
    life = Company(
        "安禾人寿保险股份有限公司",
        "安禾",
        "L10251AH",
        "95501",
        "31050166360000001688",
        "中国建设银行上海浦东分行",
        "AH",
    )
    general = Company(
        "安禾财产保险股份有限公司",
        "安禾",
        "P10251AH",
        "95501",
        "31050166360000002699",
        "中国建设银行上海浦东分行",
        "AHC",
    )
    size = 9.0

    def fields(self, section: Fields) -> None:
        self.head(section.key)
        self.y += 2
        pending: list[Entry] = []
        for entry in section.entries:
            tail = entry.name.rsplit(".", 1)[-1]
            if (
                tail in WIDE
                or entry.name in WIDE
                or len(self.show(entry)) > 20
                or (entry.options and len(entry.options) > 3)
            ):
                self.pairs(pending)
                pending = []
                self.pairs([entry])
            else:
                pending.append(entry)
                if len(pending) == 2:
                    self.pairs(pending)
                    pending = []
        self.pairs(pending)

    def pairs(self, entries: list[Entry]) -> None:
        """A ruled row of one or two pairs."""
        if not entries:
            return
        whole = self.right - self.left
        labels = [0.0, whole / 2]
        label_width = 88.0
        spans = [
            (self.left + labels[n], self.left + (labels[n + 1] if n + 1 < len(entries) else whole))
            for n in range(len(entries))
        ]
        wraps = [self.wrap(self.show(e), b - a - label_width - 10) for e, (a, b) in zip(entries, spans, strict=True)]
        height = max(len(lines) for lines in wraps) * self.size * 1.3 + 8
        self.room(height)
        for entry, (a, b) in zip(entries, spans, strict=True):
            self.surface.rect((a, self.y, a + label_width, self.y + height), 0.5, fill=GREY)
            self.surface.rect((a + label_width, self.y, b, self.y + height), 0.5)
            base = self.y + height / 2 + self.size * 0.36
            self.surface.text(a + 4, base, self.label(self.paper, entry.name), self.font, min(self.size, 8.6))
            if entry.options:
                self.options(entry, a + label_width + 5, base)
            else:
                self.value(entry, a + label_width + 5, self.y + 4 + self.size, b - a - label_width - 10)
                self.blank(entry, (a, self.y, b, self.y + height))
        self.y += height


RULED = RuledStyle()
