"""How is a batch shown to people who work in spreadsheets? summary.xlsx, written row by row.

Text is text: nothing that stands on a paper or in a file name becomes a formula or a link.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import xlsxwriter

from verifier.model import Verdict
from verifier.reports.wording import both, known, say, section

CELL_LIMIT = 32_000  # characters; Excel refuses more than 32,767
SHEET_ROWS = 1_000_000  # Excel holds 1,048,576; a longer list goes on in a second sheet
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
if TYPE_CHECKING:
    from verifier.reports.summary import BatchSummary

Row = dict[str, Any]
FONT = "Microsoft YaHei"
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Column:
    """`words`: section of wording.yaml that says the codes of this column; `form` a cell format's name."""

    key: str
    width: int
    form: str = "text"
    words: str = ""


CASES = (
    Column("case", 18), Column("verdict", 15, "verdict", "verdict"), Column("risk", 24, "text", "risk"),
    Column("customer", 12), Column("product", 28), Column("channel", 12, "text", "channel"),
    Column("premium", 14, "money"), Column("branch", 16), Column("seller", 12), Column("seller_number", 14),
    Column("date", 12), Column("critical", 10, "count"), Column("major", 10, "count"),
    Column("minor", 10, "count"), Column("pass", 9, "count"), Column("fail", 9, "count"),
    Column("review", 11, "count"), Column("not_applicable", 11, "count"), Column("unchecked", 22),
    Column("worst", 34), Column("documents", 11, "count"), Column("pages", 8, "count"),
    Column("unread", 11, "count"), Column("inputs", 20, "hash"),
)  # fmt: skip
FINDINGS = (
    Column("case", 18), Column("check", 11), Column("title", 30, "wrap"), Column("stage", 8),
    Column("severity", 11, "severity", "severity"), Column("outcome", 14, "outcome", "outcome"),
    Column("reason", 20, "text", "reason"), Column("detail", 60, "wrap"), Column("quoted", 34, "wrap"),
    Column("place", 40, "wrap"), Column("confidence", 11, "share"), Column("basis", 34, "wrap"),
    Column("verified", 11), Column("remedy", 40, "wrap"), Column("branch", 16), Column("seller", 12),
    Column("decision", 14, "text", "outcome"), Column("reviewer", 12), Column("decided", 18),
    Column("status", 14), Column("due", 12),
)  # fmt: skip
CHECKS = (
    Column("check", 11), Column("title", 44, "wrap"), Column("stage", 8),
    Column("severity", 11, "severity", "severity"), Column("fail", 10, "count"),
    Column("fail_rate", 11, "share"), Column("repeat_rate", 11, "share"), Column("review", 12, "count"),
    Column("unchecked", 12, "count"), Column("pass", 10, "count"), Column("not_applicable", 12, "count"),
)  # fmt: skip
GROUP = (
    Column("cases", 10, "count"), Column("non_compliant", 14, "count"), Column("defect_rate", 14, "share"),
    Column("incomplete", 14, "count"), Column("compliant", 14, "count"), Column("critical", 14, "count"),
    Column("major", 14, "count"), Column("minor", 14, "count"), Column("review", 14, "count"),
)  # fmt: skip
MISSING = (
    Column("case", 18), Column("paper", 10), Column("paper_name", 34, "wrap"), Column("check", 11),
    Column("outcome", 14, "outcome", "outcome"), Column("detail", 60, "wrap"),
)  # fmt: skip
UNREADABLE = (
    Column("case", 18), Column("file", 40, "wrap"), Column("state", 12, "text", "label"), Column("code", 18),
    Column("message", 50, "wrap"), Column("hint", 50, "wrap"), Column("sha256", 20, "hash"),
)  # fmt: skip

COLOURS = {
    "non_compliant": "#B3261E", "fail": "#B3261E", "critical": "#B3261E",
    "incomplete": "#8A5A00", "review": "#8A5A00", "major": "#8A5A00",
    "compliant": "#256B4A", "pass": "#256B4A",
}  # fmt: skip


def write_xlsx(summary: BatchSummary, path: Path) -> None:
    """summary.xlsx: a cover, then cases, findings and the lists made from them."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        book = _Book(workbook)
        _cover(book, summary)
        book.sheet("cases", CASES, map(_case, summary.rows["cases"]))
        book.sheet("findings", FINDINGS, iter(summary.rows["findings"]))
        book.sheet("checks", CHECKS, _top_checks(summary))
        branches = ({"branch": branch or "—", **row} for branch, row in _groups(summary.branches))
        book.sheet("branches", (Column("branch", 24), *GROUP), branches)
        sellers = ({"seller": who[0] or "—", "seller_number": who[1], **row} for who, row in _groups(summary.sellers))
        book.sheet("sellers", (Column("seller", 16), Column("seller_number", 18), *GROUP), sellers)
        book.sheet("missing", MISSING, iter(summary.rows["missing"]))
        book.sheet("unreadable", UNREADABLE, iter(summary.rows["unreadable"]))


def _case(row: Row) -> Row:
    return {
        **row,
        **row["counts"],
        "worst": ", ".join(row["worst"]),
        "unchecked": ", ".join(row["unchecked"]),
    }


def _top_checks(summary: BatchSummary) -> Iterator[Row]:
    rows = sorted(summary.checks.values(), key=lambda row: (-row["fail"], -row["review"], row["check"]))
    for row in rows:
        judged = row["pass"] + row["fail"] + row["review"]
        yield {
            **row,
            "fail_rate": row["fail"] / judged if judged else None,
            "repeat_rate": summary.repeat_rate(row["check"]) if row["fail"] else None,
        }


def _groups(groups: Mapping[Key, Counter[str]]) -> Iterator[tuple[Key, Row]]:
    def gravity(entry: tuple[Key, Counter[str]]) -> tuple[int, int, str]:
        return -entry[1]["non_compliant"], -entry[1]["critical"], str(entry[0])

    for key, counted in sorted(groups.items(), key=gravity):
        row = {column.key: counted[column.key] for column in GROUP}
        yield key, {**row, "defect_rate": counted["non_compliant"] / counted["cases"]}


def _cover(book: _Book, summary: BatchSummary) -> None:
    """Who, what, when and by which rules; the numbers of the whole batch; a place to sign."""
    sheet = book.workbook.add_worksheet(_sheet_name("batch"))
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 70)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, both(say("label", "report")), book.form("heading"))
    for number, (label, value) in enumerate(_cover_rows(summary), start=2):
        sheet.write_string(number, 0, label, book.form("label"))
        book.write(sheet, number, 1, value, book.form("number" if isinstance(value, int) else "wrap"))


def _cover_rows(summary: BatchSummary) -> Iterator[tuple[str, object]]:
    def named(key: str, value: object) -> tuple[str, object]:
        return both(say("batch", key)), value

    for key in ("id", "institution", "branch", "period", "population", "sample_rule"):
        yield named(key, summary.batch.get(key, ""))
    yield named("cases", summary.cases)
    for verdict in Verdict:
        yield both(say("verdict", verdict.value)), summary.verdicts[verdict.value]
    for level in section("risk"):
        yield f"{both(say('column', 'risk'))}: {both(say('risk', level))}", summary.risks[level]
    yield named("pages", summary.pages)
    for state in ("read", "partial", "rejected"):
        yield named(state, summary.sources[state])
    yield named("pack", f"{summary.pack.get('id', '')} {summary.pack.get('edition', '')}".strip())
    yield named("pack_sha256", summary.pack.get("sha256", ""))
    yield named("as_of", summary.as_of)
    yield named("verifier", str(summary.software.get("verifier", "")))
    yield named("engine", str(summary.software.get("ocr", "")))
    yield named("references_missing", ", ".join(summary.references_missing) or "—")
    yield named("audience", both(say("audience", summary.audience.value)))
    yield named("inputs", summary.inputs_sha256)
    yield named("sign_off", "")


def _sheet_name(key: str, part: int = 1) -> str:
    return both(say("sheet", key)) + (f" {part}" if part > 1 else "")


class _Book:
    """One workbook with its cell formats, made once each."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self._forms: dict[str, Any] = {}

    def form(self, name: str) -> Any:
        if name not in self._forms:
            self._forms[name] = self.workbook.add_format(_look(name))
        return self._forms[name]

    def sheet(self, key: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """A list with frozen header and filters; goes on in a further sheet when it is too long."""
        part, number = 1, 0
        sheet = self._new(key, columns, part)
        for row in rows:
            if number == SHEET_ROWS:
                sheet.autofilter(0, 0, number, len(columns) - 1)
                part, number = part + 1, 0
                sheet = self._new(key, columns, part)
            number += 1
            for place, column in enumerate(columns):
                self._cell(sheet, number, place, column, row.get(column.key))
        sheet.autofilter(0, 0, max(1, number), len(columns) - 1)

    def _new(self, key: str, columns: Sequence[Column], part: int) -> Any:
        sheet = self.workbook.add_worksheet(_sheet_name(key, part))
        sheet.set_row(0, 34)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            title = say("column", column.key)
            header = title.zh if title.zh == title.en else f"{title.zh}\n{title.en}"
            sheet.write_string(0, place, header, self.form("header"))
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _cell(self, sheet: Any, row: int, place: int, column: Column, value: object) -> None:
        form = column.form
        if form in ("verdict", "outcome", "severity"):
            form = f"coloured:{value}"
        if form == "money":
            amount = _number(value)
            value, form = (amount, "money") if amount is not None else (value, "text")
        if column.words and value:
            value = both(known(column.words, str(value)))
        if isinstance(value, bool):
            value = "✓" if value else "—"
        self.write(sheet, row, place, value, self.form(form))

    def write(self, sheet: Any, row: int, place: int, value: object, form: Any) -> None:
        if value is None or value == "":
            sheet.write_blank(row, place, None, form)
        elif isinstance(value, int | float):
            sheet.write_number(row, place, value, form)
        else:
            sheet.write_string(row, place, writable(str(value)), form)


def writable(text: str) -> str:
    """Text that a cell can hold: no control or direction characters, not too long."""
    clean = UNWRITABLE.sub("\ufffd", text)
    return clean if len(clean) <= CELL_LIMIT else clean[:CELL_LIMIT] + "…"


def _number(value: object) -> float | None:
    try:
        return float(str(value)) if value else None
    except ValueError:
        return None


def _look(name: str) -> dict[str, object]:
    base: dict[str, object] = {"font_name": FONT, "font_size": 10, "valign": "top"}
    looks: dict[str, dict[str, object]] = {
        "header": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#EDF0F2", "bottom": 1},
        "heading": {"bold": True, "font_size": 16},
        "label": {"font_color": "#5A636B", "bottom": 4, "bottom_color": "#C9CFD4"},
        "wrap": {"text_wrap": True},
        "number": {"num_format": "#,##0", "align": "left"},
        "count": {"num_format": "#,##0;-#,##0;–", "align": "right"},
        "money": {"num_format": "#,##0.00"},
        "share": {"num_format": "0%"},
        "hash": {"font_name": "Consolas", "font_size": 8, "font_color": "#5A636B"},
    }
    kind, _, key = name.partition(":")
    if kind == "coloured":
        return {**base, "bold": key in COLOURS, "font_color": COLOURS.get(key, "#20262B")}
    return {**base, **looks.get(kind, {})}
