"""The risk test was not repeated until it fitted.

Passes when the tests in the file stay within the number allowed for a day and for twelve months and give the
same level. Fails when there are more. Review when the level differs from the test before, for a renewed
confirmation is then needed. Not applicable when the file holds fewer than two tests.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, failed, not_applicable, passed, review
from verifier.context import Context
from verifier.model import Compared, Document, Evidence, FieldState, Reason, Text
from verifier.values.dates import add_months
from verifier.values.levels import level_number


class Params(CheckParams):
    document: str = "D-302"


def check(case: Case, params: Params, context: Context) -> Result:
    tests = sorted(
        ((day, paper) for paper in case.documents_of(params.document, superseded=True) if (day := _day(paper))),
        key=lambda test: test[0],
    )
    if len(tests) < 2:
        return not_applicable("未提供历次测评记录", "No history of tests was supplied")
    a_day = int(context.parameters.number("risk_test.max_per_day"))
    a_year = int(context.parameters.number("risk_test.max_per_12_months"))
    evidence = [_place(paper) for _, paper in tests]
    compared = [Compared(Text("测评", "test"), f"{day} {_level(paper)}", _place(paper)) for day, paper in tests]
    used = {"max_per_day": str(a_day), "max_per_12_months": str(a_year)}
    busiest, times = Counter(day for day, _ in tests).most_common(1)[0]
    if times > a_day:
        zh, en = f"{busiest} 当日测评 {times} 次，超过 {a_day} 次", f"{times} tests on {busiest}, more than {a_day}"
        return failed(zh, en, evidence=evidence, compared=compared, parameters=used)
    for start, _ in tests:
        count = sum(start <= day < add_months(start, 12) for day, _ in tests)
        if count > a_year:
            zh = f"自 {start} 起十二个月内测评 {count} 次，超过 {a_year} 次"
            en = f"{count} tests in the twelve months from {start}, more than {a_year}"
            return failed(zh, en, evidence=evidence, compared=compared, parameters=used)
    before, last = level_number(_level(tests[-2][1])), level_number(_level(tests[-1][1]))
    if before != last:
        return review(
            Reason.JUDGEMENT,
            f"最近一次测评等级与上一次不同（{_level(tests[-2][1])}→{_level(tests[-1][1])}），请确认已提示并再次确认",
            "The last level differs from the one before: see that the customer was told and confirmed again",
            evidence=evidence, compared=compared, parameters=used,
        )  # fmt: skip
    return passed("测评次数和结果正常", "Number and results of the tests are in order", evidence=evidence,
                  compared=compared, parameters=used)  # fmt: skip


def _day(paper: Document) -> date | None:
    for name in ("test_date", "signed_date"):
        field = paper.fields.get(name)
        if field is not None and field.state is FieldState.READ:
            try:
                return date.fromisoformat(field.value[:10])
            except ValueError:
                return None
    return None


def _level(paper: Document) -> str:
    field = paper.fields.get("level")
    return field.value if field is not None else ""


def _place(paper: Document) -> Evidence:
    for name in ("test_date", "signed_date", "level"):
        if name in paper.fields:
            return paper.fields[name].evidence
    page = paper.pages[0]
    return Evidence(page.file, page.page, None, "", paper.confidence, page.sha256)
