"""How is one paper or payment judged? Short forms of `Item`, shared by the checks that look at several."""

from __future__ import annotations

from collections.abc import Sequence

from verifier.case import Case
from verifier.model import Evidence, Item, Outcome, Reason, Text


def good(zh: str, en: str, where: Sequence[Evidence] = (), paper: str | None = None, sure: float | None = None) -> Item:
    return Item(Outcome.PASS, Text(zh, en), None, paper, tuple(where), sure)


def bad(zh: str, en: str, where: Sequence[Evidence] = (), paper: str | None = None, sure: float | None = None) -> Item:
    return Item(Outcome.FAIL, Text(zh, en), None, paper, tuple(where), sure)


def doubt(reason: Reason, zh: str, en: str, where: Sequence[Evidence] = (), paper: str | None = None) -> Item:
    return Item(Outcome.REVIEW, Text(zh, en), reason, paper, tuple(where))


def lacking(case: Case, zh: str, en: str, code: str | None = None, where: Sequence[Evidence] = ()) -> Item:
    """Something demanded that was not found: a fail when the whole case was read, else a review."""
    if case.fully_read:
        return Item(Outcome.FAIL, Text(zh, en), None, code, tuple(where))
    return Item(
        Outcome.REVIEW,
        Text(
            f"{zh}；但本案有未能读取或未能识别的文件或页面",
            f"{en}; but some file or page of this case was not read or not recognised",
        ),
        Reason.DOCUMENT_MISSING,
        code,
        tuple(where),
    )
