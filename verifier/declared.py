"""What does the policy system declare about a case, and which of it cannot be used?

case.yaml and the rows of cases.csv become one mapping of dotted keys. A key that does not exist or a
value outside its list is left out and named, with what was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rapidfuzz import process

from verifier.model import InputProblem, Text

CHOICES: Mapping[str, tuple[str, ...]] = {
    "channel": ("agent", "bank", "broker", "online", "phone", "direct"),
    "line": ("personal", "property", "group"),
    "product.kind": (
        "participating", "universal", "unit_linked", "ordinary_life", "annuity", "health", "medical", "accident",
        "property",
    ),
    "premium.mode": ("single", "annual", "half_yearly", "quarterly", "monthly"),
}  # fmt: skip
BOOLEANS = ("face_to_face", "product.death_benefit", "product.cash_value")
PERSON = (
    "name", "id_number", "id_type", "sex", "birth_date", "nationality", "phone", "email", "address", "occupation",
    "income", "relation",
)  # fmt: skip
KEYS: frozenset[str] = frozenset(
    {
        "case", "institution", "branch", "jurisdiction", "payments", "sum_insured", "policy_no", "application_no",
        "household_income", "budget",
        *CHOICES, *BOOLEANS,
        *(f"product.{part}" for part in ("name", "code", "term_years", "risk_level", "filing_number")),
        *(f"premium.{part}" for part in ("due", "currency", "pay_years")),
        *(f"{role}.{part}" for role in ("policyholder", "insured", "payer") for part in PERSON),
        *(f"seller.{part}" for part in ("name", "number", "institution", "licence", "phone", "grade")),
        *(f"dates.{part}" for part in (
            "application", "policy_issue", "effective", "delivery", "callback", "payment", "needs", "surrender", "claim",
            "contract_end",
        )),
        "archive.keep_until",
    }
)  # fmt: skip
TRUE, FALSE = ("true", "yes", "1", "是"), ("false", "no", "0", "否")


def declared_facts(raw: Mapping[str, Any], file: str) -> tuple[dict[str, object], tuple[InputProblem, ...]]:
    """The usable facts by dotted key, and a problem for each that is not. Empty cells are not declared."""
    facts: dict[str, object] = {}
    problems: list[InputProblem] = []
    for key, value in _flat(raw):
        if value is None or value == "":
            continue
        if key not in KEYS:
            problems.append(_unknown_key(key, file))
            continue
        usable = _value(key, value)
        if usable is None:
            problems.append(_bad_value(key, value, file))
        else:
            facts[key] = usable
    return facts, tuple(problems)


def _flat(raw: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in raw.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        else:
            yield name, value


def _value(key: str, value: Any) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if key in BOOLEANS:
        text = str(value).strip().lower()
        return True if text in TRUE else False if text in FALSE else None
    if key in CHOICES:
        text = str(value).strip()
        return text if text in CHOICES[key] else None
    if key == "payments":
        return value if isinstance(value, list) and all(isinstance(row, Mapping) for row in value) else None
    return str(value).strip()


def _unknown_key(key: str, file: str) -> InputProblem:
    close = process.extractOne(key, sorted(KEYS), score_cutoff=60)
    meant = close[0] if close else ""
    return InputProblem(
        file,
        "unknown_key",
        Text(
            f"{file} 中没有“{key}”这一项" + (f"，是否应为“{meant}”？" if meant else ""),
            f"{file} has the key {key!r}, which does not exist" + (f"; was {meant!r} meant?" if meant else ""),
        ),
        Text("该项未被采用；请改正后重新审核", "It was left out; correct it and audit again"),
    )


def _bad_value(key: str, value: Any, file: str) -> InputProblem:
    allowed = "、".join(CHOICES.get(key, ("true", "false")))
    shown = str(value)[:40]
    return InputProblem(
        file,
        "bad_value",
        Text(f"{file} 中“{key}”的值“{shown}”不可用", f"{file}: {shown!r} is no value for {key}"),
        Text(f"可用的值：{allowed}", f"Possible values: {allowed}"),
    )
