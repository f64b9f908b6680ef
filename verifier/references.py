"""Which reference lists were supplied, and is each row usable? CSV files to `References`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from verifier.context import (
    REFERENCE_NAMES,
    Contacted,
    Institution,
    Listed,
    Payee,
    Product,
    References,
    Seller,
    StaffMember,
    Surrender,
)
from verifier.errors import InputError
from verifier.model import Payment, Text
from verifier.values.dates import read_date
from verifier.values.money import read_amount
from verifier.watchlists import is_day, read_ofac, read_un

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was left out: the rest of the list is used."""

    file: str
    row: int
    message: Text


class _BadCell(Exception):
    def __init__(self, column: str, value: str) -> None:
        super().__init__(column)
        self.column, self.value = column, value


csv.field_size_limit(2**31 - 1)  # a file's size is limited where it comes in; one huge cell is a row like any other


def load_references(folder: Path) -> tuple[References, tuple[RowProblem, ...]]:
    """All lists found in `folder`; InputError for a list with a missing column or an XML with entities."""
    lists: dict[str, Any] = {}
    problems: list[RowProblem] = []
    for name in REFERENCE_NAMES:
        path = folder / f"{name}.csv"
        if path.is_file() and name != "watchlist":
            lists[name], faults = read_list(name, decode(path.read_bytes()))
            problems.extend(faults)
    lists["watchlist"], faults = _watchlists(folder)
    return replace(References(), **lists), (*problems, *faults)


# --- watchlists: several files, one list ---

SIMPLE = re.compile(r"(?:watchlist|targets)[\w.-]*\.csv", re.I)
UNITED_NATIONS = re.compile(r"(?:un|un[-_.]\w[\w.-]*|consolidated[\w.-]*|watchlist[\w.-]*)\.xml", re.I)
OFAC = re.compile(r"sdn[\w.-]*\.csv", re.I)


def _watchlists(folder: Path) -> tuple[tuple[Listed, ...] | None, list[RowProblem]]:
    """The entries of all lists there are; None when there is none. A list without an entry is a problem, for it
    would clear everybody."""
    entries: list[Listed] = []
    problems: list[RowProblem] = []
    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    read_any = False
    for path in files:
        read = _watchlist(path)
        if read is None:
            continue
        found, faults = read
        read_any = read_any or bool(found)
        entries += found
        problems += faults or ([] if found else [_empty(path.name)])
        if faults and not found:
            problems.append(_empty(path.name))
    return (tuple(entries) if read_any else None), problems


def _watchlist(path: Path) -> tuple[list[Listed], list[RowProblem]] | None:
    """One list by its name; None for a file that is none."""
    if SIMPLE.fullmatch(path.name):
        rows, problems = read_list("watchlist", decode(path.read_bytes()))
        if path.name != Listed.__dataclass_fields__["source"].default:
            rows = tuple(replace(one, source=path.name) for one in rows)
        return list(rows), [replace(one, file=path.name) for one in problems]
    if UNITED_NATIONS.fullmatch(path.name):
        return _named(path.name, *read_un(path.name, path.read_bytes()))
    if OFAC.fullmatch(path.name):
        beside = [path.with_name(re.sub("^sdn", other, path.name, flags=re.I)) for other in ("alt", "add")]
        more = [decode(one.read_bytes()) if one.is_file() else "" for one in beside]
        return _named(path.name, *read_ofac(path.name, decode(path.read_bytes()), *more))
    return None


def _named(file: str, entries: list[Listed], faults: list[tuple[int, str]]) -> tuple[list[Listed], list[RowProblem]]:
    return entries, [
        RowProblem(
            file,
            number,
            Text(f"{file} 第 {number} 行（条）无法使用：{why}", f"{file} row {number} cannot be used: {why}"),
        )
        for number, why in faults
    ]


def _empty(file: str) -> RowProblem:
    return RowProblem(
        file,
        1,
        Text(
            f"名单 {file} 没有任何可用的条目，未用于筛查", f"The list {file} holds no usable entry and screens nobody"
        ),
    )


def decode(data: bytes) -> str:
    """CSV text in UTF-8 (with or without a mark) or GB18030; lines end in one way, and nothing in it stops a reader."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def read_list(name: str, text: str) -> tuple[tuple[Any, ...], list[RowProblem]]:
    """The rows of one list and the rows that could not be used."""
    reader = csv.DictReader(io.StringIO(text))
    missing = [column for column in COLUMNS[name] if column not in (reader.fieldnames or ())]
    if missing:
        raise InputError(
            "reference_column_missing",
            Text(
                f"参考清单 {name}.csv 缺少列：{', '.join(missing)}", f"{name}.csv lacks the column {', '.join(missing)}"
            ),
            Text(
                f"表头应为：{','.join(COLUMNS[name] + OPTIONAL.get(name, ()))}",
                f"The header row is: {','.join(COLUMNS[name] + OPTIONAL.get(name, ()))}",
            ),
        )
    return rows_of(name, ({k: (v or "").strip() for k, v in row.items() if k} for row in reader))


def rows_of(name: str, rows: Iterable[Row]) -> tuple[tuple[Any, ...], list[RowProblem]]:
    """Rows as values; `row` of a problem counts the header as row 1."""
    build, good, problems = BUILDERS[name], [], []
    for number, row in enumerate(rows, start=2):
        try:
            good.append(build(row))
        except _BadCell as fault:
            problems.append(
                RowProblem(
                    f"{name}.csv",
                    number,
                    Text(
                        f"{name}.csv 第 {number} 行“{fault.column}”的内容无法使用：{fault.value}",
                        f"{name}.csv row {number}: {fault.column} cannot be used: {fault.value}",
                    ),
                )
            )
    return tuple(good), problems


def _day(row: Row, column: str) -> date | None:
    text = str(row.get(column) or "")
    if not text:
        return None
    found = read_date(text)
    if found is None:
        raise _BadCell(column, text)
    return found


def _needed_day(row: Row, column: str) -> date:
    found = _day(row, column)
    if found is None:
        raise _BadCell(column, "")
    return found


def _amount(row: Row, column: str) -> Decimal | None:
    text = str(row.get(column) or "")
    if not text:
        return None
    found = read_amount(text)
    if found is None:
        raise _BadCell(column, text)
    return found


def _whole(row: Row, column: str) -> int | None:
    text = str(row.get(column) or "").upper().removeprefix("R")
    if not text:
        return None
    if not text.isdecimal():
        raise _BadCell(column, text)
    return int(text)


def _several(row: Row, column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(row.get(column) or "").split(";") if part.strip())


def _text(row: Row, column: str) -> str:
    return str(row.get(column) or "")


def _seller(row: Row) -> Seller:
    t = _text
    return Seller(
        t(row, "number"), t(row, "name"), t(row, "institution"), t(row, "status"), _day(row, "from"), _day(row, "to")
    )


def _institution(row: Row) -> Institution:
    return Institution(
        _text(row, "name"),
        _text(row, "licence"),
        _several(row, "scope"),
        _several(row, "regions"),
        _day(row, "from"),
        _day(row, "to"),
    )


def _payment(row: Row) -> Payment:
    t = _text
    return Payment(
        case=t(row, "case"),
        policy=t(row, "policy"),
        policyholder=t(row, "policyholder"),
        policyholder_id=t(row, "policyholder_id"),
        payer=t(row, "payer"),
        payer_account=t(row, "payer_account"),
        payee=t(row, "payee"),
        payee_account=t(row, "payee_account"),
        amount=_amount(row, "amount"),
        currency=t(row, "currency"),
        date=_day(row, "date"),
        method=t(row, "method"),
        serial=t(row, "serial"),
        status=t(row, "status"),
        direction=t(row, "direction") or "in",
    )


def _surrender(row: Row) -> Surrender:
    return Surrender(
        _text(row, "policy"),
        _text(row, "policyholder"),
        _text(row, "policyholder_id"),
        _amount(row, "premium"),
        _amount(row, "refund"),
        _day(row, "issued"),
        _day(row, "surrendered"),
        _text(row, "reason"),
        _text(row, "payee"),
    )


def _listed(row: Row) -> Listed:
    t = _text
    if not t(row, "name"):
        raise _BadCell("name", "")
    if t(row, "last_change") and not is_day(t(row, "last_change")):
        raise _BadCell("last_change", t(row, "last_change"))
    return Listed(
        id=t(row, "id"),
        schema=t(row, "schema"),
        name=t(row, "name"),
        aliases=_several(row, "aliases"),
        birth_date=t(row, "birth_date"),
        countries=_several(row, "countries"),
        identifiers=_several(row, "identifiers"),
        dataset=t(row, "dataset"),
        last_change=t(row, "last_change"),
        sanctions=t(row, "sanctions"),
        phones=_several(row, "phones"),
    )


def _product(row: Row) -> Product:
    t = _text
    return Product(
        t(row, "name"),
        t(row, "code"),
        t(row, "filing_number"),
        t(row, "kind"),
        _whole(row, "risk_level"),
        _whole(row, "min_age"),
        _whole(row, "max_age"),
    )


def _contacted(row: Row) -> Contacted:
    return Contacted(_text(row, "phone"), _needed_day(row, "date"))


BUILDERS: Mapping[str, Callable[[Row], Any]] = {
    "sellers": _seller,
    "institutions": _institution,
    "payees": lambda row: Payee(_text(row, "name"), _text(row, "account")),
    "staff": lambda row: StaffMember(
        _text(row, "name"), _text(row, "role"), _text(row, "phone"), _text(row, "account")
    ),
    "payments": _payment,
    "surrenders": _surrender,
    "watchlist": _listed,
    "opt_out": _contacted,
    "contact_log": _contacted,
    "products": _product,
}

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sellers": ("number", "name", "institution", "status", "from", "to"),
    "institutions": ("name", "licence", "scope", "regions", "from", "to"),
    "payees": ("name", "account"),
    "staff": ("name", "role", "phone", "account"),
    "payments": (
        "case", "policy", "policyholder", "policyholder_id", "payer", "payer_account", "amount", "currency", "date",
        "method", "serial",
    ),
    "surrenders": (
        "policy", "policyholder", "policyholder_id", "premium", "refund", "issued", "surrendered", "reason", "payee",
    ),
    "watchlist": ("id", "schema", "name", "aliases", "birth_date", "countries", "identifiers", "dataset", "last_change"),
    "opt_out": ("phone", "date"),
    "contact_log": ("phone", "date"),
    "products": ("name", "code", "filing_number", "kind", "risk_level", "min_age", "max_age"),
}  # fmt: skip

OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "watchlist": ("addresses", "sanctions", "phones", "emails", "first_seen"),
    "payments": ("payee", "payee_account", "status", "direction"),
}
