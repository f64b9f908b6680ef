"""Which reference lists come with a generated batch? Contract section 3, written as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from samples.draw import BANK, BROKER, products_of
from samples.facts import CaseFacts
from samples.people import REGIONS, Company

LIFE_SCOPE = "人身保险;人寿保险;年金保险;健康保险;意外伤害保险"
GENERAL_SCOPE = "财产保险;家庭财产保险;企业财产保险"
COLUMNS = {
    "sellers": "number,name,institution,status,from,to",
    "institutions": "name,licence,scope,regions,from,to",
    "payees": "name,account",
    "staff": "name,role,phone,account",
    "payments": "case,policy,policyholder,policyholder_id,payer,payer_account,amount,currency,date,method,serial",
    "surrenders": "policy,policyholder,policyholder_id,premium,refund,issued,surrendered,reason,payee",
    "watchlist": "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,dataset,"
    "first_seen,last_seen,last_change",
    "opt_out": "phone,date",
    "contact_log": "phone,date",
    "products": "name,code,filing_number,kind,risk_level,min_age,max_age",
}
Row = Sequence[object]


def _sellers(cases: Iterable[CaseFacts], unregistered: set[str]) -> list[Row]:
    found = [facts.seller for facts in cases if facts.seller and facts.case not in unregistered]
    return [(s.number, s.person.name, s.institution, s.status, s.registered_from, s.registered_to) for s in found]


def _institutions(companies: Iterable[tuple[Company, bool]]) -> list[Row]:
    provinces = ";".join(region.province for region in REGIONS)
    rows: list[Row] = []
    for company, general in companies:
        scope = GENERAL_SCOPE if general else LIFE_SCOPE
        rows.append((company.name, company.licence, scope, "全国", "2005-01-01", ""))
        for n, region in enumerate(REGIONS):
            branch = region.province.removesuffix("市").removesuffix("省") + "分公司"
            rows.append((company.name + branch, f"{company.licence}{n:02d}", scope, region.province, "2008-01-01", ""))
    rows.append((BANK, "B0021H231000001", f"{LIFE_SCOPE};{GENERAL_SCOPE}", provinces, "2015-01-01", ""))
    rows.append((BROKER, "260125000000800", f"{LIFE_SCOPE};{GENERAL_SCOPE}", "全国", "2016-01-01", ""))
    return rows


def _staff(cases: Iterable[CaseFacts]) -> list[Row]:
    rows: list[Row] = []
    for facts in cases:
        if facts.seller:
            rows.append((facts.seller.person.name, "seller", facts.seller.person.phone, seller_account(facts)))
    return rows


def seller_account(facts: CaseFacts) -> str:
    """The seller's own bank account, known from the payroll."""
    assert facts.seller is not None
    return "6228480" + facts.seller.number + "00"


def _history(cases: Iterable[CaseFacts]) -> list[Row]:
    """Payments of earlier years that have nothing to do with this batch."""
    rows: list[Row] = []
    for n, facts in enumerate(cases):
        if n % 3 == 0:
            day = facts.days["payment"] - timedelta(days=400 + n)
            rows.append(
                (
                    f"H-{n:04d}",
                    f"77{n:014d}",
                    "虚构客户" + "甲乙丙丁"[n % 4],
                    "",
                    "虚构客户" + "甲乙丙丁"[n % 4],
                    f"62170000{n:011d}",
                    "5200.00",
                    "CNY",
                    day,
                    "transfer",
                    f"H{day:%Y%m%d}{n:08d}",
                )
            )
    return rows


WATCHLIST: tuple[Row, ...] = (
    (
        "NK-fict-0001",
        "Person",
        "虚构之·制裁人",
        "Fictional Listed Person;虚构制裁人",
        "1961-02-03",
        "zz",
        "",
        "999999196102030011",
        "fictional list",
        "",
        "",
        "fictional",
        "2024-01-01T00:00:00",
        "2026-11-20T00:00:00",
        "2026-11-20T00:00:00",
    ),
    (
        "NK-fict-0002",
        "Person",
        "Imaginary Trader",
        "I. Trader",
        "1970",
        "zz",
        "",
        "",
        "fictional list",
        "",
        "",
        "fictional",
        "2024-01-01T00:00:00",
        "2026-11-20T00:00:00",
        "2026-11-20T00:00:00",
    ),
)


def rows_for(
    cases: Sequence[CaseFacts],
    companies: Sequence[tuple[Company, bool]],
    extra: dict[str, list[Row]],
    unregistered: set[str],
) -> dict[str, list[Row]]:
    """The rows of every list; `extra` are what planted defects add, keyed by list; the sellers of the
    `unregistered` cases are left out."""
    payees: list[Row] = [(company.name, company.account) for company, _ in companies]
    payees.append((BROKER, "31050199360000007777"))
    products: list[Row] = [
        (p.name, p.code, p.filing, p.kind, p.risk_level, 0, 75)
        for company, general in companies
        for p in products_of(company, general)
    ]
    found: dict[str, list[Row]] = {
        "sellers": _sellers(cases, unregistered),
        "institutions": _institutions(companies),
        "payees": payees,
        "staff": _staff(cases),
        "payments": _history(cases),
        "surrenders": [],
        "watchlist": list(WATCHLIST),
        "opt_out": [("13800000001", "2025-05-05")],
        "contact_log": [("13900000002", "2025-06-06")],
        "products": products,
    }
    for name, more in extra.items():
        found[name] = found[name] + more
    return found


def write(folder: Path, lists: dict[str, list[Row]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in lists.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(COLUMNS[name].split(","))
            writer.writerows(rows)
