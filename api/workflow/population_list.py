"""Which policies does a list of sold business name? Rows to policies, bad rows named by their number.

Any order of columns, Chinese or English headings, which a title may stand above. Read as a stream: a list of a million
rows needs no more memory than its policy numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from api.errors import invalid
from api.workflow.list_files import Row
from verifier.declared import CHOICES
from verifier.model import Text
from verifier.values.dates import read_date
from verifier.values.money import read_amount

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "policy_no": ("保单号", "保单号码", "保险单号", "保险单号码", "保险合同号", "合同号", "保险合同号码"),
    "application_no": ("投保单号", "投保单号码", "投保书号"),
    "case": ("案件", "案件编号", "案件号"),
    "branch": ("机构", "分公司", "分支机构", "出单机构", "所属机构"),
    "channel": ("渠道", "销售渠道"),
    "product": ("产品", "产品名称", "险种", "险种名称", "主险名称"),
    "product_kind": ("产品类型", "险种类型", "产品类别"),
    "seller_number": ("业务员编号", "业务员工号", "工号", "销售人员编号", "代理人编号"),
    "premium": ("保费", "保险费", "首期保费", "期交保费"),
    "sale_date": ("销售日期", "投保日期", "承保日期", "签单日期", "业务日期"),
}
LENGTHS = {"policy_no": 100, "application_no": 100, "case": 200, "branch": 200, "product": 200, "seller_number": 100}
CHANNELS = {
    "个险": "agent", "个人代理": "agent", "代理人": "agent", "个人代理人": "agent", "银保": "bank", "银行": "bank",
    "银行代理": "bank", "经纪": "broker", "经代": "broker", "互联网": "online", "网销": "online", "线上": "online",
    "电销": "phone", "电话": "phone", "直销": "direct",
}  # fmt: skip
KINDS = {
    "分红": "participating", "分红型": "participating", "万能": "universal", "万能型": "universal", "投连": "unit_linked",
    "投连型": "unit_linked", "投资连结": "unit_linked", "普通": "ordinary_life", "普通型": "ordinary_life",
    "普通寿险": "ordinary_life", "普通型寿险": "ordinary_life", "年金": "annuity", "年金险": "annuity",
    "健康": "health", "健康险": "health", "医疗": "medical", "医疗险": "medical", "意外": "accident", "意外险": "accident",
    "财产": "property", "财产险": "property",
}  # fmt: skip
HEADING_WITHIN = 10  # rows: a title and notes may stand above it
ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)  # a long number that a spreadsheet did not keep
KEPT_PROBLEMS = 1000  # of a list that is wrong from the first row to the last, the first ones tell enough


@dataclass(frozen=True, slots=True)
class Sold:
    """One policy as the list states it. `row` counts the heading as row 1."""

    row: int
    policy_no: str
    application_no: str
    case: str
    branch: str
    channel: str
    product: str
    product_kind: str
    seller_number: str
    premium: str
    sale_date: date | None


@dataclass(frozen=True, slots=True)
class BadRow:
    row: int
    code: str
    message: Text

    def told(self) -> dict[str, object]:
        return {"row": self.row, "code": self.code, "message": {"zh": self.message.zh, "en": self.message.en}}


def policies(rows: Iterator[Row], start: date, end: date) -> Iterator[Sold | BadRow]:
    """Every row below the heading as a policy, or why it is none. ServiceError when no heading has a policy number."""
    heading, columns = _heading(rows)
    seen: set[str] = set()
    for number, cells in enumerate(rows, heading + 1):
        if cells is None:
            yield _bad(number, "row_unreadable", "无法解析", "cannot be parsed")
        elif any(cell.strip() for cell in cells):
            yield _row(number, cells, columns, seen, start, end)


def _heading(rows: Iterator[Row]) -> tuple[int, dict[str, int]]:
    """The number of the row that names the columns, and where each of them stands. Other headings are passed over."""
    known = {alias: name for name, aliases in COLUMNS.items() for alias in (name, *aliases)}
    for number, cells in enumerate(islice(rows, HEADING_WITHIN), 1):
        found: dict[str, int] = {}
        for place, cell in enumerate(cells or ()):
            name = known.get("".join(cell.split()).strip('"').lower())
            if name and name not in found:
                found[name] = place
        if "policy_no" in found:
            return number, found
    raise invalid(
        "population_columns",
        Text("清单的表头没有“保单号”一列", "The heading of the list has no column policy_no"),
        Text(f"表头应为：{','.join(COLUMNS)}（亦可用中文列名）", f"The heading is: {','.join(COLUMNS)}"),
    )


def _row(
    number: int, cells: Sequence[str], columns: Mapping[str, int], seen: set[str], start: date, end: date
) -> Sold | BadRow:
    said = {name: " ".join(cells[place].split()) if place < len(cells) else "" for name, place in columns.items()}
    policy = said.get("policy_no", "")
    if not policy:
        return _bad(number, "policy_missing", "没有保单号", "has no policy number")
    for name, longest in LENGTHS.items():
        if len(said.get(name, "")) > longest:
            return _bad(number, "too_long", f"“{COLUMNS[name][0]}”过长", f"{name} is too long")
    if ROUNDED.fullmatch(policy):
        return _bad(
            number,
            "policy_rounded",
            "保单号被表格软件改成了科学计数，请设为文本格式",
            "has a policy number that a spreadsheet rounded",
        )
    if policy in seen:
        return _bad(number, "policy_twice", "保单号重复", "repeats a policy number")
    day = read_date(said["sale_date"]) if said.get("sale_date") else None
    if said.get("sale_date") and day is None:
        return _bad(number, "bad_date", "的销售日期不是日期", "sale_date is no date")
    if day and not start <= day <= end:
        return _bad(number, "outside_period", f"销售日期 {day} 不在期间内", f"was sold on {day}, outside the period")
    amount = read_amount(said["premium"]) if said.get("premium") else None
    if said.get("premium") and amount is None:
        return _bad(number, "bad_amount", "的保费不是金额", "premium is no amount")
    for name, read in (("channel", _channel), ("product_kind", _kind)):
        if said.get(name) and not read(said[name]):
            return _bad(
                number, f"bad_{name}", f"的{COLUMNS[name][0]}不在可用的值之内", f"{name} is none of the known values"
            )
    seen.add(policy)
    return Sold(
        number,
        policy,
        said.get("application_no", ""),
        said.get("case", ""),
        said.get("branch", ""),
        _channel(said.get("channel", "")),
        said.get("product", ""),
        _kind(said.get("product_kind", "")),
        said.get("seller_number", ""),
        _plain(amount),
        day,
    )


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def accepted(key: str) -> Text:
    """The values that a column takes, as a page tells them: Chinese words, or codes. `key`: channel, product.kind."""
    words = CHANNELS if key == "channel" else KINDS
    return Text("、".join(words), ", ".join(CHOICES[key]))


def _choice(key: str, words: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        return text.lower() if text.lower() in CHOICES[key] else words.get(text, "")

    return read


_channel = _choice("channel", CHANNELS)
_kind = _choice("product.kind", KINDS)


def _bad(number: int, code: str, zh: str, en: str) -> BadRow:
    return BadRow(number, code, Text(f"第 {number} 行{zh}，未采用", f"Row {number} {en}; it was left out"))
