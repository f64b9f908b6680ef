"""What does anti-money-laundering staff take from a batch? Only for the audience `aml`, as CSV and JSON.

Specification 5.4: the elements of a large-cash report and of a suspicious-transaction report, as far as the papers
hold them, for the forms of the reporting system; and 5.2: the customer list with its nine items, the ledger, the
screening log and the index of papers on enhanced measures. An element that the papers do not hold is empty, never
filled in. A proposal for a report is none: staff decide, in writing.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from verifier.case import Case
from verifier.model import Audit, FieldState, Finding, Item, Outcome, Payment
from verifier.values.money import canonical_amount

Row = dict[str, str]

LARGE_CASH = ("AML-03",)
SUSPICIOUS = ("AML-04", "AML-12", "SURR-03")
SCREENING = ("AML-07",)
ENHANCED = ("AML-08", "AML-09")
NINE = ("name", "sex", "nationality", "occupation", "address", "phone", "id_type", "id_number", "id_valid_to")

CUSTOMER = ("case", "role", *NINE, "evidence")
MONEY = ("case", "policy", "policyholder", "policyholder_id", "direction", "date", "currency", "amount", "method",
         "payer", "payer_account", "payee", "payee_account", "serial", "status", "evidence")  # fmt: skip
PARTY = ("customer_name", "customer_type", "id_type", "id_number", "nationality", "occupation", "phone", "address")
POLICY = ("institution", "branch", "policy_no", "product", "premium", "pay_mode", "insured", "beneficiaries")
REPORTED = ("case", "check", "outcome", *POLICY, *PARTY)
TABLES: Mapping[str, tuple[str, ...]] = {
    "large_cash": (*REPORTED, "transactions", "sum_and_threshold", "agent_name", "agent_id", "filed_date"),
    "suspicious": (*REPORTED, "effective_date", "transactions", "trigger", "analysis", "related_cases", "measures"),
    "customers": CUSTOMER,
    "ledger": MONEY,
    "screening_log": ("case", "outcome", "reason", "lists", "entries", "least_score", "detail"),
    "enhanced_diligence": ("case", "check", "outcome", "paper", "file", "page", "detail"),
}


class AmlExport:
    """One CSV and one JSON for each table, written case by case, so that memory does not grow with the batch."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._tables = {name: _Table(folder, name, columns) for name, columns in TABLES.items()}

    def __enter__(self) -> AmlExport:
        return self

    def __exit__(self, *_: object) -> None:
        for table in self._tables.values():
            table.close()

    def add(self, case: Case, audit: Audit) -> None:
        by_check = {finding.check: finding for finding in audit.findings}
        common = _common(case, audit)
        for check in LARGE_CASH:
            if check in by_check and _reaches(by_check[check]):
                self._tables["large_cash"].add(common | _large_cash(case, by_check[check]))
        for check in SUSPICIOUS:
            if check in by_check and by_check[check].outcome in (Outcome.FAIL, Outcome.REVIEW):
                self._tables["suspicious"].add(common | _suspicious(case, by_check[check]))
        self._tables["customers"].add(
            *(_customer(case, role) for role in ("policyholder", "insured") if _has(case, role))
        )
        self._tables["ledger"].add(*map(_payment, case.payments))
        for check in SCREENING:
            self._tables["screening_log"].add(*_screening(case, by_check.get(check)))
        for check in ENHANCED:
            self._tables["enhanced_diligence"].add(*_enhanced(case, by_check.get(check)))


class _Table:
    """CSV in UTF-8 with a mark, so that spreadsheets read the Chinese; JSON with the same rows."""

    def __init__(self, folder: Path, name: str, columns: tuple[str, ...]) -> None:
        self._columns, self._any = columns, False
        self._csv_file = (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.DictWriter(self._csv_file, columns)
        self._csv.writeheader()
        self._json = (folder / f"{name}.json").open("w", encoding="utf-8")
        self._json.write(f'{{"schema": "verifier.aml.{name}/1", "rows": [')

    def add(self, *rows: Row) -> None:
        for row in rows:
            cells = {column: row.get(column, "") for column in self._columns}
            self._csv.writerow({column: no_formula(value) for column, value in cells.items()})
            self._json.write((",\n" if self._any else "\n") + json.dumps(cells, ensure_ascii=False))
            self._any = True

    def close(self) -> None:
        self._json.write("\n]}\n")
        self._json.close()
        self._csv_file.close()


def no_formula(value: str) -> str:
    """What a spreadsheet would take for a formula begins with a quote."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


# --- elements -------------------------------------------------------------------------------------


def _known(case: Case, *names: str) -> str:
    for name in names:
        fact = case.maybe(name)
        if fact is not None and fact.value:
            return fact.value
    return ""


def _has(case: Case, role: str) -> bool:
    return case.maybe(f"{role}.name") is not None


def _common(case: Case, audit: Audit) -> Row:
    organisation = case.maybe("policyholder.is_organisation")
    kind = "单位 organisation" if organisation is not None and organisation.is_true else "个人 person"
    return {
        "case": audit.case,
        "institution": _known(case, "institution"),
        "branch": _known(case, "branch"),
        "policy_no": _known(case, "A01.policy_no", "A02.policy_no"),
        "product": _known(case, "product.name", "F01.product.name", "A01.product.name"),
        "premium": _known(case, "premium.due", "F01.premium_total"),
        "pay_mode": _known(case, "premium.mode", "F01.pay_mode", "A01.pay_mode"),
        "insured": _known(case, "insured.name"),
        "beneficiaries": ";".join(_beneficiaries(case)),
        "effective_date": _known(case, "A01.effective_date"),
        "customer_name": _known(case, "policyholder.name"),
        "customer_type": kind,
        **{key: _known(case, f"policyholder.{key}", f"F01.policyholder.{key}") for key in PARTY[2:]},
    }


def _beneficiaries(case: Case) -> list[str]:
    return [
        found.value
        for form in case.documents_of("F01", "F06")
        for key, found in form.fields.items()
        if key.startswith("beneficiaries[") and key.endswith("].name") and found.state is FieldState.READ
    ]


def _customer(case: Case, role: str) -> Row:
    """The nine items and the papers that state them."""
    facts = {key: case.maybe(f"{role}.{key}") or case.maybe(f"F01.{role}.{key}") for key in NINE}
    places = dict.fromkeys(
        f"{place.file}#{place.page}" for fact in facts.values() if fact is not None for place in fact.evidence
    )
    values = {key: fact.value if fact is not None else "" for key, fact in facts.items()}
    return {"case": case.id, "role": role, **values, "evidence": ";".join(places)}


def _payment(one: Payment) -> Row:
    return {
        **{key: str(getattr(one, key) or "") for key in MONEY if key not in ("amount", "date", "evidence")},
        "amount": "" if one.amount is None else canonical_amount(one.amount),
        "date": one.date.isoformat() if one.date else "",
        "evidence": ";".join(dict.fromkeys(f"{place.file}#{place.page}" for place in one.evidence)),
    }


def _reaches(finding: Finding) -> bool:
    """A day on which a report was due: filed or not, late or still running."""
    if finding.outcome in (Outcome.FAIL, Outcome.REVIEW):
        return True
    return any("达到大额报告标准" in item.detail.zh for item in finding.items)


def _large_cash(case: Case, finding: Finding) -> Row:
    cash = [one for one in case.payments if one.method == "cash"]
    return {
        "check": finding.check,
        "outcome": finding.outcome.value,
        "transactions": _transactions(cash),
        "sum_and_threshold": finding.detail.zh or "；".join(item.detail.zh for item in finding.items),
        "agent_name": _known(case, "D-203.agent.name"),
        "agent_id": _known(case, "D-203.agent.id_number"),
        "filed_date": _known(case, "P07.filed_date", "P07.decision_date"),
    }


def _suspicious(case: Case, finding: Finding) -> Row:
    others = {place.case for item in finding.items for place in item.evidence if place.case}
    return {
        "check": finding.check,
        "outcome": finding.outcome.value,
        "transactions": _transactions(case.payments),
        "trigger": finding.title.zh,
        "analysis": "\n".join(dict.fromkeys([finding.detail.zh, *(item.detail.zh for item in finding.items)])),
        "related_cases": ";".join(sorted(others)),
        "measures": finding.remedy.zh,
    }


def _transactions(payments: Iterable[Payment]) -> str:
    """One line a payment: day, amount, currency, method, direction, payer and payee with their accounts, number."""
    lines = []
    for one in payments:
        row = _payment(one)
        who = f"{one.payer} {one.payer_account} -> {one.payee} {one.payee_account}"
        lines.append(" | ".join((row["date"], row["amount"], one.currency, one.method, one.direction, who, one.serial)))
    return "\n".join(lines)


def _screening(case: Case, finding: Finding | None) -> list[Row]:
    """Who was looked up in which edition of which lists, one line each."""
    if finding is None:
        return []
    lists = "; ".join(
        f"{key.removeprefix('list ')}: {value}" for key, value in finding.parameters.items() if key.startswith("list ")
    )
    common = {"case": case.id, "lists": lists, "entries": finding.parameters.get("entries", ""),
              "least_score": finding.parameters.get("least_score", "")}  # fmt: skip
    told: Sequence[Item | Finding] = finding.items or (finding,)
    return [
        {
            **common,
            "outcome": one.outcome.value,
            "reason": one.reason.value if one.reason else "",
            "detail": one.detail.zh,
        }
        for one in told
    ]


def _enhanced(case: Case, finding: Finding | None) -> list[Row]:
    """Where enhanced measures were due, and the papers on them."""
    if finding is None or finding.outcome is Outcome.NOT_APPLICABLE:
        return []
    common = {"case": case.id, "check": finding.check, "outcome": finding.outcome.value, "detail": finding.detail.zh}
    papers = [(paper.type, page) for paper in case.documents_of("P06") for page in paper.pages]
    if not papers:
        return [common] if finding.outcome is not Outcome.PASS else []
    return [{**common, "paper": code, "file": page.file, "page": str(page.page)} for code, page in papers]
