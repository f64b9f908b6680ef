"""The requirement itself asks for a person.

Passes: never. Fails: never. Review when it applies: the papers named in `look_at` are shown as
evidence, and `question` says what has to be decided.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, review
from verifier.context import Context
from verifier.model import Evidence, Reason


class Params(CheckParams):
    look_at: tuple[str, ...] = ()
    question_zh: str
    question_en: str


def check(case: Case, params: Params, context: Context) -> Result:
    places = [
        Evidence(
            page.file, page.page, None, case.vocabulary.title(paper.type).zh, paper.confidence, page.sha256
        )
        for paper in case.documents_of(*params.look_at)
        for page in paper.pages[:1]
    ]
    return review(Reason.JUDGEMENT, params.question_zh, params.question_en, evidence=places)
