"""Nobody but the parents insures a minor's death without their consent.

Passes: never where it applies, for exercise of guardianship is a matter of judgement. Fails when no consent
of the parents is in the file, or when it is dated after the policy was issued. Review when a guardian signed
or the parents' written consent is there: a person decides whether he exercises guardianship.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, absent, failed, review
from verifier.context import Context
from verifier.model import DocumentMark, Evidence, MarkState, Reason
from verifier.values.script import squeeze


class Params(CheckParams):
    papers: tuple[str, ...]
    marks: tuple[str, ...]
    words: str  # lexicon: words of the parents' consent
    dated: tuple[str, ...]
    issue: str


def check(case: Case, params: Params, context: Context) -> Result:
    relation = case.fact("insured.relation_code")
    marks = [m for paper in case.documents_of(*params.papers) for name in params.marks for m in paper.marks_named(name)]
    signed = [mark for mark in marks if mark.state is not MarkState.ABSENT]
    words = _words(case, params, context)
    if not signed and words is None:
        return _nothing(case, marks, relation.evidence)
    issue = case.maybe(params.issue)
    for path in params.dated:
        day = case.maybe(path)
        if day is not None and issue is not None and day.as_date() > issue.as_date():
            return failed(
                f"监护人同意日期{day.value}晚于承保日期{issue.value}",
                f"The guardian's consent is dated {day.value}, after the policy was issued ({issue.value})",
                evidence=[*day.evidence, *issue.evidence],
            )
    places = [mark.evidence for mark in signed] + ([words] if words is not None else [])
    return review(
        Reason.JUDGEMENT,
        "投保人不是被保险人的父母；档内有监护人签名或父母同意的记载，请确认投保人是否履行监护职责并经父母书面同意",
        "The policyholder is not a parent; a guardian signed or the parents' consent is mentioned: please decide "
        "whether the policyholder exercises guardianship with the parents' written consent",
        evidence=places,
    )


def _nothing(case: Case, marks: list[DocumentMark], relation: tuple[Evidence, ...]) -> Result:
    zh = "投保人不是被保险人的父母，且未见父母（监护人）的书面同意"
    en = "The policyholder is not a parent, and no written consent of the parents was found"
    blank = [mark.evidence for mark in marks]
    return absent(case, zh, en, evidence=[*relation, *blank])


def _words(case: Case, params: Params, context: Context) -> Evidence | None:
    phrases = context.lexicon(params.words)
    for paper in case.documents_of(*params.papers):
        for line in paper.lines:
            if any(phrase in squeeze(line.text) for phrase in phrases):
                return line.evidence
    return None
