"""How does a style name and write things? Labels, titles, dates, amounts: data that a style overrides."""

from __future__ import annotations

from typing import ClassVar

from samples.paper import Entry, Paper
from samples.people import Company
from samples.styles.labels import LABELS, SECTIONS, TITLES

SPOKEN = {
    "method": {"cash": "现金", "transfer": "转账", "pos": "刷卡"},
    "level": {
        "R1": "R1（低风险）",
        "R2": "R2（中低风险）",
        "R3": "R3（中风险）",
        "R4": "R4（中高风险）",
        "C1": "C1（保守型）",
        "C2": "C2（稳健型）",
        "C3": "C3（平衡型）",
        "C4": "C4（进取型）",
        "C5": "C5（激进型）",
    },
}


class Words:
    """How a style names and writes things; plain data that a style overrides."""

    labels: ClassVar[dict[str, str]] = {}
    titles: ClassVar[dict[str, str]] = {}
    sections: ClassVar[dict[str, str]] = {}
    date_format = "{y}年{m}月{d}日"
    currency = ""  # before amounts in figures
    thousands = True
    wan: frozenset[str] = frozenset()  # field names printed in 万元
    days = "{n}天"
    seconds = "{m}分{s}秒"

    def label(self, paper: Paper, name: str) -> str:
        """The printed label of a field."""
        bare = "".join(part for part in name.split("[")[0:1]) + (name.split("]")[1] if "]" in name else "")
        for table in (self.labels, LABELS):
            for key in (f"{paper.type.removesuffix('-P')}.{bare}", bare, bare.rsplit(".", 1)[-1]):
                if key in table:
                    return table[key]
        raise KeyError(f"no label for {paper.type}.{name}")

    def title(self, paper: Paper, company: Company) -> str:
        kind = f"{paper.type}.{paper.variant}" if paper.variant else paper.type
        table = {**TITLES, **self.titles}
        return table.get(kind) or table[paper.type]

    def heading(self, key: str) -> str:
        return {**SECTIONS, **self.sections}.get(key, "")

    def show(self, entry: Entry) -> str:
        """The value as this company prints it."""
        if not entry.value:
            return ""
        kind = entry.kind
        if kind == "date":
            return self.day(entry.value)
        if kind == "money":
            return self.amount(entry)
        if kind in SPOKEN:
            return SPOKEN[kind].get(entry.value, entry.value)
        if kind == "days":
            return self.days.format(n=entry.value)
        if kind == "seconds":
            return self.seconds.format(m=int(entry.value) // 60, s=f"{int(entry.value) % 60:02d}")
        return entry.value

    def day(self, value: str) -> str:
        if value == "long_term":
            return "长期"
        year, month, day = value.split("-")
        return self.date_format.format(y=year, m=int(month), d=int(day), mm=month, dd=day)

    def amount(self, entry: Entry) -> str:
        value = float(entry.value)
        if entry.name in self.wan:
            return f"{value / 10000:g}"
        return self.currency + (f"{value:,.2f}" if self.thousands else f"{value:.2f}")
