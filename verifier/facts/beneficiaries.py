"""Who is to receive the death benefit?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from verifier.case import Case, Fact
from verifier.facts.registry import derived, resting_on, unknown
from verifier.model import Document, Field, FieldState
from verifier.values.names import compare_names
from verifier.values.script import squeeze

ROW = re.compile(r"^beneficiaries\[(\d+)\]\.(\w+)$")
BY_LAW = "法定"
PAPERS = ("F06", "F01", "A01")


def beneficiary_rows(paper: Document) -> dict[int, Mapping[str, Field]]:
    """The printed rows in which something was written, by number."""
    rows: dict[int, dict[str, Field]] = {}
    for name, field in paper.fields.items():
        match = ROW.match(name)
        if match:
            rows.setdefault(int(match[1]), {})[match[2]] = field
    return {
        number: row
        for number, row in sorted(rows.items())
        if any(field.state is not FieldState.EMPTY for field in row.values())
    }


def by_law(paper: Document) -> Field | None:
    """The field that leaves the beneficiary to the law (法定): the designation, or a row's name."""
    designation = paper.fields.get("beneficiary_designation")
    rows = beneficiary_rows(paper).values()
    candidates = [designation, *(row.get("name") for row in rows)]
    return next((one for one in candidates if one is not None and BY_LAW in squeeze(one.value)), None)


def named_rows(paper: Document) -> dict[int, Mapping[str, Field]]:
    """The rows that name somebody."""
    return {
        number: row
        for number, row in beneficiary_rows(paper).items()
        if "name" not in row or BY_LAW not in squeeze(row["name"].value)
    }


@derived("beneficiary.named")
def beneficiary_named(case: Case) -> Fact:
    """Whether somebody else than the insured is designated by name (保险法 art. 39)."""
    for code in PAPERS:
        for paper in reversed(case.documents_of(code)):
            rows = named_rows(paper)
            if rows:
                return _somebody_else(case, rows)
            left = by_law(paper)
            if left is not None:
                return Fact("beneficiary.named", "false", (left.evidence,), left.confidence, paper.id)
            if code == "F01":
                return Fact("beneficiary.named", "false", (), 1.0, paper.id)
    raise unknown("beneficiary.named", "是否指定受益人", "designation of a beneficiary")


def _somebody_else(case: Case, rows: Mapping[int, Mapping[str, Field]]) -> Fact:
    insured = case.maybe("insured.name")
    for row in rows.values():
        name, relation = row.get("name"), row.get("relation")
        himself = relation is not None and relation.value in ("本人", "被保险人本人")
        if name is not None and insured is not None and compare_names(name.value, insured.value).agrees:
            himself = True
        if not himself and name is not None:
            stated = Fact("name", name.value, (name.evidence,), name.confidence)
            return resting_on("beneficiary.named", True, stated)
    return resting_on("beneficiary.named", False, *([insured] if insured else []))
