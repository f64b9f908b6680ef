"""What did a whole batch come to? Small rows, one audit at a time: memory does not grow with the cases.

Rows of cases, findings, missing papers and unread files go to a spool on disk; in memory stay only counters by
check, branch and seller. `summary.json` and `summary.xlsx` are written from the spool, row by row.
Fields follow what supervisors ask for on site (specification 5.1).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from verifier.model import Audit, Finding, Outcome, Reason, Severity, SourceState, Verdict
from verifier.reports.audience import Audience, Shown, for_audience
from verifier.reports.facts import customer, declared, seller, stated
from verifier.reports.masking import masked_name
from verifier.reports.rows import Row, Spool, both_lines, finding_row, inputs_digest, risk, worst_checks
from verifier.reports.wording import Names
from verifier.reports.xlsx import write_xlsx
from verifier.review import (
    Review,
    counts,
    effective,
    unchecked,
    verdict,
)

SCHEMA = "verifier.summary/1"
SPOOLS = ("cases", "findings", "missing", "unreadable")


class BatchSummary:
    """Feed it each audit once, in the order of the cases; then write. Close it (or use `with`)."""

    def __init__(
        self,
        batch: Mapping[str, object] | None = None,
        audience: Audience = Audience.COMPLIANCE,
        references_missing: Sequence[str] = (),
        names: Names | None = None,
    ) -> None:
        self.batch = dict(batch or {})
        self.audience = audience
        self.references_missing = list(references_missing)
        self.names = names or Names()
        self.ratios: dict[str, object] = {}
        self.pack: dict[str, str] = {}
        self.software: dict[str, object] = {}
        self.as_of = ""
        self.rows = {name: Spool() for name in SPOOLS}
        self.verdicts: Counter[str] = Counter({verdict.value: 0 for verdict in Verdict})
        self.risks: Counter[str] = Counter()
        self.sources: Counter[str] = Counter({state.value: 0 for state in SourceState})
        self.cases = self.pages = 0
        self.checks: dict[str, Row] = {}
        self.branches: dict[str, Counter[str]] = {}
        self.sellers: dict[tuple[str, str], Counter[str]] = {}
        self._repeats: dict[str, Counter[tuple[str, str]]] = {}
        self._inputs = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for spool in self.rows.values():
            spool.close()

    @property
    def inputs_sha256(self) -> str:
        """One digest of all that went in: case names and the hashes of their files, in order."""
        return self._inputs.hexdigest()

    def add(self, audit: Audit, reviews: Iterable[Review] = ()) -> None:
        """One more case. Nothing of the audit is kept but its rows."""
        self.add_shown(for_audience(audit, self.audience, reviews))

    def add_shown(self, shown: Shown) -> None:
        """One more case, already as the audience of this summary sees it."""
        audit = shown.audit
        settled = effective(audit.findings, shown.reviews)
        judged = [one.judged for one in settled]
        self.pack, self.software = dict(audit.pack), dict(audit.software)
        self.as_of = audit.as_of.isoformat()
        self._count_sources(audit)
        row = self._case_row(audit, judged)
        self.rows["cases"].append(row)
        self._count_case(row, judged)
        self._count_checks(judged, (row["seller"], row["seller_number"]))
        for one in settled:
            if one.finding.outcome in (Outcome.FAIL, Outcome.REVIEW) or one.review:
                self.rows["findings"].append(finding_row(audit, one, row))
        self._missing_rows(audit, judged)

    def _count_sources(self, audit: Audit) -> None:
        self.cases += 1
        self._inputs.update(audit.case.encode("utf-8", "surrogatepass") + b"\0" + inputs_digest(audit).encode() + b"\n")
        for source in audit.sources:
            self.sources[source.state.value] += 1
            self.pages += source.pages or 0
            if source.state is not SourceState.READ:
                self.rows["unreadable"].append(
                    {
                        "case": audit.case,
                        "file": source.file,
                        "state": source.state.value,
                        "code": source.code or "",
                        "message": both_lines(source.message),
                        "hint": both_lines(source.hint),
                        "sha256": source.sha256,
                    }
                )

    def _case_row(self, audit: Audit, judged: Sequence[Finding]) -> Row:
        name, number = seller(audit)
        product = stated(audit, "F01.product.name", "A01.product.name")
        premium = stated(audit, "F01.premium_total", "F01.premium", "A01.premium")
        applied = stated(audit, "F01.signed_date")
        failed = [finding for finding in judged if finding.outcome is Outcome.FAIL]
        return {
            "case": audit.case,
            "verdict": verdict(judged).value,
            "counts": counts(judged),
            "unchecked": list(unchecked(judged)),
            "worst": worst_checks(judged),
            "customer": masked_name(customer(audit)),
            "product": product.value if product else declared(audit.declared, "product.name"),
            "channel": declared(audit.declared, "channel"),
            "premium": premium.value if premium else declared(audit.declared, "premium.due"),
            "branch": declared(audit.declared, "branch") or str(self.batch.get("branch", "") or ""),
            "seller": name,
            "seller_number": number,
            "date": applied.value if applied else declared(audit.declared, "dates.application"),
            "risk": risk(judged),
            **{
                level.value: sum(finding.severity is level for finding in failed)
                for level in (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
            },
            "documents": len(audit.documents),
            "pages": sum(source.pages or 0 for source in audit.sources),
            "unread": sum(source.state is not SourceState.READ for source in audit.sources),
            "inputs": inputs_digest(audit),
        }

    def _count_case(self, row: Row, judged: Sequence[Finding]) -> None:
        self.verdicts[row["verdict"]] += 1
        self.risks[row["risk"]] += 1
        for group in (
            self.branches.setdefault(row["branch"], Counter()),
            self.sellers.setdefault((row["seller"], row["seller_number"]), Counter()),
        ):
            group.update({"cases": 1, row["verdict"]: 1, "findings": row["counts"]["fail"]})
            group.update({level: row[level] for level in ("critical", "major", "minor")})
            group.update({"review": row["counts"]["review"]})

    def _count_checks(self, judged: Sequence[Finding], who: tuple[str, str]) -> None:
        for finding in judged:
            kept = self.checks.setdefault(
                finding.check,
                {
                    "check": finding.check,
                    **{outcome.value: 0 for outcome in Outcome},
                    "unchecked": 0,
                    "title": both_lines(finding.title),
                    "stage": finding.stage,
                    "severity": finding.severity.value,
                },
            )
            kept[finding.outcome.value] += 1
            kept["unchecked"] += finding.reason is Reason.REFERENCE_MISSING
            if finding.outcome is Outcome.FAIL:
                self._repeats.setdefault(finding.check, Counter())[who] += 1

    def _missing_rows(self, audit: Audit, judged: Sequence[Finding]) -> None:
        """Papers that a finding misses: items that name the code of a paper that is not there."""
        here = {document.id for document in audit.documents}
        told: set[str] = set()
        for finding in judged:
            for item in finding.items:
                code = item.document
                open_item = item.outcome in (Outcome.FAIL, Outcome.REVIEW) and not item.evidence
                if code and open_item and code not in here and code not in told:
                    told.add(code)
                    self.rows["missing"].append(
                        {
                            "case": audit.case,
                            "paper": code,
                            "paper_name": both_lines(self.names.document(code)),
                            "check": finding.check,
                            "outcome": item.outcome.value,
                            "detail": both_lines(item.detail),
                        }
                    )

    def repeat_rate(self, check: str) -> float:
        """Of the cases that fail this check, the share whose seller fails it in another case too."""
        failures = {who: number for who, number in self._repeats.get(check, Counter()).items() if any(who)}
        total = sum(self._repeats.get(check, Counter()).values())
        return sum(number for number in failures.values() if number > 1) / total if total else 0.0

    def head(self) -> Row:
        """Everything of summary.json but the cases."""
        return {
            "schema": SCHEMA,
            "batch": self.batch,
            "pack": self.pack,
            "as_of": self.as_of,
            "software": self.software,
            "audience": self.audience.value,
            "totals": {
                "cases": self.cases,
                "verdicts": dict(self.verdicts),
                "risk": dict(self.risks),
                "pages": self.pages,
                "sources": dict(self.sources),
            },
            "checks": [
                {key: row[key] for key in ("check", "pass", "fail", "review", "not_applicable", "unchecked")}
                for row in self.checks.values()
            ],
            "references_missing": self.references_missing,
            "ratios": {**self._recording_ratio(), **self.ratios},
            "inputs_sha256": self.inputs_sha256,
        }

    def _recording_ratio(self) -> Row:
        """REC-04: share of the cases that had to be recorded whose recording was checked (可回溯办法 art 10)."""
        row = self.checks.get("REC-04")
        if row is None or not (needed := row["pass"] + row["fail"] + row["review"]):
            return {}
        return {"REC-04": {"checked": row["pass"], "of": needed, "ratio": round(row["pass"] / needed, 4)}}

    def write(self, folder: Path) -> list[Path]:
        """summary.json and summary.xlsx."""
        folder.mkdir(parents=True, exist_ok=True)
        self.write_json(folder / "summary.json")
        self.write_xlsx(folder / "summary.xlsx")
        return [folder / "summary.json", folder / "summary.xlsx"]

    def write_xlsx(self, path: Path) -> None:
        write_xlsx(self, path)

    def write_json(self, path: Path) -> None:
        """summary.json, streamed from the spool."""
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            head = json.dumps(self.head(), ensure_ascii=False, indent=1, default=str)
            out.write(head.removesuffix("\n}") + ',\n "cases": [')
            for number, row in enumerate(self.rows["cases"]):
                out.write((",\n  " if number else "\n  ") + json.dumps(_public(row), ensure_ascii=False, default=str))
            out.write("\n ]\n}\n")


def summary_json(summary: BatchSummary) -> Row:
    """summary.json as one value, for batches that fit in memory."""
    return {**summary.head(), "cases": [_public(row) for row in summary.rows["cases"]]}


def _public(row: Row) -> Row:
    return {key: row[key] for key in ("case", "verdict", "counts", "unchecked", "worst")}
